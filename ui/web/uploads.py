"""Documents that come in by the page: kept in the store's folder, read one by one in a process of their own, with
what became of each; and documents that go."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, TypeVar

from assistant import Assistant
from assistant.checks import keep_errors
from ingest import Outcome, Store, StoreError
from ingest.files import on_disk
from ingest.ingestion import files_in, needless, stored
from ingest.workers import Read, read_apart

_FOLDER = "files"
_PATIENCE = 15.0
"""Seconds for which another program may hold the store before an upload fails."""
_REMEMBERED = 200
_T = TypeVar("_T")

State = Literal["waiting", "reading", "storing", "added", "skipped", "failed"]


@dataclass(frozen=True)
class Upload:
    """One file on its way into the store."""

    number: int
    name: str
    state: State = "waiting"
    done: int = 0
    pages: int = 0
    told: str = ""
    """Why it was skipped or failed, or what is to be known of one that was added."""
    document: str = ""

    @property
    def is_over(self) -> bool:
        """True where nothing more will become of it."""
        return self.state in ("added", "skipped", "failed")


class Uploads:
    """Takes files and removes documents; one thread does it, in order.

    :param assistant: over the store that is written.
    """

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._found: dict[int, Upload] = {}
        self._due: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._worker: threading.Thread | None = None
        self._lock = threading.Lock()
        self._last = 0

    @property
    def folder(self) -> Path:
        """Where uploaded files are kept."""
        return self.assistant.store.folder / _FOLDER

    def take(self, files: Sequence[tuple[Path, str]], instead_of: str = "") -> list[int]:
        """Take files; returns their numbers.

        :param files: each with the name that its owner gave it; they are copied.
        :param instead_of: id of a document that is removed when the first of them has been read in.
        """
        numbers = []
        for path, name in files:
            with self._lock:
                self._last += 1
                number = self._last
                self._found[number] = Upload(number, Path(name).name)
                for old in [n for n, one in self._found.items() if one.is_over][:-_REMEMBERED]:
                    del self._found[old]
            kept = self._kept(path, Path(name).name)
            self._do(partial(self._read, number, kept, instead_of))
            instead_of = ""
            numbers.append(number)
        return numbers

    def states(self, numbers: Sequence[int]) -> list[Upload]:
        """How far files have come."""
        return [self._found[number] for number in numbers if number in self._found]

    def remove(self, document: str) -> None:
        """Take a document out of the store; its file too, if it came by the page.

        :raises ingest.StoreError: if it is not there, or another program holds the store.
        """
        account = next((one for one in self.assistant.library.documents() if one.id == document), None)
        if account is None:
            raise StoreError("资料库里没有这份文件；它可能已被移除。")

        def removed(store: Store) -> None:
            store.remove(document)
            keep_errors(store)

        self._written(removed)
        own = on_disk(Path(account.path))
        if self.folder.resolve() in own.resolve().parents and not self._is_used(own):
            shutil.rmtree(own.parent, ignore_errors=True)

    def _is_used(self, file: Path) -> bool:
        return any(on_disk(Path(one.path)) == file for one in self.assistant.library.documents())

    def _kept(self, path: Path, name: str) -> Path:
        """A copy of the file in a folder of its own, under the name that it has."""
        folder = self.folder / f"{time.time_ns():x}"
        folder.mkdir(parents=True)
        return Path(shutil.copy(path, folder / name))

    def _do(self, task: Callable[[], None]) -> None:
        self._due.put(task)
        with self._lock:
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, name="uploads", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        while True:
            self._due.get()()

    def _read(self, number: int, path: Path, instead_of: str) -> None:
        try:
            outcomes = [self._read_one(number, file) for file in files_in([path])]
        except Exception as error:  # one file must not end the thread
            outcomes = [Outcome(str(path), "failed", f"读入时出错（{type(error).__name__}: {error}）。")]
        added = [one for one in outcomes if one.status == "added"]
        if not added:
            shutil.rmtree(path.parent, ignore_errors=True)
        worst = next((one for one in outcomes if one.status != "added"), None)
        summary = outcomes[0] if len(outcomes) == 1 else Outcome(
            str(path), "added" if added else "failed", f"压缩包里 {len(outcomes)} 个文件，读入 {len(added)} 个" + (f"；未读入的：{Path(worst.path).name}：{worst.reason}" if worst else ""),
            added[0].document if added else None,
        )  # fmt: skip
        told = summary.reason or ""
        if instead_of and added and instead_of != added[0].document:
            try:
                self.remove(instead_of)
            except StoreError as error:
                told = f"{told} 原来的文件没能移除：{error}".strip()
        self._say(number, state=summary.status, told=told, document=summary.document or "")

    def _read_one(self, number: int, file: Path) -> Outcome:
        known = needless(file, self.assistant.store)
        if known is not None:
            return known
        self._say(number, state="reading")
        read = read_apart(file, lambda done, pages: self._say(number, done=done, pages=pages))
        if read.reading is None:
            return Outcome(str(file), "failed", read.reason)
        self._say(number, state="storing")

        def written(store: Store, read: Read = read) -> Outcome:
            outcome = stored(read, store)
            keep_errors(store)
            return outcome

        return self._written(written)

    def _written(self, write: Callable[[Store], _T]) -> _T:
        """Do something with the store open for writing; wait a while if another program holds it."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                with self.assistant.writing() as store:
                    return write(store)
            except StoreError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.3)

    def _say(self, number: int, **changes: object) -> None:
        with self._lock:
            if number in self._found:
                self._found[number] = replace(self._found[number], **changes)  # type: ignore[arg-type]
