"""Across documents: years, the budget, the units of a department, earlier publications.

Where documents disagree, one of them may have been changed lawfully (a balance adjusted at the year's start, a budget
adjusted in the year, what passes between units taken out of the total). Such differences are notices: they are shown
and not held to be wrong. An error is what cannot be: a text that gives last year another figure than last year's
account, and a unit that spends more of the treasury's money than its department.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from assistant.calculator import YUAN, exact_text
from assistant.checks.acrossrules import across_rules
from assistant.checks.consolidation import units
from assistant.checks.neighbours import of_year
from assistant.checks.publications import republished
from assistant.checks.raised import Raised
from assistant.checks.shown import Shown, in_wan, shown_fact
from assistant.checks.stated import amount_after, stated_before
from assistant.library import AccountView
from ingest.model import Fact, Sentence
from ingest.text import plain
from prompts import say

_ITEM = re.compile(r"[^。；、\d（）]{2,30}（类）.{2,60}?（款）(?P<item>[^。；]{2,50}?)（项）")
_OPENING = r"年初预算(?:数)?"


def across(view: AccountView) -> Iterator[Raised]:
    """All that other loaded documents say otherwise; nothing for a document that another took the place of."""
    account = view.account
    if view.library is None or account.superseded_by or not account.year:
        return
    checks: tuple[Callable[[AccountView], Iterator[Raised]], ...] = (stated_before, republished)
    if account.is_account:
        checks = (carried, last_year_column, stated_before, planned, units, republished)
    for run in checks if account.is_account or account.is_budget else ():
        yield from run(view)


def carried(view: AccountView) -> Iterator[Raised]:
    """What the year before ended with, against what this year began with.

    A notice: balances may be adjusted when the books are opened (errors corrected, balances withdrawn), and the
    account need not print that.
    """
    before = of_year(view, view.account.year - 1)
    for end, start in across_rules().carried if before else ():
        one, other = start.find([view]), end.find(before)
        if one and other and (off := _off(shown_fact(one), shown_fact(other))):
            message = say(
                "finding_carried", start=_name(view, one), year=view.account.year, value=_printed(one),
                end=_name(view, other), before=view.account.year - 1, expected=_printed(other), off=_money(off, one),
            )  # fmt: skip
            yield Raised("carried-over", "notice", message, (one, other))


def last_year_column(view: AccountView) -> Iterator[Raised]:
    """Columns that print last year's figures (上年决算数) beside this year's, against last year's account."""
    before = of_year(view, view.account.year - 1)
    for fact in view.facts if before else ():
        if fact.measure != "上年决算数":
            continue
        last = (
            other
            for there in before
            for other in there.by_kind.get(fact.kind or "", [])
            if other.measure == "决算数" and plain(other.item) == plain(fact.item) and other.side == fact.side
        )
        other = next(last, None)
        if other and (off := _off(shown_fact(fact), shown_fact(other))):
            message = say(
                "finding_last_year", name=_name(view, fact), value=_printed(fact), before=view.account.year - 1,
                expected=_printed(other), off=_money(off, fact),
            )  # fmt: skip
            yield Raised("last-year", "error", message, (fact, other))


def planned(view: AccountView) -> Iterator[Raised]:
    """The year's budget as the account states it, against the budget that was published.

    A notice: the account may state the adjusted budget.
    """
    budget = of_year(view, view.account.year, "预算")
    if not budget:
        return
    for there, cell in across_rules().planned:
        other = cell.find(budget)
        if other is None:
            continue
        if isinstance(there, str):
            found = amount_after(view, there)
            if found:
                yield from _budget(view, found[0], found[1], found[2], other)
        elif fact := there.find([view]):
            yield from _budget(view, _name(view, fact), shown_fact(fact), fact, other)
    yield from _planned_items(view, budget)


def _planned_items(view: AccountView, budget: Sequence[AccountView]) -> Iterator[Raised]:
    """年初预算 of each item (项) in the text, against the item's row in the budget."""
    for passage in view.passages:
        if passage.kind != "section" or "一般公共预算" not in "".join(passage.heading):
            continue
        for sentence, item in _items(passage.sentences):
            found = amount_after(view, _OPENING, (sentence,))
            rows = [
                fact
                for there in budget
                for fact in there.by_item.get(plain(item), [])
                if fact.kind == "T5" and fact.measure == "本年支出合计" and len(fact.code) == 7
            ]
            if found and len(rows) == 1:
                yield from _budget(view, item, found[1], found[2], rows[0])


def _items(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, str]]:
    """Sentences with the item that the last one before them, or they themselves, name."""
    item = ""
    for sentence in sentences:
        named = _ITEM.findall(sentence.text.replace("(", "（").replace(")", "）").replace(" ", ""))
        item = named[0] if len(named) == 1 else "" if named else item
        if item:
            yield sentence, item


def _budget(
    view: AccountView, name: str, said: Shown | None, evidence: Fact | Sentence, other: Fact
) -> Iterator[Raised]:
    expected = shown_fact(other)
    if off := _off(said, expected):
        value = _printed(evidence) if isinstance(evidence, Fact) else (in_wan(said.value) if said else "")
        message = say(
            "finding_planned", name=name, value=value, year=view.account.year, expected=_printed(other),
            off=_money(off, other),
        )  # fmt: skip
        yield Raised("year-budget", "notice", message, (evidence, other))


def _off(one: Shown | None, other: Shown | None) -> Fraction:
    """By how much two figures differ in 元, 0 where rounding can explain it or neither is stated."""
    if one is None and other is None:
        return Fraction(0)
    first, second = one or Shown(Fraction(0), Fraction(0)), other or Shown(Fraction(0), Fraction(0))
    return Fraction(0) if first.agrees(second) else first.value - second.value


def _name(view: AccountView, fact: Fact) -> str:
    there = view if fact.account == view.account.id or view.library is None else view.library.view(fact.account)
    table = there.tables[fact.table].title if fact.table in there.tables else ""
    what = "".join(dict.fromkeys(part for part in (fact.parent, fact.item or fact.subject, fact.measure) if part))
    return f"《{table}》{what}" if table else what


def _printed(fact: Fact) -> str:
    return f"{fact.text} {fact.unit or ''}".strip() if fact.value is not None else "未填列"


def _money(off: Fraction, fact: Fact) -> str:
    unit = fact.unit if fact.unit in YUAN else "元"
    return f"{exact_text(abs(off) / Fraction(10) ** YUAN[unit or '元'])} {unit}"
