"""`across.yaml`: which cells and which words of two documents speak of one figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.checks.raised import RulesError
from assistant.library import AccountView
from ingest.datafile import yaml_of
from ingest.model import Fact
from ingest.text import plain


@dataclass(frozen=True)
class Wanted:
    """A cell that documents of one kind print."""

    kind: str
    measure: str
    row: re.Pattern[str] | None = None
    side: str = ""
    parent: re.Pattern[str] | None = None
    item: str = ""

    def find(self, views: Sequence[AccountView]) -> Fact | None:
        """The cell, in the first of these documents that prints it; None if none does."""
        return next((fact for view in views for fact in view.by_kind.get(self.kind, []) if self._is(fact)), None)

    def _is(self, fact: Fact) -> bool:
        if fact.measure != self.measure or (self.side and fact.side != self.side):
            return False
        if (self.parent is None and fact.parent) or (self.parent and not self.parent.fullmatch(plain(fact.parent))):
            return False
        if self.item:
            return plain(fact.item) == plain(self.item)
        return self.row is not None and bool(self.row.fullmatch(plain(fact.subject)))


@dataclass(frozen=True)
class StatedRule:
    """A figure that texts compare with an earlier year: a cell, or what the other text itself says."""

    words: re.Pattern[str]
    """Matches at the end of what stands before the amount or the verb."""
    cell: Wanted | None = None
    said: str = ""
    """Pattern of what stands before the amount in the other text."""
    heading: re.Pattern[str] | None = None
    unless: str = ""
    """Word of a heading under which the name means something else."""

    def applies(self, heading: str) -> bool:
        """True in a section with this heading."""
        if self.unless and self.unless in heading:
            return False
        return self.heading is None or bool(self.heading.search(heading))


@dataclass(frozen=True)
class AcrossRules:
    """All rules."""

    carried: tuple[tuple[Wanted, Wanted], ...]
    stated: tuple[StatedRule, ...]
    budgeted: tuple[StatedRule, ...]
    parts: tuple[Wanted, ...]
    consolidated: tuple[Wanted, ...]
    planned: tuple[tuple[Wanted | str, Wanted], ...]


@cache
def across_rules() -> AcrossRules:
    """The rules.

    :raises RulesError: if an entry lacks a key or holds a pattern that is none.
    """
    data: dict[str, Any] = yaml_of(__package__, "across.yaml")
    try:
        return AcrossRules(
            tuple((_wanted(entry["end"]), _wanted(entry["start"])) for entry in data["carried"]),
            tuple(_stated(entry) for entry in (*data["stated"], *data["headed"])),
            tuple(_stated(entry) for entry in data["budgeted"]),
            tuple(_wanted(entry) for entry in data["parts"]),
            tuple(_wanted(entry) for entry in data["consolidated"]),
            tuple(
                (_wanted(entry["account"]) if "account" in entry else _pattern(entry["said"]), _wanted(entry["budget"]))
                for entry in data["planned"]
            ),
        )
    except (KeyError, TypeError, re.error) as error:
        raise RulesError(f"across.yaml: {error!r}") from error


def _wanted(entry: dict[str, str]) -> Wanted:
    patterns: dict[str, Any] = {key: re.compile(entry[key]) for key in ("row", "parent") if key in entry}
    if not ("row" in entry) ^ ("item" in entry):
        raise KeyError(f"a cell has a row or an item: {entry}")
    return Wanted(**(dict[str, Any](entry) | patterns))


def _stated(entry: dict[str, Any]) -> StatedRule:
    cell = _wanted(entry["cell"]) if "cell" in entry else None
    said = _pattern(entry["said"]) if cell is None else ""
    heading = re.compile(entry["heading"]) if "heading" in entry else None
    return StatedRule(re.compile(rf"(?:{entry['words']})$"), cell, said, heading, entry.get("not", ""))


def _pattern(text: str) -> str:
    re.compile(text)
    return text
