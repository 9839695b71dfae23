"""Which stated number is a term of a calculation."""

from __future__ import annotations

from assistant.library import AccountView
from assistant.model import Term
from assistant.prose.numbers import find_named
from ingest.model import Statement


def stated(view: AccountView, term: Term) -> Statement | None:
    """The number that the text states of the term's words; None for a cell, and where it states none or several."""
    if term.item:
        return None
    beside = find_named(view, term.beside, term.units) if term.beside else None
    if term.beside and beside is None:
        return None
    return find_named(view, term.words, term.units, term.measures, beside)
