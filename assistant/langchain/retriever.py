"""A LangChain retriever over the narrative of the loaded documents, every passage with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant.library import Library
from assistant.search import search_of
from ingest.model import Account, Passage


class PassageRetriever(BaseRetriever):
    """Finds passages for a question.

    A document's `page_content` is the passage's text, its `metadata` says whose it is and where it stands: `document`,
    `whose`, `year`, `kind`, `file`, `sha256`, `heading`, `page`, `quotes` (each sentence with `text`, `page`, `line`
    and `boxes`, as page and x0, top, x1, bottom in PDF points) and `score`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    accounts: tuple[str, ...] = ()
    """Documents to search in, by id; all if empty."""
    count: int = Field(default=5, ge=1, le=50)
    """Passages that are returned at most."""

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        accounts = self.accounts or tuple(account.id for account in self.library.documents())
        found = nearest_passages(self.library, query, accounts, self.count)
        return [_document(self.library.account(passage.account), passage, score) for passage, score in found]


def nearest_passages(
    library: Library, question: str, accounts: Sequence[str], count: int
) -> list[tuple[Passage, float]]:
    """The passages nearest to a question with their scores (higher is nearer), best first."""
    hits = search_of(library).passages(question.replace("\x00", ""), accounts, count)
    return [(hit.passage, hit.score) for hit in hits]


def _document(account: Account, passage: Passage, score: float) -> Document:
    quotes = [
        {
            "text": sentence.text,
            "page": sentence.places[0].page if sentence.places else None,
            "line": sentence.places[0].line if sentence.places else None,
            "boxes": [
                (place.page, (place.box.x0, place.box.top, place.box.x1, place.box.bottom))
                for place in sentence.places
                if place.box
            ],
        }
        for sentence in passage.sentences
    ]
    metadata: dict[str, Any] = {
        "document": account.id,
        "whose": account.department,
        "year": account.year,
        "kind": account.kind,
        "file": account.path,
        "sha256": account.sha256,
        "heading": list(passage.heading),
        "page": next((quote["page"] for quote in quotes if quote["page"]), None),
        "quotes": quotes,
        "score": round(score, 4),
    }
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
