"""Claims about dimensions (口径): each figure's are known from data, and scopes are never mixed."""

from __future__ import annotations

import pytest

from assistant import Assistant
from ingest.catalogue import standard_tables
from ingest.catalogue.dimensions import Dimensions, dimensions, policy


@pytest.mark.parametrize(
    ("kind", "measure", "expected"),
    [
        ("T3", "项目支出", Dimensions("全部", "功能", "支出", "项目支出")),
        ("T5", "基本支出", Dimensions("一般公共预算财政拨款", "功能", "支出", "基本支出")),
        ("T6", "决算数", Dimensions("一般公共预算财政拨款", "经济", "支出", "基本支出")),
        ("T7", "预算数", Dimensions("财政拨款", "三公", "支出", stage="预算")),
        ("T4", "政府性基金预算财政拨款", Dimensions("政府性基金预算财政拨款", "汇总")),
        ("T8", "本年收入", Dimensions("政府性基金预算财政拨款", "功能", "收入")),
        (None, "金额", Dimensions(stage="")),
    ],
)
def test_a_column_has_its_dimensions(kind: str | None, measure: str, expected: Dimensions) -> None:
    assert dimensions(kind, measure) == expected


def test_every_column_of_the_policy_is_one_of_its_table() -> None:
    columns = {
        (table.id, measure)
        for table in standard_tables()
        for column in table.columns
        for measure in ([column.measure] if isinstance(column.measure, str) else column.measure.values())
    }
    told = {*policy().narrower, *policy().narrower.values(), *policy().same, *policy().measures.items()}
    assert told <= columns


def test_one_item_in_two_scopes_is_told_apart(samples: Assistant) -> None:
    whole = samples.ask("云岫市城市管理和园林局2024年基本支出是多少？")
    general = samples.ask("云岫市城市管理和园林局2024年一般公共预算财政拨款基本支出是多少？")
    assert {c.kind for c in whole.citations[:1]} == {"T3"} and {c.kind for c in general.citations[:1]} == {"T5"}
    assert any("资金范围：全部" in note for note in whole.notes)
    assert any("资金范围：一般公共预算财政拨款" in note for note in general.notes)
