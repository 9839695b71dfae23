"""`python -m eval.province --accounts 3600 --out DIR`: a store of a whole province's generated accounts.

Each account is written and read like any other; only the passages' vectors are left out. The departments are the
offices of provinces, cities and districts that exist by name, so that most short names (财政局) are shared by many.
Every tenth department has two earlier years as well. The same numbers give the same store.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from multiprocessing import cpu_count
from pathlib import Path

from eval.accounts import Told, as_text, form_of, make
from eval.accounts.offices import OFFICES
from eval.suite import kept
from ingest import catalogue
from ingest.store import FactStore
from ingest.workers import Read, read_file, read_files

YEAR = 2024
"""The year of which every department has an account."""
_EARLIER = (2023, 2022)
_BATCH = 100
"""Accounts written in one transaction."""
_PROVINCES = ("32", "33", "44", "51", "31")
"""Codes of the provinces whose places are taken, in this order."""


@dataclass(frozen=True)
class Office:
    """One account to be made."""

    department: str
    year: int
    seed: int


def offices(count: int) -> Iterator[Office]:
    """So many accounts; the departments' places are mixed, their order is always the same."""
    rng = random.Random(count)
    places = [_place(division) for division in catalogue.divisions().values() if division.code[:2] in _PROVINCES]
    names = [f"{place}{office}" for place in places for office in OFFICES]
    rng.shuffle(names)
    made = 0
    for number, name in enumerate(names):
        for year in (YEAR, *(_EARLIER if number % 10 == 0 else ())):
            if made == count:
                return
            yield Office(name, year, made)
            made += 1
    raise ValueError(f"There are names for {made} accounts, {count} were asked for.")


def _place(division: catalogue.Division) -> str:
    """The place as names of departments begin: 广东省, 清远市, 清远市清城区."""
    above = catalogue.divisions().get(division.parent)
    inside = above is not None and (bool(above.parent) or above.name.endswith("市"))
    return f"{above.name}{division.name}" if above and inside else division.name


def write(office: Office, path: Path) -> list[Told]:
    """Write the account as text; returns the truth about its cells."""
    form = replace(form_of(random.Random(office.seed)), kind="单位" if office.seed % 10 == 7 else "部门")
    return as_text(make(office.seed, form, office.department, office.year), path)


def write_and_read(path: Path) -> Read:
    """Make the account that the file's name tells, write it, read it, and take the file away."""
    department, year, seed = path.stem.split("-")
    write(Office(department, int(year), int(seed)), path)
    read = read_file(path)
    path.unlink()
    return read


@dataclass(frozen=True)
class Question:
    """A question with the figure that the account was made with."""

    text: str
    value: Decimal
    unit: str | None


def questions(count: int, accounts: int, seed: int = 0) -> list[Question]:
    """Questions about figures of random accounts, each about another account: items by function, 三公, totals."""
    rng, found = random.Random(seed), []
    with tempfile.TemporaryDirectory() as scratch:
        for office in rng.sample(list(offices(accounts)), count):
            truth = write(office, Path(scratch) / "account.txt")
            cells = [(name, told) for told in truth if told.value is not None for name in [_asked(told, truth)] if name]
            name, told = rng.choice(cells)
            assert told.value is not None
            found.append(Question(f"{office.department}{office.year}年{name}是多少？", told.value, told.unit))
    return found


def _asked(told: Told, truth: Sequence[Told]) -> str:
    """What a question calls a cell; empty for cells that are not asked for, or whose name another row has too."""
    if told.kind == "T3" and told.measure == "本年支出合计":
        same = [other for other in truth if (other.kind, other.measure) == (told.kind, told.measure)]
        if not told.code:
            return "支出合计"
        return told.item if sum(other.item == told.item for other in same) == 1 else ""
    if told.kind == "T7" and told.measure == "决算数" and told.item in ("公务接待费", "因公出国（境）费"):
        return told.item + "决算数"
    return (
        "本年收入合计" if (told.kind, told.measure, told.code, told.item) == ("T2", "本年收入合计", "", "合计") else ""
    )


def build(folder: Path, count: int) -> None:
    """Fill a store's folder with so many accounts.

    :raises RuntimeError: if one is not read as the account that was made.
    """
    store = FactStore(folder / "facts.duckdb", write=True)
    with tempfile.TemporaryDirectory() as scratch:
        wanted = list(offices(count))
        paths = [Path(scratch) / f"{office.department}-{office.year}-{office.seed}.txt" for office in wanted]
        waiting = []
        for office, read in zip(wanted, read_files(paths, min(4, cpu_count()), write_and_read), strict=True):
            if read.reading is None:
                raise RuntimeError(f"{read.path.name}: {read.reason}")
            account = read.reading.account
            if (account.department, account.year) != (office.department, office.year):
                raise RuntimeError(f"{read.path.name} was read as {account.department} {account.year}.")
            waiting.append(read.reading)
            if len(waiting) == _BATCH:
                store.add(*waiting)
                waiting.clear()
        store.add(*waiting)
    store.close()


def province(count: int) -> Path:
    """The store of so many accounts, kept between runs as long as what makes and reads them does not change."""
    here = Path(__file__).parent
    made_by = [Path(__file__), *sorted((here / "accounts").glob("*.py")), *sorted((here / "samples").glob("*.*"))]
    return kept(f"province-{count}", made_by, lambda folder: build(folder, count))


def main() -> int:
    """Build the store and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=3600)
    parser.add_argument("--out", type=Path, help="an empty folder for the store; else it is kept in the cache folder")
    arguments = parser.parse_args()
    started = time.perf_counter()
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        if os.listdir(arguments.out):
            parser.error(f"{arguments.out} is not empty; name a new folder.")
        build(arguments.out, arguments.accounts)
    folder = arguments.out or province(arguments.accounts)
    store = FactStore(folder / "facts.duckdb")
    counts = store.counts()
    facts = sum(count["facts"] for count in counts.values())
    departments = len({account.department for account in store.accounts()})
    store.close()
    seconds = time.perf_counter() - started
    print(f"{folder}: {len(counts)} accounts of {departments} departments, {facts} facts, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
