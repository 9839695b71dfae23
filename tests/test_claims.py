"""Claims about verification: what a question claims is recomputed, confirmed or refuted, and never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant import Assistant
from assistant.planning.claims import find_claim


@pytest.mark.parametrize(
    ("question", "value", "unit", "relation", "inner"),
    [
        ("报道说公务接待费花了3万元，对吗？", "3", "万元", "equal", "公务接待费花了多少万元"),
        ("网传公务接待费超过三万块，是真的吗", "3", "万元", "more", "公务接待费多少万元"),
        ("基本支出占本年支出的七成，对不对", "70", "%", "about", "基本支出占本年支出的百分之多少"),
        ("住房公积金是不是两百多万", "200", "万元", "between", "住房公积金多少万元"),
        ("公务用车有5辆，对吗", "5", "辆", "equal", "公务用车有多少辆"),
        ("公务接待费不超过1.5万元，属实吗", "1.5", "万元", "at-most", "公务接待费多少万元"),
        ("接通率达到98%了吗", "98", "%", "at-least", "接通率百分之多少"),
    ],
)
def test_a_claim_is_found_with_the_question_that_decides_it(
    question: str, value: str, unit: str, relation: str, inner: str
) -> None:
    found = find_claim(question)
    assert found
    assert (found.claim.value, found.claim.unit, found.claim.relation, found.question) == (value, unit, relation, inner)


@pytest.mark.parametrize("question", ["公务接待费是多少？", "有没有公务接待费", "超过100万元的支出有哪些", "为什么增加了3万元？"])
def test_other_questions_hold_no_claim(question: str) -> None:
    assert find_claim(question) is None


_WHO = "云岫市图书馆事业管理局2023年"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        (f"有人说{_WHO}物业管理费是52.29万元，对吗？", "confirmed"),
        (f"有人说{_WHO}物业管理费是522900元，对吗？", "confirmed"),
        (f"有人说{_WHO}物业管理费是52.3万元，对吗？", "confirmed"),  # rounded
        (f"有人说{_WHO}物业管理费是52.92万元，对吗？", "refuted"),
        (f"有人说{_WHO}物业管理费是52.29元，对吗？", "refuted"),
        (f"{_WHO}物业管理费超过50万元了吗？", "confirmed"),
        (f"{_WHO}物业管理费没有超过50万元吧？", "refuted"),
        (f"{_WHO}物业管理费是不是五十多万", "confirmed"),
        (f"{_WHO}物业管理费是不是四十多万", "refuted"),
    ],
)
def test_a_claim_is_confirmed_or_refuted_with_the_figure(samples: Assistant, question: str, verdict: str) -> None:
    answer = samples.ask(question)
    assert (answer.status, answer.verdict) == ("answered", verdict), answer.text
    assert answer.citations and answer.calculation


def test_a_claim_on_what_is_not_printed_is_neither_confirmed_nor_refuted(samples: Assistant) -> None:
    answer = samples.ask("有人说云岫市地方志办公室2024年公务接待费花了3万元，对吗？")
    assert (answer.status, answer.verdict) == ("refused", None)


def test_a_claimed_direction_is_compared_with_the_change(samples: Assistant) -> None:
    grown = samples.ask("云岫市城市管理和园林局2023年的三公经费比2022年多吗？")
    fallen = samples.ask("云岫市城市管理和园林局2024年的三公经费比2023年多吗？")
    assert (grown.verdict, fallen.verdict) == ("confirmed", "refuted")


def test_an_amount_in_numerals_is_the_amount_in_digits(samples: Assistant) -> None:
    digits, numerals = (samples.ask(f"{_WHO}支出超过{amount}万元的有几项？") for amount in ("300", "三百"))
    assert digits.status == "answered" and digits.value == numerals.value


def test_an_amount_is_not_taken_for_a_code(samples: Assistant) -> None:
    assert samples.ask(f"{_WHO}有哪些支出超过208万元？").plan.form == "filter"  # type: ignore[union-attr]


def test_the_first_rows_are_added_before_their_share_is_taken(samples: Assistant) -> None:
    top = samples.ask(f"{_WHO}支出前三名是什么？")
    share = samples.ask(f"{_WHO}前三大支出占本年支出的比例是多少？")
    assert share.calculation and [f.value for f in top.figures] == [o.value for o in share.calculation.operands[:3]]


def test_nothing_is_a_share_of_itself(samples: Assistant) -> None:
    assert samples.ask(f"{_WHO}本年支出占本年支出的比重是多少？").status == "refused"


def test_items_above_their_budget_are_those_whose_stated_figures_say_so(samples: Assistant) -> None:
    above = samples.ask("云岫市城市管理和园林局2024年哪些科目超预算了？")
    below = samples.ask("云岫市城市管理和园林局2024年哪些科目决算低于预算？")
    for answer, sign in ((above, 1), (below, -1)):
        assert answer.status == "answered" and answer.calculation
        operands = [Decimal(operand.value) for operand in answer.calculation.operands]
        for actual, budget, figure in zip(operands[::2], operands[1::2], answer.figures, strict=True):
            assert actual - budget == sign * Decimal(figure.value or "0") and figure.value != "0"
    names = [figure.label for figure in (*above.figures, *below.figures)]
    assert names and len(set(names)) == len(names)


def test_a_code_asked_for_its_amount_is_a_code(samples: Assistant) -> None:
    assert samples.ask(f"{_WHO}2210201多少钱？").value == samples.ask(f"{_WHO}住房公积金多少钱？").value


def test_economic_subjects_are_counted_in_the_table_of_economic_subjects(samples: Assistant) -> None:
    answer = samples.ask(f"{_WHO}支出超过100万元的经济科目有几个？")
    assert answer.status == "answered" and {citation.kind for citation in answer.citations} == {"T6"}


@pytest.mark.parametrize(
    "question",
    [
        "云岫市图书馆事业管理局2023年上半年的物业管理费是多少？",
        "云岫市图书馆事业管理局2023年9月份的物业管理费",
        "云岫市图书馆事业管理局2023年付给保洁公司的物业管理费是多少？",
        "云岫市图书馆事业管理局2023年女职工的基本工资",
        "云岫市图书馆事业管理局少儿分馆2023年的物业管理费是多少",
        "云岫市图书馆事业管理局2023年公务接待费里的酒水花了多少",
        "云岫市图书馆事业管理局2023年办公费、卬刷设备费和邮电费加起来多少",
        "云岫市图书馆事业管理局2023年谁的叉车费最高",
    ],
)
def test_an_item_with_a_qualifier_that_nobody_knows_is_not_the_whole_item(samples: Assistant, question: str) -> None:
    answer = samples.ask(question)
    assert answer.status == "refused" and answer.value is None, answer.text


@pytest.mark.parametrize(
    "question",
    [
        "张三在云岫市图书馆事业管理局2023年领了多少津贴补贴",
        "云岫市图书馆事业管理局2023年国内邮寄部分的邮电费是多少",
    ],
)
def test_a_person_or_a_part_of_the_country_is_not_dropped_from_a_question(samples: Assistant, question: str) -> None:
    answer = samples.ask(question)
    assert answer.status == "refused" and answer.value is None, answer.text
    assert samples.ask("云岫市图书馆事业管理局2023年国内公务接待多少批次？").status == "answered"


def test_a_reason_that_speaks_of_another_figure_says_so(samples: Assistant) -> None:
    whole = samples.ask(f"{_WHO}图书馆支出是多少？")
    general = samples.ask(f"{_WHO}一般公共预算财政拨款的“图书馆”支出是多少？")
    assert whole.value != general.value
    joined = samples.ask(f"{_WHO}“图书馆”科目支出多少？为什么比预算少？")
    assert joined.value == whole.value and any(note.startswith("所引的原因") for note in joined.notes)
