"""Where a figure or a table stands: table, row, column, page; and where else it is printed."""

from __future__ import annotations

from assistant.answering.base import Refusal, comma
from assistant.answering.overruns import Overruns
from assistant.answering.working import Asked, work
from assistant.calculator import places_of
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, printed
from ingest.model import Fact
from ingest.text import plain
from prompts import say

_MOST = 4
"""Other places that are named."""


class Places(Overruns):
    """The form that asks for a place."""

    def _place(self) -> Answer:
        item = self.plan.items[0]
        if not item.name and item.row is None and self.plan.stage == "说明":
            return self._told_of_table(self._view(item), item.kinds[0])
        if not item.name and item.row is None:
            return self._place_of_table(self._view(item), item.kinds[0])
        view, fact = self._selected(item)
        operand = self._operand(view, fact)
        working = work(lambda figure: figure, [operand], places_of(self._value(fact)), Asked())
        text = say(
            "place", who=self._who(view), name=self._name(view, fact), value=comma(self._value(fact)),
            unit=fact.unit or "", where=self._stands(view, fact), mark=mark(operand.citation),
        )  # fmt: skip
        for other in self._elsewhere(view, fact):
            number = self.citations.fact(view, other)
            self.notes.append(
                say("note_place", where=self._stands(view, other), value=comma(self._value(other)), unit=other.unit or "",
                    mark=mark(number))
            )  # fmt: skip
        return Answer(
            status="answered", text=text, value=printed(self._value(fact)), unit=fact.unit,
            calculation=working.calculation(operand.name),
        )  # fmt: skip

    def _stands(self, view: AccountView, fact: Fact) -> str:
        """Table, place in the file, row and column."""
        number = self.citations.fact(view, fact)
        cited = next(citation for citation in self.citations.all() if citation.id == number)
        return say(
            "where", table=view.tables[fact.table].title, place=cited.where, row=fact.label or fact.item,
            column="／".join(fact.column),
        )  # fmt: skip

    def _elsewhere(self, view: AccountView, fact: Fact) -> list[Fact]:
        """The same item in other tables, one cell of each."""
        named = [f for f in view.by_item.get(plain(fact.item), []) if f.value is not None and f.table != fact.table]
        whole = [f for f in named if f.measure in (fact.measure, "决算数", "本年支出合计")]
        return list({other.table: other for other in reversed(whole)}.values())[::-1][:_MOST]

    def _place_of_table(self, view: AccountView, kind: str) -> Answer:
        table = view.table_of_kind(kind)
        cells = [fact for fact in view.facts if table is not None and fact.table == table.number]
        if table is None or not cells:
            raise Refusal(self._nothing(view, kind, "item"))
        ends = [self.citations.fact(view, fact) for fact in (cells[0], cells[-1])]
        cited = {citation.id: citation.where for citation in self.citations.all()}
        places = "至".join(dict.fromkeys(cited[number] for number in ends))
        marks = mark(*dict.fromkeys(ends))
        text = say("place_table", who=self._who(view), table=table.title, places=places, mark=marks)
        return Answer(status="answered", text=text)

    def _told_of_table(self, view: AccountView, kind: str) -> Answer:
        """What a table says of itself: its title and columns, whether it has figures, and the notes under it."""
        table = view.table_of_kind(kind)
        entry = next((p for p in view.passages if table is not None and p.table == table.number), None)
        if table is None or entry is None:
            raise Refusal(self._nothing(view, kind, "item"))
        number = self.citations.sentence(view, entry.sentences[0])
        columns = "、".join(dict.fromkeys("".join(path) for path in table.columns))
        where = next(citation.where for citation in self.citations.all() if citation.id == number)
        text = say("table_told", who=self._who(view), table=table.title, place=where, columns=columns, mark=mark(number))
        if not any(fact.value is not None for fact in view.facts if fact.table == table.number):
            text += say("table_empty")
        for note in table.notes:
            text += say("table_note", quote=note, mark=mark(self.citations.note(view, table.number, note)))
        return Answer(status="answered", text=text)
