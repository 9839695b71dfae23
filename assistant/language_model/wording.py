"""An answer said in other words, shown only beside it and only if it says of every figure what the answer says."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.language_model.endpoint import Endpoint, NoReply
from assistant.language_model.skeleton import disagreement
from assistant.library import Library
from assistant.model import Answer
from prompts import fenced, instructions

_LONGEST = 300
"""Characters of an answer that is worded anew; lists are longer."""


def is_worded(answer: Answer) -> bool:
    """True for answers that are put in other words: in Chinese, given, not long lists."""
    return (
        answer.status == "answered"
        and answer.plan is not None
        and answer.plan.language == "zh"
        and 0 < len(answer.text) <= _LONGEST
    )


def reworded(endpoint: Endpoint, library: Library, answer: Answer, question: str) -> str:
    """The answer in other words; empty where the model says nothing that agrees with it.

    :raises Unreachable: if the model does not answer.
    """
    user = f"问题：{fenced(question)}\n答句：{fenced(answer.text)}\n换一种说法："
    try:
        said = endpoint.text(instructions("reword"), user)
    except NoReply:
        return ""
    said = said.strip().strip("`“”\"")
    if not said or said == answer.text:
        return ""
    return "" if disagreement(answer.text, said, _names(library, answer), question) else said


def _names(library: Library, answer: Answer) -> Iterator[str]:
    """What the answer calls its figures and whose they are."""
    for citation in answer.citations:
        yield library.account(citation.document).department
        yield from filter(None, (citation.row, *(citation.column or "").split("/")))
    for figure in answer.figures:
        yield figure.label
    for item in answer.plan.items if answer.plan else ():
        yield item.name
