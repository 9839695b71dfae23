"""A printed table as a grid of cells, and what a cell looks like by its text alone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_FIGURE = re.compile(
    r"[-+±≥≤<>~～—–¥$(（]*\d[\d,，.、:：/*×xX~～—–()（）+\-±≥≤ ]*"
    r"(?:%|％|‰|℃|°|[a-zA-Z/³²·]{1,8}|[万亿千百]?[元股人个家户次台套辆件批吨米公里克千瓦时天]{0,3})?[)）]?"
)
_DATE = re.compile(r"(?:19|20)\d\d[年./-]\d{1,2}[月./-](?:\d{1,2}日?)?(?:至.*)?")
_MARKS = re.compile(r"[-—–/]+|[√×□]+.*|是|否|无|有|不适用|未填列|/")
_LONGEST_LABEL = 30


@dataclass(frozen=True)
class Grid:
    """A table as printed: `rows` of cell numbers (a merged cell's number stands at every place it covers), `texts`."""

    rows: tuple[tuple[int, ...], ...]
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        widths = {len(row) for row in self.rows}
        if len(widths) > 1:
            raise ValueError(f"expected rows of one length, got {sorted(widths)}; repeat a merged cell's number")

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.rows[0]) if self.rows else 0

    @cached_property
    def places(self) -> dict[int, tuple[range, range]]:
        """Cell → the rows and the columns that it covers."""
        found: dict[int, list[int]] = {}
        for r, row in enumerate(self.rows):
            for c, cell in enumerate(row):
                box = found.setdefault(cell, [r, r, c, c])
                box[1], box[2], box[3] = max(box[1], r), min(box[2], c), max(box[3], c)
        return {cell: (range(a, b + 1), range(c, d + 1)) for cell, (a, b, c, d) in found.items()}

    def across(self, row: int) -> tuple[int, ...]:
        """The different cells of a row, from left to right."""
        return tuple(dict.fromkeys(self.rows[row]))

    def down(self, column: int) -> tuple[int, ...]:
        """The different cells of a column, from above."""
        return tuple(dict.fromkeys(row[column] for row in self.rows))


@dataclass(frozen=True)
class Headed:
    """A cell that may be asked for, with the cells that say what it is, the widest first."""

    cell: int
    left: tuple[int, ...] = ()
    above: tuple[int, ...] = ()
    peers: tuple[int, ...] = ()
    """Other cells of its row, which may be named to say which row is meant."""


def plain(text: str) -> str:
    """Without blanks, full-width forms made plain, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def is_value(text: str) -> bool:
    """Whether the text looks like a figure, a date, a tick or nothing: what no header looks like (a year may)."""
    bare = plain(text)
    return not bare or (any(form.fullmatch(bare) for form in (_FIGURE, _DATE, _MARKS)) and not _year(bare))


def is_label(text: str) -> bool:
    """Whether the text may be a header of other cells."""
    return not is_value(text) and len(plain(text)) <= _LONGEST_LABEL


def tells(text: str) -> bool:
    """Whether the text tells something: a figure, a date, a long text."""
    return bool(plain(text)) and (is_value(text) or len(plain(text)) > _LONGEST_LABEL or bool(re.search(r"\d", text)))


def _year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d年?(?:度|末|初)?", text))
