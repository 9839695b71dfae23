"""Places with their hierarchy: read from captions, found again in a question, also shortened.

The levels of a place are what its name is made of, the widest first: (甲市, 乙区). What is a place is learnt from the
captions themselves; a list of the country's places is not needed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

Levels = tuple[str, ...]
EVERYWHERE: Levels = ("全国",)

_ENDINGS = "自治区|自治州|自治县|特别行政区|街道|省|市|区|县|州|盟|旗|镇|乡"
_LEVEL = re.compile(rf"[一-鿿]{{1,10}}?(?:{_ENDINGS})")
_STEM = re.compile(rf"(?:{_ENDINGS})$")
_OF_AN_ORGANISATION = re.compile(
    r"[^，。、；？！,?!;的与跟哪什这那是在由所成出各\s]*?(?:公司|集团|局|委员会|学校|大学|医院|银行)"
)


def readings(text: str) -> tuple[Levels, ...]:
    """The places that the text may begin with, the shortest first: 甲市乙区… is (甲市,) or (甲市, 乙区)."""
    if text.startswith(EVERYWHERE[0]):
        return (EVERYWHERE,)
    levels: list[str] = []
    at = 0
    while match := _LEVEL.match(text, at):
        levels.append(match[0])
        at = match.end()
    return tuple(tuple(levels[:count]) for count in range(1, len(levels) + 1))


def split(captions: Iterable[str]) -> dict[str, Levels]:
    """Caption (without its period) → its place, () where it has none.

    A word may end like a place without being one (…市场), so the place ends where the rest is one that the most other
    captions have, too; of equals the longest place counts.
    """
    texts = list(dict.fromkeys(captions))
    of = {text: readings(text) for text in texts}
    shared: dict[str, int] = defaultdict(int)
    for text in texts:
        for levels in of[text]:
            shared[text[len("".join(levels)) :]] += 1

    def rank(text: str, levels: Levels) -> tuple[int, int]:
        return shared[text[len("".join(levels)) :]], len(levels)

    return {text: max(of[text], key=lambda levels: rank(text, levels)) if of[text] else () for text in texts}


class Gazetteer:
    """The places of a collection, to be found in questions."""

    def __init__(self, places: Iterable[Levels]) -> None:
        self._nodes: dict[str, set[Levels]] = defaultdict(set)
        for levels in set(places):
            for depth in range(1, len(levels) + 1):
                for form in _forms(levels[:depth]):
                    self._nodes[form].add(levels[:depth])
        longest_first = sorted(self._nodes, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def named(self, question: str) -> tuple[tuple[frozenset[Levels], int, int], ...]:
        """The places that the question names: the nodes that may be meant, from and up to which character.

        A place that an organisation's name begins with is part of that name and not meant, and one that another named
        place lies in says nothing more.
        """
        if self._pattern is None:
            return ()
        found = [
            (frozenset(self._nodes[match[0]]), match.start(), match.end())
            for match in self._pattern.finditer(question)
            if not _OF_AN_ORGANISATION.match(question, match.end())
        ]
        every = frozenset(node for nodes, _, _ in found for node in nodes)
        around = {node for node in every if any(node != other and within(other, (node,)) for other in every)}
        return tuple((nodes - around, start, end) for nodes, start, end in found if nodes - around)


def within(place: Levels, nodes: Iterable[Levels]) -> bool:
    """Whether the place is one of these or lies in one."""
    return any(place[: len(node)] == node for node in nodes)


def _forms(levels: Sequence[str]) -> Iterable[str]:
    """How such a place may be written: every level whole or without its ending; the last alone only whole."""
    short = [(level,) if len(_STEM.sub("", level)) < 2 else (level, _STEM.sub("", level)) for level in levels]
    yield from ("".join(parts) for parts in product(*short))
    for start in range(1, len(levels)):
        yield "".join(levels[start:])
