"""Documents side by side: each figure of the table and of every chart is a cell's, with its address; what is missing is
said."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.calculator import YUAN
from eval.accounts import SHANGHAI, WRITERS, make
from ingest import Store, ingest
from ingest.model import Account
from ui.address import Address, citation_at
from ui.compare.charts import KINDS, Chart, chart
from ui.compare.grid import STAGES, common_items, grid
from ui.spreadsheet import harmless, number_format
from ui.words import LANGUAGES, Language, Words

ZH = Words()
OF_ONE = [kind for kind in KINDS if kind not in ("years", "departments")]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory, encoder: Any) -> Iterator[Assistant]:
    """An assistant over generated accounts."""
    folder = tmp_path_factory.mktemp("compare")
    paths = []
    for number, account in enumerate(make(seed, SHANGHAI) for seed in range(6)):
        path = folder / f"{number}.csv"
        WRITERS["csv"].write(account, path)
        paths.append(path)
    with Store(folder / "store", write=True, encoder=encoder) as store:
        assert {outcome.status for outcome in ingest(paths, store)} == {"added"}
    assistant = Assistant.open(folder / "store")
    yield assistant
    assistant.close()


@pytest.fixture(params=["samples", "generated"])
def assistant(request: pytest.FixtureRequest) -> Assistant:
    found: Assistant = request.getfixturevalue(request.param)
    return found


def drawn(assistant: Assistant) -> list[tuple[Account, Chart]]:
    """All charts of one document, of each document."""
    library = assistant.library
    found = [
        (account, made)
        for account in library.accounts
        for kind in OF_ONE
        if (made := chart(library, kind, [account], "", ZH)) is not None
    ]
    assert {kind for kind in OF_ONE if any(chart(library, kind, [one], "", ZH) for one in library.accounts)} == set(
        OF_ONE
    )
    return found


def in_units(text: str, unit: str | None) -> Decimal:
    """A printed figure in 万元."""
    value = Decimal(text.replace(",", ""))
    return value / 10_000 if unit == "元" else value


def values_of(trace: dict[str, Any]) -> list[tuple[str, str]]:
    """Addresses and values of a trace's marks."""
    if trace["type"] == "sankey":
        return list(zip(trace["link"]["customdata"], trace["link"]["value"]))
    if trace["type"] == "treemap":
        return list(zip(trace["customdata"], trace["values"]))
    return list(zip(trace["customdata"], trace["x" if trace.get("orientation") == "h" else "y"]))


def test_every_mark_of_every_chart_is_the_cell_that_its_address_opens(assistant: Assistant) -> None:
    library, marks = assistant.library, 0
    for account, made in drawn(assistant):
        listed = {mark.address: mark for mark in made.marks}
        for trace in made.figure["data"]:
            for address, value in values_of(trace):
                if Decimal(value) == 0 and trace["type"] == "treemap":  # a class: its parts make its size
                    continue
                cited = citation_at(library, Address.read({k: v[0] for k, v in parse_qs(address[1:]).items()}))
                assert cited is not None and cited.document == account.id
                assert in_units(cited.text, cited.unit) == Decimal(value), (made.title, cited)
                assert listed[address].fact.text == cited.text, "the figures beside the picture are the same"
                marks += 1
    assert marks > 100


def test_parts_make_up_the_whole_or_the_chart_says_by_how_much_not(assistant: Assistant) -> None:
    library, told = assistant.library, 0
    for account in library.accounts:
        for kind, of, measure in (("income", "T2", "本年收入合计"), ("nature", "T3", "本年支出合计"), ("function", "T3", "本年支出合计")):  # fmt: skip
            made = chart(library, kind, [account], "", ZH)
            if made is None:
                continue
            whole = next(
                fact
                for fact in library.view(account.id).by_kind[of]
                if fact.subject == "合计" and fact.measure == measure
            )
            parts = sum((mark.amount for mark in made.marks), Decimal(0))
            difference = parts - in_units(whole.text, whole.unit)
            (note,) = made.notes
            assert ("等于合计" in note) == (difference == 0), note
            assert difference == 0 or f"{difference:,f}" in note
            told += 1
    assert told >= 12


def test_what_flows_in_flows_out_or_the_chart_says_by_how_much_not(assistant: Assistant) -> None:
    for account in assistant.library.accounts:
        made = chart(assistant.library, "flow", [account], "", ZH)
        if made is None:
            continue
        (trace,) = made.figure["data"]
        at: dict[int, Decimal] = defaultdict(Decimal)
        link = trace["link"]
        for source, target, value in zip(link["source"], link["target"], link["value"]):
            at[source] -= Decimal(value)
            at[target] += Decimal(value)
        middle = next(node for node in at if node in link["source"] and node in link["target"])
        assert (f"相差 {at[middle]:,f} 万元" in made.notes[0]) if at[middle] else made.notes[0].startswith("两边都是")


def test_a_tree_has_every_part_under_its_own_class(assistant: Assistant) -> None:
    trees = [made.figure["data"][0] for _, made in drawn(assistant) if made.figure["data"][0]["type"] == "treemap"]
    for tree in trees:
        assert len(set(tree["ids"])) == len(tree["ids"])
        for code, parent in zip(tree["ids"], tree["parents"]):
            assert not parent or (parent in tree["ids"] and code.startswith(parent) and code != parent)


def test_the_table_has_the_figures_that_are_answered_and_no_zero_for_a_blank(generated: Assistant) -> None:
    library = generated.library
    accounts = library.accounts
    items = common_items(library, accounts)
    assert {"本年收入合计", "本年支出合计", "公务接待费"} <= set(items)
    shown = grid(library, accounts, items)
    assert len(shown.rows) == len(accounts) * len(items)
    for row in shown.rows:
        for cell in row.cells.values():
            assert cell.fact is None or (cell.amount is None) == (cell.fact.value is None)
    answered = 0
    for item in ("本年收入合计", "本年支出合计", "公务接待费"):
        for account in accounts:
            (row,) = [one for one in shown.rows if (one.item, one.account) == (item, account)]
            answer = generated.ask(f"{account.department}{account.year}年{item}是多少？")
            fact = row.cells["决算数"].fact
            if answer.status == "answered":
                assert fact is not None and fact.text == answer.citations[0].text, (item, account.id)
                answered += 1
            else:
                assert fact is None or fact.value is None
    assert answered >= 2 * len(accounts)


def test_files_of_the_table_hold_what_is_printed(generated: Assistant) -> None:
    from openpyxl import load_workbook

    library = generated.library
    shown = grid(library, library.accounts, ["公务接待费", "没有这一项"])
    lines = list(csv.reader(io.StringIO(shown.as_csv().decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(shown.as_workbook())).active
    assert sheet is not None
    book = list(sheet.iter_rows(values_only=True))
    assert len(lines) == len(book) == 1 + len(shown.rows) * len(STAGES)
    for row, in_csv, in_book in zip(
        [(row, stage) for row in shown.rows for stage in STAGES], lines[1:], book[1:]
    ):
        fact = row[0].cells[row[1]].fact
        assert in_csv[7] == in_book[7] == ("未列示" if fact is None else fact.text or "未填列")
        if fact is not None and fact.value is not None:
            assert Decimal(str(in_book[5])) == fact.value == Decimal(in_csv[5]) and in_csv[6] == fact.unit
        else:
            assert in_book[5] is None and in_csv[5] == ""


def test_missing_documents_are_named_beside_the_bars(samples: Assistant) -> None:
    library = samples.library
    accounts = library.accounts
    item = next(
        name
        for name in common_items(library, accounts)
        if 0 < sum(one.cells["决算数"].amount is not None for one in grid(library, accounts, [name]).rows) < len(accounts)
    )
    made = chart(library, "departments", accounts, item, ZH)
    assert made is not None
    absent = [row.account for row in grid(library, accounts, [item]).missing]
    assert absent and all(f"{account.department} {account.year}" in "".join(made.notes) for account in absent)
    assert len(made.marks) == len(accounts) - len(absent)
    assert [mark.amount for mark in made.marks] == sorted((mark.amount for mark in made.marks), reverse=True)


def test_an_item_over_the_years_of_a_department(samples: Assistant) -> None:
    library = samples.library
    made = chart(library, "years", library.accounts, "本年支出合计", ZH)
    assert made is not None
    for trace in made.figure["data"]:
        assert trace["x"] == sorted(trace["x"]) and len(trace["x"]) == len(set(trace["x"]))
    assert {mark.view.account.id for mark in made.marks} == {account.id for account in library.accounts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_plain_data_with_words_of_the_language(samples: Assistant, language: Language) -> None:
    import json

    words = Words(language)
    account = samples.library.accounts[0]
    for kind in KINDS:
        made = chart(samples.library, kind, [account], "本年支出合计", words)
        assert made is not None and json.loads(json.dumps(made.figure)) == made.figure
        assert made.title and ("income" in made.title) == (language == "en" and kind in ("income", "flow"))


def test_amounts_are_compared_in_one_unit(generated: Assistant, samples: Assistant) -> None:
    from ui.compare.grid import amount_of

    facts = [
        (fact, fact.value)
        for library in (generated.library, samples.library)
        for account in library.accounts
        for fact in library.view(account.id).facts
        if fact.value is not None
    ]
    assert {fact.unit for fact, _ in facts} & set(YUAN)
    for fact, value in facts:
        assert amount_of(fact) == (value / 10_000 if fact.unit == "元" else value)


def test_nothing_is_drawn_of_nothing(samples: Assistant) -> None:
    for kind in KINDS:
        assert chart(samples.library, kind, [], "本年支出合计", ZH) is None
    assert chart(samples.library, "departments", samples.library.accounts, "没有这一项", ZH) is None


def test_a_folder_without_documents_has_nothing_to_compare(tmp_path: Path, encoder: Any) -> None:
    with Store(tmp_path, write=True, encoder=encoder):
        pass
    empty = Assistant.open(tmp_path)
    try:
        assert common_items(empty.library, empty.library.accounts) == []
        assert grid(empty.library, empty.library.accounts, ["公务接待费"]).rows == ()
    finally:
        empty.close()


@given(text=st.text(max_size=12))
def test_no_text_is_a_formula_and_no_number_is_changed(text: str) -> None:
    shown = harmless(text)
    assert shown.removeprefix("'") == text.removeprefix("'") and not shown.startswith(("=", "+", "@", "\t", "\r"))
    assert harmless("-1,234.50") == "-1,234.50" and number_format("-1,234.50") == "#,##0.00" and number_format("7") == "#,##0"
