"""Matrices: headers above and at the left, perhaps again further down, perhaps with forms under a wide header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.tables.forms import CORNER, pairs
from ingest.tables.grid import Grid, Headed, is_label, is_value, plain, tells


def matrix(grid: Grid) -> Iterator[Headed]:
    """Every cell but the corner, with the headers of its row and of its column."""
    blocks = list(_blocks(grid))
    seen: set[int] = set()
    for start, stop, depth in blocks:
        side = _side(grid, start, stop, depth)
        section: tuple[int, ...] = ()
        paired = _paired(grid, start, stop, depth)
        for r in range(depth, stop):
            for columns in paired:
                inside = tuple(dict.fromkeys(grid.rows[r][columns.start : columns.stop]))
                outer = tuple(dict.fromkeys(grid.rows[r][: min(side, columns.start)]))
                above = tuple(dict.fromkeys(grid.rows[at][columns.start] for at in range(start, depth)))
                for labels, value in pairs(grid, inside):
                    if value not in seen:
                        seen.add(value)
                        yield Headed(value, (*outer, *labels), above)
        for columns in paired:
            seen.update(cell for r in range(depth, stop) for cell in grid.rows[r][columns.start : columns.stop])
        for r in range(start, stop):
            if r >= depth and side < grid.width and not any(plain(grid.texts[cell]) for cell in grid.rows[r][side:]):
                section = grid.rows[r][:side]
            for c in range(grid.width):
                cell = grid.rows[r][c]
                if cell in seen or (r < depth and c < side):
                    continue
                left = (
                    tuple(dict.fromkeys((*section, *grid.rows[r][:side])))
                    if c >= side
                    else tuple(dict.fromkeys(grid.rows[r][:c]))
                )
                above = tuple(dict.fromkeys(grid.rows[at][c] for at in range(start, min(r, depth))))
                if any(grid.rows[at][c] == cell for at in range(start, depth)) and r >= depth:
                    continue
                seen.add(cell)
                yield Headed(
                    cell,
                    tuple(h for h in left if h != cell),
                    tuple(h for h in above if h != cell and h not in left),
                    tuple(h for h in grid.across(r) if h != cell and h not in left) if r >= depth else (),
                )


def _paired(grid: Grid, start: int, stop: int, depth: int) -> list[range]:
    """Columns under a header that covers several and is not divided: labels and values stand side by side there."""
    found: list[range] = []
    if depth <= start:
        return [range(grid.width)] if grid.width > 3 else []
    for cell in grid.across(depth - 1):
        columns = grid.places[cell][1]
        body = [grid.rows[r][columns.start : columns.stop] for r in range(depth, stop)]
        firsts = {plain(grid.texts[row[0]]) for row in body}
        divided = [row for row in body if len(set(row)) > 1 and any(plain(grid.texts[cell]) for cell in row)]
        if len(columns) < 2 or len(divided) < 0.5 * len(body) or not body:
            continue
        labels = sum(is_label(grid.texts[row[0]]) for row in divided)
        told = sum(any(tells(grid.texts[cell]) for cell in set(row[1:]) - {row[0]}) for row in divided)
        if labels >= 0.9 * len(divided) and told and (len(firsts) > 1 or len(body) == 1):
            found.append(columns)
    return found


def _blocks(grid: Grid) -> Iterator[tuple[int, int, int]]:
    """Stretches of rows with headers of their own: first row, row after the last, first row after its headers."""
    starts = [0]
    count = len(grid.rows)
    figures = [
        sum(is_value(grid.texts[cell]) and bool(plain(grid.texts[cell])) for cell in grid.across(r))
        for r in range(count)
    ]
    first = _depth(grid, 0, count)
    for r in range(first + 1, count - 1):
        cells = grid.across(r)
        alike = {plain(grid.texts[cell]) for cell in cells} & {
            plain(grid.texts[cell]) for cell in grid.across(first - 1)
        }
        again = len(cells) > 2 and not figures[r] and len(alike) * 2 > len(cells)
        fresh = len(cells) > 2 and not figures[r] and figures[r - 1] > 1 and figures[r + 1] > 1
        if (again or fresh) and all(is_label(grid.texts[cell]) for cell in cells):
            starts.append(r)
    for start, stop in zip(starts, [*starts[1:], count]):
        yield start, stop, _depth(grid, start, stop)


def _depth(grid: Grid, start: int, stop: int) -> int:
    """The first row under the headers that begin with row `start`."""
    r = start
    while r < stop - 1 and len(grid.across(r)) == 1 and grid.width > 1:
        r += 1  # a title over the whole width
    reach = r + 1
    top = grid.across(r)
    if len(top) > 1 and any(plain(grid.texts[cell]) and is_value(grid.texts[cell]) for cell in top[1:]):
        return r  # the first row tells something already
    if grid.width == 2 and len(top) == 2 and not CORNER.search(plain(grid.texts[top[0]])):
        below = [grid.texts[row[1]] for row in grid.rows[reach:stop]]
        if not below or sum(map(is_value, below)) < 0.7 * len(below):
            return r  # label and value, not two headers
    while r < reach < stop:
        # A cell that covers several rows of the first row, beside cells that are divided, makes all of them headers.
        corner = grid.places[grid.rows[r][0]][0]
        if corner.stop > reach and corner.stop < stop and _divided(grid, r, corner.stop):
            reach = corner.stop
        break
    return min(reach, stop)


def _divided(grid: Grid, start: int, stop: int) -> bool:
    cells = [cell for row in grid.rows[start:stop] for cell in row]
    figures = sum(bool(plain(grid.texts[c])) and is_value(grid.texts[c]) for c in set(cells))
    return figures == 0


def _side(grid: Grid, start: int, stop: int, depth: int) -> int:
    """How many columns at the left are headers of the rows."""
    if grid.width < 3:
        return 1
    if _numbers(grid, range(depth, stop), 0):
        return 2
    side = grid.places[grid.rows[min(depth, stop) - 1][0]][1].stop
    if side >= grid.width:
        side = 1
    while side < grid.width - 1:
        body = range(depth, stop)
        spans = any(
            len(grid.places[grid.rows[r][side - 1]][0]) > 1 and grid.rows[r][side] != grid.rows[r][side - 1]
            for r in body
        )
        if not spans or any(is_value(grid.texts[grid.rows[r][side]]) for r in body):
            break
        side += 1
    return side


def _numbers(grid: Grid, rows: range, column: int) -> bool:
    """Whether the column only numbers the rows, and the next one names them."""
    first = [plain(grid.texts[grid.rows[r][column]]) for r in rows]
    names = [grid.texts[grid.rows[r][column + 1]] for r in rows]
    numbers = [text for text in first if re.fullmatch(r"\d{1,3}|[一二三四五六七八九十]{1,2}", text)]
    return bool(rows) and len(numbers) >= 0.7 * len(first) and not any(is_value(name) for name in names if plain(name))
