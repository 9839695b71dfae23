"""Rankings and compositions over rows of a table, parts of an item, or several accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from assistant import calculator
from assistant.answering.base import Refusal, comma
from assistant.answering.figures import Figures
from assistant.answering.limits import formula_of, in_words, limits_of
from assistant.answering.working import figures_of
from assistant.calculator import Call, Constant, Expression, Ref, call, evaluate
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Compared, Coverage, Figure, Item, printed
from assistant.selection import children, leaves, select
from assistant.vocabulary import words as vocabulary
from ingest.catalogue.dimensions import dimensions
from ingest.model import Fact
from prompts import say

IN_ORDER = re.compile("[从由][大小高低多少][到至]|名次|排序|排列|怎么排|依次|排名|列")
"""Words that want all in their order."""
_NAMED = 10
"""Departments without the figure that are named at most."""
_ITEMS = re.compile("哪几项|哪些项(?!目)|项级")
"""Asks for the last level of subjects."""


def _by_fund(view: AccountView, fact: Fact) -> list[Fact]:
    """The cells of the row whose columns are its funds, where the fact's own column is of several."""
    fund = dimensions(fact.kind, fact.measure).fund
    others = [cell for cell in view.row(fact) if cell.side == fact.side]
    return [cell for cell in others if dimensions(cell.kind, cell.measure).fund not in (fund, "")]


def _of_basic(view: AccountView, fact: Fact) -> list[Fact]:
    """人员经费 and 公用经费, where they make up the whole of 基本支出."""
    if fact.measure != "基本支出" or fact.subject != "合计":
        return []
    cells = view.by_kind.get("T6", [])
    both = [cell for name in ("人员经费合计", "公用经费合计") for cell in cells if cell.subject == name]
    both = [cell for cell in both if cell.measure == "决算数" and cell.value is not None]
    same = len(both) == 2 and {cell.unit for cell in both} == {fact.unit}
    return both if same and sum(cell.value or 0 for cell in both) == fact.value else []


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


class Rankings(Figures):
    """Forms answered with an ordered list."""

    coverage: Coverage | None = None
    """Of the departments that are compared, once they have been looked at."""

    def _ranked_facts(self) -> tuple[AccountView, str, list[tuple[AccountView, Fact]]]:
        """What is ranked: the items named, the parts of one, or the rows of a table."""
        items = self.plan.items
        view = self._view(items[0])
        words = self.plan.words
        if self.plan.form == "filter" and len({item.account for item in items}) == 1 and re.search("明细|科目|里", words):
            items = items[-1:]  # 公用经费里…的商品和服务明细: the rows of the last
        if len(items) > 1:
            found = [
                (self._view(item), selection.fact)
                for item in items
                if (selection := select(self._view(item), item)).fact
            ]
            filled = [(v, fact) for v, fact in found if fact.value is not None]
            self._cover([v for v, _ in filled], [v for v, fact in found if fact.value is None])
            return view, say("what_listed"), filled
        item = items[0]
        if item.name == "" or item.row is not None:
            return view, *self._table_rows(view, item, words)
        selection = select(view, item)
        if selection.fact is None:
            raise Refusal(self._not_there(view, item, selection.empty))
        parts = _at_level(view, selection.fact, words) or children(view, selection.fact)
        if not parts:
            raise Refusal(self._nothing(view, f"{item.words}的明细", "item"))
        return view, say("what_parts", name=selection.fact.item), [(view, fact) for fact in parts]

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
            return say("what_rows", table=title, column="", level=say("what_item")), [(view, fact) for fact in facts]
        if kind == "T1" and (item.side == "收入" or (item.row is not None and "收入" in (item.side or ""))):
            skipped = {"本年收入合计", "总计", "年初结转和结余", "使用非财政拨款结余"}
            facts = [
                f
                for f in view.by_kind.get("T1", [])
                if f.side == "收入"
                and f.measure == measure
                and f.subject
                and f.subject not in skipped
                and "结余" not in f.subject
                and "结转" not in f.subject
            ]
            return say("what_incomes", table=title), [(view, fact) for fact in facts]
        if kind == "T1":
            kind = "T3"
            measure = "本年支出合计"
            title = table.title if (table := view.table_of_kind(kind)) else kind
        if kind == "T6" and item.row in ("人员经费合计", "公用经费合计"):
            side = item.row.removesuffix("合计")
            return say("what_side", side=side), [(view, fact) for fact in leaves(view, "T6", "决算数") if fact.side == side]
        if kind == "T5" and item.row == "" and item.measure == "本年支出合计" and not view.by_kind.get("T5"):
            kind = "T3"
        digits = 3 if vocabulary().single["class_level"].search(words) else None
        level = say("what_class" if digits else "what_item")
        column = view.printed_measure(measure) if measure != "决算数" else ""
        return say("what_rows", table=title, column=column, level=level), [(view, fact) for fact in leaves(view, kind, measure, digits)]

    def _ranking(self) -> Answer:
        view, what, rows = self._ranked_facts()
        every = [(v, f) for v, f in rows if f.value is not None]
        listed = len(self.plan.items) > 1
        rows = [(v, f) for v, f in every if f.value != 0]
        without_zero = self.plan.non_zero or (not listed and self.plan.ascending and bool(rows))
        if not without_zero:
            rows = every
        if not rows:
            raise Refusal(self._nothing(view, what, "item"))
        only_the_first = "最" in self.plan.words and not re.search(r"最.*最", self.plan.words)
        everything = (listed and not self.plan.top and not self.plan.nth and not only_the_first) or bool(
            IN_ORDER.search(self.plan.words) or re.search("来自|来源", self.plan.words)
        )
        taken = self._order(everything, without_zero)
        chosen, compared, in_place = self._taken(every, taken)
        if not chosen:
            raise Refusal(self._nothing(view, what, "item"))
        figures, operands = [], []
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
        order = say("across_order_ascending" if self.plan.ascending else "across_order")
        if self.plan.nth and len(chosen) == 1:
            order = say("across_nth", nth=self.plan.nth)
        elif len(chosen) == 1:
            order = say("ranking_least" if self.plan.ascending else "ranking_most")
        who = self._among(view, rows)
        text = say("ranking", who=who, what=what, order=order, list=self._in_words(figures, "ranking_item"))
        single = figures[0] if len(chosen) == 1 else None
        formula = f"{what}（共 {len(rows)} 项）按金额{'升' if self.plan.ascending else '降'}序"
        calculation = self._listed(in_place, formula, operands, compared)
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

    def _among(self, view: AccountView, rows: list[tuple[AccountView, Fact]]) -> str:
        """Whose rows they are: one account's, or those of several departments or years."""
        if len({v.account.id for v, _ in rows}) < 2:
            return self._who(view)
        return say("ranking_departments" if len({v.account.department for v, _ in rows}) > 1 else "ranking_years")

    def _order(self, everything: bool, without_zero: bool) -> Callable[..., Call]:
        """What is taken of the rows: the one on a place, the first few, all in order, or the extreme and its equals."""
        up = self.plan.ascending

        def taken(*rows: Expression) -> Call:
            if without_zero:
                rows = (call("nonzero", *rows),)
            if self.plan.nth:
                return call("nth", self.plan.nth, call("rank_up" if up else "rank", *rows))
            if self.plan.top:
                return call("bottom" if up else "top", self.plan.top, *rows)
            if everything:
                return call("rank_up" if up else "rank", *rows)
            return call("smallest" if up else "largest", *rows)

        return taken

    def _taken(
        self, rows: Sequence[tuple[AccountView, Fact]], build: Callable[..., Call]
    ) -> tuple[list[tuple[AccountView, Fact]], list[Compared], Callable[..., Call]]:
        """What an expression over all rows takes, in its order; the other rows; the expression over first these, then those.

        Of equal rows the expression takes the first: whatever their references, they must stay in the table's order.
        """
        named = {
            f"r{place}": Compared(
                ref=f"r{place}",
                name=fact.item or fact.label,
                value=printed(self._value(fact)),
                unit=fact.unit,
                page=fact.place.page,
            )
            for place, (_, fact) in enumerate(rows, 1)
        }
        found = evaluate(build(*map(Ref, named)), figures_of(tuple(named.values()))).rows
        names = [row.name for row in found]
        order = [*names, *(name for name in named if name not in names)]
        by_name = dict(zip(named, rows, strict=True))

        def in_place(*refs: Expression) -> Call:
            given = dict(zip(order, refs, strict=True))
            return build(*(given[name] for name in named))

        return [by_name[name] for name in names], [named[name] for name in order[len(names) :]], in_place

    def _filter(self) -> Answer:
        """The rows above or below the amount that the question names, the largest first."""
        view, what, rows = self._ranked_facts()
        limits = limits_of(self.plan.words)  # there are some: the form is chosen by these words
        who, across = self._among(view, rows), len({v.account.id for v, _ in rows}) > 1

        def taken(*every: Expression) -> Call:
            for limit in limits:
                every = (call("filter", limit.holds, Constant(Decimal(limit.amount), limit.unit), *every),)
            return call("rank", *every)

        rows, compared, in_place = self._taken([(v, f) for v, f in rows if f.value or (f.value is not None and not self.plan.non_zero)], taken)
        counted = re.search(r"几[项个]|多少[项个]", self.plan.words)
        formula = f"{what}中{formula_of(limits)}的项"
        if not rows:
            calculation = self._listed(in_place, formula, [], compared, count=True, exact="0")
            text = say("filter_none", who=who, what=what, limits=in_words(limits))
            return Answer(status="answered", text=text, value="0", unit="项", calculation=calculation)
        figures, operands = [], []
        for v, fact in rows:
            operand = self._operand(v, fact)
            operands.append(operand)
            name = operand.name if across else fact.item
            figures.append(Figure(label=name, value=operand.value, unit=fact.unit, citation=operand.citation))
        text = say(
            "filter", who=who, what=what, limits=in_words(limits), count=len(rows),
            list=self._in_words(figures, "ranking_item"),
        )  # fmt: skip
        calculation = self._listed(in_place, formula, operands, compared, count=bool(counted), as_printed=True)
        self._year_note(view)
        return Answer(
            status="answered", text=text, value=str(len(rows)) if counted else None, unit="项" if counted else None,
            figures=tuple(figures), calculation=calculation,
        )  # fmt: skip

    def _undivided(self, view: AccountView, fact: Fact) -> Answer:
        """The refusal for an item of which the account states no parts, with the whole."""
        refusal = self._nothing(view, say("what_parts", name=fact.item), "item")
        self.notes.append(say("note_undivided", text=self._figure().text))
        return refusal.model_copy(update={"options": ()})

    def _composition(self) -> Answer:
        used = self._told_use() if vocabulary().single["use"].search(self.plan.words) else None
        if used:
            return used
        view, fact = self._selected(self.plan.items[0])
        below = _at_level(view, fact, self.plan.words) or children(view, fact) or _by_fund(view, fact) or _of_basic(view, fact)
        parts = [part for part in below if part.value]
        if not parts:
            of_three = fact.kind == "T7" and "合计" in fact.item
            if of_three or (fact.kind != "T7" and fact.subject in ("合计", "总计", "本年支出合计", "本年收入合计")):
                item = self.plan.items[0]
                item = item.model_copy(update={"kinds": ("T7",)}) if of_three else item
                _, rows = self._table_rows(view, item, self.plan.words + "大类")
                parts = [row for _, row in rows if row.value]
        if not parts:
            return self._told_use() or self._undivided(view, fact)
        number = self.citations.fact(view, fact)
        figures = [
            Figure(
                label=part.item if part.measure == fact.measure else part.measure,
                value=printed(self._value(part)),
                unit=part.unit,
                citation=self.citations.fact(view, part),
            )
            for part in parts
        ]
        text = say(
            "composition",
            who=self._who(view),
            name=self._name(view, fact),
            value=comma(self._value(fact)),
            unit=fact.unit,
            mark=mark(number),
            list=self._in_words(figures),
        )
        operands = [self._operand(view, part) for part in parts]
        whole = printed(self._value(fact))
        calculation = self._listed("list", "逐项列出", operands, exact=whole, as_printed=True)
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=calculation)


def _at_level(view: AccountView, fact: Fact, words: str) -> list[Fact]:
    """The items (项) below a fact, where the question is for that level and not for the next one."""
    if not fact.code or not _ITEMS.search(words):
        return []
    return [leaf for leaf in leaves(view, fact.kind or "", fact.measure) if leaf.code.startswith(fact.code) and leaf != fact]
