"""`python -m eval.noise`: known questions with one character spoilt, asked again.

Every known question that is answered rightly as it stands is asked with each kind of noise once, at a place drawn by
the seed. What counts is whether another figure comes of it: a slip of the pen may cost an answer, never change one.
The same amount in another unit or rounded is the same figure. Numbers are left as they are, but for the width of their
digits: another year or code is another question.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant
from assistant.calculator import YUAN, places_of
from eval.suite import SAMPLES, judge, questions, real_accounts, store_of

_ALIKE = (
    "费废 务物 待代 差叉 旅履 贴帖 补朴 购够 馆管 园圆 政正 局居 境竟 宣宜 训川 奖桨 工公 基其 金今 邮由 印卬 理里 修休 福副 "
    "缴激 险检 障章 住往 房仿 积极 离漓 退腿 职识 教救 育肓 环坏 电申 咨资 租组 赁凭 会绘 议仪 劳老 委萎 托脱 设没 备各 维唯 "
    "结洁 专转 余于 财才 预予 决绝 算蒜 支之 出岀 收攻 项顶 目日 总息 计记 合和 本木 用甪 经径 常长 城诚 市巾 综棕 量良"
)
"""Pairs of characters that sound or look alike, each standing for the other."""
ALIKE = {**{pair[0]: pair[1] for pair in _ALIKE.split()}, **{pair[1]: pair[0] for pair in _ALIKE.split()}}
"""Character → the one that is written for it by mistake."""
_HAN = re.compile("(?![零一二两三四五六七八九十百千万亿])[一-鿿]")
"""A Chinese character that is no numeral."""
_WIDE = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
OUTCOMES = ("same", "refused or asked back", "text or parts only", "other figure")
_SETS = ("samples", "real")


def _dropped(text: str, place: int) -> str:
    return text[:place] + text[place + 1 :]


def _doubled(text: str, place: int) -> str:
    return text[: place + 1] + text[place:]


def _swapped(text: str, place: int) -> str:
    """The character and the next one; where that is none of its kind, nothing changes."""
    pair = text[place : place + 2]
    return text[:place] + pair[::-1] + text[place + 2 :] if len(_HAN.findall(pair)) == 2 else text


def _alike(text: str, place: int) -> str:
    return text[:place] + ALIKE.get(text[place], text[place]) + text[place + 1 :]


def _blank(text: str, place: int) -> str:
    return text[:place] + " " + text[place:]


def _wide(text: str, place: int) -> str:
    return text.translate(_WIDE)


NOISE: dict[str, Callable[[str, int], str]] = {
    "dropped": _dropped, "doubled": _doubled, "swapped": _swapped, "alike": _alike, "blank": _blank,
    "full-width digits": _wide,
}  # fmt: skip
"""Kinds of noise: (question, place of a Chinese character) → the spoilt question."""


@dataclass(frozen=True)
class Trial:
    """One spoilt question with the answer to it and to the question as it was."""

    id: str
    kind: str
    question: str
    spoilt: str
    before: Answer
    after: Answer

    @property
    def outcome(self) -> str:
        """One of `OUTCOMES`."""
        if self.after.status != "answered":
            return "refused or asked back"
        if _agree(self.before, self.after):
            return "same"
        known = [*_amounts(self.before), *_operands(self.before)]
        parts = all(any(_same(amount, other) for other in known) for amount in _amounts(self.after))
        return "text or parts only" if self.after.value is None and parts else "other figure"


def _agree(before: Answer, after: Answer) -> bool:
    """True if both say the same figures, whatever unit and decimals they are shown in; passages, the same words."""
    told, again = _amounts(before), _amounts(after)
    if not told and not again:
        return before.text == after.text
    return len(told) == len(again) and all(_same(*pair) for pair in zip(told, again, strict=True))


def _amounts(answer: Answer) -> list[tuple[str | None, str | None]]:
    """The main figure, or where there is none all of them: (value, unit)."""
    if answer.value is not None:
        return [(answer.value, answer.unit)]
    return [(figure.value, figure.unit) for figure in answer.figures]


def _operands(answer: Answer) -> list[tuple[str | None, str | None]]:
    """What the answer was computed from: a list of just these is less than was asked, but nothing false."""
    return [(operand.value, operand.unit) for operand in answer.calculation.operands] if answer.calculation else []


def _same(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    """True if the one amount is the other, or one of them rounded gives the other."""
    money = one[1] in YUAN and other[1] in YUAN
    if one[0] is None or other[0] is None or not (money or one[1] == other[1]):
        return one == other
    scales = [Decimal(10) ** YUAN.get(unit or "", 0) for _, unit in (one, other)]
    values = [Decimal(one[0]), Decimal(other[0])]
    halves = [scale * Decimal(5).scaleb(-places_of(value) - 1) for value, scale in zip(values, scales, strict=True)]
    apart = abs(values[0] * scales[0] - values[1] * scales[1])
    return apart <= max(halves) if halves[0] != halves[1] else apart == 0


def variants(question: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    """Each kind of noise once, with the spoilt question; a kind that changes nothing in it is left out."""
    places = [match.start() for match in _HAN.finditer(question)]
    for kind, spoil in NOISE.items():
        tried = draw.sample(places, len(places))
        spoilt = next((text for place in tried if (text := spoil(question, place)) != question), None)
        if spoilt is not None:
            yield kind, spoilt


def trials(assistant: Assistant, known: Iterable[dict[str, Any]], seed: int) -> Iterator[Trial]:
    """The spoilt variants of the known questions that are answered rightly; conversations are left out.

    What is drawn for a question depends on the seed and its id only, not on the others.
    """
    for question in known:
        if question["status"] != "answered" or "q" not in question:
            continue
        before = assistant.ask(question["q"])
        if judge(question, before, assistant).verdict != "correct":
            continue
        for kind, spoilt in variants(question["q"], random.Random(f"{seed} {question['id']}")):
            yield Trial(question["id"], kind, question["q"], spoilt, before, assistant.ask(spoilt))


def lines(found: list[Trial]) -> Iterator[str]:
    """A row a kind of noise, the total, and each other figure."""
    yield "| noise | variants | " + " | ".join(OUTCOMES) + " |"
    yield "| --- " * (len(OUTCOMES) + 2) + "|"
    for name in (*NOISE, ""):
        counts = Counter(trial.outcome for trial in found if name in ("", trial.kind))
        cells = (str(counts[outcome]) for outcome in OUTCOMES)
        yield f"| {name or '**all**'} | {counts.total()} | {' | '.join(cells)} |"
    others = [trial for trial in found if trial.outcome == "other figure"]
    if found:
        yield f"\nother figure {len(others) * 100 / len(found):.2f} % of {len(found)}"
    for trial in others:
        yield f"{trial.kind} {trial.id} {trial.question} → {trial.spoilt}\n  {_shown(trial.before)}\n  {_shown(trial.after)}"


def _shown(answer: Answer) -> str:
    figures = " ".join(f"{figure.label} {figure.value}" for figure in answer.figures)
    return f"{answer.value or ''} {answer.unit or ''} {figures}: {answer.text[:120]}"


def run(name: str, store: Path, seed: int) -> list[Trial]:
    """The trials of a set over a store of its accounts.

    :raises ingest.StoreError: if there is no store.
    """
    assistant = Assistant.open(store)
    try:
        return list(trials(assistant, questions(name), seed))
    finally:
        assistant.close()


def main() -> int:
    """Print the counts and every other figure; a set whose accounts are missing is said to be not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", choices=_SETS, help="only this one")
    arguments = parser.parse_args()
    found: list[Trial] = []
    for name in [arguments.set] if arguments.set else _SETS:
        files = real_accounts() if name == "real" else sorted(SAMPLES.glob("*.pdf"))
        if len(files) < 4:
            print(f"**NOT RUN: {name}** (its accounts are not on this machine)")
            continue
        found += run(name, store_of(name, files), arguments.seed)
    print("\n".join(lines(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
