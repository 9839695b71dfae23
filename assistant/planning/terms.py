"""Calculations with numbers that the text states, among themselves or with cells.

A term is a cell that the question names with no unknown words beside it, or the one number of which the text says
every word of the term. Where one of them is neither, nothing is planned here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant import prose
from assistant.calculator import YUAN
from assistant.library import AccountView
from assistant.mentions import find_mentions, residues, without
from assistant.model import Form, Plan, Term
from assistant.planning.before import Before
from assistant.planning.question import (
    LAST_YEAR,
    POINTS,
    TOGETHER,
    Reading,
    ids_of,
    stage_in,
    with_mentions,
    without_funds,
)
from assistant.planning.targets import of_target
from assistant.scope import GONE
from assistant.vocabulary import MONEY_UNITS, words
from ingest.model import Account
from ingest.text import plain

_MUCH = "(?:多少|几|百分之)"
_OF_RATE = re.compile("百分|几成|比例|比重|占|率")
_OF_TARGET = re.compile("[差缺]了?(?:多少|几)[^，]{0,4}没有?|(?:[比离距较与和跟同超完达占是]|相当于).{0,6}(?:目标|指标值|任务|计划(?!生育))")
"""What is asked is how the result stands to its target."""
_OF_BUDGET = re.compile("[比较](?:年度|全年|年初)*预算数?.{0,4}[多少高低省差超]")
OFF = ("预算差额", "预算和决算", "增减")
"""What a prose figure is, where it does answer how it stands to the budget."""
_ASKED = re.compile("(?:是|为|有|做到|达到|完成|了)*(?:多少|几|百分之).*$")
"""What a question ends with after the name of what it asks for."""
_BARE = "钱万元用花那这它线高低多少出超缺差欠比还了几张个件人盏册场条"
"""Characters of a question for how something stands to its target that do not say what."""
_BUDGETED = re.compile(
    "^(?P<one>.+?)的?(?:项目)?(?:实际|决算|支出|花|用)*数?(?:比|较|离|与|和|跟)(?:年度|全年|年初)*预算数?"
    f"(?:还|多|少|高|低|超|省|节约|差|相差|花|用|支|了|出)*{_MUCH}"
)
_OVER_BUDGET = re.compile("^(?P<one>.+?)的?(?:实际|最后|最终)*(?:开支|支出|花费|花|用)?(?:超出|超过|超|低于|高于)了?(?:年度|全年|年初)*预算数?了?(?:多少|几|百分)")
_BUDGET_AND_DONE = re.compile(
    f"^(?P<one>.+?)的?(?:全年|年初|年度)*预算数?[与和跟同比](?:实际|决算|支出|执行)+数?(?:相比|相)?(?:差|多|少|剩)(?:了|额)?(?:是|为)?{_MUCH}"
)
_TIMES_BUDGET = re.compile("^(?P<one>.+?)(?:实际|决算|支出|执行)?(?:是|为|相当于|达到)了?(?:当年|全年|年初|年度|的)*预算数?的?(?:多少|几)倍")
_PER = re.compile(
    "^(?P<before>.*?)(?:(?:平均|每|均)+一?|一)(?P<per>批|场|期|个?团组?|趟|次)(?:次)?(?:的)?(?P<after>.*?)(?:平均|有|为|是|来|大约)*(?:多少|几)"
    "[个位名]?(?P<unit>人次|人|件|通|篇|条|份)"
)
_PER_PROJECT = re.compile("^(?P<before>.*?)，?(?:平均)?(?:每(?:一)?个|一个|单个)(?:项目)?(?:平均|大约|合)?(?:涉及|的|有|到|摊)*(?:(?:预算|资金|金额)+(?:是|为|有)?(?:多少|几)|(?:多少|几)(?:万元?)?(?:的)?(?:预算|资金|金额|钱))")
_COUNTED_PER = {"批": "批次|批", "次": "批次|次", "场": "场", "期": "期", "趟": "趟|批次", "团": "团组|团|个"}
_PEOPLE = {"人": "人次|人|名|万人次|万人", "人次": "人次|人|万人次"}
_SHARE_OF = "(?:了|到|去|的|过)*(?:比(?!例|重|率)|比例|比重|份额|比率)?(?:是|为|有|达|达到)?(?:多大|多少|百分|几成|几个?百分|几分|$)"
_INSIDE = re.compile(f"^(?P<other>.+?)(?:里面?，?|里头，?|中(?!小)，?|内(?![设部])，?|当中，?|，?其中，?|，)(?P<one>[^{GONE}]+?)所?(?:占|拿走|拿到|拿|得到?|分到){_SHARE_OF}")
_PART_OF = re.compile("^(?P<one>.+?)(?:占|是)(?:了|到|去)?(?P<other>[^占]+?)的?(?:多大|多少|百分|几成|几分|比例|比重|份额)")
_GIVEN = re.compile(
    "^(?P<other>.+?)(?:里|中)?(?:有|的)(?:百分之(?:多少|几)|多大比例|多少比例|几成)的?(?:是|给了?|给予|授予|来自|流向|用于|用在|花在|属于|交给)(?P<one>.+)$"
)
_SO_MUCH_OF = re.compile("^(?:有)?百分之(?:多少|几)的(?P<other>.+?)(?:都|全)?(?:是|用于|属于|花在|用在)(?P<one>.+)$")
_SHARE_ALONE = re.compile(f"^(?P<one>.+?)(?:的|所)?占(?:比|{_SHARE_OF}|比重|比例)")
_LESS = re.compile(
    "^(?P<one>.+?)(?:比|较|减去?掉?|扣除|扣掉|去掉)(?P<other>.+?)(?:以后|之后|后)?(?:还|又)?"
    f"(?:多|少|高|低|大|小|剩|余|差|增加|减少|是|等于)(?:了|出|下|得|余)*{_MUCH}"
)
_APART = re.compile(f"^(?P<one>.+?)[和与跟同](?P<other>.+?)(?:之间)?(?:相差|差|差距|差额)(?:了|是|有|为)*{_MUCH}")
_TIMES = re.compile("^(?P<one>.+?)(?:是|相当于)(?P<other>.+?)的?(?:几|多少)倍")
_ADDED = re.compile("^(?P<one>.+?)(?:[和与跟及]|以及|加上?)(?P<other>.+?)(?:两[项个者块])?(?:一共|总共|合计|加起来|加在一起|相加|之和|总和|合起来|共计)")
_EACH = re.compile("各自?(?:占|是|为|有)|分别")
_BUDGETS = ("预算数", "年初预算")
_RESULT_AND_TARGET = (("实际值", "数量", "比率"), ("目标值",))
_EDGE = GONE + "的，"
_TAKEN_OFF = re.compile("减|扣|除去|去掉")
"""Words of a difference that set a part aside; each term of it must be understood anyway."""


@dataclass(frozen=True)
class _Operation:
    """A form, and the words of its two terms; a share whose whole is not named has one."""

    form: Form
    one: str
    other: str = ""


class Terms(Before):
    """Plans calculations with what the text states."""

    def _with_terms(self, reading: Reading, chosen: list[Account], options: dict[str, Any]) -> Plan | None:
        """A calculation with stated numbers; None where the question is none, or a term is not just what is stated."""
        if len(chosen) != 1 or reading.scope.base_year or LAST_YEAR.search(reading.text) or _EACH.search(reading.text):
            return None
        part = self._part_named(reading)
        if part and not _TAKEN_OFF.match(part):
            return None
        view = self.library.view(chosen[0].id)
        said = [piece for part in re.split("[，,；;：:]", reading.scope.text) if (piece := plain(part).strip(GONE))]
        sums = [f"{plain(one)}是多少" for one in reading.bracketed if _TAKEN_OFF.search(one)]
        for form, terms, rate in (found for text in ("，".join(said), *sums) for found in self._readings(reading, view, text)):
            if form == "share" and (POINTS.search(reading.text) or TOGETHER.search(reading.text)):
                continue  # one share is not how far two are apart, nor that of several
            if len(terms) == 2 and _go_together(view, form, terms):
                options = options | ({"unit": None} if form == "share" else {"unit": "%"} if rate else {})
                return Plan(form=form, accounts=ids_of(chosen), terms=tuple(terms), words=reading.text, **options)
        return None

    def _on_aim_before(self, reading: Reading, previous: Plan) -> Reading:
        """The question with what the one before was about, where it asks no more than how that stands to its target or budget."""
        compared = _OF_TARGET if _OF_TARGET.search(reading.text) else _OF_BUDGET
        bare = prose.content_words(compared.sub(GONE, reading.text)).replace("几个百分点", "").strip(GONE + _BARE)
        if bare or not compared.search(reading.text) or previous.form not in ("prose-figure", "passage") or previous.items:
            return reading
        view = self.library.view(previous.accounts[0])
        before = _ASKED.sub("", previous.words.replace(GONE, ""))
        aims = _RESULT_AND_TARGET[1] if compared is _OF_TARGET else _BUDGETS
        if not prose.stated(view, Term(words=before, measures=aims)):  # then what the number before is of
            asked = Term(words=previous.words, units=previous.prose_unit, stage=previous.stage, asked=True)
            told = prose.stated(view, asked) if previous.form == "prose-figure" and len(previous.accounts) == 1 else None
            before = plain(told.subject) if told else before
        text = f"{before}{re.sub('^[那这它]+', '', plain(reading.text).strip(GONE))}"
        return replace(reading, text=text, scope=replace(reading.scope, text=text), mentions=[], mask=text)

    def _not_compared(self, reading: Reading, plan: Plan) -> Plan:
        """The plan, but a refusal where one stated number would be taken for how a result stands to its target or budget."""
        compared = _OF_TARGET.search(reading.text) or (_OF_BUDGET.search(reading.text) and plan.stage not in OFF)
        if plan.form != "prose-figure" or not (compared and re.search(_MUCH, reading.text)):
            return plan
        return Plan(form="refuse", reason="item", accounts=plan.accounts, words=reading.text.replace(GONE, ""))

    def _readings(self, reading: Reading, view: AccountView, text: str) -> Iterator[tuple[Form, list[Term], bool]]:
        """The ways in which the question names terms, those whose words say more first; True where their difference is wanted as a rate."""
        if aimed := of_target(text):
            yield aimed.form, [Term(words=aimed.name, measures=one) for one in _RESULT_AND_TARGET], aimed.rate
        elif told := _BUDGETED.match(text) or _BUDGET_AND_DONE.match(text) or _OVER_BUDGET.match(text):
            yield "difference", [Term(words=told["one"].strip(_EDGE), measures=one) for one in (("决算数",), _BUDGETS)], False
        elif told := _TIMES_BUDGET.match(text):
            yield "multiple", [Term(words=told["one"].strip(_EDGE), measures=one) for one in (("决算数",), _BUDGETS)], False
        elif told := _PER_PROJECT.match(text):
            yield "average", [Term(words=f"{told['before']}{GONE}预算", units=MONEY_UNITS), Term(words=told["before"], units="个|项")], False
        elif told := _PER.match(text):
            name = f"{told['before']}{GONE}{told['after']}"
            per = _COUNTED_PER.get(told["per"].strip("个组"), told["per"])
            yield "average", [Term(words=name, units=unit) for unit in (_PEOPLE.get(told["unit"], told["unit"]), per)], False
        else:
            for operation in _operations(text):
                yield operation.form, self._terms(reading, view, operation), False

    def _terms(self, reading: Reading, view: AccountView, operation: _Operation) -> list[Term]:
        """The terms of an operation that are found."""
        one = self._term(reading, view, operation.one)
        if not operation.other:
            whole = _whole_of(view, one) if one else None
            return [one, whole] if one and whole else []
        other = self._term(reading, view, operation.other)
        if operation.form == "share" and other and not other.item and (one is None or not _go_together(view, "share", [one, other])):
            one = Term(words=operation.one.strip(_EDGE), beside=other.words, units=other.units)
        return [term for term in (one, other) if term]

    def _term(self, reading: Reading, view: AccountView, said: str) -> Term | None:
        """What words name: a cell, if they say no more than its name, else the number stated of all of them."""
        text = said.strip(_EDGE)
        mentions = without_funds(find_mentions(text, view))
        part = with_mentions(replace(reading, text=text), mentions)
        items = self._items(part, view, "" if view.account.is_budget else stage_in(part.mask))
        left = residues(without(part.mask, words().funds, words().natures, words().stages))
        if len(items) == 1 and not left:
            return Term(words=text, item=items[0])
        stated = (Term(words=text, units=units) for units in (MONEY_UNITS, ""))
        return next((term for term in stated if prose.stated(view, term)), None)


def _operations(text: str) -> Iterator[_Operation]:
    """The ways to read a question as a calculation with two terms."""
    forms: Sequence[tuple[Form, re.Pattern[str]]] = (
        ("multiple", _TIMES), ("share", _SO_MUCH_OF), ("share", _GIVEN), ("share", _INSIDE), ("share", _PART_OF), ("share", _SHARE_ALONE), ("difference", _APART),
        ("difference", _LESS), ("sum", _ADDED),
    )  # fmt: skip
    for form, pattern in forms:
        if told := pattern.match(text):
            one, other = told["one"], told.groupdict().get("other") or ""
            if form == "difference" and _OF_RATE.search(text[told.start("other") :]):
                continue  # 高百分之几: over which of them is another form's
            yield _Operation(form, one, other)


def _whole_of(view: AccountView, part: Term) -> Term | None:
    """The first amount of the part's sentence, which that one's other parts and this one add up to."""
    found = prose.stated(view, part)
    if found is None or found.unit not in YUAN:
        return None
    whole, *parts = (s for s in view.statements if s.sentence == found.sentence and s.measure == "决算数" and s.unit in YUAN)
    if found in parts and whole.unit == found.unit and sum(s.value for s in parts) == whole.value:
        return Term(words=whole.subject, units=part.units)
    return None


def _go_together(view: AccountView, form: Form, terms: Sequence[Term]) -> bool:
    """True where each term is found, and they are two things of one kind of unit, or of an average those of one sentence."""
    told = [prose.stated(view, term) for term in terms]
    if any(statement is None and term.item is None for statement, term in zip(told, terms, strict=True)):
        return False
    if told[0] is not None and told[0] == told[1]:
        return False
    if terms[1].measures == _BUDGETS and form == "multiple" and (not told[0] or not told[1] or told[0].subject != told[1].subject):
        return False
    if form == "average":
        return bool(told[0] and told[1] and told[0].sentence == told[1].sentence)
    units = {"元" if statement is None or statement.unit in YUAN else statement.unit for statement in told}
    return len(units) == 1
