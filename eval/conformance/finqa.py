"""FinQA's programs: steps over numbers, constants and rows of a table."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from assistant.calculator import CalculationError, Evaluation, Quantity, evaluate, parse, rounded
from eval.conformance import Outcome

FILE = Path("finqa") / "dev.jsonl"
PLACES = 5
_WITHIN = Decimal("0.00001")
_ROW = re.compile(r"(table_(?:max|min|sum|average))\((.+?), none\)")


def outcomes(path: Path, key: str) -> list[Outcome]:
    """Every item that has a result under the key (`exe_ans`; `ref_eval` is a reference evaluator's), run."""
    lines = (json.loads(line, parse_float=Decimal) for line in path.read_text("utf-8").splitlines())
    return [_outcome(item, item[key]) for item in lines if item.get(key) is not None]


def _outcome(item: dict[str, Any], gold: object) -> Outcome:
    name = str(item.get("id") or f"dev-{item['idx']}")
    try:
        got = result(item["program"], item["table"])
    except CalculationError as error:
        return Outcome(name, item["program"], str(gold), str(error), False)
    agrees = got == gold if isinstance(got, str) else _close(got, str(gold))
    return Outcome(name, item["program"], str(gold), str(got), agrees)


def result(program: str, table: list[list[str]]) -> str | Decimal:
    """What the program comes to, as FinQA states it: yes or no, or a number rounded to 5 places.

    :raises CalculationError: if the program cannot be read or has no result.
    """
    figures: dict[str, Quantity] = {}

    def row(match: re.Match[str]) -> str:
        numbers = _numbers(table, match.group(2))
        names = [f"r{len(figures) + index}" for index in range(1, len(numbers) + 1)]
        figures.update(zip(names, numbers, strict=True))
        return f"{match.group(1)}({', '.join(names)})"

    done: Evaluation = evaluate(parse(_ROW.sub(row, program)), figures)
    if isinstance(done.value, bool):
        return "yes" if done.value else "no"
    pure = done.number.pure
    assert pure is not None  # the programs know no units but %
    return rounded(pure, PLACES)


def _close(got: Decimal, gold: str) -> bool:
    try:
        return abs(got - Decimal(gold)) <= _WITHIN
    except ArithmeticError:  # a yes or no where a number came out
        return False


def _numbers(table: list[list[str]], name: str) -> list[Quantity]:
    """The cells of the row of that name: the last of two rows of one name, the text before the first bracket."""
    cells = {line[0]: line[1:] for line in table}.get(name)
    if cells is None:
        raise CalculationError(f"表中没有名为“{name}”的行")
    return [_cell(cell) for cell in cells]


def _cell(text: str) -> Quantity:
    bare = text.split("(")[0].replace("$", "").replace(",", "").replace(" ", "")
    try:
        return Quantity(Fraction(Decimal(bare.removesuffix("%"))), "%" if bare.endswith("%") else None)
    except ArithmeticError as error:
        raise CalculationError(f"单元格“{text}”不是数") from error
