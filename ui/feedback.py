"""Answers that somebody called wrong: a log in the store's folder, only added to, with the whole trace of each answer.

Each is a candidate for the known questions: `as_known` gives the line that somebody who looks at the document completes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant import Answer

LEAST_REASON, MOST_REASON = 2, 1000
_NAME = "feedback.jsonl"
_MOST = 50_000_000
"""Bytes of the log from which on nothing more is taken: anybody may write to it."""


class FeedbackError(ValueError):
    """What was sent cannot be taken; the text says why."""


@dataclass(frozen=True)
class Feedback:
    """One line of the log."""

    time: str
    """ISO 8601, UTC."""
    question: str
    history: tuple[str, ...]
    reason: str
    who: str
    answer: dict[str, Any]
    """The answer's JSON form, with its plan, calculation and citations."""

    def as_known(self, number: int) -> dict[str, Any]:
        """A candidate for the known questions. What is right is not known: `status` and `value` are for a person."""
        return {
            "id": f"feedback-{number:03d}",
            "kind": "feedback",
            "chat": [*self.history, self.question],
            "status": "?",
            "value": "?",
            "was": {name: self.answer.get(name) for name in ("status", "value", "unit", "reason", "text")},
            "said": self.reason,
        }


def report(folder: Path, question: str, history: Sequence[str], answer: Answer, reason: str, who: str) -> Feedback:
    """Keep what somebody says is wrong with an answer.

    :param folder: the store's folder.
    :raises FeedbackError: for a reason that is too short or too long, or if the log is full or cannot be written.
    """
    reason = " ".join(reason.split())
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise FeedbackError(f"请写明哪里不对（{LEAST_REASON} 到 {MOST_REASON} 个字）。")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entry = Feedback(now, question, tuple(history), reason, who, answer.as_json())
    path = folder / _NAME
    try:
        if path.exists() and path.stat().st_size > _MOST:
            raise FeedbackError("意见记录已满，没有保存；请告诉管理员。")
        with path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
    except OSError as error:
        raise FeedbackError(f"意见没能保存（{error.strerror or error}）；请告诉管理员。") from error
    return entry


def reports(folder: Path) -> list[Feedback]:
    """What was reported, the oldest first; lines that are none are left out."""
    found = []
    try:
        lines = (folder / _NAME).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            data = json.loads(line)
            found.append(Feedback(**{**data, "history": tuple(data["history"])}))
        except (ValueError, TypeError, KeyError):
            continue
    return found
