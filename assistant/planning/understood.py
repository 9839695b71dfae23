"""Whether all of a question was understood: words that are left over make another thing of what is asked for."""

from __future__ import annotations

import itertools
import re

from assistant.library import AccountView
from assistant.mentions import Mention, left_residue, residues, right_residue, without
from assistant.model import Form, Item
from assistant.planning.conversation import Conversation
from assistant.planning.question import INSIDE, Reading, outright, prose_unit_in
from assistant.prose import content_words, find_by_use
from assistant.scope import GONE, unknown_department
from assistant.vocabulary import MONEY_UNITS, words

_RANKED = re.compile("支出|收入|功能|经济|分类|科目|项目|花|用|钱|最[^，]{0,2}|名列|排行|榜")
"""Words of rankings over the rows of a whole table."""
_SPENT = re.compile("(?:会|怎么|略|稍微?|有点|也|还)*(?:低于|高于|少于|多于|超过|超出|不到|没到)(?:了)?(?:年初|全年|原来|原定)?的?(?:预算|计划)(?:数)?|[比较](?:年初|全年|原来?|原定)?的?(?:预算|计划)(?:数)?(?:[多少省](?:花|用)?(?:了)?(?:一?点|一?些)?)?|没有?(?:用|花)(?:完|掉|足|出去)|超(?:出|过)?了?预算|不够(?:用|花)?|剩下?了?|[少多](?:用|花)了?|省(?:下|了)?来?(?:一?点|一?些)?的?")
"""What is said of an amount against its budget."""
_PLUS, _EACH = re.compile("再?加上?"), re.compile("分别|各")
_LISTING = "、，和与及跟同或的，里中"
_COUNTED = re.compile("国内|批次|人次|团组|公务用?车|公车|车辆?|团|[批辆台次人个]")


class Understood(Conversation):
    """Finds what a question says beside the names that are known."""

    def _torn_department(self, reading: Reading) -> str:
        """A department that nobody knows whose name begins with an item's (交通运输局)."""
        if reading.scope.named:
            return ""
        name = unknown_department(reading.text)
        end = reading.text.find(name) + len(name)
        inside = any(mention.start < end <= mention.end for mention in reading.mentions)
        return "" if not name or inside else name

    def _unknown_beside_ranking(self, reading: Reading) -> str:
        """Words beside those of ranking that name something nobody knows: not the rows of a whole table are meant."""
        if reading.scope.departments and any(mention.kind == "table" for mention in reading.mentions):
            return ""
        rest = words().forms["ranking"].sub(GONE, _RANKED.sub(GONE, reading.mask))
        return next((run for run in residues(rest) if len(run) >= 2), "")

    def _part_named(self, reading: Reading) -> str:
        """What limits the item to a part that accounts do not tell (上半年, 国内); empty if nothing does."""
        found = words().single["part"].finditer(reading.text)
        inside = [range(mention.start, mention.end) for mention in reading.mentions]
        return next((m.group() for m in found if not any(m.start() in span for span in inside)), "")

    def _source_named(self, reading: Reading) -> str:
        """Whose money an income is said to be (下级单位交上来的收入), where no item has that name; empty if nothing says so."""
        named = [mention for mention in reading.mentions if mention.kind != "table"]
        found = None if named else words().single["source"].search(reading.mask)
        return found.group().strip("的") if found else ""

    def _compound(self, reading: Reading) -> str:
        """Two names with other words between them that do not list them: one thing that nobody knows (补贴款进账)."""
        named = [mention for mention in reading.mentions if mention.kind in ("alias", "total")]
        for one, other in itertools.pairwise(named):
            between = reading.text[one.end : other.start]
            if len(between) == 1 and between not in _LISTING:
                return reading.text[one.start : other.end]
        return ""

    def _part_of_itself(self, reading: Reading) -> str:
        """Two names of one item, one inside the other (公车运行费里，加油): a part that no account tells."""
        named = [mention for mention in reading.mentions if mention.kind != "table"]
        for one, other in itertools.pairwise(named):
            if one.name and one.name == other.name and INSIDE.match(reading.text[one.end : other.start]):
                return reading.text[one.start : other.end]
        return ""

    def _added(self, reading: Reading) -> bool:
        """True where each name is joined to the next by 加."""
        named = [mention for mention in reading.mentions if mention.kind != "table"]
        between = [reading.text[one.end : other.start] for one, other in itertools.pairwise(named)]
        return bool(between) and all(_PLUS.fullmatch(text) for text in between) and not _EACH.search(reading.text)

    def _unexplained(self, reading: Reading, form: Form) -> tuple[str, ...]:
        """Words that are left and are neither names nor ways of asking: a period, a payee, a part, a place.

        What is asked for then is not the whole item. A name in quotes or brackets says itself what is meant.
        """
        if any(mention.words in reading.bracketed for mention in outright(reading)):
            return ()
        rest = words().forms[form].sub(GONE, reading.mask) if form in words().forms else reading.mask
        rest = without(rest, words().funds, words().natures, words().stages)
        if form == "average":
            rest = _COUNTED.sub(GONE, rest)
        for parts in words().parts.values():
            for pattern in parts.values():
                rest = re.sub(f"(?:{pattern.pattern})[护维费]*", GONE, rest)
        return tuple(run for run in residues(rest) if len(run) >= 2)

    def _by_use(self, reading: Reading, form: Form, view: AccountView) -> Mention | None:
        """The item that the question names by what it is spent on (请中介做审计), in place of all that it names."""
        if prose_unit_in(reading.mask) not in ("", "%", MONEY_UNITS) or self._part_named(reading):
            return None
        asked = words().forms[form].sub(GONE, reading.text) if form in words().forms else reading.text
        asked = _SPENT.sub(GONE, without(asked, words().funds, words().stages))
        name = find_by_use(view, asked, of_amount=form != "reason")
        said = content_words(asked).strip(GONE)
        start = reading.text.find(said.split(GONE)[0]) if name else 0
        return Mention(start, start + len(said.split(GONE)[0]), said.replace(GONE, ""), name, "item", fuzzy=True) if name else None

    def _is_doubtful(self, reading: Reading, form: Form, items: list[Item]) -> bool:
        """True where words that nobody knows stand at what was found, and may make it another thing."""
        if not items or any(mention.words in reading.bracketed for mention in outright(reading)):
            return False
        if self._unexplained(reading, form):
            return True
        listed = form in ("sum", "difference", "multiple")  # each of several must be understood
        text = reading.text
        if form == "place":
            text = words().forms["place"].sub(lambda match: GONE * len(match.group()), text)
        return self._has_torn_name(reading) or any(
            left_residue(text, reading.mentions, m)
            or ((listed or form == "figure") and right_residue(text, reading.mentions, m))
            for m in (reading.mentions if listed else reading.mentions[:1])
            if m.kind not in ("table", "code") and m.words not in reading.quoted
        )
