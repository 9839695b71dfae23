"""The account as a web page: tables with rowspan and colspan between headings and paragraphs."""

from __future__ import annotations

from html import escape
from pathlib import Path

from eval.accounts.account import MadeUp, Part, broken, parts, told_of, up_to
from eval.accounts.grid import spans
from eval.accounts.told import NOWHERE, Told


def as_html(account: MadeUp, path: Path) -> list[Told]:
    """Write the account and give the truth about it."""
    rng, truth = account.rng(), []
    out = ["<!DOCTYPE html>", '<html lang="zh-CN"><head><meta charset="utf-8">']
    out += [f"<title>{account.department}{account.year}年度{account.form.kind}决算</title></head><body>"]
    out += [f"<p>{paragraph}</p>" for paragraphs in account.front for paragraph in paragraphs]
    out.append(f"<h2>{account.part_two}</h2>")
    for sheet in account.sheets:
        fits = rng.choice([5, 12, 99, 99])
        for part in parts(account, sheet, up_to(fits)):
            out += [f'<p align="{align.replace("middle", "center")}">{text}</p>' for text, align in part.above]
            out += _table(part, account.form.wrapped)
            truth += told_of(part, account.form.unit, [[NOWHERE] * len(row) for row in part.rows])
            out += [f"<p>{note}</p>" for note in part.notes]
    out += [f"<p>{paragraph}</p>" for paragraphs in account.back for paragraph in paragraphs]
    path.write_text("\n".join([*out, "</body></html>", ""]), encoding="utf-8")
    return truth


def _table(part: Part, wrapped: bool) -> list[str]:
    lines = ['<table border="1">']
    cells = {(span.top, span.left): span for span in spans(part.rows)}
    for top, row in enumerate(part.rows):
        line = "<tr>"
        for left, text in enumerate(row):
            span = cells.get((top, left))
            if span:
                size = f' rowspan="{span.bottom - top + 1}"' if span.bottom > top else ""
                size += f' colspan="{span.right - left + 1}"' if span.right > left else ""
                content = escape(broken(text, 6) if wrapped else text).replace("\n", "<br>").replace(" ", "&nbsp;")
                line += f"<td{size}>{content or '&nbsp;'}</td>"
        lines.append(line + "</tr>")
    return [*lines, "</table>"]
