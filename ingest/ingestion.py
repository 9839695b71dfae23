"""Files and folders into the store, one by one; a file that fails is reported and harms nothing."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.readers import READERS, Unreadable
from ingest.reading import read_account
from ingest.store import Store


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    path: str
    status: str
    """added, skipped or failed."""
    reason: str | None = None
    """Why it was skipped or failed, in a sentence."""
    document: str | None = None
    pages: int | None = None
    tables: int | None = None
    facts: int | None = None
    passages: int | None = None
    seconds: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON form."""
        return asdict(self)


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and in folders those whose format can be read, in name order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.suffix.lower() in READERS and not file.name.startswith(".")
            )
        else:
            yield path


def ingest(paths: Iterable[Path], store: Store) -> Iterator[Outcome]:
    """Read each file into the store and say what became of it."""
    for path in files_in(paths):
        started = time.perf_counter()
        outcome = _ingest_file(path, store)
        seconds = round(time.perf_counter() - started, 3)
        yield Outcome(**{**asdict(outcome), "seconds": seconds})


def _ingest_file(path: Path, store: Store) -> Outcome:
    try:
        if not path.exists():
            raise Unreadable("missing", "没有这个文件；请检查路径。")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        known = next((account for account in store.accounts() if account.sha256 == sha256), None)
        if known:
            return Outcome(str(path), "skipped", "同样内容的文件已在资料库中", known.id, known.pages)
        reading = read_account(path)
    except Unreadable as error:
        return Outcome(str(path), "failed", f"{error}")
    except OSError as error:
        return Outcome(str(path), "failed", f"打不开文件（{error.strerror or error}）；请检查路径和权限。")
    except Exception as error:  # a reader must never take the others down
        return Outcome(
            str(path), "failed", f"读取时出错（{type(error).__name__}: {error}）；文件可能已损坏，其余文件不受影响。"
        )
    store.add(reading)
    return Outcome(
        str(path),
        "added",
        None,
        reading.account.id,
        reading.account.pages,
        len(reading.tables),
        len(reading.facts),
        len(reading.passages),
    )
