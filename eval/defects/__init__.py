"""Defects that can be planted in an account as it was read, one at a time, at every place where they can occur."""

from __future__ import annotations

from eval.defects.cells import CELLS
from eval.defects.defect import Defect, Planter
from eval.defects.sentences import SENTENCES

PLANTERS: tuple[Planter, ...] = (*CELLS, *SENTENCES)
"""Every kind of defect."""

__all__ = ["PLANTERS", "Defect", "Planter"]
