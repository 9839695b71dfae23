"""Between the data model and the rows of the store: what is written as Arrow columns, what is read as tuples."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ingest.model import Account, Box, Evidence, Fact, Finding, Passage, Place, Reading, Sentence, Statement, Table
from ingest.text import amount

ACCOUNT_COLUMNS = (
    "id", "sha256", "path", "department", "year", "kind", "pages", "parent", "region", "names", "published", "source",
    "evidence", "table_count",
)  # fmt: skip
FACT_COLUMNS = (
    "account", "tbl", "kind", "row_no", "label", "subject", "code", "side", "parent", "path", "measure", "item", "text",
    "unit", "doubt", "page", "box", "line", "cell", "scanned",
)  # fmt: skip
TABLE_COLUMNS = (
    "number", "kind", "title", "unit", "pages", "columns", "notes", "page", "box", "line", "cell", "scanned",
)  # fmt: skip


def arrow_of(readings: Sequence[Reading]) -> dict[str, Any]:
    """The rows of readings as Arrow tables by the name of the store's table."""
    import pyarrow as pa

    tables = [table_row(reading.account.id, table) for reading in readings for table in reading.tables]
    facts = [fact_row(fact) for reading in readings for fact in reading.facts]
    passages = [_passage_row(passage) for reading in readings for passage in reading.passages]
    statements = [_statement_row(statement) for reading in readings for statement in reading.statements]
    findings = [_finding_row(r.account.id, number, one) for r in readings for number, one in enumerate(r.findings, 1)]
    return {
        "tables": pa.Table.from_pylist(tables, _tables_schema(pa)),
        "facts": pa.Table.from_pylist(facts, _facts_schema(pa)),
        "passages": pa.Table.from_pylist(passages, _passages_schema(pa)),
        "statements": pa.Table.from_pylist(statements, _statements_schema(pa)),
        "findings": pa.Table.from_pylist(findings, _findings_schema(pa)),
    }


def account_row(account: Account) -> list[Any]:
    evidence = [[e.field, e.value, _sentence_data(e.sentence)] for e in account.evidence]
    return [
        account.id, account.sha256, account.path, account.department, account.year, account.kind, account.pages,
        account.parent, account.region, list(account.names), account.published, account.source,
        json.dumps(evidence, ensure_ascii=False), account.tables,
    ]  # fmt: skip


def account_of(row: tuple[Any, ...]) -> Account:
    named = dict(zip(ACCOUNT_COLUMNS, row, strict=True))
    evidence = [Evidence(name, value, sentence_of(data)) for name, value, data in json.loads(named.pop("evidence"))]
    names, tables = tuple(named.pop("names")), named.pop("table_count")
    return Account(**named, names=names, evidence=tuple(evidence), tables=tables)


def placed(
    page: int | None, box: list[float] | None, line: int | None, cell: str | None = None, scanned: bool = False
) -> Place:
    return Place(page, Box(*(round(edge, 1) for edge in box)) if box else None, line, cell, scanned)


def fact_of(row: tuple[Any, ...]) -> Fact:
    """The cell of a row of `FACT_COLUMNS`."""
    account, table, kind, number, label, subject, code, side, parent, path, measure, item, text, unit, doubt = row[:15]
    place = placed(*row[15:])
    return Fact(
        account, table, kind, number, label, subject, code, side, parent, tuple(path), measure, item, text,
        _amount(text), unit, place, doubt,
    )  # fmt: skip


_amount = lru_cache(maxsize=1 << 14)(amount)
"""Many cells print the same (0.00)."""


def table_of(row: Sequence[Any]) -> Table:
    """The table of a row of `TABLE_COLUMNS`, without its rows."""
    number, kind, title, unit, pages, columns, notes = row[:7]
    return Table(number, kind, title, unit, tuple(pages), paths_of(columns), (), tuple(notes), placed(*row[7:]))


def statement_of(row: tuple[Any, ...]) -> Statement:
    account, passage, subject, measure, text, value, unit, direction, base, reason, sentence = row
    shown = sentence_of(json.loads(sentence))
    return Statement(
        account, passage, subject, measure, text, _exact(value, text), unit, direction, base, reason, shown
    )


def _exact(value: Decimal, text: str) -> Decimal:
    """The stored value with as many decimals as were printed."""
    printed = re.search(r"\d[\d,]*\.(\d+)", text)
    return round(value, len(printed.group(1)) if printed else 0)


@lru_cache(maxsize=1 << 10)
def paths_of(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path) for path in json.loads(text))


def sentence_of(data: dict[str, Any]) -> Sentence:
    return Sentence(data["text"], tuple(placed(*place) for place in data["places"]))


def _sentence_data(sentence: Sentence) -> dict[str, Any]:
    return {"text": sentence.text, "places": [_place_data(place) for place in sentence.places]}


def _place_data(place: Place) -> list[Any]:
    return [place.page, list(place.box) if place.box else None, place.line, place.cell, place.scanned]


def _place_columns(place: Place) -> dict[str, Any]:
    box = list(place.box) if place.box else None
    return {"page": place.page, "box": box, "line": place.line, "cell": place.cell, "scanned": place.scanned}


def table_row(account: str, table: Table) -> dict[str, Any]:
    """The row of a table, with more than `TABLE_COLUMNS`."""
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


def fact_row(fact: Fact) -> dict[str, Any]:
    """The row of a cell, with more than `FACT_COLUMNS`."""
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
