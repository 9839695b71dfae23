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
from ui.web import citation_label, shown_evidence

_LOG = logging.getLogger(__name__)
ALL = ""
"""Choice of all documents."""
MOST_AT_ONCE = 60
"""Documents that are checked together on the page; of more, one is to be chosen."""
_MOST_LISTED = 200
_WHO = "（网页）"
_EMPTY = '<p class="why">选一条发现，这里显示它涉及的单元格和句子。</p>'


class Panel:
    """What the panel says and does, without the page.

    :param assistant: over the store; findings are remembered with its views.
    """

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

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
        choices = [(f"{_called(account)}：{_counted(self._of(account))}", account.id) for account in self.accounts]
        return [(f"全部 {len(choices)} 份：{_counted([f for _, f in self.found(ALL)])}", ALL), *choices]

    def findings(self, chosen: str | None, muted: bool) -> list[tuple[str, str]]:
        """Choices of findings; muted ones only where they are wanted."""
        shown = [(account, finding) for account, finding in self.found(chosen) if muted or not finding.muted]
        return [(_label(account, finding, chosen == ALL), finding.id) for account, finding in shown[:_MOST_LISTED]]

    def summary(self, chosen: str | None) -> str:
        """How much was found, in words; HTML."""
        if not self.accounts:
            return '<p class="why">资料库里还没有文件。</p>'
        if not chosen and len(self.accounts) > MOST_AT_ONCE:
            return f'<p class="why">共收录 {len(self.accounts)} 份文件，请先选一份。</p>'
        found = [finding for _, finding in self.found(chosen)]
        more = f"；列出前 {_MOST_LISTED} 条" if len(found) > _MOST_LISTED else ""
        return f'<p class="why">{html.escape(_counted(found))}{more}。提示是可以有正当原因、需要人看一眼的差异。</p>'

    def finding(self, identifier: str | None) -> Finding | None:
        """The finding of this name."""
        account = (identifier or "").rpartition("#")[0]
        if account not in {one.id for one in self.accounts}:
            return None
        found = check(self.assistant.library.view(account), muted=True)
        return next((one for one in found if one.id == identifier), None)

    def mute(self, identifier: str | None, reason: str) -> str:
        """Set a finding aside, or take it back where it is; what came of it in words."""
        finding = self.finding(identifier)
        if finding is None:
            return "请先选一条发现。"
        log = muting_log(self.assistant.library.view(finding.id.rpartition("#")[0]))
        try:
            if finding.muted:
                log.unmute(finding.id, _WHO)
                return "已取消静音。"
            log.mute(finding, reason, _WHO)
        except MutingError as error:
            return str(error)
        return "已静音，理由已记录。"

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


def _counted(findings: list[Finding]) -> str:
    """2 条错误，1 条提示（另有 1 条已静音）"""
    open_: list[str] = [finding.severity for finding in findings if not finding.muted]
    told = [f"{open_.count(severity)} 条{word}" for severity, word in SEVERITIES.items() if severity != "rounding"]
    aside = len(findings) - len(open_)
    return "，".join(told) + (f"（另有 {aside} 条已静音）" if aside else "")


def _label(account: Account, finding: Finding, named: bool) -> str:
    who = f"{account.department} {account.year or ''} · " if named else ""
    where = f"第 {finding.page} 页 · " if finding.page else ""
    aside = f"（已静音：{finding.muted}）" if finding.muted else ""
    return f"【{SEVERITIES[finding.severity]}】{who}{where}{finding.message}{aside}"


def told(finding: Finding) -> str:
    """A finding as HTML: what it is, its name, and why it is muted."""
    aside = f"<p>已静音：{html.escape(finding.muted)}</p>" if finding.muted else ""
    return (
        f'<div class="finding"><p><strong>{SEVERITIES[finding.severity]}</strong>　{html.escape(finding.message)}</p>'
        f'{aside}<p class="why">编号 {html.escape(finding.id)}</p></div>'
    )


def build(gr: Any, assistant: Assistant, tab: Any) -> None:
    """Put the panel into the tab that is being made; findings are looked for when the tab is opened."""
    panel = Panel(assistant)
    with gr.Row(elem_classes="panes"):
        with gr.Column(scale=6, min_width=320):
            document = gr.Dropdown(label="文件", choices=[], elem_id="check-document", filterable=False)
            summary = gr.HTML("", elem_id="check-summary")
            aside = gr.Checkbox(label="也列出已静音的", value=False, elem_id="check-muted")
            listed = gr.Radio(label="发现（点选查看出处）", choices=[], elem_id="findings")
            make = gr.Button("生成报告（Word 和 Excel）", elem_id="make-report")
            files = gr.Files(label="报告", visible=False, interactive=False, elem_id="reports")
        with gr.Column(scale=5, min_width=320, elem_id="check-evidence"):
            head = gr.HTML(_EMPTY, elem_id="finding")
            cited = gr.Radio(label="出处（点选查看）", choices=[], visible=False, elem_id="check-citations")
            close = gr.Image(
                label="原页面（已框出所涉之处）", type="pil", visible=False, interactive=False,
                buttons=["fullscreen"], elem_id="check-page", alt_text="原页面上所涉的单元格或句子，已用蓝框标出",
            )  # fmt: skip
            text = gr.HTML("", elem_id="check-source")
            with gr.Group(visible=False) as muting:
                reason = gr.Textbox(label="静音的理由（写进记录）", lines=1, max_length=300, elem_id="mute-reason")
                button = gr.Button("静音这条发现", elem_id="mute")
            outcome = gr.HTML("", elem_id="mute-outcome")
    nothing = {head: _EMPTY, cited: gr.update(choices=[], visible=False), close: gr.update(visible=False), text: "",
               muting: gr.update(visible=False), outcome: ""}  # fmt: skip

    def opened(chosen: str | None, muted: bool) -> dict[Any, Any]:
        choices = panel.documents()
        kept = chosen if chosen in {value for _, value in choices} else (choices[0][1] if choices else None)
        if kept != ALL and len(panel.accounts) > MOST_AT_ONCE and chosen is None:
            kept = None
        return {document: gr.update(choices=choices, value=kept), **relisted(kept, muted)}

    def relisted(chosen: str | None, muted: bool) -> dict[Any, Any]:
        found = panel.findings(chosen, muted) if chosen is not None else []
        return {
            summary: panel.summary(chosen), listed: gr.update(choices=found, value=None),
            files: gr.update(visible=False), **nothing,
        }  # fmt: skip

    def picked(identifier: str | None) -> dict[Any, Any]:
        finding = panel.finding(identifier)
        if finding is None:
            return nothing
        labels = [(_cited_label(finding, citation), citation.id) for citation in finding.figures]
        several = gr.update(choices=labels, value=labels[0][1] if labels else None, visible=len(labels) > 1)
        wording = "取消静音" if finding.muted else "静音这条发现"
        return {
            head: told(finding), cited: several, **evidence(identifier, labels[0][1] if labels else None),
            muting: gr.update(visible=True), reason: gr.update(value="", visible=not finding.muted),
            button: gr.update(value=wording), outcome: "",
        }  # fmt: skip

    def _cited_label(finding: Finding, citation: Any) -> str:
        own = finding.id.rpartition("#")[0]
        other = "" if citation.document == own else f"{_called(assistant.library.account(citation.document))} · "
        label = citation_label(citation)
        mark, _, rest = label.partition(" ")
        return f"{mark} {other}{rest}"

    def evidence(identifier: str | None, number: int | None) -> dict[Any, Any]:
        finding = panel.finding(identifier)
        citation = next((c for c in finding.figures if c.id == number), None) if finding else None
        if citation is None:
            return {close: gr.update(visible=False), text: ""}
        image, _, source = shown_evidence(assistant, citation)
        return {close: gr.update(value=image, visible=image is not None), text: source}

    def muted_now(identifier: str | None, why: str, chosen: str | None, muted: bool) -> dict[Any, Any]:
        words = panel.mute(identifier, why)
        if not words.startswith("已"):
            return {outcome: f'<p class="why" role="alert">{html.escape(words)}</p>'}
        return {**opened(chosen, muted), outcome: f'<p class="why" role="status">{html.escape(words)}</p>'}

    def reported(chosen: str | None) -> dict[Any, Any]:
        try:
            made = panel.reports(chosen) if chosen is not None else []
        except OSError:
            _LOG.exception("report failed")
            made = []
        return {files: gr.update(value=made or None, visible=bool(made))}

    seen = [head, cited, close, text, muting, reason, button, outcome]
    lists = [document, summary, listed, files, *seen]
    options = {"api_visibility": "private", "show_progress": "minimal"}
    tab.select(opened, [document, aside], lists, **options)
    document.input(relisted, [document, aside], lists, **options)
    aside.input(relisted, [document, aside], lists, **options)
    listed.input(picked, [listed], seen, **options)
    cited.input(evidence, [listed, cited], [close, text], **options)
    button.click(muted_now, [listed, reason, document, aside], lists, **options)
    make.click(reported, [document], [files], **options)
