"""The first rows of a ranking together as a share of their total, and how many rows there are."""

from __future__ import annotations

from assistant.answering.base import Refusal, comma
from assistant.answering.years import Years
from assistant.calculator import Expression, call
from assistant.citing import mark
from assistant.model import Answer, Figure, printed
from prompts import say


class Tops(Years):
    """Forms over the rows of a table."""

    def _count_of_rows(self) -> Answer:
        """How many classes or items of a table have an amount, the largest first."""
        view, what, rows = self._ranked_facts()
        rows = [(v, fact) for v, fact in rows if fact.value]
        if not rows or len({v.account.id for v, _ in rows}) > 1:
            raise Refusal(self._nothing(view, what, "item"))
        rows.sort(key=lambda pair: -self._value(pair[1]))
        operands = [self._operand(v, fact) for v, fact in rows]
        figures = [
            Figure(label=fact.item, value=operand.value, unit=operand.unit, citation=operand.citation)
            for (_, fact), operand in zip(rows, operands, strict=True)
        ]
        listed = self._in_words(figures, "ranking_item")
        text = say("count", who=self._who(view), what=what, count=len(rows), list=listed)
        calculation = self._listed("rank", say("count_formula", what=what), operands, count=True, as_printed=True)
        return Answer(
            status="answered",
            text=text,
            value=str(len(rows)),
            unit="项",
            figures=tuple(figures),
            calculation=calculation,
        )

    def _share_of_top(self) -> Answer:
        view, what, rows = self._ranked_facts()
        rows = [(v, fact) for v, fact in rows if fact.value is not None]
        if len({v.account.id for v, _ in rows}) > 1 or len(rows) < (self.plan.top or 0):
            raise Refusal(self._nothing(view, what, "item"))
        order = "bottom" if self.plan.ascending else "top"
        chosen, compared, in_place = self._taken(rows, lambda *every: call(order, self.plan.top or len(rows), *every))
        whole = self._selected(self.plan.base)[1] if self.plan.base else self._whole_of(view, chosen[0][1])
        operands = [*(self._operand(v, fact) for v, fact in chosen), self._operand(view, whole)]

        def share(*refs: Expression) -> Expression:
            first, base, others = refs[: len(chosen)], refs[len(chosen)], refs[len(chosen) + 1 :]
            return call("share", call("sum", in_place(*first, *others)), base)

        working = self._work(share, operands, compared=compared)
        listed = "、".join(
            say(
                "figures_item",
                name=fact.item,
                value=comma(self._value(fact)),
                unit=fact.unit,
                mark=mark(operand.citation),
            )
            for (_, fact), operand in zip(chosen, operands, strict=False)
        )
        text = say(
            "share_sum", who=self._who(view), list=listed, whole_name=self._name(view, whole),
            whole=comma(self._value(whole)), unit=whole.unit or "", whole_mark=mark(operands[-1].citation),
            value=comma(working.shown),
        )  # fmt: skip
        formula = f"（{' + '.join(operand.name for operand in operands[:-1])}）÷ {operands[-1].name} × 100%"
        return Answer(
            status="answered", text=text, value=printed(working.shown), unit="%",
            calculation=working.calculation(formula),
        )  # fmt: skip
