"""Form: tables that are missing or empty, what the official form left behind, missing units, dates, names of codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.checks.pieces import sections, sentences
from assistant.checks.raised import Raised, Severity, rules
from assistant.checks.shown import DIGITS, shown
from assistant.library import AccountView
from ingest import catalogue
from ingest.model import Sentence
from ingest.text import plain, squeeze
from prompts import say

_PLACEHOLDER = re.compile(r"[XＸ×]{2,}(?![a-z0-9])|○○|〇〇|。。|，，|；；")
_YEAR_END = re.compile(r"截[至止](?P<year>20\d\d)年12月31日")
_TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_NOTHING = re.compile(r"无|没有|未发生|未安排|未使用|未产生|不存在|不涉及|空表|为空")
_END = r"(?=[，。；、）（])"
"""Where an amount ends in a sentence. Page text of a table has no such signs and no units."""
_MONEY = (
    r"(?:(?:收入|支出|总计|合计|总额|金额|经费|决算|预算|增加|减少|接待费|运行费|维护费|购置费|培训费|会议费)(?:数)?(?:支出)?"
    r"(?:（[^（）]*）)?(?:共计)?为?|（[类款项]）)"
)
"""What stands directly before an amount of money."""
_NO_UNIT = (
    re.compile(rf"{_MONEY}(?P<x>{DIGITS}万?){_END}"),
    re.compile(rf"{_MONEY}(?P<x>)(?:亿|万)元{_END}"),
)
_NO_PERCENT = re.compile(
    rf"(?:占(?:[^，。；\d]{{0,16}}的)?(?:比重|比例)?(?:为)?|(?:增长|下降|上升)(?:率为|了)?|完成(?:年初|全年|调整)?预算(?:数)?(?:{DIGITS}[亿万]?元)?的)"
    rf"(?P<x>{DIGITS}){_END}"
)
_NOT_MONEY = re.compile(r"绩效|职能|任务|成效|成果")
"""Sections whose numbers are of anything."""
_ALTERNATIVE = re.compile(
    rf"(?P<one>增加|减少|增长|下降|上升|大于|小于|高于|低于)（(?P<other>增加|减少|增长|下降|上升|大于|小于|高于|低于)）(?P<x>{DIGITS})?"
)


def stored(view: AccountView) -> Iterator[Raised]:
    """What reading found at odds: headings that name another year or department than the cover."""
    for finding in view.store.facts.findings(view.account.id):
        severity: Severity = "error" if finding.severity == "error" else "notice"
        yield Raised(finding.rule, severity, finding.message, finding.sentences)


def titles(view: AccountView) -> Iterator[Raised]:
    """Titles of tables with another year, or with a name that was never filled in, where reading did not say so yet.

    A title inside a grid is no line of its own.
    """
    told = [squeeze(s.text) for finding in view.store.facts.findings(view.account.id) for s in finding.sentences]
    for number, table in view.tables.items():
        title = squeeze(table.title)
        years = {int(year) for year in _TITLE_YEAR.findall(title)} if table.kind else set()
        if title in told or not table.kind:
            continue
        place = _entry_of(view, number)
        if years and view.account.year not in years:
            yield Raised("year", "error", say("finding_year", words=table.title, year=view.account.year), place)
        if match := _PLACEHOLDER.search(title):
            yield Raised("name", "error", say("finding_placeholder", words=match.group()), place)


def _entry_of(view: AccountView, number: int) -> tuple[Sentence, ...]:
    """The sentence that stands for a table, with its place; none if the table has none."""
    return next((p.sentences[:1] for p in view.passages if p.kind == "table" and p.table == number), ())


def missing_tables(view: AccountView) -> Iterator[Raised]:
    """A table that every account publishes, or most do, and this one does not."""
    kinds = {table.kind for table in view.tables.values()}
    for kind in (*rules().tables, *rules().expected) if kinds else ():
        standard = catalogue.standard_table(kind)
        if kind not in kinds and standard:
            severity: Severity = "error" if kind in rules().tables else "notice"
            if severity == "notice" and _explained(view, kind, ()):
                continue
            yield Raised("missing-table", severity, say("finding_missing", table=standard.name))


def empty_tables(view: AccountView) -> Iterator[Raised]:
    """A table without any figure, and no sentence that says so."""
    filled = {fact.table for fact in view.facts if fact.text}
    for number, table in view.tables.items():
        if table.kind in (*rules().tables, *rules().expected) and number not in filled:
            if _explained(view, table.kind or "", table.notes):
                continue
            message = say("finding_empty", table=table.title)
            yield Raised("empty-table", "error", message, _entry_of(view, number))


def _explained(view: AccountView, kind: str, notes: tuple[str, ...]) -> bool:
    """True where a note under the table, or a sentence of the narrative on its subject, says that there is nothing."""
    if any(_NOTHING.search(note) for note in notes):
        return True
    about = rules().about.get(kind)
    return about is not None and any(
        about.search(text) and _NOTHING.search(text) for passage, text, _ in sentences(view) if passage == "section"
    )


def placeholders(view: AccountView) -> Iterator[Raised]:
    """What the official form leaves to be filled in, and doubled punctuation."""
    for passage in view.passages:
        for sentence in passage.sentences if passage.kind != "table" else ():
            if match := _PLACEHOLDER.search(sentence.text):
                rule = "punctuation" if match.group()[0] in "。，；" else "placeholder"
                severity: Severity = "notice" if rule == "punctuation" else "error"
                yield Raised(rule, severity, say("finding_placeholder", words=match.group()), (sentence,))
        joined = passage.text
        if passage.kind != "table" and "。。" in joined and not any("。。" in s.text for s in passage.sentences):
            yield Raised("punctuation", "notice", say("finding_placeholder", words="。。"), passage.sentences[:1])


def residue(view: AccountView) -> Iterator[Raised]:
    """Instructions of the official form, in the narrative, its headings or the notes under tables.

    A choice that was not made (增加（减少）) before an amount leaves its direction open; before 0 all of them are one
    notice.
    """
    headed: set[str] = set()
    idle: list[tuple[str, Sentence]] = []
    for passage in view.passages:
        if passage.kind == "glossary":
            continue
        said = [(sentence.text, sentence) for sentence in passage.sentences]
        heading = passage.heading[-1] if passage.heading else ""
        if heading and heading not in headed:
            headed.add(heading)
            said.append((heading, passage.sentences[0]))
        for text, sentence in said:
            squeezed = squeeze(text)
            found = next((m for pattern in rules().residue if (m := pattern.search(squeezed))), None)
            if found:
                yield Raised("template", "error", say("finding_template", words=found.group()), (sentence,))
            for match in _ALTERNATIVE.finditer(squeezed):
                figure = shown(match.group("x") or "", None)
                if figure and figure.value:
                    yield Raised("template", "error", say("finding_template", words=match.group()), (sentence,))
                else:
                    idle.append((match.group(), sentence))
    if idle:
        message = say("finding_choices", words=idle[0][0], count=len(idle))
        yield Raised("template", "notice", message, tuple(dict.fromkeys(sentence for _, sentence in idle)))


def units(view: AccountView) -> Iterator[Raised]:
    """An amount without 元, a rate without %, a unit without its amount."""
    for section in sections(view):
        if _NOT_MONEY.search(section.last):
            continue
        for match in (m for pattern in _NO_UNIT for m in pattern.finditer(section.text)):
            if "." in match.group("x") or match.group("x").endswith("万") or not match.group("x"):
                message = say("finding_unit", words=match.group())
                yield Raised("unit", "error", message, (section.sentence(match),))
        for match in _NO_PERCENT.finditer(section.text):
            message = say("finding_percent", words=match.group())
            yield Raised("unit", "error", message, (section.sentence(match),))


def dates(view: AccountView) -> Iterator[Raised]:
    """The year's last day, of another year than the account's."""
    for section in sections(view):
        match = _YEAR_END.search(section.text)
        if match and int(match.group("year")) != view.account.year:
            message = say("finding_date", printed=match.group(), year=view.account.year)
            yield Raised("date", "error", message, (section.sentence(match),))


def codes(view: AccountView) -> Iterator[Raised]:
    """Codes with a name that no published account known to the catalogue has for them: one notice each."""
    told: set[tuple[str, str]] = set()
    for fact in view.facts:
        key = (fact.code, plain(fact.subject))
        if not fact.code or not fact.kind or not fact.subject or key in told:
            continue
        told.add(key)
        known = names_of_code(fact.code)
        if known and key[1] not in {plain(name) for name in known}:
            message = say("finding_code", code=fact.code, name=fact.subject, known="、".join(known))
            yield Raised("code-name", "notice", message, (fact,))


def names_of_code(code: str) -> list[str]:
    """All names of a code in the catalogue; empty if it is not listed."""
    which = "economic" if code.startswith("3") else "functional"
    return list(dict.fromkeys(subject.name for subject in _subjects(which).get(code, ())))


@cache
def _subjects(which: str) -> dict[str, list[catalogue.Subject]]:
    found: dict[str, list[catalogue.Subject]] = {}
    for subject in catalogue.subjects(which):
        found.setdefault(subject.code, []).append(subject)
    return found
