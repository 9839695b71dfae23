"""Rates: budget and actual with the right word, completion, shares and growth, recomputed from what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from assistant.calculator import rounded
from assistant.checks.pieces import ANY, PERCENT, Section, figure, sections
from assistant.checks.raised import CellRule, Raised
from assistant.checks.shown import Shown, amount_pattern, rate, shown, shown_fact
from assistant.checks.text import ACTUAL, against
from assistant.library import AccountView
from ingest.model import Sentence
from prompts import say

_BUDGET = re.compile(rf"(?P<stage>年初|全年|调整)?预算(?:数)?为?{amount_pattern()}")
_WORD = re.compile(
    r"决算数(?P<word>大于|小于|等于|高于|低于|超过)(?P<stage>年初|全年|调整)?预算(?!绩效)"
    r"|决算数?与(?P<other>年初|全年|调整)?预算数?(?P<same>持平|相等|一致|相同)"
)
_DONE = re.compile(rf"完成(?P<stage>年初|全年|调整)?预算(?:数)?的{PERCENT}")
_CHANGE = re.compile(
    rf"(?P<more>增加|减少|增长|下降)(?:了)?{amount_pattern('d')}[，,]?(?:同比)?"
    rf"(?P<rise>增长|下降|上升|减少|增加)(?:率为|幅度为|了)?{PERCENT}"
)
_SHARE = re.compile(
    rf"{amount_pattern()}[，,]占(?:(?P<whole>本年(?:收入|支出)合计"
    rf"|[^，。；\d]{{0,12}}?(?:收入|支出)(?:总额|合计|总数|决算)?)的?(?:比重|比例)?(?:为)?)?{PERCENT}"
)
_WHOLES = {
    "一般公共预算(?:财政拨款)?项目支出": ("T5", "项目支出"),
    "一般公共预算(?:财政拨款)?基本支出": ("T5", "基本支出"),
    "^本年收入合计": ("T2", "本年收入合计"),
    "^本年支出合计": ("T3", "本年支出合计"),
}
"""What shares are said to be of, and the column whose total that is."""
_TOTAL = re.compile(r"(?:合计|总计|总额|财政拨款支出)(?:共计)?为?$")
"""What stands before a section's total."""
_SHARE_HEADING = re.compile(r"(?<!拨款)(?:收入|支出)决算情况|结构情况")
_OFFICIAL_SHARE = re.compile(r"三公”?经费")
_OFFICIAL = re.compile(
    r"(?P<name>“?三公”?经费(?:财政拨款)?|因公出国（境）费|公务用车购置及运行(?:维护)?费|公务用车购置费?|公务用车运行(?:维护)?费|公务接待费)"
    rf"(?:支出)?(?:年初预算为?{amount_pattern('b')}，)?(?:支出)?决算(?:数)?为?{amount_pattern()}"
    rf"(?:[，,]完成(?P<stage>年初|全年|调整)?预算(?:数)?(?:{amount_pattern('a')})?的{PERCENT})?"
)
_OFFICIAL_ITEMS = (
    ("接待", "公务接待费"), ("出国", "因公出国（境）费"), ("购置及运行", "公务用车购置及运行维护费"),
    ("购置", "公务用车购置费"), ("运行", "公务用车运行维护费"), ("三公", "“三公”经费合计"),
)  # fmt: skip
_MOVED = re.compile(
    rf"{amount_pattern()}[，,](?:比|与|较)(?:上年|去年|上年度|20\d\d年度?)(?:决算|预算|执行)?数?(?:同期)?(?:相比[，,]?)?"
    rf"(?P<more>增加|减少|增长|下降)(?:了)?{amount_pattern('d')}"
)
_PLANNED = re.compile(
    rf"预算执行数为{amount_pattern('b')}[，,]20\d\d年预算安排{amount_pattern()}"
    rf"[，,]比20\d\d年预算执行数(?:(?P<more>增加|减少|增长|下降){PERCENT}|(?P<same>持平))"
)
"""Budgets: last year's figure, this year's, and how the one differs from the other."""
_UP, _DOWN = ("增加", "增长", "上升"), ("减少", "下降")


def budgets(view: AccountView) -> Iterator[Raised]:
    """Budget and actual of one item: the right word between them, and the right rate of completion."""
    for section in sections(view):
        text = section.text
        actual = list(ACTUAL.finditer(text))
        if len(actual) != 1 or _OFFICIAL_SHARE.search(section.heading):
            continue
        planned = {match.group("stage") or "": match for match in _BUDGET.finditer(text)}
        if not planned:
            continue
        spent = figure(actual[0])
        for match in _WORD.finditer(text):
            stage = match.group("stage") or match.group("other") or ""
            compared = [planned[stage]] if stage in planned else list(planned.values())
            word = match.group("word") or match.group("same")
            if not any(_is(word, spent, figure(budget)) for budget in compared):
                message = say("finding_word", word=match.group(), budget=compared[0].group(), actual=actual[0].group())
                yield Raised("budget-word", "error", message, (section.sentence(match), section.sentence(actual[0])))
        for match in _DONE.finditer(text):
            stage = match.group("stage") or ""
            compared = [planned[stage]] if stage in planned else list(planned.values())
            yield from _completion(section, match, spent, [figure(budget) for budget in compared])


def _is(word: str, spent: Shown, budget: Shown) -> bool:
    if word in ("大于", "高于", "超过"):
        return spent.value > budget.value
    if word in ("小于", "低于"):
        return spent.value < budget.value
    return spent.value == budget.value


def official(view: AccountView) -> Iterator[Raised]:
    """三公: each item against its cell and its budget, stated or in the table, and the word for the whole."""
    whole: tuple[Shown, Shown] | None = None
    for section in sections(view):
        if not _OFFICIAL_SHARE.search(section.heading):
            continue
        for match in _OFFICIAL.finditer(section.text):
            item = next(item for word, item in _OFFICIAL_ITEMS if word in match.group("name"))
            if cell := CellRule("T7", "决算数", item=item).find(view):
                yield from against(view, section, match, cell)
            stated = next((name for name in ("a", "b") if match.group(name)), None)
            fact = CellRule("T7", "预算数", item=item).find(view)
            budget = figure(match, stated) if stated else shown_fact(fact) if fact else None
            if budget is None:
                continue
            if "三公" in item:
                whole = (figure(match), budget)
            if match.group("rate") and (stated or not match.group("stage")):  # the table has one of the stages
                yield from _completion(section, match, figure(match), [budget])
        for match in _WORD.finditer(section.text):
            before = re.split("[。；]", section.text[: match.start()])[-1]
            word = match.group("word") or match.group("same")
            if whole and re.search("三公”?经费(?:财政拨款)?(?:支出)?$", before) and not _is(word, *whole):
                message = say("finding_word_official", word=match.group())
                yield Raised("budget-word", "error", message, (section.sentence(match),))


def _completion(section: Section, match: re.Match[str], spent: Shown, planned: list[Shown]) -> Iterator[Raised]:
    sentence = section.sentence(match)
    if all(budget.value == 0 for budget in planned):
        percent = shown(match.group("rate"), None)
        if percent and percent.value:
            yield Raised("zero-base", "error", say("finding_zero", words=match.group()), (sentence,))
        return
    verdicts = [rate(spent, budget, match.group("rate")) for budget in planned if budget.value]
    yield from _rated(
        "completion", sentence, match, verdicts, [spent.value / b.value * 100 for b in planned if b.value]
    )


def shares(view: AccountView) -> Iterator[Raised]:
    """Shares of the section's total (its first amount) or of the year's total."""
    totals: dict[str, Shown] = {}  # of each section; a long one is several passages
    fact = CellRule("T7", "决算数", item="“三公”经费合计").find(view)
    official_total = shown_fact(fact) if fact else None
    for section in sections(view):
        heading, text = section.heading, section.text
        first = ANY.search(text)
        if first and _SHARE_HEADING.search(section.last) and _TOTAL.search(text[: first.start()]):
            totals.setdefault(heading, figure(first))
        for match in _SHARE.finditer(text):
            whole = totals.get(heading) or (official_total if _OFFICIAL_SHARE.search(heading) else None)
            if named := match.group("whole"):
                kind, measure = next((cell for words, cell in _WHOLES.items() if re.search(words, named)), ("", ""))
                closing = CellRule(kind, measure, row="合计").find(view) if kind else None
                whole = shown_fact(closing) if closing else None
                if "三公" in named:
                    whole = official_total
            if whole is None or not whole.value:
                continue
            part = figure(match)
            verdict = rate(part, whole, match.group("rate"))
            yield from _rated("share", section.sentence(match), match, [verdict], [part.value / whole.value * 100])


def growth(view: AccountView) -> Iterator[Raised]:
    """Stated growth, recomputed from the amount before it and the stated change; its two words must agree."""
    for section in sections(view):
        text = section.text
        stated = list(_CHANGE.finditer(text))
        changes = {match.start("d") for match in stated}
        others = [match for match in ANY.finditer(text) if match.start() not in changes] if stated else []
        for match in stated:
            sentence = section.sentence(match)
            rises = match.group("more") in _UP
            change = figure(match, "d")
            if rises == (match.group("rise") in _DOWN) and change.value:
                yield Raised("contradiction", "error", say("finding_ways", words=match.group()), (sentence,))
                continue
            before = [other for other in others if other.end() <= match.start()]
            sign = 1 if rises else -1
            bases = [
                Shown(now.value - sign * change.value, now.half + change.half)
                for now in map(figure, reversed(before))
                if now.value or sign > 0  # a decrease to nothing that is not nothing: the amount is in doubt
            ]
            if not bases or not change.value:
                continue
            sound = [base for base in bases if base.value > 0]
            verdicts = [rate(change, base, match.group("rate")) for base in sound]
            if bases[0].value == 0 and not {"exact", "rounding"} & set(verdicts):
                yield Raised("zero-base", "error", say("finding_zero", words=match.group()), (sentence,))
            elif verdicts:  # the amount that has grown stands somewhere before; the nearest is shown where none fits
                yield from _rated("growth", sentence, match, verdicts, [change.value / sound[0].value * 100])


def _rated(
    rule: str, sentence: Sentence, match: re.Match[str], verdicts: list[str], exact: list[Fraction]
) -> Iterator[Raised]:
    if "exact" in verdicts:
        return
    message = say("finding_rate", words=match.group(), expected=f"{rounded(exact[0], 2):f}")
    yield Raised(rule, "rounding" if "rounding" in verdicts else "error", message, (sentence,))


def moved(view: AccountView) -> Iterator[Raised]:
    """A change that cannot be: an increase by more than the figure itself; in budgets, another one than two figures show."""
    for section in sections(view):
        for match in _MOVED.finditer(section.text):
            now, change = figure(match), figure(match, "d")
            if match.group("more") in _UP and change.value > now.value and not change.agrees(now):
                yield Raised("change", "error", say("finding_more", words=match.group()), (section.sentence(match),))
        for match in _PLANNED.finditer(section.text):
            yield from _planned(section, match)


def _planned(section: Section, match: re.Match[str]) -> Iterator[Raised]:
    base, now, sentence = figure(match, "b"), figure(match), section.sentence(match)
    way = match.group("more") or match.group("same")
    fits = now.value > base.value if way in _UP else now.value < base.value if way in _DOWN else now.agrees(base)
    if not fits:
        yield Raised("change", "error", say("finding_change", words=match.group()), (sentence,))
    elif match.group("more") and not base.value:
        yield Raised("zero-base", "error", say("finding_zero", words=match.group()), (sentence,))
    elif match.group("more"):
        change = Shown(abs(now.value - base.value), now.half + base.half)
        verdict = rate(change, base, match.group("rate"))
        yield from _rated("growth", sentence, match, [verdict], [change.value / base.value * 100])
