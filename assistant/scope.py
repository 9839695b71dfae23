"""Whose account a question is about, and of which year.

A department is named when a run of characters that ends like its name is a subsequence of it (财政局, 清远政数局).
What stands before the run must not be a name of its own: 长宁区财政局 is not 上海市普陀区财政局.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.vocabulary import words
from ingest.identity import place_of
from ingest.model import Account
from ingest.text import chinese_number, plain

GONE = "\x00"
"""Stands in the question where a recognised name was, so that what was apart stays apart."""
_YEAR = re.compile(
    r"(?<!\d)(?:(?P<full>20\d\d|19\d\d(?=年))|(?P<short>[12]\d)(?=年))(?!\d|\.\d|[万亿元人个])(?:年度?|(?=\D|$))"
)
_BASE_YEAR = re.compile(r"(?:与|跟|和|同|比|较|比起|相对于|对比|相比于?)(?:上年|去年)?(?P<year>(?:19|20)\d\d)年")
_BOTH_YEARS = re.compile("哪|谁|分别|各是|对比一下")
"""Words by which a year that is compared with is asked about too."""
_RANGE = re.compile(r"(20\d\d)年?度?(?:到|至|[-—–~～])(20\d\d)")
_RECENT = re.compile(r"(?:近|最近|这|过去)(?P<n>[两二三四五])年|(?<![\d〇零○一二三四五六七八九十第前])(?P<m>[两二三四五])年(?!级|制|前|后|初|末|计划)")
_CHINESE_YEAR = re.compile(r"二[〇零○][〇零○一二三四五六七八九]{2}(?=年)")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_UNKNOWN = re.compile(
    r"[\u4e00-\u9fff]{1,14}?(?:委员会|管委会|办公室|法院|检察院|街道办事处|街道办|街道|人民政府|镇政府|乡政府|大学|学院|中学|医院|"
    r"(?<![本该全当])局(?!长|里|部)|厅(?!室)|(?:组织|宣传|统战|社会工作|政法|武装)部|(?:教|卫|发改|住建|农|科|经信|卫健)委)"
    r"|[\u4e00-\u9fff]{2,8}[省市区县][\u4e00-\u9fff]{0,10}?(?:博物馆|图书馆|档案馆|文化馆|美术馆|纪念馆|中心|监测站|研究所|研究院|医院|学校|小学|幼儿园|协会|联合会|电视台)"
)
_LEAST = 3


@dataclass(frozen=True)
class Scope:
    """Accounts that a question names, and the question without those names."""

    accounts: tuple[Account, ...]
    named: bool
    """True if a department was named."""
    years: tuple[int, ...]
    base_year: int | None
    """The year that is only compared with."""
    text: str
    unknown: str = ""
    """A department that the question names and that is not loaded."""
    missing_year: int | None = None
    departments: tuple[str, ...] = ()


def find_scope(question: str, accounts: list[Account], is_name: Callable[[str], bool]) -> Scope:
    """Department and year in a question.

    :param question: without blanks, quotes and brackets; other punctuation still separates.
    :param is_name: tells whether a text ends with the name of an item, which may stand before a department.
    """
    text = _CHINESE_YEAR.sub(lambda match: "20" + match.group().translate(_DIGITS)[2:], question)
    based = _BASE_YEAR.search(text)
    base = int(based.group("year")) if based and not _BOTH_YEARS.search(text) else None
    years = [_year(match) for match in _YEAR.finditer(text)]
    for match in _RANGE.finditer(text):
        years += range(int(match.group(1)), int(match.group(2)) + 1)
    recent = _RECENT.search(text)
    if recent and not years:
        loaded = sorted({account.year for account in accounts}, reverse=True)
        years += loaded[: chinese_number(recent.group("n") or recent.group("m")) or 0]
    years = sorted(set(years))
    text = _YEAR.sub(GONE, text)
    departments, text, unknown = _departments(text, [a.department for a in accounts], is_name)
    chosen = [account for account in accounts if not departments or account.department in departments]
    asked = (
        [year for year in dict.fromkeys(years) if year != base]
        if len(set(years)) > 1 or base
        else list(dict.fromkeys(years))
    )
    if base and years and set(years) == {base} and not any(account.year == base for account in chosen):
        asked = []
    elif base and set(years) == {base}:
        asked = [] if any(account.year > base for account in chosen) else [base]
    dated = [account for account in chosen if not asked or account.year in asked]
    missing = next((year for year in asked if not any(account.year == year for account in chosen)), None)
    return Scope(tuple(dated), bool(departments), tuple(asked), base, text, unknown, missing, tuple(departments))


def _year(match: re.Match[str]) -> int:
    return int(match.group("full") or "20" + match.group("short"))


def _departments(text: str, names: list[str], is_name: Callable[[str], bool]) -> tuple[list[str], str, str]:
    """Loaded departments in the order named, the text without them, and an unknown one."""
    matches: list[tuple[int, int, list[str]]] = []
    variants = {name: _variants(plain(name)) for name in dict.fromkeys(names)}
    for end in range(len(text), _LEAST - 1, -1):
        if any(start < end for start, _, _ in matches):
            continue
        found = {
            name: max(_run(text, end, v) if text[end - 1] == v[-1] else 0 for v in ends)
            for name, ends in variants.items()
        }
        longest = max(found.values(), default=0)
        if longest >= _LEAST:
            best = [name for name, length in found.items() if length == longest]
            matches.append((end - longest, end, best))
    departments: list[str] = []
    unknown = ""
    for start, end, best in matches:
        left = re.split(GONE, text[:start])[-1]
        if _is_free(left, is_name) or any(_begins_with_place(text[start:end], plain(name)) for name in best):
            departments[:0] = [name for name in best if name not in departments]
            text = text[:start] + GONE + text[end:]
        else:
            unknown = _phrase(left) + text[start:end]
            text = text[:start] + GONE + text[end:]
    if not departments and not unknown:
        placed = [name for name in dict.fromkeys(names) if (place := last_place(name)) and place in text]
        elsewhere = any(unknown_department(re.sub(f"^.*?{last_place(name)}", "", text)) for name in placed)
        departments = placed if len(placed) == 1 and not elsewhere else []
    for name in departments:  # 清远12345热线, 清远的…: the place alone says no more than the department
        place = last_place(name)
        text = re.sub(f"{place}[省市区县]?", GONE, text) if place else text
    return departments, text, unknown


def last_place(name: str) -> str:
    """The name of the nearest place in a department's name without its kind (清远市… → 清远)."""
    parts = [part for part in re.split(r"[省市区县]", place_of(name)) if len(part) >= 2]
    return parts[-1] if parts else ""


def _variants(name: str) -> list[str]:
    """The name and its forms with a shortened ending (办公室 → 办, 委员会 → 委, 街道办事处 → 街道)."""
    endings = {"办公室": "办", "委员会": "委", "街道办事处": "街道", "人民法院": "法院", "人民检察院": "检察院"}
    return [name, *(name.removesuffix(long) + short for long, short in endings.items() if name.endswith(long))]


def _run(text: str, end: int, name: str) -> int:
    """Length of the longest run of `text` that ends at `end` and is a subsequence of `name` ending like it."""
    position, start = len(name), end
    while start:
        position = name.rfind(text[start - 1], 0, position)
        if position < 0:
            break
        start -= 1
    return end - start


def _begins_with_place(run: str, name: str) -> bool:
    """True where the run begins with the place in the department's name (普陀区财政局, 清远政数局)."""
    place = place_of(name)
    starts = [0] if name.startswith(place) else [name.find(place)]
    starts += [match.end() for match in re.finditer(r"[省市区县]", place)]
    bare = name.removeprefix("中共")
    offset = len(name) - len(bare)
    return any(run[:2] == name[s : s + 2] or run[:2] == bare[s : s + 2] for s in starts if s < len(place) + offset)


def _is_free(left: str, is_name: Callable[[str], bool]) -> bool:
    return not left or not re.search(r"[\u4e00-\u9fff]$", left) or left.endswith(words().filler) or is_name(left)


def _phrase(left: str) -> str:
    """The unknown name's own part: what stands before it up to the last filler word."""
    for length in range(1, min(len(left), 8)):
        if left[:-length].endswith(words().filler):
            return left[-length:]
    return left[-8:]


def unknown_department(text: str) -> str:
    """A department-like name in what is left of a question; empty if there is none."""
    for part in text.split(GONE):
        match = _UNKNOWN.search(part)
        if match and not re.match("哪|什么|各|几", match.group()):
            name = match.group()
            while name.startswith(words().filler) and len(name) > _LEAST:
                name = name[len(next(word for word in words().filler if name.startswith(word))) :]
            if len(name) >= _LEAST:
                return name
    return ""


def short_name(account: Account) -> str:
    """The department's name without its leading place, as people call it."""
    bare = account.department.removeprefix("中共")
    return bare.removeprefix(account.parent).removeprefix("委") or account.department
