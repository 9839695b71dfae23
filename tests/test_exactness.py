"""No binary floating point and no unsaid rounding where amounts are handled."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.exactness import EXCEPTIONS, ROOT, exceptions, inexact, modules


def test_amounts_are_never_handled_in_floating_point() -> None:
    allowed = exceptions()
    found = [
        place for path in modules() for place in inexact(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    ]
    wrong = [f"{p.module}:{p.line} ({p.within}): {p.what}" for p in found if p.key not in allowed]
    assert not wrong, f"use Fraction, Decimal and calculator.rounded, or give a reason in {EXCEPTIONS.name}: {wrong}"
    stale = set(allowed) - {place.key for place in found}
    assert not stale, f"{EXCEPTIONS.name} names what is no longer there: {sorted(stale)}"


def test_the_rule_reads_every_module_that_handles_amounts() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in modules()}
    assert {"assistant/calculator/operations.py", "assistant/answering/working.py", "assistant/guard.py"} <= names
    assert {"ingest/model.py", "ingest/text.py", "ingest/sums.py", "ingest/store/facts.py"} <= names
    assert len(names) >= 50


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f(x):\n    return x * 0.01", "float literal"),
        ("def f(x):\n    return float(x)", "float"),
        ("def f(x: float): ...", "float"),
        ("def f(x):\n    import math", "import math"),
        ("def f(x):\n    from statistics import mean", "import statistics"),
        ("def f(x):\n    import numpy as np", "import numpy"),
        ("def f(x, y):\n    return x / y", "division"),
        ("def f(x, y):\n    x /= y", "division"),
        ("def f(x):\n    return round(x, 2)", "round"),
        ("def f(x):\n    return x.quantize(y)", "quantize"),
        ("def f(x):\n    return f'{x:.2f}'", "format"),
        ("def f(x):\n    return f'{x:%}'", "format"),
    ],
)
def test_what_is_not_exact_is_found_where_it_stands(source: str, what: str) -> None:
    places = inexact(source, "m.py")
    assert [(place.within, place.what) for place in places] == [("f", what)]


def test_exact_arithmetic_and_paths_are_let_pass() -> None:
    source = (
        "Fraction(x) / y, x / Decimal(3), folder / 'name', x.quantize(y, rounding=ROUND_HALF_UP), f'{x:,f}', x // 2"
    )
    assert inexact(source, "m.py") == []


def test_an_exception_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "exactness.csv"
    path.write_text("module,within,what,reason\nm.py,f,float,\n", "utf-8")
    with pytest.raises(ValueError, match="reason"):
        exceptions(path)
