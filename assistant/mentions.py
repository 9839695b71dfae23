"""Names of figures in a question: rows, columns, codes, totals, aliases, each as the longest name that fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assistant.library import AccountView
from assistant.scope import GONE
from assistant.sounds import sounds_alike
from assistant.vocabulary import Alias, Total, aliases, totals, words
from ingest import catalogue
from ingest.text import plain

_SHORTEST = 2
_ROWS_OF_TOTALS = {"合计", "总计", "小计"}
"""Row names that are words of questions too; they are asked for by the totals' names."""
_CODE = re.compile(r"(?<![\d.])[23]\d{2,6}(?![\d.%]|[万亿千]|元|块|人|批|次|辆|台|件|多(?!少))")
_PARTICLES = frozenset("的在了把将对给从按为是和与跟同及里中上内花用比")
"""Single characters that end what stands before a name."""
_FUZZY_LEAST = 4
"""Characters of a name that stands rightly in the question and is no typing error of a longer one."""
_LONG_NAME = 5
"""Characters of a name from which on any one of them may be mistyped."""
_FUZZY = 88
"""Least similarity (of 100) of a mistyped name."""


@dataclass(frozen=True)
class Mention:
    """A name found in the question."""

    start: int
    end: int
    words: str
    name: str
    """Item's name as the account prints it, or as the catalogue or alias has it."""
    kind: str
    """item, code, total, alias, table or listed (in the catalogue, not in this account)."""
    total: Total | None = None
    alias: Alias | None = None
    fuzzy: bool = False


@cache
def general_names() -> dict[str, tuple[str, str]]:
    """Names known without an account, comparable form → (kind, name)."""
    names: dict[str, tuple[str, str]] = {}
    for which in ("functional", "economic"):
        for subject in catalogue.subjects(which):
            names[plain(subject.name)] = ("listed", subject.name)
    for alias in aliases():
        names[plain(alias.words)] = ("alias", alias.words)
    for standard in catalogue.standard_tables():
        if standard.like:
            continue
        names[plain(standard.name)] = ("table", standard.id)
        names.setdefault(plain(standard.name).removesuffix("表") + "明细表", ("table", standard.id))
    for name in ("三公经费表", "三公表", "三公经费决算表", "三公经费支出表"):
        names[name] = ("table", "T7")
    for total in totals():
        for name in total.names:
            names[plain(name)] = ("total", name)
    return names


@cache
def _alias(name: str) -> Alias:
    return next(alias for alias in aliases() if plain(alias.words) == name)


@cache
def _total(name: str) -> Total:
    return next(total for total in totals() if name in {plain(other) for other in total.names})


def account_names(view: AccountView) -> dict[str, tuple[str, str]]:
    """Names of this account's figures, with the short forms that people use."""
    cached = view.__dict__.get("_names")
    if cached is not None:
        return cached  # type: ignore[no-any-return]
    names: dict[str, tuple[str, str]] = {}
    for key, printed in view.item_names.items():
        if key not in _ROWS_OF_TOTALS:
            names[key] = ("item", printed)
    for key, (kind, name) in list(names.items()):
        for short in (
            key.removesuffix("支出"),
            key.removeprefix("机关事业单位"),
            key.removeprefix("机关事业单位").removesuffix("支出"),
            key.removesuffix("费用") + "费",
            *((f"买{key.removesuffix('购置')}", f"购置{key.removesuffix('购置')}") if key.endswith("购置") else ()),
        ):
            if len(short) >= 4 and short not in names:
                names[short] = (kind, name)
    for table in view.tables.values():
        standard = catalogue.standard_table(table.kind)
        if standard and table.title:
            for title in (table.title, re.sub(r"^20\d\d年(?:度)?", "", table.title), standard.name):
                names.setdefault(plain(title), ("table", standard.like or standard.id))
    view.__dict__["_names"] = names
    return names


def find_mentions(text: str, view: AccountView | None) -> list[Mention]:
    """Mentions from left to right, longest first at each place; an account's own names win over general ones."""
    own = account_names(view) if view else {}
    general = general_names()
    longest = max((len(name) for name in (*own, *general)), default=0)
    found: list[Mention] = []
    position = 0
    while position < len(text):
        code = _CODE.match(text, position)
        if code and (not position or not text[position - 1].isdigit()):
            found.append(_code_mention(code, view))
            position = code.end()
            continue
        if words().single["not_names"].match(text, position):
            position += 1
            continue
        for end in range(min(len(text), position + longest), position + _SHORTEST - 1, -1):
            key = text[position:end]
            entry = _entry(key, own, general)
            if entry:
                found.append(_mention(position, end, key, *entry))
                position = end
                break
        else:
            position += 1
    return found


def _entry(key: str, own: dict[str, tuple[str, str]], general: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """What the words name; a total's name wins over a row of the same name, a row over an alias.

    A row of the economic classification does not win over the alias that says of which item it is only the name there.
    """
    if key in general and general[key][0] == "total":
        return general[key]
    if key in own and key in general and general[key][0] == "alias" and plain(_alias(key).economic) == plain(own[key][1]):
        return general[key]
    return own.get(key) or general.get(key)


def _mention(start: int, end: int, key: str, kind: str, name: str) -> Mention:
    if kind == "alias":
        alias = _alias(key)
        return Mention(start, end, key, alias.name, kind, alias=alias)
    if kind == "total":
        return Mention(start, end, key, name, kind, total=_total(key))
    return Mention(start, end, key, name, kind)


def _code_mention(match: re.Match[str], view: AccountView | None) -> Mention:
    code = match.group()
    facts = view.by_code.get(code, []) if view else []
    return Mention(match.start(), match.end(), code, facts[0].item if facts else code, "code")


def find_fuzzy(text: str, view: AccountView) -> Mention | None:
    """A mistyped or shortened name in what is left of a question; None unless one name is clearly meant."""
    from rapidfuzz import fuzz, process

    names = {name: entry for name, entry in account_names(view).items() if len(name) >= 4}
    for part in residues(text):
        if len(part) < 4:
            continue
        hits = process.extract(part, list(names), scorer=fuzz.ratio, limit=2, score_cutoff=_FUZZY - 13)
        if hits and (len(hits) == 1 or hits[0][1] - hits[1][1] > 5 or names[hits[0][0]] == names[hits[1][0]]):
            start = text.find(part)
            kind, name = names[hits[0][0]]
            return Mention(start, start + len(part), part, name, kind, fuzzy=True)
    return None


def find_mistyped(text: str, mentions: list[Mention], view: AccountView) -> Mention | None:
    """A name with one character mistyped: another of the same sound, or any in a name of five and more.

    None unless just one name of the account fits. What the typing left of other names inside it does not count.
    """
    names = {name: entry for name, entry in account_names(view).items() if len(name) >= 3}
    known = general_names()
    fits: dict[tuple[str, str], Mention] = {}
    for name, entry in names.items():
        for start in range(len(text) - len(name) + 1):
            words = text[start : start + len(name)]
            off = [at for at, (one, other) in enumerate(zip(words, name, strict=True)) if one != other]
            if len(off) != 1 or words in names or words in known or not "\u4e00" <= words[off[0]] <= "\u9fff":
                continue
            end = start + len(name)
            inside = any(m.start <= start and m.end >= end for m in mentions)
            other = [m for m in mentions if len(m.words) >= _FUZZY_LEAST and m.name != entry[1]]
            inside |= any(start <= m.start and m.end <= end for m in other)
            typed, right = words[off[0]], name[off[0]]
            beside = off[0] in (0, len(name) - 1) and typed in words_of_one()  # 伙食补助每人: the name ends before it
            if not inside and (sounds_alike(typed, right) or (len(name) >= _LONG_NAME and not beside)):
                fits.setdefault(entry, Mention(start, end, words, entry[1], entry[0], fuzzy=True))
    if not fits:
        return None
    longest = max(len(mention.words) for mention in fits.values())
    best = [mention for mention in fits.values() if len(mention.words) == longest]
    return best[0] if len(best) == 1 and best[0].kind == "item" else None


@cache
def words_of_one() -> frozenset[str]:
    """Words of one character that carry no name."""
    return frozenset(word for word in words().filler if len(word) == 1)


def masked(text: str, mentions: list[Mention]) -> str:
    """The text with each mention replaced by marks of the same length."""
    chars = list(text)
    for mention in mentions:
        chars[mention.start : mention.end] = GONE * (mention.end - mention.start)
    return "".join(chars)


def without(text: str, *groups: Mapping[str, re.Pattern[str]]) -> str:
    """The text with what these groups of patterns match replaced by a mark."""
    for group in groups:
        for pattern in group.values():
            text = pattern.sub(GONE, text)
    return text


def residues(text: str) -> list[str]:
    """Runs of Chinese characters that are neither names nor filler: words that the assistant does not know."""
    rest = text
    for word in words().filler:
        if len(word) > 1:
            rest = rest.replace(word, "\x01")
    runs = re.findall(r"[\u4e00-\u9fffA-Za-z]+", rest)
    kept = []
    singles = words_of_one()
    for run in runs:
        run = run.strip("".join(singles))
        if run and any(char not in singles for char in run):
            kept.append(run)
    return kept


def left_residue(text: str, mentions: list[Mention], mention: Mention) -> str:
    """Unknown words that stand directly before a mention and so may change what it names."""
    rest = masked(text, mentions)
    start = mention.start
    while start and re.match(r"[\u4e00-\u9fffA-Za-z0-9]", rest[start - 1]):
        start -= 1
    before = rest[start : mention.start]
    for pattern in words().funds.values():
        before = pattern.sub("的", before)
    for word in words().filler:
        if len(word) > 1 or word in _PARTICLES:
            before = before.rsplit(word, 1)[-1]
    return before if len(before) >= 2 else ""


def right_residue(text: str, mentions: list[Mention], mention: Mention) -> str:
    """Unknown words that stand directly after a mention and so may change what it names (…拨款结转到下年)."""
    rest = masked(text, mentions)
    after = re.match(r"[\u4e00-\u9fff]*", rest[mention.end :])
    run = after.group() if after else ""
    known = sorted((w for w in words().filler), key=len, reverse=True)
    longer = tuple(word for word in known if len(word) > 1)
    if not run or run.startswith(longer):
        return ""
    if run[0] in words_of_one():  # 单价, 折旧: a word that begins like filler and is none
        unknown = len(run) > 1 and run[1] not in words_of_one() and not run[1:].startswith(longer)
        return run[:2] if unknown and run[0] not in _PARTICLES else ""
    end = min((at for w in known if len(w) > 1 or w in _PARTICLES if (at := run.find(w)) > 0), default=len(run))
    return run[:end] if end >= 2 else ""
