"""Formulas as people write them, `(1,234 − 1,100) ÷ 1,100`, read into the calculator's language.

A number alone in brackets is negative, as in ledgers: 3 + (13) is 3 − 13.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from assistant.calculator.language import DEEPEST, ParseError
from assistant.calculator.program import Call, Constant, Expression, Ref, call

_SAME = str.maketrans("×✕·−–—÷［］【】（）％，", "***---/[][]()%,")
_UNIT = r"%|‰|thousand|million|billion|[百千万亿]{0,2}元"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)\s*(?P<unit>{_UNIT})?|(?P<ref>[fr]\d+[a-z]?)|(?P<mark>[-+*/()\[\]$¥]))"
)
_LEDGER = re.compile(rf"\(\s*[$¥]?\s*(\d[\d,]*(?:\.\d+)?)\s*\)\s*({_UNIT})?")
_OPERATIONS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


def parse_infix(text: str) -> Expression:
    """The formula as an expression: + − × ÷, brackets round and square, thousands commas, %, references.

    :raises ParseError: with the position, what was expected and what came.
    """
    return _Formula(text.translate(_SAME)).whole()


class _Formula:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def whole(self) -> Expression:
        expression = self._sum()
        if self.text[self.at :].strip():
            raise self._error("运算符或公式的结尾")
        return expression

    def _sum(self) -> Expression:
        return self._chain("+-", lambda: self._chain("*/", self._factor))

    def _chain(self, marks: str, part: Callable[[], Expression]) -> Expression:
        left = part()
        while (mark := self._take(marks)) is not None:
            left = call(_OPERATIONS[mark], left, part())
        return left

    def _factor(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(f"不超过 {DEEPEST} 层的括号")
        try:
            if self._take("-"):
                return _negative(self._factor())
            while self._take("$¥"):  # a currency's sign is no part of the number
                pass
            ledger = _LEDGER.match(self.text, self._skip())
            if ledger:
                self.at = ledger.end()
                return Constant(-_decimal(ledger.group(1)), ledger.group(2))
            if (opened := self._take("([")) is not None:
                inner = self._sum()
                if self._take(")" if opened == "(" else "]") is None:
                    raise self._error("右括号")
                return inner
            token = _TOKEN.match(self.text, self.at)
            if token is None or token.group("mark"):
                raise self._error("数、引用或左括号")
            self.at = token.end()
            if token.group("ref"):
                return Ref(token.group("ref"))
            return Constant(_decimal(token.group("number")), token.group("unit"))
        finally:
            self.depth -= 1

    def _take(self, marks: str) -> str | None:
        at = self._skip()
        if at < len(self.text) and self.text[at] in marks:
            self.at = at + 1
            return self.text[at]
        return None

    def _skip(self) -> int:
        at = self.at
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _error(self, expected: str) -> ParseError:
        at = self._skip()
        came = f"“{self.text[at : at + 12]}”" if at < len(self.text) else "公式的结尾"
        return ParseError(f"第 {at + 1} 个字符处应为{expected}，实际是{came}")


def _negative(expression: Expression) -> Expression:
    if isinstance(expression, Constant):
        return Constant(-expression.value, expression.unit)
    return Call("negate", (expression,))


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))
