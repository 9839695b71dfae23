"""A question taken apart, and what single words of it mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.calculator import YUAN
from assistant.library import AccountView
from assistant.mentions import (
    Mention,
    find_mentions,
    masked,
    without,
)
from assistant.model import Item, Plan
from assistant.scope import GONE, Scope
from assistant.selection import THREE
from assistant.vocabulary import MONEY_UNITS, words
from ingest.model import Account
from ingest.narrative.statements import UNITS
from ingest.text import chinese_number, plain

LAST_YEAR = re.compile("上年|去年|前一年|上一年")
POINTS = re.compile("(?:占|比重|比例|份额|完成率|执行率).*(?:比|较|差|[高低升降增减变])[^，占]{0,8}(?:百分点|几个点)")
"""By how much two shares or two completion rates differ."""
INSIDE = re.compile("的?(?:当中|其中|里面|里头|[里中内])")
"""After a name: what follows stands inside it."""
MORE_BY = re.compile("^(?!.*占).*(?:[多少高低大小省超差]|节约|节省|超支)(?:了|出)?(?:百分之(?:几|多少)|几成|百分比|多少%)")
"""A 比 B 多百分之几: no share, the difference over B."""
TOGETHER = re.compile("(?:[两二三四五几](?:个|家|者|项|样|笔|块|部分)|加起来|合起来|加在一起|合在一起)(?:加起来|合起来|合计|一起|一共|共|总共)*占")
"""Several are to be taken together: one of them is no answer."""
_MONEY = re.compile("多少(?:钱|万元|元)")


@dataclass(frozen=True)
class Reading:
    """A question taken apart."""

    text: str
    scope: Scope
    mentions: list[Mention]
    mask: str
    """The text with names and departments masked."""
    quoted: tuple[str, ...] = ()
    """What the question puts in quotes."""
    bracketed: tuple[str, ...] = ()
    """What it puts in brackets, to say what it means by the words before."""


def reread(reading: Reading, view: AccountView) -> Reading:
    """The question with the names of another account."""
    mentions = without_funds(find_mentions(reading.text, view))
    fuzzy = [mention for mention in reading.mentions if mention.fuzzy]
    mentions = [m for m in mentions if not any(m.start < f.end and f.start < m.end for f in fuzzy)]
    mentions = sorted([*mentions, *fuzzy], key=lambda mention: mention.start)
    return with_mentions(reading, mentions)


def with_mentions(reading: Reading, mentions: list[Mention]) -> Reading:
    """The question with other names found in it."""
    return replace(reading, mentions=mentions, mask=masked(reading.text, mentions))


def without_funds(mentions: list[Mention]) -> list[Mention]:
    """Mentions without those that only say of which fund another one is (一般公共预算财政拨款口径)."""
    named = [mention for mention in mentions if mention.kind != "table"]
    only = [m for m in named if m.kind == "item" and any(p.fullmatch(m.words) for p in words().funds.values())]
    return [mention for mention in mentions if mention not in only] if len(named) > len(only) else mentions


def outright(reading: Reading) -> list[Mention]:
    """Items whose whole name stands in quotes or brackets: what is around them says the same in other words."""
    said = {*reading.quoted, *reading.bracketed}
    return [m for m in reading.mentions if m.words in said and m.kind != "table" and not (m.total or nature_of(m))]


def number_in(match: re.Match[str] | None, *groups: str) -> int | None:
    """The number in the first of the groups that matched."""
    return next((chinese_number(match.group(name)) for name in groups if match.group(name)), None) if match else None


def nature_of(mention: Mention) -> str:
    """The column that a name means (基本支出, 基本支出合计 → 基本支出); empty if it is none."""
    bare = mention.words.removesuffix("合计").removesuffix("总额")
    return next((n for n, p in words().natures.items() if p.fullmatch(mention.words) or p.fullmatch(bare)), "")


def stage_in(mask: str) -> str:
    """年初预算, 预算数 or 决算数, as the question says; empty if it does not."""
    rest = without(mask, words().funds)
    return next((stage for stage, pattern in words().stages.items() if pattern.search(rest)), "")


def prose_unit_in(mask: str, text: str = "") -> str:
    """The units (split by |) of the number that is asked for, where the question says what is counted."""
    if _MONEY.search(mask):
        return MONEY_UNITS
    found = next((units for units, pattern in words().prose_units.items() if pattern.search(mask)), "")
    if not found and words().prose_units["辆|台|套"].search(text):
        found = "辆|台|套"
    counted = re.search(rf"(?:多少|几)(?P<unit>{UNITS})(?!百分比|出|付)", mask)
    if counted and counted.group("unit") not in (*YUAN, "%", "个百分点") and (not found or "元" in found or found == "%"):
        return counted.group("unit")
    return found


def in_budget_table(item: Item) -> bool:
    """True for items whose budget stands in a table: 三公, or a column that the question names."""
    return (plain(item.name) in THREE and item.side != "economic") or bool(item.column)


def asks_count(plan: Plan) -> bool:
    """True for a question for how many of something the text states: neither an amount nor a rate."""
    return plan.form == "prose-figure" and plan.prose_unit not in ("", "%", MONEY_UNITS)


def untold(accounts: Sequence[Account], words: str) -> Plan:
    """The refusal of what these accounts do not tell, in the question's words or with the name of what is missing."""
    return Plan(form="refuse", reason="item", accounts=ids_of(accounts), words=words.replace(GONE, ""))


def ids_of(accounts: Sequence[Account]) -> tuple[str, ...]:
    """The accounts as a plan names them."""
    return tuple(account.id for account in accounts)
