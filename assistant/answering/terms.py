"""Calculations whose terms are numbers that the text states, among themselves or with cells."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant import prose
from assistant.answering.base import Refusal, comma
from assistant.answering.points import Points
from assistant.answering.working import in_unit
from assistant.citing import mark
from assistant.model import Answer, Operand, Term
from prompts import say

_MEETS = re.compile("达标|达到|完成")
"""A claim that a target was met: that is more than asked, the same, or less where it is a limit."""
_AT_MOST = re.compile("≤|<|不超过|不高于|不大于|不多于|控制在|(?<!不)低于$|(?<!不)少于$")
_BEFORE = 12
"""Characters before a target in which it is said to be a limit."""


class Terms(Points):
    """Forms over stated numbers."""

    def _of_terms(self) -> Answer:
        """The answer of the plan's form over its two terms.

        :raises Refusal: if a term is not filled in, or not stated.
        """
        forms = {
            "share": self._share_of_terms, "difference": self._difference_of_terms, "sum": self._sum_of_terms,
            "multiple": self._multiple_of_terms, "average": self._average_of_terms,
        }  # fmt: skip
        one, other = map(self._term_operand, self.plan.terms)
        return forms[self.plan.form](one, other)

    def _term_operand(self, term: Term) -> Operand:
        if term.item:
            return self._operand(*self._selected(term.item))
        view = self.library.view(term.account) if term.account else self._first_view()
        found = prose.stated(view, term)
        if found is None:
            raise Refusal(self._nothing(view, term.words, "item"))
        operand = self._stated_operand(view, found, self._who(view))
        said = found.measure if term.measures and found.measure not in operand.name else ""
        return operand.model_copy(update={"name": f"{operand.name}{said}"})

    def _bare(self, operand: Operand) -> str:
        return operand.name.removeprefix(self._who(self._first_view()))

    def _share_of_terms(self, part: Operand, whole: Operand) -> Answer:
        values = {
            "who": self._who(self._first_view()), "name": self._bare(part), "part": comma(Decimal(part.value)),
            "unit": part.unit or "", "part_mark": mark(part.citation), "whole_name": self._bare(whole),
            "whole": comma(in_unit(Decimal(whole.value), whole.unit, part.unit)), "whole_mark": mark(whole.citation),
        }  # fmt: skip
        if not Decimal(whole.value):
            return Answer(status="answered", text=say("share_zero", **values))
        working = self._work("share", [part, whole], alike=part.unit)
        formula = f"{part.name} ÷ {whole.name} × 100%"
        of_target = self.plan.terms[1].measures == ("目标值",)
        text = say("share_of_target" if of_target else "share", **values, value=comma(working.shown))
        return self._computed(text, working, "%", formula)

    def _difference_of_terms(self, one: Operand, other: Operand) -> Answer:
        made = self._stated_apart([one, other])
        if self.plan.claim and self.plan.terms[1].measures == ("目标值",) and _MEETS.search(self.plan.claim.words):
            target = prose.stated(self._first_view(), self.plan.terms[1])
            below = target is not None and _AT_MOST.search(target.sentence.text.partition(target.text)[0][-_BEFORE:])
            self.sign = 1 if not self.sign or (self.sign < 0) == bool(below) else -1
        return made

    def _sum_of_terms(self, one: Operand, other: Operand) -> Answer:
        return self._stated_sum([one, other])

    def _multiple_of_terms(self, one: Operand, other: Operand) -> Answer:
        return self._stated_times(one, other)

    def _average_of_terms(self, counted: Operand, over: Operand) -> Answer:
        if not Decimal(over.value):
            who, name = self._who(self._first_view()), self._bare(over)
            text = say("average_zero", who=who, counted=name, unit=over.unit, mark=mark(over.citation))
            raise Refusal(Answer(status="refused", text=text, reason="item"))
        working = self._work("divide", [counted, over])
        text = say(
            "average", who=self._who(self._first_view()), name=self._bare(counted), amount=comma(Decimal(counted.value)),
            amount_unit=counted.unit or "", amount_mark=mark(counted.citation), counted=self._bare(over),
            count=comma(Decimal(over.value)), count_unit=over.unit or "", count_mark=mark(over.citation),
            per=say("per", unit=over.unit), value=comma(working.shown), unit=working.unit or "",
        )  # fmt: skip
        self.notes.append(say("note_average_stated"))
        return self._computed(text, working, working.unit, f"{counted.name} ÷ {over.name}")
