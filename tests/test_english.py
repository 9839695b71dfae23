"""Claims about other writings: English and traditional questions are answered with the same figures."""

from __future__ import annotations

import re
from string import Formatter
from typing import Any

import pytest

from assistant import Assistant
from assistant.planning.english import from_english, is_english
from prompts import _templates, say, speaking

_DEPARTMENTS = ("上海市普陀区财政局", "云岫市图书馆事业管理局")


@pytest.mark.parametrize(
    ("question", "chinese"),
    [
        ("How much did the Putuo Finance Bureau spend on official receptions in 2024?", "普陀财政局2024年公务接待费是多少"),
        ("What share of total expenditure was basic expenditure?", "基本支出占总支出的比重是多少"),
        ("Is it true that it spent 3 million yuan on training in 2024?", "2024年培训费是300万元，对吗"),
        ("Which department spent the most on projects?", "哪个部门的项目支出最多"),
        ("Did the reception spending exceed its budget?", "公务接待费超预算了吗"),
        ("How much was spent on moon rockets?", "moonrockets是多少"),
        ("How much were receptions for astronauts?", "astronauts公务接待费是多少"),
    ],
)
def test_an_english_question_becomes_a_chinese_one_and_unknown_words_stay(question: str, chinese: str) -> None:
    assert is_english(question)
    assert from_english(question, _DEPARTMENTS) == chinese


def test_english_and_chinese_questions_have_one_answer(samples: Assistant) -> None:
    chinese = samples.ask("云岫市图书馆事业管理局2023年物业管理费是多少？")
    english = samples.ask("How much did the Yunxiu Library Administration spend on property management in 2023?")
    assert (english.value, english.unit) == (chinese.value, chinese.unit)
    assert [c.text for c in english.citations] == [c.text for c in chinese.citations]
    assert "is 52.29 ten thousand yuan" in english.text


def test_an_english_question_for_what_is_not_there_is_refused_in_english(samples: Assistant) -> None:
    answer = samples.ask("How much did the Yunxiu Library Administration spend on moon rockets in 2023?")
    assert answer.status == "refused" and answer.value is None
    assert re.match("[A-Z“]", answer.text) and "不能回答" not in answer.text


def test_traditional_characters_are_understood(samples: Assistant) -> None:
    simple, traditional = (
        samples.ask(f"云岫市图书馆事业管理局2023年{name}") for name in ("物业管理费是多少？", "物業管理費是多少？")
    )
    assert simple.value == traditional.value == "52.29"


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_english_templates_use_only_what_the_chinese_ones_are_given() -> None:
    chinese, english = _templates("zh"), _templates("en")
    for key, template in english.items():
        if key != "words":
            assert key in chinese and _fields(template) <= _fields(chinese[key]) | _GIVEN.get(key, set()), key


_GIVEN: dict[str, set[str]] = {}
"""Values that a template is given and the Chinese one does not use."""


def test_the_language_is_spoken_only_within_its_block() -> None:
    values: dict[str, Any] = {"name": "甲", "value": "1", "unit": "万元", "mark": ""}
    before = say("ranking_item", **values)
    with speaking("en"):
        assert "ten thousand yuan" in say("ranking_item", **values)
    assert say("ranking_item", **values) == before
