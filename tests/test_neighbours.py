"""Claims about whose a document is, and about the neighbours of final accounts: budgets, re-publications, others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from ingest import Store, ingest, read_account
from ingest.catalogue import division_path
from ingest.identity import OTHER, region_of
from ingest.model import Account

OWNER = "云岫市水务局"
BUDGET = """{owner}
{year}年部门预算
目录
一、部门预算表
二、名词解释

{year}年部门收入预算总表
编制部门：{owner}
单位：元
科目编码\t科目名称\t合计\t财政拨款收入\t其他收入
201\t一般公共服务支出\t{total}\t{total}\t0
\t合计\t{total}\t{total}\t0

{year}年部门支出预算总表
编制部门：{owner}
单位：元
科目编码\t科目名称\t合计\t基本支出\t项目支出
201\t一般公共服务支出\t{total}\t1,000,000\t234,500
20103\t政府办公厅（室）及相关机构事务\t{total}\t1,000,000\t234,500
2010301\t行政运行\t{total}\t1,000,000\t234,500
\t合计\t{total}\t1,000,000\t234,500

{year}年部门“三公”经费和机关运行经费预算表
编制部门：{owner}
单位：万元
合计\t因公出国（境）费\t公务接待费\t公务用车购置及运行费小计\t公务用车购置费\t公务用车运行费
8.50\t0\t1.20\t7.30\t0\t7.30
"""
ACCOUNT = """{owner}
{year}年度部门决算
{cover}

第一部分 {owner}概况
一、主要职能
{owner}（以下简称“市水务局”）由云岫市水利局更名组建，负责全市水资源管理。

第二部分 {head}{title_year}年度部门决算表
支出决算表
部门：{owner}
单位：万元

科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出\t上缴上级支出\t经营支出\t对附属单位补助支出
201\t一般公共服务支出\t{total}\t90.00\t10.00\t0.00\t0.00\t0.00
\t合计\t{total}\t90.00\t10.00\t0.00\t0.00\t0.00
"""


def budget(folder: Path, year: int = 2026, total: str = "1,234,500") -> Path:
    path = folder / f"budget{year}.txt"
    path.write_text(BUDGET.format(owner=OWNER, year=year, total=total), "utf-8")
    return path


def account(folder: Path, name: str = "account", year: int = 2024, **printed: Any) -> Path:
    values = {"owner": OWNER, "head": OWNER, "title_year": year, "total": "100.00", "cover": ""} | printed
    path = folder / f"{name}.txt"
    path.write_text(ACCOUNT.format(year=year, **values), "utf-8")
    return path


def assistant_over(folder: Path, encoder: Any, files: list[Path]) -> Assistant:
    with Store(folder / "store", write=True, encoder=encoder) as store:
        assert [outcome.status for outcome in ingest(files, store)] == ["added"] * len(files)
    return Assistant.open(folder / "store", encoder=encoder)


def test_a_budget_is_answered_as_a_budget_and_never_as_what_was_spent(tmp_path: Path, encoder: Any) -> None:
    asking = assistant_over(tmp_path, encoder, [budget(tmp_path), account(tmp_path)])
    planned = asking.ask("水务局2026年行政运行的基本支出是多少万元？")
    assert (planned.value, planned.unit) == ("100.0000", "万元") and "预算" in planned.text
    assert "决算数" not in planned.text and planned.citations[0].kind is None
    three = asking.ask("水务局2026年公务接待费预算是多少？")
    assert (three.value, three.unit) == ("1.20", "万元") and "公务接待费预算数" in three.text
    spent = asking.ask("水务局2026年公务接待费花了多少？")
    assert (spent.status, spent.reason) == ("refused", "stage")
    assert asking.ask("水务局支出合计是多少？").value == "100.00", "without a year the final account is meant"
    assert asking.ask("水务局2026年支出最大的一项是什么？").citations[0].table == "2026年部门支出预算总表"
    asking.close()


def test_a_corrected_publication_takes_the_place_of_the_earlier_one(tmp_path: Path, encoder: Any) -> None:
    first = account(tmp_path, "first", total="100.00")
    corrected = account(tmp_path, "second", total="100.01")
    asking = assistant_over(tmp_path, encoder, [first, corrected])
    answer = asking.ask("水务局2024年支出合计是多少？")
    assert answer.value == "100.01" and any("不止一次" in note for note in answer.notes)
    old, new = asking.store.accounts()
    assert (old.superseded_by, new.superseded_by) == (new.id, "")
    assert [a.id for a in asking.library.accounts] == [new.id] and asking.library.account(old.id) == old
    asking.close()


def test_the_one_published_last_is_current_in_whatever_order_they_come(tmp_path: Path, encoder: Any) -> None:
    late = account(tmp_path, "late", cover="2025年9月1日", total="100.01")
    early = account(tmp_path, "early", cover="2025年8月20日", total="100.00")
    asking = assistant_over(tmp_path, encoder, [late, early])
    assert asking.ask("水务局2024年支出合计是多少？").value == "100.01"
    asking.close()


def test_identity_with_its_evidence(tmp_path: Path) -> None:
    found: Account = read_account(
        account(tmp_path, cover="公开日期：2025-08-20\n来源：https://www.example.cn/a/1.html")
    ).account
    assert (found.department, found.year, found.kind) == (OWNER, 2024, "部门决算")
    assert (found.published, found.source) == ("2025-08-20", "https://www.example.cn/a/1.html")
    assert set(found.names) == {"市水务局", "云岫市水利局"}
    assert {e.field: e.value for e in found.evidence} == {
        "department": OWNER, "year": "2024", "kind": "部门决算", "published": "2025-08-20", "source": found.source,
    }  # fmt: skip
    assert all(e.sentence.places[0].line for e in found.evidence)


@pytest.mark.parametrize(
    ("printed", "rule", "said"),
    [
        ({"title_year": 2023}, "year", "2023"),
        ({"title_year": 202}, "year", "202"),
        ({"head": "云岫市XX局"}, "name", "XX"),
    ],
)
def test_headings_that_disagree_with_the_cover_are_findings(
    tmp_path: Path, printed: dict[str, Any], rule: str, said: str
) -> None:
    (finding,) = read_account(account(tmp_path, **printed)).findings
    assert finding.rule == rule and said in finding.message and said in finding.sentences[0].text
    assert finding.sentences[0].places[0].line
    assert read_account(account(tmp_path, "right")).findings == ()


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("上海市普陀区财政局", "上海市/普陀区"),
        ("浙江省舟山市普陀区财政局", "浙江省/舟山市/普陀区"),
        ("清远市政务服务数据管理局", "广东省/清远市"),
        ("中共广东省清远市清城区委办公室", "广东省/清远市/清城区"),
        ("江苏省人大常委会办公厅", "江苏省"),
        ("普陀区财政局", ""),
        ("云岫市水务局", ""),
    ],
)
def test_region_is_known_or_left_open(name: str, region: str) -> None:
    assert region_of(name) == region


@pytest.mark.parametrize(
    ("cover", "kind", "owner"),
    [
        ("云岫市图书馆\n2024年度单位决算", "单位决算", "云岫市图书馆"),
        ("2024年度云岫市图书馆单位决算公开", "单位决算", "云岫市图书馆"),
        ("云岫市水务局\n二〇二四年度部门决算", "部门决算", "云岫市水务局"),
        ("云岫市水务局部门决算\n（2024年度）", "部门决算", "云岫市水务局"),
        ("云岫市2024年度本级财政决算", "政府决算", "云岫市"),
    ],
)
def test_kind_and_owner_of_covers(tmp_path: Path, cover: str, kind: str, owner: str) -> None:
    body = ACCOUNT.format(owner=owner, year=2024, head=owner, title_year=2024, total="100.00", cover="")
    path = tmp_path / "x.txt"
    path.write_text(cover + "\n" + body.split("\n", 2)[2], "utf-8")
    found = read_account(path).account
    assert (found.kind, found.department, found.year) == (kind, owner, 2024)


def test_each_division_is_found_by_its_whole_path() -> None:
    from ingest.catalogue import _with_parents, divisions

    wrong = []
    for division in divisions().values():
        path = _with_parents(division)
        if division_path("".join(part.name for part in path)) != path:
            wrong.append("".join(part.name for part in path))
    assert wrong == []


def test_another_document_is_loaded_for_its_text_or_refused_by_setting(
    tmp_path: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "notice.txt"
    other.write_text(
        "云岫市公务接待管理办法\n\n第一条 接待费实行总额控制。\n第二条 接待单位应当填写接待清单。\n", "utf-8"
    )
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        (outcome,) = ingest([other], store)
        assert outcome.status == "added" and outcome.reason and "一般文件" in outcome.reason
        assert [a.kind for a in store.accounts()] == [OTHER]
    asking = Assistant.open(tmp_path / "store", encoder=encoder)
    quoted = asking.ask("《云岫市公务接待管理办法》里接待单位应当填写什么？")
    assert quoted.status == "answered" and "接待清单" in quoted.text
    assert asking.ask("公务接待费是多少？").status == "refused"
    asking.close()
    monkeypatch.setenv("JUESUAN_OTHERS", "refuse")
    with Store(tmp_path / "second", write=True, encoder=encoder) as store:
        assert [o.status for o in ingest([other], store)] == ["failed"] and store.accounts() == []


GOVERNMENT = """云岫市2024年财政决算

云岫市2024年一般公共预算收支决算表
单位：万元

项目\t预算数\t调整预算数\t决算数\t决算数为预算数的%
一、税收收入\t120.00\t118.00\t119.50\t99.58
二、非税收入\t30.00\t30.00\t29.00\t96.67
"""


def test_a_table_of_no_standard_kind_is_asked_by_row_and_column(tmp_path: Path, encoder: Any) -> None:
    path = tmp_path / "government.txt"
    path.write_text(GOVERNMENT, "utf-8")
    asking = assistant_over(tmp_path, encoder, [path])
    assert [(a.kind, a.department) for a in asking.library.accounts] == [("政府决算", "云岫市")]
    assert asking.ask("云岫市2024年税收收入决算数是多少？").value == "119.50"
    assert asking.ask("云岫市2024年税收收入的调整预算数是多少？").value == "118.00"
    cited = asking.ask("云岫市2024年非税收入是多少？")
    assert cited.value == "29.00" and cited.citations[0].column == "决算数"
    asking.close()


def test_real_budgets_are_read_with_owner_year_and_tables(real_files: list[Path]) -> None:
    budgets = sorted((real_files[0].parent / "budgets").glob("*.pdf"))
    found = [read_account(path) for path in budgets]
    assert len(found) >= 8 and all(reading.account.kind == "部门预算" for reading in found)
    with_tables = [reading for reading in found if reading.tables]
    assert len(with_tables) == len(found) - 1, "one publishes its text and its tables as two files"
    for reading in with_tables:
        kinds = {table.kind for table in reading.tables}
        assert {"B1", "B2", "B3", "B4", "B7"} <= kinds, reading.account.path
        assert not any(kind and kind.startswith("T") for kind in kinds)


def test_the_known_identity_defects_of_real_documents_are_found_and_no_others(real_files: list[Path]) -> None:
    folder = real_files[0].parent
    files = [*real_files, *folder.glob("24年*.pdf"), *(folder / "budgets").glob("*.pdf")]
    found = {
        (path.name[:12], f.rule, f.sentences[0].places[0].page) for path in files for f in read_account(path).findings
    }
    assert {(rule, page) for _, rule, page in found} == {("name", 7), ("year", 18), ("year", 2)}
