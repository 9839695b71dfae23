"""Figures, several figures, sums and differences."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from assistant import calculator
from assistant.answering.base import Refusal, comma
from assistant.answering.growth import Growth
from assistant.answering.working import in_unit
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Item, Operand, printed
from assistant.selection import PLANNED, select
from ingest.model import Fact
from prompts import say


class Figures(Growth):
    """Forms answered with amounts."""

    def _figure(self) -> Answer:
        found = self._filled() if len(self.plan.items) > 1 else [self._selected(self.plan.items[0])]
        if len(self.plan.items) > 1:
            return self._figures(found)
        (view, fact), item = found[0], self.plan.items[0]
        value = self._value(fact)
        operand = self._operand(view, fact)
        working = self._work(lambda figure: figure, [operand], calculator.places_of(value))
        shown, unit = working.shown, working.unit
        text = say(
            "figure",
            who=self._who(view),
            name=self._name(view, fact),
            value=comma(shown),
            unit=unit or "",
            mark=mark(operand.citation),
        )
        if item.beside:
            text += self._beside(view, item)
        formula = operand.name if unit == fact.unit else f"{operand.name}，{fact.unit}换算为{unit}"
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=unit,
            calculation=working.calculation(formula),
        )

    def _filled(self) -> list[tuple[AccountView, Fact]]:
        """The cells of several items; one that is not filled in gets a note instead.

        :raises Refusal: if none is filled in, or one is not there.
        """
        found: list[tuple[AccountView, Fact]] = []
        for item in self.plan.items:
            view = self._view(item)
            selection = select(view, item)
            last = item is self.plan.items[-1] and not found
            if selection.fact is not None and selection.blank and not last:
                number = self.citations.fact(view, selection.fact)
                title = view.tables[selection.fact.table].title
                name = self._name(view, selection.fact)
                self.notes.append(say("figures_blank", name=name, table=title, mark=mark(number)))
            else:
                found.append(self._selected(item))
        return found

    def _beside(self, view: AccountView, item: Item) -> str:
        other = next(
            (
                f
                for f in view.by_kind.get("T1", [])
                if f.subject == item.beside and f.measure == "决算数" and f.value is not None
            ),
            None,
        )
        if other is None:
            return ""
        number = self.citations.fact(view, other)
        shown, unit = self._shown(Fraction(self._value(other)), other.unit, calculator.places_of(self._value(other)))
        if unit != other.unit:
            return ""
        return say("beside", name=item.beside, value=comma(shown), unit=unit, mark=mark(number))

    def _figures(self, found: list[tuple[AccountView, Fact]]) -> Answer:
        figures, parts = [], []
        same_who = len({view.account.id for view, _ in found}) == 1
        for view, fact in found:
            value = self._value(fact)
            shown, unit = self._shown(Fraction(value), fact.unit, calculator.places_of(value))
            number = self.citations.fact(view, fact)
            label = self._name(view, fact) if same_who else f"{self._who(view)}{self._name(view, fact)}"
            figures.append(Figure(label=label, value=printed(shown), unit=unit, citation=number))
            template = "figures_item" if same_who else "many_item"
            parts.append(
                say(
                    template,
                    who=self._who(view),
                    name=self._name(view, fact),
                    value=comma(shown),
                    unit=unit or "",
                    mark=mark(number),
                )
            )
        text = (
            say("figures", who=self._who(found[0][0]), list="；".join(parts))
            if same_who
            else say("many", list="；".join(parts))
        )
        operands = [self._operand(view, fact) for view, fact in found]
        calculation = self._listed("list", "逐项列出", operands)
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=calculation)

    def _without_parents(self, found: list[tuple[AccountView, Fact]]) -> list[tuple[AccountView, Fact]]:
        """The cells without those whose parts are among them: nothing is added twice."""
        codes = [(view.account.id, fact.kind, fact.code) for view, fact in found]
        kept = [
            (view, fact)
            for view, fact in found
            if not fact.code
            or not any(
                (view.account.id, fact.kind) == (account, kind) and code != fact.code and code.startswith(fact.code)
                for account, kind, code in codes
            )
        ]
        return kept if len(kept) > 1 else found

    def _sum(self) -> Answer:
        found = self._without_parents([self._selected(item) for item in self.plan.items])
        operands = [self._operand(view, fact) for view, fact in found]
        places = max(calculator.places_of(self._value(fact)) for _, fact in found)
        working = self._work("sum", operands, places)
        shown, wanted = working.shown, working.unit
        same_who = len({view.account.id for view, _ in found}) == 1
        parts = [
            say(
                "figures_item" if same_who else "many_item",
                who=self._who(view),
                name=self._name(view, fact),
                value=comma(self._value(fact)),
                unit=fact.unit or "",
                mark=mark(operand.citation),
            )
            for (view, fact), operand in zip(found, operands, strict=True)
        ]
        text = (self._who(found[0][0]) + "：" if same_who else "") + say(
            "sum", list="、".join(parts), value=comma(shown), unit=wanted or ""
        )
        formula = " + ".join(operand.name for operand in operands)
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=wanted,
            calculation=working.calculation(formula),
        )

    def _difference(self) -> Answer:
        (first_view, first), (second_view, second) = (self._selected(item) for item in self.plan.items)
        operands = [self._operand(first_view, first), self._operand(second_view, second)]
        rate = self.plan.unit == "%"
        if rate and self._value(second) <= 0:
            raise Refusal(self._nothing(second_view, say("rate_on_zero", name=operands[1].name), "item"))
        places = max(calculator.places_of(self._value(first)), calculator.places_of(self._value(second)))
        same = (first.kind, first.item) == (second.kind, second.item) and first_view is second_view
        saved = same and first.measure != second.measure and bool({first.measure, second.measure} & set(PLANNED))
        alike = first.unit if saved or rate else self._wanted(first.unit)
        working = (
            self._work("growth", operands, size=True, alike=alike) if rate
            else self._work("subtract", operands, places, size=True, alike=alike)
        )  # fmt: skip
        exact, shown, unit = working.exact.value, working.shown, working.unit
        self.sign = working.sign
        names = [operand.name for operand in operands]
        if first_view is second_view:
            names[1] = self._name(second_view, second)
        values = {
            "first": names[0], "first_value": comma(in_unit(self._value(first), first.unit, alike)),
            "first_mark": mark(operands[0].citation), "second": names[1],
            "second_value": comma(in_unit(self._value(second), second.unit, alike)),
            "second_mark": mark(operands[1].citation), "unit": alike or "",
        }  # fmt: skip
        direction = "多" if exact > 0 or (rate and exact == 0) else "少"
        formula = f"{operands[0].name} − {operands[1].name}"
        if rate:
            text = say("difference_rate", **values, direction=direction, value=comma(shown))
            formula = f"（{formula}）÷ {operands[1].name} × 100%"
        elif exact == 0:
            text = say("difference_same", **values)
        elif saved:
            self.sign *= -1 if first.measure in PLANNED else 1
            text = self._saved(first_view, (first, operands[0]), (second, operands[1]), shown, unit)
        else:
            text = say("difference", **values, direction=direction, value=comma(shown))
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=unit,
            calculation=working.calculation(formula),
        )

    def _saved(
        self,
        view: AccountView,
        first: tuple[Fact, Operand],
        second: tuple[Fact, Operand],
        shown: Decimal,
        unit: str | None,
    ) -> str:
        (budget, budget_op), (actual, actual_op) = (first, second) if first[0].measure in PLANNED else (second, first)
        amounts = (self._value(budget), budget_op), (self._value(actual), actual_op)
        return self._saved_text(view, budget.item, *amounts, budget.unit, (shown, unit))
