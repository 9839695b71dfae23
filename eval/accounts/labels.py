"""Names and amounts as the tables print them, whatever the form."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

NUMERALS = "一二三四五六七八九十"
SOURCE_LABELS = (
    "一般公共预算财政拨款收入",
    "政府性基金预算财政拨款收入",
    "国有资本经营预算财政拨款收入",
    "上级补助收入",
    "事业收入",
    "经营收入",
    "附属单位上缴收入",
    "其他收入",
)
FISCAL_LABELS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")


def numeral(number: int) -> str:
    """1 → 一, 12 → 十二, 26 → 二十六."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else NUMERALS[tens - 1] + "十")
    return head + (NUMERALS[ones - 1] if ones else "")


def numbered(labels: Sequence[str]) -> list[str]:
    """一、… 二、… and so on."""
    return [f"{numeral(n)}、{label}" for n, label in enumerate(labels, 1)]


def money(amount: Decimal, zero: str, thousands: bool = True, negative: str = "minus") -> str:
    """An amount with two decimals; `zero` where there is nothing; a negative one with a minus or in brackets."""
    if not amount:
        return zero
    digits = f"{abs(amount):,.2f}" if thousands else f"{abs(amount):.2f}"
    return digits if amount > 0 else f"-{digits}" if negative == "minus" else f"({digits})"
