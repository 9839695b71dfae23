"""PDF with a text layer: lines and ruled grids of each page, one page in memory at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest.model import Place
from ingest.readers.glyphs import glyphs_of, in_order, lines_of
from ingest.readers.legible import needs_recognition, no_text
from ingest.readers.page import Grid, Line, Page, Unreadable, is_furniture
from ingest.readers.progress import page_read
from ingest.readers.rules import grids_of


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
        pages = []
        for index in range(len(document)):
            pages.append(read_page(document, index))
            page_read(index + 1, len(document))
    finally:
        document.close()
    if sum(_length(page) for page in pages) < 20 * min(len(pages), 3):
        raise Unreadable("no-text", no_text())
    return pages


def read_page(document: Any, index: int) -> Page:
    """One page of a pypdfium2 document, counted from 0.

    A line that stands in a grid is the grid's; page numbers are left out.
    """
    page = document[index]
    try:
        number, height = index + 1, page.get_height()
        glyphs = glyphs_of(page)
        if needs_recognition(page, "".join(glyph.text for glyph in glyphs if glyph.box)):
            from ingest.readers.scan import read_scanned_page  # here, so that a figure does not wait for it

            return read_scanned_page(page, number)
        grids = grids_of(page, number, glyphs)
    finally:
        page.close()
    boxes = [grid.place.box for grid in grids if grid.place.box]
    lines = []
    for text, box in lines_of(glyphs, boxes):
        if not is_furniture(text, box, height) and not any(outer.holds(box) for outer in boxes):
            lines.append((text, box))
    items: list[Line | Grid] = [Line(text, Place(number, box)) for text, box in in_order(lines)]
    for grid in grids:  # a grid goes before the first line that stands wholly below it
        top = grid.place.box.top if grid.place.box else 0.0
        at = next((i for i, item in enumerate(items) if item.place.box and item.place.box.top > top), len(items))
        items.insert(at, grid)
    return Page(number, tuple(items))


def _length(page: Page) -> int:
    return sum(
        len(item.text) if isinstance(item, Line) else sum(len(cell.text) for cell in item.cells) for item in page.items
    )
