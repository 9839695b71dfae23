"""Accounts made up from a seed: nine consistent tables in any form and format, with the truth about every cell.

`make(seed, form)` gives an account; a writer of `WRITERS` writes it and says what was printed where. The truth is put
together while printing and owes nothing to the code that reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eval.accounts.account import MadeUp, make
from eval.accounts.csvfile import as_csv
from eval.accounts.docx import as_docx
from eval.accounts.form import FORMS, GUANGDONG, SHANGHAI, SWITCHES, Form, form_of, switched
from eval.accounts.htmlfile import as_html, as_site
from eval.accounts.pagetext import as_page_text, tellable
from eval.accounts.pdf import as_pdf
from eval.accounts.textfile import as_text
from eval.accounts.told import Comparison, Told, Where, as_told, compare
from eval.accounts.xls import as_xls
from eval.accounts.xlsx import as_xlsx


@dataclass(frozen=True)
class Writer:
    """A format: the suffix of its files, what writes them, and the nearest form that it can tell."""

    suffix: str
    write: Callable[[MadeUp, Path], list[Told]]
    tellable: Callable[[Form], Form] = Form.normal
    headed: bool = True
    """False where the headings of the columns are not part of the truth."""


WRITERS = {
    "text": Writer(".txt", as_text),
    "page-text": Writer(".txt", as_page_text, tellable, headed=False),
    "pdf": Writer(".pdf", as_pdf),
    "docx": Writer(".docx", as_docx),
    "xlsx": Writer(".xlsx", as_xlsx),
    "xls": Writer(".xls", as_xls),
    "csv": Writer(".csv", as_csv),
    "html": Writer(".html", as_html),
    "site": Writer(".html", as_site),
}

__all__ = [
    "FORMS",
    "GUANGDONG",
    "SHANGHAI",
    "SWITCHES",
    "WRITERS",
    "Comparison",
    "Form",
    "MadeUp",
    "Told",
    "Where",
    "Writer",
    "as_pdf",
    "as_text",
    "as_told",
    "compare",
    "form_of",
    "make",
    "switched",
]
