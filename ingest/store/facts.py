"""Figures, statements and passage texts in DuckDB: all SQL of the project stands here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingest.model import (
    Account,
    Box,
    Evidence,
    Fact,
    Finding,
    Passage,
    Place,
    Reading,
    Sentence,
    Statement,
    Table,
)
from ingest.text import amount

_VERSION = 2
"""Of the tables below; raised with every change of them. A store of another version must be made again."""
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
        self._check_version(path, write)

    def _check_version(self, path: Path, write: bool) -> None:
        """Make the tables of a new store; refuse one whose tables are of another version."""
        names = {name for (name,) in self._rows("SELECT table_name FROM information_schema.tables")}
        if not names and write:
            self._db.execute(f"BEGIN; {_SCHEMA} INSERT INTO schema_version VALUES ({_VERSION}); COMMIT")
            return
        found = self._rows("SELECT version FROM schema_version") if "schema_version" in names else []
        if found != [(_VERSION,)]:
            self._db.close()
            raise StoreError(
                f"资料库 {path.parent} 是另一个版本的 juesuan 建立的（需要版本 {_VERSION}）；"
                "请换一个资料库文件夹（--store），重新运行 juesuan ingest 读入原文件。"
            )

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._db.cursor().execute(sql, parameters).fetchall()

    def accounts(self) -> list[Account]:
        """All documents, by department and year; an earlier publication of the same account says what took its place."""
        sql = f"SELECT {', '.join(_ACCOUNT)} FROM accounts ORDER BY department, year, added"
        accounts = [_account(row) for row in self._rows(sql)]
        return [replace(account, superseded_by=_successor(account, accounts)) for account in accounts]

    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of tables, facts, passages and statements by account id."""
        found: dict[str, dict[str, int]] = {}
        for name in _OF_ACCOUNT:
            for account, count in self._rows(f"SELECT account, count(*) FROM {name} GROUP BY account"):
                found.setdefault(account, {})[name] = count
        return found

    def add(self, reading: Reading) -> None:
        """Write everything of a reading in one transaction."""
        import pyarrow as pa

        account = reading.account
        arrow = {
            "tables": pa.Table.from_pylist(
                [_table_row(account.id, table) for table in reading.tables], _tables_schema(pa)
            ),
            "facts": pa.Table.from_pylist([_fact_row(fact) for fact in reading.facts], _facts_schema(pa)),
            "passages": pa.Table.from_pylist(
                [_passage_row(passage) for passage in reading.passages], _passages_schema(pa)
            ),
            "statements": pa.Table.from_pylist([_statement_row(s) for s in reading.statements], _statements_schema(pa)),
            "findings": pa.Table.from_pylist(
                [_finding_row(account.id, n, f) for n, f in enumerate(reading.findings, 1)], _findings_schema(pa)
            ),
        }
        self._db.begin()
        try:
            self._db.execute(
                f"INSERT INTO accounts ({', '.join(_ACCOUNT)}) VALUES ({', '.join('?' * len(_ACCOUNT))})",
                _account_row(account),
            )
            for name, rows in arrow.items():
                self._db.register("incoming", rows)
                columns = ", ".join(rows.schema.names)
                self._db.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM incoming")
                self._db.unregister("incoming")
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def remove(self, account: str) -> None:
        """Delete everything of an account in one transaction."""
        self._db.begin()
        try:
            for name in _OF_ACCOUNT:
                self._db.execute(f"DELETE FROM {name} WHERE account = ?", [account])
            self._db.execute("DELETE FROM accounts WHERE id = ?", [account])
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def facts(self, account: str) -> list[Fact]:
        """All cells of an account in printed order."""
        sql = """SELECT account, tbl, kind, row_no, label, subject, code, side, parent, path, measure, item, text, unit,
                 doubt, page, box, line, cell, scanned FROM facts WHERE account = ? ORDER BY tbl, row_no"""
        return [_fact(row) for row in self._rows(sql, [account])]

    def tables(self, account: str) -> list[Table]:
        """The account's tables without their rows (those are the facts)."""
        sql = """SELECT number, kind, title, unit, pages, columns, notes, page, box, line, cell, scanned
                 FROM tables WHERE account = ? ORDER BY number"""
        return [
            Table(row[0], row[1], row[2], row[3], tuple(row[4]), _paths(row[5]), (), tuple(row[6]), _place(*row[7:]))
            for row in self._rows(sql, [account])
        ]

    def passages(self, account: str) -> list[Passage]:
        """The account's passages in printed order."""
        sql = "SELECT id, account, kind, heading, sentences, tbl FROM passages WHERE account = ? ORDER BY rowid"
        return [
            Passage(row[0], row[1], row[2], tuple(row[3]), tuple(map(_sentence, json.loads(row[4]))), row[5])
            for row in self._rows(sql, [account])
        ]

    def statements(self, account: str) -> list[Statement]:
        """The account's statements in printed order."""
        sql = """SELECT account, passage, subject, measure, text, value, unit, direction, base, reason, sentence
                 FROM statements WHERE account = ? ORDER BY rowid"""
        return [_statement(row) for row in self._rows(sql, [account])]

    def findings(self, account: str) -> list[Finding]:
        """What does not agree in the account, in printed order."""
        sql = "SELECT rule, severity, message, sentences FROM findings WHERE account = ? ORDER BY number"
        return [
            Finding(rule, severity, message, tuple(map(_sentence, json.loads(sentences))))
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


_ACCOUNT = (
    "id", "sha256", "path", "department", "year", "kind", "pages", "parent", "region", "names", "published", "source",
    "evidence", "table_count",
)  # fmt: skip


def _account_row(account: Account) -> list[Any]:
    evidence = [[e.field, e.value, _sentence_data(e.sentence)] for e in account.evidence]
    return [
        account.id, account.sha256, account.path, account.department, account.year, account.kind, account.pages,
        account.parent, account.region, list(account.names), account.published, account.source,
        json.dumps(evidence, ensure_ascii=False), account.tables,
    ]  # fmt: skip


def _account(row: tuple[Any, ...]) -> Account:
    named = dict(zip(_ACCOUNT, row, strict=True))
    evidence = [Evidence(name, value, _sentence(data)) for name, value, data in json.loads(named.pop("evidence"))]
    names, tables = tuple(named.pop("names")), named.pop("table_count")
    return Account(**named, names=names, evidence=tuple(evidence), tables=tables)


def _successor(account: Account, accounts: list[Account]) -> str:
    """Id of the publication that takes an account's place; empty if it is the current one.

    That is the one published last, where all say when, else the one stored last. Tables and text published as two
    files are one account; neither takes the other's place.
    """
    same = [
        other
        for other in accounts
        if (other.department, other.year, other.kind) == (account.department, account.year, account.kind)
        and bool(other.tables) == bool(account.tables)
    ]
    if all(other.published for other in same):
        same.sort(key=lambda other: other.published)
    return same[-1].id if same[-1].id != account.id and (account.is_account or account.is_budget) else ""


def _place(
    page: int | None, box: list[float] | None, line: int | None, cell: str | None = None, scanned: bool = False
) -> Place:
    return Place(page, Box(*(round(edge, 1) for edge in box)) if box else None, line, cell, scanned)


def _fact(row: tuple[Any, ...]) -> Fact:
    names = ("account", "table", "kind", "row", "label", "subject", "code", "side", "parent")
    named = dict(zip(names, row[:9], strict=True))
    path, measure, item, text, unit, doubt = row[9:15]
    return Fact(
        **named,
        column=tuple(path),
        measure=measure,
        item=item,
        text=text,
        value=amount(text),
        unit=unit,
        place=_place(*row[15:]),
        doubt=doubt,
    )


def _statement(row: tuple[Any, ...]) -> Statement:
    account, passage, subject, measure, text, value, unit, direction, base, reason, sentence = row
    shown = _sentence(json.loads(sentence))
    return Statement(
        account, passage, subject, measure, text, _exact(value, text), unit, direction, base, reason, shown
    )


def _exact(value: Decimal, text: str) -> Decimal:
    """The stored value with as many decimals as were printed."""
    printed = re.search(r"\d[\d,]*\.(\d+)", text)
    return round(value, len(printed.group(1)) if printed else 0)


def _paths(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path) for path in json.loads(text))


def _sentence(data: dict[str, Any]) -> Sentence:
    return Sentence(data["text"], tuple(_place(*place) for place in data["places"]))


def _sentence_data(sentence: Sentence) -> dict[str, Any]:
    return {"text": sentence.text, "places": [_place_data(place) for place in sentence.places]}


def _place_data(place: Place) -> list[Any]:
    return [place.page, list(place.box) if place.box else None, place.line, place.cell, place.scanned]


def _place_columns(place: Place) -> dict[str, Any]:
    box = list(place.box) if place.box else None
    return {"page": place.page, "box": box, "line": place.line, "cell": place.cell, "scanned": place.scanned}


def _table_row(account: str, table: Table) -> dict[str, Any]:
    return {
        "account": account,
        "number": table.number,
        "kind": table.kind,
        "title": table.title,
        "unit": table.unit,
        "pages": list(table.pages),
        "columns": json.dumps(table.columns, ensure_ascii=False),
        "notes": list(table.notes),
        "row_count": len(table.rows),
        **_place_columns(table.place),
    }


def _fact_row(fact: Fact) -> dict[str, Any]:
    return {
        "account": fact.account,
        "tbl": fact.table,
        "kind": fact.kind,
        "row_no": fact.row,
        "label": fact.label,
        "subject": fact.subject,
        "code": fact.code,
        "side": fact.side,
        "parent": fact.parent,
        "path": list(fact.column),
        "measure": fact.measure,
        "item": fact.item,
        "text": fact.text,
        "value": fact.value,
        "unit": fact.unit,
        "doubt": fact.doubt,
        **_place_columns(fact.place),
    }


def _passage_row(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "account": passage.account,
        "kind": passage.kind,
        "heading": list(passage.heading),
        "sentences": json.dumps([_sentence_data(sentence) for sentence in passage.sentences], ensure_ascii=False),
        "tbl": passage.table,
    }


def _statement_row(statement: Statement) -> dict[str, Any]:
    names = ("account", "passage", "subject", "measure", "text", "value", "unit", "direction", "base", "reason")
    row = {name: getattr(statement, name) for name in names}
    return row | {"sentence": json.dumps(_sentence_data(statement.sentence), ensure_ascii=False)}


def _finding_row(account: str, number: int, finding: Finding) -> dict[str, Any]:
    sentences = json.dumps([_sentence_data(sentence) for sentence in finding.sentences], ensure_ascii=False)
    row = {"account": account, "number": number, "rule": finding.rule, "severity": finding.severity}
    return row | {"message": finding.message, "sentences": sentences}


def _schema(pa: Any, text: str, **others: Any) -> Any:
    place = {"page": pa.int32(), "box": pa.list_(pa.float32()), "line": pa.int32()} | {
        "cell": pa.string(),
        "scanned": pa.bool_(),
    }
    fields = [(name, pa.string()) for name in text.split()] + list(others.items())
    return pa.schema([*fields, *place.items()])


def _tables_schema(pa: Any) -> Any:
    strings = pa.list_(pa.string())
    numbers = {"number": pa.int32(), "row_count": pa.int32(), "pages": pa.list_(pa.int32()), "notes": strings}
    return _schema(pa, "account kind title unit columns", **numbers)


def _facts_schema(pa: Any) -> Any:
    others = {"tbl": pa.int32(), "row_no": pa.int32(), "path": pa.list_(pa.string()), "value": pa.decimal128(30, 8)}
    return _schema(pa, "account kind label subject code side parent measure item text unit doubt", **others)


def _passages_schema(pa: Any) -> Any:
    texts = [(name, pa.string()) for name in ("id", "account", "kind", "sentences")]
    return pa.schema([*texts, ("heading", pa.list_(pa.string())), ("tbl", pa.int32())])


def _statements_schema(pa: Any) -> Any:
    names = ["account", "passage", "subject", "measure", "text", "unit", "direction", "base", "reason", "sentence"]
    return pa.schema([*((name, pa.string()) for name in names), ("value", pa.decimal128(30, 8))])


def _findings_schema(pa: Any) -> Any:
    names = ["account", "rule", "severity", "message", "sentences"]
    return pa.schema([*((name, pa.string()) for name in names), ("number", pa.int32())])
