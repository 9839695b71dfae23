"""A calculation as an answer makes it: operands, a program over them, what it came to, and how that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from assistant.calculator import (
    YUAN,
    Call,
    Evaluation,
    Expression,
    Program,
    Quantity,
    Ref,
    StepRef,
    call,
    evaluate,
    exact_text,
    moved,
    parse,
    places_of,
    print_program,
    quantity,
    renamed,
    rounded,
)
from assistant.model import Calculation, Compared, Operand, Step

Build: TypeAlias = str | Callable[..., Expression]
"""An operation over all operands, or what makes the expression of their references."""


@dataclass(frozen=True)
class Asked:
    """How the question wants a number: its unit of money, its decimals; None where it does not say."""

    unit: str | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Working:
    """An evaluated program. `exact` is the signed result before its size was taken and rounded."""

    operands: tuple[Operand, ...]
    evaluation: Evaluation
    exact: Quantity
    shown: Decimal
    converted: bool
    compared: tuple[Compared, ...] = ()

    @property
    def unit(self) -> str | None:
        """The unit of the result; of an amount per person or vehicle, that of the amount."""
        return (self.exact.unit or "").partition("/")[0] or None

    @property
    def sign(self) -> int:
        """1, 0 or -1: of a difference or a change, its direction."""
        return (self.exact.value > 0) - (self.exact.value < 0)

    def calculation(self, formula: str, beside: Sequence[Working] = ()) -> Calculation:
        """How the figure came about.

        :param beside: what else the answer states over the same operands; its steps go before.
        """
        rounding = "未舍入" if abs(Fraction(self.shown)) == abs(self.exact.value) else None
        evaluations = [*(working.evaluation for working in beside), self.evaluation]
        return Calculation(
            formula=formula,
            operands=self.operands,
            exact=exact_text(self.exact.value),
            rounding=rounding or f"四舍五入到小数点后 {places_of(self.shown)} 位",
            program=print_program(Program(tuple(step for e in evaluations for step in e.program.steps))),
            steps=tuple(step for e in evaluations for step in steps_of(e)),
            compared=self.compared,
        )


def work(
    build: Build,
    operands: Sequence[Operand],
    places: int,
    asked: Asked,
    size: bool = False,
    alike: str | None = None,
    compared: Sequence[Compared] = (),
) -> Working:
    """Evaluate a program over operands and show its number as asked.

    :param places: decimals where the question does not say; those of the table's unit, where that is converted.
    :param size: show the size of a number whose direction is told in words.
    :param alike: a unit in which the answer shows operands of other units; their conversions are steps of their own.
    :param compared: rows that the program looks at; their references come after the operands'.
    :raises CalculationError: if the program has no result.
    """
    named = referenced(operands)
    figures: tuple[Operand | Compared, ...] = (*named, *compared)
    given = figures_of(figures)
    refs = [Ref(figure.ref) for figure in figures]
    expression = call(build, *refs) if isinstance(build, str) else build(*refs)
    raw = evaluate(expression, given).number
    money, _, per = (raw.unit or "").partition("/")
    wanted = asked.unit if asked.unit in YUAN and money in YUAN else money
    if asked.decimals is not None:
        places = asked.decimals
    elif wanted in YUAN and money in YUAN and not per:
        places = max(0, places + YUAN[wanted] - YUAN[money])
    converted = wanted != money
    if converted:
        expression = call("convert", expression, wanted)
    exact = evaluate(expression, given).number
    if size:
        expression = call("abs", expression)
    if Fraction(rounded(exact.value, places)) != exact.value:
        expression = call("round", expression, places)
    before = [call("convert", Ref(o.ref), alike) for o in named if alike in YUAN and o.unit in YUAN and o.unit != alike]
    done = evaluate(Program((*before, expression)), given)
    return Working(named, done, exact, rounded(done.number.value, places), converted, tuple(compared))


def listed(
    build: Build,
    formula: str,
    operands: Sequence[Operand],
    compared: Sequence[Compared],
    asked: Asked,
    count: bool = False,
    exact: str | None = None,
) -> Calculation:
    """The calculation of a list, or of how many are in it.

    :param build: an operation over all operands and the rows compared, or what makes the expression of them.
    :param exact: what is stated as the result, where it is not the operands' values.
    :raises CalculationError: if the rows cannot be compared.
    """
    named = referenced(operands)
    figures: tuple[Operand | Compared, ...] = (*named, *compared)
    given = figures_of(figures)
    refs = [Ref(figure.ref) for figure in figures]
    expression = _as_asked(call(build, *refs) if isinstance(build, str) else build(*refs), given, asked)
    steps = (expression, call("count", StepRef(0))) if count else (expression,)
    done = evaluate(Program(steps), given)
    return Calculation(
        formula=formula,
        operands=named,
        exact="、".join(operand.value for operand in named) if exact is None else exact,
        rounding="未舍入",
        program=print_program(done.program),
        steps=steps_of(done),
        compared=tuple(compared),
    )


def summed(
    added: Callable[..., Expression],
    formula: str,
    operands: Sequence[Operand],
    compared: Sequence[Compared],
    asked: Asked,
) -> Calculation:
    """The calculation of one number over figures of which only some are cited and shown, as asked.

    :param added: what makes the number of the references of the operands, then of the rest.
    """
    named = referenced(operands)
    given = figures_of((*named, *compared))
    shown = _as_asked(call("list", *(Ref(operand.ref) for operand in named)), given, asked)
    expression = added(*map(Ref, given))
    done = evaluate(Program((shown, expression)), given)
    total = exact_text(done.number.value)
    return Calculation(
        formula=formula, operands=named, exact=total, rounding="未舍入", program=print_program(done.program),
        steps=steps_of(done), compared=tuple(compared),
    )  # fmt: skip


def _as_asked(expression: Expression, given: Mapping[str, Quantity], asked: Asked) -> Expression:
    """The list in the unit and with the decimals asked for; of several units, each amount for itself."""
    rows = evaluate(expression, given).rows
    if asked.unit in YUAN and any(row.quantity.unit in YUAN and row.quantity.unit != asked.unit for row in rows):
        if all(row.quantity.unit in YUAN for row in rows):
            expression = call("convert", expression, asked.unit)
        elif isinstance(expression, Call):
            parts = [
                call("convert", part, asked.unit) if isinstance(part, Ref) and given[part.name].unit in YUAN else part
                for part in expression.arguments
            ]
            expression = Call(expression.operation, tuple(parts))
    return expression if asked.decimals is None else call("round", expression, asked.decimals)


def joined(calculations: Sequence[Calculation]) -> Calculation:
    """Several calculations of one answer as one, the steps of each after those of the one before."""
    operands = referenced([operand for one in calculations for operand in one.operands])
    now = {operand.model_copy(update={"ref": ""}): operand.ref for operand in operands}
    rows: list[Compared] = []
    steps: list[Expression] = []
    for one in calculations:
        names = {operand.ref: now[operand.model_copy(update={"ref": ""})] for operand in one.operands}
        for row in one.compared:
            rows.append(row.model_copy(update={"ref": f"r{len(rows) + 1}"}))
            names[row.ref] = rows[-1].ref
        before = len(steps)
        steps += [moved(renamed(step, names), before) for step in parse(one.program).steps]
    done = evaluate(Program(tuple(steps)), figures_of((*operands, *rows)))
    return Calculation(
        formula="；".join(one.formula for one in calculations),
        operands=operands,
        exact="；".join(one.exact for one in calculations),
        rounding="；".join(dict.fromkeys(one.rounding for one in calculations)),
        program=print_program(done.program),
        steps=steps_of(done),
        compared=tuple(rows),
    )


def referenced(operands: Sequence[Operand]) -> tuple[Operand, ...]:
    """The operands with their references: f and the citation's number, with a letter for a sentence's further ones."""
    made: dict[Operand, Operand] = {}
    taken: dict[int, int] = {}
    for operand in operands:
        bare = operand.model_copy(update={"ref": ""})
        if bare not in made:
            place = taken.get(operand.citation, 0)
            taken[operand.citation] = place + 1
            letter = chr(ord("a") + place) if place else ""
            made[bare] = bare.model_copy(update={"ref": f"f{operand.citation}{letter}"})
    return tuple(made[operand.model_copy(update={"ref": ""})] for operand in operands)


def figures_of(operands: Sequence[Operand | Compared]) -> Mapping[str, Quantity]:
    """What the references stand for."""
    return {operand.ref: quantity(operand.value, operand.unit) for operand in operands}


def steps_of(evaluation: Evaluation) -> tuple[Step, ...]:
    """The trace as it is handed on: calls with their values, those of lists with the values in order."""
    made = []
    for step in evaluation.trace:
        value = step.value
        if isinstance(value, tuple):
            text = "、".join(exact_text(row.quantity.value) for row in value)
            units = {row.quantity.unit for row in value}
            made.append(Step(program=step.text, value=text, unit=units.pop() if len(units) == 1 else None))
        elif isinstance(value, Quantity):
            made.append(Step(program=step.text, value=exact_text(value.value), unit=value.unit))
        else:
            made.append(Step(program=step.text, value="是" if value else "否", unit=None))
    return tuple(made)


def in_unit(value: Decimal, unit: str | None, wanted: str | None) -> Decimal:
    """An amount in another unit of money, all its decimals kept; unchanged if either is no unit of money."""
    if unit == wanted or unit not in YUAN or wanted not in YUAN:
        return value
    moved = value.scaleb(YUAN[unit] - YUAN[wanted])
    return Decimal(f"{moved:f}")
