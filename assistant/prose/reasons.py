"""Sentences that state the reason for what a question is about."""

from __future__ import annotations

import re

from assistant.library import AccountView
from assistant.prose.index import index
from assistant.prose.words import BUDGET, bare_name, bigrams, content_words
from ingest.model import Passage, Sentence
from ingest.text import plain

_ENOUGH = 0.5
"""Least share of a question's words (weighted by rarity) that a statement or sentence must have."""
_SHORT = 4
"""Characters up to which a name is one word, of which no half is enough."""
_DECIMAL = re.compile(r"\d[\d,]*\.\d+")
_REASON_SENTENCE = re.compile(r"原因|由于|导致|因为|因(?!公).{2,}|主要是|情况是|情况：")
_OTHER_COMPARISON = {
    False: re.compile("决算数?(?:大于|小于|高于|低于|超过)(?:年初|全年)?预算"),
    True: re.compile("(?:比|较|与)(?:上年|去年|20\\d\\d年).{0,12}(?:增加|减少|增长|下降)"),
}
"""Sentences that give reasons for another comparison: with the budget where last year is asked about, and the reverse."""
_PLANNED = re.compile("(?:原|年初|原来)?(?:计划|安排|批的?)|原定|[调压追]减|调增|追加")
_LAST_YEAR = re.compile("(?:上|去|前|往)一?年|同比|比\x00|20\\d\\d年|[增减升降涨]")
_OF_CHAIN = re.compile("([^（）()。，、]{2,40})[（(][类款项][）)]")


def find_reason(view: AccountView, question: str, names: list[str]) -> tuple[Passage, Sentence] | None:
    """The sentence that states the reason for what the question is about."""
    prose = index(view)
    query = bigrams(content_words(question)) | {
        piece for name in names for piece in bigrams(name.replace("收支", "收入支出"))
    }
    best: tuple[float, Passage, Sentence] | None = None
    for passage in prose.passages:
        if passage.kind not in ("section", "units"):
            continue
        stated = [
            sentence
            for sentence in passage.sentences
            if _REASON_SENTENCE.search(sentence.text) and not of_other_comparison(question, sentence.text)
        ]
        for sentence in stated:
            at = passage.sentences.index(sentence)
            lead = "".join(s.text for s in passage.sentences[max(0, at - 3) : at])
            near = bigrams(sentence.text)
            said = sentence.text + lead + "".join(passage.heading[-2:]) + passage.text[:80]
            if names and not is_about(names, said.replace(view.account.department, "")):
                continue
            score = prose.coverage(
                query, (near, 1.0), (bigrams(lead), 0.95), (bigrams("".join(passage.heading[-2:])), 0.8)
            )
            score += 0.1 if re.search(r"原因|由于|因为", sentence.text) else -0.2
            score += 0.5 if set(_DECIMAL.findall(question)) & set(_DECIMAL.findall(sentence.text)) else 0.0
            about = plain(passage.text[:80])
            if any(f"{plain(name)}项" in about for name in names):
                score += 0.4
            elif of_another(names, passage):
                continue
            if best is None or score > best[0] + 1e-9:
                best = (score, passage, sentence)
    return (best[1], best[2]) if best and best[0] >= _ENOUGH else None


def of_other_comparison(question: str, text: str) -> bool:
    """True where a text explains a difference from the budget and the question asks about last year, or the reverse."""
    of_budget = bool(BUDGET.search(question) or _PLANNED.search(question))
    if not of_budget and not _LAST_YEAR.search(question):
        return False  # which of the two is meant is not said: the sentence tells it
    return bool(_OTHER_COMPARISON[of_budget].search(text))


def of_another(names: list[str], passage: Passage) -> bool:
    """True for a passage on one item (…（类）…（款）…（项）) that is none of the names."""
    chain = [bare_name(part) for part in _OF_CHAIN.findall(passage.text[:80])]
    return bool(names and len(chain) > 1) and not any(bare_name(name) in part for name in names for part in chain)


def is_about(names: list[str], text: str) -> bool:
    """True where a text has one of the names: half of the pieces of a long one, a short one whole."""
    pieces, said = bigrams(text), plain(text)
    names = [name.replace("收支", "收入支出") for name in names]
    return any(
        (2 * len(own & pieces) >= len(own)) if len(plain(name)) > _SHORT else plain(name) in said or bare_name(name) in said
        for name in names
        if (own := bigrams(bare_name(name)) or bigrams(name))
    )
