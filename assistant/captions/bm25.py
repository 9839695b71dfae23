"""BM25 over single characters and pairs of neighbours: no dictionary, no words."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

_DROPPED = re.compile(r"[^0-9A-Za-z一-鿿]+")
_K1, _B = 1.2, 0.75


def pieces(text: str, single: bool = True) -> list[str]:
    """Its characters (where `single`) and pairs of neighbours; punctuation and blanks part pairs."""
    found: list[str] = []
    for run in _DROPPED.split(text.lower()):
        found.extend(run if single else "")
        found.extend(run[at : at + 2] for at in range(len(run) - 1))
    return found


class Bm25:
    """Okapi BM25 with k1 = 1.2 and b = 0.75, and the weight of rarity that is never negative."""

    def __init__(self, texts: Sequence[str], single: bool = True) -> None:
        self._single = single
        self._count = len(texts)
        counts = [Counter(pieces(text, single)) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = (sum(lengths) / len(lengths) if lengths else 0) or 1
        self._weights: dict[str, list[tuple[int, float]]] = defaultdict(list)
        among = Counter(piece for count in counts for piece in count)
        for text, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            for piece, times in count.items():
                rarity = math.log(1 + (len(texts) - among[piece] + 0.5) / (among[piece] + 0.5))
                saturated = times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * length / mean))
                self._weights[piece].append((text, rarity * saturated))

    def scores(self, question: str) -> list[float]:
        """One score for each text, in their order."""
        scores = [0.0] * self._count
        for piece in pieces(question, self._single):
            for text, weight in self._weights.get(piece, ()):
                scores[text] += weight
        return scores
