"""Departments of years of their own, what texts state side by side, shares apart, and the figure before in a conversation."""

from __future__ import annotations

import pytest

from assistant import Assistant
from tests.conftest import asked


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("图书馆局2022年、方志办2023年、城管园林局2024年，公务接待费哪家最高", "2.86", "万元"),
        ("云岫图书馆局2022年本年支出合计比方志办2023年多多少", "2084.87", "万元"),
        ("2024年哪个部门机关运行经费最高", "380.03", "万元"),
        ("2024年三个云岫部门，机关运行经费加在一起是多少", "631.57", "万元"),
        ("2023年哪个部门国内公务接待人次最多 | 2024年呢", "213", "人次"),
        ("在已收录的全部部门和年份里，三公决算数最高的一笔是多少", "84.07", "万元"),
        ("图书馆局2024年项目支出占比比2022年高几个百分点", "5.96", "个百分点"),
        ("2024年图书馆局的项目支出占比比城管园林局低多少个百分点", "40.00", "个百分点"),
        ("图书馆局2023年公务用车运行维护费预算完成率比2022年低几个百分点", "1.51", "个百分点"),
        ("图书馆局2024年文化旅游体育与传媒支出占一般公共预算财政拨款支出的百分之几", "79.12", "%"),
        ("图书馆局2024年基本支出占一般公共预算财政拨款支出的百分之几", "70.79", "%"),
        ("图书馆局2024年一般公共预算财政拨款支出多少 | 剔除文化旅游体育与传媒支出这一类之后呢", "529.90", "万元"),
        ("地方志办2022年全年一共支出了多少 | 下一年比这个多花了多少钱？", "25.87", "万元"),
        ("城管局2023年公务用车购置费多少 | 这笔占他们那年三公经费合计的百分之多少", "42.13", "%"),
        ("图书馆局2024年商品和服务支出302类09款是多少", "52.60", "万元"),
        ("2023年云岫市图书馆局新馆阅览座位目标定了多少个", "1200", "个"),
        ("2023年城区道路清扫保洁项目的市民满意度做到了多少 | 那比目标线高出几个百分点？", "2.60", "个百分点"),
        ("云岫市城市管理和园林局2023年度决算超出年初预算金额最大的那一项超了多少万元？", "152.74", "万元"),
    ],
)
def test_figures_beside_each_other(samples: Assistant, question: str, value: str, unit: str) -> None:
    answer = asked(samples, question)
    assert (answer.status, answer.value, answer.unit) == ("answered", value, unit), answer.text
    assert answer.citations and answer.calculation


def test_the_years_of_their_own_are_said_with_each(samples: Assistant) -> None:
    answer = samples.ask("已收录的各部门，按各自年度的本年支出合计从高到低排名")
    assert answer.coverage and answer.coverage.found == len(answer.figures) == 4
    assert "2021年度" in answer.text and "2024年度" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "图书馆局2021年比方志办2023年的支出合计多多少",
        "城管局2024年工程类采购1342.70万 | 都是哪几个工程，每个合同多少钱？",
        "图书馆局2024年搞经营（文创店之类）进账多少 | 把经营支出扣掉，净落多少？",
        "城市照明节能改造项目2024年是哪家公司中的标？",
        "图书馆局2024年各科目平均分最低的是多少分",
        "清远政数局2021年政府性基金支出占全部支出的比重比一般公共预算低多少个百分点",
    ],
)
def test_what_is_no_such_figure_is_refused(samples: Assistant, question: str) -> None:
    answer = asked(samples, question)
    assert answer.status != "answered", answer.text


def test_the_item_furthest_over_its_budget_is_not_called_the_only_one(samples: Assistant) -> None:
    answer = samples.ask("城管园林局2024年决算超预算最多的是哪一项，超了多少")
    assert answer.value == "17.86" and "1 项" not in answer.text, answer.text


def test_rows_asked_for_by_their_number_are_still_ranked(samples: Assistant) -> None:
    answer = samples.ask("图书馆局2024年支出最大的三项是哪几项")
    assert [figure.value for figure in answer.figures] == ["1217.60", "734.09", "152.38"]
