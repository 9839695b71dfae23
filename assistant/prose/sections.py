"""Definitions and whole sections: duties, units, offices."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.library import AccountView
from assistant.prose.index import index
from assistant.prose.words import bigrams, content_words
from assistant.scope import GONE
from ingest.model import Passage
from ingest.narrative import glossary_term
from ingest.text import plain

_MONEY = re.compile("钱|经费|费用|支出|资金|款")
"""What money is for is no duty."""
_OFFICES = re.compile("内设|科室|处室|机构设置|[科处室]、")
_OF_UNITS = frozenset("下设下面都叫分别账是一块儿合在一起并编报名单单位家部门决算编制编入纳入汇总汇编范围合并包含构成组成名单全部账目预算独立核算下级二级基层直属所属列出写出来说全公开年度机关里分成部门编把")
"""Characters of words in questions for the units of an account."""
_ONE_OFFICE = re.compile("^[\u4e00-\u9fff]{1,12}(?:中心|[科处室股站队所馆])(?:的|主要|都|是|平时)*(?:负责|管|职责|职能|干|做)")
_DUTY_OF = re.compile("承担(?:着|了)?(?:哪些|什么|啥)|(?:该|要|应)?(?:负|担)(?:什么|啥|哪些)(?:责|责任)")
"""What of something is among the duties."""
_FEW_OFFICES = re.compile("(?:哪一?几?个|几个|哪些|多少个)(?:科|处|股)(?:室)?(?![学目技长])")


def find_definition(view: AccountView, question: str, names: list[str]) -> Passage | None:
    """The glossary entry of the longest term that the question names."""
    entries = [(plain(glossary_term(p)), p) for p in view.passages if p.kind == "glossary"]
    asked = [plain(name) for name in names] + [plain(question)]
    exact = [(term, p) for term, p in entries if term and term in asked]
    inside = [(term, p) for term, p in entries if term and any(term in text for text in asked)]
    loose = [(term, p) for term, p in entries if term and any(len(name) >= 3 and name in term for name in asked[:-1])]
    best = exact or sorted(inside, key=lambda pair: -len(pair[0])) or loose
    return best[0][1] if best else None


def find_section(view: AccountView, question: str) -> Passage | None:
    """A whole section where the question is for one: duties, or units and offices."""
    kinds = {
        "duties": r"职责|职能|^\W*(?:局|他们|平时|主要|都|到底|究竟|是|到底是)*(?:干什么|做什么|干嘛)(?!用)|负责(?:什么|哪些)|(?:管|干)(?:些|的)?(?:什么|哪些|啥)(?!用)|归.{0,3}管|归.{0,3}做|主要工作",
        "units": r"内设|科室|下属|账.{0,6}(?:一块|合在|并)|并进|哪些单位|单位构成|几个单位|多少个单位|涵盖|预算单位|编制范围|机构设置|哪些机构|几个机构|纳入"
        f"|{_FEW_OFFICES.pattern}",
    }
    if _ONE_OFFICE.search(question.rpartition(GONE)[2]):
        return None  # what one of its offices does
    for kind, pattern in kinds.items():
        if not re.search(pattern, question) or (kind == "duties" and _MONEY.search(question)):
            continue
        sections = [passage for passage in view.passages if passage.kind == kind]
        offices = re.search("内设|科室|处室", question) or _FEW_OFFICES.search(question)
        if offices:
            sections = [p for p in view.passages if p.kind in kinds and _OFFICES.search("".join(p.heading[-1:]) + p.text)]
        if kind == "units" and _asks_more(re.sub(pattern, GONE, question), sections):
            return None  # 没交齐照片的是哪些单位
        if not sections:
            continue
        if len(sections) == 1:
            return sections[0]
        prose = index(view)
        query = bigrams(content_words(question)) or bigrams(question)
        office = re.search(r"科室|内设|机构", question) or _FEW_OFFICES.search(question)
        return max(
            sections,
            key=lambda p: (
                prose.coverage(query, (bigrams("".join(p.heading)), 1.0), (bigrams(p.text), 0.8))
                + (0.5 if office and re.search(r"机构设置|内设", p.heading[-1] + p.text) else 0.0)
                + (0.5 if not office and re.search(r"单位构成|决算单位", p.heading[-1]) else 0.0)
            ),
        )
    return _duties_on(view, _DUTY_OF.sub(GONE, question)) if _DUTY_OF.search(question) and not _MONEY.search(question) else None


def _duties_on(view: AccountView, question: str) -> Passage | None:
    """The duties, where they have most of what a question names."""
    pieces = {piece for piece in bigrams(content_words(question)) if len(piece) > 1}
    for passage in view.passages:
        if passage.kind == "duties" and pieces and 5 * len(pieces & bigrams(passage.text)) >= 3 * len(pieces):
            return passage
    return None


def _asks_more(question: str, sections: Iterable[Passage]) -> bool:
    """True where a question for units has words that are neither theirs nor those of asking for them."""
    text = "".join(section.text for section in sections)
    runs = content_words(question).split(GONE)
    return any(len(run) > 1 and not _OF_UNITS.issuperset(run) and run not in text for run in runs)
