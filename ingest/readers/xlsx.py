"""XLSX: the sheets' XML read in one pass, each value as its number format shows it.

openpyxl is not used here: it makes a cell of everything that a merged range claims to cover (A1:XFD1048576 are
17,179,869,184), and does not tell a formula without a saved result from a blank cell; python-calamine knows no number
formats. What is needed of a sheet is a dozen tags.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ingest.readers.limits import MAX_CELLS
from ingest.readers.numberformat import BUILTIN, shown_number, shown_text
from ingest.readers.package import Package, open_package
from ingest.readers.page import Page, Unreadable
from ingest.readers.sheets import Sheet, SheetCell, address, read_sheets

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_WORKBOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
_PLAIN = ("General", False)
_MOST_COLUMNS = 16384
"""Columns of a sheet (A to XFD)."""


@dataclass(frozen=True)
class _Styles:
    """Number format and framing of each cell style."""

    of: tuple[tuple[str, bool], ...]

    def __getitem__(self, index: str | None) -> tuple[str, bool]:
        number = int(index or 0)
        return self.of[number] if number < len(self.of) else _PLAIN


def read_xlsx(path: Path) -> list[Page]:
    """The visible sheets.

    :raises Unreadable: if the file is damaged or encrypted, breaks a limit, or has formulas without results.
    """
    with open_package(path, "XLSX") as package:
        book = package.parse(_WORKBOOK)
        from_1904 = any(e.get("date1904") in ("1", "true") for e in book.iter("{*}workbookPr"))
        targets = _targets(package)
        strings = _strings(package)
        styles = _styles(package)
        sheets: list[Sheet] = []
        room = MAX_CELLS
        for element in book.iter("{*}sheet"):
            if element.get("state", "visible") != "visible":
                continue
            target = targets.get(element.get(_RELATION) or element.get(_STRICT_RELATION) or "")
            if target is None or "worksheets/" not in target:  # a chart is a sheet too
                continue
            sheet = _sheet(package, target, element.get("name", ""), strings, styles, from_1904, room)
            room -= len(sheet.cells)
            sheets.append(sheet)
    return read_sheets(sheets)


def _targets(package: Package) -> dict[str, str]:
    """The part that each relation of the workbook leads to."""
    found = {}
    for relation in package.parse("xl/_rels/workbook.xml.rels").iter("{*}Relationship"):
        target = relation.get("Target", "")
        found[relation.get("Id", "")] = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        )
    return found


def _strings(package: Package) -> list[str]:
    part = "xl/sharedStrings.xml"
    return [_text(element) for _, element in package.elements(part, ("{*}si",))] if part in package.names else []


def _text(element: Any) -> str:
    """The text of a string item: its runs, without the phonetic guides."""
    return "".join(
        text.text or ""
        for text in element.iter("{*}t")
        if text.getparent() is None or not text.getparent().tag.endswith("}rPh")
    )


def _styles(package: Package) -> _Styles:
    if "xl/styles.xml" not in package.names:
        return _Styles((_PLAIN,))
    root = package.parse("xl/styles.xml")
    formats = dict(BUILTIN)
    for element in root.iter("{*}numFmt"):
        if element.getparent().tag.endswith("}numFmts"):
            formats[int(element.get("numFmtId", 0))] = element.get("formatCode", "General")
    borders = [_is_frame(border) for group in root.iterfind("{*}borders") for border in group.iterfind("{*}border")]
    found = []
    for group in root.iterfind("{*}cellXfs"):
        for style in group.iterfind("{*}xf"):
            border = int(style.get("borderId", 0))
            code = formats.get(int(style.get("numFmtId", 0)), "General")
            found.append((code, border < len(borders) and borders[border]))
    return _Styles(tuple(found) or (_PLAIN,))


def _is_frame(border: Any) -> bool:
    drawn = {side.tag.rpartition("}")[2] for side in border if side.get("style", "none") != "none"}
    return bool(drawn & {"left", "right", "start", "end"}) and bool(drawn & {"top", "bottom"})


def _sheet(
    package: Package, part: str, name: str, strings: list[str], styles: _Styles, from_1904: bool, room: int
) -> Sheet:
    sheet = Sheet(name)
    tags = ("{*}row", "{*}mergeCell", "{*}col", "{*}sheetView", "{*}sheetFormatPr")
    at, zeros, rows_hidden = -1, True, False
    for tag, element in package.elements(part, tags):
        if tag == "col" and element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min", 1)) - 1, min(int(element.get("max", 1)), _MOST_COLUMNS)
            if len(sheet.hidden_columns) < _MOST_COLUMNS:
                sheet.hidden_columns.update(range(first, last))
        elif tag == "sheetView":
            zeros = element.get("showZeros", "1") not in ("0", "false")
        elif tag == "sheetFormatPr":
            rows_hidden = element.get("zeroHeight") in ("1", "true")
        elif tag == "mergeCell":
            span = _span(element.get("ref", ""))
            if span:
                sheet.spans.append(span)
        elif tag == "row":
            at = int(element.get("r", at + 2)) - 1
            if element.get("hidden", "1" if rows_hidden else "0") in ("1", "true"):
                sheet.hidden_rows.add(at)
            _row(sheet, at, element, strings, styles, from_1904, zeros)
            if len(sheet.cells) > room:
                raise Unreadable(
                    "too-large", f"工作簿的单元格超过上限 {MAX_CELLS:,} 个；请删去多余的工作表或行列后再试。"
                )
    return sheet


def _span(reference: str) -> tuple[int, int, int, int] | None:
    first, _, last = reference.partition(":")
    start, end = _position(first), _position(last or first)
    if start is None or end is None or start == end:
        return None
    return start[0], start[1], end[0] + 1, end[1] + 1


def _position(reference: str) -> tuple[int, int] | None:
    match = _REFERENCE.match(reference)
    if not match:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1


def _row(sheet: Sheet, at: int, row: Any, strings: list[str], styles: _Styles, from_1904: bool, zeros: bool) -> None:
    column = -1
    for element in row.iterfind("{*}c"):
        position = _position(element.get("r", ""))
        column = position[1] if position else column + 1
        style = element.get("s")
        if not len(element) and style is None:
            continue
        code, framed = styles[style]
        text = _shown(element, strings, code, from_1904, zeros)
        if text is None:
            if not sheet.is_hidden(at, column):
                sheet.uncounted.append(address(at, column))
            text = ""
        sheet.cells[at, column] = SheetCell(text, framed)


def _shown(element: Any, strings: list[str], code: str, from_1904: bool, zeros: bool) -> str | None:
    """The cell's text as shown; None for a formula without a saved result."""
    kind = element.get("t", "n")
    value = element.find("{*}v")
    if kind == "inlineStr":
        inline = element.find("{*}is")
        return shown_text(_text(inline), code) if inline is not None else ""
    if value is None or value.text is None:
        return None if value is None and element.find("{*}f") is not None and kind != "str" else ""
    raw: str = value.text
    if kind == "s":
        return shown_text(strings[int(raw)], code)
    if kind in ("str", "e"):
        return shown_text(raw, code) if kind == "str" else raw
    if kind == "b":
        return "TRUE" if raw.strip() == "1" else "FALSE"
    if kind == "d":
        return datetime.fromisoformat(raw.strip().removesuffix("Z")).strftime("%Y-%m-%d")
    try:
        number = Decimal(raw.strip())
    except InvalidOperation:
        return raw
    return "" if not number and not zeros else shown_number(number, code, from_1904)
