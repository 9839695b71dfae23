"""Words of questions and narratives: pieces of two characters, and what a question is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.scope import GONE
from assistant.vocabulary import words
from ingest.text import plain

_PHRASE = 4
"""Characters from which on words may be worded otherwise in the text."""
_KEPT = frozenset("支出 收入 金额 预算 资金 机关 经费 费用 总额 合计 总计 项目 年初预算 人员 数量 单位 部门".split())  # noqa: SIM905
"""Filler that belongs to names in the narrative (机关运行经费)."""
BUDGET = re.compile("(?<!公共)(?<!基金)(?<!经营)预算")
"""A budget, and not whose funds are meant (一般公共预算)."""
LIGHT = "项款类搞办做请发给买花用修编打管收养换改建开弄了的和与及等年度在上"
"""Characters of questions that say only that something is done."""
_NO_FILLER = "中小"
"""What begins with a filler character and is none."""
_ASKING = re.compile(
    r"多少|几个(?=人)|几|什么|怎么样|怎样|如何|哪些|哪个|哪几|为什么|为何|原因|是不是|归不归|有没有|请|吗|呢|主要是|的是|来了|一共|达到|统计出来|文件|解释|问题出在|哪儿|设了|涵盖|包括|介绍|结果"
)


def bigrams(text: str) -> set[str]:
    """Two-character pieces of a comparable text; runs of digits stay whole."""
    pieces: set[str] = set()
    for run in re.findall(r"[\u4e00-\u9fff]+|[0-9a-z]+", plain(text)):
        if run[0].isascii() or len(run) == 1:
            pieces.add(run)
        else:
            pieces.update(run[i : i + 2] for i in range(len(run) - 1))
    return pieces


def content_words(question: str) -> str:
    """What a question is about: without names of departments, years, and the words of asking."""
    text = _ASKING.sub(GONE, question.replace("收支", "收入支出"))
    for word in words().filler:
        if len(word) > 1 and word not in _KEPT:
            text = text.replace(word, GONE)
    text = re.sub(r"[的里了在和与是有]", GONE, text)
    singles = "".join(word for word in words().filler if len(word) == 1 and word not in "买小大不")
    runs = [run for run in text.split(GONE) if run.strip(singles)]
    return GONE.join(_stripped(run, singles) for run in runs)


def of_each(question: str) -> str:
    """What a question asks of each of several departments, without the words that rank them or add them up."""
    forms, single = words().forms, words().single
    for pattern in (single["own_years"], single["across"], forms["ranking"], forms["sum"]):
        question = pattern.sub(GONE, question)
    return content_words(question)


def _stripped(run: str, singles: str) -> str:
    """The run without filler at its edges; 中小企业 begins with none."""
    bare = run.rstrip(singles)
    while bare and bare[0] in singles and not bare.startswith(_NO_FILLER):
        bare = bare[1:]
    return bare if len(bare) > 1 else run


def query_of(question: str, least: int = 1) -> tuple[set[str], dict[str, set[str]]]:
    """The pieces of a question, and for those that narratives word otherwise the pieces that do as well.

    :param least: characters of a word of which other wordings count.
    """
    content = content_words(question)
    others = {
        piece: {p for synonym in synonyms for p in bigrams(synonym)}
        for word, synonyms in words().synonyms.items()
        if word in content and len(word) >= least
        for piece in bigrams(content)
        if word in piece or piece in word
    }
    return bigrams(content), others


def has_words(text: str, needed: Iterable[str]) -> bool:
    """True where a text has each of the words, of those of four characters and more half of their pieces."""
    said = plain(text)
    pieces = bigrams(text)
    runs = [run for word in needed for run in content_words(word).split(GONE) if len(run) > 1]
    return all(
        run in said if len(run) < _PHRASE else 2 * len(bigrams(run) & pieces) >= len(bigrams(run)) for run in runs
    )


def with_synonyms(field: set[str], others: dict[str, set[str]]) -> set[str]:
    """The pieces of a text with those of the question that it words otherwise."""
    return field | {piece for piece, synonyms in others.items() if synonyms & field}


def bare_name(name: str) -> str:
    """The name without the words that accounts and questions add to names or leave away."""
    return plain(name).replace("财政拨款", "").removesuffix("支出").removesuffix("费用").removesuffix("经费")
