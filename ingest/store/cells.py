"""One figure in many accounts: where it may stand, and the cells found there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


@dataclass(frozen=True)
class CellPlace:
    """A column of a standard table and the row in it, by item, subject or code (one of them)."""

    kind: str
    measure: str
    item: str = ""
    subject: str = ""
    code: str = ""
    side: str = ""
    """Of a two-sided table; any if empty."""
    not_side: str = ""
    alone: bool = False
    """True if a row that belongs to another one of the table does not count."""


class StoredCell(NamedTuple):
    """A cell as far as it is compared; `row` finds the whole of it."""

    account: str
    rank: int
    """Which of the places asked for it stands at, from 0."""
    parent: str
    row: int
    value: Decimal | None
    unit: str | None
    text: str
    kind: str
    measure: str
