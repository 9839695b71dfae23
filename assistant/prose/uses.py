"""Which item is meant by words for what it is spent on, as the narrative says it (主要用于：…)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.library import AccountView
from assistant.prose.words import LIGHT, content_words
from assistant.scope import GONE
from assistant.vocabulary import words
from ingest.model import Sentence
from ingest.text import plain

_USED_FOR = re.compile(r"(?:用于|用途)(?:是|为)?[：:]?(?P<use>[^。；]+?)(?=，?(?:年初|全年|当年)?预算|[。；]|$)")
_TELLS_USE = re.compile("(?:主要)?用于|用途(?:是|为|：|:)|保障(?!用车|部|性住房|局|和就业|支出|缴费|金)")
_ITEM_OF = re.compile("[（(]款[）)](?P<name>[^（(。]+)[（(]项[）)]")
_OF_ITEM = re.compile("[（(]项[）)]")
_EMPTY = re.compile("各类|各项|主要|开展|相关|工作|项目|支出|经费|费用|开支|所需|支付|保障|等|和|及|与|的|、|，")
"""Words of uses that say nothing of what is done."""
_SUCH = re.compile("[这那]一?[类种些]|之类|一类|等")
_MOST = 0.5
"""Share of a use of one thing that a question must name."""
_LONG_NAME, _NEARLY = 8, 0.8
"""Characters of a name that may be worded otherwise, and the share of it that must be there."""
_LISTED = re.compile("[、，和及与]")
_LEAST = 4
"""Characters of a use and of the item's name that a question must have at least."""


def uses(view: AccountView) -> dict[str, str]:
    """What each item is used for, by the item's name."""
    found: dict[str, str] | None = view.__dict__.get("_uses")
    if found is None:
        found = view.__dict__["_uses"] = {}
        for statement in view.statements:
            text = statement.sentence.text
            used = _USED_FOR.search(text) if _OF_ITEM.search(text) else None
            if used and statement.measure in ("年初预算", "预算数", "决算数") and plain(statement.subject) in view.by_item:
                found.setdefault(statement.subject, used["use"])
    return found


def find_by_use(view: AccountView, asked: str, of_amount: bool = True) -> str | None:
    """The one item whose use has every word of what is asked; None if there is none.

    What is spent on one of several things is not the item's amount, so each of them must be named, unless the question
    says 之类 or names the item as well.

    :param asked: the question without departments, years, and the words of its form.
    :param of_amount: False where a part of the use will do, and a shorter one, for the question is not for the amount.
    """
    runs = [run for run in re.split("[^\u4e00-\u9fff]+", content_words(_SUCH.sub(GONE, asked))) if run.strip(LIGHT)]
    loose = not of_amount or bool(_SUCH.search(asked))
    fitting = []
    for name, use in uses(view).items():
        named = [_named(run, f"{plain(use)}{GONE}{plain(name)}") for run in runs]
        if not runs or None in named:
            continue
        said = {piece for pieces in named for piece in pieces or ()}
        parts = [_EMPTY.sub("", part) for part in map(plain, _LISTED.split(use)) if _EMPTY.sub("", part)]
        told = [part for part in parts if any(piece in part for piece in said)]
        most = sum(len(piece) for piece in said if piece in plain(use)) >= _MOST * sum(map(len, parts))
        enough = len(told) == len(parts) and (len(parts) > 1 or most)
        if sum(map(len, said)) >= (_LEAST if of_amount else _LEAST // 2) and (told or not of_amount) and (loose or enough):
            fitting.append(name)
    fitting = fitting or [name for name in view.by_item if _is_short_for(runs, name)]
    return fitting[0] if len(fitting) == 1 else None


def _is_short_for(runs: Sequence[str], name: str) -> bool:
    """True where words are a long name with little left away or worded otherwise (国企退休人员社会化管理的补助)."""
    named = [_named(run, name) for run in runs] if len(name) >= _LONG_NAME else [None]
    if not runs or None in named:
        return False
    said = {piece for pieces in named for piece in pieces or ()}
    return sum(map(len, said)) >= _NEARLY * len(_EMPTY.sub("", name))


def _named(run: str, use: str) -> list[str] | None:
    """The pieces of two characters and more, longest first, of which a run of words is made; None if one is not of the use."""
    pieces, at = [], 0
    while at < len(run):
        size = next((n for n in range(len(run) - at, 1, -1) if _has(run[at : at + n], use)), 0)
        if size:
            pieces.append(_as_said(run[at : at + size], use))
            at += size
        elif run[at] in LIGHT or run[at] in use:
            at += 1
        else:
            return None
    return pieces


def _has(piece: str, use: str) -> bool:
    return piece in use or _as_said(piece, use) != piece


def _as_said(piece: str, use: str) -> str:
    """The piece as the use words it."""
    return piece if piece in use else next((other for other in words().synonyms.get(piece, ()) if other in use), piece)


def find_use(view: AccountView, names: Sequence[str]) -> Sentence | None:
    """The sentence that says what an item is used for: it names the item before that, or the one before it does.

    :param names: of several items the last is meant, for those before it are what it is a part of.
    """
    for name in reversed(names):
        for passage in view.passages:
            before = ""
            for sentence in passage.sentences if passage.kind == "section" else ():
                used = _TELLS_USE.search(sentence.text)
                lead = before + sentence.text[: used.start()] if used else ""
                of = _ITEM_OF.search(lead)  # 污染防治（款）大气（项）: of 大气 alone
                around = "".join(passage.heading[-2:]) + passage.text.partition(sentence.text)[0] + sentence.text
                if used and (plain(of["name"]) == plain(name) if of else any(said in plain(lead) for said in _as_printed(name, around))):
                    return sentence
                before = sentence.text
    return None


def _as_printed(name: str, around: str) -> Iterator[str]:
    """The forms in which narratives print an item's name; 运行费 alone where vehicles are spoken of."""
    bare = plain(name)
    yield bare
    if "公务用车" in bare and "运行" in bare:
        yield "公务用车运行费"
        yield "公务用车运行维护费"
        if "公务用车" in plain(around):
            yield "运行费"
