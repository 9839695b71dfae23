"""Rankings and compositions over rows of a table, parts of an item, or several accounts."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from assistant import calculator
from assistant.answering.base import Refusal, comma
from assistant.answering.figures import Figures
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Calculation, Coverage, Figure, Item, printed
from assistant.selection import children, leaves, select
from assistant.vocabulary import words as vocabulary
from ingest.model import Fact
from prompts import say

_NAMED = 10
"""Departments without the figure that are named at most."""


def condition_of(limit: re.Match[str]) -> tuple[str, Callable[[Fraction, Fraction], bool]]:
    """The condition in words and as a comparison: 以上 and 不低于 include the limit, 超过 does not."""
    op, post = limit.group("op") or "", limit.group("post") or ""
    if op in ("低于", "少于", "小于", "不足", "不到"):
        return "低于", operator.lt
    if post in ("以下", "以内"):
        return "不超过", operator.le
    if post == "以上" or op in ("不低于", "不少于", "达到"):
        return "不低于", operator.ge
    return "超过", operator.gt


def coverage_note(coverage: Coverage) -> str:
    """How many departments have the figure, and who has not."""
    if coverage.found == coverage.departments:
        return say("coverage_all", departments=coverage.departments)
    rest = "".join(
        say(key, names=_some(names))
        for key, names in (("coverage_missing", coverage.missing), ("coverage_blank", coverage.blank))
        if names
    )
    return say("coverage", departments=coverage.departments, found=coverage.found, rest=rest)


def _some(names: Sequence[str]) -> str:
    """The first of the names, and how many they are where that is not all."""
    listed = "、".join(names[:_NAMED])
    return listed if len(names) <= _NAMED else say("coverage_more", names=listed, count=len(names))


def _worth(fact: Fact) -> Fraction:
    """The amount in 元, so that accounts in other units are compared by what they are worth."""
    return calculator.convert(Fraction(fact.value or 0), fact.unit, "元")


class Rankings(Figures):
    """Forms answered with an ordered list."""

    coverage: Coverage | None = None
    """Of the departments that are compared, once they have been looked at."""

    def _ranked_facts(self) -> tuple[AccountView, str, list[tuple[AccountView, Fact]]]:
        """What is ranked: the items named, the parts of one, or the rows of a table."""
        items = self.plan.items
        view = self._view(items[0])
        words = self.plan.words
        if len(items) > 1:
            found = [
                (self._view(item), selection.fact)
                for item in items
                if (selection := select(self._view(item), item)).fact
            ]
            filled = [(v, fact) for v, fact in found if fact.value is not None]
            self._cover([v for v, _ in filled], [v for v, fact in found if fact.value is None])
            return view, "所问各项", filled
        item = items[0]
        if item.name == "" or item.row is not None:
            return view, *self._table_rows(view, item, words)
        selection = select(view, item)
        if selection.fact is None:
            raise Refusal(self._not_there(view, item, selection.empty))
        parts = children(view, selection.fact)
        if not parts:
            raise Refusal(self._nothing(view, f"{item.words}的明细", "item"))
        return view, f"“{selection.fact.item}”的各项", [(view, fact) for fact in parts]

    def _cover(self, filled: list[AccountView], blank: list[AccountView]) -> None:
        """Of several departments named, say who has no figure to compare."""
        asked = dict.fromkeys(self.library.account(one).department for one in self.plan.accounts)
        if len(asked) < 2:
            return
        having = {view.account.department for view in filled}
        empty = [name for name in dict.fromkeys(view.account.department for view in blank) if name not in having]
        self.coverage = Coverage(
            departments=len(asked), found=len(having), blank=tuple(empty),
            missing=tuple(name for name in asked if name not in having and name not in empty),
        )  # fmt: skip
        if len(having) < len(asked):
            self.notes.append(coverage_note(self.coverage))

    def _table_rows(self, view: AccountView, item: Item, words: str) -> tuple[str, list[tuple[AccountView, Fact]]]:
        kind = item.kinds[0] if item.kinds else "T3"
        if item.measure == "基本支出" and re.search(r"明细|经济", words):
            kind, item = "T6", item.model_copy(update={"measure": "", "row": None})
        measure = item.measure or {"T2": "本年收入合计", "T6": "决算数", "T1": "决算数", "T7": "决算数"}.get(
            kind, "本年支出合计"
        )
        title = table.title if (table := view.table_of_kind(kind)) else kind
        if kind == "T7":
            stage = "预算数" if "预算" in words and "决算" not in words else "决算数"
            parts: tuple[str, ...] = ("因公出国（境）费", "公务用车购置费", "公务用车运行维护费", "公务接待费")
            if not re.search(r"购置|运行", words):
                parts = ("因公出国（境）费", "公务用车购置及运行维护费", "公务接待费")
            facts = [f for f in view.by_kind.get(kind, []) if f.item in parts and f.measure == stage]
            return f"《{title}》的各项", [(view, fact) for fact in facts]
        if kind == "T1" and (item.side == "收入" or (item.row is not None and "收入" in (item.side or ""))):
            skipped = {"本年收入合计", "总计", "年初结转和结余", "使用非财政拨款结余"}
            facts = [
                f
                for f in view.by_kind.get("T1", [])
                if f.side == "收入"
                and f.subject
                and f.subject not in skipped
                and "结余" not in f.subject
                and "结转" not in f.subject
            ]
            return f"《{title}》的各项收入", [(view, fact) for fact in facts]
        if kind == "T1":
            kind = "T3"
            measure = "本年支出合计"
            title = table.title if (table := view.table_of_kind(kind)) else kind
        if kind == "T6" and item.row in ("人员经费合计", "公用经费合计"):
            side = item.row.removesuffix("合计")
            return f"{side}的各项", [(view, fact) for fact in leaves(view, "T6", "决算数") if fact.side == side]
        if kind == "T5" and item.row == "" and item.measure == "本年支出合计" and not view.by_kind.get("T5"):
            kind = "T3"
        digits = 3 if vocabulary().single["class_level"].search(words) else None
        level = "各类" if digits else "各项"
        column = view.printed_measure(measure) if measure != "决算数" else ""
        return f"《{title}》{column}的{level}", [(view, fact) for fact in leaves(view, kind, measure, digits)]

    def _ranking(self) -> Answer:
        view, what, rows = self._ranked_facts()
        rows = [(v, f) for v, f in rows if f.value is not None and (not self.plan.non_zero or f.value != 0)]
        listed = len(self.plan.items) > 1
        if not listed and self.plan.ascending and not self.plan.non_zero:
            rows = [(v, f) for v, f in rows if f.value != 0] or rows
        if not rows:
            raise Refusal(self._nothing(view, what, "item"))
        rows.sort(key=lambda pair: _worth(pair[1]), reverse=not self.plan.ascending)
        only_the_first = "最" in self.plan.words and not re.search(r"最.*最", self.plan.words)
        everything = (listed and not self.plan.top and not self.plan.nth and not only_the_first) or bool(
            re.search(r"从.到|由.到|排序|排列|怎么排|依次|排名|列|来自|来源", self.plan.words)
        )
        chosen = rows
        if self.plan.nth:
            chosen = rows[self.plan.nth - 1 : self.plan.nth]
        elif self.plan.top:
            chosen = rows[: self.plan.top]
        elif not everything:
            chosen = [row for row in rows if _worth(row[1]) == _worth(rows[0][1])]
        if not chosen:
            raise Refusal(self._nothing(view, what, "item"))
        figures, parts, operands = [], [], []
        across = len({v.account.id for v, _ in rows}) > 1
        for v, fact in chosen:
            operand = self._operand(v, fact)
            shown, unit = self._shown(Fraction(self._value(fact)), fact.unit, calculator.places_of(self._value(fact)))
            label = (
                f"{self._who(v)}{self._name(v, fact)}"
                if across
                else (fact.item if fact.subject != "合计" else self._name(v, fact))
            )
            operands.append(operand)
            figures.append(Figure(label=label, value=printed(shown), unit=unit, citation=operand.citation))
            parts.append(
                say("ranking_item", name=label, value=comma(shown), unit=unit or "", mark=mark(operand.citation))
            )
        order = "从低到高为：" if self.plan.ascending else "从高到低为："
        if self.plan.nth and len(chosen) == 1:
            order = f"排第 {self.plan.nth} 的是"
        elif len(chosen) == 1:
            order = "最小的是" if self.plan.ascending else "最大的是"
        who = "所问各部门" if across else self._who(view)
        text = say("ranking", who=who, what=what, order=order, list="；".join(parts))
        single = figures[0] if len(chosen) == 1 else None
        formula = f"{what}（共 {len(rows)} 项）按金额{'升' if self.plan.ascending else '降'}序"
        calculation = Calculation(
            formula=formula, operands=tuple(operands), exact="、".join(o.value for o in operands), rounding="未舍入"
        )
        self._year_note(view)
        return Answer(
            status="answered",
            text=text,
            value=single.value if single else None,
            unit=single.unit if single else None,
            figures=tuple(figures),
            calculation=calculation,
            coverage=self.coverage,
        )

    def _filter(self) -> Answer:
        """The rows above or below the amount that the question names, the largest first."""
        view, what, rows = self._ranked_facts()
        limit = vocabulary().single["filter"].search(self.plan.words)
        assert limit is not None  # the form is chosen by these words
        unit = f"{limit.group('unit') or ''}元"
        threshold = calculator.convert(Fraction(limit.group("n")), unit, "元")
        condition, holds = condition_of(limit)
        rows = [
            (v, f)
            for v, f in rows
            if f.value is not None and holds(calculator.convert(Fraction(f.value), f.unit, "元"), threshold)
        ]
        rows.sort(key=lambda pair: -self._value(pair[1]))
        if not rows:
            text = say("filter_none", who=self._who(view), what=what, condition=condition, limit=limit.group("n"), unit=unit)
            return Answer(status="answered", text=text, value="0", unit="项")
        figures, parts, operands = [], [], []
        for v, fact in rows:
            operand = self._operand(v, fact)
            operands.append(operand)
            figures.append(Figure(label=fact.item, value=operand.value, unit=fact.unit, citation=operand.citation))
            value = comma(self._value(fact))
            parts.append(say("ranking_item", name=fact.item, value=value, unit=fact.unit, mark=mark(operand.citation)))
        text = say(
            "filter", who=self._who(view), what=what, condition=condition, limit=limit.group("n"), unit=unit,
            count=len(rows), list="；".join(parts),
        )  # fmt: skip
        counted = re.search(r"几[项个]|多少[项个]", self.plan.words)
        calculation = Calculation(
            formula=f"{what}中{condition}{limit.group('n')}{unit}的项", operands=tuple(operands),
            exact="、".join(operand.value for operand in operands), rounding="未舍入",
        )  # fmt: skip
        self._year_note(view)
        return Answer(
            status="answered", text=text, value=str(len(rows)) if counted else None, unit="项" if counted else None,
            figures=tuple(figures), calculation=calculation,
        )  # fmt: skip

    def _composition(self) -> Answer:
        view, fact = self._selected(self.plan.items[0])
        parts = [part for part in children(view, fact) if part.value]
        if not parts:
            if fact.kind == "T7" or fact.subject in ("合计", "总计", "本年支出合计"):
                _, rows = self._table_rows(view, self.plan.items[0], self.plan.words + "大类")
                parts = [row for _, row in rows if row.value]
        if not parts:
            return self._figure()
        number = self.citations.fact(view, fact)
        figures = [
            Figure(
                label=part.item,
                value=printed(self._value(part)),
                unit=part.unit,
                citation=self.citations.fact(view, part),
            )
            for part in parts
        ]
        listed = "；".join(
            say("figures_item", name=f.label, value=comma(Decimal(f.value or "0")), unit=f.unit, mark=mark(f.citation))
            for f in figures
        )
        text = say(
            "composition",
            who=self._who(view),
            name=self._name(view, fact),
            value=comma(self._value(fact)),
            unit=fact.unit,
            mark=mark(number),
            list=listed,
        )
        operands = [self._operand(view, part) for part in parts]
        calculation = Calculation(
            formula="逐项列出", operands=tuple(operands), exact=printed(self._value(fact)), rounding="未舍入"
        )
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=calculation)
