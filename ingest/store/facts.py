"""Figures, statements and passage texts in DuckDB: all SQL of the project stands here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.model import Account, Fact, Finding, Passage, Reading, Statement, Table
from ingest.store.cells import CellPlace, StoredCell
from ingest.store.kept import Kept
from ingest.store.packed import Cells, pack, packed_of, unpack
from ingest.store.publications import successors
from ingest.store.rows import (
    ACCOUNT_COLUMNS,
    FACT_COLUMNS,
    TABLE_COLUMNS,
    account_of,
    account_row,
    arrow_of,
    fact_of,
    sentence_of,
    statement_of,
    table_of,
)
from ingest.text import plain

_VERSION = 3
"""Of the tables below; raised with every change of them. A store of an unknown version must be made again."""
_WITHOUT_BESIDE = 2
"""The version that lacks the tables beside: it is read as it is, and brought up when opened for writing."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS schema_version (version INTEGER);
CREATE TABLE IF NOT EXISTS accounts (
    id VARCHAR PRIMARY KEY, sha256 VARCHAR UNIQUE, path VARCHAR, department VARCHAR, year INTEGER, kind VARCHAR,
    pages INTEGER, parent VARCHAR, region VARCHAR, names VARCHAR[], published VARCHAR, source VARCHAR, evidence VARCHAR,
    table_count INTEGER, added TIMESTAMP DEFAULT current_timestamp);
CREATE TABLE IF NOT EXISTS tables (
    account VARCHAR, number INTEGER, kind VARCHAR, title VARCHAR, unit VARCHAR, pages INTEGER[], columns VARCHAR,
    notes VARCHAR[], row_count INTEGER, page INTEGER, box FLOAT[], line INTEGER, cell VARCHAR, scanned BOOLEAN);
CREATE TABLE IF NOT EXISTS facts (
    account VARCHAR, tbl INTEGER, kind VARCHAR, row_no INTEGER, label VARCHAR, subject VARCHAR, code VARCHAR,
    side VARCHAR, parent VARCHAR, path VARCHAR[], measure VARCHAR, item VARCHAR, text VARCHAR,
    value DECIMAL(30, 8), unit VARCHAR, page INTEGER, box FLOAT[], line INTEGER, cell VARCHAR,
    scanned BOOLEAN, doubt VARCHAR);
CREATE TABLE IF NOT EXISTS passages (
    id VARCHAR, account VARCHAR, kind VARCHAR, heading VARCHAR[], sentences VARCHAR, tbl INTEGER);
CREATE TABLE IF NOT EXISTS statements (
    account VARCHAR, passage VARCHAR, subject VARCHAR, measure VARCHAR, text VARCHAR, value DECIMAL(30, 8),
    unit VARCHAR, direction VARCHAR, base VARCHAR, reason VARCHAR, sentence VARCHAR);
CREATE TABLE IF NOT EXISTS findings (
    account VARCHAR, number INTEGER, rule VARCHAR, severity VARCHAR, message VARCHAR, sentences VARCHAR);
"""
_BESIDE = """
CREATE TABLE packed (account VARCHAR, content BLOB USING COMPRESSION uncompressed);
CREATE TABLE kept (account VARCHAR, state VARCHAR, content VARCHAR);
"""
"""What follows from the other tables: each account's tables and cells in one piece, and what others keep beside it."""
_OF_BESIDE = ("packed", "kept")
_FACT = ", ".join(FACT_COLUMNS)
_TABLE = ", ".join(TABLE_COLUMNS)
_FACTS, _TABLES = ("facts", "tbl, row_no, rowid"), ("tables", "number")
"""With the order in which they are printed."""
_OF_ACCOUNT = ("tables", "facts", "passages", "statements", "findings")


class StoreError(RuntimeError):
    """The store cannot be used; the text says why and what to do."""


class FactStore:
    """The DuckDB file of a store.

    :param path: file name; made if `write` and it is not there.
    :param write: one process at a time may open it for writing.
    :raises StoreError: if it is not there, or another process holds it.
    """

    def __init__(self, path: Path, write: bool = False) -> None:
        import duckdb

        if not write and not path.exists():
            raise StoreError(f"没有找到资料库 {path.parent}；请先运行 juesuan ingest 读入决算文件。")
        try:
            self._db = duckdb.connect(str(path), read_only=not write)
        except duckdb.IOException as error:
            raise StoreError(
                f"资料库 {path.parent} 正被另一个程序使用；请先关闭它（例如网页）再试。（{error}）"
            ) from error
        self._spans: dict[str, dict[str, tuple[int, int]]] = {}
        self._spellings: dict[str, dict[str, list[str]]] = {}
        self._has_beside = self._check_version(path, write) != _WITHOUT_BESIDE

    def _check_version(self, path: Path, write: bool) -> int:
        """Make the tables of a new store, bring up one of the version before; refuse any other. Returns the version."""
        names = {name for (name,) in self._rows("SELECT table_name FROM information_schema.tables")}
        if not names and write:
            self._db.execute(f"BEGIN; {_SCHEMA} {_BESIDE} INSERT INTO schema_version VALUES ({_VERSION}); COMMIT")
            return _VERSION
        found = self._rows("SELECT version FROM schema_version") if "schema_version" in names else []
        version = found[0][0] if len(found) == 1 else None
        if version == _VERSION or (version == _WITHOUT_BESIDE and not write):
            return int(version)
        if version == _WITHOUT_BESIDE:
            self._bring_up()
            return _VERSION
        self._db.close()
        raise StoreError(
            f"资料库 {path.parent} 是另一个版本的 juesuan 建立的（需要版本 {_VERSION}）；"
            "请换一个资料库文件夹（--store），重新运行 juesuan ingest 读入原文件。"
        )

    def _bring_up(self) -> None:
        """Add the tables beside to a store that lacks them, in one transaction."""
        with self._transaction():
            self._db.execute(_BESIDE)
            for account in self.revisions():
                piece = pack(self._of_account(_TABLE, *_TABLES, account), self._of_account(_FACT, *_FACTS, account))
                self._db.execute("INSERT INTO packed VALUES (?, ?)", [account, piece])
            self._db.execute(f"UPDATE schema_version SET version = {_VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All that is written within it is, or nothing; what is known of the rows is looked up anew afterwards."""
        self._db.begin()
        try:
            yield
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        finally:
            self._spans.clear()
            self._spellings.clear()

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._db.cursor().execute(sql, parameters).fetchall()

    def _of_account(self, columns: str, table: str, order: str, account: str) -> list[tuple[Any, ...]]:
        """An account's rows of a table.

        They were written together, so that only the stretch where they lie is read, not the column of all accounts.
        """
        spans = self._spans.get(table)
        if spans is None:
            found = self._rows(f"SELECT account, min(rowid), max(rowid) FROM {table} GROUP BY account")
            spans = self._spans[table] = {name: (first, last) for name, first, last in found}
        if account not in spans:
            return []
        first, last = spans[account]
        rows = "rowid = ?" if first == last else "rowid BETWEEN ? AND ?"  # one row is found faster as such
        sql = f"SELECT {columns} FROM {table} WHERE {rows} AND account = ? ORDER BY {order}"
        return self._rows(sql, [*dict.fromkeys((first, last)), account])

    def accounts(self) -> list[Account]:
        """All documents, by department and year; an earlier publication of the same account says what took its place."""
        sql = f"SELECT {', '.join(ACCOUNT_COLUMNS)} FROM accounts ORDER BY department, year, added"
        accounts = [account_of(row) for row in self._rows(sql)]
        replaced = successors(accounts)
        return [
            replace(account, superseded_by=replaced[account.id]) if account.id in replaced else account
            for account in accounts
        ]

    def account_with(self, sha256: str) -> Account | None:
        """The document whose file has this content; None if there is none."""
        rows = self._rows(f"SELECT {', '.join(ACCOUNT_COLUMNS)} FROM accounts WHERE sha256 = ?", [sha256])
        return account_of(rows[0]) if rows else None

    def has(self, account: str) -> bool:
        """True if a document has this id."""
        return bool(self._rows("SELECT 1 FROM accounts WHERE id = ?", [account]))

    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of tables, facts, passages and statements by account id."""
        found: dict[str, dict[str, int]] = {}
        for name in _OF_ACCOUNT:
            for account, count in self._rows(f"SELECT account, count(*) FROM {name} GROUP BY account"):
                found.setdefault(account, {})[name] = count
        return found

    def add(self, *readings: Reading) -> None:
        """Write everything of the readings in one transaction: all of them, or none."""
        arrow = arrow_of(readings) | {"packed": packed_of(readings)}
        insert = f"INSERT INTO accounts ({', '.join(ACCOUNT_COLUMNS)}) VALUES ({', '.join('?' * len(ACCOUNT_COLUMNS))})"
        with self._transaction():
            for reading in readings:
                self._db.execute(insert, account_row(reading.account))
            for name, rows in arrow.items():
                self._db.register("incoming", rows)
                columns = ", ".join(rows.schema.names)
                self._db.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM incoming")
                self._db.unregister("incoming")

    def remove(self, account: str) -> None:
        """Delete everything of an account in one transaction."""
        with self._transaction():
            for name in (*_OF_ACCOUNT, *_OF_BESIDE):
                self._db.execute(f"DELETE FROM {name} WHERE account = ?", [account])
            self._db.execute("DELETE FROM accounts WHERE id = ?", [account])

    def tables_and_cells(self, account: str) -> tuple[list[Table], Cells]:
        """The account's tables without their rows, and all its cells, in printed order."""
        packed = self._of_account("content", "packed", "rowid", account) if self._has_beside else []
        if packed:
            return unpack(packed[0][0])
        return self.tables(account), Cells.of_rows(self._of_account(_FACT, *_FACTS, account))

    def revisions(self) -> dict[str, str]:
        """Of each document what changes when it is read in again, by id."""
        return dict(self._rows("SELECT id, strftime(added, '%Y%m%d%H%M%S%f') FROM accounts"))

    def kept(self) -> list[Kept]:
        """What is kept beside all documents; nothing in a store of an older version."""
        return (
            [Kept(*row) for row in self._rows("SELECT account, state, content FROM kept")] if self._has_beside else []
        )

    def keep(self, kept: Sequence[Kept]) -> None:
        """Keep these beside their documents, in the place of what was kept before, in one transaction."""
        if not kept:
            return
        import pyarrow as pa

        rows = pa.table({name: [getattr(one, name) for one in kept] for name in Kept._fields})
        with self._transaction():
            self._db.execute("DELETE FROM kept WHERE account IN (SELECT unnest(?))", [[one.account for one in kept]])
            self._db.register("incoming", rows)
            self._db.execute("INSERT INTO kept SELECT account, state, content FROM incoming")
            self._db.unregister("incoming")

    def facts(self, account: str) -> list[Fact]:
        """All cells of an account in printed order."""
        return [fact_of(row) for row in self._of_account(_FACT, *_FACTS, account)]

    def cells(self, places: Sequence[CellPlace]) -> dict[str, StoredCell]:
        """The cell of one figure in each account that has it, by account.

        :param places: where it may stand, best first; names count as the same that differ in brackets or blanks only.
        """
        conditions, parameters = [], list[Any]()
        for rank, place in enumerate(places):
            column, name = next((c, n) for c in ("item", "subject", "code") if (n := getattr(place, c)))
            names = [name] if column == "code" else self._spelled(column).get(plain(name), [])
            sides = " AND side = ?" * bool(place.side) + " AND side <> ?" * bool(place.not_side)
            alone = " AND parent = ''" * place.alone
            marks = ", ".join("?" * len(names)) or "NULL"
            conditions.append(f"WHEN kind = ? AND measure = ? AND {column} IN ({marks}){sides}{alone} THEN {rank}")
            parameters += [place.kind, place.measure, *names, *filter(None, (place.side, place.not_side))]
        sql = f"""SELECT account, rank, parent, rowid, value, unit, text, kind, measure FROM (
            SELECT account, CASE {" ".join(conditions)} END AS rank, parent, rowid, value, unit, text, kind, measure
            FROM facts WHERE kind IN (SELECT unnest(?)) AND measure IN (SELECT unnest(?))) WHERE rank IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY account ORDER BY rank, parent <> '', rowid) = 1"""
        parameters += [[place.kind for place in places], [place.measure for place in places]]
        return {row[0]: StoredCell(*row) for row in self._rows(sql, parameters)}

    def facts_at(self, rows: Sequence[int]) -> list[Fact]:
        """The cells with these row numbers, in their order."""
        found = {
            row[-1]: fact_of(row[:-1])
            for row in self._rows(
                f"SELECT {_FACT}, rowid FROM facts WHERE rowid IN ({', '.join('?' * len(rows))})", list(rows)
            )
        }
        return [found[row] for row in rows]

    def _spelled(self, column: str) -> dict[str, list[str]]:
        """The names in a column as printed, by their comparable form."""
        if column not in self._spellings:
            found: dict[str, list[str]] = {}
            for (name,) in self._rows(f"SELECT DISTINCT {column} FROM facts WHERE {column} <> ''"):
                found.setdefault(plain(name), []).append(name)
            self._spellings[column] = found
        return self._spellings[column]

    def tables(self, account: str) -> list[Table]:
        """The account's tables without their rows (those are the facts)."""
        return [table_of(row) for row in self._of_account(_TABLE, *_TABLES, account)]

    def passages(self, account: str) -> list[Passage]:
        """The account's passages in printed order."""
        return [
            Passage(row[0], row[1], row[2], tuple(row[3]), tuple(map(sentence_of, json.loads(row[4]))), row[5])
            for row in self._of_account("id, account, kind, heading, sentences, tbl", "passages", "rowid", account)
        ]

    def statements(self, account: str) -> list[Statement]:
        """The account's statements in printed order."""
        columns = "account, passage, subject, measure, text, value, unit, direction, base, reason, sentence"
        return [statement_of(row) for row in self._of_account(columns, "statements", "rowid", account)]

    def findings(self, account: str) -> list[Finding]:
        """What does not agree in the account, in printed order."""
        sql = "SELECT rule, severity, message, sentences FROM findings WHERE account = ? ORDER BY number"
        return [
            Finding(rule, severity, message, tuple(map(sentence_of, json.loads(sentences))))
            for rule, severity, message, sentences in self._rows(sql, [account])
        ]

    def export(self, accounts: Iterable[str], target: Path, form: str) -> int:
        """Write the facts of the accounts with their provenance; returns the number of rows.

        :param form: csv, json or parquet.
        """
        options = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY true", "parquet": "FORMAT parquet"}[form]
        ids = list(accounts)
        select = """SELECT a.department, a.year, a.path AS file, a.sha256, f.tbl AS "table", f.kind, f.row_no AS "row",
            f.label, f.code, f.side, f.parent, array_to_string(f.path, '/') AS "column", f.measure, f.item, f.text,
            f.value, f.unit, f.page, array_to_string(f.box, ' ') AS bbox, f.line, f.cell,
            f.scanned, f.doubt
            FROM facts f JOIN accounts a ON a.id = f.account WHERE f.account IN (SELECT unnest(?))
            ORDER BY a.department, a.year, f.tbl, f.row_no"""
        quoted = str(target).replace("'", "''")
        self._db.execute(f"COPY ({select}) TO '{quoted}' ({options})", [ids])
        return int(self._rows("SELECT count(*) FROM facts WHERE account IN (SELECT unnest(?))", [ids])[0][0])
