"""Claims about shares, completion rates and changes of many departments, and about what limits them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant import Answer, Assistant
from assistant.calculator import evaluate, parse, quantity
from assistant.departments import Departments
from assistant.sounds import sounds_alike


def _values(answer: Answer) -> list[Decimal]:
    return [Decimal(figure.value or "") for figure in answer.figures]


def test_each_departments_share_is_what_it_answers_when_asked_alone(samples: Assistant) -> None:
    answer = samples.ask("2023年各部门项目支出占本年支出的比重从高到低排列")
    assert answer.status == "answered" and len(answer.figures) == 3 and _values(answer) == sorted(_values(answer))[::-1]
    for figure in answer.figures:
        alone = samples.ask(f"{figure.label}2023年项目支出占本年支出的比重是多少？")
        assert (alone.value, alone.unit) == (figure.value, figure.unit)


def test_a_ratio_is_computed_from_two_cited_figures_each(samples: Assistant) -> None:
    answer = samples.ask("2024年哪个部门三公经费完成率最低？")
    assert answer.calculation is not None and len(answer.calculation.operands) % 2 == 0
    given = {
        figure.ref: quantity(figure.value, figure.unit)
        for figure in (*answer.calculation.operands, *answer.calculation.compared)
    }
    rows = evaluate(parse(answer.calculation.program), given).rows
    assert answer.value is not None and Decimal(answer.value) == rows[0].quantity.value


def test_a_decrease_is_told_as_a_decrease(samples: Assistant) -> None:
    answer = samples.ask("2024年哪个部门的公务接待费增长最快？")
    assert answer.value == "-19.89" and "下降 19.89%" in answer.text and "-19" not in answer.text


def test_departments_over_a_limit_are_counted_and_listed(samples: Assistant) -> None:
    answer = samples.ask("2024年项目支出占本年支出不低于32%的部门有哪些？")
    assert (answer.value, answer.unit, len(answer.figures)) == ("2", "个", 2)
    assert all(value >= 32 for value in _values(answer))


@pytest.mark.parametrize(
    "question",
    ["2023年上半年哪个部门的办公费最高？", "各部门2024年付给甲公司的办公费排名", "2023年下半年各部门项目支出占比排名"],
)
def test_a_qualifier_that_accounts_do_not_tell_refuses_a_comparison(samples: Assistant, question: str) -> None:
    answer = samples.ask(question)
    assert (answer.status, answer.reason) == ("refused", "item")


def test_a_sound_alike_character_in_a_departments_name_is_put_right_and_said(samples: Assistant) -> None:
    answer = samples.ask("云岫市城市管理和圆林局2024年办公费是多少？")
    assert answer.value == "38.64" and any("圆林局" in note and "园林局" in note for note in answer.notes)


def test_another_department_is_not_taken_for_a_mistyped_one(samples: Assistant) -> None:
    loaded = Departments(samples.library.accounts)
    assert loaded.mistyped("云岫市城市管理和圆林局2024年办公费") is not None
    for other in ("云岫市城市管理和农林局2024年办公费", "云岫市图书馆", "碧溪市城市规划局"):
        assert loaded.mistyped(other) is None
    assert sounds_alike("税", "水") and not sounds_alike("税", "水", tone=True)


def test_a_bracketed_name_says_what_the_words_before_it_mean(samples: Assistant) -> None:
    answer = samples.ask("图书馆局2023年给大楼做保洁保安的钱（物业管理费）是多少？")
    assert (answer.status, answer.value) == ("answered", "52.29")


def test_a_quoted_name_does_not_hide_who_was_paid(samples: Assistant) -> None:
    answer = samples.ask("图书馆局2023年付给甲公司的“物业管理费”是多少？")
    assert (answer.status, answer.reason) == ("refused", "item")


def test_last_years_figure_is_given_only_where_it_is_asked_for_from_the_next_account(samples: Assistant) -> None:
    plain = samples.ask("图书馆局2021年公务接待费是多少？")
    assert (plain.status, plain.reason) == ("refused", "year") and "2022" in plain.text
    turned = samples.ask("图书馆局2021年公务接待费是多少？从2022年决算倒推")
    assert turned.value == "1.24" and any("2021" in note for note in turned.notes)


def test_a_comparison_may_go_on_from_the_figure_before(samples: Assistant) -> None:
    answer = samples.ask("它比水费多多少？", ["图书馆局2023年电费是多少？"])
    assert answer.value == "34.48" and answer.calculation is not None
    assert answer.calculation.program.startswith("round(abs(subtract(") or "subtract(" in answer.calculation.program
