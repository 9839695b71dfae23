"""The account as a workbook: a sheet for each table, or all on one, with the sheet and address of every cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.accounts.account import MadeUp, Part, broken, parts, told_of, up_to
from eval.accounts.form import Form
from eval.accounts.grid import spans
from eval.accounts.sheets import Sheet, is_amount, value_of
from eval.accounts.told import Told, Where


def as_xlsx(account: MadeUp, path: Path, ruled: bool = True) -> list[Told]:
    """Write the account and give the truth about it.

    :param ruled: cells have borders, as office programs print them.
    """
    from openpyxl import Workbook

    form, book = account.form, Workbook()
    truth: list[Told] = []
    page = book.active
    page.title = "封面"
    for row, text in enumerate((text for paragraphs in account.front for text in paragraphs), 3):
        page.cell(row, 1, text)
    row = 1
    for sheet in account.sheets:
        if row == 1 or not form.dense:
            page, row = book.create_sheet(name_of(sheet, form)), 1
        for part in parts(account, sheet, up_to(None)):
            row = _lead(page, part, row)
            where = _rows(page, part, row, form, ruled)
            truth += told_of(part, form.unit, where)
            row += len(part.rows)
            for note in part.notes:
                page.cell(row, 1, note)
                row += 1
        row += 2
    page = book.create_sheet("情况说明")
    for row, text in enumerate((text for paragraphs in account.back for text in paragraphs), 1):
        page.cell(row, 1, text)
    book.save(path)
    return truth


def _lead(page: Any, part: Part, row: int) -> int:
    """Title, owner and unit above the table: the title merged over its width, the unit at its right end."""
    lead = part.lead()
    for (at, column, text), (_, align) in zip(lead, part.above, strict=True):
        page.cell(row + at, column + 1, text)
        if align == "middle":
            page.merge_cells(start_row=row + at, start_column=1, end_row=row + at, end_column=len(part.rows[0]))
    return row + (lead[-1][0] + 1 if lead else 0)


def _rows(page: Any, part: Part, row: int, form: Form, ruled: bool) -> list[list[Where]]:
    from openpyxl.styles import Border, Side

    thin = Side(style="thin")
    for top, line in enumerate(part.rows):
        for left in range(len(line) if ruled else 0):
            page.cell(row + top, left + 1).border = Border(thin, thin, thin, thin)
    for span in spans(part.rows):
        text = part.rows[span.top][span.left]
        cell = page.cell(row + span.top, span.left + 1)
        value, shape = stored(broken(text, 6) if form.wrapped else text, form)
        cell.value = value
        if shape:
            cell.number_format = shape
        if (span.bottom, span.right) != (span.top, span.left):
            page.merge_cells(
                start_row=row + span.top,
                start_column=span.left + 1,
                end_row=row + span.bottom,
                end_column=span.right + 1,
            )
    return [
        [Where(cell=f"{page.title}!{page.cell(row + top, left + 1).coordinate}") for left in range(len(line))]
        for top, line in enumerate(part.rows)
    ]


def name_of(sheet: Sheet, form: Form) -> str:
    """The name of the sheet that a table stands on."""
    return "决算表" if form.dense else sheet.title[:20].replace("“", "").replace("”", "")


def stored(text: str, form: Form) -> tuple[float | int | str | None, str]:
    """What the cell holds and its format: a number with the format that shows it as printed, text, or nothing."""
    if not text:
        return None, ""
    if form.numeric and is_amount(text):
        digits = "#,##0.00" if form.thousands else "0.00"
        return float(value_of(text) or 0), f"{digits};({digits})" if form.negative == "brackets" else digits
    if form.numeric and text.isdigit() and (text == "0" or not text.startswith("0")):
        return int(text), ""
    return text, ""
