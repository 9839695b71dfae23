"""What a file may ask of the machine. Beyond a limit it is refused with the limit named, never half read."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.readers.page import Unreadable

MAX_PAGES = 2000
"""Pages of a PDF, unless `JUESUAN_MAX_PAGES` says otherwise; published accounts have 20 to 200."""
MAX_FILE = 256 << 20
"""Bytes of a file, or of a member of an archive."""
MAX_UNPACKED = 1 << 30
"""Bytes of all members of an archive together."""
MAX_MEMBERS = 1000
MAX_RATIO = 200
"""How many times its packed size a large member may have: text packs 3 to 20 times, XML of sheets up to 100."""
SMALL = 4 << 20
"""Members below this many bytes harm nothing, however well they were packed."""
MAX_PART = 192 << 20
"""Bytes of one XML part of an XLSX, which is read bit by bit."""
MAX_TREE = 96 << 20
"""Bytes of one XML part that is held in memory (DOCX), or of a web page: there it takes some ten times as much."""
MAX_CELLS = 1_000_000
"""Cells of a table or a workbook: the blank ones between the filled ones count too."""


def max_pages() -> int:
    """The most pages that a PDF may have.

    :raises Unreadable: if the setting is no positive number.
    """
    named = os.environ.get("JUESUAN_MAX_PAGES", str(MAX_PAGES))
    if not named.isdecimal() or not int(named):
        raise Unreadable("setting", f"JUESUAN_MAX_PAGES 应是正整数，现在是“{named}”；请改正或去掉这个环境变量。")
    return int(named)


def check_size(size: int) -> None:
    """
    :raises Unreadable: for an empty file, or one of more than `MAX_FILE` bytes.
    """
    if not size:
        raise Unreadable("empty", "文件是空的（0 字节）；请检查是否下载完整。")
    if size > MAX_FILE:
        raise Unreadable(
            "too-large", f"文件有 {size >> 20} MB，超过上限 {MAX_FILE >> 20} MB；请核对文件，或拆分、压缩图片后再试。"
        )


def check_cells(cells: int) -> None:
    """
    :raises Unreadable: for more than `MAX_CELLS` cells.
    """
    if cells > MAX_CELLS:
        raise Unreadable(
            "too-large",
            f"表格有 {cells:,} 个单元格，超过上限 {MAX_CELLS:,} 个；请删去多余的行列或拆成几个文件后再试。",
        )


def check_pdf(path: Path) -> None:
    """What holds for a PDF as a whole, before its pages are read; a damaged one is left to the reader.

    :raises Unreadable: if it is encrypted, has no page, or more than `max_pages`.
    """
    import pypdfium2

    most = max_pages()
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("encrypted", "PDF 已加密，没有密码不能读；请去掉密码后再试。") from error
        if "Success" in str(error):  # the file is well formed, there is only no page to open
            raise Unreadable("empty", "PDF 里没有一页可以打开；请检查是否下载完整，或重新导出。") from error
        return
    try:
        pages = len(document)
    finally:
        document.close()
    if pages == 0:
        raise Unreadable("empty", "PDF 里一页也没有；请检查是否下载完整。")
    if pages > most:
        raise Unreadable(
            "too-large",
            f"PDF 有 {pages:,} 页，超过上限 {most:,} 页；请拆分后再试，或用环境变量 JUESUAN_MAX_PAGES 提高上限。",
        )
