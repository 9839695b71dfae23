"""Pieces of the narrative as the checks see it: sections with comparable text, printed amounts, their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checks.shown import DIGITS, Shown, amount_pattern, shown
from assistant.library import AccountView
from ingest.model import Passage, Sentence
from ingest.text import squeeze

PERCENT = rf"(?P<rate>{DIGITS})[%％]"
_OTHERS = re.compile(r"上年|上一年|去年|预算(?!(?:绩效)?财政拨款|管理)|以前年度|其中：本级|下属")
"""Words in a clause after which an amount is not this year's actual figure of the whole department."""


ANY = re.compile(amount_pattern())


@dataclass(frozen=True)
class Section:
    """A passage of the narrative: its heading path and its text without blanks."""

    passage: Passage
    heading: str
    text: str

    @property
    def last(self) -> str:
        """The innermost heading."""
        return self.heading.rsplit("／", 1)[-1]

    def sentence(self, match: re.Match[str]) -> Sentence:
        """The sentence of the passage that holds the beginning of a match over `text`."""
        at = 0
        for sentence in self.passage.sentences:
            at += len(squeeze(sentence.text))
            if match.start() < at:
                return sentence
        return self.passage.sentences[-1]


def sections(view: AccountView) -> list[Section]:
    """Sections of the narrative; kept with the view, for every check of the text begins here."""
    kept: list[Section] | None = view.__dict__.get("_sections")
    if kept is None:
        kept = [
            Section(
                passage, "／".join(squeeze(part) for part in passage.heading),
                "".join(squeeze(sentence.text) for sentence in passage.sentences),
            )
            for passage in view.passages
            if passage.kind == "section"
        ]  # fmt: skip
        view.__dict__["_sections"] = kept
    return kept


def sentences(view: AccountView) -> Iterator[tuple[str, str, Sentence]]:
    """Each sentence of the narrative and of the notes under tables, with its passage's kind and its text squeezed."""
    for passage in view.passages:
        for sentence in passage.sentences:
            yield passage.kind, squeeze(sentence.text), sentence


def figure(match: re.Match[str], name: str = "x") -> Shown:
    """The amount of a match of `amount_pattern(name)`."""
    found = shown(match.group(name), match.group(f"{name}_unit"))
    assert found is not None  # the pattern lets nothing else through
    return found


def clause_before(text: str, at: int) -> str:
    """What stands before a place in its own clause."""
    return re.split(r"[。；，：]", text[:at])[-1]


def is_other(text: str, at: int, year: int) -> bool:
    """True where the clause before a place speaks of a plan, of another year or of a part of the department."""
    clause = clause_before(text, at)
    years = {int(found) for found in re.findall(r"(?<!\d)(20\d\d)年", clause)}
    return bool(_OTHERS.search(clause)) or bool(years - {year})
