"""The account as the page text of a PDF: no rules and no tabs, names and figures of a row with blanks between.

Only forms that such text can tell: the columns are not named where the figures stand.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from eval.accounts.account import MadeUp, parts, told_of, up_to
from eval.accounts.form import Form
from eval.accounts.grid import JOINED
from eval.accounts.textfile import Lines
from eval.accounts.told import Told


def tellable(form: Form) -> Form:
    """The form with what page text cannot tell at its plainest."""
    return replace(
        form,
        zero="0.00",
        counters=False,
        stages=False,
        fees=False,
        turned=False,
        official="pairs" if form.official in ("last", "rows") else form.official,
        basic=2 if form.basic == 1 else form.basic,
        title="above",
        numbered=False,
        padded=False,
        repeat="nothing" if form.repeat == "header" else form.repeat,
    ).normal()


def as_page_text(account: MadeUp, path: Path) -> list[Told]:
    """Write the account and give the truth about it; the headings of its columns are not part of it."""
    form, rng, out = account.form, account.rng(), Lines(account.form.feed)
    for paragraphs in account.front:
        out.write(*paragraphs)
        out.next_page()
    out.write(account.part_two)
    truth: list[Told] = []
    for sheet in account.sheets:
        fits = rng.choice([5, 12, 99, 99])
        for part in parts(account, sheet, up_to(fits)):
            if form.running:
                out.write(f"{account.department}{account.year}年度{form.kind}决算")
            out.write(*(text for text, _ in part.above))
            where = []
            for row in part.rows:
                where.append([out.where] * len(row))
                out.write(" ".join(cell for cell in row if cell and cell not in JOINED))
            truth += told_of(part, form.unit, where)
            out.write(*part.notes)
            out.next_page()
    for paragraphs in account.back:
        out.write(*paragraphs)
    path.write_text(out.text, encoding="utf-8")
    return [replace(told, column=()) for told in truth]
