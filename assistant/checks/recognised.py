"""Findings over scanned pages: whether the document is wrong, or only its reading may be."""

from __future__ import annotations

from dataclasses import replace

from assistant.checks.raised import Raised
from ingest.model import Fact
from prompts import say


def weighed(raised: Raised) -> Raised:
    """What was raised, as a notice where it rests on a reading that nothing confirms.

    A sum that fails over recognised figures without a doubt is an error: each of them was read again from a finer
    picture, with the same result (`ingest.doubts`). Recognised sentences are read only once.
    """
    if raised.severity != "error":
        return raised
    facts = [evidence for evidence in raised.evidence if isinstance(evidence, Fact)]
    sentences = [evidence for evidence in raised.evidence if not isinstance(evidence, Fact)]
    if any(fact.doubt for fact in facts):
        return replace(raised, severity="notice", message=raised.message + say("finding_doubtful"))
    if any(place.scanned for sentence in sentences for place in sentence.places):
        return replace(raised, severity="notice", message=raised.message + say("finding_recognised"))
    if raised.rule == "sum" and any(fact.place.scanned for fact in facts):
        return replace(raised, message=raised.message + say("finding_reread"))
    return raised
