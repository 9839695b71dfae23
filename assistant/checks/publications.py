"""What changed between an earlier publication of an account and the one that took its place, cell by cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assistant.checks.cited import Quoted
from assistant.checks.neighbours import earlier_publication
from assistant.checks.raised import Raised
from assistant.checks.shown import shown_fact
from assistant.library import AccountView
from ingest.model import Fact, Sentence
from ingest.text import plain, squeeze
from prompts import say

_NUMBER = re.compile(r"\d[\d,，]*(?:\.\d+)?")
_MOST_CITED = 40
"""Cells that are cited of a table that came or went."""
_Key = tuple[str, str, str, str, str, str, int]


def republished(view: AccountView) -> Iterator[Raised]:
    """Cells and amounts of the text that the corrected publication gives otherwise; notices, old and new both cited."""
    earlier = earlier_publication(view)
    if earlier is None:
        return
    old, new = _cells(earlier), _cells(view)
    yield from _tables(view, new, {key[0] for key in old}, "finding_republished_added")
    yield from _tables(earlier, old, {key[0] for key in new}, "finding_republished_gone")
    both = {key[0] for key in old} & {key[0] for key in new}
    for key in dict.fromkeys((*new, *old)):
        before, now = old.get(key), new.get(key)
        fact = now or before
        if fact is None or key[0] not in both or _same(before, now):
            continue
        there = view if now else earlier
        message = say(
            "finding_republished", table=there.tables[fact.table].title, name=_name(fact), old=_printed(before),
            new=_printed(now),
        )  # fmt: skip
        yield Raised("republished", "notice", message, tuple(one for one in (now, before) if one))
    yield from _texts(view, earlier)


def _tables(there: AccountView, cells: dict[_Key, Fact], known: set[str], wording: str) -> Iterator[Raised]:
    """Tables with figures that only one of the two has, each as a whole."""
    alone: dict[str, list[Fact]] = defaultdict(list)
    for key, fact in cells.items():
        if key[0] not in known and fact.value:
            alone[key[0]].append(fact)
    for facts in alone.values():
        message = say(wording, table=there.tables[facts[0].table].title, count=len(facts))
        yield Raised("republished", "notice", message, tuple(facts[:_MOST_CITED]))


def _cells(view: AccountView) -> dict[_Key, Fact]:
    """Cells by what they are, not by where they stand: rows may have moved."""
    found: dict[_Key, Fact] = {}
    for fact in view.facts:
        table = fact.kind or plain(view.tables[fact.table].title)
        key = (table, plain(fact.subject), fact.code, fact.side, plain(fact.parent), fact.measure + "|" + fact.item)
        number = 0
        while (*key, number) in found:
            number += 1
        found[(*key, number)] = fact
    return found


def _same(before: Fact | None, now: Fact | None) -> bool:
    """True for one figure, whatever its unit; a row without any figure may come and go."""
    if before is None or now is None:
        one = before or now
        return one is None or one.value is None or one.value == 0
    if before.unit == now.unit:
        return before.value == now.value
    first, second = shown_fact(before), shown_fact(now)
    return first is second is None or bool(first and second and first.agrees(second))


def _texts(view: AccountView, earlier: AccountView) -> Iterator[Raised]:
    """Sentences that are alike but for their numbers."""
    old = _sentences(earlier)
    for key, sentences in _sentences(view).items():
        for now, before in zip(sentences, old.get(key, []), strict=False):
            gone = [(a, b) for a, b in zip(_numbers(before), _numbers(now), strict=True) if a != b]
            if gone:
                message = say(
                    "finding_republished_text", old="、".join(a for a, _ in gone), new="、".join(b for _, b in gone)
                )
                yield Raised(
                    "republished", "notice", message, (now, Quoted(before.text, before.places, earlier.account.id))
                )


def _sentences(view: AccountView) -> dict[str, list[Sentence]]:
    """Sentences by their section, the words before them and their own; numbers are left out."""
    found: dict[str, list[Sentence]] = defaultdict(list)
    for passage in view.passages:
        if passage.kind in ("table", "glossary"):
            continue
        before = ""
        for sentence in passage.sentences:
            words = _NUMBER.sub("#", squeeze(sentence.text)).rstrip("。；")
            if "#" in words:
                heading = _NUMBER.sub("#", squeeze("".join(passage.heading[-1:])))
                found["|".join((heading, before, words))].append(sentence)
            before = words
    return found


def _numbers(sentence: Sentence) -> list[str]:
    return _NUMBER.findall(squeeze(sentence.text))


def _name(fact: Fact) -> str:
    row = fact.label or fact.subject
    return "".join(
        dict.fromkeys(part for part in (row, fact.item if not row else "", "".join(fact.column[-1:])) if part)
    )


def _printed(fact: Fact | None) -> str:
    if fact is None:
        return "无此行"
    return f"{fact.text} {fact.unit or ''}".strip() if fact.text else "未填列"
