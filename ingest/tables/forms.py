"""Forms: label and value side by side, several pairs in a row, or labels in one row and values in the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.tables.grid import Grid, Headed, is_label, is_value, plain, tells

_UNIT = re.compile(r"[a-z°%·²³./℃]{1,6}|单位")
CORNER = re.compile(r"项目|名称|类别|种类|序号|姓名|科目|指标|内容|单位|参数|分类|类型|税种|账龄|年份|年度")


def is_form(grid: Grid) -> bool:
    """Whether most rows are pairs of label and value, more than one pair in some of them."""
    paired = several = 0
    rows = [cells for row in range(len(grid.rows)) if len(cells := grid.across(row)) > 1]
    for cells in rows:
        labels = [is_label(grid.texts[cell]) for cell in cells[::2]]
        if len(cells) % 2 == 0 and all(labels):
            paired += 1
            several += len(cells) > 2
    if not rows or not several or paired < 0.7 * len(rows):
        return False
    top = grid.across(0) if len(grid.across(0)) > 1 else grid.across(1)
    texts = [plain(grid.texts[cell]) for cell in top]
    if len(set(texts)) < len(texts) and len(texts) > 2 and texts[:2] * (len(texts) // 2) == texts:
        return True  # 参数 值 参数 值: the same pair of headers again
    # In a matrix of words a column's words come again (男, 女, 男), in a form each label stands once.
    labels_at = {cell: plain(grid.texts[cell]) for cells in rows for cell in cells[2::2]}
    return len(set(labels_at.values())) >= 0.85 * len(labels_at) and not _heads(grid, top)


def _heads(grid: Grid, top: Sequence[int]) -> bool:
    """Whether a first row of words is one of headers: all short labels, the first a usual corner, columns of one kind.

    Under a header all cells tell something (figures) or none does (names); beside labels of a form both stand mixed.
    """
    texts = [plain(grid.texts[cell]) for cell in top]
    if not all(is_label(text) and len(text) <= 12 for text in texts) or not CORNER.search(texts[0]):
        return False
    for cell in top[1::2]:
        column = [grid.texts[c] for c in grid.down(grid.places[cell][1][0])[1:] if plain(grid.texts[c])]
        if len({tells(text) for text in column}) > 1:
            return False
    return True


def form(grid: Grid) -> Iterator[Headed]:
    """Every value with the label at its left; titles over the whole width and repeated headers are above it."""
    title: tuple[int, ...] = ()
    heads: dict[int, int] = {}
    seen: set[int] = set()
    for number, row in enumerate(grid.rows):
        cells = grid.across(number)
        if len(cells) == 1:
            title = cells if is_label(grid.texts[cells[0]]) else ()
            if not title and cells[0] not in seen:
                yield Headed(cells[0])
            continue
        texts = [plain(grid.texts[cell]) for cell in cells]
        if number <= 1 and len(texts) > 2 and texts[:2] * (len(texts) // 2) == texts:
            heads = dict(enumerate(row))
            continue
        for labels, value in pairs(grid, cells):
            if value in seen:
                continue
            seen.add(value)
            column = grid.places[value][1][0]
            yield Headed(value, labels, (*title, *((heads[column],) if column in heads else ())))


def pairs(grid: Grid, cells: Sequence[int]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Cells of a row, side by side, as labels and value; a label over several rows may have labels of its own."""
    at = 0
    while at < len(cells):
        labels = [cells[at]]
        at += 1
        tall = len(grid.places[labels[0]][0])
        if at + 1 < len(cells) and tall > 1 and len(grid.places[cells[at]][0]) < tall and _names(grid, cells[at]):
            labels.append(cells[at])
            at += 1
        if at + 1 < len(cells) and _UNIT.fullmatch(plain(grid.texts[cells[at]])):
            at += 1  # the unit stands before the figure
        if at < len(cells):
            yield tuple(labels), cells[at]
            at += 1
        while at < len(cells) and is_value(grid.texts[cells[at]]) and plain(grid.texts[cells[at]]):
            yield tuple(labels), cells[at]  # a second value of the same label
            at += 1


def _names(grid: Grid, cell: int) -> bool:
    """Whether the column of that cell holds labels only."""
    column = [
        c for c in grid.down(grid.places[cell][1][0]) if len(grid.places[c][1]) < grid.width and plain(grid.texts[c])
    ]
    told = sum(tells(grid.texts[c]) for c in column)
    return len(column) > 2 and told <= 0.2 * len(column)


def is_stacked(grid: Grid) -> bool:
    """Whether every other row is one of headers for the row below it."""
    rows = [cells for r in range(len(grid.rows)) if len(cells := grid.across(r)) > 1]
    if len(rows) < 4 or len(rows) % 2 or grid.width < 3:
        return False
    named = all(all(is_label(grid.texts[cell]) for cell in cells) for cells in rows[::2])
    told = sum(any(tells(grid.texts[cell]) for cell in cells) for cells in rows[1::2])
    named = named and any(tells(grid.texts[cells[0]]) for cells in rows[1::2])
    return named and 2 * told >= len(rows) // 2


def stacked(grid: Grid) -> Iterator[Headed]:
    """Every value with the label above it."""
    title: tuple[int, ...] = ()
    above: tuple[int, ...] | None = None
    seen: set[int] = set()
    for r, row in enumerate(grid.rows):
        if len(grid.across(r)) == 1:
            title = grid.across(r)
        elif above is None:
            above = row
        else:
            for c, cell in enumerate(row):
                if cell not in seen:
                    seen.add(cell)
                    yield Headed(cell, (), (*title, above[c]))
            above = None
