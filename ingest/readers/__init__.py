"""Readers: a file becomes pages of lines and grids. A new format is one module here and one line in `READERS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable
from ingest.readers.pdf import read_pdf
from ingest.readers.textfile import read_text

READERS: dict[str, Callable[[Path], list[Page]]] = {".pdf": read_pdf, ".txt": read_text}

__all__ = ["READERS", "Grid", "GridCell", "Line", "Page", "Unreadable", "read_pages"]


def read_pages(path: Path) -> list[Page]:
    """The pages of a file.

    :raises Unreadable: for a format that is not read, a damaged file, or one without text.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Unreadable(
            "format", f"不支持 {path.suffix or '没有扩展名的'} 文件；可以读 {'、'.join(READERS)}，请先转换格式。"
        )
    return reader(path)
