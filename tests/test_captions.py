"""Tables whose captions are nearly the same are told apart by who and when, then by what."""

from __future__ import annotations

import math

import pytest

from assistant.captions import Captions, describe
from assistant.captions.periods import Period, periods
from assistant.captions.places import split
from assistant.search.bm25 import Bm25

_COLUMNS = {"支出决算表": ["科目", "决算数"], "资产情况表": ["资产", "原值", "净值"], "市场主体表": ["户数"]}


def _captions(*extra: str) -> Captions:
    captions = [
        f"{place}{when}{what}"
        for place in ("甲江市东山区", "甲江市西河区", "乙海市东山区", "乙海市南湖新区")
        for what, whens in (
            ("支出决算表", ("2021年", "2022年", "2023年")),
            ("资产情况表", ("",)),
            ("市场主体表", ("2022年03月", "2022年04月", "2022年05月")),
        )
        for when in whens
    ] + list(extra)
    return Captions(describe(captions, [_COLUMNS[caption[-5:]] for caption in captions]))


def _first(question: str, count: int = 1, *extra: str) -> list[str]:
    return [table.caption for table in _captions(*extra).ranked(question, count)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年3月的户数", [Period.of(2022, 3, 1)]),
        ("2022年度决算", [Period.of(2022)]),
        ("2021年和2023年各是多少", [Period.of(2021), Period.of(2023)]),
        ("2021年至2023年", [Period(Period.of(2021).first, Period.of(2023).last)]),
        ("2021—2023年", [Period(Period.of(2021).first, Period.of(2023).last)]),
        ("2021年11月到2022年2月期间", [Period(Period.of(2021, 11, 1).first, Period.of(2022, 2, 1).last)]),
        ("2022年3月至5月", [Period.of(2022, 3, 3)]),
        ("2022年3月和4月", [Period.of(2022, 3, 1), Period.of(2022, 4, 1)]),
        ("2022年第二季度", [Period.of(2022, 4, 3)]),
        ("2022年下半年", [Period.of(2022, 7, 6)]),
        ("2022-05的数", [Period.of(2022, 5, 1)]),
        ("价格在2000元到3000元之间", []),
        ("3月的数", []),
    ],
)
def test_a_period_is_read_as_whole_months(text: str, expected: list[Period]) -> None:
    assert [named.period for named in periods(text)] == expected


def test_a_word_that_ends_like_a_place_is_not_one_where_other_captions_have_it_too() -> None:
    places = split(["甲江市东山区市场主体表", "乙海市市场主体表", "全国市场主体表"])
    assert list(places.values()) == [("甲江市", "东山区"), ("乙海市",), ("全国",)]


def test_places_of_one_name_are_told_apart_by_what_they_lie_in() -> None:
    assert _first("乙海市东山区2022年的决算数") == ["乙海市东山区2022年支出决算表"]
    assert _first("甲江东山区2022年的决算数") == ["甲江市东山区2022年支出决算表"]


def test_a_place_without_what_it_lies_in_may_be_any_of_that_name() -> None:
    assert sorted(_first("东山区2022年的决算数", 2)) == ["乙海市东山区2022年支出决算表", "甲江市东山区2022年支出决算表"]


def test_a_wider_place_stands_for_all_within() -> None:
    assert {caption[:6] for caption in _first("甲江市2022年的决算数", 2)} == {"甲江市东山区", "甲江市西河区"}


def test_two_places_are_both_found() -> None:
    found = _first("2023年甲江市西河区和乙海市南湖新区的决算数各是多少", 2)
    assert set(found) == {"甲江市西河区2023年支出决算表", "乙海市南湖新区2023年支出决算表"}


def test_a_range_of_months_finds_each_months_table_in_order() -> None:
    found = _first("乙海市东山区2022年3月至2022年5月的户数", 3)
    assert found == [f"乙海市东山区2022年0{month}月市场主体表" for month in (3, 4, 5)]


def test_another_period_is_never_given() -> None:
    assert all("2020" in caption or not any(map(str.isdigit, caption)) for caption in _first("东山区2020年的决算数", 9))


def test_a_table_that_does_not_say_when_is_found_for_a_question_with_a_year() -> None:
    assert _first("甲江市东山区2022年资产的原值和净值是多少") == ["甲江市东山区资产情况表"]


def test_without_a_period_the_latest_comes_first() -> None:
    assert _first("甲江市东山区支出科目的决算数") == ["甲江市东山区2023年支出决算表"]


def test_a_place_in_an_organisations_name_is_not_where() -> None:
    national = "全国2022年市场主体表"
    assert _first("2022年甲江市东山区水务有限公司有多少市场主体户数", 1, national) == [national]


def test_bm25_is_the_known_formula() -> None:
    texts = ["甲乙", "乙丙丁"]
    one, two = Bm25(texts).scores("甲")
    rarity = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert one == pytest.approx(rarity * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / 4)))
    assert two == 0


def test_pairs_do_not_reach_over_punctuation() -> None:
    assert Bm25(["甲，乙", "甲乙"], single=False).scores("甲乙")[0] == 0
