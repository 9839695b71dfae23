"""Tables that are none of the standard ones: which cells are headers, and of which cells.

Nothing is known of such a table but its grid. Three layouts are told apart by what the cells look like:
a matrix (headers above and at the left), a form (label and value side by side, several pairs in a row) and stacked
blocks (headers again further down). A header of a form may itself be read as a value: the first row and the first
column of a table often name what the rest is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.tables.forms import form, is_form, is_stacked, stacked
from ingest.tables.grid import Grid, Headed, is_label, is_value, plain
from ingest.tables.matrix import matrix

__all__ = ["Grid", "Headed", "Unmarked", "is_label", "is_value", "plain", "read"]


@dataclass(frozen=True)
class Unmarked:
    """A table read: its cells with their headers, and which cells are headers of others."""

    grid: Grid
    cells: tuple[Headed, ...]
    layout: str
    """matrix or form."""
    headers: frozenset[int] = field(default_factory=frozenset)


def read(grid: Grid) -> Unmarked:
    """The grid with a header path for every cell that may be asked for."""
    cells: list[Headed] = []
    layouts: list[str] = []
    for titles, part in _parts(grid):
        if is_form(part):
            found, layout = list(form(part)), "form"
        elif is_stacked(part):
            found, layout = list(stacked(part)), "stacked"
        else:
            found, layout = list(matrix(part)), "matrix"
        layouts.append(layout)
        cells.extend(
            replace(headed, above=(*titles, *(h for h in headed.above if h not in titles))) for headed in found
        )
    headers = frozenset(header for cell in cells for header in (*cell.left, *cell.above))
    layout = layouts[0] if len(set(layouts)) == 1 else "mixed"
    return Unmarked(grid, tuple(dict.fromkeys(cells)), layout, headers)


def _parts(grid: Grid) -> Iterator[tuple[tuple[int, ...], Grid]]:
    """Tables that are printed as one: under each title over the whole width, and side by side under the same headers."""
    titles: tuple[int, ...] = ()
    rows: list[tuple[int, ...]] = []
    for r, row in enumerate(grid.rows):
        cells = grid.across(r)
        if len(cells) == 1 and grid.width > 2 and is_label(grid.texts[cells[0]]):
            if rows:
                yield from _abreast(titles, Grid(tuple(rows), grid.texts))
                titles, rows = (), []
            titles = (*titles, cells[0]) if not titles or (r and grid.rows[r - 1] == row) else (*titles[:1], cells[0])
            continue
        rows.append(row)
    if rows:
        yield from _abreast(titles, Grid(tuple(rows), grid.texts))


def _abreast(titles: tuple[int, ...], grid: Grid) -> Iterator[tuple[tuple[int, ...], Grid]]:
    names = [plain(grid.texts[cell]) for cell in grid.rows[0]]
    for width in range(3, grid.width // 2 + 1):
        times, rest = divmod(grid.width, width)
        if not rest and names == names[:width] * times and names[0] and len(set(names)) > 1:
            for at in range(0, grid.width, width):
                yield titles, Grid(tuple(row[at : at + width] for row in grid.rows), grid.texts)
            return
    yield titles, grid
