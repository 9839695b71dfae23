"""Shares, completion rates and changes of many departments, ranked or filtered by a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assistant import calculator
from assistant.answering.across import SHOWN, Across, amount_of
from assistant.answering.base import Refusal, comma
from assistant.answering.limits import Limit, in_words, limits_of
from assistant.answering.rankings import coverage_note
from assistant.answering.working import Asked, listed
from assistant.calculator import CONDITIONS, Expression, call
from assistant.citing import mark
from assistant.model import Answer, Compared, Coverage, Figure, Operand, printed
from assistant.selection import places_of
from ingest.store import StoredCell
from prompts import say

_PLACES = 2
_COMPARED = 100
"""Departments up to which all that were compared are handed on with the answer."""


@dataclass(frozen=True)
class _Ratio:
    """Two figures of a department and what the one comes to over the other, in per cent."""

    part: StoredCell
    whole: StoredCell
    amount: Fraction


class Ratios(Across):
    """Forms that divide two figures of each of many departments."""

    def _share(self) -> Answer:
        return self._across_ratio("share") if self.plan.across else super()._share()

    def _completion(self) -> Answer:
        return self._across_ratio("share") if self.plan.across else super()._completion()

    def _growth(self) -> Answer:
        return self._across_ratio("growth") if self.plan.across else super()._growth()

    def _ratios(self, operation: str) -> tuple[list[_Ratio], Coverage]:
        """Each department's ratio, the highest first, and how many have one.

        :raises Refusal: if none has.
        """
        facts = self.library.store.facts
        parts = facts.cells([place for item in self.plan.items for place in places_of(item)])
        divisors = self.plan.bases or self.plan.items
        wholes = facts.cells([place for item in divisors for place in places_of(item)]) if self.plan.bases else parts
        before = {account: account if self.plan.bases else self._year_before(account) for account in self.plan.accounts}
        pairs = [(parts.get(account), wholes.get(before[account])) for account in self.plan.accounts]
        filled = [(p, w) for p, w in pairs if p and w and p.value is not None and w.value is not None]
        nothing = [self._department(p.account) for p, w in filled if not w.value]
        if nothing:
            self.notes.append(say("note_across_zero", count=len(nothing)))
        ratios = [_Ratio(p, w, _rate(operation, p, w)) for p, w in filled if w.value]
        having = {ratio.part.account for ratio in ratios} | {p.account for p, w in filled if not w.value}
        blank = [p.account for p, w in pairs if p and w and None in (p.value, w.value)]
        missing = [account for account in self.plan.accounts if account not in having and account not in blank]
        coverage = Coverage(
            departments=len(self.plan.accounts) + len(self.plan.absent), found=len(ratios),
            blank=tuple(map(self._department, blank)),
            missing=(*map(self._department, missing), *nothing, *self.plan.absent),
        )  # fmt: skip
        if not ratios:
            text = say("across_none", count=coverage.departments, when=self._when, name=self._said_ratio(operation))
            raise Refusal(Answer(status="refused", text=text, reason="item", coverage=coverage))
        return sorted(ratios, key=lambda ratio: -ratio.amount), coverage

    def _year_before(self, account: str) -> str:
        """The same department's account of the year before, or of the year that the question names; empty without one."""
        this = self.library.account(account)
        earlier = self.library.of_year(this, self.plan.base_year or this.year - 1)
        return earlier.id if earlier else ""

    def _said_ratio(self, operation: str) -> str:
        part = self.plan.items[0].words or self.plan.items[0].name
        if operation == "growth":
            return say("ratio_growth", name=part, year=self.plan.base_year or self._year - 1)
        whole = self.plan.bases[0]
        if self.plan.form == "completion":
            return say("ratio_completion", name=part)
        return say("ratio_share", name=part, whole=whole.name if whole.words in whole.name else whole.words)

    def _across_ratio(self, operation: str) -> Answer:
        ratios, coverage = self._ratios(operation)
        self._note_tables([ratio.part for ratio in ratios])
        name = self._said_ratio(operation)
        self.notes.append(coverage_note(coverage))
        said = {"where": self._where, "when": self._when, "name": name, "count": coverage.found}
        if limits := limits_of(self.plan.words, per_cent=True):
            return self._over(limits, operation, ratios, coverage, said)
        if self.plan.ascending:
            ratios.reverse()
        chosen, order, tied = self._chosen(ratios)
        shown = chosen[: self.plan.top or SHOWN]
        figures, operands, told = self._told_ratios(operation, shown)
        if len(shown) < len(chosen):
            told = say("across_tied" if tied else "across_more", list=told, count=len(chosen))
            coverage = coverage.model_copy(update={"listed": len(chosen)})
        rest = [] if self.plan.nth or len(ratios) > _COMPARED else [r for r in ratios if r not in shown]
        taken = "list" if self.plan.nth else "bottom" if self.plan.ascending else "top"

        def build(*refs: Expression) -> Expression:
            each = [call(operation, one, other) for one, other in zip(refs[::2], refs[1::2], strict=True)]
            rows = call("list", *each) if taken == "list" else call(taken, len(shown), *each)
            return call("round", rows, self._decimals)

        single = figures[0] if tied else None
        return Answer(
            status="answered", text=say("across", order=order, list=told, **said), figures=tuple(figures),
            value=single.value if single else None, unit=single.unit if single else None, coverage=coverage,
            calculation=listed(build, say("ratio_formula", name=name, count=coverage.found), operands, _compared(self, rest), Asked()),
        )  # fmt: skip

    def _over(
        self, limits: list[Limit], operation: str, ratios: list[_Ratio], coverage: Coverage, said: dict[str, object]
    ) -> Answer:
        """The departments whose ratio is over or under a limit in per cent."""
        over = [
            ratio for ratio in ratios if all(CONDITIONS[one.holds](ratio.amount, Fraction(one.amount)) for one in limits)
        ]
        coverage = coverage.model_copy(update={"listed": len(over)})
        said = said | {"limits": in_words(limits), "count": len(over)}
        if not over:
            text = say("across_filter_none", **said)
            return Answer(status="answered", text=text, value="0", unit="个", coverage=coverage)
        shown = over[: 2 * SHOWN]
        figures, operands, told = self._told_ratios(operation, shown)
        if len(shown) < len(over):
            told = say("across_more", list=told, count=len(over))

        def build(*refs: Expression) -> Expression:
            each = [call(operation, one, other) for one, other in zip(refs[::2], refs[1::2], strict=True)]
            return call("round", call("list", *each), self._decimals)

        formula = say("ratio_formula", name=said["name"], count=coverage.found)
        calculation = listed(build, formula, operands, _compared(self, over[len(shown) :]), Asked(), count=True)
        return Answer(
            status="answered", text=say("across_filter", list=told, **said), value=str(len(over)), unit="个",
            figures=tuple(figures), coverage=coverage, calculation=calculation,
        )  # fmt: skip

    @property
    def _decimals(self) -> int:
        return _PLACES if self.plan.decimals is None else self.plan.decimals

    def _told_ratios(self, operation: str, ratios: Sequence[_Ratio]) -> tuple[list[Figure], list[Operand], str]:
        """Figures, operands (part, whole, part, whole …) and the text of a list."""
        rows = [cell.row for ratio in ratios for cell in (ratio.part, ratio.whole)]
        operands = [self._operand(self.library.view(f.account), f) for f in self.library.store.facts.facts_at(rows)]
        figures, told = [], []
        for ratio, part, whole in zip(ratios, operands[::2], operands[1::2], strict=True):
            shown, name = calculator.rounded(ratio.amount, self._decimals), self._department(ratio.part.account)
            figures.append(Figure(label=name, value=printed(shown), unit="%", citation=part.citation))
            marks = mark(part.citation, whole.citation)
            template = "ratio_item" if operation != "growth" else "ratio_fell" if shown < 0 else "ratio_rose"
            value = comma(abs(shown) if operation == "growth" else shown)
            told.append(say(template, name=name, value=value, mark=marks))
        return figures, operands, "；".join(told)


def _rate(operation: str, part: StoredCell, whole: StoredCell) -> Fraction:
    one, other = amount_of(part), amount_of(whole)
    return 100 * (Fraction(one - other, abs(other)) if operation == "growth" else Fraction(one, other))


def _compared(answering: Ratios, ratios: Sequence[_Ratio]) -> list[Compared]:
    """Both figures of the departments that are not shown."""
    cells = [cell for ratio in ratios for cell in (ratio.part, ratio.whole)]
    return [
        Compared(ref=f"r{n}", name=answering._department(cell.account), value=printed(cell.value), unit=cell.unit)
        for n, cell in enumerate(cells, 1)
        if cell.value is not None
    ]
