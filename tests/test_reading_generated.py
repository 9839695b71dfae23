"""Property tests: an account written from a seed in any mixture of forms reads back cell by cell as it was printed."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from readings import check_account

from eval.accounts import FORMS, SWITCHES, WRITERS, Form, MadeUp, Told, as_told, compare, make, switched
from eval.accounts.__main__ import main
from eval.accounts.font import FONT_FILE
from eval.accounts.told import NOWHERE
from ingest import read_account
from ingest.model import Reading
from ingest.readers import READERS

EXAMPLES = {
    "text": 80, "page-text": 50, "pdf": 20, "docx": 12, "xlsx": 12, "xls": 12, "csv": 30, "html": 20, "site": 20,
}  # fmt: skip
"""How many accounts of each format; a format is tried as soon as there is a reader for it."""
READ = [name for name in WRITERS if WRITERS[name].suffix in READERS]
forms = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in SWITCHES.items()})
seeds = st.integers(0, 2**32 - 1)
needs_font = pytest.mark.skipif(not Path(FONT_FILE).exists(), reason="fonts-wqy-microhei is not installed")


def written_and_read(name: str, seed: int, form: Form) -> tuple[MadeUp, list[Told], Reading]:
    writer = WRITERS[name]
    account = make(seed, writer.tellable(form))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"account{writer.suffix}"
        truth = writer.write(account, path)
        return account, truth, read_account(path)


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs_font if name == "pdf" else ()) for name in READ])
def test_every_cell_reads_back_with_its_row_column_and_place_and_nothing_else_is_read(name: str) -> None:
    @settings(
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=EXAMPLES[name],
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=seeds, switches=forms)
    def property_of(seed: int, switches: dict) -> None:
        account, truth, reading = written_and_read(name, seed, Form(**switches).normal())
        result = compare(as_told(reading, WRITERS[name].headed), truth)
        assert result.perfect, (switched(account.form), f"{result.right} of {result.total}", *result.wrong[:6])
        check_account(account, reading)

    property_of()


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_of_whole_provinces_read_back_with_their_narrative(form: str) -> None:
    account, truth, reading = written_and_read("text", 11, FORMS[form])
    assert compare(as_told(reading), truth).wrong == ()
    check_account(account, reading)


@needs_font
@pytest.mark.parametrize("form", FORMS)
def test_text_and_pdf_of_one_account_say_the_same(form: str) -> None:
    account, printed, reading = written_and_read("pdf", 7, FORMS[form])
    assert compare(as_told(reading), printed).wrong == ()
    check_account(account, reading)
    _, told, _ = written_and_read("text", 7, FORMS[form])
    bare = lambda truth: [(t.kind, t.side, t.label, t.column, t.value) for t in truth]  # noqa: E731
    assert bare(told) == bare(printed)


def test_a_dash_states_nothing_and_is_not_zero() -> None:
    _, _, reading = written_and_read("text", 5, Form(zero="-"))
    dashes = [fact for fact in reading.facts if fact.text == "-"]
    assert dashes and all(fact.value is None for fact in dashes)


def test_an_amount_in_brackets_is_negative() -> None:
    for seed in range(40):
        _, truth, reading = written_and_read("text", seed, Form(negative="brackets"))
        expected = [told for told in truth if told.text.startswith("(")]
        if expected:
            found = {fact.text: fact.value for fact in reading.facts if fact.text.startswith("(")}
            assert found == {told.text: told.value for told in expected}
            assert all(value < 0 for value in found.values())
            return
    pytest.fail("no made-up account has a negative amount")


def test_last_years_official_spending_is_not_taken_for_this_years() -> None:
    _, _, reading = written_and_read("text", 1, Form(official="last"))
    assert {fact.measure for fact in reading.facts if fact.kind == "T7"} == {"上年决算数", "决算数"}


def test_official_items_are_named_alike_in_rows_and_in_columns() -> None:
    in_rows, in_columns = (
        {fact.item for fact in written_and_read("text", 2, Form(official=form))[2].facts if fact.kind == "T7"}
        for form in ("rows", "blocks")
    )
    assert in_rows == in_columns


@needs_font
def test_the_end_of_a_long_title_is_not_the_title_of_another_table() -> None:
    """On an upright page the owner, the year and the name of the 三公 table take two lines."""
    _, _, reading = written_and_read("pdf", 4, Form(titled="owned", landscape=False))
    assert [table.kind for table in reading.tables] == [f"T{number}" for number in range(1, 10)]


@needs_font
def test_a_dash_in_the_last_cell_of_a_page_does_not_join_its_row_to_the_page_number() -> None:
    _, truth, reading = written_and_read("pdf", 40, Form(zero="-", total="last", rotated=True))
    assert compare(as_told(reading), truth).wrong == ()


@needs_font
def test_tables_that_touch_each_other_are_told_apart_by_the_titles_inside_them() -> None:
    _, truth, reading = written_and_read("pdf", 6, Form(title="inside", dense=True, landscape=False))
    read, printed = ([replace(told, where=NOWHERE) for told in tolds] for tolds in (as_told(reading), truth))
    assert compare(read, printed).wrong == ()
    pages = [page for table in reading.tables for page in table.pages]
    assert len(pages) > len(set(pages)), "two tables share a page"


@pytest.mark.parametrize("seed", range(25))
def test_made_up_accounts_are_consistent(seed: int) -> None:
    """The cross-checks that hold between the tables of every closed account, from what was printed."""
    with tempfile.TemporaryDirectory() as folder:
        truth = WRITERS["text"].write(make(seed), Path(folder) / "account.txt")

    def total(kind: str, subject: str, measure: str, side: str = "") -> Decimal:
        found = [
            t.value or Decimal(0)
            for t in truth
            if (t.kind, t.side, t.measure, t.parent) == (kind, side, measure, "") and t.item == subject
        ]
        assert len(found) == 1, (kind, subject, measure, found)
        return found[0]

    income, spent, final = "本年收入合计", "本年支出合计", "决算数"
    assert total("T1", "总计", final, "收入") == total("T1", "总计", final, "支出")
    assert total("T4", "总计", final, "收入") == total("T4", "总计", final, "支出")
    assert total("T1", income, final, "收入") == total("T2", "合计", income)
    assert total("T1", spent, final, "支出") == total("T3", "合计", spent)
    parts = [total(kind, "合计", spent) for kind in ("T5", "T8", "T9")]
    assert total("T4", spent, final, "支出") == sum(parts)
    halves = [total("T6", f"{side}合计", final, side) for side in ("人员经费", "公用经费")]
    assert total("T5", "合计", "基本支出") == sum(halves)
    cars = [total("T7", f"公务用车{part}费", final) for part in ("购置", "运行维护")]
    assert total("T7", "公务用车购置及运行维护费", final) == sum(cars)
    official = [total("T7", item, final) for item in ("因公出国（境）费", "公务用车购置及运行维护费", "公务接待费")]
    assert total("T7", "“三公”经费合计", final) == sum(official)
    reception = [t.value or 0 for t in truth if t.kind == "T6" and t.code == "30217"]
    assert sum(reception) <= total("T7", "公务接待费", final)
    for kind in ("T2", "T3", "T5", "T8", "T9"):
        rows = {(t.code, t.measure): t.value or Decimal(0) for t in truth if t.kind == kind}
        for (code, measure), value in rows.items():
            parts = [
                v
                for (c, m), v in rows.items()
                if m == measure and len(c) == (len(code) or 1) + 2 and c[: len(code)] == code
            ]
            assert not parts or value == sum(parts), (kind, code, measure)


def test_a_wrong_a_missed_and_an_invented_cell_are_each_counted() -> None:
    _, truth, reading = written_and_read("text", 3, Form())
    read = as_told(reading)
    assert compare(read, truth).perfect
    changed = [replace(read[0], value=Decimal("-7")), *read[1:]]
    assert (compare(changed, truth).right, len(compare(changed, truth).wrong)) == (len(truth) - 1, 2)
    assert (compare(read[1:], truth).right, len(compare(read[1:], truth).wrong)) == (len(truth) - 1, 1)
    assert compare([*read, read[0]], truth).right == len(truth)
    assert not compare([*read, read[0]], truth).perfect
    moved = [replace(read[0], where=replace(read[0].where, line=9999)), *read[1:]]
    assert not compare(moved, truth).perfect


def test_the_command_says_how_many_cells_are_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["accounts", "--check", "3", "--format", "text"])
    assert main() == 0
    assert "cells right (100.000 %), 3 of 3 accounts whole" in capsys.readouterr().out
