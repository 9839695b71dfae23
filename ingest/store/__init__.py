"""The store: a folder with the figures (DuckDB) and the passages' vectors (Chroma).

An account counts as stored when its row is in DuckDB, which is written last and in one transaction. What a kill
left in Chroma without it is named in a journal and is taken out at the next opening for writing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.model import Account, Reading
from ingest.store.cells import CellPlace, StoredCell
from ingest.store.facts import FactStore, StoreError
from ingest.store.kept import Kept
from ingest.store.packed import Cells
from ingest.store.vectors import VectorStore

__all__ = [
    "CellPlace",
    "Cells",
    "FactStore",
    "Kept",
    "Store",
    "StoreError",
    "StoredCell",
    "VectorStore",
    "default_store",
]


def default_store() -> Path:
    """`JUESUAN_STORE`, else the user's data folder."""
    if named := os.environ.get("JUESUAN_STORE"):
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME") or (os.environ.get("APPDATA") if os.name == "nt" else None)
    return Path(base) / "juesuan" if base else Path.home() / ".local" / "share" / "juesuan"


class Store:
    """Both stores of a folder.

    :param folder: the store's folder; made if `write`.
    :param encoder: LangChain `Embeddings` for passages and questions; the bundled encoder if None.
    :raises StoreError: if the folder is no store, or another process writes it.
    """

    def __init__(self, folder: Path | str, write: bool = False, encoder: Any = None) -> None:
        self.folder = Path(folder)
        if write:
            self.folder.mkdir(parents=True, exist_ok=True)
        self.facts = FactStore(self.folder / "facts.duckdb", write)
        self.vectors = VectorStore(self.folder / "passages", encoder)
        self._journal = self.folder / "journal"
        if write:
            self._journal.mkdir(exist_ok=True)
            self._recover()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the files."""
        self.facts.close()

    def accounts(self) -> list[Account]:
        """What is loaded, by department and year."""
        return self.facts.accounts()

    def has(self, sha256: str) -> bool:
        """True if a file with this content is stored."""
        return self.facts.account_with(sha256) is not None

    def add(self, reading: Reading) -> None:
        """Store an account in both stores, or in neither."""
        with self._journalled(reading.account.id):
            self.vectors.add(reading.passages, reading.account.department)
            self.facts.add(reading)

    def remove(self, account: str) -> None:
        """Take an account out of both stores.

        :raises StoreError: if it is not there.
        """
        if not self.facts.has(account):
            raise StoreError(f"资料库里没有 {account}；juesuan documents 会列出已有的文件。")
        with self._journalled(account):
            self.facts.remove(account)
            self.vectors.remove(account)

    @contextmanager
    def _journalled(self, account: str) -> Iterator[None]:
        entry = self._journal / hashlib.sha256(account.encode()).hexdigest()[:16]
        entry.write_text(account, "utf-8")
        try:
            yield
        except BaseException:
            self._recover()
            raise
        entry.unlink()

    def _recover(self) -> None:
        """Take out of Chroma what has no account in DuckDB: writing or removing it was cut short."""
        for entry in self._journal.iterdir():
            account = entry.read_text("utf-8")
            if account and not self.facts.has(account):
                self.vectors.remove(account)
            entry.unlink()
