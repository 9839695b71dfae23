"""Laws of the calculator."""

from __future__ import annotations

import re
import timeit
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calculator import (
    CalculationError,
    Constant,
    Expression,
    ParseError,
    Quantity,
    Ref,
    StepRef,
    call,
    convert,
    evaluate,
    exact_text,
    parse,
    parse_infix,
    places_of,
    print_program,
    program_of,
    quantity,
    rounded,
    value_of,
)

amounts = st.decimals(min_value=Decimal("-9999999"), max_value=Decimal("9999999"), places=2)
positive = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999"), places=2)


@given(st.lists(positive, min_size=1, max_size=12))
def test_shares_of_all_parts_add_up_to_one_hundred(parts: list[Decimal]) -> None:
    whole = sum(parts, Decimal(0))
    shares = (evaluate(call("share", part, whole), {}).number for part in parts)
    assert sum((share.value for share in shares), Fraction(0)) == 100


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
    rate = evaluate(call("growth", now, before), {}).number
    assert Fraction(before) * (1 + rate.value / 100) == Fraction(now)


def test_exact_value_is_whole_or_marked_as_cut() -> None:
    assert exact_text(Fraction(1, 8)) == "0.125"
    assert exact_text(Fraction(1, 3)).endswith("…")
    assert places_of(Decimal("12.340")) == 3


def ask(program: str, **figures: str) -> Quantity:
    """The program's number over figures written as 302.56万元."""
    found = {name: re.fullmatch(r"(-?[\d.]+)(.*)", text) for name, text in figures.items()}
    return value_of(program, {name: quantity(match.group(1), match.group(2)) for name, match in found.items() if match})


_LEAVES = st.one_of(
    st.builds(Ref, st.from_regex(r"[fr][1-9]\d{0,2}[b-z]?", fullmatch=True)),
    st.builds(
        Constant,
        st.decimals(min_value=-(10**9), max_value=10**9, places=3),
        st.sampled_from([None, "%", "万元", "元", "人次", "万元/人", "million"]),
    ),
)


def _calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    two = st.sampled_from(["add", "subtract", "multiply", "divide", "greater", "share", "growth", "multiple"])
    many = st.sampled_from(["sum", "average", "max", "rank", "largest", "count", "nonzero", "list", "table_min"])
    some = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda name, one, other: call(name, one, other), two, inner, inner),
        st.builds(lambda name, parts: call(name, *parts), many, some),
        st.builds(lambda part, unit: call("convert", part, unit), inner, st.sampled_from(["元", "万元", "%"])),
        st.builds(
            lambda word, part, parts: call("filter", word, part, *parts), st.sampled_from(["above"]), inner, some
        ),
    )


expressions = st.recursive(_LEAVES, _calls, max_leaves=12)


@given(st.lists(expressions, min_size=1, max_size=3))
def test_a_printed_program_reads_back_as_itself(steps: list[Expression]) -> None:
    program = program_of(*steps, *([call("add", StepRef(0), 1)] if len(steps) > 1 else []))
    text = print_program(program)
    assert parse(text) == program and print_program(parse(text)) == text


def test_spacing_and_named_constants_are_read_and_printed_in_one_way() -> None:
    assert print_program(parse(" add( 1,const_m1 ) ,multiply(#0 , const_100)")) == "add(1, -1), multiply(#0, 100)"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "第 1 个字符处应为运算、引用（f3、#0）或数，实际是程序的结尾"),
        ("add(1, ", "第 8 个字符处应为运算"),
        ("add(1 2)", "第 7 个字符处应为“,”或“)”，实际是“2)”"),
        ("plus(1, 2)", "第 1 个字符处应为一个运算"),
        ("add(1)", "add 应有2 个参数，实际有 1 个"),
        ("add(1, #0)", "第 8 个字符处应为此前已算出的步骤"),
        ("add(1, 2) f1", "第 11 个字符处应为程序的结尾"),
        ("negate(" * 5000, "层的括号"),
    ],
)
def test_what_is_no_program_is_refused_with_the_place(text: str, says: str) -> None:
    with pytest.raises(ParseError) as raised:
        parse(text)
    assert says in str(raised.value)


@given(st.text(alphabet="addsum(),.#01f2 %万元", max_size=40))
def test_any_text_is_a_program_or_a_parse_error(text: str) -> None:
    try:
        assert parse(print_program(parse(text))) == parse(text)
    except ParseError as error:
        assert "应" in str(error)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("add(f1, f2)", "5 万元"),
        ("add(f2, f1)", "50000 元"),
        ("subtract(f2, f1)", "-10000 元"),
        ("difference(f2, f1)", "10000 元"),
        ("share(f2, f1)", "66.6666666667… %"),
        ("growth(f1, f2)", "50 %"),
        ("multiple(f1, f2)", "1.5 倍"),
        ("divide(f1, f3)", "0.25 万元/人"),
        ("convert(divide(f1, f3), 元)", "2500 元/人"),
        ("multiply(divide(f1, f3), f3)", "3 万元"),
        ("multiply(50%, f1)", "1.5 万元"),
        ("average(f1, f2)", "2.5 万元"),
        ("max(f2, f1)", "30000 元"),
        ("count(filter(at_least, 20000元, f1, f2))", "2 项"),
        ("count(filter(above, 2万元, f1, f2))", "1 项"),
        ("subtract(f1, f2), growth(#0, f2), round(#1, 0)", "-50 %"),
        ("negate(abs(subtract(f2, f1)))", "-10000 元"),
    ],
)
def test_units_go_with_the_numbers(program: str, expected: str) -> None:
    assert ask(program, f1="3万元", f2="20000元", f3="12人").text == expected


@pytest.mark.parametrize("program", ["add(f1, f3)", "subtract(f3, f1)", "sum(f1, f3)", "greater(f1, f3)", "add(f1, 5)"])
def test_amounts_and_people_are_not_added(program: str) -> None:
    with pytest.raises(CalculationError, match="单位不同，不能换算或相加减"):
        ask(program, f1="3万元", f3="12人")


@pytest.mark.parametrize("program", ["divide(f1, f2)", "share(f1, f2)", "growth(f1, f2)", "multiple(f1, f2)"])
def test_nothing_is_compared_with_a_base_of_zero(program: str) -> None:
    with pytest.raises(CalculationError, match="基数为0，不可比"):
        ask(program, f1="3万元", f2="0万元")


def test_growth_out_of_a_negative_base_is_growth() -> None:
    assert ask("growth(f1, f2)", f1="-1万元", f2="-2万元").text == "50 %"
    assert ask("growth(f1, f2)", f1="1万元", f2="-2万元").text == "150 %"


def _rows(program: str, *values: str) -> list[str]:
    figures = {f"r{place}": quantity(value, "万元") for place, value in enumerate(values, 1)}
    return [row.name for row in evaluate(parse(program), figures).rows]


def test_lists_are_ordered_cut_and_filtered() -> None:
    values = ("5", "0", "7", "7", "2")
    every = "r1, r2, r3, r4, r5"
    assert _rows(f"rank({every})", *values) == ["r3", "r4", "r1", "r5", "r2"]
    assert _rows(f"rank_up({every})", *values) == ["r2", "r5", "r1", "r3", "r4"]
    assert _rows(f"largest({every})", *values) == ["r3", "r4"]
    assert _rows(f"smallest(nonzero({every}))", *values) == ["r5"]
    assert _rows(f"top(3, {every})", *values) == ["r3", "r4", "r1"]
    assert _rows(f"bottom(2, {every})", *values) == ["r2", "r5"]
    assert _rows(f"nth(4, rank({every}))", *values) == ["r5"]
    assert _rows(f"nth(9, rank({every}))", *values) == []
    assert _rows(f"filter(below, 50000元, {every})", *values) == ["r2", "r5"]


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(CalculationError, match="程序引用了 f9，而给出的数是：f1"):
        ask("add(f1, f9)", f1="3万元")


def test_the_trace_has_every_step_unrounded() -> None:
    done = evaluate(parse("round(share(subtract(f1, f2), f2), 2)"), {"f1": quantity("4"), "f2": quantity("3")})
    assert [step.text for step in done.trace] == [
        "subtract(f1, f2)", "share(subtract(f1, f2), f2)", "round(share(subtract(f1, f2), f2), 2)",
    ]  # fmt: skip
    assert done.trace[1].value == Quantity(Fraction(100, 3), "%") and done.number == quantity("33.33", "%")


def test_powers_are_exact_and_bounded() -> None:
    assert ask("exp(1.01, 3)").value == Fraction(1030301, 10**6)
    with pytest.raises(CalculationError, match="指数应为"):
        ask("exp(2, 100000)")
    with pytest.raises(CalculationError, match="指数应为"):
        ask("exp(2, 0.5)")


@pytest.mark.parametrize(
    ("formula", "program"),
    [
        ("(f1 − f2) ÷ f2 × 100", "multiply(divide(subtract(f1, f2), f2), 100)"),
        ("[1,234.5 + $(-5)] / 2", "divide(add(1234.5, -5), 2)"),
        ("-114 - (71)", "subtract(-114, -71)"),
        ("1 - 15%", "subtract(1, 15%)"),
        ("2 - -(3 + 4)", "subtract(2, negate(add(3, 4)))"),
        ("3万元 + 200元", "add(3万元, 200元)"),
    ],
)
def test_a_formula_is_read_as_people_write_it(formula: str, program: str) -> None:
    assert print_program(parse_infix(formula)) == program


@pytest.mark.parametrize("formula", ["", "1 +", "(1 + 2", "1 2", "[1 + 2)", "locate row 5", "(" * 5000])
def test_what_is_no_formula_is_refused_with_the_place(formula: str) -> None:
    with pytest.raises(ParseError, match=r"第 \d+ 个字符处应为"):
        parse_infix(formula)


def test_a_program_of_five_operations_takes_a_fifth_of_a_millisecond_at_most() -> None:
    figures = {"f1": quantity("302.56", "万元"), "f2": quantity("2987000", "元"), "f3": quantity("17.5", "万元")}
    program = parse("round(convert(share(subtract(add(f1, f3), f2), f2), %), 2)")
    runs = sorted(timeit.repeat(lambda: evaluate(program, figures), number=20, repeat=15))
    assert runs[0] / 20 <= 0.0002
