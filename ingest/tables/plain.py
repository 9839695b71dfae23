"""Tables in page text without rules or tabs: rows are names and figures separated by blanks.

The header lines of such text are jumbled, so the columns come from the catalogue, chosen by the table's kind and
by how many figures its rows have; a row that does not fit is left out rather than guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby

from ingest import catalogue
from ingest.captions import OWNER, UNIT
from ingest.model import Cell, Place, Row, Table
from ingest.readers import Grid, Line
from ingest.text import amount, plain, squeeze, subject_of, unwrap

_DIGITS = r"(?:\d{1,3}(?:,\d{3})*|\d+)\.\d{2}"
_AMOUNT = rf"[-－]?{_DIGITS}|[(（]{_DIGITS}[)）]"
_TOKEN = re.compile(
    rf"(?P<amount>(?:{_AMOUNT})(?![\d%]))|(?P<code>(?<![\d.,])\d{{2,7}}(?![\d.,]))|(?P<name>[^\s\d][^\s]*)"
)
_RUNNING_HEAD = re.compile(r"20\d\d年度?(?:部门|单位)?决算$")
_NOTE = re.compile(r"^(?:注|说明)[：:]")
_STAGES = re.compile(r"预算数|决算数")
_LEVELS = {"类", "款", "项", "目"}
_LOOK_AHEAD = 4
_EXPENDITURE = re.compile(r"支出$|结余分配|^年末")


def is_plain_table(items: list[Line | Grid], start: int) -> int | None:
    """End of the plain-text table whose title is `items[start]`; None if that line is no such title."""
    line = items[start]
    kind = catalogue.kind_of_title(line.text) if isinstance(line, Line) else None
    if kind is None:
        return None
    ahead = items[start + 1 : start + 1 + _LOOK_AHEAD]
    if any(isinstance(item, Grid) for item in ahead) or not any(
        isinstance(item, Line) and UNIT.search(squeeze(item.text)) for item in ahead
    ):
        return None
    for end in range(start + 1, len(items)):
        item = items[end]
        if isinstance(item, Grid):
            return None
        text = squeeze(item.text)
        if (catalogue.kind_of_title(text) or kind) != kind or re.match(r"^第[一二三四五]部分", text):
            return end
    return len(items)


@dataclass
class _Piece:
    """Codes, name and figures of one row (or one side of a row) as they stand in the text."""

    codes: list[str]
    names: list[str]
    figures: list[str]
    place: Place


def read_plain_table(lines: list[Line], number: int) -> tuple[Table, list[Line]]:
    """The table, and the lines after its notes that are none of it."""
    title, *body = lines
    kind = catalogue.kind_of_title(title.text)
    unit = next((m.group(1) for line in body if (m := UNIT.search(squeeze(line.text)))), None)
    body = [line for line in body if not _is_caption(squeeze(line.text), kind)]
    standard = catalogue.standard_table(kind)
    assert standard is not None  # the title was recognised
    end, notes, rest = _notes(body)
    rows_from = next((i for i, line in enumerate(body[:end]) if _begins_rows(line)), end)
    header = " ".join(line.text for line in body[:rows_from])
    headings = {squeeze(line.text) for line in body[:rows_from]}
    pieces = [p for line in body[rows_from:end] if squeeze(line.text) not in headings for p in _pieces(line)]
    if kind == "T7":
        columns, rows = _items_in_columns(standard, header, pieces)
    elif kind in ("T1", "T4"):
        columns, rows = _two_sided(standard, pieces)
    else:
        columns, rows = _by_code(standard, pieces)
    places = [title.place, *(row.place for row in rows)]
    pages = tuple(dict.fromkeys(place.page for place in places if place.page is not None))
    return Table(number, kind, unwrap(title.text), unit, pages, columns, tuple(rows), tuple(notes), title.place), rest


def _is_caption(text: str, kind: str | None) -> bool:
    """True for a title, owner, unit or running head, which stand above the table and again on its next pages."""
    return catalogue.kind_of_title(text) == kind or any(p.search(text) for p in (OWNER, UNIT, _RUNNING_HEAD))


def _begins_rows(line: Line) -> bool:
    return bool(re.search(rf"(?:{_AMOUNT})", line.text)) or bool(re.match(r"^\d{3,7}\s", line.text))


def _notes(body: list[Line]) -> tuple[int, list[str], list[Line]]:
    """Index after the last row, the notes, and what follows them."""
    first = next((i for i, line in enumerate(body) if _NOTE.match(squeeze(line.text))), None)
    if first is None:
        last = max((i for i, line in enumerate(body) if re.search(rf"(?:{_AMOUNT})", line.text)), default=-1)
        end = last + 1 + _rest_of_name(body, last)
        return end, [], body[end:] if last >= 0 else []
    notes: list[str] = []
    for index, line in enumerate(body[first:], first):
        text = squeeze(line.text)
        if _NOTE.match(text) or (notes and "本表" in text):
            notes.append(unwrap(line.text))
        elif notes and not notes[-1].endswith("。"):
            notes[-1] += unwrap(line.text)
        else:
            return first, notes, body[index:]
    return first, notes, []


def _is_name(line: Line) -> bool:
    pieces = _pieces(line)
    return bool(pieces) and all(piece.names and not piece.codes and not piece.figures for piece in pieces)


def _rest_of_name(body: list[Line], last: int) -> int:
    """How many lines after the last row belong to its name, which stands around its figures: as many as before."""
    row = _pieces(body[last]) if last > 0 else []
    if not row or not row[-1].codes or row[-1].names:
        return 0
    above = 0
    while last > above and _is_name(body[last - 1 - above]):
        above += 1
    return min(above, len(body) - last - 1)


def _pieces(line: Line) -> list[_Piece]:
    """The row's parts: a new one begins where a code or name follows a figure."""
    pieces: list[_Piece] = []
    for token in _TOKEN.finditer(line.text):
        kind, text = token.lastgroup, token.group()
        if text in _LEVELS:
            continue
        if not pieces or (kind != "amount" and pieces[-1].figures):
            pieces.append(_Piece([], [], [], line.place))
        piece = pieces[-1]
        {"amount": piece.figures, "code": piece.codes, "name": piece.names}[kind or "name"].append(text)
    return pieces


def _cells(figures: list[str], first: int, place: Place) -> tuple[Cell, ...]:
    return tuple(Cell(first + i, text, amount(text), place) for i, text in enumerate(figures))


def _figures(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def _two_sided(
    standard: catalogue.StandardTable, pieces: list[_Piece]
) -> tuple[tuple[tuple[str, ...], ...], list[Row]]:
    """T1 and T4: the number of figures and the name tell the side."""
    measures = (
        ("决算数",)
        if standard.id == "T1"
        else ("合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
    )
    columns = (("收入", "决算数"), *(("支出", measure) for measure in measures))
    rows: list[Row] = []
    parents = {"收入": "", "支出": ""}
    for piece in pieces:
        label = "".join(piece.names)
        subject = subject_of(label)
        sided = [row for row in rows if row.place == piece.place]
        if len(measures) > 1:
            side = "支出" if len(piece.figures) == len(measures) else "收入"
        else:
            side = "支出" if sided or _EXPENDITURE.search(subject) else "收入"
        if not label or len(piece.figures) not in (1, len(measures)):
            continue
        known = any(row.side == side and row.subject in (subject, subject + "收入") for row in rows)
        parent = parents[side] if known else ""
        if not known:
            parents[side] = subject
        first = 0 if side == "收入" else 1
        rows.append(Row(label, subject, "", side, parent, _cells(piece.figures, first, piece.place), piece.place))
    return columns, rows


def _items_in_columns(
    standard: catalogue.StandardTable, header: str, pieces: list[_Piece]
) -> tuple[tuple[tuple[str, ...], ...], list[Row]]:
    """T7: twelve figures, in pairs (预算数 决算数 under each item) or in two blocks of six."""
    figures = [text for piece in pieces for text in piece.figures]
    items = (
        ("合计",),
        ("因公出国（境）费",),
        ("公务用车购置及运行维护费", "小计"),
        ("公务用车购置及运行维护费", "公务用车购置费"),
        ("公务用车购置及运行维护费", "公务用车运行维护费"),
        ("公务接待费",),
    )
    stages = _STAGES.findall(header)
    if stages[:2] == ["预算数", "决算数"] and len(stages) == 12:
        columns = tuple((*item, stage) for item in items for stage in ("预算数", "决算数"))
    elif stages == ["预算数", "决算数"]:
        columns = tuple((stage, *item) for stage in stages for item in items)
    else:
        return (), []
    if len(figures) != len(columns):
        return columns, []
    place = pieces[0].place
    return columns, [Row("", "", "", "", "", _cells(figures, 0, place), place)]


def _by_code(standard: catalogue.StandardTable, pieces: list[_Piece]) -> tuple[tuple[tuple[str, ...], ...], list[Row]]:
    """Tables by code: as many figures as the catalogue has columns; names are mended afterwards."""
    counts = [len(piece.figures) for piece in pieces if piece.figures]
    width = max(set(counts), key=counts.count) if counts else 0
    measures = standard.plain.get(width)
    if not measures:
        return (), []
    columns = tuple((measure,) for measure in measures)
    rows: list[Row] = []
    open_codes: list[str] = []
    for piece in _names_around(pieces):
        codes = "".join(piece.codes)
        if codes and not piece.figures:  # the row goes on in the next line
            open_codes = [codes]
            continue
        if len(piece.figures) != width:
            continue
        if not codes and open_codes:
            codes = open_codes.pop()
        label = unwrap(" ".join(piece.names))
        if not codes and not label:
            continue
        if label == "合计" and any(not row.code and _figures(row) == piece.figures for row in rows):
            continue  # printed again on the next page
        cells = _cells(piece.figures, 0, piece.place)
        side = ""
        if standard.id == "T6":
            side = "人员经费" if codes.startswith(("301", "303")) or label.startswith("人员经费") else "公用经费"
        rows.append(Row(label, subject_of(label), codes, side, "", cells, piece.place))
    return columns, rows


def _names_around(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with names that stand around their figures: as many lines after them as before.

    Such a row has codes and figures but no name, and lines of nothing but names before and after it, with a name for
    each of its groups. Names that cannot be told apart are left out, for the catalogue to mend.
    """
    done: list[_Piece] = []
    before: list[_Piece] = []
    nameless: list[_Piece] = []
    after = 0
    for _, printed in groupby(pieces, key=lambda piece: piece.place):
        line = list(printed)
        if len(line) == 1 and line[0].names and not line[0].codes and not line[0].figures:
            if after:
                _share_out(line[0].names, nameless)
                after -= 1
            else:
                before.append(line[0])
            continue
        line = [replace(piece, names=list(piece.names)) for piece in line]
        nameless = [piece for piece in line if piece.codes and piece.figures and not piece.names]
        after = len(before) if nameless else 0
        if not nameless:
            done += before
        elif len(line) > 1 and any(len(part.names) != len(nameless) for part in before):
            nameless = []  # it cannot be told which name is whose
        for part in before:
            _share_out(part.names, nameless)
        done += line
        before = []
    return [*done, *before]


def _share_out(names: list[str], pieces: list[_Piece]) -> None:
    """Give each piece its name of a line; all to a single one, none where they cannot be told apart."""
    if len(pieces) == 1:
        pieces[0].names.extend(names)
    elif len(names) == len(pieces):
        for piece, name in zip(pieces, names, strict=True):
            piece.names.append(name)


def mend_names(tables: list[Table], whole: set[int], year: int | None = None) -> list[Table]:
    """Tables with the names that page text tore apart or cut short put right.

    A name that is missing, or that another table of the account prints longer for the same code, is taken from
    there, else from the catalogue. Ruled tables print their names whole and stay as they are.

    :param whole: the numbers of the tables (from 1) whose cells are known to hold whole names.
    """
    printed: dict[str, list[str]] = {}
    for table in tables:
        for row in table.rows:
            if row.code and row.label:
                printed.setdefault(row.code, []).append(row.label)
    return [
        replace(table, rows=tuple(_mended(row, printed, year) for row in table.rows))
        if number not in whole and any(row.place.box is None for row in table.rows)
        else table
        for number, table in enumerate(tables, 1)
    ]


def _is_torn(part: str, name: str) -> bool:
    """True for the beginning or the middle of a longer name; an end may be a name of its own (资本性支出)."""
    return len(name) > len(part) and (name.startswith(part) or (part in name and not name.endswith(part)))


def _mended(row: Row, printed: dict[str, list[str]], year: int | None) -> Row:
    if not row.code:
        return row
    candidates = [*printed.get(row.code, []), catalogue.name_of_code(row.code, year)]
    mine = plain(row.label)
    longer = [name for name in candidates if _is_torn(mine, plain(name))]
    name = max(longer, key=len, default="")
    return replace(row, label=name, subject=subject_of(name)) if name else row
