"""Checks of one account: does it add up, do its tables agree, does its text say what its tables say; and do the
other loaded documents of the same department agree with it (`across.py`).

Tolerance is rounding and nothing else: half a unit of the last digit of every figure involved. What lies outside is
an error; what rounding explains is counted in one note for the document. A new check is an entry in `rules.yaml`, or
a function in `tables.py`, `text.py` or `form.py` and its line in `_CHECKS`.

The errors that answers must tell are kept in the store (`keep_errors`), by whoever writes it; `kept.py` says when they
hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.checks import kept
from assistant.checks.across import across
from assistant.checks.cited import findings_of
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
from assistant.checks.muting import MutingLog
from assistant.checks.raised import Raised
from assistant.checks.rates import budgets, growth, moved, official, shares
from assistant.checks.recognised import weighed
from assistant.checks.tables import at_most, between, inside, rows_of_one_name, sums_between
from assistant.checks.text import amounts, classes, items, names, purposes
from assistant.checks.told import CellKey, Told, by_cell
from assistant.library import AccountView, Library
from assistant.model import Finding
from ingest.model import Fact
from ingest.store import Kept, Store
from prompts import say, speaking

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

_OF_LAST_YEAR = "last-year"
"""Cites this year's figure beside last year's, which is the one in question: answers do not warn of it."""
_TOGETHER = 200
"""Documents whose errors are kept in one transaction."""


def check(view: AccountView, muted: bool = False) -> list[Finding]:
    """Everything that does not agree in an account, in the order of the checks; roundings as one note at the end.

    :param muted: with the findings that somebody has set aside; these say why.
    """
    raised = _raised(view)
    roundings = [one for one in raised if one.severity == "rounding"]
    findings = [one for one in raised if one.severity != "rounding"]
    if roundings:
        cells = tuple(dict.fromkeys(cell for one in roundings for cell in one.evidence))
        findings.append(Raised("rounding", "rounding", say("finding_rounding", count=len(roundings)), cells[:40]))
    reasons = muting_log(view).muted()
    found = []
    for finding in findings_of(view, findings):
        if finding.id not in reasons:
            found.append(finding)
        elif muted:
            found.append(finding.model_copy(update={"muted": reasons[finding.id].reason}))
    return found


def touching(view: AccountView, fact: Fact) -> Raised | None:
    """The first error that lies at a cell and is not muted.

    Errors kept beside the account are read; without them it is checked. Either is done once and remembered.
    """
    cells: dict[CellKey, list[Told]] | None = view.__dict__.get("_told")
    if cells is None:
        found = kept.told(view)
        cells = view.__dict__["_told"] = by_cell(_told(view) if found is None else found)
    told = cells.get(CellKey.of(fact), [])
    muted = muting_log(view).muted() if told else {}
    return next((one.raised(view) for one in told if one.id not in muted), None)


def keep_errors(store: Store) -> int:
    """Check the documents for which no errors are kept that still hold, and keep them; returns their number.

    After documents came or went, these are the new ones and their neighbours. It is not part of reading them: where
    it was cut short, or a check fails on a document, the questions to it are answered all the same.

    :param store: opened for writing.
    """
    library, found, count = Library(store), list[Kept](), 0
    for view in kept.missing(library):
        try:
            with library.noting() as looked_for:
                told = _told(view)
        except Exception:  # whoever asks or checks this document is told of it; the others are kept
            continue
        found.append(kept.packed(view, looked_for, told))
        count += 1
        if len(found) == _TOGETHER:
            store.facts.keep(found)
            found.clear()
    store.facts.keep(found)
    return count


def muting_log(view: AccountView) -> MutingLog:
    """The log of what is muted in the view's store."""
    log: MutingLog = view.store.__dict__.setdefault("_muting", MutingLog(view.store.folder))
    return log


def _told(view: AccountView) -> list[Told]:
    """The errors that answers tell: those that lie at a cell."""
    errors = [
        one
        for one in _raised(view)
        if one.severity == "error" and one.rule != _OF_LAST_YEAR and any(isinstance(e, Fact) for e in one.evidence)
    ]
    return [Told.of(finding.id, one) for one, finding in zip(errors, findings_of(view, errors), strict=True)]


def _raised(view: AccountView) -> list[Raised]:
    """What all checks raise, each once, remembered. Another document is checked for its headings alone.

    Messages are in Chinese whoever asks, so that a finding and its name do not depend on who asked first.
    """
    found: list[Raised] | None = view.__dict__.get("_all_raised")
    if found is None:
        checks = _CHECKS if view.account.is_account else _OF_BUDGETS if view.account.is_budget else (stored,)
        with speaking("zh"):
            found = list(dict.fromkeys(weighed(one) for run in (*checks, across) for one in run(view)))
        view.__dict__["_all_raised"] = found
    return found


__all__ = ["MutingLog", "check", "keep_errors", "muting_log", "touching"]
