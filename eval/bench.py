"""`python -m eval.bench`: what takes how long, as ratios and medians of one run on one machine.

Reading is compared with pdfplumber's `extract_text` and `extract_tables` over all pages of the same files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from unittest import mock

from assistant import Assistant
from assistant.checks import check, keep_errors
from assistant.library import AccountView
from assistant.search import search_of
from eval import province
from eval.suite import SAMPLES, questions, real_accounts, store_of
from ingest import Store, ingest, read_account
from ingest.model import Account
from ingest.store import FactStore
from ingest.store.vectors import VectorStore, embedded_text
from ingest.workers import read_files

NUMERIC = ("look-up", "code", "alias", "column", "sum", "difference", "share", "completion", "ranking", "unit")
NARRATIVE = ("narrative", "reason", "glossary", "prose-figure")
_COLD = """
import sys
sys.argv = ["juesuan", "ask", "--store", sys.argv[1], sys.argv[2]]
from ui.cli import main
try:
    main()
except SystemExit:
    pass
heavy = [name for name in ("torch", "gradio", "chromadb", "pandas", "rich") if name in sys.modules]
sys.exit(f"imported: {heavy}" if heavy else 0)
"""


_PEAK = """
import pathlib, sys
from ingest.workers import read_file
for name in sys.argv[1:]:
    read_file(pathlib.Path(name))
status = pathlib.Path("/proc/self/status")  # not getrusage: its peak begins with that of the process that started us
print(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")))
"""


_PEAK_ASKING = """
import pathlib, sys
from assistant import Assistant
assistant = Assistant.open(sys.argv[1])
for question in [*sys.argv[2:], *(f"{a.department}{a.year}年支出合计是多少？" for a in assistant.library.accounts[:300])]:
    assistant.ask(question)
status = pathlib.Path("/proc/self/status")
print(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")))
"""
RANKINGS = ("2024年哪个部门公务接待费最多？", "2024年各部门支出合计一共多少？", "收入最多的前5个部门是哪些？")


@dataclass(frozen=True)
class Measure:
    """One figure with its target."""

    name: str
    value: float
    target: float
    unit: str
    limit: str = "at most"

    @property
    def met(self) -> bool:
        """True if the target is kept."""
        return self.value <= self.target if self.limit == "at most" else self.value >= self.target


def timed(action: Callable[[], object]) -> float:
    """Seconds that the action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def read_all(files: Iterable[Path]) -> None:
    """Read the files and write their figures, without embeddings."""
    with tempfile.TemporaryDirectory() as folder:
        store = FactStore(Path(folder) / "facts.duckdb", write=True)
        for file in files:
            store.add(read_account(file))
        store.close()


def plumb_all(files: Iterable[Path]) -> None:
    """What the usual recipe does: pdfplumber's text and tables of all pages."""
    import pdfplumber

    for file in files:
        with pdfplumber.open(file) as pdf:
            for page in pdf.pages:
                page.extract_text()
                page.extract_tables()


def reading(files: list[Path], repeats: int) -> Measure:
    """Ratio of our reading to pdfplumber's, median over pairs that run one after the other."""
    read_all(files[:1])
    ratios = [timed(lambda: read_all(files)) / timed(lambda: plumb_all(files)) for _ in range(repeats)]
    return Measure("reading a PDF / pdfplumber text and tables", round(statistics.median(ratios), 3), 0.6, "×")


def two_workers(files: list[Path], repeats: int) -> Measure:
    """Files per minute with two processes against one, once they have started: a folder of accounts takes minutes."""

    def seconds(workers: int) -> float:
        reads = read_files(files * 8, workers)
        for _ in files:
            next(reads)
        return timed(lambda: sum(1 for _ in reads))

    ratios = [seconds(1) / seconds(2) for _ in range(repeats)]
    return Measure("files per minute, two workers / one", round(statistics.median(ratios), 2), 1.8, "×", "at least")


def second_of_a_form(repeats: int) -> Measure:
    """Embedding a department's account of one year after that of the year before, against embedding it first."""
    from ingest.encoder import Encoder

    one, two = (sorted(SAMPLES.glob("*图书馆*.pdf"))[year] for year in (0, 1))
    first, second = (
        [embedded_text(passage, reading.account.department) for passage in reading.passages]
        for reading in map(read_account, (one, two))
    )
    Encoder().embed_documents(["模型在这里载入"])
    ratios = []
    for turn in range(repeats):  # a mark makes the texts of each turn new to the encoder's memory
        before, after, alone = (
            [f"{mark}{turn}{text}" for text in texts] for mark, texts in (("甲", first), ("甲", second), ("乙", second))
        )
        Encoder().embed_documents(before)
        ratios.append(
            timed(partial(Encoder().embed_documents, after)) / timed(partial(Encoder().embed_documents, alone))
        )
    return Measure("embedding the next year's account / the first", round(statistics.median(ratios), 2), 0.5, "×")


def memory(files: list[Path]) -> Measure:
    """Peak memory of a process that reads, over all files and a PDF of 400 pages."""
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.pdf"
        _repeated(files[0], long, 400)
        names = [str(file) for file in [*files, long]]
        done = subprocess.run([sys.executable, "-c", _PEAK, *names], capture_output=True, text=True, check=True)
    return Measure("peak memory of a reading process", round(int(done.stdout) / 1024), 500, "MB")


def _repeated(source: Path, target: Path, pages: int) -> None:
    """A PDF of so many pages, made of another's."""
    import pypdfium2

    with pypdfium2.PdfDocument(source) as given, pypdfium2.PdfDocument.new() as made:
        made.import_pages(given, [page % len(given) for page in range(pages)])
        made.save(target)


def warm(store: Path, kinds: tuple[str, ...], name: str, target: float, repeats: int) -> Measure:
    """Median milliseconds of a question in a running process, over all repetitions."""
    assistant = Assistant.open(store)
    asked = [question["q"] for question in questions("samples") if question["kind"] in kinds and "q" in question]
    for question in asked:
        assistant.ask(question)
    seconds = [timed(partial(assistant.ask, question)) for _ in range(repeats) for question in asked]
    assistant.close()
    return Measure(name, round(statistics.median(seconds) * 1000, 2), target, "ms")


def encoded(store: Path, repeats: int) -> Measure:
    """Median milliseconds of a search by the encoder.

    Most questions are answered by their words and never reach it, so its time is shown by itself. The encoder
    remembers texts: each is searched for once, with a mark that makes it new.
    """
    assistant = Assistant.open(store)
    accounts = [account.id for account in assistant.library.accounts]
    asked = [question["q"] for question in questions("samples") if question["kind"] in NARRATIVE and "q" in question]
    search = assistant.store.vectors.nearest
    search("模型在这里载入", accounts[:1], 8)
    seconds = [
        timed(partial(search, f"{question}（{turn}）", accounts[:1], 8))
        for turn in range(repeats)
        for question in asked
    ]
    assistant.close()
    return Measure("search by the encoder, warm p50", round(statistics.median(seconds) * 1000, 2), 150, "ms")


def checking(files: list[Path], repeats: int) -> Measure:
    """Milliseconds of all checks of one account once it is read, the slowest of the published ones (24 to 30 pages)."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), write=True) as store:
        for file in files:
            store.facts.add(read_account(file))
        accounts = store.accounts()
        _checked(accounts[0], store)
        seconds = [
            statistics.median(timed(partial(_checked, account, store)) for _ in range(repeats)) for account in accounts
        ]
    return Measure("checking an account, the slowest", round(max(seconds) * 1000, 1), 300, "ms")


def _checked(account: Account, store: Store) -> None:
    check(AccountView(account, store))


def cold(store: Path, repeats: int) -> Measure:
    """Seconds of `juesuan ask` with a numeric question in a new process.

    :raises RuntimeError: if it fails or imports what a figure must not wait for.
    """
    question = next(question["q"] for question in questions("samples") if question["kind"] == "look-up")

    def ask() -> None:
        done = subprocess.run([sys.executable, "-c", _COLD, str(store), question], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())

    ask()
    return Measure("juesuan ask, cold", round(statistics.median(timed(ask) for _ in range(repeats)), 2), 1.5, "s")


def keeping(files: list[Path]) -> Measure:
    """Reading a folder of accounts and keeping what the checks found, against reading alone."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), write=True) as store:
        alone = timed(lambda: list(ingest(files, store)))
        kept = timed(lambda: keep_errors(store))
    return Measure("ingesting with errors kept / without", round((alone + kept) / alone, 3), 1.15, "×")


def of_province(accounts: int, count: int) -> list[Measure]:
    """Opening, parsing, figures and rankings over a province's accounts; figures are compared with those made.

    Each account is asked about twice: the first time its rows are read, the second time it is in use. A part of them
    is asked first by another assistant that finds no errors kept, and checks the account before it answers.
    """
    store = province.province(accounts)
    with Store(store, write=True) as opened:
        keep_errors(opened)  # other code of the checks than they were kept by
    asked = province.questions(count, accounts)
    opening = statistics.median(timed(lambda: Assistant.open(store).close()) for _ in range(3))
    assistant = Assistant.open(store)
    facts = sum(counts["facts"] for counts in assistant.store.facts.counts().values())
    assistant.ask(asked[0].text)  # what is loaded once
    first, second, right = [], [], 0
    for question in asked[1:]:
        first.append(timed(partial(assistant.ask, question.text)))
        second.append(timed(partial(assistant.ask, question.text)))
    for question in asked:
        answer = assistant.ask(question.text)
        right += answer.value is not None and (Decimal(answer.value), answer.unit) == (question.value, question.unit)
    parsing = []
    for question in asked[-20:]:  # still in use
        parsing += [timed(partial(assistant.planner.plan, question.text)) for _ in range(5)]
    ranked = []
    for text in RANKINGS * 3:
        ranked.append(timed(partial(assistant.ask, text)))
        answer = assistant.ask(text)
        if answer.coverage is None or answer.status != "answered":
            raise RuntimeError(f"{text} was not answered over the departments: {answer.text[:200]}")
    departments = len(assistant.library.departments.names)
    assistant.close()
    unkept = _first_without_kept(store, [question.text for question in asked[: count // 3]])

    def ms(seconds: list[float], share: float) -> float:
        return round(sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] * 1000, 2)

    return [
        Measure(f"{accounts} accounts: facts", facts, 1_000_000, "", "at least"),
        Measure(f"{accounts} accounts: opening", round(opening, 2), 1, "s"),
        Measure(f"{accounts} accounts: parsing a question, p50", ms(parsing, 0.5), 3, "ms"),
        Measure(f"{accounts} accounts: figures right of {count}", right, count, "", "at least"),
        Measure(f"{accounts} accounts: figure, account in use, p50", ms(second, 0.5), 5, "ms"),
        Measure(f"{accounts} accounts: figure, account in use, p99", ms(second, 0.99), 20, "ms"),
        Measure(f"{accounts} accounts: figure, account asked first, p50", ms(first, 0.5), 5, "ms"),
        Measure(f"{accounts} accounts: figure, account asked first, p99", ms(first, 0.99), 20, "ms"),
        Measure(f"{accounts} accounts: the same, no errors kept, p50", ms(unkept, 0.5), 60, "ms"),
        Measure(f"{accounts} accounts: the same, no errors kept, p99", ms(unkept, 0.99), 200, "ms"),
        Measure(f"ranking {departments} departments, p50", ms(ranked, 0.5), 200, "ms"),
        Measure(f"{accounts} accounts: peak memory of asking", _peak_of_asking(store), 1000, "MB"),
    ]


def _first_without_kept(store: Path, asked: list[str]) -> list[float]:
    """Seconds of questions to accounts for which no errors are kept."""
    with mock.patch.object(FactStore, "kept", return_value=[]):
        assistant = Assistant.open(store)
        assistant.ask(asked[0])
        seconds = [timed(partial(assistant.ask, question)) for question in asked[1:]]
        assistant.close()
    return seconds


def _peak_of_asking(store: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK_ASKING, str(store), *RANKINGS], capture_output=True, text=True, check=True
    )
    return round(int(done.stdout) / 1024)


def run(repeats: int) -> list[Measure]:
    """All measures."""
    samples = sorted(SAMPLES.glob("*.pdf"))
    store = store_of("samples", samples)
    files = [*samples[:4], *(path for path in real_accounts() if path.suffix == ".pdf")]
    return [
        reading(files, repeats),
        two_workers(files, repeats),
        second_of_a_form(repeats),
        memory(files),
        keeping(samples),
        warm(store, NUMERIC, "numeric question, warm p50", 10, repeats),
        warm(store, NARRATIVE, "narrative question, warm p50", 150, repeats),
        encoded(store, repeats),
        checking(real_accounts() or files, repeats),
        cold(store, repeats),
    ]


def of_search(repeats: int, accounts: int = 300) -> list[Measure]:
    """Passages of one account among many: chosen before anything is compared, against Chroma's metadata filter.

    The store holds the vectors of a sample account's passages under so many names, so only the way differs. The
    question's vector is made once: what is timed is the search.
    """
    with tempfile.TemporaryDirectory() as folder:
        sample = store_of("samples", sorted(SAMPLES.glob("*.pdf")))
        assistant = Assistant.open(sample)
        search, account = search_of(assistant.library), assistant.library.accounts[0]
        vectors = assistant.store.vectors.of(account.id)
        many = VectorStore(Path(folder) / "vectors", assistant.store.vectors.encoder)
        for number in range(accounts):
            many.chroma._collection.add(
                ids=[f"{number}-{name}" for name in vectors], embeddings=list(vectors.values()),
                metadatas=[{"account": str(number)}] * len(vectors),
            )  # fmt: skip
        question = "公务接待费减少的原因"
        asked = search.vector(question)
        entries = search.entries(account.id)
        here = min(timed(lambda: sorted(entries.cosines(asked))[-5:]) for _ in range(20 * repeats))
        query = partial(many.chroma._collection.query, query_embeddings=[asked], n_results=5)
        filtered = min(timed(lambda: query(where={"account": "7"})) for _ in range(20 * repeats))
        free = min(timed(query) for _ in range(20 * repeats))
    passages = accounts * len(vectors)
    return [
        Measure(f"{passages} passages: one account's compared / Chroma's filter", here / filtered, 0.5, "×"),
        Measure(f"{passages} passages: Chroma without a filter / with it", free / filtered, 1.0, "×"),
        Measure(f"{passages} passages: one account's compared", here * 1000, 5.0, "ms"),
        Measure(f"{passages} passages: Chroma's filter", filtered * 1000, 1000.0, "ms"),
    ]


def main() -> int:
    """Print the measures; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--province", action="store_true", help="only the measures over thousands of accounts")
    parser.add_argument("--accounts", type=int, default=3600, help="of the province")
    parser.add_argument("--search", action="store_true", help="only finding passages inside one account, two ways")
    arguments = parser.parse_args()
    if arguments.search:
        measures = of_search(arguments.repeats)
    else:
        measures = of_province(arguments.accounts, 500) if arguments.province else run(arguments.repeats)
    for measure in measures:
        if arguments.json:
            print(json.dumps(asdict(measure) | {"met": measure.met}, ensure_ascii=False))
        else:
            state = "ok" if measure.met else "MISSED"
            print(f"{measure.name:<52} {measure.value:>8} {measure.unit:<3} ({measure.limit} {measure.target}) {state}")
    return 0 if all(measure.met for measure in measures) else 1


if __name__ == "__main__":
    sys.exit(main())
