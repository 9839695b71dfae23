"""The calculator: a small language for exact calculations over cited figures.

    >>> value_of("share(subtract(f1, f2), f2)", {"f1": quantity("3", "万元"), "f2": quantity("20000", "元")}).text
    '50 %'

`program.py` is what a program is, `language.py` reads and prints it, `infix.py` reads formulas as people write them,
`operations.py` says what each operation does, `units.py` what units are to each other, `evaluate.py` computes with a
trace. `exact.py` has rounding and conversion for who needs no program.
"""

from assistant.calculator.evaluate import Evaluation, TraceStep, evaluate, value_of
from assistant.calculator.exact import (
    YUAN,
    CalculationError,
    ZeroBaseError,
    convert,
    exact_text,
    places_of,
    rounded,
)
from assistant.calculator.infix import parse_infix
from assistant.calculator.language import ParseError, parse, print_program
from assistant.calculator.operations import CONDITIONS
from assistant.calculator.program import (
    Call,
    Constant,
    Expression,
    Program,
    Ref,
    StepRef,
    Word,
    call,
    moved,
    program_of,
    references,
    renamed,
)
from assistant.calculator.units import Quantity, quantity, same_unit, unit_of

__all__ = [
    "CONDITIONS", "YUAN", "CalculationError", "Call", "Constant", "Evaluation", "Expression", "ParseError", "Program", "Quantity",
    "Ref", "StepRef", "TraceStep", "Word", "ZeroBaseError", "call", "convert", "evaluate", "exact_text", "moved", "parse",
    "parse_infix", "places_of", "print_program", "program_of", "quantity", "references", "renamed",
    "rounded", "same_unit", "unit_of", "value_of",
]  # fmt: skip
