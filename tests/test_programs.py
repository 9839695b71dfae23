"""What an answer states is what its program comes to, and the guard computes that again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from assistant import Answer, Assistant
from assistant.answering.working import Asked, in_unit, referenced, work
from assistant.calculator import CalculationError, Quantity, call, evaluate, parse, print_program, quantity
from assistant.guard import unaccounted
from assistant.model import Calculation, Citation, Operand
from eval.suite import questions

PARK = "城市管理和园林局"


@pytest.fixture(scope="module")
def answered(samples: Assistant) -> list[tuple[str, Answer]]:
    """All known questions over the sample accounts, with their answers."""
    asked = ((question["id"], question.get("chat") or [question["q"]]) for question in questions("samples"))
    return [(name, samples.ask(turns[-1], turns[:-1])) for name, turns in asked]


def _calculated(answered: list[tuple[str, Answer]]) -> Iterator[tuple[str, Answer, Calculation]]:
    for name, answer in answered:
        if answer.status == "answered" and answer.calculation:
            yield name, answer, answer.calculation


def test_the_program_of_every_answer_comes_to_what_is_shown(answered: list[tuple[str, Answer]]) -> None:
    seen = 0
    for name, answer, calculation in _calculated(answered):
        program = parse(calculation.program)
        assert print_program(program) == calculation.program, name
        given = {o.ref: quantity(o.value, o.unit) for o in (*calculation.operands, *calculation.compared)}
        done = evaluate(program, given)
        if answer.value is not None:
            last = done.value if isinstance(done.value, Quantity) else done.rows[0].quantity
            assert last.value == Fraction(answer.value), name
            counted = {last.unit, answer.unit} <= {"项", "个"}  # rows, departments
            points = (last.unit, answer.unit) == ("%", "个百分点")  # what is left of two rates
            assert counted or points or (last.unit or "").partition("/")[0] == (answer.unit or ""), name
        elif isinstance(done.value, tuple):
            shown = [Fraction(figure.value) for figure in answer.figures if figure.value is not None]
            assert [row.quantity.value for row in done.rows] == shown, name
        seen += 1
    assert seen >= 60


def test_every_operand_is_cited_and_every_answer_with_a_value_has_a_program(
    answered: list[tuple[str, Answer]],
) -> None:
    for name, answer in answered:
        if answer.status == "answered" and answer.value not in (None, "0"):
            assert answer.calculation and answer.calculation.program, name
    for name, answer, calculation in _calculated(answered):
        cited = {citation.id for citation in answer.citations}
        assert {operand.citation for operand in calculation.operands} <= cited, name
        assert len({operand.ref for operand in calculation.operands}) == len(set(calculation.operands)), name


def test_a_changed_figure_is_refused_by_the_guard(samples: Assistant) -> None:
    answer = samples.ask(f"{PARK}2024年公务接待费完成预算的百分之多少？")
    names = (f"{PARK}2024", "2023")
    assert answer.value and answer.calculation and not unaccounted(answer, names)
    wrong = str(Decimal(answer.value) + 1)
    changed = answer.model_copy(update={"value": wrong, "text": answer.text.replace(answer.value, wrong)})
    assert wrong in unaccounted(changed, names)
    assert answer.value in unaccounted(answer.model_copy(update={"unit": "万元"}), names)


@pytest.mark.parametrize(
    "changes",
    [
        {"program": "round(share(f1, f9), 2)"},
        {"program": "round(share(f1, f1), 2)"},
        {"program": "share("},
        {"program": "greater(f1, f2)"},
    ],
)
def test_a_program_that_does_not_fit_its_operands_is_refused(samples: Assistant, changes: dict[str, str]) -> None:
    answer = samples.ask(f"{PARK}2024年公务接待费完成预算的百分之多少？")
    assert answer.calculation
    other = answer.calculation.model_copy(update=changes)
    assert unaccounted(answer.model_copy(update={"calculation": other}), (f"{PARK}2024", "2023"))


def test_an_operand_that_its_citation_does_not_state_is_refused() -> None:
    cited = Citation(id=1, document="d", sha256="0", text="2.86", value="2.86", unit="万元")
    operand = Operand(name="公务接待费", value="2.96", unit="万元", citation=1, ref="f1")
    calculation = Calculation(formula="", operands=(operand,), exact="2.96", rounding="", program="f1")
    answer = Answer(
        status="answered", text="2.96 万元", value="2.96", unit="万元", calculation=calculation, citations=(cited,)
    )
    assert "2.96" in unaccounted(answer)


def test_the_largest_is_taken_from_all_rows_and_the_others_are_kept(samples: Assistant) -> None:
    answer = samples.ask(f"{PARK}2024年基本支出明细中最大的三项是什么？")
    calculation = answer.calculation
    assert calculation and len(calculation.operands) == 3 and calculation.compared
    least = min(Decimal(operand.value) for operand in calculation.operands)
    assert all(Decimal(row.value) <= least and row.page for row in calculation.compared)


def test_the_share_of_the_first_rows_is_taken_from_all_rows(samples: Assistant) -> None:
    answer = samples.ask(f"{PARK}2024年支出最大的三项合计占总支出的百分之几？")
    calculation = answer.calculation
    assert calculation and calculation.program.startswith("round(share(sum(top(3, ") and len(calculation.operands) == 4
    taken = sorted(Decimal(operand.value) for operand in calculation.operands)[:3]
    assert calculation.compared and all(Decimal(row.value) <= taken[0] for row in calculation.compared)


def test_how_many_there_are_is_counted_by_the_program(samples: Assistant) -> None:
    some = samples.ask(f"{PARK}2024年超过100万元的支出有几项？")
    none = samples.ask(f"{PARK}2024年超过100000万元的支出有几项？")
    assert some.calculation and some.calculation.program.startswith("rank(filter(above, 100万元, ")
    assert some.calculation.program.endswith(", count(#0)")
    assert some.value == str(len(some.figures)) and some.unit == "项"
    assert (none.value, none.unit) == ("0", "项") and none.calculation and len(none.calculation.compared) > 10


def test_the_unit_asked_for_is_part_of_the_program(samples: Assistant) -> None:
    answer = samples.ask(f"{PARK}2024年公务接待费比公务用车运行维护费少多少元？")
    assert (answer.value, answer.unit) == ("385100", "元") and answer.calculation
    assert answer.calculation.program == "convert(f1, 元), convert(f3, 元), abs(convert(subtract(f1, f3), 元))"
    assert "28,600 元" in answer.text and "413,700 元" in answer.text


def test_growth_is_shown_in_the_unit_asked_for(samples: Assistant) -> None:
    answer = samples.ask(f"{PARK}2024年公务接待费比2023年变化多少元？")
    assert (answer.value, answer.unit) == ("7100", "元") and "28,600 元" in answer.text and "19.89%" in answer.text


def _operand(value: str, unit: str | None, citation: int = 1) -> Operand:
    return Operand(name=value, value=value, unit=unit, citation=citation)


def test_figures_of_one_sentence_have_references_of_their_own() -> None:
    first, second, third = _operand("3", "万元"), _operand("2", "万元"), _operand("1", "万元", 2)
    assert [operand.ref for operand in referenced([first, second, third, first])] == ["f1", "f1b", "f2", "f1"]


def test_tables_in_different_units_are_calculated_with_each_other() -> None:
    operands = [_operand("3.00", "万元"), _operand("20000", "元", 2)]
    share = work("share", operands, 2, Asked(), alike="万元")
    assert (share.shown, share.unit) == (Decimal("150.00"), "%")
    assert share.calculation("").program == "convert(f2, 万元), share(f1, f2)"
    assert in_unit(Decimal(20000), "元", "万元") == Decimal(2) and in_unit(Decimal(5), "人", "万元") == 5


def test_what_does_not_go_together_is_not_calculated() -> None:
    with pytest.raises(CalculationError, match="单位不同"):
        work("subtract", [_operand("3", "万元"), _operand("2", "人", 2)], 2, Asked())


def test_only_the_last_step_is_rounded_and_the_unrounded_result_is_kept() -> None:
    working = work(
        lambda part, whole: call("share", part, whole), [_operand("1", "万元"), _operand("3", "万元", 2)], 2, Asked()
    )
    calculation = working.calculation("")
    assert calculation.exact == "33.3333333333…" and calculation.rounding == "四舍五入到小数点后 2 位"
    assert [step.value for step in calculation.steps] == ["33.3333333333…", "33.33"]
