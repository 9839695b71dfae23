"""Shares and completion rates, from tables or from the figures that the narrative states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant import calculator, prose
from assistant.answering.base import Refusal, comma
from assistant.answering.narrative import Narrative
from assistant.answering.working import Working, in_unit
from assistant.calculator import ZeroBaseError, call
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Item, Operand, Term, printed
from assistant.scope import GONE
from assistant.selection import printed_budget, select, told_whole, whole_of
from assistant.vocabulary import words
from ingest.model import Fact, Statement
from ingest.text import plain
from prompts import say

_LONG = 4
"""Characters of a name from which on it may stand for the one longer name that has it."""
_WHICH = re.compile("哪(?:几[个项类家种些件]|些)")
"""What they are is asked, and not only how many or how much."""
_PARTED = re.compile("分别|各|每[种类个]")
"""What a number that the question names consists of is asked for."""
_EACH_OF = re.compile("(?:各|分别)(?:自|是|为|有|占|花|用|得|拿|打)*(?:了)?(?:多少|几)")
"""Several are asked for: one number is no answer."""


def _core(statement: Statement) -> str:
    """What a number is of, without the words that narratives use one for the other."""
    return re.sub("^签订|合同$|金额|支出|总额|（.*?）", "", statement.subject)


def are_alike(statements: Sequence[Statement]) -> bool:
    """True for numbers in one unit that are, if amounts, of the same thing."""
    money = statements[0].unit in calculator.YUAN
    return len({(s.unit, _core(s) if money else "") for s in statements}) == 1


def _longer_name(view: AccountView, item: Item, measures: tuple[str, ...]) -> str:
    """The one longer name with a stated budget that has the item's in it (机关事业单位职业年金缴费支出); empty if none."""
    name = plain(item.name)
    if item.row is not None or len(name) < _LONG:
        return ""
    named = {s.subject for s in view.statements if s.measure in measures and name in plain(s.subject)}
    return named.pop() if len(named) == 1 else ""


class Rates(Narrative):
    """Forms answered with a percentage, and budgets that only the narrative states."""

    def _multiple(self) -> Answer:
        found = [self._selected(item) for item in self.plan.items[:2]]
        (first_view, first), (second_view, second) = found
        operands = [self._operand(view, fact) for view, fact in found]
        whole = self._value(second)
        if whole == 0:
            raise Refusal(self._nothing(second_view, operands[1].name, "item"))
        working = self._work("multiple", operands, alike=first.unit)
        shown = working.shown
        text = say(
            "multiple",
            first=operands[0].name,
            first_value=comma(self._value(first)),
            first_mark=mark(operands[0].citation),
            second=self._name(second_view, second) if first_view is second_view else operands[1].name,
            second_value=comma(in_unit(whole, second.unit, first.unit)),
            second_mark=mark(operands[1].citation),
            unit=first.unit or "",
            value=comma(shown),
        )
        formula = f"{operands[0].name} ÷ {operands[1].name}"
        calculation = working.calculation(formula)
        return Answer(status="answered", text=text, value=printed(shown), unit="倍", calculation=calculation)

    def _share_of_several(self) -> Answer:
        """Several items together as a share of their common whole."""
        found = [self._selected(item) for item in self.plan.items]
        view, first = found[0]
        whole = self._selected(self.plan.base)[1] if self.plan.base else self._whole_of(view, first)
        operands = [self._operand(v, fact) for v, fact in found]
        whole_operand = self._operand(view, whole)
        working = self._work(lambda *refs: call("share", call("sum", *refs[:-1]), refs[-1]), [*operands, whole_operand])
        shown = working.shown
        listed = "、".join(
            say(
                "figures_item",
                name=self._name(v, fact),
                value=comma(self._value(fact)),
                unit=fact.unit,
                mark=mark(o.citation),
            )
            for (v, fact), o in zip(found, operands, strict=True)
        )
        text = say(
            "share_sum",
            who=self._who(view),
            list=listed,
            whole_name=self._name(view, whole),
            whole=comma(self._value(whole)),
            unit=whole.unit or "",
            whole_mark=mark(whole_operand.citation),
            value=comma(shown),
        )
        formula = f"（{' + '.join(o.name for o in operands)}）÷ {whole_operand.name} × 100%"
        calculation = working.calculation(formula)
        return Answer(status="answered", text=text, value=printed(shown), unit="%", calculation=calculation)

    def _share(self) -> Answer:
        if len(self.plan.items) > 1:
            return self._share_of_several()
        view, part = self._selected(self.plan.items[0])
        if self.plan.base:
            whole_view, whole = self._selected(self.plan.base)
        else:
            whole_view, whole = view, self._whole_of(view, part)
            self.notes.append(say("note_whole", name=self._name(view, whole)))
        if part == whole:
            raise Refusal(self._nothing(view, say("share_itself", name=self._name(view, part)), "item"))
        operands = [self._operand(view, part), self._operand(whole_view, whole)]
        whole_name = self._name(view, whole) if whole_view is view else operands[1].name
        shared = {
            "who": self._who(view), "name": self._name(view, part), "part": comma(self._value(part)), "unit": part.unit or "",
            "part_mark": mark(operands[0].citation), "whole_name": whole_name, "whole": comma(in_unit(self._value(whole), whole.unit, part.unit)),
            "whole_mark": mark(operands[1].citation),
        }  # fmt: skip
        try:
            working = self._work("share", operands, alike=part.unit)
        except ZeroBaseError:
            return Answer(status="answered", text=say("share_zero", **shared))
        shown = working.shown
        text = say("share", **shared, value=comma(shown))
        self._printed_rate(view, part, shown, "占比")
        formula = f"{operands[0].name} ÷ {operands[1].name} × 100%"
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit="%",
            calculation=working.calculation(formula),
        )

    def _whole_of(self, view: AccountView, part: Fact) -> Fact:
        """What an item is a share of when the question does not say.

        :raises Refusal: if the account does not print it.
        """
        whole = whole_of(view, part)
        if whole is None:
            raise Refusal(self._nothing(view, told_whole(part).row, "item"))
        return whole

    def _printed_rate(self, view: AccountView, fact: Fact, shown: Decimal, measure: str) -> None:
        """A note where the narrative prints another rate for the same thing."""
        for statement in prose.about_item(view, fact.item, (measure,)):
            whole_fits = (fact.kind in ("T7", "T3") and self.plan.base is None) or "合计" in (
                self.plan.base.name if self.plan.base else ""
            )
            if whole_fits and abs(statement.value - shown) > Decimal("0.005") and abs(statement.value - shown) < 1:
                number = self.citations.sentence(view, statement.sentence, printed(statement.value), statement.unit)
                self.notes.append(
                    say("note_printed_rate", printed=statement.text, mark=mark(number), value=printed(shown))
                )
                return

    def _completion(self) -> Answer:
        item = self.plan.items[0]
        view = self._view(item)
        planned = printed_budget(view, item, self.plan.stage or "预算数")
        if planned or select(view, item.model_copy(update={"measure": "预算数"})).blank:
            planned = planned or item.model_copy(update={"measure": "预算数"})
            actual_item = planned.model_copy(update={"measure": "决算数"})
            (_, budget_fact), (_, actual_fact) = self._selected(planned), self._selected(actual_item)
            operands = [self._operand(view, actual_fact), self._operand(view, budget_fact)]
            values = (self._value(actual_fact), self._value(budget_fact))
            name, unit = budget_fact.item, budget_fact.unit or ""
        else:
            operands, values, name, unit = self._stated_completion(view, item)
        shared = {
            "who": self._who(view), "name": name, "budget": comma(values[1]), "budget_mark": mark(operands[1].citation), "unit": unit,
            "actual": comma(values[0]), "actual_mark": mark(operands[0].citation),
        }  # fmt: skip
        try:
            working = self._work("share", operands, alike=unit)
        except ZeroBaseError:
            return Answer(status="answered", text=say("zero_base", **shared))
        shown = working.shown
        formula = f"{operands[0].name} ÷ {operands[1].name} × 100%"
        for statement in prose.about_item(view, name, ("完成率",)):
            if abs(statement.value - shown) >= Decimal("0.005"):
                number = self.citations.sentence(view, statement.sentence, printed(statement.value), statement.unit)
                self.notes.append(
                    say("note_printed_rate", printed=statement.text, mark=mark(number), value=printed(shown))
                )
            break
        self._year_note(view)
        return Answer(
            status="answered",
            text=say("completion", **shared, value=comma(shown)),
            value=printed(shown),
            unit="%",
            calculation=working.calculation(formula),
        )

    def _budget_statements(self, view: AccountView, item: Item) -> tuple[Statement, Statement | None]:
        """Budget and actual figure of an item as the narrative states them.

        :raises Refusal: if it states no budget.
        """
        selection = select(view, item)
        name = selection.fact.item if selection.fact and selection.fact.item != "合计" else item.name
        names = [name, item.words]
        if item.row == "" or item.row in ("本年支出合计", "总计", "合计"):
            names = (
                [item.words, "一般公共预算财政拨款支出"]
                if item.words in ("支出", "总支出", "本年支出", "本年支出合计") or "一般公共" in item.words
                else [item.words]
            )
        wanted = (
            ("年初预算",)
            if self.plan.stage == "年初预算" or "年初" in self.plan.words
            else ("预算数",)
            if "全年预算" in self.plan.words
            else ("年初预算", "预算数")
        )
        for measures in (wanted, ("年初预算", "预算数")):
            longer = _longer_name(view, item, measures)
            for candidate in (*names, longer) if longer else names:
                budgets = prose.about_item(view, candidate, measures)
                if not budgets:
                    continue
                spent = prose.about_item(view, candidate, ("决算数",))
                actual = next((s for s in spent if s.sentence == budgets[0].sentence), None)
                if candidate is longer and actual is None:
                    continue  # the cell of the shorter name is another thing's
                if candidate is longer:
                    self.notes.append(say("note_other_subject", asked=item.words, name=longer))
                return budgets[0], actual
        raise Refusal(self._nothing(view, f"{item.words}的预算数", "item"))

    def _stated_completion(
        self, view: AccountView, item: Item
    ) -> tuple[list[Operand], tuple[Decimal, Decimal], str, str]:
        budget, actual = self._budget_statements(view, item)
        number = self.citations.sentence(view, budget.sentence, printed(budget.value), budget.unit)
        budget_op = Operand(
            name=f"{self._who(view)}{budget.subject}{budget.measure}",
            value=printed(budget.value),
            unit=budget.unit,
            citation=number,
        )
        if actual is None:
            _, fact = self._selected(item)
            return (
                [self._operand(view, fact), budget_op],
                (in_unit(self._value(fact), fact.unit, budget.unit), budget.value),
                budget.subject,
                budget.unit,
            )
        actual_op = Operand(
            name=f"{self._who(view)}{actual.subject}支出决算",
            value=printed(actual.value),
            unit=actual.unit,
            citation=number,
        )
        spent = in_unit(actual.value, actual.unit, budget.unit)
        return [actual_op, budget_op], (spent, budget.value), budget.subject, budget.unit

    def _budget_difference(self, view: AccountView, item: Item) -> Answer:
        operands, (actual, budget), name, unit = self._stated_completion(view, item)
        rate = self.plan.unit == "%"
        try:
            working = self._work("growth" if rate else "subtract", operands, size=True, alike=unit)
        except ZeroBaseError:
            raise Refusal(self._nothing(view, say("rate_on_zero", name=operands[1].name), "item")) from None
        shown, wanted = working.shown, working.unit
        self.sign = working.sign
        text = self._saved_text(view, name, (budget, operands[1]), (actual, operands[0]), unit, (shown, wanted))
        formula = f"{operands[0].name} − {operands[1].name}"
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=wanted,
            calculation=working.calculation(formula),
        )

    def _budget_and_actual(self, view: AccountView, item: Item) -> Answer:
        """Both figures of an item, the budget first."""
        operands, _, name, _ = self._stated_completion(view, item)
        labels = (f"{name}预算", f"{name}决算")
        figures = tuple(
            Figure(label=label, value=operand.value, unit=operand.unit, citation=operand.citation)
            for label, operand in zip(labels, operands[::-1], strict=True)
        )
        calculation = self._listed("list", say("list_formula"), operands[::-1], as_printed=True)
        text = say("figures", who=self._who(view), list=self._in_words(figures))
        return Answer(status="answered", text=text, figures=figures, calculation=calculation)

    def _saved_text(
        self,
        view: AccountView,
        name: str,
        budget: tuple[Decimal, Operand],
        actual: tuple[Decimal, Operand],
        unit: str | None,
        saved: tuple[Decimal, str | None],
    ) -> str:
        """Budget and actual with their marks, and what lies between them, in its own unit where another is asked for."""
        shown, wanted = saved
        return say(
            "saved",
            who=self._who(view),
            name=name,
            budget=comma(budget[0]),
            budget_mark=mark(budget[1].citation),
            actual=comma(actual[0]),
            actual_mark=mark(actual[1].citation),
            unit=unit or "",
            direction="决算比预算多" if actual[0] > budget[0] else "决算比预算少",
            value=comma(shown),
            saved_unit=wanted or "",
        )

    def _prose_figure(self) -> Answer:
        view = self._first_view()
        plan = self.plan
        if len({self.library.account(one).department for one in plan.accounts}) > 1:
            return self._stated_of_each()
        if plan.items and plan.stage in ("年初预算", "预算数") and not plan.prose_unit:
            budget, _ = self._budget_statements(view, plan.items[0])
            return self._stated(view, budget)
        if plan.items and plan.stage == "预算和决算":
            return self._budget_and_actual(view, plan.items[0])
        if listed := prose.find_parts(view, plan.words):
            return self._stated_parts(view, listed)
        if plan.items and plan.stage == "预算差额":
            return self._budget_difference(view, plan.items[0])
        if re.search(r"叫什么|名称|哪些|哪几", plan.words) and prose.find_section(view, plan.words):
            return self._passage()
        if _WHICH.search(plan.words):
            return self._passage(counted=True)
        several = _EACH_OF.search(plan.words)
        fitting = [
            pair for pair in prose.find_statement(view, plan.words, plan.prose_unit, plan.stage)
            if prose.has_words(pair[1].sentence.text, plan.needed)
            and (plan.stage != "增减" or prose.is_since(pair[1], view.account.year, plan.base_year))
        ]  # fmt: skip
        if not several and (one := prose.answering(fitting, plan.words)):
            return self._stated(view, one)
        parted = _PARTED.search(plan.words)
        ranked = [pair for pair in fitting if parted or not prose.is_given(pair[1], plan.words)]
        if ranked and not several:
            best = ranked[0][1]
            rivals = [s for _, s in ranked if s.sentence.text != best.sentence.text]
            if plan.items or "元" in plan.prose_unit or plan.stage in ("年初预算", "预算数"):
                return self._figure_of_known_item(
                    view
                )  # amounts of several things fit as well: none is quoted as the answer
            return self._quoted(view, best.sentence.text, [(s.sentence) for s in (best, *rivals[:1])])
        if not plan.items and plan.stage in ("", "决算数") and plan.prose_unit != "%" and not several:
            named = prose.stated(view, Term(words=plan.words, units=plan.prose_unit))
            if named and not prose.is_given(named, plan.words) and named.measure in ("决算数", "数量", "实际值"):
                return self._stated(view, named)
        if plan.items and not plan.prose_unit:
            return self._figure_of_known_item(view)
        if plan.prose_unit == "%" and "占" in plan.words:  # a sentence with another share answers nothing
            raise Refusal(self._nothing(view, plan.words.replace("\x00", ""), "item"))
        return self._passage(counted=True)

    def _stated_operand(self, view: AccountView, statement: Statement, who: str = "") -> Operand:
        value = printed(statement.value)
        cited = self.citations.sentence(view, statement.sentence, value, statement.unit, statement.text)
        return Operand(name=f"{who}{statement.subject}", value=value, unit=statement.unit, citation=cited)

    def _stated_of_each(self) -> Answer:
        """What the text of each department states, and their sum where that is asked for.

        :raises Refusal: if one of them states nothing of it, or not the same thing in the same unit.
        """
        operands, found = [], []
        for identifier in self.plan.accounts:
            view = self.library.view(identifier)
            asked = re.sub("有?多[大高]", GONE, words().forms["sum"].sub(GONE, self.plan.words))
            ranked = prose.find_statement(view, asked, self.plan.prose_unit, self.plan.stage)
            if not ranked:
                raise Refusal(self._figure_of_known_item(view))
            found.append(ranked[0][1])
            operands.append(self._stated_operand(view, ranked[0][1], self._who(view)))
        if not are_alike(found):
            raise Refusal(self._figure_of_known_item(self._first_view()))
        figures = [Figure(label=o.name, value=o.value, unit=o.unit, citation=o.citation) for o in operands]
        if words().forms["difference"].search(self.plan.words) and len(operands) == 2:
            return self._stated_apart(operands)
        if words().forms["multiple"].search(self.plan.words):
            return self._stated_times(*operands) if len(operands) == 2 else self._figure_of_known_item(self._first_view())
        if not words().forms["sum"].search(self.plan.words):
            listed = self._listed("list", say("list_formula"), operands, as_printed=True)
            text = say("many_stated", list=self._in_words(figures))
            return Answer(status="answered", text=text, figures=tuple(figures), calculation=listed)
        return self._stated_sum(operands)

    def _stated_sum(self, operands: list[Operand]) -> Answer:
        """What stated figures come to together."""
        figures = [Figure(label=o.name, value=o.value, unit=o.unit, citation=o.citation) for o in operands]
        places = max(calculator.places_of(Decimal(operand.value)) for operand in operands)
        working = self._work("sum", operands, places)
        text = say("sum", list=self._in_words(figures), value=comma(working.shown), unit=working.unit or "")
        return self._computed(text, working, working.unit, " + ".join(operand.name for operand in operands))

    def _stated_apart(self, operands: list[Operand]) -> Answer:
        """By how much two stated figures differ, all in one unit; in per cent of the second where that is asked for.

        :raises Refusal: if a rate over 0 is asked for.
        """
        first, second = operands
        rate = self.plan.unit == "%" and first.unit != "%"
        if rate and Decimal(second.value) <= 0:
            raise Refusal(self._nothing(self._first_view(), say("rate_on_zero", name=second.name), "item"))
        alike = first.unit if rate else self._wanted(first.unit)
        places = max(calculator.places_of(Decimal(operand.value)) for operand in operands)
        working = (
            self._work("growth", operands, size=True, alike=alike) if rate
            else self._work("subtract", operands, places, size=True, alike=alike)
        )  # fmt: skip
        exact = working.exact.value
        self.sign = working.sign
        shown = [comma(in_unit(Decimal(operand.value), operand.unit, alike)) for operand in operands]
        formula = f"{first.name} − {second.name}"
        if working.unit == "%" and not rate:
            both = [f"{o.name} {value}%{mark(o.citation)}" for o, value in zip(operands, shown, strict=True)]
            way = "points_more" if exact > 0 else "points_less" if exact else "points_same"
            text = say("points", first=both[0], second=both[1], direction=say(way), value=comma(working.shown))
            return self._computed(text, working, "个百分点", formula)
        text = say(
            "difference_rate" if rate else "difference" if exact else "difference_same", first=first.name, first_value=shown[0],
            first_mark=mark(first.citation), second=second.name, second_value=shown[1], second_mark=mark(second.citation),
            unit=alike or "", direction="多" if exact > 0 or (rate and not exact) else "少", value=comma(working.shown),
        )  # fmt: skip
        return self._computed(text, working, working.unit, f"（{formula}）÷ {second.name} × 100%" if rate else formula)

    def _stated_times(self, one: Operand, other: Operand) -> Answer:
        """How many times one stated figure is another."""
        if not Decimal(other.value):
            raise Refusal(self._nothing(self._first_view(), say("rate_on_zero", name=other.name), "item"))
        working = self._work("multiple", [one, other], alike=one.unit)
        text = say(
            "multiple", first=one.name, first_value=comma(Decimal(one.value)), first_mark=mark(one.citation),
            second=other.name.removeprefix(self._who(self._first_view())), second_value=comma(in_unit(Decimal(other.value), other.unit, one.unit)),
            second_mark=mark(other.citation), unit=one.unit or "", value=comma(working.shown),
        )  # fmt: skip
        return self._computed(text, working, "倍", f"{one.name} ÷ {other.name}")

    def _computed(self, text: str, working: Working, unit: str | None, formula: str) -> Answer:
        """The answer of one computed number."""
        return Answer(
            status="answered", text=text, value=printed(working.shown), unit=unit, calculation=working.calculation(formula)
        )

    def _figure_of_known_item(self, view: AccountView) -> Answer:
        """The question has words that the assistant does not know before a name: the name alone is not what was asked."""
        return self._nothing(view, prose.content_words(self.plan.words).replace("\x00", ""), "item")
