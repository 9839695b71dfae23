"""Text against tables: amounts that repeat a cell, items of expenditure, names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.pieces import Section, figure, is_other, sections
from assistant.checks.raised import Raised, Severity, TextRule, rules
from assistant.checks.shown import Shown, amount_pattern, shown_fact
from assistant.library import AccountView
from ingest.model import Fact, Sentence
from ingest.text import plain, squeeze
from prompts import say

ITEM = re.compile(
    r"(?P<section>[^。；、，：\d（）/／]{2,40}(?:（[^）类款项]+）[^。；（）]{0,20})?)（(?P<section_code>\d\d)?款）"
    r"(?P<item>[^。；，]{2,50}?)（(?P<item_code>\d\d)?项）”?(?:科目)?(?:支出)?"
)
"""An item of expenditure as the narrative names it: its 款 and its 项, with their codes or without."""
ACTUAL = re.compile(rf"支出决算(?:数)?为?{amount_pattern()}")
_CLASS = re.compile(rf"(?P<class>[^。；、，：\d（）]{{2,30}})（类）{amount_pattern()}")
_MOST_NAMES = 2
"""More names without a figure than this are the form's own lists, left as they were."""
_LISTED = re.compile(r"(?:人员经费|公用经费)[^。；：]{0,30}?主要(?:包括|用于)[：:]?(?P<names>[^。；：]+)")


def amounts(view: AccountView) -> Iterator[Raised]:
    """Amounts that repeat a cell of a table."""
    known, planned = rules().text, rules().planned
    if view.account.is_budget:
        known, planned = (), rules().budget_text
    for section in sections(view):
        for rule in (*known, *planned):
            fact = rule.cell.find(view) if rule.cell and _is_under(rule, section) else None
            for match in rule.words.finditer(section.text) if fact else ():
                if rule in planned or not is_other(section.text, match.start("x"), view.account.year):
                    assert fact is not None
                    yield from against(view, section, match, fact)


def _is_under(rule: TextRule, section: Section) -> bool:
    return bool(rule.heading.search(section.last) or rule.heading.search(section.heading))


def items(view: AccountView) -> Iterator[Raised]:
    """What the text says was spent on an item of 一般公共预算, against the item's row."""
    for section in sections(view):
        named, actual = list(ITEM.finditer(section.text)), list(ACTUAL.finditer(section.text))
        if "一般公共预算" not in section.heading or len(named) != 1 or len(actual) != 1:
            continue
        rows = rows_of_item(view, named[0])
        said = figure(actual[0])
        if rows and not any((cell := shown_fact(fact)) and cell.agrees(said) for fact in rows):
            yield from against(view, section, actual[0], rows[0])
        elif not rows and said.value:
            yield from _renamed(view, section, named[0], said)


def classes(view: AccountView) -> Iterator[Raised]:
    """What the text says was spent on a class (类) of 一般公共预算, against the class's row."""
    for section in sections(view):
        if "一般公共预算" not in section.heading or "结构" not in section.last:
            continue
        for match in _CLASS.finditer(section.text):
            rows = [f for f in view.by_item.get(plain(match.group("class")), []) if _is_spent(f) and len(f.code) == 3]
            if rows:
                yield from against(view, section, match, rows[0])


def rows_of_item(view: AccountView, named: re.Match[str]) -> list[Fact]:
    """The rows of an item in the table of 一般公共预算; those under the 款 that the text names, if it names one there."""
    rows = [f for f in view.by_item.get(plain(named.group("item")), []) if _is_item(f)]
    above = {
        fact.code
        for fact in view.by_kind.get("T5", [])
        if len(fact.code) == 5 and plain(named.group("section")).endswith(plain(fact.subject))
    }
    return [fact for fact in rows if fact.code[:5] in above] or rows


def _is_spent(fact: Fact) -> bool:
    return fact.kind == "T5" and fact.measure == "本年支出合计"


def _is_item(fact: Fact) -> bool:
    return _is_spent(fact) and len(fact.code) == 7


def _renamed(view: AccountView, section: Section, named: re.Match[str], said: Shown) -> Iterator[Raised]:
    """An item that the table does not have by this name: a row with its amount that the text does not name."""
    told = {
        fact.key
        for other in sections(view)
        for match in ITEM.finditer(other.text)
        for fact in rows_of_item(view, match)
    }
    rows = [fact for fact in view.by_kind.get("T5", []) if _is_item(fact) and fact.key not in told]
    same = [fact for fact in rows if (cell := shown_fact(fact)) and cell.agrees(said)]
    if same:
        said_so = say(
            "finding_renamed", name=named.group("item"), other=same[0].subject, table=view.tables[same[0].table].title
        )
        short, long = sorted((plain(named.group("item")), plain(same[0].subject)), key=len)
        severity: Severity = "notice" if long.startswith(short) else "error"  # without its last word
        yield Raised("text-names", severity, said_so, (section.sentence(named), same[0]))


def against(view: AccountView, section: Section, match: re.Match[str], fact: Fact) -> Iterator[Raised]:
    """A stated amount (groups x and x_unit) against a cell; one that is rounded further agrees at its own precision."""
    said, cell = figure(match), shown_fact(fact)
    sentence = section.sentence(match)
    words = {
        "text": f"{match.group('x')}{match.group('x_unit')}", "table": view.tables[fact.table].title,
        "name": fact.subject if fact.subject not in ("", "合计") else fact.item if fact.item != "合计" else fact.measure,
    }  # fmt: skip
    if cell is None:
        if said.value:
            yield Raised("text-table", "error", say("finding_blank", **words), (sentence, fact))
    elif cell.value != said.value and not (cell.half < said.half and cell.agrees(said)):
        message = say("finding_text", **words, value=fact.text, unit=fact.unit or "")
        yield Raised("text-table", "rounding" if cell.agrees(said) else "error", message, (sentence, fact))


def names(view: AccountView) -> Iterator[Raised]:
    """Items that the text lists as paid from 人员经费 or 公用经费, for which the table has nothing."""
    lists: list[tuple[list[tuple[str, Fact]], Sentence]] = []
    for section in sections(view):
        if "基本支出" not in section.heading:
            continue
        for match in _LISTED.finditer(section.text):
            idle = []
            for name in re.split("[、，]", match.group("names")):
                rows = [f for f in view.by_item.get(plain(name), []) if f.kind == "T6" and f.code]
                if rows and not any(fact.value for fact in rows):
                    idle.append((name, rows[0]))
            if idle:
                lists.append((idle, section.sentence(match)))
    few = sum(len(idle) for idle, _ in lists) <= _MOST_NAMES
    for idle, sentence in lists:
        table = view.tables[idle[0][1].table].title
        message = say("finding_name", name="、".join(name for name, _ in idle), table=table)
        evidence: tuple[Fact | Sentence, ...] = (sentence, *(fact for _, fact in idle))
        yield Raised("text-names", "error" if few else "notice", message, evidence)


def purposes(view: AccountView) -> Iterator[Raised]:
    """What a well-known item is said to be for, in the words of another one."""
    for section in sections(view):
        named = list(ITEM.finditer(section.text))
        purpose = re.search(r"主要用于[：:]?(?P<what>[^。；]+)", section.text)
        if len(named) != 1 or not purpose:
            continue
        name = squeeze(named[0].group("item"))
        own = next((p for p in rules().purposes if p.item.search(name)), None)
        if own is None or own.own.search(purpose.group("what")):
            continue
        if other := next((p for p in rules().purposes if p.named.search(purpose.group("what"))), None):
            found = other.named.search(purpose.group("what"))
            message = say("finding_purpose", item=name, words=found.group() if found else "")
            yield Raised("text-names", "error", message, (section.sentence(purpose),))
