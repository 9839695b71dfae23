"""Claims about years and places: trends over the loaded years, last year's figure, and where a figure stands."""

from __future__ import annotations

from assistant import Assistant


def test_a_trend_gives_each_year_and_the_change_between_the_ends(samples: Assistant) -> None:
    answer = samples.ask("云岫市城市管理和园林局历年三公经费的变化趋势")
    assert [figure.label for figure in answer.figures] == ["2022年度", "2023年度", "2024年度"]
    first, last = (figure.value for figure in (answer.figures[0], answer.figures[-1]))
    single = [samples.ask(f"云岫市城市管理和园林局{year}年三公经费是多少").value for year in (2022, 2024)]
    assert [first, last] == single
    assert len(answer.citations) == 3 and answer.calculation


def test_the_year_with_the_most_is_one_of_the_loaded_years(samples: Assistant) -> None:
    answer = samples.ask("云岫市城市管理和园林局哪一年的三公经费最多？")
    values = {y: samples.ask(f"云岫市城市管理和园林局{y}年三公经费是多少").value for y in (2022, 2023, 2024)}
    assert answer.value == max(values.values(), key=lambda value: float(value or 0))
    assert "2023" in answer.text


def test_last_year_comes_from_its_own_account_where_that_is_loaded(samples: Assistant) -> None:
    answer = samples.ask("上年呢？", ["云岫市图书馆事业管理局2024年物业管理费是多少？"])
    assert answer.value == samples.ask("云岫市图书馆事业管理局2023年物业管理费是多少？").value


def test_a_place_is_told_by_table_page_row_and_column(samples: Assistant) -> None:
    answer = samples.ask("云岫市图书馆事业管理局2023年物业管理费在哪张表、第几页？")
    cited = answer.citations[0]
    assert f"第 {cited.page} 页" in answer.text and cited.table and cited.table in answer.text
    assert answer.value == "52.29"


def test_the_pages_of_a_table_are_told(samples: Assistant) -> None:
    answer = samples.ask("云岫市图书馆事业管理局2023年的支出决算表在第几页？")
    assert answer.status == "answered" and {citation.kind for citation in answer.citations} == {"T3"}
