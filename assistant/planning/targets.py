"""How a result stands to its target: by how much, by what rate, or what part of it was reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.scope import GONE

_SET = "(?:年初|全年|年度|预定|原定|原本|原来|原先|当初|设定|绩效|既定|自定|自己定|定下|本来|考核|的)*"
_TARGET = f"{_SET}(?:(?:目标|指标|计划|任务)(?:值|数量|数|线|上限|下限|[\u4e00-\u9fff]数)?|(?:预定|原定)的?(?:数|(?=[还要]?[多少高低快慢短长])))"
_COMPARES = "(?:离|距离?|跟|与|和|同|比|较|没有?达到|未达到|达到|超过|超出|超额完成|差)了?"
_AGAINST = re.compile(f"(?P<how>{_COMPARES}){_TARGET}|(?P<part>(?:只|仅|才|实际)*(?:完成|达到|做到|相当于|占|是|为)了?){_TARGET}的(?=[\u4e00-\u9fff]{{0,4}}?(?:百分|几成|多少[%成]))")
_TARGET_AND_DONE = re.compile("(?:目标|计划)(?:值|数)?[和与跟同]实际(?:完成)?(?:值|数)?")
_RATE_OF = re.compile("(?:目标|任务|计划)?(?:指标)?的?完成率(?:是|为|有|达到)*(?:多少|几|百分|$)|(?:目标|任务|计划)(?:值|数)?(?:只|才|实际)*(?:完成|达到|实现)了?(?=百分|几成|多少[%成])")
_LEFT = re.compile("(?:最后|最终|还|又|总共|一共)*[差缺剩]了?(?:多少|几)[万个张盏件场册页条]*(?P<noun>[\u4e00-\u9fff]{0,4}?)没有?(?:能)?[\u4e00-\u9fff]{1,3}$")
"""还差多少盏没改完."""
_ASKS = re.compile("(?:多少|几|百分之)")
_STANDS = re.compile("[离距比较与跟同和达没未超完差欠缺多少高低短长快慢增减]")
"""How one stands to the other."""
_OFF = re.compile("[超多高低少差短缺欠]")
_PER_CENT = re.compile("百分(?!点)|几成|(?:多少|几)[%成]")
_NOT_OF_IT = re.compile(
    "(?:^|(?<=的))实际(?:上|完成)?的?|(?:实际|最后|最终|只|仅|才|总共|一共|一年)+$|(?:实际)?完成(?:值|数|情况)?$"
    "|(?:实际)?[换收做办建开搞修改买征种](?:好|完|成|上来|到)的?(?:[\u4e00-\u9fff]数|数量)?$|实际(?:[换收做办建开搞修改买征种](?:好|完|成|上来|到)?)的?(?:[\u4e00-\u9fff]数|数量)$"
)
"""Words beside a name that say only that its result is meant."""
_COUNTER = re.compile("的?(?:(?<=[\u4e00-\u9fff]{2})[场批趟]次|[盏张页册件本份场期台套辆篇幅棵株座]数)$")
"""What a question adds to what is counted (读书会场次)."""
_COUNTED_AFTER = re.compile("(?:多少|几)[万个张盏件场册页条字]*+(?P<noun>(?!百分)[\u4e00-\u9fff]{2,6})$")
_EDGE = GONE + "的，"


@dataclass(frozen=True)
class OfTarget:
    """What a question wants to know of a result and its target.

    :param form: what is calculated of both.
    :param name: what the target is of, in the question's words.
    :param rate: True where a difference is wanted in per cent of the target.
    """

    form: Literal["difference", "share"]
    name: str
    rate: bool = False


def of_target(text: str) -> OfTarget | None:
    """What a question asks of a result against its target; None where it asks no such thing, or for the target itself."""
    if left := _LEFT.search(text):
        return _named("difference", text[: left.start()] + GONE + left["noun"])
    if (both := _TARGET_AND_DONE.search(text)) and re.search("[相之]?差", text[both.end() :]):
        return _named("difference", text[: both.start()])
    if rate := _RATE_OF.search(text):
        return _named("share", text[: rate.start()])
    against = _AGAINST.search(text)
    asks = _ASKS.search(text, against.end()) if against else None
    if against is None or asks is None:
        return None
    how = (against["how"] or "") + text[against.end() : asks.start()]
    after = _COUNTED_AFTER.search(text, asks.start())
    name = text[: against.start()] + GONE + (after["noun"] if after and not _PER_CENT.search(after.group()) else "")
    of_it = _PER_CENT.search(text, asks.start())
    if of_it and (against["part"] or not _OFF.search(how)):
        return _named("share", name)
    return _named("difference", name, bool(of_it)) if _STANDS.search(how) else None


def _named(form: Literal["difference", "share"], said: str, rate: bool = False) -> OfTarget | None:
    name = GONE.join(_COUNTER.sub("", _NOT_OF_IT.sub("", run)) for run in re.split(f"[{GONE}，]", said.rstrip(_EDGE))).strip(_EDGE)
    return OfTarget(form, name, rate) if name else None
