"""An account's passages as they are compared with a question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from assistant.library import AccountView
from assistant.search.bm25 import Bm25
from ingest.model import Passage
from ingest.store import Store


class Entries:
    """The passages of one account with the indexes over them.

    :param store: with the passages' vectors; None compares by characters alone.
    """

    def __init__(self, view: AccountView, store: Store | None) -> None:
        self.view, self._store = view, store
        self.passages = view.passages

    @cached_property
    def _bm25(self) -> Bm25:
        return Bm25([self._text(passage) for passage in self.passages])

    def _text(self, passage: Passage) -> str:
        """What a passage is found by: its last headings and its text; of a table also the names of its rows."""
        rows: Sequence[str] = ()
        if passage.table is not None:
            rows = list(dict.fromkeys(fact.item for fact in self.view.facts if fact.table == passage.table and fact.item))
        return "，".join((*passage.heading[-2:], passage.text, *rows))

    def characters(self, question: str) -> list[float]:
        """BM25 of each passage."""
        return self._bm25.scores(question)

    @cached_property
    def _vectors(self) -> dict[str, Sequence[float]]:
        """Direction of each passage by id, of length 1."""
        return self._store.vectors.of(self.view.account.id) if self._store else {}

    def cosines(self, vector: Sequence[float]) -> list[float]:
        """Cosine with the question's direction, of length 1 too; 0 for a passage that has none."""
        if not vector:
            return [0.0] * len(self.passages)
        import numpy as np

        known = [passage.id for passage in self.passages if passage.id in self._vectors]
        if not known:
            return [0.0] * len(self.passages)
        products = np.array([self._vectors[one] for one in known]) @ np.array(vector)
        found = dict(zip(known, products.tolist(), strict=True))
        return [found.get(passage.id, 0.0) for passage in self.passages]
