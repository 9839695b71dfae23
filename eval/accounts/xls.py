"""The account as a workbook of Excel 97–2003, with the sheet and address of every cell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from eval.accounts.account import MadeUp, Part, broken, parts, told_of, up_to
from eval.accounts.form import Form
from eval.accounts.grid import spans
from eval.accounts.told import Told, Where
from eval.accounts.xlsx import name_of, stored

_FRAME = "borders: left thin, right thin, top thin, bottom thin"


def as_xls(account: MadeUp, path: Path) -> list[Told]:
    """Write the account and give the truth about it."""
    import xlwt

    form, book = account.form, xlwt.Workbook(encoding="utf-8")
    truth: list[Told] = []
    _prose(book.add_sheet("封面"), account.front)
    names: Counter[str] = Counter()
    page, row = None, 0
    for sheet in account.sheets:
        if page is None or not form.dense:
            name = name_of(sheet, form)
            page, row = book.add_sheet(f"{name}{names[name] or ''}"), 0
            names[name] += 1
        for part in parts(account, sheet, up_to(None)):
            lead = part.lead()
            for at, column, text in lead:
                page.write(row + at, column, text)
            row += lead[-1][0] + 1 if lead else 0
            truth += told_of(part, form.unit, _rows(page, part, row, form))
            row += len(part.rows)
            for note in part.notes:
                page.write(row, 0, note)
                row += 1
        row += 2
    _prose(book.add_sheet("情况说明"), account.back)
    book.save(str(path))
    return truth


def _prose(page: Any, paragraphs: list[list[str]]) -> None:
    for row, text in enumerate(text for texts in paragraphs for text in texts):
        page.write(row, 0, text)


def _rows(page: Any, part: Part, row: int, form: Form) -> list[list[Where]]:
    import xlwt

    styles: dict[str, Any] = {}
    for top, left, bottom, right in spans(part.rows):
        text = part.rows[top][left]
        value, shape = stored(broken(text, 6) if form.wrapped else text, form)
        if shape not in styles:
            styles[shape] = xlwt.easyxf(_FRAME, num_format_str=shape or "General")
        page.write_merge(row + top, row + bottom, left, right, value, styles[shape])
    return [
        [Where(cell=f"{page.name}!{xlwt.Utils.rowcol_to_cell(row + top, left)}") for left in range(len(line))]
        for top, line in enumerate(part.rows)
    ]
