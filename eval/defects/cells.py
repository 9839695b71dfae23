"""Defects of tables: a wrong cell, a blank one, a strange name, a table that is gone or empty."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from decimal import Decimal

from assistant.calculator import places_of
from assistant.library import AccountView
from eval.defects.defect import Defect, Planter, copy_of
from ingest import catalogue
from ingest.model import Fact


def _with_cell(view: AccountView, fact: Fact, changed: Fact) -> AccountView:
    return copy_of(view, facts=[changed if one is fact else one for one in view.facts])


def cell(view: AccountView, rng: random.Random) -> Defect | None:
    """A figure that is a tenth or so too large."""
    fact = rng.choice([fact for fact in view.facts if fact.value and fact.kind])
    assert fact.value is not None
    step = Decimal(1).scaleb(-places_of(fact.value))
    value = fact.value + max(abs(fact.value) / 10, 40 * step).quantize(step)
    changed = replace(fact, value=value, text=f"{value:f}")
    return Defect(f"cell of {fact.kind}", (), _with_cell(view, fact, changed), changed, fact.measure)


def blank(view: AccountView, rng: random.Random) -> Defect | None:
    """A figure that is not filled in."""
    fact = rng.choice([fact for fact in view.facts if fact.value and fact.kind and abs(fact.value) > 1])
    changed = replace(fact, value=None, text="")
    return Defect("cell left blank", (), _with_cell(view, fact, changed), changed, f"{fact.kind} {fact.measure}")


def above_whole(view: AccountView, rng: random.Random) -> Defect | None:
    """An item of 三公 smaller than what 基本支出 spends on it."""
    items = {
        "30217": "公务接待费",
        "30212": "因公出国（境）费",
        "30231": "公务用车运行维护费",
        "31013": "公务用车购置费",
    }
    spent = {f.code: f.value for f in view.by_kind.get("T6", []) if f.code in items and f.value and f.value > 1}
    places = [
        (fact, spent[code])
        for code, item in items.items()
        for fact in view.by_kind.get("T7", [])
        if code in spent and fact.item == item and fact.measure == "决算数"
    ]
    if not places:
        return None
    fact, part = rng.choice(places)
    value = (part / 2).quantize(Decimal("0.01"))
    changed = replace(fact, value=value, text=f"{value:f}")
    return Defect("T6 item above T7 item", ("at-most",), _with_cell(view, fact, changed), changed, fact.item)


def strange_name(view: AccountView, rng: random.Random) -> Defect | None:
    """A code with a name of its own."""
    known = {subject.code for which in ("functional", "economic") for subject in catalogue.subjects(which)}
    fact = rng.choice([fact for fact in view.facts if fact.code in known and fact.kind])
    changed = replace(fact, subject="另一名称", label="另一名称", item="另一名称")
    return Defect("code with a strange name", ("code-name",), _with_cell(view, fact, changed), changed, fact.kind or "")


def gone(view: AccountView, rng: random.Random) -> Defect | None:
    """A table that is missing."""
    table = rng.choice([table for table in view.tables.values() if table.kind and table.kind in "T1T2T3T4T5T6T7"])
    facts = [fact for fact in view.facts if fact.table != table.number]
    standard = catalogue.standard_table(table.kind)
    assert standard is not None
    return Defect("table missing", ("missing-table",), copy_of(view, facts, without=table.number), standard.name)


def empty(view: AccountView, rng: random.Random) -> Defect | None:
    """A table without a figure, and without the sentence that says so."""
    kind, about = rng.choice([("T7", "三公"), ("T8", "政府性基金"), ("T9", "国有资本经营"), ("T3", ""), ("T5", "")])
    table = view.table_of_kind(kind)
    entry = next((p for p in view.passages if table and p.kind == "table" and p.table == table.number), None)
    if table is None or entry is None:
        return None
    facts = [replace(f, text="", value=None) if f.table == table.number else f for f in view.facts]

    def says(text: str) -> bool:
        return bool(about) and about in text and bool(re.search("没有|无", text))

    passages = [
        p if p.kind == "table" else replace(p, sentences=tuple(s for s in p.sentences if not says(s.text)))
        for p in view.passages
    ]
    other = copy_of(view, facts, [p for p in passages if p.sentences])
    other.__dict__["tables"][table.number] = replace(table, notes=())
    return Defect("table empty without a word", ("empty-table",), other, entry.sentences[0].text, kind)


CELLS: tuple[Planter, ...] = (cell, cell, cell, cell, blank, above_whole, strange_name, gone, empty)
"""Cells, the most of all places, more than once."""
