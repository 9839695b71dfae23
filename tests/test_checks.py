"""Claims about the checks: the known defects of published accounts are found, and nothing where nothing is wrong."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.checks import check
from assistant.checks.raised import rules
from assistant.checks.shown import Shown, rate, shown
from eval.checks import run
from ingest import Store, ingest

KNOWN = {
    "上海市普陀区财政局2024": {("text-table", 21), ("text-names", 23), ("share", 21)},
    "24年普陀区财政局": {
        ("name", 7), ("year", 18), ("missing-table", None), ("date", 24), ("text-table", 18), ("text-table", 22),
        ("text-names", 21), ("budget-word", 19), ("budget-word", 20), ("budget-word", 21), ("share", 19),
    },
    "中共上海市普陀区委社会工作部": {
        ("text-names", 20), ("zero-base", 18), ("zero-base", 17), ("zero-base", 21), ("template", 15),
        ("template", 16), ("parts", 22),
    },
    "清远市": {("share", None), ("template", None)},
    "上海市普陀区生态环境局": {
        ("year", 2), ("contradiction", 26), ("template", 6), ("unit", 27), ("disclosure", 27),
    },
}  # fmt: skip
"""Rule and page of every error; the pages were looked at by hand."""

PLANNED = {
    "上海市普陀区司法局2026": {
        ("change", 9), ("growth", 9), ("two-values", 9), ("text-table", 9), ("year", 8),
    },
    "上海市普陀区人民政府万里街道办事处23": {
        ("change", 6), ("zero-base", 6), ("growth", 6), ("growth", 7), ("zero-base", 8), ("two-values", 7),
        ("text-table", 7),
    },
    "上海市普陀区人民政府万里街道办事处24": {
        ("zero-base", 7), ("growth", 9), ("two-values", 9), ("text-table", 9),
    },
    "上海市普陀区人民政府万里街道办事处25": set(),
    "江苏省人大办公厅2017": set(),
    "省人大办公厅2018": {("growth", 21)},
    "江苏省人大常委会2019": {("unit", 16)},
    "江苏省人大常委会办公厅2019": set(),
}  # fmt: skip
"""The same of the published budgets."""


@pytest.fixture(scope="module")
def published(real_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from conftest import PlainEncoder

    folder = tmp_path_factory.mktemp("published")
    planted = sorted(real_files[0].parent.glob("24年*.pdf"))
    budgets = sorted((real_files[0].parent / "budgets").glob("*.pdf"))
    with Store(folder, write=True, encoder=PlainEncoder()) as store:
        assert all(outcome.status == "added" for outcome in ingest([*real_files, *planted, *budgets], store))
    assistant = Assistant.open(folder, encoder=PlainEncoder())
    yield assistant
    assistant.close()


def test_the_known_defects_of_published_accounts_are_found_and_no_others(published: Assistant) -> None:
    assert _errors(published, KNOWN) == KNOWN


def test_the_known_defects_of_published_budgets_are_found_and_no_others(published: Assistant) -> None:
    assert _errors(published, PLANNED) == PLANNED


def _errors(published: Assistant, known: dict[str, Any]) -> dict[str, set[tuple[str, int | None]]]:
    found = {}
    for account in published.store.accounts():
        name = next((name for name in known if Path(account.path).name.startswith(name)), None)
        if name:
            findings = check(published.library.view(account.id))
            found[name] = {(finding.rule, finding.page) for finding in findings if finding.severity == "error"}
    return found


def test_five_comparisons_with_the_budgets_own_year_are_five_findings(published: Assistant) -> None:
    account = next(a for a in published.store.accounts() if "司法局2026" in a.path)
    found = [f for f in check(published.library.view(account.id)) if f.rule == "year"]
    assert len(found) == 5


def test_every_finding_cites_what_it_lies_between(published: Assistant) -> None:
    for account in published.store.accounts():
        for finding in check(published.library.view(account.id)):
            assert finding.figures or finding.rule == "missing-table", finding
            assert all(citation.document == account.id for citation in finding.figures)


def test_roundings_are_one_note(published: Assistant) -> None:
    for account in published.store.accounts():
        severities = [f.severity for f in check(published.library.view(account.id))]
        assert severities.count("rounding") <= 1


def test_an_answer_says_that_a_finding_touches_its_figure(published: Assistant) -> None:
    touched = published.ask("普陀区财政局2024年收入支出总计是多少？")
    assert any("核对" in note for note in touched.notes)
    sound = published.ask("普陀区财政局2024年住房公积金是多少？")
    assert sound.status == "answered" and not any("核对" in note for note in sound.notes)


def test_consistent_accounts_have_no_findings_and_planted_defects_are_found() -> None:
    result = run(accounts=12, cases=150, seed=900)
    assert result.false == []
    assert result.recall >= 0.97


def test_the_samples_are_sound(samples: Assistant) -> None:
    for account in samples.library.accounts:
        errors = [f for f in check(samples.library.view(account.id)) if f.severity == "error"]
        assert errors == [] or "清远" in account.department, [f.message for f in errors]


@pytest.mark.parametrize(
    ("part", "whole", "printed", "verdict"),
    [
        ("2106.66", "2940.05", "71.65", "exact"),
        ("2106.66", "2940.05", "71.73", "error"),
        ("99.868", "100.000", "99.86", "rounding"),  # cut
        ("2076.59", "2627.63", "79.00", "rounding"),  # rounded to a whole, then padded
        ("0.01", "0.03", "33.3", "exact"),
        ("0.01", "0.03", "20", "rounding"),  # what two figures of one digit leave open
        ("50.00", "100.00", "51", "error"),
    ],
)
def test_a_printed_rate_is_exact_rounded_or_wrong(part: str, whole: str, printed: str, verdict: str) -> None:
    one, other = shown(part, "万元"), shown(whole, "万元")
    assert one and other and rate(one, other, printed) == verdict


def test_agreement_is_half_a_unit_of_each_figure() -> None:
    assert shown("326.71", "万元") == Shown(Fraction(3267100), Fraction(50))
    one, other = shown("326.71", "万元"), shown("326.72", "万元")
    coarse, far = shown("327", "万元"), shown("326.73", "万元")
    assert one and other and coarse and far
    assert one.agrees(other) and one.agrees(coarse) and not one.agrees(far)


def test_rules_name_cells_that_the_catalogue_knows() -> None:
    from ingest import catalogue

    for one, other in (*rules().between, *rules().rows):
        for cell in (one, other):
            standard = catalogue.standard_table(cell.kind)
            assert standard and cell.measure in {
                m for c in standard.columns for m in ([c.measure] if isinstance(c.measure, str) else c.measure.values())
            } | {"决算数"}
