"""What a reader hands on: pages of lines and ruled grids, in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.model import Box, Place

_SAME_EDGE = 4.0
"""Column edges on two pages nearer than this many points are one edge."""
_FURNITURE = re.compile(r"^[-—–－─·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]\s*\d+\s*页?)?[-—–－─·\s]*$")


class Unreadable(Exception):
    """A file that cannot be read as a final account; its text says what was expected, what came, what to do."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line outside the grids."""

    text: str
    place: Place
    wrapped: bool = True
    """False where the line is known to be a paragraph of its own."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A ruled cell with the rows and columns that it spans (half open, from 0)."""

    text: str
    top: int
    bottom: int
    left: int
    right: int
    place: Place
    doubt: str = ""
    """Why the text is not to be trusted (recognised in a picture, uncertain); empty where it is."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table part on one page (or a run of tab-separated lines)."""

    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    place: Place
    ruled: bool = True
    """False where merged cells are not known from lines and must be inferred from blanks."""
    edges: tuple[float, ...] = ()
    """Left edges of the columns and the right edge of the last one, in points; empty for a text."""

    def aligned(self, edges: tuple[float, ...]) -> Grid | None:
        """The grid on the columns of another one: a part of a table whose rows are all merged has fewer columns.

        None if an edge of it is none of the other's.
        """
        if not self.edges or not edges:
            return None
        places = [i for own in self.edges for i, edge in enumerate(edges) if abs(edge - own) < _SAME_EDGE]
        if len(places) != len(self.edges) or places[0] != 0 or places[-1] != len(edges) - 1:
            return None
        cells = tuple(replace(c, left=places[c.left], right=places[c.right]) for c in self.cells)
        return replace(self, columns=len(edges) - 1, cells=cells, edges=edges)

    def lines(self) -> list[list[GridCell | None]]:
        """The grid as rows of cells; a merged cell stands at its top left, None where it covers."""
        lines: list[list[GridCell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            lines[cell.top][cell.left] = cell
        return lines


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `number` is None for a text file without page marks."""

    number: int | None
    items: tuple[Line | Grid, ...]


def is_furniture(text: str, box: Box, height: float) -> bool:
    """True for a page number at the head or foot of a page of this height (points)."""
    return bool(_FURNITURE.match(text)) and (box.top > height * 0.88 or box.bottom < height * 0.08)
