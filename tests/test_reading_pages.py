"""Tables over several pages: rows torn by the end of a page, and columns that are blank on the first one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.model import Table
from ingest.readers import read_pages
from ingest.tables import read_tables

HEAD = "支出决算明细表\n单位：万元\n项目\t决算数\t项目\t金额\n"


def table_of(folder: Path, *pages: str) -> Table:
    """The table of a text with these rows on its pages, below the same headings."""
    path = folder / "pages.txt"
    path.write_text(HEAD + "\n\f".join(pages) + "\n", "utf-8")
    (table,), _ = read_tables(read_pages(path))
    return table


def named(table: Table) -> list[tuple[str, str, int | None]]:
    """Name, figure and page of each row."""
    return [(row.label, row.cells[0].text, row.place.page) for row in table.rows if row.label]


def test_a_name_torn_by_the_end_of_a_page_is_one_row_where_it_begins(tmp_path: Path) -> None:
    table = table_of(
        tmp_path, "一、国防支出\t1.00\t基本支出\t5.00\n二、社会保障和就\t2.00\t\t", "业支出\t\t\t\n三、教育支出\t3.00\t\t"
    )
    assert named(table) == [
        ("一、国防支出", "1.00", 1), ("基本支出", "5.00", 1), ("二、社会保障和就业支出", "2.00", 1), ("三、教育支出", "3.00", 2),
    ]  # fmt: skip
    assert table.rows[2].subject == "社会保障和就业支出"


def test_a_total_without_figures_is_the_end_of_the_name_above(tmp_path: Path) -> None:
    table = table_of(tmp_path, "一、国防支出\t1.00\t基本支出\t5.00\n当年支出\t1.00\t当年收入\t5.00", "小计\t\t小计\t\n二、教育支出\t3.00\t\t")
    assert [name for name, _, _ in named(table)] == [
        "一、国防支出", "基本支出", "当年支出小计", "当年收入小计", "二、教育支出",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("二、社会保障和就\t2.00\t\t", "三、教育支出\t\t\t"),  # it begins with a number of its own
        ("二、其他\t2.00\t\t", "教育支出\t\t\t"),  # it is a subject itself
        ("二、社会保障和就\t2.00\t\t", "业支出\t7.00\t\t"),  # it has a figure of its own
        ("二、社会保障和就\t2.00\t\t", "业收入\t\t\t"),  # together they name nothing
        ("二、国防\t2.00\t\t", "支出\t\t经营支出\t"),  # nothing is broken off beside it
        ("二、国防\t2.00\t\t", "小计\t9.00\t\t"),
        ("二、国防\t2.00\t项目支出\t2.00", "\t\t小计\t9.00"),
        ("二、国防\t\t2.00\t", "\t\t小计\t"),  # no name stands above it
        ("二、国防\t\t\t", "小计\t\t\t"),  # neither states anything
        ("合计\t2.00\t\t", "小计\t\t\t"),
    ],
)
def test_what_begins_a_page_is_a_row_of_its_own(last: str, first: str, tmp_path: Path) -> None:
    table = table_of(tmp_path, f"一、外交支出\t1.00\t基本支出\t5.00\n{last}", f"{first}\n四、科学技术支出\t4.00\t\t")
    own = [text for line in (last, first) for text in line.split("\t")[::2] if text]
    assert [name for name, _, _ in named(table)] == ["一、外交支出", "基本支出", *own, "四、科学技术支出"]


def test_a_name_is_torn_by_nothing_but_the_end_of_a_page(tmp_path: Path) -> None:
    lines = "一、国防支出\t1.00\t基本支出\t5.00\n二、社会保障和就\t2.00\t\t", "业支出\t\t\t\n三、教育支出\t\t\t"
    for between in ("\n", "\n\n"):  # one grid, and two on one page
        table = table_of(tmp_path, "\n\f".join([between.join(lines), "四、科学技术支出\t4.00\t\t"]))
        assert [name for name, _, _ in named(table)][2:4] == ["二、社会保障和就", "业支出"]


def test_a_column_that_is_blank_on_the_first_page_holds_what_the_others_say(tmp_path: Path) -> None:
    path = tmp_path / "pages.txt"
    rows = ["采购预算表\n单位：万元\n采购品目\t组织形式\t金额\n合计\t\t9.00", "台式计算机\t分散采购\t4.00\n图书\t集中采购\t5.00\n"]
    path.write_text("\n\f".join(rows), "utf-8")
    (table,), _ = read_tables(read_pages(path))
    assert table.columns == (("金额",),)
    assert [(row.label, [cell.text for cell in row.cells]) for row in table.rows] == [
        ("合计", ["9.00"]), ("台式计算机分散采购", ["4.00"]), ("图书集中采购", ["5.00"]),
    ]  # fmt: skip
