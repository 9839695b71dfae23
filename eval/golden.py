"""`python -m eval.golden`: real documents read and compared with their golden sets, cell by cell and number by number.

A golden set lists every filled amount cell of every table, how many are blank, and every number of the narrative; how
it was made, and what its columns mean, is said in `tests/golden/README.md`. The documents themselves are not part of
the project (`JUESUAN_REAL_ACCOUNTS`, else `../shared/documents`); one that is missing is reported as not compared.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from eval.suite import real_folder
from ingest import catalogue, read_account
from ingest.model import Cell as ReadCell
from ingest.model import Passage, Row, Table

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"
FIELDS = ("value", "row", "column", "place")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass(frozen=True)
class Document:
    """A document with a golden set."""

    name: str
    """Stem of the golden files."""
    file: str
    """Path below the folder of the published documents."""
    sha256: str
    columns: str
    """printed: columns are compared by their printed header path; meaning: by what the catalogue says they measure."""
    left_out: frozenset[int]
    """Pages with forms of words, whose few figures are in no golden set."""


class Cell(NamedTuple):
    """One filled amount cell: what is printed, in which row and column, and where."""

    value: tuple[str, Decimal | None]
    """The text as printed, and its value."""
    row: tuple[str, str, str, str]
    """Kind of the table (its title where it has none), side, code, label."""
    column: str
    """Header path, outermost first, joined by `/`."""
    place: tuple[int | None, int | None]
    """Page and line."""


class TableSize(NamedTuple):
    """One table as a whole."""

    kind: str
    title: str
    unit: str
    pages: tuple[int, ...]
    filled: int
    empty: int


class Number(NamedTuple):
    """One number of the narrative with the pages and lines on which it may stand."""

    text: str
    pages: frozenset[int | None]
    lines: frozenset[int | None]


@dataclass(frozen=True)
class Comparison:
    """What of a golden set was read, and what was read that is not in it."""

    total: int
    right: int
    fields: dict[str, int]
    """Cells whose value, row, column and place are right, each by itself."""
    missing: tuple[tuple[object, ...], ...]
    invented: tuple[tuple[object, ...], ...]

    def __str__(self) -> str:
        lines = [f"{self.right} of {self.total} right"]
        lines += [f"- {item}" for item in self.missing] + [f"+ {item}" for item in self.invented]
        return "\n".join(lines)


def documents() -> list[Document]:
    """All documents that have a golden set."""
    return [
        Document(row["name"], row["file"], row["sha256"], row["columns"], frozenset(map(int, row["left_out"].split())))
        for row in rows_of("documents")
    ]


def find(document: Document, folder: Path) -> Path | None:
    """The document in a folder, None if it is not there.

    :raises ValueError: if the file there is another edition than the golden set was made from.
    """
    path = folder / document.file
    if not path.exists():
        return None
    if hashlib.sha256(path.read_bytes()).hexdigest() != document.sha256:
        raise ValueError(f"{path}: expected the edition of the golden set ({document.sha256[:8]}), found another one")
    return path


def compare_cells(document: Document, tables: Iterable[Table]) -> Comparison:
    """Every filled amount cell: golden against read, both ways."""
    golden = Counter(_golden_cells(document))
    read = Counter(_read_cells(document, _with_amounts(document, tables)))
    return _compare(golden, read, FIELDS)


def compare_tables(document: Document, tables: Iterable[Table]) -> Comparison:
    """Kind, title, unit, pages, filled and blank amount cells of each table; the kind only where the set gives one."""
    standard = _has_kinds(document)
    golden = [
        TableSize(
            row["kind"],
            row["title"],
            row["unit"],
            tuple(int(page) for page in row["pages"].split()),
            int(row["filled"]),
            int(row["empty"]),
        )
        for row in rows_of(f"{document.name}-tables")
    ]
    read = [
        TableSize(
            (table.kind or "") if standard else "",
            _bare(table.title),
            table.unit or "",
            table.pages,
            sum(1 for _ in _filled(table)),
            sum(not cell.text for row in table.rows for cell in row.cells),
        )
        for table in _with_amounts(document, tables)
    ]
    return _compare(Counter(golden), Counter(read), ())


def compare_numbers(document: Document, found: Iterable[Passage]) -> Comparison:
    """Every number of the narrative with its unit, in reading order, on its page and in its line."""
    golden = [
        Number(row["number"] + row["unit"], frozenset([_int(row["page"])]), frozenset([_int(row["line"])]))
        for row in rows_of(f"{document.name}-prose")
    ]
    units = {row["unit"] for row in rows_of(f"{document.name}-prose") if row["unit"]}
    read = list(_read_numbers(found, units))
    matcher = SequenceMatcher(None, [n.text for n in golden], [n.text for n in read], autojunk=False)
    missing: list[Number] = []
    invented: list[Number] = []
    for _, a0, a1, b0, b1 in (code for code in matcher.get_opcodes() if code[0] != "equal"):
        missing += golden[a0:a1]
        invented += read[b0:b1]
    for a, b, size in matcher.get_matching_blocks():
        for mine, its in zip(golden[a : a + size], read[b : b + size], strict=True):
            if not (mine.pages <= its.pages and (mine.lines == {None} or mine.lines <= its.lines)):
                missing.append(mine)
                invented.append(its)
    return Comparison(len(golden), len(golden) - len(missing), {}, tuple(missing), tuple(invented))


def has_prose(document: Document) -> bool:
    """True where the golden set has the numbers of the narrative too."""
    return (GOLDEN / f"{document.name}-prose.csv").exists()


def _golden_cells(document: Document) -> Iterator[Cell]:
    for row in rows_of(document.name):
        yield Cell(
            (row["text"], Decimal(row["value"])),
            (row["kind"] or row["title"], row["side"], row["code"], row["label"]),
            _column(document, row["kind"], row["column"]),
            (_int(row["page"]), _int(row["line"])),
        )


def _read_cells(document: Document, tables: Iterable[Table]) -> Iterator[Cell]:
    standard = _has_kinds(document)
    for table in tables:
        name = (table.kind if standard else None) or _bare(table.title)
        for row, cell in _filled(table):
            yield Cell(
                (cell.text, cell.value),
                (name, row.side, row.code, _bare(row.label)),
                _column(document, table.kind, "/".join(map(_bare, table.columns[cell.column]))),
                (cell.place.page, cell.place.line),
            )


def _has_kinds(document: Document) -> bool:
    return any(row["kind"] for row in rows_of(f"{document.name}-tables"))


def _with_amounts(document: Document, tables: Iterable[Table]) -> list[Table]:
    """Tables that the set knows, are of a known kind or have a figure; those on pages that are left out are none."""
    titles = {row["title"] for row in rows_of(f"{document.name}-tables")}
    return [
        table
        for table in tables
        if (
            table.kind
            or _bare(table.title) in titles
            or any(cell.value is not None for row in table.rows for cell in row.cells)
        )
        and not (table.pages and document.left_out.issuperset(table.pages))
    ]


def _filled(table: Table) -> Iterator[tuple[Row, ReadCell]]:
    """Filled amount cells with their rows; a table of no known kind may have columns of words (备注), left out here."""
    for row in table.rows:
        for cell in row.cells:
            if cell.text and (table.kind or cell.value is not None):
                yield row, cell


def _column(document: Document, kind: str | None, path: str) -> str:
    standard = catalogue.standard_table(kind) if document.columns == "meaning" else None
    return "/".join(standard.column(tuple(path.split("/")))) if standard else path


def _read_numbers(found: Iterable[Passage], units: set[str]) -> Iterator[Number]:
    unit = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    number = re.compile(rf"({_NUMBER.pattern})\s*(?:\\?({unit}))?" if unit else rf"({_NUMBER.pattern})()")
    for passage in found:
        if passage.kind == "table":
            continue
        for sentence in passage.sentences:
            pages = frozenset(place.page for place in sentence.places)
            lines = frozenset(place.line for place in sentence.places)
            for match in number.finditer(sentence.text):
                yield Number(match.group(1) + (match.group(2) or ""), pages, lines)


def _compare(golden: Counter[Any], read: Counter[Any], names: tuple[str, ...]) -> Comparison:
    missing = list((golden - read).elements())
    invented = list((read - golden).elements())
    right = golden.total() - len(missing)
    fields = dict.fromkeys(names, right)
    left = list(invented)
    for cell in missing if names else ():  # a cell that is not wholly right: which of its fields are
        near = max(left, key=lambda other: _agreement(cell, other), default=None)
        if near is not None and 2 * _agreement(cell, near) >= len(cell):
            left.remove(near)
            for name, mine, its in zip(names, cell, near, strict=True):
                fields[name] += mine == its
    return Comparison(golden.total(), right, fields, tuple(missing), tuple(invented))


def _agreement(one: tuple[object, ...], other: tuple[object, ...]) -> int:
    return sum(mine == its for mine, its in zip(one, other, strict=True))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _int(text: str) -> int | None:
    return int(text) if text else None


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a golden file by their column's name; `name` is the file's without `.csv`."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def main(arguments: list[str] | None = None) -> int:
    """Print what is right of each golden set; exit 1 if anything is not, or if no document is there."""
    parser = argparse.ArgumentParser(prog="python -m eval.golden", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--failures", action="store_true", help="print each cell that is missing or invented")
    chosen = parser.parse_args(arguments)
    faults = compared = 0
    for document in documents():
        path = find(document, real_folder())
        if path is None:
            print(f"{document.name}: not compared, {document.file} is not in {real_folder()}")
            continue
        compared += 1
        reading = read_account(path)
        cells, sizes = compare_cells(document, reading.tables), compare_tables(document, reading.tables)
        parts = [cells, sizes]
        text = f"cells {cells.right}/{cells.total}, " + ", ".join(
            f"{name} {count}/{cells.total}" for name, count in cells.fields.items()
        )
        text += f", invented {len(cells.invented)}; tables {sizes.right}/{sizes.total}"
        if has_prose(document):
            numbers = compare_numbers(document, reading.passages)
            parts.append(numbers)
            text += f"; narrative {numbers.right}/{numbers.total}, invented {len(numbers.invented)}"
        print(f"{document.name}: {text}")
        faults += sum(len(part.missing) + len(part.invented) for part in parts)
        if chosen.failures:
            for part in parts:
                if part.missing or part.invented:
                    print(part)
    return 1 if faults or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
