"""From what a check raises to a finding: citations in every document involved, and a name that stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.checks.raised import Raised
from assistant.citing import Citations
from assistant.library import AccountView
from assistant.model import Finding
from ingest.model import Fact, Sentence

_NUMBER = re.compile(r"\d[\d,，.]*")
_DIGITS = 8
"""Hexadecimal digits of a finding's name: of a thousand findings of one document two are alike once in 8,000 times."""


@dataclass(frozen=True, slots=True)
class Quoted(Sentence):
    """A sentence of another document than the one that is checked."""

    account: str = ""


def findings_of(view: AccountView, raised: Iterable[Raised]) -> list[Finding]:
    """The findings in the order in which they were raised, each with its name.

    A name is made of the document's content, the rule, what is cited and the numbers of the message. So it does not
    change with other findings, with the wording, or when the same file is read in again.
    """
    seen: dict[str, int] = {}
    found = []
    for one in raised:
        key = _key(view, one)
        seen[key] = seen.get(key, 0) + 1
        found.append(_finding(view, one, _name(view, f"{key}|{seen[key]}" if seen[key] > 1 else key)))
    return found


def _name(view: AccountView, key: str) -> str:
    return f"{view.account.id}#{hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]}"


def _key(view: AccountView, raised: Raised) -> str:
    """What tells a finding from the others of its document; the note about roundings is one of its kind."""
    if raised.rule == "rounding":
        return f"{view.account.sha256}|rounding"
    told = _NUMBER.findall(raised.message) if raised.evidence else [raised.message]
    return "|".join([view.account.sha256, raised.rule, raised.severity, *map(_place, raised.evidence), *told])


def _place(evidence: Fact | Sentence) -> str:
    if isinstance(evidence, Fact):
        return f"{evidence.account}/{evidence.table}/{evidence.row}/{'/'.join(evidence.column)}/{evidence.text}"
    where = [f"{place.page}.{place.line}.{place.cell}" for place in evidence.places[:1]]
    return "/".join([evidence.account if isinstance(evidence, Quoted) else "", *where, evidence.text])


def _finding(view: AccountView, raised: Raised, name: str) -> Finding:
    citations = Citations()
    for evidence in raised.evidence:
        if isinstance(evidence, Fact):
            citations.fact(_view(view, evidence.account), evidence)
        else:
            other = evidence.account if isinstance(evidence, Quoted) else ""
            citations.sentence(_view(view, other), evidence)
    cited = citations.all()
    page = next((citation.page for citation in cited if citation.document == view.account.id), None)
    return Finding(
        id=name, rule=raised.rule, severity=raised.severity, page=page, message=raised.message, figures=cited
    )


def _view(view: AccountView, account: str) -> AccountView:
    """The view of the document that a piece of evidence stands in."""
    if account in ("", view.account.id) or view.library is None:
        return view
    return view.library.view(account)
