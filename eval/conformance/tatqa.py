"""TAT-QA's derivations: formulas over a table's numbers, whose result has a scale (thousand, million, percent).

The table's numbers are in the scale of the table, which a derivation does not repeat. So its numbers are given the
item's scale as their unit, but for those that count (how many are averaged, the 1 of “− 1”); what the result is
measured in then follows from the calculator's units. A quotient of two amounts has no scale and can only be shown as
a number or in per cent; a sum of amounts keeps theirs. An item whose gold scale is not what follows does not agree.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.calculator import (
    CalculationError,
    Call,
    Constant,
    Expression,
    Quantity,
    Ref,
    call,
    evaluate,
    parse_infix,
    places_of,
    print_program,
    quantity,
    rounded,
)
from eval.conformance import HERE, Outcome

FILE = Path("tatqa") / "tatqa_dataset_dev.json"
EXCEPTIONS = HERE / "exceptions.csv"
_SCALES = {"": None, "percent": "%", "thousand": "thousand", "million": "million", "billion": "billion"}
_WORDS = ("thousand", "million", "billion")


@dataclass(frozen=True)
class Exemption:
    """What `exceptions.csv` says of an item: which of its numbers only counts, or else why its gold is wrong."""

    counts: int | None
    reason: str


def outcomes(path: Path) -> list[Outcome]:
    """Every item whose answer is arithmetic, with the excuse of those whose gold is listed as wrong.

    :raises ValueError: if an exception has no reason, or names an item that is not there or that needs none.
    """
    exempt = exemptions()
    made, needed = [], set()
    for table in json.loads(path.read_text("utf-8"), parse_float=Decimal):
        for item in table["questions"]:
            if item["answer_type"] != "arithmetic":
                continue
            outcome, listed = _outcome(item), exempt.get(item["uid"])
            if listed and not outcome.agrees:
                needed.add(item["uid"])
                outcome = (
                    replace(outcome, excused=listed.reason) if listed.counts is None else _outcome(item, listed.counts)
                )
            made.append(outcome)
    if stale := set(exempt) - needed:
        raise ValueError(
            f"{EXCEPTIONS.name}: expected items of the set that do not agree, got {', '.join(sorted(stale))}"
        )
    return made


def exemptions(path: Path = EXCEPTIONS) -> dict[str, Exemption]:
    """The exceptions by item.

    :raises ValueError: for one without a reason.
    """
    found = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if not row["reason"]:
                raise ValueError(f"{path.name}: expected a reason for {row['id']}, got a blank one")
            found[row["id"]] = Exemption(int(row["counts"]) if row["counts"] else None, row["reason"])
    return found


def _outcome(item: dict[str, Any], counts: int | None = None) -> Outcome:
    gold, scale = Decimal(str(item["answer"])), item["scale"]
    said = f"{gold} {scale}".strip()
    try:
        expression, found = result(item["derivation"], scale, counts)
    except CalculationError as error:
        return Outcome(item["uid"], item["derivation"], said, str(error), False)
    shown = _within(found, _SCALES[scale])
    agrees = shown is not None and rounded(shown.value, places_of(gold)) == gold
    return Outcome(item["uid"], print_program(expression), said, (shown or found).text, agrees)


def _within(found: Quantity, unit: str | None) -> Quantity | None:
    """The result in the item's scale; None if it is not of that scale."""
    if found.unit in _WORDS:
        return found.within(unit) if unit in _WORDS else None
    if found.unit is None:
        return found.within(unit) if unit in (None, "%") else None
    return found if found.unit == unit else None


def result(derivation: str, scale: str, counts: int | None = None) -> tuple[Expression, Quantity]:
    """The derivation as an expression, and what it comes to over numbers of that scale.

    :param counts: which number (the first is 1) counts something and has no scale, beside those that show it.
    :raises CalculationError: if it cannot be read, or has no result.
    """
    expression = parse_infix(derivation)
    figures: dict[str, Quantity] = {}
    measured = _measured(expression, _SCALES[scale], figures)
    if counts:
        figures[f"r{counts}"] = Quantity(figures[f"r{counts}"].value)
    return expression, evaluate(measured, figures).number


def _measured(expression: Expression, unit: str | None, figures: dict[str, Quantity]) -> Expression:
    """The expression with its amounts as references that have the unit; numbers that only count stay constants."""
    if isinstance(expression, Constant):
        if expression.unit:
            return expression
        name = f"r{len(figures) + 1}"
        figures[name] = quantity(expression.value, unit)
        return Ref(name)
    if not isinstance(expression, Call):
        return expression
    left, *rest = expression.arguments
    if not rest:
        return call(expression.operation, _measured(left, unit, figures))
    right = rest[0]
    if _is_count(expression.operation, left, right):
        return call(expression.operation, _measured(left, unit, figures), right)
    if expression.operation == "subtract" and left == Constant(Decimal(1)) and _is_percent(right):
        return expression  # 1 − 15 %
    if expression.operation == "multiply" and (unit is None or _is_ratio(left)):
        return call("multiply", left, _measured(right, unit, figures))
    return call(expression.operation, _measured(left, unit, figures), _measured(right, unit, figures))


def _is_count(operation: str, left: Expression, right: Expression) -> bool:
    """True if the right side is how many are averaged, or the 1 of a ratio less 1."""
    if operation == "subtract":
        return right == Constant(Decimal(1)) and _is_ratio(left)
    if operation != "divide" or isinstance(right, Call):
        return operation == "divide" and isinstance(right, Call) and _is_years(right)
    if right == Constant(Decimal(1)):
        return True
    growth = isinstance(left, Call) and left.operation == "subtract" and left.arguments[1] == right
    small = (
        isinstance(right, Constant)
        and right.unit is None
        and right.value in range(2, 10)
        and not places_of(right.value)
    )
    return small and isinstance(left, Call) and not growth


def _is_years(expression: Call) -> bool:
    """2019 − 2017 + 1, the number of years from one to another."""
    return all(
        _is_years(part)
        if isinstance(part, Call)
        else isinstance(part, Constant) and part.value in (1, *range(1990, 2030))
        for part in expression.arguments
    )


def _is_percent(expression: Expression) -> bool:
    return isinstance(expression, Constant) and expression.unit == "%"


def _is_ratio(expression: Expression) -> bool:
    if isinstance(expression, Call) and expression.operation == "subtract":
        return _is_percent(expression.arguments[1]) and expression.arguments[0] == Constant(Decimal(1))
    return isinstance(expression, Call) and expression.operation == "divide"
