"""What a question wants to know, and that a sentence on the same matter is no answer to it."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.sought import has_asked, kinds, may_hold, sought


def test_kinds_know_the_sentences_that_tell_them() -> None:
    assert {kind.name for kind in kinds()} >= {"reason", "purpose", "problem", "place", "person", "time"}
    reason = sought("为什么比上年少了？")
    assert reason is not None and reason.told("主要原因：人员减少。", "") and not reason.told("年初预算为3.00万元。", "")
    assert sought("公务用车有多少辆？") is None


def test_words_of_the_question_tell_nothing() -> None:
    purpose = sought("应急保障用车用在什么地方")
    assert purpose is not None and not purpose.told("应急保障用车2辆。", "应急保障用车用在什么地方")
    assert purpose.told("应急保障用车2辆，用于防汛。", "应急保障用车用在什么地方")


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("出国交流的团去了哪个国家？", "恢复馆际出国交流。", False),
        ("出国交流的团去了哪个国家？", "前往某国家图书馆交流。", True),
        ("发了多少份问卷？", "满意度93.80%。", False),
        ("发了多少份问卷？", "共发放问卷300份。", True),
        ("公司叫什么名字？", "外包服务由公司承担。", False),
        ("重复来电占多少？", "全年来电很多。", False),
        ("三个科室叫什么名字？", "内设综合科、编纂科。", True),
        ("改造的路灯在哪些路段", "改造路灯3106盏。", False),
        ("志书什么时候出版", "出版时限的完成值为10月。", True),
        ("志书什么时候出版", "印刷册数为1500册。", False),
        ("话务员流失率是多少", "话务员满意率为98%。", False),
        ("话务员满意率是多少", "话务员满意率为98%。", True),
        ("36.80万元工程采购是什么工程", "货物采购168.25万元、工程采购36.80万元。", False),
        ("36.80万元工程采购是什么工程", "工程采购36.80万元，为屋面防水工程。", True),
        ("监测站搬迁的原因", "监测站的决算数大于预算数的主要原因：新进人员。", False),
        ("监测站支出增加的原因", "监测站的决算数大于预算数的主要原因：新进人员。", True),
        ("石墩拆了没有", "协调解决了石墩设置问题。", False),
        ("区里债务余额", "建立债务管理机制。", False),
        ("谁调查的满意度", "满意度为98%。", False),
    ],
)  # fmt: skip
def test_what_is_asked_for_must_stand_in_the_answer(question: str, text: str, answers: bool) -> None:
    assert has_asked(question, text) is answers


@pytest.mark.parametrize(
    ("question", "holds"),
    [("下属单位有哪些", True), ("有几个下属单位", True), ("下属单位的地址", False), ("下属单位有多少在编人员", False), ("下属单位的所长", False)],
)
def test_a_section_holds_only_what_it_lists(question: str, holds: bool) -> None:
    assert may_hold(question, "纳入决算的单位包括：本级；养护中心；照明所。") is holds


@pytest.mark.parametrize(
    "question",
    [
        "图书馆局2024年职工培训去了哪里", "图书馆局2024年印刷费付给了哪家公司", "图书馆局2024年劳务费付给谁",
        "图书馆局2024年购房补贴什么时候发的", "图书馆局2024年退休人员有多少位", "图书馆局2024年办公设备折旧多少",
        "图书馆局2022年电费单价是多少", "图书馆局2022年印刷费涨价了没有", "图书馆局2023年上级补助收入是哪个部门给的",
        "图书馆局2024年维修费修了什么", "图书馆局2024年事业收入主要来自哪里", "图书馆局2024年住房公积金缴存比例是多少",
        "图书馆局2024年伙食费每人每天多少", "图书馆局2023年数据库采购合同签了几年",
    ],
)  # fmt: skip
def test_an_amount_is_no_answer_to_another_question_about_its_item(samples: Assistant, question: str) -> None:
    answer = samples.ask(question)
    assert (answer.status, answer.value) == ("refused", None)


@pytest.mark.parametrize("question", ["钱都花到哪儿去了", "支出主要花在哪里", "支出构成", "主要支出是什么", "支出分哪几类"])
def test_where_all_the_money_went(samples: Assistant, question: str) -> None:
    answer = samples.ask(f"图书馆局2024年{question}")
    assert [figure.value for figure in answer.figures] == ["6.40", "2182.76", "287.20", "66.84", "169.46"]


@pytest.mark.parametrize("question", ["收入从哪里来", "的钱从哪来的", "收入构成", "收入来源有哪些", "主要收入是什么"])
def test_where_all_the_money_came_from(samples: Assistant, question: str) -> None:
    answer = samples.ask(f"图书馆局2024年{question}")
    assert [figure.value for figure in answer.figures] == ["2532.15", "15.00", "104.37", "70.05", "9.87"]


@pytest.mark.parametrize("question", ["从哪里拿到的钱最多", "从什么渠道得到的资金最多"])
def test_what_most_money_came_from_is_no_expenditure(samples: Assistant, question: str) -> None:
    answer = samples.ask(f"图书馆局2024年{question}")
    assert answer.value == "2532.15" and {citation.column for citation in answer.citations} == {"收入/决算数"}
