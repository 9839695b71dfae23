"""Units and numbers that have one: what can be added, what a quotient is measured in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from assistant.calculator.exact import YUAN, CalculationError, ZeroBaseError, exact_text

_PURE = {"": 0, "倍": 0, "%": -2, "％": -2, "个百分点": -2, "‰": -3, "thousand": 3, "million": 6, "billion": 9}
"""Units that only scale a number, as powers of ten."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A power of ten of something counted, per something else: 万元/人 is 4, 元, 人; a pure number counts nothing."""

    power: int
    counted: str = ""
    per: str = ""

    @property
    def kind(self) -> tuple[str, str]:
        """Units of one kind differ by a power of ten only."""
        return self.counted, self.per


@lru_cache(maxsize=1024)
def unit_of(text: str | None) -> Unit:
    """What a unit's name means. Names that are none of money or scale are things counted (人, 万人次)."""
    text = text or ""
    if text in _PURE:
        return Unit(_PURE[text])
    if text in YUAN:
        return Unit(YUAN[text], "元")
    counted, slash, per = text.partition("/")
    if slash and counted and per:
        over, under = unit_of(counted), unit_of(per)
        return Unit(over.power - under.power, over.counted, under.counted)
    for scale, power in (("万", 4), ("亿", 8)):
        if text.startswith(scale) and len(text) > 1:
            return Unit(power, text[1:])
    return Unit(0, text)


def same_unit(one: str | None, other: str | None) -> bool:
    """True for two names of one unit (% and ％, 倍 and no unit)."""
    return unit_of(one) == unit_of(other)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number of a unit; None is a pure number."""

    value: Fraction
    unit: str | None = None

    def within(self, unit: str | None) -> Quantity:
        """The same in another unit of its kind.

        :raises CalculationError: if the units measure different things.
        """
        if unit == self.unit:
            return self
        here, there = unit_of(self.unit), unit_of(unit)
        if here.kind != there.kind:
            raise CalculationError(f"单位不同，不能换算或相加减：{self.unit or '纯数'}与{unit or '纯数'}")
        return Quantity(self.value * Fraction(10) ** (here.power - there.power), unit)

    @property
    def pure(self) -> Fraction | None:
        """The number without a scale (8.1% is 0.081); None if it counts something."""
        unit = unit_of(self.unit)
        return self.value * Fraction(10) ** unit.power if unit.kind == ("", "") else None

    @property
    def text(self) -> str:
        """The unrounded value and the unit."""
        return f"{exact_text(self.value)} {self.unit or ''}".strip()


def quantity(value: str | Decimal | int | Fraction, unit: str | None = None) -> Quantity:
    """A quantity of an exact number; the unit's blank name is none."""
    return Quantity(Fraction(value), unit or None)


def times(one: Quantity, other: Quantity) -> Quantity:
    """The product.

    :raises CalculationError: unless one is a pure number, or what one counts is what the other is per.
    """
    if other.pure is None or not one.unit or one.unit == "%":
        one, other = other, one  # a percentage of something is measured as that is
    number = other.pure
    if number is not None:
        return Quantity(one.value * number, one.unit)
    for rate, count in ((one, other), (other, one)):
        counted = unit_of(count.unit)
        if unit_of(rate.unit).per == counted.counted and counted.counted and not counted.per:
            value = rate.value * count.value * Fraction(10) ** counted.power
            return Quantity(value, (rate.unit or "").partition("/")[0])
    raise CalculationError(f"{one.unit}与{other.unit}不能相乘")


def over(one: Quantity, other: Quantity) -> Quantity:
    """The quotient: a part of something stays in its unit, two of one kind give a pure number, else 万元/人.

    :raises CalculationError: for division by zero, and for a quotient that is measured in nothing.
    """
    if other.value == 0:
        raise ZeroBaseError
    upper, lower = unit_of(one.unit), unit_of(other.unit)
    number = other.pure
    if number is not None and (not other.unit or (other.unit == "%" and one.unit != "%")):
        return Quantity(one.value / number, one.unit)
    if upper.kind == lower.kind:
        return Quantity(one.value / other.value * Fraction(10) ** (upper.power - lower.power))
    if upper.counted and not upper.per and not lower.per:
        return Quantity(one.value / other.value / Fraction(10) ** lower.power, f"{one.unit}/{lower.counted}")
    raise CalculationError(f"{one.unit or '纯数'}不能除以{other.unit}")
