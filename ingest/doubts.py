"""Figures recognised in pictures, checked against the sums of their table: read once more, or marked as doubtful.

A figure that fails a sum is a doubtful reading first. Every figure of such a sum is read again from a finer picture. A
second reading that makes the sums hold is taken. Where all figures of the sum read the same twice, and surely, it is
the document that does not add up, and nothing is doubted: the checks then say so as an error. Otherwise the doubt stays.

One wrong figure breaks every sum that it is in and no other. So the suspects of sums that fail are the figures that
are in all of those which fail together and in none that holds; what would have to be printed there for one sum must
also do for the others. Where no single figure explains it, every figure that no other sum confirms is a suspect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from ingest.model import Cell, Place, Table
from ingest.sums import Relation, Spot, cell_at, difference, holds, relations, tolerance
from ingest.text import amount, places_of

Reread = Callable[[Sequence[Place]], list[str]]
"""Texts of figures at these places, read once more."""

NO_FIGURE = "识别出的文字不成数字"
OTHER_DECIMALS = "识别出的小数位数与同表其他数字不同"
READ_TWICE = "两次识别的结果不同"


def checked(tables: Sequence[Table], reread: Reread) -> list[Table]:
    """The tables with every recognised figure that fails a sum read again, and marked where that does not help.

    Figures out of the file's own text are left as they are, whatever they add up to.
    """
    return [_checked(table, reread) if _is_scanned(table) else table for table in tables]


def suspects(table: Table) -> dict[Spot, Relation]:
    """The fewest figures that can be wrong for the sums of the table to fail as they do, each with one of those sums."""
    rated = [(relation, holds(table, relation)) for relation in relations(table)]
    failing = [relation for relation, good in rated if good is False]
    confirmed = {spot for relation, good in rated if good for spot in relation.spots}
    found: dict[Spot, Relation] = {}
    for together in _connected(table, failing, confirmed):
        for spot in _explanation(table, together, confirmed):
            found[spot] = next(relation for relation in together if spot in relation.spots)
    return found


def _is_scanned(table: Table) -> bool:
    return any(cell.place.scanned for row in table.rows for cell in row.cells)


def _checked(table: Table, reread: Reread) -> Table:
    table, confirmed = _reread(table, reread)
    wrong = _without(suspects(table), table, confirmed)
    exact = {
        spot for relation in relations(table) if difference(table, relation) == 0 for spot in relation.spots
    } - set(wrong)
    decimals = _usual_decimals(table)
    rows = []
    for number, row in enumerate(table.rows):
        cells = []
        for cell in row.cells:
            spot = Spot(number, cell.column)
            if cell.place.scanned and cell.text:
                cell = replace(cell, doubt=_doubt(table, cell, wrong.get(spot), spot in exact, decimals))
            cells.append(cell)
        rows.append(replace(row, cells=tuple(cells)))
    return replace(table, rows=tuple(rows))


def _doubt(table: Table, cell: Cell, failed: Relation | None, exact: bool, decimals: int | None) -> str:
    if failed:
        row, column = table.rows[failed.total.row], table.columns[failed.total.column]
        name = "，".join(part for part in (row.label, "".join(column)) if part)
        return f"识别出的数字与同表的合计关系不符（{name}）；可能是识别有误，也可能是原件如此"
    if cell.value is None:
        return NO_FIGURE if any(char.isdigit() for char in cell.text) and table.kind else ""
    if decimals and cell.value and places_of(cell.value) != decimals:
        return OTHER_DECIMALS
    return "" if exact else cell.doubt


def _without(wrong: dict[Spot, Relation], table: Table, confirmed: set[Spot]) -> dict[Spot, Relation]:
    """The suspects but for those in whose failing sums every figure was confirmed by a second reading."""
    failing = [relation for relation in relations(table) if holds(table, relation) is False]

    def is_of_the_document(spot: Spot) -> bool:
        sums = [relation for relation in failing if spot in relation.spots]
        return all(confirmed >= _scanned(table, relation.spots) for relation in sums)

    return {spot: relation for spot, relation in wrong.items() if not is_of_the_document(spot)}


def _scanned(table: Table, spots: Sequence[Spot]) -> set[Spot]:
    return {spot for spot in spots if cell_at(table, spot).place.scanned}


def _reread(table: Table, reread: Reread) -> tuple[Table, set[Spot]]:
    """The table with second readings where they make a sum hold that failed and break none; and what was confirmed.

    Blank cells of a sum that fails are looked at again too: their figure may have been missed.
    """
    rated = [(relation, holds(table, relation)) for relation in relations(table)]
    open_ = [relation for relation, good in rated if good is False]
    exact = {spot for relation, _ in rated if difference(table, relation) == 0 for spot in relation.spots}
    rounded = [relation for relation, good in rated if good and difference(table, relation) != 0]
    failing = {spot for relation in open_ for spot in relation.spots}
    spots = [spot for relation in open_ for spot in relation.spots]
    spots += [spot for relation in rounded for spot in relation.spots if spot not in exact]
    spots = [spot for spot in dict.fromkeys(spots) if cell_at(table, spot).place.scanned]
    spots = [spot for spot in spots if cell_at(table, spot).text or spot in failing]
    if not spots:
        return table, set()
    again = dict(zip(spots, reread([cell_at(table, spot).place for spot in spots]), strict=True))
    confirmed = {spot for spot, text in again.items() if _is_confirmed(cell_at(table, spot), text)}
    other = {s: text for s, text in again.items() if amount(text) not in (None, cell_at(table, s).value)}
    for spot, text in other.items():
        tried = _with(table, spot, text)
        if _failures(tried) < _failures(table):
            table = tried
        elif not open_ or all(spot not in relation.spots for relation in open_):
            table = _with(table, spot, cell_at(table, spot).text, READ_TWICE)
    return table, confirmed


def _is_confirmed(cell: Cell, text: str) -> bool:
    """True where a second reading says the same, and the first one was sure; of a blank cell: still nothing."""
    if not cell.text:
        return not text
    return not cell.doubt and cell.value is not None and amount(text) == cell.value


def _failures(table: Table) -> int:
    return sum(holds(table, relation) is False for relation in relations(table))


def _with(table: Table, spot: Spot, text: str, doubt: str = "") -> Table:
    row = table.rows[spot.row]
    cells = tuple(
        replace(cell, text=text, value=amount(text), doubt=doubt) if cell.column == spot.column else cell
        for cell in row.cells
    )
    rows = list(table.rows)
    rows[spot.row] = replace(row, cells=cells)
    return replace(table, rows=tuple(rows))


def _candidates(table: Table, relation: Relation, confirmed: set[Spot]) -> set[Spot]:
    """Figures of a failing sum that may be the wrong one: printed, and in no sum that holds, if there are such."""
    printed = {spot for spot in relation.spots if cell_at(table, spot).text}
    return printed - confirmed or printed


def _connected(table: Table, failing: list[Relation], confirmed: set[Spot]) -> list[list[Relation]]:
    """Failing sums, those together that one wrong figure may explain."""
    groups: list[tuple[set[Spot], list[Relation]]] = []
    for relation in failing:
        spots, members = _candidates(table, relation, confirmed), [relation]
        apart = []
        for group in groups:
            if group[0] & spots:
                spots, members = group[0] | spots, group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (spots, members)]
    return [members for _, members in groups]


def _explanation(table: Table, together: list[Relation], confirmed: set[Spot]) -> set[Spot]:
    candidates = [_candidates(table, relation, confirmed) for relation in together]
    single = set.intersection(*candidates)
    if single:
        return {spot for spot in single if _agree(table, spot, together)} or single
    often = Counter(spot for spots in candidates for spot in spots)
    found: set[Spot] = set()
    for spots in candidates:
        shared = {spot for spot in spots if often[spot] > 1}
        found |= shared or spots
    return found


def _agree(table: Table, spot: Spot, together: list[Relation]) -> bool:
    """True where one other figure at this place would make all the sums hold."""
    needed: list[tuple[Decimal, Decimal]] = []
    for relation in together:
        off, value = difference(table, relation), cell_at(table, spot).value
        if off is None or value is None:
            continue
        sign = -1 if spot == relation.total else dict(relation.parts)[spot]
        needed.append((value + sign * off, tolerance(table, relation)))
    return all(abs(a - b) <= slack + other for a, slack in needed for b, other in needed)


def _usual_decimals(table: Table) -> int | None:
    """How many decimals nearly all figures of the table have; None where they differ."""
    counts = Counter(places_of(cell.value) for row in table.rows for cell in row.cells if cell.value)
    if not counts:
        return None
    usual, often = counts.most_common(1)[0]
    return usual if often >= 0.9 * sum(counts.values()) else None
