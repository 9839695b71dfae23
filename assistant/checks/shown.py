"""Printed amounts and how far rounding can part them: half a unit of the last digit shown, of each figure involved."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from assistant.calculator import YUAN, exact_text, places_of
from ingest.model import Fact
from ingest.text import amount

DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
"""A printed number; squeezed text has wide commas."""


def amount_pattern(name: str = "x") -> str:
    """A pattern of a printed amount with its unit, as groups `name` and `name_unit`."""
    return rf"(?<![\d.])(?<!\d[,，])(?P<{name}>-?{DIGITS})(?P<{name}_unit>亿元|万元|元)"


@dataclass(frozen=True)
class Shown:
    """A printed figure in 元 (or without a unit), with the half unit of its last digit."""

    value: Fraction
    half: Fraction

    def agrees(self, other: Shown) -> bool:
        """True where rounding alone can explain the difference."""
        return abs(self.value - other.value) <= self.half + other.half


def shown(text: str, unit: str | None) -> Shown | None:
    """The figure of a printed text; None if it is none."""
    value = amount(text)
    if value is None:
        return None
    half = Fraction(1, 2 * 10 ** places_of(value))
    factor = Fraction(10) ** YUAN.get(unit or "", 0)
    return Shown(Fraction(value) * factor, half * factor)


def in_wan(value: Fraction) -> str:
    """An amount in 元 as messages say it, in 万元."""
    return f"{exact_text(value / 10000)} 万元"


def shown_fact(fact: Fact) -> Shown | None:
    """The figure of a cell; None if it is blank."""
    return shown(fact.text, fact.unit)


def rate(part: Shown, whole: Shown, printed: str) -> str:
    """How a printed percentage fits: exact, rounding (cut, or padded with noughts, or within the figures' rounding) or error.

    :param whole: not 0.
    """
    percent = shown(printed, None)
    assert percent is not None
    exact = part.value / whole.value * 100
    if abs(exact - percent.value) <= percent.half:
        return "exact"
    bounds = [
        (part.value + a * part.half) / (whole.value + b * whole.half) * 100
        for a in (-1, 1)
        for b in (-1, 1)
        if whole.value + b * whole.half
    ]
    if min(bounds) - percent.half <= percent.value <= max(bounds) + percent.half:
        return "rounding"
    bare = shown(printed.rstrip("0").rstrip(".") if "." in printed else printed, None)
    assert bare is not None
    padded = abs(exact - percent.value) <= bare.half and bare.half > percent.half
    cut = 0 <= abs(exact) - percent.value < 2 * percent.half
    return "rounding" if cut or padded else "error"
