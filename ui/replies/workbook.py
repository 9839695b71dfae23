"""The figures that a reply uses, as a workbook: numbers exact, each with its place and an address of its evidence."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from assistant import Answer, Citation
from assistant.library import Library
from ui.spreadsheet import harmless, number_format

_HEAD = ["问题", "项目", "数额", "单位", "文件", "表", "行", "列", "位置", "表内原文", "SHA-256", "地址"]


def figures_workbook(
    matters: Sequence[tuple[str, Answer]], library: Library, address: Callable[[Citation], str] | None = None
) -> bytes:
    """The figures as XLSX.

    :param matters: questions with their answers.
    :param address: gives the address of a citation's evidence.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "所用数字"
    sheet.append(_HEAD)
    for question, answer in matters:
        citations = {citation.id: citation for citation in answer.citations}
        for label, value, unit, number in _figures(answer):
            citation = citations.get(number)
            sheet.append(
                [harmless(question), harmless(label), _number(value), unit or "", *_place(citation, library)]
            )
            if citation is not None and address is not None:
                cell = sheet.cell(sheet.max_row, len(_HEAD))
                cell.value = cell.hyperlink = address(citation)
            amount = sheet.cell(sheet.max_row, 3)
            if isinstance(amount.value, Decimal):
                amount.number_format = number_format(value or "")
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJKL", (36, 24, 14, 8, 30, 28, 20, 24, 10, 14, 20, 40)):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _figures(answer: Answer) -> list[tuple[str, str | None, str | None, int]]:
    """Label, value, unit and citation of each figure: those that were computed from, those listed, the result."""
    found: list[tuple[str, str | None, str | None, int]] = [
        (one.name, one.value, one.unit, one.citation)
        for one in (answer.calculation.operands if answer.calculation else ())
    ]
    found += [(one.label, one.value, one.unit, one.citation) for one in answer.figures]
    if answer.status == "answered" and answer.value is not None and len(found) != 1:
        found.append((answer.text.partition("。")[0], answer.value, answer.unit, 0))
    return list(dict.fromkeys(found))


def _number(value: str | None) -> Decimal | str | None:
    try:
        return Decimal(value) if value is not None else None
    except InvalidOperation:
        return harmless(value or "")


def _place(citation: Citation | None, library: Library) -> list[str]:
    if citation is None:
        return [""] * 8
    file = Path(library.account(citation.document).path).name
    return [
        file,
        citation.table or "文字说明",
        citation.row or "",
        citation.column or "",
        citation.where,
        harmless(citation.text),
        citation.sha256,
        "",
    ]
