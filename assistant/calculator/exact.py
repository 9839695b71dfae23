"""Exact arithmetic over figures: fractions inside, one rounding half up at the end, no binary floating point."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from ingest.text import places_of as places_of

YUAN = {"元": 0, "百元": 2, "千元": 3, "万元": 4, "亿元": 8}
"""Units of money as powers of ten of 元."""


class CalculationError(ArithmeticError):
    """The calculation has no result; the text says why."""


class ZeroBaseError(CalculationError):
    """Nothing can be compared with a base of zero."""

    def __init__(self) -> None:
        super().__init__("基数为0，不可比")


def convert(value: Fraction, unit: str | None, wanted: str | None) -> Fraction:
    """An amount of money in another unit; unchanged if either is no unit of money."""
    if unit is None or wanted is None or unit not in YUAN or wanted not in YUAN:
        return value
    return value * Fraction(10) ** (YUAN[unit] - YUAN[wanted])


def rounded(value: Fraction, places: int) -> Decimal:
    """The value with so many decimals, halves away from zero."""
    quantum = Fraction(1, 10**places)
    steps, rest = divmod(abs(value), quantum)
    steps += 1 if rest * 2 >= quantum else 0
    return Decimal(int(steps) if value >= 0 else -int(steps)).scaleb(-places)


def exact_text(value: Fraction, digits: int = 12) -> str:
    """The unrounded value: all its decimals if they end, else so many significant digits and an ellipsis."""
    denominator = value.denominator
    for factor in (2, 5):
        while denominator % factor == 0:
            denominator //= factor
    with localcontext() as context:
        context.prec = 60 if denominator == 1 else digits
        context.rounding = ROUND_HALF_UP
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{quotient:f}"
    return text if denominator == 1 else text + "…"
