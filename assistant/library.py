"""What is loaded, ready for questions: per account its facts, names, statements and passages, read once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant.departments import Departments
from assistant.grouped import Grouped
from ingest import catalogue
from ingest.model import Account, Fact, Passage, Statement, Table
from ingest.store import Cells, Kept, Store
from ingest.text import plain

_WHOLES = {"收入总计": "总计", "支出总计": "总计", "收入合计": "总计", "支出合计": "总计"}
"""Row names of budgets for what final accounts call by one name on both sides."""
_OF_BUDGETS = {"决算数": "预算数", "本年支出合计": "支出预算合计", "本年收入合计": "收入预算合计"}
"""What a budget's columns are called that stand under the final account's like column."""
_KEPT = 256
"""Accounts kept in memory at a time."""


@dataclass
class AccountView:
    """One account with indexes over its facts."""

    account: Account
    store: Store
    _facts: list[Fact] = field(default_factory=list)
    library: Library | None = field(default=None, repr=False, compare=False)
    """The other documents; None for a view that stands alone."""

    @cached_property
    def _read(self) -> tuple[list[Table], Cells]:
        return self.store.facts.tables_and_cells(self.account.id)

    @cached_property
    def facts(self) -> Sequence[Fact]:
        """All cells. Those of a budget's tables stand under the kind and column of the final account's like table."""
        cells = self._read[1]
        return [_like_an_account(fact) for fact in cells] if self.account.is_budget else cells

    def printed_measure(self, measure: str) -> str:
        """What a column measures, in the words of the document: a budget has no 决算数."""
        return _OF_BUDGETS.get(measure, measure) if self.account.is_budget else measure

    @cached_property
    def tables(self) -> dict[int, Table]:
        """Tables without rows, by number."""
        return {table.number: table for table in self._read[0]}

    @cached_property
    def item_names(self) -> dict[str, str]:
        """Names of items as printed first, by their comparable form."""
        printed = self._column("item")
        return {name: printed[at] or "" for name, at in self.by_item.first()}

    @cached_property
    def by_item(self) -> Grouped:
        """Facts by the comparable form of their item's name."""
        return Grouped(self.facts, (name and plain(name) for name in self._column("item")))

    @cached_property
    def by_code(self) -> Grouped:
        """Facts by 科目编码."""
        return Grouped(self.facts, self._column("code"))

    @cached_property
    def by_kind(self) -> Grouped:
        """Facts by table kind."""
        return Grouped(self.facts, self._column("kind"))

    def _column(self, name: str) -> Sequence[str | None]:
        """What each of the facts has under a name; where they are cells, without making them."""
        facts = self.facts
        return facts.column(name) if isinstance(facts, Cells) else [getattr(fact, name) for fact in facts]

    def cell(self, table: int, row: int, column: tuple[str, ...]) -> Fact | None:
        """The cell with this key; None if there is none."""
        key = (table, row, column)
        return next((fact for fact in self.facts if fact.table == table and fact.key == key), None)

    def row(self, fact: Fact) -> list[Fact]:
        """All cells of the fact's row."""
        return [
            other
            for other in self.by_kind.get(fact.kind or "", [])
            if (other.table, other.row) == (fact.table, fact.row)
        ]

    def table_of_kind(self, kind: str) -> Table | None:
        """The first table of a kind; of a budget, the first like it."""
        fits = (table for table in self.tables.values() if catalogue.kind_in(table.kind, budget=False) == kind)
        return next(fits, None)

    @cached_property
    def statements(self) -> list[Statement]:
        """Numbers asserted in prose."""
        return self.store.facts.statements(self.account.id)

    @cached_property
    def passages(self) -> list[Passage]:
        """The narrative and the tables' entries."""
        return self.store.facts.passages(self.account.id)


def _like_an_account(fact: Fact) -> Fact:
    standard = catalogue.standard_table(fact.kind)
    if standard is None or not standard.like:
        return fact
    whole = fact.subject in _WHOLES or (not fact.subject and not fact.item)
    subject = _WHOLES.get(fact.subject, "合计") if whole else fact.subject
    return replace(
        fact,
        kind=standard.like,
        measure="决算数" if fact.measure == "预算数" else fact.measure,
        subject=subject,
        item=subject if whole else fact.item,
    )


class Library:
    """The current documents of a store; views are made when asked for and the last used ones kept.

    What is computed from a document together with its neighbours finds these by `named` and `replaced_by` alone: what
    they answered can be noted (`noting`) and asked again later (`found`), to see whether it still holds.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._noted: dict[str, list[str]] | None = None
        self._read()
        self._views: OrderedDict[str, AccountView] = OrderedDict()

    def account(self, identifier: str) -> Account:
        """The document with this id, a superseded one too.

        :raises KeyError: if it is not loaded.
        """
        return self._documents[identifier]

    def documents(self) -> list[Account]:
        """All documents, those too whose place another took, in the order of the store."""
        return list(self._documents.values())

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """What is kept beside documents, by id. It is little, and read at once: an answer need not wait for its own."""
        return {one.account: one for one in self.store.facts.kept()}

    def _read(self) -> None:
        self.__dict__.pop("kept", None)
        documents = self.store.accounts()
        self._documents = {document.id: document for document in documents}
        current = [document for document in documents if not document.superseded_by]
        self.accounts = [document for document in current if document.is_account or document.is_budget]
        self.others = [document for document in current if not (document.is_account or document.is_budget)]
        self._revisions = self.store.facts.revisions()
        self._replaced: dict[str, list[Account]] = {}
        for document in documents:
            if document.superseded_by:
                self._replaced.setdefault(document.superseded_by, []).append(document)
        self.departments = Departments(self.accounts)
        self._by_name: dict[str, list[Account]] = {}
        for account in self.accounts:
            for name in {plain(account.department), *map(plain, account.names)}:
                self._by_name.setdefault(name, []).append(account)

    def named(self, *names: str) -> list[Account]:
        """Current documents of departments by their full or other names, each once."""
        keys = dict.fromkeys(map(plain, names))
        found = [account for key in keys for account in self._answer("named", key)]
        return list({account.id: account for account in found}.values())

    def of_year(self, account: Account, year: int) -> Account | None:
        """The document of the same department of another year; None if it is not loaded.

        That is one of the same kind; else a final account for a final account, a budget for a budget.
        """
        of = [other for other in self.departments.of(account.department) if other.year == year]
        alike = [other for other in of if other.is_budget == account.is_budget]
        found = [other for other in alike if other.kind == account.kind] or alike
        return found[-1] if found else None

    def replaced_by(self, account: Account) -> list[Account]:
        """Earlier publications whose place this one took, in the order of the store."""
        return list(self._answer("replaced", account.id))

    def is_republished(self, account: Account) -> bool:
        """True for an account that took the place of an earlier publication."""
        return account.id in self._replaced

    def _answer(self, way: str, key: str) -> Sequence[Account]:
        found = (self._by_name if way == "named" else self._replaced).get(key, ())
        if self._noted is not None:
            self._noted[f"{way} {key}"] = [self.revision(account) for account in found]
        return found

    @contextmanager
    def noting(self) -> Iterator[dict[str, list[str]]]:
        """Within it, all that `named` and `replaced_by` are asked is noted: the question, with the revisions found."""
        before, self._noted = self._noted, {}
        try:
            yield self._noted
        finally:
            self._noted = before

    def found(self, question: str) -> list[str]:
        """The revisions of the documents that a noted question finds now."""
        way, _, key = question.partition(" ")
        return [self.revision(account) for account in self._answer(way, key)]

    def revision(self, account: Account) -> str:
        """A name of the document as it was read in: another one after it was removed and read in again."""
        return f"{account.id} {self._revisions.get(account.id, '')}"

    def view(self, identifier: str) -> AccountView:
        """The account ready for questions."""
        if identifier not in self._views:
            self._views[identifier] = AccountView(self.account(identifier), self.store, library=self)
            if len(self._views) > _KEPT:
                self._views.popitem(last=False)
        self._views.move_to_end(identifier)
        return self._views[identifier]

    def refresh(self) -> None:
        """See what was added or removed since."""
        self._read()
        self._views.clear()
