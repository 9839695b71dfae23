"""Readings that several tests ask about, made once in a run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ingest import read_account
from ingest.model import Reading


@cache
def read(path: Path) -> Reading:
    """The reading of a file."""
    return read_account(path)
