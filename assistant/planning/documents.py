"""Whose accounts, of which years and kinds, a question is about."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from assistant.library import Library
from assistant.mentions import (
    account_names,
    general_names,
)
from assistant.model import Plan
from assistant.planning.question import (
    ids_of,
)
from assistant.scope import Scope, unknown_department
from assistant.vocabulary import words
from ingest.model import Account
from ingest.text import plain

_OF_YEAR_BEFORE = re.compile(r"(?:20\d\d年度?|上一?年度?|去年|前一年|头一年)的?(?:当年)?(?:预算)?(?:实际)?(?:执行|决算|用掉|花掉|支出)(?:数|的|了)?")
"""What a budget compares itself with."""
_SPENT = re.compile(r"决算|实际|花了|花掉|用了|执行|支出了|结余|完成")
"""Words of what was spent, which a budget does not tell."""


CHOICES = 8
"""Departments that are offered at most."""


class Documents(ABC):
    """Chooses among what is loaded."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._asked = ""  # the question being planned, comparable

    @abstractmethod
    def plan(self, question: str, previous: Plan | None = None) -> Plan:
        """The plan for a question."""

    def _is_name(self, left: str) -> bool:
        tails = {left[-length:] for length in range(2, min(len(left), 24) + 1)}
        return bool(tails & general_names().keys()) or any(
            tails & account_names(self.library.view(account.id)).keys() for account in self.library.accounts[:8]
        )

    def _has_item(self, department: str, name: str) -> bool:
        return any(
            name in account_names(self.library.view(account.id)) for account in self.library.departments.of(department)
        )

    def _accounts(self, scope: Scope, raw: str, previous: Plan | None) -> tuple[list[Account], Plan | None]:
        """Accounts in question, or the plan that says why none is."""
        if not self.library.accounts:
            return [], Plan(form="refuse", reason="empty")
        if scope.unknown:
            return [], self._unknown(scope.unknown)
        of = self.library.departments.of
        candidates = [a for name in scope.departments for a in of(name)] if scope.departments else self.library.accounts
        if previous and previous.form == "clarify" and len(previous.accounts) > 1 and not scope.named:
            previous = None  # what was asked back was not answered: nothing is settled yet
        if not scope.departments and previous and previous.accounts:
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
        if scope.pairs:
            if lacking := next(((n, y) for n, y in scope.pairs if all(a.year != y for a in of(n))), None):
                loaded = sorted({account.year for account in of(lacking[0])})
                return [], Plan(
                    form="refuse", reason="year", words=str(lacking[1]), notes=lacking[:1], options=tuple(map(str, loaded)),
                    accounts=ids_of(list(of(lacking[0]))),
                )  # fmt: skip
            candidates = [account for account in candidates if (account.department, account.year) in scope.pairs]
        dated = [account for account in candidates if not scope.years or account.year in scope.years]
        candidates, budgets = _by_kind(candidates, dated, raw)
        if budgets and not candidates:
            return [], _only_budgeted(budgets)
        kept = {account.department for account in candidates}
        if scope.named and not scope.shared and (lost := [a for a in dated if a.department not in kept]):
            if "预算" not in raw:
                return [], _only_budgeted(lost)
            candidates = [*candidates, *lost]  # one's final account against another's budget
        if scope.years:
            candidates = [account for account in candidates if account.year in scope.years]
        elif words().single["all_years"].search(raw) and len({a.department for a in candidates}) == 1:
            pass  # every year that is loaded
        elif not scope.named and previous and previous.accounts:
            candidates = [account for account in candidates if account.id in previous.accounts] or candidates
        elif scope.named and previous and previous.accounts:
            years = {self.library.account(identifier).year for identifier in previous.accounts}
            same = [account for account in candidates if account.year in years]
            settled = len(previous.accounts) == 1 or (previous.form == "clarify" and previous.dated and len(years) == 1)
            asked_back = [a for a in candidates if previous.form == "clarify" and a.id in previous.accounts]
            candidates = asked_back or (same if same and settled else self._newest(candidates))
        else:
            candidates = self._of_one_year(candidates) if scope.named else self._newest(candidates)
        candidates = _of_kind_asked(candidates, raw)
        order = {name: place for place, name in enumerate(scope.departments)}
        candidates.sort(key=lambda account: (order.get(account.department, 0), -account.year))
        return self._current(candidates), None

    def _newest(self, accounts: list[Account]) -> list[Account]:
        newest: dict[str, int] = {}
        for account in accounts:
            newest[account.department] = max(account.year, newest.get(account.department, account.year))
        return [account for account in accounts if account.year == newest[account.department]]

    def _of_one_year(self, accounts: list[Account]) -> list[Account]:
        """Of the latest year of which all the departments have an account; each one's latest where there is none."""
        years: dict[str, set[int]] = {}
        for account in accounts:
            years.setdefault(account.department, set()).add(account.year)
        common = set.intersection(*years.values()) if years else set()
        return [a for a in accounts if a.year == max(common)] if common else self._newest(accounts)

    def _current(self, accounts: list[Account]) -> list[Account]:
        """One account for each department and year: the one read last."""
        return list({(account.department, account.year): account for account in accounts}.values())

    def _spoken_of(self, accounts: list[Account], previous: Plan | None) -> list[Account]:
        """Those of the accounts whose department the question before was about; all if it was about none of them."""
        before = previous.accounts if previous and previous.form != "clarify" and not previous.across else ()
        departments = {self.library.account(identifier).department for identifier in before}
        return [account for account in accounts if account.department in departments] or accounts

    def _like(self, name: str) -> tuple[str, ...]:
        """Loaded departments to offer instead of one that is not: all if they are few, else those of like names."""
        names = self.library.departments.names
        if len(names) <= CHOICES:
            return tuple(names)
        from rapidfuzz import fuzz, process

        return tuple(hit[0] for hit in process.extract(name, names, scorer=fuzz.ratio, limit=CHOICES))

    def _unknown(self, name: str) -> Plan:
        return Plan(form="refuse", reason="department", words=name, options=self._like(name))


def _of_kind_asked(accounts: list[Account], question: str) -> list[Account]:
    """Of two final accounts of one department and year, a 部门决算 and a 单位决算, the one that the question names.

    Where it names neither it is the 部门决算, which holds the other.
    """
    wanted = "单位" if re.search("单位(?:本级)?(?:的)?(?:决算|预算)|单位本级", question) else "部门"
    held = {(account.department, account.year) for account in accounts if account.kind.startswith(wanted)}
    return [a for a in accounts if a.kind.startswith(wanted) or (a.department, a.year) not in held]


def _only_budgeted(budgets: list[Account]) -> Plan:
    """The refusal to tell from budgets what was spent."""
    return Plan(form="refuse", reason="stage", words=str(budgets[0].year), notes=(budgets[0].department,), accounts=ids_of(budgets))


def _by_kind(candidates: list[Account], dated: list[Account], question: str) -> tuple[list[Account], list[Account]]:
    """Final accounts, unless the question is about a budget or there is nothing else; and budgets that do not answer.

    A question about what was spent is not answered from a budget: none is left then, and the budgets are given back.
    """
    question = _OF_YEAR_BEFORE.sub("", question)
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
