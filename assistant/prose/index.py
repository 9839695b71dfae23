"""An account's narrative with the rarity of its words."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.library import AccountView
from assistant.prose.words import bigrams
from assistant.scope import GONE
from ingest.model import Passage, Statement

_PROJECT = re.compile("[“《「][^”》」]{4,40}[”》」]")
"""A project's name, as narratives print it before its indicators."""
INDICATED = ("目标值", "实际值")
"""Measures of indicators, which belong to the project that is named before them."""
_AFTER = 8
"""Characters after a number that still belong to what it is of."""


@dataclass
class ProseIndex:
    """An account's narrative with the rarity of its words."""

    view: AccountView

    @cached_property
    def passages(self) -> list[Passage]:
        """The narrative without the tables' entries."""
        return [passage for passage in self.view.passages if passage.kind != "table"]

    @cached_property
    def rarity(self) -> dict[str, float]:
        """Inverse frequency of each bigram over the passages."""
        counts = Counter(
            piece for passage in self.passages for piece in bigrams(passage.text + "".join(passage.heading))
        )
        total = len(self.passages) + 1
        return {piece: math.log(1 + total / count) for piece, count in counts.items()}

    def weight(self, piece: str) -> float:
        """Rarity of a bigram; a bigram that never occurs counts as the rarest."""
        return self.rarity.get(piece, math.log(1 + len(self.passages) + 1))

    def unknown(self, run: str) -> int:
        """Characters of the longest stretch of words that the narrative has no piece of."""
        longest = at = 0
        for one, other in itertools.pairwise(run):
            at = 0 if one + other in self.rarity else max(at, 1) + 1
            longest = max(longest, at)
        return longest

    def coverage(self, query: Iterable[str], *fields: tuple[set[str], float]) -> float:
        """Share of the query's weight that the fields hold, each counted with its factor."""
        pieces = list(query)
        whole = sum(self.weight(piece) for piece in pieces)
        if not whole:
            return 0.0
        held = sum(
            self.weight(piece) * max((factor for field, factor in fields if piece in field), default=0.0)
            for piece in pieces
        )
        return held / whole

    @cached_property
    def statement_fields(self) -> list[tuple[Statement, set[str], set[str], set[str]]]:
        """Statements with the bigrams of their subject, of the sentence before the number, and of the text before that.

        What stands after a number (the reason of a change, say) does not say what the number is of. A statement after
        the sentence's first one (其中：…) inherits that one's subject.
        """
        passages = {p.id: p for p in self.passages}
        firsts: dict[str, str] = {}
        position: dict[str, int] = {}
        fields = []
        for s in self.view.statements:
            sentence, passage = s.sentence.text, passages.get(s.passage)
            at = max(sentence.find(s.text, position.get(sentence, 0)), 0)
            position[sentence] = at + 1
            first = firsts.setdefault(sentence, s.subject)
            before = sentence[: at + len(s.text) + _AFTER]
            around = ""
            if passage:
                around = "".join(passage.heading[-2:]) + GONE + passage.text.partition(sentence)[0]
            fields.append((s, bigrams(s.subject + GONE + first), bigrams(before), bigrams(around)))
        return fields

    @cached_property
    def projects(self) -> dict[str, set[str]]:
        """For each passage the bigrams of the one before it in its section that names the project whose indicators follow."""
        found: dict[str, set[str]] = {}
        heading: tuple[str, ...] = ()
        project: set[str] = set()
        for passage in self.passages:
            if passage.heading != heading:
                heading, project = passage.heading, set()
            found[passage.id] = project
            if _PROJECT.search(passage.text):
                project = bigrams(passage.text)
        return found


def index(view: AccountView) -> ProseIndex:
    """The account's index, made once."""
    found = view.__dict__.get("_prose")
    if found is None:
        found = view.__dict__["_prose"] = ProseIndex(view)
    return found  # type: ignore[no-any-return]
