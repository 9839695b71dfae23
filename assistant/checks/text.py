"""Text: amounts against the tables, budget and actual with the right word, rates recomputed, contradictions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from assistant.calculator import rounded
from assistant.checks.raised import Raised, rules
from assistant.checks.shown import Shown, rate, shown, shown_fact
from assistant.library import AccountView
from ingest.model import Fact, Passage, Sentence
from ingest.text import plain, squeeze
from prompts import say

_DIGITS = r"(?:\d{{1,3}}(?:[,，]\d{{3}})+|\d+)(?:\.\d+)?"
"""A printed number; squeezed text has wide commas. Braces are doubled: it stands in templates."""
_AMOUNT = r"(?<![\d.])(?<!\d[,，])(?P<{0}>-?" + _DIGITS + r")(?P<{0}_unit>亿元|万元|元)"
_PERCENT = r"(?P<rate>" + _DIGITS.format() + r")[%％]"
_ANY = re.compile(_AMOUNT.format("x"))
_ITEM = re.compile(
    r"(?P<class>[^。；、\d（）]{2,30})（类）(?P<section>[^。；（）]{2,40}(?:（[^）类款项]+）[^。；（）]{0,20})?)（款）(?P<item>[^。；]{2,50}?)（项）"
)
_BUDGET = re.compile(rf"(?P<stage>年初|全年|调整)?预算(?:数)?为{_AMOUNT.format('x')}")
_ACTUAL = re.compile(rf"支出决算(?:数)?为{_AMOUNT.format('x')}")
_WORD = re.compile(
    r"决算数(?P<word>大于|小于|等于|高于|低于|超过)(?P<stage>年初|全年|调整)?预算(?!绩效)"
    r"|决算数?与(?P<other>年初|全年|调整)?预算数?(?P<same>持平|相等|一致|相同)"
)
_DONE = re.compile(rf"完成(?P<stage>年初|全年|调整)?预算(?:数)?的{_PERCENT}")
_CHANGE = re.compile(
    rf"(?P<more>增加|减少|增长|下降){_AMOUNT.format('d')}[，,]?(?:同比)?(?:增长|下降|上升|减少|增加)(?:率为|幅度为|了)?{_PERCENT}"
)
_SHARE = re.compile(
    rf"{_AMOUNT.format('x')}[，,]占(?:(?P<whole>本年(?:收入|支出)合计|[^，。；\d]{{0,12}}?(?:收入|支出)(?:总额|合计|总数)?)的?(?:比重|比例)?(?:为)?)?{_PERCENT}"
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
_MOST_NAMES = 2
"""More names without a figure than this are the form's own lists, left as they were."""
_LISTED = re.compile(r"(?:人员经费|公用经费)[^。；：]{0,30}?主要(?:包括|用于)[：:]?(?P<names>[^。；：]+)")
_ZERO_AND_SAME = re.compile(r"减少(?:为|到|至)\s*0(?:\.0+)?万?元[^。；]{0,30}持平")


def _sections(view: AccountView) -> Iterator[tuple[Passage, str, str]]:
    """Sections of the narrative with their headings and their texts, comparable."""
    for passage in view.passages:
        if passage.kind == "section":
            yield passage, "／".join(squeeze(part) for part in passage.heading), squeeze(passage.text)


def _sentence(passage: Passage, printed: str) -> Sentence:
    """The sentence of the passage that holds a piece of its comparable text."""
    return next((s for s in passage.sentences if printed in squeeze(s.text)), passage.sentences[0])


def _figure(match: re.Match[str], name: str = "x") -> Shown:
    found = shown(match.group(name), match.group(f"{name}_unit"))
    assert found is not None  # the pattern lets nothing else through
    return found


def amounts(view: AccountView) -> Iterator[Raised]:
    """Amounts that repeat a cell of a table."""
    for passage, heading, text in _sections(view):
        last = heading.rsplit("／", 1)[-1]
        for rule in rules().text:
            if not rule.heading.search(last) and not rule.heading.search(heading):
                continue
            fact = rule.cell.find(view)
            pattern = re.compile(rf"(?:{rule.words.pattern})(?:共计|合计|总计)?为?{_AMOUNT.format('x')}")
            match = pattern.search(text)
            if fact is None or match is None:
                continue
            yield from _against(view, passage, match, fact)


def items(view: AccountView) -> Iterator[Raised]:
    """What the text says was spent on an item of 一般公共预算, against the item's row."""
    for passage, heading, text in _sections(view):
        named, actual = list(_ITEM.finditer(text)), list(_ACTUAL.finditer(text))
        if "一般公共预算" not in heading or len(named) != 1 or len(actual) != 1:
            continue
        rows = [
            fact
            for fact in view.by_item.get(plain(named[0].group("item")), [])
            if fact.kind == "T5" and fact.measure == "本年支出合计" and len(fact.code) == 7
        ]
        said = _figure(actual[0])
        if rows and not any((cell := shown_fact(fact)) and cell.agrees(said) for fact in rows):
            yield from _against(view, passage, actual[0], rows[0])


def _against(view: AccountView, passage: Passage, match: re.Match[str], fact: Fact) -> Iterator[Raised]:
    said, cell = _figure(match), shown_fact(fact)
    sentence = _sentence(passage, match.group())
    words = {
        "text": f"{match.group('x')}{match.group('x_unit')}", "table": view.tables[fact.table].title,
        "name": fact.subject if fact.subject not in ("", "合计") else fact.item if fact.item != "合计" else fact.measure,
    }  # fmt: skip
    if cell is None:
        if said.value:
            yield Raised("text-table", "error", say("finding_blank", **words), (sentence, fact))
    elif cell.value != said.value:
        message = say("finding_text", **words, value=fact.text, unit=fact.unit or "")
        yield Raised("text-table", "rounding" if cell.agrees(said) else "error", message, (sentence, fact))


def names(view: AccountView) -> Iterator[Raised]:
    """Items that the text lists as paid from 人员经费 or 公用经费, for which the table has nothing."""
    lists: list[tuple[list[tuple[str, Fact]], Sentence]] = []
    for passage, heading, text in _sections(view):
        if "基本支出" not in heading:
            continue
        for match in _LISTED.finditer(text):
            idle = []
            for name in re.split("[、，]", match.group("names")):
                rows = [f for f in view.by_item.get(plain(name), []) if f.kind == "T6" and f.code]
                if rows and not any(fact.value for fact in rows):
                    idle.append((name, rows[0]))
            if idle:
                lists.append((idle, _sentence(passage, match.group("names")[:12])))
    few = sum(len(idle) for idle, _ in lists) <= _MOST_NAMES
    for idle, sentence in lists:
        table = view.tables[idle[0][1].table].title
        message = say("finding_name", name="、".join(name for name, _ in idle), table=table)
        evidence: tuple[Fact | Sentence, ...] = (sentence, *(fact for _, fact in idle))
        yield Raised("text-names", "error" if few else "notice", message, evidence)


def budgets(view: AccountView) -> Iterator[Raised]:
    """Budget and actual of one item: the right word between them, and the right rate of completion."""
    for passage, _, text in _sections(view):
        actual = list(_ACTUAL.finditer(text))
        if len(actual) != 1:
            continue
        planned = {match.group("stage") or "": match for match in _BUDGET.finditer(text)}
        if not planned:
            continue
        spent = _figure(actual[0])
        for match in _WORD.finditer(text):
            stage = match.group("stage") or match.group("other") or ""
            compared = [planned[stage]] if stage in planned else list(planned.values())
            word = match.group("word") or match.group("same")
            if not any(_is(word, spent, _figure(budget)) for budget in compared):
                message = say("finding_word", word=match.group(), budget=compared[0].group(), actual=actual[0].group())
                yield Raised("budget-word", "error", message, (_sentence(passage, match.group()),))
        for match in _DONE.finditer(text):
            stage = match.group("stage") or ""
            compared = [planned[stage]] if stage in planned else list(planned.values())
            yield from _completion(passage, match, spent, [_figure(budget) for budget in compared])


def _is(word: str, spent: Shown, budget: Shown) -> bool:
    if word in ("大于", "高于", "超过"):
        return spent.value > budget.value
    if word in ("小于", "低于"):
        return spent.value < budget.value
    return spent.value == budget.value


def _completion(passage: Passage, match: re.Match[str], spent: Shown, planned: list[Shown]) -> Iterator[Raised]:
    sentence = _sentence(passage, match.group())
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
    for passage, heading, text in _sections(view):
        first = _ANY.search(text)
        if first and _SHARE_HEADING.search(heading.rsplit("／", 1)[-1]) and _TOTAL.search(text[: first.start()]):
            totals.setdefault(heading, _figure(first))
        for match in _SHARE.finditer(text):
            whole = totals.get(heading)
            if named := match.group("whole"):
                kind, measure = next((cell for words, cell in _WHOLES.items() if re.search(words, named)), ("", ""))
                closing = (f for f in view.by_kind.get(kind, []) if f.subject == "合计" and f.measure == measure)
                fact = next(closing, None)
                whole = shown_fact(fact) if fact else None
            if whole is None or not whole.value:
                continue
            part = _figure(match)
            verdict = rate(part, whole, match.group("rate"))
            sentence = _sentence(passage, match.group())
            yield from _rated("share", sentence, match, [verdict], [part.value / whole.value * 100])


def growth(view: AccountView) -> Iterator[Raised]:
    """Stated growth, recomputed from the amount before it and the stated change."""
    for passage, _, text in _sections(view):
        stated = list(_CHANGE.finditer(text))
        changes = {match.start("d") for match in stated}
        others = [match for match in _ANY.finditer(text) if match.start() not in changes] if stated else []
        for match in stated:
            before = [other for other in others if other.end() <= match.start()]
            change = _figure(match, "d")
            sign = 1 if match.group("more") in ("增加", "增长") else -1
            bases = [
                Shown(now.value - sign * change.value, now.half + change.half)
                for now in map(_figure, reversed(before))
                if now.value or sign > 0  # a decrease to nothing that is not nothing: the amount is in doubt
            ]
            if not bases or not change.value:
                continue
            sentence = _sentence(passage, match.group())
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


def contradictions(view: AccountView) -> Iterator[Raised]:
    """减少为0…，与上年持平: both cannot be."""
    for passage in view.passages:
        for sentence in passage.sentences if passage.kind == "section" else ():
            if match := _ZERO_AND_SAME.search(squeeze(sentence.text)):
                yield Raised("contradiction", "error", say("finding_contradiction", words=match.group()), (sentence,))
