"""A spreadsheet's value as its number format shows it: 12.5 under `#,##0.00` is 12.50.

Numbers are decimal from end to end. A sheet keeps 15 significant digits; what a binary fraction has beyond them
(0.30000000000000004) is noise and never shown.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<noon>AM/PM|A/P|上午/下午)|(?P<fraction>\.0+(?=[^#?0]|$))"
    r"|(?P<date>y+|Y+|m+|M+|d+|D+|h+|H+|s+|S+|e+(?![+-])|aaa+|bb+)|(?P<number>[#0?.,%]+|[Ee][+-])|(?P<text>@)|(?P<other>.)",
    re.DOTALL,
)
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_WEEKDAYS = "一二三四五六日"
_LAST_DAY = 2958466
BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0;-"¥"#,##0', 6: '"¥"#,##0;-"¥"#,##0',
    7: '"¥"#,##0.00;-"¥"#,##0.00', 8: '"¥"#,##0.00;-"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "General", 13: "General", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"',
    29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '"¥"#,##0;-"¥"#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"', 44: '"¥"#,##0.00;-"¥"#,##0.00;"-"',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'yyyy"年"m"月"', 56: 'm"月"d"日"',
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""The formats that files name by number only, as a Chinese office program shows them."""

Token = tuple[str, str]


def shown_number(value: Decimal, code: str, from_1904: bool = False) -> str:
    """A number as the format shows it, without padding blanks.

    :param code: a number format with one to four sections; empty is General.
    :param from_1904: days count from 1904 (old Macintosh files).
    """
    value = _DIGITS.plus(value)
    section, value = _section(value, code or "General")
    if section is None:
        return "#" * 8
    tokens = _tokens(section)
    if any(kind == "date" for kind, _ in tokens) and not any(kind == "general" for kind, _ in tokens):
        return _date(value, tokens, from_1904)
    return _number(value, tokens).strip()


def shown_text(text: str, code: str) -> str:
    """A text as the fourth section of its format shows it; almost always the text itself."""
    sections = _sections(code or "@")
    if len(sections) < 4:
        return text
    shown = "".join(text if kind == "text" else part for kind, part in _tokens(sections[3]) if kind != "fill")
    return shown.strip()


def general(value: Decimal) -> str:
    """A number without a format: its digits, no exponent, no zeros at the end."""
    value = _DIGITS.plus(value)
    if value and value.adjusted() > 20:
        return f"{value.normalize():E}"
    digits = f"{value:f}"
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) or "0"


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    sections, start, quoted, index = [], 0, False, 0
    while index < len(code):
        char = code[index]
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "\\_*":
            index += 1
        elif not quoted and char == ";":
            sections.append(code[start:index])
            start = index + 1
        index += 1
    return (*sections, code[start:])


@lru_cache(maxsize=512)
def _tokens(section: str) -> tuple[Token, ...]:
    """Kind and text of each part; quoted, escaped and plain characters are all literals."""
    found: list[Token] = []
    for match in _TOKEN.finditer(section):
        kind, text = match.lastgroup or "other", match.group(match.lastgroup or 0)
        if kind in ("quoted", "escaped", "other"):
            found.append(("literal", text))
        elif kind == "space":
            found.append(("literal", " "))
        elif kind == "bracket":
            if text.startswith("$"):
                found.append(("literal", text[1:].split("-")[0]))
            elif re.fullmatch(r"[hHmMsS]+", text):
                found.append(("elapsed", text.lower()))
        elif kind == "date":
            found.append(("date", text.lower()))
        elif kind != "fill":
            found.append((kind, text))
    dated = any(kind in ("date", "elapsed") for kind, _ in found)
    return tuple(
        ("date", "elapsed " + text) if kind == "elapsed"
        else ("literal", text) if dated and kind == "number" and text in (".", ",")
        else ("number", text) if not dated and kind == "fraction" else (kind, text)
        for kind, text in found
    )  # fmt: skip


_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")


def _section(value: Decimal, code: str) -> tuple[str | None, Decimal]:
    """The section for a value, and the value to show in it: a section for negative numbers has its own sign."""
    sections = _sections(code)[:3]
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(value, condition.group(1), Decimal(condition.group(2))):
                return section, value
        return None, value
    if len(sections) == 1:
        return sections[0], value
    if value < 0:
        return sections[1], abs(value)
    return (sections[2] if not value and len(sections) > 2 else sections[0]), value


def _holds(value: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        "<": value < bound, ">": value > bound, "=": value == bound,
        "<=": value <= bound, ">=": value >= bound, "<>": value != bound,
    }[sign]  # fmt: skip


def _number(value: Decimal, tokens: tuple[Token, ...]) -> str:
    if any(kind in ("general", "text") for kind, _ in tokens):
        return "".join(general(value) if kind in ("general", "text") else text for kind, text in tokens)
    pattern = "".join(text for kind, text in tokens if kind == "number")
    if not pattern:
        sign = "-" if value < 0 else ""
        return sign + "".join(text for _, text in tokens) if tokens else ""
    if re.search(r"[Ee][+-]", pattern) or any(kind == "literal" and text == "/" for kind, text in tokens):
        return general(value)
    whole, _, fraction = pattern.replace("%", "").partition(".")
    scale = max(len(part) - len(part.rstrip(",")) for part in (whole, fraction))
    fraction = re.sub(r"[^0#?]", "", fraction)
    value = _WIDE.multiply(value, Decimal(100) ** pattern.count("%")).scaleb(-3 * scale)
    rounded = value.quantize(Decimal(1).scaleb(-len(fraction)), rounding=ROUND_HALF_UP, context=_WIDE)
    digits, _, decimals = f"{abs(rounded):f}".partition(".")
    least = len(re.sub("[^0]", "", whole))
    digits = digits.lstrip("0").rjust(least, "0")
    while decimals and fraction[len(decimals) - 1] in "#?" and decimals.endswith("0"):
        decimals = decimals[:-1]
    if "," in whole.rstrip(","):
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
    made = digits + ("." + decimals if decimals else "")
    out, placed = [], False
    for kind, text in tokens:
        if kind == "number":
            out.append(("" if placed else made) + "%" * text.count("%"))
            placed = True
        else:
            out.append(text)
    return ("-" if rounded < 0 else "") + "".join(out).strip()


def _date(value: Decimal, tokens: tuple[Token, ...], from_1904: bool) -> str:
    if value < 0 or value > _LAST_DAY:
        return "#" * 8
    # before March 1900 a sheet's calendar has a day that never was
    days = value + 1 if not from_1904 and 0 < value < 60 else value
    seconds = int((days * 86400).to_integral_value(rounding=ROUND_HALF_UP))
    moment = (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(seconds=seconds)
    noon = any(kind == "noon" for kind, _ in tokens)
    kinds = [text[-1] for kind, text in tokens if kind == "date"]
    out, dates = [], -1
    for kind, text in tokens:
        if kind == "date":
            dates += 1
            minutes = text in ("m", "mm") and (
                (dates > 0 and kinds[dates - 1] == "h") or (dates + 1 < len(kinds) and kinds[dates + 1] == "s")
            )
            out.append(_date_part(moment, text, minutes, noon, seconds))
        elif kind == "noon":
            morning, evening = text.split("/")
            out.append(morning if moment.hour < 12 else evening)
        elif kind != "fraction":
            out.append(text)
    return "".join(out).strip()


def _date_part(moment: datetime, text: str, minutes: bool, noon: bool, seconds: int) -> str:
    if text.startswith("elapsed "):
        unit = text[-1]
        return str(seconds // {"h": 3600, "m": 60, "s": 1}[unit]).rjust(len(text) - 8, "0")
    letter, length = text[0], len(text)
    if letter in "ye":
        return f"{moment.year % 100:02}" if length == 2 else f"{moment.year:04}"
    if letter == "m" and not minutes and length > 2:
        return f"{moment.month}月"
    if (letter == "d" and length > 2) or letter == "a":
        return "星期" + _WEEKDAYS[moment.weekday()]
    hour = (moment.hour % 12 or 12) if noon else moment.hour
    number = {"m": moment.minute if minutes else moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return f"{number:0{min(length, 2)}}"
