"""From a question to a plan: scope, names, form, columns, units. Rules only; the words are in the vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.calculator import YUAN
from assistant.library import AccountView, Library
from assistant.mentions import (
    Mention,
    account_names,
    find_fuzzy,
    find_mentions,
    general_names,
    left_residue,
    masked,
    residues,
    right_residue,
)
from assistant.model import Form, Item, Plan
from assistant.prose import find_definition
from assistant.scope import GONE, Scope, find_scope, short_name, unknown_department
from assistant.selection import THREE, select, total_item
from assistant.vocabulary import totals, words
from ingest.model import Account
from ingest.narrative.statements import UNITS
from ingest.text import chinese_number, plain, squeeze

_QUOTES = re.compile(r"[“”\"'‘’「」《》〈〉]")
_BRACKETS = re.compile(r"[（）()\[\]【】?]")
_FOLLOWS = re.compile(r"呢$|^那|^它|^其中|^这|还有呢|又是|换成|我问的是|我是问|我说的是|不是问")
_SPENT = re.compile(r"决算|实际|花了|花掉|用了|执行|支出了|结余|完成")
"""Words of what was spent, which a budget does not tell."""
_ASKS_NUMBER = re.compile(r"多少|几|多高|多大|率|金额|总额|数量|人数|人次|批次|辆|比例|百分")


_TRAIL = 6
"""Items of earlier questions that a conversation remembers."""
_TORN = 3
"""Characters of unknown words beside a total from which on they are taken for an item that was not understood."""
_LONG = 4
"""Characters of unknown words from which on they are likelier a name that was not understood than a way of asking."""
_INCOMES = {"其他收入", "事业收入", "经营收入", "上级补助收入", "附属单位上缴收入", "财政拨款收入"}
"""Columns of 收入决算表 that are rows of 收入支出决算总表 too."""


@dataclass(frozen=True)
class _Reading:
    """A question taken apart."""

    text: str
    scope: Scope
    mentions: list[Mention]
    mask: str
    """The text with names and departments masked."""
    quoted: tuple[str, ...] = ()
    """What the question puts in quotes."""


class Planner:
    """Makes plans over what is loaded."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._asked = ""  # the question being planned, comparable

    def plan(self, question: str, previous: Plan | None = None) -> Plan:
        """The plan for a question; `previous` is the plan of the question before it in a conversation."""
        patterns = words().single
        raw = _BRACKETS.sub("，", _QUOTES.sub("", squeeze(question)))
        self._asked = plain(raw)
        if not plain(raw):
            return Plan(form="refuse", reason="off-topic")
        if patterns["off_topic"].search(raw) or patterns["opinion"].search(raw):
            return Plan(form="refuse", reason="off-topic", words=question)
        for other in self.library.others:  # a document of another kind is meant only by its whole title
            title = plain(other.department)
            if len(title) >= _LONG and title in self._asked:
                return Plan(form="passage", accounts=(other.id,), words=self._asked.replace(title, ""))
        accounts = self.library.accounts
        scope = find_scope(raw, accounts, self._is_name)
        chosen, doubt = self._accounts(scope, raw, previous)
        if doubt:
            return doubt
        view = self.library.view(chosen[0].id)
        text = plain(scope.text)
        mentions = _without_funds(find_mentions(text, view))
        quoted = tuple(plain(match) for match in re.findall(r"[“\"「『‘]([^”\"」』’]{2,30})[”\"」』’]", question))
        reading = _Reading(text, scope, mentions, masked(text, mentions), quoted)
        unknown = unknown_department(reading.mask)
        if unknown:
            return self._unknown(unknown)
        if previous and previous.form == "clarify" and len(previous.accounts) > 1 and not scope.named:
            previous = None
        across = bool(patterns["across"].search(reading.mask))
        if not scope.named and not previous and self._form_of(reading) == "definition":
            chosen = self._explaining(reading, chosen)
        elif not scope.named and not previous and len({a.department for a in chosen}) > 1 and not across:
            return self._which_department(reading, chosen)
        if across and not scope.named:
            chosen = self._latest(accounts, scope)
        plan = self._form(reading, chosen, previous)
        trail = (*previous.trail, *previous.items)[-_TRAIL:] if previous else ()
        return plan.model_copy(update={"trail": trail}) if trail else plan

    # --- whose and when -------------------------------------------------------------------------------------------

    def _is_name(self, left: str) -> bool:
        tails = {left[-length:] for length in range(2, min(len(left), 24) + 1)}
        return bool(tails & general_names().keys()) or any(
            tails & account_names(self.library.view(account.id)).keys() for account in self.library.accounts[:8]
        )

    def _accounts(self, scope: Scope, raw: str, previous: Plan | None) -> tuple[list[Account], Plan | None]:
        """Accounts in question, or the plan that says why none is."""
        if not self.library.accounts:
            return [], Plan(form="refuse", reason="empty")
        if scope.unknown:
            return [], self._unknown(scope.unknown)
        candidates = [a for a in self.library.accounts if not scope.named or a.department in scope.departments]
        if previous and previous.form == "clarify" and len(previous.accounts) > 1 and not scope.named:
            previous = None  # what was asked back was not answered: nothing is settled yet
        if not scope.named and previous and previous.accounts:
            kept = {self.library.account(identifier).department for identifier in previous.accounts}
            candidates = [account for account in candidates if account.department in kept]
        loaded = sorted({account.year for account in candidates})
        absent = next((year for year in scope.years if year not in loaded), None)
        if absent is not None and not scope.named and (unknown := unknown_department(plain(scope.text))):
            return [], self._unknown(unknown)
        if absent is not None:
            names = (
                "、".join(dict.fromkeys(account.department for account in candidates))
                if scope.named or previous
                else ""
            )
            return [], Plan(
                form="refuse", reason="year", words=str(absent), notes=(names,), options=tuple(map(str, loaded)),
                accounts=tuple(a.id for a in candidates),
            )  # fmt: skip
        dated = [account for account in candidates if not scope.years or account.year in scope.years]
        candidates, budgets = _by_kind(candidates, dated, raw)
        if budgets and not candidates:
            return [], Plan(
                form="refuse", reason="stage", words=str(budgets[0].year), notes=(budgets[0].department,),
                accounts=_ids(budgets),
            )  # fmt: skip
        if scope.years:
            candidates = [account for account in candidates if account.year in scope.years]
        elif not scope.named and previous and previous.accounts:
            candidates = [account for account in candidates if account.id in previous.accounts] or candidates
        elif scope.named and previous and previous.accounts:
            years = {self.library.account(identifier).year for identifier in previous.accounts}
            same = [account for account in candidates if account.year in years]
            candidates = same if same and len(previous.accounts) == 1 else self._newest(candidates)
        else:
            candidates = self._newest(candidates)
        order = {name: place for place, name in enumerate(scope.departments)}
        candidates.sort(key=lambda account: (order.get(account.department, 0), -account.year))
        return self._current(candidates), None

    def _newest(self, accounts: list[Account]) -> list[Account]:
        newest = {a.department: max(b.year for b in accounts if b.department == a.department) for a in accounts}
        return [account for account in accounts if account.year == newest[account.department]]

    def _current(self, accounts: list[Account]) -> list[Account]:
        """One account for each department and year: the one read last."""
        return list({(account.department, account.year): account for account in accounts}.values())

    def _latest(self, accounts: list[Account], scope: Scope) -> list[Account]:
        dated = [account for account in accounts if not scope.years or account.year in scope.years]
        return self._current(self._newest(dated))

    def _explaining(self, reading: _Reading, chosen: list[Account]) -> list[Account]:
        """The first account whose glossary explains what is asked: definitions hardly differ between departments."""
        names = [mention.words for mention in reading.mentions]
        found = [a for a in chosen if find_definition(self.library.view(a.id), reading.text, names)]
        return (found or chosen)[:1]

    def _unknown(self, name: str) -> Plan:
        return Plan(form="refuse", reason="department", words=name, options=tuple(self.library.departments()))

    def _which_department(self, reading: _Reading, chosen: list[Account]) -> Plan:
        """Several departments could be meant: ask, unless the question is about nothing that an account holds."""
        finance = words().single["finance"].search(reading.text) or reading.mentions
        if not finance and not re.search(r"职责|职能|单位|机构|绩效|热线|科室", reading.text):
            return Plan(form="refuse", reason="off-topic", words=reading.text)
        holding = []
        for account in chosen:
            view = self.library.view(account.id)
            items = self._items(_reread(reading, view), view)
            if not items or any(select(view, item).fact for item in items):
                holding.append(account)
        options = holding or chosen
        return Plan(
            form="clarify",
            accounts=tuple(account.id for account in options),
            options=tuple(dict.fromkeys(account.department for account in options)),
            words=reading.text,
        )

    # --- what is asked --------------------------------------------------------------------------------------------

    def _form(self, reading: _Reading, chosen: list[Account], previous: Plan | None) -> Plan:
        view = self.library.view(chosen[0].id)
        form = self._form_of(reading)
        if chosen[0].is_budget and form == "completion":
            form = "share"  # a budget's 占预算的百分之几 is a share of it
        follows = previous is not None and self._is_follow_up(reading, previous)
        if form == "share" and previous and previous.items and re.match(rf"^[{GONE}那它]*占", reading.text):
            base = self._account_items(reading, chosen[0], "")
            if base:
                return Plan(
                    form="share",
                    accounts=_ids(chosen),
                    items=previous.items[:1],
                    base=base[0],
                    words=reading.text,
                    **self._options(reading),
                )
        if follows and previous:
            return self._follow(reading, chosen, previous, form)
        options = self._options(reading)
        if form in ("reason", "definition"):
            return Plan(
                form=form, accounts=_ids(chosen), words=reading.text, items=tuple(self._items(reading, view)), **options
            )
        stage = "" if chosen[0].is_budget else _stage(reading.mask)
        prose_unit = _prose_unit(reading.mask, reading.text) if not self._is_amount(reading) else ""
        items = [item for account in chosen for item in self._account_items(reading, account, stage)]
        if items and "元" in prose_unit:
            prose_unit = ""
        rest = reading.mask
        for pattern in words().funds.values():
            rest = pattern.sub(GONE, rest)
        unknown = max((len(run) for run in residues(rest)), default=0)
        if form != "ranking" and (not items or unknown >= _LONG):
            fuzzy = find_fuzzy(rest, view)
            if fuzzy and fuzzy.kind == "item":
                reading = _Reading(
                    reading.text,
                    reading.scope,
                    [*reading.mentions, fuzzy],
                    masked(reading.text, [*reading.mentions, fuzzy]),
                )
                items = [item for account in chosen for item in self._account_items(reading, account, stage)]
                options["notes"] = (f"“{fuzzy.words}”按“{fuzzy.name}”理解",)
        if (
            items
            and form in ("figure", "share", "sum", "difference")
            and (quoted := self._unknown_quote(reading, items))
        ):
            return Plan(form="refuse", reason="item", accounts=_ids(chosen), words=quoted)
        doubtful = bool(items) and self._has_torn_name(reading)
        doubtful |= bool(items) and any(
            left_residue(reading.text, reading.mentions, m)
            or (form == "figure" and right_residue(reading.text, reading.mentions, m))
            for m in reading.mentions[:1]
            if m.kind not in ("table", "code") and m.words not in reading.quoted
        )
        if form == "filter" and (items or re.search(r"科目|项|款|类|支出|收入|费", reading.mask)):
            named = self._ranking(reading, chosen, items, options)
            return named.model_copy(update={"form": "filter", "words": reading.text.replace(GONE, "#")})
        if form == "average" and items and not doubtful:
            return Plan(form="average", accounts=_ids(chosen), items=tuple(items[:1]), words=reading.text, **options)
        if form in ("average", "filter"):
            return Plan(form="refuse", reason="item", accounts=_ids(chosen), words=reading.text.replace(GONE, ""))
        if form == "ranking" or (form == "composition" and not items and words().single["income"].search(reading.mask)):
            return self._ranking(reading, chosen, items, options)
        if prose_unit or not items or doubtful:
            return self._prose(reading, chosen, items, form, stage, prose_unit, options)
        if (
            previous
            and previous.items
            and len(items) == 1
            and re.search(r"比(?:它|这个|那个|前者|前面|刚才)", reading.text)
        ):
            return self._difference(reading, chosen, [items[0], previous.items[0]], options)
        if form == "growth":
            since = reading.scope.base_year
            if not since and len(chosen) == 2 and chosen[0].department == chosen[1].department:
                since = min(account.year for account in chosen)
            newest = max(chosen, key=lambda account: account.year)
            items = [item for item in items if item.account == newest.id] if since else items
            return Plan(
                form="growth",
                accounts=(newest.id,) if since else _ids(chosen),
                items=tuple(items[:1]),
                base_year=since,
                words=reading.text,
                **options,
            )
        if form == "multiple" and len(items) == 1:
            return Plan(form="refuse", reason="item", accounts=_ids(chosen), words=f"与{items[0].words}相比的另一项")
        if form == "multiple":
            return Plan(form="multiple", accounts=_ids(chosen), items=tuple(items), words=reading.text, **options)
        if form == "composition" and not items:
            return self._ranking(reading, chosen, items, options)
        both = re.search(r"预算", reading.mask) and re.search(r"决算|实际|花了|用了|支出了", reading.mask)
        if both and len(items) == 1 and _in_budget_table(items[0]) and form in ("figure", "composition"):
            items = [items[0].model_copy(update={"measure": measure}) for measure in ("预算数", "决算数")]
            return Plan(form="figure", accounts=_ids(chosen), items=tuple(items), words=reading.text, **options)
        budgeted = stage in ("年初预算", "预算数") and not _in_budget_table(items[0]) and form != "difference"
        if form == "completion" or budgeted:
            return Plan(
                form="completion" if form == "completion" else "prose-figure",
                accounts=_ids(chosen),
                items=tuple(items[:1]),
                stage=stage,
                words=reading.text,
                **options,
            )
        if form == "share":
            return self._share(reading, chosen, items, options)
        if form == "difference":
            return self._difference(reading, chosen, items, options)
        years = {self.library.account(item.account).year for item in items}
        same = len({(item.name, item.measure, item.row) for item in items}) == 1
        if (
            form == "figure"
            and len(items) == 2
            and same
            and len(years) == 2
            and re.search(r"[增减升降涨跌]|多了|少了|变", reading.mask)
        ):
            return self._difference(reading, chosen, items, options)
        several = len({item.account for item in items}) > 1 and not re.search("分别|各", reading.text)
        if form == "figure" and several and re.search("合计|一共|总共|加起来", reading.text):
            form = "sum"  # 项目支出合计 of several departments: the word belongs to the name, and means the sum
        if form == "sum" and len(items) > 1:
            return Plan(form="sum", accounts=_ids(chosen), items=tuple(items), words=reading.text, **options)
        if form == "composition" and len(items) == 1:
            return Plan(form="composition", accounts=_ids(chosen), items=tuple(items), words=reading.text, **options)
        return Plan(
            form="figure", accounts=_ids(chosen), items=tuple(items), words=reading.text, stage=stage, **options
        )

    def _form_of(self, reading: _Reading) -> Form:
        amount = words().units["万元"].search(reading.mask) and not re.search(r"比例|比重|百分|占比|份额", reading.mask)
        for form, pattern in words().forms.items():
            if pattern.search(reading.mask) and not (form == "share" and amount):
                return form  # type: ignore[return-value]
        if reading.scope.base_year and re.search(r"增|减|多|少|升|降|涨", reading.mask):
            return "growth"
        return "figure"

    def _is_amount(self, reading: _Reading) -> bool:
        """True where the question names a figure of a table and asks for nothing but its amount."""
        named = [mention for mention in reading.mentions if mention.kind in ("item", "code", "total", "alias")]
        unit = _prose_unit(reading.mask, reading.text)
        return bool(named) and unit in ("", "%", "万元|元|亿元")

    def _options(self, reading: _Reading) -> dict[str, Any]:
        single = words().single
        unit = next((unit for unit, pattern in words().units.items() if pattern.search(reading.mask)), None)
        decimals = single["decimals"].search(reading.mask)
        top = single["top"].search(reading.mask)
        return {
            "unit": unit,
            "dated": bool(reading.scope.years),
            "decimals": _number(decimals, "n", "m"),
            "top": _number(top, "n", "k"),
            "nth": _number(top, "m"),
            "ascending": bool(single["ascending"].search(reading.mask))
            and not single["both_ends"].search(reading.mask),
            "non_zero": bool(single["non_zero"].search(reading.text)),
        }

    # --- items ----------------------------------------------------------------------------------------------------

    def _account_items(self, reading: _Reading, account: Account, stage: str) -> list[Item]:
        view = self.library.view(account.id)
        return self._items(_reread(reading, view), view, stage)

    def _items(self, reading: _Reading, view: AccountView, stage: str = "") -> list[Item]:
        """The figures that the mentions name in this account, in the order of the question."""
        kinds = tuple(mention.name for mention in reading.mentions if mention.kind == "table")
        fund = next((fund for fund, pattern in words().funds.items() if pattern.search(reading.mask)), "")
        income = bool(words().single["income"].search(reading.mask)) and "不是收入" not in reading.text
        economic = bool(words().single["economic"].search(reading.mask))
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
                nature = _nature(mention)
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
                nature = _nature(mention)
                if nature:
                    natures.append((mention, nature))
                continue
            item = self._item(mention, view, kinds, fund, income, economic, stage)
            found.append((mention, item))
        if not found and self._form_of(reading) != "ranking":
            found = self._bare_totals(reading, view)
        found = _without_wholes(_with_scope(found, reading), view)
        found = list({(i.name, i.row, i.measure, i.kinds): (m, i) for m, i in reversed(found)}.values())[::-1]
        quoted = [(m, i) for m, i in found if m.words in reading.quoted]
        quoted += [(m, i) for m, i in found if _nature(m) or m.name in _INCOMES] if quoted else []
        if (
            quoted
            and sum(m.words in reading.quoted for m, _ in quoted) == 1
            and len(found) > 1
            and not any(m.total for m, _ in found)
        ):
            found = quoted
        named = {i.name for _, i in found}
        if named & {"公务用车运行维护费", "公务用车购置费"} and self._form_of(reading) == "figure":
            found = [(m, i) for m, i in found if i.name != "公务用车购置及运行维护费"]
        return self._with_natures(found, natures, view, reading)

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
        nature = _nature(mention)
        for kind in kinds:  # a column of the table named, asked for as a figure of its own
            in_rows = any(fact.kind == kind for fact in view.by_item.get(plain(mention.name), []))
            if nature and not in_rows and any(fact.measure == nature for fact in view.by_kind.get(kind, [])):
                return Item(
                    account=view.account.id, name=nature, words=mention.words, kinds=(kind,), measure=nature, row="合计"
                )
        code = mention.words if mention.kind == "code" else ""
        name = mention.name
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
        reading: _Reading,
    ) -> list[Item]:
        """Items by function with the column (基本支出, 其他收入 …) that the question names beside them."""
        nature_mentions = {id(mention) for mention, _ in natures}
        subjects = [(m, i) for m, i in found if id(m) not in nature_mentions and not m.total]
        income_total = _INCOMES
        for mention, item in list(subjects):
            if item.name in income_total and len(subjects) > 1:
                natures.append((mention, item.name))
                nature_mentions.add(id(mention))
                subjects.remove((mention, item))
        if not natures or not subjects or self._is_base(natures[0][0], subjects[0][0], reading):
            return [item for _, item in found]
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
            item.model_copy(update={"measure": nature, "income": nature in income_total}) for _, item in subjects
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

    def _has_torn_name(self, reading: _Reading) -> bool:
        """Words that are nobody's, beside nothing but totals: likelier an item's name mistyped than a way of asking."""
        named = [mention for mention in reading.mentions if mention.kind != "table"]
        if not named or any(not mention.total and not _nature(mention) for mention in named):
            return False
        rest = reading.mask
        for pattern in words().funds.values():
            rest = pattern.sub(GONE, rest)
        return any(len(run) >= _TORN for run in residues(rest))

    def _unknown_quote(self, reading: _Reading, items: list[Item]) -> str:
        """A name in quotes that is none of the items: it was not understood, so nothing else is answered for it."""
        named = [mention.words for mention in reading.mentions] + [plain(item.name) for item in items]
        for quoted in reading.quoted:
            if quoted in reading.text and not any(quoted in name or name in quoted for name in named):
                return quoted
        return ""

    def _bare_totals(self, reading: _Reading, view: AccountView) -> list[tuple[Mention, Item]]:
        """收入 and 支出 alone mean the year's totals, if the question names nothing else."""
        if residues(reading.mask.replace("收入", GONE).replace("支出", GONE)) or _prose_unit(reading.mask) not in (
            "",
            "万元|元|亿元",
            "%",
        ):
            return []
        said = (
            list(re.finditer("收入|支出", reading.mask)) or list(re.finditer("花了|花费|开支|用了", reading.mask))[:1]
        )
        found = []
        for match in said:
            name = "本年收入合计" if match.group() == "收入" else "本年支出合计"
            total = next(total for total in totals() if name in total.names)
            mention = Mention(match.start(), match.end(), match.group(), name, "total", total)
            found.append((mention, total_item(view, total, match.group())))
        return found

    def _is_base(self, nature: Mention, subject: Mention, reading: _Reading) -> bool:
        """True where a column's name is a figure of its own: what the other is a share of, or is compared with."""
        form = self._form_of(reading)
        first, second = sorted((nature, subject), key=lambda mention: mention.start)
        between = reading.text[first.end : second.start]
        if form in ("sum", "difference"):
            return bool(re.search(r"和|与|加|及|比|跟|同|减", between))
        return (
            form == "share"
            and (first is subject)
            and (bool(re.search(r"占|是|在", between)) or nature.words.startswith("本年"))
        )

    # --- forms ----------------------------------------------------------------------------------------------------

    def _share(self, reading: _Reading, chosen: list[Account], items: list[Item], options: dict[str, Any]) -> Plan:
        part, base = items[0], items[1] if len(items) > 1 else None
        named = [mention for mention in reading.mentions if mention.kind != "table"]
        if base and len(named) > 1:
            between = reading.text[named[0].end : named[1].start]
            if re.fullmatch(r"(?:和|与|及|以及|跟|加上?|支出)+", between) and len(items) == len(named):
                joined = [n for n in named[1:] if not n.total]
                count = len(joined) + 1
                rest = items[count] if len(items) > count else None
                return Plan(
                    form="share",
                    accounts=_ids(chosen),
                    items=tuple(items[:count]),
                    base=rest,
                    words=reading.text,
                    **options,
                )
            first_is_whole = (
                bool(re.match(rf"(?:{GONE}|的|决算|支出|总额|合计)*(?:中|里|内|当中|其中|里面|里头)", between))
                and "占" not in between
            )
            first_total = bool(named[0].total) and not named[1].total and "占" not in between
            if first_is_whole or first_total:
                part, base = base, part
        elif base is None and part.measure and not part.row and not part.code.startswith("3"):
            plain_item = part.model_copy(update={"measure": "", "income": part.income})
            if select(self.library.view(part.account), plain_item).fact and part.measure in words().natures:
                base = plain_item
        return Plan(form="share", accounts=_ids(chosen), items=(part,), base=base, words=reading.text, **options)

    def _difference(self, reading: _Reading, chosen: list[Account], items: list[Item], options: dict[str, Any]) -> Plan:
        scope = reading.scope
        if len(items) == 1 and scope.base_year:
            earlier = [
                a for a in self.library.accounts if a.department == chosen[0].department and a.year == scope.base_year
            ]
            if not earlier:
                return Plan(form="growth", accounts=_ids(chosen), items=tuple(items), words=reading.text, **options)
            items += self._account_items(reading, self._current(earlier)[-1], _stage(reading.mask))
        if len(items) == 1:
            item = items[0]
            budget = re.search(r"预算", reading.mask) or re.search(r"超支|节约|节省|省了|省下|还余|剩", reading.mask)
            if budget and _in_budget_table(item):
                both = [item.model_copy(update={"measure": "预算数"}), item.model_copy(update={"measure": "决算数"})]
                if re.search(r"超支|超出|超过|决算.*(?:减|比).*预算", reading.mask):
                    both.reverse()
                return Plan(form="difference", accounts=_ids(chosen), items=tuple(both), words=reading.text, **options)
            if budget:
                return Plan(
                    form="prose-figure",
                    accounts=_ids(chosen),
                    items=tuple(items),
                    stage="预算差额",
                    words=reading.text,
                    **options,
                )
            return Plan(form="refuse", reason="item", accounts=_ids(chosen), words=f"与{item.words}相比的另一项")
        if len(items) == 2 and len(chosen) == 2 and not scope.base_year and len(scope.years) == 2:
            items = sorted(items, key=lambda item: -self.library.account(item.account).year)
        return Plan(form="difference", accounts=_ids(chosen), items=tuple(items[:2]), words=reading.text, **options)

    def _ranking(self, reading: _Reading, chosen: list[Account], items: list[Item], options: dict[str, Any]) -> Plan:
        if not items and not any(m.kind == "table" for m in reading.mentions):
            income = words().single["income"].search(reading.mask)
            kind = "T1" if income else "T3"
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
            form="ranking", accounts=_ids(chosen), items=tuple(items), words=reading.mask.replace(GONE, "#"), **options
        )

    def _prose(
        self,
        reading: _Reading,
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
        if form == "share" and not prose_unit:
            prose_unit = "%"  # an amount does not answer what share it is
        if asks and not prose_unit and re.search(r"支出|花|钱|经费|费用|投入|资金|金额|预算", reading.text):
            prose_unit = "万元|元|亿元"
        return Plan(
            form="prose-figure" if asks else "passage",
            accounts=_ids(chosen),
            items=() if not items else tuple(items[:1]),
            stage=stage if form != "growth" else "增减",
            prose_unit=prose_unit,
            words=reading.text,
            reason="item" if words().single["finance"].search(reading.text) else "off-topic",
            **options,
        )

    # --- conversation ---------------------------------------------------------------------------------------------

    def _is_follow_up(self, reading: _Reading, previous: Plan) -> bool:
        names = [mention for mention in reading.mentions if mention.kind != "table"]
        if not names:
            starts_anew = self._form_of(reading) in ("ranking", "composition") and not _FOLLOWS.search(reading.text)
            view = self.library.view(previous.accounts[0]) if previous.accounts else None
            starts_anew |= reading.scope.named and bool(re.search("支出|收入", reading.mask))
            if starts_anew or (
                view and self._bare_totals(reading, view) and not re.match(r"[\x00那它]*占", reading.text)
            ):
                return False
            unknown = [run for run in residues(reading.mask) if len(run) >= 2]
            return not unknown or bool(_FOLLOWS.search(reading.text))
        natures = all(any(p.fullmatch(m.words) for p in words().natures.values()) for m in names)
        return natures and bool(previous.items) and bool(re.search(r"里面|其中|在里|那|呢", reading.text))

    def _together(self, reading: _Reading, previous: Plan) -> list[Item]:
        """The items of the questions before that 两个, 都 or 加起来 mean: the last two, or all."""
        asked = [*previous.trail, *previous.items]
        distinct = list({(item.account, item.name, item.measure, item.row): item for item in asked}.values())
        count = re.search(r"(?P<n>[两二三四五])(?:个|家|者|项|年|样|笔)", reading.text)
        return distinct[-(chinese_number(count.group("n")) or 2) :] if count else distinct

    def _follow(self, reading: _Reading, chosen: list[Account], previous: Plan, form: Form) -> Plan:
        """The previous plan with the one thing changed that the question names."""
        stage = _stage(reading.mask)
        options = self._options(reading)
        if form in ("sum", "difference") and re.search(r"两|三|四|都|它们|加|一共|合计|差", reading.text):
            together = self._together(reading, previous)
            if len(together) < 2:
                return Plan(form="refuse", reason="item", accounts=_ids(chosen), words="要合并计算的另一项")
            if form == "difference":
                return self._difference(reading, chosen, together[-2:], options)
            return Plan(form="sum", accounts=_ids(chosen), items=tuple(together), words=reading.text, **options)
        updates: dict[str, Any] = {"accounts": _ids(chosen)} | {k: v for k, v in options.items() if v}
        natures = [n for m in reading.mentions for n, p in words().natures.items() if p.fullmatch(m.words)]
        items: list[Item] = []
        for account in chosen:
            for item in {(i.name, i.measure, i.words): i for i in previous.items}.values():
                moved = item.model_copy(update={"account": account.id})
                if natures and not item.row:
                    moved = moved.model_copy(update={"measure": natures[0]})
                if stage in ("预算数", "年初预算", "决算数") and _in_budget_table(moved):
                    moved = moved.model_copy(update={"measure": "决算数" if stage == "决算数" else "预算数"})
                items.append(moved)
        updates["items"] = tuple(items)
        if form == "share":
            part = items[0] if items else None
            base = part.model_copy(update={"measure": ""}) if part and natures and not part.row else None
            return Plan(
                form="share",
                items=tuple(items[:1]),
                base=base,
                words=reading.text,
                **{k: v for k, v in updates.items() if k != "items"},
            )
        if form in ("reason", "growth", "completion", "difference") and items:
            if form == "difference":
                return self._difference(reading, chosen, items[:1], options)
            return Plan(form=form, words=previous.words + reading.text, **updates)
        if stage in ("年初预算", "预算数") and items and not _in_budget_table(items[0]):
            return Plan(form="prose-figure", stage=stage, words=previous.words + reading.text, **updates)
        if previous.form in ("refuse", "clarify"):
            return self.plan(_named(previous.words, chosen), None)
        if previous.form in ("prose-figure", "passage", "definition", "reason") and not items:
            updates["words"] = previous.words
        return previous.model_copy(update=updates)


def _by_kind(candidates: list[Account], dated: list[Account], question: str) -> tuple[list[Account], list[Account]]:
    """Final accounts, unless the question is about a budget or there is nothing else; and budgets that do not answer.

    A question about what was spent is not answered from a budget: none is left then, and the budgets are given back.
    """
    accounts = [account for account in candidates if not account.is_budget]
    has_account = {(account.department, account.year) for account in dated if not account.is_budget}
    asks_budget = "部门预算" in question or ("预算" in question and not _SPENT.search(question))
    if asks_budget:
        budgets = [a for a in dated if a.is_budget and (a.department, a.year) not in has_account]
        if "部门预算" in question and any(account.is_budget for account in dated):
            return [account for account in candidates if account.is_budget], []
        return (budgets, []) if budgets and not has_account else (accounts or candidates, [])
    if accounts and (has_account or not dated):
        return accounts, []
    if _SPENT.search(question):
        return [], [account for account in dated if account.is_budget]
    return candidates, []


def _with_scope(found: list[tuple[Mention, Item]], reading: _Reading) -> list[tuple[Mention, Item]]:
    """“X”里，一般公共预算财政拨款支出: a fund's total named inside an item is the scope that the item is asked in."""
    kept: list[tuple[Mention, Item]] = []
    for mention, item in found:
        fund = next((f for f, p in words().funds.items() if p.fullmatch(mention.words.removesuffix("支出"))), "")
        before = [(m, i) for m, i in kept if not m.total and m.end <= mention.start]
        between = reading.text[before[-1][0].end : mention.start] if before else ""
        if mention.total and fund and re.fullmatch(r"(?:的|里面?|中|其中|内|支出)+", between):
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


def _named(text: str, chosen: list[Account]) -> str:
    return f"{chosen[0].department}{chosen[0].year}年" + text.replace(GONE, "")


def _ids(accounts: list[Account]) -> tuple[str, ...]:
    return tuple(account.id for account in accounts)


def _reread(reading: _Reading, view: AccountView) -> _Reading:
    mentions = _without_funds(find_mentions(reading.text, view))
    fuzzy = [mention for mention in reading.mentions if mention.fuzzy]
    mentions += fuzzy
    return _Reading(reading.text, reading.scope, mentions, masked(reading.text, mentions), reading.quoted)


def _number(match: re.Match[str] | None, *groups: str) -> int | None:
    """The number in the first of the groups that matched."""
    return next((chinese_number(match.group(name)) for name in groups if match.group(name)), None) if match else None


def _nature(mention: Mention) -> str:
    """The column that a name means (基本支出, 基本支出合计 → 基本支出); empty if it is none."""
    bare = mention.words.removesuffix("合计").removesuffix("总额")
    return next((n for n, p in words().natures.items() if p.fullmatch(mention.words) or p.fullmatch(bare)), "")


def _without_funds(mentions: list[Mention]) -> list[Mention]:
    """Mentions without those that only say of which fund another one is (一般公共预算财政拨款口径)."""
    named = [mention for mention in mentions if mention.kind != "table"]
    only = [m for m in named if m.kind == "item" and any(p.fullmatch(m.words) for p in words().funds.values())]
    return [mention for mention in mentions if mention not in only] if len(named) > len(only) else mentions


def _stage(mask: str) -> str:
    for pattern in words().funds.values():
        mask = pattern.sub(GONE, mask)
    return next((stage for stage, pattern in words().stages.items() if pattern.search(mask)), "")


def _prose_unit(mask: str, text: str = "") -> str:
    found = next((units for units, pattern in words().prose_units.items() if pattern.search(mask)), "")
    if not found and words().prose_units["辆|台|套"].search(text):
        found = "辆|台|套"
    counted = re.search(rf"(?:多少|几)(?P<unit>{UNITS})", mask)
    if counted and counted.group("unit") not in YUAN and (not found or "元" in found):
        return counted.group("unit")
    return found


def _in_budget_table(item: Item) -> bool:
    """True for items whose budget stands in a table: 三公, or a column that the question names."""
    return (plain(item.name) in THREE and item.side != "economic") or bool(item.column)


__all__ = ["Planner", "short_name"]
