"""Printed Chinese text and printed numbers, made comparable."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

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


def squeeze(text: str) -> str:
    """The text without any white space, compatibility forms folded (２０２４ → 2024) and brackets full width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)


def unwrap(text: str) -> str:
    """A wrapped or spaced label as one line: blanks beside Chinese characters go, those between words stay."""
    return re.sub(r"\s+", " ", _SPACE_AT_CJK.sub("", text.replace("\u3000", " "))).strip()


def subject_of(label: str) -> str:
    """The name in a row label, without its number (一、) and without 其中："""
    return _ORDINAL.sub("", squeeze(label)).strip("：")


def plain(text: str) -> str:
    """The form in which names are compared: no blanks, brackets, quotes or dashes; lower case."""
    return re.sub(r"[（）“”\"'‘’「」《》〈〉、，。：；·\-—_/]", "", squeeze(text)).lower()


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


def chinese_number(text: str) -> int | None:
    """Small Chinese numerals: 三 → 3, 十二 → 12, 二十 → 20; digits too. None if it is neither."""
    if text.isdigit():
        return int(text)
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
    tens, separator, ones = text.partition("十")
    if not separator:
        return digits.get(text) if len(text) == 1 else None
    high = digits.get(tens, 1 if not tens else -1)
    low = digits.get(ones, 0 if not ones else -1)
    return high * 10 + low if high >= 0 and low >= 0 else None
