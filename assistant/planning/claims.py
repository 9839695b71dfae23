"""Claims in a question (报道说…花了3万元，对吗？): what is claimed, and the question that its figure answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from assistant.model import Claim
from assistant.planning.languages import number_of
from assistant.vocabulary import claims
from ingest.text import amount, squeeze

_DIGITS = r"\d[\d,，]*(?:\.\d+)?"
_NUMERAL = rf"(?:{_DIGITS}|[零〇一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?)"
_UNITS = r"亿元|万元|千元|亿块钱|万块钱?|亿|万|块钱|元|[%％]|成|倍|人次|批次|辆|台|人|批|次|项|个"
_AMOUNT = re.compile(
    rf"(?<![\d.年第前后])(?:百分之(?P<percent>{_NUMERAL})|(?P<half>一半)|(?P<sign>[-−]?)(?P<n>{_NUMERAL})(?P<many>[多余来几])?(?P<unit>{_UNITS})(?P<rest>多)?)(?![年月日])"
)
_TENTHS = re.compile("(?P<n>[一二三四五六七八九])成(?P<m>[一二三四五六七八九])")
"""四成七 is 47%."""
_NONE = re.compile("(?:连)?一(?P<unit>辆|台|人次|人|批次|批|次|个|项|分钱|块钱)(?P<name>[^，。一]{0,8}?)(?:(?:都|也)没有?|没)(?:花|用|买|安排|支出|发生|接待|剩)?(?:过|了|下)?$")
"""一辆公务车都没有: none of them."""
_IN_NUMBERS = {
    "翻了?一倍(?:还|都)?(?:多|不止)|翻倍(?:还|都)?(?:多|不止)|涨了?一倍(?:还|都)?(?:多|不止)": "增长了超过100%",
    "零(?:支出|开支|花费)$": "花了0元", "翻了?一番|翻了?一倍|翻倍": "增长了大约100%", "翻了?两番": "增长了大约300%",
}  # fmt: skip
"""What claims say in words, in numbers; the first that fits."""
_LIMIT = re.compile("元?(?:以[上下内])?的")
"""After an amount that is not claimed: 超过100万元的项目."""
_MONEY = {"亿": "亿元", "亿块钱": "亿元", "万": "万元", "万块": "万元", "万块钱": "万元", "块钱": "元", "块": "元"}
_RATES = re.compile(r"(?:[增降涨]幅|增速|率|占比|比重|比例).{0,12}比(?!上年|去年|预算|20\d\d).{2,}(?:大|高|快|多|小|低|慢|少)")
"""Two rates are compared: neither is a figure that is found."""
_ALL_SPENT = re.compile("(?:用|花)(?:完|光|尽)")
"""A budget of so much, all spent: two claims."""
_OF_TARGET = re.compile("的(?:这个|这一)?(?:目标|指标|任务|计划)")
"""达到了80%的目标: what the target is, and that it was met, are two claims."""
_PEAK = re.compile(
    "(?P<year>20\\d\\d)年度?的?(?P<what>[^，。]{2,24}?)(?:是|为|创下?了?|达到了?)(?P<since>20\\d\\d年(?:以来|至今|起)|(?:近|这|最近|过去)[两二三四五]年(?:间|来|里|中|以来)?)"
    "的?(?P<how>最[高低多少大小])(?:的)?(?:一年|年份|水平)?$"
)
"""2024年的经营收入是2022年以来最高的一年."""
_RHETORICAL = re.compile(rf"不(?:就)?是(?={_NUMERAL}[亿万千元%])")
"""不是800万吗 claims that it is."""
_NOT_EVEN = re.compile(rf"连(?P<amount>{_NUMERAL}(?:{_UNITS}))(?:钱)?(?:都|也)(?:没有?|不)(?:到|够|达到|够到)")
"""连1块钱都不到."""
_THAN = re.compile("(?P<how>[多高大少低小])于(?P<than>(?:20\\d\\d|上|去|前一)年度?(?:决算数?|的?水平)?)$")
"""高于2023年: 比2023年高."""
Relation = Literal["equal", "about", "between", "more", "less", "at-least", "at-most"]


@dataclass(frozen=True)
class Claimed:
    """A claim with the question for the figure that it is about."""

    claim: Claim
    question: str
    several: bool = False
    """Several numbers are claimed at once; the claim is the last of them."""


def find_claim(question: str, as_asked: str = "") -> Claimed | None:
    """The claim that a question wants confirmed; None if it asks something else.

    :param question: simplified Chinese.
    :param as_asked: the question before it was reworded, for quoting what is claimed.
    """
    words = claims()
    text = _TENTHS.sub(lambda told: f"{number_of(told['n'])}{number_of(told['m'])}%", squeeze(question))
    asks = words.asks.search(text)
    if words.no_claim.search(text) or not (asks or words.yes_no.search(text)):
        return None
    put, told = (words.asks.sub("", words.said.sub("", one)).rstrip("吗吧呀啊么?？！!。，,") for one in (text, squeeze(as_asked) or text))
    bare = words.yes_no_words.sub("", put).rstrip("吧呀啊了?？！!。，,")
    denied = bool(words.denied.search(bare))
    if none := _NONE.search(bare):
        unit = "元" if "钱" in none["unit"] else none["unit"]
        asked = f"{bare[: none.start()]}{none['name']}{'花了' if unit == '元' else '有'}多少{unit}"
        return Claimed(Claim(words=told, value="0", unit=unit), asked)
    for said, number in _IN_NUMBERS.items():
        bare = re.sub(said, number, bare)
    bare = _NOT_EVEN.sub(lambda told: f"不到{told['amount']}", bare)
    bare = _THAN.sub(lambda told: f"比{told['than']}{told['how']}", _RHETORICAL.sub("是", words.denied.sub("", bare)))
    found = [match for match in _AMOUNT.finditer(bare) if _value(match) is not None]
    claimed = [match for match in found if not _LIMIT.match(bare, match.end())]
    if _RATES.search(bare) or (found and (_ALL_SPENT.search(bare) or _OF_TARGET.match(bare, found[-1].end()))):
        return Claimed(Claim(words=told), bare, several=True)
    if found:
        return replace(_of_amount(bare, found[-1], denied, told), several=len(claimed) > 1)
    for comparison in words.comparisons:
        match = comparison.words.search(bare)
        if match and (comparison.needs is None or comparison.needs.search(bare[: match.start()])):
            claim = Claim(words=told, direction=comparison.sign, denied=denied)
            return Claimed(claim, comparison.words.sub(comparison.asks, bare, count=1))
    if peak := _PEAK.search(bare):
        asked = f"{bare[: peak.start()]}{peak['since']}，{peak['what']}哪一年{peak['how']}"
        return Claimed(Claim(words=told, name=f"{peak['year']}年", denied=denied), asked)
    stated = re.sub("是不是|是否", "是", put)
    if first := words.first.search(stated):
        name = first.group("before") or first.group("after") or ""
        asked = stated.replace(name, "", 1).strip("是，") + "是哪一项"
        asked = re.sub("是(?=.*(?:最大|最多|最高))", "", asked, count=1)
        return Claimed(Claim(words=told, name=name, denied=denied), asked) if len(name) >= 2 else None
    return None


def _of_amount(text: str, match: re.Match[str], denied: bool, told: str) -> Claimed:
    words = claims()
    value, unit = _value(match)  # type: ignore[misc]  # only matches with a value come here
    before, after = text[: match.start()], text[match.end() :]
    many = match.group("many") or match.group("rest")
    relation: Relation = "between" if many else "about" if match.group("half") or match.group("unit") == "成" else "equal"
    for name, leading, trailing in words.relations:
        if (lead := leading.search(before)) or (trailing and trailing.match(after)):
            relation = name  # type: ignore[assignment]  # the loader lets nothing else through
            before = before[: lead.start()] if lead else before
            after = trailing.sub("", after, count=1) if trailing else after
            break
    direction: Literal[-1, 0, 1] = next((sign for pattern, sign in words.directions if pattern.search(before)), 0)
    asked = "百分之多少" if unit == "%" else f"多少{unit}"
    if unit == "倍":
        asked = "多少倍"
    claim = Claim(
        words=told,
        value=f"{value:f}",
        upper=f"{value + _last_step(value):f}" if many else None,
        unit=unit,
        relation=relation,
        direction=direction,
        denied=denied,
    )
    return Claimed(claim, f"{before}{asked}{after}")


def _value(match: re.Match[str]) -> tuple[Decimal, str] | None:
    if match.group("half"):
        return Decimal(50), "%"
    if match.group("percent"):
        number = _number(match.group("percent"))
        return (number, "%") if number is not None else None
    unit = match.group("unit")
    number = _number(match.group("n"))
    if number is None or (unit == "个" and match.group("n") not in "0123456789"):
        return None
    if unit == "成":
        return number * 10, "%"
    return -number if match.group("sign") else number, "%" if unit == "％" else _MONEY.get(unit, unit)


def _last_step(value: Decimal) -> Decimal:
    """The unit of the last digit that is not 0: 200 → 100, 230 → 10, 0.5 → 0.1."""
    return Decimal(1).scaleb(int(value.normalize().as_tuple().exponent)) if value else Decimal(1)


def _number(text: str) -> Decimal | None:
    if text[0].isdigit():
        return amount(text.replace("，", ",")) or amount(re.sub(r"[,，]", "", text))
    return number_of(text)
