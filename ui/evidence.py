"""The evidence of a citation: the page as a picture with the cell boxed, or the lines around it as they were read."""

from __future__ import annotations

import hashlib
import html
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant import Citation
from ingest.files import content, local, on_disk
from ingest.model import Account
from ingest.readers import Grid, Line, Unreadable, read_pages
from ingest.readers.kinds import kind_of
from ingest.readers.textfile import decode

_SCALE = 2.2
"""Pixels a point: sharp on a phone, where the picture is enlarged."""
_WIDTH, _ABOVE, _BELOW = 380, 130, 110
"""Points of the page shown around the box: wide enough for its neighbours, narrow enough to be read on a phone."""
_MARGIN = 20
_OUTLINE, _FILL = (0, 90, 181, 255), (255, 194, 10, 70)
"""Blue and amber: told apart by every kind of colour vision, and the outline also by its shape."""
_AROUND = 8
"""Lines shown before and after the cited one."""

Edges = tuple[float, float, float, float]


class NoEvidence(Exception):
    """The evidence cannot be shown; the text says why."""


def picture(citation: Citation, account: Account, whole: bool = False) -> Any:
    """The cited page with the cell or the sentence's lines boxed; a PIL image.

    :param whole: the whole page; otherwise the part around the boxes, in which they all lie.
    :raises NoEvidence: if the file is no PDF, is gone, is no longer the one that was read, or does not open.
    """
    path = _unchanged(account)
    if citation.page is None or _kind(path, account.sha256) != ".pdf":
        raise NoEvidence(f"{path.name} 不是 PDF，没有页面图；请打开原文件核对：{citation.where}。")
    boxes = tuple(box for page, box in citation.boxes if page == citation.page) or (
        (citation.bbox,) if citation.bbox else ()
    )
    try:
        image = _drawn(path, account.sha256, citation.page, boxes)
    except Exception as error:  # pdfium names no class for what can be wrong with a file
        raise NoEvidence(f"第 {citation.page} 页显示不出来（{path.name}）；请直接打开原文件查看。") from error
    return image if whole or not boxes else _trimmed(image.crop(window(boxes, image.width, image.height)))


def window(boxes: tuple[Edges, ...], width: int, height: int) -> tuple[int, int, int, int]:
    """The part of a page picture (`width` × `height` pixels) to show around boxes (points), in pixels."""
    x0, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    wide = min(max(_WIDTH, x1 - x0 + 2 * _MARGIN), width / _SCALE)
    left = min(max(0.0, (x0 + x1 - wide) / 2), width / _SCALE - wide)
    upper, lower = max(0, int((top - _ABOVE) * _SCALE)), min(height, int((bottom + _BELOW) * _SCALE))
    return int(left * _SCALE), min(upper, height - 1), int((left + wide) * _SCALE), max(lower, upper + 1)


def _trimmed(image: Any) -> Any:
    """The picture without the blank paper around what is printed, but for a narrow margin."""
    from PIL import ImageOps

    printed = ImageOps.invert(image.convert("L")).getbbox()
    if printed is None:
        return image
    left, top, right, bottom = printed
    margin = int(_MARGIN * _SCALE)
    return image.crop(
        (
            max(0, left - margin),
            max(0, top - margin),
            min(image.width, right + margin),
            min(image.height, bottom + margin),
        )
    )


@lru_cache(maxsize=64)
def _drawn(path: Path, sha256: str, page_number: int, boxes: tuple[Edges, ...]) -> Any:
    """The whole page with the boxes; `sha256` keeps apart what stood at the same path at different times."""
    import pypdfium2
    from PIL import Image, ImageDraw

    document = pypdfium2.PdfDocument(content(path))
    try:
        page = document[page_number - 1]
        image = page.render(scale=_SCALE).to_pil().convert("RGBA")
    finally:
        document.close()
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for box in boxes:
        x0, top, x1, bottom = (edge * _SCALE for edge in box)
        pen.rectangle((x0 - 3, top - 3, x1 + 3, bottom + 3), fill=_FILL, outline=_OUTLINE, width=4)
    return Image.alpha_composite(image, layer).convert("RGB")


def _unchanged(account: Account) -> Path:
    """The account's file or archive member, which is still the one that was read."""
    path = Path(account.path)
    file = on_disk(path)
    if not file.is_file():
        raise NoEvidence(f"原文件已不在原处（{file.name}），不能显示页面。")
    try:
        same = _hash(path, file.stat().st_mtime_ns, file.stat().st_size) == account.sha256
    except Unreadable as error:
        raise NoEvidence(f"原文件（{file.name}）打不开，不能显示页面：{error}") from error
    except OSError as error:
        raise NoEvidence(f"原文件（{file.name}）打不开（{error.strerror or error}），不能显示页面。") from error
    if not same:
        raise NoEvidence(f"原文件（{path.name}）在读入之后被改动过，不能作为出处显示；请重新读入。")
    return path


@lru_cache(maxsize=256)
def _hash(path: Path, _modified: int, _size: int) -> str:
    return hashlib.sha256(content(path)).hexdigest()


@lru_cache(maxsize=256)
def _kind(path: Path, _sha256: str) -> str:
    with local(path) as file:
        return kind_of(file)


def excerpt(citation: Citation, account: Account) -> str:
    """The lines around the cited one, which is marked, as HTML: of a text file, or as read from a document without
    pages (its paragraphs and table rows).

    :raises NoEvidence: if the file is gone or is no longer the one that was read.
    """
    path = _unchanged(account)
    if citation.line is None:
        raise NoEvidence("这份文件没有行号。")
    shown = []
    for number, line in _lines(path, account.sha256):
        if abs(number - citation.line) <= _AROUND:
            text = html.escape(line.replace("\t", "　").replace("\f", " ")) or "&nbsp;"
            shown.append(f"<mark>{text}</mark>" if number == citation.line else f"<span>{text}</span>")
    return (
        f'<div class="excerpt" role="figure" tabindex="0" aria-label="原文第 {citation.line} 行前后">'
        + "\n".join(shown)
        + "</div>"
    )


@lru_cache(maxsize=8)
def _lines(path: Path, sha256: str) -> tuple[tuple[int, str], ...]:
    """The lines of a file with their numbers; `sha256` keeps apart what stood at the same path at different times."""
    if _kind(path, sha256) in (".txt", ".csv"):
        lines = decode(content(path)).replace("\r\n", "\n").split("\n")
        return tuple(enumerate(lines, 1))
    with local(path) as file:
        pages = read_pages(file)
    return tuple(found for page in pages for item in page.items for found in _as_lines(item))


def _as_lines(item: Line | Grid) -> list[tuple[int, str]]:
    if isinstance(item, Line):
        return [(item.place.line or 0, item.text)]
    rows = [[cell for cell in row if cell] for row in item.lines()]
    return [(row[0].place.line or 0, "\t".join(cell.text.replace("\n", "") for cell in row)) for row in rows if row]
