"""The truth about an account: what was printed where, and how a reading differs from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from eval.accounts.sheets import Line, Sheet, value_of
from ingest.model import Reading

BOX_SLACK = 3.0
"""A box may be off by this many points: rules have a width."""


@dataclass(frozen=True)
class Where:
    """Where a cell was printed, as far as the format has it."""

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    line: int | None = None
    cell: str | None = None


NOWHERE = Where()


@dataclass(frozen=True)
class Told:
    """One amount cell as printed: the truth that a fact is compared with."""

    kind: str
    side: str
    label: str
    subject: str
    code: str
    parent: str
    column: tuple[str, ...]
    measure: str
    item: str
    text: str
    value: Decimal | None
    unit: str | None
    where: Where = NOWHERE


def tell(sheet: Sheet, line: Line, unit: str, where: Sequence[Where]) -> list[Told]:
    """The truth about one printed line; `where` has a place for each of its grid cells."""
    truth, at = [], 0
    for side, entry in zip(sheet.sides, line, strict=True):
        first = at + side.width - len(side.columns)
        at += side.width
        if entry is None or entry.lead:
            continue
        for index, (column, text) in enumerate(zip(side.columns, entry.texts, strict=True)):
            truth.append(
                Told(
                    sheet.kind,
                    entry.side,
                    entry.label,
                    entry.subject,
                    entry.code,
                    entry.parent,
                    column.path,
                    column.measure,
                    column.item or entry.item or entry.subject,
                    text,
                    value_of(text),
                    unit,
                    where[first + index],
                )
            )
    return truth


def as_told(reading: Reading, headed: bool = True) -> list[Told]:
    """The facts of the standard tables in the form of the truth, without headings if these are not told."""
    return [
        Told(
            fact.kind,
            fact.side,
            fact.label,
            fact.subject,
            fact.code,
            fact.parent,
            fact.column if headed else (),
            fact.measure,
            fact.item,
            fact.text,
            fact.value,
            fact.unit,
            Where(fact.place.page, fact.place.box, fact.place.line, fact.place.cell),
        )
        for fact in reading.facts
        if fact.kind
    ]


def same_place(got: Where, printed: Where) -> bool:
    """True where the read place is the printed one, as far as the format has it."""
    if printed.box and (not got.box or max(abs(a - b) for a, b in zip(got.box, printed.box, strict=True)) > BOX_SLACK):
        return False
    pairs = ((got.page, printed.page), (got.line, printed.line), (got.cell, printed.cell))
    return all(read == written for read, written in pairs if written is not None)


@dataclass(frozen=True)
class Comparison:
    """How many printed cells a reading has right, and what it has wrong."""

    total: int
    right: int
    wrong: tuple[str, ...]
    """A line for each cell that was missed, read differently or invented."""

    @property
    def perfect(self) -> bool:
        return not self.wrong


def compare(read: Sequence[Told], truth: Sequence[Told]) -> Comparison:
    """Cell by cell, in printed order inside each table: a cell is right only where everything about it is."""
    right, wrong = 0, []
    for kind in dict.fromkeys(told.kind for told in (*truth, *read)):
        printed = [told for told in truth if told.kind == kind]
        got = [told for told in read if told.kind == kind]
        waiting: dict[Told, list[Told]] = {}
        for told in got:
            waiting.setdefault(replace(told, where=NOWHERE), []).append(told)
        missed = []
        for told in printed:
            same = waiting.get(replace(told, where=NOWHERE), [])
            found = next((one for one in same if same_place(one.where, told.where)), None)
            if found:
                same.remove(found)
                right += 1
            else:
                missed.append(told)
        extra = [told for rest in waiting.values() for told in rest]
        wrong += [f"printed, not read so: {_say(told)}" for told in missed]
        wrong += [f"read, not printed so: {_say(told)}" for told in extra]
    return Comparison(len(truth), right, tuple(wrong))


def _say(told: Told) -> str:
    row = "/".join(filter(None, (told.side, told.parent, told.code, told.label)))
    where = " ".join(f"{name}={value}" for name, value in vars(told.where).items() if value is not None)
    return (
        f"{told.kind} [{row}] {'>'.join(told.column)} ({told.measure}, {told.item}) = "
        f"{told.text!r} {told.value} {told.unit} {where}"
    )
