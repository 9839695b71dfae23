"""The operations: those of FinQA and those that questions over accounts need. Each takes exact quantities."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from assistant.calculator.exact import CalculationError, ZeroBaseError, rounded
from assistant.calculator.program import Word
from assistant.calculator.units import Quantity, over, times, unit_of


@dataclass(frozen=True, slots=True)
class Row:
    """A number of a list, under the name of the figure it is."""

    name: str
    quantity: Quantity


Value: TypeAlias = "Quantity | bool | tuple[Row, ...]"
_Argument: TypeAlias = "Quantity | bool | tuple[Row, ...] | Row | Word"
LARGEST_EXPONENT = 200
MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Operation:
    """How many arguments an operation takes (None: any number) and what it does with them."""

    arity: tuple[int, int | None]
    apply: Callable[[Sequence[_Argument]], Value]


def _number(argument: _Argument) -> Quantity:
    if isinstance(argument, Quantity):
        return argument
    if isinstance(argument, Row):
        return argument.quantity
    came = "是非" if isinstance(argument, bool) else f"“{argument.text}”" if isinstance(argument, Word) else "一列数"
    raise CalculationError(f"这里应为一个数，实际是{came}")


def _whole(argument: _Argument, what: str, least: int, most: int) -> int:
    number = _number(argument).pure
    if number is None or number.denominator != 1 or not least <= number <= most:
        raise CalculationError(f"{what}应为 {least} 至 {most} 的整数，实际是 {_number(argument).text}")
    return int(number)


def _word(argument: _Argument, what: str) -> str:
    if not isinstance(argument, Word):
        raise CalculationError(f"这里应为{what}")
    return argument.text


def _rows(arguments: Sequence[_Argument]) -> list[Row]:
    """The arguments as one list: lists among them are taken apart."""
    rows: list[Row] = []
    for argument in arguments:
        if isinstance(argument, tuple):
            rows.extend(argument)
        elif isinstance(argument, Row):
            rows.append(argument)
        else:
            rows.append(Row("", _number(argument)))
    return rows


def _filled(arguments: Sequence[_Argument]) -> list[Row]:
    rows = _rows(arguments)
    if not rows:
        raise CalculationError("一列数中没有数，不能计算")
    return rows


def _same(rows: Sequence[Row]) -> list[Fraction]:
    """The values in the first one's unit, comparable."""
    return [row.quantity.within(rows[0].quantity.unit).value for row in rows]


def _add(one: Quantity, other: Quantity, sign: int = 1) -> Quantity:
    return Quantity(one.value + sign * other.within(one.unit).value, one.unit)


def _sum(arguments: Sequence[_Argument]) -> Quantity:
    rows = _filled(arguments)
    return Quantity(sum(_same(rows), Fraction(0)), rows[0].quantity.unit)


def _mean(arguments: Sequence[_Argument]) -> Quantity:
    total = _sum(arguments)
    return Quantity(total.value / len(_rows(arguments)), total.unit)


def _extreme(pick: Callable[[list[Fraction]], Fraction]) -> Callable[[Sequence[_Argument]], Quantity]:
    def apply(arguments: Sequence[_Argument]) -> Quantity:
        rows = _filled(arguments)
        return Quantity(pick(_same(rows)), rows[0].quantity.unit)

    return apply


def _all_at(pick: Callable[[list[Fraction]], Fraction]) -> Callable[[Sequence[_Argument]], tuple[Row, ...]]:
    """All rows of the extreme value: two that are equal are both the largest."""

    def apply(arguments: Sequence[_Argument]) -> tuple[Row, ...]:
        rows = _filled(arguments)
        values = _same(rows)
        wanted = pick(values)
        return tuple(row for row, value in zip(rows, values, strict=True) if value == wanted)

    return apply


def _ordered(descending: bool) -> Callable[[Sequence[_Argument]], tuple[Row, ...]]:
    """The rows by value; equal ones stay in the order given."""

    def apply(arguments: Sequence[_Argument]) -> tuple[Row, ...]:
        rows = _rows(arguments)
        pairs = list(zip(_same(rows) if rows else [], rows, strict=True))
        return tuple(row for _, row in sorted(pairs, key=lambda pair: pair[0], reverse=descending))

    return apply


CONDITIONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "above": operator.gt, "at_least": operator.ge, "below": operator.lt, "at_most": operator.le,
}  # fmt: skip


def _filter(arguments: Sequence[_Argument]) -> tuple[Row, ...]:
    word, limit = _word(arguments[0], f"条件（{'、'.join(CONDITIONS)}）"), _number(arguments[1])
    if word not in CONDITIONS:
        raise CalculationError(f"条件应为 {'、'.join(CONDITIONS)}，实际是“{word}”")
    rows = _rows(arguments[2:])
    return tuple(row for row in rows if CONDITIONS[word](row.quantity.within(limit.unit).value, limit.value))


def _top(descending: bool) -> Callable[[Sequence[_Argument]], tuple[Row, ...]]:
    order = _ordered(descending)

    def apply(arguments: Sequence[_Argument]) -> tuple[Row, ...]:
        return order(arguments[1:])[: _whole(arguments[0], "项数", 1, 10_000)]

    return apply


def _nth(arguments: Sequence[_Argument]) -> tuple[Row, ...]:
    place = _whole(arguments[0], "名次", 1, 10_000)
    return tuple(_rows(arguments[1:])[place - 1 : place])


def _mapped(
    change: Callable[[Quantity, _Argument], Quantity],
) -> Callable[[Sequence[_Argument]], Quantity | tuple[Row, ...]]:
    """An operation on a number that is done to every number of a list as well."""

    def apply(arguments: Sequence[_Argument]) -> Quantity | tuple[Row, ...]:
        if isinstance(arguments[0], tuple):
            return tuple(Row(row.name, change(row.quantity, arguments[1])) for row in arguments[0])
        return change(_number(arguments[0]), arguments[1])

    return apply


def _convert(number: Quantity, wanted: _Argument) -> Quantity:
    """In another unit; what an amount is per (人) stays as it is."""
    unit, per = _word(wanted, "单位"), unit_of(number.unit).per
    return number.within(f"{unit}/{per}" if per and "/" not in unit else unit)


def _round(number: Quantity, places: _Argument) -> Quantity:
    return Quantity(Fraction(rounded(number.value, _whole(places, "小数位数", 0, MOST_PLACES))), number.unit)


def _exp(arguments: Sequence[_Argument]) -> Quantity:
    base = _number(arguments[0]).pure
    if base is None:
        raise CalculationError(f"有单位的数不能乘方：{_number(arguments[0]).text}")
    exponent = _whole(arguments[1], "指数", -LARGEST_EXPONENT, LARGEST_EXPONENT)
    if base == 0 and exponent < 0:
        raise ZeroBaseError
    return Quantity(base**exponent)


def _share(one: Quantity, other: Quantity) -> Quantity:
    ratio = over(one, other)
    return ratio.within("%")


def _growth(now: Quantity, before: Quantity) -> Quantity:
    """Over the base's size, so that growth out of a negative base is growth."""
    return _share(_add(now, before, -1), Quantity(abs(before.value), before.unit))


def _multiple(one: Quantity, other: Quantity) -> Quantity:
    return over(one, other).within("倍")


def _two(compute: Callable[[Quantity, Quantity], Value]) -> Operation:
    return Operation((2, 2), lambda arguments: compute(_number(arguments[0]), _number(arguments[1])))


def _one(compute: Callable[[Quantity], Value]) -> Operation:
    return Operation((1, 1), lambda arguments: compute(_number(arguments[0])))


def _many(compute: Callable[[Sequence[_Argument]], Value]) -> Operation:
    return Operation((0, None), compute)


OPERATIONS: dict[str, Operation] = {
    "add": _two(_add),
    "subtract": _two(lambda one, other: _add(one, other, -1)),
    "multiply": _two(times),
    "divide": _two(over),
    "exp": Operation((2, 2), _exp),
    "greater": _two(lambda one, other: one.value > other.within(one.unit).value),
    "difference": _two(lambda one, other: Quantity(abs(_add(one, other, -1).value), one.unit)),
    "share": _two(_share),
    "growth": _two(_growth),
    "multiple": _two(_multiple),
    "abs": _one(lambda number: Quantity(abs(number.value), number.unit)),
    "negate": _one(lambda number: Quantity(-number.value, number.unit)),
    "convert": Operation((2, 2), _mapped(_convert)),
    "round": Operation((2, 2), _mapped(_round)),
    "sum": _many(_sum),
    "average": _many(_mean),
    "max": _many(_extreme(max)),
    "min": _many(_extreme(min)),
    "table_sum": _many(_sum),
    "table_average": _many(_mean),
    "table_max": _many(_extreme(max)),
    "table_min": _many(_extreme(min)),
    "list": _many(lambda arguments: tuple(_rows(arguments))),
    "count": _many(lambda arguments: Quantity(Fraction(len(_rows(arguments))), "项")),
    "rank": _many(_ordered(True)),
    "rank_up": _many(_ordered(False)),
    "largest": _many(_all_at(max)),
    "smallest": _many(_all_at(min)),
    "nonzero": _many(lambda arguments: tuple(row for row in _rows(arguments) if row.quantity.value != 0)),
    "top": Operation((1, None), _top(True)),
    "bottom": Operation((1, None), _top(False)),
    "nth": Operation((1, None), _nth),
    "filter": Operation((2, None), _filter),
}
"""All operations by name. `top`, `bottom`, `nth` take the number first, `filter` the condition and the limit."""
