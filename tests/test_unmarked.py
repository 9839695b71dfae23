"""Tables that are none of the standard ones: headers found by their looks, cells by the headers a question names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.cells import Cells
from assistant.vocabulary.asking import asking_of
from ingest.tables.unmarked import Grid, Unmarked, is_label, is_value, read


def _grid(rows: Sequence[str]) -> Grid:
    """Cells parted by "|"; "<" is merged with the cell at its left, "^" with the one above."""
    texts: list[str] = []
    cells: list[tuple[int, ...]] = []
    for row in rows:
        line: list[int] = []
        for at, text in enumerate(row.split("|")):
            if text == "<":
                line.append(line[-1])
            elif text == "^":
                line.append(cells[-1][at])
            else:
                line.append(len(texts))
                texts.append(text)
        cells.append(tuple(line))
    return Grid(tuple(cells), tuple(texts))


PURCHASES = read(
    _grid(
        ["采购方式|预算金额（万元）|合同金额（万元）", "公开招标|120.00|115.30", "询价|8.00|7.65", "合计|128.00|122.95"]
    )
)
ASSETS = read(
    _grid(
        [
            "资产|期初|<|期末|<",
            "^|数量|原值|数量|原值",
            "房屋|2|900.00|3|1,300.00",
            "车辆|5|80.00|4|66.00",
        ]
    )
)
PROJECT = read(
    _grid(
        [
            "绩效自评表|<|<|<",
            "项目名称|河道清淤工程|主管部门|水务局",
            "实施单位|河道所|联系电话|0101-1234567",
            "起始日期|2023年3月1日|资金来源|财政拨款",
        ]
    )
)


def _answer(table: Unmarked, question: str) -> list[str]:
    return [table.grid.texts[cell] for cell in Cells(table).answer(question)]


@pytest.mark.parametrize("text", ["1,234.50", "-3.2%", "2023年3月1日", "", "—", "√是 □否", "12万元"])
def test_figures_dates_and_ticks_are_values(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize("text", ["合同金额（万元）", "2022年度", "公开招标"])
def test_names_and_years_may_be_headers(text: str) -> None:
    assert is_label(text)


def test_a_cell_has_the_headers_of_all_levels() -> None:
    grid = ASSETS.grid
    cell = next(cell for cell in ASSETS.cells if grid.texts[cell.cell] == "1,300.00")
    assert [grid.texts[header] for header in (*cell.left, *cell.above)] == ["房屋", "期末", "原值"]


def test_a_forms_values_have_the_label_at_their_left() -> None:
    assert PROJECT.layout == "form"
    labels = {PROJECT.grid.texts[cell.cell]: PROJECT.grid.texts[cell.left[-1]] for cell in PROJECT.cells}
    assert labels["水务局"] == "主管部门" and labels["2023年3月1日"] == "起始日期"


@pytest.mark.parametrize(
    ("table", "question", "expected"),
    [
        (PURCHASES, "公开招标的合同金额是多少？", ["115.30"]),
        (PURCHASES, "询价的预算金额和合同金额分别是多少？", ["8.00", "7.65"]),
        (PURCHASES, "公开招标和询价的合同金额各是多少？", ["115.30", "7.65"]),
        (PURCHASES, "各项采购的合同金额是多少？", ["115.30", "7.65"]),
        (PURCHASES, "合同金额合计是多少？", ["122.95"]),
        (ASSETS, "年末车辆的数量是多少？", ["4"]),
        (ASSETS, "房屋期初和期末的原值各是多少？", ["900.00", "1,300.00"]),
        (PROJECT, "河道清淤工程的主管部门是哪个？", ["水务局"]),
        (PROJECT, "项目什么时候开始？", ["2023年3月1日"]),
        (PROJECT, "资金来源和联系电话是什么？", ["0101-1234567", "财政拨款"]),
    ],
)
def test_the_cells_whose_headers_a_question_names_answer_it(
    table: Unmarked, question: str, expected: list[str]
) -> None:
    assert _answer(table, question) == expected


def test_a_question_that_names_no_header_has_no_cell() -> None:
    assert _answer(PURCHASES, "天气怎么样") == []


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        Grid(((0, 1), (2,)), ("a", "b", "c"))


def test_a_wrong_file_of_words_says_what_is_wrong() -> None:
    words = {
        "same": {"期末": ["年末"]},
        "asks": {"日期": ["何时"]},
        "every": ["各项"],
        "names": ["哪些"],
        "total": ["总"],
    }
    assert asking_of(words).asked("年末何时") == "期末何时|日期"
    with pytest.raises(ValueError, match="expected asks, every, names, same, total, got same"):
        asking_of({"same": {}})
    with pytest.raises(ValueError, match="asks: 日期: expected a list of words, got '何时'"):
        asking_of({**words, "asks": {"日期": "何时"}})
