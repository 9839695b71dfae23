"""The documents as the page shows them: the list, and one document with its tables, findings and source."""

from __future__ import annotations

import html
from pathlib import Path

from assistant import Assistant
from assistant.checks import check, kept
from assistant.model import Finding
from ingest.model import Account, Passage
from ingest.text import plain
from ui.address import Address, account_of, of_document, passage_number
from ui.web import tables
from ui.web.evidence import chip, where
from ui.web.uploads import Upload
from ui.words import Words

PAGE = 50
"""Documents listed at once."""
_BEGINNING = 24
"""Characters of a passage that stand for it while it is closed."""


def found(assistant: Assistant, sought: str) -> list[Account]:
    """The documents whose department, year, kind or file has all words that are sought, by department and year."""
    wanted = [plain(word) for word in sought.split()]
    texts = {
        account: plain(
            f"{account.department} {' '.join(account.names)} {account.year} {account.kind} {Path(account.path).name}"
        )
        for account in assistant.library.documents()
    }
    fits = [account for account, text in texts.items() if all(word in text for word in wanted)]
    return sorted(fits, key=lambda account: (account.department, -account.year, account.kind))


def listing(assistant: Assistant, words: Words, sought: str = "", start: int = 0, edits: bool = False) -> str:
    """The list of documents as HTML, a page of it.

    :param edits: with buttons to remove and to replace.
    """
    accounts = found(assistant, sought)
    if not accounts:
        return f'<p class="why">{words("nothing_found") if sought else words("no_documents" if not edits else "no_documents_yet")}</p>'
    shown = accounts[start : start + PAGE]
    heads = ("department", "year", "kind", "checks", "file", *(("editing",) if edits else ()))
    head = "".join(f'<th scope="col">{words(f"list_{name}")}</th>' for name in heads)
    body = "".join(_listed(assistant, account, words, edits) for account in shown)
    count = words("documents_of", first=start + 1, last=start + len(shown), all=len(accounts))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{words("documents")}"><table class="sheet list">'
        f"<caption>{count}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{_pages(len(accounts), start, words)}"
    )


def _pages(count: int, start: int, words: Words) -> str:
    buttons = [("previous_page", start - PAGE)] if start else []
    buttons += [("next_page", start + PAGE)] if start + PAGE < count else []
    return "".join(f'<button type="button" data-list="{at}">{words(name)}</button> ' for name, at in buttons)


def _listed(assistant: Assistant, account: Account, words: Words, edits: bool) -> str:
    name = html.escape(Path(account.path).name)
    link = f'<a href="{html.escape(of_document(account).query)}" data-reader>{html.escape(account.department)}</a>'
    editing = (
        f'<td><button type="button" data-remove="{html.escape(account.id)}" data-name="{name}">{words("remove")}</button> '
        f'<button type="button" data-replace="{html.escape(account.id)}" data-name="{name}">{words("replace")}</button></td>'
        if edits
        else ""
    )
    kind = html.escape(account.kind) + (f" <em>{words('superseded')}</em>" if account.superseded_by else "")
    return (
        f'<tr><th scope="row">{link}</th><td>{account.year or ""}</td><td>{kind}</td><td>{_checked(assistant, account, words)}</td>'
        f'<td><a href="/documents/{account.sha256}/source">{name}</a></td>{editing}</tr>'
    )


def _checked(assistant: Assistant, account: Account, words: Words) -> str:
    """How many errors are kept for the document."""
    if not (account.is_account or account.is_budget) or account.superseded_by:
        return "–"
    with assistant.working:
        told = kept.told(assistant.library.view(account.id))
    if told is None:
        return words("not_checked")
    return words("errors", count=len(told)) if told else words("no_errors")


def reader(assistant: Assistant, address: Address, words: Words) -> str:
    """One document as HTML: what it is, its tables as text that can be sorted, its findings, its narrative.

    :raises ui.address.AddressError: if it is not loaded.
    """
    account = account_of(assistant.library, address.document)
    with assistant.working:
        view = assistant.library.view(account.id)
        findings = check(view, muted=True) if account.is_account or account.is_budget else []
        sheets = "".join(
            _sheet(account, number, address, words, tables.as_html(view, number, words, linked=True))
            for number in view.tables
        )
        passages = [passage for passage in view.passages if passage.table is None]
    newer = ""
    if account.superseded_by:
        other = assistant.library.account(account.superseded_by)
        newer = f'<p class="warning" role="alert">{words("document_replaced")}<a href="{html.escape(of_document(other).query)}" data-reader>{html.escape(Path(other.path).name)}</a></p>'
    return (
        f'<article class="reader"><h2 tabindex="-1">{html.escape(account.department)} {account.year or ""} {html.escape(account.kind)}</h2>{newer}'
        f"{_facts(account, words)}"
        f"<h3>{words('tables')}</h3>{sheets or words('none')}"
        f"<h3>{words('findings')}</h3>{_findings(findings, words)}"
        f"<h3>{words('text')}</h3>{_text(account, passages, address, words)}</article>"
    )


def _facts(account: Account, words: Words) -> str:
    told = {
        "list_file": f'<a href="/documents/{account.sha256}/source">{html.escape(Path(account.path).name)}</a>',
        "pages": str(account.pages or "–"),
        "published": html.escape(account.published) or "–",
        "hash": f'<span class="hash">{account.sha256}</span>',
    }
    rows = "".join(f"<dt>{words(key)}</dt><dd>{value}</dd>" for key, value in told.items())
    return f'<dl class="about">{rows}</dl><p><button type="button" data-copy="{html.escape(of_document(account).query)}" data-address>{words("copy_address")}</button></p>'


def _sheet(account: Account, number: int, address: Address, words: Words, shown: str) -> str:
    opened = address.at == f"t{number}" or address.at.startswith(f"t{number}r")
    if not shown:
        return ""
    title = shown.partition("<caption><span>")[2].partition("</span>")[0]
    files = "".join(
        f'<a href="/documents/{account.sha256}/tables/{number}.{form}" download>{form.upper()}</a> '
        for form in ("csv", "xlsx")
    )
    return (
        f'<details id="at-t{number}"{" open" if opened else ""}><summary>{title}</summary>'
        f'<p class="links">{files}<button type="button" data-copy="{html.escape(of_document(account, f"t{number}").query)}" data-address>{words("copy_address")}</button></p>{shown}</details>'
    )


def _findings(findings: list[Finding], words: Words) -> str:
    if not findings:
        return f'<p class="why">{words("no_findings")}</p>'
    return f'<ul class="findings">{"".join(finding_html(one, words) for one in findings)}</ul>'


def finding_html(finding: Finding, words: Words, before: str = "", after: str = "") -> str:
    """A finding with its places as chips, as an item of a list; `before` and `after` are HTML."""
    address = Address(finding=finding.id)
    aside = f" <em>{words('muted_because', reason=html.escape(finding.muted))}</em>" if finding.muted else ""
    chips = "".join(chip(address, one.id, words, where(one, words)) for one in finding.figures[:12])
    return f"<li>{before}<strong>{words(f'severity_{finding.severity}')}</strong> {html.escape(finding.message)}{aside} {chips}{after}</li>"


def _text(account: Account, passages: list[Passage], address: Address, words: Words) -> str:
    shown = []
    for passage in passages:
        at = f"p{passage_number(passage.id)}"
        sentences = "".join(
            f'<span id="at-{at}s{n}">{html.escape(one.text)}</span>' for n, one in enumerate(passage.sentences)
        )
        begins = passage.text[:_BEGINNING] + ("……" if len(passage.text) > _BEGINNING else "")
        heading = html.escape(" · ".join((*passage.heading[-1:], begins)))
        opened = address.at == at or address.at.startswith(f"{at}s")
        shown.append(
            f'<details id="at-{at}"{" open" if opened else ""}><summary>{heading}</summary><p>{sentences}</p></details>'
        )
    return "".join(shown) or f'<p class="why">{words("none")}</p>'


def progress(uploads: list[Upload], words: Words) -> str:
    """How far files have come, as HTML."""
    return f'<ul class="uploads">{"".join(_upload(one, words) for one in uploads)}</ul>' if uploads else ""


def _upload(one: Upload, words: Words) -> str:
    bar = ""
    if one.state == "reading" and one.pages:
        bar = f'<progress value="{one.done}" max="{one.pages}">{one.done}/{one.pages}</progress> {words("page_of", done=one.done, pages=one.pages)}'
    told = f"：{html.escape(one.told)}" if one.told else ""
    return f'<li class="{one.state}"><strong>{html.escape(one.name)}</strong> {words(f"upload_{one.state}")} {bar}{told}</li>'
