"""The words of questions, as data: forms, stages, funds, units, totals, aliases, filler. One loader, validated."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.text import plain


class VocabularyError(ValueError):
    """A vocabulary file does not say what it must; the text names the file and the entry."""


@dataclass(frozen=True)
class Count:
    """Something that averages are taken over."""

    asked: re.Pattern[str]
    units: str
    name: str


@dataclass(frozen=True)
class Words:
    """`words.yaml`: patterns over the question."""

    forms: dict[str, re.Pattern[str]]
    stages: dict[str, re.Pattern[str]]
    funds: dict[str, re.Pattern[str]]
    natures: dict[str, re.Pattern[str]]
    units: dict[str, re.Pattern[str]]
    prose_units: dict[str, re.Pattern[str]]
    single: dict[str, re.Pattern[str]]
    """Patterns that stand alone: ascending, across, decimals, …"""
    counts: tuple[Count, ...]
    filler: tuple[str, ...]
    """Longest first."""
    synonyms: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Cell:
    """A cell that a total's name may mean."""

    kind: str
    row: str
    item: str
    measure: str
    side: str


@dataclass(frozen=True)
class Total:
    """Names for a total with the cells they mean, in order."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    beside: str


_SINGLE = (
    "ascending",
    "both_ends",
    "across",
    "each",
    "non_zero",
    "income",
    "economic",
    "decimals",
    "top",
    "off_topic",
    "opinion",
    "finance",
    "rate",
    "children",
    "class_level",
    "filter",
)


def _yaml(name: str) -> Any:
    import yaml

    return yaml.safe_load((files(__package__) / name).read_text("utf-8"))


@cache
def words() -> Words:
    """The patterns.

    :raises VocabularyError: if an entry is missing or no pattern.
    """
    data = _yaml("words.yaml")
    try:
        forms, stages, funds, natures, units, prose_units = (
            {name: re.compile(pattern) for name, pattern in data[key].items()}
            for key in ("forms", "stages", "funds", "natures", "units", "prose_units")
        )
        single = {key: re.compile(data[key]) for key in _SINGLE}
        counts = tuple(Count(re.compile(c["asked"]), c["units"], c["name"]) for c in data["counts"])
        filler = tuple(sorted({plain(word) for word in data["filler"].split()}, key=len, reverse=True))
    except (KeyError, re.error) as error:
        raise VocabularyError(f"words.yaml: {error!r}") from error
    synonyms = {word: tuple(others.split()) for word, others in data["synonyms"].items()}
    return Words(forms, stages, funds, natures, units, prose_units, single, counts, filler, synonyms)


@cache
def totals() -> tuple[Total, ...]:
    """The totals.

    :raises VocabularyError: if an entry lacks its names or cells.
    """
    try:
        return tuple(
            Total(
                tuple(entry["names"]),
                tuple(
                    Cell(c["kind"], c.get("row", ""), c.get("item", ""), c["measure"], c.get("side", ""))
                    for c in entry["cells"]
                ),
                entry.get("beside", ""),
            )
            for entry in _yaml("totals.yaml")
        )
    except (KeyError, TypeError) as error:
        raise VocabularyError(f"totals.yaml: {error!r}") from error


@dataclass(frozen=True)
class Alias:
    """A citizen's words for an item; `economic` is its name in the economic classification where that differs."""

    words: str
    name: str
    economic: str


@cache
def aliases() -> tuple[Alias, ...]:
    """All aliases in file order."""
    with (files(__package__) / "aliases.csv").open(encoding="utf-8") as lines:
        return tuple(
            Alias(row["words"], row["name"], (row["note"] or "").removeprefix("economic:"))
            for row in csv.DictReader(lines)
        )
