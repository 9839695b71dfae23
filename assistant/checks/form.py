"""Form: tables that are missing, placeholders, dates of another year, and what reading found at odds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.raised import Raised, Severity, rules
from assistant.library import AccountView
from ingest import catalogue
from prompts import say

_PLACEHOLDER = re.compile(r"[XＸ×]{2,}(?![a-z0-9])|○○|〇〇|。。|，，|；；")
_YEAR_END = re.compile(r"截[至止](?P<year>20\d\d)年12月31日")


def stored(view: AccountView) -> Iterator[Raised]:
    """What reading found at odds: headings that name another year or department than the cover."""
    for finding in view.store.facts.findings(view.account.id):
        severity: Severity = "error" if finding.severity == "error" else "notice"
        yield Raised(finding.rule, severity, finding.message, finding.sentences)


def missing_tables(view: AccountView) -> Iterator[Raised]:
    """A table that every account publishes and this one does not."""
    kinds = {table.kind for table in view.tables.values()}
    for kind in rules().tables if kinds else ():
        standard = catalogue.standard_table(kind)
        if kind not in kinds and standard:
            yield Raised("missing-table", "error", say("finding_missing", table=standard.name))


def placeholders(view: AccountView) -> Iterator[Raised]:
    """What the official form leaves to be filled in, and doubled punctuation."""
    for passage in view.passages:
        for sentence in passage.sentences if passage.kind != "table" else ():
            text = sentence.text
            if match := _PLACEHOLDER.search(text):
                rule = "punctuation" if match.group()[0] in "。，；" else "placeholder"
                severity: Severity = "notice" if rule == "punctuation" else "error"
                yield Raised(rule, severity, say("finding_placeholder", words=match.group()), (sentence,))
        joined = passage.text
        if passage.kind != "table" and "。。" in joined and not any("。。" in s.text for s in passage.sentences):
            yield Raised("punctuation", "notice", say("finding_placeholder", words="。。"), passage.sentences[:1])


def dates(view: AccountView) -> Iterator[Raised]:
    """The year's last day, of another year than the account's."""
    for passage in view.passages:
        for sentence in passage.sentences if passage.kind == "section" else ():
            match = _YEAR_END.search(sentence.text)
            if match and int(match.group("year")) != view.account.year:
                message = say("finding_date", printed=match.group(), year=view.account.year)
                yield Raised("date", "error", message, (sentence,))
