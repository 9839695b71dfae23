"""From a plan to an answer: cells are selected, computed exactly, worded by template, cited.

A new form of question is one method here, its words in the vocabulary and its sentence in the prompts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from assistant import calculator, prose
from assistant.calculator import CalculationError
from assistant.citing import Citations, mark
from assistant.library import AccountView, Library
from assistant.model import Answer, Calculation, Figure, Item, Operand, Plan, printed
from assistant.retrieval import best_sentence
from assistant.selection import Selection, children, leaves, others, select
from ingest.model import Fact, Statement, Table
from ingest.text import plain
from prompts import say

_KIND_SCOPE = {
    "T5": "一般公共预算财政拨款",
    "T6": "一般公共预算财政拨款基本支出",
    "T8": "政府性基金预算财政拨款",
    "T9": "国有资本经营预算财政拨款",
}


class Refusal(Exception):
    """No answer can be given; carries the answer that says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


class Answering:
    """Answers one plan."""

    def __init__(self, library: Library, plan: Plan, vectors: bool = True) -> None:
        self.library, self.plan, self.vectors = library, plan, vectors
        self.citations = Citations()
        self.notes: list[str] = list(plan.notes if plan.form not in ("refuse", "clarify") else ())

    def answer(self) -> Answer:
        """The answer, with the plan; refusals are answers too."""
        forms: dict[str, Callable[[], Answer]] = {
            "figure": self._figure,
            "sum": self._sum,
            "difference": self._difference,
            "share": self._share,
            "completion": self._completion,
            "growth": self._growth,
            "ranking": self._ranking,
            "composition": self._composition,
            "prose-figure": self._prose_figure,
            "reason": self._reason,
            "definition": self._definition,
            "passage": self._passage,
            "refuse": self._refuse,
            "clarify": self._clarify,
        }
        try:
            made = forms[self.plan.form]()
        except Refusal as refusal:
            made = refusal.answer
        notes = tuple(dict.fromkeys(note for note in (*made.notes, *self.notes) if note))
        return made.model_copy(update={"plan": self.plan, "citations": self.citations.all(), "notes": notes})

    # --- names, values, operands ----------------------------------------------------------------------------------

    def _view(self, item: Item) -> AccountView:
        return self.library.view(item.account)

    def _first_view(self) -> AccountView:
        return self.library.view(self.plan.accounts[0])

    def _who(self, view: AccountView) -> str:
        return f"{view.account.department}{view.account.year}年度"

    def _name(self, view: AccountView, fact: Fact) -> str:
        """The figure's name as the answer says it: subject and column, so that no scope stays unsaid."""
        measure = fact.measure
        if fact.kind == "T7":
            return f"{fact.item}{measure}"
        scope = _KIND_SCOPE.get(fact.kind or "", "")
        if fact.subject in ("合计", "") and fact.code == "":
            prefix = scope if scope and not measure.startswith(scope[:4]) else ""
            return f"{prefix}{measure}"
        subject = f"“{fact.subject}”" if fact.code else fact.subject
        if fact.kind in ("T1", "T4"):
            side = fact.side if fact.subject in ("总计",) else ""
            money = "财政拨款" if fact.kind == "T4" and "财政拨款" not in fact.subject else ""
            column = "" if measure in ("决算数", "") else f"（{measure}）"
            return f"{money}{side}{fact.subject}{column}"
        if fact.kind == "T6":
            return f"{subject}{measure}"
        if fact.kind in ("T3", "T2"):
            return f"{subject}{measure}" if measure not in ("基本支出", "项目支出") else f"{subject}的{measure}"
        return f"{subject}{measure}（{scope}）" if scope else f"{subject}{measure}"

    def _value(self, fact: Fact) -> Decimal:
        assert fact.value is not None
        return fact.value

    def _unit(self, fact: Fact | None) -> str | None:
        return (
            self.plan.unit if self.plan.unit and fact and fact.unit in calculator.YUAN else fact.unit if fact else None
        )

    def _shown(self, value: Fraction, unit: str | None, places: int) -> tuple[Decimal, str | None]:
        """The value in the unit asked for, rounded as asked, else with the table's decimals carried over."""
        wanted = self.plan.unit if self.plan.unit and unit in calculator.YUAN else unit
        converted = calculator.convert(value, unit, wanted)
        if self.plan.decimals is not None:
            places = self.plan.decimals
        elif unit in calculator.YUAN and wanted in calculator.YUAN:
            places = max(0, places + calculator.YUAN[wanted] - calculator.YUAN[unit])
        if wanted != unit and unit:
            self.notes.append(say("note_unit", unit=unit))
        return calculator.rounded(converted, places), wanted

    def _operand(self, view: AccountView, fact: Fact) -> Operand:
        return Operand(
            name=f"{self._who(view)}{self._name(view, fact)}",
            value=printed(self._value(fact)),
            unit=fact.unit,
            citation=self.citations.fact(view, fact),
        )

    def _calculation(self, formula: str, operands: Sequence[Operand], exact: Fraction, shown: Decimal) -> Calculation:
        text = calculator.exact_text(exact)
        same = Fraction(shown) == exact
        rounding = "未舍入" if same else f"四舍五入到小数点后 {calculator.places_of(shown)} 位"
        return Calculation(formula=formula, operands=tuple(operands), exact=text, rounding=rounding)

    def _selected(self, item: Item) -> tuple[AccountView, Fact]:
        """The item's cell.

        :raises Refusal: if it is not in the account, or not filled in.
        """
        view = self._view(item)
        selection = select(view, item)
        if selection.fact is None:
            raise Refusal(self._not_there(view, item, selection.empty))
        if selection.blank:
            raise Refusal(self._blank(view, selection))
        fact = selection.fact
        self.citations.fact(view, fact)
        self._scope_notes(view, fact, selection)
        return view, fact

    def _scope_notes(self, view: AccountView, fact: Fact, selection: Selection) -> None:
        table = view.tables[fact.table]
        if selection.moved:
            self.notes.append(say("note_moved", name=selection.item.name, table=table.title))
        self.notes.append(say("note_scope", table=table.title, measure=fact.measure))
        same, narrower = others(view, fact)
        for other in same:
            number = self.citations.fact(view, other)
            title = view.tables[other.table].title
            self.notes.append(
                say("note_conflict", table=title, value=_comma(self._value(other)), unit=other.unit, mark=mark(number))
            )
        if narrower and not selection.item.measure:
            number = self.citations.fact(view, narrower)
            title = view.tables[narrower.table].title
            self.notes.append(
                say(
                    "note_narrower",
                    table=title,
                    value=_comma(self._value(narrower)),
                    unit=narrower.unit,
                    mark=mark(number),
                )
            )
        self._year_note(view)

    def _year_note(self, view: AccountView) -> None:
        years = {account.year for account in self.library.accounts if account.department == view.account.department}
        if len(years) > 1 and not self.plan.dated and len(self.plan.accounts) == 1:
            self.notes.append(say("note_year", year=view.account.year))

    # --- refusals -------------------------------------------------------------------------------------------------

    def _blank(self, view: AccountView, selection: Selection) -> Answer:
        fact = selection.fact
        assert fact is not None
        number = self.citations.fact(view, fact)
        table = view.tables[fact.table]
        notes = [
            say("empty_note", quote=note, mark=mark(self.citations.note(view, fact.table, note)))
            for note in table.notes
            if "无" in note or "没有" in note
        ]
        for statement in prose.about_item(view, fact.item, ("决算数",))[:1]:
            cited = self.citations.sentence(view, statement.sentence, printed(statement.value), statement.unit)
            notes.append(say("note_prose_value", value=printed(statement.value), unit=statement.unit, mark=mark(cited)))
        text = say(
            "refuse_blank", who=self._who(view), name=self._name(view, fact), table=table.title, mark=mark(number)
        )
        return Answer(status="refused", text=text, reason="blank", notes=tuple(notes))

    def _not_there(self, view: AccountView, item: Item, empty: Table | None) -> Answer:
        if empty:
            said = [note for note in empty.notes if "无" in note or "没有" in note][-1:]
            note = "".join(
                say("empty_note", quote=n, mark=mark(self.citations.note(view, empty.number, n))) for n in said
            )
            text = say("refuse_empty", who=self._who(view), table=empty.title, name=item.name or item.words, note=note)
            return Answer(status="refused", text=text, reason="blank")
        name = item.words if not item.code else f"科目编码 {item.code}"
        return self._nothing(view, name, "item")

    def _nothing(self, view: AccountView, name: str, reason: str) -> Answer:
        near = self._near(view, name)
        text = say(
            "refuse_item", who=self._who(view), name=name, near=say("near_item", names="、".join(near)) if near else ""
        )
        return Answer(
            status="refused", text=text, reason="item" if reason == "item" else "off-topic", options=tuple(near)
        )

    def _near(self, view: AccountView, name: str) -> list[str]:
        from rapidfuzz import fuzz, process

        names = list(dict.fromkeys(fact.item for fact in view.facts if fact.item and fact.value))
        return [hit[0] for hit in process.extract(name, names, scorer=fuzz.ratio, limit=3, score_cutoff=40)]

    def _refuse(self) -> Answer:
        plan = self.plan
        if plan.reason == "year":
            who = plan.notes[0] if plan.notes else ""
            text = say("refuse_year", who=who, year=plan.words, years="、".join(plan.options) or "无")
        elif plan.reason == "department":
            text = say(
                "refuse_department", name=plan.words, near=say("near_department", names="、".join(plan.options[:8]))
            )
        elif plan.reason == "empty":
            text = say("refuse_empty-store")
        else:
            text = say("refuse_off-topic")
        return Answer(status="refused", text=text, reason=plan.reason or "off-topic", options=plan.options)

    def _clarify(self) -> Answer:
        text = say("clarify_department", names="、".join(self.plan.options))
        return Answer(status="clarify", text=text, options=self.plan.options)

    # --- figures --------------------------------------------------------------------------------------------------

    def _figure(self) -> Answer:
        found = [self._selected(item) for item in self.plan.items]
        if len(found) > 1:
            return self._figures(found)
        (view, fact), item = found[0], self.plan.items[0]
        value = self._value(fact)
        shown, unit = self._shown(Fraction(value), fact.unit, calculator.places_of(value))
        operand = self._operand(view, fact)
        text = say(
            "figure",
            who=self._who(view),
            name=self._name(view, fact),
            value=_comma(shown),
            unit=unit or "",
            mark=mark(operand.citation),
        )
        if item.beside:
            text += self._beside(view, item)
        formula = operand.name if unit == fact.unit else f"{operand.name}，{fact.unit}换算为{unit}"
        exact = calculator.convert(Fraction(value), fact.unit, unit)
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=unit,
            calculation=self._calculation(formula, [operand], exact, shown),
        )

    def _beside(self, view: AccountView, item: Item) -> str:
        other = next(
            (
                f
                for f in view.by_kind.get("T1", [])
                if f.subject == item.beside and f.measure == "决算数" and f.value is not None
            ),
            None,
        )
        if other is None:
            return ""
        number = self.citations.fact(view, other)
        shown, unit = self._shown(Fraction(self._value(other)), other.unit, calculator.places_of(self._value(other)))
        if unit != other.unit:
            return ""
        return say("beside", name=item.beside, value=_comma(shown), unit=unit, mark=mark(number))

    def _figures(self, found: list[tuple[AccountView, Fact]]) -> Answer:
        figures, parts = [], []
        same_who = len({view.account.id for view, _ in found}) == 1
        for view, fact in found:
            value = self._value(fact)
            shown, unit = self._shown(Fraction(value), fact.unit, calculator.places_of(value))
            number = self.citations.fact(view, fact)
            label = self._name(view, fact) if same_who else f"{self._who(view)}{self._name(view, fact)}"
            figures.append(Figure(label=label, value=printed(shown), unit=unit, citation=number))
            template = "figures_item" if same_who else "many_item"
            parts.append(
                say(
                    template,
                    who=self._who(view),
                    name=self._name(view, fact),
                    value=_comma(shown),
                    unit=unit or "",
                    mark=mark(number),
                )
            )
        text = (
            say("figures", who=self._who(found[0][0]), list="；".join(parts))
            if same_who
            else say("many", list="；".join(parts))
        )
        operands = [self._operand(view, fact) for view, fact in found]
        listed = Calculation(
            formula="逐项列出", operands=tuple(operands), exact="、".join(o.value for o in operands), rounding="未舍入"
        )
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=listed)

    def _sum(self) -> Answer:
        found = [self._selected(item) for item in self.plan.items]
        units = {fact.unit for _, fact in found}
        unit = units.pop() if len(units) == 1 else "万元"
        exact = sum((calculator.convert(Fraction(self._value(f)), f.unit, unit) for _, f in found), Fraction(0))
        places = max(calculator.places_of(self._value(fact)) for _, fact in found)
        shown, wanted = self._shown(exact, unit, places)
        operands = [self._operand(view, fact) for view, fact in found]
        same_who = len({view.account.id for view, _ in found}) == 1
        parts = [
            say(
                "figures_item" if same_who else "many_item",
                who=self._who(view),
                name=self._name(view, fact),
                value=_comma(self._value(fact)),
                unit=fact.unit or "",
                mark=mark(operand.citation),
            )
            for (view, fact), operand in zip(found, operands, strict=True)
        ]
        text = (self._who(found[0][0]) + "：" if same_who else "") + say(
            "sum", list="、".join(parts), value=_comma(shown), unit=wanted or ""
        )
        formula = " + ".join(operand.name for operand in operands)
        in_wanted = calculator.convert(exact, unit, wanted)
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=wanted,
            calculation=self._calculation(formula, operands, in_wanted, shown),
        )

    def _difference(self) -> Answer:
        (first_view, first), (second_view, second) = (self._selected(item) for item in self.plan.items)
        exact = Fraction(self._value(first)) - calculator.convert(
            Fraction(self._value(second)), second.unit, first.unit
        )
        places = max(calculator.places_of(self._value(first)), calculator.places_of(self._value(second)))
        shown, unit = self._shown(abs(exact), first.unit, places)
        operands = [self._operand(first_view, first), self._operand(second_view, second)]
        names = [operand.name for operand in operands]
        if first_view is second_view:
            names[1] = self._name(second_view, second)
        values = {
            "first": names[0], "first_value": _comma(self._value(first)), "first_mark": mark(operands[0].citation),
            "second": names[1], "second_value": _comma(self._value(second)), "second_mark": mark(operands[1].citation),
            "unit": first.unit or "",
        }  # fmt: skip
        if exact == 0:
            text = say("difference_same", **values)
        elif first.kind == second.kind == "T7" and first.item == second.item and first_view is second_view:
            text = self._saved(first_view, (first, operands[0]), (second, operands[1]), exact, shown, unit)
        else:
            if unit != first.unit:
                values |= {"unit": unit or ""}
                values["first_value"] = _comma(
                    calculator.rounded(calculator.convert(Fraction(self._value(first)), first.unit, unit), 0)
                )
                values["second_value"] = _comma(
                    calculator.rounded(calculator.convert(Fraction(self._value(second)), second.unit, unit), 0)
                )
            text = say("difference", **values, direction="多" if exact > 0 else "少", value=_comma(shown))
        formula = f"{operands[0].name} − {operands[1].name}"
        in_unit = calculator.convert(exact, first.unit, unit)
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=unit,
            calculation=self._calculation(formula, operands, in_unit, shown if exact >= 0 else -shown),
        )

    def _saved(
        self,
        view: AccountView,
        first: tuple[Fact, Operand],
        second: tuple[Fact, Operand],
        exact: Fraction,
        shown: Decimal,
        unit: str | None,
    ) -> str:
        (budget, budget_op), (actual, actual_op) = (first, second) if first[0].measure == "预算数" else (second, first)
        less = self._value(actual) < self._value(budget)
        return say(
            "saved", who=self._who(view), name=budget.item, budget=_comma(self._value(budget)), budget_mark=mark(budget_op.citation),
            actual=_comma(self._value(actual)), actual_mark=mark(actual_op.citation), unit=budget.unit or "",
            direction="决算比预算少" if less else "决算比预算多", value=f"{_comma(shown)}" if unit == budget.unit else _comma(shown) + f"（{unit}）",
        )  # fmt: skip

    def _percent(self, part: Decimal, whole: Decimal) -> tuple[Fraction, Decimal]:
        exact = calculator.percent(part, whole)
        return exact, calculator.rounded(exact, 2 if self.plan.decimals is None else self.plan.decimals)

    def _share(self) -> Answer:
        view, part = self._selected(self.plan.items[0])
        if self.plan.base:
            whole_view, whole = self._selected(self.plan.base)
        else:
            whole_view, whole = view, self._whole_of(view, part)
            self.notes.append(say("note_whole", name=self._name(view, whole)))
        operands = [self._operand(view, part), self._operand(whole_view, whole)]
        whole_name = self._name(view, whole) if whole_view is view else operands[1].name
        shared = {
            "who": self._who(view), "name": self._name(view, part), "part": _comma(self._value(part)), "unit": part.unit or "",
            "part_mark": mark(operands[0].citation), "whole_name": whole_name, "whole": _comma(self._value(whole)),
            "whole_mark": mark(operands[1].citation),
        }  # fmt: skip
        try:
            exact, shown = self._percent(self._value(part), self._value(whole))
        except CalculationError:
            return Answer(status="answered", text=say("share_zero", **shared))
        text = say("share", **shared, value=_comma(shown))
        self._printed_rate(view, part, shown, "占比")
        formula = f"{operands[0].name} ÷ {operands[1].name} × 100%"
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit="%",
            calculation=self._calculation(formula, operands, exact, shown),
        )

    def _whole_of(self, view: AccountView, part: Fact) -> Fact:
        """What an item is a share of when the question does not say: its table's total in the same column."""
        wanted = {
            "T7": ("T7", "“三公”经费合计", part.measure), "T6": ("T5", "合计", "基本支出"),
            "T1": ("T1", "本年收入合计" if part.side == "收入" else "本年支出合计", "决算数"),
            "T4": ("T4", "本年收入合计" if part.side == "收入" else "本年支出合计", part.measure),
        }  # fmt: skip
        kind, name, measure = wanted.get(part.kind or "", (part.kind or "", "合计", part.measure))
        if part.subject == "合计":
            measure = {"T3": "本年支出合计", "T5": "本年支出合计", "T2": "本年收入合计"}.get(part.kind or "", measure)
        for fact in view.by_kind.get(kind, []):
            if (
                plain(fact.item) == plain(name)
                and fact.measure == measure
                and not fact.parent
                and (kind not in ("T1", "T4") or fact.side == part.side)
            ):
                if fact.value is not None:
                    return fact
        raise Refusal(self._nothing(view, name, "item"))

    def _printed_rate(self, view: AccountView, fact: Fact, shown: Decimal, measure: str) -> None:
        """A note where the narrative prints another rate for the same thing."""
        for statement in prose.about_item(view, fact.item, (measure,)):
            whole_fits = (fact.kind in ("T7", "T3") and self.plan.base is None) or "合计" in (
                self.plan.base.name if self.plan.base else ""
            )
            if whole_fits and abs(statement.value - shown) > Decimal("0.005") and abs(statement.value - shown) < 1:
                number = self.citations.sentence(view, statement.sentence, printed(statement.value), statement.unit)
                self.notes.append(
                    say("note_printed_rate", printed=statement.text, mark=mark(number), value=printed(shown))
                )
                return

    def _completion(self) -> Answer:
        item = self.plan.items[0]
        view = self._view(item)
        budget_item = item.model_copy(update={"measure": "预算数"})
        budget = select(view, budget_item)
        if budget.fact and budget.fact.kind == "T7":
            actual_item = item.model_copy(update={"measure": "决算数"})
            (_, budget_fact), (_, actual_fact) = self._selected(budget_item), self._selected(actual_item)
            operands = [self._operand(view, actual_fact), self._operand(view, budget_fact)]
            values = (self._value(actual_fact), self._value(budget_fact))
            name, unit = budget_fact.item, budget_fact.unit or ""
        else:
            operands, values, name, unit = self._stated_completion(view, item)
        shared = {
            "who": self._who(view), "name": name, "budget": _comma(values[1]), "budget_mark": mark(operands[1].citation), "unit": unit,
            "actual": _comma(values[0]), "actual_mark": mark(operands[0].citation),
        }  # fmt: skip
        try:
            exact, shown = self._percent(*values)
        except CalculationError:
            return Answer(status="answered", text=say("zero_base", **shared))
        formula = f"{operands[0].name} ÷ {operands[1].name} × 100%"
        for statement in prose.about_item(view, name, ("完成率",)):
            if abs(statement.value - shown) >= Decimal("0.005"):
                number = self.citations.sentence(view, statement.sentence, printed(statement.value), statement.unit)
                self.notes.append(
                    say("note_printed_rate", printed=statement.text, mark=mark(number), value=printed(shown))
                )
            break
        self._year_note(view)
        return Answer(
            status="answered",
            text=say("completion", **shared, value=_comma(shown)),
            value=printed(shown),
            unit="%",
            calculation=self._calculation(formula, operands, exact, shown),
        )

    def _budget_statements(self, view: AccountView, item: Item) -> tuple[Statement, Statement | None]:
        """Budget and actual figure of an item as the narrative states them.

        :raises Refusal: if it states no budget.
        """
        selection = select(view, item)
        name = selection.fact.item if selection.fact and selection.fact.item != "合计" else item.name
        names = [name, item.words]
        if item.row == "" or item.row in ("本年支出合计", "总计", "合计"):
            names = (
                [item.words, "一般公共预算财政拨款支出"]
                if item.words in ("支出", "总支出", "本年支出", "本年支出合计") or "一般公共" in item.words
                else [item.words]
            )
        wanted = (
            ("年初预算",)
            if self.plan.stage == "年初预算" or "年初" in self.plan.words
            else ("预算数",)
            if "全年预算" in self.plan.words
            else ("年初预算", "预算数")
        )
        for measures in (wanted, ("年初预算", "预算数")):
            for candidate in names:
                budgets = prose.about_item(view, candidate, measures)
                if budgets:
                    same = [
                        s
                        for s in view.statements
                        if s.sentence == budgets[0].sentence
                        and s.measure == "决算数"
                        and prose.names_subject(s, candidate)
                    ]
                    return budgets[0], same[0] if same else None
        raise Refusal(self._nothing(view, f"{item.words}的预算数", "item"))

    def _stated_completion(
        self, view: AccountView, item: Item
    ) -> tuple[list[Operand], tuple[Decimal, Decimal], str, str]:
        budget, actual = self._budget_statements(view, item)
        number = self.citations.sentence(view, budget.sentence, printed(budget.value), budget.unit)
        budget_op = Operand(
            name=f"{self._who(view)}{budget.subject}{budget.measure}",
            value=printed(budget.value),
            unit=budget.unit,
            citation=number,
        )
        if actual is None:
            _, fact = self._selected(item)
            return (
                [self._operand(view, fact), budget_op],
                (self._value(fact), budget.value),
                budget.subject,
                budget.unit,
            )
        actual_op = Operand(
            name=f"{self._who(view)}{actual.subject}支出决算",
            value=printed(actual.value),
            unit=actual.unit,
            citation=number,
        )
        return [actual_op, budget_op], (actual.value, budget.value), budget.subject, budget.unit

    # --- growth ---------------------------------------------------------------------------------------------------

    def _growth(self) -> Answer:
        item = self.plan.items[0]
        view = self._view(item)
        rate = bool(re.search(r"率|百分|幅|%|％|(?:增长|下降|同比|上升)了?多少(?!万|钱|元|亿)", self.plan.words))
        selection = select(view, item)
        stated = self._stated_change(view, item, selection, "增减率" if rate else "增减额")
        if stated is None:
            stated = self._stated_change(view, item, selection, "增减额")
        before_view = self._previous_year(view)
        if selection.fact is not None and selection.fact.value is not None and before_view is not None:
            before = select(before_view, item.model_copy(update={"account": before_view.account.id}))
            if before.fact is not None and before.fact.value is not None:
                return self._computed_growth(view, selection.fact, before_view, before.fact, rate)
        if stated is not None:
            return self._stated(view, stated)
        raise Refusal(self._nothing(view, f"{item.words}的上年数", "item"))

    def _previous_year(self, view: AccountView) -> AccountView | None:
        year = self.plan.base_year or view.account.year - 1
        earlier = [a for a in self.library.accounts if a.department == view.account.department and a.year == year]
        return self.library.view(earlier[-1].id) if earlier else None

    def _stated_change(self, view: AccountView, item: Item, selection: Selection, measure: str) -> Statement | None:
        names = [item.words, item.name]
        if selection.fact is not None:
            names.append(selection.fact.item)
        if item.row == "总计":
            names += ["收入支出总计", "财政拨款收入支出总计"] if item.kinds[0] == "T4" else ["收入支出总计"]
        for name in names:
            for statement in prose.about_item(view, name, (measure,)):
                if "预算" not in statement.base:
                    return statement
        return None

    def _computed_growth(
        self, view: AccountView, now: Fact, before_view: AccountView, before: Fact, rate: bool
    ) -> Answer:
        self._scope_notes(view, now, Selection(self.plan.items[0], now))
        operands = [self._operand(view, now), self._operand(before_view, before)]
        exact = calculator.subtract(self._value(now), self._value(before))
        places = max(calculator.places_of(self._value(now)), calculator.places_of(self._value(before)))
        change = calculator.rounded(abs(exact), places)
        shared = {
            "who": self._who(view), "name": self._name(view, now), "now": _comma(self._value(now)), "unit": now.unit or "", "now_mark": mark(operands[0].citation),
            "year": before_view.account.year, "before": _comma(self._value(before)), "before_mark": mark(operands[1].citation),
        }  # fmt: skip
        formula = f"{operands[0].name} − {operands[1].name}"
        calculation = self._calculation(formula, operands, exact, change if exact >= 0 else -change)
        if exact == 0 and not rate:
            return Answer(
                status="answered",
                text=say("growth_same", **shared),
                value=printed(change),
                unit=now.unit,
                calculation=calculation,
            )
        try:
            exact_rate = calculator.growth(self._value(now), self._value(before))
        except CalculationError:
            text = say("growth", **shared, direction="增加", change=_comma(change), rate_words=say("growth_zero"))
            return Answer(
                status="answered",
                text=text,
                value=None if rate else printed(change),
                unit=None if rate else now.unit,
                calculation=calculation,
            )
        shown = calculator.rounded(abs(exact_rate), 2 if self.plan.decimals is None else self.plan.decimals)
        up = exact >= 0
        words = say("growth_rate", direction="增长" if up else "下降", rate=_comma(shown))
        text = say("growth", **shared, direction="增加" if up else "减少", change=_comma(change), rate_words=words)
        if not rate:
            both = calculation.model_copy(update={"formula": f"{formula}；变动率 = 变动额 ÷ {operands[1].name} × 100%"})
            figure = Figure(label="变动率", value=printed(shown), unit="%", citation=operands[1].citation)
            return Answer(
                status="answered", text=text, value=printed(change), unit=now.unit, calculation=both, figures=(figure,)
            )
        formula = f"（{formula}）÷ {operands[1].name} × 100%"
        rated = self._calculation(formula, operands, exact_rate, shown if up else -shown)
        figure = Figure(label="变动额", value=printed(change), unit=now.unit, citation=operands[0].citation)
        return Answer(
            status="answered", text=text, value=printed(shown), unit="%", calculation=rated, figures=(figure,)
        )

    # --- rankings -------------------------------------------------------------------------------------------------

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
            return view, "所问各项", [(v, fact) for v, fact in found if fact.value is not None]
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
        from assistant.vocabulary import words as vocabulary

        digits = 3 if vocabulary().single["class_level"].search(words) else None
        level = "各类" if digits else "各项"
        column = f"{measure}" if measure not in ("决算数",) else ""
        return f"《{title}》{column}的{level}", [(view, fact) for fact in leaves(view, kind, measure, digits)]

    def _ranking(self) -> Answer:
        view, what, rows = self._ranked_facts()
        rows = [(v, f) for v, f in rows if f.value is not None and (not self.plan.non_zero or f.value != 0)]
        listed = len(self.plan.items) > 1
        if not listed and self.plan.ascending and not self.plan.non_zero:
            rows = [(v, f) for v, f in rows if f.value != 0] or rows
        if not rows:
            raise Refusal(self._nothing(view, what, "item"))
        rows.sort(key=lambda pair: self._value(pair[1]), reverse=not self.plan.ascending)
        everything = (listed and not self.plan.top and not self.plan.nth) or bool(
            re.search(r"从.到|由.到|排序|排列|怎么排|依次|排名", self.plan.words)
        )
        chosen = rows
        if self.plan.nth:
            chosen = rows[self.plan.nth - 1 : self.plan.nth]
        elif self.plan.top:
            chosen = rows[: self.plan.top]
        elif not everything:
            chosen = [row for row in rows if self._value(row[1]) == self._value(rows[0][1])]
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
                say("ranking_item", name=label, value=_comma(shown), unit=unit or "", mark=mark(operand.citation))
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
        )

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
            say("figures_item", name=f.label, value=_comma(Decimal(f.value or "0")), unit=f.unit, mark=mark(f.citation))
            for f in figures
        )
        text = say(
            "composition",
            who=self._who(view),
            name=self._name(view, fact),
            value=_comma(self._value(fact)),
            unit=fact.unit,
            mark=mark(number),
            list=listed,
        )
        operands = [self._operand(view, part) for part in parts]
        calculation = Calculation(
            formula="逐项列出", operands=tuple(operands), exact=printed(self._value(fact)), rounding="未舍入"
        )
        return Answer(status="answered", text=text, figures=tuple(figures), calculation=calculation)

    # --- prose ----------------------------------------------------------------------------------------------------

    def _prose_figure(self) -> Answer:
        view = self._first_view()
        plan = self.plan
        if plan.items and plan.stage in ("年初预算", "预算数") and not plan.prose_unit:
            budget, _ = self._budget_statements(view, plan.items[0])
            return self._stated(view, budget)
        if plan.items and plan.stage == "预算差额":
            return self._budget_difference(view, plan.items[0])
        ranked = prose.find_statement(view, plan.words, plan.prose_unit, plan.stage)
        if ranked:
            best = ranked[0]
            rivals = [
                s
                for score, s in ranked
                if score > best[0] - 0.02 and (s.value, s.unit) != (best[1].value, best[1].unit)
            ]
            if not rivals or rivals[0].sentence.text == best[1].sentence.text:
                return self._stated(view, best[1])
            return self._quoted(view, best[1].sentence.text, [(s.sentence) for s in (best[1], *rivals[:1])])
        if plan.items and not plan.prose_unit:
            return self._figure_of_known_item(view)
        return self._passage(counted=True)

    def _figure_of_known_item(self, view: AccountView) -> Answer:
        """The question has words that the assistant does not know before a name: the name alone is not what was asked."""
        return self._nothing(view, prose.content_words(self.plan.words).replace("\x00", ""), "item")

    def _budget_difference(self, view: AccountView, item: Item) -> Answer:
        operands, (actual, budget), name, unit = self._stated_completion(view, item)
        exact = calculator.subtract(actual, budget)
        shown, wanted = self._shown(abs(exact), unit, 2)
        text = say(
            "saved", who=self._who(view), name=name, budget=_comma(budget), budget_mark=mark(operands[1].citation), actual=_comma(actual),
            actual_mark=mark(operands[0].citation), unit=unit, direction="决算比预算多" if exact > 0 else "决算比预算少", value=_comma(shown),
        )  # fmt: skip
        formula = f"{operands[0].name} − {operands[1].name}"
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=wanted,
            calculation=self._calculation(formula, operands, exact, shown if exact >= 0 else -shown),
        )

    def _stated(self, view: AccountView, statement: Statement) -> Answer:
        value = statement.value
        number = self.citations.sentence(view, statement.sentence, printed(value), statement.unit, statement.text)
        if statement.direction == "持平":
            return Answer(
                status="answered",
                text=say("stated", who=self._who(view), quote=statement.sentence.text, mark=mark(number)),
                value="0",
                unit=None,
            )
        change = statement.measure in ("增减额", "增减率")
        shown, unit = self._shown(Fraction(value), statement.unit, calculator.places_of(value))
        subject = statement.subject or "该项"
        name = (
            f"{subject}{statement.measure}"
            if statement.measure in ("年初预算", "预算数", "占比", "完成率", "目标值", "实际值")
            else subject
        )
        values = {
            "who": self._who(view),
            "name": name,
            "value": _comma(shown) + " ",
            "unit": unit,
            "mark": mark(number),
            "quote": statement.sentence.text,
        }
        text = (
            say("stated_change", **values, direction=statement.direction) if change else say("stated_value", **values)
        )
        operand = Operand(name=f"{self._who(view)}{name}", value=printed(value), unit=statement.unit, citation=number)
        exact = calculator.convert(Fraction(value), statement.unit, unit)
        self._year_note(view)
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=unit,
            calculation=self._calculation(operand.name, [operand], exact, shown),
        )

    def _quoted(self, view: AccountView, quote: str, sentences: Sequence[object]) -> Answer:
        numbers = [self.citations.sentence(view, sentence) for sentence in sentences]  # type: ignore[arg-type]
        return Answer(status="answered", text=say("passage", who=self._who(view), quote=quote, mark=mark(*numbers)))

    def _reason(self) -> Answer:
        view = self._first_view()
        names = [item.name if item.row is None else item.words for item in self.plan.items]
        found = prose.find_reason(view, self.plan.words, names)
        if found is None:
            return self._passage()
        passage, sentence = found
        at = passage.sentences.index(sentence)
        lead = passage.sentences[max(0, at - 1) : at] if len(sentence.text) < 60 else ()
        from ingest.model import Sentence

        quoted = Sentence(
            "".join(s.text for s in (*lead, sentence)),
            tuple(dict.fromkeys(p for s in (*lead, sentence) for p in s.places)),
        )
        number = self.citations.sentence(view, quoted)
        return Answer(status="answered", text=say("reason", who=self._who(view), quote=quoted.text, mark=mark(number)))

    def _definition(self) -> Answer:
        view = self._first_view()
        entry = prose.find_definition(view, self.plan.words, [item.words for item in self.plan.items])
        if entry is None:
            return self._passage()
        from ingest.model import Sentence

        whole = Sentence(entry.text, tuple(dict.fromkeys(place for s in entry.sentences for place in s.places)))
        number = self.citations.sentence(view, whole)
        return Answer(
            status="answered", text=say("definition", who=self._who(view), quote=entry.text, mark=mark(number))
        )

    def _passage(self, counted: bool = False) -> Answer:
        """A whole section or the sentence that answers; `counted` if the question wants a number."""
        view = self._first_view()
        section = prose.find_section(view, self.plan.words)
        from ingest.model import Sentence

        if section is not None:
            sentences = [s for s in section.sentences if not re.search(r"具体如下：?$", s.text)]
            whole = Sentence(
                "".join(s.text for s in sentences), tuple(dict.fromkeys(p for s in sentences for p in s.places))
            )
            return self._quoted(view, whole.text, [whole])
        store = self.library.store if self.vectors else None
        found = best_sentence(view, self.plan.words, store)
        money = counted and ("元" in self.plan.prose_unit or not self.plan.prose_unit)
        if found is None or (counted and (money or not re.search(r"\d|[一二三四五六七八九十]", found[1].text))):
            if self.plan.reason == "off-topic":
                return Answer(status="refused", text=say("refuse_off-topic"), reason="off-topic")
            return self._nothing(
                view,
                prose.content_words(self.plan.words).replace("\x00", "") or self.plan.words.replace("\x00", ""),
                "item",
            )
        _, sentence = found
        return self._quoted(view, sentence.text, [sentence])


def _comma(value: Decimal) -> str:
    return f"{value:,f}"
