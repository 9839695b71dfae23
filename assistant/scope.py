"""Whose account a question is about, and of which year.

A department is named when a run of characters that ends like its name is a subsequence of it (财政局, 清远政数局).
What stands before the run must not be a name of its own: 长宁区财政局 is not 上海市普陀区财政局. A short name that many
departments share is narrowed by a place that the question names; else all that share it are in question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from assistant.departments import LEAST, Departments, absent_place, last_place
from assistant.vocabulary import words
from ingest import catalogue
from ingest.identity import place_of
from ingest.model import Account
from ingest.text import chinese_number, plain

GONE = "\x00"
"""Stands in the question where a recognised name was, so that what was apart stays apart."""
_YEAR = re.compile(
    r"(?<!\d)(?:(?P<full>20\d\d|19\d\d(?=年))|(?P<short>[12]\d)(?=年))(?!\d|\.\d|[万亿元人个])(?:(?=年(?:[末底]|初(?!步)))|年度?|(?=\D|$))"
)
"""The year goes with its 年, which stays where it begins a word of its own (2024年末, 2024年初预算)."""
_BASE_YEAR = re.compile(r"(?:与|跟|和|同|比|较|比起|相对于|对比|相比于?)(?:上年|去年)?(?P<year>(?:19|20)\d\d)年")
_BOTH_YEARS = re.compile("哪|谁|分别|各是|对比一下|20\\d\\d年度?[和与跟及]20\\d\\d年度?(?:这)?(?:[两二]年|一共|总共|共|合计|加起来|平均)")
"""Words by which a year that is compared with is asked about too."""
_RANGE = re.compile(r"(20\d\d)年?度?(?:到|至|[-—–~～])(20\d\d)")
_SINCE = re.compile(r"(20\d\d)年?(?:以来|至今|到现在|到今年|起)")
_RECENT = re.compile(r"(?:近|最近|这|过去)(?P<n>[两二三四五])年|(?<![\d〇零○一二三四五六七八九十第前])(?P<m>[两二三四五])年(?!级|制|前|后|初|末|计划)")
_CHINESE_YEAR = re.compile(r"二[〇零○][〇零○一二三四五六七八九]{2}(?=年)")
_JOINED = re.compile("(?:和|与|及|以及|跟|同|、|，|比|较)")
_SOME = re.compile("(?:那|这|某|有)(?:一?个|家)?[局委办厅部]$")
_BEFORE_NAMES = frozenset("的在了把将对给从按为是和与跟同及比请查问看")
"""Single characters before which a name can begin."""
_LONGEST = 16
"""Characters of a name that nobody knows, at most."""
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_UNKNOWN = re.compile(
    r"[\u4e00-\u9fff]{1,14}?(?:委员会|管委会|办公室|法院|检察院|街道办事处|街道办|街道|人民政府|镇政府|乡政府|大学|学院|中学|医院|"
    r"(?<![本该全当饭布结格大])局(?!长|里|部)|厅(?!室)|(?:组织|宣传|统战|社会工作|政法|武装)部|(?:教|卫|发改|住建|农|科|经信|卫健)委)"
    r"|[\u4e00-\u9fff]{2,8}[省市区县][\u4e00-\u9fff]{0,10}?(?:博物馆|图书馆|档案馆|文化馆|美术馆|纪念馆|中心|监测站|研究所|研究院|医院|学校|小学|幼儿园|协会|联合会|电视台)"
)


@dataclass(frozen=True)
class Scope:
    """Accounts that a question names, and the question without those names."""

    named: bool
    """True if a department was named."""
    years: tuple[int, ...]
    base_year: int | None
    """The year that is only compared with."""
    text: str
    unknown: str = ""
    """A department that the question names and that is not loaded."""
    departments: tuple[str, ...] = ()
    """Those named or, where only a place is named, those in it."""
    shared: str = ""
    """A short name that several of them share, where nothing in the question decides between them."""
    place: str = ""
    """The place of the departments in question, where the question names that and no department's own name."""
    pairs: tuple[tuple[str, int], ...] = ()
    """Departments with the year of each, where the question names a year of its own for each of several."""


def find_scope(
    question: str,
    loaded: Departments,
    is_name: Callable[[str], bool],
    has_item: Callable[[str, str], bool] = lambda department, name: False,
    before: Sequence[str] = (),
    told: int = 0,
) -> Scope:
    """Department and year in a question.

    :param question: without blanks, quotes and brackets; other punctuation still separates.
    :param loaded: the departments with their accounts.
    :param is_name: tells whether a text ends with the name of an item, which may stand before a department.
    :param has_item: tells whether a department's account has an item of this name.
    :param before: departments that the conversation is about.
    :param told: of how many years the conversation has told figures: 两年 after two of them means these.
    """
    text = _CHINESE_YEAR.sub(lambda match: "20" + match.group().translate(_DIGITS)[2:], question)
    based = _BASE_YEAR.search(text)
    base = int(based.group("year")) if based and not _BOTH_YEARS.search(text) else None
    years = stated = [_year(match) for match in _YEAR.finditer(text)]
    for match in _RANGE.finditer(text):
        years = [*years, *range(int(match.group(1)), int(match.group(2)) + 1)]
    since, recent = _SINCE.search(text), _RECENT.search(text)
    text = _YEAR.sub(GONE, text)
    found = _departments(text, loaded, is_name, has_item)
    own = {account.year for name in found.names or before for account in loaded.of(name)} or set(loaded.years)
    if since and own:
        years = [*years, *range(int(since.group(1)), max(own) + 1)]
    wanted = chinese_number(recent.group("n") or recent.group("m")) or 0 if recent else 0
    if recent and recent.group("m") and wanted <= told:
        wanted = 0
    years = sorted(set(years or sorted(own, reverse=True)[:wanted]))
    pairs = () if _RANGE.search(question) or recent or since else _paired(text, stated, found.places)
    if pairs:
        base, years = None, sorted({year for _, year in pairs})
    text, unknown, departments = found.text, found.unknown, found.names
    places: list[str] = []
    if not departments and not unknown:
        unknown = unknown_department(plain(text)) if loaded.inside(text)[0] else ""  # 云岫市博物馆 is not 云岫市
    if not departments and not unknown:
        places, departments = _places(text, loaded)
        for place in places:
            text = text.replace(place, GONE)
        if not places and not unknown_department(plain(text)):
            unknown = absent_place(text)
    chosen = [account for name in departments for account in loaded.of(name)] if departments else loaded.accounts
    asked = (
        [year for year in dict.fromkeys(years) if year != base]
        if len(set(years)) > 1 or base
        else list(dict.fromkeys(years))
    )
    if base and years and set(years) == {base} and not any(account.year == base for account in chosen):
        asked = []
    elif base and set(years) == {base}:
        asked = [] if any(account.year > base for account in chosen) else [base]
    return Scope(
        bool(found.names), tuple(asked), base, text, unknown, tuple(departments),
        found.shared, found.place or "".join(places), pairs,
    )  # fmt: skip


def _paired(text: str, years: list[int], places: dict[int, str]) -> tuple[tuple[str, int], ...]:
    """Departments with their years where they stand in turn (甲局2022年和乙局2023年, 甲局、乙局（2024年）和丙局（2025年）).

    :param text: the question with one character in place of each of the years.
    :param places: where departments stand in it. None are paired unless each has its years, and these differ.
    """
    at = [place for place, character in enumerate(text) if character == GONE]
    if len(at) != len(years):
        return ()
    said = sorted([*zip(at, years, strict=True), *places.items()], key=lambda one: one[0])
    kinds = "".join("y" if isinstance(one, int) else "d" for _, one in said)
    turn = "y+d+" if kinds.startswith("y") else "d+y+"
    if not re.fullmatch(f"(?:{turn}){{2,}}", kinds):
        return ()
    turns = [[one for _, one in said[found.start() : found.end()]] for found in re.finditer(turn, kinds)]
    of_turn = [([one for one in own if isinstance(one, str)], [one for one in own if isinstance(one, int)]) for own in turns]
    if len({tuple(years) for _, years in of_turn}) < 2:
        return ()
    pairs = tuple(dict.fromkeys((name, year) for names, years in of_turn for name in names for year in years))
    return pairs if len({name for name, _ in pairs}) > 1 else ()


def _year(match: re.Match[str]) -> int:
    return int(match.group("full") or "20" + match.group("short"))


@dataclass(frozen=True)
class _Found:
    """Departments in the order named, the question without them, an unknown one, a short name left undecided."""

    names: list[str]
    text: str
    unknown: str
    shared: str
    place: str
    """The place by which alone one department was found."""
    places: dict[int, str]
    """Where in the question each single department begins."""


class _Match(NamedTuple):
    """A run of the question that may name departments."""

    start: int
    end: int
    names: tuple[str, ...]
    elsewhere: bool


def _departments(
    text: str, loaded: Departments, is_name: Callable[[str], bool], has_item: Callable[[str, str], bool]
) -> _Found:
    matches: list[_Match] = []
    for end in range(len(text), LEAST - 1, -1):
        if any(start < end for start, *_ in matches):
            continue
        named = loaded.named(text, end)
        if named.length and not _in_subject(text, end - named.length, end):
            matches.append(_Match(end - named.length, end, named.names, named.elsewhere))
    matches = [match for match in matches if not _is_item(text, match, matches, has_item)]
    departments: list[str] = []
    places: dict[int, str] = {}
    unknown, undecided, whole = "", "", text
    for start, end, best, elsewhere in matches:
        left = re.split(GONE, text[:start])[-1]
        run = text[start:end]
        text = text[:start] + GONE + text[end:]
        if not elsewhere and (_is_free(left, is_name) or any(_begins_with_place(run, plain(name)) for name in best)):
            if len(best) > 1:
                best, absent = _narrowed(best, whole.replace(run, GONE), loaded)
                if absent and len(matches) == 1:
                    unknown = absent + run
                    continue
                undecided = run if len(best) > 1 else undecided
            departments[:0] = [name for name in best if name not in departments]
            if len(best) == 1:
                places[start] = best[0]
        else:
            unknown = ("" if elsewhere else _phrase(left)) + run
    alone = ""
    if not departments and not unknown:
        placed = loaded.with_last_place_in(text)
        elsewhere = any(unknown_department(re.sub(f"^.*?{last_place(name)}", "", text)) for name in placed)
        departments = placed if len(placed) == 1 and not elsewhere else []
        alone = last_place(departments[0]) if departments else ""
    for place in dict.fromkeys(map(last_place, departments)):
        if place and place in text:  # 清远12345热线, 清远的…: the place alone says no more than the department
            text = re.sub(f"{place}[省市区县]?", GONE, text)
    return _Found(departments, text, unknown, undecided, alone, places)


def _in_subject(text: str, start: int, end: int) -> bool:
    """True where the run is a part of a subject's name that stands there (政府办 in 政府办公厅及相关机构事务)."""
    run, whole, at = plain(text[start:end]), plain(text), len(plain(text[:start]))
    return any(
        match.start() <= at and at + len(run) <= match.end()
        for name in _subjects_with(run)
        for match in re.finditer(re.escape(name), whole)
    )


def _is_item(text: str, match: _Match, matches: list[_Match], has_item: Callable[[str, str], bool]) -> bool:
    """True where a short name is an item of another department that is named (应急管理局2022年图书馆支出).

    A name that is joined to that department's is a department's too (司法局和图书馆2022年…).
    """
    run = text[match.start : match.end]
    others = [other for other in matches if other is not match and len(other.names) == 1 and not other.elsewhere]
    gaps = [text[min(match.end, o.end) : max(match.start, o.start)] for o in others]
    if any(_JOINED.fullmatch(gap) for gap in gaps):
        return False
    return any(has_item(other.names[0], plain(run)) for other in others)


@cache
def _subjects() -> frozenset[str]:
    return frozenset(plain(name) for name in catalogue.names_of_subjects())


@lru_cache(maxsize=1024)
def _subjects_with(run: str) -> tuple[str, ...]:
    return tuple(name for name in _subjects() if run in name and name != run)


def _narrowed(names: tuple[str, ...], rest: str, loaded: Departments) -> tuple[tuple[str, ...], str]:
    """Those of the names whose place the rest of the question names (清城区的财政局), all if it names none.

    Where none of them is in the place named, that place is given back.
    """
    near, (places, inside) = loaded.with_last_place_in(rest), loaded.inside(rest)
    kept = set(near) & set(names) or set(inside) & set(names)
    return tuple(name for name in names if name in kept) or names, "" if kept else "".join(places) or absent_place(rest)


def _places(text: str, loaded: Departments) -> tuple[list[str], list[str]]:
    """The places that a question without a department names, with the departments in them."""
    places, inside = loaded.inside(text)
    return places, inside if len(inside) < len(loaded.names) else []


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
    for length in range(1, min(len(left), _LONGEST)):
        before = left[:-length]
        if before[-1] in _BEFORE_NAMES or before.endswith(tuple(word for word in words().filler if len(word) > 1)):
            return left[-length:]
    return left[-_LONGEST:]


def unknown_department(text: str) -> str:
    """A department-like name in what is left of a question; empty if there is none."""
    for part in text.split(GONE):
        match = _UNKNOWN.search(part)
        if match and not re.search("^(?:各|几)|哪|什么", match.group()) and not _SOME.search(match.group()):
            name = match.group()
            before = tuple(word for word in words().filler if len(word) > 1 or word in _BEFORE_NAMES)
            while name.startswith(before) and len(name) > LEAST:
                name = name[len(next(word for word in before if name.startswith(word))) :]
            if len(name) >= LEAST:
                return name
    return ""


def short_name(account: Account) -> str:
    """The department's name without its leading place, as people call it."""
    bare = account.department.removeprefix("中共")
    return bare.removeprefix(account.parent).removeprefix("委") or account.department
