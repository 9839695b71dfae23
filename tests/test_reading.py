"""Claims about reading: every cell with its value, row, column and place; identity; narrative; refusals of files."""

from __future__ import annotations

from pathlib import Path

from ingest import read_account
from ingest.model import Box, Place
from ingest.readers import Grid, GridCell, Line, Page, read_pages
from ingest.tables import read_tables
from ingest.text import amount, chinese_number, subject_of, unwrap


def facts(path: Path) -> dict[tuple[str | None, str, str, str], str]:
    """Text by kind, item, measure and side."""
    return {(f.kind, f.item, f.measure, f.side): f.text for f in read_account(path).facts if not f.parent}


def test_cells_of_the_real_pdf_with_codes_in_three_columns(real_files: list[Path]) -> None:
    found = facts(next(path for path in real_files if "财政局" in path.name))
    expected = {
        ("T1", "其他收入", "决算数", "收入"): "6.20",
        ("T1", "社会保障和就业支出", "决算数", "支出"): "326.71",
        ("T1", "总计", "决算数", "收入"): "2,995.39",
        ("T1", "年末结转和结余", "决算数", "支出"): "55.34",
        ("T1", "外交支出", "决算数", "支出"): "",
        ("T2", "合计", "本年收入合计", ""): "2,946.25",
        ("T2", "行政运行", "其他收入", ""): "0.01",
        ("T2", "一般行政管理事务", "其他收入", ""): "6.19",
        ("T2", "购房补贴", "财政拨款收入", ""): "258.50",
        ("T3", "合计", "项目支出", ""): "603.14",
        ("T3", "行政运行", "基本支出", ""): "1,503.52",
        ("T3", "行政运行", "项目支出", ""): "8.37",
        ("T3", "其他行政事业单位养老支出", "本年支出合计", ""): "0.94",
        ("T3", "信息化建设", "基本支出", ""): "",
        ("T4", "总计", "决算数", "收入"): "2,961.68",
        ("T4", "住房保障支出", "一般公共预算财政拨款", "支出"): "445.69",
        ("T5", "合计", "基本支出", ""): "2,336.91",
        ("T5", "机关事业单位职业年金缴费支出", "本年支出合计", ""): "80.38",
        ("T6", "津贴补贴", "决算数", "人员经费"): "1,238.58",
        ("T6", "奖励金", "决算数", "人员经费"): "0.31",
        ("T6", "其他交通费用", "决算数", "公用经费"): "48.49",
        ("T6", "公用经费合计", "决算数", "公用经费"): "184.65",
        ("T6", "因公出国（境）费用", "决算数", "公用经费"): "",
        ("T7", "“三公”经费合计", "预算数", ""): "0.95",
        ("T7", "公务接待费", "预算数", ""): "0.95",
        ("T7", "公务接待费", "决算数", ""): "",
    }
    assert {key: found.get(key) for key in expected} == expected


def test_cells_of_the_real_texts(real_files: list[Path]) -> None:
    tabbed = facts(next(path for path in real_files if "2021" in path.name))
    expected = {
        ("T1", "一般公共预算财政拨款收入", "决算数", "收入"): "4,704.22",
        ("T3", "其他城市基础设施配套费安排的支出", "项目支出", ""): "2,865.92",
        ("T4", "城乡社区支出", "政府性基金预算财政拨款", "支出"): "2,890.92",
        ("T6", "其他工资福利支出", "决算数", "人员经费"): "5.22",
        ("T6", "办公设备购置", "决算数", "公用经费"): "5.46",
        ("T7", "公务用车运行维护费", "预算数", ""): "5.00",
        ("T7", "公务接待费", "决算数", ""): "0.37",
        ("T8", "城市建设支出", "项目支出", ""): "25.00",
        ("T9", "合计", "本年支出合计", ""): "0.00",
    }
    assert {key: tabbed.get(key) for key in expected} == expected
    spaced = facts(next(path for path in real_files if "2025" in path.name))
    expected = {
        ("T1", "节能环保支出", "决算数", "支出"): "3,742.47",
        ("T2", "生态环境保护宣传", "财政拨款收入", ""): "88.60",
        ("T3", "环境保护法规、规划及标准", "项目支出", ""): "7.50",
        ("T4", "住房保障支出", "一般公共预算财政拨款", "支出"): "409.89",
        ("T5", "机关事业单位职业年金缴费支出", "本年支出合计", ""): "116.59",
        ("T5", "合计", "项目支出", ""): "1,367.75",
        ("T6", "公务用车运行维护费", "决算数", "公用经费"): "16.95",
        ("T6", "资本性支出", "决算数", "公用经费"): "14.44",
        ("T7", "公务接待费", "预算数", ""): "0.50",
    }
    assert {key: spaced.get(key) for key in expected} == expected


def test_rows_of_a_continuation_page_keep_their_own_page(real_files: list[Path]) -> None:
    reading = read_account(next(path for path in real_files if "财政局" in path.name))
    pages = {
        fact.subject: fact.place.page for fact in reading.facts if fact.kind == "T3" and fact.measure == "本年支出合计"
    }
    assert (pages["行政运行"], pages["住房公积金"]) == (10, 11)


def test_blank_cell_is_not_zero(real_files: list[Path]) -> None:
    reading = read_account(next(path for path in real_files if "财政局" in path.name))
    blank = next(fact for fact in reading.facts if fact.kind == "T6" and fact.subject == "电费")
    zero = next(
        f
        for f in read_account(next(p for p in real_files if "2021" in p.name)).facts
        if f.kind == "T6" and f.subject == "电费"
    )
    assert (blank.text, blank.value) == ("", None)
    assert (zero.text, zero.value) == ("0.00", amount("0.00"))


def test_statements_know_subject_unit_direction_base_and_reason(real_files: list[Path]) -> None:
    reading = read_account(next(path for path in real_files if "财政局" in path.name))
    by_text = {(s.text, s.measure): s for s in reading.statements}
    change = by_text["63.14万元", "增减额"]
    assert (change.subject, change.direction, change.base) == ("一般公共预算财政拨款支出", "减少", "2023年")
    assert change.reason
    budget = by_text["1560.05万元", "年初预算"]
    assert (budget.subject, budget.unit) == ("行政运行", "万元")
    assert by_text["2台（套）", "数量"].unit == "台（套）"


def test_sentence_over_two_pages_keeps_both_places(real_files: list[Path]) -> None:
    reading = read_account(next(path for path in real_files if "社会工作部" in path.name))
    places = [
        {place.page for place in s.places}
        for p in reading.passages
        for s in p.sentences
        if len({q.page for q in s.places}) > 1
    ]
    assert {17, 18} in places


def test_glossary_and_duties_are_whole(real_files: list[Path]) -> None:
    from ingest.narrative import glossary_term

    reading = read_account(next(path for path in real_files if "财政局" in path.name))
    terms = [glossary_term(passage) for passage in reading.passages if passage.kind == "glossary"]
    assert len(terms) == 11
    assert {"机关运行经费", "三公”经费", "项目支出"} & {term.strip("“") for term in terms} == {
        "机关运行经费",
        "三公”经费",
        "项目支出",
    }
    duties = next(passage for passage in reading.passages if passage.kind == "duties")
    assert all(f"（{number}）" in duties.text for number in ("一", "六", "十", "十二"))


def test_a_page_number_at_the_foot_of_a_texts_page_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "pages.txt"
    path.write_text("本年支出如下：\n12\f共有车辆3辆\n- 2 -\n\f单价100万元以上设备\n100", "utf-8")
    lines = [item.text for page in read_pages(path) for item in page.items if isinstance(item, Line)]
    assert lines == ["本年支出如下：", "12", "共有车辆3辆", "单价100万元以上设备", "100"]


def test_a_level_of_a_code_printed_without_its_leading_zero_is_no_other_code(tmp_path: Path) -> None:
    path = tmp_path / "tabs.txt"
    rows = ["类\t款\t科目名称\t预算数", "301\t\t工资福利支出\t30.00", "301\t01\t基本工资\t10.00", "301\t2\t津贴补贴\t20.00"]
    path.write_text("基本支出预算表\n单位：元\n" + "\n".join(rows), "utf-8")
    (table,), _ = read_tables(read_pages(path))
    assert [(row.code, row.label) for row in table.rows] == [
        ("301", "工资福利支出"),
        ("30101", "基本工资"),
        ("30102", "津贴补贴"),
    ]


def test_an_empty_table_in_page_text_has_the_page_of_its_title(tmp_path: Path) -> None:
    path = tmp_path / "pages.txt"
    path.write_text("概况\f政府性基金预算财政拨款收入支出决算表\n单位：万元\n合计 基本支出 项目支出\n注：本表无数据。", "utf-8")
    tables, _ = read_tables(read_pages(path))
    assert [(table.kind, table.rows, table.pages) for table in tables] == [("T8", (), (2,))]


def test_the_title_of_a_spreadsheets_print_is_found_over_its_number_owner_and_unit() -> None:
    """The owner's name is a line of its own, and the title says in brackets what the table is by."""

    def line(text: str, x: float, top: float) -> Line:
        return Line(text, Place(1, Box(x, top, x + 60, top + 10)))

    texts = ["科目编码", "科目名称", "金额", "301", "工资福利支出", "8.00"]
    cells = tuple(
        GridCell(text, i // 3, i // 3 + 1, i % 3, i % 3 + 1, Place(1, Box(i % 3 * 50, 90, i % 3 * 50 + 50, 110)))
        for i, text in enumerate(texts)
    )
    grid = Grid(2, 3, cells, Place(1, Box(0, 90, 150, 130)), edges=(0, 50, 100, 150))
    lines = [
        line("财政拨款基本支出预算表(经济科目)", 40, 20),
        line("公开表六", 0, 40),
        line("部门： 单位：万元", 0, 60),
        line("某市某局", 50, 61),
    ]
    (table,), narrative = read_tables([Page(1, (*lines, grid))])
    assert (table.kind, table.title, table.unit) == (None, "财政拨款基本支出预算表(经济科目)", "万元")
    assert [(row.code, row.side, row.cells[0].text) for row in table.rows] == [("301", "", "8.00")]
    assert not narrative


def test_printed_forms_of_names_and_numbers() -> None:
    assert unwrap("因 公 出 国 （ 境 ） 费\n用") == "因公出国（境）费用"
    assert subject_of("二十六、抗疫特别国债安排的支出") == "抗疫特别国债安排的支出"
    assert amount("（123.45）") == -amount("123.45")  # type: ignore[operator]
    assert amount("1,234.50") == amount("1234.50")
    assert amount("2010601x") is None
    assert [chinese_number(text) for text in ("三", "十", "十二", "二十", "7", "很")] == [3, 10, 12, 20, 7, None]
