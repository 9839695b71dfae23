"""Claims about the checks: the known defects of published accounts are found, and nothing where nothing is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.checks import check
from assistant.checks.form import codes, empty_tables, residue, units
from assistant.checks.itself import parts, receptions, two_values, years
from assistant.checks.raised import Raised, rules
from assistant.checks.rates import moved
from assistant.checks.shown import Shown, rate, shown
from assistant.checks.tables import at_most, between, sums_between
from assistant.checks.text import amounts, items, purposes
from assistant.library import AccountView
from assistant.model import Finding
from eval.checks import Planted, Result, run, table
from eval.defects.sentences import SENTENCES, InText
from ingest import Store, ingest, sums
from ingest.model import Account, Cell, Fact, Passage, Place, Row, Sentence, Table

KNOWN = {
    "上海市普陀区财政局2024": {("text-table", 21), ("text-names", 23), ("share", 21)},
    "24年普陀区财政局": {
        ("name", 7), ("year", 18), ("missing-table", None), ("date", 24), ("text-table", 18), ("text-table", 22),
        ("text-names", 21), ("budget-word", 19), ("budget-word", 20), ("budget-word", 21), ("share", 19),
    },
    "中共上海市普陀区委社会工作部": {
        ("text-names", 20), ("zero-base", 18), ("zero-base", 17), ("zero-base", 21), ("template", 15),
        ("template", 16), ("parts", 22),
    },
    "清远市": {("share", None), ("template", None)},
    "上海市普陀区生态环境局": {
        ("year", 2), ("contradiction", 26), ("template", 6), ("unit", 27), ("disclosure", 27),
    },
}  # fmt: skip
"""Rule and page of every error; the pages were looked at by hand."""

PLANNED = {
    "上海市普陀区司法局2026": {
        ("change", 9), ("growth", 9), ("two-values", 9), ("text-table", 9), ("year", 8),
    },
    "上海市普陀区人民政府万里街道办事处23": {
        ("change", 6), ("zero-base", 6), ("growth", 6), ("growth", 7), ("zero-base", 8), ("two-values", 7),
        ("text-table", 7),
    },
    "上海市普陀区人民政府万里街道办事处24": {
        ("zero-base", 7), ("growth", 9), ("two-values", 9), ("text-table", 9),
    },
    "上海市普陀区人民政府万里街道办事处25": set(),
    "江苏省人大办公厅2017": set(),
    "省人大办公厅2018": {("growth", 21)},
    "江苏省人大常委会2019": {("unit", 16)},
    "江苏省人大常委会办公厅2019": set(),
}  # fmt: skip
"""The same of the published budgets."""


@pytest.fixture(scope="module")
def published(real_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from conftest import PlainEncoder

    folder = tmp_path_factory.mktemp("published")
    planted = sorted(real_files[0].parent.glob("24年*.pdf"))
    budgets = sorted((real_files[0].parent / "budgets").glob("*.pdf"))
    with Store(folder, write=True, encoder=PlainEncoder()) as store:
        assert all(outcome.status == "added" for outcome in ingest([*real_files, *planted, *budgets], store))
    assistant = Assistant.open(folder, encoder=PlainEncoder())
    yield assistant
    assistant.close()


def test_the_known_defects_of_published_accounts_are_found_and_no_others(published: Assistant) -> None:
    assert _errors(published, KNOWN) == KNOWN


def test_the_known_defects_of_published_budgets_are_found_and_no_others(published: Assistant) -> None:
    assert _errors(published, PLANNED) == PLANNED


def _errors(published: Assistant, known: dict[str, Any]) -> dict[str, set[tuple[str, int | None]]]:
    found = {}
    for account in published.store.accounts():
        name = next((name for name in known if Path(account.path).name.startswith(name)), None)
        if name:
            findings = check(published.library.view(account.id))
            found[name] = {(finding.rule, finding.page) for finding in findings if finding.severity == "error"}
    return found


def test_five_comparisons_with_the_budgets_own_year_are_five_findings(published: Assistant) -> None:
    account = next(a for a in published.store.accounts() if "司法局2026" in a.path)
    found = [f for f in check(published.library.view(account.id)) if f.rule == "year"]
    assert len(found) == 5


def test_every_finding_cites_what_it_lies_between(published: Assistant) -> None:
    for account in published.store.accounts():
        for finding in check(published.library.view(account.id)):
            assert finding.figures or finding.rule == "missing-table", finding
            cited = {citation.document for citation in finding.figures} - {account.id}
            assert not cited or finding.rule == "republished", "only what compares documents cites another one"


def test_roundings_are_one_note(published: Assistant) -> None:
    for account in published.store.accounts():
        severities = [f.severity for f in check(published.library.view(account.id))]
        assert severities.count("rounding") <= 1


def test_an_answer_says_that_a_finding_touches_its_figure(published: Assistant) -> None:
    touched = published.ask("普陀区财政局2024年收入支出总计是多少？")
    assert any("核对" in note for note in touched.notes)
    sound = published.ask("普陀区财政局2024年住房公积金是多少？")
    assert sound.status == "answered" and not any("核对" in note for note in sound.notes)


def test_consistent_accounts_have_no_findings_and_planted_defects_are_found() -> None:
    result = run(accounts=12, cases=200, seed=900)
    assert result.false == []
    assert result.recall >= 0.99, [case for case in result.planted if not case.cited]
    assert result.passed


def test_every_kind_of_defect_is_planted() -> None:
    kinds = set(run(accounts=25, cases=300, seed=40).kinds())
    assert {planter.kind for planter in SENTENCES if isinstance(planter, InText)} <= kinds
    assert {"cell left blank", "table missing", "table empty without a word", "T6 item above T7 item"} <= kinds
    assert {"heading with another name", "heading with another year", "code with a strange name"} <= kinds
    assert {f"cell of T{number}" for number in range(1, 8)} <= kinds


def test_a_missed_or_a_false_finding_fails_the_evaluation() -> None:
    found = Planted("a", "share", ("share",), "", found=True, cited=True)
    missed = Planted("a", "share", ("share",), "", found=True, cited=False)
    assert Result(1, [], [found] * 99 + [missed]).passed
    assert not Result(1, [], [found] * 98 + [missed] * 2).passed
    finding = Finding(id="a!1", rule="share", severity="error", page=None, message="", figures=())
    wrong = Result(1, [finding], [found] * 99)
    assert not wrong.passed and wrong.precision == 0.99
    assert any("| share | 99 | 99 | 99 | 1 |" in line for line in table(wrong))


def made_up(
    *sections: tuple[str, str], facts: Sequence[Fact] = (), year: int = 2024, kind: str = "部门决算"
) -> AccountView:
    """An account that says just these sections (heading, text)."""
    account = Account("a", "", "a.txt", "云岫市水务局", year, kind, None)
    view = AccountView(account, None)  # type: ignore[arg-type]  # nothing is read from a store
    made = []
    for number, (heading, text) in enumerate(sections):
        sentences = tuple(Sentence(part, (Place(line=number),)) for part in re.findall("[^。]+。?", text))
        made.append(Passage(f"a#{number}", "a", "section", ("第三部分 决算情况说明", heading), sentences))
    tables = {fact.table: fact for fact in facts}
    view.__dict__.update(
        passages=made,
        facts=list(facts),
        tables={n: Table(n, fact.kind, f"{fact.kind}表", "万元", (), (), ()) for n, fact in tables.items()},
    )
    return view


def cell(kind: str, text: str, measure: str = "决算数", **about: str) -> Fact:
    table, row = int(kind[1:]), len(text) + sum(map(ord, "".join(about.values())))
    words = {
        "label": "",
        "subject": "",
        "code": "",
        "side": "",
        "parent": "",
        "item": about.get("subject", ""),
        **about,
    }
    value = Decimal(text.replace(",", "")) if text else None
    return Fact(
        "a", table, kind, row, column=(measure,), measure=measure, text=text, value=value, unit="万元", place=Place(),
        **words,
    )  # fmt: skip


def rules_of(found: Iterable[Raised]) -> list[tuple[str, str]]:
    return [(one.rule, one.severity) for one in found]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("本年支出合计12.50，其中：基本支出10.00万元。", True),
        ("国内公务接待支出0.30万（含外宾接待支出0.00万元）。", True),
        ("项目支出2.50万元，占20.00。", True),
        ("与上年相比，支出增加1.00万元，增长8.70。", True),
        ("支出决算为12.50万元，完成年初预算的98.20。", True),
        ("政府性基金支出预算支出万元。", True),
        ("本年支出合计12.50万元，其中：基本支出10.00万元，占80.00%。", False),
        ("机关运行经费支出1,293.60万元，比上年增加1.00万元，增长0.08%。", False),
        ("全年安排因公出国（境）团组2个、累计6人次。", False),
    ],
)
def test_an_amount_or_a_rate_without_its_unit_is_an_error(text: str, wrong: bool) -> None:
    found = rules_of(units(made_up(("三、支出决算情况说明", text))))
    assert found == ([("unit", "error")] if wrong else [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("（如与上年一样则作持平表述）", True),
        ("没有此项支出的单位，作如下说明：", True),
        ("请在此处填写原因。", True),
        ("支出增加（减少）3.00万元。", True),
        ("增加的主要原因是按照规定列支。", False),
        ("由各单位填写绩效目标表并按季跟踪。", False),
        ("合同中列明的服务已经完成。", False),
    ],
)
def test_what_the_official_form_says_to_its_filler_is_an_error(text: str, wrong: bool) -> None:
    assert rules_of(residue(made_up(("三、支出决算情况说明", text)))) == ([("template", "error")] if wrong else [])


def test_choices_not_made_before_0_are_one_notice() -> None:
    view = made_up(("一、收支", "比上年增加（减少）0万元，增长（减少）0%。"), ("二、其他", "比上年增加（减少）0万元。"))
    assert rules_of(residue(view)) == [("template", "notice")]


@pytest.mark.parametrize(
    ("item", "purpose", "wrong"),
    [
        ("住房公积金", "在职人员的医疗保险", True),
        ("机关事业单位职业年金缴费支出", "单位缴纳的基本养老保险", True),
        ("事业单位医疗", "缴纳医疗保险和养老保险", False),
        ("行政单位医疗", "缴纳社会保险", False),
        ("提租补贴", "发放住房补贴", False),
        ("行政运行", "缴纳养老保险、住房公积金", False),
    ],
)
def test_an_item_is_not_described_as_another_one(item: str, purpose: str, wrong: bool) -> None:
    text = f"1、保障支出（类）改革支出（款）{item}（项）。主要用于：{purpose}。支出决算为1.00万元。"
    assert rules_of(purposes(made_up(("具体情况", text)))) == ([("text-names", "error")] if wrong else [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("政府采购金额为10.00万元，其中：货物采购金额4.00万元、工程采购金额0万元、服务采购金额6.00万元。", False),
        ("政府采购金额为10.00万元，其中：货物采购金额4.00万元、工程采购金额0万元、服务采购金额5.00万元。", True),
        (
            "政府采购金额为10.00万元。在面向中小企业预留的政府采购项目中，由中小企业供应商中标或成交的，采购金额10.00万元；"
            "在其他政府采购项目中，由中小企业供应商中标或成交的，采购金额10.00万元。",
            True,
        ),
        ("共有车辆3辆，其中：主要领导干部用车1辆、其他用车2辆（其中业务用车1辆）。", False),
        ("共有车辆3辆，其中：机要通信用车1辆、其他用车1辆。", True),
        ("共有车辆3辆，其中：其他用车3辆，其他用车主要是检查用车2辆。", False),
    ],
)
def test_parts_are_not_more_or_less_than_their_whole(text: str, wrong: bool) -> None:
    assert rules_of(parts(made_up(("（二）政府采购支出情况", text)))) == ([("parts", "error")] if wrong else [])


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("与2023年度相比，支出增加1.00万元。", "部门决算", []),
        ("与2024年度相比，支出增加1.00万元。", "部门决算", [("year", "error")]),
        ("支出决算比2024年年初预算增加1.00万元。", "部门决算", []),
        ("支出预算比2024年预算增加1.00万元。", "部门预算", [("year", "error")]),
        ("与2021年度相比，支出增加1.00万元。", "部门决算", [("year", "notice")]),
        ("云岫市水务局2023年度收入支出总计1.00万元。", "部门决算", [("year", "error")]),
        ("云岫市水务局2024年度收入支出总计1.00万元。", "部门决算", []),
    ],
)
def test_a_comparison_is_with_another_year_and_a_figure_of_this_one(
    text: str, kind: str, found: list[tuple[str, str]]
) -> None:
    assert rules_of(years(made_up(("一、收支情况", text), kind=kind))) == found


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("3、公务接待费支出0.30万元。其中：国内公务接待支出0.30万元。接待外宾0批次、0人次。", True),
        ("3、公务接待费支出0.30万元。其中：国内公务接待2批次、9人次，接待外宾0批次、0人次。", False),
        ("3、公务接待费支出0.30万元。其中：接待国外来访团组0个，外宾0人次；国内接待9次，接待人数共77人。", False),
        ("3、公务接待费支出0万元。", False),
    ],
)
def test_domestic_guests_are_counted_where_foreign_ones_are(text: str, wrong: bool) -> None:
    view = made_up(("七、财政拨款“三公”经费支出决算情况说明", text))
    assert rules_of(receptions(view)) == ([("disclosure", "error")] if wrong else [])


def test_one_figure_with_two_values_is_an_error_and_a_rounded_one_is_not() -> None:
    heading = "（一）机关运行经费支出情况"
    other = made_up((heading, "机关运行经费支出10.23万元。机关运行经费支出11.23万元。"))
    assert rules_of(two_values(other)) == [("two-values", "error")]
    rounded = made_up((heading, "机关运行经费支出10.23万元。机关运行经费支出10.2万元。"))
    assert rules_of(two_values(rounded)) == [("two-values", "rounding")]
    planned = made_up((heading, "机关运行经费支出10.23万元。上年机关运行经费支出11.23万元。"))
    assert rules_of(two_values(planned)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("基金支出0万元，比2023年预算增加5.00万元。", [("change", "error")]),
        ("基金支出5.00万元，比2023年预算增加5.00万元。", []),
        ("预算执行数为40.00万元，2024年预算安排30.00万元，比2023年预算执行数增加5.00%。", [("change", "error")]),
        ("预算执行数为40.00万元，2024年预算安排30.00万元，比2023年预算执行数减少25.00%。", []),
        ("预算执行数为40.00万元，2024年预算安排30.00万元，比2023年预算执行数减少35.00%。", [("growth", "error")]),
        ("预算执行数为0万元，2024年预算安排30.00万元，比2023年预算执行数增加100.00%。", [("zero-base", "error")]),
        ("预算执行数为30.00万元，2024年预算安排30.00万元，比2023年预算执行数持平。", []),
    ],
)
def test_a_change_can_be_and_is_what_its_two_figures_show(text: str, found: list[tuple[str, str]]) -> None:
    assert rules_of(moved(made_up(("编制说明", text), kind="部门预算"))) == found


@pytest.mark.parametrize(
    ("whole", "found"), [("0.50", []), ("0.30", [("at-most", "error")]), ("", [("at-most", "error")])]
)
def test_three_official_items_of_basic_spending_are_a_part_of_all(whole: str, found: list[tuple[str, str]]) -> None:
    facts = [cell("T6", "0.40", code="30217", subject="公务接待费"), cell("T7", whole, item="公务接待费")]
    assert rules_of(at_most(made_up(facts=facts))) == found


def test_basic_spending_is_staff_and_running_costs_together() -> None:
    def found(basic: str) -> list[tuple[str, str]]:
        sides = [cell("T6", "95.36", subject="人员经费合计"), cell("T6", "10.23", subject="公用经费合计")]
        return rules_of(sums_between(made_up(facts=[cell("T5", basic, "基本支出", subject="合计"), *sides])))

    assert found("105.59") == []
    assert found("105.58") == [("between-tables", "rounding")]
    assert found("106.58") == [("between-tables", "error")]


def test_a_blank_cell_against_a_filled_one_is_an_error_and_two_blank_ones_are_not() -> None:
    def found(total: str) -> list[tuple[str, str]]:
        left = cell("T1", total, subject="本年收入合计", side="收入")
        return rules_of(between(made_up(facts=[left, cell("T2", "5.00", "本年收入合计", subject="合计")])))

    assert (found("5.00"), found("")) == ([], [("between-tables", "error")])


def test_an_empty_table_needs_a_sentence_that_says_so() -> None:
    facts = [cell("T8", "", "本年支出合计", subject="合计")]
    silent = made_up(("八、政府性基金", "政府性基金情况如下。"), facts=facts)
    assert rules_of(empty_tables(silent)) == [("empty-table", "error")]
    told = made_up(("八、政府性基金", "云岫市水务局没有政府性基金收入和支出。"), facts=facts)
    assert rules_of(empty_tables(told)) == []


def test_a_code_with_another_name_than_known_is_a_notice_alone() -> None:
    facts = [
        cell("T5", "1.00", code="2210201", subject="住房公积金"),
        cell("T5", "1.00", code="2210203", subject="买房补助"),
    ]
    assert rules_of(codes(made_up(facts=facts))) == [("code-name", "notice")]


def test_an_item_under_another_name_is_an_error_and_one_cut_short_a_notice() -> None:
    facts = [cell("T5", "1.00", "本年支出合计", code="2210203", subject="购房补贴支出")]

    def found(name: str) -> list[tuple[str, str]]:
        text = f"1、住房保障支出（类）住房改革支出（款）{name}（项）。支出决算为1.00万元。"
        return rules_of(items(made_up(("一般公共预算财政拨款支出决算具体情况", text), facts=facts)))

    assert found("购房补贴支出") == []
    assert found("买房补助") == [("text-names", "error")]
    assert found("购房补贴") == [("text-names", "notice")]


def test_an_amount_that_prose_rounds_further_agrees_at_its_own_precision() -> None:
    facts = [replace(cell("T7", "378,000", item="“三公”经费合计"), unit="元")]

    def found(amount: str) -> list[tuple[str, str]]:
        return rules_of(amounts(made_up(("七、“三公”经费支出", f"“三公”经费支出决算{amount}。"), facts=facts)))

    assert (found("37.80万元"), found("37.8万元"), found("38万元")) == ([], [], [])
    assert found("39万元") == [("text-table", "error")]


def test_a_plain_0_does_not_widen_what_rounding_allows() -> None:
    cells = [("12.40", "12.40"), ("12.00", "12.00"), ("0", "0")]
    rows = tuple(
        Row(label, label, code, "", "", (Cell(0, text, Decimal(text), Place()),), Place())
        for (text, _), label, code in zip(cells, ("合计", "甲", "乙"), ("", "201", "202"), strict=True)
    )
    table = Table(1, "T3", "支出决算表", "万元", (), (("本年支出合计",),), rows)
    assert [sums.holds(table, relation) for relation in sums.relations(table)] == [False]


def test_the_samples_are_sound(samples: Assistant) -> None:
    for account in samples.library.accounts:
        errors = [f for f in check(samples.library.view(account.id)) if f.severity == "error"]
        assert errors == [] or "清远" in account.department, [f.message for f in errors]


@pytest.mark.parametrize(
    ("part", "whole", "printed", "verdict"),
    [
        ("2106.66", "2940.05", "71.65", "exact"),
        ("2106.66", "2940.05", "71.73", "error"),
        ("99.868", "100.000", "99.86", "rounding"),  # cut
        ("2076.59", "2627.63", "79.00", "rounding"),  # rounded to a whole, then padded
        ("0.01", "0.03", "33.3", "exact"),
        ("0.01", "0.03", "20", "rounding"),  # what two figures of one digit leave open
        ("50.00", "100.00", "51", "error"),
    ],
)
def test_a_printed_rate_is_exact_rounded_or_wrong(part: str, whole: str, printed: str, verdict: str) -> None:
    one, other = shown(part, "万元"), shown(whole, "万元")
    assert one and other and rate(one, other, printed) == verdict


def test_agreement_is_half_a_unit_of_each_figure() -> None:
    assert shown("326.71", "万元") == Shown(Fraction(3267100), Fraction(50))
    one, other = shown("326.71", "万元"), shown("326.72", "万元")
    coarse, far = shown("327", "万元"), shown("326.73", "万元")
    assert one and other and coarse and far
    assert one.agrees(other) and one.agrees(coarse) and not one.agrees(far)


def test_rules_name_cells_that_the_catalogue_knows() -> None:
    from ingest import catalogue

    for one, other in (*rules().between, *rules().rows):
        for cell in (one, other):
            standard = catalogue.standard_table(cell.kind)
            assert standard and cell.measure in {
                m for c in standard.columns for m in ([c.measure] if isinstance(c.measure, str) else c.measure.values())
            } | {"决算数"}
