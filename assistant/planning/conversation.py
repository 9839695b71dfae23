"""Questions that go on with the one before: one thing changed, or several joined."""

from __future__ import annotations

import re
from typing import Any

from assistant.mentions import (
    residues,
)
from assistant.model import Form, Item, Plan
from assistant.planning.forms import Forms
from assistant.planning.question import (
    Reading,
    ids_of,
    in_budget_table,
    stage_in,
)
from assistant.scope import GONE
from assistant.vocabulary import words
from ingest.model import Account
from ingest.text import chinese_number

_FOLLOWS = re.compile(r"呢$|^那|^它|^其中|^这|还有呢|又是|换成|我问的是|我是问|我说的是|不是问")


class Conversation(Forms):
    """Makes plans that go on with the one before."""

    def _is_follow_up(self, reading: Reading, previous: Plan) -> bool:
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

    def _together(self, reading: Reading, previous: Plan) -> list[Item]:
        """The items of the questions before that 两个, 都 or 加起来 mean: the last two, or all."""
        asked = [*previous.trail, *previous.items]
        distinct = list({(item.account, item.name, item.measure, item.row): item for item in asked}.values())
        count = re.search(r"(?P<n>[两二三四五])(?:个|家|者|项|年|样|笔)", reading.text)
        return distinct[-(chinese_number(count.group("n")) or 2) :] if count else distinct

    def _follow(self, reading: Reading, chosen: list[Account], previous: Plan, form: Form) -> Plan:
        """The previous plan with the one thing changed that the question names."""
        stage = stage_in(reading.mask)
        options = self._options(reading)
        if form in ("sum", "difference") and re.search(r"两|三|四|都|它们|加|一共|合计|差", reading.text):
            together = self._together(reading, previous)
            if len(together) < 2:
                return Plan(form="refuse", reason="item", accounts=ids_of(chosen), words="要合并计算的另一项")
            if form == "difference":
                return self._difference(reading, chosen, together[-2:], options)
            return Plan(form="sum", accounts=ids_of(chosen), items=tuple(together), words=reading.text, **options)
        updates: dict[str, Any] = {"accounts": ids_of(chosen)} | {k: v for k, v in options.items() if v}
        natures = [n for m in reading.mentions for n, p in words().natures.items() if p.fullmatch(m.words)]
        items: list[Item] = []
        for account in chosen:
            for item in {(i.name, i.measure, i.words): i for i in previous.items}.values():
                moved = item.model_copy(update={"account": account.id})
                if natures and not item.row:
                    moved = moved.model_copy(update={"measure": natures[0]})
                if stage in ("预算数", "年初预算", "决算数") and in_budget_table(moved):
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
        if stage in ("年初预算", "预算数") and items and not in_budget_table(items[0]):
            return Plan(form="prose-figure", stage=stage, words=previous.words + reading.text, **updates)
        if previous.form in ("refuse", "clarify"):
            return self.plan(named_question(previous.words, chosen), None)
        if previous.form in ("prose-figure", "passage", "definition", "reason") and not items:
            updates["words"] = previous.words
        return previous.model_copy(update=updates)


def named_question(text: str, chosen: list[Account]) -> str:
    """The question with the department and year of the one account that it turned out to be about."""
    return f"{chosen[0].department}{chosen[0].year}年" + text.replace(GONE, "")
