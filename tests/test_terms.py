"""Calculations with numbers that the text states, and items understood by what the text says they are spent on."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from assistant import Assistant
from assistant.answering.asked import kinds_asked
from assistant.guard import unaccounted

PARKS, LIBRARY, CHRONICLE = "云岫市城市管理和园林局", "云岫市图书馆事业管理局", "云岫市地方志办公室"


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        (f"{LIBRARY}2024年政府采购合同中，服务类占多大比重？", "54.25", "%"),
        (f"{LIBRARY}2024年由中小企业承接的采购合同里，小微企业拿走了百分之多少？", "46.91", "%"),
        (f"{PARKS}2024年改造路灯离目标还差多少盏？", "94", "盏"),
        (f"{PARKS}2024年改造路灯完成目标的百分之几", "97.06", "%"),
        (f"{PARKS}2024年亮灯率比目标高几个百分点", "0.90", "个百分点"),
        (f"{PARKS}2024年货物采购和服务采购一共多少钱？", "2656.07", "万元"),
        (f"{PARKS}2024年服务采购是工程采购的几倍", "1.86", "倍"),
        (f"{PARKS}2024年工程采购占项目支出的百分之几", "15.35", "%"),
        (f"{PARKS}2022年平均每批接待多少人？", "8.97", "人次"),
        (f"{PARKS}2024年政府采购总额同比增加了多少万元？", "233.96", "万元"),
        (f"{LIBRARY}2023年新馆开办项目比预算少花多少", "1.28", "万元"),
        (f"{LIBRARY}2024年经营收入减掉经营支出还剩多少？", "11.29", "万元"),
        (f"{LIBRARY}2024年末结转和结余较年初增加了多少万元？", "15.63", "万元"),
        (f"{PARKS}2022、2023、2024三年机关运行经费平均一年多少", "371.15", "万元"),
        (f"{CHRONICLE}2022至2024年差旅费平均每年多少", "0.87", "万元"),
        (f"{PARKS}2024年改造路灯数量目标值和实际差多少", "94", "盏"),
        (f"{PARKS}2024年货物采购和服务采购相差多少万元", "2338.23", "万元"),
        (f"{LIBRARY}2023年新馆开办项目预算与实际支出相差多少", "1.28", "万元"),
        (f"{PARKS}2024年百分之多少的政府采购是服务", "62.45", "%"),
    ],
)  # fmt: skip
def test_stated_numbers_are_calculated_with(samples: Assistant, question: str, value: str, unit: str) -> None:
    answer = samples.ask(question)
    assert (answer.status, answer.value, answer.unit) == ("answered", value, unit), answer.text
    assert answer.calculation is not None and answer.citations


@pytest.mark.parametrize(
    "question",
    [
        f"{PARKS}2024年改造公厕离目标还差多少座？",  # no such target
        f"{LIBRARY}2024年政府采购合同中，绿化类占多大比重？",
        f"{PARKS}2024年平均每批培训多少人",
        f"{PARKS}2024年采购里给中小企业以外的有多少",
        f"{LIBRARY}2024年到馆读者的满意度是百分之多少",  # the account tells 居民满意度
        f"{LIBRARY}2024年读书节花了多少钱",  # one of three things that an item is spent on
        f"{PARKS}2024年老城区和新城区的亮灯率各是多少",
        f"{PARKS}2023年公务接待费平均下来是多少人次",
    ],
)
def test_a_term_that_is_not_stated_is_refused(samples: Assistant, question: str) -> None:
    answer = samples.ask(question)
    assert answer.status == "refused", answer.text


def test_two_parts_of_one_sentence_add_up(samples: Assistant) -> None:
    """Shares of all the stated parts of procurement come to the whole."""
    shares = [samples.ask(f"{PARKS}2024年政府采购总额中，{part}占多大比重？").value for part in ("货物", "工程", "服务")]
    assert sum(Decimal(share or "0") for share in shares) == Decimal(100)


@pytest.mark.parametrize(
    ("question", "item", "value"),
    [
        (f"{PARKS}2024年给退休干部发补贴、搞活动用了多少钱", "行政单位离退休", "146.92"),
        (f"{LIBRARY}2024年志愿者服务和馆际交流用了多少钱", "其他文化和旅游支出", "29.48"),
        (f"{PARKS}2024年扫马路、收垃圾、管公厕花了多少", "城乡社区环境卫生", "2318.94"),
    ],
)
def test_an_item_is_understood_by_all_that_it_is_spent_on(samples: Assistant, question: str, item: str, value: str) -> None:
    answer = samples.ask(question)
    assert answer.value == value and item in answer.text
    assert any(item in note and "[" in note for note in answer.notes), "the reading is said"
    assert any((citation.quote and "用于" in citation.quote) or "用途" in (citation.quote or "") for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        (f"{PARKS}2024年单灯年节电率达标了吗", "confirmed"),
        (f"{PARKS}2024年改造路灯完成目标了吗", "refuted"),
        (f"{LIBRARY}2023年新购书架完成目标了吗", "confirmed"),  # just met
        (f"{CHRONICLE}2024年《云岫市志》续修没有突破年度预算，对不对？", "refuted"),
        (f"核实一下：{LIBRARY}2023年政府采购有95%以上给了中小企业", "refuted"),
        (f"网上说{PARKS}2024年三公经费比上一年砍掉了四成七以上，属实吗", "confirmed"),
    ],
)
def test_claims_on_targets_budgets_and_shares(samples: Assistant, question: str, verdict: str) -> None:
    assert samples.ask(question).verdict == verdict


def test_the_kind_of_number_that_is_asked_for() -> None:
    assert kinds_asked("有多少人次") == {"counted"} and kinds_asked("百分之几") == {"rate"}
    assert kinds_asked("花了多少") == {"money"} and kinds_asked("接待了多少批次，花了多少钱") == {"counted", "money"}
    assert kinds_asked("公务接待费是多少") == {"money"} and kinds_asked("公务接待情况") == frozenset()


def test_items_without_a_budget_at_the_start_of_the_year(samples: Assistant) -> None:
    answer = samples.ask(f"{PARKS}2023年有哪些项年初没安排预算、年中才追加的？加起来多少万？")
    assert answer.value == "86.08" and {figure.label for figure in answer.figures} == {"大气", "死亡抚恤"}
    assert not unaccounted(answer, ("2023",))


def test_a_growth_in_a_conversation_starts_from_the_year_asked_for(samples: Assistant) -> None:
    answer = samples.ask("涨了百分之几", [f"{LIBRARY}2022年退休费是多少", "2024年呢"])
    assert answer.value == "8.92", answer.text


def test_a_refusal_quotes_the_sentence_that_comes_nearest(samples: Assistant) -> None:
    answer = samples.ask(f"{PARKS}2022年绿地认养收入是多少")
    assert answer.status == "refused" and any("“" in note and "[" in note for note in answer.notes)


@pytest.mark.parametrize("unit", ["元", "万元", "千元"])
def test_all_numbers_of_an_answer_are_in_the_unit_that_it_says(samples: Assistant, unit: str) -> None:
    answer = samples.ask(f"{PARKS}2024年政府采购里货物比工程少多少{unit}")
    assert answer.unit == unit and answer.value is not None
    told = [Decimal(number.replace(",", "")) for number in re.findall(rf"([\d,]+(?:\.\d+)?) {unit}", answer.text)]
    assert len(told) == 3 and abs(told[0] - told[1]) == told[2] == Decimal(answer.value)


def test_the_guard_finds_an_amount_in_another_unit(samples: Assistant) -> None:
    answer = samples.ask(f"{PARKS}2024年政府采购里货物比工程少多少元")
    turned = answer.model_copy(update={"text": answer.text.replace(f"{Decimal(answer.value or 0):,f} 元", f"{Decimal(answer.value or 0):,f} 万元")})
    assert turned.text != answer.text and not unaccounted(answer, ("2024",))
    assert unaccounted(turned, ("2024",))


def test_the_average_of_a_project_and_the_budget_of_a_longer_name(real: Assistant) -> None:
    average = real.ask("普陀区生态环境局2025年绩效自评的项目平均每个项目涉及预算多少")
    assert (average.value, average.unit) == ("48.36", "万元")
    completion = real.ask("普陀区生态环境局2025年职业年金缴费的年初预算完成率")
    reserved = real.ask("普陀区生态环境局2025年政府采购里面向小微企业的占多少比例？")
    assert reserved.status == "refused", "what the budget reserves is no part of what was contracted"
    assert completion.value == "90.80" and any("机关事业单位职业年金缴费支出" in note for note in completion.notes)
