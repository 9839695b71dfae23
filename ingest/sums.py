"""Sums inside a table: which figure must be the sum of which others, and whether it is.

The relations come from the layout alone: codes that begin with one another (类 款 项), closing rows (合计, 总计) of a
side, and the columns of which the catalogue says that they add up. Nothing is read and nothing is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ingest import catalogue
from ingest.model import Cell, Row, Table
from ingest.text import is_nil, places_of, squeeze

_CLOSING = re.compile(r"^(?:本年|当年)?(?:收入|支出)?(?:合计|总计|小计)$|^.{0,4}经费合计$")
_NUMBERED = (re.compile(r"^[一二三四五六七八九十]{1,3}、"), re.compile(r"^（[一二三四五六七八九十]{1,3}）"), re.compile(r"^\d{1,2}[.、．]"))
"""Kinds of numbers before a row's name, the outermost first."""
_TOTAL = {"合计", "总计", "小计"}
_WITHIN = re.compile(r"^其中[：:]")


class Spot(NamedTuple):
    """A cell of a table."""

    row: int
    """Index into `Table.rows`."""
    column: int
    """Index into `Table.columns`."""


@dataclass(frozen=True, slots=True)
class Relation:
    """`total` is the sum of `parts`, each with its sign (1 or -1)."""

    total: Spot
    parts: tuple[tuple[Spot, int], ...]

    @property
    def spots(self) -> tuple[Spot, ...]:
        """All cells that it holds between, the total first."""
        return (self.total, *(spot for spot, _ in self.parts))


def relations(table: Table) -> list[Relation]:
    """Everything that must add up in a table of a known kind, from its rows and columns."""
    if table.kind is None:
        return []
    found = [*_across(table), *_by_code(table), *_over_sides(table), *_items_in_rows(table), *_closing(table)]
    return list(dict.fromkeys(relation for relation in found if relation.parts))


def difference(table: Table, relation: Relation) -> Decimal | None:
    """The total less its parts; None where the total, or every part, is blank, or a text is no figure.

    A blank part, or a dash, adds nothing.
    """
    cells = [_cell(table, spot) for spot in relation.spots]
    if any(cell is None or (cell.text and cell.value is None and not is_nil(cell.text)) for cell in cells):
        return None
    values = [cell.value for cell in cells if cell is not None]
    if values[0] is None or all(value is None for value in values[1:]):
        return None
    return values[0] - sum(
        (sign * value for value, (_, sign) in zip(values[1:], relation.parts, strict=True) if value is not None),
        Decimal(0),
    )


def tolerance(table: Table, relation: Relation) -> Decimal:
    """How far rounding alone can part a total from its parts: half a unit of the last digit of every figure.

    A plain 0 beside 12.34 is not a figure in whole units: it has the decimals of the others.
    """
    values = [cell.value for spot in relation.spots if (cell := _cell(table, spot)) and cell.value is not None]
    finest = max(map(places_of, values), default=0)
    places = (places_of(value) if value else finest for value in values)
    return sum((Decimal(1).scaleb(-number) / 2 for number in places), Decimal(0))


def holds(table: Table, relation: Relation) -> bool | None:
    """Whether it adds up but for rounding; None where that cannot be said."""
    off = difference(table, relation)
    return None if off is None else abs(off) <= tolerance(table, relation)


def cell_at(table: Table, spot: Spot) -> Cell:
    """The cell.

    :raises KeyError: if the row has none in that column.
    """
    cell = _cell(table, spot)
    if cell is None:
        raise KeyError(spot)
    return cell


def _cell(table: Table, spot: Spot) -> Cell | None:
    return next((cell for cell in table.rows[spot.row].cells if cell.column == spot.column), None)


def _across(table: Table) -> Iterator[Relation]:
    """In each row: the columns of which the catalogue says that they are parts of another one."""
    standard = catalogue.standard_table(table.kind)
    if standard is None:
        return
    for number, row in enumerate(table.rows):
        columns = _named_columns(standard, table, row)
        for total, parts in standard.sums:
            for stage in dict.fromkeys(stage for _, stage in columns):
                whole = columns.get((total, stage))
                found = [
                    (columns.get((name, stage)), sign)
                    for name, sign in parts
                    if name not in standard.optional or (name, stage) in columns
                ]
                if whole is not None and all(column is not None for column, _ in found):
                    yield Relation(
                        Spot(number, whole),
                        tuple((Spot(number, column), sign) for column, sign in found if column is not None),
                    )


def _named_columns(
    standard: catalogue.StandardTable, table: Table, row: Row
) -> dict[tuple[str, str], int | None]:
    """Columns of a row by what they measure, and by stage where the items stand in columns (预算数, 决算数).

    Of several columns of one name the one that closes them (小计) counts; without such a one none does.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for cell in row.cells:
        measure, item = standard.column(table.columns[cell.column])
        found.setdefault((item, measure) if item else (measure, ""), []).append(cell.column)
    named: dict[tuple[str, str], int | None] = {}
    for key, columns in found.items():
        closing = [column for column in columns if squeeze(table.columns[column][-1]) in _TOTAL]
        chosen = columns if len(columns) == 1 else closing
        named[key] = chosen[0] if len(chosen) == 1 else None
    return named


def _by_code(table: Table) -> Iterator[Relation]:
    """A code is the sum of those directly below it; 合计 (of a side) the sum of those that are below none."""
    for _, rows in _sides(table).items():
        coded = {row.code: number for number, row in rows if row.code}
        if len(coded) != sum(bool(row.code) for _, row in rows) or not coded:
            continue  # a code that is printed twice belongs to no tree
        children: dict[str, list[int]] = {}
        for code, number in coded.items():
            above = max((other for other in coded if other != code and code.startswith(other)), key=len, default="")
            children.setdefault(above, []).append(number)
        for code, numbers in children.items():
            if code:
                yield from _down(table, coded[code], numbers)
        closing = [number for number, row in rows if not row.code and _CLOSING.match(row.subject)]
        for number in closing:
            yield from _down(table, number, children.get("", []))


def _over_sides(table: Table) -> Iterator[Relation]:
    """合计 of a table with sides (人员经费, 公用经费) is the sum of what closes them, else of their codes below none."""
    sides = {side: rows for side, rows in _sides(table).items() if side and any(row.code for _, row in rows)}
    totals = [number for number, row in enumerate(table.rows) if not row.side and _CLOSING.match(row.subject)]
    if not sides or not totals:
        return
    parts: list[int] = []
    for rows in sides.values():
        closing = [number for number, row in rows if not row.code and _CLOSING.search(row.subject)]
        codes = [row.code for _, row in rows if row.code]
        tops = [n for n, row in rows if row.code and not any(row.code != c and row.code.startswith(c) for c in codes)]
        parts += closing[:1] or tops
    for number in totals:
        yield from _down(table, number, parts)


def _items_in_rows(table: Table) -> Iterator[Relation]:
    """The catalogue's sums of items (三公) where the items stand in the rows."""
    standard = catalogue.standard_table(table.kind)
    if standard is None or not any(column.item for column in standard.columns):
        return
    rows: dict[str, list[int]] = {}
    for number, row in enumerate(table.rows):
        rows.setdefault(standard.column((row.subject,))[1] if row.subject else "", []).append(number)
    for total, parts in standard.sums:
        names = [name for name, sign in parts if sign > 0]
        if len(names) == len(parts) and all(len(rows.get(name, ())) == 1 for name in (total, *names)):
            yield from _down(table, rows[total][0], [rows[name][0] for name in names])


def _closing(table: Table) -> Iterator[Relation]:
    """Rows without codes: a closing row is the sum of the rows since the last one, and of that one itself."""
    finals: list[int] = []
    for _, rows in _sides(table).items():
        if any(row.code for _, row in rows) or not any(row.subject for _, row in rows):
            continue
        since: list[int] = []
        outer = min((level for _, row in rows if (level := _level(row)) is not None), default=None)
        for number, row in rows:
            under = [other for other, below in rows if below.parent and below.parent == row.subject]
            if under and not row.parent:
                yield from _down(table, number, under)
            if row.parent or _WITHIN.match(row.label) or (_level(row) or 0) > (outer or 0):
                continue
            if _CLOSING.match(row.subject) and since:
                yield from _down(table, number, since)
                since = [number]
                if row.subject.endswith("总计"):
                    finals.append(number)
            else:
                since.append(number)
    if len(finals) == 2:
        yield from _balanced(table, *finals)


def _level(row: Row) -> int | None:
    """0 for 一、, 1 for （一）, 2 for 1.; None for a row without a number."""
    label = squeeze(row.label)
    return next((level for level, pattern in enumerate(_NUMBERED) if pattern.match(label)), None)


def _balanced(table: Table, left: int, right: int) -> Iterator[Relation]:
    """总计 of the one side is 总计 of the other, in the columns that measure the same."""
    standard = catalogue.standard_table(table.kind)
    assert standard is not None  # only known kinds have relations
    sides = [
        {standard.column(table.columns[cell.column])[0]: cell.column for cell in table.rows[row].cells}
        for row in (left, right)
    ]
    for measure, column in sides[0].items():
        if measure in sides[1]:
            yield Relation(Spot(left, column), ((Spot(right, sides[1][measure]), 1),))


def _sides(table: Table) -> dict[str, list[tuple[int, Row]]]:
    sides: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(table.rows):
        sides.setdefault(row.side, []).append((number, row))
    return sides


def _down(table: Table, total: int, parts: Iterable[int]) -> Iterator[Relation]:
    """One relation for each column of the total's row."""
    numbers = [number for number in parts if number != total]
    for cell in table.rows[total].cells:
        spots = [Spot(number, cell.column) for number in numbers]
        yield Relation(
            Spot(total, cell.column), tuple((spot, 1) for spot in spots if _cell(table, spot) is not None)
        )
