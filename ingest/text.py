"""Printed Chinese text and printed numbers, made comparable."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

CJK = r"\u3400-\u9fff\uff00-\uffef\u3000-\u303f“”‘’"
_SPACE_AT_CJK = re.compile(rf"(?<=[{CJK}])\s+|\s+(?=[{CJK}])")
_BRACKETS = str.maketrans({"(": "（", ")": "）", ":": "：", ",": "，", ";": "；", "﹙": "（", "﹚": "）"})
_ORDINAL = re.compile(
    r"^(?:其中[：:]|减[：:]|加[：:])?(?:[一二三四五六七八九十]{1,3}[、.．]|（(?:[一二三四五六七八九十]{1,3}|\d{1,2})）|\d{1,2}[、.．](?!\d))?(?:其中[：:])?"
)
_AMOUNT = re.compile(
    r"^[-－]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?$|^[（(](?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[)）]$"
)
_NIL = re.compile(r"[-－—–―─/／]{1,3}|——")


_SHORT = 40
"""Characters up to which a text is likely a name: accounts share most of their names, which are compared many times."""


def squeeze(text: str) -> str:
    """The text without any white space, compatibility forms folded (２０２４ → 2024) and brackets full width."""
    return _short_squeezed(text) if len(text) <= _SHORT else _squeezed(text)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)


_short_squeezed = lru_cache(maxsize=1 << 15)(_squeezed)


def unwrap(text: str) -> str:
    """A wrapped or spaced label as one line: blanks beside Chinese characters go, those between words stay."""
    return re.sub(r"\s+", " ", _SPACE_AT_CJK.sub("", text.replace("\u3000", " "))).strip()


def subject_of(label: str) -> str:
    """The name in a row label, without its number (一、) and without 其中："""
    return _ORDINAL.sub("", squeeze(label)).strip("：")


def plain(text: str) -> str:
    """The form in which names are compared: no blanks, brackets, quotes or dashes; lower case."""
    return _short_plain(text) if len(text) <= _SHORT else _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"[（）“”\"'‘’「」《》〈〉、，。：；·\-—_/]", "", squeeze(text)).lower()


_short_plain = lru_cache(maxsize=1 << 15)(_plain)


def amount(text: str) -> Decimal | None:
    """The exact value of a printed amount, None if the text is not one. (123.45) is negative, as in ledgers.

    A sign of the yuan before the digits (¥123.45) is no part of it.
    """
    bare = re.sub(r"^([-－(]?)¥", r"\1", unicodedata.normalize("NFKC", text).strip().replace(" ", ""))
    if not _AMOUNT.match(bare):
        return None
    negative = bare[0] in "-－("
    value = Decimal(re.sub(r"[^\d.]", "", bare))
    return -value if negative else value


def places_of(value: Decimal) -> int:
    """Number of printed decimals."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_nil(text: str) -> bool:
    """True for a dash in the place of an amount: nothing is stated there, not even 0."""
    return bool(_NIL.fullmatch(squeeze(text)))


def is_code(text: str) -> bool:
    """True for a 科目编码 (201, 20103, 2010301) or one level of it (01)."""
    return bool(re.fullmatch(r"\d{2,7}", text))


_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "○": 0}
_CHINESE_POWERS = {"十": 10, "百": 100, "千": 1000}


def chinese_number(text: str) -> int | None:
    """Chinese numerals below ten thousand: 三 → 3, 十二 → 12, 三百零五 → 305, 两千三 → 2300; digits too.

    :return: None if the text is no number.
    """
    if text.isdigit():
        return int(text)
    total, digit, power, skipped = 0, None, 10000, False
    for char in text:
        if char in _CHINESE_POWERS:
            if _CHINESE_POWERS[char] >= power or (digit is None and (char != "十" or total)):
                return None
            power = _CHINESE_POWERS[char]
            total += power * (1 if digit is None else digit)
            digit, skipped = None, False
        elif char in _CHINESE_DIGITS and (digit is None or digit == 0):
            digit = _CHINESE_DIGITS[char]
            skipped |= digit == 0
        else:
            return None
    if digit is None:
        return total if total else None
    short = power in (100, 1000) and not skipped  # 两千三 is 2300
    return total + digit * (power // 10 if short else 1)
