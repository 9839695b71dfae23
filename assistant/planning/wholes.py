"""Citizens' words for a whole: where all the money came from or went, and what was left of it."""

from __future__ import annotations

import re

from assistant.scope import GONE
from assistant.vocabulary import words

_LEFT = re.compile("(?:年末|年底)?(?:底|末)?(?:还|仍)?(?:有|剩|结余|余)(?:下)?(?:了)?多少(?:钱|资金)?(?P<of>[\u4e00-\u9fff]{2,12}?)?(?:是)?(?:没有?|未)(?:能)?(?:花|用)(?:出去|完|掉|了)+")
"""Of a fund or an item, without a budget beside it: what is carried over."""
_EDGE = f"{GONE}那，又还"
_WHOLES = (("all_spent", "本年支出合计的构成"), ("all_received", "本年收入合计的构成"))


def of_whole(text: str) -> str:
    """The question for the whole's parts, where that is meant (钱都花到哪里去了); else the text as it is.

    :param text: without the names of department and year.
    """
    bare = text.replace(GONE, "")
    return next((GONE + asked for pattern, asked in _WHOLES if words().single[pattern].search(bare)), text)


def of_balance(text: str, of_item: bool = False) -> str:
    """The question for what is carried over, where it asks how much was not spent; else the text as it is.

    :param of_item: True where the conversation is about a row of a table: what is left of it is left of its budget.
    """
    named = _LEFT.search(text)
    if named is None or re.search("(?<!公共)(?<!基金)(?<!经营)预算", text):
        return text
    if of_item and not named["of"] and not text[: named.start()].strip(_EDGE):
        return "比预算少多少"
    return f"{text[: named.start()]}{named['of'] or ''}年末结转和结余是多少"
