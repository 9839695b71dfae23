"""Tables: sums inside one, and figures that two of them print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.checks.raised import Raised, rules
from assistant.checks.shown import shown_fact
from assistant.library import AccountView
from ingest import sums
from ingest.model import Cell, Fact, Row, Table
from ingest.text import plain
from prompts import say

_Printed = tuple[Table, dict[tuple[int, int], Fact]]


def inside(view: AccountView) -> Iterator[Raised]:
    """Every total against its parts."""
    for table, facts in _tables(view):
        for relation in sums.relations(table):
            off = sums.difference(table, relation)
            if not off:
                continue
            total, *parts = (facts[spot] for spot in relation.spots)
            severity = "rounding" if abs(off) <= sums.tolerance(table, relation) else "error"
            said = say(
                "finding_sum", table=table.title, name=_name(total), printed=total.text, unit=table.unit or "",
                expected=f"{(total.value or 0) - off:f}", off=f"{abs(off):f}",
            )  # fmt: skip
            yield Raised("sum", severity, said, (total, *parts))  # type: ignore[arg-type]  # one of two words


def between(view: AccountView) -> Iterator[Raised]:
    """One figure in two tables."""
    for left, right in rules().between:
        one, other = left.find(view), right.find(view)
        if one and other:
            yield from _compared(view, one, other)


def rows_of_one_name(view: AccountView) -> Iterator[Raised]:
    """Rows of one name in two tables."""
    for left, right in rules().rows:
        others = {
            plain(fact.subject): fact
            for fact in view.by_kind.get(right.kind, [])
            if fact.measure == right.measure and len(fact.code) == right.digits
        }
        for one in view.by_kind.get(left.kind, []):
            if one.measure == left.measure and one.side == left.side and (other := others.get(plain(one.subject))):
                yield from _compared(view, one, other)


def _compared(view: AccountView, one: Fact, other: Fact) -> Iterator[Raised]:
    first, second = shown_fact(one), shown_fact(other)
    if first is None or second is None or first.value == second.value:
        return
    said = say(
        "finding_between", one_table=view.tables[one.table].title, one=_name(one), one_value=one.text,
        other_table=view.tables[other.table].title, other=_name(other), other_value=other.text, unit=one.unit or "",
    )  # fmt: skip
    yield Raised("between-tables", "rounding" if first.agrees(second) else "error", said, (one, other))


def _name(fact: Fact) -> str:
    subject = fact.subject or fact.item
    return f"{subject}{fact.measure}" if subject != fact.measure else subject


def _tables(view: AccountView) -> Iterator[_Printed]:
    """The account's tables with their rows, put together again from their cells, and the fact of each cell."""
    of_table: dict[int, list[Fact]] = {}
    for fact in view.facts:
        of_table.setdefault(fact.table, []).append(fact)
    for number, table in view.tables.items():
        columns = {path: index for index, path in enumerate(table.columns)}
        rows: dict[int, list[Fact]] = {}
        for fact in of_table.get(number, []):
            if fact.column in columns:
                rows.setdefault(fact.row, []).append(fact)
        made, facts = [], {}
        for index, cells in enumerate(rows.values()):
            first = cells[0]
            printed = tuple(Cell(columns[fact.column], fact.text, fact.value, fact.place) for fact in cells)
            made.append(Row(first.label, first.subject, first.code, first.side, first.parent, printed, first.place))
            facts.update({(index, columns[fact.column]): fact for fact in cells})
        yield replace(table, rows=tuple(made)), facts
