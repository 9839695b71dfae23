"""The last check before an answer is shown: every number in it must be accounted for.

The answer's operands must stand in what they cite. Its program is computed again from the operands as printed, and
what it comes to must be what the answer shows. A number in the text or the notes must be an operand or a result of the program, or stand in what is cited
(cell, sentence, names), or be a year or a count that the plan holds.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from assistant.calculator import (
    YUAN,
    CalculationError,
    Quantity,
    convert,
    evaluate,
    exact_text,
    parse,
    quantity,
    references,
    same_unit,
)
from assistant.model import Answer, Calculation, Compared, Operand

_ROWS = {"项", "个", "类", "家"}
"""Words for how many rows or departments there are."""
_MARK = re.compile(r"\[\d+\]")
_QUOTED = re.compile("“[^”]*”")
_AMOUNT = re.compile(r"(?P<n>\d[\d,]*(?:\.\d+)?) ?(?P<unit>亿元|万元|千元|元)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def unaccounted(answer: Answer, names: tuple[str, ...] = ()) -> list[str]:
    """Numbers of the answer that nothing accounts for; empty if it may be shown.

    Numbers are the value, those of the figures, and those in text and notes.

    :param names: names and years that the answer may repeat (departments, the question's own words).
    """
    known: set[Decimal] = set()
    cited: dict[int, set[Decimal]] = {}
    for citation in answer.citations:
        stated = (citation.value, citation.text, citation.quote)
        cited[citation.id] = {number for text in stated for number in _numbers(text or "")}
        for text in (citation.row, citation.column, citation.table, citation.where, citation.doubt):
            known |= _numbers(text or "")
        known |= cited[citation.id]
    shown = [(answer.value, answer.unit)] if answer.value is not None else []
    shown += [(figure.value, figure.unit) for figure in answer.figures if figure.value is not None]
    wrong: list[str] = []
    if answer.calculation:
        try:
            results = _results(answer.calculation)
        except CalculationError as error:
            return [f"{answer.calculation.program}: {error}"]
        wrong = _in_another_unit(answer.text, answer.calculation, results)
        wrong += _contradicted(shown, answer.value is not None, results)
        known |= {abs(_decimal(exact_text(result.value).rstrip("…"))) for step in results for result in step}
        operands = answer.calculation.operands
        wrong += [o.value for o in operands if not _numbers(o.value) <= cited.get(o.citation, set())]
        known |= {number for operand in operands for number in _numbers(operand.value)}
    known.add(Decimal(len(answer.figures)))  # how many there are may be said
    for name in names:
        known |= _numbers(name)
    if not answer.calculation:
        wrong = [value for value, _ in shown if not _numbers(value) <= known]
    said_numbers = unicodedata.normalize("NFKC", _MARK.sub(" ", " ".join((answer.text, *answer.notes))))
    return wrong + [number for number in _NUMBER.findall(said_numbers) if abs(_decimal(number)) not in known]


def _in_another_unit(text: str, calculation: Calculation, results: list[list[Quantity]]) -> list[str]:
    """Amounts of the text, outside quotes, that are an operand's or a result's number with another unit of money.

    Numbers that are neither are left to what accounts for numbers alone.
    """
    given: list[Operand | Compared] = [*calculation.operands, *calculation.compared]
    amounts = [quantity(figure.value, figure.unit) for figure in given if figure.unit in YUAN]
    amounts += [result for step in results for result in step if result.unit in YUAN]
    numbers = {abs(one.value) for one in amounts}
    sizes = {abs(convert(one.value, one.unit, "元")) for one in amounts}
    said = ((Fraction(_decimal(told["n"])), told) for told in _AMOUNT.finditer(_QUOTED.sub(" ", text)))
    return [
        told.group() for number, told in said
        if number in numbers and number and convert(number, told["unit"], "元") not in sizes
    ]  # fmt: skip


def _results(calculation: Calculation) -> list[list[Quantity]]:
    """What each step of the program comes to, computed from the operands as printed: one quantity, or a list's.

    :raises CalculationError: if the program cannot be read or computed, or leaves an operand out.
    """
    program = parse(calculation.program)
    given: list[Operand | Compared] = [*calculation.operands, *calculation.compared]
    figures = {figure.ref: quantity(figure.value, figure.unit) for figure in given}
    if unused := set(figures) - set(references(program)):
        raise CalculationError(f"程序没有用到 {'、'.join(sorted(unused))}")
    found: list[list[Quantity]] = []
    for value in evaluate(program, figures).steps:
        if isinstance(value, bool):
            raise CalculationError("程序的结果应为数，实际是是非")
        found.append([value] if isinstance(value, Quantity) else [row.quantity for row in value])
    return found


def _contradicted(shown: list[tuple[str, str | None]], has_value: bool, results: list[list[Quantity]]) -> list[str]:
    """Numbers shown that the program does not come to: the value by its last step, figures by any step."""
    anything = [result for step in results for result in step]
    wrong = []
    for place, (value, unit) in enumerate(shown):
        from_here = results[-1] if place == 0 and has_value else anything
        if not any(_same(value, unit, result) for result in from_here):
            wrong.append(value)
    return wrong


def _same(value: str, unit: str | None, result: Quantity) -> bool:
    """An amount per person is shown in the unit of the amount."""
    money = (result.unit or "").partition("/")[0]
    one_unit = same_unit(unit, money) or {unit, money} <= _ROWS
    return Fraction(value) == result.value and one_unit


def _numbers(text: str) -> set[Decimal]:
    return {abs(_decimal(number)) for number in _NUMBER.findall(unicodedata.normalize("NFKC", text))}


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "").rstrip(","))
