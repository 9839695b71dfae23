"""Claims about the evaluation: what counts as correct, and that nothing passes unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Citation, Figure
from eval import suite
from eval.suite import SAMPLES, Judgement, Report, judge, questions, store_of

ROOT = Path(__file__).parent.parent
CELL = {"account": "云岫市城市管理和园林局 2024", "kind": ["T6", "T7"], "row": None, "column": ["决算数", "公务接待费"]}


def question(status: str = "answered", **expected: Any) -> dict[str, Any]:
    return {"id": "x-1", "set": "samples", "kind": "look-up", "q": "公务接待费", "status": status, **expected}


def cell(samples: Assistant, **changed: Any) -> Citation:
    account = next(a for a in samples.library.accounts if a.department.endswith("园林局") and a.year == 2024)
    place = {"document": account.id, "sha256": account.sha256, "table": "三公", "kind": "T7", "row": ""}
    return Citation(**{"id": 1, "text": "2.86", "column": "决算数/公务接待费", **place, **changed})


def sentence(samples: Assistant, quote: str, number: int = 1) -> Citation:
    return cell(samples, id=number, table=None, kind=None, row=None, column=None, quote=quote)


def verdict(samples: Assistant, expected: dict[str, Any], **got: Any) -> tuple[str, bool | None]:
    judgement = judge(expected, Answer(**{"status": "answered", "text": "", **got}), samples)
    return judgement.verdict, judgement.cited


def test_value_is_compared_as_a_decimal_and_the_unit_as_it_is(samples: Assistant) -> None:
    asked = question(value="2.86", unit="万元")
    assert verdict(samples, asked, value="2.860", unit="万元") == ("correct", None)
    assert verdict(samples, asked, value="2.87", unit="万元")[0] == "wrong"
    assert verdict(samples, asked, value="28600", unit="元")[0] == "wrong"
    assert verdict(samples, asked, value=None)[0] == "wrong"


def test_figure_where_text_is_expected_is_wrong(samples: Assistant) -> None:
    assert verdict(samples, question(value=None), value="6", unit="个")[0] == "wrong"
    assert verdict(samples, question(value=None))[0] == "correct"


def test_figures_are_compared_in_their_order(samples: Assistant) -> None:
    def figures(*values: str | None) -> dict[str, Any]:
        return {"figures": tuple(Figure(label="x", value=v, unit="万元", citation=1) for v in values), "value": "3"}

    asked = question(value=None, figures=["3.00", "2"])
    assert verdict(samples, asked, **figures("3", "2.0"))[0] == "correct"
    for others in (("2", "3"), ("3",), ("3", "2", "1"), ("3", None, "2")):
        assert verdict(samples, asked, **figures(*others))[0] == "wrong"


def test_answer_where_a_refusal_is_expected_is_wrong_and_the_reverse_only_refused(samples: Assistant) -> None:
    refusal = question("refused", reason="year")
    assert verdict(samples, refusal, value="1", unit="元")[0] == "wrong"
    assert verdict(samples, refusal, status="refused", reason="year")[0] == "correct"
    assert verdict(samples, refusal, status="refused", reason="item")[0] == "refused"
    assert verdict(samples, refusal, status="clarify")[0] == "refused"
    assert verdict(samples, question("clarify"), value="1", unit="元")[0] == "wrong"
    for status in ("refused", "clarify"):
        assert verdict(samples, question(value="1", unit="元"), status=status)[0] == "refused"


def test_right_figure_from_the_wrong_cell_is_not_cited_right(samples: Assistant) -> None:
    asked = question(value="2.86", unit="万元", cells=[CELL])

    def cited(**changed: Any) -> tuple[str, bool | None]:
        return verdict(samples, asked, value="2.86", unit="万元", citations=(cell(samples, **changed),))

    other = next(a.id for a in samples.library.accounts if a.year == 2023)
    assert cited() == ("correct", True)
    assert cited(kind="T6") == ("correct", True)
    for changed in ({"kind": "T3"}, {"column": "预算数/公务接待费"}, {"document": other}):
        assert cited(**changed) == ("correct", False)


def test_row_is_compared_without_number_spaces_and_quotes(samples: Assistant) -> None:
    asked = question(value="2.86", unit="万元", cells=[CELL | {"row": "“三公”经费"}])
    for row, right in (("一、三公 经费", True), ("其中：“三公”经费", True), ("公用经费", False)):
        got = {"value": "2.86", "unit": "万元", "citations": (cell(samples, row=row),)}
        assert verdict(samples, asked, **got) == ("correct", right)


def test_fragments_must_stand_in_one_sentence(samples: Assistant) -> None:
    asked = question(value=None, quote=["9次", "77人"])
    apart = (sentence(samples, "接待9次。"), sentence(samples, "共77人。", 2))
    assert verdict(samples, asked, citations=(sentence(samples, "接待 9 次，“77”人。"),)) == ("correct", True)
    assert verdict(samples, asked, citations=apart)[0] == "wrong"
    assert verdict(samples, asked, text="接待9次，77人[1]。") == ("correct", True)


def report(correct: int, wrong: int, refused: int, not_run: tuple[str, ...] = ()) -> Report:
    answer = Answer(status="answered", text="")
    verdicts = ["correct"] * correct + ["wrong"] * wrong + ["refused"] * refused
    return Report([Judgement(question(value="1"), answer, verdict, None) for verdict in verdicts], list(not_run))


def test_passing_takes_95_percent_correct_and_at_most_2_wrong() -> None:
    assert report(95, 0, 5).passed and report(98, 2, 0).passed
    assert not report(94, 0, 6).passed and not report(97, 3, 0).passed
    assert not report(0, 0, 0).passed


def test_set_without_accounts_is_reported_as_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUESUAN_REAL_ACCOUNTS", str(tmp_path))
    monkeypatch.setattr(suite, "questions", lambda name: questions(name)[:2])
    found = suite.run()
    assert found.not_run == ["real"] and "NOT RUN: real" in found.table()
    assert {judgement.question["set"] for judgement in found.judgements} == {"samples"}


def test_failures_and_results_show_expected_and_got(tmp_path: Path) -> None:
    found = report(1, 1, 0)
    assert "expected {'status': 'answered', 'value': '1'}" in found.failures()
    found.write(tmp_path / "new")
    lines = [json.loads(line) for line in (tmp_path / "new" / "results.jsonl").read_text("utf-8").splitlines()]
    assert [line["verdict"] for line in lines] == ["correct", "wrong"]
    assert {"question", "expected", "got"} <= set(lines[0])
    assert (tmp_path / "new" / "report.md").read_text("utf-8").startswith("| set / kind |")


def test_store_in_use_serves_other_runs_too(samples: Assistant) -> None:
    code = "from eval.suite import SAMPLES, store_of; print(store_of('samples', sorted(SAMPLES.glob('*.pdf'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == str(samples.store.folder), done.stderr


def test_file_that_cannot_be_read_leaves_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUESUAN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "bad.txt").write_text("不是决算", "utf-8")
    with pytest.raises(RuntimeError, match=r"bad\.txt"):
        store_of("x", [tmp_path / "bad.txt"])
    assert list((tmp_path / "cache" / "eval").iterdir()) == []


def test_stores_that_no_run_used_for_long_are_removed(tmp_path: Path) -> None:
    for name, days in (("old", 30), ("new", 1)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (suite.time.time() - days * 86400,) * 2)
    suite._sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_store_with_other_accounts_is_no_store_of_the_real_set(samples: Assistant) -> None:
    from ingest import StoreError

    with pytest.raises(StoreError, match="云岫市"):
        suite.run(samples.store.folder)


@pytest.mark.parametrize("name", ["samples", "real"])
def test_known_questions_are_well_formed(name: str) -> None:
    found = questions(name)
    assert len(found) >= 110 and max(Counter(one["id"] for one in found).values()) == 1
    for one in found:
        assert one["set"] == name and one["status"] in ("answered", "refused", "clarify"), one["id"]
        assert one["status"] != "refused" or one["reason"], one["id"]
        assert one["status"] != "answered" or "value" in one, one["id"]


def test_line_that_is_no_question_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "KNOWN", tmp_path)
    (tmp_path / "x.jsonl").write_text(json.dumps(question()) + '\n{"id": "x-2"}\n', "utf-8")
    with pytest.raises(ValueError, match=r"x\.jsonl, line 2"):
        questions("x")


def test_sample_accounts_are_there() -> None:
    assert len(list(SAMPLES.glob("*.pdf"))) == 10
