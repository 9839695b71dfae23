"""Words of questions about a table: names of periods that are the same, what a question word asks for, who asks for all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.datafile import yaml_of

FILE = "asking.yaml"
_EACH = re.compile(r"各(?=[一-鿿])(?![是有为自多占在都])")
_MAPPINGS, _LISTS = ("same", "asks"), ("every", "names", "total")


@dataclass(frozen=True)
class Asking:
    """The words, validated."""

    same_as: tuple[tuple[str, str], ...]
    """A name and the one that stands for it, the longest first."""
    asks: tuple[tuple[str, tuple[str, ...]], ...]
    """Words of questions, the longest first, and what headers of their answers are called."""
    every: tuple[str, ...]
    names: tuple[str, ...]
    total: tuple[str, ...]

    def same(self, text: str) -> str:
        """The text with names of one thing made one."""
        for word, one in self.same_as:
            text = text.replace(word, one)
        return text

    def asked(self, question: str) -> str:
        """The question in the same words, and what its question words ask for added at its end."""
        rest = question
        added: list[str] = []
        for word, what in self.asks:
            if word in rest:
                rest = rest.replace(word, "|")  # 怎么样 does not ask 怎么 as well
                added += what
        same = "|".join(dict.fromkeys(added))
        return self.same(question) + ("|" + same if same else "")

    def all_asked(self, question: str) -> bool:
        """Whether all of a row or column is asked for."""
        return any(word in question for word in self.every) or bool(_EACH.search(question))

    def names_asked(self, question: str) -> bool:
        """Whether the names of rows or columns are asked for, not what stands in them."""
        return any(word in question for word in self.names)

    def total_asked(self, question: str) -> bool:
        """Whether the total is asked for beside the parts."""
        return any(word in question for word in self.total)

    def is_total(self, name: str) -> bool:
        """Whether a row or column of that name is the total."""
        return name.endswith(("合计", "总计", "总额", "小计"))


@lru_cache(maxsize=1)
def asking() -> Asking:
    """The shipped words."""
    return asking_of(yaml_of(__package__, FILE))


def asking_of(data: Any) -> Asking:
    """The words of such a file; ValueError says what is wrong with it."""
    expected = {*_MAPPINGS, *_LISTS}
    if not isinstance(data, dict) or set(data) != expected:
        got = ", ".join(map(str, data)) if isinstance(data, dict) else type(data).__name__
        raise ValueError(f"{FILE}: expected {', '.join(sorted(expected))}, got {got}")
    for key in _MAPPINGS:
        if not isinstance(data[key], dict):
            raise ValueError(f"{FILE}: {key}: expected a name with its list of words on each line")
    lists = {key: data[key] for key in _LISTS} | {f"{key}: {k}": v for key in _MAPPINGS for k, v in data[key].items()}
    for key, words in lists.items():
        if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
            raise ValueError(f"{FILE}: {key}: expected a list of words, got {words!r}")
    same = [(word, one) for one, words in data["same"].items() for word in words]
    asks: dict[str, list[str]] = {}
    for what, words in data["asks"].items():
        for word in words:
            asks.setdefault(word, []).append(what)
    return Asking(
        tuple(sorted(same, key=lambda pair: -len(pair[0]))),
        tuple(sorted(((word, tuple(whats)) for word, whats in asks.items()), key=lambda pair: -len(pair[0]))),
        tuple(data["every"]),
        tuple(data["names"]),
        tuple(data["total"]),
    )
