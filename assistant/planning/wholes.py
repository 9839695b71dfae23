"""Where all the money came from or went: a question for what the whole income or expenditure is made of."""

from __future__ import annotations

from assistant.scope import GONE
from assistant.vocabulary import words

_WHOLES = (("all_spent", "本年支出合计的构成"), ("all_received", "本年收入合计的构成"))


def of_whole(text: str) -> str:
    """The question for the whole's parts, where that is meant (钱都花到哪里去了); else the text as it is.

    :param text: without the names of department and year.
    """
    bare = text.replace(GONE, "")
    return next((GONE + asked for pattern, asked in _WHOLES if words().single[pattern].search(bare)), text)
