"""Whether an answer is what the question asks for: its number of that kind, and come about by that calculation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assistant.calculator import YUAN, rounded
from assistant.model import Answer, Form, Plan
from ingest.narrative.statements import UNITS

_MUCH = "(?:多少|几)个?"
_NOT_COUNTED = {"亿元", "万元", "千元", "元", "%", "％", "个百分点", "个", "项", "分"}
"""Money and rates, and units that questions use of other things than counts."""
_COUNTED = "|".join(sorted(set(UNITS.split("|")) - _NOT_COUNTED, key=lambda unit: (-len(unit), unit)))
_SHARE_IN_NUMBERS = re.compile(rf"占(?:了|到|有)?{_MUCH}(?:{_COUNTED}|(?<=个)(?!百分|点)|名|位)")
"""占几次 asks for how many."""
_KINDS = {
    "money": re.compile(rf"(?:花|用|开支|支出|费用|经费|开销|掏|拨)(?:了|掉|去|出|款)*(?:是|为|有|共)*多少(?!个|倍|[万亿]?(?:{_COUNTED})|[%％])|(?:费用?|经费|金额|款项)(?:一共|总共|共|总|到底|大概|又)*(?:是|为|有)(?:多少|几何)(?=[，,。？?呢啊]|$)|{_MUCH}(?:钱|[亿万千百]*元|[亿万](?![人次件册字平公通]))"),
    "rate": re.compile("百分之(?:多少|几)|几成|几个百分点|几个点|(?:多少|几)[%％]|占比|几分之几"),
    "counted": re.compile(
        rf"{_MUCH}(?:{_COUNTED})(?!公共|分之|门|出|付)|{_MUCH}[名位]?[\u4e00-\u9fff]{{0,4}}(?:人员|职工|干部|读者|市民|群众|居民|学生|游客|观众|代表|客人|来宾|企业|家庭|老人|孩子)(?=[？?呢啊了吗]*$)|占(?:了|到|有)?(?:几|多少)[个名位](?!百分|点)|(?:有|共|分成|分为)(?:几|多少)[个项](?=[？?呢啊了吗]*$)"
    ),
}
_OF_RATES = re.compile("率|比例|比重|占|幅|百分|成")
"""Words with which a rate may be meant as well."""
_RATES = ("%", "个百分点", "倍")
_DIFFERENT = ("growth", "difference", "points", "trend", "overrun", "ranking", "several")
_OF_CHANGE = ("增减", "预算差额", "预算和决算")
"""What a stated number is where it says itself by how much something differs."""
_WHICH_ONES = re.compile("(?:分为|分成|有|是|包括|分)了?哪(?:几|些)(?:个|档|类|级|种|项|等|方面)")
"""Names are asked for, and no number."""
_TOLD: tuple[Form, ...] = ("reason", "passage", "definition", "place", "composition")
_TO_CALCULATE = {
    "points": re.compile(f"{_MUCH}(?:百分点|点(?!钟))"),
    "times": re.compile(f"{_MUCH}倍"),
    "difference": re.compile(
        f"(?:[多少高低超差省缺欠](?:花|用|支|收|出|了|付|来)*|(?:超出|超过|低于|高于|少于|多于|超)[^，。]{0,6}(?:预算|计划|目标|任务)数?|相差|节约|节省|超支|超出|增加|减少|增长|下降)(?:了|出|过|掉)*{_MUCH}(?!年|月)"
        f"|[增涨降跌升减]幅|增长率|(?:涨|降|减)(?:了|过)?(?:百分之|{_MUCH}[%成])"
    ),
    "share": re.compile(f"占(?:了|到|去)?(?:比|百分|几成|{_MUCH}(?:[%？?]|百分|比例|$))"),
    "ranked": re.compile("哪一?个?年度?(?!没|还).{0,24}最[高低多少大小]|最[高低多少大小]的(?:是)?哪一?个?年|仅次于|排在.{2,12}(?:之后|后面)"),
}  # fmt: skip
"""What is calculated where a question asks so."""
_COMPARED = re.compile("[比高低差升降增减]")
_GIVEN = re.compile(rf"(?<![\d.])(?P<n>\d[\d,]*(?:\.\d+)?)(?P<unit>亿元|万元|千元|元|%|{_COUNTED}|[亿万](?![\u4e00-\u9fff]?[人次件册字页平通本亩]))")


def kinds_asked(question: str) -> frozenset[str]:
    """The kinds of number that a question may mean; empty where it names none by its unit."""
    named = frozenset(kind for kind, pattern in _KINDS.items() if pattern.search(question))
    return named | {"rate"} if named and _OF_RATES.search(_SHARE_IN_NUMBERS.sub("", question)) else named


def kind_of(unit: str | None) -> str:
    """The kind of an answer's unit."""
    return "money" if unit in YUAN else "rate" if unit in _RATES else "counted"


def of_another_kind(question: str, answer: Answer) -> bool:
    """True where the answer has numbers and none of them is of a kind that the question names."""
    asked = kinds_asked(question)
    units = [answer.unit] if answer.value is not None else [figure.unit for figure in answer.figures]
    return bool(asked and units) and not any(kind_of(unit) in asked for unit in units)


def repeats_the_question(question: str, answer: Answer) -> bool:
    """True where the one number of an answer is one that the question itself gives (那笔1389.9亿元的其他收入是谁付的): it asks for another."""
    if answer.value is None or answer.calculation is None or len(answer.calculation.operands) > 1:
        return False
    return any(_is_same(said["n"], said["unit"], answer) for said in _GIVEN.finditer(question))


def _is_same(number: str, unit: str, answer: Answer) -> bool:
    """True where an answer's value, rounded as the number is, is that number."""
    told, value = Decimal(number.replace(",", "")), Decimal(answer.value or "0")
    unit = f"{unit}元" if unit in ("亿", "万") else unit
    if unit in YUAN and answer.unit in YUAN:
        value = value.scaleb(YUAN[answer.unit] - YUAN[unit])
    elif unit != answer.unit:
        return False
    return bool(told) and rounded(Fraction(value), max(0, -int(told.as_tuple().exponent))) == told


def lacks_calculation(plan: Plan, answer: Answer) -> bool:
    """True where a question asks by how much, how many times or what part, and the answer is a number as it stands."""
    if plan.form == "prose-figure" and answer.value is not None and _WHICH_ONES.search(plan.words):
        return True
    asked = {name for name, pattern in _TO_CALCULATE.items() if pattern.search(plan.words)}
    if plan.form in _TOLD or not asked:
        return False
    units = {answer.unit, *(figure.unit for figure in answer.figures)}
    differs = plan.form in _DIFFERENT or plan.stage in _OF_CHANGE or plan.across or len(plan.accounts) > 1
    has = {
        "points": "个百分点" in units or differs or (plan.form == "share" and not _COMPARED.search(plan.words)),
        "times": "倍" in units,
        "difference": differs or "个百分点" in units,
        "ranked": plan.form in ("ranking", "trend", "overrun", "count", "filter") or plan.across or (plan.form == "figure" and len(plan.items) == 1),
        "share": plan.form in ("share", "several", "points", "ranking") or "%" in units,
    }
    return not all(has[name] for name in asked)


def leaves_out(parts: Sequence[Answer], answer: Answer) -> bool:
    """True where an answer lacks a number that a question asks for: that of a part of it, or one of its kind, or there are too few.

    :param parts: the answers to what it asks one by one, refusals among them.
    """
    if answer.status != "answered":
        return True
    given = _numbers(answer)
    given += [(one.value, one.unit) for one in answer.calculation.operands] if answer.calculation else []
    kinds = Counter(kind_of(unit) for _, unit in set(given))
    if not kinds:
        return False  # told in the document's words
    if any(number not in given for part in parts if part.status == "answered" for number in _numbers(part)):
        return True
    asked = [kinds_asked(part.plan.words) for part in parts if part.plan]
    alone = Counter(kind for one in asked if len(one) == 1 for kind in one)
    return kinds.total() < len(parts) or bool(alone - kinds) or any(one and not one & kinds.keys() for one in asked)


def _numbers(answer: Answer) -> list[tuple[str, str | None]]:
    """The value of an answer, or where it has none its figures, with their units."""
    shown = [(answer.value, answer.unit)] if answer.value is not None else [(one.value, one.unit) for one in answer.figures]
    return [(value, unit) for value, unit in shown if value is not None]
