"""Results against their targets, citizens' wordings, the same of another item, and answers that are not what was asked for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant import Assistant
from assistant.answering.asked import kinds_asked
from assistant.guard import unaccounted
from assistant.planning.languages import reworded
from assistant.planning.targets import OfTarget, of_target
from assistant.vocabulary import wordings
from ingest.model import Account, Passage, Sentence
from ingest.narrative.statements import statements
from tests.conftest import asked

PARKS, LIBRARY, CHRONICLE = "云岫市城市管理和园林局", "云岫市图书馆事业管理局", "云岫市地方志办公室"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("改造路灯比目标少几盏", OfTarget("difference", "改造路灯")),
        ("亮灯率离目标差几个百分点", OfTarget("difference", "亮灯率")),
        ("年点击量超出目标百分之几", OfTarget("difference", "年点击量", rate=True)),
        ("古籍数字化只完成了目标页数的百分之几", OfTarget("share", "古籍数字化")),
        ("换路灯，实际换好的盏数是计划的百分之多少", OfTarget("share", "换路灯")),
        ("改造路灯，最后还差多少盏没改完", OfTarget("difference", "改造路灯")),
        ("改造路灯的目标完成率是多少", OfTarget("share", "改造路灯")),
        ("改造路灯的目标是多少", None),
        ("公务接待费比上年少多少", None),
    ],
)
def test_what_is_asked_of_a_result_and_its_target(text: str, wanted: OfTarget | None) -> None:
    assert of_target(text) == wanted


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        (f"{LIBRARY}2022年数字阅读平台的年点击量超出目标百分之几？", "12.08", "%"),
        (f"{LIBRARY}2022年古籍数字化只完成了目标页数的百分之几？", "80.00", "%"),
        (f"{LIBRARY}2024年的社区流动书屋项目，读书会场次比目标少多少？", "3", "场"),  # the project stands in the sentence before
        (f"{PARKS}2024年搞路灯节能改造，最后还差多少盏没改完？", "94", "盏"),
        (f"{CHRONICLE}2022年征集到多少张照片？ | 和目标比还缺几张？", "52", "张"),
        (f"{CHRONICLE}2024年续修市志那个重点项目预算多少？ | 它花超了多少钱？", "3.90", "万元"),
        (f"{PARKS}2023年的垃圾日产日清率比2022年高几个百分点？", "0.20", "个百分点"),
        (f"{LIBRARY}2023年机关运行经费是多少 | 2024呢 | 2024比2022还高多少？", "11.88", "万元"),
        ("清远市政务服务数据管理局2021年一般公共预算财政拨款支出是年初预算的多少倍？", "3.42", "倍"),
    ],
)
def test_results_targets_and_budgets(samples: Assistant, question: str, value: str, unit: str) -> None:
    answer = asked(samples, question)
    assert (answer.status, answer.value, answer.unit) == ("answered", value, unit), answer.text
    assert not unaccounted(answer, ("2021", "2022", "2023", "2024"))


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        (f"{LIBRARY}2024年社区流动书屋项目，读书会场次超额完成了任务，这说法站得住吗？", "refuted"),
        (f"{PARKS}2023年保洁项目的市民满意度超过了自己定的目标，是真的吗？", "confirmed"),
        (f"{PARKS}2023年保洁项目的市民满意度没有达到目标，对吗？", "refuted"),
        ("清远市政数局2021年人工话务接通率未达标，对吗？", "confirmed"),
    ],
)
def test_claims_that_a_target_was_met_or_missed(samples: Assistant, question: str, verdict: str) -> None:
    answer = samples.ask(question)
    assert answer.verdict == verdict, answer.text
    claimed = question.split("，")[-2].removeprefix(LIBRARY).removeprefix(PARKS)
    assert claimed in answer.text, "what is claimed is quoted as it was put"


def test_wordings_say_the_same_in_other_words() -> None:
    """What is put in other words once stays as it is, and what is no such wording is not touched."""
    assert reworded("水费和电费加在一块儿是多少") == "水费和电费加起来是多少"
    assert reworded("水费压了百分之几") == "水费减少了百分之几"
    plain = "云岫市图书馆事业管理局2024年水费比上年增加多少万元？"
    assert reworded(plain) == plain
    for _, means in wordings():
        assert reworded(means) == means, means


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        (f"{LIBRARY}2024年水费比上年增长多少？ | 电费呢？ | 那印刷费呢", "3.66", "%"),
        (f"{PARKS}2024年城市建设支出占项目支出的百分之几？ | 大气呢？", "1.01", "%"),
        (f"{PARKS}2024年行政运行完成年初预算的百分之几？ | 大气呢？", "97.91", "%"),
        (f"{PARKS}2024年行政运行年初预算多少 | 大气呢", "90.00", "万元"),
        (f"{PARKS}2024年水费比2022年涨了多少 | 电费呢？", "1.33", "万元"),
        (f"{PARKS}2024年大气年初预算多少 | 实际花了多少 | 差多少", "1.88", "万元"),
        (f"{PARKS}2024年大气年初预算多少 | 实际花了呢 | 还剩多少没用掉", "1.88", "万元"),
    ],
)
def test_the_same_of_another_item_keeps_what_was_asked(samples: Assistant, question: str, value: str, unit: str) -> None:
    answer = asked(samples, question)
    assert (answer.value, answer.unit) == (value, unit), answer.text


def test_several_inside_a_whole(samples: Assistant) -> None:
    """The whole that the question names first is not added, and of it the share is taken."""
    assert samples.ask(f"看{LIBRARY}2023年一般公共预算基本支出明细，水费电费两样加一块儿是多少？").value == "48.00"
    assert samples.ask(f"{LIBRARY}2023年基本支出中，公用经费有百分之几是拿去当办公费的？").value == "7.30"
    assert samples.ask(f"{LIBRARY}2023年公用经费里水费和电费合计占多少").value == "19.26"
    each = samples.ask(f"{LIBRARY}2023年水费、电费、印刷费分别占公用经费的比例")
    assert [figure.value for figure in each.figures] == ["2.71", "16.55", "1.53"]


def test_rows_of_one_fund_are_shares_of_that_funds_whole(samples: Assistant) -> None:
    """人员经费 and 公用经费 are all of 一般公共预算财政拨款基本支出, and not of what other funds gave."""
    shares = [samples.ask(f"{LIBRARY}2023年{part}占基本支出的百分之几") for part in ("人员经费", "公用经费")]
    assert sum(Decimal(answer.value or "0") for answer in shares) == 100
    assert all("一般公共预算财政拨款基本支出" in answer.text for answer in shares)


@pytest.mark.parametrize(
    "question",
    [
        f"{LIBRARY}2024年那笔9.87万元的其他收入，是哪个单位付的？",  # the number that the question gives
        f"{PARKS}2024年执法执勤用车一年的运行维护费是多少？",  # vehicles are no amount
        f"{LIBRARY}2024年公务接待费的目标高出几个百分点？",
        f"{LIBRARY}2023年新馆开放了多少个阅览座位？ | 今年呢多了几倍？",
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_refused(samples: Assistant, question: str) -> None:
    answer = asked(samples, question)
    assert answer.status == "refused", answer.text


def test_kinds_of_numbers_by_the_end_of_a_question() -> None:
    assert kinds_asked("执法执勤用车一年的运行维护费是多少？") == {"money"}
    assert kinds_asked("和上年数额一分没变的有几个？") == {"counted"}


def test_a_number_of_an_earlier_year_is_not_the_accounts_own() -> None:
    """What a budget states of the year before is told apart from its own number."""
    text = "1．卫生健康支出（210类）行政事业单位医疗（11款）行政单位医疗（01项）142.22万元。2023年当年预算执行数为95.16万元，2024年预算安排142.22万元，比2023年预算执行数增加49.45%。"
    sentences = tuple(Sentence(f"{one}。", ()) for one in text.split("。") if one)
    account = Account("a", "", "a.txt", "某局", 2024, "部门预算", None)
    passage = Passage("p", "a", "section", ("说明",), sentences)
    told = {(s.subject, s.measure, str(s.value), s.base) for s in statements(account, [passage]) if s.subject == "行政单位医疗"}
    assert told == {
        ("行政单位医疗", "往年数", "95.16", "2023年"), ("行政单位医疗", "决算数", "142.22", ""),
        ("行政单位医疗", "增减率", "49.45", "2023年"),
    }  # fmt: skip


def test_a_stated_change_is_from_the_year_that_is_asked_for(real: Assistant) -> None:
    """One sentence tells the growth since two years: the other year's is another figure, and a third year's is not told."""
    of = "清远政数局2021年人工总话务量"
    told = [real.ask(f"{of}{since}增长了百分之几？") for since in ("比2018年", "同比", "比2019年")]
    assert [answer.value for answer in told] == ["202.00", "69.92", None] and told[2].status == "refused"
    assert all("人工总话务量" in answer.text for answer in told[:2]), "what grew is named as the sentence names it"


def test_the_same_of_another_total(real: Assistant) -> None:
    assert asked(real, "社会工作部2024年项目支出占本年支出的几成？ | 基本支出呢？").value == "34.30"
    column = asked(real, "社会工作部2024年一般公共服务支出占本年支出的几成？ | 基本支出呢？")
    assert "一般公共服务支出" in column.text, "after an item it is that item's column"
