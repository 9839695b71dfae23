"""Scanned pages: rendered, straightened, and recognised cell by cell where they are ruled, line by line elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingest.model import Place
from ingest.readers.page import Grid, GridCell, Line, Page, is_furniture
from ingest.readers.picture import Upright, ink, rendered, upright
from ingest.readers.recognition import Picture, Pixels, Recognised, recognise, text_boxes
from ingest.readers.ruling import RuledTable, ruled_tables
from ingest.text import amount

DPI, FINER_DPI = 200, 400
"""Dots an inch of the first reading, and of the second one of a figure that does not fit."""
UNSURE = 0.80
"""A figure with a character less certain than this is doubtful."""
UNSURE_READING = "扫描页上的字迹不够清楚，识别的把握不足"
_TALLEST = 34.0
"""Points: no line of text is taller."""
_SAMPLE = 8
"""Pieces of text that tell whether a page stands upright."""
_HAN = r"\u3400-\u9fff"
_LIKE_DIGITS = str.maketrans(
    {"O": "0", "o": "0", "〇": "0", "Ｏ": "0", "，": ",", "、": ",", "。": ".", "．": ".", "·": ".", "－": "-", "—": "-"}
)


def read_scanned_page(page: Any, number: int) -> Page:
    """A page (of pypdfium2) read from its picture.

    Places are those of a page with text: PDF points from the top left of the page as it is shown, `scanned` set.
    """
    picture = _upright(page, DPI)
    tables, bare = ruled_tables(picture.grey, picture.dots)
    dark = ink(bare)
    crops = _Crops(bare, picture.dots)
    waiting = [(table, [crops.add_lines(dark, cell.pixels) for cell in table.cells]) for table in tables]
    rest = _outside(bare, [table.pixels for table in tables])
    lines = [crops.add_row(dark, row) for row in _rows_of_text(rest, ink(rest), picture.dots)]
    crops.read()
    items: list[tuple[float, Line | Grid]] = []
    for table, cells in waiting:
        items.append((table.pixels[1], _grid(picture, table, [crops.text(cell) for cell in cells], number)))
    height = page.get_height()
    for row in lines:
        text, _ = crops.text(row, between=" ")
        box = picture.box(crops.around(row))
        if text and not is_furniture(text, box, height):
            items.append((crops.around(row)[1], Line(_printed(text), Place(number, box, scanned=True))))
    return Page(number, tuple(item for _, item in sorted(items, key=lambda entry: entry[0])))


def reread(path: Path, places: Sequence[Place]) -> list[str]:
    """The figures at these places of a scanned PDF, recognised once more from a finer picture; as `Cell.text`."""
    import pypdfium2

    found: dict[Place, str] = {}
    document = pypdfium2.PdfDocument(path)
    try:
        for number in sorted({place.page for place in places if place.page}):
            picture = _upright(document[number - 1], FINER_DPI)
            _, bare = ruled_tables(picture.grey, picture.dots)
            dark = ink(bare)
            crops = _Crops(bare, picture.dots)
            own = [place for place in places if place.page == number and place.box]
            cells = [crops.add_lines(dark, picture.pixels(place.box)) for place in own if place.box]
            crops.read()
            found |= {place: figure(crops.text(cell)[0]) for place, cell in zip(own, cells, strict=True)}
    finally:
        document.close()
    return [found.get(place, "") for place in places]


def figure(text: str) -> str:
    """A recognised figure with the marks that stand for others put right (O for 0, full-width stops), if that makes
    it an amount; every other text as it is. A decimal point that is missing stays missing."""
    bare = unicodedata.normalize("NFKC", re.sub(r"\s", "", text).translate(_LIKE_DIGITS))
    return bare if amount(bare) is not None else _printed(text)


def _upright(page: Any, dpi: int) -> Upright:
    shown, dots = rendered(page, dpi)
    return upright(shown, dots, lambda grey: _legibility(grey, dots))


def _legibility(grey: Picture, dots: float) -> float:
    """How certain the recogniser is of the widest pieces of text; 1.0 on a page without any."""
    import cv2

    joined = cv2.dilate(ink(grey), np.ones((1, round(5 * dots)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    pieces = [
        (int(x), int(y), int(x + width), int(y + height))
        for x, y, width, height, _ in stats[1:]
        if 5 * dots < height < 30 * dots and width > 1.5 * height
    ]
    if not pieces:
        tall = [s for s in stats[1:] if s[3] > 30 * dots]
        return 0.0 if tall else 1.0
    pieces = sorted(pieces, key=lambda piece: piece[0] - piece[2])[:_SAMPLE]
    crops = [grey[y0:y1, x0 : min(x1, x0 + 12 * (y1 - y0))] for x0, y0, x1, y1 in pieces]
    read = [result for result in recognise(crops) if len(result.text) > 1]
    return sum(result.mean for result in read) / len(pieces)


class _Crops:
    """Pieces of one picture, collected first and then recognised together."""

    def __init__(self, grey: Picture, dots: float) -> None:
        self.grey, self.dots = grey, dots
        self.pieces: list[Pixels] = []
        self.results: list[Recognised] = []

    def add_lines(self, dark: Picture, cell: Pixels) -> list[int]:
        """The lines of text in a cell, from the top."""
        return [self._add(piece) for piece in _lines_in(dark, cell, self.dots)]

    def add_row(self, dark: Picture, row: list[Pixels]) -> list[int]:
        """Pieces of text that stand beside each other."""
        return [self._add(piece) for box in row if (piece := _tight(dark, box))]

    def _add(self, piece: Pixels) -> int:
        self.pieces.append(piece)
        return len(self.pieces) - 1

    def read(self) -> None:
        self.results = recognise([self._padded(piece) for piece in self.pieces])

    def _padded(self, piece: Pixels) -> Picture:
        """The piece with a white margin; a lone dash or point keeps its size among the characters."""
        x0, y0, x1, y1 = piece
        least = round(6 * self.dots)
        margin = max(round(0.12 * (y1 - y0)), 2)
        above = max(margin, (least - (y1 - y0)) // 2)
        part = self.grey[y0:y1, x0:x1]
        return np.pad(part, ((above, above), (margin * 2, margin * 2)), constant_values=255)

    def text(self, indices: list[int], between: str = "\n") -> tuple[str, float]:
        """The text of several pieces, and the confidence of the least certain one."""
        results = [self.results[index] for index in indices]
        text = between.join(result.text for result in results if result.text)
        return text, min((result.confidence for result in results), default=1.0)

    def around(self, indices: list[int]) -> Pixels:
        pieces = [self.pieces[index] for index in indices]
        return (
            min(piece[0] for piece in pieces),
            min(piece[1] for piece in pieces),
            max(piece[2] for piece in pieces),
            max(piece[3] for piece in pieces),
        )


def _lines_in(dark: Picture, cell: Pixels, dots: float) -> list[Pixels]:
    """Rows of ink in a cell; strokes of one character (二, 三) are one row."""
    x0, y0, x1, y1 = cell
    runs = _runs(dark[y0:y1, x0:x1].any(axis=1))
    if not runs:
        return []
    tallest = max(max(bottom - top for top, bottom in runs), round(5 * dots))
    pieces = [_tight(dark, (x0, y0 + top, x1, y0 + bottom)) for top, bottom in _joined(runs, tallest)]
    return [piece for piece in pieces if piece and (piece[3] - piece[1] > 2 or piece[2] - piece[0] > 2 * dots)]


def _joined(runs: list[tuple[int, int]], tall: float) -> list[tuple[int, int]]:
    """Runs of ink rows, low ones joined to their neighbour where both are no taller than a line of this height."""
    joined = runs[:1]
    for top, bottom in runs[1:]:
        before = joined[-1]
        low = min(bottom - top, before[1] - before[0]) < 0.6 * tall
        if low and bottom - before[0] <= 1.25 * tall:
            joined[-1] = (before[0], bottom)
        else:
            joined.append((top, bottom))
    return joined


def _runs(filled: Any) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], filled, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _tight(dark: Picture, box: Pixels) -> Pixels | None:
    """The part of the box that has ink."""
    x0, y0, x1, y1 = box
    part = dark[y0:y1, x0:x1]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(columns):
        return None
    return x0 + int(columns[0]), y0 + int(rows[0]), x0 + int(columns[-1]) + 1, y0 + int(rows[-1]) + 1


def _outside(bare: Picture, tables: list[Pixels]) -> Picture:
    """The picture with the tables painted over."""
    rest = bare.copy()
    for x0, y0, x1, y1 in tables:
        rest[max(y0 - 3, 0) : y1 + 4, max(x0 - 3, 0) : x1 + 4] = 255
    return rest


def _rows_of_text(rest: Picture, dark: Picture, dots: float) -> list[list[Pixels]]:
    """Pieces of text from the top down, those of one printed line together from left to right.

    On a straight page the blank rows part the lines; where they do not (pictures, stamps), text is looked for.
    """
    height, width = dark.shape
    runs = _runs(dark.any(axis=1))
    heights = [bottom - top for top, bottom in runs if bottom - top > 5 * dots]
    if not heights:
        return []
    usual = float(np.median(heights))
    rows: list[list[Pixels]] = []
    for top, bottom in _joined(runs, usual):
        if bottom - top <= max(1.6 * usual, _TALLEST * dots):
            rows.append(_pieces(dark, (0, top, width, bottom)))
        else:
            rows += _found_rows(rest, (0, max(top - 12, 0), width, min(bottom + 12, height)))
    return [row for row in rows if row]


def _pieces(dark: Picture, line: Pixels) -> list[Pixels]:
    """A line cut where it has gaps wider than two characters."""
    x0, y0, x1, y1 = line
    runs = _runs(dark[y0:y1, x0:x1].any(axis=0))
    wide = 2 * (y1 - y0)
    pieces: list[tuple[int, int]] = []
    for left, right in runs:
        if pieces and left - pieces[-1][1] < wide:
            pieces[-1] = (pieces[-1][0], right)
        else:
            pieces.append((left, right))
    return [(x0 + left, y0, x0 + right, y1) for left, right in pieces]


def _found_rows(rest: Picture, area: Pixels) -> list[list[Pixels]]:
    x0, y0, x1, y1 = area
    found = [(x0 + a, y0 + b, x0 + c, y0 + d) for a, b, c, d in text_boxes(rest[y0:y1, x0:x1])]
    rows: list[list[Pixels]] = []
    for box in sorted(found, key=lambda box: box[1] + box[3]):
        middle = (box[1] + box[3]) / 2
        if rows and rows[-1][-1][1] < middle < rows[-1][-1][3]:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row) for row in rows]


def _grid(picture: Upright, table: RuledTable, texts: list[tuple[str, float]], number: int) -> Grid:
    cells = []
    for cell, (text, confidence) in zip(table.cells, texts, strict=True):
        place = Place(number, picture.box(cell.pixels), scanned=True)
        read = figure(text)
        doubt = UNSURE_READING if confidence < UNSURE else ""
        cells.append(GridCell(read, cell.top, cell.bottom, cell.left, cell.right, place, doubt))
    edges = tuple(round(x / picture.dots, 1) for x in table.xs)
    place = Place(number, picture.box(table.pixels), scanned=True)
    return Grid(len(table.ys) - 1, len(table.xs) - 1, tuple(cells), place, edges=edges)


def _printed(text: str) -> str:
    """Marks beside Chinese characters in their full width, as they are printed there: 20.51%; → 20.51%；"""
    if not re.search(rf"[{_HAN}]", text):
        return text
    text = text.replace("(", "（").replace(")", "）")
    text = re.sub(rf"(?<=[{_HAN}”）%]),|,(?=[{_HAN}])", "，", text)
    text = re.sub(rf"(?<=[{_HAN}”）%]);|;(?=[{_HAN}])", "；", text)
    text = re.sub(rf"(?<=[{_HAN}”）]):|:(?=[{_HAN}])", "：", text)
    return re.sub(r";$", "；", text)
