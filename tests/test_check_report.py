"""Claims about findings as a person works with them: names that stay, muting with a reason, reports as files."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant import Assistant
from assistant.checks import MutingLog, check
from assistant.library import Library
from assistant.model import Finding
from ingest import Store, ingest
from ui.cli import app
from ui.report import SEVERITIES, evidence_line, write

TEXT = "\n".join(
    [
        "云岫市档案局", "2023年度部门决算", "", "第一部分 云岫市档案局概况", "一、主要职能", "=管理档案。",
        "第二部分 云岫市档案局2023年度部门决算表", "支出决算表", "单位：万元", "",
        "科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出", "201\t一般公共服务支出\t100.00\t90.00\t11.00",
        "20126\t档案事务\t101.00\t90.00\t11.00", "2012601\t行政运行\t101.00\t90.00\t11.00",
        "\t合计\t101.00\t90.00\t11.00", "", "第三部分 云岫市档案局2023年度部门决算情况说明",
        "一、支出决算情况说明", "本年支出合计101.00万元，其中：基本支出90.00万元，占80.00%。", "",
    ]
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    return tmp_path / "a.txt"


@pytest.fixture
def folder(file: Path, encoder: Any) -> Path:
    """A store with one account in which a sum and a share are wrong."""
    store = file.with_name("store")
    _read_in(file, store, encoder)
    return store


def _read_in(file: Path, store: Path, encoder: Any) -> None:
    with Store(store, write=True, encoder=encoder) as opened:
        assert [outcome.status for outcome in ingest([file], opened)] == ["added"]


def _findings(folder: Path, encoder: Any, muted: bool = False) -> list[Finding]:
    with Store(folder, encoder=encoder) as store:
        library = Library(store)
        return [finding for one in store.accounts() for finding in check(library.view(one.id), muted)]


def juesuan(*words: str, store: Path) -> Any:
    return CliRunner().invoke(app, [*words, "--store", str(store)])


def an_error(folder: Path, encoder: Any) -> Finding:
    return next(finding for finding in _findings(folder, encoder) if finding.rule == "sum")


# --- names ------------------------------------------------------------------------------------------------------------


def test_findings_have_names_of_their_own_that_do_not_depend_on_each_other(
    folder: Path, file: Path, encoder: Any, tmp_path: Path
) -> None:
    findings = _findings(folder, encoder)
    names = [finding.id for finding in findings]
    assert len(names) == len(set(names)) > 3 and names == [f.id for f in _findings(folder, encoder)]
    MutingLog(folder).mute(findings[0], "已核对")
    assert [f.id for f in _findings(folder, encoder)] == names[1:]


def test_same_file_read_in_again_has_the_same_names_and_stays_muted(folder: Path, file: Path, encoder: Any) -> None:
    before = an_error(folder, encoder)
    MutingLog(folder).mute(before, "已核对")
    with Store(folder, write=True, encoder=encoder) as store:
        store.remove(store.accounts()[0].id)
    assert _findings(folder, encoder) == []
    _read_in(file, folder, encoder)
    assert before.id not in {f.id for f in _findings(folder, encoder)}
    assert before.id in {f.id for f in _findings(folder, encoder, muted=True)}


# --- muting -----------------------------------------------------------------------------------------------------------


def test_muting_needs_a_reason_and_a_finding_that_exists(folder: Path, encoder: Any) -> None:
    name = an_error(folder, encoder).id
    assert juesuan("mute", name, store=folder).exit_code == 2
    assert "理由" in juesuan("mute", name, "--reason", " 好 ", store=folder).stderr
    unknown = juesuan("mute", "nothing#12345678", "--reason", "已核对", store=folder)
    assert unknown.exit_code == 2 and "juesuan check" in unknown.stderr
    assert not (folder / "muted.jsonl").exists()
    assert juesuan("unmute", name, store=folder).exit_code == 2


def test_muted_errors_are_counted_apart_and_do_not_fail_the_check(folder: Path, encoder: Any) -> None:
    errors = [finding for finding in _findings(folder, encoder) if finding.severity == "error"]
    assert errors and juesuan("check", store=folder).exit_code == 1
    for finding in errors:
        done = juesuan("mute", finding.id.rpartition("#")[2], "--reason", "与财政核对过", store=folder)
        assert done.exit_code == 0, done.stderr
    checked = juesuan("check", store=folder)
    assert checked.exit_code == 0 and f"另有 {len(errors)} 条发现已静音" in checked.stdout
    assert "[错误]" not in checked.stdout
    listed = juesuan("check", "--muted", store=folder)
    assert listed.exit_code == 0 and listed.stdout.count("已静音：与财政核对过") == len(errors)
    plain = [json.loads(line) for line in juesuan("check", "--json", store=folder).stdout.splitlines()]
    assert all("muted" not in finding and finding["severity"] != "error" for finding in plain)
    told = [json.loads(line) for line in juesuan("check", "--json", "--muted", store=folder).stdout.splitlines()]
    assert [f["muted"] for f in told if f["severity"] == "error"] == ["与财政核对过"] * len(errors)


def test_log_says_who_did_what_when_and_why_and_is_only_added_to(folder: Path, encoder: Any) -> None:
    finding = an_error(folder, encoder)
    juesuan("mute", finding.id, "--reason", "原件如此", store=folder)
    juesuan("unmute", finding.id, store=folder)
    lines = [json.loads(line) for line in (folder / "muted.jsonl").read_text("utf-8").splitlines()]
    assert [line["action"] for line in lines] == ["mute", "unmute"]
    assert (
        lines[0].items()
        >= {"finding": finding.id, "rule": "sum", "message": finding.message, "reason": "原件如此"}.items()
    )
    assert all(line["time"].endswith("+00:00") and "who" in line for line in lines)
    assert finding.id in {f.id for f in _findings(folder, encoder)}


def test_line_that_was_cut_short_mutes_nothing_and_spoils_nothing(folder: Path, encoder: Any) -> None:
    finding = an_error(folder, encoder)
    log = MutingLog(folder)
    log.path.write_text('{"time": "2026-01-01", "action": "mu', "utf-8")
    log.mute(finding, "原件如此")
    assert log.muted().keys() == {finding.id} and log.unread == 1


def test_muting_works_while_the_store_is_read_and_answers_follow(folder: Path, encoder: Any) -> None:
    finding = an_error(folder, encoder)
    assistant = Assistant.open(folder, encoder=encoder)
    question = "云岫市档案局2023年一般公共服务支出是多少？"
    assert any("核对" in note for note in assistant.ask(question).notes)
    for one in _findings(folder, encoder):
        if one.severity == "error" and one.rule != "missing-table":
            assert juesuan("mute", one.id, "--reason", "原件如此", store=folder).exit_code == 0
    assert not any("核对" in note for note in assistant.ask(question).notes)
    assert juesuan("unmute", finding.id, store=folder).exit_code == 0
    assert any("核对" in note for note in assistant.ask(question).notes)
    assistant.close()


# --- reports ----------------------------------------------------------------------------------------------------------


def test_word_report_has_every_finding_with_its_evidence_and_muted_ones_apart(folder: Path, encoder: Any) -> None:
    from docx import Document

    MutingLog(folder).mute(an_error(folder, encoder), "原件如此，已函询")
    target = folder.with_name("report.docx")
    assert juesuan("check", "--report", str(target), store=folder).exit_code == 1
    document = Document(str(target))
    assert len(document.tables) == 2
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    with Store(folder, encoder=encoder) as store:
        library, (one,) = Library(store), store.accounts()
        findings = check(library.view(one.id), muted=True)
        assert one.sha256 in text and one.department in text and "半个单位" in text
        rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows][1:]
        shown = [finding for finding in findings if not finding.muted]
        assert sorted(row[1] for row in rows) == sorted(finding.message for finding in shown)
        assert [row[0] for row in rows] == sorted((row[0] for row in rows), key=list(SEVERITIES.values()).index)
        for finding in shown:
            row = next(row for row in rows if row[3] == finding.id.rpartition("#")[2])
            assert all(evidence_line(citation, library, one) in row[2] for citation in finding.figures)
        muted = [[cell.text for cell in row.cells] for row in document.tables[1].rows][1:]
        assert [row[2] for row in muted] == ["原件如此，已函询"]


def test_workbook_has_findings_and_cited_cells_with_numbers_as_numbers(folder: Path, encoder: Any) -> None:
    from openpyxl import load_workbook

    target = folder.with_name("report.xlsx")
    juesuan("check", "--report", str(target), store=folder)
    book = load_workbook(target)
    findings = _findings(folder, encoder)
    first, cited = book["发现"], book["引用"]
    assert sorted(row[3] for row in first.iter_rows(min_row=2, values_only=True)) == sorted(f.id for f in findings)
    for sheet in (first, cited):
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref.startswith("A1:")
    head = [cell.value for cell in cited[1]]
    rows = [dict(zip(head, row, strict=True)) for row in cited.iter_rows(min_row=2, values_only=True)]
    expected = [citation for finding in findings for citation in finding.figures]
    assert len(rows) == len(expected)
    values = [row["数值"] for row in rows if row["表"]]
    assert values and all(isinstance(value, int | float) for value in values)
    assert sorted(Decimal(str(value)) for value in values) == sorted(
        Decimal(c.value) for c in expected if c.table and c.value
    )


def test_amount_with_more_digits_than_a_spreadsheet_keeps_is_written_as_text(
    folder: Path, encoder: Any, tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    with Store(folder, encoder=encoder) as store:
        library, (one,) = Library(store), store.accounts()
        finding = an_error_of(check(library.view(one.id)))
        long = finding.figures[0].model_copy(update={"value": "12345678901234567.89", "text": "=1+1"})
        write([(one, [finding.model_copy(update={"figures": (long,)})])], library, tmp_path / "x", ".xlsx")
    (tmp_path / "x").rename(tmp_path / "x.xlsx")
    row = next(load_workbook(tmp_path / "x.xlsx")["引用"].iter_rows(min_row=2))
    assert "12345678901234567.89" in [cell.value for cell in row]
    printed = next(cell for cell in row if cell.value == "=1+1")
    assert printed.data_type == "s", "what begins with = is no formula"


def an_error_of(findings: list[Finding]) -> Finding:
    return next(finding for finding in findings if finding.rule == "sum")


def test_report_of_an_unknown_format_or_into_no_folder_is_refused_and_leaves_nothing(folder: Path) -> None:
    other = juesuan("check", "--report", str(folder.with_name("report.pdf")), store=folder)
    assert other.exit_code == 2 and ".docx" in other.stderr
    nowhere = juesuan("check", "--report", str(folder.with_name("none") / "report.docx"), store=folder)
    assert nowhere.exit_code == 2 and "不能写" in nowhere.stderr
    assert not list(folder.parent.glob("**/*.partial"))


def test_report_that_fails_while_it_is_written_leaves_the_old_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = folder.with_name("report.docx")
    target.write_text("old", "utf-8")

    def fail(*_: object) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr("ui.report._document", fail)
    assert juesuan("check", "--report", str(target), store=folder).exit_code == 1
    assert target.read_text("utf-8") == "old"
