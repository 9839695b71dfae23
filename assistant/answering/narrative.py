"""Answers quoted from the narrative: stated numbers, reasons, definitions, passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from assistant import calculator, prose
from assistant.answering.base import Base, comma
from assistant.citing import mark
from assistant.library import AccountView
from assistant.model import Answer, Figure, Operand, printed
from assistant.search import Hit, Search, search_of
from assistant.search.sentences import Found, best_sentence, support
from assistant.sought import has_asked, has_event, is_cause, may_hold, sought
from ingest.model import Passage, Sentence, Statement
from prompts import say

_NEAREST = 2
"""Passages that are shown where none answers."""
_AGAINST_BUDGET = re.compile("(?:超|低于|高于|少于|多于|小于|大于|突破|没达到)[出过了]*(?:年初|全年)?预算|比(?:年初|全年)?预算|(?:为什么|为何|怎么|为啥)(?:会)?(?:有)?(?:结余|剩)")
_NEAR = 80
"""Characters before a reason in which what it is of is said."""
_SHOWN = 120
"""Characters up to which the nearest sentence is quoted in the refusal."""
_UNKNOWN = 4
"""Characters that the narrative nowhere has, from which on another thing is asked for."""
_HAS_TO_DO = 0.85
"""Cosine from which on a passage is shown to a question that is about nothing known; known questions off topic stay below."""
_GIVEN = re.compile(r"\d+(?:\.\d+)?[件辆条个批场次项家人名份册盏张%]")
"""Numbers that a question names itself: they are not what it asks for."""
_NARRATED = ("section", "duties", "units")
_MONEY, _INDICATOR = re.compile("[钱费]|支出|预算|决算|经费|[花省]了"), re.compile("目标|达标|指标|率|任务|完成|没能|没有?做")
_OF_INDICATOR = re.compile("未达标|偏差原因|目标值")


def _joined(sentences: Sequence[Sentence]) -> Sentence:
    """Sentences as one, with all their places."""
    places = dict.fromkeys(place for sentence in sentences for place in sentence.places)
    return Sentence("".join(sentence.text for sentence in sentences), tuple(places))


def _is_on(found: Found, names: list[str]) -> bool:
    """True where a sentence, its heading or its passage up to it names one of the items, and not as a part of another."""
    before = found.passage.text.partition(found.sentence.text)[0]
    told = "".join(found.passage.heading[-2:]) + before + found.sentence.text
    return prose.is_about(names, told) and not prose.of_another(names, found.passage)


def _of_indicator(question: str, text: str) -> bool:
    """True where a text tells why an indicator was missed, and the question is about money."""
    return bool(_MONEY.search(question) and not _INDICATOR.search(question) and _OF_INDICATOR.search(text))


def _tells_reason(question: str, passage: Passage, sentence: Sentence) -> bool:
    """True where the sentence tells what is asked, and its passage has that of which the reason is asked."""
    kind = sought(question)
    about = "".join(passage.heading[-1:]) + passage.text
    before = passage.text.partition(sentence.text)[0]
    if _AGAINST_BUDGET.search(question) and "预算" not in before[-_NEAR:] + sentence.text:
        return False
    if _of_indicator(question, sentence.text):
        return False
    if is_cause(question, sentence.text, "".join(passage.heading[-1:]) + before):
        return False
    return kind is None or (kind.told(sentence.text, question) and has_event(question, about))


def _is_actual_of(statement: Statement, names: Sequence[str]) -> bool:
    return statement.measure == "决算数" and any(prose.names_subject(statement, name) for name in names)


class Narrative(Base):
    """Forms answered in the words of the document."""

    def _stated(self, view: AccountView, statement: Statement) -> Answer:
        value = statement.value
        number = self.citations.sentence(view, statement.sentence, printed(value), statement.unit, statement.text)
        self.sign = {"增加": 1, "增长": 1, "减少": -1, "下降": -1, "持平": 0}.get(statement.direction)
        if statement.direction == "持平":
            return Answer(
                status="answered",
                text=say("stated", whose=self._whose(view), quote=statement.sentence.text, mark=mark(number)),
                value="0",
                unit=None,
            )
        change = statement.measure in ("增减额", "增减率")
        subject = statement.subject or "该项"
        name = (
            f"{subject}{statement.measure}"
            if statement.measure in ("年初预算", "预算数", "占比", "完成率", "目标值", "实际值")
            else subject
        )
        operand = Operand(name=f"{self._who(view)}{name}", value=printed(value), unit=statement.unit, citation=number)
        working = self._work(lambda figure: figure, [operand], calculator.places_of(value))
        shown, unit = working.shown, working.unit
        values = {
            "who": self._who(view),
            "name": name,
            "value": comma(shown) + " ",
            "unit": unit,
            "mark": mark(number),
            "quote": statement.sentence.text,
        }
        text = (
            say("stated_change", **values, direction=statement.direction) if change else say("stated_value", **values)
        )
        self._year_note(view)
        return Answer(
            status="answered",
            text=text,
            value=printed(shown),
            unit=unit,
            calculation=working.calculation(operand.name),
        )

    def _quoted(self, view: AccountView, quote: str, sentences: Sequence[object]) -> Answer:
        numbers = [self.citations.sentence(view, sentence) for sentence in sentences]  # type: ignore[arg-type]
        return Answer(status="answered", text=say("passage", whose=self._whose(view), quote=quote, mark=mark(*numbers)))

    def _reason(self) -> Answer:
        view = self._first_view()
        names = [item.name if item.row is None else item.words for item in self.plan.items]
        found = prose.find_reason(view, self.plan.words, names)
        if found is None or not _tells_reason(self.plan.words, *found):
            supported = self._found(view)
            text = supported.sentence.text if supported else ""
            other = prose.of_other_comparison(self.plan.words, text) or _of_indicator(self.plan.words, text)
            if supported is None or other or (names and not _is_on(supported, names)):
                what = names[0] if names else prose.content_words(self.plan.words).replace("\x00", "") or say("what_asked")
                return self._unfound(view, f"{what}的原因")
            found = supported.passage, supported.sentence
        passage, sentence = found
        at = passage.sentences.index(sentence)
        lead = passage.sentences[max(0, at - 1) : at] if len(sentence.text) < 60 else ()

        quoted = Sentence(
            "".join(s.text for s in (*lead, sentence)),
            tuple(dict.fromkeys(p for s in (*lead, sentence) for p in s.places)),
        )
        number = self.citations.sentence(view, quoted)
        return Answer(status="answered", text=say("reason", who=self._who(view), quote=quoted.text, mark=mark(number)))

    def _stated_parts(self, view: AccountView, parts: Sequence[Statement]) -> Answer:
        """Several numbers that one sentence states, in the order of the question."""
        operands = []
        for part in parts:
            cited = self.citations.sentence(view, part.sentence, printed(part.value), part.unit)
            operands.append(Operand(name=part.subject, value=printed(part.value), unit=part.unit, citation=cited))
        figures = tuple(Figure(label=o.name, value=o.value, unit=o.unit, citation=o.citation) for o in operands)
        calculation = self._listed("list", say("list_formula"), operands, as_printed=True)
        text = say("figures", who=self._who(view), list=self._in_words(figures))
        return Answer(status="answered", text=text, figures=figures, calculation=calculation)

    def _with_reason(self, made: Answer) -> Answer:
        """The answer followed by the reason that the document states; a note where it states none."""
        view = self._first_view()
        names = [item.name if item.row is None else item.words for item in self.plan.items]
        found = prose.find_reason(view, self.plan.words + self.plan.reason_too, names)
        if found is None:
            self.notes.append(say("note_no_reason"))
            return made
        passage, sentence = found
        number = self.citations.sentence(view, sentence)
        said = say("reason", who=self._who(view), quote=sentence.text, mark=mark(number))
        spoken = next((s for s in view.statements if s.passage == passage.id and _is_actual_of(s, names)), None)
        if spoken and made.unit in calculator.YUAN and self.plan.form == "figure":
            told = calculator.convert(Fraction(spoken.value), spoken.unit, made.unit)
            if made.value is not None and told != Fraction(made.value):
                cited = self.citations.sentence(view, spoken.sentence, printed(spoken.value), spoken.unit, spoken.text)
                value = comma(spoken.value)
                self.notes.append(say("note_reason_of", value=value, unit=spoken.unit, mark=mark(cited)))
        return made.model_copy(update={"text": f"{made.text}{said}"})

    def _definition(self) -> Answer:
        view = self._first_view()
        entry = prose.find_definition(view, self.plan.words, [item.words for item in self.plan.items])
        if entry is None and prose.find_section(view, self.plan.words):
            return self._passage()
        if entry is None:
            names = [item.words for item in self.plan.items]
            reason = prose.find_reason(view, self.plan.words, names) if "解释" in self.plan.words else None
            return (
                self._reason() if reason else self._nothing(view, f"{names[0] if names else '该词'}的名词解释", "item")
            )

        whole = Sentence(entry.text, tuple(dict.fromkeys(place for s in entry.sentences for place in s.places)))
        number = self.citations.sentence(view, whole)
        return Answer(
            status="answered", text=say("definition", whose=self._whose(view), quote=entry.text, mark=mark(number))
        )

    def _passage(self, counted: bool = False) -> Answer:
        """A whole section or the sentence that answers; `counted` if the question wants a number."""
        view = self._first_view()
        money = counted and ("元" in self.plan.prose_unit or not self.plan.prose_unit)
        whole_asked = not (self.plan.needed or self.plan.items or "元" in self.plan.prose_unit)
        section = prose.find_section(view, self.plan.words) if whole_asked else None
        if section is not None:
            sentences = [s for s in section.sentences if not re.search(r"具体如下：?$", s.text)]
            whole = Sentence(
                "".join(s.text for s in sentences), tuple(dict.fromkeys(p for s in sentences for p in s.places))
            )
            if may_hold(self.plan.words, whole.text):
                return self._quoted(view, whole.text, [whole])
        if not counted and (used := self._use_of_items(view)):
            return used
        found = None if counted and self._asks_unknown(view) else self._found(view)
        number = rf"[\d一二三四五六七八九十两百千万余多]\s*(?:{self.plan.prose_unit or '.'})"
        given = _GIVEN.findall(self.plan.words)
        others = re.sub("|".join(map(re.escape, given)) or "$^", "", found.sentence.text) if found else ""
        of_them = found is not None and all(one in found.sentence.text for one in given)
        if found is None or (counted and (money or not of_them or not re.search(number, others))):
            if self.plan.reason == "off-topic" and not self.plan.items and not self._is_near:
                return Answer(status="refused", text=say("refuse_off-topic"), reason="off-topic")
            asked = self.plan.words.replace("\x00", "") if sought(self.plan.words) else self._words_left()
            return self._unfound(view, asked)
        return self._quoted(view, found.sentence.text, [found.sentence])

    def _told_use(self) -> Answer | None:
        """What the narrative says an item is used for or made up of; None where it does not."""
        view = self._first_view()
        if used := self._use_of_items(view):
            return used
        kind = sought(self.plan.words)
        found = self._found(view) if kind and kind.says else None
        return self._quoted(view, found.sentence.text, [found.sentence]) if found else None

    def _note_use(self, said: str, name: str) -> None:
        """How words for what an item is spent on were understood, with the sentence that tells it."""
        view = self._first_view()
        used = prose.find_use(view, [name])
        told = mark(self.citations.sentence(view, used)) if used else ""
        self.notes.append(say("note_by_use", words=said, name=name, mark=told))

    def _use_of_items(self, view: AccountView) -> Answer | None:
        """What the text says the item is used for whose use the question asks for, and not that of a part of it."""
        kind = sought(self.plan.words)
        if kind is None or kind.name != "purpose" or self.plan.needed:
            return None
        used = prose.find_use(view, [item.name for item in self.plan.items if item.row is None])
        return self._quoted(view, used.text, [used]) if used else None

    def _found(self, view: AccountView) -> Found | None:
        """The sentence that answers; None where what speaks for the best one is not enough."""
        found = best_sentence(self._search, view, self.plan.words)
        if found is None or not support().holds(found):
            return None
        said = found.sentence.text + "".join(found.passage.heading[-1:])
        part = prose.part_inside(self.plan.words)
        if (part and not prose.is_said(part, prose.bigrams(said))) or not prose.has_rates(self.plan.words, said):
            return None
        answers = has_asked(self.plan.words, found.sentence.text) and prose.has_words(said, self.plan.needed)
        return found if answers else None

    @property
    def _search(self) -> Search:
        return search_of(self.library) if self.vectors else Search(self.library, vectors=False)

    def _words_left(self) -> str:
        """What the question is about, as far as it is no known name."""
        return prose.content_words(self.plan.words).replace("\x00", "") or self.plan.words.replace("\x00", "")

    def _unfound(self, view: AccountView, name: str) -> Answer:
        """The refusal of what the narrative does not say, with the passages that come nearest."""
        refusal = self._nothing(view, name, "item")
        query = prose.bigrams(prose.content_words(self.plan.words))
        for hit in self._nearest:
            number = self.citations.sentence(view, _joined(hit.passage.sentences))
            heading = hit.passage.heading[-1] if hit.passage.heading else say("narrative")
            near = max(hit.passage.sentences, key=lambda s: prose.index(view).coverage(query, (prose.bigrams(s.text), 1.0)))
            said = {"heading": heading, "mark": mark(number), "quote": near.text}
            self.notes.append(say("note_nearest" if len(near.text) <= _SHOWN else "note_nearest_long", **said))
        return refusal

    def _asks_unknown(self, view: AccountView) -> bool:
        """True where what is counted has words of which the narrative has none (噪音扰民投诉)."""
        runs = prose.content_words(self.plan.words).split("\x00")
        return any(prose.index(view).unknown(run) >= _UNKNOWN for run in runs)

    @cached_property
    def _nearest(self) -> list[Hit]:
        """The passages that come nearest to the question."""
        return self._search.passages(self.plan.words, self.plan.accounts[:1], _NEAREST, _NARRATED)

    @property
    def _is_near(self) -> bool:
        """True where some passage has to do with the question."""
        return bool(self._nearest) and self._nearest[0].cosine >= _HAS_TO_DO
