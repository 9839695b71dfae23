"""The conversation as the page shows it: turns with citations as chips, what may be asked next, text to be copied."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant import Answer, Assistant, Plan
from assistant.scope import short_name
from ingest.model import Account
from ui.address import Address, of_answer
from ui.web.evidence import chip, grouped, where
from ui.words import Words

_MARK = re.compile(r"\[(\d+)\]")
_LISTED = 12
"""Figures and sources shown at once; of more, the rest can be opened."""
_SUGGESTED = ("reception", "project_share", "largest", "completion", "duties", "total")
_FOLLOWING: dict[str, tuple[str, ...]] = {
    "figure": ("follow_share", "follow_last_year", "follow_completion", "follow_why"),
    "share": ("follow_amount", "follow_composition", "follow_largest"),
    "completion": ("follow_why", "follow_last_year", "follow_share"),
    "growth": ("follow_why", "follow_share", "follow_completion"),
    "last-year": ("follow_growth", "follow_why"),
    "difference": ("follow_why", "follow_share"),
    "ranking": ("follow_smallest", "follow_total"),
    "composition": ("follow_largest", "follow_last_year"),
    "reason": ("follow_amount", "follow_completion"),
}
"""What may be asked next, by the form of what was answered, the best first."""
_AT_ONCE = 3


@dataclass(frozen=True)
class Turn:
    """A question of the conversation with its answer; while it is being answered, with its text so far."""

    question: str
    after: tuple[str, ...]
    """The earlier questions of the conversation, the oldest first."""
    answer: Answer | None = None
    text: str = ""

    @cached_property
    def address(self) -> Address:
        """The answer's address."""
        return of_answer(self.question, self.after, self.answer) if self.answer else Address(self.question, self.after)


def streamed(assistant: Assistant, turn: Turn) -> Iterator[Turn]:
    """The turn with a growing text, at last with its answer."""
    text = ""
    for piece in assistant.chain.stream({"question": turn.question, "history": turn.after}):
        if isinstance(piece, Answer):
            yield Turn(turn.question, turn.after, piece, piece.text)
        elif not isinstance(piece, Plan):
            text += piece
            yield Turn(turn.question, turn.after, None, text)


def suggestions(assistant: Assistant, words: Words, most: int = 4) -> list[str]:
    """Questions of different kinds that the loaded accounts do answer, the newest accounts first."""
    newest: dict[str, Account] = {}
    for account in assistant.library.accounts:
        if account.department not in newest or newest[account.department].year < account.year:
            newest[account.department] = account
    accounts = sorted(newest.values(), key=lambda account: -account.year)[:most]
    found: list[str] = []
    for number, form in enumerate(_SUGGESTED):
        for turn in range(len(accounts)):
            account = accounts[(number + turn) % len(accounts)]
            who = account.department if words.language == "en" else short_name(account)
            question = words(f"suggest_{form}", who=who, year=account.year)
            if assistant.ask(question).status == "answered":
                found.append(question)
                break
    return found[:most]


def followups(assistant: Assistant, turn: Turn) -> list[str]:
    """Questions that go on from an answer and that can be answered, in the language of the question."""
    answer = turn.answer
    if answer is None or answer.status != "answered" or answer.plan is None:
        return []
    words, asked = Words(answer.plan.language), (*turn.after, turn.question)
    found, told = [], {answer.text}
    for key in _FOLLOWING.get(answer.plan.form, ()):
        question = words(key)
        next_one = assistant.ask(question, asked)
        if next_one.status == "answered" and next_one.text not in told:
            told.add(next_one.text)
            found.append(question)
        if len(found) == _AT_ONCE:
            break
    return found


def log(turns: Sequence[Turn], following: Sequence[str], words: Words) -> str:
    """The conversation as HTML.

    :param following: questions offered after the last answer.
    """
    return "".join(
        _turn(turn, number, following if number == len(turns) - 1 else (), words) for number, turn in enumerate(turns)
    )


def welcome(suggested: Sequence[str], words: Words) -> str:
    """What stands where nothing has been asked yet."""
    return f'<div class="welcome"><p>{words("welcome")}</p>{_buttons(suggested)}</div>'


def _turn(turn: Turn, number: int, following: Sequence[str], words: Words) -> str:
    asked = f'<p class="asked"><span class="who">{words("you_asked")}</span>{html.escape(turn.question)}</p>'
    if turn.answer is None:
        said = _marked(turn.text, turn.address, {}, words) or f'<span class="waiting">{words("looking")}</span>'
        return f'<article class="turn" aria-busy="true">{asked}<div class="said"><p>{said}</p></div></article>'
    answer = turn.answer
    told = {citation.id: where(citation, words) for citation in answer.citations}
    text = answer.text if answer.status != "answered" or not answer.reworded else answer.reworded
    kind = "" if answer.status == "answered" else f'<span class="status">{words(f"status_{answer.status}")}</span> '
    verdict = f'<span class="verdict">{words(f"verdict_{answer.verdict}")}</span> ' if answer.verdict else ""
    of_record = (
        f'<p class="why">{words("of_record")}{_marked(answer.text, turn.address, told, words)}</p>'
        if text != answer.text
        else ""
    )
    options = _buttons(answer.options) if answer.status == "clarify" else ""
    notes = "".join(f"<li>{_marked(note, turn.address, told, words)}</li>" for note in answer.notes)
    return (
        f'<article class="turn" id="turn-{number}">{asked}<div class="said"><p>{kind}{verdict}{_marked(text, turn.address, told, words)}</p>'
        f"{of_record}{options}{_figures(answer, turn.address, told, words)}{f'<ul class=notes>{notes}</ul>' if notes else ''}"
        f"{_sources(told, turn.address, words)}{_doing(turn, number, words)}</div>"
        f"{_next(following, words)}</article>"
    )


def _marked(text: str, address: Address, told: dict[int, str], words: Words) -> str:
    """Text as HTML with its marks as chips."""
    pieces, at = [], 0
    for found in _MARK.finditer(text):
        number = int(found[1])
        pieces.append(html.escape(text[at : found.start()]))
        pieces.append(
            chip(address, number, words, told.get(number, "")) if number in told or not told else html.escape(found[0])
        )
        at = found.end()
    return "".join(pieces) + html.escape(text[at:])


def _figures(answer: Answer, address: Address, told: dict[int, str], words: Words) -> str:
    if answer.status != "answered" or len(answer.figures) < 2:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(one.label)}</th><td>{grouped(one.value)} {html.escape(one.unit or "")}</td>'
        f"<td>{chip(address, one.citation, words, told.get(one.citation, ''))}</td></tr>"
        for one in answer.figures
    )
    name = words("figures")
    head = f'<thead><tr><th scope="col">{words("item")}</th><th scope="col">{words("figure")}</th><th scope="col">{words("source")}</th></tr></thead>'
    table = f'<table class="figures"><caption>{name}</caption>{head}<tbody>{rows}</tbody></table>'
    if len(answer.figures) > _LISTED:
        return f"<details><summary>{words('figures_all', count=len(answer.figures))}</summary>{table}</details>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">{table}</div>'


def _sources(told: dict[int, str], address: Address, words: Words) -> str:
    if not told:
        return ""
    listed = "".join(
        f'<li>{chip(address, number, words, place)} <a href="{html.escape(address.citing(number).query)}" data-evidence tabindex="-1" aria-hidden="true">{html.escape(place)}</a></li>'
        for number, place in told.items()
    )
    opened = "" if len(told) > _LISTED else " open"
    return f'<details class="sources"{opened}><summary>{words("sources", count=len(told))}</summary><ul>{listed}</ul></details>'


def _doing(turn: Turn, number: int, words: Words) -> str:
    """What can be done with an answer: copied, sent, reported as wrong."""
    assert turn.answer is not None
    copied = html.escape(copy_text(turn, words))
    return (
        f'<p class="doing"><button type="button" data-copy="{copied}">{words("copy")}</button>'
        f'<button type="button" data-copy="{html.escape(turn.address.query)}" data-address>{words("copy_address")}</button>'
        f'<button type="button" data-wrong aria-expanded="false" aria-controls="wrong-{number}">{words("wrong")}</button></p>'
        f'<form class="wrong" id="wrong-{number}" data-turn="{number}" hidden><label>{words("wrong_reason")}'
        f'<textarea name="reason" rows="2" maxlength="1000" required></textarea></label>'
        f'<button type="submit">{words("send")}</button></form>'
    )


def copy_text(turn: Turn, words: Words) -> str:
    """The answer as plain text with its citations and, where %ADDRESS% stands, room for its address."""
    answer = turn.answer
    assert answer is not None
    lines = [answer.text, *answer.notes]
    lines += [f"[{one.id}] {where(one, words)} · {one.document} · SHA-256 {one.sha256}" for one in answer.citations]
    return "\n".join([*lines, "%ADDRESS%"])


def _next(following: Sequence[str], words: Words) -> str:
    return (
        f'<div class="next"><span class="why">{words("ask_next")}</span>{_buttons(following)}</div>'
        if following
        else ""
    )


def _buttons(questions: Sequence[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" data-ask>{html.escape(question)}</button></li>' for question in questions
    )
    return f'<ul class="asks">{buttons}</ul>' if questions else ""
