"""Claims about many departments: found by short names, compared with how many have the figure, asked back where unclear."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.departments import Departments, forms_of, run_length
from assistant.model import Item
from assistant.selection import places_of, select
from ingest import Store, ingest
from ingest.model import Account
from ingest.text import plain
from tests.test_neighbours import budget

PAGE = """{owner}
{year}年度部门决算

第一部分 {owner}概况
一、主要职责
{owner}负责本地的日常事务。

第二部分 {owner}{year}年度部门决算表
支出决算表
部门：{owner}
单位：{unit}

科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出\t上缴上级支出\t经营支出\t对附属单位补助支出
201\t一般公共服务支出\t{total}\t{total}\t0.00\t0.00\t0.00\t0.00
\t合计\t{total}\t{total}\t0.00\t0.00\t0.00\t0.00

财政拨款“三公”经费支出决算表
部门：{owner}
单位：{unit}

合计\t因公出国（境）费\t公务接待费\t公务用车购置及运行费小计\t公务用车购置费\t公务用车运行费
{reception}\t0.00\t{reception}\t0.00\t0.00\t0.00
"""
DISTRICTS = ("甲安区", "乙宁区", "丙和区", "丁平区", "戊昌区", "己山区", "庚水区", "辛林区", "壬田区", "癸石区")
FINANCE = [f"云岫市{district}财政局" for district in DISTRICTS]


def printed(
    folder: Path, owner: str, reception: str, total: str = "100.00", unit: str = "万元", year: int = 2024
) -> Path:
    path = folder / f"{owner}{year}.txt"
    path.write_text(PAGE.format(owner=owner, reception=reception, total=total, unit=unit, year=year), "utf-8")
    return path


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory, encoder: Any) -> Iterator[Assistant]:
    """Ten district finance offices with 1.00 to 9.00 and one blank, and others of the city; one of an earlier year."""
    folder = tmp_path_factory.mktemp("province")
    files = [printed(folder, owner, f"{n}.00" if n else "", f"{n * 10}.00") for n, owner in enumerate(FINANCE)]
    files += [
        printed(folder, "云岫市财政局", "55,000.00", "700,000.00", unit="元"),
        printed(folder, "云岫市水务局", "3.00", "900.00"),
        printed(folder, "云岫市水务局", "4.00", "800.00", year=2023),
        printed(folder, "云岫市档案馆", "7.77", year=2023),
        printed(folder, "碧溪市图书馆", "6.00"),
        budget(folder),
    ]
    with Store(folder / "store", write=True, encoder=encoder) as store:
        assert {outcome.status for outcome in ingest(files, store)} == {"added"}
    assistant = Assistant.open(folder / "store", encoder=encoder)
    yield assistant
    assistant.close()


def test_a_ranking_says_how_many_departments_have_the_figure_and_who_has_not(province: Assistant) -> None:
    answer = province.ask("2024年哪个部门公务接待费最多？")
    assert (answer.status, answer.value, answer.unit) == ("answered", "9.00", "万元")
    assert FINANCE[9] in answer.text and answer.citations[0].document.startswith(FINANCE[9])
    assert answer.coverage is not None
    assert (answer.coverage.departments, answer.coverage.found) == (14, 12)
    assert (answer.coverage.blank, answer.coverage.missing) == ((FINANCE[0],), ("云岫市档案馆",))
    said = next(note for note in answer.notes if "14 个部门中 12 个有此数" in note)
    assert "未列：云岫市档案馆" in said and f"未填列（空白不等于0）：{FINANCE[0]}" in said


def test_amounts_in_other_units_are_compared_by_what_they_are_worth(province: Assistant) -> None:
    answer = province.ask("2024年各部门公务接待费从高到低排列")
    values = [Decimal(figure.value or "") for figure in answer.figures]
    assert values == sorted(values, reverse=True) and {figure.unit for figure in answer.figures} == {"万元"}
    place = next(number for number, figure in enumerate(answer.figures) if "云岫市财政局" in figure.label)
    assert values[place] == Decimal("5.5") and values[place - 1] == Decimal("6.00")


def test_a_sum_over_departments_is_exact_and_complete_or_says_what_is_missing(province: Assistant) -> None:
    answer = province.ask("2024年所有部门公务接待费一共多少万元？")
    assert answer.value is not None and Decimal(answer.value) == sum(range(1, 10)) + Decimal("5.5") + 3 + 6
    assert answer.coverage is not None and (answer.coverage.found, answer.coverage.departments) == (12, 14)
    inside = province.ask("碧溪市和云岫市2024年各部门公务接待费一共多少？")
    assert inside.coverage is not None and inside.coverage.departments == 14


def test_without_a_year_one_year_is_compared_and_said(province: Assistant) -> None:
    answer = province.ask("哪个部门公务接待费最多？")
    assert answer.value == "9.00" and any("2024年度" in note and "不比较预算" in note for note in answer.notes)
    before = province.ask("2023年哪个部门公务接待费最多？")
    assert before.value == "7.77" and before.coverage is not None and before.coverage.found == 2
    assert all(citation.document.rsplit("-", 2)[1] == "2023" for citation in before.citations)


def test_departments_named_one_by_one_are_compared_by_worth_and_the_blank_one_is_said(province: Assistant) -> None:
    answer = province.ask("2024年甲安区财政局、乙宁区财政局、己山区财政局和云岫市财政局，谁的公务接待费最多？")
    assert (answer.value, answer.unit) == ("55000.00", "元") and "云岫市财政局" in answer.text
    assert any("4 个部门中 3 个有此数" in note and FINANCE[0] in note for note in answer.notes)


def test_departments_named_one_by_one_are_compared_in_the_latest_year_that_all_have(province: Assistant) -> None:
    answer = province.ask("云岫市水务局和云岫市档案馆，谁的公务接待费更多？")
    assert answer.figures[0].value == "7.77"
    assert {citation.document.split("-")[1] for citation in answer.citations} == {"2023"}


def test_ties_are_all_named(tmp_path: Path, encoder: Any) -> None:
    files = [printed(tmp_path, owner, "2.00" if number < 3 else "1.00") for number, owner in enumerate(FINANCE[:5])]
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        list(ingest(files, store))
    asking = Assistant.open(tmp_path / "store", encoder=encoder)
    answer = asking.ask("哪个部门公务接待费最高？")
    assert all(owner in answer.text for owner in FINANCE[:3]) and FINANCE[3] not in answer.text
    assert asking.ask("公务接待费超过1万元的部门有多少个？").value == "3"
    asking.close()


def test_a_place_limits_what_is_compared(province: Assistant) -> None:
    assert province.ask("2024年碧溪市哪个部门公务接待费最多？").value == "6.00"
    refused = province.ask("北京市哪个部门公务接待费最多？")
    assert (refused.status, refused.reason) == ("refused", "department")


def test_a_short_name_that_many_share_is_asked_back_with_the_best_choices_and_their_number(province: Assistant) -> None:
    asked = province.ask("区财政局2024年的公务接待费是多少？")
    assert asked.status == "clarify" and 2 <= len(asked.options) <= 8 and "10 个部门" in asked.text
    chosen = province.ask(FINANCE[3], ["区财政局2024年的公务接待费是多少？"])
    assert chosen.value == "3.00" and FINANCE[3] in chosen.text


def test_a_place_in_the_question_decides_between_offices_of_one_name(province: Assistant) -> None:
    assert province.ask("丙和区财政局公务接待费是多少？").value == "2.00"
    assert province.ask("丙和区的财政局公务接待费是多少？").value == "2.00"
    assert province.ask("云岫市财政局公务接待费是多少？").value == "55000.00", "the city's own, not that of a district"
    assert province.ask("各区财政局2024年公务接待费合计多少？").value == "45.00"


def test_the_choice_keeps_the_year_of_the_question(province: Assistant) -> None:
    first = "2023年公务接待费是多少？"
    assert province.ask(first).status == "clarify"
    assert province.ask("云岫市水务局", [first]).value == "4.00"


def test_an_office_of_the_city_is_not_that_of_a_district(tmp_path: Path, encoder: Any) -> None:
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        list(ingest([printed(tmp_path, FINANCE[1], "1.00"), printed(tmp_path, "云岫市水务局", "3.00")], store))
    asking = Assistant.open(tmp_path / "store", encoder=encoder)
    refused = asking.ask("云岫市财政局公务接待费是多少？")
    assert (refused.status, refused.reason) == ("refused", "department")
    assert asking.ask("乙宁区财政局公务接待费是多少？").value == "1.00"
    asking.close()


def test_a_subject_is_not_taken_for_a_department(tmp_path: Path, encoder: Any) -> None:
    owner = "云岫市人民政府办公室"
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        list(ingest([printed(tmp_path, owner, "1.00"), printed(tmp_path, FINANCE[1], "2.00")], store))
    asking = Assistant.open(tmp_path / "store", encoder=encoder)
    answer = asking.ask("乙宁区财政局2024年政府办公厅（室）及相关机构事务是多少？")
    assert (answer.status, answer.reason) == ("refused", "item") and FINANCE[1] in answer.text
    assert asking.ask("市政府办2024年公务接待费是多少？").value == "1.00"
    asking.close()


def test_a_comparison_goes_on_with_another_year(province: Assistant) -> None:
    assert province.ask("2023年呢？", ["2024年哪个部门公务接待费最多？"]).value == "7.77"


def test_a_comparison_goes_on_with_one_department(province: Assistant) -> None:
    answer = province.ask(f"那{FINANCE[4]}呢？", ["2024年哪个部门公务接待费最多？"])
    assert (answer.value, answer.unit) == ("4.00", "万元") and FINANCE[4] in answer.text


def test_a_place_answers_which_of_many_is_meant(province: Assistant) -> None:
    assert province.ask("丁平区的", ["区财政局2024年的公务接待费是多少？"]).value == "3.00"


# --- laws

PIECES = (
    "云岫市",
    "碧溪市",
    "甲安区",
    "乙宁区",
    "中共",
    "财政局",
    "水务局",
    "人民法院",
    "政务服务数据管理局",
    "街道办事处",
    "委员会",
    "办公室",
)
names = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
questions = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from(("2024年", "的", "市", "区", "局", "政数局", "法院", "委", "街道", "办")),
    ),
    min_size=1,
    max_size=6,
).map("".join)


def account_of(department: str) -> Account:
    return Account(department, department, "", department, 2024, "部门决算", None)


def scanned(departments: list[str], text: str, end: int) -> tuple[int, list[int]]:
    """What the index must find: the longest run by trying every name in every form."""
    lengths = [max(run_length(text, end, form) for form in forms_of(plain(name))) for name in departments]
    best = max(lengths, default=0)
    return best, [number for number, length in enumerate(lengths) if best and length == best]


@settings(max_examples=300, deadline=None)
@given(st.lists(names, min_size=1, max_size=12, unique=True), questions)
def test_the_index_finds_what_trying_every_name_finds(departments: list[str], text: str) -> None:
    index = Departments(map(account_of, departments))
    for end in range(1, len(text) + 1):
        assert index.longest(text, end) == scanned(departments, text, end)


@settings(max_examples=100, deadline=None)
@given(st.lists(names.filter(lambda name: len(name) > 3), min_size=1, max_size=12, unique=True))
def test_a_department_is_found_by_its_whole_name(departments: list[str]) -> None:
    index = Departments(map(account_of, departments))
    for name in departments:
        assert name in index.named(plain(name), len(plain(name))).names


def test_one_question_to_the_store_finds_what_reading_each_account_finds(samples: Assistant) -> None:
    views = [samples.library.view(account.id) for account in samples.library.accounts if account.is_account]
    asked = {fact.item for view in views for fact in view.facts if fact.kind and fact.item}
    items = [Item(account="", name=name, words=name) for name in sorted(asked)]
    items += [item.model_copy(update={"measure": "基本支出"}) for item in items[:40]]
    items += [item.model_copy(update={"income": True}) for item in items[:40]]
    items += [Item(account="", name="", words="", kinds=("T1",), measure="决算数", side="支出", row="本年支出合计")]
    compared = 0
    for item in items:
        found = samples.store.facts.cells(places_of(item))
        for view in views:
            selected = select(view, item).fact
            cell = found.get(view.account.id)
            if selected is None or selected.kind is None:
                assert cell is None, (item, view.account.id)
                continue
            assert cell is not None, (item, view.account.id)
            (whole,) = samples.store.facts.facts_at([cell.row])
            assert whole == selected and whole.text == cell.text
            compared += 1
    assert compared > 500


def test_rows_of_an_account_are_found_after_another_was_removed(tmp_path: Path, encoder: Any) -> None:
    files = [printed(tmp_path, owner, "1.00") for owner in FINANCE[:4]]
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        ids = [outcome.document for outcome in ingest(files, store)]
        before = [store.facts.facts(str(identifier)) for identifier in ids]
        store.remove(str(ids[1]))
        assert store.facts.facts(str(ids[1])) == []
        list(ingest([files[1]], store))
        assert [store.facts.facts(str(identifier)) for identifier in ids] == before
        assert [table.title for table in store.facts.tables(str(ids[3]))]
