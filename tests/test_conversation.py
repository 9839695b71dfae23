"""Claims about conversations: what is talked about is explicit, and a refusal does not change it."""

from __future__ import annotations

from assistant import Assistant


def test_the_state_says_what_is_talked_about(samples: Assistant) -> None:
    state = samples.ask("云岫市图书馆事业管理局2023年物业管理费是多少？").state
    assert state and (state.departments, state.years, state.items) == (
        ("云岫市图书馆事业管理局",), (2023,), ("物业管理费",),
    )  # fmt: skip


def test_a_follow_up_changes_one_thing_of_the_state(samples: Assistant) -> None:
    state = samples.ask("2024年呢？", ["云岫市图书馆事业管理局2023年物业管理费是多少？"]).state
    assert state and (state.years, state.items) == ((2024,), ("物业管理费",))


def test_a_refusal_leaves_the_state_as_it_was(samples: Assistant) -> None:
    asked = "云岫市图书馆事业管理局2023年物业管理费是多少？"
    refused = samples.ask("2001年呢？", [asked])
    assert refused.status == "refused"
    assert refused.state == samples.ask(asked).state
    assert samples.ask("办公费呢？", [asked, "2001年呢？"]).state == samples.ask("办公费呢？", [asked]).state


def test_choices_asked_back_wait_in_the_state(samples: Assistant) -> None:
    answer = samples.ask("公务接待费是多少？")
    assert answer.status == "clarify" and answer.state and answer.state.waiting == answer.options
    assert samples.ask("你好", []).state is None


def test_a_follow_up_that_is_not_understood_does_not_repeat_the_answer(samples: Assistant) -> None:
    asked = "云岫市图书馆事业管理局2023年物业管理费是多少？"
    assert samples.ask("海洋渔业支出呢", [asked]).status == "refused"
    assert samples.ask("项目支出呢", ["云岫市图书馆事业管理局2023年基本支出是多少？"]).value == (
        samples.ask("云岫市图书馆事业管理局2023年项目支出是多少？").value
    )


def test_a_multiple_may_refer_to_the_question_before(samples: Assistant) -> None:
    asked = "云岫市图书馆事业管理局2023年本年支出是多少？"
    multiple = samples.ask("城市管理和园林局的是它的几倍？", [asked])
    one, other = (samples.ask(f"云岫市{name}2023年本年支出是多少？").value for name in ("城市管理和园林局", "图书馆事业管理局"))
    assert multiple.unit == "倍" and multiple.calculation
    assert [operand.value for operand in multiple.calculation.operands] == [one, other]
