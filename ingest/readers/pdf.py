"""Born-digital PDF: lines by pypdfium2, ruled grids by pdfplumber on the pages that have rules.

pdfplumber takes most of its time for parsing characters, so a page without ruled lines never reaches it.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.model import Box, Place
from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable

RULES_OF_A_GRID = 4
"""Fewest drawn paths that can make a table of two cells."""
_SNAP = 2.0
"""Edges nearer than this many points are one edge."""
_FURNITURE = re.compile(r"^[-—–－\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]\s*\d+\s*页?)?[-—–－\s]*$")


def read_pdf(path: Path) -> list[Page]:
    """All pages in order.

    :raises Unreadable: if the file is damaged, encrypted, or has no text layer.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("damaged", f"不是可读的 PDF（{error}）；请重新下载或另存后再试。") from error
    try:
        texts = [list(_lines(document[i], i + 1)) for i in range(len(document))]
        if sum(len(line.text) for lines in texts for line in lines) < 20 * min(len(texts), 3):
            raise Unreadable("no-text", "PDF 没有文字层（可能是扫描件）；目前只读由文字生成的 PDF，请换用原始电子版。")
        ruled = [i for i in range(len(document)) if _has_rules(document[i])]
    finally:
        document.close()
    grids = _grids(path, ruled)
    return [_page(i + 1, lines, grids.get(i, [])) for i, lines in enumerate(texts)]


def _page(number: int, lines: list[Line], grids: list[Grid]) -> Page:
    boxes = [grid.place.box for grid in grids]
    outside = [line for line in lines if not any(box and line.place.box and box.holds(line.place.box) for box in boxes)]
    items: list[Line | Grid] = list(outside)
    for grid in grids:  # a grid goes before the first line that stands wholly below it
        top = grid.place.box.top if grid.place.box else 0.0
        at = next((i for i, item in enumerate(items) if item.place.box and item.place.box.top > top), len(items))
        items.insert(at, grid)
    return Page(number, tuple(items))


def _lines(page: Any, number: int) -> Iterator[Line]:
    """The page's lines as pdfium orders them, each with its box; page numbers are left out."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    height, left = page.get_height(), page.get_mediabox()[0]
    edges = [ctypes.c_double() for _ in range(4)]
    refs = [ctypes.byref(edge) for edge in edges]
    text: list[str] = []
    box: Box | None = None

    def flush() -> Iterator[Line]:
        nonlocal box
        joined = "".join(text).strip()
        if (
            joined
            and box
            and not (_FURNITURE.match(joined) and (box.top > height * 0.88 or box.bottom < height * 0.08))
        ):
            yield Line(joined, Place(number, box))
        text.clear()
        box = None

    for index in range(textpage.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(textpage.raw, index))
        if char in "\r\n":
            yield from flush()
            continue
        text.append(char)
        if char.isspace() or not raw.FPDFText_GetCharBox(textpage.raw, index, *refs):
            continue
        x0, x1, bottom, top = (edge.value for edge in edges)
        here = Box(round(x0 - left, 1), round(height - top, 1), round(x1 - left, 1), round(height - bottom, 1))
        box = here if box is None else box.union(here)
    yield from flush()


def _has_rules(page: Any) -> bool:
    import pypdfium2.raw as raw

    paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)
    return sum(1 for _ in islice(paths, RULES_OF_A_GRID)) == RULES_OF_A_GRID


def _grids(path: Path, pages: list[int]) -> dict[int, list[Grid]]:
    if not pages:
        return {}
    import pdfplumber

    with pdfplumber.open(path, pages=[page + 1 for page in pages]) as pdf:
        found = {}
        for page in pdf.pages:
            found[page.page_number - 1] = [
                _grid(table, page.page_number) for table in page.find_tables() if len(table.cells) > 1
            ]
            page.close()
    return found


def _grid(table: Any, page: int) -> Grid:
    """Cells with their spans: the distinct cell edges are the grid's lines."""
    xs = _distinct([x for cell in table.cells for x in (cell[0], cell[2])])
    ys = _distinct([y for cell in table.cells for y in (cell[1], cell[3])])
    texts = _cell_texts(table)
    cells = []
    for bbox in table.cells:
        left, right = _edge(xs, bbox[0]), _edge(xs, bbox[2])
        top, bottom = _edge(ys, bbox[1]), _edge(ys, bbox[3])
        place = Place(page, Box(*(round(value, 1) for value in bbox)))
        cells.append(GridCell(texts.get(bbox, ""), top, max(bottom, top + 1), left, max(right, left + 1), place))
    place = Place(page, Box(*(round(value, 1) for value in table.bbox)))
    return Grid(len(ys) - 1, len(xs) - 1, tuple(cells), place, edges=tuple(xs))


def _cell_texts(table: Any) -> dict[tuple[float, float, float, float], str]:
    return {
        cell: text or ""
        for row, texts in zip(table.rows, table.extract(), strict=True)
        for cell, text in zip(row.cells, texts, strict=True)
        if cell
    }


def _distinct(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _edge(edges: list[float], value: float) -> int:
    return max(bisect_left(edges, value + 0.01) - 1, 0) if value + 0.01 <= edges[-1] else len(edges) - 1
