"""The page's tab 比较: documents and items side by side, and charts whose marks lead to their cells."""

from __future__ import annotations

import html
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant import Assistant
from ingest.model import Account
from ui.address import of_fact
from ui.compare import KINDS, Chart, Grid, chart, common_items, grid
from ui.compare.grid import STAGES, Cell
from ui.web.documents import found
from ui.words import Words

MOST = 60
"""Documents that are compared at once."""
_CHOICES = 400
"""Documents offered at once."""
_FIRST = 6
_OF_ONE = ("flow", "function", "nature", "income", "planned")


def documents_of(assistant: Assistant, sought: str) -> list[Account]:
    """The current accounts and budgets that have all words that are sought."""
    current = {account.id for account in assistant.library.accounts}
    return [account for account in found(assistant, sought) if account.id in current][:_CHOICES]


def grid_html(assistant: Assistant, made: Grid, words: Words) -> str:
    """The figures as a table, each with a link to its evidence; what is not printed or blank is said so."""
    heads = "".join(
        f'<th scope="col"><button type="button" class="sort" data-sort>{words(key)}</button></th>'
        for key in ("list_department", "list_year", "item", "planned", "actual")
    )
    body = "".join(
        f'<tr><th scope="row">{html.escape(row.account.department)}</th><td data-value="{row.account.year}">{row.account.year}</td><td>{html.escape(row.item)}</td>'
        + "".join(_cell(assistant, row.account, row.cells[stage], words) for stage in reversed(STAGES))
        + "</tr>"
        for row in made.rows
    )
    complete = words("complete", count=len(made.rows) - len(made.missing), all=len(made.rows))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{words("compared")}"><table class="sheet list" id="compared"><caption><span>{words("compared")} · {complete}</span></caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(assistant: Assistant, account: Account, cell: Cell, words: Words) -> str:
    if cell.fact is None:
        return f'<td class="none">{words("not_in_document")}</td>'
    if cell.amount is None:
        return f"<td>{words('blank')}</td>"
    address = html.escape(of_fact(assistant.library.view(account.id), cell.fact).query)
    return f'<td data-value="{cell.amount:f}"><a href="{address}" data-evidence>{html.escape(cell.fact.text)}</a> {html.escape(cell.fact.unit or "")}</td>'


def chart_html(made: Chart | None, words: Words) -> str:
    """A picture with the figures beside it."""
    if made is None:
        return f'<p class="why">{words("nothing_to_draw")}</p>'
    rows = "".join(
        f'<tr><th scope="row">{html.escape(mark.label)}</th><td><a href="{html.escape(mark.address)}" data-evidence>{html.escape(mark.fact.text)}</a> {html.escape(mark.fact.unit or "")}</td></tr>'
        for mark in made.marks
    )
    notes = "".join(f'<p class="why">{html.escape(note)}</p>' for note in made.notes)
    title = html.escape(made.title)
    return (
        f'<figure class="chart"><figcaption>{title}</figcaption><div class="drawn" role="img" aria-label="{title}；{words("figures_below")}" data-figure="{html.escape(json.dumps(made.figure, ensure_ascii=False))}"></div>'
        f'{notes}<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table class="figures"><caption>{words("figures")}</caption><tbody>{rows}</tbody></table></div></figure>'
    )


def build(gr: Any, assistant: Assistant, tab: Any, words: Words) -> None:
    """Put the comparison into the tab that is being made."""
    sought = gr.Textbox(label=words("find_documents"), lines=1, elem_id="compare-find")
    chosen = gr.Dropdown(
        label=words("compare_documents", most=MOST),
        choices=[],
        multiselect=True,
        max_choices=MOST,
        elem_id="compare-documents",
    )
    items = gr.Dropdown(
        label=words("compare_items"), choices=[], multiselect=True, allow_custom_value=True, elem_id="compare-items"
    )
    kind = gr.Radio(
        label=words("chart"),
        choices=[(words(f"kind_{name}"), name) for name in (*KINDS,)],
        value="departments",
        elem_id="chart-kind",
    )
    make = gr.Button(words("compare"), variant="primary", elem_id="compare-make")
    drawn = gr.HTML("", elem_id="charts")
    table = gr.HTML("", elem_id="compare-table")
    save = gr.Button(words("save_figures"), elem_id="compare-save", size="sm")
    files = gr.Files(label=words("save_figures"), visible=False, interactive=False, elem_id="compare-files")

    def accounts_of(identifiers: Sequence[str] | None) -> list[Account]:
        current = {account.id: account for account in assistant.library.accounts}
        return [current[one] for one in identifiers or () if one in current][:MOST]

    def opened(words_sought: str, identifiers: list[str] | None, names: list[str] | None) -> tuple[Any, Any]:
        with assistant.working:
            fits = documents_of(assistant, words_sought)
            kept = accounts_of(identifiers) or fits[:_FIRST]
            choices = [(f"{one.department} {one.year} {one.kind}", one.id) for one in dict.fromkeys([*kept, *fits])]
            return gr.update(choices=choices, value=[one.id for one in kept]), items_for(kept, names)

    def items_for(accounts: list[Account], names: list[str] | None) -> Any:
        offered = common_items(assistant.library, accounts[:_FIRST])
        return gr.update(
            choices=list(dict.fromkeys([*offered, *(names or ())])), value=names or offered[1:2] or offered[:1]
        )

    def compared(identifiers: list[str] | None, names: list[str] | None, drawn_as: str) -> tuple[Any, ...]:
        with assistant.working:
            accounts = accounts_of(identifiers)
            if not accounts or not names:
                return f'<p class="why" role="status">{words("choose_to_compare")}</p>', "", gr.update(visible=False)
            several = drawn_as not in _OF_ONE
            pictures = [
                chart(assistant.library, drawn_as, accounts, name, words) for name in (names if several else names[:1])
            ]
            shown = "".join(chart_html(one, words) for one in pictures[:_FIRST])
            return (
                shown,
                grid_html(assistant, grid(assistant.library, accounts, names), words),
                gr.update(visible=False),
            )

    def saved(identifiers: list[str] | None, names: list[str] | None) -> Any:
        with assistant.working:
            made = grid(assistant.library, accounts_of(identifiers), names or [])
        if not made.rows:
            return gr.update(visible=False)
        folder = Path(tempfile.mkdtemp(prefix="juesuan-compare-"))
        for name, content in (("比较.xlsx", made.as_workbook()), ("比较.csv", made.as_csv())):
            (folder / name).write_bytes(content)
        return gr.update(value=[str(folder / name) for name in ("比较.xlsx", "比较.csv")], visible=True)

    options = {"api_visibility": "private", "show_progress": "minimal"}
    opening = tab.select(opened, [sought, chosen, items], [chosen, items], **options)
    opening.then(compared, [chosen, items, kind], [drawn, table, files], **options)
    sought.submit(lambda text, names: opened(text, None, names), [sought, items], [chosen, items], **options)
    make.click(compared, [chosen, items, kind], [drawn, table, files], **options)
    kind.input(compared, [chosen, items, kind], [drawn, table, files], **options)
    save.click(saved, [chosen, items], [files], **options)
