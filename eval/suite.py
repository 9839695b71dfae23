"""The known questions, asked and judged. A wrong answer counts far worse than a refused one.

Sets: `samples` over the project's sample accounts, `real` over published accounts that are not part of the project
(`JUESUAN_REAL_ACCOUNTS`, else `../shared/documents` beside it). A set whose accounts are missing is reported as
not run, never as passed.

Judging: the status must agree; values and figures are compared as decimals, units and reasons as they are; where text
is expected, a figure is not. Whether the right cells and sentences are cited is counted apart.

Beside what every question has, one may say `order: any` (its figures are a list, not a ranking), `or` (other values,
units or figures that are just as good), `places` (tables, with their pages, any of which the answer has to name),
`verdict` (whether a claim is confirmed or refuted) and several reasons of a refusal. What is
answered without a value is judged by the sentence that it cites.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from assistant import Answer, Assistant, Citation
from eval import asked as asking
from eval import checks as planting
from ingest import Store, StoreError, ingest
from ingest.encoder import cache_folder
from ingest.text import plain, squeeze, subject_of

Line = TypeVar("Line")

HERE = Path(__file__).parent
KNOWN = HERE / "known"
SAMPLES = HERE / "samples" / "accounts"
LEAST_CORRECT = Decimal("95")
MOST_WRONG = Decimal("2")
CORRECT_TARGET = Decimal("97")
WRONG_TARGET = Decimal("0.5")
"""What is aimed at; passing needs only LEAST_CORRECT and MOST_WRONG."""
_REAL = {
    "清远市政务服务数据管理局 2021": "清远市政务服务数据管理局*2021*决算.txt",
    "上海市普陀区生态环境局 2025": "上海市普陀区生态环境局*2025*决算.txt",
    "上海市普陀区财政局 2024": "上海市普陀区财政局*2024*决算.pdf",
    "中共上海市普陀区委社会工作部 2024": "中共上海市普陀区委社会工作部*2024*决算.pdf",
}
"""The published accounts that the real set asks about, with the names of their files."""
_STALE_DAYS = 14
ASKED_ACCOUNTS = 12
"""Generated accounts that questions are made from; `python -m eval.asked` takes more."""
PLANTED_ACCOUNTS, PLANTED = 12, 200
"""Made-up accounts and planted defects of one run; `python -m eval.checks` takes more."""


@dataclass(frozen=True)
class Judgement:
    """One known question with what came of it."""

    question: dict[str, Any]
    answer: Answer
    verdict: str
    """correct, wrong or refused."""
    cited: bool | None
    """True if the expected cells or sentence are cited; None where the answer is not a correct one with any expected."""

    @property
    def asked(self) -> str:
        """The question, or the turns of the conversation."""
        return str(self.question.get("q") or " → ".join(self.question["chat"]))

    @property
    def expected(self) -> dict[str, Any]:
        """What the known question says of its answer."""
        keys = ("status", "value", "unit", "figures", "or", "verdict", "places", "reason", "cells", "quote")
        return {key: self.question[key] for key in keys if key in self.question}


def real_accounts() -> list[Path]:
    """The published accounts that are on this machine, at most one file each; all of them or the set is not run."""
    return [path for pattern in _REAL.values() for path in sorted(real_folder().glob(pattern))[:1]]


def real_folder() -> Path:
    """Where the published documents are looked for; it need not exist."""
    named = os.environ.get("JUESUAN_REAL_ACCOUNTS")
    return Path(named) if named else HERE.parent.parent / "shared" / "documents"


def questions(name: str) -> list[dict[str, Any]]:
    """The known questions of a set.

    :raises ValueError: for a line that is no question, with its number.
    """
    found = []
    for number, line in enumerate((KNOWN / f"{name}.jsonl").read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
            whole = all(question.get(key) for key in ("id", "set", "kind", "status"))
        except (ValueError, AttributeError) as error:
            raise ValueError(f"{name}.jsonl, line {number}: expected a JSON object ({error})") from error
        if not whole or not (question.get("q") or question.get("chat")):
            raise ValueError(
                f"{name}.jsonl, line {number}: expected id, set, kind, status and q or chat, got {line[:80]}"
            )
        found.append(question)
    return found


def lines_of(file: Path, make: Callable[[dict[str, Any]], Line]) -> list[Line]:
    """What the lines of a file of JSON objects say.

    :raises ValueError: for a line of which nothing can be made, with its number.
    """
    found = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            found.append(make(json.loads(line)))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{file.name}, line {number}: {error!r}") from error
    return found


def store_of(name: str, files: list[Path]) -> Path:
    """A store of the files, kept between runs as long as neither they nor the reading code change.

    It is built aside and moved into place whole, so that runs beside each other never see half of one.

    :raises RuntimeError: if a file cannot be read.
    """

    def read(folder: Path) -> None:
        with Store(folder, write=True) as store:
            for outcome in ingest(files, store):
                if outcome.status == "failed":
                    raise RuntimeError(f"{outcome.path}: {outcome.reason}")

    return kept(name, files, read)


def kept(name: str, files: list[Path], fill: Callable[[Path], None]) -> Path:
    """A store's folder that is filled once and kept as long as neither the files nor the reading code change."""
    folder = cache_folder() / "eval" / f"{name}-{_digest(files)}"
    if folder.exists():
        os.utime(folder)
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        fill(part)
        part.rename(folder)
    except OSError:
        if not folder.exists():  # else another run was faster, with the same content
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _digest(files: list[Path]) -> str:
    """Hash of the files, their places (evidence is shown from there) and everything that reading depends on."""
    code = HERE.parent / "ingest"
    sources = [path for path in code.rglob("*") if path.suffix in (".py", ".yaml", ".csv", ".npz")]
    digest = hashlib.sha256()
    for path in [*files, *sorted(sources)]:
        name = path.relative_to(code) if path.is_relative_to(code) else path.resolve()
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _sweep(folder: Path) -> None:
    """Remove stores that no run has used for long: each change of the reading code leaves one behind."""
    for old in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another run sweeps too
            if time.time() - old.stat().st_mtime > _STALE_DAYS * 86400:
                shutil.rmtree(old, ignore_errors=True)


def run_set(name: str, store: Path) -> Iterator[Judgement]:
    """Ask and judge every question of a set over a store of its accounts.

    :raises ingest.StoreError: if there is no store.
    """
    assistant = Assistant.open(store)
    try:
        for question in questions(name):
            turns = question.get("chat") or [question["q"]]
            answer = assistant.ask(turns[-1], turns[:-1])
            yield judge(question, answer, assistant)
    finally:
        assistant.close()


def judge(question: dict[str, Any], answer: Answer, assistant: Assistant) -> Judgement:
    """The verdict on an answer, and whether it cites what it must."""
    cited = _cited(question, answer, assistant)
    if answer.status != question["status"]:
        return Judgement(question, answer, "wrong" if answer.status == "answered" else "refused", None)
    if answer.status == "refused":
        reasons = question.get("reason")
        fits = reasons is None or answer.reason in (reasons if isinstance(reasons, list) else [reasons])
        return Judgement(question, answer, "correct" if fits else "refused", None)
    if answer.status == "answered" and question.get("places"):
        told = _place_told(question["places"], answer)
        return Judgement(question, answer, told, True if told == "correct" else None)
    if answer.status == "answered" and not _told(question, answer):
        return Judgement(question, answer, "wrong", None)
    if question.get("verdict") and (said := answer.verdict) != question["verdict"]:
        return Judgement(question, answer, "wrong" if said else "refused", None)
    told_by_quote = question.get("quote") and answer.value is None and not question.get("figures")
    if told_by_quote and not cited:
        return Judgement(question, answer, "wrong", None)
    expected = answer.status == "answered" and (question.get("cells") or question.get("quote"))
    return Judgement(question, answer, "correct", cited if expected else None)


def _told(question: dict[str, Any], answer: Answer) -> bool:
    """True if the answer is the expected one, or one that is said to be as good."""
    readings = [question, *({**question, "figures": None, **other} for other in question.get("or", ()))]
    return any(_value_fits(reading, answer) and _figures_fit(reading, answer) for reading in readings)


def _place_told(places: list[dict[str, Any]], answer: Answer) -> str:
    """The verdict on an answer that has to say where something stands.

    correct if a table is cited on the page where it stands and the text names both; refused if it is cited only, as
    a figure's source is in every answer; wrong if others are cited.
    """
    text = _bare(answer.text)
    cited = [
        (citation, place.get("page"))
        for place in places
        for citation in answer.citations
        if citation.kind == place["kind"] and place.get("page") in (None, citation.page)
    ]
    named = any(
        citation.table is not None
        and _bare(citation.table) in text
        and (page is None or re.search(rf"(?<!\d){page}页", text) is not None)
        for citation, page in cited
    )
    return "correct" if named else "refused" if cited else "wrong"


def _value_fits(question: dict[str, Any], answer: Answer) -> bool:
    if question.get("value") is None:
        return answer.value is None or bool(question.get("figures"))
    same = answer.value is not None and Decimal(answer.value) == Decimal(question["value"])
    return same and question.get("unit") == answer.unit


def _figures_fit(question: dict[str, Any], answer: Answer) -> bool:
    if not question.get("figures"):
        return True
    got = [None if figure.value is None else Decimal(figure.value) for figure in answer.figures]
    expected = [Decimal(value) for value in question["figures"]]
    return got == expected or (question.get("order") == "any" and Counter(got) == Counter(expected))


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
    if cell.get("row") and plain(subject_of(citation.row or "")) != plain(subject_of(cell["row"])):
        return False
    return all(plain(piece) in plain(citation.column or "") for piece in cell.get("column") or ())


@dataclass(frozen=True)
class Report:
    """Counts over judgements."""

    judgements: list[Judgement]
    not_run: list[str]
    asked: asking.Result | None = None
    """Questions made from the truth of generated accounts; None where they were not asked."""
    passages: Any = None
    """What `eval.passages` found; None where it was not run."""
    checks: planting.Result | None = None
    """What the checks of accounts found of planted defects; None where they were not run."""

    def counts(self, judgements: list[Judgement]) -> Counter[str]:
        """correct, wrong, refused, cited, to cite."""
        counts = Counter(judgement.verdict for judgement in judgements)
        counts["cited"] = sum(judgement.cited is True for judgement in judgements)
        counts["to cite"] = sum(judgement.cited is not None for judgement in judgements)
        return counts

    @property
    def passed(self) -> bool:
        """True if at least 95 % are correct, at most 2 % wrong, and the checks find what is planted and nothing else."""
        total = len(self.judgements)
        counts = self.counts(self.judgements)
        return (
            bool(total)
            and (self.checks is None or self.checks.passed)
            and (self.asked is None or self.asked.passed)
            and (self.passages is None or self.passages.passed)
            and counts["correct"] * 100 >= LEAST_CORRECT * total
            and counts["wrong"] * 100 <= MOST_WRONG * total
        )

    def table(self) -> str:
        """Markdown: a row a kind of question, a row a set, the total; then a row a kind of planted defect."""
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
            rows.append(self.target())
        rows += [f"\n**NOT RUN: {name}** (its accounts are not on this machine)" for name in self.not_run]
        if self.asked:
            rows += ["", self.asked.line]
        if self.passages:
            rows += ["", *self.passages.lines()]
        if self.checks:
            rows += ["", *planting.table(self.checks)]
        return "\n".join(rows)

    def target(self) -> str:
        """One line: the shares that are wrong and correct, beside what is aimed at."""
        counts, total = self.counts(self.judgements), Decimal(len(self.judgements))
        wrong, correct = counts["wrong"] * 100 / total, counts["correct"] * 100 / total
        aims = (
            f"wrong {wrong:.2f} % / target ≤ {WRONG_TARGET} %",
            f"correct {correct:.2f} % / target ≥ {CORRECT_TARGET} %",
        )
        return "\n" + ", ".join(aims)

    def failures(self) -> str:
        """Each question that was not answered and cited as expected."""
        lines = []
        for judgement in self.judgements:
            if judgement.verdict == "correct" and judgement.cited is not False:
                continue
            question, answer = judgement.question, judgement.answer
            expected = {key: value for key, value in judgement.expected.items() if value or key == "value"}
            mark = judgement.verdict if judgement.verdict != "correct" else "citation"
            lines.append(
                f"{mark} {question['id']} {judgement.asked}\n  expected {expected}\n  got {answer.status} {answer.reason or ''} {answer.value} {answer.unit or ''}: {answer.text[:160]}"
            )
        return "\n".join(lines)

    def write(self, folder: Path) -> None:
        """results.jsonl and report.md in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "results.jsonl").open("w", encoding="utf-8") as out:
            for j in self.judgements:
                line = {
                    **{key: j.question[key] for key in ("id", "set", "kind")}, "question": j.asked,
                    "expected": j.expected, "got": j.answer.as_json(), "verdict": j.verdict, "cited": j.cited,
                }  # fmt: skip
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
        (folder / "report.md").write_text(self.table() + "\n\n" + self.failures() + "\n", "utf-8")


def run(store_of_real: Path | None = None) -> Report:
    """Both sets, as far as their accounts are here, and the checks over made-up accounts with planted defects.

    :param store_of_real: a store that holds just the published accounts, asked instead of building one.
    :raises ingest.StoreError: if that store is missing or holds other accounts.
    """
    if store_of_real:
        _check_store(store_of_real)
    judgements = list(run_set("samples", store_of("samples", sorted(SAMPLES.glob("*.pdf")))))
    real = real_accounts()
    from eval import passages  # which asks the stores that this module keeps

    more = (asking.run(ASKED_ACCOUNTS), passages.run(), planting.run(PLANTED_ACCOUNTS, PLANTED))
    if store_of_real is None and len(real) < len(_REAL):
        return Report(judgements, ["real"], *more)
    return Report(judgements + list(run_set("real", store_of_real or store_of("real", real))), [], *more)


def _check_store(folder: Path) -> None:
    with Store(folder) as store:
        found = {f"{account.department} {account.year}" for account in store.accounts()}
    if found != set(_REAL):
        raise StoreError(
            f"{folder} 应当正好收录 {len(_REAL)} 份真实决算（{'、'.join(_REAL)}），实际收录的是：{'、'.join(sorted(found)) or '空'}。"
        )
