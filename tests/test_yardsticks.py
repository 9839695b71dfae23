"""The outside yardsticks keep what was reached: RETQA's right table, IM-TQA's cells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from eval.conformance import folder
from eval.yardsticks import Measure, Outcome, __main__, imtqa, retqa


def _sets(file: Path) -> Path:
    if not (folder() / file).exists():
        if os.environ.get("JUESUAN_REQUIRE_REAL"):
            pytest.fail(f"the public set {file} is required here and is missing")
        pytest.skip(f"the public set {file} is not part of the project and not on this machine")
    return folder()


def _kept(outcome: Outcome) -> None:
    print([(measure.name, round(measure.share, 3)) for measure in outcome.measures])
    assert all(measure.holds for measure in outcome.measures)
    assert outcome.milliseconds < 50


def test_the_right_one_of_thousands_of_tables_is_found() -> None:
    outcome = retqa.outcome(_sets(retqa.QUESTIONS), baseline=False)
    assert outcome.measures[0].of == 4120
    _kept(outcome)


def test_the_cells_of_unmarked_tables_are_found() -> None:
    outcome = imtqa.outcome(_sets(imtqa.FOLDER / "dev_questions.jsonl"))
    assert outcome.measures[-1].of == 464
    _kept(outcome)


def test_a_share_below_its_floor_does_not_hold() -> None:
    assert Measure("x", 9, 10, 0.9).holds and Measure("x", 0, 10).holds
    assert not Measure("x", 8, 10, 0.9).holds and not Measure("x", 0, 0, 0.1).holds


def test_a_number_below_its_floor_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUESUAN_BENCHMARKS", str(tmp_path))
    assert __main__.main(["retqa"]) == 2 and "JUESUAN_BENCHMARKS" in capsys.readouterr().out
    assert __main__.main(["others"]) == 2 and "expected retqa or imtqa, got others" in capsys.readouterr().out
    (tmp_path / "there").touch()
    for right, status in ((7, 1), (9, 0)):
        outcome = Outcome("RETQA", (Measure("hit@1", right, 10, 0.8),), 1.0)
        monkeypatch.setitem(__main__.YARDSTICKS, "retqa", (Path("there"), lambda _, outcome=outcome: outcome))
        assert __main__.main(["retqa"]) == status
