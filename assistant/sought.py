"""What a question wants to know beside amounts: a reason, a use, a place, a name. And whether a text tells just that.

A sentence on the same matter is no answer: where the street lamps are is not told by how many there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.prose.words import bigrams, content_words
from assistant.scope import GONE
from assistant.vocabulary import words
from ingest.datafile import yaml_of
from ingest.text import chinese_number, plain

WHO_AND_WHERE = ("time", "locality", "place", "person", "organisation")
"""Kinds that are neither an amount nor a row of a table."""
_NOUN = re.compile("(?:(?<!为)什么|哪(?![里儿])(?:一?(?:些|个|家|种|类|处)|几[个家项类种样档]?)?)(?P<noun>(?![几些])[\u4e00-\u9fff]{2})")
_COUNTED = re.compile("(?:多少|几)(?P<unit>[份本辆台套人名张册场件条页盏米平吨位])")
_SIZES = tuple(
    (re.compile(asks), re.compile(rf"\d\s*[万余多]*(?:{says})"))
    for asks, says in (
        ("多[长宽高深远](?!时间)", "米|公里|千米|里"), ("(?:面积|占地|地方|园|馆|广场).{0,4}多大", "平方|平米|亩|公顷"), ("多重", "吨|公斤|千克|斤"),
    )
)  # fmt: skip
"""Sizes that are asked for, and the units in which a text tells them."""
_PEOPLE = "人名位"
_NAMES = re.compile("叫什么|名字|名称|分别是|都有谁")
_OFFICES, _OFFICE_LIST = re.compile("科室|处室|内设"), re.compile("[科处室股]、")
_SHARE, _SHARE_SAID = re.compile("占多少|占比|百分之几|比例"), re.compile("占|[%％]")
_QUANTITY = re.compile("(?:[总数]量|余额|面积|金额|标准|单价|价格|[人次户件]数|时长|比例|[^频]率|占比|浓度|总额|产值|工龄|年龄|得分)$")
_DONE = re.compile("(?P<verb>(?!释|明|写|提|讲|说|列|有)[\u4e00-\u9fff])[了过](?:没有?|吗)$")
_CHANGED = re.compile("[增减升降涨跌多少高低大小超省剩余零没完足够慢快变用只才]")
_EVENT = re.compile(
    "(?:(?P<event>[\u4e00-\u9fff]{2})的?(?:主要|具体)?(?:原因|理由|缘由)(?:是什么|是啥|何在|有哪些)?|为(?:什么|何|啥)(?:要|会|又|突然)*(?P<done>[\u4e00-\u9fff]{2}))[吗呢啊了]?$"
)
_DENIED = re.compile("为(?:什么|何|啥)[\u4e00-\u9fff\x00]*不(?!过来|够|足|完|掉|动|上|起|了)(?P<verb>[\u4e00-\u9fff]{2})[吗呢啊]?$")
"""为什么预算不单列: what is not done."""
_EITHER = re.compile("(?P<one>[\u4e00-\u9fff]{2})的?还是(?P<other>[\u4e00-\u9fff]{2})")
_SECTION_COUNT = re.compile("(?:多少|几)(?!个?(?:下属|内设|预算|二级|所属)*(?:单位|机构|科室|部门|处室|科|处|项|条|家|个$|家$))")
_ASKING = re.compile("(?:都|主要|具体|分别|一共|共|总共|各)*(?:是|为|有|叫)?(?:哪一?[些个家种类几]?|什么|多少|几|啥)[个家种类项名位]?$")
"""The end of a question in which what is asked for stands before it."""

_CAUSE = re.compile("(?:偏差|主要|未达标的?|未完成的?)*原因(?:是|为|：)?|由于|因为|(?<=[，。；])因(?!公)|受(?=.{2,12}影响)")
_CAUSED = re.compile("为(?:什么|何|啥)(?:要|会|又|突然|被|还|都|就)*(?P<event>[\u4e00-\u9fff]{2})")
_ANY_CHANGE = re.compile("[追增]加|[压调]减|调增|减少|增长|下降|上升|上涨|提高|降低|变化|[大小高低多少]于|[多少](?![开办搞做去来请])|[高低大小超省剩余没不比只才这那有花用]")
"""What causes and effects may both say: no name of just one of them."""
_OF_AMOUNT = re.compile(
    "[没未不](?:有|能|曾)?[用花付支使]?(?:完|满|足|掉|够|光|出去|达标|达到)|超[支出了过预]|[高低多少大小]于|剩|结余|省[了下]|[少多][花用支]|比(?:上年|去年|前一年|年初|预算)|[增减降涨升]|[上下]调|缩水|膨胀|偏[高低大小]"
)
"""How an amount came out, which every account explains by what happened: then what happened may be named, too."""
_NOT_DONE = re.compile("为(?:什么|何|啥)不(?!够|足|完|到|及)")
_MONEY = re.compile("钱|[费款]|经费|支出|收入|预算|决算|开支|开销")
_DIRECTIONS = (re.compile("[少减降]"), re.compile("[多增升涨]"))
_WHOLLY = 0.75
"""Share of a question's pieces from which on all of it is told as a cause."""
_WHICH = re.compile("(?:是|有|涉及|包括|在|为)?(?:哪(?:[一两二三四五六七八九几]+)?(?:个|家|些|种|类|处|所|项|条|名|位|台|座)?|什么)(?P<noun>(?!项(?!目)|[个家些种类处所条名位台座])(?:[镇县村路校馆站](?![\u4e00-\u9fff])|[\u4e00-\u9fff]{2}))")
"""What is asked for by its kind."""
_WHAT_ARE = re.compile("(?:\\d+|[几两二三四五六七八九十])(?:个|项|条|家|处|件)(?P<noun>[\u4e00-\u9fff]{2})(?:都|具体|分别|各|究竟|到底)*(?:是|指|有)(?:些|一些|的)*(?:什么|啥)")
"""那三个问题是什么内容: which they are."""
_VAGUE = re.compile("(?:个别|部分|若干|一些|有的|某些|多个|少数|大多数?|各|相关|有关|其他|上级|下级|[一二三四五六七八九十两]|\\d)(?:个|家|种|类|处|所|项|条|名|位|台|座|批|间)?[\u4e00-\u9fff]{0,2}$")
_SO_MANY_OF = re.compile("\\d+[个项条件家]")
_BODIES = ("部门", "单位", "公司", "企业", "机构", "学校", "社区", "街道")
_BODY_LIST = re.compile("(?:局|委|办|办公室|公司|中心|学院|集团|医院|街道|镇|队|站|馆|所|学校|[小中大]学|社区|处|厅|部|院|会)(?:[、（]|和|及|等)")
"""Names of bodies, as lists have them."""
_SO_MANY = re.compile(
    "哪(?P<n>[两二三四五六七八九十]|\\d{1,2})[个家种类项名位处所条座台件批]|(?<!\\d)(?P<m>\\d{1,2})[个家种类项名位处所条座台件批][^，。]{0,8}(?:各是|分别是|都是|是|有)哪"
)
_LISTED = re.compile("[、；;和与及]")
_HOW_MANY = re.compile("哪[两二三四五六七八九]")
_NAMED = re.compile("、|“|《|包括|分别(?:是|为)|即")
_NEAR = 12
"""Characters around a noun in which names of what it says would stand."""


@dataclass(frozen=True)
class Sought:
    """A kind of thing that questions want to know.

    :param asks: how they ask for it.
    :param says: how a sentence tells it; None where any may.
    :param untold: True where no account tells it.
    :param listed: True where a list of amounts may be it.
    """

    name: str
    asks: re.Pattern[str]
    says: re.Pattern[str] | None
    untold: bool
    listed: bool

    def told(self, text: str, question: str) -> bool:
        """True where a text tells it, in words that are not the question's own (保障 in 应急保障用车 tells no use)."""
        if self.untold:
            return False
        asked = self.asks.sub(GONE, question)
        return self.says is None or any(plain(match.group()) not in asked for match in self.says.finditer(text))


@cache
def kinds() -> tuple[Sought, ...]:
    """The kinds in the order in which they are tried.

    :raises ValueError: if an entry of `sought.yaml` is missing or no pattern.
    """
    try:
        return tuple(
            Sought(
                one["name"], re.compile(one["asks"]), re.compile(one["says"]) if "says" in one else None,
                one.get("untold", False), one.get("listed", False),
            )
            for one in yaml_of(__package__, "sought.yaml")["kinds"]
        )  # fmt: skip
    except (KeyError, re.error) as error:
        raise ValueError(f"sought.yaml: {error!r}") from error


@cache
def _any_thing() -> re.Pattern[str]:
    return re.compile(yaml_of(__package__, "sought.yaml")["any_thing"])


def sought(question: str) -> Sought | None:
    """What the question wants to know; None where it is an amount or anything."""
    return next((kind for kind in kinds() if kind.asks.search(question)), None)


def may_hold(question: str, section: str) -> bool:
    """True where a whole section on the matter may have what is asked for: no address in a list of units."""
    kind = sought(question)
    if _HOW_MANY.search(question) and is_unnamed(question, section):
        return False
    if _OFFICES.search(question) and _NAMES.search(question):
        return bool(_OFFICE_LIST.search(section))
    if _SECTION_COUNT.search(question):
        return False
    return kind is None or kind.listed or kind.told(section, question)


def has_asked(question: str, text: str) -> bool:
    """True where a text has the kind of thing that is asked for: 哪个国家 wants 国家, 多少份 a number of 份, 叫什么 names."""
    kind = sought(question)
    if kind and not kind.told(text, question):
        return False
    if _SHARE.search(question) and not _SHARE_SAID.search(text):
        return False
    if any(asks.search(question) and not says.search(text) for asks, says in _SIZES):
        return False
    counted = _COUNTED.search(question)
    if counted and not re.search(rf"\d\s*[万余多]*{_unit(counted.group('unit'))}", text):
        return False
    noun = _NOUN.search(question)
    if noun and not _any_thing().match(noun.group("noun")) and not _has_noun(noun.group("noun"), text, question):
        return False
    if _QUANTITY.search(question) and not re.search(r"\d", text):
        return False
    either = _EITHER.search(question)
    if either and not any(word in text for word in either.groups()):
        return False
    done = _DONE.search(question)
    if done and done.group("verb") not in text:
        return False
    if kind and kind.name == "reason":
        return has_event(question, text) and not is_cause(question, text)
    if is_unnamed(question, text) or ((not kind or kind.name != "parts") and not _has_so_many(question, text)):
        return False
    head = "" if kind and kind.listed else _head(question)
    return head in plain(text)


def has_event(question: str, text: str) -> bool:
    """True where a text has what is asked the reason of, unless that is a change of an amount (搬迁的原因, not 减少的原因)."""
    denied = _DENIED.search(question)
    if denied and denied["verb"] not in text:
        return False
    event = None if _CHANGED.search(question) else _EVENT.search(question)
    return not event or (event["event"] or event["done"]) in text


def is_cause(question: str, text: str, before: str = "") -> bool:
    """True where what a question asks the reason of is itself what the text gives as the reason (为什么返工, of 因返工).

    :param before: what the text says before, its heading included.
    """
    marked = _CAUSE.search(text)
    if not marked:
        return False
    told, said = re.split("[；。）]", text[marked.end() :])[0], before + text[: marked.start()]
    event = _CAUSED.search(question)
    if event and not _ANY_CHANGE.match(event["event"]) and event["event"] in told and event["event"] not in said:
        return True
    asked, cause = bigrams(content_words(question[: event.start()] if event else question)), bigrams(told)
    of_cause = bool(asked) and len(asked & cause) >= _WHOLLY * len(asked) and len(asked & cause) > len(asked & bigrams(text[: marked.start()]))
    if of_cause and not _MONEY.search(question) and any(one.search(question) and one.search(told) for one in _DIRECTIONS):
        return True
    everything, effect = bigrams(content_words(question)), bigrams(said)
    of_amount = _OF_AMOUNT.search(question) and not _NOT_DONE.search(question)
    return not of_amount and len(everything & cause - effect) > len(everything & effect)


def is_unnamed(question: str, text: str) -> bool:
    """True where a question asks which ones, and the text says no more than that there are some (哪两个站点, of 两个站点停办)."""
    asked = _WHAT_ARE.search(question) or _WHICH.search(question)
    noun = asked["noun"] if asked else ""
    if not noun:
        return False
    if noun in _BODIES and not _BODY_LIST.search(text):
        return True
    said = [text[max(0, at.start() - _NEAR) : at.end() + _NEAR] for at in re.finditer(noun, text)]
    vague = [_VAGUE.search(text[: at.start()]) or _SO_MANY_OF.match(text, at.end()) for at in re.finditer(noun, text)]
    return bool(said) and all(vague) and not any(_NAMED.search(near) for near in said)


def _has_so_many(question: str, text: str) -> bool:
    """True where a text lists as many as the question wants named (是哪11条), or it names no number."""
    asked = _SO_MANY.search(question)
    number = (chinese_number(asked["n"] or asked["m"]) or 0) if asked else 0
    return len(_LISTED.findall(text)) >= number - 1


def _has_noun(noun: str, text: str, question: str) -> bool:
    """True where a text has the noun; of one that the question has twice (工程采购是什么工程) another compound."""
    if plain(question).count(noun) < 2:
        return noun in text
    return any(before not in question for before in re.findall(f"[\u4e00-\u9fff]{{1,2}}{noun}", text))


def _unit(unit: str) -> str:
    return f"[{_PEOPLE}]" if unit in _PEOPLE else unit


def _head(question: str) -> str:
    """The last two characters of what is asked for, where that stands before the asking: 失率 of 流失率是多少."""
    asked = _ASKING.search(question) or (_QUANTITY.search(question) and re.search("$", question))
    before = question[: asked.start()].rpartition(GONE)[2].rstrip("的了") if asked else ""
    run = re.search("[\u4e00-\u9fff]{2}$", before)
    return "" if not run or run.group() in words().filler else run.group()
