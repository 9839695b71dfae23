"""Averages: an amount of a table by a count that the narrative states (per person, visit, vehicle)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant import calculator, prose
from assistant.answering.base import Refusal, comma
from assistant.answering.rates import Rates
from assistant.citing import mark
from assistant.model import Answer, Figure, Operand, printed
from assistant.vocabulary import words
from ingest.model import Statement
from ingest.text import plain
from prompts import say


class Averages(Rates):
    """Amounts by counts."""

    def _average(self) -> Answer:
        return self._average_of_years() if len(self.plan.items) > 1 else self._average_per()

    def _average_of_years(self) -> Answer:
        """What a figure comes to in a year, over the years in question.

        :raises Refusal: if one of the years has none.
        """
        found = [self._selected(item) for item in self.plan.items]
        return self._mean_of([self._operand(view, fact) for view, fact in found])

    def _mean_of(self, operands: list[Operand]) -> Answer:
        """What figures of several years come to in a year."""
        working = self._work("average", operands, max(calculator.places_of(Decimal(o.value)) for o in operands))
        figures = [Figure(label=o.name, value=o.value, unit=o.unit, citation=o.citation) for o in operands]
        text = say("average_years", list=self._in_words(figures), value=comma(working.shown), unit=working.unit or "")
        formula = f"（{' + '.join(o.name for o in operands)}）÷ {len(operands)}"
        return self._computed(text, working, working.unit, formula)

    def _average_per(self) -> Answer:
        view, fact = self._selected(self.plan.items[0])
        counted = next((c for c in words().counts if c.asked.search(self.plan.words)), None)
        found = self._count(fact.item, counted.units) if counted else None
        if counted is None or found is None:
            name = f"{fact.item}所对应的{counted.units.split('|')[0] if counted else ''}数"
            raise Refusal(self._nothing(view, name, "item"))
        amount = self._operand(view, fact)
        cited = self.citations.sentence(view, found.sentence, printed(found.value), found.unit, found.text)
        if found.value == 0:
            text = say("average_zero", who=self._who(view), counted=found.subject, unit=found.unit, mark=mark(cited))
            raise Refusal(Answer(status="refused", text=text, reason="item"))
        count = Operand(
            name=f"{self._who(view)}{found.subject}", value=printed(found.value), unit=found.unit, citation=cited
        )
        working = self._work("divide", [amount, count], unit=fact.unit)
        unit = self.plan.unit or (
            fact.unit if abs(working.exact.value) >= 1 or fact.unit not in calculator.YUAN else "元"
        )
        working = self._work("divide", [amount, count], unit=unit)
        shown, unit = working.shown, working.unit
        text = say(
            "average",
            who=self._who(view),
            name=self._name(view, fact),
            amount=comma(self._value(fact)),
            amount_unit=fact.unit,
            amount_mark=mark(amount.citation),
            counted=found.subject,
            count=comma(found.value),
            count_unit=found.unit,
            count_mark=mark(cited),
            per=counted.name,
            value=comma(shown),
            unit=unit,
        )
        formula = f"{amount.name} ÷ {count.name}" + ("" if unit == fact.unit else f"，{fact.unit}换算为{unit}")
        self.notes.append(say("note_average"))
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=unit,
            calculation=working.calculation(formula),
        )

    def _count(self, item: str, units: str) -> Statement | None:
        """The stated count that belongs to the item; None unless it is clear which."""
        view = self._first_view()
        named = item.replace("购置及运行维护费", "").replace("运行维护费", "").removeprefix("因公").removesuffix("费")
        asked = f"{named}{'保有量' if '车' in named else ''}"
        found = prose.find_statement(view, asked, units, "")
        fits = [
            s
            for _, s in found
            if s.measure not in ("目标值", "年初预算") and s.unit in units.split("|") and not prose.FOREIGN.search(s.subject)
        ]
        own = [s for s in fits if plain(named)[-2:] in plain(s.subject)]
        if not own:
            own = list(_after_amount(view.statements, item, units))
        clear = own and all(s.value == own[0].value for s in own if s.subject == own[0].subject)
        return own[0] if clear else None


def _after_amount(statements: Sequence[Statement], item: str, units: str) -> Iterator[Statement]:
    """The counts that stand after an item's amount and before the next one's (出国费6.72万元。派出团组1个，计3人次)."""
    beside = ""
    for statement in statements:
        if statement.unit in calculator.YUAN:
            beside = statement.passage if prose.names_subject(statement, item) else ""
        elif beside == statement.passage and statement.unit in units.split("|") and not prose.FOREIGN.search(statement.subject):
            yield statement
