"""From a plan to an answer: cells are selected, computed exactly, worded by template, cited.

A new form of question is one method in one of these modules, its words in the vocabulary and its sentence in the
prompts. The classes build on each other: base, narrative, rates, growth, figures, rankings, across.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.answering.across import Across
from assistant.answering.base import Refusal
from assistant.citing import recognition_notes
from assistant.model import Answer
from prompts import say

__all__ = ["Answering"]


class Answering(Across):
    """Answers one plan."""

    def answer(self) -> Answer:
        """The answer, with the plan; refusals are answers too."""
        forms: dict[str, Callable[[], Answer]] = {
            "figure": self._figure,
            "sum": self._sum,
            "difference": self._difference,
            "share": self._share,
            "multiple": self._multiple,
            "average": self._average,
            "filter": self._filter,
            "completion": self._completion,
            "growth": self._growth,
            "ranking": self._ranking,
            "composition": self._composition,
            "prose-figure": self._prose_figure,
            "reason": self._reason,
            "definition": self._definition,
            "passage": self._passage,
            "refuse": self._refuse,
            "clarify": self._clarify,
        }
        try:
            made = forms[self.plan.form]()
        except Refusal as refusal:
            made = refusal.answer
        cited = self.citations.all()
        said = (*made.notes, *self.notes, *recognition_notes(cited))
        notes = tuple(dict.fromkeys(note for note in said if note))
        return made.model_copy(update={"plan": self.plan, "citations": cited, "notes": notes})

    def _refuse(self) -> Answer:
        plan = self.plan
        if plan.reason == "year":
            who = plan.notes[0] if plan.notes else ""
            text = say("refuse_year", who=who, year=plan.words, years="、".join(plan.options) or "无")
        elif plan.reason == "stage":
            text = say("refuse_stage", who=plan.notes[0], year=plan.words)
        elif plan.reason == "department":
            text = say(
                "refuse_department", name=plan.words, near=say("near_department", names="、".join(plan.options[:8]))
            )
        elif plan.reason == "item" and plan.accounts:
            return self._nothing(self._first_view(), plan.words, "item")
        elif plan.reason == "empty":
            text = say("refuse_empty-store")
        else:
            text = say("refuse_off-topic")
        return Answer(status="refused", text=text, reason=plan.reason or "off-topic", options=plan.options)

    def _clarify(self) -> Answer:
        departments = {self.library.account(identifier).department for identifier in self.plan.accounts}
        names = "、".join(self.plan.options)
        if len(departments) > len(self.plan.options):
            where = self.plan.where
            name = say("clarify_among_name", name=where) if where else say("clarify_among_all")
            text = say("clarify_among", name=name, count=len(departments), names=names)
        else:
            text = say("clarify_department", names=names)
        return Answer(status="clarify", text=text, options=self.plan.options)
