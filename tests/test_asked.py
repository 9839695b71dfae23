"""What is asked about generated accounts is answered with the truth they were printed from, or refused."""

from __future__ import annotations

import pytest

from eval import asked


@pytest.mark.parametrize("seed", [40_000, 51_000])
def test_no_question_about_a_generated_account_is_answered_wrong(seed: int) -> None:
    result = asked.run(10, seed)
    wrong = [f"{one.question}: expected {one.value} {one.unit}, got {answer.text}" for one, answer, v in result.found if v == "wrong"]
    assert not wrong
    assert result.passed and len(result.found) > 400
    assert len({one.form for one, _, _ in result.found}) >= 20


def test_a_wrong_figure_would_be_seen() -> None:
    result = asked.run(1, 40_000)
    one, answer, _ = next(found for found in result.found if found[0].value is not None)
    assert one.value is not None
    assert asked.judged(one, answer.model_copy(update={"value": f"{one.value + 1:f}"})) == "wrong"
    assert asked.judged(one, answer.model_copy(update={"unit": "%"})) == "wrong"
