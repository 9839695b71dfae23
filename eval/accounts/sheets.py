"""A table before it is laid out: its columns with their headings, its rows with their texts, its grid cells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Column:
    """An amount column: headings (with "^" where one is stretched), what it measures, the item (三公)."""

    head: tuple[str, ...]
    measure: str
    item: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for text in self.head if text != "^")


@dataclass(frozen=True)
class Entry:
    """One printed row, or one side of it."""

    label: str
    texts: tuple[str, ...]
    code: str = ""
    subject: str = ""
    parent: str = ""
    side: str = ""
    shown: str = ""
    """The label as printed, where that is not the label itself."""
    item: str = ""
    """What it is about, where that is not its subject."""
    lead: bool = False
    """True for the first part of a name that is merged over the group beside it, where its amount stands."""
    led: bool = False
    """True for the entry whose name stands in the group before."""


@dataclass(frozen=True)
class Side:
    """Columns that belong together: code, name, 行次 and amounts, each with its headings."""

    names: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    codes: int = 0
    counter: tuple[str, ...] = ()

    @property
    def heads(self) -> list[tuple[str, ...]]:
        counter = [self.counter] if self.counter else []
        return [*self.names, *counter, *(column.head for column in self.columns)]

    @property
    def width(self) -> int:
        return len(self.heads)

    @property
    def kinds(self) -> str:
        """A letter a column: c code, n name, l 行次, a amount."""
        return (
            "c" * self.codes + "n" * (len(self.names) - self.codes) + "l" * bool(self.counter) + "a" * len(self.columns)
        )


Line = tuple[Entry | None, ...]


@dataclass(frozen=True)
class Sheet:
    """A table before it is laid out."""

    kind: str
    title: str
    sides: tuple[Side, ...]
    lines: tuple[Line, ...]
    head: tuple[tuple[str, ...], ...]
    total_in_head: bool = False
    notes: tuple[str, ...] = ()

    @property
    def kinds(self) -> str:
        return "".join(side.kinds for side in self.sides)


def value_of(text: str) -> Decimal | None:
    """The value of a printed amount: None where nothing or a dash is printed."""
    if text in ("", "-", "—"):
        return None
    digits = Decimal(text.strip("()-").replace(",", ""))
    return -digits if text[0] in "(-" else digits


def is_amount(text: str) -> bool:
    """True for a printed amount with decimals."""
    return "." in text and text.strip("()-").replace(",", "").replace(".", "").isdigit()


def cells_of(sheet: Sheet, line: Line, number: int, merged: bool = True) -> list[str]:
    """The grid cells of one line: codes, name, 行次 and amounts of each side.

    :param merged: whether a name without code is merged over the code columns.
    """
    cells: list[str] = []
    for place, (side, entry) in enumerate(zip(sheet.sides, line, strict=True)):
        counter = [str(number + 1 + place * len(sheet.lines))] if side.counter else []
        if entry is None:
            cells += [*[""] * len(side.names), *counter, *[""] * len(side.columns)]
            continue
        label = entry.shown or entry.label
        if entry.lead:
            cells += [label, *["<"] * (side.width - 1)]
            continue
        if entry.led:
            cells += ["<"] * len(side.names)
        elif entry.code or not side.codes:
            cuts = (0, 3, 5, 7) if side.codes > 1 else (0, 7)
            codes = [entry.code[a:b] for a, b in zip(cuts, cuts[1:], strict=False)][: side.codes]
            cells += codes + ([label] if side.names else [])
        elif sheet.total_in_head:
            cells += ["类", "款", "项", label]
        elif merged:
            cells += [label, *["<"] * side.codes]
        else:
            cells += [*[""] * side.codes, label]
        cells += [*counter, *entry.texts]
    return cells
