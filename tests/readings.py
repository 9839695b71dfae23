"""Readings that several tests ask about, made once in a run, and what every made-up account says of itself."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

from eval.accounts import MadeUp
from eval.accounts.narrative import DUTIES, TERMS, said
from ingest import read_account
from ingest.model import Reading
from ingest.narrative.sections import glossary_term


@cache
def read(path: Path) -> Reading:
    """The reading of a file."""
    return read_account(path)


def check_account(account: MadeUp, reading: Reading) -> None:
    """Whose account, which tables, and the narrative around them."""
    read = reading.account
    assert (read.department, read.year, read.kind) == (account.department, account.year, account.form.kind + "决算")
    kinds = [sheet.kind for sheet in account.sheets]
    assert [(table.kind, table.unit) for table in reading.tables] == [(kind, account.form.unit) for kind in kinds]
    duties = [passage for passage in reading.passages if passage.kind == "duties"]
    assert [[s.text for s in p.sentences] for p in duties] == [
        [f"{n}、{duty.format(name=account.department)}" for n, duty in enumerate(DUTIES, 1)]
    ]
    assert tuple(glossary_term(p) for p in reading.passages if p.kind == "glossary") == tuple(
        term.strip("“”") for term in TERMS
    )
    total = said(account.figures.totals.foot[-1][0])
    assert any(s.text.startswith(total) and s.value == Decimal(total) for s in reading.statements), total
