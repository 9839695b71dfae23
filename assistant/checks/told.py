"""The errors that an answer must tell when it uses a cell: by cell, as few words as an answer needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from assistant.checks.cited import Quoted
from assistant.checks.raised import Raised, Severity
from assistant.library import AccountView
from ingest.model import Box, Fact, Place, Sentence


class CellKey(NamedTuple):
    """Which cell of which document."""

    account: str
    table: int
    row: int
    column: tuple[str, ...]

    @classmethod
    def of(cls, fact: Fact) -> CellKey:
        """The key of a cell."""
        return cls(fact.account, *fact.key)


@dataclass(frozen=True)
class Told:
    """An error with its finding's name; its cells are named and not read."""

    id: str
    rule: str
    severity: Severity
    message: str
    evidence: tuple[CellKey | Sentence, ...]

    @classmethod
    def of(cls, name: str, raised: Raised) -> Told:
        """What is told of an error.

        :param name: the id of its finding.
        """
        evidence = tuple(CellKey.of(one) if isinstance(one, Fact) else one for one in raised.evidence)
        return cls(name, raised.rule, raised.severity, raised.message, evidence)

    def raised(self, view: AccountView) -> Raised:
        """The error as the check raised it, its cells read from the account and the others that it lies between.

        :raises KeyError: if one of them is not there.
        """
        evidence = tuple(_cell(view, one) if isinstance(one, CellKey) else one for one in self.evidence)
        return Raised(self.rule, self.severity, self.message, evidence)

    def as_data(self) -> list[Any]:
        """For JSON."""
        return [self.id, self.rule, self.severity, self.message, [_evidence_data(one) for one in self.evidence]]

    @classmethod
    def of_data(cls, data: list[Any]) -> Told:
        """From JSON."""
        name, rule, severity, message, evidence = data
        return cls(name, rule, severity, message, tuple(_evidence(*one) for one in evidence))


def by_cell(told: Iterable[Told]) -> dict[CellKey, list[Told]]:
    """The errors at each cell, in their order."""
    found: dict[CellKey, list[Told]] = {}
    for one in told:
        for key in one.evidence:
            if isinstance(key, CellKey):
                found.setdefault(key, []).append(one)
    return found


def _cell(view: AccountView, key: CellKey) -> Fact:
    own = key.account == view.account.id or view.library is None
    there = view if own else view.library.view(key.account)  # type: ignore[union-attr]  # own where it is None
    fact = there.cell(key.table, key.row, key.column)
    if fact is None:
        raise KeyError(f"{there.account.id} has no cell {key}")
    return fact


def _evidence_data(evidence: CellKey | Sentence) -> list[Any]:
    if isinstance(evidence, CellKey):
        return ["cell", *evidence]
    places = [[place.page, place.box, place.line, place.cell, place.scanned] for place in evidence.places]
    return ["sentence", evidence.text, places, evidence.account if isinstance(evidence, Quoted) else ""]


def _evidence(form: str, *data: Any) -> CellKey | Sentence:
    if form == "cell":
        account, table, row, column = data
        return CellKey(account, table, row, tuple(column))
    text, places, account = data
    found = tuple(
        Place(page, Box(*box) if box else None, line, cell, scanned) for page, box, line, cell, scanned in places
    )
    return Quoted(text, found, account) if account else Sentence(text, found)
