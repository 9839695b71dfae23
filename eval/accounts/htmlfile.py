"""The account as a web page: tables with rowspan and colspan between headings and paragraphs.

Once as plain as an office program exports it, and once as sites of governments publish it: menus, a layout table
around the article, styled cells, and what is not shown.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from eval.accounts.account import MadeUp, Part, broken, parts, told_of, up_to
from eval.accounts.grid import spans
from eval.accounts.told import NOWHERE, Told


def as_html(account: MadeUp, path: Path) -> list[Told]:
    """Write the account and give the truth about it."""
    body, truth = _article(account, published=False)
    out = ["<!DOCTYPE html>", '<html lang="zh-CN"><head><meta charset="utf-8">']
    out += [f"<title>{_title(account)}</title></head><body>", *body, "</body></html>", ""]
    path.write_text("\n".join(out), encoding="utf-8")
    return truth


def as_site(account: MadeUp, path: Path, charset: str = "gb2312") -> list[Told]:
    """Write the account as the page of a site and give the truth about it.

    :param charset: what the page says its encoding is; those of the GB family are written as GB 18030.
    """
    body, truth = _article(account, published=True)
    title = _title(account)
    links = "".join(f"<li><a href='/{number}'>栏目{number}2019年度决算</a></li>" for number in range(8))
    page = (
        f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{title}_云岫市人民政府</title>"
        f"<style>p {{color: red}}</style></head><body><div class='nav'><ul>{links}</ul></div>"
        f"<div>您当前的位置：<a href='/'>首页</a> &gt; 2011年度预决算公开</div><h1>{title}</h1>"
        f"<script>document.write('收入决算表')</script><div style='display:none'>隐藏的2010年度部门决算</div>"
        f"<table width=100%><tr><td>{''.join(body)}</td></tr></table>"
        f"<div class='footer'>版权所有 云岫市人民政府办公室 备案号2020001</div></body></html>"
    )
    path.write_bytes(page.encode("gb18030" if charset.startswith("gb") else charset))
    return truth


def _title(account: MadeUp) -> str:
    return f"{account.department}{account.year}年度{account.form.kind}决算"


def _article(account: MadeUp, published: bool) -> tuple[list[str], list[Told]]:
    """The body of the page, and the truth about it."""
    rng = account.rng()
    truth: list[Told] = []
    indent = "\u3000\u3000" if published else ""
    out = [f"<p>{indent}{escape(text)}</p>" for paragraphs in account.front for text in paragraphs]
    out.append(f"<h2>{account.part_two}</h2>")
    for sheet in account.sheets:
        fits = rng.choice([5, 12, 99, 99])
        for part in parts(account, sheet, up_to(fits)):
            for text, align in part.above:
                shown = escape(text).replace("  ", "&nbsp;&nbsp;") if published else escape(text)
                bold = f"<b>{shown}</b>" if published and align == "middle" else shown
                out.append(f'<p align="{align.replace("middle", "center")}">{bold}</p>')
            inside = published and account.form.title == "inside"
            out += _table(part, account.form.wrapped, published, part.notes if inside else ())
            truth += told_of(part, account.form.unit, [[NOWHERE] * len(row) for row in part.rows])
            out += [] if inside else [f"<p>{note}</p>" for note in part.notes]
    out += [f"<p>{indent}{escape(text)}</p>" for paragraphs in account.back for text in paragraphs]
    return out, truth


def _table(part: Part, wrapped: bool, published: bool, notes: tuple[str, ...]) -> list[str]:
    """The grid, and below it rows for the notes that stand inside; a published one sets every span and cell's style."""
    lines = ["<table border=1><tbody>" if published else '<table border="1">']
    cells = {(span.top, span.left): span for span in spans(part.rows)}
    for top, row in enumerate(part.rows):
        line = "<tr>"
        for left, text in enumerate(row):
            span = cells.get((top, left))
            if span:
                size = f' rowspan="{span.bottom - top + 1}"' if published or span.bottom > top else ""
                size += f' colspan="{span.right - left + 1}"' if published or span.right > left else ""
                content = escape(broken(text, 6) if wrapped else text).replace("\n", "<br>").replace(" ", "&nbsp;")
                content = content or "&nbsp;"
                line += f"<td{size}>{f'<p><span>{content}</span></p>' if published else content}</td>"
        lines.append(line + "</tr>")
    lines += [f"<tr><td colspan={len(part.rows[0])}>{note}</td></tr>" for note in notes]
    return [*lines, "</tbody></table>" if published else "</table>"]
