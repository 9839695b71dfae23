"""`python -m eval.passages`: how well passages of the narrative are found, quoted, or said not to be there.

Of 1,609 known questions 768 are answered by a passage (most worded without its words), 841 by none; a half of
the first 360 is for the test, all others are for calibration. The same questions go to characters alone (BM25), the encoder alone and
the usual recipe (pieces of 500 characters, vectors, top 4). Published accounts are not part of the project: of their
sentences the questions hold a hash.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant, search
from assistant.scope import find_scope
from assistant.search import Hit, search_of
from assistant.search.sentences import Found, Support, best_sentence, tried
from eval.accounts import WRITERS, make
from eval.accounts.__main__ import cases
from eval.suite import KNOWN, SAMPLES, kept, lines_of, real_accounts, store_of
from ingest.encoder import Encoder
from ingest.model import Account, Passage

QUESTIONS = KNOWN / "passages.jsonl"
WEIGHTS = Path(search.__file__).parent / "support.yaml"
GENERATED, SEEDS = "generated", (8101, 4)
"""First seed and number of the generated accounts that are asked about."""
MOST_FALSE = 1
"""Per cent of the unanswerable questions that may be answered."""
_TOP = 5
_RECIPE_SIZE, _RECIPE_TOP = 500, 4
_SQUEEZED = re.compile(r"\s+")


@dataclass(frozen=True)
class Question:
    """A line of `passages.jsonl`.

    `quote` is what the answer must quote (of a list its first and last item), `digests` the same for published
    accounts: length and sha256 of the sentence without blanks. Neither is set where the account does not answer.
    """

    id: str
    set: str
    account: str
    text: str
    kind: str
    part: str
    paraphrased: bool
    answerable: bool
    page: int | None
    section: str
    quote: tuple[str, ...] = ()
    digests: tuple[tuple[int, str], ...] = ()
    also: tuple[Question, ...] = ()

    def all_in(self, text: str) -> bool:
        """True where a text has the whole answer."""
        return self._in(text, whole=True) or any(other.all_in(text) for other in self.also)

    def begins_in(self, text: str) -> bool:
        """True where a text has the answer or, of a list, its first item."""
        return self._in(text, whole=False) or any(other.begins_in(text) for other in self.also)

    def _in(self, text: str, whole: bool) -> bool:
        bare = _SQUEEZED.sub("", text)
        found = [_SQUEEZED.sub("", quote) in bare for quote in self.quote]
        found += [_has(bare, length, digest) for length, digest in self.digests]
        return bool(found) and (all(found) if whole else found[0])


def _has(text: str, length: int, digest: str) -> bool:
    pieces = (text[at : at + length] for at in range(len(text) - length + 1))
    return any(hashlib.sha256(piece.encode()).hexdigest() == digest for piece in pieces)


def questions() -> list[Question]:
    """The known questions.

    :raises ValueError: for a line that is none, with its number.
    """
    return lines_of(QUESTIONS, _question)


def _question(line: dict[str, Any]) -> Question:
    def places(told: dict[str, Any]) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
        quote, sha, length = (
            tuple(value) if isinstance(value, list) else (value,) if value is not None else ()
            for value in (told.get("quote"), told.get("sha"), told.get("length"))
        )
        return quote, tuple(zip(length, sha, strict=True))

    common = {"set": line["set"], "account": line["account"], "kind": line["kind"], "part": line["part"]}
    others = [*line.get("also", ()), *([line["core"]] if "core" in line else ())]

    def made(told: dict[str, Any], also: tuple[Question, ...] = ()) -> Question:
        quote, digests = places(told)
        return Question(
            id=line["id"], text=line["q"], paraphrased=line.get("paraphrase", False), answerable=line.get("answerable", True),
            page=line.get("page"), section=line.get("section", ""), quote=quote, digests=digests, also=also, **common,
        )  # fmt: skip

    return made(line, tuple(made(other) for other in others))


class Asked:
    """The accounts of a set with the questions about them."""

    def __init__(self, name: str, store: Path, files: Sequence[Path]) -> None:
        self.name, self.files = name, {file.name: file for file in files}
        self.assistant = Assistant.open(store)
        self.search = search_of(self.assistant.library)

    def account(self, question: Question) -> Account:
        """The account that the question is about."""
        return next(a for a in self.assistant.library.accounts if Path(a.path).name == question.account)

    def bare(self, question: Question) -> str:
        """The question without the names of department and year."""
        planner, loaded = self.assistant.planner, self.assistant.library.departments
        return find_scope(question.text, loaded, planner._is_name, planner._has_item).text

    def right(self, question: Question, passages: Sequence[Passage]) -> set[str]:
        """Ids of the passages that hold the answer."""
        found = {p.id for p in passages if question.begins_in(p.text)}
        if not found and question.kind == "table":
            bare = _SQUEEZED.sub("", question.section)
            found = {p.id for p in passages if p.kind == "table" and bare in _SQUEEZED.sub("", p.text)}
        return found


def sets() -> list[Asked]:
    """The sets whose accounts are on this machine."""
    samples, real, generated = sorted(SAMPLES.glob("*.pdf")), real_accounts(), generated_files()
    found = [Asked("samples", store_of("samples", samples), samples)]
    if len(real) == 4:
        found.append(Asked("real", store_of("real", real), real))
    return [*found, Asked(GENERATED, store_of(GENERATED, generated), generated)]


def generated_files() -> list[Path]:
    """The generated accounts as PDF, made once."""
    first, count = SEEDS

    def write(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        writer = WRITERS["pdf"]
        for number in range(count):
            ((seed, form),) = cases(1, first + number, None)
            writer.write(make(seed, writer.tellable(form)), folder / f"pdf-{seed}{writer.suffix}")

    here = Path(__file__).parent
    folder = kept("generated-files", [*sorted((here / "accounts").glob("*.py")), *sorted((here / "samples").glob("*.*"))], write)
    return sorted(folder.glob("*.pdf"))


@dataclass
class Ranks:
    """Places of the right passage: 1 is the first; 0 where it is not among those given."""

    found: list[tuple[Question, int]] = field(default_factory=list)

    def row(self, name: str, part: str | None = None) -> str:
        """Markdown."""
        kept = [(q, place) for q, place in self.found if part in (None, q.part)]
        count = len(kept) or 1
        first, five = (sum(0 < place <= most for _, place in kept) for most in (1, _TOP))
        reciprocal = sum(1 / place for _, place in kept if place) / count
        hard = [place for q, place in kept if q.paraphrased]
        other = sum(place == 1 for place in hard) / (len(hard) or 1)
        return f"| {name} | {first / count:.3f} | {five / count:.3f} | {reciprocal:.3f} | {other:.3f} |"


def ranked(asked: Sequence[Asked], together: bool = False) -> dict[str, Ranks]:
    """Each way of searching over the answerable questions.

    :param together: over all accounts of a set, with who and when left in the question; else inside the one account.
    """
    found = {name: Ranks() for name in ("fused", "characters", "encoder")}
    for one in asked:
        for question in (q for q in questions() if q.set == one.name and q.answerable):
            account = one.account(question)
            accounts = [a.id for a in one.assistant.library.accounts] if together else [account.id]
            text = question.text if together else one.bare(question)
            hits = one.search.passages(text, accounts, 100_000)
            right = one.right(question, one.search.entries(account.id).passages)
            orders: dict[str, Callable[[Hit], float]] = {
                "fused": lambda hit: hit.score, "characters": lambda hit: hit.characters, "encoder": lambda hit: hit.cosine,
            }  # fmt: skip
            for name, key in orders.items():
                ordered = sorted(hits, key=key, reverse=True)
                found[name].found.append((question, next((n for n, h in enumerate(ordered, 1) if h.passage.id in right), 0)))
    return found


def recipe(asked: Sequence[Asked]) -> Ranks:
    """The usual recipe: the file's text in pieces of 500 characters, the encoder, the four nearest."""
    import numpy as np
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=_RECIPE_SIZE, chunk_overlap=0)
    encoder, found = Encoder(), Ranks()
    for one in asked:
        pieces: dict[str, tuple[list[str], Any]] = {}
        for question in (q for q in questions() if q.set == one.name and q.answerable):
            if question.account not in pieces:
                texts = splitter.split_text(_text_of(one.files[question.account]))
                pieces[question.account] = texts, np.array(encoder.embed_documents(texts))
            texts, vectors = pieces[question.account]
            scores = vectors @ np.array(encoder.embed_query(question.text))
            order = sorted(range(len(texts)), key=lambda at: -scores[at])[:_RECIPE_TOP]
            place = next((n for n, at in enumerate(order, 1) if _holds(question, texts[at])), 0)
            found.found.append((question, place))
    return found


def _holds(question: Question, text: str) -> bool:
    named = question.kind == "table" and _SQUEEZED.sub("", question.section) in _SQUEEZED.sub("", text)
    return question.begins_in(text) or named


def _text_of(file: Path) -> str:
    if file.suffix == ".txt":
        return file.read_text("utf-8", errors="replace")
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@dataclass(frozen=True)
class Quoted:
    """A question with the assistant's answer."""

    question: Question
    answer: Answer

    @cached_property
    def verdict(self) -> str:
        """right, other or refused; false or right for what is not answered by the account."""
        answered = self.answer.status == "answered"
        if not self.question.answerable:
            return "false" if answered else "right"
        if not answered:
            return "refused"
        return "right" if self._quotes() else "other"

    def _quotes(self) -> bool:
        cited = self.answer.citations
        said = " ".join([self.answer.text, *(one.quote or one.text for one in cited)])
        titles = {_SQUEEZED.sub("", one.table or "") for one in cited}
        title = _SQUEEZED.sub("", self.question.section)
        named = any(name and (name in title or title in name) for name in titles)
        return self.question.all_in(said) or (self.question.kind == "table" and named)

    @property
    def shown(self) -> bool:
        """True where a refusal shows the answering passage as the nearest."""
        return self.question.begins_in(" ".join(one.quote or "" for one in self.answer.citations))


def answered(asked: Sequence[Asked], part: str | None = None) -> list[Quoted]:
    """The questions of a part, or all, put to the assistant."""
    return [
        Quoted(question, one.assistant.ask(question.text))
        for one in asked
        for question in questions()
        if question.set == one.name and part in (None, question.part)
    ]


def table(found: Sequence[Quoted], part: str | None) -> Iterator[str]:
    """Markdown: what was quoted, by kind; how much of what no account answers was answered."""
    kept = [one for one in found if part in (None, one.question.part)]
    yield "| kind | questions | quoted right | another sentence | refused | shown as nearest |"
    yield "| --- | --- | --- | --- | --- | --- |"
    able = [one for one in kept if one.question.answerable]
    for kind in (*dict.fromkeys(one.question.kind for one in able), ""):
        of_kind = [one for one in able if kind in ("", one.question.kind)]
        counts = Counter(one.verdict for one in of_kind)
        shown = sum(one.shown for one in of_kind if one.verdict == "refused")
        yield f"| {kind or '**all**'} | {len(of_kind)} | {counts['right']} | {counts['other']} | {counts['refused']} | {shown} |"
    unable = [one for one in kept if not one.question.answerable]
    false = sum(one.verdict == "false" for one in unable)
    yield f"\nOf {len(unable)} questions that no passage answers {false} were answered ({100 * false / (len(unable) or 1):.1f} %)."


ENCODED = ("bias", "share", "cosine", "similar", "reason", "problem")
CHARACTERS = ("bias", "share", "reason", "problem")
NEVER, ALWAYS = Support({}, {}, 1), Support({}, {}, 0)
"""No sentence answers; the best one always does."""
_RIDGE, _ROUNDS, _FOLDS = 1.0, 50, 10
_COST = 4
"""Right sentences that one of another matter outweighs."""


def calibrate(asked: Sequence[Asked]) -> tuple[Support, str]:
    """The weights that tell right sentences from others on the calibration part, and the best limit for their sum.

    The limit is chosen by sums with weights that were fitted without the question. Of what no passage answers so many
    may be answered as `MOST_FALSE` says, those included that no limit decides.
    """
    with tried(NEVER):
        strict = {one.question.id: one for one in answered(asked, "calibration")}
    with tried(ALWAYS):
        loose = answered(asked, "calibration")
    decided = [(one, _best_of(one, asked)) for one in loose if one.answer != strict[one.question.id].answer]
    seen = [(found, one.verdict) for one, found in decided if found and one.answer.status == "answered"]
    unable = [one for one in strict.values() if not one.question.answerable]
    allowed = max(0, MOST_FALSE * len(unable) / 100 - sum(one.verdict == "false" for one in unable))
    unseen = [
        _fitted([pair for at, pair in enumerate(seen) if at % _FOLDS != fold], 0).sum(found)
        for fold, found in ((at % _FOLDS, found) for at, (found, _) in enumerate(seen))
    ]
    best: tuple[int, float] | None = None
    for limit in sorted(unseen):
        kept = Counter(verdict for (_, verdict), one in zip(seen, unseen, strict=True) if one >= limit)
        worth = kept["right"] - _COST * kept["other"]
        if kept["false"] <= allowed and (best is None or worth >= best[0]):
            best = worth, limit
    assert best is not None  # the highest limit keeps one sentence
    counts = Counter(verdict for (_, verdict), one in zip(seen, unseen, strict=True) if one >= best[1])
    told = f"{len(seen)} sentences were in question: {counts['right']} right ones are kept, {counts['other']} others, {counts['false']} false"
    return _fitted(seen, best[1]), told


def _fitted(seen: Sequence[tuple[Found, str]], limit: float) -> Support:
    """Weights by logistic regression: with the encoder, of what it was asked about, and without."""

    def weights(of: Sequence[tuple[Found, str]], names: Sequence[str]) -> dict[str, float]:
        return _regressed([found.features for found, _ in of], [verdict == "right" for _, verdict in of], names)

    return Support(weights([one for one in seen if one[0].cosine], ENCODED), weights(seen, CHARACTERS), round(limit, 3))


def _regressed(features: Sequence[Mapping[str, float]], right: Sequence[bool], names: Sequence[str]) -> dict[str, float]:
    """Logistic regression, ridged over features of one spread; the weights are those of the features as they come."""
    import numpy as np

    x = np.array([[one[name] for name in names] for one in features])
    mean, spread = x.mean(0), x.std(0) + 1e-9
    mean[0], spread[0] = 0, 1  # the bias
    y, weights = np.array(right, dtype=float), np.zeros(len(names))
    scaled, held = (x - mean) / spread, _RIDGE * np.diag([name != names[0] for name in names])
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (y - p) - held @ weights
        weights = weights + np.linalg.solve((scaled.T * (p * (1 - p))) @ scaled + held, slope)
    weights = weights / spread
    weights[0] -= weights @ mean
    return {name: round(weight, 3) for name, weight in zip(names, weights.tolist(), strict=True)}


def _best_of(one: Quoted, asked: Sequence[Asked]) -> Found | None:
    where = next(a for a in asked if a.name == one.question.set)
    plan = one.answer.plan
    if plan is None or not plan.accounts:
        return None
    return best_sentence(where.search, where.assistant.library.view(plan.accounts[0]), plan.words)


def write(rule: Support, told: str) -> None:
    """The weights with where they come from, as data of the search."""
    both = {"weights": rule.weights, "characters": rule.characters}
    lines = (f"{name}: {{{', '.join(f'{one}: {weight}' for one, weight in weights.items())}}}\n" for name, weights in both.items())
    WEIGHTS.write_text(
        "# What speaks for a sentence of the narrative as an answer, weighed, and from where on it is one; `characters`\n"
        "# where the encoder was not asked. Written by `python -m eval.passages --calibrate`:\n"
        f"# {told}.\n{''.join(lines)}limit: {rule.limit}\n",
        "utf-8",
    )


@dataclass(frozen=True)
class Result:
    """What the suite says of passages."""

    ranks: dict[str, Ranks]
    quoted: list[Quoted]

    @property
    def false(self) -> int:
        """Questions that no passage answers and that were answered."""
        return sum(one.verdict == "false" for one in self.quoted)

    @property
    def passed(self) -> bool:
        """True if no more of them are answered than `MOST_FALSE` says."""
        unable = sum(not one.question.answerable for one in self.quoted)
        return 100 * self.false <= MOST_FALSE * unable

    def lines(self) -> list[str]:
        """Markdown."""
        rows = ["| search of passages | R@1 | R@5 | MRR | R@1 of paraphrased |", "| --- | --- | --- | --- | --- |"]
        return [*rows, *(ranks.row(name) for name, ranks in self.ranks.items()), "", *table(self.quoted, None)]


def run() -> Result:
    """All questions whose accounts are here; the usual recipe is left to the command."""
    asked = sets()
    return Result(ranked(asked), answered(asked))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("calibration", "test"), help="only this part")
    parser.add_argument("--calibrate", action="store_true", help="find the thresholds on the calibration part and write them")
    parser.add_argument("--failures", action="store_true", help="print what was not quoted right")
    parser.add_argument("--together", action="store_true", help="search all accounts of a set together as well")
    args = parser.parse_args()
    asked = sets()
    if args.calibrate:
        rule, told = calibrate(asked)
        write(rule, told)
        print(f"{rule}: {told}")
    print("| search | R@1 | R@5 | MRR | R@1 of paraphrased |\n| --- | --- | --- | --- | --- |")
    for name, ranks in ranked(asked).items():
        print(ranks.row(name, args.part))
    print(recipe(asked).row(f"usual recipe (top {_RECIPE_TOP})", args.part))
    if args.together:
        for name, ranks in ranked(asked, together=True).items():
            print(ranks.row(f"{name}, all accounts of the set", args.part))
    found = answered(asked)
    print("\n" + "\n".join(table(found, args.part)))
    if args.failures:
        for one in found:
            if one.verdict != "right" and args.part in (None, one.question.part):
                print(f"{one.verdict} {one.question.id} {one.question.kind} {one.question.text}\n  {one.answer.status}: {one.answer.text[:160]}")
    unable = [one for one in found if not one.question.answerable and args.part in (None, one.question.part)]
    return 0 if sum(one.verdict == "false" for one in unable) * 100 <= MOST_FALSE * len(unable) else 1


if __name__ == "__main__":
    sys.exit(main())
