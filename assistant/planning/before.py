"""Calculations with the figure of the question before: its share of a whole, a share of it, what is left of it."""

from __future__ import annotations

import re

from assistant.mentions import residues, without
from assistant.model import Plan
from assistant.planning.conversation import SHARE_OF
from assistant.planning.points import Points
from assistant.planning.question import Reading, ids_of
from assistant.scope import GONE
from assistant.selection import select
from assistant.vocabulary import words
from ingest.model import Account

_INSIDE = re.compile(r"[\x00那]*(?:这|它)?(?:其中|里面|里头|当中|里)")
"""The figure before is the whole, the part is named."""
_TAKEN_OFF = re.compile(r"[\x00那]*(?:再|要是|如果|若)?(?:(?:减去?|扣除|扣掉|扣去|剔除|除去|去掉|刨去|刨掉|刨除)掉?(?P<one>.+)|[把将](?P<other>.+?)(?:扣掉|减掉|去掉|刨掉|剔除|扣除|刨除|减去|除去).*)$")
"""The figure before, less the one named."""
_OPEN = ("refuse", "clarify")
"""Forms of questions that were not answered: there is no figure to go on from."""
_REST = re.compile("(?:以后|之后|后)?(?:还|净|又)?[剩余落下]*(?:多少|几)?呢?$|这一?[类项笔个款]+")


class Before(Points):
    """Makes plans that calculate with what was answered before."""

    def _shared_before(self, reading: Reading, chosen: list[Account], previous: Plan) -> Plan | None:
        """A share in which the figure before is the part, or the whole; None where the question names both or neither."""
        as_part, as_whole = SHARE_OF.match(reading.text), _INSIDE.match(reading.text)
        before, options = previous.items[0], self._options(reading)
        if not (as_part or as_whole) or before.account != chosen[0].id or previous.needed or previous.form in _OPEN:
            return None
        named = self._account_items(reading, chosen[0], "")
        if as_part and named:
            return Plan(form="share", accounts=ids_of(chosen), items=(before,), base=named[0], words=reading.text, **options)
        if not as_whole or len(named) != 1:
            return None
        view = self.library.view(before.account)
        whole, part = (fact.code if (fact := select(view, item).fact) else "" for item in (before, named[0]))
        if self._is_doubtful(reading, "share", named) or (whole and part and not part.startswith(whole)):
            return Plan(form="refuse", reason="item", accounts=ids_of(chosen), words=f"{before.words}里的{named[0].words}")
        return Plan(form="share", accounts=ids_of(chosen), items=(named[0],), base=before, words=reading.text, **options)

    def _less_than_before(self, reading: Reading, chosen: list[Account], previous: Plan) -> Plan | None:
        """The figure before less the one that the question names (剔除住房保障支出之后呢); None where it asks nothing such."""
        told = _TAKEN_OFF.match(reading.text)
        before = previous.items[0]
        if not told or before.account != chosen[0].id:
            return None
        named = self._account_items(reading, chosen[0], "")
        left = residues(without(_REST.sub(GONE, told["one"] or told["other"]), words().funds))
        left = [run for run in left if not any(mention.words in run or run in mention.words for mention in reading.mentions)]
        if len(named) != 1 or left or named[0] == before:
            return None
        if previous.needed or previous.form in _OPEN:
            return Plan(form="refuse", reason="item", accounts=ids_of(chosen), words=reading.text.replace(GONE, ""))
        pair = self._of_one_fund([before, named[0]])
        return Plan(form="difference", accounts=ids_of(chosen), items=tuple(pair), words=reading.text, **self._options(reading))
