"""The data model: what a final account (部门决算) says, with where it says it.

Amounts are `Decimal`, never binary fractions. Places are PDF points from the top left of the page;
text files have line numbers instead of pages and boxes, spreadsheets the name of the sheet and the cell's address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle on a page in PDF points, origin top left."""

    x0: float
    top: float
    x1: float
    bottom: float

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )

    def holds(self, other: Box) -> bool:
        """True where the middle of `other` lies inside this box."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 - 1 <= x <= self.x1 + 1 and self.top - 1 <= y <= self.bottom + 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: page and box of a PDF, line of a text file (both count from 1), or sheet and cell."""

    page: int | None = None
    box: Box | None = None
    line: int | None = None
    cell: str | None = None
    """Spreadsheets: name of the sheet and address of the cell (收入支出决算总表!B7)."""
    scanned: bool = False
    """True where the text was recognised in a picture (OCR), not taken from the file's own text."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the narrative with its place (the boxes of its lines; they may lie on two pages)."""

    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one thing that identifies a document was read."""

    field: str
    """department, year, kind, published or source."""
    value: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree in a document."""

    rule: str
    severity: str
    """error, rounding or notice."""
    message: str
    sentences: tuple[Sentence, ...]
    """What does not agree, as printed."""


@dataclass(frozen=True, slots=True)
class Account:
    """One document as published, a final account or a neighbour of it: whose, of which year, from which file."""

    id: str
    """Short name, unique in a store: department, year and the first characters of the content's hash."""
    sha256: str
    path: str
    department: str
    year: int
    kind: str
    """部门决算, 单位决算, 政府决算, 部门预算, 单位预算, 政府预算 or 其他文件."""
    pages: int | None
    """Number of pages; None for a text file without page marks."""
    parent: str = ""
    """The place that the department belongs to, as far as its own name says (上海市普陀区)."""
    region: str = ""
    """That place among the provinces, cities and counties (广东省/清远市), empty if it is not clear which."""
    names: tuple[str, ...] = ()
    """Other names of the department that the document gives: 简称, former names."""
    published: str = ""
    """Date of publication (2025-08-20 or 2025-08), empty if the document does not say."""
    source: str = ""
    """Address that the document says it was published at."""
    evidence: tuple[Evidence, ...] = ()
    """Where department, year, kind, date and address were read."""
    tables: int = 0
    """Number of its tables; some publish the tables as a file apart."""
    superseded_by: str = ""
    """Id of the corrected publication of the same account that took its place; set by the store."""

    @property
    def is_budget(self) -> bool:
        """True for a budget (预算), whose figures are planned and not spent."""
        return self.kind.endswith("预算")

    @property
    def is_account(self) -> bool:
        """True for a final account (决算)."""
        return self.kind.endswith("决算")


@dataclass(frozen=True, slots=True)
class Cell:
    """One amount cell of a table row."""

    column: int
    """Index into `Table.columns`."""
    text: str
    """As printed, without line breaks; empty for a blank cell (未填列)."""
    value: Decimal | None
    """None for a blank cell: a blank is not a zero."""
    place: Place
    doubt: str = ""
    """Why the reading of this figure is not to be trusted (a sentence for a person), empty where it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row (of one side) of a table."""

    label: str
    """Row name as printed, line wraps and inner spaces removed; empty where the table has none (三公)."""
    subject: str
    """The name alone: no 一、, no 其中：."""
    code: str
    """科目编码 joined from its columns, else empty."""
    side: str
    """收入, 支出, 人员经费, 公用经费 or empty."""
    parent: str
    """Subject of the row that this one belongs to where its own name recurs in the table, else empty."""
    cells: tuple[Cell, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """One table as read, over all its pages."""

    number: int
    """Position in the account, from 1."""
    kind: str | None
    """T1…T9 of the catalogue, or None for a table of another kind."""
    title: str
    unit: str | None
    pages: tuple[int, ...]
    columns: tuple[tuple[str, ...], ...]
    """Header path of each amount column, outermost first."""
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    place: Place = Place()
    """Where its title stands."""

    @property
    def is_empty(self) -> bool:
        """True where no cell is filled in."""
        return not any(cell.text for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell with everything that a question can name it by."""

    account: str
    table: int
    kind: str | None
    row: int
    label: str
    subject: str
    code: str
    side: str
    parent: str
    column: tuple[str, ...]
    measure: str
    """What the column measures, in the catalogue's words (基本支出, 决算数, …); the header's own words if unknown."""
    item: str
    """What the figure is about: the row's subject, or the column's item where the table has items in columns (三公)."""
    text: str
    value: Decimal | None
    unit: str | None
    place: Place
    doubt: str = ""
    """Why the reading of this figure is not to be trusted (a sentence for a person), empty where it is."""

    @property
    def key(self) -> tuple[int, int, tuple[str, ...]]:
        """Identity inside an account."""
        return (self.table, self.row, self.column)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the narrative that answers questions: a section's text, a glossary entry, a table's entry."""

    id: str
    account: str
    kind: str
    """section, glossary, duties, units or table."""
    heading: tuple[str, ...]
    """Headings from 第三部分 down to the section."""
    sentences: tuple[Sentence, ...]
    table: int | None = None

    @property
    def text(self) -> str:
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Statement:
    """A number asserted in prose."""

    account: str
    passage: str
    subject: str
    """What the number is said of (公务用车保有量)."""
    measure: str
    """决算数, 年初预算, 预算数, 占比, 完成率, 增减额, 增减率, 批次, 数量, 往年数 (`base` says of which year) …"""
    text: str
    value: Decimal
    unit: str
    direction: str = ""
    """增加, 减少, 持平 or empty."""
    base: str = ""
    """What a change or rate refers to: 上年, 年初预算, 预算 …"""
    reason: str = ""
    """The stated reason, as printed, empty where none is stated."""
    sentence: Sentence = field(default_factory=lambda: Sentence("", ()))


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one file."""

    account: Account
    tables: tuple[Table, ...]
    facts: tuple[Fact, ...]
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...] = ()
