"""Which stated number is a term of a calculation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.library import AccountView
from assistant.model import Term
from assistant.prose.numbers import find_named, find_statement
from assistant.prose.words import content_words
from assistant.scope import GONE
from ingest.model import Statement
from ingest.text import plain

_EXTREME = re.compile("最[高低大小多少长短快慢]")
_AS_GOOD = 0.02
"""How much worse a number may fit that could be meant as well."""


def stated(view: AccountView, term: Term) -> Statement | None:
    """The number that the text states of the term's words; None for a cell, and where it states none or several."""
    if term.item:
        return None
    if term.asked:
        return answering(find_statement(view, term.words, term.units, term.stage), term.words)
    beside = find_named(view, term.beside, term.units) if term.beside else None
    if term.beside and beside is None:
        return None
    return find_named(view, term.words, term.units, term.measures, beside)


def answering(ranked: Sequence[tuple[float, Statement]], question: str) -> Statement | None:
    """Of the numbers that fit a question the one that answers it; None where none does, or those of several sentences do as well.

    :param ranked: what `find_statement` found, best first.
    """
    if _EXTREME.search(question):  # 最低的是多少 is not told by one of them
        ranked = [pair for pair in ranked if "最" in pair[1].sentence.text]
    ranked = [pair for pair in ranked if not is_given(pair[1], question) and not _is_of_its_reason(pair[1], question)]
    if not ranked:
        return None
    score, best = ranked[0]
    rivals = [s for other, s in ranked if other > score - _AS_GOOD and (s.value, s.unit) != (best.value, best.unit)]
    return best if not rivals or rivals[0].sentence.text == best.sentence.text else None


def _is_of_its_reason(statement: Statement, question: str) -> bool:
    """True where the question is about what only the reason after a number has (返工的大事记部分有多少字, of 76万字（原因：大事记部分返工）)."""
    before, _, after = statement.sentence.text.partition(statement.text)
    reason = plain(after.partition("原因")[2].partition("）")[0])
    told = plain(before + statement.subject)
    runs = [run for run in content_words(question).split(GONE) if len(run) > 1]
    return any(run in reason and run not in told for run in runs)


def is_given(statement: Statement, question: str) -> bool:
    """True where a question names the number itself (14件疑难工单里办结了几件): it asks for another."""
    unit = statement.unit.removesuffix("次") or statement.unit
    return any(Decimal(said[1]) == statement.value for said in re.finditer(rf"(?<![\d.])(\d+(?:\.\d+)?){re.escape(unit)}", question))
