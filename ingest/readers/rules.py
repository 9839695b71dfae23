"""The ruled lines of a PDF page and the cells that they make.

Lines come from pdfium, the cells from pdfplumber's table finder: pdfplumber takes nearly all of its time for parsing
characters, which the finder does not need.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ingest.model import Box, Place
from ingest.readers.glyphs import Glyph, Point, cell_text, placing, rounded
from ingest.readers.page import Grid, GridCell

_TOUCH = 3.0
"""Strokes with a gap of at most this many points touch."""
_SNAP = 2.0
"""Edges nearer than this many points are one edge."""
_STRAIGHT = 0.2
"""A stroke that strays from the horizontal or vertical by less than this many points is a rule."""
_WHITE = 250
"""A fill whose red, green and blue are all at least this is white."""
_DEPTH = 6
"""Forms nested deeper than this are not looked into."""
_MOST_STROKES = 40_000
"""A page with more strokes is a drawing, not tables."""

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def grids_of(page: Any, number: int, glyphs: Sequence[Glyph]) -> list[Grid]:
    """The ruled tables of a pypdfium2 page from top to bottom, with the text that stands in their cells."""
    strokes = list(_strokes(page))
    horizontal = sum(1 for stroke in strokes if stroke["orientation"] == "h")
    if horizontal < 2 or len(strokes) - horizontal < 3 or len(strokes) > _MOST_STROKES:
        return []
    from pdfplumber.table import TableFinder

    return [
        _grid(table.cells, number, glyphs)
        for band in _bands(strokes)
        for table in TableFinder(_Ruled(band)).tables  # type: ignore[arg-type]  # it asks a page for its edges only
    ]


def _bands(strokes: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The strokes of each stretch of the page that upright ones cover without a gap.

    The finder makes edges that lie near each other one edge, on the whole page; tables above each other keep their own.
    """
    bands: list[tuple[float, float]] = []
    for top, bottom in sorted((s["top"], s["bottom"]) for s in strokes if s["orientation"] == "v"):
        if bands and top <= bands[-1][1] + _TOUCH:
            bands[-1] = (bands[-1][0], max(bands[-1][1], bottom))
        else:
            bands.append((top, bottom))
    return [
        [s for s in strokes if s["bottom"] >= top - _TOUCH and s["top"] <= bottom + _TOUCH] for top, bottom in bands
    ]


@dataclass
class _Ruled:
    """What pdfplumber's table finder asks of a page."""

    edges: list[dict[str, Any]]
    bbox: tuple[float, float, float, float] = field(default=(0.0, 0.0, 0.0, 0.0))


def _strokes(page: Any) -> Iterator[dict[str, Any]]:
    """Horizontal and vertical strokes, among them the sides of rectangles, as pdfplumber's edges."""
    place = placing(page)
    for a, b in _segments(page.raw, _page_objects, _IDENTITY, 0):
        (ax, ay), (bx, by) = place(*a), place(*b)
        width, height = abs(ax - bx), abs(ay - by)
        if min(width, height) >= _STRAIGHT or max(width, height) < _STRAIGHT:
            continue
        upright = width < height
        x0, top = min(ax, bx), min(ay, by)
        x1, bottom = (x0, max(ay, by)) if upright else (max(ax, bx), top)
        yield {
            "object_type": "line",
            "x0": x0,
            "x1": x1,
            "top": top,
            "bottom": bottom,
            "doctop": top,
            "width": x1 - x0,
            "height": bottom - top,
            "orientation": "v" if upright else "h",
        }


def _page_objects(page: Any) -> Iterator[Any]:
    import pypdfium2.raw as raw

    return (raw.FPDFPage_GetObject(page, i) for i in range(raw.FPDFPage_CountObjects(page)))


def _form_objects(form: Any) -> Iterator[Any]:
    import pypdfium2.raw as raw

    return (raw.FPDFFormObj_GetObject(form, i) for i in range(raw.FPDFFormObj_CountObjects(form)))


def _segments(
    holder: Any, objects: Callable[[Any], Iterator[Any]], matrix: Matrix, depth: int
) -> Iterator[tuple[Point, Point]]:
    """The straight strokes of all paths, in the page's own space."""
    import pypdfium2.raw as raw

    for item in objects(holder):
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_PATH and _is_seen(item):
            yield from _path(item, _times(_matrix(item), matrix))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            yield from _segments(item, _form_objects, _times(_matrix(item), matrix), depth + 1)


def _is_seen(path: Any) -> bool:
    """False for a path that is not painted, or only filled with white: a background, no rule."""
    import pypdfium2.raw as raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fill, stroke) or stroke.value:
        return True
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = raw.FPDFPageObj_GetFillColor(path, red, green, blue, alpha)
    white = known and min(red.value, green.value, blue.value) >= _WHITE
    return bool(fill.value) and not white


def _path(path: Any, matrix: Matrix) -> Iterator[tuple[Point, Point]]:
    import pypdfium2.raw as raw

    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    curve = False
    for index in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            yield from pairwise(points)
            points, curve = [point], False
            continue
        curve = curve or kind == raw.FPDF_SEGMENT_BEZIERTO
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            yield from pairwise([] if curve else [*points, points[0]])
            points = []
    yield from pairwise([] if curve else points)


def _matrix(item: Any) -> Matrix:
    import pypdfium2.raw as raw

    found = raw.FS_MATRIX()
    return (
        (found.a, found.b, found.c, found.d, found.e, found.f) if raw.FPDFPageObj_GetMatrix(item, found) else _IDENTITY
    )


def _times(m: Matrix, n: Matrix) -> Matrix:
    """First m, then n."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _grid(cells: Sequence[tuple[float, float, float, float]], number: int, glyphs: Sequence[Glyph]) -> Grid:
    """Cells with their spans: the distinct cell edges are the grid's lines."""
    xs = _distinct([x for cell in cells for x in (cell[0], cell[2])])
    ys = _distinct([y for cell in cells for y in (cell[1], cell[3])])
    spans = []
    owner = [[-1] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for index, (x0, y0, x1, y1) in enumerate(cells):
        left, right, top, bottom = _edge(xs, x0), _edge(xs, x1), _edge(ys, y0), _edge(ys, y1)
        spans.append((top, max(bottom, top + 1), left, max(right, left + 1)))
        for row in owner[top : spans[-1][1]]:
            row[left : spans[-1][3]] = [index] * len(row[left : spans[-1][3]])
    inside: list[list[Glyph]] = [[] for _ in cells]
    for glyph in glyphs:
        if glyph.box is None:
            continue
        x, y = (glyph.box.x0 + glyph.box.x1) / 2, (glyph.box.top + glyph.box.bottom) / 2
        if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
            cell = owner[bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]
            if cell >= 0:
                inside[cell].append(glyph)
    made = [
        GridCell(cell_text(inside[index]), *spans[index], Place(number, rounded(Box(*cell))))
        for index, cell in enumerate(cells)
    ]
    place = Place(number, rounded(Box(xs[0], ys[0], xs[-1], ys[-1])))
    return Grid(len(ys) - 1, len(xs) - 1, tuple(made), place, edges=tuple(xs))


def _distinct(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _edge(edges: list[float], value: float) -> int:
    """Index of the edge that a cell's side lies on."""
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))
