"""From a question to a plan: scope, names, form, columns, units. Rules only; the words are in the vocabulary.

The classes build on each other: documents, items, forms, conversation, understood, points, before, terms, across, Planner. A question
for several numbers is also planned part by part (`parts.py`). A new
form of question is a branch in `Planner._form` and, where it needs more than a line, a method in `forms.py`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from assistant import prose
from assistant.mentions import (
    find_fuzzy,
    find_mentions,
    find_mistyped,
    masked,
    residues,
    without,
)
from assistant.model import Form, Item, Plan, Term
from assistant.planning.across import Across
from assistant.planning.backwards import turned_back
from assistant.planning.claims import find_claim
from assistant.planning.conversation import named_question
from assistant.planning.documents import CHOICES
from assistant.planning.english import from_english, is_english
from assistant.planning.forms import without_scope
from assistant.planning.joined import parted
from assistant.planning.languages import reworded, simplified, with_digits
from assistant.planning.narrated import told_in_words
from assistant.planning.parts import parts_of
from assistant.planning.question import (
    LAST_YEAR,
    MORE_BY,
    POINTS,
    Reading,
    ids_of,
    in_budget_table,
    nature_of,
    prose_unit_in,
    reread,
    stage_in,
    untold,
    with_mentions,
    without_funds,
)
from assistant.planning.tables import ABOUT, tables_asked
from assistant.planning.terms import OFF
from assistant.planning.wholes import of_balance, of_whole
from assistant.prose import find_definition
from assistant.scope import GONE, find_scope, unknown_department
from assistant.selection import printed_budget, select
from assistant.vocabulary import MONEY_UNITS, words
from ingest.model import Account
from ingest.text import plain, squeeze
from prompts import say, speaking

_QUOTES = re.compile(r"[“”\"'‘’「」《》〈〉]")
_LEVEL = re.compile("[（(][类款项][）)]")
"""城管执法（项）: the level of a subject, which its name says already."""
_IN_WORDS = re.compile(r"(?<!\d)([23]\d\d)类(\d\d)款?(?:(\d\d)项)?(?!\d)")
"""302类09款, 类、款 and 项 of a code each with its word."""
_PREFACE = re.compile("^(?!.*[局委办部院厅处所馆会][^：:]{0,6}[：:])[^：:，,。？?\\d]{2,14}[：:](?=.{6})")
"""What a question begins with that says why it is asked (依申请公开要用：)."""
_NEXT_YEAR = re.compile("(?:下一?|后一|第二)年(?![级初])|次年|转年|(?:又|再)?过了?一年")
"""The year after the one that a conversation is about."""
_BRACKETS = re.compile(r"[（）()\[\]【】?]")
_BOTH_STAGES = re.compile("预算(?:数)?(?:是|为|有)?(?:多少|几).*(?:决算|实际|执行)(?:数)?(?:了|是|为|有)?(?:多少|几)(?!.*差)|(?:预算|决算)数?(?:和|与|、)(?:预算|决算)数?(?:分别|各|都)")
_ASKS_BASE = re.compile(
    "(?:那么?|该|应该?|到底)(?:是|为)?多少$"
    f"|(?:{GONE}|上年|去年|前一年)(?:那会儿?|那年|当时|那时候?|的时候|到底|究竟|原来|原先|应该|应当|大概|一共|总共|的|又|则|实际)*(?:是|为|花了?|有|用了?)?(?:多少|几)(?:钱|[亿万]?元)?$"
)
"""A change is told, and what it started from is asked for (比2023年少了三成，2023年到底花了多少)."""
_THAT_AGAINST = re.compile("(?:那么?)?(?:它|这个|这项|这笔|那个|那项|前者)?比(?!上年|去年|前一年|年初|预算)")
_WHICH_ROW = re.compile("哪一?[项个类款些种](?!部门|单位|局|年)|什么(?:支出|收入|项目|科目)")
"""Which row changed the most: not computed."""
_WHICH_PLACE = re.compile("排(?:名|在|到)?第?几(?:名|位)?|第几[名位大]|排名(?:如何|怎么?样|多少)")
"""The place of one among others: not computed."""
_WHOLE_ALONE = re.compile("占(?:了|到|去|全部|整个|当年)*$")
"""Before the only name of a share: it is the whole, and the part was not understood."""
_EACH_OF = re.compile("^(?!.*预算.*决算|.*决算.*预算).*[和与及].*(?:各|分别)(?:为|是|有)?(?:多少|几)")
"""Several are asked for, each by itself."""
_OF_ONE: tuple[Form, ...] = ("share", "completion", "growth", "average", "last-year", "reason", "overrun", "multiple")
"""Forms that are answered of one department: of several that are named none is left out without a word."""
_PRONOUN = re.compile("它|这[个项笔]|那[个项笔]|该项")
_RELATIVE = re.compile("去年(?!.{0,4}(?:多|少|增|减|涨|降|相比))|今年|本年度(?!收入|支出|合计)")
_TWICE = re.compile("(?P<other>[\u4e00-\u9fff]{2}[局委办厅部])[（(](?P<name>[\u4e00-\u9fff]{2,}[局委办厅部])[）)]")
_OF_FUND = re.compile("(?<=预算|拨款|基金|经营)的(?=支出|收入)")
"""政府性基金的支出 is 政府性基金支出."""
_PER_YEAR = re.compile("每年|年均|年平均|平均一年|一年平均")
_SINCE_LAST = re.compile("同比|[比较与跟和](?:上|去|前)一?年")
_ASKS_IN_ENGLISH = re.compile(r"\bhow (?:many|much)\b")
_IN_POINTS = re.compile("(?:多少|几)个?百分点")
_TRAIL = 6
"""Items of earlier questions that a conversation remembers."""
_APART = re.compile(r"(?<=\d)(?:\s+(?=\d)|[、，,;；/]\s*(?=[23]\d{4,6}(?!\d)))")
"""Blanks between numbers, and what lists codes: they are two."""
_CLASS = re.compile("(?:科目|[项款类])$")
_UNCLAIMED = ("refuse", "clarify", "reason", "definition", "passage")
"""Forms whose answers no claim can be compared with."""
_UNDERSTOOD_NOT: tuple[Form, ...] = ("refuse", "prose-figure", "passage")
"""Forms of questions that cells alone do not answer: they may calculate with what the text states."""
_TRIED = 12
"""Accounts in whose glossaries a term is looked up at most, where none is named."""
_NAMED = 5
"""Characters of a name that only one department's text has from which on that department is meant."""
_LONG = 4
"""Characters of unknown words from which on they are likelier a name that was not understood than a way of asking."""


class Planner(Across):
    """Makes plans over what is loaded."""

    def plan(self, question: str, previous: Plan | None = None) -> Plan:
        """The plan for a question; `previous` is the plan of the question before it in a conversation."""
        told: dict[str, Any] = {}
        asked = with_digits(simplified(unicodedata.normalize("NFKC", question)))
        said, english = asked, is_english(asked)
        if english:
            asked, told["language"] = from_english(asked, self.library.departments.names), "en"
        else:
            asked = reworded(asked)
        figure, reason = parted(asked)
        if reason:
            asked, told["reason_too"] = figure, reason
        elif (claimed := find_claim(asked, "" if english else said)) and claimed.several:
            plan = self._plan(asked, previous)
            told |= {"form": "refuse", "reason": "item", "words": say("what_of_claims")}
            return plan.model_copy(update=told) if plan.form not in ("refuse", "clarify") else plan
        elif claimed:
            asked, told["claim"] = claimed.question, claimed.claim
        if previous and previous.form == "several":
            previous = previous.parts[-1]
        plan = told_in_words(self._plan(asked, previous))
        if english and len(_ASKS_IN_ENGLISH.findall(question.lower())) > 1 and len(plan.items) < 2 and plan.form not in ("refuse", "clarify"):
            with speaking("en"):
                plan = untold([self.library.account(one) for one in plan.accounts], say("what_of_numbers"))
        if plan.form != "clarify" and "claim" not in told and (parts := self._each(asked, previous)):
            plan = plan.model_copy(update={"parts": parts}) if plan.form != "refuse" else _several(parts)
        if plan.form in _UNCLAIMED:
            told.pop("claim", None)
            told.pop("reason_too", None)
        return plan.model_copy(update=told) if told else plan

    def _each(self, question: str, previous: Plan | None) -> tuple[Plan, ...]:
        """A plan for each number that the question asks for, one going on with the other; empty where it asks for one."""
        plans: list[Plan] = []
        for part in parts_of(question):
            plans.append(self.plan(part, previous))
            previous = plans[-1] if plans[-1].form not in ("refuse", "clarify") else previous
        return tuple(plans)

    def _plan(self, question: str, previous: Plan | None, typed_right: bool = False) -> Plan:
        """The plan of one question.

        :param typed_right: True where a department's name has been put right in it, which is done once.
        """
        patterns = words().single
        question = _PREFACE.sub("", question)
        question = _APART.sub("，", question)
        question = _IN_WORDS.sub(lambda code: "".join(filter(None, code.groups())), question)
        if previous and len(previous.accounts) == 1 and not previous.across:
            question = _NEXT_YEAR.sub(f"{self.library.account(previous.accounts[0]).year + 1}年", question)
        raw = _BRACKETS.sub("，", self._named_once(_LEVEL.sub("", _QUOTES.sub("", squeeze(question)))))
        self._asked = plain(raw)
        if not plain(raw):
            return Plan(form="refuse", reason="off-topic")
        if patterns["off_topic"].search(raw) or patterns["opinion"].search(raw):
            return Plan(form="refuse", reason="off-topic", words=question)
        for other in self.library.others:  # a document of another kind is meant only by its whole title
            title = plain(other.department)
            if len(title) >= _LONG and title in self._asked:
                return Plan(form="passage", accounts=(other.id,), words=self._asked.replace(title, ""))
        before, told = self._spoken_so_far(previous)
        scope = find_scope(raw, self.library.departments, self._is_name, self._has_item, before, told)
        unheard_of = not typed_right and (scope.unknown or unknown_department(plain(scope.text)))
        if unheard_of and (typed := self.library.departments.mistyped(raw)):
            right, run, department = typed
            plan = self._plan(right, previous, typed_right=True)
            return plan.model_copy(update={"notes": (*plan.notes, say("note_mistyped", typed=run, name=department))})
        if turned := turned_back(raw, scope, self.library.departments):
            back = self._plan(turned[0], previous)
            if back.form not in ("figure", "prose-figure"):  # this year's figure is not what was asked for
                return back.model_copy(update={"notes": (*back.notes, say("note_backwards", year=turned[1]))})
        if previous and previous.form == "clarify" and scope.place and (one := self._in_place(previous, scope, raw)):
            return self.plan(named_question(previous.words, [one]), None)
        chosen, doubt = self._accounts(scope, raw, previous)
        if doubt:
            return doubt
        view = self.library.view(chosen[0].id)
        text = of_whole(_OF_FUND.sub("", plain(scope.text)))
        text = of_balance(text, of_item=bool(previous and len(previous.items) == 1 and previous.items[0].row is None))
        mentions = without_funds(find_mentions(text, view))
        quoted = tuple(plain(match) for match in re.findall(r"[“\"「『‘]([^”\"」』’]{2,30})[”\"」』’]", question))
        bracketed = tuple(_CLASS.sub("", plain(match)) for match in re.findall(r"[（(]([^）)]{2,30})[）)]", question))
        reading = Reading(text, scope, mentions, masked(text, mentions), quoted, bracketed)
        unknown = unknown_department(reading.mask) or self._torn_department(reading)
        if unknown:
            return self._unknown(unknown)
        if previous and previous.form == "clarify" and len(previous.accounts) > 1 and not scope.named:
            previous = None
        across = self._is_across(reading)
        one_named = scope.named and not scope.shared and not scope.place
        if previous and previous.across and not one_named and self._is_follow_up(reading, previous):
            return self._across_again(reading, previous)
        if previous and previous.across and one_named:
            previous = self._of_one(previous, chosen[0])
        if across and previous and self._of_those_before(reading, previous):
            across = False  # 三家加起来, 哪家高: of what was asked about before
        if across and not one_named and (scope.place or len(scope.departments or self.library.departments.names) > 1):
            return self._across(reading, chosen)
        if scope.shared and len(chosen) > 1:
            chosen = self._spoken_of(chosen, previous)
            if len({account.department for account in chosen}) > 1:
                return self._which_of(reading, chosen)
        if not scope.named and not previous and self._form_of(reading) == "definition":
            chosen = self._explaining(reading, chosen)
        elif not scope.named and not previous and len({a.department for a in chosen}) > 1:
            return self._which_department(reading, chosen)
        several = len({account.department for account in chosen}) > 1 and reading.scope.named
        form = self._form_of(reading)
        two_compared = len(chosen) == 2 and (form == "multiple" or POINTS.search(reading.text))
        if several and form in _OF_ONE and not two_compared:
            of_one_year = len({account.year for account in chosen}) == 1 or bool(scope.pairs)
            return self._across(reading, chosen) if of_one_year else self._which_of(reading, chosen)
        if several and form == "ranking" and not any(mention.kind != "table" for mention in reading.mentions):
            return self._stated_across(reading, chosen, form) or self._which_of(reading, chosen)
        plan = self._form(reading, chosen, previous)
        if plan.form in _UNDERSTOOD_NOT and not (plan.items and plan.stage in OFF):
            goes_on = self._on_aim_before(reading, previous) if previous else reading
            plan = self._with_terms(goes_on, chosen, self._options(reading)) or self._not_compared(reading, plan)
        if plan.form not in ("refuse", "clarify") and not plan.across and self._leaves_out_one_named(reading, plan):
            return untold(chosen, reading.text)
        trail = (*previous.trail, *previous.items)[-_TRAIL:] if previous else ()
        stated = previous.told if previous else ()
        if plan.form == "prose-figure" and len(plan.accounts) == 1 and not plan.terms and plan.stage in ("", "决算数"):
            asked = Term(words=plan.words, units=plan.prose_unit, account=plan.accounts[0], stage=plan.stage, asked=True)
            stated = (*stated, asked)[-_TRAIL:]
        return plan.model_copy(update={"trail": trail, "told": stated}) if trail or stated else plan

    def _spoken_so_far(self, previous: Plan | None) -> tuple[list[str], int]:
        """The departments that the conversation is about, and of how many years it has told figures."""
        if previous is None or previous.across:
            return [], 0
        asked = [*previous.accounts, *(item.account for item in previous.trail), *(term.account for term in previous.told)]
        accounts = [self.library.account(one) for one in dict.fromkeys(asked) if one]
        departments = list(dict.fromkeys(self.library.account(one).department for one in previous.accounts))
        return departments, len({account.year for account in accounts})

    def _leaves_out_one_named(self, reading: Reading, plan: Plan) -> bool:
        """True where a question names a department, or for a figure several years, of which the plan has no account."""
        if not reading.scope.named or reading.scope.shared:
            return False
        ids = {*plan.accounts, *(item.account for item in (*plan.items, *plan.bases)), *(term.account for term in plan.terms if term.account)}
        accounts = [self.library.account(one) for one in ids]
        years = set(reading.scope.years) if len(reading.scope.years) > 1 and plan.form in ("figure", "sum") else set()
        return bool(set(reading.scope.departments) - {a.department for a in accounts} or years - {a.year for a in accounts})

    def _named_once(self, question: str) -> str:
        """The question with the name that is loaded where a department is named twice (环保局（生态环境局）)."""
        for twice in _TWICE.finditer(question):
            ends = [any(name.endswith(said) for name in self.library.departments.names) for said in twice.groups()]
            if ends == [False, True]:
                return question.replace(twice.group(), twice["name"])
        return question

    def _explaining(self, reading: Reading, chosen: list[Account]) -> list[Account]:
        """The first account whose glossary explains what is asked: definitions hardly differ between departments."""
        names = [mention.words for mention in reading.mentions]
        tried = chosen[:_TRIED]
        return [next((a for a in tried if find_definition(self.library.view(a.id), reading.text, names)), chosen[0])]

    def _which_department(self, reading: Reading, chosen: list[Account]) -> Plan:
        """Several departments could be meant: ask, unless the question is about nothing that an account holds."""
        finance = words().single["finance"].search(reading.text) or reading.mentions or _PRONOUN.match(reading.text)
        if not finance and not re.search(r"职责|职能|单位|机构|绩效|热线|科室", reading.text):
            return Plan(form="refuse", reason="off-topic", words=reading.text)
        if len(chosen) > CHOICES:
            return self._which_of(reading, chosen)
        if telling := self._telling(reading, chosen):
            plan = self._plan(named_question(reading.text, telling[:1]), None)
            return plan.model_copy(update={"notes": (*plan.notes, say("note_only_department", name=telling[0].department))})
        holding = []
        for account in chosen:
            view = self.library.view(account.id)
            items = self._items(reread(reading, view), view)
            if not items or any(select(view, item).fact for item in items):
                holding.append(account)
        options = holding or chosen
        return Plan(
            form="clarify",
            accounts=tuple(account.id for account in options),
            options=tuple(dict.fromkeys(account.department for account in options)),
            words=reading.text,
            dated=bool(reading.scope.years),
        )

    def _telling(self, reading: Reading, chosen: list[Account]) -> list[Account]:
        """The accounts of the one department whose text has what the question names (城市照明节能改造项目); none otherwise."""
        runs = prose.content_words(reading.mask).split(GONE)
        pieces = {run[at : at + _NAMED] for run in runs for at in range(len(run) - _NAMED + 1)}
        told: dict[str, list[Account]] = {}
        for account in chosen if pieces else ():
            text = "".join(plain("".join((passage.text, *passage.heading))) for passage in self.library.view(account.id).passages)
            if any(piece in text for piece in pieces):
                told.setdefault(account.department, []).append(account)
        return next(iter(told.values())) if len(told) == 1 else []

    def _compared_year(self, reading: Reading, account: Account, unit: str) -> Account | None:
        """The account of an earlier year, if one is loaded and what the text states of both years is to be compared.

        That is so where the question names that year, or asks for a change since last year that the text does not state.
        """
        if reading.scope.base_year:
            return self.library.of_year(account, reading.scope.base_year)
        if not _SINCE_LAST.search(reading.text) or prose.find_statement(self.library.view(account.id), reading.text, unit, "增减"):
            return None
        return self.library.of_year(account, account.year - 1)

    def _form(self, reading: Reading, chosen: list[Account], previous: Plan | None) -> Plan:
        view = self.library.view(chosen[0].id)
        form = self._form_of(reading)
        if chosen[0].is_budget and form == "completion":
            form = "share"  # a budget's 占预算的百分之几 is a share of it
        follows = previous is not None and self._is_follow_up(reading, previous)
        if previous and (of_another := self._same_of_another(reading, chosen, previous)):
            return of_another
        if previous and (again := self._of_told_before(reading, chosen, previous, form)):
            return again
        if form == "multiple" and previous and (times := self._times_before(reading, chosen, previous)):
            return times
        if form == "share" and previous and len(previous.items) == 1 and (shared := self._shared_before(reading, chosen, previous)):
            return shared
        if previous and len(previous.items) == 1 and (less := self._less_than_before(reading, chosen, previous)):
            return less
        if follows and previous:
            return self._follow(reading, chosen, previous, form)
        options = self._options(reading)
        over_time = bool(reading.scope.base_year or LAST_YEAR.search(reading.text))
        if "结余了" in reading.text and "预算" in reading.text:
            form = "difference"
        shares_of_two_years = reading.scope.base_year and re.search("占比|比重|份额|占.*比例", reading.text)
        if POINTS.search(reading.text) or shares_of_two_years:
            of_rates: Form = "completion" if words().forms["completion"].search(reading.mask) else "share"
            apart = self._points(reading, chosen, of_rates, options)
            refused = untold(chosen, say("what_of_points"))
            return apart or self._with_terms(reading, chosen, options) or refused
        if form == "growth" and reading.scope.base_year and _ASKS_BASE.search(reading.text):
            form = "last-year"
        if form == "growth" and re.search("哪一?个?年", reading.text):
            return untold(chosen, say("what_year_changed"))
        if form == "ranking" and (place := _WHICH_PLACE.search(reading.text)):
            return untold(chosen, place.group())
        if form == "growth" and _WHICH_ROW.search(reading.text):
            return untold(chosen, say("what_row_changed"))
        if source := self._source_named(reading):
            return untold(chosen, source)
        if part := self._part_named(reading):
            whole = next((m.words for m in reading.mentions if m.kind != "table"), "")
            limited = part if whole in part else f"{part}的{whole}"
            return untold(chosen, limited)
        if not reading.scope.years and (said := _RELATIVE.search(reading.text)):
            options["notes"] = (*options.get("notes", ()), say("note_relative", word=said.group(), year=chosen[0].year))
        if "表" in reading.text and ABOUT.search(reading.text) and (kinds := tables_asked(reading.text, reading.mentions, view)):
            asked = (Item(account=chosen[0].id, name="", words="", kinds=tuple(kinds[:1])),)
            return Plan(form="place", accounts=ids_of(chosen), items=asked, words=reading.text, stage="说明", **options)
        if form == "reason" and not reading.mentions and (used := self._by_use(reading, form, view)):
            reading = with_mentions(reading, [used])
            options["by_use"] = ((used.words, used.name),)
        if form in ("reason", "definition"):
            return Plan(
                form=form,
                accounts=ids_of(chosen),
                words=reading.text,
                items=tuple(self._items(reading, view)),
                **options,
            )
        stage = "" if chosen[0].is_budget else stage_in(reading.mask)
        prose_unit = prose_unit_in(reading.mask, reading.text) if not self._is_amount(reading) else ""
        if form in ("composition", "place"):
            prose_unit = ""  # 从哪几个渠道来, 第几页: what is counted is not what is asked for
        items = [item for account in chosen for item in self._account_items(reading, account, stage)]
        if items and "元" in prose_unit:
            prose_unit = ""
        rest = without(reading.mask, words().funds)
        unknown = max((len(run) for run in residues(rest)), default=0)
        doubtful = self._is_doubtful(reading, form, items)
        budgets = form in ("ranking", "filter", "count") and stage in ("年初预算", "预算数")
        if budgets and not any(map(in_budget_table, items)) and not any(m.kind == "table" for m in reading.mentions):
            return untold(chosen, say("what_budgets"))
        if form == "figure" and items and prose.AVERAGED.search(reading.mask):
            return untold(chosen, reading.text)
        if form == "figure" and len(items) > 1 and (compound := self._compound(reading)):
            return untold(chosen, compound)
        if form == "figure" and (inside := self._part_of_itself(reading)):
            return untold(chosen, inside)
        if form == "figure" and len(items) == 1 == len(chosen) and _EACH_OF.search(reading.mask):
            return untold(chosen, reading.text)
        others = form in ("share", "sum", "multiple") and any(not m.total and not nature_of(m) for m in reading.mentions)
        if (not items or (doubtful and not others)) and (used := self._by_use(reading, form, view)):
            reading = with_mentions(reading, [used])
            items = [item for account in chosen for item in self._account_items(reading, account, stage)]
            prose_unit = "" if self._is_amount(reading) else prose_unit
            options["by_use"] = ((used.words, used.name),)
            doubtful = False
            unknown = 0
        if not items or (form != "ranking" and (unknown >= _LONG or doubtful)):
            loose = find_fuzzy(rest, view) if form != "ranking" else None
            fuzzy = find_mistyped(reading.text, reading.mentions, view) or loose
            if fuzzy and fuzzy.kind == "item":
                kept = [m for m in reading.mentions if m.end <= fuzzy.start or m.start >= fuzzy.end]
                reading = with_mentions(reading, sorted([*kept, fuzzy], key=lambda mention: mention.start))
                items = [item for account in chosen for item in self._account_items(reading, account, stage)]
                taken = say("note_mistyped", typed=fuzzy.words, name=fuzzy.name)
                options["notes"] = (*options.get("notes", ()), taken)
                doubtful = self._is_doubtful(reading, form, items)
        if (
            items
            and form in ("figure", "share", "sum", "difference")
            and (quoted := self._unknown_quote(reading, items))
        ):
            return untold(chosen, quoted)
        if form == "count" and (items or re.search("支出|收入|科目", reading.mask)) and not doubtful:
            named = self._ranking(reading, chosen, items, options)
            return named.model_copy(update={"form": "count", "words": reading.text.replace(GONE, "#")})
        if form == "filter" and (items or re.search(r"科目|项|款|类|支出|收入|费", reading.mask)):
            named = self._ranking(reading, chosen, items, options)
            return named.model_copy(update={"form": "filter", "words": reading.text.replace(GONE, "#")})
        if form == "overrun":
            return Plan(form="overrun", accounts=ids_of(chosen[:1]), words=reading.text, **options)
        if form == "average" and re.search("几个?人|多少个?人|几辆|几批", reading.text):
            return untold(chosen, reading.text)
        of_years = form == "average" and len(chosen) > 1 and _PER_YEAR.search(reading.text)
        if of_years and len(items) == len(chosen) and not doubtful:
            return Plan(form="average", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if form == "average" and len(chosen) > 1 and not items and _PER_YEAR.search(reading.text):
            return self._years_of_text(reading, chosen, form, prose_unit, options)
        if form == "average" and items and not doubtful and not of_years:
            return Plan(form="average", accounts=ids_of(chosen), items=tuple(items[:1]), words=reading.text, **options)
        if form == "average" and not items and prose_unit not in ("", MONEY_UNITS):
            form = "figure"  # 平均多少分: the text states that average
        if form in ("average", "filter", "count"):
            return untold(chosen, reading.text)
        several_years = len(chosen) > 1 and len({a.department for a in chosen}) == 1
        of_text = several_years and (not items or bool(prose_unit) or doubtful)
        counted = bool(prose_unit) and prose_unit != MONEY_UNITS
        ranked_words = reading.text if counted else reading.mask
        if form == "ranking" and of_text and (counted or not items) and prose.content_words(_bare_of_asking(ranked_words)).strip(GONE):
            return self._years_of_text(reading, chosen, form, prose_unit, options)
        over_years = words().single["all_years"].search(reading.text)
        if form == "ranking" and over_years and len(chosen) == 1 and len(items) == 1:
            options["notes"] = (say("note_one_year", year=chosen[0].year),)
            return Plan(form="figure", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if form == "ranking" and not items and counted and prose_unit not in ("%", "个|项"):  # 最低分是多少分: no row of a table
            return untold(chosen, reading.text)
        if form == "ranking" and not items and (unknown_name := self._unknown_beside_ranking(reading)):
            return untold(chosen, unknown_name)
        if form == "composition" and not items and words().single["use"].search(reading.text):
            return self._prose(reading, chosen, items, "passage", "", "", options)
        if form == "ranking" or (form == "composition" and not items and words().single["income"].search(reading.mask)):
            return self._ranking(reading, chosen, items, options)
        if form == "place" and not items and (tables := [m.name for m in reading.mentions if m.kind == "table"]):
            asked = (Item(account=chosen[0].id, name="", words="", kinds=tuple(tables)),)
            return Plan(form="place", accounts=ids_of(chosen), items=asked, words=reading.text, **options)
        if of_text and form in ("trend", "figure", "composition", "difference", "growth", "sum"):
            return self._years_of_text(reading, chosen, form, prose_unit, options)
        if form == "last-year" and (not items or doubtful):
            return Plan(form="last-year", accounts=ids_of(chosen), words=reading.text, **options)
        if doubtful and len(items) > 1 and form in ("sum", "multiple"):  # one of several was not understood
            summed = prose.content_words(reading.text).replace(GONE, "")
            return untold(chosen, summed)
        if form == "difference" and not items and not over_time and re.search("比.+[多少高低大小]于?(?:多少|几)", reading.text):
            compared = reading.text.replace(GONE, "")
            return untold(chosen, compared)
        stated_unit = "%" if _IN_POINTS.search(reading.text) else MONEY_UNITS if prose_unit in ("", "%") else prose_unit
        of_stated = not items or stated_unit != MONEY_UNITS
        if form in ("growth", "difference") and of_stated and (earlier := self._compared_year(reading, chosen[0], stated_unit)):
            of_both = self._years_of_text(reading, [chosen[0], earlier], form, stated_unit, options)
            return of_both.model_copy(update={"stage": "增减"})
        if prose_unit or not items or doubtful:
            needed = self._unexplained(reading, form) if items and reading.mentions else ()
            plan = self._prose(reading, chosen, items, form, stage, prose_unit, options)
            return plan.model_copy(update={"needed": needed}) if needed else plan
        if (
            previous
            and previous.items
            and len(items) == 1
            and re.search(r"比(?:它|这个|那个|前者|前面|刚才)", reading.text)
        ):
            return self._difference(reading, chosen, [items[0], previous.items[0]], options)
        if previous and previous.items and len(items) == 1 and _THAT_AGAINST.match(reading.text):
            return self._difference(reading, chosen, [previous.items[0], items[0]], options)
        if form == "place":
            return Plan(form="place", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if form == "last-year":
            return Plan(
                form="last-year", accounts=ids_of(chosen), items=tuple(items[:1]), words=reading.text, **options
            )
        if form == "trend":
            return Plan(form="trend", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if form == "growth" and len(items) == 1 and self._year_start(reading, items[0]):
            return self._difference(reading, chosen, items, options)
        if form in ("growth", "completion", "last-year") and len({(item.name, item.measure, item.row) for item in items}) > 1:
            return untold(chosen, say("what_of_several"))
        if form == "growth":
            since = reading.scope.base_year
            if not since and len(chosen) > 1 and len({account.department for account in chosen}) == 1:
                since = min(account.year for account in chosen)
            newest = max(chosen, key=lambda account: account.year)
            items = [item for item in items if item.account == newest.id] if since else items
            return Plan(
                form="growth",
                accounts=(newest.id,) if since else ids_of(chosen),
                items=tuple(items[:1]),
                base_year=since,
                words=reading.text,
                **options,
            )
        if form == "multiple" and len(items) == 1 and LAST_YEAR.search(reading.text):
            before = self._times_last_year(items[0])
            items = [items[0], before] if before else items
        if form == "multiple" and len(items) == 1:
            return self._alone(chosen, items[0])
        if form == "multiple":
            return Plan(form="multiple", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if form == "composition" and not items:
            return self._ranking(reading, chosen, items, options)
        if _BOTH_STAGES.search(reading.text) and len(items) == 1 and not in_budget_table(items[0]):
            return Plan(
                form="prose-figure", accounts=ids_of(chosen), items=tuple(items), stage="预算和决算", words=reading.text,
                **options,
            )  # fmt: skip
        both = re.search(r"预算", reading.mask) and re.search(r"决算|实际|花了|用了|支出了", reading.mask)
        if both and len(items) == 1 and in_budget_table(items[0]) and form in ("figure", "composition"):
            items = [items[0].model_copy(update={"measure": measure}) for measure in ("预算数", "决算数")]
            return Plan(form="figure", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if form == "figure" and len(items) == 1 and not in_budget_table(items[0]) and (printed := printed_budget(self.library.view(items[0].account), items[0], stage)):
            return Plan(form="figure", accounts=ids_of(chosen), items=(printed,), words=reading.text, **options)
        budgeted = stage in ("年初预算", "预算数") and not in_budget_table(items[0]) and form != "difference"
        if form == "completion" or budgeted:
            return Plan(
                form="completion" if form == "completion" else "prose-figure",
                accounts=ids_of(chosen),
                items=tuple(items[:1]),
                stage=stage,
                words=reading.text,
                **options,
            )
        if form == "share" and options["top"]:
            ranked = self._ranking(reading, chosen, items, options)
            return ranked.model_copy(update={"form": "share", "base": items[-1] if len(items) == 1 else None})
        if form == "share" and len(items) == 1 and reading.mentions and _WHOLE_ALONE.search(reading.mask[: reading.mentions[0].start]):
            return untold(chosen, f"占{items[0].words}的那一项")
        if form in ("share", "difference") and MORE_BY.search(reading.text):
            if "比" not in reading.text:  # A 和 B 哪个高，高百分之几: over which of them is not said
                return untold(chosen, say("what_of_base"))
            form, options["unit"] = "difference", "%"
        if form == "share":
            return self._share(reading, chosen, items, options)
        if form == "difference":
            return self._difference(reading, chosen, items, options)
        years = {self.library.account(item.account).year for item in items}
        same = len({(item.name, item.measure, item.row) for item in items}) == 1
        if (
            form == "figure"
            and len(items) == 2
            and same
            and len(years) == 2
            and re.search(r"[增减升降涨跌]|多了|少了|变", reading.mask)
        ):
            return self._difference(reading, chosen, items, options)
        several = len({item.account for item in items}) > 1 and not re.search("分别|各", reading.text)
        if form == "figure" and several and re.search("合计|一共|总共|加起来|总额|总计", reading.text):
            form = "sum"  # 项目支出合计 of several departments: the word belongs to the name, and means the sum
        if form == "figure" and len(items) > 1 and self._added(reading):
            form = "sum"  # 水费加电费
        if form == "sum" and len(items) > 1:
            items = without_scope(reading, items)
            return Plan(form="sum", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        if form == "composition" and len(items) == 1:
            return Plan(form="composition", accounts=ids_of(chosen), items=tuple(items), words=reading.text, **options)
        return Plan(
            form="figure", accounts=ids_of(chosen), items=tuple(items), words=reading.text, stage=stage, **options
        )


def _several(parts: tuple[Plan, ...]) -> Plan:
    """The plan of a question of which only the parts were understood; what was not, refuses the whole."""
    refused = next((part for part in parts if part.form in ("refuse", "clarify")), None)
    return refused or parts[-1].model_copy(update={"form": "several", "parts": parts})


def _bare_of_asking(text: str) -> str:
    """The text without the words of ranking and of years."""
    return re.sub(r"哪一?个?年度?|最[多少高低大小]|的?年份|金额|多少", GONE, text)


__all__ = ["Planner"]
