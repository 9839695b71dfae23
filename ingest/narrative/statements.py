"""Numbers asserted in prose: what is said of what, in which unit, against which base, for which stated reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.model import Account, Passage, Sentence, Statement

UNITS = (
    "万元|亿元|千元|元|%|％|个百分点|万人次|人次|批次|万通|万人|万件|万次|台（套）|台套|平方米|公里|小时|"
    "万平方米|公顷|立方米|千米|公斤|千克|万册|万字|盏|棵|株|桶|幅|版|卷|节|课|班|米|辆|人|次|台|套|个|项|件|分|篇|期|条|秒|家|户|场|通|份|名|处|所|亩|吨|度|天|批|部|只|座|册|种|户次|张|万页|本|例|宗|起|笔|轮|组|趟|支|枚"
)
_NUMBER = re.compile(rf"(?<![\d.A-Za-z])(?P<value>-?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?P<unit>{UNITS})")
_CLAUSE = re.compile(r"[^，；：。！？,]*(?:(?<=\d),(?=\d)[^，；：。！？,]*)*[，；：。！？,]?")
_ITEM = re.compile(r"（\d*类）[^。]{2,40}?（\d*款）(?P<name>[^。]{2,40}?)（\d*项）")
_CLASS_MARK = re.compile(r"（\d*[类款项]）")
_REASON = re.compile(
    r"(?:主要(?:增减)?(?:变动)?(?:原因|情况)|增减变动(?:原因|情况)|变动原因|主要是|主要由于|原因)"
    r"(?:是|为|系)?[：:]?(?P<reason>[^；。]+)"
)
_BASE = re.compile(r"(?:比|与|较|同比)(?:于)?(?P<base>上年|上一年|去年|20\d\d年|年初预算|全年预算|预算)")
_SAME = re.compile(
    r"(?P<subject>[^，；。：]*?)(?:支出决算|决算)?(?:数)?(?:与(?P<base>上年|20\d\d年|年初预算|全年预算|预算)[^，；。]*?)?(?:基本)?持平"
)
_NO_SUBJECT = re.compile(r"原因|情况|如下|其中|包括|方面|说明|用于|因为|由于")
_GENERIC = re.compile(
    r"^(?:其中|本?年度|支出|收入|支出决算|决算数?|年初预算|全年预算数?|执行数?|预算|安排|金额|总额|合计|当年|全年|的|共|同比?|累计|主要|具体|实际完成|实际|完成)*$"
)
_ROLE_TAIL = re.compile(
    r"(?:(?:当年)?支出决算数?|(?<!财政拨款)决算数?|年初预算数?|全年预算数?|预算数?|完成(?:年初|全年)?预算(?:数)?|实际完成值|完成值|目标值)?"
    r"(?:为|是|有|共|达到|达|约|共计|合计|：|[≥≤><]|\\geq|\\leq|不低于|不超过|不少于| )*$"
)
_LAST_YEAR = re.compile(r"(?P<year>20\d\d)年(?:度)?[^，]{0,12}?(?:执行数?|决算数?|支出数|完成数|预算数)(?:为|是|：)?$")
"""Before a number that is an earlier year's (2023年当年预算执行数为)."""
_CHANGED = re.compile(r"(?:^|[，,])(?:相应|又|并|另)?(?:(?P<up>增加|新增|追加)|减少|压减|核减)了?(?:[^，\d]{2,16}(?:费用?|经费|支出|收入|资金|款|补贴|补助))$|[^，]{2,16}(?:(?P<more>调增|追加)|压减|核减|调减)了?$")
"""A clause that tells of a change and not of the whole amount (增加综合管理费209万元; 扶贫经费压减10万元)."""
_BARE = re.compile(r"(?P<name>[^，；。：]*[\u4e00-\u9fff])\d[\d,]*(?:\.\d+)?[万亿][，；。]")
"""A clause that states an amount without its unit: what follows is of that."""
_OF_INDICATOR = re.compile(r"^(?:年度)?(?:目标值?|计划|指标值)")
_INDICATOR = re.compile(r"[^，；：。！？,\d]{2,24}[，,]")
"""An indicator's name that stands before its target and what was reached."""
_TITLE = re.compile(r"^(?P<name>.{2,24}?)的?(?:完成)?情况。$")
"""A short sentence that names the indicator which the next ones are about."""


@dataclass(frozen=True)
class _Role:
    measure: str
    direction: str = ""


def statements(account: Account, passages: list[Passage]) -> list[Statement]:
    """All statements of the account's narrative, in printed order."""
    return [
        statement
        for passage in passages
        if passage.kind in ("section", "units")
        for statement in _with_reasons(list(_of_passage(account, passage)), passage)
    ]


def _of_passage(account: Account, passage: Passage) -> Iterator[Statement]:
    lead: list[Sentence] = []
    subject = _heading_subject(passage)
    item = False
    for sentence in passage.sentences:
        named = _ITEM.search(sentence.text) or _TITLE.match(sentence.text)
        if named:
            subject, lead, item = named.group("name"), [], True
        shown = _joined([*lead, sentence]) if item else sentence
        found = list(_of_sentence(account, passage, sentence.text, subject))
        yield from (replace(statement, sentence=shown) for statement in found)
        if item:
            lead.append(sentence)
        elif found:
            subject = found[0].subject


def _joined(sentences: list[Sentence]) -> Sentence:
    places = tuple(dict.fromkeys(place for sentence in sentences for place in sentence.places))
    return Sentence("".join(sentence.text for sentence in sentences), places)


def _heading_subject(passage: Passage) -> str:
    if not passage.heading:
        return ""
    bare = re.sub(r"^(?:第.部分|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)", "", passage.heading[-1])
    return re.sub(r"(?:20\d\d年度?|总体|具体)?(?:情况)?(?:说明)?。?$", "", bare)


def _of_sentence(account: Account, passage: Passage, text: str, subject: str) -> Iterator[Statement]:
    base = before = ""
    for match in _CLAUSE.finditer(text):
        clause = match.group()
        if not clause:
            continue
        if _OF_INDICATOR.match(clause) and _INDICATOR.fullmatch(before):  # 节电率，目标值不低于40%，实际完成43.60%
            subject = before.rstrip("，,")
        before = clause
        based = _BASE.search(clause)
        base = based.group("base") if based else base
        end = 0
        for number in _NUMBER.finditer(clause):
            head = _NUMBER.sub("", clause[: number.start()])
            if _CLASS_MARK.match(clause, number.start() - 1):  # （04项） is a code
                continue
            if head.endswith("单价"):  # a threshold (单价100万元以上设备), not a figure of its own
                continue
            earlier = _LAST_YEAR.search(clause[end : number.start()])
            if earlier and int(earlier["year"]) < account.year:
                role = _Role("往年数")
            else:
                earlier, role = None, _role(head, clause[end : number.start()], number.group("unit"))
            own = _subject(account, head if end == 0 else clause[end : number.start()], role)
            if own:
                subject = own
            yield Statement(
                account.id,
                passage.id,
                subject,
                role.measure,
                number.group(),
                Decimal(number.group("value").replace(",", "")),
                number.group("unit").replace("％", "%"),
                role.direction,
                f"{earlier['year']}年" if earlier else base if role.measure in ("增减额", "增减率") else _base_of_rate(head, role),
            )
            end = number.end()
        if end == 0 and (bare := _BARE.fullmatch(clause)):  # 人工总话务量94.58万，同比增长…
            subject = _subject(account, bare["name"], _Role("")) or subject
        named = clause[:-1] if end == 0 and clause.endswith("：") else ""
        if 4 <= len(named) <= 40 and not _NO_SUBJECT.search(named):  # “…”项目绩效自评综述：全年预算数为…
            subject = _subject(account, named, _Role("")) or subject
        same = _SAME.search(clause) if end == 0 else None
        if same:
            own = _subject(account, same.group("subject"), _Role("增减额"))
            yield Statement(
                account.id,
                passage.id,
                own or subject,
                "增减额",
                "持平",
                Decimal(0),
                "",
                "持平",
                same.group("base") or base,
            )


def _role(head: str, near: str, unit: str) -> _Role:
    """What a number is, by the clause before it (`head`) and the words since the number before (`near`)."""
    if re.search(r"(?:目标值|目标|计划)[^，的]*$", near):
        return _Role("目标值")
    if re.search(r"(?:完成值|实际)[^，]*$", near) and not unit.endswith("元"):
        return _Role("实际值")
    if unit in ("%", "％", "个百分点"):
        if re.search(r"占[^占]*$", head):
            return _Role("占比")
        if re.search(r"完成[^，]*预算", head):
            return _Role("完成率")
        if re.search(r"(?:增长|上升|提高|增加|增幅)[^，]*$", head):
            return _Role("增减率", "增加")
        if re.search(r"(?:下降|降低|减少|降幅)[^，]*$", head):
            return _Role("增减率", "减少")
        return _Role("比率")
    if unit.endswith("元") and (changed := _CHANGED.search(near)):
        return _Role("增减额", "增加" if changed["up"] or changed["more"] else "减少")
    if re.search(r"增加(?:了|额)?(?:为)?$", head):
        return _Role("增减额", "增加")
    if re.search(r"(?:减少|下降)(?:了|额)?(?:为)?$", head):
        return _Role("增减额", "减少")
    if re.search(r"年初预算(?:数)?(?:为|是)?$", head):
        return _Role("年初预算")
    if re.search(r"预算(?:数)?(?:为|是)?$", head):
        return _Role("预算数")
    return _Role("决算数" if unit.endswith("元") else "数量")


def _base_of_rate(head: str, role: _Role) -> str:
    if role.measure == "占比":
        return re.sub(r"^.*占|的$", "", head)
    if role.measure == "完成率":
        found = re.search(r"(年初预算|全年预算|预算)", head)
        return found.group(1) if found else ""
    return ""


def _subject(account: Account, head: str, role: _Role) -> str:
    """What the number is said of, from the words before it; empty where they only say how."""
    text = head.replace(account.department, "")
    text = _CLASS_MARK.sub("", re.sub(r"20\d\d年度?", "", text))
    text = re.sub(r"^(?:其中|截至|截止|全年|当年|本部门|部门|本级|共|的|比|与|较)+", "", text.strip("，；：。、（ "))
    text = re.sub(r"^(?:\d{1,2}[、.．]|[①-⑳]|（\d+）|\(\d+\))", "", text)
    if role.measure in ("增减额", "增减率"):
        text = re.sub(
            r"(?:比|与|较)?(?:上年|年度|年初预算)?(?:决算|预算)?(?:数)?(?:相比)?(?:增加|减少|增长|下降|上升|降低|提高)(?:了|为)?$",
            "",
            text,
        )
    elif role.measure == "占比":
        text = re.sub(r"占[^占]*$", "", text)
    elif role.measure == "完成率":
        text = re.sub(r"(?:的|完成.*)$", "", text)
    text = _ROLE_TAIL.sub("", text).removesuffix("的")
    text = re.sub(r"（[^（）]*$|^[^（）]*）", "", text) if text.count("（") != text.count("）") else text
    text = re.sub("^以(“[^”]+”)为例$", r"\1", text)
    return "" if _GENERIC.match(text) else text


def _with_reasons(found: list[Statement], passage: Passage) -> list[Statement]:
    """Statements with the reason stated next after them in the passage."""
    whole = "".join(sentence.text for sentence in passage.sentences)
    reasons = [(match.start(), match.group("reason").strip("：: ")) for match in _REASON.finditer(whole)]
    done: list[Statement] = []
    position = 0
    for statement in found:
        at = whole.find(statement.text, position)
        position = at if at >= 0 else position
        follows = [(start, reason) for start, reason in reasons if start >= position]
        nearest = follows[0] if follows else None
        done.append(replace(statement, reason=nearest[1]) if nearest and nearest[0] - position < 160 else statement)
    return done
