"""A question to the cells of an unmarked table: which headers it names, and which cells these share.

A cell is described by its headers (`ingest.tables.unmarked`). The cell whose headers explain most of the question is
meant; others are added that explain more of it, and all of a row or column where the question asks for all.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant.vocabulary.asking import Asking, asking
from ingest.tables.unmarked import Headed, Unmarked, is_value, plain

_ENDING = re.compile(r"[（(][^（）()]*[）)]$|[:：]$|^(?:其中|减|加)[:：]|^[一二三四五六七八九十\d]+[、.．](?=\D)")
_TICK = re.compile(r"[√×□☑]")
_DROPPED = re.compile(r"[^0-9a-z一-鿿%]")

# Weights, tuned by hand on IM-TQA's train part; small changes move its share by less than a hundredth.
SHARE = 0.4
"""A header counts as named from this share of it on."""
WHOLE = 0.95
"""From this share on it is named whole."""
WORTH = 0.65
"""Another cell is added where this share of what tells its headers apart is named."""
PRECISION, LAST = 2.0, 0.25
"""What it counts that a header of each side is named whole, and that the nearest one is."""
NAMED_ROW = 0.7
"""Where all are asked for, a row is meant by itself only if more than this share of its name stands in the question."""
SINGLE = 0.4
"""What a single character counts that the question has as well, against one in a common piece."""
HEADER, NAMES = 2.5, 1.0
"""Taken off for a cell that is itself a header; added where the question asks for names."""
NAMED, BLANK = 2.0, 0.3
"""Taken off for a cell whose text is in the question, and for a blank one."""
_EMPTY = frozenset("是的有和与在为了多少请问一下个")


def name_of(text: str) -> str:
    """A header as it would be named in a question: without unit, number and punctuation."""
    bare = plain(text)
    short = _ENDING.sub("", _ENDING.sub("", bare)) or bare
    return _DROPPED.sub("", short) or _DROPPED.sub("", bare)


@dataclass(frozen=True)
class Match:
    """How a header and the question meet."""

    at: frozenset[int]
    """Characters of the question that the header explains."""
    named: frozenset[int]
    """Characters of the header that the question names."""
    share: float
    """How much of the header the question names, 0 to 1, rare pieces counting more."""


@dataclass(frozen=True)
class Scored:
    """A cell with what its headers explain."""

    headed: Headed
    at: frozenset[int]
    score: float
    side: frozenset[int]
    """Characters of the question that the headers at its left explain."""
    top: frozenset[int]
    """Those that the headers above it explain."""


class Cells:
    """An unmarked table to be asked: `Cells(read(grid)).answer("…")` gives numbers of cells of the grid."""

    def __init__(self, table: Unmarked, words: Asking | None = None) -> None:
        self.table = table
        self._words = words or asking()
        self._names = {cell: self._words.same(name_of(table.grid.texts[cell])) for cell in table.headers}
        among = Counter(piece for name in set(self._names.values()) for piece in set(name))
        count = max(1, len(set(self._names.values())))
        self._rare = {piece: math.log(1 + count / times) for piece, times in among.items()}

    def answer(self, question: str) -> tuple[int, ...]:
        """The cells asked for, in the table's order; () where no header is named."""
        text = self._words.asked(_DROPPED.sub("", plain(question)))
        matches = {cell: self._match(name, text) for cell, name in self._names.items()}
        every = self._words.all_asked(question)
        scored = [s for headed in self.table.cells if (s := self._scored(headed, matches, text)) is not None]
        if not scored:
            return ()
        best = max(scored, key=lambda s: s.score)
        if best.score <= 0:
            return ()
        whole = any(h in matches and matches[h].share > NAMED_ROW for h in best.headed.left)
        if every and (not whole or self._total(best.headed)):
            return self._all(best, scored, text)
        same = [s for s in scored if s.headed.left == best.headed.left and s.headed.above == best.headed.above]
        if len(same) > 1 and best.headed.left:
            return tuple(sorted(s.headed.cell for s in same if s.at == best.at))
        left, above = best.headed.left, best.headed.above
        rows = self._with_others(
            best, [s for s in scored if s.headed.above == above and s.headed.left != left], matches
        )
        columns = self._with_others(
            best, [s for s in scored if s.headed.left == left and s.headed.above != above], matches
        )
        if len(rows) == len(columns) == 1 and self.table.layout != "matrix":
            elsewhere = [s for s in scored if s.headed.left != left and s.headed.above != above]
            return tuple(sorted(s.headed.cell for s in self._with_others(best, elsewhere, matches)))
        return tuple(sorted(self._crossed(scored, rows, columns)))

    def _with_others(self, best: Scored, near: Sequence[Scored], matches: dict[int, Match]) -> list[Scored]:
        """The best cell, and those of the near ones whose own headers are named as well, where nothing else explains it."""
        chosen = [best]
        explained = best.at
        for s in sorted(near, key=lambda s: -s.score):
            if s.at - explained and all(self._differs(s.headed, other.headed, matches) >= WORTH for other in chosen):
                chosen.append(s)
                explained |= s.at
        return chosen

    def _differs(self, one: Headed, other: Headed, matches: dict[int, Match]) -> float:
        """How much of what tells the one's headers from the other's is named: the least of its headers."""
        worth = 1.0
        for mine, theirs in ((one.left, other.left), (one.above, other.above)):
            for a, b in zip_longest(reversed(mine), reversed(theirs)):
                if a == b or a not in matches:
                    continue
                name = self._names[a]
                own = _own(name, self._names.get(b, ""))
                need = sum(self._rare.get(name[i], 1.0) for i in own)
                have = sum(self._rare.get(name[i], 1.0) for i in own & matches[a].named)
                worth = min(worth, have / need if need else matches[a].share * WORTH)
        return worth

    def _total(self, headed: Headed) -> bool:
        return any(self._words.is_total(self._names.get(h, "")) for h in headed.left)

    def _all(self, best: Scored, scored: Sequence[Scored], text: str) -> tuple[int, ...]:
        """All rows of the best column; totals only where they are asked for."""
        totals = self._words.total_asked(text)
        column = [
            s
            for s in scored
            if s.at - s.side == best.at - best.side
            and s.headed.above == best.headed.above
            and s.top == best.top
            and (s.headed.cell in self.table.headers) == (best.headed.cell in self.table.headers)
        ]
        return tuple(
            sorted(
                s.headed.cell
                for s in column
                if totals
                or not (self._total(s.headed) or self._words.is_total(plain(self.table.grid.texts[s.headed.cell])))
            )
        )

    def _crossed(self, scored: Sequence[Scored], rows: Sequence[Scored], columns: Sequence[Scored]) -> list[int]:
        cells = {(s.headed.left, s.headed.above): s.headed.cell for s in scored}
        if len(rows) == len(columns) > 1:
            by_row = sorted(rows, key=lambda s: min(s.side, default=0))
            by_column = sorted(columns, key=lambda s: min(s.top, default=0))
            order = [(min(s.side, default=0), 0) for s in by_row] + [(min(s.top, default=0), 1) for s in by_column]
            axes = [axis for _, axis in sorted(order)]
            if all(a != b for a, b in zip(axes, axes[1:])):
                return [
                    cells[r.headed.left, c.headed.above]
                    for r, c in zip(by_row, by_column)
                    if (r.headed.left, c.headed.above) in cells
                ]
        return [
            cells[r.headed.left, c.headed.above]
            for r in rows
            for c in columns
            if (r.headed.left, c.headed.above) in cells
        ]

    def _match(self, name: str, text: str) -> Match:
        """Longest common pieces, the longest first; a single character only where the name is one."""
        at: set[int] = set()
        matched: set[int] = set()
        for size in range(len(name), 0, -1):
            if size < 2 and len(name) > 1:
                break
            for start in range(len(name) - size + 1):
                if any(i in matched for i in range(start, start + size)):
                    continue
                piece = name[start : start + size]
                found = [m.start() for m in re.finditer(f"(?={re.escape(piece)})", text)]
                if found:
                    for f in found:
                        at.update(range(f, f + size))
                    matched.update(range(start, start + size))
        total = sum(self._rare.get(name[i], 1.0) for i in range(len(name)))
        got = sum(self._rare.get(name[i], 1.0) for i in matched)
        got += SINGLE * sum(
            self._rare.get(c, 1.0) for i, c in enumerate(name) if i not in matched and c in text and c not in _EMPTY
        )
        return Match(frozenset(at), frozenset(matched), got / total if total else 0.0)

    def _weight(self, at: frozenset[int], text: str) -> float:
        return sum(self._rare.get(text[i], 0.5) for i in at)

    def _scored(self, headed: Headed, matches: dict[int, Match], text: str) -> Scored | None:
        printed = self.table.grid.texts[headed.cell]
        own = self._words.same(name_of(printed))
        named = own in text and len(own) > 1 and not _TICK.search(printed)
        if (named and is_value(printed) and len(own) > 2) or not (headed.left or headed.above):
            return None  # what the question says itself is not what it asks for
        side = [matches[h] for h in headed.left if h in matches]
        top = [matches[h] for h in headed.above if h in matches]
        a, b = _union(side), _union(top)
        at = a | b
        if named and not all(set(range(*found.span())) <= at for found in re.finditer(re.escape(own), text)):
            return None  # unless it is part of a longer name
        for peer in headed.peers:
            name = self._words.same(name_of(self.table.grid.texts[peer]))
            if len(name) > 1 and peer not in self._names:
                for found in re.finditer(re.escape(name), text):
                    at |= set(range(*found.span()))
        # A column that is only named by the words of the row (营业收入, 占营业收入的比重) is not named.
        top = [m for m in top if m.share > WHOLE or not m.at <= a]
        shares = sum(max((m.share for m in ms), default=0) for ms in (side, top))
        last = sum(ms[-1].share for ms in (side, top) if ms)
        score = self._weight(at, text) + PRECISION * shares + LAST * last
        if headed.cell in self.table.headers:
            score += NAMES if self._words.names_asked(text) and not a else -HEADER
        if named and not is_value(printed):
            score -= NAMED
        if len(own) == 1 and not is_value(printed):
            score -= HEADER  # 指, 元: what stands between others
        nameless = bool(headed.above) and not self._names.get(headed.above[-1])
        if nameless or not plain(printed):
            score -= BLANK
        return Scored(headed, frozenset(at), score, a, b)


def _own(name: str, other: str) -> frozenset[int]:
    """Characters of the name outside the beginning, the end and the pieces that it shares with the other."""
    shared: set[int] = set()
    for at in range(len(name) - 1):
        if name[at : at + 2] in other:
            shared |= {at, at + 1}
    for indices in (range(len(name)), range(-1, -len(name) - 1, -1)):
        for i in indices:
            if abs(i) >= len(other) + (i < 0) or name[i] != other[i]:
                break
            shared.add(i % len(name))
    return frozenset(range(len(name))) - shared


def _union(matches: Sequence[Match]) -> frozenset[int]:
    return frozenset(i for m in matches for i in m.at if m.share >= SHARE)
