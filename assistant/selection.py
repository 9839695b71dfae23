"""From an item of a plan to the cell that it means.

Which table an item is read from when several hold it is the policy of answers, data in the catalogue
(`dimensions.yaml`): the whole department first (支出决算表), 三公 items from their own table, items by economic nature
from 基本支出决算表; a fund named in the question leads to that fund's table, a table named to that table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from assistant.calculator import YUAN, convert, rounded
from assistant.calculator import places_of as decimals_of
from assistant.library import AccountView
from assistant.model import Item
from assistant.vocabulary import Total
from ingest import catalogue
from ingest.catalogue.dimensions import Whole, dimensions, policy
from ingest.model import Fact, Table
from ingest.store import CellPlace
from ingest.text import plain

_STANDING = ("决算数", "执行数", "合计", "金额", "本年")
"""Columns of other tables that are meant where the question names none, best first."""


@dataclass(frozen=True)
class Selection:
    """What was found for an item.

    `fact` is None if nothing was; `empty` is a table that would hold it but has no figures; `choices` are cells of one
    row between which the question does not decide.
    """

    item: Item
    fact: Fact | None
    empty: Table | None = None
    moved: bool = False
    """True if the named table or fund does not hold the item and another one does."""
    choices: tuple[Fact, ...] = ()

    @property
    def blank(self) -> bool:
        """True for a cell that is there and not filled in."""
        return self.fact is not None and self.fact.value is None


def select(view: AccountView, item: Item) -> Selection:
    """The cell that an item means in this account."""
    if view.account.is_budget and item.measure in ("预算数", "年初预算数"):
        item = item.model_copy(update={"measure": "决算数"})  # the one stage that a budget has
    if item.row is not None:
        return _select_total(view, item)
    facts = view.by_code.get(item.code, []) if item.code else view.by_item.get(plain(item.name), [])
    order = _order(item)
    fact = _first(facts, order, item)
    if fact:
        return Selection(item, fact, moved=bool(item.kinds) and fact.kind not in item.kinds)
    if item.kinds:  # an item that stands in another table than the one named
        fact = _first(facts, policy().standing, item)
        if fact:
            return Selection(item, fact, moved=True)
    if choices := _choices(facts, item):
        chosen = _decided(choices, item)
        return Selection(item, chosen, choices=() if chosen else tuple(choices))
    empty = next((table for kind in order if kind and (table := _empty(view, kind))), None)
    wanted = item.fund or plain(item.name) in THREE
    return Selection(item, None, empty if wanted and (not facts or item.fund) else None)


PLANNED = ("年初预算数", "预算数")
"""Columns of final accounts that say what was planned."""


def printed_budget(view: AccountView, item: Item, stage: str = "预算数") -> Item | None:
    """The item in the column of a final account's table that prints its budget of a stage; None where none does."""
    if view.account.is_budget:
        return None
    return _in_column(view, item, {"年初预算": ("年初预算数", "预算数"), "预算数": ("预算数", "年初预算数")}.get(stage, ()), ("T7", "T1", "T4"))


def printed_last_year(view: AccountView, item: Item) -> Item | None:
    """The item in the column of last year's figures, where a table of the account has one that is filled in."""
    return _in_column(view, item, ("上年决算数",), ("",))


def _in_column(view: AccountView, item: Item, measures: tuple[str, ...], kinds: tuple[str, ...]) -> Item | None:
    for kind in kinds:
        for measure in measures:
            asked = item.model_copy(update={"measure": measure, "kinds": (kind,) if kind else item.kinds})
            fact = select(view, asked).fact
            if fact is not None and fact.measure == measure and fact.value is not None and kind in ("", fact.kind):
                return asked
    return None


THREE = {
    plain(name)
    for name in (
        "公务接待费",
        "因公出国（境）费",
        "公务用车购置费",
        "公务用车运行维护费",
        "公务用车购置及运行维护费",
        "“三公”经费合计",
    )
}


def _order(item: Item) -> tuple[str | None, ...]:
    if item.kinds:
        return item.kinds
    if item.fund:
        return policy().funds[item.fund]
    if item.income:
        return policy().income
    if item.side == "economic":
        return (*policy().economic, *policy().standing)
    return policy().standing


def _first(facts: list[Fact], order: tuple[str | None, ...], item: Item) -> Fact | None:
    for kind in order:
        fitting = [fact for fact in facts if fact.kind == kind and not fact.parent] or [
            fact for fact in facts if fact.kind == kind
        ]
        measure = _measure(kind, item)
        for fact in fitting:
            if kind == "T1" and item.income and fact.side == "支出":
                continue
            if kind is not None and fact.measure == measure:
                return fact
    return None


def _choices(facts: list[Fact], item: Item) -> list[Fact]:
    """The filled cells of the item's first row in a table that is none of the standard ones."""
    rows = [fact for fact in facts if fact.kind is None and fact.value is not None and not (item.fund or item.kinds)]
    return [fact for fact in rows if (fact.table, fact.row) == (rows[0].table, rows[0].row)]


def _decided(cells: list[Fact], item: Item) -> Fact | None:
    """The one cell of a row that is meant: in the column that the question names, or the one that stands for the row."""
    if len(cells) == 1:
        return cells[0]
    names = [plain(item.column)] if item.column else [plain(item.measure)] if item.measure else []
    for name in names or _STANDING:
        leaves = [(plain(cell.column[-1]), cell) for cell in cells if cell.column]
        exact = [cell for leaf, cell in leaves if leaf == name]
        fits = exact or [cell for leaf, cell in leaves if name in leaf and "%" not in leaf]
        if len(fits) == 1:
            return fits[0]
    return None


def _measure(kind: str | None, item: Item) -> str:
    """The column of a kind of table that an item means: of its fund, of its side, as named, or as stands for the row."""
    fund = _column(kind, "fund", item.fund) if item.fund else ""
    income = _column(kind, "side", "收入") if item.income and not item.measure else ""
    return fund or income or item.measure or policy().measures.get(kind or "", "")


@cache
def _column(kind: str | None, dimension: str, wanted: str) -> str:
    """The measure of the table's column that says this of itself; empty where the whole table does, or none."""
    standard = catalogue.standard_table(kind)
    if standard is None or getattr(dimensions(kind, ""), dimension) == wanted:
        return ""
    measures = [column.measure for column in standard.columns if isinstance(column.measure, str)]
    return next((m for m in measures if getattr(dimensions(kind, m), dimension) == wanted), "")


def _empty(view: AccountView, kind: str) -> Table | None:
    table = view.table_of_kind(kind)
    if table is None or any(fact.text for fact in view.by_kind.get(kind, [])):
        return None
    return table


def _select_total(view: AccountView, item: Item) -> Selection:
    kind = item.kinds[0]
    for fact in view.by_kind.get(kind, []):
        row_fits = plain(fact.subject) == plain(item.row or "") if item.row else plain(fact.item) == plain(item.name)
        if row_fits and fact.measure == item.measure and not fact.parent and (not item.side or fact.side == item.side):
            return Selection(item, fact)
    return Selection(item, None, _empty(view, kind))


def total_item(view: AccountView, total: Total, words: str, kinds: tuple[str, ...] = (), stage: str = "") -> Item:
    """The item for a total's name: the first of its cells that this account prints (in the table named, if any)."""
    items = total_items(view, total, words, kinds, stage)
    return next((item for item in items if (found := select(view, item)).fact or found.empty), items[0])


def total_items(
    view: AccountView, total: Total, words: str, kinds: tuple[str, ...] = (), stage: str = ""
) -> list[Item]:
    """The items of all cells that a total's name may mean, in order."""
    cells = [cell for cell in total.cells if not kinds or cell.kind in kinds] or list(total.cells)
    return [
        Item(
            account=view.account.id,
            name=cell.item or total.names[0],
            words=words,
            kinds=(cell.kind,),
            measure=stage if cell.kind == "T7" and stage else cell.measure,
            side=cell.side,
            row="" if cell.item else cell.row,
            beside=total.beside,
        )
        for cell in cells
    ]


def places_of(item: Item) -> list[CellPlace]:
    """Where the standard tables may hold an item, best first: what `select` looks for, as a question to the store."""
    if item.row is not None:
        item_name = "" if item.row else item.name
        return [CellPlace(item.kinds[0], item.measure, item_name, item.row, side=item.side, alone=True)]
    order = [*_order(item), *(policy().standing if item.kinds else ())]
    name = "" if item.code else item.name
    spent = "支出" if item.income else ""
    return [
        CellPlace(kind, _measure(kind, item), name, code=item.code, not_side=spent if kind == "T1" else "")
        for kind in dict.fromkeys(order)
        if kind
    ]


def told_whole(part: Fact) -> Whole:
    """Where the whole stands that a cell is a share of: its table's total in the same column, unless policy says other."""
    side = dimensions(part.kind, part.measure, part.side).side
    told = policy().wholes.get((part.kind or "", side), Whole(part.kind or "", "合计", ""))
    measure = told.measure or part.measure
    return replace(told, measure=policy().measures.get(told.kind, measure) if part.subject == "合计" else measure)


def whole_of(view: AccountView, part: Fact) -> Fact | None:
    """The cell that another is a share of where the question does not say; None if it is not there or not filled in."""
    told = told_whole(part)
    for fact in view.by_kind.get(told.kind, []):
        named = plain(fact.item) == plain(told.row) and fact.measure == told.measure and not fact.parent
        if named and (told.kind not in ("T1", "T4") or fact.side == part.side) and fact.value is not None:
            return fact
    return None


def others(view: AccountView, fact: Fact) -> tuple[list[Fact], Fact | None]:
    """The same figure printed elsewhere with another value, and the same item in a narrower scope if it differs."""
    named = [other for other in view.by_item.get(plain(fact.item), []) if other.value is not None and not other.parent]
    key = (fact.kind or "", fact.measure)
    same = [
        other
        for kind, measure in policy().same.get(key, ())
        for other in named
        if (other.kind, other.measure) == (kind, measure) and differs(other, fact) and other.side != "收入"
    ]
    narrower = next(
        (other for other in named if (other.kind, other.measure) == policy().narrower.get(key) and differs(other, fact)),
        None,
    )
    return same, narrower


def differs(one: Fact, other: Fact) -> bool:
    """True where two cells print different amounts, as far as the coarser of their units shows."""
    if one.value is None or other.value is None:
        return one.value is not other.value
    if one.unit == other.unit or one.unit not in YUAN or other.unit not in YUAN:
        return one.value != other.value
    coarse, fine = sorted((one, other), key=lambda fact: -YUAN[fact.unit or ""])
    assert coarse.value is not None and fine.value is not None
    return rounded(convert(Fraction(fine.value), fine.unit, coarse.unit), decimals_of(coarse.value)) != coarse.value


def children(view: AccountView, fact: Fact) -> list[Fact]:
    """The fact's parts in its own column: rows one level below by code."""
    column = [other for other in view.by_kind.get(fact.kind or "", []) if other.measure == fact.measure and other.code]
    below = [other for other in column if other.code.startswith(fact.code) and len(other.code) == len(fact.code) + 2]
    return below if fact.code else []


def leaves(view: AccountView, kind: str, measure: str, digits: int | None = None) -> list[Fact]:
    """Rows of a table's column that have no rows below them (or those with so many digits of code)."""
    column = [fact for fact in view.by_kind.get(kind, []) if fact.measure == measure and fact.code]
    if digits:
        return [fact for fact in column if len(fact.code) == digits]
    codes = [fact.code for fact in column]
    return [fact for fact in column if not any(code != fact.code and code.startswith(fact.code) for code in codes)]
