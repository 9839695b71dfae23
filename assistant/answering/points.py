"""By how many percentage points two shares differ: of two years, two departments, or two items."""

from __future__ import annotations

from assistant.answering.base import Refusal, comma
from assistant.answering.ratios import Ratios
from assistant.answering.working import in_unit
from assistant.calculator import Expression, call
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Operand, printed
from ingest.model import Fact
from prompts import say


class Points(Ratios):
    """The form that compares two shares."""

    def _points(self) -> Answer:
        """Both shares, and the difference of what they are before they are rounded.

        :raises Refusal: if a figure is not filled in, or a whole is 0.
        """
        pairs = [self._part_and_whole(at) for at in range(2)]
        operands = [self._operand(view, fact) for pair in pairs for view, fact in pair]
        wholes = [pair[1] for pair in pairs]
        if zero := next((name for (view, fact) in wholes if not fact.value and (name := self._name(view, fact))), ""):
            raise Refusal(self._nothing(pairs[0][0][0], say("rate_on_zero", name=zero), "item"))

        def share(at: int, refs: tuple[Expression, ...]) -> Expression:
            return call("share", refs[2 * at], refs[2 * at + 1])

        each = [self._work(lambda *refs, at=at: share(at, refs), operands) for at in range(2)]  # type: ignore[misc]
        apart = self._work(lambda *refs: call("subtract", share(0, refs), share(1, refs)), operands, size=True)
        self.sign = apart.sign
        told = [self._told_share(pair, both) for pair, both in zip(pairs, (operands[:2], operands[2:]), strict=True)]
        parts = [say("points_share", **one, value=comma(w.shown)) for one, w in zip(told, each, strict=True)]
        direction = say(("points_same", "points_more", "points_less")[apart.sign])
        text = say("points", first=parts[0], second=parts[1], direction=direction, value=comma(apart.shown))
        if abs(each[0].shown - each[1].shown) != apart.shown:
            self.notes.append(say("note_points"))
        figures = [
            Figure(label=f"{both[0].name} ÷ {both[1].name}", value=printed(w.shown), unit="%", citation=both[0].citation)
            for both, w in zip((operands[:2], operands[2:]), each, strict=True)
        ]
        calculation = apart.calculation(" − ".join(figure.label for figure in figures), each)
        return Answer(
            status="answered", text=text, value=printed(apart.shown), unit="个百分点", figures=tuple(figures), calculation=calculation
        )

    def _part_and_whole(self, at: int) -> tuple[tuple[AccountView, Fact], tuple[AccountView, Fact]]:
        view, part = self._selected(self.plan.items[at])
        if self.plan.bases:
            return (view, part), self._selected(self.plan.bases[at])
        whole = self._whole_of(view, part)
        if not at:
            self.notes.append(say("note_whole", name=self._name(view, whole)))
        return (view, part), (view, whole)

    def _told_share(self, pair: tuple[tuple[AccountView, Fact], tuple[AccountView, Fact]], both: list[Operand]) -> dict[str, object]:
        (view, part), (_, whole) = pair
        return {
            "name": both[0].name, "part": comma(self._value(part)), "unit": part.unit or "", "part_mark": mark(both[0].citation),
            "whole_name": self._name(view, whole), "whole": comma(in_unit(self._value(whole), whole.unit, part.unit)),
            "whole_mark": mark(both[1].citation),
        }  # fmt: skip
