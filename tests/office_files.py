"""The made-up accounts of `accounts` as DOCX, XLSX, XLS, HTML and CSV, with the truth about each cell."""

from __future__ import annotations

import csv
import html
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from accounts import MadeUp, Sheet, Told, _back, _front, _tell, cells_of, merges

MONEY = "#,##0.00"
Rows = list[list[str]]


def printed(account: MadeUp) -> Iterator[tuple[Sheet, Rows, int]]:
    """Each table with its rows ("<" and "^" join cells) and how many of them are header; the truth is told."""
    for sheet in account.sheets:
        rows = [list(line) for line in sheet.head]
        for number, line in enumerate(sheet.lines):
            rows.append(cells_of(sheet, line, number, merged=not account.form.counters))
            _tell(account, sheet, line, None, None)
        yield sheet, rows, len(sheet.head)


def spans(rows: Rows) -> Iterator[tuple[int, int, int, int, str]]:
    """Top, left, bottom, right (both inside) and text of each cell."""
    for top, left, bottom, right in merges(rows):
        yield top, left, bottom, right, rows[top][left]


def narrative(account: MadeUp) -> tuple[list[str], list[str]]:
    """The paragraphs before and after the tables."""
    before = [paragraph for page in _front(account) for paragraph in page]
    return before, [paragraph for page in _back(account) for paragraph in page]


# --- spreadsheets -----------------------------------------------------------------------------------------------------


def as_xlsx(account: MadeUp, path: Path, ruled: bool = True) -> tuple[list[Told], list[str]]:
    """One sheet per table, amounts as numbers with a format. Gives the truth and the address of each amount.

    :param ruled: cells have borders, as office programs print them.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Border
    from openpyxl.styles import Side as Edge
    from openpyxl.utils import get_column_letter

    thin = Edge(style="thin")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    book = Workbook()
    before, after = narrative(account)
    _prose(book.active, "封面", before)
    where: list[str] = []
    for number, (sheet, rows, head) in enumerate(printed(account), 1):
        page = book.create_sheet(f"表{number}")
        width = len(rows[0])
        page.cell(1, 1, sheet.title)
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
        page.cell(2, width, f"公开{number:02}表")
        page.cell(3, 1, f"部门：{account.department}")
        page.cell(3, width, "单位：万元")
        for top, left, bottom, right, text in spans(rows):
            cell = page.cell(top + 4, left + 1)
            if top >= head and "." in text and text.replace(",", "").replace(".", "").lstrip("-").isdigit():
                cell.value = float(text.replace(",", ""))
                cell.number_format = MONEY
            else:
                cell.value = text or None
            for row in range(top, bottom + 1) if ruled else ():
                for column in range(left, right + 1):
                    page.cell(row + 4, column + 1).border = frame
            if (top, left) != (bottom, right):
                page.merge_cells(start_row=top + 4, start_column=left + 1, end_row=bottom + 4, end_column=right + 1)
        for at, note in enumerate(sheet.notes):
            page.cell(4 + len(rows) + at, 1, note)
        for at, line in enumerate(sheet.lines):
            first = 0
            for side, entry in zip(sheet.sides, line, strict=True):
                first += side.width
                columns = range(first - len(side.columns), first) if entry else ()
                where += [f"{page.title}!{get_column_letter(column + 1)}{4 + head + at}" for column in columns]
    _prose(book.create_sheet("说明"), "说明", after)
    book.save(path)
    return account.truth, where


def _prose(page: Any, title: str, paragraphs: list[str]) -> None:
    page.title = title
    for number, paragraph in enumerate(paragraphs, 1):
        page.cell(number, 1, paragraph)


def as_xls(account: MadeUp, path: Path) -> list[Told]:
    """As `as_xlsx`, in the format of before 2007."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    before, after = narrative(account)
    _old_prose(book.add_sheet("封面"), before)
    frame = "borders: left thin, right thin, top thin, bottom thin"
    plain, money = xlwt.easyxf(frame), xlwt.easyxf(frame, num_format_str=MONEY)
    for number, (sheet, rows, head) in enumerate(printed(account), 1):
        page = book.add_sheet(f"表{number}")
        page.write_merge(0, 0, 0, len(rows[0]) - 1, sheet.title)
        page.write(1, 0, f"部门：{account.department}")
        page.write(1, len(rows[0]) - 1, "单位：万元")
        for top, left, bottom, right, text in spans(rows):
            figure = top >= head and "." in text
            value = float(text.replace(",", "")) if figure else text
            page.write_merge(top + 2, bottom + 2, left, right, value, money if figure else plain)
        for at, note in enumerate(sheet.notes):
            page.write(2 + len(rows) + at, 0, note)
    _old_prose(book.add_sheet("说明"), after)
    book.save(str(path))
    return account.truth


def _old_prose(page: Any, paragraphs: list[str]) -> None:
    for number, paragraph in enumerate(paragraphs):
        page.write(number, 0, paragraph)


def as_csv(account: MadeUp, path: Path) -> list[Told]:
    """What an office program saves of one sheet with all tables below each other: merged cells leave blanks."""
    before, after = narrative(account)
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerows([paragraph] for paragraph in before)
        for sheet, rows, _ in printed(account):
            blank = [""] * (len(rows[0]) - 1)
            out.writerow([sheet.title, *blank])
            out.writerow([f"部门：{account.department}", *blank[1:], "单位：万元"])
            out.writerows([["" if text in ("<", "^") else text for text in row] for row in rows])
            out.writerows([note, *blank] for note in sheet.notes)
        out.writerows([paragraph] for paragraph in after)
    return account.truth


# --- documents --------------------------------------------------------------------------------------------------------


def as_html(account: MadeUp, path: Path, charset: str = "gb2312", inside: bool = False) -> list[Told]:
    """A page of a government site: menu, crumbs, a layout table around the article, rowspan and colspan.

    :param inside: title and unit stand in rows of the table, as an office program exports them.
    """
    before, after = narrative(account)
    body = [f"<p>　　{html.escape(paragraph)}</p>" for paragraph in before]
    for sheet, rows, _ in printed(account):
        title, unit = sheet.title, (f"部门：{account.department}", "单位：万元")
        out = []
        if inside:
            width = len(rows[0])
            out.append(f"<tr><td colspan={width}>{title}</td></tr>")
            out.append(f"<tr><td colspan='{width - 1}'>{unit[0]}</td><td>{unit[1]}</td></tr>")
        else:
            body.append(f"<p align=center><b>{title}</b></p><p>{unit[0]}&nbsp;&nbsp;{unit[1]}</p>")
        for number in range(len(rows)):
            cells = [
                f"<td rowspan={bottom - top + 1} colspan={right - left + 1}><p><span>{html.escape(text) or '&nbsp;'}</span></p></td>"
                for top, left, bottom, right, text in spans(rows)
                if top == number
            ]
            out.append(f"<tr>{''.join(cells)}</tr>")
        out += [f"<tr><td colspan={len(rows[0])}>{note}</td></tr>" for note in sheet.notes if inside]
        body.append(f"<table border=1><tbody>{''.join(out)}</tbody></table>")
        body += [f"<p>{note}</p>" for note in sheet.notes if not inside]
    body += [f"<p>　　{html.escape(paragraph)}</p>" for paragraph in after]
    title = f"{account.department}{account.year}年度部门决算"
    links = "".join(f"<li><a href='/{n}'>栏目{n}2019年度决算</a></li>" for n in range(8))
    page = (
        f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{title}_云岫市人民政府</title>"
        f"<style>p {{color: red}}</style></head><body><div class='nav'><ul>{links}</ul></div>"
        f"<div>您当前的位置：<a href='/'>首页</a> &gt; 2011年度预决算公开</div><h1>{title}</h1>"
        f"<script>document.write('收入决算表')</script><div style='display:none'>隐藏的2010年度部门决算</div>"
        f"<table width=100%><tr><td>{''.join(body)}</td></tr></table>"
        f"<div class='footer'>版权所有 云岫市人民政府办公室 备案号2020001</div></body></html>"
    )
    path.write_bytes(page.encode("gb18030" if charset.startswith("gb") else charset))
    return account.truth


def as_docx(account: MadeUp, path: Path) -> list[Told]:
    """A document with gridSpan and vMerge; python-docx makes the package."""
    from docx import Document

    document = Document()
    before, after = narrative(account)
    for paragraph in before:
        document.add_paragraph(paragraph)
    for sheet, rows, head in printed(account):
        document.add_paragraph(sheet.title)
        document.add_paragraph(f"部门：{account.department}\t\t单位：万元")
        document.element.body.insert_element_before(table_xml(rows, head), "w:sectPr")
        for note in sheet.notes:
            document.add_paragraph(note)
    for paragraph in after:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return account.truth


def table_xml(rows: Rows, head: int = 0) -> Any:
    """A table with merged cells; the first rows are repeated on each page."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    starts = {(top, left): (bottom, right, text) for top, left, bottom, right, text in spans(rows)}
    over = {
        (row, left): (top, right)
        for (top, left), (bottom, right, _) in starts.items()
        for row in range(top, bottom + 1)
    }
    out = []
    for number, row in enumerate(rows):
        cells, column = [], 0
        while column < len(row):
            top, right = over[number, column]
            bottom, _, text = starts[top, column]
            merge = "" if top == bottom else '<w:vMerge w:val="restart"/>' if top == number else "<w:vMerge/>"
            shown = "".join(f"<w:r><w:t>{html.escape(part)}</w:t></w:r>" for part in (text[:2], text[2:]))
            cells.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{900 * (right - column + 1)}" w:type="dxa"/><w:gridSpan w:val="{right - column + 1}"/>{merge}</w:tcPr>'
                f"<w:p>{shown if top == number else ''}</w:p></w:tc>"
            )
            column = right + 1
        repeated = "<w:trPr><w:tblHeader/></w:trPr>" if number < head else ""
        out.append(f"<w:tr>{repeated}{''.join(cells)}</w:tr>")
    grid = '<w:gridCol w:w="900"/>' * len(rows[0])
    return parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(out)}</w:tbl>")


def amount_of(text: str) -> Decimal | None:
    """The value that a printed amount stands for."""
    return Decimal(text.replace(",", "")) if text else None
