"""An account's tables and cells in one piece, so that the first question to it need not collect them from columns.

The piece holds the columns of the account's rows as JSON, compressed. It is written and removed together with the rows;
those stay what sums over departments, exports and older stores are read from.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, overload

from ingest.model import Fact, Reading, Table
from ingest.store.rows import FACT_COLUMNS, TABLE_COLUMNS, fact_of, fact_row, table_of, table_row

_AT = {name: at for at, name in enumerate(FACT_COLUMNS)}
_PATH, _BOX = _AT["path"], _AT["box"]
"""Columns of lists. They are kept as texts: thousands of lists that few look at cost Python time whenever it looks
for garbage, and then a question waits."""


class Cells(Sequence[Fact]):
    """All cells of an account in printed order; each is made when it is first asked for, and then stays the same.

    :param columns: one sequence per name of `FACT_COLUMNS`, all of one length, those of lists as texts in JSON.
    """

    def __init__(self, columns: Sequence[Sequence[Any]]) -> None:
        self._columns = columns
        self._made: list[Fact | None] = [None] * len(columns[0])

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[Any]]) -> Cells:
        """The cells of rows of `FACT_COLUMNS`."""
        return cls(_columns(rows))

    def column(self, name: str) -> Sequence[Any]:
        """What all cells have under one of `FACT_COLUMNS`."""
        return self._columns[_AT[name]]

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, at: int) -> Fact: ...
    @overload
    def __getitem__(self, at: slice) -> list[Fact]: ...
    def __getitem__(self, at: int | slice) -> Fact | list[Fact]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        fact = self._made[at]
        if fact is None:
            row = [column[at] for column in self._columns]
            row[_PATH], row[_BOX] = _path(row[_PATH]), json.loads(row[_BOX])
            fact = self._made[at] = fact_of(tuple(row))
        return fact

    def __iter__(self) -> Iterator[Fact]:
        return (self[at] for at in range(len(self)))


@lru_cache(maxsize=1 << 12)
def _path(text: str) -> tuple[str, ...]:
    """The header path of a column, one for all its cells."""
    return tuple(json.loads(text))


def _columns(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(FACT_COLUMNS)
    for place in (_PATH, _BOX):
        columns[place] = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in columns[place]]
    return columns


def pack(tables: Sequence[Sequence[Any]], facts: Sequence[Sequence[Any]]) -> bytes:
    """The piece of an account.

    :param tables: rows of `TABLE_COLUMNS`, by number.
    :param facts: rows of `FACT_COLUMNS`, by table and row.
    """
    columns = [[column[0]] if len(set(column)) == 1 else column for column in _columns(facts)]
    data = {"tables": tables, "count": len(facts), "facts": columns}
    return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def packed_of(readings: Sequence[Reading]) -> Any:
    """Rows of account and piece as an Arrow table."""
    import pyarrow as pa

    pieces = pa.array([_piece(reading) for reading in readings], pa.binary())
    return pa.table({"account": [reading.account.id for reading in readings], "content": pieces})


def _piece(reading: Reading) -> bytes:
    """The piece of an account as it was read."""
    tables = sorted(reading.tables, key=lambda table: table.number)
    facts = sorted(reading.facts, key=lambda fact: (fact.table, fact.row))
    return pack(
        [_row(table_row(reading.account.id, table), TABLE_COLUMNS) for table in tables],
        [_row(fact_row(fact), FACT_COLUMNS) for fact in facts],
    )


def _row(named: dict[str, Any], columns: Sequence[str]) -> list[Any]:
    return [named[column] for column in columns]


def unpack(piece: bytes) -> tuple[list[Table], Cells]:
    """The tables without their rows, and the cells."""
    data = json.loads(zlib.decompress(piece))
    count = data["count"]  # a column of one value holds it once
    columns = [column if len(column) == count else column * count for column in data["facts"]]
    return [table_of(row) for row in data["tables"]], Cells(columns)
