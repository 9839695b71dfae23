"""What a file is by its content. Names lie: a web page called .xls and a workbook called .doc are common."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_HEAD = 8192
_TABULAR, _WRITTEN = (".xlsx", ".xls", ".et"), (".docx", ".doc", ".wps", ".rtf")
"""Names of office files under which plain text is found as well: separated values, and running text."""
_MARKUP = re.compile(
    r"^(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|meta|body|table|div|style|script)\b", re.I | re.S
)
_SHEET_2003 = re.compile(r"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.S)
_WORD_2003 = re.compile(r"<w:wordDocument\b", re.S)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_PACKED = {b"Rar!": ".rar", b"7z\xbc\xaf": ".7z", b"\x1f\x8b": ".gz"}
_STREAMS = (
    ("EncryptedPackage", "encrypted"), ("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"),
    ("PowerPoint Document", ".ppt"),
)  # fmt: skip


def kind_of(path: Path) -> str:
    """The suffix that a file's content deserves: `.pdf`, `.docx` …; `encrypted` for an office file with a password.

    Text has no mark of its own, so there the name decides, as it does for a file that is empty or unknown.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path, suffix)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _kind_of_compound(path, suffix)
    if b"%PDF-" in head[:1024]:  # after the packed kinds: an archive may hold a PDF as it is
        return ".pdf"
    if head.lstrip().startswith(b"{\\rtf"):
        return ".rtf"
    if head.startswith(_PICTURES):
        return ".png"
    packed = next((kind for mark, kind in _PACKED.items() if head.startswith(mark)), None)
    return packed or _kind_of_text(head, suffix)


def _kind_of_zip(path: Path, suffix: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return suffix if suffix in (".docx", ".xlsx", ".zip", ".ofd") else ".zip"
    marks = {
        "word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "xl/workbook.bin": ".xlsb", "OFD.xml": ".ofd",
        "ppt/presentation.xml": ".pptx",
    }  # fmt: skip
    found = next((kind for name, kind in marks.items() if name in names), None)
    if found is None and "mimetype" in names and "content.xml" in names:
        found = ".ods" if suffix == ".ods" else ".odt"
    return found or (suffix if suffix in (".docx", ".xlsx") and "[Content_Types].xml" in names else ".zip")


def _kind_of_compound(path: Path, suffix: str) -> str:
    """Office files before 2007, and encrypted ones of any age: told apart by the names of the streams in them."""
    data = path.read_bytes()
    found = [kind for name, kind in _STREAMS if _has_stream(data, name)]
    named = {".wps": ".doc", ".et": ".xls"}.get(suffix, suffix)
    if named in found and "encrypted" not in found:  # a workbook in a document, or the other way round
        return named
    return found[0] if found else suffix if suffix in (".doc", ".xls", ".wps", ".et") else ".doc"


def _has_stream(data: bytes, name: str) -> bool:
    """True where the directory of a compound file has an entry of this name: at a multiple of 128, ended by zeros."""
    entry = (name + "\0").encode("utf-16-le")
    at = data.find(entry)
    while at >= 0 and at % 128:
        at = data.find(entry, at + 1)
    return at >= 0


def _kind_of_text(head: bytes, suffix: str) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff")
    if re.match(r"\s*(?:From:|MIME-Version:|Content-Type:\s*multipart/related)", text, re.I) and "multipart/" in text:
        return ".mht"
    if _SHEET_2003.search(text):
        return ".xml-sheet"
    if _WORD_2003.search(text):
        return ".xml-word"
    if _MARKUP.match(text):
        return ".html"
    if head and b"\x00" not in head and suffix in (*_TABULAR, *_WRITTEN):
        return ".csv" if suffix in _TABULAR else ".txt"
    return suffix
