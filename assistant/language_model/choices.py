"""What an account has that a question may be about: a closed list, the nearest to the question first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.library import AccountView
from assistant.prose import content_words
from assistant.scope import GONE
from assistant.selection import select, total_item
from assistant.vocabulary import aliases, totals
from ingest.text import plain

COUNT = 12
"""Choices that the model is shown."""
TRUSTED = 3
"""Of these, the nearest so many may be taken: what a small model finds further away is seldom meant."""
_REST = "其他"
"""Items of the rest of a kind: nobody asks for them in other words."""
_LONGEST = 40
"""Characters of a name: what is longer is a sentence."""
_KINDS = {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"}
_SHORTEST = 3
"""Characters of a name; a row called 合计 says nothing by itself."""


@dataclass(frozen=True)
class Option:
    """An item that the account prints a figure for."""

    name: str
    within: str = ""
    """What it is a part of, as the account's table has it."""
    called: tuple[str, ...] = ()
    """What citizens call it."""

    @property
    def described(self) -> str:
        """The name with what it belongs to and what it is called."""
        more = "；".join(filter(None, (f"属于{self.within}" if self.within else "", "、".join(self.called[:3]))))
        return f"{self.name}（{more}）" if more else self.name


def options_of(view: AccountView) -> tuple[Option, ...]:
    """Everything that the account prints a figure for, totals too, in the order of its tables; made once."""
    made: tuple[Option, ...] | None = view.__dict__.get("_options")
    if made is None:
        within: dict[str, str] = {}
        names = {fact.code: fact.item for fact in view.facts if fact.code and fact.item}
        for fact in view.facts:
            if fact.kind in _KINDS and fact.item and fact.value is not None and _SHORTEST <= len(fact.item) <= _LONGEST:
                whole = names.get(fact.code[:-2], "") if len(fact.code) > 3 else ""
                within.setdefault(fact.item, whole)
        for total in totals():
            found = select(view, total_item(view, total, total.names[0])).fact
            if found and found.value is not None and found.item not in within:
                within.setdefault(total.names[0], "")
        called = _called()
        made = tuple(Option(name, whole, called.get(plain(name), ())) for name, whole in within.items())
        view.__dict__["_options"] = made
    return made


def nearest(view: AccountView, question: str, count: int = COUNT) -> tuple[Option, ...]:
    """The options nearest to a question, by meaning and by letters; by letters alone without an encoder."""
    from rapidfuzz import fuzz

    options = tuple(option for option in options_of(view) if not option.name.startswith(_REST))
    about = content_words(question).replace(GONE, " ").strip() or question
    letters = [
        max(fuzz.partial_ratio(plain(about), plain(name)) for name in (option.name, *option.called)) / 100
        for option in options
    ]
    meaning = _similar(view, options, about)
    order = sorted(range(len(options)), key=lambda place: -(meaning[place] * 4 + letters[place] * 0.4))
    return tuple(options[place] for place in order[:count])


def _similar(view: AccountView, options: Sequence[Option], about: str) -> list[float]:
    try:
        encoder: Any = view.store.vectors.chroma.embeddings
        vectors: list[list[float]] | None = view.__dict__.get("_option_vectors")
        if vectors is None:
            vectors = encoder.embed_documents([option.described for option in options])
            view.__dict__["_option_vectors"] = vectors
        asked = encoder.embed_query(about)
    except (ImportError, OSError):
        return [0.0] * len(options)
    assert vectors is not None
    return [sum(a * b for a, b in zip(vector, asked, strict=True)) for vector in vectors]


@cache
def _called() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for alias in aliases():
        found.setdefault(plain(alias.name), []).append(alias.words)
    return {name: tuple(words) for name, words in found.items()}
