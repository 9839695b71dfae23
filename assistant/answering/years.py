"""One figure over several years, and last year's figure where only its change is told."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant import calculator, prose
from assistant.answering.base import Refusal, comma
from assistant.answering.rankings import Rankings
from assistant.calculator import call
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Operand, printed
from assistant.scope import GONE
from assistant.selection import printed_last_year, select
from assistant.vocabulary import MONEY_UNITS, words
from ingest.model import Fact, Statement
from ingest.text import plain
from prompts import say

_AS_GOOD = 0.1
"""How much worse a number may fit that is taken for the one whose change is stated."""
_OF_LAST_YEAR = re.compile("(?:上年|去年|前一年|上一年|头一年|上年度)(?:的|数|额|度)*|推算|推出来|下来|出来")


class Years(Rankings):
    """Forms over the years of one department."""

    def _trend(self) -> Answer:
        """Each year's figure, the earliest first, and the change from the first to the last."""
        if not self.plan.items:
            return self._stated_by_year()
        names = {(item.name, item.row, item.measure) for item in self.plan.items}
        found = self._by_year()
        if len(names) == 2 and words().forms["share"].search(self.plan.words):
            return self._shares_by_year(found)
        if len(names) > 1 or len(found) == 1 or len({view.account.department for view, _ in found}) > 1:
            return self._figure() if len(self.plan.items) == 1 else self._figures(found)
        operands = [self._operand(view, fact) for view, fact in found]
        first_view, (view, last) = found[0][0], found[-1]
        places = max(calculator.places_of(self._value(fact)) for _, fact in found)
        working = self._work(lambda *refs: call("subtract", refs[-1], refs[0]), operands, places, size=True)
        each = [
            self._work(lambda *refs, at=at: refs[at], operands, calculator.places_of(self._value(fact)))  # type: ignore[misc]
            for at, (_, fact) in enumerate(found)
        ]
        figures = [
            Figure(label=f"{v.account.year}年度", value=printed(w.shown), unit=w.unit, citation=operand.citation)
            for (v, _), operand, w in zip(found, operands, each, strict=True)
        ]
        self.sign = working.sign
        text = say(
            "trend", department=view.account.department, name=self._name(view, last), list=self._in_words(figures),
            first=first_view.account.year, last=view.account.year, unit=working.unit or "",
            direction=("持平", "增加", "减少")[self.sign], change=comma(working.shown),
        )  # fmt: skip
        formula = f"{operands[-1].name} − {operands[0].name}"
        calculation = working.calculation(formula, each)
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=calculation)

    def _shares_by_year(self, found: list[tuple[AccountView, Fact]]) -> Answer:
        """The first item as a share of the second, each year."""
        years = {view.account.year: [] for view, _ in found}  # type: dict[int, list[tuple[AccountView, Fact]]]
        for view, fact in found:
            years[view.account.year].append((view, fact))
        whole_years = [cells for cells in years.values() if len(cells) == 2 and cells[1][1].value]
        if not whole_years:
            raise Refusal(self._nothing(self._first_view(), self.plan.items[0].words, "item"))
        operands = [self._operand(view, fact) for cells in whole_years for view, fact in cells]
        figures, parts, workings = [], [], []
        for at, cells in enumerate(whole_years):
            both = operands[2 * at : 2 * at + 2]
            working = self._work(lambda *refs, at=at: call("share", refs[2 * at], refs[2 * at + 1]), operands)  # type: ignore[misc]
            workings.append(working)
            year = cells[0][0].account.year
            shown = printed(working.shown)
            figures.append(Figure(label=f"{year}年度", value=shown, unit="%", citation=both[0].citation))
            marks = {"part_mark": mark(both[0].citation), "whole_mark": mark(both[1].citation)}
            parts.append(say("trend_share_item", year=year, value=comma(working.shown), **marks))
        view, (name, whole) = found[-1][0], (self._name(v, fact) for v, fact in found[-2:])
        text = say("trend_share", department=view.account.department, name=name, whole=whole, list="；".join(parts))
        formula = say("trend_share_formula", name=name, whole=whole)
        calculation = workings[-1].calculation(formula, workings[:-1])
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=calculation)

    def _stated_by_year(self) -> Answer:
        """What the text of each year states, the earliest first; or the year with the most or the least."""
        found: list[tuple[AccountView, Statement]] = []
        for identifier in reversed(self.plan.accounts):
            view = self.library.view(identifier)
            ranked = prose.find_statement(view, self.plan.words, self.plan.prose_unit, "")
            if ranked:
                found.append((view, ranked[0][1]))
            else:
                self.notes.append(say("trend_unstated", who=self._who(view)))
        if len({(statement.unit, plain(statement.subject)) for _, statement in found}) != 1:
            raise Refusal(self._nothing(self._first_view(), prose.content_words(self.plan.words).replace(GONE, ""), "item"))
        found.sort(key=lambda pair: pair[0].account.year)
        if self.plan.stage == "最":
            values = [statement.value for _, statement in found]
            best = min(values) if self.plan.ascending else max(values)
            view, statement = next(pair for pair in found if pair[1].value == best)
            return self._stated(view, statement)
        if self.plan.stage in ("和", "均"):
            if len(found) < len(self.plan.accounts):  # a sum of fewer years is another sum
                raise Refusal(self._nothing(self._first_view(), prose.content_words(self.plan.words).replace(GONE, ""), "item"))
            operands = [self._stated_operand(view, statement, self._who(view)) for view, statement in found]
            return self._stated_sum(operands) if self.plan.stage == "和" else self._mean_of(operands)
        if self.plan.stage == "增减" and len(found) == 2:
            return self._stated_difference(found)
        figures, operands = [], []
        for view, statement in found:
            value = printed(statement.value)
            cited = self.citations.sentence(view, statement.sentence, value, statement.unit, statement.text)
            name = f"{self._who(view)}{statement.subject}"
            operands.append(Operand(name=name, value=value, unit=statement.unit, citation=cited))
            label = f"{view.account.year}年度"
            figures.append(Figure(label=label, value=value, unit=statement.unit, citation=cited))
        name = f"{found[0][0].account.department}{found[0][1].subject}"
        text = say("figures", who=name, list=self._in_words(figures))
        calculation = self._listed("list", say("list_formula"), operands, as_printed=True)
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=calculation)

    def _stated_difference(self, found: list[tuple[AccountView, Statement]]) -> Answer:
        """How what the text states changed from the earlier to the later year."""
        operands = [self._stated_operand(view, statement, self._who(view)) for view, statement in reversed(found)]
        (earlier, before), (later, now) = found
        rate = bool(words().single["rate"].search(self.plan.words))
        return self._stated_between(later, operands, (now, before), earlier.account.year, rate)

    def _by_year(self) -> list[tuple[AccountView, Fact]]:
        """The filled cells of the plan's items by year; what is not there or not filled in gets a note.

        :raises Refusal: if no year has any.
        """
        found: list[tuple[AccountView, Fact]] = []
        for item in self.plan.items:
            view = self._view(item)
            selection = select(view, item)
            if selection.fact is None or selection.blank:
                self.notes.append(say("trend_missing", who=self._who(view), name=item.words))
            else:
                found.append(self._selected(item))
        if not found:
            self.notes.clear()
            self._selected(self.plan.items[0])  # refuses with its reason
        return sorted(found, key=lambda pair: pair[0].account.year)

    def _last_year(self) -> Answer:
        """Last year's figure: from its account where that is loaded, else from this year's and the stated change."""
        if not self.plan.items:
            return self._last_year_of_text()
        item = self.plan.items[0]
        view = self._view(item)
        before = self._previous_year(view)
        if before is not None:
            self.plan = self.plan.model_copy(
                update={"items": (item.model_copy(update={"account": before.account.id}),), "dated": True}
            )
            return self._figure()
        if there := printed_last_year(view, item):
            self.plan = self.plan.model_copy(update={"items": (there,), "dated": True})
            return self._figure()
        selection = select(view, item)
        stated = self._stated_change(view, item, selection, "增减额")
        if stated is None or stated.direction not in ("增加", "增长", "减少", "下降", "持平"):
            raise Refusal(self._nothing(view, f"{item.words}的上年数", "item"))
        _, fact = self._selected(item)
        return self._derived(view, self._name(view, fact), self._operand(view, fact), stated)

    def _last_year_of_text(self) -> Answer:
        """The same for what only the text states: the sentence must state this year's amount and its change."""
        view = self._first_view()
        asked = _OF_LAST_YEAR.sub("", self.plan.words)
        ranked = prose.find_statement(view, asked, MONEY_UNITS, "")
        for now in (statement for score, statement in ranked if score > ranked[0][0] - _AS_GOOD):
            change = next(
                (
                    s
                    for s in view.statements
                    if s.sentence == now.sentence
                    and s.measure == "增减额"
                    and "预算" not in s.base
                    and prose.names_subject(s, now.subject)
                ),
                None,
            )
            if change is None or now.measure in ("增减额", "年初预算", "预算数"):
                continue
            cited = self.citations.sentence(view, now.sentence, printed(now.value), now.unit, now.text)
            name = f"{self._who(view)}{now.subject}"
            operand = Operand(name=name, value=printed(now.value), unit=now.unit, citation=cited)
            return self._derived(view, now.subject, operand, change)
        raise Refusal(self._nothing(view, prose.content_words(asked).replace(GONE, ""), "item"))

    def _derived(self, view: AccountView, name: str, now: Operand, stated: Statement) -> Answer:
        """Last year's figure from this year's and the stated change."""
        cited = self.citations.sentence(view, stated.sentence, printed(stated.value), stated.unit, stated.text)
        change = Operand(
            name=f"比上年{stated.direction}额", value=printed(stated.value), unit=stated.unit or now.unit, citation=cited
        )
        sign = {"减少": 1, "下降": 1, "持平": 0}.get(stated.direction, -1)
        amount = Decimal(now.value)
        places = max(calculator.places_of(amount), calculator.places_of(stated.value))
        working = self._work("add" if sign >= 0 else "subtract", [now, change], places)
        text = say(
            "last_year", who=self._who(view), name=name, now=comma(amount), now_unit=now.unit or "", now_mark=mark(now.citation), direction=stated.direction,
            change=comma(stated.value), change_unit=stated.unit, change_mark=mark(cited), value=comma(working.shown),
            unit=working.unit or "",
        )  # fmt: skip
        self.notes.append(say("note_derived"))
        formula = f"{now.name} {'+' if sign > 0 else '−'} {change.name}"
        return Answer(
            status="answered", text=text, value=printed(working.shown), unit=working.unit,
            calculation=working.calculation(formula),
        )  # fmt: skip
