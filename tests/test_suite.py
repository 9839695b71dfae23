"""Claims about the evaluation: what counts as correct, and that nothing passes unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from assistant import Answer, Assistant, Citation, Figure
from assistant.model import Reason
from eval import passages, suite
from eval.suite import SAMPLES, Judgement, Report, judge, questions, store_of

ROOT = Path(__file__).parent.parent
KEYS = {
    "id", "set", "kind", "q", "chat", "status", "value", "unit", "figures", "order", "or", "verdict", "places",
    "reason", "cells", "quote",
}  # fmt: skip
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


def test_list_that_is_no_ranking_may_come_in_any_order(samples: Assistant) -> None:
    def listed(*values: str) -> dict[str, Any]:
        return {"figures": tuple(Figure(label="x", value=value, unit="万元", citation=1) for value in values)}

    asked = question(value=None, figures=["3.00", "2", "2"], order="any")
    assert verdict(samples, asked, **listed("2", "3", "2"))[0] == "correct"
    for others in (("2", "3"), ("3", "3", "2"), ("3", "2", "2", "2")):
        assert verdict(samples, asked, **listed(*others))[0] == "wrong"


def test_reading_that_is_as_good_is_correct_and_no_other(samples: Assistant) -> None:
    asked = question(value="84.07", unit="万元", figures=["84.07", "53.28"])
    asked["or"] = [{"value": "2023", "unit": "年"}, {"value": None, "figures": ["53.28"]}]
    figure = Figure(label="x", value="53.28", unit="万元", citation=1)
    assert verdict(samples, asked, value="2023", unit="年")[0] == "correct"
    assert verdict(samples, asked, figures=(figure,))[0] == "correct"
    assert verdict(samples, asked, value="84.07", unit="年")[0] == "wrong"
    assert verdict(samples, asked, value="53.28", unit="万元")[0] == "wrong"


def test_answer_without_a_value_is_told_by_its_sentence(samples: Assistant) -> None:
    asked = question(value="742.86", unit="万元", quote=["742.86", "夜间"])
    asked["or"] = [{"value": None, "unit": None}]
    assert verdict(samples, asked, citations=(sentence(samples, "决算742.86万元，因夜间整治。"),)) == ("correct", True)
    assert verdict(samples, asked, citations=(sentence(samples, "决算742.86万元。"),))[0] == "wrong"
    assert verdict(samples, asked, value="742.86", unit="万元") == ("correct", False)


def test_claim_judged_the_other_way_is_wrong_and_one_not_judged_only_refused(samples: Assistant) -> None:
    def said(verdict_told: str, value: str = "2.86") -> str:
        answer = Answer(status="answered", text="", value=value, unit="万元")
        answer = answer.model_copy(update={"verdict": verdict_told or None})
        return judge(question(value="2.86", unit="万元", verdict="refuted"), answer, samples).verdict

    assert (said("refuted"), said("confirmed"), said("")) == ("correct", "wrong", "refused")
    assert said("refuted", "28.6") == "wrong"


def test_place_is_told_by_the_table_and_the_page_in_the_text(samples: Assistant) -> None:
    asked = question(places=[{"kind": "T7", "page": 19}, {"kind": "T6", "page": 17}])

    def told(text: str, **changed: Any) -> str:
        return verdict(samples, asked, text=text, citations=(cell(samples, **{"page": 19, **changed}),))[0]

    assert told("见第 19 页《三公》[1]。") == "correct"
    assert told("见第 17 页《三公》[1]。", kind="T6", page=17) == "correct"
    assert told("2.86 万元[1]。") == told("见第 119 页《三公》[1]。") == told("见第 19 页[1]。") == "refused"
    assert told("见第 17 页《三公》[1]。", page=17) == told("见第 19 页《三公》[1]。", kind="T3") == "wrong"


def test_refusal_may_have_several_right_reasons(samples: Assistant) -> None:
    asked = question("refused", reason=["personal", "off-topic"])
    assert verdict(samples, asked, status="refused", reason="personal")[0] == "correct"
    assert verdict(samples, asked, status="refused", reason="year")[0] == "refused"


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


def test_report_ends_with_the_shares_beside_their_targets() -> None:
    assert report(393, 3, 4).table().endswith("wrong 0.75 % / target ≤ 0.5 %, correct 98.25 % / target ≥ 97 %")


def test_set_without_accounts_is_reported_as_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUESUAN_REAL_ACCOUNTS", str(tmp_path))
    monkeypatch.setattr(suite, "questions", lambda name: questions(name)[:2])
    known = passages.questions()
    monkeypatch.setattr(passages, "questions", lambda: known[:20])
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
    assert len(found) >= 400 and max(Counter(one["id"] for one in found).values()) == 1
    texts = []
    for one in found:
        assert one["set"] == name and one["status"] in ("answered", "refused", "clarify"), one["id"]
        reasons = one.get("reason", [])
        assert set([reasons] if isinstance(reasons, str) else reasons) <= set(get_args(Reason)), one["id"]
        assert one["status"] != "refused" or reasons, one["id"]
        assert one["status"] != "answered" or "value" in one or one["places"], one["id"]
        assert one.get("verdict", "refuted") in ("confirmed", "refuted"), one["id"]
        assert set(one) <= KEYS, one["id"]
        texts.append(one.get("q") or " → ".join(one["chat"]))
    assert max(Counter(texts).values()) == 1


def test_a_third_of_the_known_questions_are_refused_asked_back_or_part_of_a_conversation() -> None:
    found = questions("samples") + questions("real")
    others = [one for one in found if one["status"] != "answered" or "chat" in one]
    assert len(found) >= 570 and len(others) * 3 >= len(found)


def test_line_that_is_no_question_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "KNOWN", tmp_path)
    (tmp_path / "x.jsonl").write_text(json.dumps(question()) + '\n{"id": "x-2"}\n', "utf-8")
    with pytest.raises(ValueError, match=r"x\.jsonl, line 2"):
        questions("x")


def test_sample_accounts_are_there() -> None:
    assert len(list(SAMPLES.glob("*.pdf"))) == 10
