"""Search in the narrative: numbers asserted in prose, reasons, definitions, passages. Quoted, never reworded."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.calculator import YUAN
from assistant.library import AccountView
from assistant.scope import GONE
from assistant.vocabulary import aliases, words
from ingest.model import Passage, Sentence, Statement
from ingest.narrative import glossary_term
from ingest.text import plain

_ENOUGH = 0.5
"""Least share of a question's words (weighted by rarity) that a statement or sentence must have."""
_ENOUGH_COUNTED = 0.42
"""The same where the question also names what is counted."""
_DECIMAL = re.compile(r"\d[\d,]*\.\d+")
_OFFICES = re.compile("内设|科室|处室|机构设置|[科处室]、")
_OF_UNITS = frozenset("下设下面都叫分别账是一块儿合在一起并编报名单单位家部门决算编制编入纳入汇总汇编范围合并包含构成组成名单全部账目预算独立核算下级二级基层直属所属列出写出来说全公开年度机关里分成部门编把")
"""Characters of words in questions for the units of an account."""
_ONE_OFFICE = re.compile("^[\u4e00-\u9fff]{1,8}[科处室股站队所馆](?:的|主要|都|是|平时)*(?:负责|管|职责|职能|干|做)")
_OF_SMALL_FIRMS = re.compile("中小|小微|预留")
_PHRASE = 4
"""Characters from which on words may be worded otherwise in the text."""
_SHORT = 4
"""Characters up to which a name is one word, of which no half is enough."""
_AFTER = 8
"""Characters after a number that still belong to what it is of."""
_LEAST_SUBJECT = {"money": 0.25, "counted": 0.0, "any": 0.5}
"""Least share of a question's words that the subject itself must hold: for money, of which all speaks; where the
question names what is counted (辆, 人次); and where it names nothing."""
_CHANGES = ("增减额", "增减率")
_REASON_SENTENCE = re.compile(r"原因|由于|导致|因为|因(?!公).{2,}|主要是|情况是|情况：")
_OTHER_COMPARISON = {
    False: re.compile("决算数?(?:大于|小于|高于|低于|超过)(?:年初|全年)?预算"),
    True: re.compile("(?:比|较|与)(?:上年|去年|20\\d\\d年).{0,12}(?:增加|减少|增长|下降)"),
}
"""Sentences that give reasons for another comparison: with the budget where last year is asked about, and the reverse."""
_COUNTED_NOUN = re.compile("(?:多少|几)(?:个|名|位|张|条|件|项|家|所|座|份)(?P<noun>(?!目标|指标|绩效|百分|点|是|在|呢|吗|啊|的|人|了|得|被|没)[\u4e00-\u9fff]{2})")
_COUNTED_HEAD = re.compile("(?P<head>[\u4e00-\u9fff]{2})(?:一共|共|总共)?有(?:多少|几)(?:个|条|座|项|名)$")
_NEAR = 40
"""Characters before a number that say what it counts."""
_VEHICLES = re.compile("(?:(?<=几)|(?<=多少))[台辆部]?公(?:务用?)?车(?!购|运)")
_BUDGET = re.compile("(?<!公共)(?<!基金)(?<!经营)预算")
_OF_CHAIN = re.compile("([^（）()。，、]{2,40})[（(][类款项][）)]")
_EACH = re.compile("分别|各是?|组成|构成|哪几")
_NO_PART = re.compile("^政府采购|采购|金额|支出|总额|合计")
"""Words of subjects that do not tell parts apart."""
_KEPT = frozenset("支出 收入 金额 预算 资金 机关 经费 费用 总额 合计 总计 项目 年初预算 人员 数量 单位 部门".split())  # noqa: SIM905
"""Filler that belongs to names in the narrative (机关运行经费)."""
_ASKING = re.compile(
    r"多少|几|什么|怎么样|怎样|如何|哪些|哪个|哪几|为什么|为何|原因|是不是|归不归|有没有|请|吗|呢|主要是|的是|来了|一共|达到|统计出来|文件|解释|问题出在|哪儿|设了|涵盖|包括|介绍|结果"
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
    return GONE.join(bare if len(bare := run.strip(singles)) > 1 else run for run in runs)


@dataclass
class ProseIndex:
    """An account's narrative with the rarity of its words."""

    view: AccountView

    @cached_property
    def passages(self) -> list[Passage]:
        """The narrative without the tables' entries."""
        return [passage for passage in self.view.passages if passage.kind != "table"]

    @cached_property
    def rarity(self) -> dict[str, float]:
        """Inverse frequency of each bigram over the passages."""
        counts = Counter(
            piece for passage in self.passages for piece in bigrams(passage.text + "".join(passage.heading))
        )
        total = len(self.passages) + 1
        return {piece: math.log(1 + total / count) for piece, count in counts.items()}

    def weight(self, piece: str) -> float:
        """Rarity of a bigram; a bigram that never occurs counts as the rarest."""
        return self.rarity.get(piece, math.log(1 + len(self.passages) + 1))

    def coverage(self, query: Iterable[str], *fields: tuple[set[str], float]) -> float:
        """Share of the query's weight that the fields hold, each counted with its factor."""
        pieces = list(query)
        whole = sum(self.weight(piece) for piece in pieces)
        if not whole:
            return 0.0
        held = sum(
            self.weight(piece) * max((factor for field, factor in fields if piece in field), default=0.0)
            for piece in pieces
        )
        return held / whole

    @cached_property
    def statement_fields(self) -> list[tuple[Statement, set[str], set[str], set[str]]]:
        """Statements with the bigrams of their subject, of the sentence before the number, and of the text before that.

        What stands after a number (the reason of a change, say) does not say what the number is of. A statement after
        the sentence's first one (其中：…) inherits that one's subject.
        """
        passages = {p.id: p for p in self.passages}
        firsts: dict[str, str] = {}
        position: dict[str, int] = {}
        fields = []
        for s in self.view.statements:
            sentence, passage = s.sentence.text, passages.get(s.passage)
            at = max(sentence.find(s.text, position.get(sentence, 0)), 0)
            position[sentence] = at + 1
            first = firsts.setdefault(sentence, s.subject)
            before = sentence[: at + len(s.text) + _AFTER]
            around = ""
            if passage:
                around = "".join(passage.heading[-2:]) + GONE + passage.text.partition(sentence)[0]
            fields.append((s, bigrams(s.subject + GONE + first), bigrams(before), bigrams(around)))
        return fields


def query_of(question: str) -> tuple[set[str], dict[str, set[str]]]:
    """The pieces of a question, and for those that narratives word otherwise the pieces that do as well."""
    content = content_words(question)
    others = {
        piece: {p for synonym in synonyms for p in bigrams(synonym)}
        for word, synonyms in words().synonyms.items()
        if word in content
        for piece in bigrams(content)
        if word in piece or piece in word
    }
    return bigrams(content), others


def index(view: AccountView) -> ProseIndex:
    """The account's index, made once."""
    found = view.__dict__.get("_prose")
    if found is None:
        found = view.__dict__["_prose"] = ProseIndex(view)
    return found  # type: ignore[no-any-return]


def names_subject(statement: Statement, name: str) -> bool:
    """True where the statement is about the item itself and not about a part of it."""
    return _bare(statement.subject) == _bare(name)


def _bare(name: str) -> str:
    return plain(name).replace("财政拨款", "").removesuffix("支出").removesuffix("费用").removesuffix("经费")


def about_item(view: AccountView, name: str, measures: tuple[str, ...], base: str = "") -> list[Statement]:
    """Statements on an item by measure, in printed order."""
    return [
        s
        for s in view.statements
        if s.measure in measures and names_subject(s, name) and (not base or not s.base or base in s.base)
    ]


def find_statement(view: AccountView, question: str, prose_unit: str, stage: str) -> list[tuple[float, Statement]]:
    """Statements that answer a question for a number, best first; only those good enough."""
    prose = index(view)
    if "辆" in prose_unit:
        question = _VEHICLES.sub("车辆", question)
    query = bigrams(content_words(_expanded(question)))
    if "辆" in prose_unit and "车" in question:
        query |= bigrams("车辆")
    if not query:
        return []
    units = prose_unit.split("|") if prose_unit else []
    scored = []
    counted = _COUNTED_NOUN.search(question)
    head = _COUNTED_HEAD.search(question)
    for statement, subject, sentence, heading in prose.statement_fields:
        if not _fits(statement, question, units, stage):
            continue
        if counted and counted.group("noun") not in statement.sentence.text + statement.subject:
            continue  # 多少个坐席 is not told by a number of other things
        if head and head.group("head") not in statement.subject + _before(statement)[-_NEAR:]:
            continue
        least = _LEAST_SUBJECT["money" if statement.unit in YUAN else "counted" if units else "any"]
        if prose.coverage(query, (subject, 1.0)) < least:
            continue
        score = prose.coverage(query, (subject, 1.0), (sentence, 0.75), (heading, 0.6))
        own = prose.coverage(bigrams(statement.subject), (query, 1.0)) if subject else 0.0
        said = plain(statement.subject) in question and len(statement.subject) > 3
        score += 0.15 * own + (0.05 if statement.measure == "实际值" else 0.0) + (0.2 if said else 0.0)
        scored.append((score, statement))
    scored.sort(key=lambda pair: -pair[0])
    scored = _whole_before_part(scored, query)
    enough = _ENOUGH_COUNTED if units and not set(units) & set(YUAN) else _ENOUGH
    return [(score, statement) for score, statement in scored if score >= enough][:5]


def find_parts(view: AccountView, question: str) -> list[Statement]:
    """Numbers of one sentence whose subjects the question lists (货物、工程、服务分别多少), in its order.

    Empty unless it asks for each of several, and one sentence states two or more of them.
    """
    if not _EACH.search(question):
        return []
    for sentence in dict.fromkeys(statement.sentence for statement in view.statements):
        found: dict[str, Statement] = {}
        for statement in view.statements:
            core = _NO_PART.sub("", plain(statement.subject))
            if statement.sentence == sentence and len(core) >= 2 and core in question:
                found.setdefault(core, statement)
        parts = sorted(found.items(), key=lambda pair: question.find(pair[0]))
        same = len({(part.unit, part.measure) for _, part in parts}) == 1
        rest = question
        for core, _ in parts:
            rest = rest.replace(core, GONE)
        lead = bigrams(content_words(rest)) & bigrams(plain(sentence.text) + "".join(_heading(view, sentence)))
        whole = [core for core, part in parts if part.value == sum(s.value for _, s in parts) - part.value]
        if len(parts) > 2:  # 本年支出由…组成: the whole is named and not asked for
            parts = [(core, part) for core, part in parts if core not in whole]
        if len(parts) > 1 and same and (lead or not bigrams(content_words(rest))):
            return [part for _, part in parts]
    return []


def _heading(view: AccountView, sentence: Sentence) -> tuple[str, ...]:
    return next((passage.heading for passage in view.passages if sentence in passage.sentences), ())


def _whole_before_part(scored: list[tuple[float, Statement]], query: set[str]) -> list[tuple[float, Statement]]:
    """The sentence's first figure goes before a part of it that the question does not name (共…115场，其中…106场)."""
    if not scored:
        return scored
    score, best = scored[0]
    first = next(
        (
            s
            for _, s in sorted(scored, key=lambda p: best.sentence.text.find(p[1].text))
            if s.sentence == best.sentence and s.unit == best.unit
        ),
        best,
    )
    if first is best or bigrams(best.subject) & query - bigrams(first.subject):
        return scored
    return [(score, first), *((other, s) for other, s in scored if s is not first and s.sentence != best.sentence)]


def _expanded(question: str) -> str:
    """The question with the official name added where it uses a citizen's word that the narrative hardly has."""
    added = [
        alias.name
        for alias in aliases()
        if len(alias.words) >= 2 and plain(alias.words) in question and plain(alias.name) not in question
    ]
    return question + GONE + added[0] if added and not re.search(r"热线|采购|车辆|用车", question) else question


def _fits(statement: Statement, question: str, units: list[str], stage: str) -> bool:
    if (
        units
        and statement.unit.partition("（")[0] not in units
        and not any(statement.unit.endswith(u) and statement.unit.startswith("万") for u in units)
    ):
        return False
    if "设备" in statement.subject and "车" in question and "设备" not in question:
        return False
    if "购置" in statement.subject and statement.unit in ("辆", "台", "套") and not re.search(r"购|买", question):
        return False
    if _OF_SMALL_FIRMS.search(_clause_of(statement)) and not _OF_SMALL_FIRMS.search(question):
        return False  # what goes to them is no part of procurement by kind
    if stage in ("年初预算", "预算数"):
        return statement.measure in ("年初预算", "预算数") or (
            statement.measure == "决算数" and "预算" in statement.subject
        )
    if stage == "增减":
        if statement.base and ("预算" in statement.base) != ("预算" in question):
            return False
        rate = bool(words().single["rate"].search(question))
        return statement.measure == ("增减率" if rate else "增减额")
    if statement.measure in ("年初预算", "预算数") and "预算" not in question:
        return False
    if statement.measure == "目标值":
        return "目标" in question
    if statement.measure in _CHANGES:
        return bool(re.search(r"增|减|升|降|同比|涨", question))
    if statement.measure == "占比":
        return bool(re.search(r"占|比重|比例|份额", question))
    if statement.measure == "完成率":
        return bool(re.search(r"完成|执行", question))
    return True


def _before(statement: Statement) -> str:
    """The words of its sentence before the number."""
    return statement.sentence.text.partition(statement.text)[0]


def _clause_of(statement: Statement) -> str:
    """The subject with the words of its sentence since the last semicolon or full stop before the number."""
    return statement.subject + re.split("[；。]", _before(statement))[-1]


def has_words(text: str, needed: Iterable[str]) -> bool:
    """True where a text has each of the words, of those of four characters and more half of their pieces."""
    said = plain(text)
    pieces = bigrams(text)
    runs = [run for word in needed for run in content_words(word).split(GONE) if len(run) > 1]
    return all(
        run in said if len(run) < _PHRASE else 2 * len(bigrams(run) & pieces) >= len(bigrams(run)) for run in runs
    )


def find_definition(view: AccountView, question: str, names: list[str]) -> Passage | None:
    """The glossary entry of the longest term that the question names."""
    entries = [(plain(glossary_term(p)), p) for p in view.passages if p.kind == "glossary"]
    asked = [plain(name) for name in names] + [plain(question)]
    exact = [(term, p) for term, p in entries if term and term in asked]
    inside = [(term, p) for term, p in entries if term and any(term in text for text in asked)]
    loose = [(term, p) for term, p in entries if term and any(len(name) >= 3 and name in term for name in asked[:-1])]
    best = exact or sorted(inside, key=lambda pair: -len(pair[0])) or loose
    return best[0][1] if best else None


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
    if not re.search("[增减升降涨]|比|多|少", question):
        return False
    return bool(_OTHER_COMPARISON[bool(_BUDGET.search(question))].search(text))


def of_another(names: list[str], passage: Passage) -> bool:
    """True for a passage on one item (…（类）…（款）…（项）) that is none of the names."""
    chain = [_bare(part) for part in _OF_CHAIN.findall(passage.text[:80])]
    return bool(names and len(chain) > 1) and not any(_bare(name) in part for name in names for part in chain)


def is_about(names: list[str], text: str) -> bool:
    """True where a text has one of the names: half of the pieces of a long one, a short one whole."""
    pieces, said = bigrams(text), plain(text)
    names = [name.replace("收支", "收入支出") for name in names]
    return any(
        (2 * len(own & pieces) >= len(own)) if len(plain(name)) > _SHORT else plain(name) in said or _bare(name) in said
        for name in names
        if (own := bigrams(_bare(name)) or bigrams(name))
    )


def find_section(view: AccountView, question: str) -> Passage | None:
    """A whole section where the question is for one: duties, or units and offices."""
    kinds = {
        "duties": r"职责|职能|^\W*(?:局|他们|平时|主要|都|到底|究竟|是|到底是)*(?:干什么|做什么|干嘛)|负责(?:什么|哪些)|(?:管|干)(?:些|的)?(?:什么|哪些|啥)|归.{0,3}管|归.{0,3}做|主要工作",
        "units": r"内设|科室|下属|账.{0,6}(?:一块|合在|并)|并进|哪些单位|单位构成|几个单位|多少个单位|涵盖|预算单位|编制范围|机构设置|哪些机构|几个机构|纳入",
    }
    if _ONE_OFFICE.search(question.rpartition(GONE)[2]):
        return None  # what one of its offices does
    for kind, pattern in kinds.items():
        if not re.search(pattern, question):
            continue
        sections = [passage for passage in view.passages if passage.kind == kind]
        offices = re.search("内设|科室|处室", question)
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
        office = re.search(r"科室|内设|机构", question)
        return max(
            sections,
            key=lambda p: (
                prose.coverage(query, (bigrams("".join(p.heading)), 1.0), (bigrams(p.text), 0.8))
                + (0.5 if office and re.search(r"机构设置|内设", p.heading[-1] + p.text) else 0.0)
                + (0.5 if not office and re.search(r"单位构成|决算单位", p.heading[-1]) else 0.0)
            ),
        )
    return None


def _asks_more(question: str, sections: Iterable[Passage]) -> bool:
    """True where a question for units has words that are neither theirs nor those of asking for them."""
    text = "".join(section.text for section in sections)
    runs = content_words(question).split(GONE)
    return any(len(run) > 1 and not _OF_UNITS.issuperset(run) and run not in text for run in runs)


def with_synonyms(field: set[str], others: dict[str, set[str]]) -> set[str]:
    """The pieces of a text with those of the question that it words otherwise."""
    return field | {piece for piece, synonyms in others.items() if synonyms & field}


__all__ = [
    "ProseIndex", "about_item", "bigrams", "content_words", "find_definition", "find_reason", "find_section",
    "find_statement", "has_words", "index", "is_about", "names_subject", "with_synonyms",
]  # fmt: skip
