"""Defects of the text: amounts, rates, words, years, units, and what a form leaves behind.

Each is planted where it is one: an amount that nothing in the account repeats or recomputes is not wrong by itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.library import AccountView
from eval.defects.defect import Defect, Planter, copy_of
from ingest.model import Sentence

_NUMBER = r"(?<![\d.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d"
_UNIT = r"(?:万元|元)"
AMOUNT = re.compile(rf"(?P<x>{_NUMBER})(?={_UNIT})")


Change = Callable[[re.Match[str], random.Random, AccountView], str | None]


@dataclass(frozen=True)
class InText:
    """A defect of a sentence: where it can be, and what it makes of the place."""

    kind: str
    rules: tuple[str, ...]
    places: re.Pattern[str]
    change: Change
    heading: str = ""
    """Only under headings with this pattern."""

    def __call__(self, view: AccountView, rng: random.Random) -> Defect | None:
        places = [
            (passage, number, match)
            for passage in view.passages
            if passage.kind == "section" and re.search(self.heading, "／".join(passage.heading))
            for number, sentence in enumerate(passage.sentences)
            for match in self.places.finditer(sentence.text)
        ]
        rng.shuffle(places)
        for passage, number, match in places:
            sentence = passage.sentences[number]
            new = self.change(match, rng, view)
            if new is None:
                continue
            text = sentence.text[: match.start()] + new + sentence.text[match.end() :]
            changed = replace(
                passage,
                sentences=(
                    *passage.sentences[:number],
                    Sentence(text, sentence.places),
                    *passage.sentences[number + 1 :],
                ),
            )
            other = copy_of(view, passages=[changed if one is passage else one for one in view.passages])
            return Defect(
                self.kind, self.rules, other, text, sentence.text[max(0, match.start() - 12) : match.end() + 8]
            )
        return None


def _more(text: str) -> str:
    """A number that is larger by a third and at least one, printed alike."""
    value = Decimal(text.replace(",", ""))
    value = (value + max(abs(value) / 3, Decimal(1))).quantize(Decimal("0.01"))
    return f"{value:,.2f}" if "," in text else f"{value:.2f}"


def _raised(match: re.Match[str], rng: random.Random, view: AccountView) -> str | None:
    return _replaced(match, "x", _more(match.group("x")))


def _replaced(match: re.Match[str], name: str, new: str) -> str:
    start, end = match.start(name) - match.start(), match.end(name) - match.start()
    return match.group()[:start] + new + match.group()[end:]


def _rate_off(match: re.Match[str], rng: random.Random, view: AccountView) -> str | None:
    """A rate that is far off, where the figures are large enough to tell."""
    if any(abs(Decimal(n.replace(",", ""))) < 5 for n in re.findall(_NUMBER, match.string[: match.start("x")])[-2:]):
        return None
    return _raised(match, rng, view)


def _swapped(match: re.Match[str], rng: random.Random, view: AccountView) -> str | None:
    return {"大于": "小于", "小于": "大于"}[match.group()]


def _words(text: str) -> Change:
    return lambda match, rng, view: text


def _year(offset: int) -> Change:
    return lambda match, rng, view: _replaced(match, "x", str(view.account.year + offset))


def _one_more(match: re.Match[str], rng: random.Random, view: AccountView) -> str:
    return _replaced(match, "x", str(int(match.group("x")) + rng.randint(1, 3)))


def _idle_name(match: re.Match[str], rng: random.Random, view: AccountView) -> str | None:
    """A name listed that the table has nothing for."""
    listed = {fact.subject for fact in view.by_kind.get("T6", []) if fact.value}
    idle = [
        f.subject for f in view.by_kind.get("T6", []) if len(f.code) == 5 and not f.value and f.subject not in listed
    ]
    return _replaced(match, "x", rng.choice(idle)) if idle else None


def _other_purpose(match: re.Match[str], rng: random.Random, view: AccountView) -> str:
    """A purpose in another item's words."""
    own = match.group("item")
    words = {"职业年金": "职业年金", "养老保险": "养老保险", "单位医疗": "医疗保险", "公积金": "住房公积金"}
    others = [word for name, word in words.items() if name not in own]
    return _replaced(match, "x", f"单位缴纳的{rng.choice(others)}")


def _renamed(match: re.Match[str], rng: random.Random, view: AccountView) -> str | None:
    """An item under a name that the table does not have."""
    return _replaced(match, "x", rng.choice(("专项业务工作", "综合业务管理", "监督检查事务")))


RESIDUE = (
    "（如与上年相同作持平表述）", "（没有的不列）", "没有此项支出的单位，作下述说明：", "按上述格式逐项说明。",
    "请据实填写。", "由各部门根据情况填写。", "（只有一个单位的部门，本部分不写）", "需在此说明。",
)  # fmt: skip


def _residue(match: re.Match[str], rng: random.Random, view: AccountView) -> str:
    return rng.choice(RESIDUE)


_BASED = rf"(?:增加|减少){_NUMBER}{_UNIT}，(?:增长|下降)"
SENTENCES: tuple[Planter, ...] = (
    InText("amount of a table in the text", ("text-table", "parts", "share"), re.compile(
        rf"(?:总计|合计|总收入|总支出|本年收入|本年支出|财政拨款收入|财政拨款支出|补助收入|事业收入|经营收入|上缴收入|其他收入"
        rf"|基本支出|项目支出|上级支出|经营支出|补助支出|人员经费|公用经费|接待费支出|（境）费支出|运行维护费支出|购置支出为"
        rf"|运行维护支出|支出决算为?)(?P<x>{_NUMBER})(?={_UNIT})"), _raised),
    InText("amount of a class", ("text-table", "share"), re.compile(rf"（类）(?P<x>{_NUMBER})(?={_UNIT})"), _raised),
    InText("planned amount", ("completion", "text-table"), re.compile(
        rf"预算为(?P<x>{_NUMBER}){_UNIT}，支出决算为{_NUMBER}{_UNIT}，完成"), _raised),
    InText("stated change", ("growth",), re.compile(
        rf"(?:增加|减少)(?P<x>{_NUMBER}){_UNIT}，(?:增长|下降)"), _rate_off),
    InText("growth rate", ("growth",), re.compile(rf"{_BASED}(?P<x>\d+\.\d\d)%"), _rate_off),
    InText("share", ("share",), re.compile(r"占(?:本年支出合计的)?(?P<x>\d+\.\d\d)%"), _rate_off),
    InText("completion rate", ("completion",), re.compile(r"完成[^，。；]*预算[^，。；]*的(?P<x>\d+\.\d\d)%"), _rate_off),
    InText("大于 and 小于 swapped", ("budget-word",), re.compile("(?:大于|小于)(?=[^，。；]*预算数)"), _swapped),
    InText("持平 that is not", ("budget-word",), re.compile("(?:大于|小于)(?=[^，。；]*预算数的)"), _words("等于")),
    InText("持平 called 大于", ("budget-word",), re.compile(r"决算数与(?=[^，。；]*预算数持平)"), _words("决算数大于预算数。决算数与")),
    InText("rate on a plan of 0", ("zero-base",), re.compile(
        rf"预算为(?P<x>{_NUMBER}){_UNIT}，支出决算为{_NUMBER}{_UNIT}，完成(?![^。；]*的0\.00%)"),
        lambda match, rng, view: _replaced(match, "x", "0.00")),
    InText("growth on a base of 0", ("zero-base",), re.compile("，上年基数为0"), _words("，增长100.00%")),
    InText("减少为0 and 持平", ("contradiction",), re.compile(r"(?<!\d)与(?=\d{4}年度持平|上年决算数持平)"), _words("减少为0.00万元，与")),
    InText("增加 and 下降", ("contradiction",), re.compile(rf"(?<=增加)(?P<n>{_NUMBER}){_UNIT}，增长"),
        lambda match, rng, view: match.group()[:-2] + "下降"),
    InText("increase above the figure", ("change",), re.compile(
        rf"(?<=，)(?:比\d{{4}}年度|比上年决算数)增加(?P<x>{_NUMBER})(?={_UNIT}，上年基数为0)"), _raised),
    InText("date of another year", ("date",), re.compile(r"截至(?P<x>\d{4})年12月31日"), _year(-1)),
    InText("compared with its own year", ("year",), re.compile(r"[与比](?P<x>\d{4})年度"), _year(0)),
    InText("figure of another year", ("year",), re.compile(r"^云岫市[^\d，]+(?P<x>\d{4})年度"), _year(-1)),
    InText("amount not filled in", ("placeholder",), AMOUNT, _words("XXX")),
    InText("instruction of the form", ("template",), re.compile(r"(?<=。)$"), _residue),
    InText("choice not made", ("template",), re.compile(rf"增加(?={_NUMBER})"), _words("增加（减少）")),
    InText("amount without its unit", ("unit",), re.compile(
        rf"(?<=\.\d\d){_UNIT}(?=[，。；、]|$)"), _words("")),
    InText("amount without 元", ("unit",), re.compile(r"(?<=\.\d\d)万元(?=[，。；、]|$)"), _words("万")),
    InText("rate without its sign", ("unit",), re.compile(r"(?<=\.\d\d)%(?=[，。；、])"), _words("")),
    InText("name listed for nothing", ("text-names",), re.compile(r"主要包括：(?P<x>[^、；。]+)"), _idle_name),
    InText("item under another name", ("text-names",), re.compile(
        r"（款）(?P<x>[^。，]+)（项）(?=.{0,60})"), _renamed, heading="具体情况"),
    InText("purpose of another item", ("text-names",), re.compile(
        r"（款）(?P<item>[^。，]*(?:职业年金|养老保险|单位医疗|公积金)[^。，]*)（项），主要用于(?P<x>[^。]+)"), _other_purpose),
    InText("one figure with two values", ("two-values",), re.compile(rf"^(?P<s>机关运行经费支出(?P<x>{_NUMBER}){_UNIT})，.*$"),
        lambda match, rng, view: f"{match.group()}全年机关运行经费支出{_more(match.group('x'))}万元。"),
    InText("part of procurement", ("parts",), re.compile(rf"(?:货物|工程|服务)采购金额(?P<x>{_NUMBER})(?={_UNIT}[、。])"), _raised, heading="政府采购"),
    InText("contracts above the whole", ("parts",), re.compile(
        rf"其他政府采购项目中[^。]*采购金额(?P<x>{_NUMBER})"),
        lambda match, rng, view: _replaced(match, "x", "9999999.99")),
    InText("count of vehicles", ("parts",), re.compile(r"用车(?P<x>\d+)辆"), _one_more),
    InText("guests not counted", ("disclosure",), re.compile(r"(?<=国内公务接待)\d+批次、\d+人次"), _words("")),
    InText("doubled full stop", ("punctuation",), re.compile(r"。$"), _words("。。")),
)  # fmt: skip
