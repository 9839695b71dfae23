"""Passages for a question: whose and when first, then characters (BM25) and the encoder together.

The accounts in question are chosen before anything is compared, so texts that accounts of one form share are never
rivals; an account's few hundred entries are compared exactly, without an index over all.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.library import Library
from assistant.search.entries import Entries
from ingest.model import Passage

_KEPT = 64
"""Accounts whose entries are kept in memory at a time."""
_FIGURE = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class Hit:
    """A passage that was found; `score` falls from hit to hit and says nothing by itself."""

    passage: Passage
    score: float
    characters: float
    """BM25 over single characters and pairs of neighbours."""
    cosine: float
    """Similarity of the question's and the passage's direction; 0 where the encoder is not there."""


class Search:
    """Finds passages of chosen accounts.

    :param library: what is loaded.
    :param vectors: False searches by characters alone.
    """

    def __init__(self, library: Library, vectors: bool = True) -> None:
        self.library, self._vectors = library, vectors
        self._entries: OrderedDict[str, Entries] = OrderedDict()

    def passages(
        self, question: str, accounts: Sequence[str], count: int = 5, kinds: Collection[str] = ()
    ) -> list[Hit]:
        """The passages that fit best, the best first.

        :param question: without the names of department and year, which chose the accounts.
        :param accounts: ids of the accounts in question.
        :param kinds: only passages of these kinds (section, glossary, duties, units, table); all if empty.
        """
        vector = self.vector(question)
        found: list[tuple[Passage, float, float]] = []
        for account in accounts:
            entries = self.entries(account)
            scored = zip(entries.passages, entries.characters(question), entries.cosines(vector), strict=True)
            found += [one for one in scored if not kinds or one[0].kind in kinds]
        return fused(found)[:count]

    def entries(self, account: str) -> Entries:
        """An account's passages, made ready once."""
        if account not in self._entries:
            store = self.library.store if self._vectors else None
            self._entries[account] = Entries(self.library.view(account), store)
            if len(self._entries) > _KEPT:
                self._entries.popitem(last=False)
        self._entries.move_to_end(account)
        return self._entries[account]

    def vector(self, question: str) -> list[float]:
        """The question's direction; empty where there is no encoder."""
        if not self._vectors:
            return []
        try:
            return list(self.library.store.vectors.encoder.embed_query(_FIGURE.sub("0", question.replace("\x00", ""))))
        except (ImportError, OSError):
            return []

    def cosines(self, question: str, texts: Sequence[str]) -> list[float]:
        """Similarity of each text's and the question's direction; 0 where there is no encoder."""
        vector = self.vector(question)
        if not vector:
            return [0.0] * len(texts)
        directions = self.library.store.vectors.encoder.embed_documents(list(texts))
        return [sum(one * other for one, other in zip(vector, direction, strict=True)) for direction in directions]


def fused(found: Sequence[tuple[Passage, float, float]]) -> list[Hit]:
    """Passages with their two scores, each spread over 0 … 1 and added, the best first."""
    by_characters = spread([characters for _, characters, _ in found])
    by_cosine = spread([cosine for _, _, cosine in found])
    hits = [
        Hit(passage, one + other, characters, cosine)
        for (passage, characters, cosine), one, other in zip(found, by_characters, by_cosine, strict=True)
    ]
    return sorted(hits, key=lambda hit: -hit.score)


def spread(scores: Sequence[float]) -> list[float]:
    """The scores moved to 0 … 1, the least and the highest."""
    least, most = min(scores, default=0.0), max(scores, default=0.0)
    return [(score - least) / ((most - least) or 1.0) for score in scores]


def search_of(library: Library) -> Search:
    """The library's search, made once."""
    found: Search = library.__dict__.setdefault("_search", Search(library))
    return found


__all__ = ["Entries", "Hit", "Search", "fused", "search_of", "spread"]
