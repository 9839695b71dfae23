"""Claims about checks across documents: years, budget, units and publications agree, or the difference is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.checks import check
from assistant.checks.acrossrules import across_rules
from assistant.library import AccountView, Library
from assistant.model import Finding
from ingest import Store, ingest

ACROSS = {"carried-over", "last-year", "year-budget", "unit-exceeds", "units-sum", "republished"}
Loaded = Callable[[dict[str, str]], Library]


def account(
    year: int, *, start: str = "10.00", end: str = "20.00", total: str = "310.00", spent: str = "290.00",
    reception: str = "0.80", budgeted: str = "1.00", story: str = "", owner: str = "云岫市档案局", kind: str = "部门",
    units: str = "", head: str = "",
) -> str:  # fmt: skip
    """A short account as page text with the tables that the checks across documents look at."""
    tab = "\t"
    return "\n".join(
        [
            owner, f"{year}年度{kind}决算", head, "", f"第一部分 {owner}概况", "一、主要职能", "管理档案。",
            f"二、{kind}决算单位构成", units or "本部门没有下属单位。", "",
            f"第二部分 {owner}{year}年度{kind}决算表", "收入支出决算总表", "单位：万元", "",
            tab.join(("收入", "", "支出", "")), tab.join(("项目", "决算数", "项目", "决算数")),
            tab.join(("一、一般公共预算财政拨款收入", "300.00", "一、一般公共服务支出", spent)),
            tab.join(("本年收入合计", "300.00", "本年支出合计", spent)),
            tab.join(("年初结转和结余", start, "年末结转和结余", end)),
            tab.join(("总计", total, "总计", total)), "",
            "一般公共预算财政拨款支出决算表", "单位：万元", "",
            tab.join(("科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出")),
            tab.join(("201", "一般公共服务支出", spent, spent, "")),
            tab.join(("20126", "档案事务", spent, spent, "")),
            tab.join(("2012601", "行政运行", spent, spent, "")),
            tab.join(("", "合计", spent, spent, "")), "",
            "财政拨款“三公”经费支出决算表", "单位：万元", "",
            tab.join(("项目", "预算数", "决算数")),
            tab.join(("合计", budgeted, reception)),
            tab.join(("公务接待费", budgeted, reception)), "",
            f"第三部分 {owner}{year}年度{kind}决算情况说明", "一、收入支出决算总体情况说明",
            f"{owner}{year}年度收入支出总计{total}万元。{story}", "",
        ]
    )  # fmt: skip


@pytest.fixture
def loaded(tmp_path: Path, encoder: object) -> Loaded:
    """A library over texts, named by their files."""
    number = iter(range(100))

    def load(texts: dict[str, str]) -> Library:
        folder = tmp_path / str(next(number))
        folder.mkdir()
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, "utf-8")
        with Store(folder / "store", write=True, encoder=encoder) as store:
            outcomes = list(ingest(sorted(folder.glob("*.txt")), store))
        assert [outcome.reason for outcome in outcomes if outcome.status != "added"] == []
        return Library(Store(folder / "store", encoder=encoder))

    return load


def found(library: Library, name: str) -> list[Finding]:
    """What is found across documents in the document of this file's name."""
    one = next(account for account in library.documents() if Path(account.path).stem == name)
    return [finding for finding in check(library.view(one.id)) if finding.rule in ACROSS]


def first(year: int = 2023) -> str:
    return account(year, start="5.00", end="10.00", total="305.00", spent="295.00", reception="1.30")


def second(**changed: str) -> str:
    story = "与2023年度相比，收入支出总计增加5.00万元，增长1.64%。"
    return account(2024, **{"story": story, **changed})


def test_years_that_follow_each_other_have_no_findings(loaded: Loaded) -> None:
    library = loaded({"a": first(), "b": second()})
    assert found(library, "a") == found(library, "b") == []


def test_balance_that_the_year_before_did_not_end_with_is_a_notice_with_both_cells(loaded: Loaded) -> None:
    library = loaded({"a": first(), "b": second(start="12.00")})
    (finding,) = found(library, "b")
    assert (finding.rule, finding.severity) == ("carried-over", "notice")
    assert {citation.text for citation in finding.figures} == {"12.00", "10.00"}
    assert len({citation.document for citation in finding.figures}) == 2
    assert "12.00 万元" in finding.message and "10.00 万元" in finding.message and "相差 2 万元" in finding.message


def test_balances_that_differ_by_rounding_alone_are_carried_over(loaded: Loaded) -> None:
    assert found(loaded({"a": first(), "b": second(start="10")}), "b") == []


def test_change_that_leads_to_another_figure_than_last_years_is_an_error(loaded: Loaded) -> None:
    story = "与2023年度相比，收入支出总计增加6.00万元，增长1.97%。"
    (finding,) = found(loaded({"a": first(), "b": second(story=story)}), "b")
    assert (finding.rule, finding.severity) == ("last-year", "error")
    assert any(citation.quote for citation in finding.figures) and any(c.text == "305.00" for c in finding.figures)
    assert all(words in finding.message for words in ("304 万元", "305 万元", "相差 1 万元"))


@pytest.mark.parametrize(
    ("story", "errors"),
    [
        ("“三公”经费支出决算数比上年减少0.50万元。", 0),
        ("“三公”经费支出决算数比上年减少0.60万元。", 1),
        ("“三公”经费支出决算数与2023年度持平。", 1),
        ("公务接待费支出0.80万元，比上年决算数减少0.50万元，主要原因：接待费标准比上年减少0.90万元。", 0),
        ("公务接待费支出决算0.80万元，比年初预算减少0.20万元。", 0),
        ("公务接待费支出决算0.80万元，比2022年减少9.00万元。", 0),  # that year is not loaded
        ("差旅费比上年减少7.00万元。", 0),  # no cell is known for it
        ("一般公共预算财政拨款支出290.00万元，较上年减少5.00万元。", 0),
        ("一般公共预算财政拨款支出290.00万元，较上年减少4.00万元。", 1),
        ("机关运行经费支出2.00万元，比上年增加0.10万元。", 0),  # last year's text does not say it
    ],
)
def test_text_is_held_against_last_years_cell_of_the_same_name(loaded: Loaded, story: str, errors: int) -> None:
    library = loaded({"a": first(), "b": second(story=story)})
    assert [finding.rule for finding in found(library, "b")] == ["last-year"] * errors


def test_figure_that_only_texts_state_is_held_against_last_years_text(loaded: Loaded) -> None:
    before = first().replace("305.00万元。", "305.00万元。机关运行经费支出1.90万元。")
    sound = second(story="机关运行经费支出2.00万元，比上年增加0.10万元。")
    wrong = second(story="机关运行经费支出2.00万元，比上年增加0.30万元。")
    assert found(loaded({"a": before, "b": sound}), "b") == []
    (finding,) = found(loaded({"a": before, "b": wrong}), "b")
    assert len({citation.document for citation in finding.figures if citation.quote}) == 2


def test_another_departments_year_is_no_neighbour(loaded: Loaded) -> None:
    other = first().replace("云岫市档案局", "云岫市审计局")
    assert found(loaded({"a": other, "b": second(start="12.00")}), "b") == []


def test_corrected_publication_lists_what_changed_and_nothing_else(loaded: Loaded) -> None:
    old = account(2023, head="公开日期：2024-08-01", reception="1.30")
    new = account(2023, head="公开日期：2024-09-01", reception="1.40", total="311.00")
    library = loaded({"a": old, "b": new})
    changes = found(library, "b")
    assert {(finding.rule, finding.severity) for finding in changes} == {("republished", "notice")}
    assert found(library, "a") == [], "what was replaced is not compared"
    told = " ".join(finding.message for finding in changes)
    assert told.count("原为 1.30 万元，现为 1.40 万元") == 2
    assert "原为 310.00，现为 311.00" in told, "amounts of the text too"
    assert all(len({citation.document for citation in finding.figures}) == 2 for finding in changes)
    assert "300.00" not in told


def test_text_that_fits_last_years_first_publication_is_a_notice(loaded: Loaded) -> None:
    texts = {
        "a": first().replace("年度部门决算\n", "年度部门决算\n公开日期：2024-08-01\n", 1),
        "b": first().replace("年度部门决算\n", "年度部门决算\n公开日期：2024-09-01\n", 1).replace("305.00", "306.00"),
        "c": second(),
    }
    (finding,) = found(loaded(texts), "c")
    assert (finding.rule, finding.severity) == ("last-year", "notice")


LISTED = "云岫市档案局部门决算包括2个单位：1.云岫市档案局（本级）；2.云岫市档案馆。"


def unit(owner: str, spent: str) -> str:
    return account(2024, owner=owner, kind="单位", spent=spent, total="310.00", reception="0.20", budgeted="0.40")


def test_unit_that_spends_more_than_its_department_is_an_error(loaded: Loaded) -> None:
    library = loaded({"a": second(units=LISTED), "b": unit("云岫市档案馆", "291.00")})
    (finding,) = found(library, "a")
    assert (finding.rule, finding.severity) == ("unit-exceeds", "error")
    assert {citation.text for citation in finding.figures if citation.table} == {"290.00", "291.00"}
    assert "多出 1 万元" in finding.message


def test_unit_within_its_department_is_sound_as_long_as_others_are_missing(loaded: Loaded) -> None:
    assert found(loaded({"a": second(units=LISTED), "b": unit("云岫市档案馆", "100.00")}), "a") == []


def test_all_units_together_must_be_the_department(loaded: Loaded) -> None:
    library = loaded(
        {"a": second(units=LISTED), "b": unit("云岫市档案馆", "100.00"), "c": unit("云岫市档案局", "180.00")}
    )
    findings = found(library, "a")
    assert {finding.severity for finding in findings} == {"notice"}
    spent = next(finding for finding in findings if "一般公共预算" in finding.message)
    assert "280" in spent.message and "290.00" in spent.message and "相差 10 万元" in spent.message


def test_unit_that_the_department_does_not_list_is_left_alone(loaded: Loaded) -> None:
    assert found(loaded({"a": second(), "b": unit("云岫市档案馆", "291.00")}), "a") == []


def test_budget_that_was_published_otherwise_is_a_notice(loaded: Loaded) -> None:
    budget = "\n".join(
        [
            "云岫市档案局", "2024年部门预算", "", "第一部分 云岫市档案局概况", "一、主要职能", "管理档案。",
            "2024年“三公”经费预算表", "单位：万元", "", "项目\t预算数", "合计\t{0}", "公务接待费\t{0}", "",
        ]
    )  # fmt: skip
    assert found(loaded({"a": second(), "b": budget.format("1.00")}), "a") == []
    findings = found(loaded({"a": second(), "b": budget.format("1.20")}), "a")
    assert findings and {(finding.rule, finding.severity) for finding in findings} == {("year-budget", "notice")}
    assert all("相差 0.2 万元" in finding.message for finding in findings)


def test_samples_of_three_years_agree(samples: Assistant) -> None:
    for one in samples.library.accounts:
        assert [f.message for f in check(samples.library.view(one.id)) if f.rule in ACROSS] == []


def test_view_that_stands_alone_is_compared_with_nothing(loaded: Loaded) -> None:
    library = loaded({"a": first(), "b": second(start="12.00")})
    view = library.view(next(a.id for a in library.accounts if a.year == 2024))
    assert [f.rule for f in check(AccountView(view.account, view.store)) if f.rule in ACROSS] == []


def test_rules_across_documents_name_cells_that_the_catalogue_knows() -> None:
    from ingest import catalogue

    rules = across_rules()
    cells = [cell for pair in (*rules.carried, *rules.planned) for cell in pair if not isinstance(cell, str)]
    cells += [rule.cell for rule in (*rules.stated, *rules.budgeted) if rule.cell]
    for cell in (*cells, *rules.parts, *rules.consolidated):
        standard = catalogue.standard_table(cell.kind)
        assert standard is not None
        measures = [c.measure for c in standard.columns]
        known = {m for one in measures for m in ([one] if isinstance(one, str) else one.values())} | {"决算数"}
        assert cell.measure in known, cell
