"""An account made from a seed, and how its tables are cut into parts for the page."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.accounts import narrative
from eval.accounts.form import GUANGDONG, Form
from eval.accounts.leaves import leaves_of
from eval.accounts.sheets import Line, Sheet, cells_of, is_amount
from eval.accounts.tables import Sheets
from eval.accounts.told import Told, Where, tell
from eval.samples.figures import Figures, figures_of


@dataclass(frozen=True)
class MadeUp:
    """An account with its figures and its tables in one form."""

    seed: int
    department: str
    year: int
    form: Form
    figures: Figures
    budget: Figures
    """Another closed account of the same unit: year-start budget and last year."""
    sheets: tuple[Sheet, ...]

    @property
    def front(self) -> list[list[str]]:
        return narrative.front(self.department, self.year, self.form, self.sheets)

    @property
    def part_two(self) -> str:
        return narrative.part_two(self.department, self.year, self.form)

    @property
    def back(self) -> list[list[str]]:
        return narrative.back(self.department, self.year, self.form, self.figures, self.budget, self.seed)

    def rng(self) -> random.Random:
        """Chance for the layout, the same for every format."""
        return random.Random(self.seed + 1)


def make(seed: int, form: Form = GUANGDONG, department: str = "", year: int = 0) -> MadeUp:
    """An account with random leaves and added-up totals; its department and year are made up too unless given."""
    rng, form = random.Random(seed), form.normal()
    leaves = leaves_of(rng)
    figures, budget = figures_of(leaves), figures_of(leaves_of(random.Random(seed + 1)))
    department, year = department or leaves.unit, year or leaves.year
    sheets = Sheets(figures, budget, form, department, year, rng).all()
    return MadeUp(seed, department, year, form, figures, budget, sheets)


@dataclass(frozen=True)
class Part:
    """What one page or one grid shows of a table."""

    sheet: Sheet
    above: tuple[tuple[str, str], ...]
    """Lines above the grid with their alignment: left, middle or right."""
    rows: tuple[tuple[str, ...], ...]
    printed: tuple[Line | None, ...]
    """For each row the line whose cells it prints first; None for headers and what is printed again."""
    notes: tuple[str, ...]

    @property
    def head(self) -> int:
        """How many rows stand above the first line of the body."""
        return next((number for number, line in enumerate(self.printed) if line is not None), len(self.rows))

    def lead(self) -> list[tuple[int, int, str]]:
        """The lines above as cells: row and column from 0, and text; what is at the right stands beside the owner."""
        cells: list[tuple[int, int, str]] = []
        row, before = -1, ""
        for text, align in self.above:
            row += not (before == "left" and align == "right")
            cells.append((row, len(self.rows[0]) - 1 if align == "right" else 0, text))
            before = align
        return cells


Room = Callable[[list[list[str]], int], bool]
"""Whether rows still fit, and how many of them are lines of the body."""


def up_to(most: int | None) -> Room:
    """Room for so many lines of the body, for any number without a limit."""
    return lambda _, count: most is None or count <= most


def parts(account: MadeUp, sheet: Sheet, room: Room, merged: bool = True) -> Iterator[Part]:
    """The table in parts, each with as many lines as there is room for (at least one)."""
    form, number = account.form, 0
    while number < len(sheet.lines):
        first = number == 0
        title = sheet.title + ("（续）" if form.continued and not first else "")
        above = _above(account, sheet, title) if first or form.repeat == "title" else []
        inside = _inside(account, sheet, title) if first or form.repeat == "title" else []
        head = [list(row) for row in sheet.head] if first or form.repeat != "nothing" else []
        rows = [*inside, *head]
        if _again(sheet, form, number):
            rows.append(cells_of(sheet, sheet.lines[0], 0, merged))
        printed: list[Line | None] = [None] * len(rows)
        before = number
        while number < len(sheet.lines):
            cells = cells_of(sheet, sheet.lines[number], number, merged)
            if number > before and not room([*rows, cells], number - before + 1):
                break
            rows.append(cells)
            printed.append(sheet.lines[number])
            number += 1
        notes = sheet.notes if number == len(sheet.lines) else ()
        yield Part(sheet, tuple(above), tuple(map(tuple, rows)), tuple(printed), notes)


def _above(account: MadeUp, sheet: Sheet, title: str) -> list[tuple[str, str]]:
    lines = [(f"公开0{sheet.kind[1:]}表", "right")] if account.form.numbered else []
    if account.form.title == "above":
        lines.append((title, "middle"))
        owner = f"{account.form.kind}：{account.department}"
        unit = f"金额单位：{account.form.unit}" if account.form.numbered else f"单位：{account.form.unit}"
        lines += [(f"{owner}  {unit}", "left")] if account.form.one_line else [(owner, "left"), (unit, "right")]
    return lines


def _inside(account: MadeUp, sheet: Sheet, title: str) -> list[list[str]]:
    """Title, owner and unit as merged rows of the grid itself."""
    if account.form.title == "above":
        return []
    width = len(sheet.kinds)
    left = max(1, width - 2)
    owner = [f"{account.form.kind}：{account.department}", *["<"] * (left - 1)]
    unit = [f"单位：{account.form.unit}", *["<"] * (width - left - 1)]
    return [[title, *["<"] * (width - 1)], owner + unit]


def _again(sheet: Sheet, form: Form, number: int) -> bool:
    """True where a part that begins with line `number` prints the 合计 line above it once more."""
    first = sheet.lines[0][0]
    total = (
        first is not None
        and first.label == "合计"
        and len(sheet.lines) > 1
        and bool(first.texts)
        and sheet.sides[0].codes
    )
    return bool(total and number and (form.repeat == "title" or (form.repeat == "header" and sheet.total_in_head)))


def told_of(part: Part, unit: str, where: Sequence[Sequence[Where]]) -> list[Told]:
    """The truth about a part just printed."""
    truth: list[Told] = []
    for line, places in zip(part.printed, where, strict=True):
        if line is not None:
            truth += tell(part.sheet, line, unit, places)
    return truth


def broken(text: str, every: int) -> str:
    """The text in lines of so many characters, amounts left whole."""
    if len(text) <= every or is_amount(text):
        return text
    return "\n".join(text[at : at + every] for at in range(0, len(text), every))
