"""The characters of a PDF page with their places as the page is shown, in pdfium's reading order.

Places are points from the top left of the page as it is displayed: after its crop box and its rotation.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ingest.model import Box

BREAK = "\n"
"""Text of a glyph that ends a line; it has no place."""
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
"""Radicals that PDF printers write for the characters they look like, and that Unicode does not fold."""
_LINE = 0.45
"""Characters whose baselines differ by less than this part of their height stand on one line."""
_GAP = 0.8
"""Characters of a line farther apart than this part of the line's tallest one have a blank between them."""


class Glyph(NamedTuple):
    """One character, or the end of a line (`BREAK`)."""

    text: str
    box: Box | None
    """None for blanks and line ends."""
    baseline: float
    """Distance of its baseline from the top of the page."""


Point = tuple[float, float]


def placing(page: Any) -> Callable[[float, float], Point]:
    """The function from a point in the page's own space to points from the top left of the page as shown."""
    left, bottom, right, top = page.get_cropbox()
    return {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }[page.get_rotation() % 360]


def glyphs_of(page: Any) -> list[Glyph]:
    """All characters of the page."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    place = placing(page)
    edges = [ctypes.c_double() for _ in range(4)]
    refs = [ctypes.byref(edge) for edge in edges]
    origin = [ctypes.c_double() for _ in range(2)]
    origin_refs = [ctypes.byref(value) for value in origin]
    found: list[Glyph] = []
    for index in range(textpage.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(textpage.raw, index))
        if char in "\r\n":
            if found and found[-1].text != BREAK:
                found.append(Glyph(BREAK, None, 0.0))
            continue
        if char.isspace() or not raw.FPDFText_GetCharBox(textpage.raw, index, *refs):
            found.append(Glyph(char, None, 0.0))
            continue
        raw.FPDFText_GetCharOrigin(textpage.raw, index, *origin_refs)
        x0, x1, bottom, top = (edge.value for edge in edges)
        (ax, ay), (bx, by) = place(x0, bottom), place(x1, top)
        box = Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        found.append(Glyph(_folded(char), box, place(origin[0].value, origin[1].value)[1]))
    return found


def _folded(char: str) -> str:
    if "\u2e80" <= char <= "\u2fdf":
        return _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    return char


def lines_of(glyphs: Sequence[Glyph], frames: Sequence[Box] = ()) -> Iterator[tuple[str, Box]]:
    """Lines as pdfium orders them, with their boxes (to a tenth of a point).

    :param frames: the boxes of the page's grids. Where a dash ends a row of one, pdfium takes it for a hyphen and goes
        on with the next line; one that stands outside begins anew here.
    """
    text: list[str] = []
    boxes: list[Box] = []
    for glyph in _broken([*glyphs, Glyph(BREAK, None, 0.0)], frames):
        if glyph.text != BREAK:
            text.append(glyph.text)
            boxes += [glyph.box] if glyph.box else []
            continue
        joined = "".join(text).strip()
        if joined and boxes:
            yield joined, rounded(bounds(boxes))
        text, boxes = [], []


def _broken(glyphs: Sequence[Glyph], frames: Sequence[Box]) -> Iterator[Glyph]:
    """The glyphs, with a break between two at different heights of which one stands in a frame and the other not."""
    last: Box | None = None
    for glyph in glyphs:
        if glyph.box and last and (glyph.box.top >= last.bottom or glyph.box.bottom <= last.top):
            if any(frame.holds(last) != frame.holds(glyph.box) for frame in frames):
                yield Glyph(BREAK, None, 0.0)
        yield glyph
        last = glyph.box or (None if glyph.text == BREAK else last)


def in_order(lines: Sequence[tuple[str, Box]]) -> list[tuple[str, Box]]:
    """Lines from top to bottom, those side by side from left to right, whatever order they were drawn in."""
    rows: list[list[tuple[str, Box]]] = []
    for line in sorted(lines, key=lambda line: line[1].top + line[1].bottom):
        if rows and _beside(rows[-1][0][1], line[1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line[1].x0)]


def _beside(one: Box, other: Box) -> bool:
    """True where half of the lower one's height lies at the height of the other."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > min(one.bottom - one.top, other.bottom - other.top) / 2


def cell_text(glyphs: Sequence[Glyph]) -> str:
    """The text of a cell: its lines from top to bottom, each from left to right, whatever order they were drawn in."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        height = max(glyph.box.bottom - glyph.box.top, 4.0) if glyph.box else 4.0
        if lines and glyph.baseline - lines[-1][-1].baseline < _LINE * height:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return "\n".join(_joined(sorted(line, key=lambda glyph: glyph.box.x0 if glyph.box else 0.0)) for line in lines)


def _joined(line: Sequence[Glyph]) -> str:
    placed = [(glyph.text, glyph.box) for glyph in line if glyph.box]
    gap = _GAP * max((box.bottom - box.top for _, box in placed), default=0.0)
    text, end = "", None
    for char, box in placed:
        text += " " + char if end is not None and box.x0 - end > gap else char
        end = box.x1
    return text


def bounds(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all."""
    return Box(
        min(box.x0 for box in boxes),
        min(box.top for box in boxes),
        max(box.x1 for box in boxes),
        max(box.bottom for box in boxes),
    )


def rounded(box: Box) -> Box:
    """The box to a tenth of a point, as it is stored."""
    return Box(*(round(edge, 1) for edge in box))
