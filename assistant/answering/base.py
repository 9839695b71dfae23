"""What every form of answer needs: names, units, operands, cells with their scope, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache

from assistant import calculator, prose
from assistant.answering.working import Asked, Build, Working, listed, work
from assistant.calculator import CalculationError
from assistant.checks import touching
from assistant.citing import Citations, mark
from assistant.library import AccountView, Library
from assistant.model import Answer, Calculation, Compared, Figure, Item, Operand, Plan, printed
from assistant.selection import Selection, others, select
from ingest import catalogue
from ingest.catalogue.dimensions import dimensions
from ingest.model import Fact, Table
from ingest.text import plain
from prompts import say


@cache
def _functional() -> frozenset[str]:
    return frozenset(plain(subject.name) for subject in catalogue.subjects("functional"))


class Refusal(Exception):
    """No answer can be given; carries the answer that says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


class Base:
    """Works on one plan."""

    def __init__(self, library: Library, plan: Plan, vectors: bool = True) -> None:
        self.library, self.plan, self.vectors = library, plan, vectors
        self.citations = Citations()
        self.notes: list[str] = list(plan.notes if plan.form not in ("refuse", "clarify") else ())
        self.sign: int | None = None
        """Of a difference (of an item against its budget: actual less budget) or a change; None for other answers."""

    def _view(self, item: Item) -> AccountView:
        return self.library.view(item.account)

    def _first_view(self) -> AccountView:
        return self.library.view(self.plan.accounts[0])

    def _who(self, view: AccountView) -> str:
        """Whose figure: department and year; that it is a budget's is said, that it is a final account's goes without."""
        budget = "预算" if view.account.is_budget else ""
        return f"{view.account.department}{view.account.year}年度{budget}"

    def _whose(self, view: AccountView) -> str:
        """The document by its department, year and kind."""
        account = view.account
        if not account.is_account and not account.is_budget:
            return f"《{account.department}》"
        return f"{account.department}{account.year}年度{account.kind[-2:]}"

    def _measure(self, view: AccountView, fact: Fact) -> str:
        """What the column measures, in the document's words."""
        return view.printed_measure(fact.measure)

    def _name(self, view: AccountView, fact: Fact) -> str:
        """The figure's name as the answer says it: subject and column, so that no scope stays unsaid."""
        measure = self._measure(view, fact)
        if fact.kind == "T7":
            return f"{fact.item}{measure}"
        table = dimensions(fact.kind, "")
        scope = table.fund + table.nature if table.fund not in ("", "全部", "财政拨款") else ""
        if fact.subject in ("合计", "") and fact.code == "":
            prefix = scope if scope and not measure.startswith(scope[:4]) else ""
            return f"{prefix}{measure}"
        subject = f"“{fact.subject}”" if fact.code else fact.subject
        if fact.kind in ("T1", "T4"):
            side = fact.side if fact.subject in ("总计",) else ""
            money = "财政拨款" if fact.kind == "T4" and "财政拨款" not in fact.subject else ""
            plain_column = measure in ("决算数", "") or (measure == "预算数" and view.account.is_budget)
            column = "" if plain_column else f"（{measure}）"
            return f"{money}{side}{fact.subject}{column}"
        if fact.kind == "T6":
            return f"{subject}{measure}"
        if fact.kind in ("T3", "T2"):
            return f"{subject}{measure}" if measure not in ("基本支出", "项目支出") else f"{subject}的{measure}"
        return f"{subject}{measure}（{scope}）" if scope else f"{subject}{measure}"

    def _value(self, fact: Fact) -> Decimal:
        assert fact.value is not None
        return fact.value

    def _wanted(self, unit: str | None) -> str | None:
        """The unit in which an amount of a unit is shown."""
        return self.plan.unit if self.plan.unit and unit in calculator.YUAN else unit

    def _shown(self, value: Fraction, unit: str | None, places: int) -> tuple[Decimal, str | None]:
        """The value in the unit asked for, rounded as asked, else with the table's decimals carried over."""
        wanted = self._wanted(unit)
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

    def _work(
        self,
        build: Build,
        operands: Sequence[Operand],
        places: int = 2,
        unit: str | None = None,
        size: bool = False,
        alike: str | None = None,
        aside: bool = False,
        compared: Sequence[Compared] = (),
    ) -> Working:
        """The number that a program over the operands comes to, in the unit and with the decimals asked for.

        :param build: an operation over all operands, or what makes the expression of their references.
        :param places: decimals where the question does not say; for amounts, in the operands' unit.
        :param unit: the unit of money to show it in, whatever the question says.
        :param size: leave the sign away: the answer says the direction in words.
        :param alike: the unit in which the answer shows all operands.
        :param aside: the question's decimals are for another number.
        :param compared: rows that the program looks at; their references come after the operands'.
        :raises ZeroBaseError: if it is compared with 0.
        :raises CalculationError: if the figures cannot be calculated with each other.
        """
        asked = Asked(unit or self.plan.unit, None if aside else self.plan.decimals)
        working = work(build, operands, places, asked, size, alike, compared)
        if working.converted and unit is None:
            self.notes.append(say("note_unit", unit=operands[0].unit))
        return working

    def _listed(
        self,
        build: Build,
        formula: str,
        operands: Sequence[Operand],
        compared: Sequence[Compared] = (),
        count: bool = False,
        exact: str | None = None,
        as_printed: bool = False,
    ) -> Calculation:
        """The calculation of a list, its amounts in the unit and with the decimals asked for.

        :param build: what makes the list of the references of the operands, then of the rows compared.
        :param count: how many there are is what is asked for.
        :param as_printed: the answer shows the amounts as the table prints them.
        :raises CalculationError: if the figures cannot be compared with each other.
        """
        asked = Asked() if as_printed else Asked(self.plan.unit, self.plan.decimals)
        return listed(build, formula, operands, compared, asked, count, exact)

    def _incalculable(self, error: CalculationError) -> Answer:
        """The refusal to calculate with figures that do not go together."""
        return Answer(status="refused", text=say("refuse_calculation", why=str(error)), reason="unsupported")

    def _selected(self, item: Item) -> tuple[AccountView, Fact]:
        """The item's cell.

        :raises Refusal: if it is not in the account, or not filled in.
        """
        view = self._view(item)
        selection = select(view, item)
        if selection.choices:
            raise Refusal(self._which_column(view, selection))
        if selection.fact is None:
            raise Refusal(self._not_there(view, item, selection.empty))
        if selection.blank:
            raise Refusal(self._blank(view, selection))
        fact = selection.fact
        self.citations.fact(view, fact)
        self._scope_notes(view, fact, selection)
        return view, fact

    def _scope_note(self, view: AccountView, fact: Fact) -> None:
        """Which reading (口径) is taken: table, column, and whose funds where that is known."""
        fund = dimensions(fact.kind, fact.measure).fund
        said = {"table": view.tables[fact.table].title, "measure": self._measure(view, fact)}
        self.notes.append(say("note_scope_fund", **said, fund=fund) if fund else say("note_scope", **said))

    def _in_words(self, figures: Sequence[Figure], template: str = "figures_item") -> str:
        """Figures as a list in words, each with its mark."""
        return "；".join(
            say(template, name=f.label, value=comma(Decimal(f.value or "0")), unit=f.unit or "", mark=mark(f.citation))
            for f in figures
        )

    def _scope_notes(self, view: AccountView, fact: Fact, selection: Selection) -> None:
        table = view.tables[fact.table]
        said = plain(selection.item.words)
        if said != plain(fact.item) and said in _functional():
            self.notes.append(say("note_other_subject", asked=selection.item.words, name=fact.item))
        if selection.moved:
            self.notes.append(say("note_moved", name=selection.item.name, table=table.title))
        self._scope_note(view, fact)
        same, narrower = others(view, fact)
        for other in same:
            number = self.citations.fact(view, other)
            title = view.tables[other.table].title
            self.notes.append(
                say("note_conflict", table=title, value=comma(self._value(other)), unit=other.unit, mark=mark(number))
            )
        if narrower and not selection.item.measure:
            number = self.citations.fact(view, narrower)
            title = view.tables[narrower.table].title
            self.notes.append(
                say(
                    "note_narrower",
                    table=title,
                    value=comma(self._value(narrower)),
                    unit=narrower.unit,
                    mark=mark(number),
                )
            )
        self._finding_note(view, fact)
        if view.account.is_budget:
            self.notes.append(say("note_budget"))
        self._year_note(view)

    def _finding_note(self, view: AccountView, fact: Fact) -> None:
        """What the checks found at the figure; where it is another figure of the document, that is shown and cited."""
        raised = touching(view, fact)
        if raised is None:
            return
        others = [evidence for evidence in raised.evidence if evidence != fact]
        if raised.rule not in ("text-table", "between-tables") or len(others) != 1:
            self.notes.append(say("note_finding"))
            return
        other = others[0]
        cited = self.citations.fact(view, other) if isinstance(other, Fact) else self.citations.sentence(view, other)
        self.notes.append(say("note_finding_told", message=raised.message, mark=mark(cited)))

    def _year_note(self, view: AccountView) -> None:
        if self.library.is_republished(view.account):
            self.notes.append(say("note_republished"))
        same = self.library.departments.of(view.account.department)
        years = {account.year for account in same if account.kind == view.account.kind}
        if len(years) > 1 and not self.plan.dated and len(self.plan.accounts) == 1:
            self.notes.append(say("note_year", year=view.account.year))

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
        whole = fact.measure in ("决算数", "本年支出合计")  # the text states an item's whole, not its 基本 or 项目 part
        for statement in prose.about_item(view, fact.item, ("决算数",))[:1] if whole else ():
            cited = self.citations.sentence(view, statement.sentence, printed(statement.value), statement.unit)
            notes.append(say("note_prose_value", value=printed(statement.value), unit=statement.unit, mark=mark(cited)))
        text = say(
            "refuse_blank", who=self._who(view), name=self._name(view, fact), table=table.title, mark=mark(number)
        )
        return Answer(status="refused", text=text, reason="blank", notes=tuple(notes))

    def _which_column(self, view: AccountView, selection: Selection) -> Answer:
        names = tuple(dict.fromkeys("".join(fact.column) for fact in selection.choices))
        first = selection.choices[0]
        text = say("clarify_column", table=view.tables[first.table].title, name=first.item, names="、".join(names))
        return Answer(status="clarify", text=text, options=names)

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
            "refuse_item",
            whose=self._whose(view),
            name=name or say("what_asked"),
            near=say("near_item", names="、".join(near)) if near else "",
        )
        return Answer(
            status="refused", text=text, reason="item" if reason == "item" else "off-topic", options=tuple(near)
        )

    def _near(self, view: AccountView, name: str) -> list[str]:
        from rapidfuzz import fuzz, process

        names = list(dict.fromkeys(fact.item for fact in view.facts if fact.item and fact.value))
        return [hit[0] for hit in process.extract(name, names, scorer=fuzz.ratio, limit=3, score_cutoff=40)]


def comma(value: Decimal) -> str:
    """The amount with thousands separators, as amounts are printed."""
    return f"{value:,f}"
