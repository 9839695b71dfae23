"""The narrative: whole sections, duties and glossary entries, sentences with the places of their lines, statements."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from readings import read

from eval.samples.account import HERE, Account, load_accounts, load_units, read_yaml
from eval.samples.figures import FUNCTIONS, figures_of
from ingest.model import Passage, Reading, Statement
from ingest.narrative import glossary_term
from ingest.text import plain, squeeze

ACCOUNTS = {account.name: account for account in load_accounts()}
UNITS = load_units()
GLOSSARY: dict[str, dict[str, str]] = read_yaml(HERE / "narrative" / "glossary.yaml")


@pytest.fixture(params=ACCOUNTS, ids=lambda name: name.removesuffix("年度部门决算"))
def sample(request: pytest.FixtureRequest) -> Account:
    return ACCOUNTS[request.param]


def reading_of(account: Account) -> Reading:
    return read(HERE / "accounts" / f"{account.name}.pdf")


def passages(reading: Reading, kind: str) -> list[Passage]:
    return [passage for passage in reading.passages if passage.kind == kind]


def test_every_duty_is_there_in_full_and_in_order(sample: Account) -> None:
    text = squeeze("".join(passage.text for passage in passages(reading_of(sample), "duties")))
    at = [text.find(squeeze(duty)) for duty in UNITS[sample.unit].duties]
    assert min(at) >= 0 and at == sorted(at)


def test_every_office_is_named_in_one_passage_about_the_structure(sample: Account) -> None:
    told = [squeeze(p.text) for kind in ("units", "duties") for p in passages(reading_of(sample), kind)]
    assert any(all(squeeze(office) in text for office in UNITS[sample.unit].offices) for text in told)


def test_every_glossary_term_has_its_own_whole_entry(sample: Account) -> None:
    entries = passages(reading_of(sample), "glossary")
    meanings = {plain(term): squeeze(meaning) for term, meaning in GLOSSARY[sample.form].items()}
    assert [plain(glossary_term(entry)) for entry in entries] == list(meanings)
    for entry in entries:
        assert squeeze(entry.text).endswith(meanings[plain(glossary_term(entry))]), entry


def test_lines_of_a_sentence_hold_the_sentence(sample: Account) -> None:
    """By pdfium's own text inside the boxes of the lines; several sentences run over two pages."""
    import pypdfium2

    document = pypdfium2.PdfDocument(HERE / "accounts" / f"{sample.name}.pdf")
    pages = [(page.get_textpage(), page.get_height()) for page in document]
    for passage in reading_of(sample).passages:
        for sentence in passage.sentences if passage.kind in ("section", "glossary", "duties") else ():
            shown = ""
            for place in sentence.places:
                assert place.page and place.box
                (text, height), (x0, top, x1, bottom) = pages[place.page - 1], place.box
                shown += text.get_text_bounded(x0 - 1, height - bottom - 1, x1 + 1, height - top + 1)
            assert squeeze(sentence.text) in squeeze(shown), sentence


def test_some_sentences_run_over_two_pages_and_keep_both() -> None:
    found = [
        [place.page for place in sentence.places]
        for account in ACCOUNTS.values()
        for passage in reading_of(account).passages
        for sentence in passage.sentences
        if len({place.page for place in sentence.places}) == 2
    ]
    assert len(found) >= 10
    assert all(pages == sorted(pages, key=lambda page: page or 0) for pages in found)


def stated(reading: Reading, subject: str, measure: str) -> list[Statement]:
    return [s for s in reading.statements if plain(subject) in plain(s.subject) and s.measure == measure]


def test_each_item_states_its_budget_and_its_reason(sample: Account) -> None:
    """年初预算 of an item stands in the prose alone."""
    reading = reading_of(sample)
    for item in sample.items:
        if item.budget is None or sample.form != "shanghai":
            continue
        found = [
            s
            for s in stated(reading, FUNCTIONS[item.code], "年初预算")
            if s.value == item.budget and (not item.reason or squeeze(item.reason).strip("。") in squeeze(s.reason))
        ]
        assert found and {s.unit for s in found} == {"万元"}, item


def test_running_costs_and_their_change_are_stated(sample: Account) -> None:
    reading, running = reading_of(sample), figures_of(sample).basic_foot[1]
    amount = stated(reading, "机关运行经费", "决算数")
    assert [s.value for s in amount][:1] == [running]
    years = {(a.unit, a.year): a for a in ACCOUNTS.values()}
    before = years.get((sample.unit, sample.year - 1))
    if before and sample.form == "shanghai":
        difference = running - figures_of(before).basic_foot[1]
        change = next(s for s in stated(reading, "机关运行经费", "增减额"))
        assert change.value == abs(difference)
        assert change.direction == ("增加" if difference > 0 else "减少" if difference else "持平")
        assert change.base == f"{sample.year - 1}年"
        rate = next(s for s in stated(reading, "机关运行经费", "增减率"))
        assert (rate.unit, rate.direction) == ("%", change.direction)


def test_receptions_cars_and_procurement_are_stated(sample: Account) -> None:
    reading, facts = reading_of(sample), sample.facts
    numbers = {(s.value, s.unit) for s in reading.statements}
    if sample.official_final.reception and facts.groups:
        assert any((Decimal(facts.groups), unit) in numbers for unit in ("批次", "次", "个"))
        assert any((Decimal(facts.people), unit) in numbers for unit in ("人次", "人"))
    for name, count in facts.cars.items():
        assert any(s.value == count and s.unit == "辆" for s in stated(reading, name, "数量")), name
    for amount in (facts.goods, facts.services):
        assert not amount or (amount, "万元") in numbers, amount


def test_a_project_that_has_targets_is_counted_and_is_no_target(real_files: list[Path]) -> None:
    reading = read(next(path for path in real_files if "财政局" in path.name))
    assert {(s.measure, s.value) for s in reading.statements if "绩效目标的项目" in s.subject} == {("数量", Decimal(4))}


Stated = tuple[str, str, str, str, str, str]
"""subject, measure, value, unit, direction, base."""
REAL: dict[str, list[Stated]] = {
    "财政局": [
        ("收入支出总计", "增减额", "56.95", "万元", "减少", "2023年"),
        ("收入支出总计", "增减率", "1.87", "%", "减少", "2023年"),
        ("其他收入", "占比", "0.21", "%", "", ""),
        ("一般公共预算财政拨款支出", "年初预算", "2993.92", "万元", "", ""),
        ("一般公共预算财政拨款支出", "完成率", "98.20", "%", "", "年初预算"),
        ("信息化建设", "年初预算", "135.90", "万元", "", ""),
        ("购房补贴", "增减额", "0", "", "持平", "预算"),
        ("机关运行经费支出", "增减额", "2.55", "万元", "增加", "2023年"),
        ("机关运行经费支出", "增减率", "1.40", "%", "增加", "2023年"),
        ("服务采购金额", "决算数", "246.47", "万元", "", ""),
    ],
    "社会工作部": [
        ("收入支出总计", "增减额", "307.82", "万元", "增加", "2023年"),
        ("行政运行", "预算数", "52.00", "万元", "", ""),
        ("行政运行", "完成率", "98.69", "%", "", "全年预算"),
        ("住房公积金", "决算数", "17.70", "万元", "", ""),
        ("货物采购金额", "决算数", "21.07", "万元", "", ""),
    ],
    "清远": [
        ("一般公共预算财政拨款收入", "增减额", "2076.59", "万元", "增加", "上年"),
        ("一般公共预算财政拨款收入", "增减率", "79.00", "%", "增加", "上年"),
        ("基本支出", "增减率", "2.90", "%", "增加", "上年"),
        ("公务接待费", "完成率", "18.50", "%", "", "预算"),
        ("公务用车保有量", "数量", "1", "辆", "", ""),
        ("政府采购服务支出", "决算数", "3756", "万元", "", ""),
    ],
    "生态环境局": [
        ("收入支出总计", "增减额", "90.09", "万元", "增加", "2024年"),
        ("生态环境监测与信息", "年初预算", "1464.65", "万元", "", ""),
        ("公务用车购置及运行维护费", "完成率", "82.68", "%", "", "预算"),
        ("机关运行经费支出", "增减率", "2.60", "%", "增加", "2024年"),
        ("应急保障用车", "数量", "1", "辆", "", ""),
    ],
}


@pytest.mark.parametrize("word", REAL)
def test_statements_know_subject_value_unit_direction_and_base(real_files: list[Path], word: str) -> None:
    reading = read(next(path for path in real_files if word in path.name))
    found = {(s.subject, s.measure, s.value, s.unit, s.direction, s.base) for s in reading.statements}
    expected = {(subject, m, Decimal(value), unit, d, base) for subject, m, value, unit, d, base in REAL[word]}
    assert expected - found == set()


def test_every_statement_stands_in_its_sentence(real_files: list[Path]) -> None:
    for path in real_files:
        for statement in read(path).statements:
            assert squeeze(statement.text) in squeeze(statement.sentence.text)
            assert statement.sentence.places
            assert re.search(r"\d", statement.text) or statement.direction == "持平"


def test_a_stated_reason_goes_with_its_figure_and_not_with_the_next(real_files: list[Path]) -> None:
    reading = read(next(path for path in real_files if "财政局" in path.name))
    reasons = {(s.subject, s.measure): s.reason for s in reading.statements}
    assert reasons["信息化建设", "年初预算"] and reasons["行政单位医疗", "年初预算"]
    assert reasons["信息化建设", "年初预算"] != reasons["行政运行", "年初预算"]
    assert not reasons["购房补贴", "年初预算"] and not reasons["本年收入", "决算数"]


@pytest.mark.parametrize(
    ("word", "duties", "terms", "headings"),
    [("财政局", 12, 11, 11), ("社会工作部", 0, 11, 11), ("清远", 13, 15, 4), ("生态环境局", 12, 11, 11)],
)
def test_parts_of_real_accounts_are_complete(
    real_files: list[Path], word: str, duties: int, terms: int, headings: int
) -> None:
    reading = read(next(path for path in real_files if word in path.name))
    text = "".join(passage.text for passage in passages(reading, "duties"))
    marks = re.findall(r"（[一二三四五六七八九十]+）|(?<![\d.])\d{1,2}、", text)
    numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    plain_marks = [f"{number}、" for number in range(1, duties + 1)]
    assert marks in ([f"（{numeral}）" for numeral in numerals[:duties]], plain_marks)
    entries = passages(reading, "glossary")
    assert len(entries) == terms and all(glossary_term(entry) for entry in entries)
    third = {p.heading[1] for p in reading.passages if len(p.heading) > 1 and p.heading[0].startswith("第三")}
    assert len(third) == headings
