"""Outside yardsticks: single abilities, measured on public question sets. Nothing here is accuracy on final accounts.

`retqa.py` finds the right table among thousands whose captions differ by place and period; `imtqa.py` finds the cells
that answer in tables whose headers are not marked. The sets are not part of the project (`eval.conformance.folder`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One number of a yardstick: how many of how many questions, and the share under which it counts as broken."""

    name: str
    right: int
    of: int
    floor: float | None = None
    """None for a number that is only shown (a baseline, a part)."""

    @property
    def share(self) -> float:
        """`right` of `of`, 0 where nothing was asked."""
        return self.right / self.of if self.of else 0.0

    @property
    def holds(self) -> bool:
        """Whether the floor is kept."""
        return self.floor is None or self.share >= self.floor


@dataclass(frozen=True)
class Outcome:
    """What one yardstick gives."""

    name: str
    measures: tuple[Measure, ...]
    milliseconds: float
    """Wall clock per question, without reading the files."""
