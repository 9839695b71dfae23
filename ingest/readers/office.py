"""Formats of office programs that only those can read (DOC, WPS, RTF, ODT): LibreOffice makes DOCX or XLSX of them.

The pages of LibreOffice's layout are not those that the author's program shows, so none are claimed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from ingest.readers.docx import read_docx
from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable
from ingest.readers.xlsx import read_xlsx

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 120
"""A long account takes some ten seconds; the first start makes a profile."""


def read_document(path: Path) -> list[Page]:
    """A text document, by way of DOCX.

    :raises Unreadable: if LibreOffice is not installed, cannot open the file or takes too long, or as `read_docx`.
    """
    with tempfile.TemporaryDirectory(prefix="juesuan-") as folder:
        pages = read_docx(_converted(path, Path(folder), "docx"))
    return [Page(None, tuple(_unpaged(item) for page in pages for item in page.items))]


def read_workbook(path: Path) -> list[Page]:
    """A workbook, by way of XLSX.

    :raises Unreadable: if LibreOffice is not installed, cannot open the file or takes too long, or as `read_xlsx`.
    """
    with tempfile.TemporaryDirectory(prefix="juesuan-") as folder:
        return read_xlsx(_converted(path, Path(folder), "xlsx"))


def _converted(path: Path, folder: Path, form: str) -> Path:
    name = path.suffix.lstrip(".").upper() or "这种"
    program = next((found for program in _PROGRAMS if (found := shutil.which(program))), None)
    if program is None:
        raise Unreadable(
            "converter",
            f"读 {name} 文件要用 LibreOffice，本机没有安装；请安装后再试，或用 Word、WPS 另存为 {form.upper()}。",
        )
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--convert-to",
        form, "--outdir", str(folder / "out"), str(path.resolve()),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(
            "converter",
            f"LibreOffice 在 {_SECONDS} 秒内没有转换完这个 {name} 文件；请用 Word、WPS 另存为 {form.upper()}。",
        ) from error
    finally:
        if process.poll() is None:  # it starts a program of its own: end both
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    made = next(iter(sorted((folder / "out").glob(f"*.{form}"))), None)
    if made is None:
        raise Unreadable(
            "damaged", f"LibreOffice 打不开这个 {name} 文件，可能已损坏或加密；请用 Word、WPS 另存为 {form.upper()}。"
        )
    return made


def _unpaged(item: Line | Grid) -> Line | Grid:
    place = replace(item.place, page=None)
    if isinstance(item, Line):
        return replace(item, place=place)
    cells: tuple[GridCell, ...] = tuple(replace(cell, place=replace(cell.place, page=None)) for cell in item.cells)
    return replace(item, place=place, cells=cells)
