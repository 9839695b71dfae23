"""Computing a program exactly, with a trace of every step. Nothing is rounded but by `round`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from assistant.calculator.exact import CalculationError
from assistant.calculator.language import parse, print_program
from assistant.calculator.operations import OPERATIONS, Row, Value
from assistant.calculator.program import Call, Constant, Expression, Program, Ref, StepRef, Word
from assistant.calculator.units import Quantity


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A call of the program with its exact value."""

    expression: Expression
    value: Value

    @property
    def text(self) -> str:
        """The call as printed."""
        return print_program(self.expression)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A program's value, the values of its steps (what `#0`, `#1` … stand for) and the trace of all calls."""

    program: Program
    steps: tuple[Value, ...]
    trace: tuple[TraceStep, ...]

    @property
    def value(self) -> Value:
        """What the last step came to."""
        return self.steps[-1]

    @property
    def number(self) -> Quantity:
        """The value, which must be one number.

        :raises CalculationError: if it is a list or yes/no.
        """
        if not isinstance(self.value, Quantity):
            raise CalculationError(f"程序的结果应为一个数，实际是{text_of(self.value)}")
        return self.value

    @property
    def rows(self) -> tuple[Row, ...]:
        """The value, which must be a list.

        :raises CalculationError: if it is not.
        """
        if not isinstance(self.value, tuple):
            raise CalculationError(f"程序的结果应为一列数，实际是{text_of(self.value)}")
        return self.value


def evaluate(program: Program | Expression, figures: Mapping[str, Quantity]) -> Evaluation:
    """Compute the program over the figures that its references name.

    :raises CalculationError: for a reference that is not given, units that do not go together, a base of zero.
    """
    whole = program if isinstance(program, Program) else Program((program,))
    run = _Run(figures)
    for step in whole.steps:
        value = run.value(step)
        if isinstance(value, Word):
            raise CalculationError(f"步骤应为运算或数，实际是“{value.text}”")
        run.steps.append(value.quantity if isinstance(value, Row) else value)
    return Evaluation(whole, tuple(run.steps), tuple(run.trace))


def value_of(text: str, figures: Mapping[str, Quantity]) -> Quantity:
    """The number that the printed program comes to."""
    return evaluate(parse(text), figures).number


def text_of(value: Value) -> str:
    """A value in words: `12.5 万元`, `是`, `f1 3 万元、f2 2 万元`."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(f"{row.name} {row.quantity.text}".strip() for row in value) or "（无）"
    return value.text


class _Run:
    """One evaluation."""

    def __init__(self, figures: Mapping[str, Quantity]) -> None:
        self.figures = figures
        self.steps: list[Value] = []
        self.trace: list[TraceStep] = []

    def value(self, expression: Expression) -> Value | Row | Word:
        if isinstance(expression, Call):
            value = OPERATIONS[expression.operation].apply([self.value(part) for part in expression.arguments])
            self.trace.append(TraceStep(expression, value))
            return value
        if isinstance(expression, Ref):
            if expression.name not in self.figures:
                given = "、".join(self.figures) or "无"
                raise CalculationError(f"程序引用了 {expression.name}，而给出的数是：{given}")
            return Row(expression.name, self.figures[expression.name])
        if isinstance(expression, Constant):
            return Quantity(Fraction(expression.value), expression.unit)
        if isinstance(expression, StepRef):
            if expression.index >= len(self.steps):
                raise CalculationError(f"#{expression.index} 还没有算出（现有 {len(self.steps)} 步，从 #0 起）")
            return self.steps[expression.index]
        return expression
