"""Passages are found inside the accounts in question, by characters and meaning; an answer quotes, or there is none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.search import Hit, Search, fused, spread
from assistant.search.bm25 import Bm25, pieces
from assistant.search.sentences import Found, Support, support, tried
from eval.passages import MOST_FALSE, questions
from ingest.model import Passage, Sentence

LIBRARY = "云岫市图书馆事业管理局"
PARK = "云岫市城市管理和园林局"


@pytest.fixture(scope="module")
def search(samples: Assistant) -> Iterator[Search]:
    yield Search(samples.library, vectors=False)


def _ids(samples: Assistant, department: str, year: int) -> list[str]:
    return [a.id for a in samples.library.departments.of(department) if a.year == year]


@given(st.lists(st.text("公务接待费水电印刷", max_size=12), min_size=1, max_size=6), st.text("公务接待费水电印刷", max_size=8))
def test_bm25_follows_its_formula(texts: list[str], question: str) -> None:
    counts = [Counter(pieces(text)) for text in texts]
    mean = sum(sum(count.values()) for count in counts) / len(texts) or 1
    for count, score in zip(counts, Bm25(texts).scores(question), strict=True):
        length, expected = sum(count.values()), 0.0
        for piece in pieces(question):
            among = sum(piece in other for other in counts)
            rarity = math.log(1 + (len(texts) - among + 0.5) / (among + 0.5))
            expected += rarity * count[piece] * 2.2 / (count[piece] + 1.2 * (0.25 + 0.75 * length / mean)) if count[piece] else 0
        assert math.isclose(score, expected, abs_tol=1e-9)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8))
def test_spread_scores_keep_their_order_between_0_and_1(scores: list[float]) -> None:
    moved = spread(scores)
    assert all(0 <= one <= 1 for one in moved)
    assert all((a <= b) for (x, a), (y, b) in zip(sorted(zip(scores, moved)), sorted(zip(scores, moved))[1:]) if x < y)


def test_only_passages_of_the_accounts_in_question_are_found(samples: Assistant, search: Search) -> None:
    for year in (2022, 2023, 2024):
        ids = _ids(samples, LIBRARY, year)
        hits = search.passages("三公经费支出下降的主要原因", ids, 20)
        assert len(hits) == 20 and {hit.passage.account for hit in hits} == set(ids)


def test_the_same_section_of_another_year_is_told_apart_by_when(samples: Assistant) -> None:
    quotes = [samples.ask(f"图书馆局{year}年机关运行经费变化的主要原因是什么？").text for year in (2023, 2024)]
    assert "新馆试运行" in quotes[0] and "节能改造" in quotes[1]


def test_kinds_limit_what_is_found(samples: Assistant, search: Search) -> None:
    hits = search.passages("基本支出是什么意思", _ids(samples, LIBRARY, 2024), 5, ["glossary"])
    assert {hit.passage.kind for hit in hits} == {"glossary"} and "基本支出" in hits[0].passage.text


def test_a_table_is_found_by_the_names_of_its_rows(samples: Assistant, search: Search) -> None:
    hits = search.passages("邮电费 印刷费 咨询费 手续费", _ids(samples, PARK, 2024), 3, ["table"])
    view = samples.library.view(_ids(samples, PARK, 2024)[0])
    assert hits[0].passage.table is not None and view.tables[hits[0].passage.table].kind == "T6"


def test_both_scores_count(samples: Assistant) -> None:
    one, other, last = (Passage(str(n), "a", "section", (), (Sentence("文", ()),)) for n in (1, 2, 3))
    hits = fused([(one, 10.0, 0.80), (other, 9.0, 0.95), (last, 0.0, 0.82)])
    assert [hit.passage for hit in hits] == [other, one, last] and isinstance(hits[0], Hit)


def test_the_thresholds_are_calibrated_and_can_be_tried() -> None:
    calibrated = support()
    found = Found(Passage("1", "a", "section", (), ()), Sentence("文", ()), 0.0, 0.0)
    near, far = (replace(found, share=0.5, cosine=cosine, similar=cosine) for cosine in (0.92, 0.83))
    assert not calibrated.holds(found) and calibrated.holds(near) and not calibrated.holds(far)
    with tried(Support({}, {}, 0)):
        assert support().holds(found)
    assert support() == calibrated


def test_known_passage_questions_are_of_all_kinds_and_a_third_is_worded_otherwise() -> None:
    known = questions()
    answerable = [q for q in known if q.answerable]
    assert len(answerable) >= 200 and len(known) - len(answerable) >= 100
    assert 3 * sum(q.paraphrased for q in answerable) >= len(answerable)
    assert {q.part for q in known} == {"calibration", "test"}
    assert all(q.quote or q.digests for q in answerable)
    assert not any(q.quote for q in answerable if q.set == "real")


def test_quoted_sentences_stand_in_the_document_and_few_unanswerable_questions_are_answered(samples: Assistant) -> None:
    asked = [q for q in questions() if q.set == "samples"][::3]  # all of them are asked by `juesuan eval`
    false, unanswerable = 0, sum(not question.answerable for question in asked)
    for question in asked:
        answer = samples.ask(question.text)
        if not question.answerable:
            false += answer.status == "answered"
        elif answer.status == "answered" and answer.citations and answer.plan and answer.plan.form == "passage":
            view = samples.library.view(answer.plan.accounts[0])
            whole = "".join(passage.text for passage in view.passages)
            assert all(citation.quote is None or citation.quote in whole for citation in answer.citations)
    assert 100 * false <= MOST_FALSE * unanswerable


def test_a_refusal_of_the_narrative_shows_the_nearest_passages(samples: Assistant) -> None:
    answer = samples.ask("图书馆局2023年出国交流的团去了哪个国家？")
    assert answer.status == "refused" and answer.citations
    assert any("最接近" in note for note in answer.notes)


def test_what_a_table_says_of_itself_is_told(samples: Assistant) -> None:
    answer = samples.ask("图书馆局2024年政府性基金预算表下面的注写的是什么？")
    assert answer.status == "answered" and "没有数字" in answer.text and "本表无数据" in answer.text


def test_a_use_is_quoted_and_not_the_amount(samples: Assistant) -> None:
    answer: Any = samples.ask("图书馆局2022年文化活动支出主要用在哪些方面？")
    assert answer.value is None and "读书节" in answer.text


def test_targets_and_results_are_told_apart(samples: Assistant) -> None:
    answer = samples.ask("图书馆局2022年数字阅读平台的平台可用率完成了多少？")
    assert (answer.value, answer.unit) == ("99.40", "%")
    target = samples.ask("图书馆局2022年平台可用率的目标值是多少？")
    assert (target.value, target.unit) == ("99", "%")


