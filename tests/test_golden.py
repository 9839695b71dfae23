"""The reading of real documents equals their golden sets: every cell, every blank, every number of the narrative.

How the sets were made is said in `golden/README.md`; the comparison itself is `eval.golden`, tested below on a table
made up here.
"""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from eval import golden
from eval.golden import Document, compare_cells, compare_numbers, compare_tables, documents, find
from ingest import read_account
from ingest.model import Cell, Passage, Place, Row, Sentence, Table

read = cache(read_account)
every_document = pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)


def there(document: Document, real_files: list[Path]) -> Path:
    path = find(document, real_files[0].parent)
    if path is None:
        if golden.has_prose(document) or os.environ.get("JUESUAN_REQUIRE_REAL"):
            pytest.fail(f"{document.file} is required here and is missing")
        pytest.skip(f"{document.file} is not part of the project and not on this machine")
    return path


@every_document
def test_every_amount_cell_is_read_and_none_invented(document: Document, real_files: list[Path]) -> None:
    found = compare_cells(document, read(there(document, real_files)).tables)
    assert found.total > 100
    assert not found.missing and not found.invented, str(found)


@every_document
def test_titles_units_pages_and_blank_cells_of_every_table(document: Document, real_files: list[Path]) -> None:
    found = compare_tables(document, read(there(document, real_files)).tables)
    assert not found.missing and not found.invented, str(found)


@pytest.mark.parametrize("account", [d for d in documents() if golden.has_prose(d)], ids=lambda d: d.name)
def test_every_number_of_the_narrative_stands_in_a_passage_of_its_page(
    account: Document, real_files: list[Path]
) -> None:
    found = compare_numbers(account, read(there(account, real_files)).passages)
    assert found.total > 100
    assert not found.missing and not found.invented, str(found)


def test_the_golden_sets_agree_with_themselves() -> None:
    """Each text is its value, each table has as many cells as its size says, on its pages."""
    for document in documents():
        cells = golden.rows_of(document.name)
        for row in cells:
            assert Decimal(row["text"].replace(",", "")) == Decimal(row["value"]), row
        for size in golden.rows_of(f"{document.name}-tables"):
            own = [row for row in cells if row["table"] == size["table"]]
            assert len(own) == int(size["filled"]), size
            assert {row["page"] for row in own} <= {*size["pages"].split(), ""}, size
            assert {row["kind"] + row["title"] + row["unit"] for row in own} <= {
                size["kind"] + size["title"] + size["unit"]
            }


MADE_UP = Document("made-up", "made-up.pdf", "", "printed", frozenset())
BLANK = Cell(1, "", None, Place(3))
ROW = Row("一、教育支出", "教育支出", "205", "", "", (Cell(0, "1,234.50", Decimal("1234.5"), Place(3)), BLANK), Place(3))
TABLE = Table(1, "T3", "支出决算表", "万元", (3,), (("本年支出", "合计"), ("基本支出",)), (ROW,))


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Document:
    """A golden set of one table with one filled and one blank cell, and of two numbers in prose."""
    files = {
        "made-up": "table,kind,title,unit,page,line,side,code,label,column,text,value\n"
        '1,T3,支出决算表,万元,3,,,205,一、教育支出,本年支出/合计,"1,234.50",1234.50\n',
        "made-up-tables": "table,kind,title,unit,pages,filled,empty\n1,T3,支出决算表,万元,3,1,1\n",
        "made-up-prose": "page,line,number,unit\n4,,1234.50,万元\n4,,100.00,%\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    monkeypatch.setattr(golden, "GOLDEN", tmp_path)
    return MADE_UP


def with_cell(cell: Cell) -> list[Table]:
    return [replace(TABLE, rows=(replace(ROW, cells=(cell, *ROW.cells[1:])),))]


def test_the_comparison_finds_nothing_in_a_right_reading(made_up: Document) -> None:
    for found in (compare_cells(made_up, [TABLE]), compare_tables(made_up, [TABLE])):
        assert (found.right, found.total, found.missing, found.invented) == (1, 1, (), ())


@pytest.mark.parametrize(
    ("field", "tables"),
    [
        ("value", with_cell(replace(ROW.cells[0], text="1,234.05", value=Decimal("1234.05")))),
        ("value", with_cell(replace(ROW.cells[0], value=None))),
        ("column", with_cell(replace(ROW.cells[0], column=1))),
        ("place", with_cell(replace(ROW.cells[0], place=Place(4)))),
        ("row", [replace(TABLE, rows=(replace(ROW, label="二、教育支出"),))]),
        ("row", [replace(TABLE, rows=(replace(ROW, side="支出"),))]),
    ],
)
def test_the_comparison_says_which_field_of_a_cell_is_wrong(
    made_up: Document, field: str, tables: list[Table]
) -> None:
    found = compare_cells(made_up, tables)
    assert (found.right, len(found.missing), len(found.invented)) == (0, 1, 1)
    assert {name for name, count in found.fields.items() if not count} == {field}


def test_the_comparison_finds_a_blank_read_as_zero(made_up: Document) -> None:
    filled = replace(ROW, cells=(ROW.cells[0], replace(BLANK, text="0.00", value=Decimal(0))))
    tables = [replace(TABLE, rows=(filled,))]
    assert len(compare_cells(made_up, tables).invented) == 1
    assert compare_tables(made_up, tables).right == 0


@pytest.mark.parametrize(
    ("text", "page", "missing", "invented"),
    [
        ("支出1234.50万元，占100.00%", 4, 0, 0),
        ("支出1234.5万元，占100.00%", 4, 1, 1),
        ("支出1234.50元，占100.00%", 4, 1, 1),
        ("支出1234.50万元", 4, 1, 0),
        ("支出1234.50万元，占100.00%，7个", 4, 0, 1),
        ("支出1234.50万元，占100.00%", 5, 2, 2),
    ],
)
def test_the_comparison_finds_numbers_lost_changed_invented_or_misplaced(
    made_up: Document, text: str, page: int, missing: int, invented: int
) -> None:
    passage = Passage("p", "a", "section", (), (Sentence(text, (Place(page),)),))
    found = compare_numbers(made_up, [passage])
    assert (len(found.missing), len(found.invented)) == (missing, invented)
