"""Where binary floating point or an unsaid rounding could touch a figure: a rule over the source of who handles amounts.

Looked for are float literals, the name `float`, `math`, `statistics` and `numpy`, division of what may be whole
numbers, the built-in `round` and formats with so many decimals (both round halves to even), and `quantize` without a
rounding. Where one is meant, `exactness.csv` says so with the reason: similarities, seconds, places on a page.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXCEPTIONS = Path(__file__).with_suffix(".csv")
HANDLING_AMOUNTS = ("assistant/**/*.py", "ingest/model.py", "ingest/text.py", "ingest/sums.py", "ingest/store/facts.py", "ingest/store/rows.py")
_MODULES = frozenset({"math", "statistics", "numpy", "cmath", "random"})
_DECIMALS = re.compile(r"\.\d+[a-zA-Z%]?$|[eEgG%]$")
_EXACT = frozenset({"Fraction", "Decimal"})


@dataclass(frozen=True)
class Inexact:
    """One place: the module from the project's folder, the function or class, what was found."""

    module: str
    within: str
    what: str
    line: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What an exception names: no line, so that it holds while the module changes."""
        return self.module, self.within, self.what


def modules() -> list[Path]:
    """The modules that handle amounts."""
    return sorted({path for pattern in HANDLING_AMOUNTS for path in ROOT.glob(pattern)})


def inexact(source: str, module: str) -> list[Inexact]:
    """All places in the source of a module, in their order."""
    return [
        Inexact(module, within, what, getattr(node, "lineno", 0))
        for within, node in _placed(ast.parse(source), "")
        for what in _found(node)
    ]


def exceptions(path: Path = EXCEPTIONS) -> dict[tuple[str, str, str], str]:
    """The places that are meant, with their reasons.

    :raises ValueError: for one without a reason.
    """
    found = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if not row["reason"]:
                raise ValueError(f"{path.name}: expected a reason for {row['module']} {row['within']}, got none")
            found[row["module"], row["within"], row["what"]] = row["reason"]
    return found


def _placed(node: ast.AST, within: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the dotted name of the function or class around it."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        inner = f"{within}.{child.name}".lstrip(".") if named else within  # type: ignore[attr-defined]
        yield inner, child
        yield from _placed(child, inner)


def _found(node: ast.AST) -> Iterator[str]:
    """What is wrong with a node by itself."""
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        yield "float literal"
    elif isinstance(node, ast.Name) and node.id in ("float", "complex"):
        yield "float"
    elif isinstance(node, ast.Import):
        yield from (f"import {name.name}" for name in node.names if name.name.split(".")[0] in _MODULES)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _MODULES:
        yield f"import {node.module}"
    elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and not _exact_division(node):
        yield "division"
    elif isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Name) and called.id == "round":
            yield "round"
        if isinstance(called, ast.Attribute) and called.attr == "quantize":
            if not any(keyword.arg == "rounding" for keyword in node.keywords) and len(node.args) < 2:
                yield "quantize"
    elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        spec = "".join(str(part.value) for part in ast.walk(node.format_spec) if isinstance(part, ast.Constant))
        if _DECIMALS.search(spec):
            yield "format"


def _exact_division(node: ast.BinOp | ast.AugAssign) -> bool:
    """A path with a name, or a side that is plainly a Fraction or a Decimal."""
    if isinstance(node, ast.AugAssign):
        return False
    if isinstance(node.right, ast.Constant) and isinstance(node.right.value, str):
        return True
    return any(
        isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id in _EXACT
        for side in (node.left, node.right)
    )
