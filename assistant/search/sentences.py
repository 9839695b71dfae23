"""The sentence that answers: of what the question wants to know, in the passage that fits, or none.

A question wants a reason, a use, a problem (`assistant/sought.yaml`); only sentences that state such a thing are
looked at. Whether the best one is an answer at all is decided by thresholds that were calibrated on known questions,
half of which the document does not answer (`support.yaml`; `python -m eval.passages --calibrate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
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
_BY_NUMBER = 0.5
_CERTAIN = 0.95
"""Share of the question's words from which on the encoder, which takes time to load, is not asked."""
_BY_CHARACTERS, _BY_COSINE = 0.3, 0.6
"""What the passage's place in the search counts beside the share of the question's words."""


@dataclass(frozen=True)
class Support:
    """From where on a sentence is an answer.

    :param sure: share of the question's words, weighted by rarity, that suffices alone.
    :param least: the least share, together with
    :param near: the least cosine of the passage.
    """

    sure: float
    least: float
    near: float

    def holds(self, found: Found) -> bool:
        """True where the sentence answers by these thresholds."""
        return found.share >= self.sure or (found.share >= self.least and found.cosine >= self.near)


@dataclass(frozen=True)
class Found:
    """A sentence with what speaks for it."""

    passage: Passage
    sentence: Sentence
    share: float
    cosine: float


_instead: ContextVar[Support | None] = ContextVar("instead", default=None)


def support() -> Support:
    """The thresholds in force: the calibrated ones, unless others are tried."""
    return _instead.get() or _calibrated()


@cache
def _calibrated() -> Support:
    told = yaml_of(__package__, "support.yaml")["thresholds"]
    return Support(*(float(told[name]) for name in ("sure", "least", "near")))


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
    return _best(search, view, question, kind, vectors=True)


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
                best = score, Found(passage, sentence, share, cosine)
    return best[1] if best else None


def has_amounts(question: str, text: str) -> bool:
    """True where a text has each amount that the question names, however it is printed (7.5万, 7.50万元)."""
    told = {Decimal(number.replace(",", "")) for number in _NUMBER.findall(text)}
    return all(Decimal(number.replace(",", "")) in told for number in _NUMBER.findall(question))


def says_number(question: str, text: str) -> bool:
    """True where a text has a number with decimals that the question names (下降0.21%的原因)."""
    return bool(_NUMBER.search(question)) and has_amounts(question, text)


def _states(sentences: Sequence[Sentence], kind: Sought | None, question: str) -> bool:
    return kind is None or any(kind.told(sentence.text, question) for sentence in sentences)
