"""Claims about the command line at its edges: bad input is named, nothing half-written, a figure waits for nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant

ROOT = Path(__file__).parent.parent
QUESTION = "城市管理和园林局2024年公务接待费是多少？"


def juesuan(*arguments: str, store: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"JUESUAN_STORE": str(store)} | settings,
    )


def assert_one_clear_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert all(part in done.stderr for part in parts)


@pytest.fixture(scope="module")
def store(samples: Assistant) -> Path:
    return samples.store.folder


def batch(folder: Path, *lines: str) -> tuple[str, ...]:
    (folder / "q.jsonl").write_bytes("\n".join(lines).encode("utf-8"))
    return ("ask", "--batch", str(folder / "q.jsonl"), "--out", str(folder / "a.jsonl"))


def test_figure_is_answered_without_importing_what_it_does_not_need(store: Path) -> None:
    code = "import sys; sys.argv = ['juesuan', 'ask', sys.argv[1]]\nfrom ui.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    code += "print([n for n in ('torch', 'gradio', 'chromadb', 'pandas', 'rich') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, QUESTION],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {"JUESUAN_STORE": str(store)},
    )  # fmt: skip
    assert "2.86 万元" in done.stdout and done.stdout.splitlines()[-1] == "[]"


def test_plain_answer_ends_with_its_citations(store: Path) -> None:
    lines = juesuan("ask", QUESTION, store=store).stdout.splitlines()
    assert lines[0].startswith("云岫市城市管理和园林局2024年度")
    parts = [
        "计算" if "  计算：" in line else "citation" if re.match(r"\s*\[\d", line) else "note" for line in lines[1:]
    ]
    assert parts == sorted(parts, key=["note", "计算", "citation"].index) and parts.count("计算") == 1
    cited = lines[1 + parts.index("citation")]
    assert re.search(r"^\s*\[1\] .*经费.* · .*公务接待费 · 第 \d+ 页 · .*\.pdf$", cited)


def test_refusal_is_no_failure_of_the_command(store: Path) -> None:
    done = juesuan("ask", "城市管理和园林局2019年公务接待费是多少？", "--json", store=store)
    assert done.returncode == 0
    assert json.loads(done.stdout)["reason"] == "year"


@pytest.mark.parametrize(
    "line", ['{"id": 2, "chat": "办公费"}', '{"id": 2, "q": 7}', '{"id": 2, "chat": []}', "[]", "{"]
)
def test_line_that_is_no_question_is_named(line: str, store: Path, tmp_path: Path) -> None:
    done = juesuan(*batch(tmp_path, '{"id": 1, "q": "办公费"}', line), store=store)
    assert_one_clear_line(done, "第 2 行")
    assert [path.name for path in tmp_path.iterdir()] == ["q.jsonl"]


def test_mark_at_the_beginning_and_line_separators_inside_a_question_are_allowed(store: Path, tmp_path: Path) -> None:
    asked = ('\ufeff{"id": 1, "q": "图书馆局2024年\u2028办公费"}\r', "", '{"id": 2, "q": "图书馆局2024年办公费"}')
    assert juesuan(*batch(tmp_path, *asked), store=store).returncode == 0
    answers = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").split("\n")[:-1]]
    assert [answer["status"] for answer in answers] == ["answered", "answered"]
    assert answers[0]["value"] == answers[1]["value"]


def test_place_that_cannot_be_written_is_said_before_anything_is_asked(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "a.jsonl"
    asked = batch(tmp_path, '{"id": 1, "q": "办公费"}')[:-1]
    assert_one_clear_line(juesuan(*asked, str(out), store=store), str(out))
    assert_one_clear_line(juesuan("export", "--out", str(out), store=store), str(out))


def test_earlier_answers_stay_when_a_batch_breaks_off(
    samples: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui import cli

    def broken(self: Assistant, question: str, history: object = ()) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Assistant, "ask", broken)
    (tmp_path / "q.jsonl").write_text('{"id": 1, "q": "办公费"}', "utf-8")
    (tmp_path / "a.jsonl").write_text("earlier", "utf-8")
    with pytest.raises(RuntimeError, match="broken"):
        cli.ask(None, tmp_path / "q.jsonl", tmp_path / "a.jsonl", samples.store.folder)
    assert (tmp_path / "a.jsonl").read_text("utf-8") == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "q.jsonl"]


@pytest.mark.parametrize(
    "name",
    [
        "云岫市地方志办公室-2024-d1",
        "云岫市地方志办公室2024年度部门决算.pdf",
        "somewhere/云岫市地方志办公室2024年度部门决算.pdf",
        "地方志办公室2024",
    ],
)
def test_document_is_found_by_id_file_or_department(name: str, store: Path) -> None:
    done = juesuan("tables", name, "--json", store=store)
    documents = {json.loads(line)["document"] for line in done.stdout.splitlines()}
    assert [document[:15] for document in documents] == ["云岫市地方志办公室-2024-"[:15]]


def test_ambiguous_document_lists_just_its_candidates(store: Path) -> None:
    done = juesuan("tables", "地方志", store=store)
    assert done.returncode == 2
    assert re.findall(r"地方志办公室-(\d{4})", done.stderr) == ["2022", "2023", "2024"] and "图书馆" not in done.stderr


def test_removing_from_a_missing_store_makes_none(tmp_path: Path) -> None:
    assert_one_clear_line(juesuan("remove", "x", store=tmp_path / "none"), "juesuan ingest")
    assert not (tmp_path / "none").exists()


def test_workbook_holds_text_and_no_formulas(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from ui.cli import _as_workbook

    (tmp_path / "x").write_text('label,text\n=1+1,"1,234.50"\n', "utf-8")
    _as_workbook(tmp_path / "x")
    (tmp_path / "x").rename(tmp_path / "x.xlsx")
    rows = list(load_workbook(tmp_path / "x.xlsx").active.iter_rows())
    assert [(cell.value, cell.data_type) for cell in rows[1]] == [("=1+1", "s"), ("1,234.50", "s")]


def test_setting_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    for port in ("abc", "0", "70000", ""):
        assert_one_clear_line(juesuan("config", store=tmp_path, JUESUAN_PORT=port), "JUESUAN_PORT")


def test_config_knows_every_setting_of_the_code(tmp_path: Path) -> None:
    sources = [path for part in ("assistant", "eval", "ingest", "ui") for path in (ROOT / part).rglob("*.py")]
    used = {name for path in sources for name in re.findall(r"JUESUAN_[A-Z_]+\b", path.read_text("utf-8"))}
    shown = dict(line.split("=", 1) for line in juesuan("config", store=tmp_path).stdout.splitlines())
    assert set(shown) == used
    assert shown["JUESUAN_STORE"].startswith(str(tmp_path))
