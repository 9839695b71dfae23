"""What a program is: steps of calls over references and constants. Plain values, compared by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Ref:
    """A figure that is given from outside: `f3` cites the answer's citation 3, `r2` is the second row compared."""

    name: str


@dataclass(frozen=True, slots=True)
class StepRef:
    """The unrounded result of an earlier step: `#0` is the first."""

    index: int


@dataclass(frozen=True, slots=True)
class Constant:
    """An exact number, with its unit if it has one: `12`, `8.1%`, `100万元`."""

    value: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word among the arguments: the unit of a conversion (`万元`), the condition of a filter (`above`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with its arguments."""

    operation: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Ref | StepRef | Constant | Word | Call


@dataclass(frozen=True, slots=True)
class Program:
    """Steps in the order in which they are computed; the last one's value is the program's."""

    steps: tuple[Expression, ...]


def call(operation: str, *arguments: Expression | int | Decimal | str) -> Call:
    """A call; whole and decimal numbers among the arguments become constants, text becomes words."""
    made: list[Expression] = []
    for argument in arguments:
        if isinstance(argument, str):
            made.append(Word(argument))
        elif isinstance(argument, int | Decimal):
            made.append(Constant(Decimal(argument)))
        else:
            made.append(argument)
    return Call(operation, tuple(made))


def program_of(*steps: Expression) -> Program:
    """A program of these steps."""
    return Program(steps)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all within it, outside first."""
    yield expression
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from walk(argument)


def references(program: Program) -> tuple[str, ...]:
    """Names of the figures that the program needs, each once, in the order in which they occur."""
    found = (part.name for step in program.steps for part in walk(step) if isinstance(part, Ref))
    return tuple(dict.fromkeys(found))


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """The expression with references under other names; those not named keep theirs."""
    if isinstance(expression, Ref):
        return Ref(names.get(expression.name, expression.name))
    if isinstance(expression, Call):
        return Call(expression.operation, tuple(renamed(argument, names) for argument in expression.arguments))
    return expression


def moved(expression: Expression, by: int) -> Expression:
    """The expression of a program that stands behind another of so many steps."""
    if isinstance(expression, StepRef):
        return StepRef(expression.index + by)
    if isinstance(expression, Call):
        return Call(expression.operation, tuple(moved(argument, by) for argument in expression.arguments))
    return expression
