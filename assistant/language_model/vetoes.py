"""What speaks against a language model's understanding of a question: words of the question itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.model import Form
from assistant.scope import GONE
from assistant.vocabulary import words
from ingest.datafile import yaml_of
from ingest.model import Account
from ingest.text import plain

_YEAR = re.compile(r"(?:19|20)\d\d(?=年|度|$|\D)")


class AsksError(ValueError):
    """`words.yaml` does not say what it must; the text names the entry."""


@dataclass(frozen=True)
class Asked:
    """One thing that a question may ask of an item."""

    again: str
    """How it is asked again, after the item's name."""
    forms: tuple[Form, ...]
    """What the rules plan for that."""
    says: re.Pattern[str] | None
    """Words of the question that ask this; None for what is asked without such."""


@dataclass(frozen=True)
class AskedWords:
    """`words.yaml`."""

    asks: dict[str, Asked]
    forms: frozenset[str]
    """Forms of question that are not put to the model."""
    limits: re.Pattern[str]
    """Words with which a question is not put to the model."""
    money: re.Pattern[str]
    """Words of amounts: with one of them, a question of which nothing was found is not off topic yet."""
    labels: tuple[str, ...]
    """What figures are called, whatever the answer; like the three below, looked for in rewordings."""
    directions: tuple[str, ...]
    negations: tuple[str, ...]
    vague: tuple[str, ...]


@cache
def asked_words() -> AskedWords:
    """The words.

    :raises AsksError: if an entry is missing or no pattern.
    """
    data = yaml_of(__package__, "words.yaml")
    try:
        asks = {
            name: Asked(entry["again"], tuple(entry["form"]), re.compile(entry["says"]) if "says" in entry else None)
            for name, entry in data["asks"].items()
        }
        limits = re.compile(data["limits"].replace(" ", ""))
        money = re.compile(data["money"])
        forms = frozenset(data["forms"])
        said = [tuple(data[key].split()) for key in ("labels", "directions", "negations", "vague")]
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise AsksError(f"words.yaml of the language model: {error!r}") from error
    if unknown := forms - words().forms.keys():
        raise AsksError(f"words.yaml of the language model: no such forms: {sorted(unknown)}")
    return AskedWords(asks, forms, limits, money, *said)


def limit_of(question: str) -> str:
    """The word of a question for which no model is asked; empty where it may be.

    Whatever limits an item (a time, a payee, a part), asks for several figures, or for another thing than an amount.
    """
    single = words().single
    text = plain(question)
    for pattern in (single["part"], single["off_topic"], single["opinion"], single["across"], asked_words().limits):
        if found := pattern.search(question) or pattern.search(text):
            return found.group()
    if digits := re.search(r"\d+", _YEAR.sub(GONE, text)):
        return digits.group()
    form = next((form for form, pattern in words().forms.items() if pattern.search(text)), "")
    return form if form in asked_words().forms else ""


def asks_of(question: str) -> tuple[str, ...]:
    """What a question asks of an item, by its words: its amount where they say nothing else."""
    text = plain(question)
    known = asked_words().asks
    return tuple(name for name, one in known.items() if one.says and one.says.search(text)) or (next(iter(known)),)


def veto(question: str, account: Account) -> str:
    """Why a question cannot be put to this account as one thing; empty where nothing in it says so."""
    text = plain(question)
    if others := {int(year) for year in _YEAR.findall(text)} - {account.year}:
        return f"问的是 {min(others)} 年"
    asks = asks_of(question)
    return f"问题里既有“{asks[0]}”又有“{asks[1]}”的意思" if len(asks) > 1 else ""
