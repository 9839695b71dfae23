"""Questions in other writings and wordings: traditional characters, amounts in Chinese numerals, citizens' words."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from assistant.vocabulary import wordings
from ingest.text import chinese_number, squeeze

if TYPE_CHECKING:
    from opencc import OpenCC


_DIGITS = "零〇一二三四五六七八九"
_AMOUNT = re.compile(rf"(?P<n>[{_DIGITS}两十百千]+(?:点[{_DIGITS}]+)?)(?=(?:万|亿)(?:元|块)|千?元|[万亿](?!多)(?:$|[^\u4e00-\u9fff]|以|的))")

_DASH = re.compile(r"(?<=[\d亿万千元])\s*[-—–－~～]+\s*(?=\d[\d.]*(?:亿|万|千|元|[%％]))")
"""Between two amounts; elsewhere dashes are no part of a question."""


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """The text in simplified characters; what is simplified already stays as it is."""
    return str(_converter().convert(text))


def with_digits(text: str) -> str:
    """The text with amounts of money in digits: 两百万元 → 200万元, 100-200万元 → 100到200万元.

    Other numerals stay: they may be names.
    """
    return _DASH.sub("到", _AMOUNT.sub(lambda match: _in_digits(match.group("n")), text))


def reworded(text: str) -> str:
    """The text with citizens' wordings in the words that the rest understands (压了百分之几 → 减少了百分之几).

    A text without any stays as it is, with its blanks.
    """
    asked = bare = squeeze(text)
    for says, means in wordings():
        asked = says.sub(means, asked)
    return text if asked == bare else asked


def _in_digits(numeral: str) -> str:
    number = number_of(numeral)
    return numeral if number is None else f"{number:f}"


def number_of(numeral: str) -> Decimal | None:
    """A Chinese numeral, with decimals after 点; None if it is none."""
    whole, _, decimals = numeral.partition("点")
    number = chinese_number(whole)
    if number is None:
        return None
    digits = "".join(str(chinese_number(char)) for char in decimals)
    return Decimal(f"{number}.{digits}") if digits else Decimal(number)
