"""Rows torn by the end of a page: a name that begins in the last row of one grid and ends in the first of the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.catalogue import names_of_subjects
from ingest.readers import Grid, GridCell
from ingest.text import amount, is_code, is_nil, squeeze, subject_of

_TOTALS = {"合计", "总计", "小计"}


def rejoined(grids: Sequence[Grid], starts: Sequence[int]) -> list[Grid]:
    """The grids of a table with each torn row whole where it begins, and blank where it ends.

    :param starts: the first body row of each grid.
    """
    done = list(grids)
    for number in range(1, len(grids)):
        above, below = done[number - 1 : number + 1]
        ends = _ends(above, below, starts[number]) if above.rows > starts[number - 1] else {}
        if ends:
            done[number - 1] = replace(above, cells=tuple(_with_end(cell, above, ends) for cell in above.cells))
            gone = {id(end) for end in ends.values()}
            kept = tuple(replace(cell, text="") if id(cell) in gone else cell for cell in below.cells)
            done[number] = replace(below, cells=kept)
    return done


def _ends(above: Grid, below: Grid, start: int) -> dict[int, GridCell]:
    """The texts of a row that are the ends of names in the last row of the grid above, by column; none if it is a row.

    Such a row has no figures and no code, begins a page, and each of its texts goes on with a name that is broken off.
    """
    if start >= below.rows:
        return {}
    last, first = above.lines()[-1], below.lines()[start]
    ends = {cell.left: cell for cell in first if cell and cell.text.strip()}
    figures = any(cell and amount(squeeze(cell.text)) is not None for cell in last)
    for column, end in ends.items():
        begun = last[column]
        if not begun or begun.right != end.right or end.bottom != start + 1:
            return {}
        if begun.place.page in (None, end.place.page):
            return {}
        if not _goes_on(squeeze(begun.text), squeeze(end.text), figures):
            return {}
    return ends


def _goes_on(begun: str, end: str, figures: bool) -> bool:
    """True where two texts are one name: the catalogue knows the whole and not its end, or the end is a total.

    :param figures: whether the row above states any: then a total below it would state one too.
    """
    if not begun or _is_value(begun):
        return False
    if end in _TOTALS:
        return figures and begun not in _TOTALS
    return end not in names_of_subjects() and subject_of(begun + end) in names_of_subjects()


def _is_value(text: str) -> bool:
    return amount(text) is not None or is_nil(text) or is_code(text)


def _with_end(cell: GridCell, grid: Grid, ends: dict[int, GridCell]) -> GridCell:
    end = ends.get(cell.left)
    if not end or cell.top != grid.rows - 1:
        return cell
    return replace(cell, text=f"{cell.text}\n{end.text}", doubt=cell.doubt or end.doubt)
