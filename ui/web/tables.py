"""A document's tables as real text: HTML with its headers, CSV, a workbook."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.library import AccountView
from ingest.catalogue import published_kind
from ingest.model import Fact, Table
from ui.address import of_fact
from ui.spreadsheet import harmless, number_format
from ui.words import Words


@dataclass(frozen=True)
class Line:
    """A row of one side of a table; `cells` by the side's columns, None where the row has no such cell."""

    code: str
    label: str
    cells: tuple[Fact | None, ...]


@dataclass(frozen=True)
class Side:
    """A table, or one of its two sides (收入, 支出), which have rows of their own."""

    name: str
    columns: tuple[tuple[str, ...], ...]
    """Header path of each column, outermost first."""
    lines: tuple[Line, ...]

    @property
    def has_codes(self) -> bool:
        """True where a row has a 科目编码."""
        return any(line.code for line in self.lines)


def table_of(view: AccountView, number: int) -> Table:
    """The table of this number.

    :raises KeyError: if the document has none such.
    """
    return view.tables[number]


def sides(view: AccountView, number: int) -> tuple[Side, ...]:
    """The sides of a table in the order in which they begin, each with its rows as printed."""
    table = table_of(view, number)
    rows: dict[str, dict[int, list[Fact]]] = {}
    for fact in view.facts:
        if fact.table == number:
            rows.setdefault(fact.side, {}).setdefault(fact.row, []).append(fact)
    found = []
    for name, of_side in rows.items():
        used = {fact.column for facts in of_side.values() for fact in facts}
        columns = tuple(column for column in table.columns if column in used)
        lines = []
        for facts in of_side.values():
            by_column = {fact.column: fact for fact in facts}
            lines.append(Line(facts[0].code, facts[0].label, tuple(map(by_column.get, columns))))
        found.append(Side(name, columns, tuple(lines)))
    return tuple(found)


def title_of(table: Table, words: Words) -> str:
    """The table's title, with its kind where it is a standard one; what it is called where it has none."""
    return table.title or words("untitled_table", number=table.number)


def as_html(
    view: AccountView,
    number: int,
    words: Words,
    hit: Fact | None = None,
    around: int | None = None,
    linked: bool = False,
) -> str:
    """The table as HTML.

    :param hit: a cell to mark, with its row and column; only its side is shown.
    :param around: how many rows before and after it are shown; all of them if None.
    :param linked: figures link to their evidence, and columns can be sorted.
    """
    table = table_of(view, number)
    shown = [side for side in sides(view, number) if hit is None or side.name == hit.side]
    return "".join(_side_html(view, table, side, words, hit, around, linked) for side in shown)


def _side_html(
    view: AccountView, table: Table, side: Side, words: Words, hit: Fact | None, around: int | None, linked: bool
) -> str:
    at = next((n for n, line in enumerate(side.lines) if hit is not None and hit in line.cells), 0)
    first = 0 if around is None else max(0, at - around)
    lines = side.lines if around is None else side.lines[first : at + around + 1]
    marked = side.lines[at].cells.index(hit) if hit is not None and hit in side.lines[at].cells else None
    unit = words("unit_of", unit=table.unit) if table.unit else ""
    left_out = words("rows_of", first=first + 1, last=first + len(lines), all=len(side.lines))
    caption = " · ".join(
        filter(None, (title_of(table, words), side.name, unit, left_out if len(lines) < len(side.lines) else ""))
    )
    head = _head_html(side, words, marked, linked)
    body = "".join(_line_html(view, side, line, hit, marked, linked, words) for line in lines)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}"><table class="sheet">'
        f"<caption><span>{html.escape(caption)}</span></caption><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _head_html(side: Side, words: Words, marked: int | None, linked: bool) -> str:
    depth = max((len(path) for path in side.columns), default=1)
    names = ([words("code")] if side.has_codes else []) + [words("row")]
    rows = []
    for level in range(depth):
        cells = [_heading(name, depth, 1, depth, linked, kind="names" if name == names[-1] else "") for name in names] if level == 0 else []
        for start, length in _groups(side.columns, level):
            path = side.columns[start]
            if len(path) <= level:
                continue
            down = depth - level if len(path) == level + 1 else 1
            hit = marked is not None and start <= marked < start + length
            cells.append(
                _heading(path[level], down, length, level + down, linked and level + down == depth, "line" if hit else "", depth)
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(rows)


def _groups(columns: tuple[tuple[str, ...], ...], level: int) -> Iterator[tuple[int, int]]:
    """Runs of columns under one header of a level: where each begins, and how many."""
    start = 0
    for at in range(1, len(columns) + 1):
        ends = len(columns[start]) <= level + 1
        if at == len(columns) or ends or columns[at][: level + 1] != columns[start][: level + 1]:
            yield start, at - start
            start = at


def _heading(
    name: str, down: int, wide: int, reach: int, sorts: bool, kind: str = "", depth: int | None = None
) -> str:
    spans = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{wide}"' if wide > 1 else "")
    scope = "colgroup" if wide > 1 else "col"
    shown = html.escape(name)
    if sorts and wide == 1 and (depth is None or reach == depth):
        shown = f'<button type="button" class="sort" data-sort>{shown}</button>'
    return f'<th scope="{scope}"{spans}{f" class={kind}" if kind else ""}>{shown}</th>'


def _line_html(
    view: AccountView, side: Side, line: Line, hit: Fact | None, marked: int | None, linked: bool, words: Words
) -> str:
    on = hit is not None and hit in line.cells
    code = f"<td>{html.escape(line.code)}</td>" if side.has_codes else ""
    cells = []
    for at, fact in enumerate(line.cells):
        if fact is None:
            cells.append('<td class="none"></td>')
            continue
        shown = html.escape(fact.text) or f'<span class="blank">{words("blank")}</span>'
        address = of_fact(view, fact)
        if linked and fact.text:
            shown = f'<a href="{html.escape(address.query)}" data-evidence>{shown}</a>'
        kind = "hit" if fact is hit else "line" if on or at == marked else ""
        current = ' aria-current="true"' if fact is hit else ""
        value = "" if fact.value is None else f' data-value="{fact.value:f}"'
        cells.append(
            f'<td id="{"at-" if linked else "hit-"}{address.at}"{f" class={kind}" if kind else ""}{current}{value}>{shown}</td>'
        )
    row = html.escape(line.label) or f'<span class="blank">{words("no_row_name")}</span>'
    return f'<tr{" class=line" if on else ""}>{code}<th scope="row">{row}</th>{"".join(cells)}</tr>'


def as_csv(view: AccountView, number: int) -> bytes:
    """The table as CSV in UTF-8 with its mark, as spreadsheets want it; figures as printed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for side in sides(view, number):
        writer.writerow(["科目编码", side.name or "项目", *("/".join(path) for path in side.columns)])
        for line in side.lines:
            writer.writerow(
                [
                    line.code,
                    harmless(line.label),
                    *(
                        harmless(fact.text) if fact else ""
                        for fact in line.cells
                    ),
                ]
            )
    return out.getvalue().encode("utf-8-sig")


def as_workbook(view: AccountView, number: int) -> bytes:
    """The table as XLSX: figures as numbers, exact as printed; blank cells stay blank."""
    from openpyxl import Workbook

    table = table_of(view, number)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = (published_kind(table.kind) or f"表{number}")[:31]
    sheet.append(
        [
            table.title or f"表 {number}",
            f"单位：{table.unit or '–'}",
            view.account.department,
            view.account.year,
            view.account.sha256,
        ]
    )
    for side in sides(view, number):
        sheet.append(["科目编码", side.name or "项目", *("/".join(path) for path in side.columns)])
        for line in side.lines:
            sheet.append(
                [
                    line.code,
                    harmless(line.label),
                    *(
                        (fact.value if fact.value is not None else harmless(fact.text) or None) if fact else None
                        for fact in line.cells
                    ),
                ]
            )
            for cell, fact in zip(sheet[sheet.max_row][2:], line.cells):
                if fact is not None and fact.value is not None:
                    cell.number_format = number_format(fact.text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
