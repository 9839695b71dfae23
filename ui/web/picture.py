"""The original of a citation: the page as a picture, or the lines around it as they were read."""

from __future__ import annotations

import hashlib
import html
import io
from functools import lru_cache
from pathlib import Path

from assistant import Citation
from ingest.files import content, local, on_disk
from ingest.model import Account
from ingest.readers import Grid, Line, Unreadable, read_pages
from ingest.readers.kinds import kind_of
from ingest.readers.textfile import decode

_SCALE = 2
"""Pixels a point: sharp where a phone enlarges it."""
_AROUND = 8
"""Lines shown before and after the cited one."""


class NoOriginal(Exception):
    """The original cannot be shown; the text says why."""


def has_pages(account: Account) -> bool:
    """True where the document's pages can be had as pictures.

    :raises NoOriginal: if the file is gone, is no longer the one that was read, or does not open.
    """
    return _kind(original(account), account.sha256) == ".pdf"


def page_size(account: Account, number: int) -> tuple[float, float]:
    """Width and height of a page in points.

    :raises NoOriginal: if there is no such page.
    """
    return _drawn(original(account), account.sha256, number)[1]


def page_picture(account: Account, number: int) -> bytes:
    """A page as PNG, two pixels a point.

    :raises NoOriginal: if the file is no PDF, is gone, is no longer the one that was read, or has no such page.
    """
    if not has_pages(account):
        raise NoOriginal(f"{Path(account.path).name} 不是 PDF，没有页面图；请打开原文件核对。")
    return _drawn(original(account), account.sha256, number)[0]


@lru_cache(maxsize=64)
def _drawn(path: Path, sha256: str, number: int) -> tuple[bytes, tuple[float, float]]:
    """Picture and size of a page; `sha256` keeps apart what stood at the same path at different times."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content(path))
        try:
            page = document[number - 1]
            size = page.get_size()
            image = page.render(scale=_SCALE).to_pil().convert("RGB")
        finally:
            document.close()
    except Exception as error:  # pdfium names no class for what can be wrong with a file
        raise NoOriginal(f"第 {number} 页显示不出来（{path.name}）；请直接打开原文件查看。") from error
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG")
    return out.getvalue(), size


def original(account: Account) -> Path:
    """The account's file or archive member, which is still the one that was read.

    :raises NoOriginal: if it is gone or is another one now.
    """
    path = Path(account.path)
    file = on_disk(path)
    if not file.is_file():
        raise NoOriginal(f"原文件已不在原处（{file.name}），不能显示页面。")
    try:
        same = _hash(path, file.stat().st_mtime_ns, file.stat().st_size) == account.sha256
    except Unreadable as error:
        raise NoOriginal(f"原文件（{file.name}）打不开，不能显示页面：{error}") from error
    except OSError as error:
        raise NoOriginal(f"原文件（{file.name}）打不开（{error.strerror or error}），不能显示页面。") from error
    if not same:
        raise NoOriginal(f"原文件（{path.name}）在读入之后被改动过，不能作为出处显示；请重新读入。")
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

    :raises NoOriginal: if the file is gone or is no longer the one that was read.
    """
    path = original(account)
    if citation.line is None:
        raise NoOriginal("这份文件没有行号。")
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
