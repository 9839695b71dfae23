"""`python -m eval.scans [FILES…]`: born-digital accounts scanned, read back and compared cell by cell.

A figure is right where the cell of the same table, page, row and column has the same value (blank where it is blank).
What matters most is the number of figures that are wrong and not marked as doubtful.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from eval.rasterised import CLEAN, OFFICE, Scanner, rasterise
from eval.suite import SAMPLES, real_accounts
from ingest import read_account
from ingest.model import Fact, Reading

Key = tuple[int | None, str, str, str, tuple[str, ...], int]
"""Page, kind of table, side, code or (without one) number of the row, column, and the how many-th of these."""


@dataclass
class Score:
    """How a scanned account reads against the same one with text."""

    figures: int = 0
    """Cells with a figure, and blank ones that were read as one."""
    right: int = 0
    doubted: int = 0
    """Wrong ones that are marked as doubtful."""
    trusted: int = 0
    """Wrong ones that are not."""
    needless: int = 0
    """Right ones that are marked as doubtful."""
    labels: int = 0
    labels_right: int = 0
    pages: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def line(self) -> str:
        """The score in one line."""
        return (
            f"figures right {self.right}/{self.figures} ({100 * self.right / max(self.figures, 1):.2f} %), "
            f"wrong but doubted {self.doubted}, wrong and trusted {self.trusted}, right but doubted {self.needless}; "
            f"labels right {self.labels_right}/{self.labels}; {self.seconds / max(self.pages, 1):.2f} s a page"
        )


def score(printed: Reading, scanned: Reading) -> Score:
    """The scanned reading against the one with text, over all tables with a figure."""
    found = dict(zip(_keys(scanned), scanned.facts, strict=True))
    result = Score(pages=scanned.account.pages or 0)
    for key, fact in zip(_keys(printed), printed.facts, strict=True):
        other = found.pop(key, None)
        result.labels += 1
        result.labels_right += other is not None and (other.label, other.column) == (fact.label, fact.column)
        if other is None or (other.label, other.column) != (fact.label, fact.column):
            result.faults.append(f"label p{fact.place.page} {key}: {fact.label} {fact.column} → {other and other.label}")
        _compare(result, fact, other)
    for key, fact in found.items():
        if fact.text:
            result.figures += 1
            result.doubted, result.trusted = result.doubted + bool(fact.doubt), result.trusted + (not fact.doubt)
            result.faults.append(f"extra p{fact.place.page} {key}: {fact.text}")
    return result


def _compare(result: Score, fact: Fact, other: Fact | None) -> None:
    same = other is not None and (other.value, bool(other.text)) == (fact.value, bool(fact.text))
    if same and not fact.text:
        return
    result.figures += 1
    result.right += same
    result.needless += bool(same and other and other.doubt)
    if not same:
        doubted = bool(other and other.doubt)
        result.doubted, result.trusted = result.doubted + doubted, result.trusted + (not doubted)
        read = f"{other.text!r} {other.doubt}" if other else "nothing"
        result.faults.append(f"figure p{fact.place.page} {fact.label}/{''.join(fact.column)}: {fact.text!r} → {read}")


def _keys(reading: Reading) -> list[Key]:
    """One key a fact: rows are told apart by their code, else by their order on their side."""
    seen: Counter[tuple[object, ...]] = Counter()
    keys: list[Key] = []
    columns = {table.number: table.columns for table in reading.tables}
    for fact in reading.facts:
        row = fact.code or ""
        column = (str(columns[fact.table].index(fact.column)),)
        stem = (fact.place.page, fact.kind or "", fact.side, row, column)
        seen[stem] += 1
        keys.append((*stem, seen[stem]))
    return keys


def measure(path: Path, scanner: Scanner, folder: Path) -> Score:
    """Scan an account, read it back, compare."""
    target = folder / path.name
    rasterise(path, target, scanner)
    printed = read_account(path)
    started = time.perf_counter()
    scanned = read_account(target)
    seconds = time.perf_counter() - started
    result = score(printed, scanned)
    result.seconds = seconds
    return result


def main() -> int:
    """Print the scores; 1 if a wrong figure is trusted or fewer than 99.5 % are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="born-digital PDFs; without any, samples and real accounts")
    parser.add_argument("--office", action="store_true", help="1° skew, grey paper, noise, instead of a clean scan")
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--faults", action="store_true", help="print every cell that differs")
    arguments = parser.parse_args()
    files = arguments.files or [
        *(path for path in real_accounts() if path.suffix == ".pdf"),
        *sorted(SAMPLES.glob("*.pdf"))[:2],
    ]
    scanner = OFFICE if arguments.office else CLEAN
    scanner = Scanner(**{**vars(scanner), "dpi": arguments.dpi})
    whole = Score()
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            one = measure(path, scanner, Path(folder))
            whole = whole + one
            print(f"{path.name}: {one.line()}", flush=True)
            if arguments.faults:
                print(*(f"  {fault}" for fault in one.faults), sep="\n", flush=True)
    print(f"all: {whole.line()}")
    return int(bool(whole.trusted) or whole.right < 0.995 * whole.figures)


if __name__ == "__main__":
    sys.exit(main())
