"""The catalogue: what is known of final accounts in general, as data, read and validated in one place.

`tables.yaml` describes the standard tables, `budget_tables.yaml` those of budgets, `functional.csv` and `economic.csv` list subjects seen in published
accounts, `divisions.csv` the provinces, cities and counties. The lists of subjects are not complete: a subject that is not listed works as well, from the document alone.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.datafile import yaml_of
from ingest.text import squeeze

_TABLE_FILES = ("tables.yaml", "budget_tables.yaml")


class CatalogueError(ValueError):
    """A catalogue file does not say what it must; the text names file, entry and expectation."""


@dataclass(frozen=True)
class Column:
    """One column of a standard table: a pattern over its header path and what it measures."""

    match: re.Pattern[str]
    measure: str | dict[str, str]
    item: str = ""

    def meaning(self, path: str) -> str:
        """The measure for this header path (no blanks); where it depends on 预算/决算, by the word in the path."""
        if isinstance(self.measure, str):
            return self.measure
        return next((measure for word, measure in self.measure.items() if word in path), "决算数")


@dataclass(frozen=True)
class StandardTable:
    """One of the nine standard tables."""

    id: str
    name: str
    titles: tuple[re.Pattern[str], ...]
    excluded: tuple[str, ...]
    scope: str
    signature: tuple[re.Pattern[str], ...]
    columns: tuple[Column, ...]
    plain: dict[int, tuple[str, ...]]
    like: str = ""
    """Tables of budgets: the standard table of a final account with the same rows and columns."""
    sums: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    """Columns that add up: the total's measure or item, and its parts with their signs."""
    optional: tuple[str, ...] = ()
    """Parts that some tables have no column for."""

    def column(self, path: tuple[str, ...]) -> tuple[str, str]:
        """Measure and item of a header path; empty strings where the path is not known."""
        joined = squeeze("".join(path))
        for column in self.columns:
            if column.match.search(joined):
                return column.meaning(joined), column.item
        return "", ""

    def item_of_row(self, subject: str) -> str:
        """The item that a row is about where the table may have its items in columns or in rows (三公); else empty."""
        return next((c.item for c in self.columns if c.item and c.match.search(squeeze(subject))), "")


@cache
def standard_tables() -> tuple[StandardTable, ...]:
    """The standard tables of final accounts and budgets, in the order in which titles are tried.

    :raises CatalogueError: if the file lacks a key or holds a pattern that is not one.
    """
    entries = [entry for name in _TABLE_FILES for entry in yaml_of(__package__, name)]
    return tuple(_standard_table(entry) for entry in entries)


def _standard_table(entry: dict[str, Any]) -> StandardTable:
    try:
        return StandardTable(
            entry["id"],
            entry["name"],
            tuple(re.compile(pattern + "$") for pattern in entry["titles"]),
            tuple(entry.get("not", ())),
            entry["scope"],
            tuple(re.compile(pattern) for pattern in entry["signature"]),
            tuple(Column(re.compile(c["match"]), c["measure"], c.get("item", "")) for c in entry["columns"]),
            {int(count): tuple(measures) for count, measures in entry["plain"].items()},
            entry.get("like", ""),
            tuple((total, tuple(map(_signed, parts))) for total, parts in entry.get("sums", {}).items()),
            tuple(part[1:] for parts in entry.get("sums", {}).values() for part in parts if part.startswith("?")),
        )
    except (KeyError, re.error, TypeError, ValueError) as error:
        raise CatalogueError(f"{' or '.join(_TABLE_FILES)}, entry {entry.get('id', '?')}: {error!r}") from error


def _signed(part: str) -> tuple[str, int]:
    return (part[1:], -1) if part.startswith("-") else (part.removeprefix("?"), 1)


def standard_table(kind: str | None) -> StandardTable | None:
    """The table with this id (T1…T9, B1…B9)."""
    return next((table for table in standard_tables() if table.id == kind), None)


def kind_in(kind: str | None, budget: bool) -> str | None:
    """The kind of a table in a final account or in a budget: a title like 收支总表 is used by both."""
    standard = standard_table(kind)
    if standard is None:
        return None
    if budget:
        return standard.id if standard.like else f"B{standard.id[1:]}"
    return standard.like or standard.id


def published_kind(kind: str | None) -> str | None:
    """T1…T9, or None for the tables of other documents: the form that others build on."""
    return kind if kind and kind.startswith("T") else None


def kind_of_title(title: str) -> str | None:
    """T1…T9 or B1…B9 for the title of a standard table, however it is prefixed; None for any other line."""
    bare = re.sub(
        r"[“”\"'‘’《》]|^(?:附表|附件|表|公开)\d{1,2}(?:表)?[：:、.．]?|(?:（续[表\d]?）|（[^（）]*表）)+$", "", squeeze(title)
    )
    if len(bare) > 60 or "：" in bare or "。" in bare:
        return None
    for table in standard_tables():
        if any(pattern.search(bare) for pattern in table.titles) and not any(w in bare for w in table.excluded):
            return table.id
    return None


def kind_of_content(texts: list[str]) -> str | None:
    """T1…T9 by headers and row names, None unless exactly one table's whole signature occurs in them."""
    joined = "\n".join(squeeze(text) for text in texts)
    fits = [
        table.id
        for table in standard_tables()
        if table.signature and all(pattern.search(joined) for pattern in table.signature)
    ]
    return fits[0] if len(fits) == 1 else None


@dataclass(frozen=True)
class Subject:
    """A code with its name in the years in which it was seen (0 and 9999 where that is not known)."""

    code: str
    name: str
    year_from: int
    year_to: int


@cache
def subjects(which: str) -> tuple[Subject, ...]:
    """`functional` (支出功能分类) or `economic` (部门支出经济分类) subjects."""
    with (files(__package__) / f"{which}.csv").open(encoding="utf-8") as lines:
        return tuple(
            Subject(row["code"], row["name"], int(row["year_from"] or 0), int(row["year_to"] or 9999))
            for row in csv.DictReader(lines)
        )


@cache
def names_of_subjects() -> frozenset[str]:
    """The names of all subjects, squeezed."""
    return frozenset(squeeze(subject.name) for which in ("functional", "economic") for subject in subjects(which))


def name_of_code(code: str, year: int | None = None) -> str:
    """The catalogue's name of a code, the one nearest to `year` if names changed; empty if not listed."""
    which = "economic" if code.startswith("3") else "functional"
    named = [subject for subject in subjects(which) if subject.code == code]
    if not named:
        return ""
    if year is None:
        return named[-1].name
    return min(named, key=lambda s: max(s.year_from - year, year - s.year_to, 0)).name


@dataclass(frozen=True)
class Division:
    """A province, city or county with its code; `parent` is the code of the division that it belongs to."""

    code: str
    name: str
    parent: str


@cache
def divisions() -> dict[str, Division]:
    """All divisions by code."""
    with (files(__package__) / "divisions.csv").open(encoding="utf-8") as lines:
        return {row["code"]: Division(**row) for row in csv.DictReader(lines)}


@cache
def names_of_divisions() -> frozenset[str]:
    """The names of all divisions (广东省, 清远市, 清城区)."""
    return frozenset(division.name for division in divisions().values())


@cache
def _divisions_by_name() -> dict[str, list[Division]]:
    found: dict[str, list[Division]] = {}
    for division in divisions().values():
        found.setdefault(division.name, []).append(division)
    return found


@cache
def division_path(place: str) -> tuple[Division, ...]:
    """The division that a place name like 上海市普陀区 means, with those above it, the province first.

    Empty where the name is none, or could be of several (普陀区 alone: there are two).
    """
    fits = []
    for end in range(len(place), 1, -1):
        for start in range(end - 1):
            for division in _divisions_by_name().get(place[start:end], []):
                path = _with_parents(division)
                before = place[:start]
                if not before or before.endswith(tuple(above.name for above in path[:-1])):
                    fits.append((end, len(path) if before else 0, path))
        if fits:
            break
    best = [path for end, depth, path in fits if (end, depth) == max((e, d) for e, d, _ in fits)]
    return best[0] if len(best) == 1 else ()


def _with_parents(division: Division) -> tuple[Division, ...]:
    above = divisions().get(division.parent)
    return (*_with_parents(above), division) if above else (division,)
