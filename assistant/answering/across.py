"""One figure of many departments: ranked, added up or filtered, with how many of them have it.

The figures are found by one question to the store; only the cells that are shown are read whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from typing import Protocol, TypeVar

from assistant import calculator, prose
from assistant.answering.base import Refusal, comma
from assistant.answering.limits import formula_of, in_words, limits_of
from assistant.answering.places import Places
from assistant.answering.rankings import IN_ORDER, coverage_note
from assistant.answering.rates import are_alike
from assistant.answering.working import Asked, Build, listed, summed
from assistant.calculator import CONDITIONS, Call, Expression, call
from assistant.citing import mark
from assistant.departments import LEVELS
from assistant.library import AccountView
from assistant.model import Answer, Calculation, Compared, Coverage, Figure, Operand, printed
from assistant.selection import places_of
from ingest.catalogue.dimensions import policy
from ingest.model import Fact
from ingest.store import StoredCell
from prompts import say

SHOWN = 10
"""Departments that are listed where the question does not say how many."""
_MOST = 100
"""Departments that are listed at most."""
_COMPARED = 200
"""Departments up to which all that were compared are handed on with the answer."""
_DECIMALS = 8
"""Of amounts in the store."""
_EACH = re.compile("分别|各")


@dataclass(frozen=True)
class _Standing:
    """A department's figure with its amount in the least step that the store keeps: whole numbers compare fast."""

    cell: StoredCell
    amount: int
    """In 10⁻⁸ 元; of what is no money in 10⁻⁸ of its unit."""


@dataclass(frozen=True)
class _Told:
    """What the text of a department states."""

    operand: Operand
    account: str
    amount: Fraction


class _HasAmount(Protocol):
    @property
    def amount(self) -> int | Fraction: ...


_Ranked = TypeVar("_Ranked", bound=_HasAmount)


class Across(Places):
    """Forms answered over many departments."""

    def _ranking(self) -> Answer:
        if not self.plan.across:
            return super()._ranking()
        return self._across_ranking() if self.plan.items else self._stated_across()

    def _sum(self) -> Answer:
        if not self.plan.across:
            return super()._sum()
        return self._across_sum() if self.plan.items else self._stated_across()

    def _filter(self) -> Answer:
        return self._across_filter() if self.plan.across else super()._filter()

    def _standings(self) -> tuple[list[_Standing], str, Coverage]:
        """The filled cells, the highest first, the unit that they are compared in, and how many departments have one.

        :raises Refusal: if none has.
        """
        places = [place for item in self.plan.items for place in places_of(item)]
        found = self.library.store.facts.cells(places)
        cells = [found[identifier] for identifier in self.plan.accounts if identifier in found]
        filled = [cell for cell in cells if cell.value is not None]
        blank = [self._department(cell.account) for cell in cells if cell.value is None]
        missing = [self._department(one) for one in self.plan.accounts if one not in found] + list(self.plan.absent)
        coverage = Coverage(
            departments=len(self.plan.accounts) + len(self.plan.absent), found=len(filled), blank=tuple(blank),
            missing=tuple(missing),
        )  # fmt: skip
        if not filled:
            text = say("across_none", count=coverage.departments, when=self._when, name=self.plan.items[0].words)
            raise Refusal(Answer(status="refused", text=text, reason="item", coverage=coverage))
        units = Counter(cell.unit for cell in filled)
        unit = units.most_common(1)[0][0] or ""
        if len(units) > 1:
            self.notes.append(say("note_across_units", unit=unit))
        self._note_tables(filled)
        with localcontext(prec=60):
            standings = [_Standing(cell, amount_of(cell)) for cell in filled]
        return sorted(standings, key=lambda standing: -standing.amount), unit, coverage

    @property
    def _year(self) -> int:
        return self.library.account(self.plan.accounts[0]).year

    @property
    def _when(self) -> str:
        """The year that is compared, or that each department has one of its own."""
        return say("across_own_years") if self._own_years else say("across_year", year=self._year)

    @cached_property
    def _own_years(self) -> bool:
        return len({self.library.account(one).year for one in self.plan.accounts}) > 1

    @property
    def _where(self) -> str:
        if not self.plan.where:
            return ""
        in_place = any(self.plan.where.endswith(level) for level in LEVELS)
        return say("across_place" if in_place else "across_shared", name=self.plan.where)

    def _department(self, account: str) -> str:
        """The department's name; with its year, where not all are of one."""
        of = self.library.account(account)
        return f"{of.department}{say('across_year', year=of.year)}" if self._own_years else of.department

    def _note_tables(self, cells: Sequence[StoredCell]) -> None:
        """What stands in another table than most is said: it may be of another scope."""
        tables = Counter((cell.kind, cell.measure) for cell in cells)
        usual = tables.most_common(1)[0][0]
        for kind, measure in tables if len(self.plan.items) == 1 else ():  # a total is the same in each of its cells
            if (kind, measure) == usual or (kind, measure) in policy().same.get(usual, ()):
                continue
            cell = next(cell for cell in cells if (cell.kind, cell.measure) == (kind, measure))
            (fact,) = self.library.store.facts.facts_at([cell.row])
            title = self.library.view(cell.account).tables[fact.table].title
            self.notes.append(say("note_across_tables", count=tables[kind, measure], table=title))

    def _told_of(self, standings: Sequence[_Standing], unit: str) -> tuple[list[Figure], list[Operand], str]:
        """Figures, operands and the text of a list, each with its citation; amounts in the unit asked for, else `unit`."""
        wanted = self.plan.unit if self.plan.unit in calculator.YUAN else unit
        facts = self.library.store.facts.facts_at([standing.cell.row for standing in standings])
        figures, operands, parts = [], [], []
        for fact in facts:
            view = self.library.view(fact.account)
            operand = self._operand(view, fact)
            value = self._value(fact)
            shown, own = self._in(value, fact.unit, wanted)
            name, number = self._department(view.account.id), operand.citation
            operands.append(operand)
            figures.append(Figure(label=operand.name, value=printed(shown), unit=own, citation=number))
            parts.append(say("across_item", name=name, value=comma(shown), unit=own or "", mark=mark(number)))
        return figures, operands, "；".join(parts)

    def _in(self, value: Decimal, unit: str | None, wanted: str | None) -> tuple[Decimal, str | None]:
        """The printed amount in another unit, with its digits as far as they are not noughts, or as the question asks."""
        printed_places, yuan = calculator.places_of(value), calculator.YUAN
        places = printed_places
        if unit is None or wanted is None or unit not in yuan or wanted not in yuan:
            wanted = unit
        else:
            places = max(0, places + yuan[wanted] - yuan[unit])
        exact = calculator.convert(Fraction(value), unit, wanted)
        while places > printed_places and Fraction(calculator.rounded(exact, places - 1)) == exact:
            places -= 1
        return calculator.rounded(exact, places if self.plan.decimals is None else self.plan.decimals), wanted

    def _first_of(self, standings: Sequence[_Standing]) -> tuple[AccountView, Fact]:
        (fact,) = self.library.store.facts.facts_at([standings[0].cell.row])
        return self.library.view(fact.account), fact

    def _said(self, standings: Sequence[_Standing], coverage: Coverage) -> dict[str, object]:
        """What all sentences say: whose, which year, which figure; and the notes that belong to it."""
        view, fact = self._first_of(standings)
        self._scope_note(view, fact)
        self.notes.append(coverage_note(coverage))
        return {"where": self._where, "when": self._when, "name": self._name(view, fact), "count": coverage.found}

    def _across_ranking(self) -> Answer:
        standings, unit, coverage = self._standings()
        said = self._said(standings, coverage)
        if self.plan.non_zero:
            standings = [standing for standing in standings if standing.amount]
        if self.plan.ascending:
            standings.reverse()
        if not standings:
            raise Refusal(Answer(status="refused", text=say("across_none", **said), reason="item", coverage=coverage))
        chosen, order, tied = self._chosen(standings)
        figures, operands, told = self._told_of(chosen[: self.plan.top or SHOWN][:_MOST], unit)
        if len(figures) < len(chosen):
            told = say("across_tied" if tied else "across_more", list=told, count=len(chosen))
            coverage = coverage.model_copy(update={"listed": len(chosen)})
        single = figures[0] if tied and figures else None
        formula = f"{coverage.found} 个部门按“{said['name']}”{'升' if self.plan.ascending else '降'}序"
        return Answer(
            status="answered", text=say("across", order=order, list=told, **said), figures=tuple(figures),
            value=single.value if single else None, unit=single.unit if single else None, coverage=coverage,
            calculation=self._as_listed(self._taken_first(len(operands)), formula, operands, self._rest(standings, operands), unit),
        )  # fmt: skip

    def _as_listed(
        self, build: Build, formula: str, operands: Sequence[Operand], compared: Sequence[Compared], unit: str, count: bool = False
    ) -> Calculation:
        """The calculation of a list whose amounts are shown in the unit asked for, else in that of most."""
        return listed(build, formula, operands, compared, Asked(self.plan.unit or unit, self.plan.decimals), count)

    def _taken_first(self, count: int) -> Build:
        """The first of all that are compared; for another place than the first, what stands there."""
        if self.plan.nth:
            return "list"
        return lambda *refs: call("bottom" if self.plan.ascending else "top", count, *refs)

    def _rest(self, standings: Sequence[_Standing], operands: Sequence[Operand], most: int = _COMPARED) -> list[Compared]:
        """The figures that are compared or added up besides those cited; none where they are too many to be handed on."""
        if self.plan.nth or len(standings) > most:
            return []
        rest = [standing.cell for standing in standings][len(operands) :]
        return [
            Compared(ref=f"r{n}", name=self._department(cell.account), value=printed(cell.value), unit=cell.unit)
            for n, cell in enumerate(rest, 1)
            if cell.value is not None
        ]

    def _chosen(self, standings: list[_Ranked]) -> tuple[list[_Ranked], str, bool]:
        """What of the order is asked for, its words, and whether that is one place, which several may share."""
        if self.plan.nth and self.plan.nth <= len(standings):
            wanted, order = standings[self.plan.nth - 1], say("across_nth", nth=self.plan.nth)
        elif self.plan.top or IN_ORDER.search(self.plan.words) or _EACH.search(self.plan.words) or "最" not in self.plan.words:
            order = say("across_order_ascending" if self.plan.ascending else "across_order")
            return standings[: self.plan.top], order, False
        else:
            wanted, order = standings[0], say("across_least" if self.plan.ascending else "across_most")
        return [standing for standing in standings if standing.amount == wanted.amount], order, True

    def _told_across(self) -> tuple[list[_Told], Coverage]:
        """What the text of each department states, the highest first, and how many state it.

        :raises Refusal: if none does, or not all of the same thing in one unit.
        """
        asked = prose.of_each(self.plan.words)
        told, found, missing = [], [], []
        for identifier in self.plan.accounts:
            view = self.library.view(identifier)
            ranked = prose.find_statement(view, asked, self.plan.prose_unit, "")
            if not ranked:
                missing.append(self._department(identifier))
                continue
            statement = ranked[0][1]
            found.append(statement)
            told.append(_Told(self._stated_operand(view, statement, self._who(view)), identifier, Fraction(statement.value)))
        if not found or not are_alike(found):
            raise Refusal(self._figure_of_known_item(self._first_view()))
        count = len(self.plan.accounts) + len(self.plan.absent)
        coverage = Coverage(departments=count, found=len(told), missing=(*missing, *self.plan.absent))
        return sorted(told, key=lambda one: -one.amount), coverage

    def _stated_across(self) -> Answer:
        """Departments by what only their texts state, or what that comes to."""
        told, coverage = self._told_across()
        self.notes.append(coverage_note(coverage))
        operands = [one.operand for one in told]
        name = operands[0].name.removeprefix(self._who(self.library.view(told[0].account)))
        said = {"where": self._where, "when": self._when, "name": name, "count": coverage.found}
        if self.plan.form == "sum":
            added = self._stated_sum(operands)
            return added.model_copy(update={"coverage": coverage})
        if self.plan.ascending:
            told.reverse()
        chosen, order, tied = self._chosen(told)
        shown = [one.operand for one in chosen]
        listed_there = "；".join(
            say("across_item", name=self._department(one.account), value=comma(Decimal(one.operand.value)), unit=one.operand.unit or "", mark=mark(one.operand.citation))
            for one in chosen
        )  # fmt: skip
        single = shown[0] if tied else None
        rest = [Compared(ref=f"r{n}", name=o.name, value=o.value, unit=o.unit) for n, o in enumerate((o for o in operands if o not in shown), 1)]
        return Answer(
            status="answered", text=say("across", order=order, list=listed_there, **said), coverage=coverage,
            figures=tuple(Figure(label=o.name, value=o.value, unit=o.unit, citation=o.citation) for o in shown),
            value=single.value if single else None, unit=single.unit if single else None,
            calculation=listed(
                "list" if self.plan.nth else lambda *refs: call("bottom" if self.plan.ascending else "top", len(shown), *refs),
                f"{coverage.found} 个部门按“{name}”{'升' if self.plan.ascending else '降'}序", shown, [] if self.plan.nth else rest, Asked(),
            ),
        )  # fmt: skip

    def _across_sum(self) -> Answer:
        standings, unit, coverage = self._standings()
        said = self._said(standings, coverage)
        places = max(_places(standing.cell) for standing in standings if standing.cell.unit == unit)
        figures, operands, told = self._told_of(standings[: SHOWN if len(standings) > _MOST else _MOST], unit)
        if len(figures) > SHOWN // 2:
            told = "；".join(told.split("；")[: SHOWN // 2])
        order = say("across_sum_order")
        calculation, shown, wanted = self._total(standings, operands, unit, places, str(said["name"]), coverage)
        text = say("across_sum", value=comma(shown), unit=wanted or "", order=order, list=told, **said)
        return Answer(
            status="answered", text=text, value=printed(shown), unit=wanted, figures=tuple(figures),
            calculation=calculation, coverage=coverage,
        )  # fmt: skip

    def _total(
        self, standings: Sequence[_Standing], operands: list[Operand], unit: str, places: int, name: str, coverage: Coverage
    ) -> tuple[Calculation, Decimal, str | None]:
        """The sum of all, those cited and the others; in the unit of most, or the one asked for."""
        compared = self._rest(standings, operands, most=len(standings))
        exact = calculator.convert(in_yuan(sum(standing.amount for standing in standings)), "元", unit)
        shown, wanted = self._shown(exact, unit, places)

        def added(*refs: Expression) -> Call:
            total = call("sum", *refs)
            return call("round", call("convert", total, wanted) if wanted in calculator.YUAN else total, calculator.places_of(shown))

        formula = f"{coverage.found} 个部门的“{name}”之和（{unit}）"
        asked = Asked(self.plan.unit or unit, self.plan.decimals)
        return summed(added, formula, operands, compared, asked), shown, wanted

    def _across_filter(self) -> Answer:
        standings, unit, coverage = self._standings()
        said = self._said(standings, coverage)
        limits = limits_of(self.plan.words)  # there are some: the form is chosen by these words
        thresholds = [(limit.holds, calculator.convert(Fraction(limit.amount), limit.unit, "元")) for limit in limits]
        over = [one for one in standings if all(CONDITIONS[holds](in_yuan(one.amount), at) for holds, at in thresholds)]
        said |= {"limits": in_words(limits), "count": len(over)}
        coverage = coverage.model_copy(update={"listed": len(over)})
        if not over:
            text = say("across_filter_none", **said)
            return Answer(status="answered", text=text, value="0", unit="个", coverage=coverage)
        figures, operands, told = self._told_of(over[: self.plan.top or 2 * SHOWN], unit)
        if len(figures) < len(over):
            told = say("across_more", list=told, count=len(over))
        formula = f"{coverage.found} 个部门中{formula_of(limits)}的部门"
        return Answer(
            status="answered", text=say("across_filter", list=told, **said), value=str(len(over)), unit="个",
            figures=tuple(figures), coverage=coverage,
            calculation=self._as_listed("list", formula, operands, self._rest(over, operands, len(over)), unit, count=True),
        )  # fmt: skip


def amount_of(cell: StoredCell) -> int:
    """The cell's value in steps of 10⁻⁸, money in 元."""
    assert cell.value is not None
    return int(cell.value.scaleb(_DECIMALS + calculator.YUAN.get(cell.unit or "", 0)))


def in_yuan(amount: int) -> Fraction:
    """A whole number of those steps as 元."""
    return Fraction(amount, 10**_DECIMALS)


def _places(cell: StoredCell) -> int:
    return len(cell.text.partition(".")[2].rstrip(")）"))
