"""Addresses: every answer, document, table and cell has one; sent to somebody, it opens the page at the same evidence.

An answer's address holds its question and the earlier ones of its conversation, from which it is computed again, and
the hashes of the documents that it rested on (`with`), so that the page can say that one has been replaced since. A
place in a document is named by the document's hash and by `at`: a table (`t3`), a cell (`t3r5c2`: row and column count
from 0), a passage (`p12`), a sentence of it (`p12s3`) or several (`p12s3-7`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from assistant import Answer, Citation
from assistant.citing import Citations
from assistant.library import AccountView, Library
from ingest.model import Account, Fact, Passage, Place, Sentence

_AT = re.compile(
    r"t(?P<table>\d{1,6})(?:r(?P<row>\d{1,6})c(?P<column>\d{1,6}))?|p(?P<passage>\d{1,6})(?:s(?P<sentence>\d{1,6})(?:-(?P<last>\d{1,6}))?)?"
)
_HASH = re.compile(r"[0-9a-f]{8,64}")
_SHOWN = 16
"""Characters of a hash in an address."""
_LONGEST = 4_000
"""Characters of a question and its conversation that an address may hold."""


class AddressError(ValueError):
    """An address names nothing that is here; the text says what was expected, for a person."""


@dataclass(frozen=True)
class Address:
    """What an address says. Without a question and a document it is the page itself."""

    question: str = ""
    after: tuple[str, ...] = ()
    """Earlier questions of the conversation, the oldest first."""
    hashes: tuple[str, ...] = ()
    """Hashes (shortened) of the documents that the answer rested on when the address was made."""
    cite: int | None = None
    """Number of a citation of the answer or of the finding."""
    document: str = ""
    """Hash (shortened) of a document."""
    at: str = ""
    finding: str = ""
    """Id of a finding."""

    @property
    def query(self) -> str:
        """The address after the page's own, beginning with the question mark."""
        parts = {
            "q": self.question,
            "after": "\n".join(self.after),
            "with": ".".join(self.hashes),
            "document": self.document,
            "at": self.at,
            "finding": self.finding,
            "cite": str(self.cite or ""),
        }
        return "?" + urlencode({name: value for name, value in parts.items() if value}, errors="replace")

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Address:
        """The address that a request's parameters say.

        :raises AddressError: if they are none.
        """
        get = parameters.get
        question, after = (get("q") or "").strip(), (get("after") or "")
        if len(question) + len(after) > _LONGEST:
            raise AddressError(f"地址里的问题太长（最多 {_LONGEST} 个字）。")
        cite, at, document = get("cite") or "", get("at") or "", get("document") or ""
        if (cite and not re.fullmatch(r"\d{1,4}", cite)) or (at and not _AT.fullmatch(at)):
            raise AddressError("地址不完整或有改动：出处的编号认不出来。请重新复制整个地址。")
        if document and not _HASH.fullmatch(document):
            raise AddressError("地址不完整或有改动：文件的编号认不出来。请重新复制整个地址。")
        return cls(
            question,
            tuple(turn for turn in after.split("\n") if turn.strip()),
            tuple(part for part in (get("with") or "").split(".") if _HASH.fullmatch(part)),
            int(cite) if cite else None,
            document,
            at,
            get("finding") or "",
        )

    def citing(self, number: int | None) -> Address:
        """The same with another citation."""
        return replace(self, cite=number)


def of_answer(question: str, after: Sequence[str], answer: Answer) -> Address:
    """The address of an answer."""
    hashes = dict.fromkeys(citation.sha256[:_SHOWN] for citation in answer.citations)
    return Address(question, tuple(after), tuple(hashes))


def of_document(account: Account, at: str = "") -> Address:
    """The address of a document, or of a place in it."""
    return Address(document=account.sha256[:_SHOWN], at=at)


def of_fact(view: AccountView, fact: Fact) -> Address:
    """The address of a cell."""
    column = view.tables[fact.table].columns.index(fact.column)
    return of_document(view.account, f"t{fact.table}r{fact.row}c{column}")


def of_citation(library: Library, citation: Citation) -> Address:
    """The address of what a citation cites; that of its document where it is neither a cell nor in a passage."""
    view = library.view(citation.document)
    if citation.table is not None or citation.column is not None:
        fact = cited_fact(view, citation)
        return of_fact(view, fact) if fact else of_document(view.account)
    quoted = quoted_in(view, citation.quote or "")
    if quoted is None:
        return of_document(view.account)
    passage, first, last = quoted
    return of_document(view.account, f"p{passage_number(passage.id)}s{first}" + (f"-{last}" if last > first else ""))


def quoted_in(view: AccountView, quote: str) -> tuple[Passage, int, int] | None:
    """The passage that a quotation stands in, and the first and last of its sentences; None if it stands in none."""
    for passage in view.passages:
        if run := _run_of([sentence.text for sentence in passage.sentences], quote):
            return passage, *run
    return None


def _run_of(texts: Sequence[str], quote: str) -> tuple[int, int] | None:
    """First and last of the sentences that make up a quotation; None if they do not."""
    for first, text in enumerate(texts):
        if not text or not quote.startswith(text):
            continue
        joined = ""
        for last in range(first, len(texts)):
            joined += texts[last]
            if joined == quote:
                return first, last
            if not quote.startswith(joined):
                break
    return None


def account_of(library: Library, document: str) -> Account:
    """The document of an address, a replaced one too.

    :raises AddressError: if it is not loaded.
    """
    found = [account for account in library.documents() if account.sha256.startswith(document)] if document else []
    if len(found) != 1:
        raise AddressError(f"资料库里没有这份文件（SHA-256 开头为 {document}）；它可能已被移除。")
    return found[0]


def citation_at(library: Library, address: Address) -> Citation | None:
    """The citation of the cell or sentence that an address names; None where it names a whole document or table.

    :raises AddressError: if there is no such place.
    """
    account = account_of(library, address.document)
    found = _AT.fullmatch(address.at)
    if found is None or (found["row"] is None and found["sentence"] is None):
        return None
    view, made = library.view(account.id), Citations()
    if found["row"] is not None:
        table = view.tables.get(int(found["table"]))
        columns = table.columns if table else ()
        column = columns[int(found["column"])] if int(found["column"]) < len(columns) else ()
        fact = view.cell(int(found["table"]), int(found["row"]), column)
        if fact is None:
            raise AddressError("这份文件里没有地址所指的这一格。")
        made.fact(view, fact)
    else:
        wanted = [one for one in view.passages if passage_number(one.id) == int(found["passage"])]
        sentences: Sequence[Sentence] = wanted[0].sentences if wanted else ()
        meant = sentences[int(found["sentence"]) : int(found["last"] or found["sentence"]) + 1]
        if not meant:
            raise AddressError("这份文件里没有地址所指的这句话。")
        places = tuple(place for sentence in meant for place in sentence.places)
        made.sentence(view, Sentence("".join(sentence.text for sentence in meant), places))
    return made.all()[0]


def cited_fact(view: AccountView, citation: Citation) -> Fact | None:
    """The cell that a citation cites; its place tells apart rows of the same name."""
    titled = {table.number for table in view.tables.values() if table.title == citation.table}
    return next((fact for fact in view.facts if fact.table in titled and _is_cited(fact, citation)), None)


def passage_number(identifier: str) -> int:
    """Number of a passage in its document."""
    return int(identifier.rpartition("#")[2])


def _is_cited(fact: Fact, citation: Citation) -> bool:
    place: Place = fact.place
    return (
        fact.label == (citation.row or "")
        and "/".join(fact.column) == citation.column
        and fact.text == citation.text
        and (place.page, place.line, place.cell) == (citation.page, citation.line, citation.cell)
        and (place.box is None or citation.bbox is None or tuple(place.box) == citation.bbox)
    )
