"""Citations of an answer, numbered in the order in which they are made, each cell and sentence once."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.library import AccountView
from assistant.model import Citation, printed
from ingest.catalogue import published_kind
from ingest.model import Box, Fact, Place, Sentence
from prompts import say


class Citations:
    """Collects the citations of one answer."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Citation] = {}

    def all(self) -> tuple[Citation, ...]:
        """All citations by number."""
        return tuple(self._made.values())

    def fact(self, view: AccountView, fact: Fact) -> int:
        """Number of the citation of a cell."""
        key = (view.account.id, *fact.key)
        if key not in self._made:
            box = fact.place.box
            table = view.tables.get(fact.table)
            self._made[key] = Citation(
                id=len(self._made) + 1,
                document=view.account.id,
                sha256=view.account.sha256,
                page=fact.place.page,
                table=table.title if table else None,
                kind=published_kind(table.kind if table else fact.kind),
                row=fact.label or None,
                code=fact.code or None,
                column="/".join(fact.column),
                text=fact.text,
                value=None if fact.value is None else printed(fact.value),
                unit=fact.unit,
                bbox=_edges(box) if box else None,
                line=fact.place.line,
                boxes=((fact.place.page, _edges(box)),) if box and fact.place.page else (),
                cell=fact.place.cell,
                scanned=fact.place.scanned,
                doubt=fact.doubt,
            )
        return self._made[key].id

    def sentence(
        self, view: AccountView, sentence: Sentence, value: str | None = None, unit: str | None = None, text: str = ""
    ) -> int:
        """Number of the citation of a sentence; its box is that of its first line."""
        key = (view.account.id, sentence.text)
        if key not in self._made:
            first = sentence.places[0] if sentence.places else Place()
            boxes = tuple((p.page, _edges(p.box)) for p in sentence.places if p.box and p.page)
            self._made[key] = Citation(
                id=len(self._made) + 1,
                document=view.account.id,
                sha256=view.account.sha256,
                page=first.page,
                text=text or sentence.text,
                value=value,
                unit=unit,
                bbox=_edges(first.box) if first.box else None,
                quote=sentence.text,
                line=first.line,
                boxes=boxes,
                cell=first.cell,
                scanned=first.scanned,
            )
        return self._made[key].id

    def note(self, view: AccountView, table: int, note: str) -> int:
        """Number of the citation of a table's note."""
        place = view.tables[table].place
        return self.sentence(view, Sentence(note, (Place(place.page, None, place.line),)))


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.top, box.x1, box.bottom


def mark(*ids: int) -> str:
    """The marks in the text: [1][2]."""
    return "".join(f"[{number}]" for number in ids)


def recognition_notes(citations: Sequence[Citation]) -> tuple[str, ...]:
    """What an answer must say of what it cites from scanned pages, and of figures whose reading is doubtful."""
    scanned = [citation.id for citation in citations if citation.scanned]
    doubted: dict[str, list[int]] = {}
    for citation in citations:
        if citation.doubt:
            doubted.setdefault(citation.doubt, []).append(citation.id)
    notes = [say("note_scanned", mark=mark(*scanned))] if scanned else []
    return (*notes, *(say("note_doubt", mark=mark(*ids), doubt=doubt) for doubt, ids in doubted.items()))
