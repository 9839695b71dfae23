"""The last check before an answer is shown: every number in it must be accounted for.

A number in the text or the notes must be an operand or the result of the calculation, or stand in what is cited
(cell, sentence, names), or be a year or a count that the plan holds.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from assistant.model import Answer

_MARK = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def unaccounted(answer: Answer, names: tuple[str, ...] = ()) -> list[str]:
    """Numbers in text and notes that nothing accounts for; empty if the answer may be shown.

    :param names: names and years that the answer may repeat (departments, the question's own words).
    """
    known: set[Decimal] = set()
    for citation in answer.citations:
        said = (citation.text, citation.value, citation.quote, citation.row, citation.column, citation.table, citation.where)
        for text in (*said, citation.doubt):
            known |= _numbers(text or "")
    if answer.calculation:
        for operand in answer.calculation.operands:
            known |= _numbers(operand.value)
        known |= _numbers(answer.calculation.exact)
    known.add(Decimal(len(answer.figures)))  # how many there are may be said
    for text in (answer.value, *(figure.value for figure in answer.figures), *names):
        known |= _numbers(text or "")
    shown = unicodedata.normalize("NFKC", _MARK.sub(" ", " ".join((answer.text, *answer.notes))))
    return [number for number in _NUMBER.findall(shown) if abs(_decimal(number)) not in known]


def _numbers(text: str) -> set[Decimal]:
    return {abs(_decimal(number)) for number in _NUMBER.findall(unicodedata.normalize("NFKC", text))}


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "").rstrip(","))
