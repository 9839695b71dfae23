"""What a check raises, before it becomes a finding with citations; and the rules that are data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from assistant.checks.shown import amount_pattern
from assistant.library import AccountView
from ingest.datafile import yaml_of
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
    code: str = ""
    digits: int = 0
    """For rows compared by name: the length of their codes."""

    def find(self, view: AccountView) -> Fact | None:
        """The cell; None if the account does not print it."""
        found: dict[CellRule, Fact | None] = view.__dict__.setdefault("_cells_of_rules", {})
        if self not in found:
            found[self] = next((fact for fact in view.by_kind.get(self.kind, []) if self._is(fact)), None)
        return found[self]

    def _is(self, fact: Fact) -> bool:
        if fact.measure != self.measure or (self.side and fact.side != self.side) or fact.parent:
            return False
        if self.code:
            return fact.code == self.code
        return plain(fact.item) == plain(self.item) if self.item else plain(fact.subject) == plain(self.row)


@dataclass(frozen=True)
class TextRule:
    """An amount of the narrative that repeats a cell, or that the narrative itself repeats."""

    heading: re.Pattern[str]
    words: re.Pattern[str]
    """Up to and with the amount, as groups x and x_unit."""
    cell: CellRule | None = None


@dataclass(frozen=True)
class PartsRule:
    """An amount of the narrative with amounts that are its parts; each pattern goes up to and with its amount."""

    heading: re.Pattern[str]
    whole: re.Pattern[str]
    parts: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Purpose:
    """A well-known item of expenditure and the words of what it is spent on."""

    item: re.Pattern[str]
    own: re.Pattern[str]
    named: re.Pattern[str]


@dataclass(frozen=True)
class Rules:
    """`rules.yaml`; what each part means is said there."""

    between: tuple[tuple[CellRule, CellRule], ...]
    rows: tuple[tuple[CellRule, CellRule], ...]
    sums: tuple[tuple[CellRule, tuple[CellRule, ...]], ...]
    at_most: tuple[tuple[CellRule, CellRule], ...]
    text: tuple[TextRule, ...]
    planned: tuple[TextRule, ...]
    budget_text: tuple[TextRule, ...]
    repeated: tuple[TextRule, ...]
    parts: tuple[PartsRule, ...]
    within: tuple[PartsRule, ...]
    purposes: tuple[Purpose, ...]
    tables: tuple[str, ...]
    expected: tuple[str, ...]
    about: dict[str, re.Pattern[str]]
    residue: tuple[re.Pattern[str], ...]


class RulesError(ValueError):
    """The rules' file does not say what it must; the text names the entry."""


@cache
def rules() -> Rules:
    """The rules.

    :raises RulesError: if an entry lacks a key or holds a pattern that is none.
    """
    data: dict[str, Any] = yaml_of(__package__, "rules.yaml")
    try:
        return Rules(
            between=tuple((CellRule(**entry["left"]), CellRule(**entry["right"])) for entry in data["between"]),
            rows=tuple((CellRule(**entry["left"]), CellRule(**entry["right"])) for entry in data["rows"]),
            sums=tuple(
                (CellRule(**entry["total"]), tuple(CellRule(**part) for part in entry["parts"]))
                for entry in data["sums"]
            ),
            at_most=tuple((CellRule(**entry["part"]), CellRule(**entry["whole"])) for entry in data["at_most"]),
            text=tuple(_text_rule(entry) for entry in data["text"]),
            planned=tuple(_text_rule(entry) for entry in data["planned"]),
            budget_text=tuple(_text_rule(entry) for entry in data["budget_text"]),
            repeated=tuple(_text_rule(entry) for entry in data["repeated"]),
            parts=tuple(_parts_rule(entry) for entry in data["parts"]),
            within=tuple(_parts_rule(entry) for entry in data["within"]),
            purposes=tuple(
                Purpose(*(re.compile(entry[key]) for key in ("item", "own", "named"))) for entry in data["purposes"]
            ),
            tables=tuple(data["tables"]),
            expected=tuple(data["expected"]),
            about={kind: re.compile(pattern) for kind, pattern in data["about"].items()},
            residue=tuple(re.compile(pattern) for pattern in data["residue"]),
        )
    except (KeyError, TypeError, re.error) as error:
        raise RulesError(f"rules.yaml: {error!r}") from error


def _before_amount(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words})(?:共计|合计|总计)?为?{amount_pattern()}")


def _text_rule(entry: dict[str, Any]) -> TextRule:
    cell = CellRule(**entry["cell"]) if "cell" in entry else None
    return TextRule(re.compile(entry["heading"]), _before_amount(entry["words"]), cell)


def _parts_rule(entry: dict[str, Any]) -> PartsRule:
    parts = tuple(_before_amount(part) for part in entry["parts"])
    return PartsRule(re.compile(entry["heading"]), _before_amount(entry["whole"]), parts)
