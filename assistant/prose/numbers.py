"""Numbers that the narrative asserts: which statement answers a question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.calculator import YUAN
from assistant.library import AccountView
from assistant.prose.index import INDICATED, index
from assistant.prose.words import BUDGET, LIGHT, bare_name, bigrams, content_words, query_of, with_synonyms
from assistant.scope import GONE
from assistant.vocabulary import aliases, words
from ingest.model import Sentence, Statement
from ingest.text import plain

_ENOUGH = 0.5
"""Least share of a question's words (weighted by rarity) that a statement or sentence must have."""
_ENOUGH_COUNTED = 0.42
"""The same where the question also names what is counted."""
_OF_SMALL_FIRMS = re.compile("中小|小微|预留")
_LEAST_SUBJECT = {"money": 0.25, "rate": 0.34, "counted": 0.0, "any": 0.5}
"""Least share of a question's words that the subject itself must hold: for money, of which all speaks; for rates, of which there
are many; where the question names what is counted (辆, 人次); and where it names nothing."""
_LEAST_CLAUSE = 0.3
"""Least share of a question's words that the clause of an amount must hold."""
_SHORT_HEAD = 4
"""Characters of a name up to which one piece of it tells it."""
_CHANGES = ("增减额", "增减率")
_COUNTED_NOUN = re.compile("(?:多少|几)(?:个|名|位|张|条|件|项|家|所|座|份)(?P<noun>(?!目标|指标|绩效|百分|点|是|在|呢|吗|啊|的|人|了|得|被|没)[\u4e00-\u9fff]{2})")
_COUNTED_HEAD = re.compile("(?P<head>[\u4e00-\u9fff]{2})(?:一共|共|总共)?有(?:多少|几)(?:个|条|座|项|名)$")
_YEAR = re.compile(r"20\d\d(?=年)")
_NEAR = 40
"""Characters before a number that say what it counts."""
_VEHICLES = re.compile("(?:(?<=几)|(?<=多少))[台辆部]?公(?:务用?)?车(?!购|运)")
FOREIGN = re.compile("外宾|国外|境外|外事")
"""Counts of foreign guests, which accounts state beside those of 国内公务接待."""
_HEAD_NOUN = re.compile("(?:一?类|部分|方面|[那这]?[一]?[块项]|金额|数额|总额|总数|数量|合同|任务|工作|的?[盏张册件本份场期台套辆篇幅棵株]数)+$")
"""What a question adds to a name and the text does not."""
_NOT_NAMED = re.compile("以合同签订为准|金额|总额|支出|合同|签订|的")
"""What narratives say with a name and questions leave away."""
_DONE = ("决算数", "数量", "实际值", "比率")
_RATE = re.compile("([\u4e00-\u9fff]{2})(?:率(?!先|领)|(?<!年)(?<!季)度(?=[是为有多几达呢比超高低\x00]|$))")
_BARE_RATES = ("比率", "实际值", "目标值", "数量")
"""What a rate is that only its subject names."""
_INSIDE = re.compile("(?:里面|里头|当中|其中|里)(?P<part>[^里中]{2,12}?)(?:的)?(?:一?共)?(?:有|是|占)?(?:多少|几)")
_OF_WHICH = re.compile("(?:里面|里头|当中|其中|里)有?(?:多少|几)[\u4e00-\u9fff]{1,2}?(?:是|属于|为)(?P<part>[\u4e00-\u9fff]{2,8})")
"""里有几辆是电动车."""
AVERAGED = re.compile("平均(?!得分|分|水平)|人均|年均|均摊|摊到|次均|批均|车均")
"""A question for an average, which another number of the same thing does not answer."""
_BOUGHT = re.compile("(?:买|购置?|添置?|更新|更换|换)(?:了|入|回|过|的)*(?:(?:公务)?用?车(?:又|各|都|共)*(?:是|有|了)?)?(?:多少|几)[辆台套]")
_OBTAINED = re.compile("购|买|更新|新增|更换|添")
_SHARE_OF = re.compile("占(?:了|到)?(?P<whole>[\u4e00-\u9fff]{2,14}?)的?(?:多少|几|百分|比例|比重|份额|多大)")
_ASKS_TARGET = re.compile("目标(?:值|数|任务|线)?(?:本来|原来|当初|年初)?(?:是|为|定|设|有|要求|要|应|的)*(?:了|在|到|成)?(?:多少|几)")
"""The target itself is asked for, not what came of it."""
_SPENT = re.compile("支出|花了|花掉|花费|开支")
_EACH = re.compile("分别|各是?|组成|构成|哪几")
_NO_PART = re.compile("^政府采购|采购|金额|支出|总额|合计")
"""Words of subjects that do not tell parts apart."""


def names_subject(statement: Statement, name: str) -> bool:
    """True where the statement is about the item itself and not about a part of it."""
    return bare_name(statement.subject) == bare_name(name)


def about_item(view: AccountView, name: str, measures: tuple[str, ...], base: str = "") -> list[Statement]:
    """Statements on an item by measure, in printed order."""
    return [
        s
        for s in view.statements
        if s.measure in measures and names_subject(s, name) and (not base or not s.base or base in s.base)
    ]


def is_since(statement: Statement, year: int, base_year: int | None) -> bool:
    """True where a change, or another year's number, is stated of the year asked for: that before `year`, unless one is named."""
    told = _YEAR.match(statement.base)
    return (int(told[0]) if told else year - 1) == (base_year or year - 1)


def find_statement(view: AccountView, question: str, prose_unit: str, stage: str) -> list[tuple[float, Statement]]:
    """Statements that answer a question for a number, best first; only those good enough."""
    prose = index(view)
    bought = _BOUGHT.search(question) is not None
    if "辆" in prose_unit:
        question = _VEHICLES.sub("车辆", question)
    query, others = query_of(_expanded(question), least=2)
    if "辆" in prose_unit and "车" in question:
        query |= bigrams("车辆")
    if not query:
        return []
    units = prose_unit.split("|") if prose_unit else []
    scored = []
    counted = _COUNTED_NOUN.search(question)
    head = _COUNTED_HEAD.search(question)
    inside, names_rate = part_inside(question), _RATE.search(question) is not None
    averaged = AVERAGED.search(question) is not None
    for statement, subject, sentence, heading in prose.statement_fields:
        if not _fits(statement, question, units, stage):
            continue
        subject, sentence = with_synonyms(subject, others), with_synonyms(sentence, others)
        if counted and counted.group("noun") not in statement.sentence.text + statement.subject:
            continue  # 多少个坐席 is not told by a number of other things
        if bought and not _OBTAINED.search(_clause_of(statement)):
            continue  # how many there are is not how many were bought
        if averaged and "均" not in statement.subject + _clause_of(statement):
            continue
        if inside and not is_said(inside, subject | bigrams(_clause_of(statement))):
            continue  # 14件疑难工单里路灯类的有几件
        if head and head.group("head") not in statement.subject + _before(statement)[-_NEAR:]:
            continue
        rated = names_rate and statement.unit == "%" and has_rates(question, statement.subject)
        least = 0.0 if rated else _LEAST_SUBJECT[
            "money" if statement.unit in YUAN else "rate" if statement.unit == "%" else "counted" if units else "any"
        ]
        if prose.coverage(query, (subject, 1.0)) < least:
            continue
        if statement.unit in YUAN and prose.coverage(query, (subject | bigrams(_clause_of(statement)), 1.0)) < _LEAST_CLAUSE:
            continue  # 街角公园建设 is not 城市建设支出
        score = prose.coverage(query, (subject, 1.0), (sentence, 0.75), (heading, 0.6))
        own = prose.coverage(bigrams(statement.subject), (query, 1.0)) if subject else 0.0
        said = plain(statement.subject) in question and len(statement.subject) > 3
        score += 0.15 * own + (0.05 if statement.measure == "实际值" else 0.0) + (0.2 if said else 0.0)
        scored.append((score, statement))
    scored = _whole_before_part(sorted(scored, key=lambda pair: -pair[0]), query, [statement for _, statement in scored])
    enough = _ENOUGH_COUNTED if units and not set(units) & set(YUAN) else _ENOUGH
    return [(score, statement) for score, statement in scored if score >= enough][:5]


def part_inside(question: str) -> str:
    """What a question asks of inside another thing (疑难工单里路灯类的有几件), without words of asking; empty if nothing."""
    found = _OF_WHICH.search(question) or _INSIDE.search(question)
    runs = content_words(found["part"]).split(GONE) if found else []
    return next((bare for run in runs if len(bare := _HEAD_NOUN.sub("", run)) > 1), "")


def find_named(
    view: AccountView, name: str, units: str = "", measures: tuple[str, ...] = (), beside: Statement | None = None
) -> Statement | None:
    """The number of which the text says every word of a name; None where it says them of none, or of several.

    :param units: split by |, as the text may write them; empty for any.
    :param measures: what the number may be; empty for what was done, counted or spent.
    :param beside: a number in whose sentence, and unit, it stands.
    """
    said_of = re.split("[^\u4e00-\u9fff]+", content_words(name))
    runs = [bare for run in said_of if len(bare := _HEAD_NOUN.sub("", run)) > 1]
    if not runs:
        return None
    head = next((run for run in reversed(runs) if _NO_PART.sub("", run)), runs[-1])
    _, others = query_of(name, least=2)
    found: dict[Statement, int] = {}
    bought = _BOUGHT.search(name) is not None
    for statement, subject, before, around in index(view).statement_fields:
        if statement.measure not in (measures or _DONE) or (units and statement.unit not in units.split("|")):
            continue
        if FOREIGN.search(statement.subject) and not FOREIGN.search(name):
            continue
        if _came_in(statement, name):
            continue
        if statement.measure == "决算数" and BUDGET.search(statement.subject) and not BUDGET.search(name):
            continue  # what is reserved in the budget is not what was bought
        if bought and not _OBTAINED.search(_clause_of(statement)):
            continue
        if beside and (statement.sentence != beside.sentence or statement.unit != beside.unit):
            continue
        said = subject | before | around | bigrams(statement.unit)
        said |= index(view).projects.get(statement.passage, set()) if statement.measure in INDICATED else set()
        said |= {piece for piece, synonyms in others.items() if synonyms & said}
        if not all(is_said(run, said) for run in runs):
            continue
        pieces = bigrams(head) & (subject | bigrams(_clause_of(statement)))
        enough = bigrams(head) & subject and (len(head) <= _SHORT_HEAD or len(pieces) > 1)
        if enough or (len(core := _core(statement)) > 1 and core in plain(name)):
            found[statement] = sum(len(bigrams(run) & bigrams(statement.subject)) for run in runs)
    whole = [s for s in found if all(run in plain(s.subject) for run in runs)]
    own = [s for s in found if len(core := _core(s)) > 1 and core in plain(name)]
    exact = [s for s in whole if _stripped(s.subject) == _stripped(name)]
    told = exact or whole or own or [s for s in found if found[s] == max(found.values())]
    same = len({(s.value, s.unit) for s in told}) == 1
    return told[0] if same else None


def _stripped(name: str) -> str:
    return _NOT_NAMED.sub("", plain(name))


def _core(statement: Statement) -> str:
    """What of a subject tells parts apart."""
    return _NO_PART.sub("", plain(statement.subject))


def is_said(run: str, said: set[str]) -> bool:
    """True where words can be cut into pieces of two characters and more, each of which the text has, and light verbs."""
    ends = {0}
    for end in range(1, len(run) + 1):
        light = end - 1 in ends and run[end - 1] in LIGHT
        if light or any(start in ends and bigrams(run[start:end]) <= said for start in range(end - 1)):
            ends.add(end)
    return len(run) in ends


def find_parts(view: AccountView, question: str) -> list[Statement]:
    """Numbers of one sentence whose subjects the question lists (货物、工程、服务分别多少), in its order.

    Empty unless it asks for each of several, and one sentence states two or more of them.
    """
    if not _EACH.search(question):
        return []
    for sentence in dict.fromkeys(statement.sentence for statement in view.statements):
        found: dict[str, Statement] = {}
        for statement in view.statements:
            core = _core(statement)
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


def _whole_before_part(
    scored: list[tuple[float, Statement]], query: set[str], printed: Sequence[Statement]
) -> list[tuple[float, Statement]]:
    """The sentence's first figure goes before a part of it that the question does not name (共…115场，其中…106场).

    :param printed: the same statements in printed order.
    """
    if not scored:
        return scored
    score, best = scored[0]
    first = next(s for s in printed if s.sentence == best.sentence and s.unit == best.unit)
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
    if _came_in(statement, question) or statement.measure == "往年数":
        return False  # nor is another year's number the account's
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
    if statement.measure == "目标值" or _ASKS_TARGET.search(question):
        return statement.measure == "目标值" and "目标" in question
    if statement.measure in _CHANGES:
        return bool(re.search(r"增|减|升|降|同比|涨", question))
    if statement.measure == "占比" and statement.base and (whole := _SHARE_OF.search(question)):
        named = bigrams(content_words(whole["whole"]))
        if named and not named & bigrams(statement.base):
            return False  # of another whole
    if statement.measure == "占比":
        return bool(re.search(r"占|比重|比例|份额", question))
    if statement.unit == "%" and statement.measure in _BARE_RATES and not has_rates(question, statement.subject):
        return False
    if "完成率" in question and statement.unit == "%":
        return statement.measure == "完成率" or statement.subject.endswith(("完成率", "执行率"))
    if statement.measure == "完成率":
        return bool(re.search(r"完成|执行", question))
    return True


def _came_in(statement: Statement, question: str) -> bool:
    """True for an amount that came in, where the question is for what was spent."""
    return statement.unit in YUAN and "收入" in statement.subject and "收入" not in question and bool(_SPENT.search(question))


def has_rates(question: str, text: str) -> bool:
    """True where a text has one of the rates that the question names (可用率, 满意度), or the question names none.

    Whose rate it is must be said by both, where both say it: 居民满意度 is not 读者的满意度.
    """
    rates = list(_RATE.finditer(question))
    return not rates or any(_is_rate_of(found, question, text) for found in rates)


def _is_rate_of(asked: re.Match[str], question: str, text: str) -> bool:
    told = re.search(f"(?P<whose>[\u4e00-\u9fff]{{0,2}}){asked[1]}", text)
    before = question[: asked.start()].removesuffix("的")[-2:]
    named = len(before) == 2 and re.fullmatch("[\u4e00-\u9fff]{2}", before) and bool(content_words(before).strip(GONE))
    return told is not None and (not named or len(told["whose"]) < 2 or told["whose"] in question or before in text)


def _before(statement: Statement) -> str:
    """The words of its sentence before the number."""
    return statement.sentence.text.partition(statement.text)[0]


def _clause_of(statement: Statement) -> str:
    """The subject with the words of its sentence since the last semicolon or full stop before the number."""
    return statement.subject + re.split("[；。]", _before(statement))[-1]
