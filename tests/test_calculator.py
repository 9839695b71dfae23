"""Laws of the calculator."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calculator import CalculationError, convert, exact_text, growth, percent, places_of, rounded

amounts = st.decimals(min_value=Decimal("-9999999"), max_value=Decimal("9999999"), places=2)
positive = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999"), places=2)


@given(st.lists(positive, min_size=1, max_size=12))
def test_shares_of_all_parts_add_up_to_one_hundred(parts: list[Decimal]) -> None:
    whole = sum(parts, Decimal(0))
    assert sum((percent(part, whole) for part in parts), Fraction(0)) == 100


@given(amounts)
def test_there_and_back_between_units_is_the_same_amount(amount: Decimal) -> None:
    assert convert(convert(Fraction(amount), "万元", "元"), "元", "万元") == Fraction(amount)
    assert convert(Fraction(amount), "人", "元") == Fraction(amount)


@given(amounts, st.integers(0, 4))
def test_rounding_is_off_by_at_most_half_a_unit(amount: Decimal, places: int) -> None:
    assert abs(Fraction(rounded(Fraction(amount) / 7, places)) - Fraction(amount) / 7) <= Fraction(1, 2 * 10**places)


def test_halves_are_rounded_away_from_zero() -> None:
    assert [str(rounded(Fraction(n, 1000), 2)) for n in (5, 15, 25, -5, 2675)] == [
        "0.01",
        "0.02",
        "0.03",
        "-0.01",
        "2.68",
    ]


@given(positive, positive)
def test_growth_brings_the_base_to_the_new_value(now: Decimal, before: Decimal) -> None:
    assert Fraction(before) * (1 + growth(now, before) / 100) == Fraction(now)


def test_zero_base_has_no_rate() -> None:
    with pytest.raises(CalculationError):
        percent(Decimal(1), Decimal(0))
    with pytest.raises(CalculationError):
        growth(Decimal(1), Decimal(0))


def test_exact_value_is_whole_or_marked_as_cut() -> None:
    assert exact_text(Fraction(1, 8)) == "0.125"
    assert exact_text(Fraction(1, 3)).endswith("…")
    assert places_of(Decimal("12.340")) == 3
