"""What is loaded, ready for questions: per account its facts, names, statements and passages, read once and kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from ingest.model import Account, Fact, Passage, Statement, Table
from ingest.store import Store
from ingest.text import plain

_KEPT = 64
"""Accounts kept in memory at a time."""


@dataclass
class AccountView:
    """One account with indexes over its facts."""

    account: Account
    store: Store
    _facts: list[Fact] = field(default_factory=list)

    @cached_property
    def facts(self) -> list[Fact]:
        """All cells."""
        return self.store.facts.facts(self.account.id)

    @cached_property
    def tables(self) -> dict[int, Table]:
        """Tables without rows, by number."""
        return {table.number: table for table in self.store.facts.tables(self.account.id)}

    @cached_property
    def by_item(self) -> dict[str, list[Fact]]:
        """Facts by the comparable form of their item's name."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            if fact.item:
                found.setdefault(plain(fact.item), []).append(fact)
        return found

    @cached_property
    def by_code(self) -> dict[str, list[Fact]]:
        """Facts by 科目编码."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            if fact.code:
                found.setdefault(fact.code, []).append(fact)
        return found

    @cached_property
    def by_kind(self) -> dict[str, list[Fact]]:
        """Facts by table kind."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            if fact.kind:
                found.setdefault(fact.kind, []).append(fact)
        return found

    def row(self, fact: Fact) -> list[Fact]:
        """All cells of the fact's row."""
        return [
            other
            for other in self.by_kind.get(fact.kind or "", [])
            if (other.table, other.row) == (fact.table, fact.row)
        ]

    def table_of_kind(self, kind: str) -> Table | None:
        """The first table of a kind."""
        return next((table for table in self.tables.values() if table.kind == kind), None)

    @cached_property
    def statements(self) -> list[Statement]:
        """Numbers asserted in prose."""
        return self.store.facts.statements(self.account.id)

    @cached_property
    def passages(self) -> list[Passage]:
        """The narrative and the tables' entries."""
        return self.store.facts.passages(self.account.id)


class Library:
    """All accounts of a store; views are made when asked for and the last used ones kept."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.accounts = store.accounts()
        self._views: OrderedDict[str, AccountView] = OrderedDict()

    def account(self, identifier: str) -> Account:
        """The account with this id.

        :raises KeyError: if it is not loaded.
        """
        found = {account.id: account for account in self.accounts}
        return found[identifier]

    def view(self, identifier: str) -> AccountView:
        """The account ready for questions."""
        if identifier not in self._views:
            self._views[identifier] = AccountView(self.account(identifier), self.store)
            if len(self._views) > _KEPT:
                self._views.popitem(last=False)
        self._views.move_to_end(identifier)
        return self._views[identifier]

    def departments(self) -> list[str]:
        """Names of the loaded departments."""
        return list(dict.fromkeys(account.department for account in self.accounts))

    def refresh(self) -> None:
        """See what was added or removed since."""
        self.accounts = self.store.accounts()
        self._views.clear()
