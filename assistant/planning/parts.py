"""Questions that ask for several numbers (接待了几批？来了多少人？花了多少钱): the single questions, in their order."""

from __future__ import annotations

import re

from ingest.text import squeeze

_CUT = re.compile(
    "[，,；;。？?！!]+|(?<=多少)、|(?<=[少几].)、(?=[多几])|(?<=[少几]..)、(?=[多几])|(?<=几[批次个人名位辆场件])(?=几|多少)|(?<=多少[批次人名辆场件])(?=几|多少)"
)
"""Where a question may go on to the next; 、 or nothing only between two that are asked for (几批、几人; 几批几人)."""
_ASKS = re.compile("多少|(?<![好若第哪])几(?!乎|年来|大类)|百分之|[率度](?:呢|是|为)|多大|多高")
_JOINED = re.compile("^(?:又|并且|而且|以及|同时|另外|还有|其中|那么?)(?!.{0,2}呢)")


def parts_of(question: str) -> list[str]:
    """The single questions of one that asks for several numbers, each with what stands before it; empty for one that asks one.

    What asks for nothing belongs to what comes after it, at the end to what comes before.
    """
    parts: list[str] = []
    before = ""
    for piece in filter(None, _CUT.split(squeeze(question))):
        before += ("，" if before else "") + piece
        if _ASKS.search(piece):
            parts.append(_JOINED.sub("", before) or before)
            before = ""
    if before and parts:
        parts[-1] += f"，{before}"
    return parts if len(parts) > 1 else []
