"""One grid understood: header paths, column roles, groups printed side by side, rows.

pdfplumber tells which cells are merged; a tab-separated text does not, so its merged header cells are
inferred from the blanks around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.model import Cell, Place, Row
from ingest.readers import Grid, GridCell
from ingest.text import amount, is_code, is_nil, squeeze, subject_of, unwrap

_TOTALS = {"合计", "总计", "小计"}
_LEVELS = {"类", "款", "项", "目", "节"}
_SIDES = {"收入", "支出"}
_COUNTERS = {"行次", "栏次", "序号"}
_ORDINAL_LABEL = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_DATA_LABEL = re.compile(r"^(?:本年(?:收入|支出)合计|总计|年[初末].*结转.*|结余分配|使用非财政拨款结余.*|.*经费合计)$")
_LABEL_HEADER = re.compile(r"(?:项目|名称|科目|单位|内容|指标|经济分类|功能分类)$")
_AMOUNT_HEADER = re.compile(r"数$|金额|合计|小计|收入|支出$|费$|拨款|结余|总额|比例|%")


@dataclass(frozen=True)
class Group:
    """Columns that belong together in a row: code, name, amounts. Two-sided tables have two groups."""

    side: str
    codes: tuple[int, ...]
    labels: tuple[int, ...]
    amounts: tuple[int, ...]


@dataclass(frozen=True)
class Header:
    """What stands above the first row."""

    texts: frozenset[str]
    paths: tuple[tuple[str, ...], ...]
    """Header path of each grid column, outermost first."""
    groups: tuple[Group, ...]
    lines: frozenset[tuple[str, ...]]
    """The texts of each header row, by which a row is known that prints the header again."""

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """Distinct paths of the amount columns in printed order."""
        return tuple(dict.fromkeys(self.paths[column] for group in self.groups for column in group.amounts))


Line = list[GridCell | None]


def body_start(lines: list[Line]) -> int:
    """Index of the first row that is not header; `len(lines)` if there is none."""
    for index, line in enumerate(lines):
        texts = [squeeze(cell.text) for cell in line if cell]
        filled = [text for text in texts if text]
        if _is_counter_row(filled):
            continue
        if not filled:
            if index and not _header_follows(lines[index + 1 :], lines[:index]):
                return index
            continue
        if _is_data(filled):
            return index
    return len(lines)


def _is_data(filled: list[str]) -> bool:
    words = {text for text in filled if not _is_figure(text)}
    if words <= _TOTALS or (words & _LEVELS and words & _TOTALS and words <= _LEVELS | _TOTALS):
        return True
    if words and all(_DATA_LABEL.match(text) for text in words):  # 本年支出合计 may head a column as well
        return True
    return any(
        (_is_figure(text) and not _is_year(text))
        or _ORDINAL_LABEL.match(text)
        or (is_code(text) and len(text) >= 3 and not _is_year(text))
        for text in filled
    )


def _is_figure(text: str) -> bool:
    return amount(text) is not None or is_nil(text)


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", text))


def _is_counter_row(filled: list[str]) -> bool:
    """栏次 1 2 3 …, with or without the word."""
    if any(text in ("栏次", "行次") for text in filled) and all(text in _COUNTERS or text.isdigit() for text in filled):
        return any(text.isdigit() for text in filled)
    return len(filled) > 2 and filled == [str(n) for n in range(1, len(filled) + 1)]


def _header_follows(lines: list[Line], above: list[Line]) -> bool:
    """True where the next row with anything in it goes on with the header, rather than printing it again."""
    for line in lines:
        filled = _filled(line)
        if filled:
            return not _is_data(filled) and filled not in map(_filled, above)
    return False


def read_header(grids: Sequence[Grid]) -> tuple[Header, list[int]]:
    """The header of a table, and the index of the first body row of each of its grids.

    Headings stand in the first grid; what a column holds is told by all, since it may be blank on the first page.
    """
    grid, lines = grids[0], grids[0].lines()
    start = body_start(lines)
    covered = _covered(grid, start)
    counters = {row for row in range(start) if _is_counter_row(_filled(lines[row]))}
    paths = [
        tuple(
            dict.fromkeys(
                unwrap(covered[row][column]) for row in range(start) if row not in counters and covered[row][column]
            )
        )
        for column in range(grid.columns)
    ]
    paths = [_without_total(path) for path in paths]
    texts = frozenset(squeeze(cell.text) for line in lines[:start] for cell in line if cell and cell.text.strip())
    printed = frozenset(tuple(filled) for line in lines[:start] if not set(filled := _filled(line)) <= _TOTALS)
    starts = [start, *(_repeated_header(texts, more) for more in grids[1:])]
    below = [line for part, first in zip(grids, starts, strict=True) for line in part.lines()[first:]]
    body = [line for line in below if tuple(_filled(line)) not in printed]
    roles = [_role(path, [_text(line[c]) for line in body]) for c, path in enumerate(paths)]
    return Header(texts, tuple(paths), tuple(_groups(paths, roles)), printed), starts


def _repeated_header(texts: frozenset[str], grid: Grid) -> int:
    lines = grid.lines()
    for index, line in enumerate(lines):
        filled = set(_filled(line))
        if not filled or not filled <= texts:
            return index
    return len(lines)


def _without_total(path: tuple[str, ...]) -> tuple[str, ...]:
    """合计 in the last header row, below the heading of codes or names, names a row and is no heading."""
    above = squeeze(path[-2]) if len(path) > 1 else ""
    names_rows = above.endswith(("编码", "代码", "科目名称")) or above in _LEVELS
    return path[:-1] if names_rows and squeeze(path[-1]) in _TOTALS else path


def _filled(line: Line) -> list[str]:
    return [squeeze(cell.text) for cell in line if cell and cell.text.strip()]


def _text(cell: GridCell | None) -> str:
    return squeeze(cell.text) if cell else ""


def _covered(grid: Grid, start: int) -> list[list[str]]:
    """Text that covers each header position, merged cells repeated over what they span."""
    covered = [[""] * grid.columns for _ in range(start)]
    for cell in grid.cells:
        for row in range(cell.top, min(cell.bottom, start)):
            for column in range(cell.left, min(cell.right, grid.columns)):
                covered[row][column] = cell.text
    if grid.ruled:
        return covered
    parents: list[tuple[str, ...]] = [()] * grid.columns
    for line in covered:
        own = list(line)
        for column in range(1, grid.columns):
            if not line[column] and line[column - 1] and parents[column] == parents[column - 1]:
                line[column] = line[column - 1]
        # a blank right of a name is part of it only where something stands below it or the name is the outermost one
        for column, text in enumerate(line):
            if text and not own[column] and parents[column] and not _named_below(covered, line, column):
                line[column] = ""
        parents = [parent + ((text,) if text else ()) for parent, text in zip(parents, line, strict=True)]
    return covered


def _named_below(covered: list[list[str]], row: list[str], column: int) -> bool:
    below = covered[next(i for i, line in enumerate(covered) if line is row) + 1 :]
    return any(line[column] for line in below)


def _role(path: tuple[str, ...], body: list[str]) -> str:
    """code, label, counter or amount."""
    leaf = squeeze(path[-1]) if path else ""
    filled = [text for text in body if text]
    if leaf in _COUNTERS:
        return "counter"
    if leaf in _LEVELS or leaf.endswith("编码") or leaf.endswith("代码") or _LEVELS & set(filled):
        return "code"  # 类 款 项 stand in the header, or in its last row beside 合计
    if _LABEL_HEADER.search(leaf) and not _AMOUNT_HEADER.search(leaf):
        return "label"
    figures = sum(_is_figure(text) for text in filled)
    if filled and figures * 2 < len(filled) and leaf != "备注" and (not figures or not _AMOUNT_HEADER.search(leaf)):
        return "label"  # names may stand under a heading like 收入
    if len(filled) > 2 and all(is_code(text) for text in filled) and not _AMOUNT_HEADER.search(leaf):
        return "code"
    return "amount"


def _groups(paths: list[tuple[str, ...]], roles: list[str]) -> list[Group]:
    runs: list[list[int]] = []
    seen_amount = False
    for column, role in enumerate(roles):
        if role in ("code", "label") and seen_amount:
            runs.append([])
            seen_amount = False
        if not runs:
            runs.append([])
        runs[-1].append(column)
        seen_amount = seen_amount or role == "amount"
    sides = [_side(paths, run) for run in runs]
    if len(set(sides)) == 1:
        sides = [""] * len(sides)  # a heading over all groups, or none
    pick = lambda run, role: tuple(column for column in run if roles[column] == role)  # noqa: E731
    return [
        Group(side, pick(run, "code"), pick(run, "label"), pick(run, "amount"))
        for side, run in zip(sides, runs, strict=True)
    ]


def _side(paths: list[tuple[str, ...]], run: list[int]) -> str:
    """The heading over all columns of a group; 收入 or 支出 may head its names alone."""
    tops = [squeeze(paths[column][0]) for column in run if paths[column]]
    if len(set(tops)) == 1 or (tops and tops[0] in _SIDES):
        return tops[0]
    return ""


def read_rows(grid: Grid, start: int, header: Header, begun: bool = False) -> list[Row]:
    """Rows from `start` on, one per group that has something in it, each with its own page and box.

    :param begun: whether the table has rows already; a blank row counts only as the one row of a table without names.
    """
    rows: list[Row] = []
    columns = header.columns
    codes_above: dict[int, list[str]] = {}
    named = any(group.labels or group.codes for group in header.groups)
    for line in grid.lines()[start:]:
        if _is_counter_row(_filled(line)) or (named and not _filled(line)):
            continue
        if _filled(line) and (set(_filled(line)) <= header.texts - _TOTALS or tuple(_filled(line)) in header.lines):
            continue
        if (rows or begun) and not named and not _filled(line):
            continue
        found = [
            _row(line, group, header, columns, codes_above.setdefault(number, []))
            for number, group in enumerate(header.groups)
        ]
        rows += [row for row in _named_over(found) if row and (not named or _says_something(row))]
    return rows


def _says_something(row: Row) -> bool:
    return bool(row.label or row.code or any(cell.text for cell in row.cells))


def _named_over(found: list[Row | None]) -> list[Row | None]:
    """A name without figures whose neighbour has figures and no name is merged over both groups: one row."""
    for number, (row, beside) in enumerate(zip(found, found[1:])):
        if not row or not beside or any(cell.text for cell in row.cells) or row.code or not row.label:
            continue
        if not beside.label and not beside.code and (any(cell.text for cell in beside.cells) or not row.cells):
            found[number] = None
            box = row.place.box.union(beside.place.box) if row.place.box and beside.place.box else None
            place = replace(row.place, box=box)
            found[number + 1] = replace(beside, label=row.label, subject=row.subject, place=place)
    return found


def _row(
    line: Line, group: Group, header: Header, columns: tuple[tuple[str, ...], ...], above: list[str]
) -> Row | None:
    code, stray = _code([_text(line[column]) for column in group.codes], above)
    label = "".join(unwrap(cell.text) for column in group.labels if (cell := line[column])) or stray
    cells = tuple(
        Cell(columns.index(header.paths[column]), unwrap(cell.text), amount(unwrap(cell.text)), cell.place, cell.doubt)
        for column in group.amounts
        if (cell := line[column])
    )
    if (group.labels or group.codes) and not (label or code or cells):
        return None
    subject = subject_of(label)
    return Row(label, subject, code, group.side, "", cells, _row_place(line, group))


def _code(parts: list[str], above: list[str]) -> tuple[str, str]:
    """The joined code, and a name that stands in the code columns (合计 merged over code and name)."""
    parts = [part.zfill(2) if level and part.isdecimal() else part for level, part in enumerate(parts)]  # 2 for 02
    stray = "".join(part for part in parts if part and not is_code(part) and part not in _LEVELS)
    digits = [part if is_code(part) else "" for part in parts]
    if not any(digits):
        return "", stray
    first = next(index for index, part in enumerate(digits) if part)
    if first and len(above) > first and all(above[:first]):  # only the lowest level is printed
        digits[:first] = above[:first]
    above[:] = digits
    return "".join(digits), stray


def _row_place(line: Line, group: Group) -> Place:
    places = [cell.place for column in (*group.codes, *group.labels, *group.amounts) if (cell := line[column])]
    box = None
    for place in places:
        if place.box:
            box = place.box if box is None else box.union(place.box)
    return Place(places[0].page, box, places[0].line, places[0].cell) if places else Place()
