"""What stands above a table: its title, unit and owner, as lines before the grid or as first rows inside it."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest import catalogue
from ingest.readers import Grid, GridCell, Line
from ingest.text import amount, squeeze

UNIT = re.compile(r"(?:金额)?单位[：:]\s*(?:人民币)?(万元|亿元|千元|百元|元)")
OWNER = re.compile(r"^(?:编制)?(?:部门|单位)(?:名称)?：")
FORM_NUMBER = re.compile(r"^(?:公开)?(?:表|附表|附件)?\s*\d{1,2}(?:[-—]\d)?(?:\s*表)?$|^公开\d+表$")
_MOST = 4
"""Rows of captions that a grid may begin with."""


def split_captions(grid: Grid) -> tuple[list[Line], Grid | None]:
    """The captions that stand inside the grid as lines, and the grid below them (None if nothing is left).

    A row is a caption where each of its texts is a title, a unit, an owner or a form number.
    """
    lines = grid.lines()
    captions: list[Line] = []
    start = 0
    while start < min(_MOST, len(lines)):
        filled = [cell for cell in lines[start] if cell and cell.text.strip()]
        if not filled or not all(_is_caption(cell, grid) for cell in filled):
            break
        captions += [Line(cell.text.strip(), cell.place, wrapped=False) for cell in filled]
        start = max(cell.bottom for cell in filled) if grid.ruled else start + 1
    if not captions:
        return [], grid
    return captions, _below(grid, start)


def _is_caption(cell: GridCell, grid: Grid) -> bool:
    text = squeeze(cell.text)
    if UNIT.search(text) or (OWNER.match(text) and amount(text) is None):
        return True
    if FORM_NUMBER.match(text):
        return "表" in text
    return catalogue.kind_of_title(text) is not None and text.endswith(("表", "表）"))


def _below(grid: Grid, start: int) -> Grid | None:
    """The grid from row `start` on; columns whose edges only the captions had are joined again."""
    cells = [cell for cell in grid.cells if cell.top >= start]
    if not cells:
        return None
    below = replace(grid, rows=grid.rows - start, cells=tuple(_raised(cell, start) for cell in cells))
    if not grid.ruled:
        return below
    starts = sorted({cell.left for cell in cells} | {cell.right for cell in cells})
    if len(starts) == grid.columns + 1:
        return below
    index = {edge: number for number, edge in enumerate(starts)}
    return replace(
        below,
        columns=len(starts) - 1,
        cells=tuple(replace(cell, left=index[cell.left], right=index[cell.right]) for cell in below.cells),
        edges=tuple(edge for number, edge in enumerate(grid.edges) if number in index),
    )


def _raised(cell: GridCell, rows: int) -> GridCell:
    return replace(cell, top=cell.top - rows, bottom=cell.bottom - rows)
