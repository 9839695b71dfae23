"""A table as a file holds it, cut into what it is made of: titles, unit lines and notes are lines, the rest is grids.

Spreadsheets, web pages and many word-processor files put a table's title, its owner and unit, and its notes into the
rows of the table itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from ingest.captions import is_caption
from ingest.model import Place
from ingest.readers.limits import check_cells
from ingest.readers.page import Grid, GridCell, Line
from ingest.text import amount, squeeze, unwrap

_NOTE = re.compile(r"^(?:注|说明|备注|附注)[：:]|^注\d|^本表")
_BESIDE = re.compile(r"^(?:20\d\d年度?|年度：?20\d\d年?度?|(?:填报|编制|报送|填表)?(?:日期|时间)：.{0,20})$")
_PART = re.compile(r"^第[一二三四五六七八九十]部分")
_NUMBERED = re.compile(r"^\d{1,2}[.、．]")
_SENTENCE = 60
"""A lone cell with more characters than this, or with a full stop at its end, is prose."""
_CAPTION = 60
"""A text with more characters than this is no caption, even if it says 单位：万元."""
_DIVIDED = 3
"""A row of as many cells is one of a table, even with one of them filled in; text in a frame stands in fewer."""
_COLUMN = 10.0
"""Width given to a column of a file without measures, so that a part of a table is put on the columns of the whole."""


def blocks(
    grid: Grid, framed: frozenset[int] | None = None, place_at: Callable[[int, int], Place] | None = None
) -> list[Line | Grid]:
    """The lines and grids that a grid consists of, in order.

    :param framed: the rows inside drawn borders, where the file tells which are; None where it does not.
    :param place_at: the place of a row and column, for cells that the file leaves out because they are blank; where
        it is not given, that is the place of the row's first cell.
    """
    check_cells(grid.rows * grid.columns)
    rows: list[list[GridCell]] = [[] for _ in range(grid.rows)]
    for cell in sorted(grid.cells, key=lambda cell: (cell.top, cell.left)):
        rows[cell.top].append(cell)
    kinds = _resolved(rows, _first_kinds(rows, framed), framed is not None, grid.ruled)
    items: list[Line | Grid] = []
    for is_table, group in groupby(range(grid.rows), key=lambda row: kinds[row] == "table"):
        run = list(group)
        if is_table:
            items += _table(grid, run[0], run[-1] + 1, rows, place_at)
        else:
            items += [line for row in run for line in _lines(_filled(rows[row]), kinds[row] == "caption")]
    return items


def paragraphs(text: str, cell: GridCell) -> Iterator[Line]:
    """A text as lines that are paragraphs of their own, at the place of the cell that holds it."""
    for part in text.split("\n"):
        if part.strip():
            yield Line(part.strip(), cell.place, wrapped=False)


def _filled(row: list[GridCell]) -> list[GridCell]:
    return [cell for cell in row if cell.text.strip()]


def _first_kinds(rows: list[list[GridCell]], framed: frozenset[int] | None) -> list[str]:
    """table, caption, note, prose, lone or blank for each row by itself; covered rows belong to the one that covers."""
    kinds: list[str] = []
    covered = 0
    edge = (min(framed), max(framed)) if framed else (0, len(rows))
    for number, row in enumerate(rows):
        filled = _filled(row)
        inside = framed is not None and number in framed
        if not filled:
            kind = "table" if number < covered or inside else "blank"
        elif _is_caption(filled) and number >= covered:
            kind = "caption"
        elif inside or number < covered:
            kind = "table"
        elif len(filled) > 1:
            outside = bool(framed) and not edge[0] <= number <= edge[1]
            figures = any(amount(unwrap(cell.text)) is not None for cell in filled)
            kind = "note" if outside and not figures else "table"
        elif _NOTE.match(squeeze(filled[0].text)):
            kind = "note"
        elif (
            framed
            or _PART.match(squeeze(filled[0].text))
            or len(filled[0].text) > _SENTENCE
            or filled[0].text.rstrip().endswith("。")
        ):
            kind = "prose"
        else:
            kind = "lone"
        if kind == "table":
            covered = max([covered, *(cell.bottom for cell in filled)])
        kinds.append(kind)
    return kinds


def _is_caption(filled: list[GridCell]) -> bool:
    """True where a row says nothing but title, owner, unit, number of the form, and year or date beside them."""
    sure = False
    for text, _ in _joined([(squeeze(cell.text), cell) for cell in filled]):  # nearly every row ends at its first text
        if len(text) <= _CAPTION and is_caption(text):
            sure = True
        elif not _BESIDE.match(text):
            return False
    return sure


def _joined(texts: list[tuple[str, GridCell]]) -> Iterator[tuple[str, GridCell]]:
    """The texts of a row; a word with a colon (单位：) goes with the cell to the right."""
    open_text, open_cell = "", None
    for text, cell in texts:
        if open_cell and re.search("[：:]", text):
            yield open_text, open_cell
            open_text, open_cell = "", None
        text, cell = open_text + text, open_cell or cell
        open_text, open_cell = (text, cell) if text.endswith(("：", ":")) else ("", None)
        if open_cell is None:
            yield text, cell
    if open_cell:
        yield open_text, open_cell


def _resolved(rows: list[list[GridCell]], kinds: list[str], framed: bool, ruled: bool) -> list[str]:
    """Rows with a single short text or none take their kind from what stands around them.

    :param ruled: False where every row has as many cells as the longest of the file.
    """
    done = list(kinds)
    titles = _titles(rows, kinds)
    last = max((number for number, kind in enumerate(kinds) if kind == "table"), default=-1)
    in_table, noting = False, False
    for number, kind in enumerate(kinds):
        if kind == "lone":
            if in_table:
                done[number] = "table"
            elif noting and _NUMBERED.match(squeeze(_filled(rows[number])[0].text)):
                done[number] = "note"
            elif titles[number]:
                done[number] = "caption"
            else:  # the outermost header, a row whose amounts are blank, or nothing of a table at all
                divided = ruled and len(rows[number]) >= _DIVIDED
                done[number] = "table" if number < last or divided else "prose"
        elif kind == "table" and not in_table and len(_filled(rows[number])) == 1 and titles[number]:
            done[number] = "caption"
        elif kind == "blank":
            done[number] = "table" if in_table and not framed else "blank"
        if done[number] in ("caption", "note", "prose"):
            in_table, noting = False, done[number] == "note"
        elif done[number] == "table":
            in_table, noting = True, False
    return done


def _titles(rows: list[list[GridCell]], kinds: list[str]) -> list[bool]:
    """For each row whether captions follow below it, with nothing but single texts between."""
    found, ahead = [False] * len(rows), False
    for number in range(len(rows) - 1, -1, -1):
        found[number] = ahead
        if kinds[number] == "caption" or len(_filled(rows[number])) > 1:
            ahead = kinds[number] == "caption"
    return found


def _lines(filled: list[GridCell], caption: bool) -> Iterator[Line]:
    """The cells of a row as lines."""
    for text, cell in _joined([(unwrap(cell.text) if caption else cell.text.strip(), cell) for cell in filled]):
        yield from paragraphs(text, cell)


def _table(
    grid: Grid, top: int, bottom: int, rows: list[list[GridCell]], place_at: Callable[[int, int], Place] | None
) -> list[Line | Grid]:
    """The rows from `top` to `bottom` as a grid without columns that only merged cells reach into."""
    cells = [cell for row in rows[top:bottom] for cell in row]
    if all(len(_filled(row)) < 2 and len(row) < _DIVIDED for row in rows[top:bottom]):
        return [line for cell in cells for line in paragraphs(cell.text, cell)]
    lefts = sorted({cell.left for cell in cells})
    if not grid.ruled:  # rows are as long as the longest of the file, which may belong to another table
        last = max(cell.left for cell in cells if cell.text.strip())
        lefts = [left for left in lefts if left <= last]
    kept = [
        replace(
            cell,
            top=cell.top - top,
            bottom=max(min(cell.bottom, bottom) - top, cell.top - top + 1),
            left=bisect_left(lefts, cell.left),
            right=max(bisect_left(lefts, cell.right), bisect_left(lefts, cell.left) + 1),
        )
        for cell in cells
        if cell.left <= lefts[-1]
    ]
    taken = {
        (row, column)
        for cell in kept
        for row in range(cell.top, cell.bottom)
        for column in range(cell.left, cell.right)
    }
    for number in range(bottom - top):
        for column, left in enumerate(lefts):
            if (number, column) not in taken:
                row = rows[top + number]
                place = place_at(top + number, left) if place_at else (row[0] if row else cells[0]).place
                kept.append(GridCell("", number, number + 1, column, column + 1, place))
    edges = tuple(_COLUMN * edge for edge in (*lefts, max(max(cell.right for cell in cells), lefts[-1] + 1)))
    return [Grid(bottom - top, len(lefts), tuple(kept), cells[0].place, grid.ruled, edges)]
