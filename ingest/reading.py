"""One file read: pages, tables, facts, narrative, identity."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from ingest import catalogue
from ingest.doubts import checked
from ingest.files import is_archive, local, members
from ingest.identity import identify, place_of, region_of
from ingest.model import Account, Fact, Place, Reading, Row, Table
from ingest.narrative import passages, statements
from ingest.readers import Unreadable, read_pages
from ingest.tables import read_tables


def read_account(path: Path, others: bool = False) -> Reading:
    """Read a final account or a budget.

    :param path: a file, or a member of an archive (`a.zip!/inner.pdf`).
    :param others: accept a document that is neither, for its text.
    :return: the account with its tables, facts, passages and statements.
    :raises Unreadable: with the reason, if the file is none of these or cannot be read.
    """
    try:
        with local(path) as file:
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            if is_archive(file):
                members(file)  # which tells why, if it cannot be opened
            pages = read_pages(file)
    except OSError as error:
        raise Unreadable("missing", f"打不开文件（{error.strerror or error}）；请检查路径和权限。") from error
    tables, lines = read_tables(pages)
    identity = identify(pages, tables, path.stem, others)
    numbered = [page.number for page in pages if page.number is not None]
    form = "-预算" if identity.kind.endswith("预算") else ""
    tables = checked([_of_document(table, identity.kind) for table in tables], partial(_reread, path))
    account = Account(
        f"{identity.department}-{identity.year}{form}-{sha256[:8]}",
        sha256,
        str(path),
        identity.department,
        identity.year,
        identity.kind,
        max(numbered) if numbered else None,
        place_of(identity.department),
        region_of(identity.department),
        identity.names,
        identity.published,
        identity.source,
        identity.evidence,
        len(tables),
    )
    found = passages(account.id, lines, tables)
    return Reading(
        account,
        tuple(tables),
        tuple(fact for table in tables for fact in facts_of(account.id, table)),
        tuple(found),
        tuple(statements(account, found)),
        identity.disagreements,
    )


def _reread(path: Path, places: Sequence[Place]) -> list[str]:
    with local(path) as file:
        from ingest.readers.scan import reread  # here, so that a figure does not wait for it

        return reread(file, places)


def _of_document(table: Table, document: str) -> Table:
    """The table with its kind and sides in this kind of document; only accounts and budgets have standard tables."""
    if not document.endswith(("决算", "预算")) or document.startswith("政府"):
        return replace(table, kind=None)
    kind = catalogue.kind_in(table.kind, document.endswith("预算"))
    rows = table.rows
    if kind in ("B1", "B4"):  # 本年收入, 财政拨款支出 and the like head the sides
        rows = tuple(replace(row, side=_side(row.side, table, row)) for row in rows)
    return replace(table, kind=kind, rows=rows)


def _side(side: str, table: Table, row: Row) -> str:
    heading = side or (table.columns[row.cells[0].column][0] if row.cells else "")
    return next((word for word in ("收入", "支出") if word in heading), side)


def facts_of(account: str, table: Table) -> list[Fact]:
    """Every cell of a table as a fact; blank cells too, since 未填列 is an answer."""
    standard = catalogue.standard_table(table.kind)
    meanings = [standard.column(path) if standard else ("", "") for path in table.columns]
    facts = []
    for number, row in enumerate(table.rows):
        about = (standard.item_of_row(row.subject) if standard and row.subject else "") or row.subject
        for cell in row.cells:
            path = table.columns[cell.column]
            measure, item = meanings[cell.column]
            facts.append(
                Fact(
                    account,
                    table.number,
                    table.kind,
                    number,
                    row.label,
                    row.subject,
                    row.code,
                    row.side,
                    row.parent,
                    path,
                    measure or "".join(path),
                    item or about,
                    cell.text,
                    cell.value,
                    table.unit,
                    cell.place,
                    cell.doubt,
                )
            )
    return facts
