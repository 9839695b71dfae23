"""Questions that join a figure with its reason (花了多少，又为什么比预算多)."""

from __future__ import annotations

import re

from assistant.vocabulary import words
from ingest.text import squeeze

_JOINING = re.compile(r"[，,。；;？?]|(?:又|并且|同时|另外|以及|还有|并)(?=[^，。]{0,6}(?:为|原因|理由|怎么))")
_ASKS = re.compile("多少|几")
_COMPARED = re.compile("(?:年初|全年)?预算|上年|去年")
_BARE_CHANGE = re.compile("差|[多少]了|超|省|剩|[增减升降涨]")
_CHANGE = re.compile("[增减升降涨超]|比|多|少|大于|小于")


def parted(question: str) -> tuple[str, str]:
    """The question for the figure and that for its reason; the second is empty where only one is asked."""
    text = squeeze(question)
    pattern = words().forms["reason"]
    pieces = [piece for piece in _JOINING.split(text) if piece]
    reasons = [piece for piece in pieces if pattern.search(piece) and not _ASKS.search(piece)]
    others = [piece for piece in pieces if piece not in reasons]
    if not reasons or not any(_ASKS.search(piece) for piece in others):
        return question, ""
    lead = pattern.split(reasons[0])[0] if reasons[0] == pieces[0] else ""  # whose and of which year
    figure = lead + "，".join(others)
    compared = _COMPARED.search("".join(reasons))
    if compared and not _COMPARED.search(figure) and _BARE_CHANGE.search(figure):
        figure = lead + f"比{compared.group()}" + "，".join(others)  # 为什么没花完预算，差了多少
    changed = _CHANGE.search("".join(reasons))
    return figure, "，".join(reasons) if changed else figure + "，" + "，".join(reasons)
