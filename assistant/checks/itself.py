"""The narrative against itself: one figure with two values, parts that are not their whole, years, contradictions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from assistant.calculator import rounded
from assistant.checks.pieces import Section, figure, is_other, sections
from assistant.checks.raised import PartsRule, Raised, rules
from assistant.checks.shown import Shown, amount_pattern, shown_fact
from assistant.checks.text import ITEM, against, rows_of_item
from assistant.library import AccountView
from prompts import say

_ZERO_AND_SAME = re.compile(r"减少(?:为|到|至)\s*0(?:\.0+)?万?元[^。；]{0,30}持平")
_COMPARED = re.compile(r"(?<!同)(?:比|与|较)(?P<year>20\d\d)年(?:度)?(?P<what>[^，。；\d]{0,12})")
_COMPARES = re.compile(r"预算|决算|相比|增加|减少|增长|下降|持平|上升")
_OWN_BUDGET = re.compile(r"(?:的)?(?:部门|单位)?(?:年初|全年|调整后?)?预算")
_MONEY = re.compile(r"预算|决算|收入|支出|经费|万元|元")
_ABOUT_THE_YEAR = r"(?:部门|单位)?(?:决算)?(?:总?收入|总?支出|收支|财政拨款|政府|国有|“?三公|一般公共|本年|无|没有|机关运行|预算绩效|共有)"
"""What follows a department and the year that a sentence is about."""
_VEHICLES = re.compile(r"共有车辆(?P<whole>\d+)辆[，,]其中[：:，,](?P<parts>[^。；]*)")
_PLANNED = re.compile(rf"(?P<year>20\d\d)年预算安排{amount_pattern()}")
_GUESTS = re.compile(r"(?:批次?|团组|[次批])[^，。；\d]{0,8}\d|\d+(?:\.\d+)?(?:个)?(?:批|人次|次|人)")
_FOREIGN = re.compile(
    r"(?:外宾|国外|境外|外事)[^，。；]{0,14}\d+个?(?:批次?|次|人次?|团组)(?:[、，,][^，。；、\d]{0,8}\d+(?:批次?|人次?))?"
)


def contradictions(view: AccountView) -> Iterator[Raised]:
    """减少为0…，与上年持平: both cannot be."""
    for section in sections(view):
        for match in _ZERO_AND_SAME.finditer(section.text):
            message = say("finding_contradiction", words=match.group())
            yield Raised("contradiction", "error", message, (section.sentence(match),))


def two_values(view: AccountView) -> Iterator[Raised]:
    """An amount that the narrative gives more than once, with another value each time."""
    for rule in rules().repeated:
        told: list[tuple[Section, re.Match[str]]] = [
            (section, match)
            for section in sections(view)
            if rule.heading.search(section.heading)
            for match in rule.words.finditer(section.text)
            if view.account.is_budget or not is_other(section.text, match.start("x"), view.account.year)
        ]
        yield from _apart(told)


def _apart(told: list[tuple[Section, re.Match[str]]]) -> Iterator[Raised]:
    for section, match in told[1:]:
        first, one = told[0]
        if figure(match).value != figure(one).value:
            rounding = figure(match).agrees(figure(one))
            message = say("finding_two", words=match.group(), other=one.group())
            evidence = (section.sentence(match), first.sentence(one))
            yield Raised("two-values", "rounding" if rounding else "error", message, tuple(dict.fromkeys(evidence)))


def planned_items(view: AccountView) -> Iterator[Raised]:
    """Budgets: the amount after an item's name, the amount said to be planned for it, and the item's row."""
    for section in sections(view) if view.account.is_budget else ():
        named = list(ITEM.finditer(section.text))
        if len(named) != 1:
            continue
        told = [
            match
            for match in [re.compile(amount_pattern()).match(section.text, named[0].end())]
            + [m for m in _PLANNED.finditer(section.text) if int(m.group("year")) == view.account.year]
            if match
        ]
        yield from _apart([(section, match) for match in told])
        rows = [fact for fact in rows_of_item(view, named[0]) if shown_fact(fact)]
        for match in told:
            if rows and not any((cell := shown_fact(fact)) and cell.agrees(figure(match)) for fact in rows):
                yield from against(view, section, match, rows[0])


def parts(view: AccountView) -> Iterator[Raised]:
    """Parts of an amount that do not add up to it, or that are more than it."""
    for section in sections(view):
        for rule in rules().parts:
            yield from _summed(section, rule, exact=True)
        for rule in rules().within:
            yield from _summed(section, rule, exact=False)
        for match in _VEHICLES.finditer(section.text):
            listed = re.split("主要(?:是|为|用于)", re.sub("（[^（）]*）", "", match.group("parts")))[0]
            counts = [int(count) for count in re.findall(r"(\d+)辆", listed)]
            if counts and sum(counts) != int(match.group("whole")):
                message = say(
                    "finding_parts", whole=f"{match.group('whole')}辆", parts="＋".join(map(str, counts)),
                    sum=f"{sum(counts)}辆",
                )  # fmt: skip
                yield Raised("parts", "error", message, (section.sentence(match),))


def _summed(section: Section, rule: PartsRule, exact: bool) -> Iterator[Raised]:
    whole = rule.whole.search(section.text) if rule.heading.search(section.heading) else None
    found = [match for part in rule.parts if whole and (match := part.search(section.text, whole.end()))]
    if whole is None or len(found) < len(rule.parts):
        return
    figures = [figure(match) for match in found]
    total = figure(whole)
    summed = Shown(sum((f.value for f in figures), Fraction(0)), sum((f.half for f in figures), Fraction(0)))
    if summed.value == total.value or (not exact and summed.value < total.value):
        return
    message = say(
        "finding_parts", whole=f"{whole.group('x')}{whole.group('x_unit')}",
        parts="＋".join(f"{match.group('x')}{match.group('x_unit')}" for match in found),
        sum=_printed(summed),
    )  # fmt: skip
    evidence = tuple(dict.fromkeys((section.sentence(whole), *(section.sentence(match) for match in found))))
    yield Raised("parts", "rounding" if total.agrees(summed) else "error", message, evidence)


def _printed(amount: Shown) -> str:
    return f"{rounded(amount.value / 10000, 2):f}万元"


def years(view: AccountView) -> Iterator[Raised]:
    """A comparison with the document's own year or a later one; a figure said to be of another year.

    What was spent may be compared with the same year's budget.
    """
    year, owner = view.account.year, re.escape(view.account.department)
    stated = re.compile(rf"(?:^|(?<=[。；：]))(?P<words>{owner}(?P<year>20\d\d)年度?)(?={_ABOUT_THE_YEAR})")
    for section in sections(view):
        for match in _COMPARED.finditer(section.text):
            said, what = int(match.group("year")), match.group("what")
            if said == year - 1 or (said == year and view.account.is_account and _OWN_BUDGET.match(what)):
                continue
            if _COMPARES.search(what + section.text[match.end() : match.end() + 4]) and _MONEY.search(section.text):
                words = re.split("[。；：]", section.text[: match.end()])[-1]
                message = say("finding_compared", words=words, year=year)
                yield Raised("year", "error" if said >= year else "notice", message, (section.sentence(match),))
        for match in stated.finditer(section.text) if view.account.is_account else ():
            if int(match.group("year")) != year:
                message = say("finding_year", words=match.group("words"), year=year)
                yield Raised("year", "error", message, (section.sentence(match),))


def receptions(view: AccountView) -> Iterator[Raised]:
    """公务接待 with foreign guests counted and domestic ones not, though spending on them is named."""
    for section in sections(view):
        if "公务接待费" not in section.text[:12] or not re.search("三公”?经费", section.heading):
            continue
        foreign = _FOREIGN.search(section.text)
        domestic = _FOREIGN.sub("", section.text)
        if foreign and "国内" in domestic and not _GUESTS.search(domestic):
            message = say("finding_receptions", words=foreign.group())
            yield Raised("disclosure", "error", message, (section.sentence(foreign),))
