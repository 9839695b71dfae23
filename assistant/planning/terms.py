"""Calculations with numbers that the text states, among themselves or with cells.

A term is a cell that the question names with no unknown words beside it, or the one number of which the text says
every word of the term. Where one of them is neither, nothing is planned here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant import prose
from assistant.calculator import YUAN
from assistant.mentions import find_mentions, masked, residues, without
from assistant.model import Form, Plan, Term
from assistant.planning.question import LAST_YEAR, Reading, ids_of, stage_in, with_mentions, without_funds
from assistant.planning.understood import Understood
from assistant.scope import GONE
from assistant.vocabulary import words
from ingest.model import Account

_MUCH = "(?:多少|几|百分之)"
_OF_RATE = re.compile("百分|几成|比例|比重|占|率")
_MONEY = "|".join(("万元", "元", "亿元"))
_TARGET = re.compile(
    "^(?P<one>.+?)(?:实际)?(?:完成值?|达到)?(?:离|距离?|跟|与|和|比|较|没有?达到|达到|超过了?|超出|超额完成了?|完成了?)?"
    "(?:年初|全年|年度|预定|原定|设定|绩效|既定|定下|自定)*的?(?:目标|指标值|计划)(?:值|数|任务)?"
    f"(?:还|多|少|高|低|超|短|欠|差|相差|了|出|过|完成|相比|增加|减少|的|要|缺)*{_MUCH}"
)
_TARGET_AND_DONE = re.compile(f"^(?P<one>.+?)的?(?:目标|计划)(?:值|数)?[和与跟同]实际(?:完成)?(?:值|数)?(?:相差|差)了?{_MUCH}")
_DONE_OF = re.compile(r"^(?P<one>.+?)的?(?:目标|任务|计划)?的?完成率(?:是|为|有|达到)*(?:多少|几|$)")
_PER = re.compile(
    "^(?P<before>.*?)(?:(?:平均|每|均)+一?|一)(?P<per>批|场|期|个?团组?|趟|次)(?:次)?(?:的)?(?P<after>.*?)(?:平均|有|为|是|来|大约)*(?:多少|几)"
    "[个位名]?(?P<unit>人次|人|件|通|篇|条|份)"
)
_COUNTED_PER = {"批": "批次|批", "次": "批次|次", "场": "场", "期": "期", "趟": "趟|批次", "团": "团组|团|个"}
_PEOPLE = {"人": "人次|人|名|万人次|万人", "人次": "人次|人|万人次"}
_SHARE_OF = "(?:了|到|去|的|过)*(?:比例|比重|份额|比率)?(?:是|为|有|达|达到)?(?:多大|多少|百分|几成|几个?百分|几分|$)"
_INSIDE = re.compile(f"^(?P<other>.+?)(?:里面?|里头|中(?!小)|内(?![设部])|当中|其中)(?P<one>[^{GONE}]+?)(?:占|拿走|拿到|拿|得到?|分到){_SHARE_OF}")
_PART_OF = re.compile("^(?P<one>.+?)(?:占|是)(?:了|到|去)?(?P<other>[^占]+?)(?:的)?(?:多大|多少|百分|几成|几分|比例|比重|份额)")
_SHARE_ALONE = re.compile(f"^(?P<one>.+?)(?:的|所)?占(?:比|{_SHARE_OF}|比重|比例)")
_LESS = re.compile(
    "^(?P<one>.+?)(?:比|较|减去?掉?|扣除|扣掉|去掉)(?P<other>.+?)(?:以后|之后|后)?(?:还|又)?"
    f"(?:多|少|高|低|大|小|剩|余|差|增加|减少|是|等于)(?:了|出|下|得|余)*{_MUCH}"
)
_APART = re.compile(f"^(?P<one>.+?)[和与跟同](?P<other>.+?)(?:之间)?(?:相差|差|差距|差额)(?:了|是|有|为)*{_MUCH}")
_TIMES = re.compile("^(?P<one>.+?)(?:是|相当于)(?P<other>.+?)的?(?:几|多少)倍")
_ADDED = re.compile("^(?P<one>.+?)(?:[和与跟及]|以及|加上?)(?P<other>.+?)(?:两[项个者块])?(?:一共|总共|合计|加起来|加在一起|相加|之和|总和|合起来|共计)")
_EACH = re.compile("各自?(?:占|是|为|有)|分别")
_START_OF = re.compile("^(?:年初|上年末|上年底)(?:数|余额)?$")


@dataclass(frozen=True)
class _Operation:
    """A form, and the words of its two terms; a share whose whole is not named has one."""

    form: Form
    one: str
    other: str = ""


class Terms(Understood):
    """Plans calculations with what the text states."""

    def _with_terms(self, reading: Reading, chosen: list[Account], options: dict[str, Any]) -> Plan | None:
        """A calculation with stated numbers; None where the question is none, or a term is not just what is stated."""
        other_year = reading.scope.base_year or LAST_YEAR.search(reading.text)
        if len(chosen) != 1 or other_year or _EACH.search(reading.text) or self._part_named(reading):
            return None
        text = reading.text.strip(GONE)
        for form, terms in self._readings(reading, chosen[0], text):
            if len(terms) == 2 and _go_together(self, form, terms, chosen[0]):
                options = options | ({"unit": None} if form == "share" else {})
                return Plan(form=form, accounts=ids_of(chosen), terms=tuple(terms), words=reading.text, **options)
        return None

    def _readings(self, reading: Reading, account: Account, text: str) -> Iterator[tuple[Form, list[Term]]]:
        """The ways in which the question names two terms, those whose words say more first."""
        view = self.library.view(account.id)
        if told := _TARGET_AND_DONE.match(text) or _DONE_OF.match(text) or _TARGET.match(text):
            form: Form = "share" if _OF_RATE.search(text[told.end("one") :]) and "完成" in text else "difference"
            name = told["one"].removesuffix("的")
            done = ("实际值", "数量", "比率")
            terms = [Term(words=name, measures=measures) for measures in (done, ("目标值",))]
            yield form, [term for term in terms if prose.find_named(view, term.words, term.units, term.measures)]
            return
        if told := _PER.match(text):
            name = f"{told['before']}{GONE}{told['after']}"
            per = _COUNTED_PER.get(told["per"].strip("个组"), told["per"])
            units = (_PEOPLE.get(told["unit"], told["unit"]), per)
            terms = [Term(words=name, units=unit) for unit in units]
            yield "average", [term for term in terms if prose.find_named(view, term.words, term.units)]
            return
        for operation in _operations(text):
            named = [self._term(reading, account, one) for one in (operation.one, operation.other) if one]
            terms = [term for term in named if term]
            if operation.form == "share" and not operation.other and terms and (whole := _whole_of(self, account, terms[0])):
                terms.append(whole)
            yield operation.form, terms

    def _term(self, reading: Reading, account: Account, said: str) -> Term | None:
        """What words name: a cell, if they say no more than its name, else the number stated of all of them."""
        view = self.library.view(account.id)
        text = said.strip(GONE + "的")
        mentions = without_funds(find_mentions(text, view))
        part = with_mentions(Reading(text, reading.scope, mentions, masked(text, mentions), reading.quoted, reading.bracketed), mentions)
        stage = "" if account.is_budget else stage_in(part.mask)
        items = self._account_items(part, account, stage)
        left = residues(without(part.mask, words().funds, words().natures, words().stages))
        if len(items) == 1 and not left:
            return Term(words=text, item=items[0])
        units = "" if re.search("数量?$|人次$|次数$", text) else _MONEY
        return Term(words=text, units=units) if prose.find_named(view, text, units) else None


def _operations(text: str) -> Iterator[_Operation]:
    """The ways to read a question as a calculation with two terms."""
    forms: Sequence[tuple[Form, re.Pattern[str]]] = (
        ("multiple", _TIMES), ("share", _INSIDE), ("share", _PART_OF), ("share", _SHARE_ALONE), ("difference", _APART),
        ("difference", _LESS), ("sum", _ADDED),
    )  # fmt: skip
    for form, pattern in forms:
        if told := pattern.match(text):
            one, other = told["one"], told.groupdict().get("other") or ""
            if _START_OF.match(other.strip("的")) and "年末" in one:
                other = one.replace("年末", "年初")
            if form == "difference" and _OF_RATE.search(text[told.start("other") :]):
                continue  # 高百分之几: over which of them is another form's
            yield _Operation(form, one, other)


def _whole_of(planner: Terms, account: Account, part: Term) -> Term | None:
    """The first amount of the part's sentence, of which that one's other parts and this add up to the whole."""
    view = planner.library.view(account.id)
    found = None if part.item else prose.find_named(view, part.words, part.units)
    if found is None:
        return None
    of_sentence = [s for s in view.statements if s.sentence == found.sentence and s.measure == "决算数" and s.unit in YUAN]
    whole, *parts = of_sentence
    if found in parts and whole.unit == found.unit and sum(s.value for s in parts) == whole.value:
        return Term(words=whole.subject, units=part.units)
    return None


def _go_together(planner: Terms, form: Form, terms: Sequence[Term], account: Account) -> bool:
    """True where two terms are two things of one kind of unit, or for an average of two, and not both cells of one name."""
    view = planner.library.view(account.id)
    told = [None if term.item else prose.find_named(view, term.words, term.units, term.measures) for term in terms]
    if told[0] is not None and told[0] == told[1]:
        return False
    if form == "average":
        return bool(told[0] and told[1] and told[0].sentence == told[1].sentence)
    units = {"元" if statement is None or statement.unit in YUAN else statement.unit for statement in told}
    return len(units) == 1
