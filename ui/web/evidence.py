"""The evidence of a citation as HTML: the page with the cell boxed, the table around it, the sentence in its paragraph,
the calculation, what the checks found there, the file that it all comes from."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from assistant import Answer, Assistant, Citation
from assistant.checks import check
from assistant.library import AccountView
from assistant.model import Finding
from ingest.model import Account
from ui.address import (
    Address,
    AddressError,
    account_of,
    citation_at,
    cited_fact,
    of_answer,
    of_citation,
    of_document,
    quoted_in,
)
from ui.web import tables
from ui.web.picture import NoOriginal, excerpt, has_pages, page_size
from ui.words import Words

_AROUND = 4
"""Rows of the table shown before and after the cited one."""
_MARGIN = 2
"""Points between what is cited and its box."""

Edges = tuple[float, float, float, float]


@dataclass(frozen=True)
class Shown:
    """What an address opens: the citation, and the answer or the finding that it belongs to."""

    citation: Citation | None
    address: Address
    answer: Answer | None = None
    finding: Finding | None = None
    warnings: tuple[str, ...] = ()


def opened(assistant: Assistant, address: Address, words: Words) -> Shown:
    """What an address names; an answer is computed again from its question.

    :raises AddressError: if it names nothing that is loaded.
    """
    if address.question:
        answer = assistant.ask(address.question, address.after)
        cited = next((one for one in answer.citations if one.id == (address.cite or 1)), None)
        return Shown(
            cited,
            of_answer(address.question, address.after, answer).citing(cited.id if cited else None),
            answer,
            warnings=_changed(assistant, address, answer, words),
        )
    if address.finding:
        finding = finding_of(assistant, address.finding)
        if finding is None:
            raise AddressError(words("no_finding"))
        cited = next((one for one in finding.figures if one.id == (address.cite or 1)), None)
        return Shown(cited, address, finding=finding)
    account_of(assistant.library, address.document)
    return Shown(citation_at(assistant.library, address), address)


def finding_of(assistant: Assistant, identifier: str) -> Finding | None:
    """The finding of this id, a muted one too; None if there is none."""
    account = identifier.rpartition("#")[0]
    try:
        view = assistant.library.view(account)
    except KeyError:
        return None
    with assistant.working:
        return next((one for one in check(view, muted=True) if one.id == identifier), None)


def _changed(assistant: Assistant, address: Address, answer: Answer, words: Words) -> tuple[str, ...]:
    """What to say where documents that the answer rested on have been replaced or removed since."""
    now = {citation.sha256 for citation in answer.citations}
    gone = [part for part in address.hashes if not any(sha256.startswith(part) for sha256 in now)]
    told = []
    for part in gone:
        try:
            account = account_of(assistant.library, part)
        except AddressError:
            told.append(words("answer_document_removed", hash=part))
            continue
        if account.superseded_by:
            told.append(words("answer_document_replaced", name=Path(account.path).name, hash=part))
        else:
            told.append(words("answer_document_other", name=Path(account.path).name, hash=part))
    return tuple(told)


def fragment(assistant: Assistant, shown: Shown, words: Words) -> str:
    """The evidence as HTML; without a citation, what there is to say of the answer."""
    warnings = "".join(f'<p class="warning" role="alert">{html.escape(one)}</p>' for one in shown.warnings)
    working = calculation(shown.answer, shown.address, words) if shown.answer else ""
    citation = shown.citation
    if citation is None:
        return f'<h2 tabindex="-1">{words("evidence")}</h2>{warnings}<p class="why">{words("no_source")}</p>{working}'
    account = assistant.library.account(citation.document)
    with assistant.working:
        view = assistant.library.view(account.id)
        fact = cited_fact(view, citation)
        place = of_citation(assistant.library, citation)
        around = tables.as_html(view, fact.table, words, fact, _AROUND) if fact else _paragraph(view, citation, words)
        found = (
            []
            if shown.finding
            else [one for one in check(view) if any(_same(one_cited, citation) for one_cited in one.figures)]
        )
    whole = of_document(account, place.at.partition("r")[0]) if fact else place
    mark = f"[{citation.id}] " if shown.answer or shown.finding else ""
    reader = f'<a href="{html.escape(whole.query)}" data-reader>{words("read_table" if fact else "read_document")}</a>'
    here = shown.address if shown.answer or shown.finding else place
    back = f'<p class="back"><button type="button" data-back>↑ {words("back")}</button></p>'
    return (
        f'<h2 tabindex="-1">{mark}{html.escape(where(citation, words))}</h2>'
        f'<p class="why">{html.escape(account.department)} {account.year} {html.escape(account.kind)}</p>'
        f"{warnings}{_replaced(assistant, account, words)}{_original(citation, account, words)}{around}"
        f'<p class="links">{reader} <button type="button" data-copy="{html.escape(here.query)}" data-address>{words("copy_address")}</button></p>'
        f"{working}{_findings(found, words)}{_source(account, citation, words)}{back}"
    )


def where(citation: Citation, words: Words) -> str:
    """Table, row, column and place of a citation in a line."""
    place = words("page_number", page=citation.page) if citation.page else citation.where
    if citation.table is None and citation.column is None:
        return f"{words('narrative')} · {place}"
    parts = (f"《{citation.table}》" if citation.table else words("untitled"), citation.row, citation.column, place)
    return " · ".join(part for part in parts if part)


def _same(one: Citation, other: Citation) -> bool:
    if other.table is None:
        return one.table is None and one.quote == other.quote and one.document == other.document
    return (one.document, one.page, one.bbox, one.table, one.row, one.column, one.cell, one.line) == (
        other.document, other.page, other.bbox, other.table, other.row, other.column, other.cell, other.line,
    )  # fmt: skip


def _replaced(assistant: Assistant, account: Account, words: Words) -> str:
    if not account.superseded_by:
        return ""
    newer = assistant.library.account(account.superseded_by)
    link = f'<a href="{html.escape(of_document(newer).query)}" data-reader>{html.escape(Path(newer.path).name)}</a>'
    return f'<p class="warning" role="alert">{words("document_replaced")}{link}</p>'


def _original(citation: Citation, account: Account, words: Words) -> str:
    """The page's picture with the boxes over it, or the lines around; why not, where neither can be had."""
    try:
        if citation.page is not None and has_pages(account):
            return _paper(citation, account, words)
        if citation.line is not None:
            return excerpt(citation, account)
        raise NoOriginal(words("no_picture", where=citation.where))
    except NoOriginal as reason:
        return f'<p class="why">{html.escape(str(reason))}</p>'


def _paper(citation: Citation, account: Account, words: Words) -> str:
    page = citation.page or 1
    width, height = page_size(account, page)
    boxes = [box for on, box in citation.boxes if on == page] or ([citation.bbox] if citation.bbox else [])
    drawn = "".join(f'<span class="box" style="{_style(box, width, height)}"></span>' for box in boxes)
    others = sorted({on for on, _ in citation.boxes if on != page})
    more = f'<p class="why">{words("goes_on", pages="、".join(map(str, others)))}</p>' if others else ""
    name = words("picture_of", page=page)
    return (
        f'<figure class="paper"><div class="sight" tabindex="0" role="group" aria-label="{html.escape(words("picture_sight", page=page))}">'
        f'<div class="sheet-of-paper" style="--wide:{width:.0f};--high:{height:.0f}">'
        f'<img src="{picture_path(account, page)}" width="{width:.0f}" height="{height:.0f}" alt="{html.escape(name)}">{drawn}</div></div>'
        f'<figcaption>{html.escape(name)} <button type="button" data-fit aria-pressed="false">{words("whole_page")}</button></figcaption></figure>{more}'
    )


def picture_path(account: Account, page: int) -> str:
    """Where the page's picture is served, below the root of the site."""
    return f"/documents/{account.sha256}/pages/{page}.png"


def _style(box: Edges, width: float, height: float) -> str:
    x0, top, x1, bottom = box
    left, upper = max(x0 - _MARGIN, 0) / width, max(top - _MARGIN, 0) / height
    wide, high = (x1 - x0 + 2 * _MARGIN) / width, (bottom - top + 2 * _MARGIN) / height
    return f"left:{left:.4%};top:{upper:.4%};width:{wide:.4%};height:{high:.4%}"


def _paragraph(view: AccountView, citation: Citation, words: Words) -> str:
    """The cited sentence, marked, in its paragraph with its headings."""
    if quoted := quoted_in(view, citation.quote or ""):
        passage, first, last = quoted
        texts = [html.escape(sentence.text) for sentence in passage.sentences]
        before, cited, after = texts[max(0, first - 6) : first], texts[first : last + 1], texts[last + 1 : last + 7]
        heading = html.escape(" › ".join(passage.heading))
        said = f"{''.join(before)}<mark>{''.join(cited)}</mark>{''.join(after)}"
    else:
        heading, said = "", f"<mark>{html.escape(citation.quote or citation.text)}</mark>"
    return f'<blockquote tabindex="0" aria-label="{words("in_its_paragraph")}"><p class="why">{heading}</p><p>{said}</p></blockquote>'


def calculation(answer: Answer, address: Address, words: Words) -> str:
    """How the figure was computed, each operand with a link to its evidence; empty where nothing was."""
    made = answer.calculation
    if made is None or answer.status != "answered":
        return ""
    operands = "".join(
        f"<li>{chip(address, one.citation, words)} {html.escape(one.name)} = {grouped(one.value)} {html.escape(one.unit or '')}</li>"
        for one in made.operands
    )
    steps = "".join(
        f"<li><code>{html.escape(step.program)}</code> = {html.escape(step.value)}</li>" for step in made.steps
    )
    return (
        f'<section class="working" aria-label="{words("calculation")}"><h3>{words("calculation")}</h3><p>{html.escape(made.formula)}</p>'
        f"<h4>{words('operands')}</h4><ul>{operands}</ul>"
        f"<h4>{words('unrounded')}</h4><p>{html.escape(made.exact)}（{html.escape(made.rounding)}）</p>"
        f"<details><summary>{words('program')}</summary><p><code>{html.escape(made.program)}</code></p><ol>{steps}</ol></details></section>"
    )


def chip(address: Address, number: int, words: Words, told: str = "") -> str:
    """A citation's number as a link to its evidence."""
    label = html.escape(f"{words('source_number', number=number)}{told and '：' + told}")
    return f'<a class="chip" href="{html.escape(address.citing(number).query)}" data-evidence aria-label="{label}" title="{label}">{number}</a>'


def grouped(value: str | None) -> str:
    """A figure with its thousands set apart, as the answer's sentence has it; HTML."""
    whole, point, rest = (value or "").partition(".")
    if whole.removeprefix("-").isdecimal():
        return f"{int(whole):,}{point}{rest}" if int(whole) else f"{whole}{point}{rest}"
    return html.escape(value or "–")


def _findings(found: list[Finding], words: Words) -> str:
    if not found:
        return ""
    listed = "".join(
        f"<li><strong>{words(f'severity_{one.severity}')}</strong> {html.escape(one.message)} "
        + "".join(chip(Address(finding=one.id), cited.id, words, where(cited, words)) for cited in one.figures[:8])
        + "</li>"
        for one in found
    )
    return f'<section class="findings"><h3>{words("findings_here")}</h3><ul>{listed}</ul></section>'


def _source(account: Account, citation: Citation, words: Words) -> str:
    name = html.escape(Path(account.path).name)
    return (
        f'<footer class="why">{words("source_file")}<a href="/documents/{account.sha256}/source">{name}</a>'
        f'<br><span class="hash">SHA-256 {citation.sha256}</span></footer>'
    )
