"""Published accounts (not part of the project): what is printed is read, checked without the reader's own means.

Two independent ways: pdfium's text of each page and of each cell's box, and cells verified by eye on the rendered
pages. Figures and names of subjects only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from readings import read

from ingest.model import Fact, Reading

AMOUNT = re.compile(r"(?<![\d.,])-?\d{1,3}(?:,\d{3})*\.\d\d(?![\d%])|(?<![\d.,])-?\d+\.\d\d(?![\d%])")
KINDS = [f"T{number}" for number in range(1, 10)]
SPENT = ("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
IN, OUT = ("收入", "决算数"), ("支出", "决算数")


def one(files: list[Path], word: str, suffix: str) -> Path:
    return next(path for path in files if word in path.name and path.suffix == suffix)


@pytest.fixture(scope="module")
def finance(real_files: list[Path]) -> Path:
    return one(real_files, "财政局", ".pdf")


@pytest.fixture(scope="module")
def social(real_files: list[Path]) -> Path:
    return one(real_files, "社会工作部", ".pdf")


@pytest.fixture(scope="module")
def qingyuan(real_files: list[Path]) -> Path:
    return one(real_files, "清远", ".txt")


@pytest.fixture(scope="module")
def environment(real_files: list[Path]) -> Path:
    return one(real_files, "生态环境局", ".txt")


@pytest.fixture(params=["财政局", "社会工作部"])
def pdf(request: pytest.FixtureRequest, real_files: list[Path]) -> Path:
    return one(real_files, request.param, ".pdf")


def standard(reading: Reading) -> list[Fact]:
    return [fact for fact in reading.facts if fact.kind]


def pages_of(path: Path) -> Iterator[tuple[int, Any, float, float]]:
    """Number, text page, height and left edge of each page by pdfium."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for number, page in enumerate(document, 1):
        yield number, page.get_textpage(), page.get_height(), page.get_mediabox()[0]


def test_every_amount_on_the_table_pages_is_exactly_as_often_a_fact(pdf: Path) -> None:
    facts = standard(read(pdf))
    read_on: dict[int | None, Counter[str]] = {}
    for fact in facts:
        read_on.setdefault(fact.place.page, Counter()).update([fact.text] if fact.text else [])
    assert len(read_on) >= 10
    for number, text, *_ in pages_of(pdf):
        if number in read_on:
            assert read_on[number] == Counter(AMOUNT.findall(text.get_text_range())), number


def test_each_cells_box_holds_just_its_text(pdf: Path) -> None:
    """A blank fact is a blank on the page, a filled one the text that pdfium finds inside its box."""
    on_page: dict[int | None, list[Fact]] = {}
    for fact in standard(read(pdf)):
        on_page.setdefault(fact.place.page, []).append(fact)
    for number, text, height, left in pages_of(pdf):
        for fact in on_page.get(number, []):
            assert fact.place.box, fact
            x0, top, x1, bottom = fact.place.box
            inside = text.get_text_bounded(x0 + left, height - bottom, x1 + left, height - top)
            assert "".join(inside.split()) == fact.text, fact


def test_tables_stand_on_their_pages(finance: Path, social: Path) -> None:
    pages = {path: [t.pages for t in read(path).tables if t.kind] for path in (finance, social)}
    kinds = {path: [t.kind for t in read(path).tables if t.kind] for path in (finance, social)}
    assert kinds[finance] == kinds[social] == KINDS
    assert pages[finance] == [(6, 7), (8, 9), (10, 11), (12, 13, 14), (15,), (16, 17), (18,), (19,), (20,)]
    assert pages[social] == [(5,), (6, 7), (8, 9), (10, 11), (12,), (13,), (14,), (15,), (16,)]


Spot = tuple[str, int, str, str, tuple[str, ...], str]
"""kind, page, side, code or subject, header path, text: verified by eye on the rendered page."""

_T7 = "财政拨款“三公”经费"
FINANCE: list[Spot] = [
    ("T1", 6, "收入", "一般公共预算财政拨款收入", IN, "2,940.05"),
    ("T1", 6, "收入", "政府性基金预算财政拨款收入", IN, ""),
    ("T1", 6, "收入", "其他收入", IN, "6.20"),
    ("T1", 6, "支出", "社会保障和就业支出", OUT, "326.71"),
    ("T1", 6, "支出", "卫生健康支出", OUT, "60.99"),
    ("T1", 6, "支出", "住房保障支出", OUT, "445.69"),
    ("T1", 6, "支出", "粮油物资储备支出", OUT, ""),
    ("T1", 6, "收入", "本年收入合计", IN, "2,946.25"),
    ("T1", 6, "支出", "本年支出合计", OUT, "2,940.05"),
    ("T2", 8, "", "合计", ("本年收入合计",), "2,946.25"),
    ("T2", 8, "", "合计", ("财政拨款收入",), "2,940.05"),
    ("T2", 8, "", "合计", ("其他收入",), "6.20"),
    ("T2", 8, "", "2010601", ("本年收入合计",), "1,511.90"),
    ("T2", 8, "", "2010601", ("其他收入",), "0.01"),
    ("T2", 8, "", "2010602", ("其他收入",), "6.19"),
    ("T2", 8, "", "2010602", ("上级补助收入",), ""),
    ("T2", 8, "", "2080505", ("财政拨款收入",), "160.75"),
    ("T2", 9, "", "2101101", ("本年收入合计",), "60.99"),
    ("T2", 9, "", "22102", ("财政拨款收入",), "445.69"),
    ("T2", 9, "", "2210203", ("财政拨款收入",), "258.50"),
    ("T3", 10, "", "合计", ("基本支出",), "2,336.91"),
    ("T3", 10, "", "合计", ("项目支出",), "603.14"),
    ("T3", 10, "", "2010601", ("项目支出",), "8.37"),
    ("T3", 10, "", "2010602", ("基本支出",), ""),
    ("T3", 10, "", "2010608", ("项目支出",), "449.52"),
    ("T3", 10, "", "2080506", ("基本支出",), "80.38"),
    ("T4", 13, "支出", "住房保障支出", ("支出", "一般公共预算财政拨款"), "445.69"),
    ("T4", 13, "收入", "年初财政拨款结转和结余", IN, "21.63"),
    ("T4", 13, "支出", "年末财政拨款结转和结余", ("支出", "合计"), "21.63"),
    ("T4", 13, "收入", "总计", IN, "2,961.68"),
    ("T4", 13, "支出", "总计", ("支出", "政府性基金预算财政拨款"), ""),
    ("T5", 15, "", "合计", ("合计",), "2,940.05"),
    ("T5", 15, "", "20106", ("基本支出",), "1,503.52"),
    ("T5", 15, "", "2010607", ("项目支出",), "135.25"),
    ("T5", 15, "", "208", ("合计",), "326.72"),
    ("T6", 16, "人员经费", "30102", ("决算数",), "1,238.58"),
    ("T6", 16, "人员经费", "303", ("决算数",), "69.41"),
    ("T6", 16, "人员经费", "30103", ("决算数",), ""),
    ("T6", 16, "公用经费", "30216", ("决算数",), "4.05"),
    ("T6", 16, "公用经费", "30217", ("决算数",), ""),
    ("T6", 17, "人员经费", "30309", ("决算数",), "0.31"),
    ("T6", 17, "人员经费", "30310", ("决算数",), ""),
    ("T6", 17, "公用经费", "30239", ("决算数",), "48.49"),
    ("T6", 17, "公用经费", "31002", ("决算数",), "13.58"),
    ("T6", 17, "人员经费", "人员经费合计", ("决算数",), "2,152.26"),
    ("T6", 17, "公用经费", "公用经费合计", ("决算数",), "184.65"),
    ("T7", 18, "", "", (_T7, "合计", "预算数"), "0.95"),
    ("T7", 18, "", "", (_T7, "合计", "决算数"), ""),
    ("T7", 18, "", "", (_T7, "公务接待费", "预算数"), "0.95"),
    ("T7", 18, "", "", (_T7, "公务用车购置及运行费", "公务用车运行费", "决算数"), ""),
]
SOCIAL: list[Spot] = [
    ("T1", 5, "收入", "一般公共预算财政拨款收入", IN, "307.82"),
    ("T1", 5, "收入", "其他收入", IN, ""),
    ("T1", 5, "支出", "一般公共服务支出", OUT, "264.87"),
    ("T1", 5, "支出", "社会保障和就业支出", OUT, "10.82"),
    ("T1", 5, "支出", "住房保障支出", OUT, "29.42"),
    ("T1", 5, "支出", "年末结转和结余", OUT, ""),
    ("T1", 5, "支出", "总计", OUT, "307.82"),
    ("T2", 7, "", "2101101", ("本年收入合计",), "2.22"),
    ("T2", 7, "", "2101102", ("财政拨款收入",), "0.49"),
    ("T2", 7, "", "2210201", ("本年收入合计",), "17.70"),
    ("T2", 7, "", "2210203", ("其他收入",), ""),
    ("T3", 8, "", "合计", (SPENT[0],), "307.82"),
    ("T3", 8, "", "合计", (SPENT[1],), "105.58"),
    ("T3", 8, "", "合计", (SPENT[2],), "202.24"),
    ("T3", 8, "", "20139", (SPENT[1],), "62.63"),
    ("T3", 8, "", "2013901", (SPENT[2],), ""),
    ("T3", 8, "", "2013950", (SPENT[1],), "11.31"),
    ("T3", 8, "", "2013999", (SPENT[1],), ""),
    ("T3", 8, "", "2013999", (SPENT[2],), "202.24"),
    ("T3", 8, "", "2080506", (SPENT[0],), "4.64"),
    ("T4", 11, "支出", "住房保障支出", ("支出", "合计"), "29.42"),
    ("T4", 11, "支出", "本年支出合计", ("支出", "一般公共预算财政拨款"), "307.82"),
    ("T4", 11, "收入", "年初财政拨款结转和结余", IN, ""),
    ("T5", 12, "", "201", ("基本支出",), "62.63"),
    ("T5", 12, "", "2080505", ("合计",), "6.18"),
    ("T5", 12, "", "2101102", ("基本支出",), "0.49"),
    ("T5", 12, "", "合计", ("项目支出",), "202.24"),
    ("T6", 13, "人员经费", "30102", ("决算数",), "39.72"),
    ("T6", 13, "人员经费", "30107", ("决算数",), "10.16"),
    ("T6", 13, "人员经费", "30103", ("决算数",), "0.00"),
    ("T6", 13, "公用经费", "30213", ("决算数",), "0.02"),
    ("T6", 13, "公用经费", "30239", ("决算数",), "2.43"),
    ("T6", 13, "公用经费", "31099", ("决算数",), "0.00"),
    ("T6", 13, "人员经费", "人员经费合计", ("决算数",), "95.36"),
    ("T6", 13, "公用经费", "公用经费合计", ("决算数",), "10.23"),
]


@pytest.mark.parametrize(("word", "spots"), [("财政局", FINANCE), ("社会工作部", SOCIAL)])
def test_cells_verified_by_eye_have_their_row_column_and_page(
    real_files: list[Path], word: str, spots: list[Spot]
) -> None:
    facts = {
        (fact.kind, fact.side, fact.code or fact.subject, fact.column): (fact.place.page, fact.text)
        for fact in standard(read(one(real_files, word, ".pdf")))
        if not fact.parent
    }
    read_cells = {
        (kind, side, row, column): facts.get((kind, side, row, column)) for kind, _, side, row, column, _ in spots
    }
    assert read_cells == {(kind, side, row, column): (page, text) for kind, page, side, row, column, text in spots}


def test_names_wrapped_or_spaced_in_their_cells_are_whole(finance: Path, social: Path) -> None:
    for path, code, name in [
        (finance, "2080505", "机关事业单位基本养老保险缴费支出"),
        (finance, "30212", "因公出国（境）费用"),
        (finance, "30231", "公务用车运行维护费"),
        (finance, "31007", "信息网络及软件购置更新"),
        (social, "30110", "职工基本医疗保险缴费"),
        (social, "2013999", "其他社会工作事务支出"),
    ]:
        assert {fact.subject for fact in standard(read(path)) if fact.code == code} == {name}


def test_header_words_in_the_line_of_the_total_are_headers_not_cells(social: Path) -> None:
    """The empty table prints 合计, 基本支出 and 项目支出 in one line with the row name 合计."""
    for table in read(social).tables:
        if table.kind in ("T8", "T9"):
            assert table.columns == (
                ("年初结转和结余",),
                ("本年收入",),
                ("本年支出", "合计"),
                ("本年支出", "基本支出"),
                ("本年支出", "项目支出"),
                ("年末结转和结余",),
            )
            assert table.is_empty and any("无数据" in note for note in table.notes)


def amounts_by_table(path: Path, is_row: str) -> list[Counter[str]]:
    """Amounts of each table of a text file, cut at the titles; a repeated 合计 line counts once."""
    title = re.compile(r"决算(?:明细|总)?表$")
    found: list[Counter[str]] = []
    seen: set[str] = set()
    inside, last = False, ""
    for raw in path.read_text("utf-8").splitlines():
        line = re.sub(r"[“”\"\s]", "", raw)
        ends = title.search(line) and not re.search(r"^(?:-|第.部分|[一二三四五六七八九]、)|部门决算表$", line)
        if ends and "注：" in line:  # a title that the page text put after the last note
            line = line[line.rindex("。") + 1 :]
        if ends and line != last:
            found.append(Counter())
            seen, inside, last = set(), True, line
        elif re.match(r"^第[三四]部分", line):
            inside = False
        elif inside and re.search(is_row, raw) and not line.startswith(("注：", "说明：")):
            if not (line.startswith("合计") and line in seen):
                found[-1].update(AMOUNT.findall(raw))
            seen.add(line)
    return found


def test_amounts_of_the_tab_separated_text_are_the_facts_table_by_table(qingyuan: Path) -> None:
    printed = amounts_by_table(qingyuan, r"\t")
    read_in = [
        Counter(fact.text for fact in standard(read(qingyuan)) if fact.kind == kind and fact.text) for kind in KINDS
    ]
    assert read_in == printed


def test_amounts_of_the_page_text_are_the_facts_table_by_table(environment: Path) -> None:
    printed = amounts_by_table(environment, r"\d\.\d\d(?:\s|$)")
    read_in = [
        Counter(fact.text for fact in standard(read(environment)) if fact.kind == kind and fact.text) for kind in KINDS
    ]
    assert read_in == printed


def test_text_files_claim_no_page_that_they_do_not_mark(qingyuan: Path) -> None:
    reading = read(qingyuan)
    assert reading.account.pages is None
    assert {fact.place.page for fact in reading.facts} == {None}
    lines = qingyuan.read_text("utf-8").splitlines()
    for fact in standard(reading):
        assert fact.place.line and fact.text in lines[fact.place.line - 1]


def test_whose_account_and_of_which_year(real_files: list[Path]) -> None:
    assert {(read(path).account.department, read(path).account.year) for path in real_files} == {
        ("清远市政务服务数据管理局", 2021),
        ("上海市普陀区财政局", 2024),
        ("中共上海市普陀区委社会工作部", 2024),
        ("上海市普陀区生态环境局", 2025),
    }


def test_level_sums_of_the_real_tables_differ_by_rounding_only(real_files: list[Path]) -> None:
    """Every 类 is the sum of its 款, every 款 of its 项, and 合计 of the 类, within 0.01 for each part."""
    for path in real_files:
        for kind in ("T2", "T3", "T5", "T8"):
            table = [fact for fact in standard(read(path)) if fact.kind == kind]
            for measure in {fact.measure for fact in table}:
                column = {fact.code: fact.value or 0 for fact in table if fact.measure == measure}
                for code, amount in column.items():
                    size = {0: 3, 3: 5, 5: 7}.get(len(code))
                    parts = [v for c, v in column.items() if size and len(c) == size and c.startswith(code)]
                    if parts:
                        assert abs(sum(parts) - amount) * 100 <= len(parts), (path.name, kind, measure, code)
