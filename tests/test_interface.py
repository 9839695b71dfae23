"""Claims about the command line and the web page: fixed forms, clear errors, the same answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from eval.suite import SAMPLES

ANSWER = {
    "status",
    "text",
    "value",
    "unit",
    "figures",
    "calculation",
    "citations",
    "notes",
    "options",
    "reason",
    "plan",
    "seconds",
}
CITATION = {
    "id",
    "document",
    "sha256",
    "page",
    "table",
    "kind",
    "row",
    "code",
    "column",
    "text",
    "value",
    "unit",
    "bbox",
    "quote",
}


def juesuan(*arguments: str, store: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"JUESUAN_STORE": str(store)},
    )


@pytest.fixture(scope="module")
def store(samples: Assistant) -> Path:
    return samples.store.folder


def test_answer_has_the_fixed_form(store: Path) -> None:
    done = juesuan("ask", "城市管理和园林局2024年公务接待费是多少？", "--json", store=store)
    answer = json.loads(done.stdout)
    assert set(answer) >= ANSWER and set(answer["citations"][0]) >= CITATION
    assert set(answer["calculation"]) >= {"formula", "operands", "exact", "rounding", "program", "steps"}
    assert set(answer["calculation"]["operands"][0]) >= {"name", "value", "unit", "citation", "ref"}
    assert len(answer["citations"][0]["bbox"]) == 4


def test_batch_answers_every_line_with_its_id(store: Path, tmp_path: Path) -> None:
    asked = [{"id": 1, "q": "图书馆局2024年办公费"}, {"id": "b", "chat": ["图书馆局2024年办公费", "2023年呢？"]}]
    (tmp_path / "q.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in asked), "utf-8")
    done = juesuan("ask", "--batch", str(tmp_path / "q.jsonl"), "--out", str(tmp_path / "a.jsonl"), store=store)
    answers = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert done.returncode == 0
    assert [(answer["id"], answer["status"]) for answer in answers] == [(1, "answered"), ("b", "answered")]
    assert answers[0]["value"] != answers[1]["value"]


def test_bad_line_of_a_batch_is_named_and_nothing_is_written(store: Path, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": 1, "q": "办公费"}\n{"id": 2}\n', "utf-8")
    done = juesuan("ask", "--batch", str(tmp_path / "q.jsonl"), "--out", str(tmp_path / "a.jsonl"), store=store)
    assert done.returncode == 2 and "第 2 行" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["q.jsonl"]


def test_missing_store_is_said_in_one_line(tmp_path: Path) -> None:
    done = juesuan("ask", "办公费", store=tmp_path / "none")
    assert done.returncode == 2 and "juesuan ingest" in done.stderr and "Traceback" not in done.stderr


def test_tables_have_the_fixed_form(store: Path) -> None:
    done = juesuan("tables", "云岫市地方志办公室2024", "--json", store=store)
    tables = [json.loads(line) for line in done.stdout.splitlines()]
    assert {table["kind"] for table in tables if table["kind"]} == {f"T{n}" for n in range(1, 10)}
    table = next(table for table in tables if table["kind"] == "T3")
    assert set(table) >= {"document", "kind", "title", "unit", "pages", "columns", "rows"}
    assert set(table["rows"][0]) >= {"label", "code", "page", "cells"}
    cell = table["rows"][0]["cells"][0]
    assert set(cell) >= {"column", "text", "value", "blank", "page", "bbox"}
    assert cell["column"] == "/".join(table["columns"][0])


def test_findings_have_the_fixed_form_and_errors_the_exit_status(store: Path, tmp_path: Path) -> None:
    sound = juesuan("check", "云岫市地方志办公室2022", "--json", store=store)
    assert sound.returncode == 0, sound.stderr
    head = "云岫市地方志办公室\n2024年度部门决算\n\n第一部分 云岫市地方志办公室概况\n"
    table = "第二部分 云岫市地方志局2023年度部门决算表\n支出决算表\n单位：万元\n\n科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出\n"
    rows = "201\t一般公共服务支出\t100.00\t90.00\t11.00\n\t合计\t100.00\t90.00\t10.00\n"
    (tmp_path / "a.txt").write_text(head + table + rows, "utf-8")
    assert juesuan("ingest", str(tmp_path / "a.txt"), store=tmp_path / "s").returncode == 0
    done = juesuan("check", "--json", store=tmp_path / "s")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert all({"id", "rule", "severity", "page", "message", "figures"} <= finding.keys() for finding in findings)
    assert {"year", "sum", "missing-table"} <= {finding["rule"] for finding in findings}
    wrong = next(finding for finding in findings if finding["rule"] == "sum")
    assert wrong["figures"][0].keys() >= CITATION


def test_document_that_is_not_unique_is_asked_back(store: Path) -> None:
    done = juesuan("tables", "云岫市", store=store)
    assert done.returncode == 2 and "云岫市图书馆事业管理局" in done.stderr


def test_documents_and_config_and_export(store: Path, tmp_path: Path) -> None:
    listed = [json.loads(line) for line in juesuan("documents", "--json", store=store).stdout.splitlines()]
    assert len(listed) == 10 and {"department", "year", "kind", "pages", "file"} <= set(listed[0])
    assert "JUESUAN_STORE=" in juesuan("config", store=store).stdout
    for form in ("csv", "json", "xlsx", "parquet"):
        out = tmp_path / f"facts.{form}"
        assert (
            juesuan("export", listed[0]["document"], "--format", form, "--out", str(out), store=store).returncode == 0
        )
        assert out.stat().st_size > 1000
    assert juesuan("export", "--format", "doc", "--out", str(tmp_path / "x"), store=store).returncode == 2


def test_ingest_reports_each_file_skips_the_known_and_remove_takes_it_out(tmp_path: Path) -> None:
    store = tmp_path / "store"
    good = sorted(SAMPLES.glob("*地方志*2022*.pdf"))[0]
    bad = tmp_path / "bad.txt"
    bad.write_text("不是决算", "utf-8")
    done = juesuan("ingest", str(good), str(bad), str(good), "--json", store=store)
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [outcome["status"] for outcome in outcomes] == ["added", "failed", "skipped"]
    assert set(outcomes[0]) == {
        "path",
        "status",
        "reason",
        "document",
        "pages",
        "tables",
        "facts",
        "passages",
        "seconds",
    }
    assert outcomes[1]["reason"]
    assert juesuan("remove", outcomes[0]["document"], store=store).returncode == 0
    assert juesuan("documents", "--json", store=store).stdout == ""
