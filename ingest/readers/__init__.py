"""Readers: a file becomes pages of lines and grids. A new format is one module here and one line in `READERS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.readers.docx import read_docx
from ingest.readers.kinds import kind_of
from ingest.readers.limits import check_pdf, check_size
from ingest.readers.office import read_document, read_workbook
from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable
from ingest.readers.pdf import read_pdf
from ingest.readers.textfile import read_csv, read_text
from ingest.readers.webpage import read_html, read_mht
from ingest.readers.xls import read_xls
from ingest.readers.xlsx import read_xlsx

READERS: dict[str, Callable[[Path], list[Page]]] = {
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".xlsx": read_xlsx,
    ".xls": read_xls,
    ".html": read_html,
    ".htm": read_html,
    ".mht": read_mht,
    ".mhtml": read_mht,
    ".txt": read_text,
    ".csv": read_csv,
    ".doc": read_document,
    ".wps": read_document,
    ".rtf": read_document,
    ".odt": read_document,
    ".ods": read_workbook,
    ".et": read_workbook,
}

_REFUSED = {
    "encrypted": ("encrypted", "文件已加密，没有密码不能读；请用 Word、Excel 或 WPS 打开，去掉密码后另存再试。"),
    ".ofd": ("format", "暂不支持 OFD 版式文件；请用 OFD 阅读器导出为 PDF 后再试。"),
    ".zip": ("archive", "这是压缩包；请用 juesuan ingest 读入，或先解压。压缩包里的压缩包只展开一层，更深的请先解压。"),
    ".rar": ("format", "不支持 RAR 压缩包；请解压，或改用 ZIP 后再试。"),
    ".7z": ("format", "不支持 7z 压缩包；请解压，或改用 ZIP 后再试。"),
    ".gz": ("format", "不支持 gzip 压缩文件；请解压后再试。"),
    ".png": ("format", "这是图片，不是文件的电子版；请换用原始的 PDF、Word 或 Excel 文件。"),
    ".ppt": ("format", "不支持演示文稿；请换用 PDF、Word 或 Excel 文件。"),
    ".pptx": ("format", "不支持演示文稿；请换用 PDF、Word 或 Excel 文件。"),
    ".xlsb": ("format", "不支持二进制工作簿（XLSB）；请另存为 XLSX 后再试。"),
    ".xml-sheet": ("format", "是“XML 电子表格 2003”；请用 Excel 或 WPS 另存为 XLSX 后再试。"),
    ".xml-word": ("format", "是“Word 2003 XML 文档”；请用 Word 或 WPS 另存为 DOCX 后再试。"),
}
"""Kinds that are known but not read, with what to do."""

SUFFIXES = frozenset(READERS) | {".ofd", ".zip", ".xlsm", ".docm"}
"""The names under which accounts are looked for in a folder; a file that is named is read whatever it is called."""

__all__ = ["READERS", "SUFFIXES", "Grid", "GridCell", "Line", "Page", "Unreadable", "read_pages"]


def read_pages(path: Path) -> list[Page]:
    """The pages of a file; its content decides how it is read, its name only where the content does not say.

    :raises Unreadable: for a format that is not read, a file that is damaged, encrypted or beyond a limit, or one
        without text.
    """
    check_size(path.stat().st_size)
    kind = kind_of(path)
    if kind in _REFUSED:
        raise Unreadable(*_REFUSED[kind])
    reader = READERS.get(kind)
    if reader is None:
        raise Unreadable(
            "format", f"不支持 {path.suffix or '没有扩展名的'} 文件；可以读 {'、'.join(READERS)}，请先转换格式。"
        )
    if kind == ".pdf":
        check_pdf(path)
    try:
        return reader(path)
    except RecursionError as error:
        raise Unreadable(
            "unsafe", "文件里的内容层层嵌套，超过了可以读的深度；请核对文件来源，或重新导出后再试。"
        ) from error
