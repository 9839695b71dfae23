"""Tables: sums inside one, and figures that two of them print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from assistant.checks.raised import Raised, Severity, rules
from assistant.checks.shown import Shown, shown_fact
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
            total, *parts = (facts[spot] for spot in relation.spots)
            signs = [sign for _, sign in relation.parts]
            summed = sum((sign * (part.value or 0) for part, sign in zip(parts, signs, strict=True)), Decimal(0))
            words = {"table": table.title, "name": _name(total), "unit": table.unit or "", "expected": f"{summed:f}"}
            if not total.text and summed:
                yield Raised("sum", "error", say("finding_sum_blank", **words), (total, *parts))
                continue
            off = sums.difference(table, relation)
            if _is_unfilled(total, parts):
                off = total.value
            if not off:
                continue
            severity: Severity = "rounding" if abs(off) <= sums.tolerance(table, relation) else "error"
            said = say("finding_sum", **words, printed=total.text, off=f"{abs(off):f}")
            yield Raised("sum", severity, said, (total, *parts))


def _is_unfilled(total: Fact, parts: list[Fact]) -> bool:
    """True for a row whose total is printed and whose parts all are blank or dashes, at least one of them blank."""
    row = all(part.row == total.row for part in parts)
    return (
        row and bool(total.value) and not all(part.text for part in parts) and all(part.value is None for part in parts)
    )


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


def sums_between(view: AccountView) -> Iterator[Raised]:
    """A figure of one table that is the sum of figures of another."""
    for rule, parts in rules().sums:
        total, found = rule.find(view), [part.find(view) for part in parts]
        if total is None or any(fact is None for fact in found):
            continue
        facts = [fact for fact in found if fact is not None]
        whole, figures = shown_fact(total), [figure for fact in facts if (figure := shown_fact(fact))]
        if whole is None or not figures:
            continue
        summed = Shown(sum((f.value for f in figures), Fraction(0)), sum((f.half for f in figures), Fraction(0)))
        if summed.value == whole.value:
            continue
        said = say(
            "finding_sum_between", one_table=view.tables[total.table].title, one=_name(total), one_value=total.text,
            other_table=view.tables[facts[0].table].title, unit=total.unit or "",
            parts="＋".join(f"{_name(fact)} {fact.text or '—'}" for fact in facts),
        )  # fmt: skip
        yield Raised("between-tables", "rounding" if whole.agrees(summed) else "error", said, (total, *facts))


def at_most(view: AccountView) -> Iterator[Raised]:
    """A part that is more than its whole in another table; a whole that is blank while its part is not."""
    for rule, other in rules().at_most:
        part, whole = rule.find(view), other.find(view)
        if part is None or whole is None or not (one := shown_fact(part)) or one.value <= 0:
            continue
        limit = shown_fact(whole)
        if limit and (one.value <= limit.value):
            continue
        said = say(
            "finding_at_most", one_table=view.tables[part.table].title, one=part.subject, one_value=part.text,
            other_table=view.tables[whole.table].title, other=whole.item, other_value=whole.text or "—",
            unit=part.unit or "",
        )  # fmt: skip
        yield Raised("at-most", "rounding" if limit and one.agrees(limit) else "error", said, (whole, part))


def _compared(view: AccountView, one: Fact, other: Fact) -> Iterator[Raised]:
    """Two cells that print one figure; a cell that is not filled in says nothing, unless the other one does."""
    first, second = shown_fact(one), shown_fact(other)
    if first is None or second is None:
        filled = first or second
        if filled is None or not filled.value:
            return
        first, second = first or Shown(Fraction(0), Fraction(0)), second or Shown(Fraction(0), Fraction(0))
    if first.value == second.value:
        return
    said = say(
        "finding_between", one_table=view.tables[one.table].title, one=_name(one), one_value=one.text or "—",
        other_table=view.tables[other.table].title, other=_name(other), other_value=other.text or "—",
        unit=one.unit or "",
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
