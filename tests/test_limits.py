"""Limits in questions: one or two, inclusive as they say, in the units that they name."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.answering.limits import limits_of
from assistant.calculator import CONDITIONS, convert


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("超过100万元的", [("above", "100", "万元")]),
        ("不足5万元的", [("below", "5", "万元")]),
        ("100万元以上的", [("at_least", "100", "万元")]),
        ("8000元以内", [("at_most", "8000", "元")]),
        ("在100万到500万之间", [("at_least", "100", "万元"), ("at_most", "500", "万元")]),
        ("介于50和200万元之间", [("at_least", "50", "万元"), ("at_most", "200", "万元")]),
        ("超过100万元但不足300万元", [("above", "100", "万元"), ("below", "300", "万元")]),
        ("50万元以上200万元以下", [("at_least", "50", "万元"), ("at_most", "200", "万元")]),
        ("9000元到2万元", [("at_least", "9000", "元"), ("at_most", "2", "万元")]),
    ],
)
def test_limits_are_what_the_question_says(asked: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(limit.holds, limit.amount, limit.unit) for limit in limits_of(asked)] == expected


def test_limits_of_shares_are_no_limits_of_amounts() -> None:
    assert [limit.unit for limit in limits_of("占比在20%到70%之间", per_cent=True)] == ["%", "%"]
    assert limits_of("占比超过30%", per_cent=True)[0].holds == "above"
    assert limits_of("超过100万元", per_cent=True) == []


@given(low=st.integers(1, 3000), step=st.integers(0, 3000))
def test_the_rows_in_a_range_are_those_between_its_ends(samples: Assistant, low: int, step: int) -> None:
    high = low + step
    answer = samples.ask(f"图书馆局2024年支出在{low}万元到{high}万元之间的有哪些")
    every = samples.ask("图书馆局2024年支出超过0元的有哪些")
    between = [
        figure.label for figure in every.figures if low <= Fraction(figure.value or "0") <= high
    ]
    assert answer.status == "answered" and [figure.label for figure in answer.figures] == between
    for limit in limits_of(f"{low}万元到{high}万元"):
        for figure in answer.figures:
            assert CONDITIONS[limit.holds](Fraction(figure.value or "0"), convert(Fraction(limit.amount), limit.unit, "万元"))
