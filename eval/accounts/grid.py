"""Grids as they are printed: rows of texts in which "<" joins a cell to the one on its left, "^" to the one above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

JOINED = ("<", "^")


class Span(NamedTuple):
    """A cell with the last row and column that it covers, from 0."""

    top: int
    left: int
    bottom: int
    right: int


def spans(rows: Sequence[Sequence[str]]) -> Iterator[Span]:
    """Every cell of the grid, with what is joined to it."""
    for top, row in enumerate(rows):
        for left, text in enumerate(row):
            if text in JOINED:
                continue
            right, bottom = left, top
            while right + 1 < len(row) and row[right + 1] == "<":
                right += 1
            while bottom + 1 < len(rows) and rows[bottom + 1][left] == "^":
                bottom += 1
            yield Span(top, left, bottom, right)


def stacked(heads: Sequence[tuple[str, ...]], names: Sequence[bool]) -> list[list[str]]:
    """Header rows from the headings of each column, outermost first.

    Equal headings beside each other under the same ones are one cell, except those of two amount columns (`names`
    is False) at their lowest level; the lowest one reaches down to the last row. "^" in a heading stretches the one
    above it.
    """
    depth = max(map(len, heads))
    rows = []
    for level in range(depth):
        row: list[str] = []
        for column, head in enumerate(heads):
            before = heads[column - 1] if column else ()
            same = before[: level + 1] == head[: level + 1] and level < len(head)
            leaf = level >= len(head) - 1 and not (names[column] and names[column - 1])
            if level >= len(head) or head[level] == "^":
                row.append("^")
            elif column and same and not leaf:
                row.append("<")
            else:
                row.append(head[level])
        rows.append(row)
    return rows
