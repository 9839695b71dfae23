"""Passage vectors in Chroma, by LangChain's wrapper, with an encoder of our own (Chroma's default downloads one)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.model import Passage

_COLLECTION = "passages"
_FIGURE = re.compile(r"\d[\d,.]*")


class VectorStore:
    """The Chroma folder of a store. Chroma and the encoder are loaded at the first use.

    :param path: folder; one process at a time may write it.
    :param encoder: a LangChain `Embeddings`; the bundled Chinese encoder if None.
    """

    def __init__(self, path: Path, encoder: Any = None) -> None:
        self._path = path
        self._encoder = encoder
        self._opened: Any = None

    @property
    def encoder(self) -> Any:
        """What embeds passages and questions.

        :raises ImportError, OSError: if it cannot be loaded.
        """
        if self._encoder is None:
            from ingest.encoder import Encoder

            self._encoder = Encoder()
        return self._encoder

    @property
    def chroma(self) -> Any:
        """The LangChain vector store."""
        if self._opened is None:
            import chromadb
            from chromadb.config import Settings
            from langchain_chroma import Chroma

            client = chromadb.PersistentClient(str(self._path), settings=Settings(anonymized_telemetry=False))
            self._opened = Chroma(
                collection_name=_COLLECTION,
                embedding_function=self.encoder,
                client=client,
                collection_configuration={"hnsw": {"space": "cosine"}},
            )
        return self._opened

    def add(self, passages: Sequence[Passage], department: str = "") -> None:
        """Embed and write the passages of one account.

        :param department: whose account it is; its name is left out of what is embedded.
        """
        if passages:
            self.chroma.add_texts(
                [embedded_text(passage, department) for passage in passages],
                metadatas=[{"account": passage.account, "kind": passage.kind} for passage in passages],
                ids=[passage.id for passage in passages],
            )

    def remove(self, account: str) -> None:
        """Delete an account's vectors; nothing happens if it has none."""
        found = self.chroma.get(where={"account": account}, include=[])["ids"]
        if found:
            self.chroma.delete(ids=found)

    def count(self, account: str) -> int:
        """Number of vectors of an account."""
        return len(self.chroma.get(where={"account": account}, include=[])["ids"])

    def of(self, account: str) -> dict[str, Sequence[float]]:
        """The vectors of an account's passages by id."""
        found = self.chroma.get(where={"account": account}, include=["embeddings"])
        return dict(zip(found["ids"], found["embeddings"], strict=True))

    def nearest(self, question: str, accounts: Sequence[str], count: int) -> list[tuple[str, float]]:
        """Passage ids with their cosine similarity (1 is the same direction), best first."""
        if not accounts:
            return []
        found = self.chroma.similarity_search_with_score(question, k=count, filter={"account": {"$in": list(accounts)}})
        return [(document.id, 1 - distance) for document, distance in found]


def embedded_text(passage: Passage, department: str = "") -> str:
    """What is embedded for a passage: its last heading and its first 300 characters, without figures and names.

    A search is always inside chosen accounts, so who, when and how much tell nothing apart; and texts that accounts
    of one form share become equal and are embedded once.
    """
    heading = passage.heading[-1] if passage.heading else ""
    text = f"{heading} {passage.text}"
    if department:
        text = text.replace(department, "本部门")
    return _FIGURE.sub("0", text)[:300].strip()
