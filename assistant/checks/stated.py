"""What a text says of an earlier year (比上年增加…, 与2023年持平), against the account of that year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assistant.checks.acrossrules import StatedRule, across_rules
from assistant.checks.cited import Quoted
from assistant.checks.neighbours import earlier_publication, of_year
from assistant.checks.raised import Raised
from assistant.checks.shown import Shown, in_wan, shown, shown_fact
from assistant.library import AccountView
from ingest.model import Fact, Sentence
from ingest.text import squeeze
from prompts import say

_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
_AMOUNT = rf"(?<![\d.])(?P<x>-?{_DIGITS})(?P<unit>亿元|万元|元)"
_YEAR = r"(?:(?P<year>20\d\d)年(?:度)?(?:（[^）]{0,12}）)?|上年(?:度)?|上一年(?:度)?|去年)"
_BASE = re.compile(
    rf"(?:比|较|与|同){_YEAR}(?P<of>(?:年初|全年|调整|当年)?预算(?:执行)?(?:数)?|决算(?:数)?|执行数|同期|实际)?(?:相比|比较|相较)?"
)
_THIS_BUDGET = re.compile(r"(?:比|较|与|同|完成|大于|小于|等于)(?:本?年初|全年|调整|当年)?预算")
_VERB = re.compile(rf"(?P<verb>增加|减少|增长|下降|上升)(?:了|额)?(?!为|到|至){_AMOUNT}|(?P<same>持平|一致|相同)")
_CAUSE = re.compile(r"(?:主要)?(?:变动|增减变动|增减)?(?:情况|原因)(?:是|为|：|系)?|主要是")
_SHARE = re.compile(r"，占[^，]{0,30}?[%％]$")
_STATED = re.compile(rf"(?:共计|合计|均)?(?:为|是|：)?{_AMOUNT}$")
_SUFFIXES = re.compile(r"(?:支出|收入)?(?:决算|预算)(?:支出|收入)?(?:数|总额)?$")
"""What may stand between a name and its amount; the name is looked for with it and without."""


@dataclass(frozen=True)
class _Change:
    """A change over an earlier year that a sentence states."""

    sentence: Sentence
    words: str
    before: str
    """What stands between the clause's beginning and the statement, without the words of the base."""
    year: int
    by: Shown
    """In 元, with its sign."""


def stated_before(view: AccountView) -> Iterator[Raised]:
    """Last year's figure as it follows from the text, against last year's account (of a budget: last year's budget)."""
    rules = across_rules().budgeted if view.account.is_budget else across_rules().stated
    there: dict[int, list[AccountView]] = {}
    for passage in view.passages:
        if passage.kind != "section":
            continue
        heading = squeeze(passage.heading[-1]) if passage.heading else ""
        for change in _changes(view, passage.sentences):
            if change.year >= view.account.year:
                continue
            before = there.setdefault(change.year, of_year(view, change.year))
            if before and (found := _subject(rules, change.before, heading)):
                yield from _compared(view, before, change, *found)


def amount_after(
    view: AccountView, words: str, sentences: Sequence[Sentence] = ()
) -> tuple[str, Shown | None, Sentence] | None:
    """The first amount of the narrative (or of these sentences) that stands directly after words.

    :param words: a pattern over text without blanks.
    :return: the words as printed, the amount and its sentence.
    """
    pattern = re.compile(rf"(?P<name>{words})(?:共计|合计|总计)?(?:为|是)?{_AMOUNT}")
    within = sentences or [s for passage in view.passages if passage.kind == "section" for s in passage.sentences]
    for sentence in within:
        if match := pattern.search(squeeze(sentence.text)):
            return match.group("name"), shown(match.group("x"), match.group("unit")), sentence
    return None


def _changes(view: AccountView, sentences: Sequence[Sentence]) -> Iterator[_Change]:
    """Changes with the year that they are measured from; what is said of causes is not looked at.

    其中 goes on with the base of the sentence before.
    """
    year: int | None = None
    for sentence in sentences:
        text = squeeze(sentence.text)
        if not text.startswith("其中"):
            year = None
        for clause in re.split("[；。]", text):
            cause = _CAUSE.search(clause)
            said = clause[: cause.start()] if cause else clause
            done = 0
            for match in _VERB.finditer(said):
                before, done = said[done : match.start()], match.end()
                named = _last_base(before)
                if named and named.re is _BASE:
                    year = _year(view, named)
                    before = before[: named.start()] + before[named.end() :]
                elif named:
                    year = None
                by = _by(match)
                if year is not None and by:
                    yield _Change(sentence, match.group(), before.strip("，"), year, by)


def _last_base(said: str) -> re.Match[str] | None:
    """What a change is measured from, as named last: another year, or this year's budget."""
    found = [*_BASE.finditer(said), *_THIS_BUDGET.finditer(said)]
    return max(found, key=lambda match: match.end(), default=None)


def _year(view: AccountView, base: re.Match[str]) -> int | None:
    """The year of a base; None where it is not the like figure: a budget's is a budget, an account's what was spent."""
    planned = (base.group("of") or "").endswith(("预算", "预算数"))
    if planned != view.account.is_budget:
        return None
    return int(base.group("year") or view.account.year - 1)


def _by(match: re.Match[str]) -> Shown | None:
    if match.group("same"):
        return Shown(Fraction(0), Fraction(0))
    size = shown(match.group("x"), match.group("unit"))
    if size is None:
        return None
    sign = -1 if match.group("verb") in ("减少", "下降") else 1
    return Shown(sign * size.value, size.half)


def _subject(rules: Sequence[StatedRule], before: str, heading: str) -> tuple[StatedRule, Shown | None] | None:
    """What the change is said of, and the amount that is stated between its name and the change."""
    said = _SHARE.sub("", before).rstrip("，：（")
    stated = _STATED.search(said)
    amount = shown(stated.group("x"), stated.group("unit")) if stated else None
    name = said[: stated.start()] if stated else said
    names = (name, _SUFFIXES.sub("", name))
    for rule in rules:
        if rule.applies(heading) and any(rule.words.search(one) for one in names):
            return rule, amount
    return None


def _compared(
    view: AccountView, before: list[AccountView], change: _Change, rule: StatedRule, amount: Shown | None
) -> Iterator[Raised]:
    found = _figure(before, rule)
    if found is None:
        return
    name, expected, evidence = found
    fact, now = _now(view, rule)
    stated = [one for one in (amount, now) if one is not None]
    derived = [Shown(one.value - change.by.value, one.half + change.by.half) for one in stated]
    if expected is None or not derived or any(one.agrees(expected) for one in derived):
        return
    severity = "notice" if _earlier_agrees(before, rule, derived) else "error"
    message = say(
        "finding_before", words=change.words, name=name, before=change.year, now=in_wan(stated[0].value),
        derived=in_wan(derived[0].value), expected=in_wan(expected.value), off=in_wan(abs(derived[0].value - expected.value)),
    )  # fmt: skip
    involved = (change.sentence, *((fact,) if fact else ()), evidence)
    yield Raised("last-year", severity, message, involved)  # type: ignore[arg-type]  # one of two words


def _now(view: AccountView, rule: StatedRule) -> tuple[Fact | None, Shown | None]:
    fact = rule.cell.find([view]) if rule.cell else None
    return fact, shown_fact(fact) if fact else None


def _figure(before: list[AccountView], rule: StatedRule) -> tuple[str, Shown | None, Fact | Sentence] | None:
    """The figure in the earlier documents, with its name and where it stands."""
    if rule.cell:
        fact = rule.cell.find(before)
        return (_name(fact), shown_fact(fact), fact) if fact else None
    for view in before:
        if found := amount_after(view, rule.said):
            name, value, sentence = found
            return name, value, Quoted(sentence.text, sentence.places, view.account.id)
    return None


def _name(fact: Fact) -> str:
    if fact.item == "总计":
        return "收入支出总计"
    return fact.measure if fact.item in ("", "合计") else fact.item


def _earlier_agrees(before: list[AccountView], rule: StatedRule, derived: list[Shown]) -> bool:
    """True where the text fits what last year's account said before it was corrected."""
    for view in before:
        earlier = earlier_publication(view)
        fact = rule.cell.find([earlier]) if rule.cell and earlier else None
        old = shown_fact(fact) if fact else None
        if old and any(one.agrees(old) for one in derived):
            return True
    return False
