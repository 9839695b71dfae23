"""Accounts in other formats than PDF and text read back cell by cell; what lies or does harm is refused with a reason."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import bad_files as bad
import pytest
from PIL import Image
from readings import check_account

from assistant import Assistant, Citation
from eval.accounts import FORMS, SHANGHAI, WRITERS, MadeUp, Told, as_pdf, as_told, compare, make
from eval.accounts.docx import table_of
from eval.accounts.font import FONT_FILE
from eval.accounts.htmlfile import as_site
from eval.accounts.told import NOWHERE
from eval.accounts.xlsx import as_xlsx
from ingest import Store, Unreadable, files_in, ingest, read_account
from ingest.files import content, members
from ingest.model import Reading
from ingest.readers import Grid, Line, Page, read_pages
from ingest.readers.limits import MAX_CELLS
from ingest.readers.numberformat import shown_number, shown_text
from ingest.readers.numbering import counted
from ui.address import of_citation
from ui.web.evidence import fragment, opened
from ui.web.picture import page_picture
from ui.words import Words

FORMATS: dict[str, Callable[[MadeUp, Path], list[Told]]] = {
    "a.docx": WRITERS["docx"].write,
    "a.xlsx": WRITERS["xlsx"].write,
    "a.xls": WRITERS["xls"].write,
    "a.html": WRITERS["site"].write,
    "a.csv": WRITERS["csv"].write,
}


def texts(pages: list[Page]) -> list[str]:
    """The lines of pages, without the grids."""
    return [item.text for page in pages for item in page.items if isinstance(item, Line)]


def grids(pages: list[Page]) -> list[Grid]:
    return [item for page in pages for item in page.items if isinstance(item, Grid)]


def rows(grid: Grid) -> list[list[str | None]]:
    return [[cell and cell.text for cell in line] for line in grid.lines()]


def reason(path: Path) -> str:
    """Why a file is refused; the message must be Chinese and say what to do."""
    with pytest.raises(Unreadable) as refused:
        read_account(path)
    assert "请" in str(refused.value)
    return refused.value.reason


# --- whole accounts ---------------------------------------------------------------------------------------------------


def check(reading: Reading, account: MadeUp, truth: list[Told]) -> None:
    """Everything that the account says is read as printed, and in printed order."""
    result = compare(as_told(reading), truth)
    assert result.perfect, (f"{result.right} of {result.total}", *result.wrong[:6])
    bare = [[replace(told, where=NOWHERE) for told in tolds] for tolds in (as_told(reading), truth)]
    assert bare[0] == bare[1]
    check_account(account, reading)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", FORMATS)
def test_account_reads_back_cell_by_cell(name: str, form: str, tmp_path: Path) -> None:
    account = make(11, FORMS[form])
    truth = FORMATS[name](account, tmp_path / name)
    check(read_account(tmp_path / name), account, truth)


@pytest.mark.parametrize("ruled", [True, False])
def test_each_figure_of_a_workbook_knows_its_cell(ruled: bool, tmp_path: Path) -> None:
    account = make(5)
    truth = as_xlsx(account, tmp_path / "a.xlsx", ruled=ruled)
    reading = read_account(tmp_path / "a.xlsx")
    check(reading, account, truth)
    assert [fact.place.cell for fact in reading.facts] == [told.where.cell for told in truth]


def test_title_and_unit_in_rows_of_the_table_are_read_as_such(tmp_path: Path) -> None:
    account = make(6, replace(SHANGHAI, title="inside"))
    truth = as_site(account, tmp_path / "a.htm", charset="utf-8")
    check(read_account(tmp_path / "a.htm"), account, truth)


# --- values of sheets -------------------------------------------------------------------------------------------------

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("12.5", "#,##0.00", "12.50"),
        ("0.30000000000000004", "General", "0.3"),
        ("1234567.885", "#,##0.00", "1,234,567.89"),
        ("2.675", "0.00", "2.68"),
        ("-0.001", "0.00", "0.00"),
        ("-1234.5", "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        ("-1234.5", "#,##0.00;[Red]-#,##0.00", "-1,234.50"),
        ("0", ACCOUNTING, "-"),
        ("-3.456", ACCOUNTING, "-3.46"),
        ("0", "0.00;-0.00;;@", ""),
        ("0", '[=0]"";0.00', ""),
        ("0.12345", "0.00%", "12.35%"),
        ("123", "[$¥-804]#,##0.00", "¥123.00"),
        ("12345678", "#,##0.00,", "12,345.68"),
        ("5", "00", "05"),
        ("2010301", "General", "2010301"),
        ("45657", "yyyy-mm-dd", "2024-12-31"),
        ("45657", 'yyyy"年"m"月"d"日";@', "2024年12月31日"),
        ("45657.5", "yyyy/m/d h:mm", "2024/12/31 12:00"),
        ("12", '0"万元"', "12万元"),
        ("100000000000000000000000", "General", "1E+23"),
    ],
)
def test_number_is_shown_as_its_format_says(value: str, code: str, shown: str) -> None:
    assert shown_number(Decimal(value), code) == shown


def test_text_is_shown_as_it_is_unless_its_format_adds_to_it() -> None:
    assert shown_text("行政运行", "#,##0.00") == "行政运行"
    assert shown_text("水务局", '0;-0;0;"部门："@') == "部门：水务局"


def sheet_pages(tmp_path: Path, cells: str, styles: str = "") -> list[Page]:
    return read_pages(bad.workbook(tmp_path / "made.xlsx", cells, styles))


def test_hidden_rows_columns_and_sheets_are_left_out(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    for line in [["项目", "旧", "决算数"], ["甲", "1.00", "2.00"], ["乙", "3.00", "4.00"], ["丙", "5.00", "6.00"]]:
        page.append(line)
    page.column_dimensions["B"].hidden = True
    page.row_dimensions[3].hidden = True
    book.create_sheet("隐藏")["A1"] = "不可见"
    book["隐藏"].sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    pages = read_pages(tmp_path / "a.xlsx")
    assert [rows(grid) for grid in grids(pages)] == [[["项目", "决算数"], ["甲", "2.00"], ["丙", "6.00"]]]
    assert grids(pages)[0].cells[-1].place.cell == "Sheet!C4"
    assert "不可见" not in texts(pages)


def test_what_is_hidden_in_old_workbooks_is_left_out(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("表")
    for at, line in enumerate([["项目", "旧", "决算数"], ["甲", "1.00", "2.00"], ["乙", "3.00", "4.00"]]):
        for column, text in enumerate(line):
            page.write(at, column, text)
    page.col(1).hidden = True
    page.row(1).hidden = True
    book.add_sheet("隐藏").write(0, 0, "不可见")
    book.get_sheet(1).visibility = 1
    book.save(str(tmp_path / "a.xls"))
    pages = read_pages(tmp_path / "a.xls")
    assert [rows(grid) for grid in grids(pages)] == [[["项目", "决算数"], ["乙", "4.00"]]]
    assert len(pages) == 1


def test_formula_shows_its_saved_result_and_one_without_is_refused(tmp_path: Path) -> None:
    saved = '<row r="1"><c r="A1"><f>1+2</f><v>3</v></c><c r="B1" t="str"><f>""</f><v></v></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    (grid,) = grids(sheet_pages(tmp_path, f"<sheetData>{saved}</sheetData>"))
    assert rows(grid) == [["3", "#DIV/0!"]]
    with pytest.raises(Unreadable, match="表!B7") as refused:
        sheet_pages(tmp_path, '<sheetData><row r="7"><c r="B7"><f>SUM(B1:B6)</f></c></row></sheetData>')
    assert refused.value.reason == "not-calculated"


def test_sheet_of_a_standard_name_needs_no_title(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "收入决算表"
    for line in [["单位：", "万元"], ["科目编码", "科目名称", "本年收入合计"], ["201", "一般公共服务支出", "8.50"]]:
        book.active.append(line)
    book.save(tmp_path / "a.xlsx")
    pages = read_pages(tmp_path / "a.xlsx")
    assert texts(pages) == ["收入决算表", "单位：万元"]
    assert rows(grids(pages)[0])[0] == ["科目编码", "科目名称", "本年收入合计"]


def test_title_owner_date_and_unit_in_framed_cells_are_no_header(tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Border, Side

    book, thin = Workbook(), Side(style="thin")
    lines = [
        ["水务局收支情况", None, None], ["财决01表", None, None], ["编制单位：", "水务局", "日期：2025年3月1日"],
        ["金额单位：万元", None, None], ["经费", None, None], ["项目", "基本支出", "项目支出"], ["甲", "1.00", "2.00"],
    ]  # fmt: skip
    for line in lines:
        book.active.append(line)
    for row in book.active["A1:C7"]:
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for row in (1, 2, 4, 5):
        book.active.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
    book.save(tmp_path / "a.xlsx")
    pages = read_pages(tmp_path / "a.xlsx")
    assert texts(pages) == ["水务局收支情况", "财决01表", "编制单位：水务局", "日期：2025年3月1日", "金额单位：万元"]
    assert rows(grids(pages)[0])[0] == ["经费", None, None]


def test_tables_below_each_other_are_told_apart_and_notes_are_lines(tmp_path: Path) -> None:
    lines = [
        "收入决算表,,",
        "部门：水务局,,单位：万元",
        "科目编码,科目名称,合计",
        "201,一般公共服务支出,8.50",
        "注：本表反映收入。,,",
    ]
    more = ["支出决算表,,", "科目编码,科目名称,基本支出", "201,一般公共服务支出,7.50"]
    (tmp_path / "a.csv").write_text("\n".join(lines + more), "utf-8")
    pages = read_pages(tmp_path / "a.csv")
    assert texts(pages) == ["收入决算表", "部门：水务局", "单位：万元", "注：本表反映收入。", "支出决算表"]
    assert [rows(grid)[-1][2] for grid in grids(pages)] == ["8.50", "7.50"]


# --- word processors --------------------------------------------------------------------------------------------------

BREAK = '<w:r><w:br w:type="page"/></w:r>'
RENDERED = "<w:r><w:lastRenderedPageBreak/></w:r>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def test_automatic_numbers_stand_before_their_paragraphs(tmp_path: Path) -> None:
    from docx import Document
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = Document()
    numbering = document.part.numbering_part.element
    levels = [
        ("chineseCountingThousand", "第%1部分"),
        ("japaneseCounting", "%2、"),
        ("decimal", "%3."),
        ("bullet", "•"),
    ]
    made = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{made}</w:abstractNum>'))
    for number, override in (
        ("77", ""),
        ("78", '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride>'),
    ):
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="77"/>{override}</w:num>')
        )

    def listed(text: str, level: int, number: int = 77) -> None:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
        )

    for text, level in [
        ("概况", 0),
        ("主要职责", 1),
        ("负责", 2),
        ("承担", 2),
        ("机构设置", 1),
        ("点", 3),
        ("决算表", 0),
        ("说明", 1),
    ]:
        listed(text, level)
    listed("重新开始", 1, 78)
    document.save(str(tmp_path / "a.docx"))
    assert texts(read_pages(tmp_path / "a.docx")) == [
        "第一部分 概况", "一、主要职责", "1. 负责", "2. 承担", "二、机构设置", "点", "第二部分 决算表", "一、说明", "一、重新开始",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (10, "chineseCounting", "十"), (21, "chineseCountingThousand", "二十一"), (105, "chineseCounting", "一百〇五"),
        (11, "chineseLegalSimplified", "壹拾壹"), (2, "ideographTraditional", "乙"), (3, "decimalEnclosedCircle", "③"),
        (4, "upperRoman", "IV"), (27, "lowerLetter", "aa"), (7, "unheard-of", "7"),
    ],
)  # fmt: skip
def test_numbers_are_counted_as_word_processors_do(number: int, form: str, text: str) -> None:
    assert counted(number, form) == text


def test_pages_are_those_that_word_noted(tmp_path: Path) -> None:
    body = (
        paragraph(run("一"))
        + paragraph(run("二"), BREAK)  # set by hand, and noted again at the start of the next page
        + paragraph(RENDERED, run("三甲"), RENDERED, run("三乙"))
        + paragraph(run("四"), properties="<w:sectPr/>")
        + paragraph(run("五"))
    )
    pages = read_pages(bad.document(tmp_path / "a.docx", body + "<w:sectPr/>"))
    assert [(page.number, [item.text for item in page.items if isinstance(item, Line)]) for page in pages] == [
        (1, ["一", "二"]), (2, ["三甲"]), (3, ["三乙", "四"]), (4, ["五"]),
    ]  # fmt: skip


def test_no_page_is_claimed_where_word_noted_none(tmp_path: Path) -> None:
    body = paragraph(run("一"), BREAK) + paragraph(run("二"))
    (page,) = read_pages(bad.document(tmp_path / "a.docx", body))
    assert page.number is None and [item.place.line for item in page.items] == [1, 2]


def test_a_table_over_two_pages_knows_the_page_of_each_row(tmp_path: Path) -> None:
    cell = "<w:tc><w:p>{}</w:p></w:tc>"
    table = "".join(
        f"<w:tr>{cell.format(lead + run(name))}{cell.format(run(value))}</w:tr>"
        for lead, name, value in [("", "项目", "决算数"), ("", "甲", "1.00"), (RENDERED, "乙", "2.00")]
    )
    pages = read_pages(bad.document(tmp_path / "a.docx", f"<w:tbl>{table}</w:tbl>"))
    assert [cell.place.page for cell in grids(pages)[0].cells] == [1, 1, 1, 1, 2, 2]
    assert [page.number for page in pages] == [1, 2]


def test_text_boxes_count_once_and_deleted_or_hidden_text_never(tmp_path: Path) -> None:
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:txbxContent>{paragraph(run('框'))}</w:txbxContent></mc:Choice>"
        f"<mc:Fallback><w:txbxContent>{paragraph(run('框'))}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    )
    gone = "<w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
    body = paragraph(run("前"), gone, f"<w:ins>{run('加')}</w:ins>", box) + paragraph(run("后"))
    assert texts(read_pages(bad.document(tmp_path / "a.docx", body))) == ["前加", "框", "后"]


def test_a_table_that_only_holds_tables_is_layout(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    outer = document.add_table(1, 1)
    outer.cell(0, 0)._tc.append(table_of([["项目", "决算数"], ["甲", "1.00"]]))
    outer.cell(0, 0).add_paragraph("后文")
    document.save(str(tmp_path / "a.docx"))
    pages = read_pages(tmp_path / "a.docx")
    assert [rows(grid) for grid in grids(pages)] == [[["项目", "决算数"], ["甲", "1.00"]]]
    assert texts(pages) == ["后文"]


# --- web pages --------------------------------------------------------------------------------------------------------


def page_of(tmp_path: Path, body: str) -> list[Page]:
    (tmp_path / "a.html").write_text(f"<html><meta charset=utf-8><body>{body}</body></html>", "utf-8")
    return read_pages(tmp_path / "a.html")


def test_spans_of_web_tables_are_merged_cells(tmp_path: Path) -> None:
    body = "<table><tr><td rowspan=2>项目<td colspan=2>决算<br>数<tr><td>基本<td>项目<tr><td>甲<td>1.00<td>2.00</table>"
    (grid,) = grids(page_of(tmp_path, body))
    assert [(cell.text, cell.bottom - cell.top, cell.right - cell.left) for cell in grid.cells][:2] == [
        ("项目", 2, 1),
        ("决算\n数", 1, 2),
    ]
    assert rows(grid)[2] == ["甲", "1.00", "2.00"]


def test_layout_tables_and_paragraphs_of_web_pages(tmp_path: Path) -> None:
    inner = "<table><tr><td>项目<td>数</tr><tr><td>甲<td>1.00</tr></table>"
    body = f"<table><tr><td>左栏</td><td><p>　　第一<b>段</b>\n话</p>二&nbsp;甲<br>三{inner}</td></tr></table>"
    pages = page_of(tmp_path, body)
    assert texts(pages) == ["左栏", "第一段 话", "二 甲", "三"]
    assert [rows(grid) for grid in grids(pages)] == [[["项目", "数"], ["甲", "1.00"]]]


def test_menus_and_the_foot_are_left_out_and_text_in_boxes_named_like_them_is_not(tmp_path: Path) -> None:
    links = "".join(f"<li><a href='/{n}'>栏目{n}</a></li>" for n in range(5))
    body = (
        f"<div class='top-menu'>{links}</div><ul>{links}</ul><nav>导航</nav>"
        "<div class='content share'><p>公务接待费减少。</p><a href='/'>打印</a></div><ul><li>一是<li>二是</ul>"
        "<div id='footer'>主办单位：云岫市水务局</div>"
    )
    assert texts(page_of(tmp_path, body)) == ["公务接待费减少。", "打印", "一是", "二是"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("utf-8", "utf-8"),
        ("", "gb18030"),
        ("gb2312", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
    ],
)
def test_characters_of_web_pages(declared: str, encoding: str, tmp_path: Path) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    (tmp_path / "a.html").write_bytes(f"<html>{meta}<p>镕基公务接待费㙍</p></html>".encode(encoding))
    assert texts(read_pages(tmp_path / "a.html")) == ["镕基公务接待费㙍"]


def test_what_lies_deep_in_a_page_is_read_or_the_page_refused(tmp_path: Path) -> None:
    assert texts(page_of(tmp_path, "<div>" * 500 + "深")) == ["深"]
    with pytest.raises(Unreadable) as refused:
        page_of(tmp_path, "<div>" * 1900 + "深")
    assert refused.value.reason == "unsafe"


def test_a_page_saved_with_its_pictures(tmp_path: Path) -> None:
    from email.mime.image import MIMEImage
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    account = make(8)
    as_site(account, tmp_path / "a.html", charset="utf-8")
    saved = MIMEMultipart("related")
    saved.attach(MIMEText((tmp_path / "a.html").read_text("utf-8"), "html", "utf-8"))
    saved.attach(MIMEImage(b"GIF89a", "gif"))
    (tmp_path / "a.mht").write_bytes(saved.as_bytes())
    assert read_account(tmp_path / "a.mht").account.department == account.department


# --- archives ---------------------------------------------------------------------------------------------------------


def old_archive(path: Path, name: str, data: bytes) -> Path:
    """As old Chinese programs write it: the name in GBK, and no mark of the encoding."""
    raw = name.encode("gbk")
    placeholder = ("n" * (len(raw) - 4) + ".txt").encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(placeholder.decode(), data)
    path.write_bytes(path.read_bytes().replace(placeholder, raw))
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of small accounts by file name."""
    folder = tmp_path_factory.mktemp("written")
    for seed, (name, write) in enumerate(FORMATS.items(), 20):
        write(make(seed), folder / name)
    return {name: (folder / name).read_bytes() for name in FORMATS}


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_an_archive_that_holds_a_pdf_uncompressed_is_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("first.pdf", b"%PDF-1.7\n")
        archive.writestr("second.pdf", b"%PDF-1.7\n")
    assert [file.name for file in files_in([path])] == ["first.pdf", "second.pdf"]


def test_each_member_of_an_archive_is_a_document(tmp_path: Path, written: dict[str, bytes], encoder: Any) -> None:
    inner = packed(tmp_path / "inner.zip", {"乙.xlsx": written["a.xlsx"], "乙2.zip": b"PK\x05\x06" + bytes(18)})
    outer = packed(
        tmp_path / "a.zip",
        {
            "部门/甲.docx": written["a.docx"],
            "../../../丙.html": written["a.html"],
            "里.zip": inner.read_bytes(),
            "图.jpg": b"\xff\xd8\xff\xe0",
            "__MACOSX/._甲.docx": b"x",
            ".DS_Store": b"x",
            "部门/~$甲.docx": b"x",
        },
    )
    inner.unlink()
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        outcomes = {outcome.path.removeprefix(f"{outer}!/"): outcome for outcome in ingest([outer], store)}
        stored = {account.path: account for account in store.accounts()}
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "丙.html": "added", "图.jpg": "failed", "部门/甲.docx": "added", "里.zip!/乙.xlsx": "added",
        "里.zip!/乙2.zip": "failed",
    }  # fmt: skip
    assert stored.keys() == {f"{outer}!/{name}" for name, outcome in outcomes.items() if outcome.status == "added"}
    assert content(Path(f"{outer}!/里.zip!/乙.xlsx")) == written["a.xlsx"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "store"], "nothing was unpacked beside it"


def test_names_of_old_archives_are_chinese(tmp_path: Path) -> None:
    path = old_archive(tmp_path / "a.zip", "决算公开.txt", "云岫市".encode())
    assert members(path) == [Path(f"{path}!/决算公开.txt")]
    assert content(members(path)[0]).decode() == "云岫市"


def test_two_members_of_one_name_are_both_there(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"x/../a.txt": b"1", "./x/a.txt": b"2"})
    assert [content(member) for member in members(path)] == [b"1", b"2"]


def test_encrypted_member_is_refused_with_the_reason(tmp_path: Path, encoder: Any) -> None:
    path = bad.locked_zip(tmp_path / "a.zip")
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        outcomes = list(ingest([path], store))
    assert outcomes and all(outcome.status == "failed" and "已加密" in (outcome.reason or "") for outcome in outcomes)


def test_a_member_that_is_gone_is_missing(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": b"1"})
    assert reason(Path(f"{path}!/b.txt")) == "missing"


def test_folders_give_all_formats_and_no_lock_files(tmp_path: Path, written: dict[str, bytes]) -> None:
    for name in ("A.DOCX", "b.Xls", "c.HTM", "d.ofd", "~$A.docx", ".e.xlsx", "f.md", "g.Pdf"):
        (tmp_path / name).write_bytes(b"x")
    packed(tmp_path / "z.ZIP", {"h.doc": b"x"})
    names = [path.relative_to(tmp_path).as_posix() for path in files_in([tmp_path])]
    assert names == ["A.DOCX", "b.Xls", "c.HTM", "d.ofd", "g.Pdf", "z.ZIP!/h.doc"]


# --- what a file is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("a.html", "a.doc"), ("a.html", "a.xls"), ("a.html", "a"), ("a.xlsx", "a.xls"), ("a.xls", "a.xlsx"),
        ("a.docx", "a.doc"), ("a.docx", "a.pdf"), ("a.xlsx", "a.zip"), ("a.csv", "a.xls"),
    ],
)  # fmt: skip
def test_a_file_is_read_as_what_it_is(kind: str, name: str, tmp_path: Path, written: dict[str, bytes]) -> None:
    path, plain = tmp_path / name, tmp_path / "plain" / kind
    plain.parent.mkdir()
    path.write_bytes(written[kind].replace(b",", b"\t") if kind == "a.csv" else written[kind])
    plain.write_bytes(written[kind])
    assert read_account(path).account.department == read_account(plain).account.department


def test_a_pdf_called_text_is_read_as_pdf(tmp_path: Path) -> None:
    bad.pdf_of_pages(tmp_path / "a.txt", 2)
    assert [page.number for page in read_pages(tmp_path / "a.txt")] == [1, 2]


KNOWN = {
    "a.ofd": (lambda path: bad.package(path, {"OFD.xml": "<OFD/>"}), "OFD"),
    "a.rar": (lambda path: path.write_bytes(b"Rar!\x1a\x07\x01\x00"), "RAR"),
    "a.jpg": (lambda path: path.write_bytes(b"\xff\xd8\xff\xe0 picture"), "图片"),
    "a.xlsb": (lambda path: bad.package(path, {"xl/workbook.bin": "x"}), "XLSX"),
    "a.xls": (
        lambda path: path.write_text(
            '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        ),
        "2003",
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_formats_that_are_known_but_not_read_say_what_to_do(name: str, tmp_path: Path) -> None:
    write, word = KNOWN[name]
    write(tmp_path / name)
    with pytest.raises(Unreadable, match=word) as refused:
        read_pages(tmp_path / name)
    assert refused.value.reason == "format" and "请" in str(refused.value)


# --- bad files --------------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[Callable[[Path], Any], str]] = {
    "locked.docx": (bad.locked_office, "encrypted"),
    "locked.xlsx": (bad.locked_office, "encrypted"),
    "no-pages.pdf": (bad.pdf_without_pages, "empty"),
    "pages.pdf": (lambda path: bad.pdf_of_pages(path, 10_000), "too-large"),
    "forms.pdf": (lambda path: bad.pdf_of_nested_forms(path, 20_000), "not-an-account"),
    "endless.xlsx": (bad.endless_sheet, "not-an-account"),
    "diagonal.xlsx": (bad.diagonal_sheet, "too-large"),
    "blown.xlsx": (lambda path: bad.blown_up(path, "xlsx"), "too-large"),
    "blown.docx": (lambda path: bad.blown_up(path, "docx"), "too-large"),
    "blown.zip": (lambda path: bad.blown_up(path, "zip"), "too-large"),
    "laughs.xlsx": (lambda path: bad.laughing(path, "xlsx"), "unsafe"),
    "laughs.docx": (lambda path: bad.laughing(path, "docx"), "unsafe"),
    "deep.html": (lambda path: path.write_text("<html>" + "<div>" * 100_000 + "深", "utf-8"), "unsafe"),
    "wide.html": (
        lambda path: path.write_text("<table>" + "<tr><td colspan=1000 rowspan=9999>深<td>1" * 5000, "utf-8"),
        "too-large",
    ),
    **{
        f"empty{suffix}": (lambda path: path.write_bytes(b""), "empty")
        for suffix in (".pdf", ".docx", ".xlsx", ".xls", ".html", ".csv", ".zip", ".doc")
    },
}
READ_ALL = """
import resource, sys, time
from pathlib import Path
from ingest import Unreadable, read_account
most = int(sys.argv[1]) << 20
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for name in sys.argv[2:]:
    started = time.monotonic()
    try:
        read_account(Path(name))
        print("read", end=" ")
    except Unreadable as error:
        print(error.reason, end=" ")
    print(round(time.monotonic() - started, 2))
"""


def test_bad_files_are_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    for name, (write, _) in BAD.items():
        write(tmp_path / name)
    command = [sys.executable, "-c", READ_ALL, "1200", *(str(tmp_path / name) for name in BAD)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parent.parent)
    assert done.returncode == 0, done.stderr[-2000:]
    found = dict(zip(BAD, (line.split() for line in done.stdout.splitlines()), strict=True))
    assert {name: why for name, (why, _) in found.items()} == {name: why for name, (_, why) in BAD.items()}
    assert max(float(seconds) for _, seconds in found.values()) < 20


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.xls"])
def test_a_file_that_breaks_off_is_refused_as_damaged(name: str, tmp_path: Path, written: dict[str, bytes]) -> None:
    whole = written[name]
    for share in (0.1, 0.5, 0.9, 0.999):
        path = tmp_path / name
        path.write_bytes(whole[: int(len(whole) * share)])
        assert reason(path) == "damaged", share


def test_damaged_bytes_inside_a_package_are_refused(tmp_path: Path, written: dict[str, bytes]) -> None:
    for name in ("a.docx", "a.xlsx"):
        data = bytearray(written[name])
        for at in range(len(data) // 4, len(data) // 2, 97):
            data[at] ^= 0xFF
        (tmp_path / name).write_bytes(data)
        assert reason(tmp_path / name) == "damaged"


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_a_table_of_100000_cells_is_read(suffix: str, tmp_path: Path) -> None:
    pages = read_pages(bad.large(tmp_path / f"a{suffix}"))
    assert sum(len(grid.cells) for grid in grids(pages)) == bad.CELLS + 10
    assert bad.CELLS < MAX_CELLS


def test_the_most_pages_are_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bad.pdf_of_pages(tmp_path / "a.pdf", 3)
    monkeypatch.setenv("JUESUAN_MAX_PAGES", "2")
    assert reason(path) == "too-large"
    monkeypatch.setenv("JUESUAN_MAX_PAGES", "3")
    assert len(read_pages(path)) == 3
    monkeypatch.setenv("JUESUAN_MAX_PAGES", "many")
    assert reason(path) == "setting"


# --- LibreOffice ------------------------------------------------------------------------------------------------------


def program(folder: Path, lines: str) -> None:
    """A program called soffice that does this; its last argument is the file, `--outdir` the folder."""
    path = folder / "soffice"
    path.write_text(f"#!{sys.executable}\nimport pathlib, shutil, sys, time\nargs = sys.argv\n{lines}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le").ljust(128, b"\0")


def test_old_documents_are_read_by_way_of_docx(
    tmp_path: Path, written: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.docx").write_bytes(written["a.docx"])
    program(
        tmp_path,
        "out = pathlib.Path(args[args.index('--outdir') + 1]); out.mkdir()\n"
        f"assert args[args.index('--convert-to') + 1] == 'docx'\nshutil.copy({str(tmp_path / 'good.docx')!r}, out)",
    )
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for name, data in (("a.doc", OLD), ("a.wps", OLD), ("a.rtf", b"{\\rtf1 x}")):
        (tmp_path / name).write_bytes(data)
        reading = read_account(tmp_path / name)
        assert reading.account.department == make(20).department and reading.account.pages is None


def test_without_libreoffice_or_if_it_fails_the_reason_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.doc").write_bytes(OLD)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert reason(tmp_path / "a.doc") == "converter"
    program(tmp_path, "sys.exit(0)")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert reason(tmp_path / "a.doc") == "damaged"
    program(tmp_path, "time.sleep(60)")
    monkeypatch.setattr("ingest.readers.office._SECONDS", 0.5)
    assert reason(tmp_path / "a.doc") == "converter"


# --- evidence ---------------------------------------------------------------------------------------------------------


def cited(assistant: Assistant, kind: str) -> tuple[Citation, str]:
    """A citation of the first figure of a table of the only account, and the figure's text."""
    account = assistant.library.accounts[0]
    view = assistant.library.view(account.id)
    fact = next(fact for fact in view.facts if fact.kind == kind and fact.text)
    title = view.tables[fact.table].title
    citation = Citation(
        id=1, document=account.id, sha256=account.sha256, page=fact.place.page, line=fact.place.line,
        cell=fact.place.cell, bbox=tuple(fact.place.box) if fact.place.box else None, table=title, kind=fact.kind,
        row=fact.label, column="/".join(fact.column), text=fact.text,
    )  # fmt: skip
    return citation, fact.text


def evidence(assistant: Assistant, citation: Citation) -> str:
    """What the page shows of a citation."""
    words = Words()
    return fragment(assistant, opened(assistant, of_citation(assistant.library, citation), words), words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.xlsx", "工作表“收入支出决算总表”"),
        ("a.docx", 'class="excerpt"'),
        ("a.html", 'class="excerpt"'),
        ("a.csv", 'class="excerpt"'),
    ],
)
def test_evidence_of_files_without_pages(
    name: str, words: str, tmp_path: Path, written: dict[str, bytes], encoder: Any
) -> None:
    path = packed(tmp_path / "a.zip", {name: written[name]})
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        assert [outcome.status for outcome in ingest([path], store)] == ["added"]
    assistant = Assistant.open(tmp_path / "store")
    try:
        citation, text = cited(assistant, "T1")
        shown = evidence(assistant, citation)
    finally:
        assistant.close()
    assert "<img" not in shown and words in shown and name in shown
    assert f">{text}</td>" in shown.partition("class=hit")[2][:200]
    if 'class="excerpt"' in words:
        assert text in shown.split("<mark>")[1].split("</mark>")[0]


@pytest.mark.skipif(not Path(FONT_FILE).exists(), reason="fonts-wqy-microhei is not installed")
def test_a_pdf_in_an_archive_shows_its_page(tmp_path: Path, encoder: Any) -> None:
    as_pdf(make(2), tmp_path / "a.pdf")
    path = packed(tmp_path / "a.zip", {"内/a.pdf": (tmp_path / "a.pdf").read_bytes()})
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        assert [outcome.status for outcome in ingest([path], store)] == ["added"]
    assistant = Assistant.open(tmp_path / "store")
    try:
        citation, _ = cited(assistant, "T1")
        account = assistant.library.account(citation.document)
        picture = Image.open(io.BytesIO(page_picture(account, citation.page or 0)))
        assert picture.width > 500 and "<img" in evidence(assistant, citation)
        path.write_bytes(b"PK")
        shown = evidence(assistant, citation)
        assert "<img" not in shown and "a.zip" in shown
    finally:
        assistant.close()
