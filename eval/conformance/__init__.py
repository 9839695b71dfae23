"""The calculator against public sets of programs: a gate, not a score. Nothing here is accuracy on final accounts.

`finqa.py` runs FinQA's programs over their tables, `tatqa.py` TAT-QA's derivations with their scales. The sets are not
part of the project: `JUESUAN_BENCHMARKS`, else `../shared/benchmarks` beside it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """One item: what the set says, and what the calculator says."""

    id: str
    program: str
    gold: str
    got: str
    agrees: bool
    excused: str = ""
    """Why the item's gold is taken to be wrong (`exceptions.csv`)."""


def folder() -> Path:
    """Where the public sets are looked for; it need not exist."""
    named = os.environ.get("JUESUAN_BENCHMARKS")
    return Path(named) if named else HERE.parent.parent.parent / "shared" / "benchmarks"
