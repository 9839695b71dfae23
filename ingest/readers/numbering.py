"""Automatic numbers of a word processor: 一、 or 第三部分 in front of a paragraph stands in no text, only in the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_PUNCTUATION = re.compile(r"[、．。）)：:]$")
_DEEPEST = 10


@dataclass(frozen=True)
class Style:
    """A paragraph style: what it is based on, its name, and the list that it belongs to."""

    parent: str
    name: str
    number: str | None = None
    level: int | None = None


@dataclass(frozen=True)
class _Level:
    start: int
    form: str
    pattern: str
    gap: str
    style: str
    arabic: bool


@dataclass
class _List:
    levels: dict[int, _Level]
    linked: str = ""
    counts: dict[int, int] = field(default_factory=dict)


def counted(number: int, form: str) -> str:
    """A number in one of the formats of word processors; digits for a format that is not known."""
    if number < 0 or number > 9999:
        return str(number)
    if form in ("bullet", "none"):
        return ""
    if form.startswith(("chineseCounting", "japaneseCounting", "taiwaneseCounting", "koreanCounting")):
        return _chinese(number, _DIGITS, "十百千", form == "japaneseCounting")
    if form in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return _chinese(number, _FORMAL, "拾佰仟", False, whole_ten=True)
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if form == "ideographTraditional" and 0 < number <= 10:
        return _STEMS[number - 1]
    if form == "ideographZodiac" and 0 < number <= 12:
        return _BRANCHES[number - 1]
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalEnclosedParen":
        return f"（{number}）"
    if form.startswith("decimalFullWidth"):
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if form == "decimalZero":
        return f"{number:02}"
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    if form in ("upperLetter", "lowerLetter") and number:
        letter = chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    return str(number)


def _chinese(number: int, digits: str, units: str, bare_hundred: bool, whole_ten: bool = False) -> str:
    """123 as 一百二十三, 10 as 十 (formal: 壹拾), 105 as 一百〇五."""
    if number == 0:
        return digits[0]
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if not digit:
            gap = bool(text)
            continue
        one = digit == 1 and power > 0 and ((power == 1 and not text and not whole_ten) or bare_hundred)
        text += (
            (digits[0] if gap and text and not bare_hundred else "")
            + ("" if one else digits[digit])
            + (units[power - 1] if power else "")
        )
        gap = False
    return text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


class Numbering:
    """The lists of a document; `label` counts on, so paragraphs must come in their order."""

    def __init__(self, root: Any | None, styles: dict[str, Style]) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._used: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        for element in root.iterfind(W + "abstractNum"):
            link = element.find(W + "numStyleLink")
            self._lists[element.get(W + "abstractNumId")] = _List(
                {int(level.get(W + "ilvl", 0)): _level(level) for level in element.iterfind(W + "lvl")},
                link.get(W + "val", "") if link is not None else "",
            )
        for element in root.iterfind(W + "num"):
            number = element.get(W + "numId")
            abstract = element.find(W + "abstractNumId")
            self._used[number] = abstract.get(W + "val") if abstract is not None else ""
            for override in element.iterfind(W + "lvlOverride"):
                depth = int(override.get(W + "ilvl", 0))
                start, level = override.find(W + "startOverride"), override.find(W + "lvl")
                if start is not None:
                    self._starts.setdefault(number, {})[depth] = int(start.get(W + "val", 1))
                if level is not None:
                    self._levels.setdefault(number, {})[depth] = _level(level)

    def label(self, properties: Any | None, style: str) -> str:
        """The number in front of the next paragraph, with a blank behind it where one is needed; empty if none.

        :param properties: the paragraph's `w:pPr`.
        :param style: the id of its style.
        """
        number, depth = self._list_of(properties, style)
        if not number or number == "0":
            return ""
        listed = self._definition(number)
        if listed is None:
            return ""
        if depth is None:
            depth = next((d for d, level in listed.levels.items() if level.style and level.style == style), 0)
        levels = {**listed.levels, **self._levels.get(number, {})}
        level = levels.get(depth)
        if level is None:
            return ""
        start = self._starts.get(number, {}).get(depth)
        if start is not None and (number, depth) not in self._begun:
            listed.counts[depth] = start
        else:
            listed.counts[depth] = listed.counts.get(depth, level.start - 1) + 1
        self._begun.add((number, depth))
        for deeper in [d for d in listed.counts if d > depth]:
            del listed.counts[deeper]
        for above in range(depth):
            if above in levels:
                listed.counts.setdefault(above, levels[above].start)

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            form = levels[at].form if at in levels else "decimal"
            return counted(listed.counts.get(at, 1), "decimal" if level.arabic and at < depth else form)

        text = re.sub(r"%(\d)", shown, level.pattern) if level.form != "bullet" else ""
        return text + ("" if not text or level.gap == "nothing" or _PUNCTUATION.search(text) else " ")

    def _list_of(self, properties: Any | None, style: str) -> tuple[str, int | None]:
        number, depth = None, None
        own = properties.find(W + "numPr") if properties is not None else None
        if own is not None:
            at, name = own.find(W + "ilvl"), own.find(W + "numId")
            depth = int(at.get(W + "val", 0)) if at is not None else None
            number = name.get(W + "val") if name is not None else None
        for _ in range(_DEEPEST):
            known = self._styles.get(style)
            if number is not None or known is None:
                break
            number, depth = known.number, depth if depth is not None else known.level
            style = known.parent
        return number or "", depth

    def _definition(self, number: str) -> _List | None:
        """The list of a number; one that is only linked to a style is that style's."""
        for _ in range(_DEEPEST):
            listed = self._lists.get(self._used.get(number, ""))
            if listed is None or not listed.linked:
                return listed
            style = self._styles.get(listed.linked)
            if style is None or style.number is None:
                return listed
            number = style.number
        return None


def _level(element: Any) -> _Level:
    def value(tag: str, default: str) -> str:
        found = element.find(W + tag)
        return found.get(W + "val", default) if found is not None else default

    legal = element.find(W + "isLgl")
    return _Level(
        int(value("start", "1")),
        value("numFmt", "decimal"),
        value("lvlText", ""),
        value("suff", "tab"),
        value("pStyle", ""),
        legal is not None and legal.get(W + "val", "1") not in ("0", "false"),
    )
