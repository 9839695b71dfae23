"""Calculations with the figure of the question before: its share of a whole, a share of it, what is left of it."""

from __future__ import annotations

import re

from assistant.calculator import YUAN
from assistant.mentions import residues, without
from assistant.model import Form, Plan, Term
from assistant.planning.conversation import SHARE_OF
from assistant.planning.points import Points
from assistant.planning.question import Reading, asks_count, ids_of, nature_of, untold
from assistant.prose import AVERAGED, content_words, stated
from assistant.scope import GONE
from assistant.selection import select
from assistant.vocabulary import words
from ingest.model import Account

_INSIDE = re.compile(r"[\x00那]*(?:这|它)?(?:其中|里面|里头|当中|里)|[^，占]{2,16}?在(?:它|这|那)?(?:其中|里面|里头|当中)(?:所|能|要|大概)*占")
"""The figure before is the whole, the part is named."""
_IN_WHICH = re.compile(r"[\x00那它这]*(?:在|于)[^，占]{2,}?(?:里面?|里头|当中|其中|中|内)(?:所|能|要|又|大概|大约)*占")
"""The figure before is the part, and the whole is named: 在X里占多少."""
_TAKEN_OFF = re.compile(r"[\x00那]*(?:再|要是|如果|若)?(?:(?:减去?|扣除|扣掉|扣去|剔除|除去|去掉|刨去|刨掉|刨除)掉?(?P<one>.+)|[把将](?P<other>.+?)(?:扣掉|减掉|去掉|刨掉|剔除|扣除|刨除|减去|除去).*)$")
"""The figure before, less the one named."""
_LONG = 4
"""Characters from which on words for an item say it even after a count of something else."""
_AWAY = re.compile(r"[\x00那]*(?:拿|用|再用|从)?(?P<one>[^减扣它]{2,}?)(?:里|中)?(?:减去|减掉|扣除|扣掉|减|扣)(?:它|这个|这笔|那个|前者|刚才(?:的|那个)?)")
"""The figure that is named, less the one before."""
_OPEN = ("refuse", "clarify")
"""Forms of questions that were not answered: there is no figure to go on from."""
_REST = re.compile("(?:以后|之后|后)?(?:还|净|又)?[剩余落下]*(?:多少|几)?呢?$|这一?[类项笔个款]+")

_TIMES = re.compile("(?P<one>[^是]{1,12}?)(?:大约|大概|约|相当于)?是(?P<other>.{1,12}?)的?(?:几|多少)倍")
_AVERAGED = re.compile("平均|均摊|摊到|摊|人均|每|合|下来|按|一个|一|那")
_UNIT_WORDS = "人次件批场项个家册张盏名辆台的总数量"
_WHOLE_OF = re.compile("全部|所有|总额|总数|总量|金额|整个|一共")
_IT = re.compile("它|这个|那个|前者|这笔|刚才那?个?")
_LATER, _EARLIER = re.compile("后者|后一|它$"), re.compile("前者|前一|前面|刚才|^它")


def _place(said: str) -> int | None:
    """Which of what was told before is meant, counted from the end: -1 by 后者, -2 by 前者; None by neither or both."""
    later, earlier = bool(_LATER.search(said)), bool(_EARLIER.search(said))
    return None if later == earlier else -1 if later else -2


def _meant(said: str, told: tuple[Term, ...]) -> Term | None:
    """Which of the numbers told before is meant by 前者, 后一家, or a word of its question (服务)."""
    if _LATER.search(said) or _EARLIER.search(said):
        return told[_place(said) or -1]
    word = content_words(said).strip(GONE)
    having = [term for term in told if len(word) > 1 and word in term.words]
    first = [term for term in having if term.words.strip(GONE).startswith(word)] or having
    return first[0] if len(first) == 1 else None


def _is_more(reading: Reading, said: str) -> bool:
    """True where words say more than the names that were found in the question."""
    left = residues(without(said, words().funds))
    return any(not any(mention.words in run or run in mention.words for mention in reading.mentions) for run in left)


class Before(Points):
    """Makes plans that calculate with what was answered before."""

    def _shared_before(self, reading: Reading, chosen: list[Account], previous: Plan) -> Plan | None:
        """A share in which the figure before is the part, or the whole; None where the question names both or neither."""
        as_part, as_whole = SHARE_OF.match(reading.text) or _IN_WHICH.match(reading.text), _INSIDE.match(reading.text)
        before, options = previous.items[0], self._options(reading)
        if not (as_part or as_whole) or before.account != chosen[0].id or previous.needed or previous.form in _OPEN:
            return None
        named = self._account_items(reading, chosen[0], "")
        if as_part and named:
            pair = self._of_one_fund([before, named[0]])
            return Plan(form="share", accounts=ids_of(chosen), items=(pair[0],), base=pair[1], words=reading.text, **options)
        if not as_whole or len(named) != 1 or (before.row is None and any(nature_of(mention) for mention in reading.mentions)):
            return None  # 项目支出在里面占多少: of the item before it is a column
        view = self.library.view(before.account)
        whole, part = (fact.code if (fact := select(view, item).fact) else "" for item in (before, named[0]))
        if self._is_doubtful(reading, "share", named) or (whole and part and not part.startswith(whole)):
            return untold(chosen, f"{before.words}里的{named[0].words}")
        return Plan(form="share", accounts=ids_of(chosen), items=(named[0],), base=before, words=reading.text, **options)

    def _of_told_before(self, reading: Reading, chosen: list[Account], previous: Plan, form: Form) -> Plan | None:
        """A calculation with the stated numbers that the conversation asked for; None where it is none of theirs."""
        told = previous.told
        if asks_count(previous) and form == "share" and not reading.scope.named and all(m.alias and len(m.words) < _LONG for m in reading.mentions):
            told = told if len(told) > 1 else (*told, *told)  # 属于咨询的占比: no share of an item of that name
        form = "average" if AVERAGED.search(reading.text) else form
        if previous.form != "prose-figure" or len(told) < 2 or form not in ("share", "multiple", "difference", "sum", "average"):
            return None
        if reading.scope.named or reading.scope.years:
            return None
        if form == "average":
            return self._average_told(reading, chosen, told)
        if form == "share":
            pair = self._share_told(reading, told) if SHARE_OF.match(reading.text) else None
        elif form == "multiple":
            order = _TIMES.search(reading.text)
            named = [_meant(order[side], told) for side in ("one", "other")] if order else []
            pair = (named[0], named[1]) if order and named[0] and named[1] and named[0] != named[1] else None
        else:
            bare = not residues(words().forms[form].sub(GONE, reading.mask)) and not reading.mentions
            pair = (told[-1], told[-2]) if bare else None
        if pair is None or not self._alike(form, *pair):
            return untold(chosen, reading.text)
        return Plan(form=form, accounts=ids_of(chosen), terms=pair, words=reading.text, **self._options(reading))

    def _average_told(self, reading: Reading, chosen: list[Account], told: tuple[Term, ...]) -> Plan | None:
        """The amount told before over the count told before, where the question names what was counted, or one sentence states both."""
        found = [stated(self.library.view(term.account), term) for term in told[-2:]]
        if any(one is None for one in found) or reading.mentions:
            return None
        pair = sorted(zip(found, told[-2:], strict=True), key=lambda one: one[0] is not None and one[0].unit not in YUAN)
        (amount, over), (count, per) = pair
        if amount is None or count is None or amount.unit not in YUAN or count.unit in (*YUAN, "%", "个百分点") or over.account != per.account:
            return None
        left = [run for run in _AVERAGED.sub(GONE, content_words(reading.text)).split(GONE) if run.strip(_UNIT_WORDS)]
        if amount.passage != count.passage or not all(run.strip(_UNIT_WORDS) in count.subject + count.sentence.text for run in left):
            return None
        return Plan(form="average", accounts=ids_of(chosen), terms=(over, per), words=reading.text, **self._options(reading))

    def _share_told(self, reading: Reading, told: tuple[Term, ...]) -> tuple[Term, Term] | None:
        """The number before, and the one before it that it is a part of: 占全部场次."""
        part, whole = told[-1], told[-2]
        left = content_words(reading.text).replace("占", "").strip(GONE + _UNIT_WORDS)
        left = _WHOLE_OF.sub("", left).strip(GONE + _UNIT_WORDS)
        return (part, whole) if part.account == whole.account and (not left or left in whole.words) else None

    def _alike(self, form: Form, one: Term, other: Term) -> bool:
        """True where both numbers are still found and of one unit, and a part is not more than its whole."""
        first, second = (stated(self.library.view(term.account), term) for term in (one, other))
        if first is None or second is None or first == second or (first.unit in YUAN) != (second.unit in YUAN):
            return False
        same = first.unit == second.unit or first.unit in YUAN
        return same and (form != "share" or first.value <= second.value or first.unit != second.unit)

    def _less_than_before(self, reading: Reading, chosen: list[Account], previous: Plan) -> Plan | None:
        """The figure before less the one that the question names (剔除住房保障支出之后呢); None where it asks nothing such."""
        if away := _AWAY.match(reading.text):
            return self._before_from(reading, chosen, previous, away["one"])
        told = _TAKEN_OFF.match(reading.text)
        before = previous.items[0]
        if not told or before.account != chosen[0].id:
            return None
        named = self._account_items(reading, chosen[0], "")
        if len(named) != 1 or _is_more(reading, _REST.sub(GONE, told["one"] or told["other"])) or named[0] == before:
            return None
        if previous.needed or previous.form in _OPEN:
            return untold(chosen, reading.text)
        pair = self._of_one_fund([before, named[0]])
        return Plan(form="difference", accounts=ids_of(chosen), items=tuple(pair), words=reading.text, **self._options(reading))

    def _before_from(self, reading: Reading, chosen: list[Account], previous: Plan, said: str) -> Plan:
        """The figure that the question names, less the one before (拿经营收入减掉它)."""
        named = self._account_items(reading, chosen[0], "")
        before = previous.items[0]
        if len(named) != 1 or _is_more(reading, said) or named[0] == before or before.account != chosen[0].id or previous.form in _OPEN or previous.needed:
            return untold(chosen, reading.text)
        return Plan(form="difference", accounts=ids_of(chosen), items=(named[0], before), words=reading.text, **self._options(reading))

    def _times_before(self, reading: Reading, chosen: list[Account], previous: Plan) -> Plan | None:
        """How many times one of the last two figures is the other: 后者是前者的几倍; None where the question names one."""
        asked = [*previous.trail, *previous.items][-2:]
        order = _TIMES.search(reading.text)
        if order and len(previous.items) == 1 and reading.mentions and not reading.scope.named and _IT.fullmatch(order["other"]):
            named = self._account_items(reading, chosen[0], "")
            if len(named) == 1 and named[0].account == previous.items[0].account and not self._is_doubtful(reading, "multiple", named):
                pair = (named[0], previous.items[0])
                return Plan(form="multiple", accounts=ids_of(chosen), items=pair, words=reading.text, **self._options(reading))
        if not order or len(asked) < 2 or reading.scope.named or reading.mentions:
            return None
        one, other = (_place(order[side]) for side in ("one", "other"))
        if one is None or other is None or one == other:
            return None
        pair = (asked[one], asked[other])
        ids = tuple(dict.fromkeys(item.account for item in pair))
        return Plan(form="multiple", accounts=ids, items=pair, words=reading.text, **self._options(reading))
