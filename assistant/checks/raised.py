"""What a check raises, before it becomes a finding with citations; and the rules that are data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from assistant.library import AccountView
from ingest.model import Fact, Sentence
from ingest.text import plain

Severity = Literal["error", "rounding", "notice"]


@dataclass(frozen=True)
class Raised:
    """A disagreement with the cells and sentences that it lies between, the one that is likeliest wrong first."""

    rule: str
    severity: Severity
    message: str
    evidence: tuple[Fact | Sentence, ...] = ()


@dataclass(frozen=True)
class CellRule:
    """A cell of an account."""

    kind: str
    measure: str
    row: str = ""
    side: str = ""
    item: str = ""
    digits: int = 0
    """For rows compared by name: the length of their codes."""

    def find(self, view: AccountView) -> Fact | None:
        """The cell; None if the account does not print it."""
        for fact in view.by_kind.get(self.kind, []):
            if fact.measure != self.measure or (self.side and fact.side != self.side) or fact.parent:
                continue
            if plain(fact.item) == plain(self.item) if self.item else plain(fact.subject) == plain(self.row):
                return fact
        return None


@dataclass(frozen=True)
class TextRule:
    """An amount of the narrative that repeats a cell."""

    heading: re.Pattern[str]
    words: re.Pattern[str]
    cell: CellRule


@dataclass(frozen=True)
class Rules:
    """`rules.yaml`."""

    between: tuple[tuple[CellRule, CellRule], ...]
    rows: tuple[tuple[CellRule, CellRule], ...]
    text: tuple[TextRule, ...]
    tables: tuple[str, ...]


class RulesError(ValueError):
    """The rules' file does not say what it must; the text names the entry."""


@cache
def rules() -> Rules:
    """The rules.

    :raises RulesError: if an entry lacks a key or holds a pattern that is none.
    """
    import yaml

    data: dict[str, Any] = yaml.safe_load((files(__package__) / "rules.yaml").read_text("utf-8"))
    try:
        pairs = {
            key: tuple((CellRule(**entry["left"]), CellRule(**entry["right"])) for entry in data[key])
            for key in ("between", "rows")
        }
        text = tuple(
            TextRule(re.compile(entry["heading"]), re.compile(entry["words"]), CellRule(**entry["cell"]))
            for entry in data["text"]
        )
        return Rules(pairs["between"], pairs["rows"], text, tuple(data["tables"]))
    except (KeyError, TypeError, re.error) as error:
        raise RulesError(f"rules.yaml: {error!r}") from error
