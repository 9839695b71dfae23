"""The sample PDFs: every figure of the data files is found in its row and column, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from readings import read

from eval.accounts.labels import FISCAL_LABELS, SOURCE_LABELS
from eval.accounts.tables import CARRIED, INCOME, OFFICIAL, SPENDING
from eval.samples.account import HERE, Account, load_accounts
from eval.samples.figures import ECONOMIC, FUNCTIONS, SUBJECTS, Figures, Row, figures_of
from ingest.model import Fact

ACCOUNTS = {account.name: account for account in load_accounts()}
KINDS = [f"T{number}" for number in range(1, 10)]
Key = tuple[str, str, str, str, str, str]
"""kind, side, code or subject, parent, measure, item (三公) of a figure."""


def by_function(kind: str, rows: tuple[Row, ...], measures: tuple[str, ...]) -> Iterator[tuple[Key, Decimal]]:
    for row in rows:
        for measure, amount in zip(measures, row.amounts, strict=True):
            yield (kind, "", row.code or "合计", "", measure, ""), amount


def two_sided(kind: str, side: str, labels: list[str], amounts: list[Decimal], parent: str = "") -> Iterator:
    for label, amount in zip(labels, amounts, strict=True):
        yield (kind, side, label, parent, "决算数", ""), amount


def figures_of_tables(account: Account, f: Figures) -> Iterator[tuple[Key, Decimal]]:
    """Every figure that the nine tables of this sample print, from the data file alone."""
    names = [FUNCTIONS[code] for code in f.totals.classes]
    drawn = "使用非财政拨款结余" + ("（含专用结余）" if account.codes == "three" else "")
    foot = (["本年收入合计", drawn, "年初结转和结余", "总计"], ["本年支出合计", "结余分配", "年末结转和结余", "总计"])
    yield from two_sided("T1", "收入", [*SOURCE_LABELS, *foot[0]], [*f.totals.sources, *(a for a, _ in f.totals.foot)])
    yield from two_sided("T1", "支出", [*names, *foot[1]], [*f.totals.classes.values(), *(b for _, b in f.totals.foot)])
    yield from by_function("T2", f.income, INCOME)
    yield from by_function("T3", f.spending, SPENDING)
    start = "年初财政拨款结转和结余"
    yield from two_sided(
        "T4",
        "收入",
        [*FISCAL_LABELS, "本年收入合计", start, "总计"],
        [*f.fiscal.sources, f.fiscal.income, f.fiscal.start[0], f.fiscal.total[0]],
    )
    yield from two_sided("T4", "收入", list(FISCAL_LABELS), list(f.fiscal.start[1:]), start)
    lines = [*zip(names, f.fiscal.classes.values(), strict=True), ("本年支出合计", f.fiscal.spent)]
    for label, amounts in [*lines, ("年末财政拨款结转和结余", f.fiscal.end), ("总计", f.fiscal.total)]:
        for measure, amount in zip(("决算数", *FISCAL_LABELS), amounts, strict=True):
            yield ("T4", "支出", label, "", measure, ""), amount
    yield from by_function("T5", f.general, SPENDING[:3])
    printed = SUBJECTS["basic_columns"][account.form]
    for code in {*printed["left"], *printed["right"]} - {None}:
        amount = f.basic.get(code, Decimal(0))
        yield ("T6", "人员经费" if code[:3] in ("301", "303") else "公用经费", code, "", "决算数", ""), amount
    for side, amount in zip(("人员经费", "公用经费"), f.basic_foot, strict=True):
        yield ("T6", side, f"{side}合计", "", "决算数", ""), amount
    for stage, amounts in (("预算数", f.budgeted), ("决算数", f.final)):
        for (_, item), amount in zip(OFFICIAL, amounts, strict=True):
            yield ("T7", "", "", "", stage, item), amount
    yield from by_function("T8", f.fund, CARRIED)
    columns = slice(2, 5) if account.form == "guangdong" else slice(0, 6)
    capital = tuple(Row(row.code, row.name, row.amounts[columns]) for row in f.capital)
    yield from by_function("T9", capital, CARRIED[columns])


def key_of(fact: Fact) -> Key:
    item = fact.item if fact.kind == "T7" else ""
    return (fact.kind or "", fact.side, fact.code or fact.subject, fact.parent, fact.measure, item)


@pytest.fixture(params=ACCOUNTS, ids=lambda name: name.removesuffix("年度部门决算"))
def sample(request: pytest.FixtureRequest) -> Account:
    return ACCOUNTS[request.param]


def path_of(account: Account) -> Path:
    return HERE / "accounts" / f"{account.name}.pdf"


def test_all_nine_tables_are_found_once_with_their_unit(sample: Account) -> None:
    tables = [table for table in read(path_of(sample)).tables if table.kind]
    assert [table.kind for table in tables] == KINDS
    assert {table.unit for table in tables} == {"万元"}


def test_department_and_year_come_from_the_document(sample: Account) -> None:
    account = read(path_of(sample)).account
    assert (account.department, account.year, account.kind) == (sample.unit, sample.year, "部门决算")


def test_every_figure_of_the_data_file_stands_in_its_row_and_column(sample: Account) -> None:
    facts = {key_of(fact): fact for fact in read(path_of(sample)).facts if fact.kind}
    for key, amount in figures_of_tables(sample, figures_of(sample)):
        assert key in facts, key
        assert (facts[key].value or Decimal(0)) == amount, (key, facts[key].text, amount)


def test_no_figure_is_read_that_the_data_file_does_not_have(sample: Account) -> None:
    expected = dict(figures_of_tables(sample, figures_of(sample)))
    facts = [fact for fact in read(path_of(sample)).facts if fact.kind]
    twice = [key for key, count in Counter(key_of(fact) for fact in facts).items() if count > 1]
    assert not twice
    assert {key_of(fact) for fact in facts} == set(expected)


def test_blank_cell_is_not_zero(sample: Account) -> None:
    """The Shanghai form leaves cells blank where the Guangdong form prints 0.00."""
    for fact in read(path_of(sample)).facts:
        if fact.kind:
            zero_in_form = sample.form == "guangdong" or (fact.kind == "T6" and sample.zero_in_t6)
            assert (fact.text == "") == (fact.value is None), fact
            assert (fact.value == 0) <= bool(zero_in_form or fact.label.endswith("经费合计")), fact
            assert (fact.value is None) <= (not zero_in_form), fact


def test_rows_keep_the_name_that_their_code_has(sample: Account) -> None:
    for fact in read(path_of(sample)).facts:
        if fact.kind and fact.code:
            names = ECONOMIC if fact.kind == "T6" else FUNCTIONS
            assert fact.subject == names[fact.code], fact


def test_an_empty_table_keeps_the_note_that_says_so(sample: Account) -> None:
    figures = figures_of(sample)
    empty = {"T8": len(figures.fund) == 1, "T9": len(figures.capital) == 1}
    for table in read(path_of(sample)).tables:
        if empty.get(table.kind or ""):
            assert any("没有" in note or "无数据" in note or "未安排" in note for note in table.notes), table.notes
            assert not any(cell.value for row in table.rows for cell in row.cells)


def test_boxes_hold_the_printed_amount(sample: Account) -> None:
    """Independently of the reader: the text that pdfium finds inside a fact's box is the fact's text."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path_of(sample))
    pages = {}
    for fact in read(path_of(sample)).facts:
        if fact.kind and fact.text:
            assert fact.place.page and fact.place.box
            if fact.place.page not in pages:
                page = document[fact.place.page - 1]
                pages[fact.place.page] = (page.get_textpage(), page.get_height())
            text, height = pages[fact.place.page]
            x0, top, x1, bottom = fact.place.box
            inside = text.get_text_bounded(x0, height - bottom, x1, height - top)
            assert "".join(inside.split()) == fact.text, fact
    document.close()


def test_qingyuan_sample_has_the_published_figures() -> None:
    """Figures as published for 2021, by hand."""
    reading = read(path_of(ACCOUNTS["清远市政务服务数据管理局2021年度部门决算"]))
    facts = {key_of(fact): fact.text for fact in reading.facts if fact.kind}
    published = {
        ("T1", "收入", "一般公共预算财政拨款收入", "", "决算数", ""): "4,704.22",
        ("T1", "收入", "政府性基金预算财政拨款收入", "", "决算数", ""): "2,890.92",
        ("T1", "收入", "其他收入", "", "决算数", ""): "84.42",
        ("T1", "收入", "总计", "", "决算数", ""): "7,690.84",
        ("T1", "支出", "一般公共服务支出", "", "决算数", ""): "4,645.47",
        ("T1", "支出", "外交支出", "", "决算数", ""): "0.00",
        ("T1", "支出", "年末结转和结余", "", "决算数", ""): "24.66",
        ("T2", "", "2010399", "", "其他收入", ""): "84.42",
        ("T2", "", "合计", "", "本年收入合计", ""): "7,679.55",
        ("T3", "", "2010301", "", "基本支出", ""): "655.30",
        ("T3", "", "2121399", "", "项目支出", ""): "2,865.92",
        ("T3", "", "合计", "", "项目支出", ""): "6,881.09",
        ("T4", "支出", "城乡社区支出", "", "政府性基金预算财政拨款", ""): "2,890.92",
        ("T4", "支出", "城乡社区支出", "", "一般公共预算财政拨款", ""): "0.00",
        ("T4", "收入", "一般公共预算财政拨款", "年初财政拨款结转和结余", "决算数", ""): "10.85",
        ("T4", "收入", "总计", "", "决算数", ""): "7,605.99",
        ("T5", "", "合计", "", "本年支出合计", ""): "4,690.97",
        ("T5", "", "2010399", "", "项目支出", ""): "3,903.94",
        ("T6", "人员经费", "30102", "", "决算数", ""): "288.05",
        ("T6", "公用经费", "30217", "", "决算数", ""): "0.37",
        ("T6", "人员经费", "人员经费合计", "", "决算数", ""): "741.37",
        ("T6", "公用经费", "公用经费合计", "", "决算数", ""): "43.72",
        ("T7", "", "", "", "预算数", "“三公”经费合计"): "7.00",
        ("T7", "", "", "", "决算数", "“三公”经费合计"): "1.21",
        ("T7", "", "", "", "决算数", "公务用车运行维护费"): "0.84",
        ("T7", "", "", "", "决算数", "公务接待费"): "0.37",
        ("T8", "", "2120803", "", "本年支出合计", ""): "25.00",
        ("T8", "", "合计", "", "本年收入", ""): "2,890.92",
        ("T9", "", "合计", "", "本年支出合计", ""): "0.00",
    }
    assert {key: facts.get(key) for key in published} == published
