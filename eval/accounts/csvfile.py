"""The account as CSV: what an office program saves of one sheet with all tables below each other.

Merged cells leave blanks, and the encoding is that of a Chinese Windows.
"""

from __future__ import annotations

import csv
from pathlib import Path

from eval.accounts.account import MadeUp, broken, parts, told_of, up_to
from eval.accounts.grid import JOINED
from eval.accounts.told import Told, Where


def as_csv(account: MadeUp, path: Path) -> list[Told]:
    """Write the account and give the truth about it, with the first line of every row."""
    form, truth, line = account.form, [], 1
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)

        def write(row: list[str]) -> int:
            """Where the row begins; breaks inside its fields are lines of the file as well."""
            nonlocal line
            out.writerow(row)
            first, line = line, line + 1 + sum(text.count("\n") for text in row)
            return first

        for paragraphs in account.front:
            for text in paragraphs:
                write([text])
        for sheet in account.sheets:
            for part in parts(account, sheet, up_to(None), merged=not form.counters):
                width, lead = len(part.rows[0]), part.lead()
                for at in dict.fromkeys(row for row, _, _ in lead):
                    beside = {column: text for row, column, text in lead if row == at}
                    write([beside.get(column, "") for column in range(width)])
                where = []
                for row in part.rows:
                    texts = ["" if text in JOINED else broken(text, 6) if form.wrapped else text for text in row]
                    where.append([Where(line=write(texts))] * width)
                truth += told_of(part, form.unit, where)
                for note in part.notes:
                    write([note, *[""] * (width - 1)])
        for paragraphs in account.back:
            for text in paragraphs:
                write([text])
    return truth
