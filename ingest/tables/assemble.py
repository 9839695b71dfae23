"""Tables over all pages: titles found, continuation pages joined, notes attached; the rest is narrative.

Every grid is either a new table or goes on with the last one. A title that is no standard one keeps its table,
with its own headers and without a kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ingest import catalogue
from ingest.captions import FORM_NUMBER, NOTE, OWNER, UNIT
from ingest.model import Place, Row, Table
from ingest.readers import Grid, Line, Page
from ingest.tables.captions import split_captions
from ingest.tables.layout import Header, read_header, read_rows
from ingest.tables.plain import is_plain_table, mend_names, read_plain_table
from ingest.tables.torn import rejoined
from ingest.text import squeeze, subject_of, unwrap

_TITLE = re.compile(r"表(?:（[^（）]*）)?$")
_HEADING = re.compile(r"^(?:第[一二三四五]部分|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)")
_LOOK_BACK = 12
"""A title stands at most this many lines above its grid."""


@dataclass
class _Open:
    """A table that may still go on."""

    kind: str | None
    title: str
    unit: str | None
    place: Place
    grids: list[Grid]
    """Its parts, all on the columns of the first one."""
    notes: list[str] = field(default_factory=list)


def read_tables(pages: list[Page]) -> tuple[list[Table], list[Line]]:
    """All tables in order, and the lines of the narrative that belong to no table."""
    tables: list[Table] = []
    whole: set[int] = set()
    narrative: list[Line] = []
    waiting: list[Line] = []
    current: _Open | None = None

    def close() -> None:
        nonlocal current
        if current:
            tables.append(_closed(current, len(tables) + 1))
            if current.grids[0].ruled:  # each name stands whole in its cell and needs no mending
                whole.add(len(tables))
            current = None

    items = [part for page in pages for item in page.items for part in _parts(item)]
    index = 0
    while index < len(items):
        item = items[index]
        if isinstance(item, Line):
            plain_end = is_plain_table(items, index)
            if plain_end:
                _release(waiting, current, narrative)
                close()
                lines = [line for line in items[index:plain_end] if isinstance(line, Line)]
                table, rest = read_plain_table(lines, len(tables) + 1)
                tables.append(table)
                items[plain_end:plain_end] = rest
                index = plain_end
                continue
            waiting.append(item)
            index += 1
            continue
        title, unit, leading = _title_above(waiting)
        if current and item.columns != current.grids[0].columns:
            item = item.aligned(current.grids[0].edges) or item
        if current and _goes_on(current, item, title, leading):
            waiting = [line for line in waiting if line not in leading]
            _release(waiting, current, narrative)
            current.grids.append(item)
        else:
            lead = set(map(id, leading))
            before = [line for line in waiting if id(line) not in lead]
            _release(before, current, narrative)
            close()
            kind = catalogue.kind_of_title(title.text) if title else None
            title_text = unwrap(title.text) if title else ""
            place = title.place if title else item.place
            current = _Open(kind, title_text, unit, place, [item])
        waiting = []
        index += 1
    _release(waiting, current, narrative)
    close()
    return [replace(table, number=n) for n, table in enumerate(mend_names(tables, whole), 1)], narrative


def _parts(item: Line | Grid) -> list[Line | Grid]:
    return split_captions(item) if isinstance(item, Grid) else [item]


def _title_above(waiting: list[Line]) -> tuple[Line | None, str | None, list[Line]]:
    """Title line, unit, and all lines that lead to the grid (title, owner, unit), from the lines before it."""
    recent = waiting[-_LOOK_BACK:]
    unit = None
    for back, line in enumerate(reversed(recent)):
        text = squeeze(line.text)
        found = UNIT.search(text)
        unit = unit or (found.group(1) if found else None)
        start = len(recent) - back - 1
        found_kind = catalogue.kind_of_title(text)
        if not _HEADING.match(text) and (found_kind or len(text) <= 6):
            for above in range(start - 1, max(start - 3, -1), -1):
                wrapped = _wrapped_title(recent[above : start + 1])
                if wrapped and catalogue.kind_of_title(wrapped) not in (None, found_kind):
                    return Line(wrapped, recent[above].place), unit, recent[_number_above(recent, above) :]
        if found_kind and not _HEADING.match(text):
            return line, unit, recent[_number_above(recent, start) :]
        if _HEADING.match(text) or len(text) > 50 or text.endswith("。"):
            break
    lead: list[Line] = []
    for line in reversed(recent):
        text = squeeze(line.text)
        if UNIT.search(text) or OWNER.match(text) or FORM_NUMBER.match(text) or _beside(line, recent):
            lead.insert(0, line)
        elif lead and len(text) <= 40 and _TITLE.search(text) and not _HEADING.match(text):
            return line, unit, [line, *lead]
        else:
            break
    return None, unit, lead


def _number_above(recent: list[Line], start: int) -> int:
    """Where the captions begin whose title is line `start`: the number of the form may stand above it."""
    while start and FORM_NUMBER.match(squeeze(recent[start - 1].text)):
        start -= 1
    return start


def _wrapped_title(lines: list[Line]) -> str:
    """The lines as one title that was broken into them; empty where one before the last is a whole of its own.

    The end of a long title may read like the title of another table (… | 支出决算表).
    """
    texts = [squeeze(line.text) for line in lines]
    for text in texts[:-1]:
        if not text or _HEADING.match(text) or UNIT.search(text) or OWNER.match(text) or FORM_NUMBER.match(text):
            return ""
        if text.endswith(("表", "。", "；", "：", "部门决算", "单位决算")) or re.search("[：。]", text):
            return ""
    return "".join(texts)


def _beside(line: Line, recent: list[Line]) -> bool:
    """True for a line at the height of one with the owner: the owner's name, printed apart from its 部门：."""
    owners = [other for other in recent if OWNER.match(squeeze(other.text))]
    return any(other is not line and _same_height(line.place, other.place) for other in owners)


def _same_height(one: Place, other: Place) -> bool:
    if not one.box or not other.box or one.page != other.page:
        return False
    overlap = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    return overlap > 0.5 * min(one.box.bottom - one.box.top, other.box.bottom - other.box.top)


def _goes_on(current: _Open, grid: Grid, title: Line | None, leading: list[Line]) -> bool:
    """True where the grid continues the open table: no new title, or the same table's title repeated."""
    if grid.columns != current.grids[0].columns or _sheet(grid) != _sheet(current.grids[0]):
        return False
    if title is None:
        return not leading or all(not squeeze(line.text).endswith("表") for line in leading)
    kind = catalogue.kind_of_title(title.text)
    return kind == current.kind if kind else squeeze(title.text) == squeeze(current.title)


def _sheet(grid: Grid) -> str:
    """The spreadsheet that a grid stands on; no table goes on from one to the next."""
    return (grid.place.cell or "").rpartition("!")[0]


def _rows(grids: list[Grid]) -> tuple[Header, list[Row]]:
    """The header of a table and its rows over all its grids."""
    header, starts = read_header(grids)
    rows: list[Row] = []
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for grid, start in zip(rejoined(grids, starts), starts, strict=True):
        for row in read_rows(grid, start, header, bool(rows)):
            if not _is_total(row):
                rows.append(row)
            elif _total_key(row) not in seen:  # 合计 is printed again under a repeated header
                rows.append(row)
                seen.add(_total_key(row))
    return header, rows


def _is_total(row: Row) -> bool:
    return row.subject == "合计" and not row.code


def _total_key(row: Row) -> tuple[str, str, tuple[str, ...]]:
    return row.side, row.subject, tuple(cell.text for cell in row.cells)


def _release(waiting: list[Line], table: _Open | None, narrative: list[Line]) -> None:
    """Lines after a table: its notes go to it, the others to the narrative."""
    noting = table is not None
    for line in waiting:
        text = squeeze(line.text)
        if noting and table:
            if NOTE.search(text) and not _HEADING.match(text):
                table.notes.append(unwrap(line.text))
                continue
            if table.notes and not _ends(table.notes[-1]) and not _HEADING.match(text):
                table.notes[-1] += unwrap(line.text)
                continue
            if table.notes and re.match(r"^\d[.、．]", text):
                table.notes.append(unwrap(line.text))
                continue
            noting = False
        narrative.append(line)


def _ends(text: str) -> bool:
    return text.endswith(("。", "；", "！", "：", "."))


def _closed(table: _Open, number: int) -> Table:
    kind, (header, found) = table.kind, _rows(table.grids)
    places = [place for grid in table.grids for place in (grid.place, *(cell.place for cell in grid.cells))]
    if kind is None and not _TITLE.search(squeeze(table.title)):
        kind = catalogue.kind_of_content([*header.texts, *(row.label for row in found)])
    rows = tuple(_with_side(row, kind) for row in _with_parents(found))
    return Table(
        number,
        kind,
        table.title or (standard.name if (standard := catalogue.standard_table(kind)) else ""),
        table.unit,
        tuple(dict.fromkeys(place.page for place in places if place.page is not None)),
        header.columns,
        rows,
        tuple(table.notes),
        table.place,
    )


def _with_side(row: Row, kind: str | None) -> Row:
    if kind == "T6" and not row.side:
        if row.code.startswith(("301", "303")) or row.subject.startswith("人员经费"):
            return replace(row, side="人员经费")
        if row.code or row.subject.startswith("公用经费"):  # 合计 is of both
            return replace(row, side="公用经费")
    return row


def _with_parents(rows: list[Row]) -> list[Row]:
    """A name that recurs on the same side belongs to the last row that did not: 一般公共预算财政拨款 under 年初结转."""
    seen: set[tuple[str, str]] = set()
    last: dict[str, str] = {}
    done = []
    for row in rows:
        key = (row.side, row.subject)
        if row.code or not row.subject:
            done.append(row)
        elif key in seen or _part_of(last.get(row.side, ""), row, seen):
            done.append(replace(row, parent=last.get(row.side, "")))
        else:
            seen.add(key)
            last[row.side] = subject_of(row.label)
            done.append(row)
    return done


def _part_of(last: str, row: Row, seen: set[tuple[str, str]]) -> bool:
    return "结转和结余" in last and (row.side, row.subject + "收入") in seen
