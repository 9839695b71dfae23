"""The dimensions (口径) of the standard tables' figures, and the policy of reading, as data: `dimensions.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ingest.catalogue import CatalogueError, standard_tables
from ingest.datafile import yaml_of

OTHERS = "其他"
"""Stands in the orders for tables that are none of the standard ones."""
FUNDS = ("全部", "财政拨款", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
CLASSIFICATIONS = ("汇总", "功能", "经济", "收入来源", "三公")
STAGES = ("年初预算", "预算", "决算", "上年")


@dataclass(frozen=True)
class Dimensions:
    """What a figure is of; empty strings where neither table nor column says."""

    fund: str = ""
    classification: str = ""
    side: str = ""
    nature: str = ""
    stage: str = "决算"


@dataclass(frozen=True)
class Whole:
    """The cell that an item is a share of; `measure` is empty for the item's own column."""

    kind: str
    row: str
    measure: str


Column = tuple[str, str]
"""Kind of table and measure."""


@dataclass(frozen=True)
class Policy:
    """Which table a figure is read from when several hold it. None stands for tables that are not standard."""

    standing: tuple[str | None, ...]
    income: tuple[str, ...]
    economic: tuple[str, ...]
    funds: dict[str, tuple[str, ...]]
    measures: dict[str, str]
    """For each kind of table the measure that is meant where the question names none."""
    same: dict[Column, tuple[Column, ...]]
    narrower: dict[Column, Column]
    wholes: dict[tuple[str, str], Whole]
    """By kind of table and side."""


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml_of(__package__, "dimensions.yaml")
    known = {table.id for table in standard_tables() if not table.like}
    if set(data["tables"]) != known:
        raise CatalogueError(f"dimensions.yaml: expected the tables {sorted(known)}, got {sorted(data['tables'])}")
    for name, entry in data["tables"].items():
        if entry["fund"] not in FUNDS or entry["classification"] not in CLASSIFICATIONS or not entry.get("measure"):
            raise CatalogueError(f"dimensions.yaml, {name}: expected fund, classification and measure, got {entry}")
    for name, entry in data["measures"].items():
        if unknown := set(entry) - {"fund", "side", "nature", "stage"}:
            raise CatalogueError(f"dimensions.yaml, {name}: no such dimensions: {sorted(unknown)}")
        if entry.get("stage", "决算") not in STAGES or entry.get("fund", "全部") not in FUNDS:
            raise CatalogueError(f"dimensions.yaml, {name}: stages are {STAGES}, funds are {FUNDS}, got {entry}")
    return data


@cache
def dimensions(kind: str | None, measure: str, side: str = "") -> Dimensions:
    """The dimensions of a column of a standard table; `side` is the row's own, where it has one.

    Nothing is known of tables that are not standard.
    """
    table = _data()["tables"].get(kind)
    if table is None:
        return Dimensions(stage="")
    known = {key: value for key, value in table.items() if key != "measure"}
    found = replace(Dimensions(**known), **_data()["measures"].get(measure, {}))
    return replace(found, side=side) if side in ("收入", "支出") else found


@cache
def policy() -> Policy:
    """The policy of reading.

    :raises CatalogueError: if the file lacks an entry or names a table that is none.
    """
    data = _data()
    try:
        orders = data["orders"]
        made = Policy(
            standing=tuple(None if kind == OTHERS else kind for kind in orders["standing"]),
            income=tuple(orders["收入"]),
            economic=tuple(orders["经济"]),
            funds={fund: tuple(kinds) for fund, kinds in orders["funds"].items()},
            measures={kind: entry["measure"] for kind, entry in data["tables"].items()},
            same=_both_ways(data["same"]),
            narrower={tuple(wide): tuple(narrow) for wide, narrow in data["narrower"]},
            wholes={
                (kind, side): Whole(*cell) for kind, sides in data["wholes"].items() for side, cell in sides.items()
            },
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"dimensions.yaml: {error!r}") from error
    named = {kind for kinds in (made.standing, made.income, made.economic, *made.funds.values()) for kind in kinds}
    if unknown := named - {None} - set(data["tables"]):
        raise CatalogueError(f"dimensions.yaml: no such tables: {sorted(map(str, unknown))}")
    return made


def _both_ways(pairs: list[list[list[str]]]) -> dict[Column, tuple[Column, ...]]:
    found: dict[Column, tuple[Column, ...]] = {}
    for one, other in pairs:
        left, right = (one[0], one[1]), (other[0], other[1])
        found[left] = (*found.get(left, ()), right)
        found[right] = (*found.get(right, ()), left)
    return found
