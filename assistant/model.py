"""What the assistant hands on: plans, calculations, citations, answers. The JSON form of `Answer` is fixed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Form = Literal[
    "figure", "sum", "difference", "share", "points", "multiple", "completion", "growth", "ranking", "composition",
    "prose-figure", "several", "average", "filter", "count", "trend", "place", "last-year", "overrun", "reason", "definition", "passage", "refuse",
    "clarify",
]  # fmt: skip
Reason = Literal[
    "year", "department", "item", "blank", "off-topic", "opinion", "personal", "empty", "unsupported", "stage"
]
Status = Literal["answered", "refused", "clarify"]
Language = Literal["zh", "en"]


class Value(BaseModel):
    """Base of all values here: immutable."""

    model_config = ConfigDict(frozen=True)


class Citation(Value):
    """A cell of a table, or a sentence, with its place.

    `bbox` is x0, top, x1, bottom in PDF points from the top left of the page; `line` counts from 1 and stands for
    text files, which have no boxes.
    """

    id: int
    document: str
    sha256: str
    page: int | None = None
    table: str | None = None
    kind: str | None = None
    row: str | None = None
    code: str | None = None
    column: str | None = None
    text: str
    value: str | None = None
    unit: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    quote: str | None = None
    line: int | None = None
    boxes: tuple[tuple[int, tuple[float, float, float, float]], ...] = ()
    """All boxes (page, bbox) of a sentence that runs over several lines."""
    cell: str | None = None
    """Spreadsheets: sheet and address (收入支出决算总表!B7)."""
    scanned: bool = False
    """True where the text was recognised in a picture."""
    doubt: str = ""
    """Why the reading of the figure is not to be trusted; empty where it is."""

    @property
    def where(self) -> str:
        """The place in words: page, sheet and cell, or line."""
        if self.page:
            return f"第 {self.page} 页"
        if self.cell:
            sheet, _, address = self.cell.rpartition("!")
            return f"工作表“{sheet}”{address} 单元格"
        return f"第 {self.line} 行" if self.line else "原文件未分页"


class Operand(Value):
    """A figure that a calculation starts from."""

    name: str
    value: str
    unit: str | None
    citation: int
    ref: str = ""
    """What the program calls it: f and the number of its citation, with a letter (f3b) for a sentence's further ones."""


class Compared(Value):
    """A figure that the calculation looked at and did not take: rows of a ranking that come after those shown."""

    ref: str
    name: str
    value: str
    unit: str | None
    page: int | None = None


class Step(Value):
    """A call of the program with its unrounded value."""

    program: str
    value: str
    unit: str | None


class Calculation(Value):
    """How the figure came about. `exact` is the unrounded result, `rounding` what was done to show it.

    `program` says the same in the calculator's language, over the references of `operands` and `compared`, down to
    the figure as shown; `steps` is its trace.
    """

    formula: str
    operands: tuple[Operand, ...]
    exact: str
    rounding: str
    program: str
    steps: tuple[Step, ...] = ()
    compared: tuple[Compared, ...] = ()


class Figure(Value):
    """One of several figures of an answer."""

    label: str
    value: str | None
    unit: str | None
    citation: int


class Item(Value):
    """A figure that the question names: whose, and which cell is meant."""

    account: str
    name: str
    """Subject of the row, or item of the column (三公)."""
    words: str
    """How the question named it."""
    code: str = ""
    kinds: tuple[str, ...] = ()
    """Tables to look in, best first; empty for the default order."""
    measure: str = ""
    fund: str = ""
    side: str = ""
    income: bool = False
    beside: str = ""
    row: str | None = None
    """Set for totals: the row that holds it, where `name` is the column."""
    column: str = ""
    """Words of the question that are a column's name in a table that is none of the standard ones."""


class Term(Value):
    """A number that is calculated with: a cell (`item`), or one that the text states of `words`."""

    words: str
    item: Item | None = None
    units: str = ""
    """Units (split by |) that the stated number may have; empty for any."""
    beside: str = ""
    """Words of another stated number, in whose sentence and unit this one stands."""
    measures: tuple[str, ...] = ()
    """What the stated number may be (目标值, 实际值); empty for what was done or spent."""
    account: str = ""
    """Whose text states it; empty for the plan's first account."""
    stage: str = ""
    asked: bool = False
    """True where the words are a whole question of the conversation, and the number is what answered it."""


class Claim(Value):
    """What somebody is said to have said of a figure, to be confirmed or refuted."""

    words: str
    """The claim as the question words it."""
    value: str | None = None
    """The number claimed; None where only a direction is."""
    unit: str | None = None
    upper: str | None = None
    """With `between` (两百多万): what the number claimed lies below."""
    relation: Literal["equal", "about", "between", "more", "less", "at-least", "at-most"] = "equal"
    direction: Literal[-1, 0, 1] = 0
    """1 where an increase or an excess is claimed, -1 for a decrease, 0 for neither."""
    name: str = ""
    """For rankings: what is claimed to be first."""
    denied: bool = False
    """True where the claim is that it is not so (没有超过预算吧)."""


class Plan(Value):
    """What the question asks, in terms of the documents."""

    form: Form
    claim: Claim | None = None
    """What is to be confirmed or refuted by the answer to the rest of the plan."""
    language: Language = "zh"
    reason_too: str = ""
    """The question for the reason, where one is asked for beside the figure."""
    accounts: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    base_year: int | None = None
    """The year that a growth is measured from, where the question names it."""
    base: Item | None = None
    """What a share or a completion refers to."""
    unit: str | None = None
    decimals: int | None = None
    top: int | None = None
    nth: int | None = None
    ascending: bool = False
    non_zero: bool = False
    dated: bool = False
    """True if the question (or the one before it) names the year."""
    words: str = ""
    """The question without names and years, for the search in the narrative."""
    terms: tuple[Term, ...] = ()
    """What is calculated with, where not all of it are cells of `items`."""
    across: bool = False
    """True where one figure of many accounts is asked for; `items` are then the names that it may have, best first."""
    bases: tuple[Item, ...] = ()
    """With `across`: the names of what each one's figure is divided by; none for the same figure of the year before."""
    absent: tuple[str, ...] = ()
    """Departments in question that have no account of the year that is compared."""
    where: str = ""
    """The place or short name that the accounts have in common, as the question says it."""
    trail: tuple[Item, ...] = ()
    """Items of the conversation's earlier questions, the oldest first."""
    told: tuple[Term, ...] = ()
    """The stated numbers that the conversation asked for so far, this question's last."""
    by_use: tuple[tuple[str, str], ...] = ()
    """Words that name an item by what it is spent on, and the item."""
    prose_unit: str = ""
    needed: tuple[str, ...] = ()
    """Words beside a known item that nobody knows: a sentence that answers must have them."""
    stage: str = ""
    parts: tuple[Plan, ...] = ()
    """Where several numbers are asked for: each by itself, for an answer of the whole that leaves one out."""
    reason: Reason | None = None
    options: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class State(Value):
    """What a conversation is about after a question, as the next one may take it up."""

    departments: tuple[str, ...]
    years: tuple[int, ...]
    items: tuple[str, ...]
    form: Form
    unit: str | None = None
    waiting: tuple[str, ...] = ()
    """Choices that were asked back and not answered yet."""


class Finding(Value):
    """Something that does not agree in an account; see the fixed JSON form in the documentation."""

    id: str
    rule: str
    severity: Literal["error", "rounding", "notice"]
    page: int | None
    message: str
    figures: tuple[Citation, ...] = ()
    muted: str = ""
    """The reason for which somebody has set it aside; empty where nobody has."""


class Coverage(Value):
    """For how many of the departments asked about a figure was found."""

    departments: int
    found: int
    blank: tuple[str, ...] = ()
    """Departments that print the row and leave the cell empty."""
    missing: tuple[str, ...] = ()
    """Departments that do not print the row, or have no account of the year."""

    listed: int = 0
    """How many departments are in the place or above the limit asked about, where not all of them are listed."""

    @property
    def counts(self) -> tuple[int, ...]:
        """The numbers that the answer may say."""
        return self.departments, self.found, len(self.blank), len(self.missing), self.listed


class Answer(Value):
    """The answer for a person and for programs; see the fixed JSON form in the documentation."""

    status: Status
    text: str
    value: str | None = None
    unit: str | None = None
    figures: tuple[Figure, ...] = ()
    calculation: Calculation | None = None
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    reason: Reason | None = None
    verdict: Literal["confirmed", "refuted"] | None = None
    """Where the question asks whether a claim is true."""
    coverage: Coverage | None = None
    """Set where departments are ranked or added up."""
    plan: Plan | None = None
    state: State | None = None
    """What the conversation is about after this question."""
    reworded: str = ""
    """The text in a language model's words, which say the same of every figure; empty where there is none."""
    seconds: float = Field(default=0.0)

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return self.model_dump(mode="json")


def printed(value: Decimal) -> str:
    """A decimal as plain digits, never in powers of ten."""
    return f"{value:f}"
