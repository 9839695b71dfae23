"""One file read: pages, tables, facts, narrative, identity."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ingest import catalogue
from ingest.identity import identify, place_of, region_of
from ingest.model import Account, Fact, Reading, Table
from ingest.narrative import passages, statements
from ingest.readers import Unreadable, read_pages
from ingest.tables import read_tables


def read_account(path: Path, others: bool = False) -> Reading:
    """Read a final account or a budget.

    :param path: a file of a format that can be read.
    :param others: accept a document that is neither, for its text.
    :return: the account with its tables, facts, passages and statements.
    :raises Unreadable: with the reason, if the file is none of these or cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable("missing", f"打不开文件（{error.strerror or error}）；请检查路径和权限。") from error
    sha256 = hashlib.sha256(content).hexdigest()
    pages = read_pages(path)
    tables, lines = read_tables(pages)
    identity = identify(pages, tables, path.stem, others)
    numbered = [page.number for page in pages if page.number is not None]
    form = "-预算" if identity.kind.endswith("预算") else ""
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
