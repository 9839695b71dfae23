"""What a sentence says of its figures, without the way in which it is put: two sentences that agree say the same.

Language models were seen to swap the roles of two figures in a sentence in which every number was right. So compared
are not the numbers but what stands with each: its label, its direction word, its unit, its marks, in their order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.language_model.vetoes import asked_words

_UNITS = r"亿元|万元|千元|元|%|‰|个百分点|人次|万人|人|辆|台|套|批次|批|次|个|项|家|件|倍|平方米|场|团组"
_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万亿]{2,}|[一二两三四五六七八九十]成|[一二两三四五六七八九十几数]倍|一半|半数")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SMALL = set("的为是在了和与及，。；：、有达共计中其该于之到即")
"""Signs and words that say nothing of a figure."""
_LEAST = 0.7
"""Least share of what the answer says before a figure that the rewording must say there too."""
_MOST_NEW = 0.4
"""Greatest share of the rewording that may be of other words than the answer and the question."""
_LONGER = 1.6
"""A rewording may be longer than the answer by this factor."""


@dataclass(frozen=True)
class Said:
    """One figure of a sentence, and what stands before it since the figure before."""

    number: Decimal
    unit: str
    marks: tuple[str, ...]
    labels: tuple[str, ...]
    """Names, years and direction words, sorted: within a clause their order is free."""
    clause: str


@dataclass(frozen=True)
class Skeleton:
    """A sentence's figures in order, and what stands after the last."""

    figures: tuple[Said, ...]
    tail: tuple[str, ...]
    marks: tuple[str, ...]


def skeleton(text: str, names: Iterable[str] = ()) -> Skeleton:
    """The skeleton of a sentence.

    :param names: names that count as labels beside the general ones (department, item, column).
    """
    text = _normal(text)
    labels = sorted({*map(_normal, names), *asked_words().labels, *asked_words().directions} - {""}, key=len, reverse=True)
    token = re.compile(
        r"(?P<mark>\[\d+\])|(?P<year>(?:19|20)\d\d年)"
        rf"|(?P<number>-?\d[\d,]*(?:\.\d+)?)(?P<unit>{_UNITS})?"
        rf"|(?P<label>{'|'.join(map(re.escape, labels))})"
    )
    figures: list[Said] = []
    marks: list[str] = []
    before: list[str] = []
    start = 0
    for match in token.finditer(text):
        if match.lastgroup == "mark":
            marks.append(match.group())
            if figures and not before and _nothing(text[start : match.start()]):
                figures[-1] = _marked(figures[-1], match.group())
                start = match.end()
        elif number := match.group("number"):
            value = Decimal(number.replace(",", "").rstrip("."))
            clause = text[start : match.start()]
            figures.append(Said(value, match.group("unit") or "", (), tuple(sorted(before)), clause))
            before, start = [], match.end()
        else:
            before.append(match.group())
    return Skeleton(tuple(figures), tuple(sorted(before)), tuple(marks))


def disagreement(answer: str, reworded: str, names: Iterable[str] = (), question: str = "") -> str:
    """What a rewording says otherwise than the answer; empty where it says the same.

    :param names: names that the answer is about, which must stay with their figures.
    :param question: whose words a rewording may use.
    """
    names = tuple(names)
    first, second = skeleton(answer, names), skeleton(reworded, names)
    if len(reworded) > len(answer) * _LONGER + 20 or "\n" in reworded.strip():
        return "更长"
    if first.marks != second.marks:
        return f"标记 {''.join(first.marks)} 成了 {''.join(second.marks)}"
    if len(first.figures) != len(second.figures):
        return f"{len(first.figures)} 个数成了 {len(second.figures)} 个"
    for one, other in zip(first.figures, second.figures, strict=True):
        told = (one.number, one.unit, one.marks, one.labels)
        if told != (other.number, other.unit, other.marks, other.labels):
            return f"“{one.clause}{one.number}{one.unit}”成了“{other.clause}{other.number}{other.unit}”"
        own = _shared(one.clause, other.clause)
        if own < _LEAST:
            return f"“{one.clause}”成了“{other.clause}”"
        for rival in first.figures:
            if _pairs(rival.clause) != _pairs(one.clause) and _likeness(rival.clause, other.clause) >= _likeness(
                one.clause, other.clause
            ):
                return f"“{other.clause}”更像“{rival.clause}”"
    if first.tail != second.tail:
        return f"句末的“{'、'.join(first.tail)}”成了“{'、'.join(second.tail)}”"
    return _other_words(_normal(answer), _normal(reworded), _normal(question))


def _other_words(answer: str, reworded: str, question: str) -> str:
    """Negations, vague words, numbers in Chinese and other matter that only the rewording has, or only the answer."""
    for word in asked_words().negations:
        if answer.count(word) != reworded.count(word):
            return f"“{word}”的次数不同"
    for word in asked_words().vague:
        if reworded.count(word) > answer.count(word):
            return f"多了“{word}”"
    if new := set(_CHINESE_NUMBER.findall(reworded)) - set(_CHINESE_NUMBER.findall(answer)):
        return f"多了“{'、'.join(sorted(new))}”"
    if re.search(r"[A-Za-z<>{}|*#`@\\]", re.sub(r"[A-Za-z]", "", reworded) if re.search("[A-Za-z]", answer) else reworded):
        return "有别的符号"
    pairs = _pairs(reworded)
    new_pairs = pairs - _pairs(answer) - _pairs(question)
    return "多了别的话" if pairs and len(new_pairs) > _MOST_NEW * len(pairs) else ""


def _marked(said: Said, mark: str) -> Said:
    return Said(said.number, said.unit, (*said.marks, mark), said.labels, said.clause)


def _nothing(text: str) -> bool:
    return not text.strip(" ，。；：、（）()“”")


def _normal(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).replace(",", ",")).replace("年度", "年")


def _pairs(text: str) -> frozenset[str]:
    run = "".join(char if _HAN.match(char) and char not in _SMALL else " " for char in text)
    return frozenset(word[i : i + 2] for word in run.split() for i in range(max(1, len(word) - 1)))


def _shared(first: str, second: str) -> float:
    """Share of the first text's pairs of characters that the second has."""
    pairs = _pairs(first)
    return len(pairs & _pairs(second)) / len(pairs) if pairs else 1.0


def _likeness(first: str, second: str) -> float:
    one, other = _pairs(first), _pairs(second)
    return len(one & other) / len(one | other) if one | other else 1.0
