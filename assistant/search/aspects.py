"""What a question of the narrative wants to know: a reason, a use, a problem, a thing of some kind. Data, validated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ingest.datafile import yaml_of

_NOUN = re.compile("(?:什么|哪(?:一?(?:些|个|家|种|类|处)|几[个家项类种]?)?)(?P<noun>[\u4e00-\u9fff]{2})")
_COUNTED = re.compile("(?:多少|几)(?P<unit>[份本辆台套人名张册场件条页盏米平吨])")
_NAMES = re.compile("叫什么|名字|名称|分别是|都有谁")
_LIST = re.compile("[、“：；]")
_SPENT = re.compile("[用花]在")
_OFFICES, _OFFICE_LIST = re.compile("科室|处室|内设"), re.compile("[科处室股]、")
_SHARE, _SHARE_SAID = re.compile("占多少|占比|百分之几|比例"), re.compile("占|[%％]")


@dataclass(frozen=True)
class Aspect:
    """Something that questions want to know: how they ask for it and how sentences say it."""

    name: str
    asks: re.Pattern[str]
    says: re.Pattern[str]


@cache
def aspects() -> tuple[Aspect, ...]:
    """The aspects in the order in which they are tried.

    :raises ValueError: if an entry of `aspects.yaml` is missing or no pattern.
    """
    try:
        told = yaml_of(__package__, "aspects.yaml")["aspects"]
        return tuple(Aspect(one["name"], re.compile(one["asks"]), re.compile(one["says"])) for one in told)
    except (KeyError, re.error) as error:
        raise ValueError(f"aspects.yaml: {error!r}") from error


@cache
def _any_thing() -> re.Pattern[str]:
    return re.compile(yaml_of(__package__, "aspects.yaml")["any_thing"])


def says_for(question: str) -> re.Pattern[str] | None:
    """How a sentence is worded that tells what the question wants; None where any may."""
    return next((aspect.says for aspect in aspects() if aspect.asks.search(question)), None)


def has_asked(question: str, text: str) -> bool:
    """True where a text has the kind of thing that is asked for: 哪个国家 wants 国家, 多少份 a number of 份, 叫什么 names."""
    noun = _NOUN.search(question)
    spent = noun and noun.group("noun") == "地方" and _SPENT.search(question)
    if noun and not spent and noun.group("noun") not in text and not _any_thing().match(noun.group("noun")):
        return False
    counted = _COUNTED.search(question)
    if counted and not re.search(rf"\d\s*[万余多]*{counted.group('unit')}", text):
        return False
    if _SHARE.search(question) and not _SHARE_SAID.search(text):
        return False
    return has_names_asked(question, text)


def has_names_asked(question: str, text: str) -> bool:
    """True where a text lists something, if the question asks for names."""
    if not _NAMES.search(question):
        return True
    return bool((_OFFICE_LIST if _OFFICES.search(question) else _LIST).search(text))
