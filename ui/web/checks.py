"""The page's panel 核对: what the checks found, each with its evidence; muting with a reason; the report as files."""

from __future__ import annotations

import html
import logging
import tempfile
from pathlib import Path
from typing import Any

from assistant import Assistant
from assistant.checks import check, muting_log
from assistant.checks.muting import MutingError
from assistant.model import Finding
from ingest.model import Account
from ui.report import SEVERITIES, ordered, write
from ui.web.access import visitor_of
from ui.web.documents import finding_html
from ui.web.evidence import finding_of
from ui.web.parts import bridge, status
from ui.words import Words

_LOG = logging.getLogger(__name__)
ALL = ""
"""Choice of all documents."""
MOST_AT_ONCE = 60
"""Documents that are checked together on the page; of more, one is to be chosen."""
_MOST_LISTED = 200
_WHO = "（网页）"


class Panel:
    """What the panel says and does, without the page.

    :param assistant: over the store; findings are remembered with its views.
    """

    def __init__(self, assistant: Assistant, words: Words | None = None) -> None:
        self.assistant, self.words = assistant, words or Words()

    @property
    def accounts(self) -> list[Account]:
        """The current documents that can be checked."""
        return self.assistant.library.accounts

    def found(self, chosen: str | None) -> list[tuple[Account, Finding]]:
        """Findings of a document, or of all of them, the gravest first, muted ones too."""
        ids = [account for account in self.accounts if chosen in (ALL, account.id)]
        if chosen == ALL and len(ids) > MOST_AT_ONCE:
            return []
        pairs = [(account, finding) for account in ids for finding in self._of(account)]
        return sorted(pairs, key=lambda pair: list(SEVERITIES).index(pair[1].severity))

    def _of(self, account: Account) -> list[Finding]:
        return ordered(check(self.assistant.library.view(account.id), muted=True))

    def documents(self) -> list[tuple[str, str]]:
        """Choices of documents with how much was found in each."""
        if len(self.accounts) > MOST_AT_ONCE:
            return [(_called(account), account.id) for account in self.accounts]
        of = {account.id: self._of(account) for account in self.accounts}
        choices = [(f"{_called(account)}：{self._counted(of[account.id])}", account.id) for account in self.accounts]
        every = self._counted([finding for found in of.values() for finding in found])
        return [(self.words("all_documents", count=len(choices), found=every), ALL), *choices]

    def _counted(self, findings: list[Finding]) -> str:
        """How many of each kind, and how many are set aside."""
        open_ = [finding.severity for finding in findings if not finding.muted]
        told = [self.words(f"count_{severity}", count=open_.count(severity)) for severity in ("error", "notice")]
        aside = len(findings) - len(open_)
        return self.words("joined").join(told) + (self.words("count_muted", count=aside) if aside else "")

    def listed(self, chosen: str | None, muted: bool, edits: bool = False) -> str:
        """The findings as HTML, each with its places as chips; muted ones only where they are wanted.

        :param edits: with what is needed to set one aside.
        """
        shown = [(account, finding) for account, finding in self.found(chosen) if muted or not finding.muted]
        listed = "".join(
            self._listed(account, finding, chosen == ALL, edits) for account, finding in shown[:_MOST_LISTED]
        )
        return f'<ul class="findings">{listed}</ul>' if listed else f'<p class="why">{self.words("no_findings")}</p>'

    def _listed(self, account: Account, finding: Finding, named: bool, edits: bool) -> str:
        words, identifier = self.words, html.escape(finding.id)
        who = (
            f'<span class="why">{html.escape(f"{account.department} {account.year or chr(8211)}")}</span><br>'
            if named
            else ""
        )
        doing = ""
        if edits and finding.muted:
            doing = f'<button type="button" data-unmute="{identifier}">{words("unmute")}</button>'
        elif edits:
            doing = (
                f'<details class="mute"><summary>{words("mute")}</summary><form data-mute="{identifier}"><label>{words("mute_reason")}'
                f'<input name="reason" maxlength="300" required></label><button type="submit">{words("mute")}</button></form></details>'
            )
        return finding_html(finding, words, before=who, after=f'{doing}<span class="hash">{identifier}</span>')

    def summary(self, chosen: str | None) -> str:
        """How much was found, in words; HTML."""
        words = self.words
        if not self.accounts:
            return f'<p class="why">{words("nothing_loaded")}</p>'
        if not chosen and len(self.accounts) > MOST_AT_ONCE:
            return f'<p class="why">{words("choose_one", count=len(self.accounts))}</p>'
        found = [finding for _, finding in self.found(chosen)]
        more = words("first_listed", count=_MOST_LISTED) if len(found) > _MOST_LISTED else ""
        return f'<p class="why">{self._counted(found)}{more}{words("what_notices_are")}</p>'

    def mute(self, identifier: str, reason: str, who: str = _WHO) -> tuple[str, bool]:
        """Set a finding aside, or take it back where it is; what came of it in words, and whether it was done."""
        finding = finding_of(self.assistant, identifier)
        if finding is None:
            return self.words("no_finding"), False
        log = muting_log(self.assistant.library.view(finding.id.rpartition("#")[0]))
        try:
            if finding.muted:
                log.unmute(finding.id, who)
                return self.words("unmuted"), True
            log.mute(finding, reason, who)
        except MutingError as error:
            return str(error), False
        return self.words("muted"), True

    def reports(self, chosen: str | None) -> list[str]:
        """The report as files, Word and Excel."""
        library = self.assistant.library
        accounts = [account for account in self.accounts if chosen in (ALL, account.id)]
        if chosen == ALL and len(accounts) > MOST_AT_ONCE:
            return []
        checked = [(account, self._of(account)) for account in accounts]
        folder = Path(tempfile.mkdtemp(prefix="juesuan-report-"))
        files = [folder / f"核对报告{suffix}" for suffix in (".docx", ".xlsx")]
        for file in files:
            write(checked, library, file, file.suffix)
        return [str(file) for file in files]


def _called(account: Account) -> str:
    return f"{account.department} {account.year or ''} {account.kind}"


def build(gr: Any, assistant: Assistant, tab: Any, words: Words) -> None:
    """Put the panel into the tab that is being made; findings are looked for when the tab is opened."""
    panel = Panel(assistant, words)
    document = gr.Dropdown(label=words("document"), choices=[], elem_id="check-document", filterable=False)
    summary = gr.HTML("", elem_id="check-summary")
    aside = gr.Checkbox(label=words("show_muted"), value=False, elem_id="check-muted")
    listed = gr.HTML("", elem_id="findings", js_on_load=bridge("mute", "unmute"))
    outcome = gr.HTML("", elem_id="mute-outcome")
    make = gr.Button(words("make_report"), elem_id="make-report")
    files = gr.Files(label=words("report"), visible=False, interactive=False, elem_id="reports")

    def opened(chosen: str | None, muted: bool, request: Any) -> dict[Any, Any]:
        choices = panel.documents()
        kept = chosen if chosen in {value for _, value in choices} else (choices[0][1] if choices else None)
        if kept != ALL and len(panel.accounts) > MOST_AT_ONCE and chosen is None:
            kept = None
        return {document: gr.update(choices=choices, value=kept), **relisted(kept, muted, request)}

    def relisted(chosen: str | None, muted: bool, request: Any) -> dict[Any, Any]:
        found = panel.listed(chosen, muted, visitor_of(request).edits) if chosen is not None else ""
        return {summary: panel.summary(chosen), listed: found, files: gr.update(visible=False), outcome: ""}

    def changed(chosen: str | None, muted: bool, event: Any, request: Any) -> dict[Any, Any]:
        visitor = visitor_of(request)
        if not visitor.edits:
            return {outcome: status(words("only_editors_mute"), alert=True)}
        data = event._data
        told, done = panel.mute(str(data.get("finding", "")), str(data.get("reason", "")), visitor.name or _WHO)
        shown = opened(chosen, muted, request) if done else {}
        return {**shown, outcome: status(told, alert=not done, shown=True)}

    def reported(chosen: str | None) -> dict[Any, Any]:
        try:
            made = panel.reports(chosen) if chosen is not None else []
        except OSError:
            _LOG.exception("report failed")
            made = []
        return {files: gr.update(value=made or None, visible=bool(made))}

    opened.__annotations__["request"] = relisted.__annotations__["request"] = gr.Request
    changed.__annotations__.update(event=gr.EventData, request=gr.Request)
    lists = [document, summary, listed, files, outcome]
    options = {"api_visibility": "private", "show_progress": "minimal"}
    tab.select(opened, [document, aside], lists, **options)
    document.input(relisted, [document, aside], lists, **options)
    aside.input(relisted, [document, aside], lists, **options)
    listed.mute(changed, [document, aside], lists, **options)
    listed.unmute(changed, [document, aside], lists, **options)
    make.click(reported, [document], [files], **options)
