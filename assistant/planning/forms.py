"""The plan of each form: share, difference, ranking, prose; and the options that any form may have."""

from __future__ import annotations

import itertools
import re
from typing import Any

from assistant.model import Form, Item, Plan
from assistant.planning.items import Items
from assistant.planning.question import (
    LAST_YEAR,
    TOGETHER,
    Reading,
    ids_of,
    in_budget_table,
    number_in,
    prose_unit_in,
    stage_in,
    untold,
    with_mentions,
)
from assistant.scope import GONE
from assistant.selection import printed_budget, printed_last_year, select, total_item
from assistant.vocabulary import MONEY_UNITS, total_named, words
from ingest.model import Account
from prompts import say

_SCOPE = re.compile("的?(?:明细(?:表|科目)?)?(?:当中|其中|里面|里头|[里中内])|的?明细(?:表|科目)?")
"""After the first of three names: the others stand inside it."""
_AND = re.compile("(?:和|与|及|以及|跟|加上?|支出)*")
_EACH_SHARE = re.compile("各自?(?:占|是|为)|分别(?:占|是|为)")
_ASKS_NUMBER = re.compile(r"多少|几|多高|多大|率|金额|总额|数量|人数|人次|批次|辆|比例|百分|(?:费用|经费|支出|开支|金额|钱)$")


_WITH_START = re.compile("[比较跟和与同减](?:去|当年|本年|上)*(?:年初|期初)(?!预算|安排)")
_BARE_WHOLE = re.compile("占(?:了|去)?(?:本|全|整个|全部|部门|单位|全年|当年|年度|机关|的|所有|总)*(?P<one>支出|收入)|(?<![\x00项款类])(?P<other>支出|收入)(?:总额|合计|总数)?的?(?:里|中|当中|其中).{1,24}占")
"""What an item is a share of, where the question says no more of it than 支出."""
_PART_OF = re.compile("[费用支出额]*的?(?:当中|其中|里面|里头|[里中内])(?P<part>[^占\x00]{2,12})占")
"""What stands inside the one name of a share: it must be understood, too."""
_ECONOMIC = re.compile("经济(?:分类)?科目|经济分类")
_WHOLE = re.compile("(?:保留|取|精确到|四舍五入到?)(?:到)?(?:整数|个位)|取整")


class Forms(Items):
    """Makes plans of one form."""

    def _is_amount(self, reading: Reading) -> bool:
        """True where the question names a figure of a table and asks for nothing but its amount."""
        named = [mention for mention in reading.mentions if mention.kind in ("item", "code", "total", "alias")]
        unit = prose_unit_in(reading.mask, reading.text)
        return bool(named) and unit in ("", "%", MONEY_UNITS)

    def _options(self, reading: Reading) -> dict[str, Any]:
        single = words().single
        unit = next((unit for unit, pattern in words().units.items() if pattern.search(reading.mask)), None)
        decimals = single["decimals"].search(reading.mask)
        top = single["top"].search(reading.mask)
        return {
            "unit": unit,
            "dated": bool(reading.scope.years),
            "decimals": 0 if _WHOLE.search(reading.mask) else number_in(decimals, "n", "m"),
            "top": number_in(top, "n", "k"),
            "nth": number_in(top, "m", "r"),
            "ascending": bool(single["ascending"].search(reading.mask))
            and not single["both_ends"].search(reading.mask),
            "non_zero": bool(single["non_zero"].search(reading.text)),
        }

    def _share(self, reading: Reading, chosen: list[Account], items: list[Item], options: dict[str, Any]) -> Plan:
        inner = without_scope(reading, items)
        if len(inner) < len(items):
            whole, *names = (mention for mention in reading.mentions if mention.kind != "table")
            if all(_AND.fullmatch(reading.text[one.end : other.start]) for one, other in itertools.pairwise(names)):
                return _shares(reading, chosen, inner, items[0], options)
            reading, items = with_mentions(reading, [m for m in reading.mentions if m is not whole]), inner
        part, base = items[0], items[1] if len(items) > 1 else None
        named = [mention for mention in reading.mentions if mention.kind != "table"]
        if base is None and len(named) == 1 and named[0].name and not named[0].total and (inside := _PART_OF.match(reading.text, named[0].end)):
            parts = words().parts.get(named[0].name, {})
            name = next((name for name, pattern in parts.items() if pattern.search(inside["part"])), "")
            if not name:
                asked = f"{named[0].words}中的{inside['part']}"
                return untold(chosen, asked)
            base = part.model_copy(update={"name": named[0].name, "words": named[0].words})
            part = part.model_copy(update={"name": name, "words": name})
        if base is None and len(named) == 1 and named[0].total and (inside := _PART_OF.match(reading.text, named[0].end)):
            asked = f"{named[0].words}中的{inside['part']}"
            return untold(chosen, asked)
        together = TOGETHER.search(reading.text)
        if together and sum(mention.start < together.end() for mention in named) < 2:
            return untold(chosen, reading.text)
        if base is None and (said := _BARE_WHOLE.search(reading.mask)):
            name = f"本年{said['one'] or said['other']}合计"
            base = total_item(self.library.view(part.account), total_named(name), name)
        if base and len(named) > 1:
            between = reading.text[named[0].end : named[1].start]
            if (each := _EACH_SHARE.search(reading.text)) and len(items) == len(named):
                shared = [item for item, name in zip(items, named, strict=True) if name.end <= each.start()]
                wholes = items[len(shared) :]
                if len(wholes) > 1 or len(shared) < 2:
                    return untold(chosen, f"{part.words}、{base.words}各自的占比")
                return _shares(reading, chosen, shared, wholes[0] if wholes else None, options)
            if _AND.fullmatch(between) and len(items) == len(named):
                if not re.search("占|比重|份额", reading.text):  # 办公费和印刷费的百分比: of what, is not said
                    several = f"{part.words}、{base.words}的比率"
                    return untold(chosen, several)
                at = reading.text.rfind("占")
                joined = [n for n in named[1:] if not n.total and (n.start < at or named[0].start > at)]
                count = len(joined) + 1
                rest = items[count] if len(items) > count else None
                return Plan(
                    form="share",
                    accounts=ids_of(chosen),
                    items=tuple(items[:count]),
                    base=rest,
                    words=reading.text,
                    **options,
                )
            first_is_whole = (
                bool(re.match(rf"(?:{GONE}|的|决算|支出|总额|合计|[款类项]|经费|资金|这块|那块)*(?:中|里|内|当中|其中|里面|里头)", between))
                and "占" not in between
            )
            first_total = bool(named[0].total) and not named[1].total and "占" not in between
            if first_is_whole or first_total:
                part, base = base, part
            if self._is_within(base, part):
                part, base = base, part
        elif base is None and part.row and part.kinds == ("T4",) and part.measure in words().funds and part.measure != "财政拨款":
            base = part.model_copy(update={"measure": "决算数"})  # one fund's part of what all funds gave
        elif base is None and part.measure and not part.row and not part.code.startswith("3"):
            plain_item = part.model_copy(update={"measure": "", "income": part.income})
            if select(self.library.view(part.account), plain_item).fact and part.measure in words().natures:
                base = plain_item
        return Plan(form="share", accounts=ids_of(chosen), items=(part,), base=base, words=reading.text, **options)

    def _is_within(self, one: Item, other: Item) -> bool:
        """True where one item is a part of the other by its code: a whole is no part of its part."""
        facts = [select(self.library.view(item.account), item).fact for item in (one, other)]
        codes = [fact.code if fact else "" for fact in facts]
        return bool(codes[1]) and codes[0] != codes[1] and codes[0].startswith(codes[1])

    def _difference(self, reading: Reading, chosen: list[Account], items: list[Item], options: dict[str, Any]) -> Plan:
        scope = reading.scope
        items = without_scope(reading, items)
        names = [mention for mention in reading.mentions if mention.kind != "table"]
        if any(one.end == other.start and one.alias and other.alias for one, other in itertools.pairwise(names)):
            return untold(chosen, reading.text)
        if len({(item.name, item.measure, item.row) for item in items}) > 2 or len({item.account for item in items}) > 2:
            return untold(chosen, say("what_of_several"))
        if "预算" in reading.mask and len(items) > 1:  # 结余了多少预算: what is left, not 年末结转和结余
            items = [item for item in items if "结余" not in item.name] or items
        if len(items) == 1 and scope.base_year:
            earlier = self.library.of_year(chosen[0], scope.base_year)
            if earlier is None:
                return Plan(form="growth", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
            items += self._account_items(reading, earlier, stage_in(reading.mask))
        if len(items) == 1 and (start := self._year_start(reading, items[0])):
            items.append(start)
        if len(items) == 1:
            item = items[0]
            if "结" in item.name and "预算" not in reading.mask:  # 年末结转和结余还剩多少: that is what is left
                return Plan(form="figure", accounts=ids_of(chosen), items=(item,), words=reading.text, **options)
            stage = stage_in(reading.mask)
            budget = "预算" in reading.mask or stage == "年初预算" or re.search(r"超支|节约|节省|省了|省下|还余|剩", reading.mask)
            if budget and (planned := self._planned(item, stage or "预算数")):
                both = [planned, planned.model_copy(update={"measure": "决算数"})]
                rate = options["unit"] == "%"  # of the budget
                if rate or re.search(r"超支|超出|超过|决算.*(?:减|比).*预算", reading.mask):
                    both.reverse()
                return Plan(
                    form="difference", accounts=ids_of(chosen), items=tuple(both), words=reading.text, **options
                )
            if budget:
                return Plan(
                    form="prose-figure",
                    accounts=ids_of(chosen),
                    items=tuple(items),
                    stage="预算差额",
                    words=reading.text,
                    **options,
                )
            return self._alone(chosen, item)
        if len(items) == 2 and len(chosen) == 2 and not scope.base_year and len(scope.years) == 2 and not scope.pairs:
            items = sorted(items, key=lambda item: -self.library.account(item.account).year)
        return Plan(form="difference", accounts=ids_of(chosen), items=tuple(items[:2]), words=reading.text, **options)

    def _planned(self, item: Item, stage: str) -> Item | None:
        """The budget of an item, where a table prints it."""
        printed = printed_budget(self.library.view(item.account), item, stage)
        return printed or (item.model_copy(update={"measure": "预算数"}) if in_budget_table(item) else None)

    def _year_start(self, reading: Reading, item: Item) -> Item | None:
        """The same balance at the year's start, where one at its end is compared with that; None where it is not."""
        if "年末" not in item.name or not _WITH_START.search(reading.text):
            return None
        changed = {"name": item.name, "measure": item.measure, "row": item.row}
        start = item.model_copy(update={key: said and said.replace("年末", "年初") for key, said in changed.items()})
        if item.row and "年末" in item.row:  # 收入支出总表: what the year began with stands on the other side
            start = start.model_copy(update={"side": "收入"})
        return start if select(self.library.view(item.account), start).fact else None

    def _alone(self, chosen: list[Account], item: Item) -> Plan:
        """The refusal to compare one item with nothing."""
        return untold(chosen, f"与{item.words}相比的另一项")

    def _times_last_year(self, item: Item) -> Item | None:
        """The same item of the year before, in its own account or in this account's column; None where neither is."""
        account = self.library.account(item.account)
        if earlier := self.library.of_year(account, account.year - 1):
            return item.model_copy(update={"account": earlier.id})
        return printed_last_year(self.library.view(item.account), item)

    def _ranking(self, reading: Reading, chosen: list[Account], items: list[Item], options: dict[str, Any]) -> Plan:
        if not items and not any(m.kind == "table" for m in reading.mentions):
            income = words().single["income"].search(reading.mask)
            kind = "T1" if income else "T6" if _ECONOMIC.search(reading.mask) else "T3"
            items = [Item(account=chosen[0].id, name="", words="", kinds=(kind,), side="收入" if income else "")]
        elif not items:
            items = [
                Item(
                    account=chosen[0].id,
                    name="",
                    words="",
                    kinds=tuple(m.name for m in reading.mentions if m.kind == "table"),
                )
            ]
        return Plan(
            form="ranking",
            accounts=ids_of(chosen),
            items=tuple(items),
            words=reading.mask.replace(GONE, "#"),
            **options,
        )

    def _prose(
        self,
        reading: Reading,
        chosen: list[Account],
        items: list[Item],
        form: Form,
        stage: str,
        prose_unit: str,
        options: dict[str, Any],
    ) -> Plan:
        asks = (
            bool(_ASKS_NUMBER.search(reading.text))
            or prose_unit
            or form in ("growth", "difference", "share", "completion", "sum")
        )
        in_time = reading.scope.base_year or LAST_YEAR.search(reading.text) or "预算" in reading.text
        of_one = len({account.department for account in chosen}) == 1
        if form in ("difference", "sum", "multiple") and of_one and not in_time and not re.search("合计|总[计额]|一共|共", reading.text):
            compared = reading.text.replace(GONE, "")  # one stated figure is no difference of two
            return untold(chosen, compared)
        rate = form == "growth" and words().single["rate"].search(reading.text)
        if form in ("share", "completion") or rate:
            prose_unit = "%"  # an amount or a count does not answer what share it is
            stage = "" if form == "completion" else stage
        if asks and not prose_unit and re.search(r"支出|花|钱|经费|费用|投入|资金|金额|预算", reading.text):
            prose_unit = MONEY_UNITS
        return Plan(
            form="prose-figure" if asks else "passage",
            accounts=ids_of(chosen),
            items=() if not items else tuple(items[:1]),
            stage=stage if form != "growth" else "增减",
            base_year=reading.scope.base_year,
            prose_unit=prose_unit,
            words=reading.text,
            reason="item" if words().single["finance"].search(reading.text) else "off-topic",
            **options,
        )

    def _years_of_text(
        self, reading: Reading, chosen: list[Account], form: Form, prose_unit: str, options: dict[str, Any]
    ) -> Plan:
        """A figure that only the text states, over several years of one department."""
        stage = {"ranking": "最", "sum": "和", "average": "均"}.get(form, "")
        words_left = words().forms[form].sub(GONE, reading.text) if form in ("sum", "average") else reading.text
        return Plan(
            form="trend", accounts=ids_of(chosen), words=words_left, prose_unit=prose_unit, stage=stage, **options
        )


def _shares(reading: Reading, chosen: list[Account], parts: list[Item], base: Item | None, options: dict[str, Any]) -> Plan:
    """The share of several parts in one whole: of each by itself where the question says so, else of all together."""
    plan = Plan(form="share", accounts=ids_of(chosen), items=tuple(parts), base=base, words=reading.text, **options)
    if not _EACH_SHARE.search(reading.text):
        return plan
    return plan.model_copy(update={"form": "several", "parts": tuple(plan.model_copy(update={"items": (part,)}) for part in parts)})


def without_scope(reading: Reading, items: list[Item]) -> list[Item]:
    """Of three figures and more those that are compared: not the one inside which they stand (住房改革支出里，A比B多多少)."""
    names = [mention for mention in reading.mentions if mention.kind != "table"]
    if len(items) < 3 or len(names) < 3 or not _SCOPE.match(reading.text, names[0].end):
        return items
    whole = names[0]
    return [item for item in items if whole.words != item.words and whole.name != item.name]
