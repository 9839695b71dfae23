"""The known questions, asked and judged. A wrong answer counts far worse than a refused one.

Sets: `samples` over the project's sample accounts, `real` over published accounts that are not part of the project
(`JUESUAN_REAL_ACCOUNTS`, else `../shared/documents` beside it). A set whose accounts are missing is reported as
not run, never as passed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant, Citation
from ingest import Store, ingest
from ingest.text import plain, squeeze, subject_of

HERE = Path(__file__).parent
KNOWN = HERE / "known"
SAMPLES = HERE / "samples" / "accounts"
LEAST_CORRECT = Decimal("95")
MOST_WRONG = Decimal("2")
_REAL = ("*2021年部门决算.txt", "*2025年度部门决算.txt", "上海*2024年度部门决算.pdf", "中共*2024*部门决算.pdf")


@dataclass(frozen=True)
class Judgement:
    """One known question with what came of it."""

    question: dict[str, Any]
    answer: Answer
    verdict: str
    """correct, wrong or refused."""
    cited: bool | None
    """True if the expected cells or sentence are cited; None where the answer is not a correct one with any expected."""


def real_accounts() -> list[Path]:
    """The published accounts, empty if they are not on this machine."""
    named = os.environ.get("JUESUAN_REAL_ACCOUNTS")
    folder = Path(named) if named else HERE.parent.parent / "shared" / "documents"
    return [path for pattern in _REAL for path in sorted(folder.glob(pattern))]


def questions(name: str) -> list[dict[str, Any]]:
    """The known questions of a set.

    :raises ValueError: for a line that is no question, with its number.
    """
    found = []
    for number, line in enumerate((KNOWN / f"{name}.jsonl").read_text("utf-8").splitlines(), 1):
        try:
            question = json.loads(line)
            assert question["id"] and question["status"] and (question.get("q") or question.get("chat"))
        except (ValueError, KeyError, AssertionError) as error:
            raise ValueError(f"{name}.jsonl, line {number}: expected id, status and q or chat ({error!r})") from error
        found.append(question)
    return found


def store_of(name: str, files: list[Path]) -> Path:
    """A store of the files, kept between runs as long as neither they nor the reading code change."""
    digest = hashlib.sha256()
    sources = sorted((HERE.parent / "ingest").rglob("*.py")) + sorted((HERE.parent / "ingest").rglob("*.yaml"))
    for path in [*files, *sources]:
        digest.update(path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"juesuan-eval-{name}-{digest.hexdigest()[:16]}"
    done = folder / "complete"
    if done.exists():
        return folder
    with Store(folder, write=True) as store:
        for outcome in ingest(files, store):
            if outcome.status == "failed":
                raise RuntimeError(f"{outcome.path}: {outcome.reason}")
    done.touch()
    return folder


def run_set(name: str, files: list[Path]) -> Iterator[Judgement]:
    """Ask and judge every question of a set."""
    assistant = Assistant.open(store_of(name, files))
    for question in questions(name):
        turns = question.get("chat") or [question["q"]]
        answer = assistant.ask(turns[-1], turns[:-1])
        yield judge(question, answer, assistant)
    assistant.close()


def judge(question: dict[str, Any], answer: Answer, assistant: Assistant) -> Judgement:
    """The verdict on an answer, and whether it cites what it must."""
    cited = _cited(question, answer, assistant)
    if answer.status != question["status"]:
        return Judgement(question, answer, "wrong" if answer.status == "answered" else "refused", None)
    if answer.status == "refused":
        fits = question.get("reason") in (None, answer.reason)
        return Judgement(question, answer, "correct" if fits else "refused", None)
    if answer.status == "answered" and not (_value_fits(question, answer) and _figures_fit(question, answer)):
        return Judgement(question, answer, "wrong", None)
    told_by_quote = question.get("quote") and question.get("value") is None and not question.get("figures")
    if told_by_quote and not cited:
        return Judgement(question, answer, "wrong", None)
    expected = answer.status == "answered" and (question.get("cells") or question.get("quote"))
    return Judgement(question, answer, "correct", cited if expected else None)


def _value_fits(question: dict[str, Any], answer: Answer) -> bool:
    if question.get("value") is None:
        return True
    same = answer.value is not None and Decimal(answer.value) == Decimal(question["value"])
    return same and (not question.get("unit") or question["unit"] == answer.unit)


def _figures_fit(question: dict[str, Any], answer: Answer) -> bool:
    if not question.get("figures"):
        return True
    got = [Decimal(figure.value) for figure in answer.figures if figure.value is not None]
    return got == [Decimal(value) for value in question["figures"]]


def _cited(question: dict[str, Any], answer: Answer, assistant: Assistant) -> bool:
    cells = all(any(_is_cell(cell, c, assistant) for c in answer.citations) for cell in question.get("cells", ()))
    fragments = [_bare(text) for text in question.get("quote", ())]
    texts = [_bare(citation.quote) for citation in answer.citations if citation.quote] + [_bare(answer.text)]
    return cells and (not fragments or any(all(fragment in text for fragment in fragments) for text in texts))


def _bare(text: str) -> str:
    return re.sub(r"[\s“”\"‘’]", "", squeeze(text))


def _is_cell(cell: dict[str, Any], citation: Citation, assistant: Assistant) -> bool:
    if citation.kind is None:
        return False
    account = assistant.library.account(citation.document)
    kinds = [cell["kind"]] if isinstance(cell.get("kind"), str) else cell.get("kind")
    if cell["account"] != f"{account.department} {account.year}" or (kinds and citation.kind not in kinds):
        return False
    if cell.get("row") and plain(subject_of(citation.row or "")) != plain(cell["row"]):
        return False
    return all(plain(piece) in plain(citation.column or "") for piece in cell.get("column") or ())


@dataclass(frozen=True)
class Report:
    """Counts over judgements."""

    judgements: list[Judgement]
    not_run: list[str]

    def counts(self, judgements: list[Judgement]) -> Counter[str]:
        """correct, wrong, refused, cited, to cite."""
        counts = Counter(judgement.verdict for judgement in judgements)
        counts["cited"] = sum(judgement.cited is True for judgement in judgements)
        counts["to cite"] = sum(judgement.cited is not None for judgement in judgements)
        return counts

    @property
    def passed(self) -> bool:
        """True if at least 95 % are correct and at most 2 % wrong."""
        total = len(self.judgements)
        counts = self.counts(self.judgements)
        return (
            bool(total)
            and counts["correct"] * 100 >= LEAST_CORRECT * total
            and counts["wrong"] * 100 <= MOST_WRONG * total
        )

    def table(self) -> str:
        """Markdown: a row a kind of question, a row a set, the total."""
        rows = [
            "| set / kind | questions | correct | wrong | refused | citation right |",
            "| --- | --- | --- | --- | --- | --- |",
        ]

        def row(label: str, judgements: list[Judgement]) -> None:
            counts = self.counts(judgements)
            cited = f"{counts['cited']}/{counts['to cite']}" if counts["to cite"] else "–"
            total = len(judgements)
            share = f"{counts['correct']} ({Decimal(counts['correct'] * 100) / total:.1f} %)"
            rows.append(f"| {label} | {total} | {share} | {counts['wrong']} | {counts['refused']} | {cited} |")

        for name in dict.fromkeys(judgement.question["set"] for judgement in self.judgements):
            of_set = [judgement for judgement in self.judgements if judgement.question["set"] == name]
            for kind in dict.fromkeys(judgement.question["kind"] for judgement in of_set):
                row(f"{name} / {kind}", [judgement for judgement in of_set if judgement.question["kind"] == kind])
            row(f"**{name}**", of_set)
        if self.judgements:
            row("**all**", self.judgements)
        rows += [f"\n**NOT RUN: {name}** (its accounts are not on this machine)" for name in self.not_run]
        return "\n".join(rows)

    def failures(self) -> str:
        """Each question that was not answered and cited as expected."""
        lines = []
        for judgement in self.judgements:
            if judgement.verdict == "correct" and judgement.cited is not False:
                continue
            question, answer = judgement.question, judgement.answer
            asked = question.get("q") or " → ".join(question["chat"])
            expected = {
                key: question[key]
                for key in ("status", "value", "unit", "figures", "reason", "quote")
                if question.get(key)
            }
            mark = judgement.verdict if judgement.verdict != "correct" else "citation"
            lines.append(
                f"{mark} {question['id']} {asked}\n  expected {expected}\n  got {answer.status} {answer.reason or ''} {answer.value} {answer.unit or ''}: {answer.text[:160]}"
            )
        return "\n".join(lines)

    def write(self, folder: Path) -> None:
        """results.jsonl and report.md in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "results.jsonl").open("w", encoding="utf-8") as out:
            for j in self.judgements:
                line = {"question": j.question, "verdict": j.verdict, "cited": j.cited, "answer": j.answer.as_json()}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
        (folder / "report.md").write_text(self.table() + "\n\n" + self.failures() + "\n", "utf-8")


def run() -> Report:
    """Both sets, as far as their accounts are here."""
    judgements = list(run_set("samples", sorted(SAMPLES.glob("*.pdf"))))
    real = real_accounts()
    if len(real) < len(_REAL):
        return Report(judgements, ["real"])
    return Report(judgements + list(run_set("real", real)), [])
