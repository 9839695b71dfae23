"""RETQA, development part: the right table among 4,932 that differ by place and period.

hit@1: the first table is one that the question needs; in the first 5: all are. Some questions cannot be decided by a
caption: whether a company is state-owned or who built a house is asked without a year, and the set names one of the
years; 18 need more than five tables. The baseline is BM25 over pairs of characters of the captions.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.captions import Captions, describe
from assistant.search.bm25 import Bm25
from eval.yardsticks import Measure, Outcome

QUESTIONS, TABLES = Path("retqa/validation.jsonl"), Path("retqa/tables.jsonl.gz")
FIRST, FIVE = 0.945, 0.975
"""The floors: what was reached (0.958, 0.984) less a small margin."""


@dataclass(frozen=True)
class Question:
    """A question and the captions that answer it."""

    text: str
    gold: frozenset[str]


def questions(folder: Path) -> list[Question]:
    """The development questions."""
    with (folder / QUESTIONS).open(encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    return [Question(item["query"], frozenset(item["table_caption_label"])) for item in items]


def tables(folder: Path) -> tuple[list[str], list[list[str]]]:
    """The captions of all tables, and each one's column names; no cell is read."""
    captions, columns = [], []
    with gzip.open(folder / TABLES, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            captions.append(item["table_name"])
            columns.append(item["markdown_table"].partition("col : ")[2].partition(" row 1 :")[0].split(" | "))
    return captions, columns


def outcome(folder: Path, baseline: bool = True) -> Outcome:
    """All questions asked; `baseline` also asks BM25, which takes longer than everything else."""
    asked = questions(folder)
    captions, columns = tables(folder)
    found = Captions(describe(captions, columns))
    started = time.perf_counter()
    ours = _scored("who and when, then what", asked, lambda text: [table.caption for table in found.ranked(text)])
    spent = time.perf_counter() - started
    first, five = ours
    measures: tuple[Measure, ...] = (
        Measure(first.name, first.right, first.of, FIRST),
        Measure(five.name, five.right, five.of, FIVE),
    )
    if baseline:
        bm25 = Bm25(captions, single=False)

        def by_caption(text: str) -> list[str]:
            scores = bm25.scores(text)
            return [captions[at] for at in sorted(range(len(captions)), key=lambda at: -scores[at])[:5]]

        measures += _scored("BM25 over captions", asked, by_caption)
    return Outcome("RETQA", measures, 1000 * spent / max(1, len(asked)))


def _scored(name: str, asked: Sequence[Question], ranked: Callable[[str], Sequence[str]]) -> tuple[Measure, Measure]:
    answers = [(question.gold, ranked(question.text)) for question in asked]
    first = sum(bool(captions) and captions[0] in gold for gold, captions in answers)
    five = sum(gold <= set(captions[:5]) for gold, captions in answers)
    return Measure(f"{name}: hit@1", first, len(asked)), Measure(f"{name}: all in the first 5", five, len(asked))
