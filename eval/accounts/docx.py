"""The account as a Word document: tables with gridSpan and vMerge, explicit page breaks where the form has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from eval.accounts.account import MadeUp, Part, broken, parts, told_of, up_to
from eval.accounts.grid import spans
from eval.accounts.told import Told, Where

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


class Pages:
    """A document that knows its page where every page begins with a break."""

    def __init__(self, breaks: bool) -> None:
        from docx import Document

        self.document: Any = Document()
        self.breaks, self.page, self.fresh = breaks, 1, False

    @property
    def where(self) -> Where:
        return Where(page=self.page if self.breaks else None)

    def next_page(self) -> None:
        if self.breaks:
            self.document.add_page_break()
            self.page, self.fresh = self.page + 1, True

    def write(self, text: str, align: str = "left") -> None:
        paragraph = self.document.add_paragraph(text)
        paragraph.alignment = {"left": 0, "middle": 1, "right": 2}[align]
        self._note_page(paragraph._p)

    def table(self, part: Part, wrapped: bool) -> None:
        table = table_of(part.rows, part.head, wrapped)
        self._note_page(table)
        self.document.element.body.insert(-1, table)
        self.document.add_paragraph("")  # two tables without a paragraph between are one

    def _note_page(self, element: Any) -> None:
        """Note where a page begins, as Word does when it has laid out the document."""
        from docx.oxml import OxmlElement

        run = next(element.iter("{*}r"), None)
        if self.fresh and run is not None:
            run.insert(0, OxmlElement("w:lastRenderedPageBreak"))
            self.fresh = False


def as_docx(account: MadeUp, path: Path) -> list[Told]:
    """Write the account and give the truth about it."""
    form, rng, out = account.form, account.rng(), Pages(account.form.feed)
    truth: list[Told] = []
    for paragraphs in account.front:
        for paragraph in paragraphs:
            out.write(paragraph)
        out.next_page()
    out.write(account.part_two, "middle")
    for sheet in account.sheets:
        fits = rng.choice([5, 12, 99, 99]) if form.feed else 99
        for part in parts(account, sheet, up_to(fits)):
            for text, align in part.above:
                out.write(text.replace("  ", "\t\t"), align)
            out.table(part, form.wrapped)
            truth += told_of(part, form.unit, [[out.where] * len(row) for row in part.rows])
            for note in part.notes:
                out.write(note)
            out.next_page()
    for paragraphs in account.back:
        for paragraph in paragraphs:
            out.write(paragraph)
        out.next_page()
    out.document.save(str(path))
    return truth


def table_of(rows: Sequence[Sequence[str]], head: int = 0, wrapped: bool = False) -> Any:
    """A table with merged cells as an element of a document; its first `head` rows are repeated on every page."""
    from docx.oxml import parse_xml

    cells = {(span.top, span.left): span for span in spans(rows)}
    below = {(row, span.left): span for span in cells.values() for row in range(span.top + 1, span.bottom + 1)}
    grid = '<w:gridCol w:w="900"/>' * len(rows[0])
    made = []
    for top, row in enumerate(rows):
        line = []
        for left, text in enumerate(row):
            span = cells.get((top, left)) or below.get((top, left))
            if span:
                size = f'<w:gridSpan w:val="{span.right - left + 1}"/>' if span.right > left else ""
                first = span.top == top
                if span.bottom > span.top:
                    size += '<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>"
                line.append(
                    f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/>{size}</w:tcPr>{_paragraph(text if first else "", wrapped)}</w:tc>'
                )
        repeated = "<w:trPr><w:tblHeader/></w:trPr>" if top < head else ""
        made.append(f"<w:tr>{repeated}{''.join(line)}</w:tr>")
    style = '<w:tblPr><w:tblStyle w:val="TableGrid"/></w:tblPr>'
    return parse_xml(f"<w:tbl {_WORD}>{style}<w:tblGrid>{grid}</w:tblGrid>{''.join(made)}</w:tbl>")


def _paragraph(text: str, wrapped: bool) -> str:
    """The text in two runs, as it is where its font changes from one character to the next."""
    shown = broken(text, 6) if wrapped else text
    runs = "".join(f"<w:r>{_lines(part)}</w:r>" for part in (shown[:2], shown[2:]) if part)
    return f"<w:p>{runs}</w:p>" if text else "<w:p/>"


def _lines(text: str) -> str:
    return "<w:br/>".join(map(_text, escape(text).split("\n")))


def _text(line: str) -> str:
    blank = ' xml:space="preserve"' if line != line.strip() else ""
    return f"<w:t{blank}>{line}</w:t>"
