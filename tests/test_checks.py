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
        ("text-names", 20), ("zero-base", 18), ("zero-base", 17), ("zero-base", 21),
    },
    "清远市": {("share", None)},
    "上海市普陀区生态环境局": {("year", 2), ("contradiction", 26)},
}  # fmt: skip
"""Rule and page of every error; the pages were looked at by hand."""


@pytest.fixture(scope="module")
def published(real_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from conftest import PlainEncoder

    folder = tmp_path_factory.mktemp("published")
    planted = sorted(real_files[0].parent.glob("24年*.pdf"))
    with Store(folder, write=True, encoder=PlainEncoder()) as store:
        assert all(outcome.status == "added" for outcome in ingest([*real_files, *planted], store))
    assistant = Assistant.open(folder, encoder=PlainEncoder())
    yield assistant
    assistant.close()


def test_the_known_defects_of_published_accounts_are_found_and_no_others(published: Assistant) -> None:
    found = {}
    for account in published.store.accounts():
        errors = {(f.rule, f.page) for f in check(published.library.view(account.id)) if f.severity == "error"}
        found[next(name for name in KNOWN if Path(account.path).name.startswith(name))] = errors
    assert found == KNOWN


def test_every_finding_cites_what_it_lies_between(published: Assistant) -> None:
    for account in published.store.accounts():
        for finding in check(published.library.view(account.id)):
            assert finding.figures or finding.rule == "missing-table", finding
            cited = {citation.document for citation in finding.figures} - {account.id}
            assert not cited or finding.rule == "republished", "only what compares documents cites another one"


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
