"""Titles, units and owners that stand inside a grid, taken out of it as lines."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from ingest.captions import is_caption
from ingest.model import Box
from ingest.readers import Grid, Line
from ingest.text import squeeze


def split_captions(grid: Grid) -> list[Line | Grid]:
    """The grid without the captions that stand inside it: these as lines, and what is between them as grids.

    A row is a caption where each of its texts is a title, a unit, an owner or a form number. Without any, the grid
    itself.
    """
    items: list[Line | Grid] = []
    start = 0
    captions = False
    for row, line in enumerate(grid.lines()):
        filled = [cell for cell in line if cell and cell.text.strip()]
        if filled and all(is_caption(squeeze(cell.text)) for cell in filled):
            items += _between(grid, start, row)
            items += [Line(cell.text.strip(), cell.place, wrapped=False) for cell in filled]
            start, captions = (max(cell.bottom for cell in filled) if grid.ruled else row + 1), True
    return [*items, *_between(grid, start, grid.rows)] if captions else [grid]


def _between(grid: Grid, start: int, end: int) -> list[Line | Grid]:
    """The rows from `start` to before `end` as a grid, if there are any; edges that only other rows have are none."""
    cells = [cell for cell in grid.cells if start <= cell.top < end]
    if not cells:
        return []
    raised = tuple(replace(c, top=c.top - start, bottom=min(c.bottom, end) - start) for c in cells)
    boxes = [cell.place.box for cell in cells if cell.place.box]
    place = replace(cells[0].place, box=reduce(Box.union, boxes) if boxes else None)
    part = replace(grid, rows=end - start, cells=raised, place=place)
    starts = sorted({cell.left for cell in cells} | {cell.right for cell in cells})
    if not grid.ruled or len(starts) == grid.columns + 1:
        return [part]
    index = {edge: number for number, edge in enumerate(starts)}
    return [
        replace(
            part,
            columns=len(starts) - 1,
            cells=tuple(replace(cell, left=index[cell.left], right=index[cell.right]) for cell in raised),
            edges=tuple(edge for number, edge in enumerate(grid.edges) if number in index),
        )
    ]
