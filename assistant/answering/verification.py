"""Whether a claim about a figure holds: the figure is answered as always, then compared with what is claimed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from assistant.calculator import YUAN, convert, places_of, rounded
from assistant.model import Answer, Claim
from ingest.text import plain
from prompts import say

_NEAR = Fraction(1, 10)
"""How far from the figure a claim of 大约 may lie, as a share of the figure."""
_ROUNDED = Fraction(1, 20)
"""The most that a rounded claim (3万元 for 2.96) may lie off: 3 for 2.55 is no rounding but another figure."""
Verdict = Literal["confirmed", "rounded", "refuted"]


def verified(answer: Answer, claim: Claim, sign: int | None) -> Answer:
    """The answer with its verdict on a claim; unchanged where the figure that decides it was not found.

    :param sign: of a difference or a change: 1, 0 or -1; None if the answer is none.
    """
    if answer.status != "answered":
        return answer
    verdict = _verdict(answer, claim, sign)
    if verdict is None:
        return answer
    if claim.denied:
        verdict = "confirmed" if verdict == "refuted" else "refuted"
    text = say(f"claim_{verdict}", claim=claim.words, answer=answer.text)
    return answer.model_copy(update={"text": text, "verdict": "refuted" if verdict == "refuted" else "confirmed"})


def _verdict(answer: Answer, claim: Claim, sign: int | None) -> Verdict | None:
    if claim.name:
        first = answer.figures[0].label if answer.figures else ""
        if not first:
            return None
        return "confirmed" if plain(claim.name).removesuffix("支出") in plain(first) else "refuted"
    if claim.value is None:
        return None if sign is None else _held(sign == claim.direction)
    if answer.value is None:
        return None
    if claim.direction and sign is not None and sign != claim.direction:
        return "refuted"
    told, shown = _in_one_unit(claim, claim.value, answer)
    return None if told is None or shown is None else _compared(told, shown, claim, answer)


def _compared(told: Fraction, shown: Fraction, claim: Claim, answer: Answer) -> Verdict:
    if claim.relation == "more":
        return _held(shown > told)
    if claim.relation == "less":
        return _held(shown < told)
    if claim.relation == "at-least":
        return _held(shown >= told)
    if claim.relation == "at-most":
        return _held(shown <= told)
    if claim.relation == "between":
        upper, _ = _in_one_unit(claim, claim.upper or "", answer)
        return _held(upper is not None and told <= shown < upper)
    if told == shown:
        return "confirmed"
    off = abs(told - shown)
    if claim.relation == "about":
        return _held(off <= _NEAR * abs(shown))
    places = places_of(Decimal(claim.value or "0"))
    in_claimed = convert(shown, answer.unit, claim.unit)
    same = Fraction(rounded(in_claimed, places)) == Fraction(claim.value or "0")
    return "rounded" if same and off <= _ROUNDED * abs(shown) else "refuted"


def _in_one_unit(claim: Claim, number: str, answer: Answer) -> tuple[Fraction | None, Fraction | None]:
    """What is claimed and what is so, in the answer's unit; None where the units do not compare."""
    if answer.value is None:
        return None, None
    money = {claim.unit, answer.unit} <= YUAN.keys()
    if not money and (claim.unit == "%") != (answer.unit == "%"):
        return None, None
    if not money and bool(claim.unit in YUAN) != bool(answer.unit in YUAN):
        return None, None
    return convert(Fraction(number), claim.unit, answer.unit), Fraction(answer.value)


def _held(holds: bool) -> Verdict:
    return "confirmed" if holds else "refuted"
