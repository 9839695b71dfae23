"""Reading and printing programs: `divide(subtract(f3, f7), f7)`, or in steps `subtract(f3, f7), divide(#0, f7)`."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.calculator.exact import CalculationError
from assistant.calculator.operations import OPERATIONS
from assistant.calculator.program import Call, Constant, Expression, Program, Ref, StepRef, Word

DEEPEST = 60
"""Calls within calls; more is refused before it exhausts the machine."""
_UNIT = r"[%‰]|[\u4e00-\u9fff]+(?:/[\u4e00-\u9fff]+)?|thousand|million|billion"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<step>\#\d+)
    | (?P<constant>const_m?\d+)
    | (?P<number>-?(?:\d+(?:\.\d+)?|\.\d+))\s*(?P<unit>{_UNIT})?
    | (?P<ref>[fr]\d+[a-z]?(?![A-Za-z0-9_]))
    | (?P<name>[a-z][a-z0-9_]*)
    | (?P<word>{_UNIT})
    | (?P<mark>[(),])
    )""",
    re.VERBOSE,
)


class ParseError(CalculationError):
    """The text is no program; says where, what was expected and what came."""


def parse(text: str) -> Program:
    """The program that the text says.

    :raises ParseError: with the position, what was expected and what came.
    """
    return _Reader(text).program()


def print_program(program: Program | Expression) -> str:
    """The program as text; reading it gives the same program."""
    steps = program.steps if isinstance(program, Program) else (program,)
    return ", ".join(map(_printed, steps))


def _printed(expression: Expression) -> str:
    if isinstance(expression, Call):
        return f"{expression.operation}({', '.join(map(_printed, expression.arguments))})"
    if isinstance(expression, Ref):
        return expression.name
    if isinstance(expression, StepRef):
        return f"#{expression.index}"
    if isinstance(expression, Constant):
        return f"{expression.value:f}{expression.unit or ''}"
    return expression.text


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth, self.steps = text, 0, 0, 0

    def program(self) -> Program:
        steps = [self._expression()]
        while self._next_is(","):
            self.steps = len(steps)
            steps.append(self._expression())
        if self.text[self.at :].strip():
            raise self._error("程序的结尾或“,”")
        return Program(tuple(steps))

    def _expression(self) -> Expression:
        token = _TOKEN.match(self.text, self.at)
        if token is None or token.group("mark"):
            raise self._error("运算、引用（f3、#0）或数")
        start, self.at = self.at, token.end()
        kind = token.lastgroup
        if kind == "step":
            index = int(token.group("step")[1:])
            if index >= self.steps:
                self.at = start
                raise self._error(f"此前已算出的步骤（现有 {self.steps} 步，从 #0 起）")
            return StepRef(index)
        if kind == "constant":
            digits = token.group("constant").removeprefix("const_")
            return Constant(-Decimal(digits[1:]) if digits[0] == "m" else Decimal(digits))
        if token.group("number"):
            return Constant(Decimal(token.group("number")), token.group("unit"))
        if kind == "ref":
            return Ref(token.group("ref"))
        if kind == "word":
            return Word(token.group("word"))
        name = token.group("name")
        return self._call(name, start) if self._next_is("(") else Word(name)

    def _call(self, name: str, start: int) -> Call:
        if name not in OPERATIONS:
            self.at = start
            raise self._error(f"一个运算（{'、'.join(sorted(OPERATIONS))}）")
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(f"不超过 {DEEPEST} 层的括号")
        arguments: list[Expression] = []
        if not self._next_is(")"):
            arguments.append(self._expression())
            while self._next_is(","):
                arguments.append(self._expression())
            if not self._next_is(")"):
                raise self._error("“,”或“)”")
        self.depth -= 1
        least, most = OPERATIONS[name].arity
        if not least <= len(arguments) <= (most or len(arguments)):
            wanted = f"{least} 个" if least == most else f"至少 {least} 个" if most is None else f"{least} 至 {most} 个"
            raise ParseError(f"第 {start + 1} 个字符处的 {name} 应有{wanted}参数，实际有 {len(arguments)} 个")
        return Call(name, tuple(arguments))

    def _next_is(self, mark: str) -> bool:
        rest = self.text[self.at :]
        found = rest.lstrip().startswith(mark)
        if found:
            self.at += len(rest) - len(rest.lstrip()) + len(mark)
        return found

    def _error(self, expected: str) -> ParseError:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        came = f"“{self.text[self.at : self.at + 12]}”" if self.at < len(self.text) else "程序的结尾"
        return ParseError(f"第 {self.at + 1} 个字符处应为{expected}，实际是{came}")
