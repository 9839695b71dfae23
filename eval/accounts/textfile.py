"""The account as text: tables tab-separated with the line of every cell, or as page text with blanks between."""

from __future__ import annotations

from pathlib import Path

from eval.accounts.account import MadeUp, parts, told_of, up_to
from eval.accounts.grid import JOINED
from eval.accounts.told import Told, Where


class Lines:
    """A text put together line by line, with the number of the next line and the page."""

    def __init__(self, feed: bool) -> None:
        self.text, self.number, self.page, self.feed = "", 1, 1, feed

    def write(self, *lines: str) -> None:
        for line in lines:
            self.text += line + "\n"
            self.number += 1

    def paragraph(self, text: str) -> None:
        """A paragraph between blank lines."""
        self.write("", text, "")

    def next_page(self) -> None:
        if self.feed:
            self.text += "\f"
            self.page += 1

    @property
    def where(self) -> Where:
        """The place of the next line."""
        return Where(page=self.page if self.feed else None, line=self.number)


def as_text(account: MadeUp, path: Path) -> list[Told]:
    """Write the account with tab-separated tables and give the truth about it."""
    form, rng, out = account.form, account.rng(), Lines(account.form.feed)
    for paragraphs in account.front:
        for paragraph in paragraphs:
            out.paragraph(paragraph)
    out.paragraph(account.part_two)
    truth: list[Told] = []
    for sheet in account.sheets:
        fits = rng.randint(1, max(2, len(sheet.lines)))
        for part in parts(account, sheet, up_to(fits), merged=not form.counters):
            for text, _ in part.above:
                out.paragraph(text)
            where = []
            for row in part.rows:
                where.append([out.where] * len(row))
                out.write("\t".join("" if cell in JOINED else cell for cell in row))
            truth += told_of(part, form.unit, where)
            for note in part.notes:
                out.paragraph(note)
            if not part.notes and not part.above:
                out.write("")
            out.next_page()
    for paragraphs in account.back:
        for paragraph in paragraphs:
            out.paragraph(paragraph)
    path.write_text(out.text, encoding="utf-8")
    return truth
