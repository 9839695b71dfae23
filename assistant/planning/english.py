"""English questions, put into the Chinese that the planner reads: departments, years, terms, and the form's frame."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from assistant.calculator import YUAN
from assistant.departments import last_place
from assistant.vocabulary import English, english

_LETTERS = re.compile(r"[A-Za-z]")
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_ASKING = re.compile(
    r"\b(?:what|how|which|why|who|when|where|is|was|were|did|does|do|the|of|much|many|for|to|on|by|in|its|it|and|than|between|exceed)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AMOUNT = re.compile(
    r"(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>thousand|million|billion)?\s*(?P<unit>yuan|rmb|cny|%|percent|per cent)"
)
_CHINESE_MONEY = re.compile(r"(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>亿元|万元|千元|元)")
_SCALES = {"thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_KINDS = re.compile(r"\b(?:district|city|municipality|municipal|county|province|provincial|town(?:ship)?)\b")
_RELATIONS = (("more than|over|above|exceed\\w*", "超过"), ("less than|under|below", "低于"), ("at least", "至少"))
_WHOLES = ("支出", "收入")
"""What is meant where no item is named."""
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_GLOSS = re.compile(r"[(（][\"“”']*(?P<name>[\u4e00-\u9fff]{2,}(?:[、和及与][\u4e00-\u9fff]+)*)[\"“”']*[)）]")
_LAST_WORD = re.compile(r"(?P<word>[a-z']+(?:-[a-z]+)*)[\s\"“”]*$")
_DECIMALS = re.compile(r"(?:rounded )?(?:to|with|at) (?P<n>one|two|three|four|\d) decimals?(?: places?)?")
_STOP = re.compile("of|the|an?|how|much|many|on|for|was|were|is|did|do|what|which|in|to|by|from|and|than|between|share|percentage|per|with|as|that|ratio|its?|their")
_PRIVATE, _MOST_GLOSSES = 0xE000, 8
_CLAIMED = re.compile(r"，对吗$")


def is_english(question: str) -> bool:
    """True for a question in English; Chinese names may stand in it."""
    chinese = len("".join(_CJK.findall(question)))
    return len(_ASKING.findall(question.lower())) >= 2 or len(_LETTERS.findall(question)) > 3 * chinese + 6


def from_english(question: str, departments: Iterable[str]) -> str:
    """The question in Chinese words, as far as they are known; what is not stays as it was.

    :param departments: names of the loaded departments, whose places are known by their pinyin.
    """
    words = english()
    text = _CHINESE_MONEY.sub(_in_yuan, question.lower().strip().rstrip("?.! "))
    text, glosses = _glossed(text, departments)
    decimals = _DECIMALS.search(text)
    text = _DECIMALS.sub(" ", text)
    years = "、".join(f"{year}年" for year in dict.fromkeys(_YEAR.findall(text)))
    text = _YEAR.sub(" ", text)
    who, text = _department(text, words, departments)
    for frame in words.frames:
        match = frame.match.search(text)
        if match is None:
            continue
        groups = {key[0]: value for key, value in match.groupdict().items() if value}
        number = groups.pop("n", "")
        parts = {key: _terms(value, words) for key, value in groups.items()}
        whole = _terms(text, words)
        claimed = bool(_CLAIMED.search(frame.asks))
        named = {"a": whole, "b": "", **parts, "n": str(words.numbers.get(number, number)), "who": "", "all": whole}
        if claimed:
            named["a"] = _claimed(groups.get("a", text), words)
        asked = frame.asks.format(**named)
        if decimals:
            asked += f"，保留{words.numbers.get(decimals['n'], decimals['n'])}位小数"
        return who + years + "".join(glosses.get(character, character) for character in asked)
    raise AssertionError("the last frame fits everything")  # the loader sees to it


def _glossed(text: str, departments: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The text with one character for each name that it gives in Chinese in brackets, in place of the English before it."""
    names: dict[str, str] = {}
    while (found := _GLOSS.search(text)) and len(names) < _MOST_GLOSSES:
        chinese, before = found["name"], text[: found.start()]
        if any(chinese in name or name in chinese for name in departments):
            text = f"{before} {chinese} {text[found.end() :]}"
            continue
        while (last := _LAST_WORD.search(before)) and not _STOP.fullmatch(last["word"]):
            before = before[: last.start()]
        names[chr(_PRIVATE + len(names))] = chinese
        text = f"{before} {chr(_PRIVATE + len(names) - 1)} {text[found.end() :]}"
    return text, names


def _in_yuan(match: re.Match[str]) -> str:
    number = Decimal(match.group("n").replace(",", "")).scaleb(YUAN[match.group("unit")])
    return f"{number:f} yuan"


def _department(text: str, words: English, departments: Iterable[str]) -> tuple[str, str]:
    """The department in Chinese, and the rest of the text."""
    places = [name for spelling, name in _places(tuple(departments)) if re.search(rf"\b{spelling}\b", text)]
    for spelling, _ in _places(tuple(departments)):
        text = re.sub(rf"\b{spelling}(?:'s)?\b", " ", text)
    office = next((o for o in words.offices if o.words.search(text)), None)
    if office:
        text = office.words.sub(" ", text)
    text = _KINDS.sub(" ", text) if places or office else text
    chinese = "".join(_CJK.findall(text))
    return "".join(places) + (office.name if office else "") + chinese, _CJK.sub(" ", text)


@cache
def _places(departments: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Spellings in pinyin of the places in the departments' names, with the places."""
    from pypinyin import lazy_pinyin

    places = dict.fromkeys(place for name in departments if (place := last_place(name)))
    return tuple((r"[ ’']?".join(lazy_pinyin(place)), place) for place in places)


def _terms(text: str, words: English) -> str:
    """The known terms of a text in their order, after what is neither known nor a small word: that makes another name."""
    found: list[tuple[int, str]] = []
    rest = text
    for term in words.terms:
        found += [(match.start(), term.name) for match in term.words.finditer(rest)]
        rest = term.words.sub(lambda match: "\x00" * len(match.group()), rest)
    found += [(at, character) for at, character in enumerate(text) if ord(character) >= _PRIVATE]
    names = [name for _, name in sorted(found)]
    bare = [name for name in names if name not in _WHOLES] or names[:1]
    unknown = "".join(word for word in _WORD.findall(rest) if word not in words.small)
    return unknown + "和".join(dict.fromkeys(bare)) if bare and bare[0] not in _WHOLES else unknown or "".join(bare)


def _claimed(text: str, words: English) -> str:
    """A claim with its amount in Chinese units."""
    amount = _AMOUNT.search(text)
    if amount is None:
        return _terms(text, words)
    before = text[: amount.start()]
    relation = next((name for pattern, name in _RELATIONS if re.search(rf"(?:{pattern})\s*$", before.strip())), "是")
    number = Decimal(amount.group("n").replace(",", "")) * _SCALES.get(amount.group("scale") or "", 1)
    unit = "%" if amount.group("unit") in ("%", "percent", "per cent") else "元"
    if unit == "元" and number % 10000 == 0:
        number, unit = number / 10000, "万元"
    about = _terms(before + text[amount.end() :], words)
    return f"{about}{relation}{number.normalize():f}{unit}"
