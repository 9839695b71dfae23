"""Checks of one account: does it add up, do its tables agree, does its text say what its tables say.

Tolerance is rounding and nothing else: half a unit of the last digit of every figure involved. What lies outside is
an error; what rounding explains is counted in one note for the document. A new check is an entry in `rules.yaml`, or
a function in `tables.py`, `text.py` or `form.py` and its line in `_CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.checks.form import (
    codes,
    dates,
    empty_tables,
    missing_tables,
    placeholders,
    residue,
    stored,
    titles,
    units,
)
from assistant.checks.itself import contradictions, parts, planned_items, receptions, two_values, years
from assistant.checks.raised import Raised
from assistant.checks.rates import budgets, growth, moved, official, shares
from assistant.checks.tables import at_most, between, inside, rows_of_one_name, sums_between
from assistant.checks.text import amounts, classes, items, names, purposes
from assistant.citing import Citations
from assistant.library import AccountView
from assistant.model import Finding
from ingest.model import Fact, Sentence
from prompts import say

_CHECKS: tuple[Callable[[AccountView], Iterator[Raised]], ...] = (
    stored, titles, missing_tables, empty_tables, placeholders, residue, units, dates, inside, between, rows_of_one_name,
    sums_between, at_most, amounts, classes, items, names, purposes, budgets, official, shares, growth, moved, contradictions,
    two_values, parts, years, receptions, codes,
)  # fmt: skip
_OF_BUDGETS: tuple[Callable[[AccountView], Iterator[Raised]], ...] = (
    stored, titles, placeholders, residue, units, inside, between, rows_of_one_name, amounts, purposes, shares, growth, moved,
    contradictions, planned_items, two_values, parts, years, codes,
)  # fmt: skip
"""What holds for budgets too: nothing that is spent, nothing that every account must have."""


def check(view: AccountView) -> list[Finding]:
    """Everything that does not agree in an account, in the order of the checks; roundings as one note at the end."""
    raised = _raised(view)
    roundings = [one for one in raised if one.severity == "rounding"]
    findings = [one for one in raised if one.severity != "rounding"]
    if roundings:
        cells = tuple(dict.fromkeys(cell for one in roundings for cell in one.evidence))
        findings.append(Raised("rounding", "rounding", say("finding_rounding", count=len(roundings)), cells[:40]))
    return [_finding(view, number, one) for number, one in enumerate(findings, 1)]


def touching(view: AccountView, fact: Fact) -> Raised | None:
    """The first error that lies at a cell; the account is checked once and remembered."""
    cells: dict[tuple[int, int, tuple[str, ...]], Raised] | None = view.__dict__.get("_touching")
    if cells is None:
        cells = {}
        for one in _raised(view):
            for evidence in one.evidence if one.severity == "error" else ():
                if isinstance(evidence, Fact):
                    cells.setdefault(evidence.key, one)
        view.__dict__["_touching"] = cells
    return cells.get(fact.key)


def _raised(view: AccountView) -> list[Raised]:
    """What all checks raise, each once. Another document than an account or a budget is checked for its headings alone."""
    checks = _CHECKS if view.account.is_account else _OF_BUDGETS if view.account.is_budget else (stored,)
    return list(dict.fromkeys(one for run in checks for one in run(view)))


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


__all__ = ["check", "touching"]
