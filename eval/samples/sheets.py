"""From figures to the printed grid of each table, in one of the two forms.

In a grid "<" joins a cell to the one on its left and "^" to the one above it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from eval.accounts.form import GUANGDONG, SHANGHAI
from eval.accounts.labels import FISCAL_LABELS, SOURCE_LABELS, money, numbered
from eval.accounts.tables import Sheets
from eval.samples.account import HERE, ZERO, Account, read_yaml
from eval.samples.figures import CLASSES, ECONOMIC, FUNCTIONS, SUBJECTS, Amounts, Figures, Row

Line = list[str]


@dataclass(frozen=True)
class Sheet:
    """One table ready to be drawn: `head` and `body` are grids as wide as `widths` (points)."""

    kind: str
    title: str
    landscape: bool
    widths: tuple[float, ...]
    head: list[Line]
    body: list[Line]
    repeat: int  # lines of the body that stand on every page under the head
    running_head: bool  # title and head again on every page
    notes: tuple[str, ...]


class Grid:
    """The nine grids of one account."""

    def __init__(self, account: Account, figures: Figures) -> None:
        self.account = account
        self.figures = figures
        self.layout: dict[str, Any] = read_yaml(HERE / "layouts" / f"{account.form}.yaml")
        self.zero: str = self.layout["zero"]
        self.guangdong = account.form == "guangdong"
        self.three = account.codes == "three"
        form = GUANGDONG if self.guangdong else SHANGHAI
        if not self.guangdong and not self.three:
            form = replace(form, codes=1, depth=2, total="first")
        tables = Sheets(figures, figures, form, account.unit, account.year, random.Random(0)).all()
        self.model = {sheet.kind: sheet for sheet in tables}
        """The made-up accounts' sheets of the same form: titles and heads are theirs."""

    def sheets(self) -> list[Sheet]:
        """T1 to T9 in order."""
        bodies = {
            "T1": self.totals(),
            "T2": self.by_function(self.figures.income, total_first=True),
            "T3": self.by_function(self.figures.spending, total_first=True),
            "T4": self.fiscal(),
            "T5": self.by_function(self.figures.general, total_first=self.guangdong),
            "T6": self.basic(),
            "T7": [self.official()],
            "T8": self.carried(self.figures.fund, slice(0, 6)),
            "T9": self.carried(self.figures.capital, slice(2, 5) if self.guangdong else slice(0, 6)),
        }
        return [self.sheet(kind, body) for kind, body in bodies.items()]

    def sheet(self, kind: str, body: list[Line]) -> Sheet:
        layout = self.layout[kind]
        shape = layout.get(self.account.codes, layout)
        model = self.model[kind]
        head = [list(line) for line in model.head]
        widths = tuple(float(width) for width in shape["widths"])
        for line in (*head, *body):
            if len(line) != len(widths):
                raise ValueError(f"{kind}: {len(widths)} columns expected, but this line has {len(line)}: {line}")
        empty = {"T7": not any(self.figures.final + self.figures.budgeted)}
        empty["T8"], empty["T9"] = len(self.figures.fund) == 1, len(self.figures.capital) == 1
        notes = list(layout.get("notes", []))
        if empty.get(kind) and "empty" in layout:
            notes.append(layout["empty"].format(unit=self.account.unit))
        landscape = layout["page"] == "landscape"
        repeat = layout.get("repeat", 0)
        return Sheet(kind, model.title, landscape, widths, head, body, repeat, self.guangdong, tuple(notes))

    def money(self, amount: Decimal) -> str:
        return money(amount, self.zero)

    def all_money(self, amounts: Amounts) -> Line:
        return [self.money(amount) for amount in amounts]

    def code(self, code: str, first: int = 3) -> Line:
        """The code in its cells: one, or one for each level."""
        if not self.three:
            return [code]
        cuts = [code[:first], code[first : first + 2], code[first + 2 : first + 4]]
        return cuts if first == 3 else cuts[:2]

    def total_line(self, row: Row, head: bool) -> Line:
        """合计: its own line in the Guangdong form, the last head line or the last line in the Shanghai form."""
        if self.three:
            label = ["类", "款", "项", "合计"] if head else ["合计", "<", "<", "<"]
        else:
            label = ["合计", "<"]
        return [*label, *self.all_money(row.amounts)]

    def by_function(self, rows: Sequence[Row], total_first: bool) -> list[Line]:
        lines = [[*self.code(row.code), row.name, *self.all_money(row.amounts)] for row in rows[1:]]
        total = self.total_line(rows[0], head=total_first)
        return [total, *lines] if total_first else [*lines, total]

    def carried(self, rows: Sequence[Row], columns: slice) -> list[Line]:
        cut = [Row(row.code, row.name, row.amounts[columns]) for row in rows]
        if len(cut) == 1 and not self.guangdong:
            width = (4 if self.three else 2) + len(cut[0].amounts)
            blank = [[""] * width for _ in range(self.layout["empty_lines"])]
            return [*blank, self.total_line(cut[0], head=False)]
        return self.by_function(cut, total_first=self.guangdong)

    def with_lines(self, left: list[Line], right: list[Line]) -> list[Line]:
        """Two sides beside each other, with 行次 in the Guangdong form: label, number, amounts."""
        if not self.guangdong:
            return [a + b for a, b in zip(left, right, strict=True)]
        count = len(left)
        return [
            [a[0], str(n), *a[1:], b[0], str(count + n), *b[1:]]
            for n, (a, b) in enumerate(zip(left, right, strict=True), 1)
        ]

    def totals(self) -> list[Line]:
        t = self.figures.totals
        classes = numbered([FUNCTIONS[code] for code in CLASSES])
        left = [[label, self.money(value)] for label, value in zip(numbered(SOURCE_LABELS), t.sources, strict=True)]
        left += [["", ""] for _ in range(len(classes) - len(left))]
        right = [[label, self.money(t.classes[code])] for label, code in zip(classes, CLASSES, strict=True)]
        drawn = "使用非财政拨款结余（含专用结余）" if self.three else "使用非财政拨款结余"
        labels = (
            ("本年收入合计", "本年支出合计"),
            (drawn, "结余分配"),
            ("年初结转和结余", "年末结转和结余"),
            ("总计", "总计"),
        )
        for (came, went), (a, b) in zip(labels, t.foot, strict=True):
            left.append([came, self.money(a)])
            right.append([went, self.money(b)])
        return self.with_lines(left, right)

    def fiscal(self) -> list[Line]:
        f = self.figures.fiscal
        classes = numbered([FUNCTIONS[code] for code in CLASSES])
        left = [[label, self.money(value)] for label, value in zip(numbered(FISCAL_LABELS), f.sources, strict=True)]
        left += [["", ""] for _ in range(len(classes) - len(left))]
        right = [[label, *self.all_money(f.classes[code])] for label, code in zip(classes, CLASSES, strict=True)]
        parts = list(FISCAL_LABELS) if self.guangdong else numbered(FISCAL_LABELS)
        left += [["本年收入合计", self.money(f.income)], ["年初财政拨款结转和结余", self.money(f.start[0])]]
        left += [[label, self.money(value)] for label, value in zip(parts, f.start[1:], strict=True)]
        left += [["总计", self.money(f.total[0])]]
        right += [["本年支出合计", *self.all_money(f.spent)], ["年末财政拨款结转和结余", *self.all_money(f.end)]]
        right += [[""] * 5 for _ in parts]
        right += [["总计", *self.all_money(f.total)]]
        return self.with_lines(left, right)

    def basic(self) -> list[Line]:
        columns = SUBJECTS["basic_columns"][self.account.form]
        zero = self.account.zero_in_t6 or self.zero
        depth = 2 if self.three else 1

        def side(code: str | None) -> Line:
            if code is None:
                return [""] * (depth + 2)
            amount = self.figures.basic.get(code)
            cells = [code[:3], code[3:]] if self.three else [code]
            return [*cells, ECONOMIC[code], money(amount or ZERO, zero)]

        lines = [side(a) + side(b) for a, b in zip_longest(columns["left"], columns["right"])]
        joined = ["<"] * depth
        staff, public = (money(amount, "0.00") for amount in self.figures.basic_foot)
        lines.append(["人员经费合计", *joined, staff, "公用经费合计", *joined, public])
        return lines

    def official(self) -> Line:
        budgeted, final = self.all_money(self.figures.budgeted), self.all_money(self.figures.final)
        if self.guangdong:
            return budgeted + final
        return [cell for pair in zip(budgeted, final, strict=True) for cell in pair]
