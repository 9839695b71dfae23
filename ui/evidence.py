"""The evidence of a citation: the page as a picture with the cell boxed, or the lines of a text file."""

from __future__ import annotations

import hashlib
import html
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant import Citation
from ingest.model import Account
from ingest.readers.textfile import decode

_SCALE = 1.7
"""Pixels a point."""
_ABOVE, _BELOW = 230, 250
"""Points of the page shown above and below the box."""
_OUTLINE, _FILL = (0, 90, 181, 255), (255, 194, 10, 70)
_AROUND = 8
"""Lines of a text file shown before and after the cited one."""


class NoEvidence(Exception):
    """The evidence cannot be shown; the text says why."""


def picture(citation: Citation, account: Account) -> Any:
    """The part of the cited page around the cell or sentence, which is boxed; a PIL image.

    :raises NoEvidence: if the file is gone or is no longer the one that was read.
    """
    if citation.page is None:
        raise NoEvidence("这份文件没有页码。")
    boxes = tuple(box for page, box in citation.boxes if page == citation.page) or (
        (citation.bbox,) if citation.bbox else ()
    )
    return _drawn(_unchanged(account), citation.page, boxes)


@lru_cache(maxsize=64)
def _drawn(path: Path, page_number: int, boxes: tuple[tuple[float, float, float, float], ...]) -> Any:
    import pypdfium2
    from PIL import Image, ImageDraw

    document = pypdfium2.PdfDocument(path)
    try:
        page = document[page_number - 1]
        image = page.render(scale=_SCALE).to_pil().convert("RGBA")
    finally:
        document.close()
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for box in boxes:
        x0, top, x1, bottom = (edge * _SCALE for edge in box)
        pen.rectangle((x0 - 3, top - 3, x1 + 3, bottom + 3), fill=_FILL, outline=_OUTLINE, width=3)
    image = Image.alpha_composite(image, layer).convert("RGB")
    if boxes:
        upper = max(0, int((min(box[1] for box in boxes) - _ABOVE) * _SCALE))
        lower = min(image.height, int((max(box[3] for box in boxes) + _BELOW) * _SCALE))
        image = image.crop((0, upper, image.width, lower))
    return image


def _unchanged(account: Account) -> Path:
    path = Path(account.path)
    if not path.is_file():
        raise NoEvidence(f"原文件已不在原处（{path.name}），不能显示页面。")
    if _hash(path, path.stat().st_mtime_ns) != account.sha256:
        raise NoEvidence(f"原文件（{path.name}）在读入之后被改动过，不能作为出处显示；请重新读入。")
    return path


@lru_cache(maxsize=256)
def _hash(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def excerpt(citation: Citation, account: Account) -> str:
    """The lines of a text file around the cited one, which is marked, as HTML.

    :raises NoEvidence: if the file is gone or is no longer the one that was read.
    """
    path = _unchanged(account)
    if citation.line is None:
        raise NoEvidence("这份文件没有行号。")
    lines = decode(path.read_bytes()).replace("\r\n", "\n").split("\n")
    first = max(0, citation.line - 1 - _AROUND)
    shown = []
    for number, line in enumerate(lines[first : citation.line + _AROUND], first + 1):
        text = html.escape(line.replace("\t", "　").replace("\f", " ")) or "&nbsp;"
        shown.append(f"<mark>{text}</mark>" if number == citation.line else f"<span>{text}</span>")
    return (
        f'<div class="excerpt" role="figure" aria-label="原文第 {citation.line} 行前后">' + "\n".join(shown) + "</div>"
    )
