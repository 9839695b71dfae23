"""The account as the page text of a PDF: no rules and no tabs, names and figures of a row with blanks between.

Only forms that such text can tell: the columns are not named where the figures stand.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from eval.accounts.account import MadeUp, parts, told_of, up_to
from eval.accounts.form import Form
from eval.accounts.grid import JOINED
from eval.accounts.sheets import is_amount
from eval.accounts.textfile import Lines
from eval.accounts.told import Told

WIDEST = 11
"""Characters of a name on one line, where names are wrapped."""


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
                cells = [cell for cell in row if cell and cell not in JOINED]
                before, middle, after = (
                    _wrapped(cells) if form.wrapped and sheet.kinds.startswith("c") else ([], cells, [])
                )
                out.write(*before)
                where.append([out.where] * len(row))
                out.write(" ".join(middle), *after)
            truth += told_of(part, form.unit, where)
            out.write(*part.notes)
            out.next_page()
    for paragraphs in account.back:
        out.write(*paragraphs)
    path.write_text(out.text, encoding="utf-8")
    return [replace(told, column=()) for told in truth]


def _wrapped(cells: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The lines before, the cells on, and the lines after the line of a row's figures.

    A name of more lines than one stands around its figures, which are in the middle of the cell's height; only rows
    with a code and one name are so here: without a code, or of two names, the text does not tell whose lines they are.
    """
    names = [cell for cell in cells if len(cell.strip()) > WIDEST and not is_amount(cell)]
    if len(names) != 1 or not any(map(is_amount, cells)):
        return [], cells, []
    name = names[0].strip()
    lines = [name[at : at + WIDEST] for at in range(0, len(name), WIDEST)]
    half = len(lines) // 2
    middle = [lines[half]] if len(lines) % 2 else []
    at = cells.index(names[0])
    return lines[:half], [*cells[:at], *middle, *cells[at + 1 :]], lines[len(lines) - half :]
