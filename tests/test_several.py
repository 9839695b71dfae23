"""Several numbers asked for at once, what goes on from numbers told before, and what is not told by what is near it."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.answering.working import joined
from assistant.calculator import evaluate, parse, quantity
from assistant.guard import unaccounted
from assistant.planning.parts import parts_of
from assistant.sought import has_asked, is_cause, is_unnamed
from tests.conftest import asked


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("图书馆局2024年国内接待了几批、几人，花了多少钱？", 3),
        ("图书馆局2024年，公务接待费预算多少，决算多少，完成率呢？", 3),
        ("图书馆局2024年三公经费多少？", 0),
        ("清远政数局2021年财政拨款收入由哪几类资金组成，各多少", 0),
        ("图书馆局2024年水费、电费和物业费一共多少", 0),
        ("图书馆局2024年国内接待了几批几人，花了多少钱", 3),
    ],
)
def test_a_question_is_cut_where_another_number_is_asked_for(question: str, parts: int) -> None:
    assert len(parts_of(question)) == parts, parts_of(question)


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("图书馆局2024年国内接待了几批？来了多少人？花了多少钱？", [("8", "批次"), ("57", "人次"), ("0.64", "万元")]),
        ("图书馆局2024年办公费多少？印刷费比水费多多少？", [("18.75", "万元"), ("2.42", "万元")]),
        ("图书馆局2024年基本支出占比多少，项目支出占比多少？", [("67.52", "%"), ("30.31", "%")]),
        (
            "图书馆局2024年一般公共预算里“文化活动”这一项：它超出年初预算多少万元，超了百分之几？",
            [("7.64", "万元"), ("7.28", "%")],
        ),
    ],
)
def test_each_number_asked_for_is_told(samples: Assistant, question: str, figures: list[tuple[str, str]]) -> None:
    answer = samples.ask(question)
    assert answer.status == "answered", answer.text
    assert [(figure.value, figure.unit) for figure in answer.figures] == figures
    assert answer.calculation and not unaccounted(answer, (question, "2024", "2023"))
    marks = {citation.id for citation in answer.citations}
    assert {operand.citation for operand in answer.calculation.operands} <= marks


def test_one_number_that_cannot_be_told_refuses_all_and_is_named(samples: Assistant) -> None:
    answer = samples.ask("城市管理和园林局2024年路灯改造了多少盏，用了多少钱")
    assert answer.status == "refused"
    assert any("分开问" in note for note in answer.notes), answer.notes


def test_joined_calculations_come_to_what_each_came_to(samples: Assistant) -> None:
    questions = (
        "图书馆局2024年项目支出占本年支出的百分之几",
        "图书馆局2024年办公费比印刷费多多少",
        "图书馆局2024年哪三项支出最大",
    )
    made = [samples.ask(question).calculation for question in questions]
    whole = joined([one for one in made if one])
    figures = {figure.ref: quantity(figure.value, figure.unit) for figure in (*whole.operands, *whole.compared)}
    steps = evaluate(parse(whole.program), figures).steps
    assert len(steps) == sum(len(parse(one.program).steps) for one in made if one)
    for one in made:
        assert one
        own = evaluate(
            parse(one.program), {f.ref: quantity(f.value, f.unit) for f in (*one.operands, *one.compared)}
        ).steps
        assert [str(step) for step in own if not isinstance(step, tuple)] == [
            str(step) for step in steps if not isinstance(step, tuple) and step in own
        ]


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("地方志办公室2024年机关运行经费多少？ | 同一年图书馆事业管理局呢？ | 后一家是前一家的多少倍？", "11.16", "倍"),
        ("城市管理和园林局2023年垃圾日产日清率做到多少？ | 前一年呢？", "99.60", "%"),
        ("图书馆局2024年国内接待了几批 | 花了多少钱", "0.64", "万元"),
        ("图书馆局2024年全年支出多少？ | 其中经营支出是多少？ | 拿经营收入减掉它，还剩多少？", "11.29", "万元"),
        ("方志办2024年全年支出多少？ | 城市管理和园林局同年呢？ | 后者是前者的多少倍？保留一位小数。", "40.3", "倍"),
        (
            "图书馆局2023年基本工资发了多少？ | 津贴补贴和绩效工资呢？ | 这三块合起来占工资福利支出的比重是多少？",
            "66.11",
            "%",
        ),
        ("图书馆局2024年水费、电费合计占公用经费多少", "20.64", "%"),
        ("图书馆局2023年水费、电费加物业费一共要掏多少钱（基本支出口径）？", "100.29", "万元"),
        ("图书馆局2023年哪一项跟年初预算差得最多", "28.47", "万元"),
        ("城市管理和园林局2024年完成年初预算比例最低的是哪一项？", "95.86", "%"),
        ("城市管理和园林局2024年2120501列了多少支出？", "2318.94", "万元"),
        (
            "How much operating income (经营收入) did the Library Bureau (图书馆事业管理局) report for 2023?",
            "74.15",
            "万元",
        ),
    ],
)
def test_what_goes_on_from_figures_told(samples: Assistant, question: str, value: str, unit: str) -> None:
    answer = asked(samples, question)
    assert (answer.status, answer.value, answer.unit) == ("answered", value, unit), answer.text


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("城市管理和园林局2024年三公经费真的高于2023年吗", "refuted"),
        ("有网友爆料城管园林局2023年的三公经费比2022年翻了一倍还多，这话站得住脚吗？", "refuted"),
        ("有篇报道写城市管理和园林局2024年路灯节能改造的盏数超额完成了目标，属实吗？", "refuted"),
    ],
)
def test_more_claims_are_decided(samples: Assistant, question: str, verdict: str) -> None:
    assert samples.ask(question).verdict == verdict


@pytest.mark.parametrize(
    "question",
    [
        "城市管理和园林局2024年垃圾日产日清率多少 | 花了多少钱",
        "城管园林局2024年街角公园建设投了多少万元？",
        "城市管理和园林局2022年开工的滨河绿道一期有多长？",
        "图书馆局2024年冬天停办读书会的是哪两个站点？",
        "地方志办公室2024年大事记为什么要返工？",
        "图书馆局2024年基本支出里，用在老人身上的钱占几成？",
        "图书馆局2023年接待的4位外宾是从哪儿来的？",
    ],
)
def test_what_is_near_does_not_tell_it(samples: Assistant, question: str) -> None:
    answer = asked(samples, question)
    assert answer.status == "refused", answer.text


def test_a_cause_is_not_explained_by_itself() -> None:
    text = "完成送审稿字数的目标值为80万字、完成值为76万字（偏差原因：大事记部分返工）。"
    assert is_cause("大事记为什么要返工", text)
    assert not is_cause("送审稿字数为什么没达到目标", text)
    of_amount = "决算数小于预算数，主要原因是人行天桥检修因汛期推迟，尾款结转下年支付。"
    assert not is_cause("过街天桥那笔钱为什么没付完", of_amount)


def test_that_there_are_some_does_not_tell_which() -> None:
    assert is_unnamed("停办的是哪两个站点", "偏差原因：冬季两个站点停办")
    assert not is_unnamed("停办的是哪两个站点", "冬季城东站点、城西站点停办")
    assert is_unnamed("414件拖欠工程款的投诉主要涉及哪些部门", "政府部门拖欠工程款414件")
    assert not has_asked("整体并入的是哪11条热线", "剔除未开通的热线共整合28条，其中整体并入11条。")


def test_a_size_is_told_by_its_unit() -> None:
    assert has_asked("滨河绿道一期有多长", "滨河绿道一期全长3.2公里，年内开工。")
    assert not has_asked("滨河绿道一期有多长", "滨河绿道一期开工，配套费安排的支出增加。")


@pytest.mark.parametrize(
    "question",
    [
        "图书馆局2024年办公费和印刷费一共多少？比上年多多少？",
        "图书馆局2024年办公费和印刷费一共多少 | 完成率呢",
        "图书馆局2024年办公费和印刷费一共多少？比预算少多少？",
    ],
)
def test_of_two_items_together_no_budget_and_no_change_is_told(samples: Assistant, question: str) -> None:
    answer = asked(samples, question)
    assert answer.status == "refused", answer.text


def test_a_whole_that_is_not_what_its_parts_come_to_is_not_taken(samples: Assistant) -> None:
    answer = asked(samples, "图书馆局2024年项目支出占本年支出的比重多少？比基本支出少多少？")
    assert [(figure.value, figure.unit) for figure in answer.figures] == [("30.31", "%"), ("1009.30", "万元")], answer.text
