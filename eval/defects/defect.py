"""A planted defect: a copy of an account in which one cell, one sentence or one table is wrong, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from assistant.library import AccountView
from ingest.model import Fact, Passage


@dataclass(frozen=True)
class Defect:
    """An account with one thing changed."""

    kind: str
    rules: tuple[str, ...]
    """The rules that must find it; empty where any may."""
    view: AccountView
    changed: Fact | str
    """What a finding must cite: the cell, the sentence as it now is, or (of a table that is gone) the table's name."""
    where: str = ""
    """For the report: the table, or the words around."""


Planter = Callable[[AccountView, random.Random], Defect | None]


def copy_of(
    view: AccountView, facts: list[Fact] | None = None, passages: list[Passage] | None = None, without: int = 0
) -> AccountView:
    """The account with other facts or passages, and without a table."""
    other = AccountView(view.account, view.store)
    other.__dict__["facts"] = view.facts if facts is None else facts
    other.__dict__["passages"] = view.passages if passages is None else passages
    other.__dict__["tables"] = {number: table for number, table in view.tables.items() if number != without}
    return other
