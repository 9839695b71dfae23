"""One figure of many departments: which accounts are compared, and by which of its names the figure is found."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from assistant.departments import last_place
from assistant.library import AccountView
from assistant.mentions import left_residue
from assistant.model import Form, Item, Plan
from assistant.planning.documents import CHOICES
from assistant.planning.question import Reading, ids_of, in_budget_table, prose_unit_in, reread, stage_in, untold
from assistant.planning.terms import Terms
from assistant.prose import find_statement, of_each
from assistant.scope import GONE, Scope
from assistant.selection import select, total_items, whole_of
from assistant.vocabulary import MONEY_UNITS, totals, words
from ingest.model import Account, Fact
from prompts import say

_FORMS: dict[Form, Form] = {
    "ranking": "ranking", "composition": "ranking", "figure": "ranking", "filter": "filter", "sum": "sum",
}  # fmt: skip
"""What is answered for a form of question that is asked of many departments: each one's figure is a list of them."""
_RATIOS = ("share", "completion", "growth")
"""Forms that divide two figures of each department."""
_TRIED = 12
"""Accounts in which the figure's name is looked for at most."""
_READ = 60
"""Accounts whose text is read for one question at most."""
_LOADED = re.compile("(?:收录|加载|载入)(?:了)?的|现有")
"""All that are there: none is left out for want of an account of one year."""
_ALL_YEARS = re.compile("(?:部门|单位)[和与、及](?:所有|全部|各个?|每个)*年[度份]|(?:所有|全部|各个?|每个)年[度份]?(?!预算|收入|支出)|(?:部门|单位)[^，]{0,3}历年")
"""Every account of every department."""


class Across(Terms):
    """Plans over one account of each of many departments."""

    def _is_across(self, reading: Reading) -> bool:
        """True where the question is about every department that it can mean, not about one of them."""
        single = words().single
        named = bool(reading.scope.shared and single["each"].search(reading.scope.text))
        return named or bool(single["across"].search(reading.mask))

    def _compared(self, scope: Scope) -> tuple[list[Account], dict[str, tuple[str, ...]]]:
        """One final account of each department, all of one year; departments that have none, and notes on the choice.

        The year is the one asked for, else the one of which most departments have an account, the latest of several.
        Where the question gives departments years of their own, or wants each one's latest, it is that. Budgets, and
        accounts of whole governments, are not compared with accounts of departments.
        """
        names = scope.departments or self.library.departments.names
        accounts = [a for name in names for a in self.library.departments.of(name) if a.is_account]
        accounts = [account for account in accounts if not account.kind.startswith("政府")]
        if not accounts:
            return [], {}
        if scope.pairs:
            return [account for account in self._current(accounts) if (account.department, account.year) in scope.pairs], {}
        if scope.years:
            year = max(scope.years)
        else:
            counted = Counter(year for _, year in {(account.department, account.year) for account in accounts})
            year = max(counted, key=lambda year: (counted[year], year))
            all_meant = counted[year] < len(names) and _LOADED.search(scope.text)
            if all_meant or words().single["own_years"].search(scope.text):
                return self._current(self._newest(accounts)), {"notes": (say("note_across_own_years"),)}
        of_year = {account.department: account for account in accounts if account.year == year}
        notes: tuple[str, ...] = () if scope.years else (say("note_across_year", year=year),)
        units = sum(account.kind.startswith("单位") for account in of_year.values())
        if 0 < units < len(of_year):
            notes += (say("note_across_kinds"),)
        asked = dict.fromkeys(account.department for account in accounts)
        absent = tuple(name for name in asked if name not in of_year)
        return list(of_year.values()), {"notes": notes, "absent": absent}

    def _across(self, reading: Reading, chosen: list[Account]) -> Plan:
        """The plan over the accounts; asks back where the figure is not one that departments can be compared by."""
        form = self._form_of(reading)
        if not reading.mentions and not words().single["finance"].search(reading.text):
            return Plan(form="refuse", reason="off-topic", words=reading.text)
        if _ALL_YEARS.search(reading.scope.text) and not reading.scope.years and form in ("ranking", "sum", "filter"):
            return self._of_all_years(reading, form)
        compared, said = self._compared(reading.scope)
        if stated := self._stated_across(reading, compared, form):
            return stated.model_copy(update=said)
        if part := self._part_named(reading) or self._unknown_in(reading, form):
            whole = next((m.words for m in reading.mentions if m.kind != "table"), "")
            return untold(chosen, f"{part}的{whole}".rstrip("的"))
        items, bases = self._names_of_ratio(form, reading, compared) if form in _RATIOS else ([], [])
        if form in _FORMS:
            items = self._names_of_one(reading, compared)
        if not items:
            return self._which_of(reading, compared or chosen)
        return Plan(
            form=_FORMS.get(form, form),
            bases=tuple(bases),
            accounts=ids_of(compared),
            items=tuple(items),
            across=True,
            where=reading.scope.shared or reading.scope.place,
            words=(reading.mask if form in ("ranking", "sum") else reading.text).replace(GONE, "#"),
            **self._options(reading) | said,
        )

    def _of_all_years(self, reading: Reading, form: Form) -> Plan:
        """One figure of every account of the departments in question, which there must not be too many of."""
        names = reading.scope.departments or tuple(self.library.departments.names)
        every = [a for name in names for a in self._current(list(self.library.departments.of(name))) if a.is_account]
        rest = replace(reading, mask=_ALL_YEARS.sub(GONE, reading.mask), text=_ALL_YEARS.sub(GONE, reading.text))
        unknown = self._part_named(rest) or self._unknown_in(rest, form)
        items = [item for account in every for item in self._names_of_one(rest, [account])[:1]] if len(every) <= _READ else []
        if unknown or len({(item.name, item.measure) for item in items}) != 1:
            whole = next((m.words for m in reading.mentions if m.kind != "table"), "")
            return untold(every[:1], f"{unknown}的{whole}".strip("的"))
        return Plan(form=form, accounts=ids_of(every), items=tuple(items), words=rest.mask.replace(GONE, "#"), **self._options(reading))

    def _stated_across(self, reading: Reading, compared: list[Account], form: Form) -> Plan | None:
        """What only the text states, of each department: ranked, added up or listed; None where it states nothing of it."""
        if form not in ("ranking", "sum", "figure", "composition") or not 1 < len(compared) <= _READ:
            return None
        named = any(mention.kind != "table" for mention in reading.mentions)
        unit = prose_unit_in(reading.mask, "" if named else reading.text) or MONEY_UNITS
        of_text = of_each(reading.text)
        of_cells = unit in (MONEY_UNITS, "%") and self._names_of_one(reading, compared)
        if not of_text.strip(GONE) or of_cells:
            return None
        views = (self.library.view(account.id) for account in compared)
        if not any(find_statement(view, of_text, unit, "") for view in views):
            return None
        return Plan(
            form=_FORMS[form], accounts=ids_of(compared), across=True, words=reading.text, prose_unit=unit,
            reason="item", **self._options(reading),
        )  # fmt: skip

    def _unknown_in(self, reading: Reading, form: Form) -> str:
        """Words beside the figure and those of comparing departments that nobody knows; empty if there are none."""
        rest = replace(reading, mask=words().single["across"].sub(GONE, reading.mask))
        loaded = self.library.departments
        return next((run for run in self._unexplained(rest, form) if not loaded.with_last_place_in(run)), "")

    def _across_again(self, reading: Reading, previous: Plan) -> Plan:
        """The comparison of the question before with another figure, year or place."""
        before = dict.fromkeys(self.library.account(one).department for one in previous.accounts)
        names = reading.scope.departments or (*before, *previous.absent)
        years = reading.scope.years or tuple({self.library.account(one).year for one in previous.accounts})
        compared, said = self._compared(replace(reading.scope, departments=names, years=years))
        items = self._names_of_one(reading, compared) or previous.items
        changes = {key: value for key, value in self._options(reading).items() if value} | said
        where = reading.scope.place or previous.where
        return previous.model_copy(
            update=changes | {"accounts": ids_of(compared), "items": tuple(items), "where": where}
        )

    def _of_one(self, previous: Plan, account: Account) -> Plan:
        """A comparison as a question about one department, which the next one may go on from."""
        view = self.library.view(account.id)
        items = [item for item in previous.items if select(view, item).fact] or list(previous.items)
        anew = {"form": "figure", "across": False, "absent": (), "where": "", "top": None, "nth": None, "notes": ()}
        return previous.model_copy(update=anew | {"items": tuple(items[:1])})

    def _in_place(self, previous: Plan, scope: Scope, question: str) -> Account | None:
        """The one account, of those between which was asked back, whose department is in the place now named."""
        asked = [self.library.account(identifier) for identifier in previous.accounts]
        inside = [account for account in asked if account.department in scope.departments]
        near = [account for account in inside if (place := last_place(account.department)) and place in question]
        departments = {account.department for account in near or inside}
        return max(near or inside, key=lambda account: account.year) if len(departments) == 1 else None

    def _names_of_one(self, reading: Reading, accounts: list[Account]) -> list[Item]:
        """The figure by each name that accounts may print it by, best first; none unless exactly one is named."""
        stage = stage_in(reading.mask)
        for account in accounts[:_TRIED]:
            view = self.library.view(account.id)
            own = reread(_without_across(reading), view)
            spent = replace(own, mask=own.mask.replace("花钱", "支出"))
            items = self._items(own, view, stage) or [item for _, item in self._bare_totals(spent, view)]
            if len(items) != 1:
                continue
            if any(
                left_residue(own.text, own.mentions, m) for m in own.mentions[:1] if m.kind not in ("table", "code")
            ):
                return []
            if not select(view, items[0]).fact:
                continue
            return self._as_printed_elsewhere(items[0], view)
        return []

    def _names_of_ratio(self, form: Form, reading: Reading, accounts: list[Account]) -> tuple[list[Item], list[Item]]:
        """The figures that are divided and those that they are divided by, by each name that accounts may print.

        None where what is asked is not a share, a completion of the budget in a table, or a change against last year.
        """
        if form != "share":
            items = self._names_of_one(reading, accounts)
            if form == "growth":
                return items, []
            planned = [item.model_copy(update={"measure": "预算数"}) for item in items if in_budget_table(item)]
            return [item.model_copy(update={"measure": "决算数"}) for item in items] if planned else [], planned
        for account in accounts[:_TRIED]:
            view = self.library.view(account.id)
            own = reread(_without_across(reading), view)
            items = self._items(own, view, stage_in(reading.mask))
            if not 1 <= len(items) <= 2 or self._is_doubtful(own, form, items):
                continue
            share = self._share(own, [account], items, {})
            part = select(view, share.items[0]).fact
            if len(share.items) != 1 or part is None:
                continue
            whole = whole_of(view, part) if share.base is None else None
            base = share.base or (_named_as(whole, view) if whole else None)
            if base is not None and select(view, base).fact not in (None, part):
                parts = self._as_printed_elsewhere(share.items[0], view)
                return parts, self._as_printed_elsewhere(base, view) if share.base else [base]
        return [], []

    def _as_printed_elsewhere(self, item: Item, view: AccountView) -> list[Item]:
        """A total by each cell that may hold it; any other item as it is."""
        for total in totals() if item.row is not None else ():
            cells = total_items(view, total, item.words)
            if item in cells:
                return cells
        return [item]

    def _which_of(self, reading: Reading, accounts: list[Account]) -> Plan:
        """Ask which of many departments is meant, offering those of the outermost places first."""
        names = self.library.departments.in_order(account.department for account in accounts)
        offered = sorted(names, key=lambda name: len(name))[:CHOICES]
        return Plan(
            form="clarify", accounts=ids_of(accounts), options=tuple(offered), words=reading.text,
            where=reading.scope.shared or reading.scope.place, dated=bool(reading.scope.years),
        )  # fmt: skip


def _without_across(reading: Reading) -> Reading:
    """The question without the words that choose among departments: a name may follow them (哪家人员经费)."""
    return replace(reading, text=words().single["across"].sub(lambda said: GONE * len(said.group()), reading.text))


def _named_as(fact: Fact, view: AccountView) -> Item:
    """The item that a cell of a total is found by in other accounts."""
    return Item(
        account=view.account.id, name=fact.item, words=fact.measure if fact.subject == "合计" else fact.item, kinds=(fact.kind or "",), measure=fact.measure,
        row=fact.subject, side=fact.side if fact.kind in ("T1", "T4") else "",
    )  # fmt: skip
