"""Figures of several documents: one row for each document and item, planned beside actual."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from assistant.calculator import YUAN, convert
from assistant.library import AccountView, Library
from assistant.model import Item
from assistant.selection import leaves, printed_budget, select, total_item
from assistant.vocabulary import totals
from ingest.model import Account, Fact
from ingest.text import plain
from ui.spreadsheet import harmless

SHOWN_IN = "万元"
"""Unit in which amounts are compared; what is printed stays beside it."""
_COMMON = (
    "本年收入合计",
    "本年支出合计",
    "基本支出",
    "项目支出",
    "财政拨款支出",
    "“三公”经费合计",
    "公务接待费",
    "公务用车运行维护费",
    "因公出国（境）费",
    "人员经费",
    "公用经费",
    "办公费",
    "会议费",
    "培训费",
    "差旅费",
)
Stage = Literal["决算数", "预算数"]
STAGES: tuple[Stage, ...] = ("决算数", "预算数")


@dataclass(frozen=True)
class Cell:
    """A figure of a document.

    `fact` is None where the document does not print it; a fact without value is a blank cell, which is not 0.
    """

    fact: Fact | None

    @property
    def amount(self) -> Decimal | None:
        """In 万元 where it is money, else as printed; None where there is none."""
        return amount_of(self.fact) if self.fact else None


@dataclass(frozen=True)
class GridRow:
    """One item of one document, by stage."""

    account: Account
    item: str
    cells: dict[Stage, Cell]


@dataclass(frozen=True)
class Grid:
    """The figures that were compared, in the order of the documents and items."""

    rows: tuple[GridRow, ...]

    @property
    def missing(self) -> tuple[GridRow, ...]:
        """Rows of which the actual figure is not printed or blank."""
        return tuple(row for row in self.rows if row.cells["决算数"].amount is None)

    def as_csv(self) -> bytes:
        """In UTF-8 with its mark; amounts as printed, each with unit, place and hash."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(_HEAD)
        writer.writerows(self._lines())
        return out.getvalue().encode("utf-8-sig")

    def as_workbook(self) -> bytes:
        """As XLSX, amounts as numbers."""
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(_HEAD)
        for line in self._lines():
            sheet.append(line)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def _lines(self) -> list[list[object]]:
        return [
            [harmless(row.account.department), row.account.year, row.account.kind, harmless(row.item), stage, fact.value if fact else None, fact.unit if fact else "", harmless(_told(fact)), f"{fact.place.page or ''}" if fact else "", row.account.sha256]
            for row in self.rows
            for stage, cell in row.cells.items()
            for fact in (cell.fact,)
        ]  # fmt: skip


_HEAD = ["部门", "年度", "种类", "项目", "口径", "数额", "单位", "表内原文", "页", "SHA-256"]


def _told(fact: Fact | None) -> str:
    return "未列示" if fact is None else fact.text or "未填列"


def amount_of(fact: Fact) -> Decimal | None:
    """A cell's figure in 万元 where it is money, else as printed; None for a blank cell."""
    if fact.value is None:
        return None
    if fact.unit not in YUAN:
        return fact.value
    amount = convert(Fraction(fact.value), fact.unit, SHOWN_IN)
    return Decimal(amount.numerator) / Decimal(amount.denominator)


def common_items(library: Library, accounts: Sequence[Account]) -> list[str]:
    """Items that can be compared: the usual ones that one of the documents prints, then its classes by function."""
    views = [library.view(account.id) for account in accounts]
    usual = [name for name in _COMMON if any(read(view, name, "决算数").fact for view in views)]
    classes = {fact.subject: None for view in views for fact in leaves(view, "T3", "本年支出合计", 3)}
    return [*usual, *classes]


def grid(library: Library, accounts: Sequence[Account], items: Sequence[str]) -> Grid:
    """The figures of some documents.

    :param items: names of items or totals as the vocabulary or the documents have them.
    """
    return Grid(
        tuple(
            GridRow(account, item, {stage: read(view, item, stage) for stage in STAGES})
            for item in items
            for account in accounts
            for view in (library.view(account.id),)
        )
    )


def read(view: AccountView, name: str, stage: Stage) -> Cell:
    """The cell that an answer would cite for an item.

    :param stage: actual, or planned where the document prints that; a budget has only what is planned.
    """
    total = next((one for one in totals() if plain(name) in map(plain, one.names)), None)
    item = total_item(view, total, name) if total else Item(account=view.account.id, name=name, words=name)
    if view.account.is_budget:
        return Cell(select(view, item).fact if stage == "预算数" else None)
    if stage == "预算数":
        planned = printed_budget(view, item)
        return Cell(select(view, planned).fact if planned else None)
    return Cell(select(view, item).fact)
