"""`python -m eval.strangers`: questions by writers who had seen neither the code nor the known questions.

Fourteen rounds over the sample and the published accounts, half of them questions near to what the accounts tell and not
told by them. Each round was asked once before anything was mended by it; the rates of that first asking stand in
`FIRST` and say what to expect of questions that nobody has seen. What is printed is how the same questions do now:
they are known now, and no measure of that any more. They are kept apart from the known questions of `juesuan eval`,
which say what must not be lost.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assistant import Answer, Assistant
from assistant.calculator import YUAN, convert
from eval.suite import KNOWN, SAMPLES, lines_of, real_accounts, store_of

QUESTIONS = KNOWN / "strangers.jsonl"
FIRST = {
    "a": (27, 9, 24, 4, 60), "b": (22, 11, 27, 3, 60), "c": (31, 6, 23, 1, 60), "d": (37, 7, 16, 1, 60),
    "e": (39, 3, 18, 3, 60), "f": (19, 8, 33, 5, 60), "g": (34, 6, 20, 1, 60), "h": (26, 2, 32, 3, 60),
    "i": (23, 3, 34, 2, 60), "j": (15, 2, 13, 10, 80), "k": (36, 3, 21, 2, 80), "l": (23, 6, 31, 1, 60), "m": (25, 4, 31, 2, 60), "n": (30, 5, 15, 2, 50),
}  # fmt: skip
"""Of the figures of a round: told right, told otherwise or without the verdict asked for, refused or asked back; of its untold
questions: answered, and how many there are. Round a was asked before this way of counting was settled, each other one after
the mends by those before it, but g and h together (h once more after those by g: 28, 1, 31, 2)."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
"""What is wanted may be a name, too."""
MOST_FALSE = 2
"""Per cent of the untold questions that may be answered now."""


@dataclass(frozen=True)
class Judged:
    """A question of a round with what became of it: right, other, refused; false for an answer to what is not told."""

    round: str
    text: str
    told: bool
    verdict: str
    answer: Answer


def judged(question: dict[str, Any], answer: Answer) -> str:
    """What an answer is to a stranger's question: its number in whatever unit, or named among others."""
    if not question["told"]:
        return "false" if answer.status == "answered" else "right"
    if answer.status != "answered" or (question.get("verdict") and answer.verdict is None):
        return "refused"
    if question.get("verdict"):
        return "right" if answer.verdict == question["verdict"] else "other"
    wanted = [question["value"]] if question.get("value") is not None else question["figures"]
    unit = question.get("unit")
    said = [(answer.value, answer.unit), *((figure.value, figure.unit) for figure in answer.figures)]
    had = {_size(value, one) for value, one in said if value is not None}
    text = answer.text.replace(",", "")
    return "right" if all(value in text or (_NUMBER.fullmatch(value) and _size(value, unit) in had) for value in wanted) else "other"


def _size(value: str, unit: str | None) -> Fraction:
    amount = convert(Fraction(Decimal(value)), unit, "元") if unit in YUAN else Fraction(Decimal(value))
    return abs(amount)


def run() -> Iterator[Judged]:
    """All questions of which the accounts are there, asked."""
    files = {"samples": sorted(SAMPLES.glob("*.pdf")), "real": real_accounts()}
    questions = lines_of(QUESTIONS, dict)
    for name, accounts in files.items():
        if not accounts:
            continue
        assistant = Assistant.open(store_of(name, accounts))
        try:
            for question in questions:
                if question["set"] == name:
                    *before, last = question["q"].split(" | ")
                    answer = assistant.ask(last, before)
                    yield Judged(question["round"], question["q"], question["told"], judged(question, answer), answer)
        finally:
            assistant.close()


def table(found: list[Judged]) -> str:
    """Markdown: a row a round, first asking and now."""
    rows = ["| round | figures | right at first | right now | other now | refused now | untold | answered at first | answered now |"]
    rows.append("| --- |" + " --- |" * 8)
    for round in (*sorted({one.round for one in found}), ""):
        of = [one for one in found if round in ("", one.round)]
        told, untold = [one for one in of if one.told], [one for one in of if not one.told]
        now = Counter(one.verdict for one in told)
        first = [FIRST[round]] if round else list(FIRST.values())
        false = sum(one.verdict == "false" for one in untold)
        rows.append(
            f"| {round or '**all**'} | {len(told)} | {sum(one[0] for one in first)} of {sum(sum(one[:3]) for one in first)} | {now['right']} "
            f"| {now['other']} | {now['refused']} | {len(untold)} | {sum(one[3] for one in first)} of {sum(one[4] for one in first)} | {false} |"
        )
    return "\n".join(rows)


def main() -> int:
    """Print the table, with `--failures` what is not right; 1 if more of what is not told is answered than may be."""
    found = list(run())
    print(table(found))
    if "--failures" in sys.argv[1:]:
        for one in found:
            if one.verdict != "right":
                print(f"{one.verdict} {one.round} {one.text}\n  {one.answer.status}: {one.answer.text[:160]}")
    untold = [one for one in found if not one.told]
    return int(sum(one.verdict == "false" for one in untold) * 100 > MOST_FALSE * len(untold))


if __name__ == "__main__":
    sys.exit(main())
