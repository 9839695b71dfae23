"""The words of questions, as data: forms, stages, funds, units, totals, aliases, filler. One loader, validated."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from ingest.datafile import yaml_of
from ingest.text import plain

MONEY_UNITS = "万元|元|亿元"
"""The units of a stated amount, as `prose_units` of `words.yaml` has them."""


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
    parts: dict[str, dict[str, re.Pattern[str]]]
    """Items whose parts are meant where the question says what was done: part and its words."""
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
    "all_spent", "all_received",
    "ascending",
    "both_ends",
    "all_years",
    "below", "unplanned", "how_many",
    "not_names",
    "part",
    "source",
    "across",
    "own_years",
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
    "use",
    "filter",
)


@cache
def words() -> Words:
    """The patterns.

    :raises VocabularyError: if an entry is missing or no pattern.
    """
    data = yaml_of(__package__, "words.yaml")
    try:
        forms, stages, funds, natures, units, prose_units = (
            {name: re.compile(pattern) for name, pattern in data[key].items()}
            for key in ("forms", "stages", "funds", "natures", "units", "prose_units")
        )
        single = {key: re.compile(data[key]) for key in _SINGLE}
        counts = tuple(Count(re.compile(c["asked"]), c["units"], c["name"]) for c in data["counts"])
        parts = {
            whole: {part: re.compile(pattern) for part, pattern in those.items()}
            for whole, those in data["parts"].items()
        }
        filler = tuple(sorted({plain(word) for word in data["filler"].split()}, key=lambda word: (-len(word), word)))
    except (KeyError, re.error) as error:
        raise VocabularyError(f"words.yaml: {error!r}") from error
    synonyms = {word: tuple(others.split()) for word, others in data["synonyms"].items()}
    return Words(forms, stages, funds, natures, units, prose_units, single, counts, parts, filler, synonyms)


@cache
def wordings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """`wordings.yaml`: how citizens word what the rest understands in other words, and these.

    :raises VocabularyError: if an entry lacks one of both, or is no pattern.
    """
    try:
        return tuple((re.compile(entry["says"]), entry["means"]) for entry in yaml_of(__package__, "wordings.yaml"))
    except (KeyError, TypeError, re.error) as error:
        raise VocabularyError(f"wordings.yaml: {error!r}") from error


def total_named(name: str) -> Total:
    """The total that has this name.

    :raises StopIteration: if none has; the names asked for are the vocabulary's own.
    """
    return next(total for total in totals() if name in total.names)


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
            for entry in yaml_of(__package__, "totals.yaml")
        )
    except (KeyError, TypeError) as error:
        raise VocabularyError(f"totals.yaml: {error!r}") from error


@dataclass(frozen=True)
class ClaimWords:
    """`claims.yaml`: how questions put a claim."""

    asks: re.Pattern[str]
    yes_no: re.Pattern[str]
    yes_no_words: re.Pattern[str]
    said: re.Pattern[str]
    denied: re.Pattern[str]
    no_claim: re.Pattern[str]
    first: re.Pattern[str]
    relations: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]
    """Name, words before the number, words after it."""
    directions: tuple[tuple[re.Pattern[str], Literal[-1, 1]], ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Comparison:
    """A claim without a number: its words, the sign claimed, the question that decides, what must stand before."""

    words: re.Pattern[str]
    sign: Literal[-1, 0, 1]
    asks: str
    needs: re.Pattern[str] | None


_RELATIONS = {"about", "more", "less", "at-least", "at-most"}


@cache
def claims() -> ClaimWords:
    """How questions put a claim.

    :raises VocabularyError: if an entry is missing, no pattern, or names a relation that there is not.
    """
    data = yaml_of(__package__, "claims.yaml")
    single = ("asks", "yes_no", "yes_no_words", "said", "denied", "no_claim", "first")
    try:
        patterns = {key: re.compile(data[key]) for key in single}
        relations = tuple(
            (entry["is"], re.compile(entry["before"]), re.compile(entry["after"]) if "after" in entry else None)
            for entry in data["relations"]
        )
        directions = tuple((re.compile(entry["words"]), entry["sign"]) for entry in data["directions"])
        comparisons = tuple(
            Comparison(
                re.compile(entry["words"]), entry["sign"], entry["asks"],
                re.compile(entry["needs"]) if "needs" in entry else None,
            )
            for entry in data["comparisons"]
        )  # fmt: skip
    except (KeyError, re.error) as error:
        raise VocabularyError(f"claims.yaml: {error!r}") from error
    if unknown := {name for name, _, _ in relations} - _RELATIONS:
        raise VocabularyError(f"claims.yaml: relations are {sorted(_RELATIONS)}, got {sorted(unknown)}")
    return ClaimWords(relations=relations, directions=directions, comparisons=comparisons, **patterns)


@dataclass(frozen=True)
class Named:
    """A pattern with the Chinese name that it stands for."""

    words: re.Pattern[str]
    name: str


@dataclass(frozen=True)
class Frame:
    """A form of English question, and the Chinese one that it is put into."""

    match: re.Pattern[str]
    asks: str


@dataclass(frozen=True)
class English:
    """`english.yaml`."""

    offices: tuple[Named, ...]
    terms: tuple[Named, ...]
    """In the order in which they are looked for: of two that fit at one place, the first wins."""
    small: frozenset[str]
    numbers: dict[str, int]
    frames: tuple[Frame, ...]


@cache
def english() -> English:
    """The words of English questions.

    :raises VocabularyError: if an entry is missing or no pattern, or the last frame does not fit every question.
    """
    data = yaml_of(__package__, "english.yaml")
    try:
        named = {
            key: tuple(Named(re.compile(rf"\b(?:{entry['words']})\b"), entry["name"]) for entry in data[key])
            for key in ("offices", "terms")
        }
        words = English(
            named["offices"],
            named["terms"],
            frozenset(data["small"].split()),
            dict(data["numbers"]),
            tuple(Frame(re.compile(entry["match"]), entry["asks"]) for entry in data["frames"]),
        )
    except (KeyError, TypeError, re.error) as error:
        raise VocabularyError(f"english.yaml: {error!r}") from error
    if not words.frames or words.frames[-1].match.pattern:
        raise VocabularyError("english.yaml: the last frame must have an empty match, for every other question")
    return words


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
