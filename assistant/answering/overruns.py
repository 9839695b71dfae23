"""Items whose actual figure lies above or below their budget, as the text states both, and 三公 as its table does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from assistant import prose
from assistant.answering.base import Refusal, comma
from assistant.answering.tops import Tops
from assistant.answering.working import Asked, work
from assistant.calculator import Expression, call, convert, places_of, quantity, value_of
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Operand, printed
from assistant.vocabulary import totals, words
from ingest.model import Fact, Statement
from ingest.text import plain
from prompts import say

_THREE = re.compile("三公|公务接待|公务用车|因公出国")
"""What the table tells."""
_FURTHEST = re.compile("最[大多少厉]")
"""Only the one that is furthest off is asked for."""

_BY_RATE = re.compile("(?:完成率|执行率|完成度|执行进度|(?:完成|执行)(?:年初|全年|年度)?预算数?的?(?:比例|百分比|程度|进度))[^，。]{0,4}最(?P<end>[高低大小好差少快慢])")
_EQUAL = re.compile("分毫不差|完全一致|一分不[差多]|[正刚]好相等|完全相等|持平|一模一样")
_EITHER = re.compile("(?<!超)(?:差|偏离)[得距额]?.{0,2}最|相差|偏差")
"""How far it lies off is asked, above or below."""


@dataclass(frozen=True)
class Budgeted:
    """An item with its budget and its actual figure, both from the text or both from the table."""

    name: str
    budget: Statement | Fact
    actual: Statement | Fact

    @property
    def off(self) -> Fraction:
        """Actual less budget, in the actual figure's unit."""
        budget = convert(Fraction(self.budget.value or 0), self.budget.unit, self.actual.unit)
        return Fraction(self.actual.value or 0) - budget

    @property
    def rate(self) -> Fraction:
        """Actual over budget, which is not 0, in per cent."""
        figures = {"f1": quantity(str(self.actual.value), self.actual.unit), "f2": quantity(str(self.budget.value), self.budget.unit)}
        return value_of("share(f1, f2)", figures).value


class Overruns(Tops):
    """The form that lists items against their budgets."""

    def _overrun(self) -> Answer:
        view = self._first_view()
        pairs = [*_stated_pairs(view), *_pairs_of_three(view)]
        if not pairs:
            raise Refusal(self._nothing(view, say("overrun_budgets"), "item"))
        if extreme := _BY_RATE.search(self.plan.words):
            by_function = [] if _THREE.search(self.plan.words) else list(_stated_pairs(view))
            return self._by_rate(view, by_function or pairs, lowest=extreme["end"] in "低小差少慢")
        single = words().single
        unplanned = bool(single["unplanned"].search(self.plan.words))
        below = not unplanned and bool(single["below"].search(self.plan.words))
        either, equal = bool(_EITHER.search(self.plan.words)), bool(_EQUAL.search(self.plan.words))
        lying = [
            pair for pair in pairs
            if (not pair.off if equal else pair.off and (either or (pair.off < 0) == below)) and not (unplanned and pair.budget.value)
        ]  # fmt: skip
        lying.sort(key=lambda pair: -abs(pair.off))
        furthest = bool(_FURTHEST.search(self.plan.words)) and not single["how_many"].search(self.plan.words)
        if furthest:
            lying = [pair for pair in lying if abs(pair.off) == abs(lying[0].off)]
        side = say("overrun_unplanned" if unplanned else "overrun_equal" if equal else "overrun_either" if either else "overrun_below" if below else "overrun_above")
        self.notes.append(say("note_overrun"))
        if not lying:
            text = say("overrun_none", who=self._who(view), side=side)
            return Answer(status="answered", text=text, value="0", unit="项", figures=())
        told = [tuple(self._told(view, pair.name, t) for t in (pair.actual, pair.budget)) for pair in lying]
        operands = [operand for both in told for operand in both]
        figures, parts, workings = [], [], []
        for at, (pair, (actual, budget)) in enumerate(zip(lying, told, strict=True)):
            values = Decimal(budget.value), Decimal(actual.value)
            working = work(
                lambda *refs, at=at: call("subtract", refs[2 * at], refs[2 * at + 1]),  # type: ignore[misc]
                operands, max(map(places_of, values)), Asked(), size=True,
            )  # fmt: skip
            workings.append(working)
            shown = printed(working.shown)
            figures.append(Figure(label=pair.name, value=shown, unit=working.unit, citation=actual.citation))
            parts.append(
                say(
                    "overrun_item", name=pair.name, budget=comma(values[0]), budget_mark=mark(budget.citation),
                    actual=comma(values[1]), actual_mark=mark(actual.citation), unit=actual.unit or "",
                    value=comma(working.shown),
                )
            )  # fmt: skip
        template = "overrun_furthest" if furthest else "overrun"
        text = say(template, who=self._who(view), side=side, count=len(lying), list="；".join(parts))
        if words().forms["sum"].search(self.plan.words) and not single["how_many"].search(self.plan.words):
            places = max(places_of(Decimal(actual.value)) for actual, _ in told)
            total = self._work(lambda *refs: call("sum", *refs[::2]), operands, places)
            text += say("overrun_sum", value=comma(total.shown), unit=total.unit or "")
            return Answer(
                status="answered", text=text, value=printed(total.shown), unit=total.unit, figures=tuple(figures),
                calculation=total.calculation(say("overrun_formula"), workings),
            )  # fmt: skip
        if single["how_many"].search(self.plan.words):
            def off(*refs: Expression) -> Expression:
                pairs = zip(refs[::2], refs[1::2], strict=True)
                return call("list", *(call("abs", call("subtract", actual, budget)) for actual, budget in pairs))

            counted = self._listed(off, say("overrun_formula"), operands, count=True, as_printed=True)
            return Answer(status="answered", text=text, value=str(len(lying)), unit="项", calculation=counted)
        calculation = workings[-1].calculation(say("overrun_formula"), workings[:-1])
        first = figures[0] if furthest else None
        return Answer(
            status="answered", text=text, figures=tuple(figures), calculation=calculation,
            value=first.value if first else None, unit=first.unit if first else None,
        )  # fmt: skip

    def _by_rate(self, view: AccountView, pairs: Sequence[Budgeted], lowest: bool) -> Answer:
        """The item that was completed to the highest or lowest part of its budget; items without a budget have no rate."""
        at_start = [pair for pair in pairs if pair.budget.measure == "年初预算"] if "年初" in self.plan.words else []
        planned = [pair for pair in at_start or pairs if pair.budget.value and pair.budget.value > 0]
        if not planned:
            raise Refusal(self._nothing(view, say("overrun_budgets"), "item"))
        rates = [pair.rate for pair in planned]
        extreme = (min if lowest else max)(rates)
        figures, parts, workings = [], [], []
        for pair in (pair for pair, rate in zip(planned, rates, strict=True) if rate == extreme):
            actual, budget = (self._told(view, pair.name, told) for told in (pair.actual, pair.budget))
            working = self._work("share", [actual, budget], alike=actual.unit)
            workings.append(working)
            figures.append(Figure(label=pair.name, value=printed(working.shown), unit="%", citation=actual.citation))
            parts.append(
                say(
                    "overrun_rate", name=pair.name, budget=comma(Decimal(budget.value)), budget_mark=mark(budget.citation),
                    actual=comma(Decimal(actual.value)), actual_mark=mark(actual.citation), unit=actual.unit or "",
                    value=comma(working.shown),
                )
            )  # fmt: skip
        self.notes.append(say("note_overrun"))
        text = say("overrun_rates_lowest" if lowest else "overrun_rates_highest", who=self._who(view), list="；".join(parts))
        calculation = workings[-1].calculation(say("overrun_rates_formula"), workings[:-1])
        return Answer(
            status="answered", text=text, value=figures[0].value, unit="%", figures=tuple(figures), calculation=calculation
        )

    def _told(self, view: AccountView, name: str, told: Statement | Fact) -> Operand:
        if isinstance(told, Fact):
            return self._operand(view, told)
        value = printed(told.value)
        cited = self.citations.sentence(view, told.sentence, value, told.unit)
        return Operand(name=f"{name}{told.measure}", value=value, unit=told.unit, citation=cited)


def _pairs_of_three(view: AccountView) -> Iterator[Budgeted]:
    """The 三公 items of the table that prints their budgets."""
    cells = {(fact.item, fact.measure): fact for fact in view.by_kind.get("T7", []) if fact.value is not None}
    parts = {"公务用车购置费", "公务用车运行维护费"}
    split = all((part, measure) in cells for part in parts for measure in ("预算数", "决算数"))
    for item in dict.fromkeys(item for item, _ in cells):
        budget, actual = cells.get((item, "预算数")), cells.get((item, "决算数"))
        whole = "合计" in item or (split and item == "公务用车购置及运行维护费")
        if budget and actual and not whole and (split or item not in parts):
            yield Budgeted(item, budget, actual)


def _stated_pairs(view: AccountView) -> Iterator[Budgeted]:
    """Items whose budget and actual figure one sentence states; totals are not items."""
    seen: set[str] = set()
    for budget in view.statements:
        name = plain(budget.subject)
        if budget.measure not in ("年初预算", "预算数") or name in seen or name in _totals() or _THREE.search(name):
            continue
        actual = next((other for other in view.statements if _is_actual(other, budget)), None)
        if actual is not None:
            seen.add(name)
            yield Budgeted(budget.subject, budget, actual)


def _is_actual(statement: Statement, budget: Statement) -> bool:
    """True for the actual figure that stands beside a budget."""
    same = statement.sentence == budget.sentence and statement.measure == "决算数"
    return same and prose.names_subject(statement, budget.subject)


@cache
def _totals() -> frozenset[str]:
    return frozenset(plain(name) for total in totals() for name in total.names)
