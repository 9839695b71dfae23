"""The ruled tables of a picture: lines found by their length, cells by which lines stand between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.readers.recognition import Picture, Pixels

_LINE_LEVEL = 200
"""Grey levels below this may be a line: thin ones are printed pale."""
_ACROSS, _DOWN = 14.0, 11.0
"""Points: shorter strokes belong to characters."""
_LEAST_ACROSS, _LEAST_DOWN = 30.0, 26.0
"""Points: every edge has one stroke of this length; two lines of characters in a cell make no longer one."""
_THICK = 4.0
"""Points: thicker bars are shading or pictures."""
_LEAST_WIDTH, _LEAST_HEIGHT = 60.0, 14.0
"""Points: what is smaller is a character (田) of a heading."""
_LEAST_ROW = 6.0
"""Points: no text stands in a lower row."""
_SAME = 2.2
"""Points: lines nearer than this are one."""
_DRAWN = 0.8
"""Share of a cell's edge that must be drawn, its two ends among it: strokes of characters end before the next line."""
_BESIDE = 1.8
"""Points from the middle of a line to the paper beside it."""
_END = 3
"""Pixels at each end of an edge."""


@dataclass(frozen=True)
class RuledCell:
    """A cell's place in its table (rows and columns half open) and in the picture."""

    top: int
    bottom: int
    left: int
    right: int
    pixels: Pixels


@dataclass(frozen=True)
class RuledTable:
    """A ruled table: its cells and edges, in pixels."""

    pixels: Pixels
    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[RuledCell, ...]


def ruled_tables(grey: Picture, dots: float) -> tuple[list[RuledTable], Picture]:
    """The ruled tables of an upright picture from the top down, and the picture without their lines.

    :param dots: pixels a point.
    """
    import cv2

    dark: Picture = np.where(grey < _LINE_LEVEL, 255, 0).astype(np.uint8)
    across = _strokes(dark, round(_ACROSS * dots), horizontal=True, dots=dots)
    down = _strokes(dark, round(_DOWN * dots), horizontal=False, dots=dots)
    joined = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    tables: list[RuledTable] = []
    lines: Picture = np.zeros_like(dark)
    for label in range(1, len(stats)):
        x, y, width, height, _ = (int(value) for value in stats[label])
        if width < _LEAST_WIDTH * dots or height < _LEAST_HEIGHT * dots:
            continue
        window = np.s_[y : y + height, x : x + width]
        own = labels[window] == label
        table, drawn = _table(across[window] * own, down[window] * own, dark[window], (x, y), dots)
        if table:
            tables.append(table)
            lines[window] |= drawn
    lines = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    return sorted(tables, key=lambda table: table.pixels[1]), np.where(lines > 0, 255, grey).astype(np.uint8)


def _strokes(dark: Picture, length: int, horizontal: bool, dots: float) -> Picture:
    """What belongs to straight strokes of at least this length, thin ones only."""
    import cv2

    along = lambda size: np.ones((1, size) if horizontal else (size, 1), np.uint8)  # noqa: E731
    aside = np.ones((3, 1) if horizontal else (1, 3), np.uint8)
    thick = np.ones((round(_THICK * dots), 1) if horizontal else (1, round(_THICK * dots)), np.uint8)
    filled = cv2.morphologyEx(cv2.dilate(dark, aside), cv2.MORPH_CLOSE, along(3))
    strokes: Picture = cv2.morphologyEx(filled, cv2.MORPH_OPEN, along(length))
    bars: Picture = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, thick)
    strokes[cv2.dilate(bars, np.ones((3, 3), np.uint8)) > 0] = 0
    return strokes


def _table(
    across: Picture, down: Picture, dark: Picture, corner: tuple[int, int], dots: float
) -> tuple[RuledTable | None, Picture]:
    """The table that the strokes make, if they make one, and the strokes that are its lines."""
    same = _SAME * dots
    lines = np.zeros_like(across)
    height, width = across.shape
    ys = _positions(across, 1, same, min(_LEAST_ACROSS * dots, 0.8 * width))
    xs = _positions(down, 0, same, min(_LEAST_DOWN * dots, 0.8 * height))
    for _ in range(12):  # an edge that parts no cells is a stray stroke; without it others may be none either
        if len(xs) < 2 or len(ys) < 2:
            return None, lines
        level = _drawn_rows(across, xs, ys, same)
        upright = _drawn_rows(down.T, ys, xs, same).T
        if level[0].mean() < _DRAWN or level[-1].mean() < _DRAWN:  # text that touches the frame
            ys = ys[int(level[0].mean() < _DRAWN) : len(ys) - int(level[-1].mean() < _DRAWN)]
            continue
        rows = (level & _bare_rows(dark, xs, ys, dots, 0.5)).any(axis=1)
        columns = (upright & _bare_rows(dark.T, ys, xs, dots, 0.25).T).any(axis=0)
        if rows.all() and columns.all():
            break
        ys = [y for y, good in zip(ys, rows, strict=True) if good]
        xs = [x for x, good in zip(xs, columns, strict=True) if good]
    else:
        return None, lines
    cells = _cells(level, upright)
    if len(cells) < 2 or min(np.diff(ys)) < _LEAST_ROW * dots:
        return None, lines
    near = round(same)
    for row, column in np.argwhere(level):
        part = np.s_[max(ys[row] - near, 0) : ys[row] + near + 1, max(xs[column] - near, 0) : xs[column + 1] + near + 1]
        lines[part] |= across[part]
    for row, column in np.argwhere(upright):
        part = np.s_[max(ys[row] - near, 0) : ys[row + 1] + near + 1, max(xs[column] - near, 0) : xs[column] + near + 1]
        lines[part] |= down[part]
    left, top = corner
    placed = tuple(
        RuledCell(t, b, lft, r, (left + xs[lft], top + ys[t], left + xs[r], top + ys[b])) for t, b, lft, r in cells
    )
    edges = (left + xs[0], top + ys[0], left + xs[-1], top + ys[-1])
    return RuledTable(edges, tuple(left + x for x in xs), tuple(top + y for y in ys), placed), lines


def _positions(strokes: Picture, axis: int, same: float, least: float) -> list[int]:
    """Middles of the strokes across the axis, near ones joined, weighted by their length; short ones make no edge."""
    import cv2

    _, _, stats, centres = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    length = cv2.CC_STAT_WIDTH if axis else cv2.CC_STAT_HEIGHT
    long = [i for i in range(1, len(stats)) if stats[i][length] >= least]
    found = sorted((float(centres[i][axis]), int(stats[i][length])) for i in long)
    groups: list[list[tuple[float, int]]] = []
    for position, weight in found:
        if groups and position - groups[-1][-1][0] <= same:
            groups[-1].append((position, weight))
        else:
            groups.append([(position, weight)])
    return [round(sum(p * w for p, w in group) / sum(w for _, w in group)) for group in groups]


def _drawn_rows(strokes: Picture, xs: list[int], ys: list[int], same: float) -> Any:
    """For each level edge and each column between two edges: is the line drawn there? Booleans, len(ys) × len(xs) - 1."""
    near = max(round(same), 2)
    drawn = np.zeros((len(ys), len(xs) - 1), bool)
    for row, y in enumerate(ys):
        band: Any = strokes[max(y - near, 0) : y + near + 1].any(axis=0)
        for column, (x0, x1) in enumerate(zip(xs, xs[1:], strict=False)):
            inner = band[x0 + 2 : max(x1 - 1, x0 + 3)]
            ends = inner[:_END].any() and inner[-_END:].any()
            drawn[row, column] = bool(ends) and inner.mean() >= _DRAWN
    return drawn


def _bare_rows(dark: Picture, xs: list[int], ys: list[int], dots: float, most: float) -> Any:
    """For the same edges: is the paper beside the line mostly bare? Beside a stroke of a character it is not."""
    beside = round(_BESIDE * dots)
    bare = np.zeros((len(ys), len(xs) - 1), bool)
    for row, y in enumerate(ys):
        for column, (x0, x1) in enumerate(zip(xs, xs[1:], strict=False)):
            inner = slice(x0 + beside, max(x1 - beside, x0 + beside + 1))
            touched = np.zeros(dark[0, inner].shape, bool)
            for side in (y - beside, y + beside):
                if 0 <= side < len(dark):
                    touched |= dark[side, inner] > 0
            bare[row, column] = touched.mean() <= most
    return bare


def _cells(level: Any, upright: Any) -> list[tuple[int, int, int, int]]:
    """Top, bottom, left, right of each cell: squares with no line between them are one, if they make a rectangle."""
    rows, columns = level.shape[0] - 1, level.shape[1]
    group = np.arange(rows * columns).reshape(rows, columns)

    def join(one: int, other: int) -> None:
        group[group == max(one, other)] = min(one, other)

    for row in range(rows):
        for column in range(columns):
            if column + 1 < columns and not upright[row, column + 1]:
                join(int(group[row, column]), int(group[row, column + 1]))
            if row + 1 < rows and not level[row + 1, column]:
                join(int(group[row, column]), int(group[row + 1, column]))
    cells = []
    for number in np.unique(group):
        places = np.argwhere(group == number)
        (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
        if len(places) == (bottom - top) * (right - left):
            cells.append((int(top), int(bottom), int(left), int(right)))
        else:
            cells += [(int(y), int(y) + 1, int(x), int(x) + 1) for y, x in places]
    return sorted(cells)
