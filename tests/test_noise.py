"""Claims about the noise: what it spoils, what it counts, and that it says so."""

from __future__ import annotations

import random
from typing import Any

from assistant import Answer, Assistant, Figure
from assistant.model import Calculation, Operand
from eval.noise import ALIKE, NOISE, OUTCOMES, Trial, lines, trials, variants
from eval.suite import questions

ASKED = "图书馆局2024年公务接待费花了多少？"


def spoilt(seed: int, question: str = ASKED) -> dict[str, str]:
    return dict(variants(question, random.Random(seed)))


def test_each_kind_of_noise_spoils_one_place_and_the_seed_decides_which() -> None:
    found = spoilt(7)
    assert set(found) == set(NOISE) and found == spoilt(7)
    assert len(found["dropped"]) == len(ASKED) - 1
    assert len(found["doubled"]) == len(found["blank"]) == len(ASKED) + 1
    assert sorted(found["swapped"]) == sorted(ASKED) and found["swapped"] != ASKED
    changed = [(a, b) for a, b in zip(ASKED, found["alike"], strict=True) if a != b]
    assert len(changed) == 1 and ALIKE[changed[0][0]] == changed[0][1]
    assert found["full-width digits"] == ASKED.replace("2024", "２０２４")
    assert len({tuple(sorted(spoilt(seed).items())) for seed in range(10)}) > 1


def test_noise_leaves_the_digits_of_years_and_codes_as_they_are() -> None:
    for seed in range(50):
        found = spoilt(seed, "二〇二三年前三项" + ASKED)
        others = [found[kind] for kind in set(NOISE) - {"full-width digits", "blank"}]
        assert all(number in spoilt for spoilt in others for number in ("2024", "二〇二三", "三")), found


def test_kind_that_changes_nothing_is_left_out() -> None:
    assert "full-width digits" not in spoilt(0, "办公费多少") and "alike" not in spoilt(0, "的")


def answer(value: str | None, unit: str = "万元", **more: Any) -> Answer:
    return Answer(**{"status": "answered", "text": "", "value": value, "unit": unit, **more})


def outcome(after: Answer, before: Answer) -> str:
    return Trial("x-1", "dropped", ASKED, ASKED[1:], before, after).outcome


def test_only_another_figure_counts_as_one() -> None:
    listed = tuple(Figure(label="x", value=value, unit="万元", citation=1) for value in ("3", "2"))
    assert outcome(answer("0.64"), answer("0.64")) == "same"
    assert outcome(answer("0.65"), answer("0.64")) == outcome(answer("0.64", "元"), answer("0.64")) == "other figure"
    assert outcome(answer("0.641"), answer("6420", "元")) == outcome(answer("1", "%"), answer("1")) == "other figure"
    assert outcome(answer("0.64"), answer(None, text="见第 3 页。")) == "other figure"
    assert outcome(answer(None, figures=listed), answer(None, figures=listed[:1])) == "other figure"
    assert outcome(answer(None, figures=listed[::-1]), answer(None, figures=listed)) == "text or parts only"
    assert outcome(answer(None, text="决算写明"), answer("0.64")) == "text or parts only"
    assert outcome(answer(None, status="refused"), answer("0.64")) == "refused or asked back"
    assert outcome(answer(None, status="clarify"), answer("0.64")) == "refused or asked back"


def test_same_amount_in_another_unit_or_rounded_is_the_same_figure() -> None:
    assert outcome(answer("6400", "元"), answer("0.64")) == outcome(answer("0.64"), answer("6400", "元")) == "same"
    assert outcome(answer("1.2573", "亿元"), answer("12572.81")) == "same"
    assert outcome(answer("79.1", "%"), answer("79.07", "%")) == "same"
    assert outcome(answer("79.2", "%"), answer("79.07", "%")) == "other figure"


def test_list_of_what_was_to_be_added_is_less_and_not_another_figure() -> None:
    operands = tuple(
        Operand(name=name, value=value, unit="万元", citation=1) for name, value in (("水", "1"), ("电", "2"))
    )
    before = answer("3", calculation=Calculation(formula="水+电", operands=operands, exact="3", rounding="", program="add(f1, f1b)"))
    figures = tuple(Figure(label=one.name, value=one.value, unit=one.unit, citation=1) for one in operands)
    assert outcome(answer(None, figures=figures), before) == "text or parts only"
    other = Figure(label="气", value="4", unit="万元", citation=1)
    assert outcome(answer(None, figures=(*figures, other)), before) == outcome(answer("2"), before) == "other figure"


def test_every_other_figure_is_listed() -> None:
    found = [Trial(f"x-{n}", "dropped", ASKED, f"spoilt {n}", answer("1"), answer(str(n))) for n in range(1, 60)]
    told = "\n".join(lines(found))
    assert all(f"spoilt {n}" in told for n in range(2, 60)) and "spoilt 1\n" not in told
    assert "| dropped | 59 | 1 | 0 | 0 | 58 |" in told and "98.31 % of 59" in told


def test_only_questions_answered_rightly_are_spoilt(samples: Assistant) -> None:
    known = [one for one in questions("samples") if one["id"] in ("samples-001", "samples-093", "samples-113")]
    wrong = {**known[0], "id": "samples-x", "value": "1"}
    found = list(trials(samples, [*known, wrong], seed=1))
    assert {trial.id for trial in found} == {"samples-001"} and {trial.kind for trial in found} == set(NOISE)
    assert all(trial.outcome in OUTCOMES for trial in found)


def test_a_name_that_stays_unknown_when_it_is_put_right_is_refused(samples: Assistant) -> None:
    """图书管局 is put right once: what is then still nobody's name is not put right again and again."""
    answer = samples.ask("2023年来岫云图书管局的外宾有多少人次，")
    assert (answer.status, answer.reason) == ("refused", "department")
