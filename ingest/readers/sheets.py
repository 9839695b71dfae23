"""Workbooks: each visible sheet is one table page, whichever program wrote the file.

`xlsx.py` and `xls.py` say which cells there are and how they are shown; here they become lines and grids. Only cells
that hold or frame something count, so that a sheet's declared size costs nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from ingest import catalogue
from ingest.model import Place
from ingest.readers.blocks import blocks
from ingest.readers.limits import check_cells
from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable

_FEW = 4
"""Fewer framed cells than this are an ornament, not a table's rules."""
_NAMED = 5
"""Addresses named in a message."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as shown; `framed` where lines are drawn beside it and above or below it."""

    text: str
    framed: bool = False


@dataclass
class Sheet:
    """A visible sheet: rows and columns count from 0, spans are top, left, bottom, right (half open)."""

    name: str
    cells: dict[tuple[int, int], SheetCell] = field(default_factory=dict)
    spans: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncounted: list[str] = field(default_factory=list)
    """Addresses of formulas whose result the file does not hold."""

    def is_hidden(self, row: int, column: int) -> bool:
        """True for a cell that a reader of the sheet does not see."""
        return row in self.hidden_rows or column in self.hidden_columns


def address(row: int, column: int) -> str:
    """A1, AB12."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def read_sheets(sheets: list[Sheet]) -> list[Page]:
    """The pages of a workbook.

    :raises Unreadable: if it is empty, has formulas without results, or more cells than the limit.
    """
    uncounted = [f"{sheet.name}!{name}" for sheet in sheets for name in sheet.uncounted]
    if uncounted:
        raise Unreadable(
            "not-calculated",
            f"工作簿里有 {len(uncounted)} 个公式没有保存计算结果（{'、'.join(uncounted[:_NAMED])}"
            f"{' 等' if len(uncounted) > _NAMED else ''}），数值未知；请用 Excel 或 WPS 打开、保存后再试。",
        )
    pages = [Page(None, tuple(_items(sheet))) for sheet in sheets]
    if not any(page.items for page in pages):
        raise Unreadable("empty", "工作簿里没有可见的内容；请检查工作表是否被隐藏、文件是否下载完整。")
    return pages


def _items(sheet: Sheet) -> list[Line | Grid]:
    seen = {at: cell for at, cell in sheet.cells.items() if not sheet.is_hidden(*at)}
    _uncover(sheet, seen)
    ruled = sum(cell.framed for cell in seen.values()) >= _FEW
    filled = {at for at, cell in seen.items() if cell.text}
    if ruled:
        seen = {at: cell for at, cell in seen.items() if cell.text or cell.framed}
    else:  # of blank cells only whole rows count, in the columns in use: a 三公 table may have nothing filled in
        used, begun = {column for _, column in filled}, {row for row, _ in filled}
        seen = {at: cell for at, cell in seen.items() if cell.text or (at[0] not in begun and at[1] in used)}
    if not filled:
        return []
    rows = sorted({row for row, _ in seen})
    columns = sorted({column for _, column in seen})
    check_cells(len(rows) * len(columns))
    spans = {(top, left): (bottom, right) for top, left, bottom, right in sheet.spans}
    covered = _covered(sheet, rows, columns)
    cells = []
    for (row, column), cell in sorted(seen.items()):
        if (row, column) in covered:
            continue
        bottom, right = spans.get((row, column), (row + 1, column + 1))
        top, left = bisect_left(rows, row), bisect_left(columns, column)
        cells.append(
            GridCell(
                cell.text,
                top,
                max(bisect_left(rows, bottom), top + 1),
                left,
                max(bisect_left(columns, right), left + 1),
                Place(cell=f"{sheet.name}!{address(row, column)}"),
            )
        )
    framed = frozenset(bisect_left(rows, row) for (row, _), cell in seen.items() if cell.framed and cell.text)
    blank = frozenset(bisect_left(rows, row) for (row, _), cell in seen.items() if cell.framed)
    inside = framed | {row for row in blank if framed and min(framed) < row}
    grid = Grid(len(rows), len(columns), tuple(cells), cells[0].place)

    def place_at(row: int, column: int) -> Place:
        return Place(cell=f"{sheet.name}!{address(rows[row], columns[column])}")

    items = blocks(grid, inside if ruled else None, place_at)
    titled = any(isinstance(item, Line) and catalogue.kind_of_title(item.text) for item in items)
    if not titled and catalogue.kind_of_title(sheet.name) and any(isinstance(item, Grid) for item in items):
        items.insert(0, Line(sheet.name, Place(cell=f"{sheet.name}!A1"), wrapped=False))
    return items


def _uncover(sheet: Sheet, seen: dict[tuple[int, int], SheetCell]) -> None:
    """A merged cell whose first row or column is hidden shows its text in what is left of it."""
    for number, (top, left, bottom, right) in enumerate(sheet.spans):
        cell = sheet.cells.get((top, left))
        if cell is None or (top, left) in seen:
            continue
        row = next((row for row in range(top, bottom) if row not in sheet.hidden_rows), None)
        column = next((column for column in range(left, right) if column not in sheet.hidden_columns), None)
        if row is not None and column is not None:
            seen[row, column] = cell
            sheet.spans[number] = (row, column, bottom, right)


def _covered(sheet: Sheet, rows: list[int], columns: list[int]) -> set[tuple[int, int]]:
    """The cells that merged ones lie over, among the rows and columns that are there.

    :raises Unreadable: if the merged ranges overlap so much that they are more than the limit.
    """
    covered: set[tuple[int, int]] = set()
    area = 0
    for top, left, bottom, right in sheet.spans:
        down = rows[bisect_left(rows, top) : bisect_left(rows, bottom)]
        across = columns[bisect_left(columns, left) : bisect_left(columns, right)]
        area += len(down) * len(across)
        check_cells(area)
        covered |= {(row, column) for row in down for column in across} - {(top, left)}
    return covered
