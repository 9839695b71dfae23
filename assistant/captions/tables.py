"""Tables described by their captions and columns: narrowed by who and when, ranked by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.captions.periods import Period, periods
from assistant.captions.places import EVERYWHERE, Gazetteer, Levels, split, within
from assistant.search.bm25 import Bm25

DATED = 1 / 3
"""What it counts that a question and a table both say when, or both do not: this share of the best kind's score. On
RETQA's development questions anything from a quarter to a half does equally well (hit@1 .955 to .959)."""


@dataclass(frozen=True)
class Described:
    """A table as its caption tells it: whose (`place`, () where none is named), when (None: not said), and what."""

    caption: str
    place: Levels
    period: Period | None
    what: str


def describe(captions: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[Described, ...]:
    """Captions of one collection, each with its column names, taken apart."""
    named = [periods(caption) for caption in captions]
    bare = [
        _without(caption, ((n.start, n.end) for n in found)) for caption, found in zip(captions, named, strict=True)
    ]
    places = split(bare)
    return tuple(
        Described(
            caption,
            places[text],
            Period(found[0].period.first, found[-1].period.last) if found else None,
            " ".join((text[len("".join(places[text])) :], *names)),
        )
        for caption, found, text, names in zip(captions, named, bare, columns, strict=True)
    )


class Captions:
    """A collection of tables to be asked which of them a question is about."""

    def __init__(self, tables: Sequence[Described]) -> None:
        self.tables = tuple(tables)
        self._gazetteer = Gazetteer(table.place for table in tables if table.place)
        self._kinds = {what: number for number, what in enumerate(dict.fromkeys(table.what for table in tables))}
        # Rarity is counted over what tables there are, not over tables: one kind may be published every month.
        self._bm25 = Bm25(list(self._kinds))
        self._at: dict[Levels, list[int]] = defaultdict(list)
        for number, table in enumerate(tables):
            self._at[table.place].append(number)

    def ranked(self, question: str, count: int = 5) -> tuple[Described, ...]:
        """The `count` tables that fit best, the best first.

        Who: tables of the places named or within them; where none is named, of the whole country, or of any. When:
        tables whose period shares a month with one that is named, and tables that do not say when. Then what: BM25 of
        the rest of the question over the rest of the caption and the columns, and whether both say when (`DATED`). Of
        tables that fit equally those come first that say when, then as the question names its periods and places, a
        range in its order; where it names no period, the latest.
        """
        whens, wheres = periods(question), self._gazetteer.named(question)
        rest = _without(question, [(n.start, n.end) for n in whens] + [(start, end) for _, start, end in wheres])
        kinds = self._bm25.scores(rest)
        dated = DATED * max(kinds, default=0)
        ranked: list[tuple[tuple[float, ...], int]] = []
        for number, place in self._where([nodes for nodes, _, _ in wheres]):
            table = self.tables[number]
            when = next((at for at, n in enumerate(whens) if table.period and table.period.overlaps(n.period)), None)
            if table.period and whens and when is None:
                continue
            turn = 0 if table.period is None else table.period.first if whens else -table.period.last
            fits = kinds[self._kinds[table.what]] + (dated if (table.period is not None) == bool(whens) else 0)
            order = (-fits, len(whens) if when is None else when, turn, place)
            ranked.append((order, number))
        return tuple(self.tables[number] for _, number in sorted(ranked)[:count])

    def _where(self, named: Sequence[frozenset[Levels]]) -> Iterable[tuple[int, int]]:
        """Tables of the places named, each with which of these it is of."""
        of = [
            (number, at)
            for place, numbers in self._at.items()
            for at in [next((at for at, nodes in enumerate(named) if within(place, nodes)), None)]
            if at is not None
            for number in numbers
        ]
        if of:
            return of
        return [(number, 0) for number in self._at.get(EVERYWHERE) or range(len(self.tables))]


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text
