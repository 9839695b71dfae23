"""The figures that a question names: items, codes, totals, with fund, column and table."""

from __future__ import annotations

import itertools
import re

from assistant.library import AccountView
from assistant.mentions import (
    Mention,
    residues,
    without,
)
from assistant.model import Form, Item
from assistant.planning.documents import Documents
from assistant.planning.question import (
    Reading,
    nature_of,
    outright,
    prose_unit_in,
    reread,
)
from assistant.scope import GONE
from assistant.selection import select, total_item
from assistant.vocabulary import MONEY_UNITS, total_named, words
from ingest.model import Account
from ingest.text import plain

_INSIDE = re.compile("(?:总额|合计)?(?:当中|其中|里面|里头|[里中内])")
_OF_ONE_THING = ("sum", "ranking", "growth", "completion", "average", "last-year", "trend")
"""Forms of which each item is one that is asked about, and none is what another stands in."""
_FRAME = re.compile("(?:经费|支出|费用)?(?:口径|范围)?(?:里面?|里头|当中|其中|中|内)的?|(?:经费|支出)?(?:口径|范围)的")
_IN_BASIC = re.compile("基本支出(?:这一?块|部分|的?经济科目)?(?:里面?|里头|当中|其中|中|内)(?!占)")
"""Inside 基本支出 an item is read from the table of that."""
_TORN = 3
"""Characters of unknown words beside a total from which on they are taken for an item that was not understood."""
_RECEIVED = re.compile("收到|拿到|获得|得到|拨来|拨付了|拨了")
_FUNDS = {"T4": "财政拨款", "T5": "一般公共预算财政拨款", "T8": "政府性基金预算财政拨款", "T9": "国有资本经营预算财政拨款"}
"""Tables whose totals are of one fund, or of all that is 财政拨款."""
_BASIC = "一般公共预算财政拨款基本支出"
_BALANCES = {"年初结转和结余", "年末结转和结余"}
"""Columns of 政府性基金预算财政拨款收入支出决算表 that are rows of 收入支出决算总表 too."""
_INCOMES = {"其他收入", "事业收入", "经营收入", "上级补助收入", "附属单位上缴收入", "财政拨款收入"}
"""Columns of 收入决算表 that are rows of 收入支出决算总表 too."""


class Items(Documents):
    """Finds items in a question."""

    def _form_of(self, reading: Reading) -> Form:
        amount = words().units["万元"].search(reading.mask) and not re.search(r"比例|比重|百分|占比|份额", reading.mask)
        for form, pattern in words().forms.items():
            if pattern.search(reading.mask) and not (form == "share" and amount):
                return form  # type: ignore[return-value]
        if reading.scope.base_year and re.search(r"增|减|多|少|升|降|涨", reading.mask):
            return "growth"
        return "figure"

    def _account_items(self, reading: Reading, account: Account, stage: str) -> list[Item]:
        view = self.library.view(account.id)
        return self._items(reread(reading, view), view, stage)

    def _items(self, reading: Reading, view: AccountView, stage: str = "") -> list[Item]:
        """The figures that the mentions name in this account, in the order of the question."""
        kinds = tuple(mention.name for mention in reading.mentions if mention.kind == "table")
        fund = next((fund for fund, pattern in words().funds.items() if pattern.search(reading.mask)), "")
        income = bool(words().single["income"].search(reading.mask)) and "不是收入" not in reading.text
        economic = bool(words().single["economic"].search(reading.mask) or _IN_BASIC.search(reading.text))
        found: list[tuple[Mention, Item]] = []
        natures: list[tuple[Mention, str]] = []
        for mention in reading.mentions:
            if mention.kind == "table":
                continue
            if mention.total:
                table = {
                    "一般公共预算财政拨款": "T5",
                    "政府性基金预算财政拨款": "T8",
                    "国有资本经营预算财政拨款": "T9",
                }.get(fund)
                nature = nature_of(mention)
                if table and nature in ("基本支出", "项目支出", "本年支出合计") and not kinds:
                    item = Item(
                        account=view.account.id,
                        name=nature,
                        words=mention.words,
                        kinds=(table,),
                        measure=nature,
                        row="合计",
                    )
                    found.append((mention, item))
                    natures.append((mention, nature))
                    continue
                item = total_item(view, mention.total, mention.words, kinds, stage if stage != "年初预算" else "预算数")
                if item.kinds == ("T4",) and item.side == "支出" and fund not in ("", "财政拨款"):
                    item = item.model_copy(update={"measure": fund})
                found.append((mention, item))
                nature = nature_of(mention)
                if nature:
                    natures.append((mention, nature))
                continue
            item = self._item(mention, view, kinds, fund, income, economic, stage)
            found.append((mention, item))
        over_years = words().single["all_years"].search(reading.text)
        if not found and (self._form_of(reading) != "ranking" or over_years):
            found = self._bare_totals(reading, view)
        if not found and fund == "财政拨款" and _RECEIVED.search(reading.text):
            total = total_named("财政拨款收入")
            at = reading.text.find("财政拨款")
            mention = Mention(at, at + 4, "财政拨款", "财政拨款收入", "total", total)
            found = [(mention, total_item(view, total, "财政拨款"))]
        if self._form_of(reading) in _OF_ONE_THING:
            found = _without_frames(found, reading)
        found = _without_wholes(_with_scope(_without_columns(found, reading), reading), view)
        found = list({(i.name, i.row, i.measure, i.kinds): (m, i) for m, i in reversed(found)}.values())[::-1]
        told = outright(reading)
        quoted = [(m, i) for m, i in found if m in told]
        quoted += [(m, i) for m, i in found if nature_of(m) or m.name in _INCOMES] if quoted else []
        if (
            quoted
            and sum(m in told for m, _ in quoted) == 1
            and len(found) > 1
            and not any(m.total for m, _ in found)
            and self._form_of(reading) not in ("share", "sum", "difference", "multiple")
        ):
            found = quoted
        named = {i.name for _, i in found}
        if named & {"公务用车运行维护费", "公务用车购置费"} and self._form_of(reading) == "figure":
            found = [(m, i) for m, i in found if i.name != "公务用车购置及运行维护费"]
        return self._of_one_fund(self._with_natures(found, natures, view, reading))

    def _of_one_fund(self, items: list[Item]) -> list[Item]:
        """Items that stand beside the total of one fund, of that fund too where its table has them.

        Rows of 一般公共预算财政拨款基本支出决算表 stand beside the 基本支出 that is its whole.
        """
        whole = next((item for item in items if item.measure == "基本支出" and item.kinds == ("T3",) and item.row == "合计"), None)
        if whole and len(items) > 1 and len({item.account for item in items}) == 1:
            view = self.library.view(whole.account)
            parts = [fact for item in items if item is not whole and (fact := select(view, item).fact)]
            own = total_item(view, total_named(_BASIC), _BASIC).model_copy(update={"words": whole.words})
            if len(parts) == len(items) - 1 and all(fact.kind == "T6" for fact in parts) and select(view, own).fact:
                return [own if item is whole else item for item in items]
        totals = [item for item in items if item.row is not None and item.kinds and item.kinds[0] in _FUNDS and item.side != "收入"]
        if not totals or len(items) < 2 or len({item.account for item in items}) > 1:
            return items
        table = totals[0].kinds[0]

        def moved(item: Item) -> Item:
            if item.row is not None:
                both_print = table in ("T5", "T8") and item.kinds == ("T3",) and item.measure in ("基本支出", "项目支出")
                return item.model_copy(update={"kinds": (table,)}) if both_print else item
            return item if item.fund or item.kinds else item.model_copy(update={"fund": _FUNDS[table]})

        pairs = [(moved(item), item) for item in items]
        return [new if select(self.library.view(new.account), new).fact else old for new, old in pairs]

    def _item(
        self,
        mention: Mention,
        view: AccountView,
        kinds: tuple[str, ...],
        fund: str,
        income: bool,
        economic: bool,
        stage: str,
    ) -> Item:
        nature = nature_of(mention)
        for kind in kinds:  # a column of the table named, asked for as a figure of its own
            in_rows = any(fact.kind == kind for fact in view.by_item.get(plain(mention.name), []))
            if nature and not in_rows and any(fact.measure == nature for fact in view.by_kind.get(kind, [])):
                return Item(
                    account=view.account.id, name=nature, words=mention.words, kinds=(kind,), measure=nature, row="合计"
                )
        code = mention.words if mention.kind == "code" else ""
        name = mention.name
        if mention.alias:
            parts = words().parts.get(name, {})
            name = next((part for part, pattern in parts.items() if pattern.search(self._asked)), name)
        side = "economic" if economic or code.startswith("3") else ""
        if mention.alias and mention.alias.economic and (economic or plain(name) not in view.by_item):
            name = mention.alias.economic
        three = stage if stage in ("预算数", "决算数") else "预算数" if stage == "年初预算" else ""
        in_three = any(fact.kind == "T7" for fact in view.by_item.get(plain(name), []))
        return Item(
            account=view.account.id,
            name=name,
            words=mention.words,
            column=self._column(view, name, code),
            code=code,
            kinds=kinds,
            fund="" if in_three and fund == "财政拨款" else fund,
            income=income,
            side=side,
            measure=three if in_three and not side and not kinds else "",
        )

    def _column(self, view: AccountView, name: str, code: str) -> str:
        """The column that the question names, of a table that is none of the standard ones and holds the item."""
        facts = view.by_code.get(code, []) if code else view.by_item.get(plain(name), [])
        columns = {plain(fact.column[-1]) for fact in facts if fact.kind is None and fact.column}
        return max((column for column in columns if column in self._asked), key=len, default="")

    def _with_natures(
        self,
        found: list[tuple[Mention, Item]],
        natures: list[tuple[Mention, str]],
        view: AccountView,
        reading: Reading,
    ) -> list[Item]:
        """Items by function with the column (基本支出, 其他收入 …) that the question names beside them."""
        nature_mentions = {id(mention) for mention, _ in natures}
        subjects = [(m, i) for m, i in found if id(m) not in nature_mentions and not m.total]
        income_total = _INCOMES | _BALANCES
        for mention, item in list(subjects):
            if item.name in income_total and len(subjects) > 1:
                natures.append((mention, item.name))
                nature_mentions.add(id(mention))
                subjects.remove((mention, item))
        if not natures or not subjects:
            return [item for _, item in found]
        scope_said = reading.text.startswith("口径", natures[0][0].end)
        if not scope_said and self._is_base(natures[0][0], subjects[0][0], reading):
            return [self._within(mention, item, natures[0], view, reading) for mention, item in found]
        if (
            len(subjects) == 1
            and len({name for _, name in natures}) > 1
            and self._form_of(reading) in ("figure", "composition")
        ):
            each = [
                subjects[0][1].model_copy(update={"measure": name}) for name in dict.fromkeys(n for _, n in natures)
            ]
            if all((fact := select(view, item).fact) and fact.measure == item.measure for item in each):
                return each
        nature = natures[0][1]
        changed = [
            item.model_copy(update={"measure": nature, "income": nature in _INCOMES}) for _, item in subjects
        ]
        fits = [item for item in changed if (fact := select(view, item).fact) and fact.measure == nature]
        if fits and len(fits) == len(changed):
            return [
                changed[[i for _, i in subjects].index(item)] if item in [i for _, i in subjects] else item
                for m, item in found
                if id(m) not in nature_mentions
            ]
        if any(select(view, item.model_copy(update={"side": "economic"})).fact for _, item in subjects):
            return [
                item.model_copy(update={"side": "economic"}) if not item.row else item
                for m, item in found
                if id(m) not in nature_mentions
            ]
        return [item for _, item in found]

    def _within(
        self, mention: Mention, item: Item, nature: tuple[Mention, str], view: AccountView, reading: Reading
    ) -> Item:
        """Of an item that is asked as a share of a column before it (项目支出中X占多少), its part in that column."""
        inside = self._form_of(reading) == "share" and nature[0].end <= mention.start and not nature[0].words.startswith("本年")
        if not inside or item.row is not None:
            return item
        part = item.model_copy(update={"measure": nature[1]})
        return part if (fact := select(view, part).fact) and fact.measure == nature[1] else item

    def _has_torn_name(self, reading: Reading) -> bool:
        """Words that are nobody's, beside nothing but totals: likelier an item's name mistyped than a way of asking."""
        named = [mention for mention in reading.mentions if mention.kind != "table"]
        if not named or any(not mention.total and not nature_of(mention) for mention in named):
            return False
        return any(len(run) >= _TORN for run in residues(without(reading.mask, words().funds)))

    def _unknown_quote(self, reading: Reading, items: list[Item]) -> str:
        """A name in quotes that is none of the items: it was not understood, so nothing else is answered for it."""
        named = [mention.words for mention in reading.mentions] + [plain(item.name) for item in items]
        for quoted in reading.quoted:
            if any(fund.fullmatch(quoted) for fund in words().funds.values()):
                continue  # says of whose money
            if quoted in reading.text and not any(quoted in name or name in quoted for name in named):
                return quoted
        return ""

    def _bare_totals(self, reading: Reading, view: AccountView) -> list[tuple[Mention, Item]]:
        """收入 and 支出 alone mean the year's totals, if the question names nothing else."""
        if residues(reading.mask.replace("收入", GONE).replace("支出", GONE)) or prose_unit_in(reading.mask) not in (
            "",
            MONEY_UNITS,
            "%",
        ):
            return []
        said = (
            list(re.finditer("收入|支出", reading.mask)) or list(re.finditer("花了|花费|开支|用了", reading.mask))[:1]
        )
        found = []
        for match in said:
            name = "本年收入合计" if match.group() == "收入" else "本年支出合计"
            total = total_named(name)
            mention = Mention(match.start(), match.end(), match.group(), name, "total", total)
            found.append((mention, total_item(view, total, match.group())))
        return found

    def _is_base(self, nature: Mention, subject: Mention, reading: Reading) -> bool:
        """True where a column's name is a figure of its own: what the other is a share of, or is compared with."""
        form = self._form_of(reading)
        first, second = sorted((nature, subject), key=lambda mention: mention.start)
        between = reading.text[first.end : second.start]
        if form in ("sum", "difference"):
            return bool(re.search(r"和|与|加|及|比|跟|同|减", between))
        if form != "share":
            return False
        if first is nature:  # 本年支出里X占多大比例
            return bool(_INSIDE.match(between))
        return bool(re.search(r"占|是|在", between)) or nature.words.startswith("本年")


def _without_columns(found: list[tuple[Mention, Item]], reading: Reading) -> list[tuple[Mention, Item]]:
    """Items without totals that only name the whole column of the item before them (科目编码…里的支出合计)."""
    kept: list[tuple[Mention, Item]] = []
    for mention, item in found:
        before = kept[-1][0] if kept else None
        column = mention.total and item.name in ("本年支出合计", "本年收入合计") and before and not before.total
        if not (column and before and reading.text[before.end : mention.start].endswith("的")):
            kept.append((mention, item))
    return kept


def _without_frames(found: list[tuple[Mention, Item]], reading: Reading) -> list[tuple[Mention, Item]]:
    """What is added up, without the item inside which it stands (三公里的公车运行费)."""
    pairs = [(one, other, reading.text[one.end : other.start]) for (one, _), (other, _) in itertools.pairwise(found)]
    frames = [
        one for one, other, between in pairs
        if _FRAME.fullmatch(between) or (between == "的" and nature_of(one) and other.total)  # 基本支出的公用经费
    ]  # fmt: skip
    return [(mention, item) for mention, item in found if mention not in frames]


def _with_scope(found: list[tuple[Mention, Item]], reading: Reading) -> list[tuple[Mention, Item]]:
    """“X”里，一般公共预算财政拨款支出: a fund's total named inside an item is the scope that the item is asked in."""
    kept: list[tuple[Mention, Item]] = []
    for mention, item in found:
        fund = next((f for f, p in words().funds.items() if p.fullmatch(mention.words.removesuffix("支出"))), "")
        before = [(m, i) for m, i in kept if not m.total and m.end <= mention.start]
        between = reading.text[before[-1][0].end : mention.start] if before else ""
        joined = not between and before and not re.search("分别|各|占", reading.text)  # 城管执法一般公共预算支出
        if mention.total and fund and (joined or re.fullmatch(r"(?:的|里面?|中|其中|内|支出)+", between)):
            kept = [(m, i.model_copy(update={"fund": fund}) if i is before[-1][1] else i) for m, i in kept]
        else:
            kept.append((mention, item))
    return kept


def _without_wholes(found: list[tuple[Mention, Item]], view: AccountView) -> list[tuple[Mention, Item]]:
    """水体污染防治: of two names side by side of which one is a part of the other, the part is meant."""
    codes = {id(m): {f.code for f in view.by_item.get(plain(i.name), []) if f.code} for m, i in found}
    wholes = {
        id(whole)
        for whole, _ in found
        for part, _ in found
        if (whole.end == part.start or part.end == whole.start)
        and any(p != w and p.startswith(w) for p in codes[id(part)] for w in codes[id(whole)])
    }
    return [(m, i) for m, i in found if id(m) not in wholes]
