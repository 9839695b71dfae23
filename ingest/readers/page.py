"""What a reader hands on: pages of lines and ruled grids, in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.model import Place


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


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table part on one page (or a run of tab-separated lines)."""

    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    place: Place
    ruled: bool = True
    """False where merged cells are not known from lines and must be inferred from blanks."""

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
