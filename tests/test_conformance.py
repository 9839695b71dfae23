"""The calculator agrees with public sets of programs: all of FinQA's and TAT-QA's development parts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.calculator import CalculationError
from eval.conformance import Outcome, finqa, folder, tatqa


def _set(file: Path) -> Path:
    path = folder() / file
    if not path.exists():
        if os.environ.get("JUESUAN_REQUIRE_REAL"):
            pytest.fail(f"the public set {file} is required here and is missing")
        pytest.skip(f"the public set {file} is not part of the project and not on this machine")
    return path


def _wrong(outcomes: list[Outcome]) -> list[str]:
    return [f"{o.id} {o.program}: {o.gold} ≠ {o.got}" for o in outcomes if not (o.agrees or o.excused)]


def test_every_finqa_program_with_an_answer_gives_it() -> None:
    outcomes = finqa.outcomes(_set(finqa.FILE), "exe_ans")
    print(f"FinQA dev: {sum(o.agrees for o in outcomes)}/{len(outcomes)}")
    assert len(outcomes) >= 200 and not _wrong(outcomes)


def test_every_other_finqa_program_gives_what_a_reference_evaluator_gives() -> None:
    outcomes = finqa.outcomes(_set(finqa.FILE), "ref_eval")
    assert len(outcomes) >= 880 and not _wrong(outcomes)


def test_every_tatqa_derivation_gives_the_answer_in_its_scale() -> None:
    outcomes = tatqa.outcomes(_set(tatqa.FILE))
    excused = [o for o in outcomes if o.excused]
    print(f"TAT-QA dev: {sum(o.agrees for o in outcomes)}/{len(outcomes)}, gold listed as wrong: {len(excused)}")
    assert len(outcomes) >= 700 and not _wrong(outcomes) and len(excused) <= 2


def test_a_table_row_is_read_as_finqa_reads_it() -> None:
    table = [["costs", "1"], ["costs", "$ 1,200 ( a )", "800"], ["rate", "8.1%", "7.9 %"]]
    assert str(finqa.result("table_average(costs, none)", table)) == "1000.00000"
    assert str(finqa.result("table_max(rate, none)", table)) == "0.08100"
    with pytest.raises(CalculationError, match="losses"):
        finqa.result("table_sum(losses, none)", table)


@pytest.mark.parametrize(
    ("derivation", "scale", "value", "unit"),
    [
        ("30 - 20", "million", "10", "million"),
        ("(30 - 20) / 20", "million", "0.5", None),
        ("(30 + 20) / 2", "million", "25", "million"),
        ("(30 + 20 + 10) / (2019 - 2017 + 1)", "thousand", "20", "thousand"),
        ("30 / 20 - 1", "percent", "0.5", None),
        ("1.5% + 2%", "percent", "3.5", "%"),
        ("3 + (13)", "thousand", "-10", "thousand"),
        ("2 million + 500 thousand", "thousand", "2.5", "million"),
    ],
)
def test_the_scale_of_a_derivation_follows_from_its_numbers(
    derivation: str, scale: str, value: str, unit: str | None
) -> None:
    _, found = tatqa.result(derivation, scale)
    assert (found.text.split(" ")[0], found.unit) == (value, unit)


def test_an_exception_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "exceptions.csv"
    path.write_text("id,counts,reason\nx,,\n", "utf-8")
    with pytest.raises(ValueError, match="reason"):
        tatqa.exemptions(path)
