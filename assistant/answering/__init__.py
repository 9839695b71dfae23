"""From a plan to an answer: cells are selected, computed exactly, worded by template, cited.

A new form of question is one method in one of these modules, its words in the vocabulary and its sentence in the
prompts. The classes build on each other: base, narrative, rates, averages, growth, figures, rankings, years, tops,
overruns, places, across, ratios, points, terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answering.asked import lacks_calculation, leaves_out, of_another_kind, repeats_the_question
from assistant.answering.base import Refusal
from assistant.answering.terms import Terms
from assistant.answering.verification import verified
from assistant.answering.working import joined
from assistant.calculator import CalculationError
from assistant.citing import Citations, recognition_notes
from assistant.model import Answer, Figure
from assistant.scope import GONE
from prompts import say, speaking

__all__ = ["Answering"]


class Answering(Terms):
    """Answers one plan."""

    def answer(self) -> Answer:
        """The answer, with the plan, in the plan's language; refusals are answers too."""
        with speaking(self.plan.language):
            return self._answer()

    def _answer(self) -> Answer:
        forms: dict[str, Callable[[], Answer]] = {
            "figure": self._figure,
            "sum": self._sum,
            "difference": self._difference,
            "share": self._share_of_top if self.plan.top and self.plan.form == "share" else self._share,
            "multiple": self._multiple,
            "average": self._average,
            "filter": self._filter,
            "count": self._count_of_rows,
            "overrun": self._overrun,
            "points": self._points,
            "trend": self._trend,
            "last-year": self._last_year,
            "place": self._place,
            "completion": self._completion,
            "growth": self._growth,
            "ranking": self._ranking,
            "composition": self._composition,
            "prose-figure": self._prose_figure,
            "reason": self._reason,
            "definition": self._definition,
            "passage": self._passage,
            "several": self._several,
            "refuse": self._refuse,
            "clarify": self._clarify,
        }
        try:
            made = self._of_terms() if self.plan.terms else forms[self.plan.form]()
        except Refusal as refusal:
            made = refusal.answer
        except CalculationError as error:
            made = self._incalculable(error)
        if self.plan.accounts and made.status == "answered" and self._is_beside_the_question(made):
            made = self._nothing(self._first_view(), self.plan.words.replace(GONE, ""), "item")
        if self.plan.parts and self.plan.form != "several" and made.status != "clarify":
            told, citations = self._of_each()
            if leaves_out(told, made):
                self.notes.clear()
                self.citations, made = citations, _together(told)
        if self.plan.reason_too and made.status == "answered":
            made = self._with_reason(made)
        for meant, name in self.plan.by_use if made.status == "answered" else ():
            self._note_use(meant, name)
        if self.plan.claim:
            made = verified(made, self.plan.claim, self.sign)
        cited = self.citations.all()
        said = (*made.notes, *self.notes, *recognition_notes(cited))
        notes = tuple(dict.fromkeys(note for note in said if note))
        return made.model_copy(update={"plan": self.plan, "citations": cited, "notes": notes})

    def _is_beside_the_question(self, made: Answer) -> bool:
        """True where an answer is not what the question asks for: of another kind, not calculated, or its own number."""
        asked = self.plan.words
        given = not self.plan.claim and repeats_the_question(asked, made)
        return given or of_another_kind(asked, made) or lacks_calculation(self.plan, made)

    def _several(self) -> Answer:
        """Each number that the question asks for, one after the other."""
        told, self.citations = self._of_each()
        return _together(told)

    def _of_each(self) -> tuple[list[Answer], Citations]:
        """The answer to each part of the question, and what they cite together."""
        told, citations = [], Citations()
        for part in self.plan.parts:
            one = Answering(self.library, part, self.vectors)
            one.citations = citations
            told.append(one._answer())
        return told, citations

    def _refuse(self) -> Answer:
        plan = self.plan
        if plan.reason == "year":
            who = plan.notes[0] if plan.notes else ""
            text = say("refuse_year", who=who, year=plan.words, years="、".join(plan.options) or "无")
            if str(int(plan.words) + 1) in plan.options and who:
                text += say("near_backwards", year=int(plan.words) + 1)
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


def _together(told: Sequence[Answer]) -> Answer:
    """The answers to the parts of a question as one; the refusal of the first that cannot be told."""
    for at, made in enumerate(told):
        if made.status != "answered":
            asked = made.plan.words.replace(GONE, "") if made.plan else ""
            return made.model_copy(update={"notes": (*made.notes, say("note_parts", asked=asked)) if at else made.notes})
    texts = [made.text for made in told]
    calculations = [made.calculation for made in told if made.calculation]
    return Answer(
        status="answered",
        text="".join(text for text in texts if not any(other != text and other.startswith(text) for other in texts)),
        figures=tuple(figure for made in told for figure in _figures_of(made)),
        calculation=joined(calculations) if calculations else None,
        notes=tuple(note for made in told for note in made.notes),
    )


def _figures_of(made: Answer) -> tuple[Figure, ...]:
    """The figures of one part of an answer, its value as one of them."""
    if made.value is None or not made.calculation:
        return made.figures
    first = made.calculation.operands[0].citation
    return (Figure(label=made.calculation.formula, value=made.value, unit=made.unit, citation=first),)
