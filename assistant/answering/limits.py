"""The limits that a question sets: 超过100万元, 不足5万元, 在100万到500万元之间, 占比30%以上."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.vocabulary import words
from prompts import say

_UNIT = "亿元?|万元?|千元|元|[%％]"
_RANGE = re.compile(
    rf"(?P<n>\d[\d.]*)(?P<unit>{_UNIT})?(?:到|至|[和与](?=\d[\d.]*(?:{_UNIT})(?:之间|中间)))(?P<m>\d[\d.]*)(?P<to>{_UNIT})"
)


@dataclass(frozen=True)
class Limit:
    """One side of what is asked for."""

    condition: str
    """In words: 超过."""
    holds: str
    """In the calculator's: above."""
    amount: str
    unit: str
    """元 with 千, 万 or 亿, or %."""

    @property
    def told(self) -> str:
        """In words, with amount and unit."""
        return say("limit", condition=self.condition, limit=self.amount, unit=self.unit)


def limits_of(text: str, per_cent: bool = False) -> list[Limit]:
    """The limits in a question: one, or two that all must keep; none if there are none.

    :param per_cent: limits of shares and rates instead of amounts.
    """
    text = re.sub("一半|半数", "50%", text) if per_cent else text
    for found in _RANGE.finditer(text):
        first, last = (_unit(found[name] or found["to"]) for name in ("unit", "to"))
        if (last == "%") == per_cent:
            return [Limit("不低于", "at_least", found["n"], first), Limit("不超过", "at_most", found["m"], last)]
    every = [found for found in words().single["filter"].finditer(text) if (_unit(found["unit"]) == "%") == per_cent]
    meant = [found for found in every if found["op"] or found["post"]] or every[:1]
    return [Limit(*_condition(found), found["n"], _unit(found["unit"])) for found in meant[:2]]


def in_words(limits: Sequence[Limit]) -> str:
    """All of the limits in words."""
    return say("limits_and").join(limit.told for limit in limits)


def formula_of(limits: Sequence[Limit]) -> str:
    """All of the limits as formulas have them."""
    return "且".join(f"{limit.condition}{limit.amount}{limit.unit}" for limit in limits)


def _unit(printed: str) -> str:
    return "%" if printed in "%％" else f"{printed.rstrip('元')}元"


def _condition(found: re.Match[str]) -> tuple[str, str]:
    """以上 and 不低于 include the limit, 超过 does not."""
    op, post = found["op"] or "", found["post"] or ""
    if op in ("低于", "少于", "小于", "不足", "不到"):
        return "低于", "below"
    if post in ("以下", "以内"):
        return "不超过", "at_most"
    if post == "以上" or op in ("不低于", "不少于", "达到"):
        return "不低于", "at_least"
    return "超过", "above"
