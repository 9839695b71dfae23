"""The sentence that answers: of what the question wants to know, in the passage that fits, or none.

A question wants a reason, a use, a problem (`assistant/sought.yaml`); only sentences that state such a thing are
looked at. Whether the best one is an answer at all is decided by what speaks for it, weighed as known questions, most
of which the document does not answer, have shown (`support.yaml`; `python -m eval.passages --calibrate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from assistant import prose
from assistant.library import AccountView
from assistant.search import Search, spread
from assistant.sought import Sought, sought
from ingest.datafile import yaml_of
from ingest.model import Passage, Sentence

_LEAD = 3
"""Sentences before one that say what it is about."""
_NUMBER = re.compile(r"\d[\d,]*\.\d+")
_COUNT, _WHOLE = re.compile(r"(?<![\d.,年])(\d+)(?=[条家批件场册盏张辆名位]|人次)"), re.compile(r"(?<![\d.,])(\d+)(?![\d.])")
"""Counts of more than a few things, which a text has as digits."""
_FEW = 3
_BY_NUMBER = 0.5
_CERTAIN = 0.95
"""Share of the question's words from which on the encoder, which takes time to load, is not asked."""
_BY_CHARACTERS, _BY_COSINE = 0.3, 0.6
"""What the passage's place in the search counts beside the share of the question's words."""


@dataclass(frozen=True)
class Found:
    """A sentence with what speaks for it, each between 0 and 1.

    :param share: of the question's words, weighted by rarity, that the sentence, what leads to it, its heading or its
        passage have; the farther off, the less they count.
    :param cosine: of the passage with the question; 0 where the encoder was not asked.
    :param similar: of the sentence with the question.
    :param kind: what the question wants to know (`assistant/sought.yaml`); empty for anything.
    """

    passage: Passage
    sentence: Sentence
    share: float
    cosine: float
    similar: float = 0.0
    kind: str = ""

    @property
    def features(self) -> dict[str, float]:
        """What is weighed, by name."""
        told = {name: getattr(self, name) for name in ("share", "cosine", "similar")}
        return {"bias": 1.0, **told, "reason": float(self.kind == "reason"), "problem": float(self.kind == "problem")}


@dataclass(frozen=True)
class Support:
    """From where on a sentence is an answer.

    :param weights: of the features, where the encoder compared it with the question.
    :param characters: of those that need no encoder, where it did not.
    :param limit: the sum from which on it answers.
    """

    weights: Mapping[str, float]
    characters: Mapping[str, float]
    limit: float

    def sum(self, found: Found) -> float:
        """What speaks for a sentence, weighed."""
        weights = self.weights if found.cosine else self.characters
        features = found.features
        return sum(weight * features[name] for name, weight in weights.items())

    def holds(self, found: Found) -> bool:
        """True where the sentence answers by these weights."""
        return self.sum(found) >= self.limit


_instead: ContextVar[Support | None] = ContextVar("instead", default=None)


def support() -> Support:
    """The thresholds in force: the calibrated ones, unless others are tried."""
    return _instead.get() or _calibrated()


@cache
def _calibrated() -> Support:
    told = yaml_of(__package__, "support.yaml")
    weights, characters = ({name: float(weight) for name, weight in told[of].items()} for of in ("weights", "characters"))
    return Support(weights, characters, float(told["limit"]))


@contextmanager
def tried(thresholds: Support) -> Iterator[None]:
    """Other thresholds while this lasts."""
    token = _instead.set(thresholds)
    try:
        yield
    finally:
        _instead.reset(token)


def best_sentence(search: Search, view: AccountView, question: str) -> Found | None:
    """The sentence that fits best, whether it answers or not; None where nothing has a word or a meaning in common.

    :param question: without the names of department and year.
    """
    kind = sought(question)
    without = _best(search, view, question, kind, vectors=False)
    if without is not None and without.share >= _CERTAIN:
        return without
    found = _best(search, view, question, kind, vectors=True)
    if found is None or not found.cosine:
        return found
    (similar,) = search.cosines(question, [found.sentence.text])
    return replace(found, similar=similar)


def _best(
    search: Search, view: AccountView, question: str, kind: Sought | None, vectors: bool
) -> Found | None:
    index = prose.index(view)
    query, synonyms = prose.query_of(question)
    longer = {piece for piece in query if len(piece) > 1}  # 买古玩: that something was bought does not tell it
    entries = search.entries(view.account.id)
    cosines = entries.cosines(search.vector(question)) if vectors else [0.0] * len(entries.passages)
    kept = [
        (passage, characters, cosine)
        for passage, characters, cosine in zip(entries.passages, entries.characters(question), cosines, strict=True)
        if passage.kind not in ("table", "glossary") and _states(passage.sentences, kind, question)
    ]
    by_characters, by_cosine = spread([one[1] for one in kept]), spread([one[2] for one in kept])
    best: tuple[float, Found] | None = None
    for (passage, _, cosine), characters, near in zip(kept, by_characters, by_cosine, strict=True):
        if not has_amounts(question, passage.text):
            continue
        fields = ((prose.bigrams("".join(passage.heading[-2:])), 0.7), (prose.bigrams(passage.text), 0.5))
        for at, sentence in enumerate(passage.sentences):
            if kind and not kind.told(sentence.text, question):
                continue
            lead = prose.bigrams("".join(s.text for s in passage.sentences[max(0, at - _LEAD) : at]))
            own = prose.with_synonyms(prose.bigrams(sentence.text), synonyms)
            fitting = not longer or any(longer & held for held in (own, lead, *(field for field, _ in fields)))
            share = index.coverage(query, (own, 1.0), (lead, 0.9), *fields) if query and fitting else 0.0
            score = share + _BY_CHARACTERS * characters + _BY_COSINE * near + (_BY_NUMBER if says_number(question, sentence.text) else 0.0)
            if best is None or score > best[0]:
                best = score, Found(passage, sentence, share, cosine, kind=kind.name if kind else "")
    return best[1] if best else None


def has_amounts(question: str, text: str) -> bool:
    """True where a text has each amount and count that the question names, however it is printed (7.5万, 7.50万元; 那4条热线)."""
    told = {Decimal(number.replace(",", "")) for number in _NUMBER.findall(text)}
    if not {number for number in _COUNT.findall(question) if int(number) > _FEW} <= set(_WHOLE.findall(text)):
        return False
    return all(Decimal(number.replace(",", "")) in told for number in _NUMBER.findall(question))


def says_number(question: str, text: str) -> bool:
    """True where a text has a number with decimals that the question names (下降0.21%的原因)."""
    return bool(_NUMBER.search(question)) and has_amounts(question, text)


def _states(sentences: Sequence[Sentence], kind: Sought | None, question: str) -> bool:
    return kind is None or any(kind.told(sentence.text, question) for sentence in sentences)
