"""Passages for a question: the share of its words (by rarity) fused with the encoder's similarity."""

from __future__ import annotations

from typing import Any

from assistant.library import AccountView
from assistant.prose import find_sentences
from ingest.model import Passage, Sentence
from ingest.store import Store

SURE = 0.72
"""Words alone suffice from this share on: the encoder is not asked."""
LEAST = 0.45
"""Least share of the question's words that the best sentence must hold at all."""
LEAST_WITH_VECTORS = 0.3
NEAR = 0.86
"""Least cosine similarity of a passage that is found by the encoder (multilingual-e5 is never far below 0.75)."""


def best_sentence(view: AccountView, question: str, store: Store | None) -> tuple[Passage, Sentence] | None:
    """The sentence that answers a question, None where nothing in the account supports an answer.

    :param store: with the passages' vectors; None searches by words alone.
    """
    ranked = find_sentences(view, question)
    if ranked and ranked[0][0] >= SURE:
        return ranked[0][1], ranked[0][2]
    near = _similar(view, question, store) if store else {}
    best: tuple[float, Passage, Sentence] | None = None
    for share, passage, sentence in ranked:
        close = near.get(passage.id, 0.0)
        supported = share >= LEAST or (share >= LEAST_WITH_VECTORS and close >= NEAR)
        score = share + max(0.0, close - 0.8) * 2
        if supported and (best is None or score > best[0]):
            best = (score, passage, sentence)
    return (best[1], best[2]) if best else None


def _similar(view: AccountView, question: str, store: Store) -> dict[str, float]:
    """Cosine similarity of the nearest passages by id; none where the encoder cannot be loaded."""
    try:
        return dict(store.vectors.nearest(question.replace("\x00", ""), [view.account.id], 8))
    except (ImportError, OSError):
        return {}


def as_retriever(library: Any, account: str, count: int = 5) -> Any:
    """A LangChain retriever over one account's passages, for other chains."""
    return library.store.vectors.chroma.as_retriever(search_kwargs={"k": count, "filter": {"account": account}})
