"""Files and folders into the store, one by one; a file that fails is reported and harms nothing."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.files import content, is_archive, members
from ingest.readers import SUFFIXES, Unreadable
from ingest.store import Store
from ingest.workers import Read, read_files

_OTHER = "不像部门决算或预算，按一般文件收录：只能按标题查找原文，不参与数字问答"


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    path: str
    status: str
    """added, skipped or failed."""
    reason: str | None = None
    """Why it was skipped or failed, or what is to be known of one that was added, in a sentence."""
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
    """The files named, and in folders those whose format is known by their name, in name order.

    An archive gives its members (`a.zip!/inner.pdf`); one that cannot be opened stands for itself. Hidden files and
    the lock files of office programs (~$a.docx) are left out.
    """
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
            for file in files:
                if not file.name.startswith((".", "~$")):
                    yield from _opened(file)
        else:
            yield from _opened(path)


def _opened(path: Path) -> list[Path]:
    if not is_archive(path):
        return [path]
    try:
        return members(path)
    except Unreadable:  # told when it is read
        return [path]


def ingest(paths: Iterable[Path], store: Store, workers: int = 1) -> Iterator[Outcome]:
    """Read each file into the store and say what became of it, in the order of the files.

    :param workers: processes that read at a time; this process alone writes.
    """
    files = list(files_in(paths))
    due: deque[Outcome | None] = deque()  # of each file met so far: its outcome, or None while it is being read

    def new_files() -> Iterator[Path]:
        for path in files:
            due.append(needless(path, store))
            if due[-1] is None:
                yield path

    for read in read_files(new_files(), min(workers, len(files))):
        while (outcome := due.popleft()) is not None:
            yield outcome
        yield stored(read, store)
    yield from (outcome for outcome in due if outcome)


def needless(path: Path, store: Store) -> Outcome | None:
    """The outcome of a file that need not be read: it is not there, or its content is stored already."""
    try:
        sha256 = hashlib.sha256(content(path)).hexdigest()
    except Unreadable as error:
        return Outcome(str(path), "failed", str(error), seconds=0.0)
    except FileNotFoundError:
        return Outcome(str(path), "failed", "没有这个文件；请检查路径。", seconds=0.0)
    except OSError as error:
        reason = f"打不开文件（{error.strerror or error}）；请检查路径和权限。"
        return Outcome(str(path), "failed", reason, seconds=0.0)
    return _skipped(path, sha256, store)


def _skipped(path: Path, sha256: str, store: Store) -> Outcome | None:
    known = store.facts.account_with(sha256)
    if known is None:
        return None
    return Outcome(str(path), "skipped", "同样内容的文件已在资料库中", known.id, known.pages, seconds=0.0)


def stored(read: Read, store: Store) -> Outcome:
    """Write what was read into the store, which is open for writing, and say what became of it."""
    reading = read.reading
    if reading is None:
        return Outcome(str(read.path), "failed", read.reason, seconds=round(read.seconds, 3))
    if skipped := _skipped(read.path, reading.account.sha256, store):  # a copy of a file that came just before
        return skipped
    started = time.perf_counter()
    store.add(reading)
    account = reading.account
    note = None if account.is_account or account.is_budget else _OTHER
    return Outcome(
        str(read.path),
        "added",
        note,
        reading.account.id,
        reading.account.pages,
        len(reading.tables),
        len(reading.facts),
        len(reading.passages),
        round(read.seconds + time.perf_counter() - started, 3),
    )
