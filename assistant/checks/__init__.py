"""Checks of one account: does it add up, do its tables agree, does its text say what its tables say.

Tolerance is rounding and nothing else: half a unit of the last digit of every figure involved. What lies outside is
an error; what rounding explains is counted in one note for the document. A new check is an entry in `rules.yaml`, or
a function in `tables.py`, `text.py` or `form.py` and its line in `_CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.checks.form import dates, missing_tables, placeholders, stored
from assistant.checks.raised import Raised
from assistant.checks.tables import between, inside, rows_of_one_name
from assistant.checks.text import amounts, budgets, contradictions, growth, items, names, shares
from assistant.citing import Citations
from assistant.library import AccountView
from assistant.model import Finding
from ingest.model import Fact, Sentence
from prompts import say

_CHECKS: tuple[Callable[[AccountView], Iterator[Raised]], ...] = (
    stored, missing_tables, placeholders, dates, inside, between, rows_of_one_name, amounts, items, names, budgets,
    shares, growth, contradictions,
)  # fmt: skip


def check(view: AccountView) -> list[Finding]:
    """Everything that does not agree in an account, in the order of the checks; roundings as one note at the end.

    A budget or another document is checked for its headings alone.
    """
    raised = [one for run in (_CHECKS if view.account.is_account else (stored,)) for one in run(view)]
    raised = list(dict.fromkeys(raised))
    roundings = [one for one in raised if one.severity == "rounding"]
    findings = [one for one in raised if one.severity != "rounding"]
    if roundings:
        cells = tuple(dict.fromkeys(cell for one in roundings for cell in one.evidence))
        findings.append(Raised("rounding", "rounding", say("finding_rounding", count=len(roundings)), cells[:40]))
    return [_finding(view, number, one) for number, one in enumerate(findings, 1)]


def touched(view: AccountView, fact: Fact) -> bool:
    """True for a cell that an error of its account lies at; the account is checked once and remembered."""
    cells = view.__dict__.get("_touched")
    if cells is None:
        cells = {
            (citation.table, citation.row, citation.column, citation.page, citation.line)
            for finding in check(view)
            if finding.severity == "error"
            for citation in finding.figures
            if citation.table
        }
        view.__dict__["_touched"] = cells
    title, column = view.tables[fact.table].title, "/".join(fact.column)
    return (title, fact.label or None, column, fact.place.page, fact.place.line) in cells


def _finding(view: AccountView, number: int, raised: Raised) -> Finding:
    citations = Citations()
    for evidence in raised.evidence:
        if isinstance(evidence, Fact):
            citations.fact(view, evidence)
        elif isinstance(evidence, Sentence):
            citations.sentence(view, evidence)
    cited = citations.all()
    return Finding(
        id=f"{view.account.id}!{number}",
        rule=raised.rule,
        severity=raised.severity,
        page=cited[0].page if cited else None,
        message=raised.message,
        figures=cited,
    )


__all__ = ["check", "touched"]
