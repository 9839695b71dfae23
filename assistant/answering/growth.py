"""Changes against another year, computed where that year is loaded, else as stated."""

from __future__ import annotations

import re

from assistant import calculator, prose
from assistant.answering.averages import Averages
from assistant.answering.base import Refusal, comma
from assistant.answering.working import in_unit
from assistant.calculator import ZeroBaseError
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Item, printed
from assistant.selection import Selection, printed_last_year, select
from ingest.model import Fact, Statement
from prompts import say


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
            return self._computed_growth(view, selection.fact, *before, rate)
        if stated is not None:
            return self._stated(view, stated)
        raise Refusal(self._nothing(view, f"{item.words}的上年数", "item"))

    def _before(self, view: AccountView, item: Item) -> tuple[AccountView, Fact] | None:
        """The earlier year's cell: of its own account, else in this account's column of last year's figures."""
        earlier = self._previous_year(view)
        if earlier is not None:
            fact = select(earlier, item.model_copy(update={"account": earlier.account.id})).fact
            return (earlier, fact) if fact is not None and fact.value is not None else None
        printed_there = printed_last_year(view, item) if self._is_of_last_year(view) else None
        fact = select(view, printed_there).fact if printed_there else None
        return (view, fact) if fact is not None else None

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
                if "预算" not in statement.base:
                    return statement
        return None

    def _computed_growth(
        self, view: AccountView, now: Fact, before_view: AccountView, before: Fact, rate: bool
    ) -> Answer:
        self._scope_notes(view, now, Selection(self.plan.items[0], now))
        operands = [self._operand(view, now), self._operand(before_view, before)]
        places = max(calculator.places_of(self._value(now)), calculator.places_of(self._value(before)))
        unit = self._wanted(now.unit)
        changed = self._work("subtract", operands, places, size=True, alike=unit, aside=rate)
        exact, change = changed.exact.value, changed.shown
        self.sign = changed.sign
        shared = {
            "who": self._who(view), "name": self._name(view, now), "now": comma(in_unit(self._value(now), now.unit, unit)), "unit": unit or "", "now_mark": mark(operands[0].citation),
            "year": view.account.year - 1 if before_view is view else before_view.account.year, "before": comma(in_unit(self._value(before), before.unit, unit)), "before_mark": mark(operands[1].citation),
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
