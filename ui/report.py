"""What the checks found, as a Word document for a person and as a workbook to filter and count in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.library import Library
from assistant.model import Citation, Finding
from ingest.model import Account
from prompts import say

SEVERITIES = {"error": "错误", "notice": "提示", "rounding": "舍入"}
"""Words for the severities, the gravest first."""
Checked = Sequence[tuple[Account, Sequence[Finding]]]
"""Accounts with what was found in them, muted findings too."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number; what has more is written as text."""
_FINDINGS = ("文件", "部门", "年度", "编号", "严重程度", "规则", "页", "说明", "静音理由", "SHA-256")
_CITED = (
    "编号", "序", "文件", "页", "表", "行", "科目编码", "列", "原文", "数值", "单位", "句子", "页上位置", "扫描识别",
    "存疑",
)  # fmt: skip


def write(checked: Checked, library: Library, path: Path, suffix: str) -> None:
    """Write the report to a file that nobody reads yet.

    :param suffix: .docx or .xlsx; `path` may be called otherwise.
    """
    if suffix == ".docx":
        _document(checked, library).save(str(path))
    elif suffix == ".xlsx":
        _workbook(checked, library).save(path)
    else:
        raise ValueError(f"expected .docx or .xlsx, got {suffix}")


def evidence_line(citation: Citation, library: Library, account: Account) -> str:
    """Where a piece of evidence stands and what is printed there; another file than the account's is named."""
    there = library.account(citation.document)
    file = f"{Path(there.path).name} " if there.id != account.id else ""
    if citation.table is None:
        return f"{file}{citation.where}：“{citation.quote or citation.text}”"
    printed = f"{citation.text} {citation.unit or ''}".strip() if citation.text else "未填列"
    row = f"{citation.row} · " if citation.row else ""
    doubt = f"（存疑：{citation.doubt}）" if citation.doubt else ""
    return f"{file}{citation.where}《{citation.table}》{row}{citation.column}：{printed}{doubt}"


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, errors first; otherwise as found."""
    return sorted(findings, key=lambda finding: list(SEVERITIES).index(finding.severity))


def _document(checked: Checked, library: Library) -> Any:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.add_heading(say("report_title"), 0)
    document.add_paragraph(say("report_method", date=date.today().isoformat()))
    for account, findings in checked:
        document.add_heading(_clean(f"{account.department} {account.year or ''} {account.kind}"), 1)
        document.add_paragraph(_clean(f"文件：{Path(account.path).name}\nSHA-256：{account.sha256}"))
        shown = ordered(finding for finding in findings if not finding.muted)
        if not shown:
            document.add_paragraph(say("report_none"))
        else:
            _table(
                document,
                ("程度", "说明（应为、实为、相差）", "出处与原文", "编号"),
                [_row(f, library, account) for f in shown],
            )
    muted = [(account, finding) for account, findings in checked for finding in findings if finding.muted]
    if muted:
        document.add_heading(say("report_muted"), 1)
        rows = [
            (SEVERITIES[f.severity], f.message, f.muted, f"{Path(a.path).name} {f.id.rpartition('#')[2]}")
            for a, f in muted
        ]
        _table(document, ("程度", "说明", "静音理由", "文件与编号"), rows)
    return document


def _row(finding: Finding, library: Library, account: Account) -> tuple[str, str, str, str]:
    where = "\n".join(evidence_line(citation, library, account) for citation in finding.figures)
    return SEVERITIES[finding.severity], finding.message, where or "–", finding.id.rpartition("#")[2]


def _table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    again = OxmlElement("w:tblHeader")  # the head is printed again on every page
    table.rows[0]._tr.get_or_add_trPr().append(again)
    widths = (Cm(1.6), Cm(9.0), Cm(9.0), Cm(3.2))
    for number, texts in enumerate((head, *rows)):
        cells = table.rows[0].cells if number == 0 else table.add_row().cells
        for cell, text, width in zip(cells, texts, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(_clean(text))
            run.bold, run.font.size = number == 0, Pt(9)


def _workbook(checked: Checked, library: Library) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    first.title = "发现"
    findings = [(account, finding) for account, found in checked for finding in ordered(found)]
    _sheet(
        first,
        _FINDINGS,
        [
            (
                Path(account.path).name, account.department, account.year or None, finding.id,
                SEVERITIES[finding.severity], finding.rule, finding.page, finding.message, finding.muted or None,
                account.sha256,
            )
            for account, finding in findings
        ],
        (34, 26, 8, 40, 10, 16, 6, 70, 30, 20),
    )  # fmt: skip
    _sheet(
        book.create_sheet("引用"),
        _CITED,
        [_cited(finding, citation, library) for _, finding in findings for citation in finding.figures],
        (40, 5, 34, 6, 30, 26, 12, 26, 16, 16, 8, 60, 22, 10, 30),
    )
    how = book.create_sheet("说明")
    how.append([say("report_method", date=date.today().isoformat())])
    how.column_dimensions["A"].width = 120
    return book


def _cited(finding: Finding, citation: Citation, library: Library) -> tuple[Any, ...]:
    box = " ".join(f"{edge:g}" for edge in citation.bbox) if citation.bbox else None
    value = Decimal(citation.value) if citation.value is not None else None
    return (
        finding.id, citation.id, Path(library.account(citation.document).path).name, citation.page, citation.table,
        citation.row, citation.code, citation.column, citation.text if citation.table else None, value, citation.unit,
        citation.quote, box, "是" if citation.scanned else None, citation.doubt or None,
    )  # fmt: skip


def _sheet(sheet: Any, head: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> None:
    """A sheet with a frozen head and a filter; texts stay texts, amounts are numbers as long as none of them is cut."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate((head, *rows), 1):
        for column, value in enumerate(row, 1):
            if value is None:
                continue
            cell = sheet.cell(number, column)
            if isinstance(value, Decimal) and len(value.as_tuple().digits) <= _DIGITS:
                exponent = value.as_tuple().exponent
                places = max(0, -exponent) if isinstance(exponent, int) else 0
                cell.value, cell.number_format = value, "0." + "0" * places if places else "0"
            elif isinstance(value, int):
                cell.value = value
            else:
                cell.value = _clean(str(value))
                cell.data_type = "s"  # a text that begins with = is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(rows) + 1}"
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _clean(text: str) -> str:
    """The text without characters that no XML can hold."""
    return _NOT_XML.sub("", text)
