"""XLS (Excel 97–2003) by xlrd, which alone of the living readers tells number formats, borders and merged cells."""

from __future__ import annotations

import io
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingest.readers.numberformat import shown_number, shown_text
from ingest.readers.page import Page, Unreadable
from ingest.readers.sheets import Sheet, SheetCell, read_sheets


def read_xls(path: Path) -> list[Page]:
    """The visible sheets.

    :raises Unreadable: if the file is damaged or encrypted, or has more cells than the limit.
    """
    import xlrd

    damaged = (
        xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, AssertionError, IndexError, KeyError, TypeError,
        ValueError, UnicodeDecodeError, MemoryError, AttributeError, NotImplementedError, OverflowError,
    )  # fmt: skip
    try:
        book = xlrd.open_workbook(
            file_contents=path.read_bytes(), formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
        return read_sheets([_sheet(book, sheet) for sheet in book.sheets() if sheet.visibility == 0])
    except Unreadable:
        raise
    except damaged as error:
        if "encrypted" in str(error):
            raise Unreadable("encrypted", "XLS 文件已加密；请去掉密码后另存再试。") from error
        raise Unreadable(
            "damaged", f"XLS 文件已损坏或不完整（{error}）；请重新下载，或用办公软件另存为 XLSX。"
        ) from error


def _sheet(book: Any, sheet: Any) -> Sheet:
    made = Sheet(sheet.name)
    made.spans = [(top, left, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    made.hidden_rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
    made.hidden_columns = {column for column, info in sheet.colinfo_map.items() if info.hidden}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            if cell.ctype != 0:  # nothing there at all
                style = book.xf_list[cell.xf_index]
                made.cells[row, column] = SheetCell(_shown(book, sheet, cell, style), _is_framed(style.border))
    return made


def _shown(book: Any, sheet: Any, cell: Any, style: Any) -> str:
    import xlrd

    code = book.format_map[style.format_key].format_str if style.format_key in book.format_map else "General"
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return shown_text(cell.value, code)
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        number = Decimal(repr(cell.value))
        return "" if not number and not sheet.show_zero_values else shown_number(number, code, bool(book.datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
    return ""


def _is_framed(border: Any) -> bool:
    return bool(border.left_line_style or border.right_line_style) and bool(
        border.top_line_style or border.bottom_line_style
    )
