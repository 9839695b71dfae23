"""Changes against another year, computed where that year is loaded, else as stated."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant import calculator, prose
from assistant.answering.averages import Averages
from assistant.answering.base import Refusal, comma
from assistant.answering.working import in_unit
from assistant.calculator import ZeroBaseError
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Item, Operand, printed
from assistant.selection import Selection, printed_last_year, select
from ingest.model import Fact, Statement
from prompts import say

_EXECUTED = re.compile("执行|决算|实际(?!上)")
"""What a budget does not tell of its year."""


class Growth(Averages):
    """The form for changes against an earlier year."""

    def _growth(self) -> Answer:
        item = self.plan.items[0]
        view = self._view(item)
        rate = bool(re.search(r"率|百分|幅|%|％|(?:增长|下降|同比|上升)了?多少(?!万|钱|元|亿)", self.plan.words))
        selection = select(view, item)
        stated = self._stated_change(view, item, selection, "增减率" if rate else "增减额")
        if stated is None:
            stated = self._stated_change(view, item, selection, "增减额")
        before = self._before(view, item)
        if selection.fact is not None and selection.fact.value is not None and before is not None:
            year = view.account.year - 1 if before[0] is view else before[0].account.year
            operands = [self._operand(view, selection.fact), self._operand(*before)]
            return self._computed_growth(view, selection.fact, year, operands, rate)
        if stated is not None and stated.measure == ("增减率" if rate else "增减额"):
            return self._stated(view, stated)
        if selection.fact is not None and (both := self._stated_both(view, item, selection.fact)):
            return self._stated_growth(view, *both, rate)
        if stated is not None:
            return self._stated(view, stated)
        raise Refusal(self._nothing(view, f"{item.words}的上年数", "item"))

    def _before(self, view: AccountView, item: Item) -> tuple[AccountView, Fact] | None:
        """The earlier year's cell: of its own account, else in this account's column of last year's figures."""
        earlier = self._previous_year(view)
        if earlier is not None and earlier.account.is_budget and _EXECUTED.search(self.plan.words):
            return None  # a budget does not tell what was spent
        if earlier is not None:
            fact = select(earlier, item.model_copy(update={"account": earlier.account.id})).fact
            return (earlier, fact) if fact is not None and fact.value is not None else None
        printed_there = printed_last_year(view, item) if self._is_of_last_year(view) else None
        fact = select(view, printed_there).fact if printed_there else None
        return (view, fact) if fact is not None else None

    def _stated_both(self, view: AccountView, item: Item, fact: Fact) -> tuple[Statement, Statement] | None:
        """This year's number of an item and the earlier year's, where one sentence states both (2023年执行数为…，2024年安排…)."""
        of_year = (s for s in prose.about_item(view, fact.item, ("往年数",)) if prose.is_since(s, view.account.year, self.plan.base_year))
        told = [s for s in of_year if item.row is None]
        if len({(s.value, s.unit) for s in told}) != 1:
            return None
        now = [s for s in prose.about_item(view, fact.item, ("决算数", "预算数")) if s.sentence == told[0].sentence and s.unit == told[0].unit]
        return (now[0], told[0]) if len({s.value for s in now}) == 1 else None

    def _stated_growth(self, view: AccountView, now: Statement, before: Statement, rate: bool) -> Answer:
        """How what one sentence states changed from the earlier year that it names."""
        operands = [self._stated_operand(view, statement, self._who(view)) for statement in (now, before)]
        operands[1] = operands[1].model_copy(update={"name": f"{operands[1].name}{before.base}"})
        return self._stated_between(view, operands, (now, before), before.base.rstrip("年"), rate)

    def _stated_between(
        self, view: AccountView, operands: list[Operand], told: tuple[Statement, Statement], earlier: str | int, rate: bool
    ) -> Answer:
        """How a stated number changed from an earlier year's: by how much, or at what rate; of rates no rate is taken.

        :param operands: the later number and the earlier one.
        :param told: the statements that they are of.
        """
        now, before = told
        points = now.unit == "%"
        rate = rate and not points
        places = max(calculator.places_of(now.value), calculator.places_of(before.value))
        working = self._work("growth" if rate else "subtract", operands, 2 if rate else places, size=True)
        unit = "个百分点" if points else working.unit
        self.sign = working.sign
        text = say(
            "stated_between", department=view.account.department, name=now.subject, year=view.account.year,
            value=comma(now.value), unit=now.unit, mark=mark(operands[0].citation), before_year=earlier,
            before=comma(before.value), before_unit=before.unit, before_mark=mark(operands[1].citation),
            direction=("持平", "增加", "减少")[working.sign], change=comma(working.shown), change_unit=unit or "",
        )  # fmt: skip
        return self._computed(text, working, unit, f"{operands[0].name} − {operands[1].name}")

    def _is_of_last_year(self, view: AccountView) -> bool:
        return self.plan.base_year in (None, view.account.year - 1)

    def _previous_year(self, view: AccountView) -> AccountView | None:
        earlier = self.library.of_year(view.account, self.plan.base_year or view.account.year - 1)
        return self.library.view(earlier.id) if earlier else None

    def _stated_change(self, view: AccountView, item: Item, selection: Selection, measure: str) -> Statement | None:
        names = [item.words, item.name]
        if selection.fact is not None:
            names.append(selection.fact.item)
        if item.row == "总计":
            names += ["收入支出总计", "财政拨款收入支出总计"] if item.kinds[0] == "T4" else ["收入支出总计"]
        for name in names:
            for statement in prose.about_item(view, name, (measure,)):
                if "预算" not in statement.base and prose.is_since(statement, view.account.year, self.plan.base_year):
                    return statement
        return None

    def _computed_growth(
        self, view: AccountView, now: Fact, year: int, operands: list[Operand], rate: bool
    ) -> Answer:
        self._scope_notes(view, now, Selection(self.plan.items[0], now))
        before = operands[1]
        was = Decimal(before.value)
        places = max(calculator.places_of(self._value(now)), calculator.places_of(was))
        unit = self._wanted(now.unit)
        changed = self._work("subtract", operands, places, size=True, alike=unit, aside=rate)
        exact, change = changed.exact.value, changed.shown
        self.sign = changed.sign
        shared = {
            "who": self._who(view), "name": self._name(view, now), "now": comma(in_unit(self._value(now), now.unit, unit)), "unit": unit or "", "now_mark": mark(operands[0].citation),
            "year": year, "before": comma(in_unit(was, before.unit, unit)), "before_mark": mark(operands[1].citation),
        }  # fmt: skip
        formula = f"{operands[0].name} − {operands[1].name}"
        calculation = changed.calculation(formula)
        if exact == 0 and not rate:
            return Answer(
                status="answered",
                text=say("growth_same", **shared),
                value=printed(change),
                unit=unit,
                calculation=calculation,
            )
        try:
            rated = self._work("growth", operands, size=True, aside=not rate)
        except ZeroBaseError:
            text = say(
                "growth",
                **shared,
                direction="增加" if exact >= 0 else "减少",
                change=comma(change),
                rate_words=say("growth_zero"),
            )
            return Answer(
                status="answered",
                text=text,
                value=None if rate else printed(change),
                unit=None if rate else unit,
                calculation=calculation,
            )
        shown, up = rated.shown, exact >= 0
        words = say("growth_rate", direction="增长" if up else "下降", rate=comma(shown))
        text = say("growth", **shared, direction="增加" if up else "减少", change=comma(change), rate_words=words)
        if not rate:
            both = changed.calculation(f"{formula}；变动率 = 变动额 ÷ {operands[1].name} × 100%", [rated])
            figure = Figure(label="变动率", value=printed(shown), unit="%", citation=operands[1].citation)
            return Answer(
                status="answered", text=text, value=printed(change), unit=unit, calculation=both, figures=(figure,)
            )
        formula = f"（{formula}）÷ {operands[1].name} × 100%"
        figure = Figure(label="变动额", value=printed(change), unit=unit, citation=operands[0].citation)
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit="%",
            calculation=rated.calculation(formula, [changed]),
            figures=(figure,),
        )
