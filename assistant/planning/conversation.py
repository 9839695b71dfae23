"""Questions that go on with the one before: one thing changed, or several joined."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from assistant import prose
from assistant.mentions import residues, without
from assistant.model import Form, Item, Plan
from assistant.planning.forms import Forms
from assistant.planning.question import (
    LAST_YEAR,
    MORE_BY,
    Reading,
    asks_count,
    ids_of,
    in_budget_table,
    nature_of,
    prose_unit_in,
    stage_in,
    untold,
)
from assistant.scope import GONE
from assistant.sought import WHO_AND_WHERE, sought
from assistant.vocabulary import MONEY_UNITS, words
from ingest.model import Account
from ingest.text import chinese_number, plain
from prompts import say

_FOLLOWS = re.compile(r"呢$|^那|^它|^其中|^这|还有呢|又是|换成|我问的是|我是问|我说的是|不是问")


_CORRECTS = re.compile("说错|不对|不是问|问的是|我是问|问错")
_COMPARED = "哪(?:个|家|项|年|一年|一家|一个)|谁|(?:花|用)得|最|更|多|少|大|小|高|低|省"
_AGAINST = re.compile(f"[跟和与同]{GONE}+(?:比|相比|对比)|比{GONE}")
"""跟图书馆局比呢, after a figure of another department."""
_AGAIN = re.compile("多少|再(?:说|查)|重复|几")
"""Words by which the same is asked again."""
_THESE_OF = re.compile("^[\x00那这]*(?:[两二三四五几](?:个|家|者|项|样|笔|块|部分)|它们|加起来|合起来|加在一起|合在一起|合计|一共|共)+占")
_INSIDE = re.compile(r"[\x00那这它]*(?:其中|里面|里头|当中)")
"""What the figure before consists of."""
_SUM_COMPARED = re.compile("(?:合|加|一共|总共).*(?:[跟与比较]\x00|[跟与比较](?:上年|去年|前一年|年初|预算))")
"""两项合起来，跟2022年比少了多少: what a sum is compared with."""
_YEARLY = re.compile("哪一?个?年")
SHARE_OF = re.compile(r"[\x00那它这]*(?:[这那][一个项笔些部块]+分?(?:钱|款|支出|经费|费用|收入|开支)?|该项|此项)?占")
"""The figure before is the part, the whole is named."""
_THAN_BEFORE = re.compile("比(?:它|这个|这|那个|前者|刚才)")
_SPENT = re.compile("(?:那|这|又|一共|总共|合计|共|总|实际|实际上|最后|最终|后来|结果|到头来)*(?:(?:花|用|开支|花费|支出|花销)(?:了|掉|去)*(?:多少|几)(?:钱|[万亿]?元)?|(?:多少|几)(?:钱|[万亿]?元))(?:钱)?呢?|(?:那|实际|实际上|最后|最终|后来|结果)*(?:花|用|支出|执行|决算)(?:了|掉|去|出去|数|的)*呢")
"""An amount is asked for, and not of what."""
_DETAILS = re.compile("哪[几些两三四五六七八九]|具体|每一?[个项家份笔]|(?:分别|都|各)(?:是|有|叫|指)(?:些|一些)?(?:什么|啥)")
"""What a stated number consists of."""


_ANOTHER = re.compile(r"[\x00那么，]*(?P<name>[^\x00，]+?)(?:的|又|那|这|[一]?[块项笔]|方面)*(?:呢|又如何|怎么样|咋样)")
"""电费呢: the same of another item."""
_SAME_OF: tuple[Form, ...] = ("growth", "completion", "share", "difference", "reason", "average", "last-year", "multiple", "prose-figure", "figure")


class Conversation(Forms):
    """Makes plans that go on with the one before."""

    def _same_of_another(self, reading: Reading, chosen: list[Account], previous: Plan) -> Plan | None:
        """What was asked of one item asked of the one that is named now (水费涨了多少？ 电费呢？); None where it is no such question."""
        named, asked = _ANOTHER.fullmatch(reading.text), previous.items[:1]
        names = [mention for mention in reading.mentions if mention.kind != "table"]
        if not named or not asked or len(names) != 1 or previous.form not in _SAME_OF or previous.across:
            return None
        if names[0].words != named["name"] or reading.scope.named or reading.scope.years or ids_of(chosen) != previous.accounts[:1]:
            return None
        before = asked[0].words
        if len({item.words for item in previous.items}) > 1 or previous.words.count(before) != 1:
            return None
        if nature_of(names[0]) and asked[0].row is None:
            return None  # of an item, a column of it
        if previous.form == "figure" and not stage_in(previous.words):
            return None
        plan = self.plan(named_question(previous.words.replace(before, named["name"]), chosen), None)
        since = {"base_year": previous.base_year} if plan.form == previous.form == "growth" else {}
        return plan.model_copy(update={"unit": plan.unit or previous.unit, **since})

    def _is_follow_up(self, reading: Reading, previous: Plan) -> bool:
        names = [mention for mention in reading.mentions if mention.kind != "table"]
        form = self._form_of(reading)
        if prose_unit_in(reading.mask, reading.text) not in ("", "%", MONEY_UNITS) and form == "figure":
            return asks_count(previous) and not reading.scope.named and not names and not residues(reading.mask)  # else another thing than the amount before is counted
        if form == "share" and previous.items and not previous.across and _THESE_OF.search(reading.text):
            return True  # of the figures before, the whole is named
        if previous.items and previous.stage in ("年初预算", "预算数") and not reading.scope.named and _SPENT.fullmatch(reading.text.strip(GONE)):
            return True  # 实际花了呢, after its budget
        if not names:
            stage, before = stage_in(reading.mask), previous.items[0] if previous.items else None
            if stage == "决算数" and before and in_budget_table(before) and re.search("呢$|多少$", reading.text):
                return not residues(reading.mask)  # 实际花了呢, after a budget: the same item's other column
            starts_anew = form in ("ranking", "composition") and not _FOLLOWS.search(reading.text)
            starts_anew &= not self._ranks_before(reading, previous)
            starts_anew &= not (form == "composition" and len(previous.items) == 1 and not residues(reading.mask))
            view = self.library.view(previous.accounts[0]) if previous.accounts else None
            about = previous.items or previous.form in ("prose-figure", "passage", "overrun")
            if about and not reading.scope.named and _SPENT.fullmatch(reading.mask.strip(GONE)):
                return True  # 花了多少钱, after how many there were
            starts_anew |= reading.scope.named and bool(re.search("支出|收入", reading.mask))
            if starts_anew or (view and self._bare_totals(reading, view) and not SHARE_OF.match(reading.text)):
                return False
            unknown = [run for run in residues(reading.mask) if len(run) >= 2]
            chosen = [self.library.account(identifier) for identifier in previous.accounts]
            beside = not reading.scope.named and any(self._stated_beside(run, chosen, previous) for run in unknown)
            return not unknown or beside or bool(_FOLLOWS.search(reading.text))
        if _CORRECTS.search(reading.text) and form == "figure" and not stage_in(reading.mask):
            return previous.form in ("prose-figure", "growth", "completion", "share") and bool(previous.items)
        natures = all(any(p.fullmatch(m.words) for p in words().natures.values()) for m in names)
        funds = all(any(p.fullmatch(m.words) for p in words().funds.values()) for m in names)
        before = previous.items[0] if previous.items else None
        natures &= not (before and before.row is not None)  # 项目支出呢, after 基本支出: another total
        natures &= not (before and any(p.fullmatch(before.name) for p in words().natures.values()))  # nor after 事业收入
        only = bool(re.search(r"只要|不是全部|口径|那|呢", reading.text))
        return bool(previous.items) and (
            (natures and bool(re.search(r"里面|其中|在里|那|呢", reading.text))) or (funds and only)
        )

    def _ranks_before(self, reading: Reading, previous: Plan) -> bool:
        """哪个大, 哪家最少: of the figures before, and no ranking of its own."""
        bare = not residues(re.sub(_COMPARED, GONE, reading.mask))
        return bare and not reading.scope.named and len(self._asked_before(previous)) > 1

    def _of_those_before(self, reading: Reading, previous: Plan) -> bool:
        """True where a question names nothing and compares or adds up what several questions before were about."""
        named = reading.scope.departments or [m for m in reading.mentions if m.kind != "table"]
        several = len({item.account for item in self._asked_before(previous)}) > 1
        return not named and several and self._form_of(reading) in ("ranking", "sum", "difference")

    def _asked_before(self, previous: Plan) -> list[Item]:
        """The different items of the questions so far, the oldest first."""
        asked = [*previous.trail, *previous.items]
        return list({(item.account, item.name, item.measure, item.row): item for item in asked}.values())

    def _together(self, reading: Reading, previous: Plan) -> list[Item]:
        """The items of the questions before that 两个, 都 or 加起来 mean: the last two, or all."""
        distinct = self._asked_before(previous)
        count = re.search(r"(?P<n>[两二三四五])(?:个|家|者|项|年|样|笔)", reading.text)
        return distinct[-(chinese_number(count.group("n")) or 2) :] if count else distinct

    def _year_before(self, previous: Plan) -> int | None:
        """The earlier year for which the conversation asked the same figure before (2022年… 2024年呢？ 涨了多少？)."""
        now = previous.items[0]
        account = self.library.account(now.account)
        same = [item for item in previous.trail if (item.name, item.measure, item.row) == (now.name, now.measure, now.row)]
        asked = [self.library.account(item.account) for item in same]
        years = [one.year for one in asked if one.department == account.department and one.year < account.year]
        return years[-1] if years else None

    def _stated_beside(self, name: str, chosen: list[Account], previous: Plan) -> str:
        """What the sentence of the answer before states of the name (其中货物呢), as words for the search; or nothing."""
        if previous.form != "prose-figure" or len(chosen) != 1:
            return ""
        view = self.library.view(chosen[0].id)
        before = prose.find_statement(view, previous.words, previous.prose_unit, previous.stage)
        core = name.removesuffix("类").removesuffix("的")
        said = [
            s for s in view.statements if before and s.sentence == before[0][1].sentence and core in plain(s.subject)
        ]
        return plain(said[0].subject) + previous.words if len(said) == 1 and len(core) >= 2 else ""

    def _other_name(self, reading: Reading, form: Form) -> str:
        """Words of a follow-up that name something nobody knows (海洋渔业支出呢); empty if there are none."""
        if form in ("reason", "definition", "ranking") or [m for m in reading.mentions if m.kind != "table"]:
            return ""
        rest = without(reading.mask, words().funds, words().natures)
        return next((run for run in residues(rest) if len(run) >= 2 and not _FOLLOWS.search(run)), "")

    def _follow(self, reading: Reading, chosen: list[Account], previous: Plan, form: Form) -> Plan:
        """The previous plan with the one thing changed that the question names."""
        stage = stage_in(reading.mask)
        options = self._options(reading)
        if previous.form == "prose-figure" and not previous.items and _DETAILS.search(reading.text):
            return untold(chosen, reading.text)
        kind = sought(reading.text)
        if previous.form in ("figure", "prose-figure") and kind and kind.name in WHO_AND_WHERE and not re.search("多少|几", reading.text):
            return untold(chosen, reading.text)  # 去的是哪个国家, after how many went
        if unknown := self._other_name(reading, form):
            if form == "figure" and (beside := self._stated_beside(unknown, chosen, previous)):
                return Plan(form="prose-figure", words=beside, prose_unit=previous.prose_unit, accounts=ids_of(chosen))
            return untold(chosen, unknown)
        against, than = _AGAINST.search(reading.text), _THAN_BEFORE.search(reading.text)
        if form in ("figure", "difference") and (against or than) and len(previous.items) == 1:
            moved = previous.items[0].model_copy(update={"account": chosen[0].id})
            if moved.account != previous.items[0].account:
                pair = (previous.items[0], moved) if against else (moved, previous.items[0])
                return Plan(form="difference", accounts=ids_of(chosen), items=pair, words=reading.text, **options)
        if form == "ranking" and previous.items and _INSIDE.match(reading.text):
            whole = previous.items[-1].model_copy(update={"account": chosen[0].id})
            return Plan(form="ranking", accounts=ids_of(chosen), items=(whole,), words=reading.mask.replace(GONE, "#"), **options)
        if form == "ranking":
            before = self._asked_before(previous)
            if len(previous.items) > 1 or _YEARLY.search(reading.text):
                before = list(previous.items)
            if _YEARLY.search(reading.text) and len(before) == 1:
                before = [before[0].model_copy(update={"account": account.id}) for account in chosen]
            if len(before) > 1:
                ids = tuple(dict.fromkeys(item.account for item in before))
                return Plan(form="ranking", accounts=ids, items=tuple(before), words=reading.text, **options)
        if form == "share" and _THESE_OF.search(reading.text) and (wholes := self._account_items(reading, chosen[0], "")):
            together = self._together(reading, previous)
            return Plan(form="share", accounts=ids_of(chosen), items=tuple(together), base=wholes[0], words=reading.text, **options)
        if form == "share" and (order := re.search("(后者|前者).*(后者|前者)", reading.text)):
            together = self._together(reading, previous)[-2:]
            if len(together) == 2:
                part, whole = reversed(together) if order.group(1) == "后者" else together
                return Plan(form="share", accounts=ids_of(chosen), items=(part,), base=whole, words=reading.text, **options)
        if form == "average" and (limited := words().single["part"].search(reading.text)):
            return untold(chosen, limited.group())
        if form == "figure" and prose.AVERAGED.search(reading.mask):
            return untold(chosen, reading.text)
        if form in ("share", "difference") and MORE_BY.search(reading.text):
            return self._more_by(reading, chosen, previous)
        if _CORRECTS.search(reading.text) and (named := self._account_items(reading, chosen[0], previous.stage)):
            return previous.model_copy(update={"items": tuple(named[:1]), "words": reading.text})
        if previous.form == "overrun" and _SPENT.fullmatch(reading.mask.strip(GONE)):
            listed = words().single["how_many"].sub(GONE, previous.words)
            return previous.model_copy(update={"words": f"{listed}，合计{reading.text}", "unit": options["unit"]})
        if form in ("sum", "difference") and re.search(r"两|三|四|都|它们|加|一共|合计|差", reading.text):
            together = self._together(reading, previous)
            if form == "difference" and _SUM_COMPARED.search(reading.text):
                return untold(chosen, reading.text)
            if form == "sum" and reading.scope.named and previous.items and len({item.account for item in together}) == len(together):
                added = [previous.items[-1].model_copy(update={"account": account.id}) for account in chosen]
                together += [item for item in added if item not in together]  # 再加上城管局，三家合起来
            twice = previous.form == "figure" and len(previous.items) == 1 and previous.items[0] in previous.trail
            if len(together) < 2 and form == "difference" and twice and ids_of(chosen) == previous.accounts:
                of_budget = replace(reading, text=f"比预算{reading.text}", mask=f"比预算{reading.mask}")
                return self._difference(of_budget, chosen, list(previous.items), options)  # budget and actual were asked for
            if len(together) < 2:
                return untold(chosen, "要合并计算的另一项")
            if form == "difference":
                return self._difference(reading, chosen, together[-2:], options)
            return Plan(form="sum", accounts=ids_of(chosen), items=tuple(together), words=reading.text, **options)
        if form == "last-year" and previous.form == "prose-figure" and len(chosen) == 1 and not reading.scope.years:
            earlier = self.library.of_year(chosen[0], chosen[0].year - 1)
            if earlier:
                return previous.model_copy(update={"accounts": (earlier.id,)})
            return Plan(form="last-year", accounts=ids_of(chosen), words=previous.words + reading.text, **options)
        updates: dict[str, Any] = {"accounts": ids_of(chosen)} | {k: v for k, v in options.items() if v}
        natures = [n for m in reading.mentions for n, p in words().natures.items() if p.fullmatch(m.words)]
        fund = next((f for f, p in words().funds.items() if p.search(reading.text)), "")
        items: list[Item] = []
        for account in chosen:
            for item in {(i.name, i.measure, i.words): i for i in previous.items}.values():
                moved = item.model_copy(update={"account": account.id})
                if natures and not item.row:
                    moved = moved.model_copy(update={"measure": natures[0]})
                if stage in ("预算数", "年初预算", "决算数") and in_budget_table(moved):
                    moved = moved.model_copy(update={"measure": "决算数" if stage == "决算数" else "预算数"})
                if fund and not moved.row:
                    moved = moved.model_copy(update={"fund": fund, "kinds": ()})
                items.append(_other_end(moved, reading.text))
        updates["items"] = tuple(items)
        counted = asks_count(previous)
        if form == "share" and (counted or not items):
            return untold(chosen, reading.text)
        if form == "share":
            first = items[0]
            base = first.model_copy(update={"measure": ""}) if natures and not first.row else None
            return Plan(
                form="share",
                items=tuple(items[:1]),
                base=base,
                words=reading.text,
                **{k: v for k, v in updates.items() if k != "items"},
            )
        if form == "multiple":
            other = [item for item in items if item not in previous.items][:1]
            if not other or not previous.items:
                return untold(chosen, "要相比的另一项")
            pair = (other[0], previous.items[0])
            pair = pair if re.search("是(?:它|前者|这个|那个|刚才)", reading.text) else pair[::-1]
            return Plan(form="multiple", accounts=ids_of(chosen), items=pair, words=reading.text, **options)
        if form == "composition" and len(items) == 1:
            return Plan(form="composition", words=reading.text, **updates)
        if form == "difference" and len(items) == 1 and "预算" not in reading.text and LAST_YEAR.search(previous.words):
            return Plan(form="growth", words=previous.words + reading.text, **updates)
        of_one = form in ("growth", "completion", "average", "last-year") or (form == "difference" and "预算" in reading.text)
        if of_one and len({(item.name, item.measure, item.row) for item in items}) > 1:
            return untold(chosen, say("what_of_several"))
        if form in ("reason", "growth", "completion", "difference", "average", "place", "last-year", "trend") and items:
            if form == "difference":
                return self._difference(reading, chosen, items[:2], options)
            if form == "growth" and not LAST_YEAR.search(reading.text) and (since := self._year_before(previous)):
                updates["base_year"] = since
            return Plan(form=form, words=previous.words + reading.text, **updates)
        if stage in ("年初预算", "预算数") and items and not in_budget_table(items[0]):
            return Plan(form="prose-figure", stage=stage, words=previous.words + reading.text, **updates)
        if form == "reason":
            return Plan(form="reason", accounts=ids_of(chosen), words=previous.words + reading.text, **options)
        if stage == "决算数" and items and previous.form == "prose-figure":
            return Plan(form="figure", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if previous.form in ("refuse", "clarify"):
            return self.plan(named_question(previous.words, chosen), None)
        spent = _SPENT.fullmatch(reading.mask.strip(GONE))
        if spent and not items:
            return untold(chosen, f"{prose.content_words(previous.words)}的金额")
        if spent and counted:
            return Plan(form="figure", accounts=ids_of(chosen), items=tuple(items[:1]), words=reading.text, **options)
        if form in ("difference", "growth") and previous.form == "prose-figure" and not items and len(reading.scope.years) == 2 == len(chosen):
            of_both = self._years_of_text(reading, sorted(chosen, key=lambda account: -account.year), form, previous.prose_unit, options)
            return of_both.model_copy(update={"words": previous.words, "stage": "增减"})
        if previous.form in ("prose-figure", "passage", "definition", "reason") and (counted or not items):
            updates["words"] = previous.words
            if previous.form == "prose-figure" and not reading.scope.named and not reading.scope.years:
                unit = prose_unit_in(reading.mask, reading.text) or previous.prose_unit
                updates |= {"words": previous.words + reading.text, "prose_unit": unit}  # another number of it
            if form in ("difference", "growth"):
                updates |= {"words": previous.words + reading.text, "stage": "增减", "base_year": reading.scope.base_year}
        if previous.form == "overrun":
            updates["words"] = reading.text
        plan = previous.model_copy(update=updates)
        if plan == previous and not _AGAIN.search(reading.text):  # nothing of it was understood
            return untold(chosen, reading.text)
        return plan


    def _more_by(self, reading: Reading, chosen: list[Account], previous: Plan) -> Plan:
        """By what rate (超了百分之几), after by how much: a change says both, a difference is taken over what it is from."""
        if previous.form == "growth" and ids_of(chosen) == previous.accounts:
            return previous
        if previous.form == "difference" or previous.stage == "预算差额":
            return previous.model_copy(update={"unit": "%", "decimals": None, "words": reading.text})
        return untold(chosen, say("what_of_base"))


def _other_end(item: Item, text: str) -> Item:
    """年初的呢, after what was left at the year's end, and the reverse."""
    for asked, said, other in (("年初", "年初", "年末"), ("年末", "年末|年底", "年初")):
        if re.search(f"(?:{said})(?!预算)", text) and other in (item.name + (item.row or "")):
            turned = {"name": item.name.replace(other, asked), "words": item.words.replace(other, asked)}
            return item.model_copy(
                update=turned | {"row": item.row and item.row.replace(other, asked), "side": ""}
            )
    return item


def named_question(text: str, chosen: list[Account]) -> str:
    """The question with the department and year of the one account that it turned out to be about."""
    return f"{chosen[0].department}{chosen[0].year}年" + text.replace(GONE, "")
