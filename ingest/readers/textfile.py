"""Text files: tab-separated tables become grids, everything else lines (with line numbers, no pages).

A form feed (0x0C) starts a new page. Without one the page of a line is not known, and none is claimed.
CSV files are one table or several, with their titles and notes in rows of their own.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from ingest.model import Place
from ingest.readers.blocks import blocks
from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable

_ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
_FOLIO = re.compile(r"^[-—–\s]*(?:第\s*)?(\d{1,4})(?:\s*页)?[-—–\s]*$")


def read_text(path: Path) -> list[Page]:
    """Pages of the file: one, or as many as its form feeds make.

    :raises Unreadable: if it is not text in UTF-8, GB 18030 or UTF-16, or is empty.
    """
    text = decode(path.read_bytes())
    if not text.strip():
        raise Unreadable("empty", "文件是空的；请检查是否下载完整。")
    chunks = text.replace("\r\n", "\n").split("\f")
    pages, number = [], 1
    for index, chunk in enumerate(chunks):
        page = index + 1 if len(chunks) > 1 else None
        lines = chunk.split("\n")
        pages.append(Page(page, tuple(_without_folio(_items(lines, number, page), len(chunks)))))
        number += len(lines) - 1
    return pages


def read_csv(path: Path) -> list[Page]:
    """The file as one page; fields are separated by tabs if there are any, else by commas or semicolons.

    :raises Unreadable: if it is not text in UTF-8, GB 18030 or UTF-16, is empty, or is no CSV.
    """
    text = decode(path.read_bytes())
    if not text.strip():
        raise Unreadable("empty", "文件是空的；请检查是否下载完整。")
    lines = text.replace("\r\n", "\n").split("\n")
    separator = "\t" if "\t" in text else max(",;", key=text.count)
    reader = csv.reader((line + "\n" for line in lines), delimiter=separator)
    run: list[tuple[int, list[str]]] = []
    try:
        before = 0
        for fields in reader:
            if fields:
                run.append((before + 1, fields))
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable(
            "damaged", f"不是可读的 CSV（第 {reader.line_num} 行：{error}）；请另存为 UTF-8 的 CSV 再试。"
        ) from error
    return [Page(None, tuple(blocks(_grid(run, None))))]


def decode(data: bytes) -> str:
    """The text of the bytes.

    :raises Unreadable: if no known encoding fits.
    """
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("encoding", "不是 UTF-8、GB 18030 或 UTF-16 编码的文本；请另存为 UTF-8 文本后再试。")


def _items(lines: list[str], first: int, page: int | None) -> list[Line | Grid]:
    items: list[Line | Grid] = []
    run: list[tuple[int, list[str]]] = []
    blank_before = True
    for number, line in enumerate(lines, first):
        if "\t" in line.strip(" \n"):
            run.append((number, line.rstrip("\n").split("\t")))
            continue
        if run:
            items.append(_grid(run, page))
            run = []
        if line.strip():
            blank_after = number - first + 1 >= len(lines) or not lines[number - first + 1].strip()
            items.append(Line(line.strip(), Place(page, None, number), wrapped=not (blank_before and blank_after)))
        blank_before = not line.strip()
    if run:
        items.append(_grid(run, page))
    return items


def _without_folio(items: list[Line | Grid], pages: int) -> list[Line | Grid]:
    """A page's items without the page number printed on its last line; a text of one piece prints none."""
    last = items[-1] if items else None
    if not isinstance(last, Line) or pages == 1:
        return items
    folio = _FOLIO.match(last.text)
    return items[:-1] if folio and 0 < int(folio.group(1)) <= pages else items


def _grid(run: list[tuple[int, list[str]]], page: int | None) -> Grid:
    width = max(len(fields) for _, fields in run)
    cells = [
        GridCell(field.strip(), row, row + 1, column, column + 1, Place(page, None, number))
        for row, (number, fields) in enumerate(run)
        for column, field in enumerate(fields + [""] * (width - len(fields)))
    ]
    return Grid(len(run), width, tuple(cells), Place(page, None, run[0][0]), ruled=False)
