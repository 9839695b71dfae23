"""What the nine tables say in a form: from figures to sheets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest

from eval.accounts.form import Form
from eval.accounts.grid import stacked
from eval.accounts.labels import FISCAL_LABELS, SOURCE_LABELS, money, numbered
from eval.accounts.sheets import Column, Entry, Line, Sheet, Side
from eval.samples.account import ZERO
from eval.samples.figures import CLASSES, ECONOMIC, FUNCTIONS, PUBLIC, STAFF, Figures, Row

TITLES = {
    "T1": "收入支出决算总表",
    "T2": "收入决算表",
    "T3": "支出决算表",
    "T4": "财政拨款收入支出决算总表",
    "T5": "一般公共预算财政拨款支出决算表",
    "T6": "一般公共预算财政拨款基本支出决算{detail}表",
    "T7": "{public}财政拨款“三公”经费支出决算表",
    "T8": "政府性基金预算财政拨款收入支出决算表",
    "T9": "国有资本经营预算财政拨款{income}支出决算表",
}
INCOME = (
    "本年收入合计",
    "财政拨款收入",
    "上级补助收入",
    "事业收入",
    "经营收入",
    "附属单位上缴收入",
    "其他收入",
)
SPENDING = ("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
CARRIED = ("年初结转和结余", "本年收入", "本年支出合计", "基本支出", "项目支出", "年末结转和结余")
OFFICIAL = (
    (("合计",), "“三公”经费合计"),
    (("因公出国（境）费",), "因公出国（境）费"),
    (("公务用车购置及运行费", "小计"), "公务用车购置及运行维护费"),
    (("公务用车购置及运行费", "公务用车购置费"), "公务用车购置费"),
    (("公务用车购置及运行费", "公务用车运行费"), "公务用车运行维护费"),
    (("公务接待费",), "公务接待费"),
)
OFFICIAL_ROWS = (
    "合计",
    "1.因公出国（境）费",
    "2.公务用车购置及运行维护费",
    "（1）公务用车购置费",
    "（2）公务用车运行维护费",
    "3.公务接待费",
)
_SPACED = {"none": (), "heads": ("项目",), "all": ("项目", "栏次", "合计", "收入", "支出", "总计")}

Show = Callable[[Iterable[Decimal]], tuple[str, ...]]


def shower(form: Form) -> Show:
    """How amounts are printed in this form."""
    return lambda amounts: tuple(money(amount, form.zero, form.thousands, form.negative) for amount in amounts)


def word(text: str, form: Form) -> str:
    """A short word with a blank between its two characters where the form has it so."""
    return " ".join(text) if text in _SPACED[form.spaced] else text


class Sheets:
    """The nine sheets of one account in one form."""

    def __init__(self, figures: Figures, budget: Figures, form: Form, owner: str, year: int, rng: random.Random):
        self.figures, self.budget, self.form, self.owner, self.year, self.rng = figures, budget, form, owner, year, rng
        self.show = shower(form)
        self.all_fees = rng.random() < 0.5

    def all(self) -> tuple[Sheet, ...]:
        """T1 to T9 in the order of the form."""
        sheets = [
            self.totals(),
            self.by_function("T2", self.figures.income, self.income_columns()),
            self.by_function("T3", self.figures.spending, self.spending_columns()),
            self.fiscal(),
            self.by_function("T5", self.figures.general, self.general_columns(), later=True),
            self.basic(),
            self.official(),
            self.carried("T8", self.figures.fund, self.form.carried),
            self.carried("T9", self.figures.capital, 3 if self.form.counters else self.form.carried),
        ]
        if self.form.shuffled:
            self.rng.shuffle(sheets)
        return tuple(sheets)

    # --- pieces

    def sheet(self, kind: str, sides: Sequence[Side], lines: Sequence[Line], notes: Sequence[str] = ()) -> Sheet:
        form = self.form
        heads = [head for side in sides for head in side.heads]
        names = [letter != "a" for side in sides for letter in side.kinds]
        rows = [[word(text, form) for text in row] for row in stacked(heads, names)]
        if form.counters and kind != "T6":
            rows.append(self.counters(sides))
        words = {
            "detail": "明细" if form.basic_top else "",
            "public": "一般公共预算" if form.official == "blocks" else "",
            "income": "收入" if len(sides[0].columns) == 6 else "",
        }
        title = TITLES[kind].format(**words)
        before = {"dated": f"{self.year}年度", "owned": f"{self.owner}{self.year}年度", "annexed": f"附表{kind[1:]}："}
        title = before.get(form.titled, "") + title + (f"（公开0{kind[1:]}表）" if form.titled == "coded" else "")
        if form.padded:
            lines = [*lines, *[(None,) * len(sides)] * 2]
        head = tuple(map(tuple, rows))
        if form.notes:
            notes = [f"注：本表反映{self.owner}的年度收支情况，数据取自会计账簿。", *notes]
        return Sheet(kind, title, tuple(sides), tuple(lines), head, notes=tuple(notes))

    def counters(self, sides: Sequence[Side]) -> list[str]:
        """栏次 1 2 3 …"""
        row, number = [], 0
        for side in sides:
            if side.names:
                spaced = len(sides) > 1 and self.form.spaced == "heads"
                row += ["栏 次" if spaced else word("栏次", self.form), *["<"] * (len(side.names) - 1)]
            row += [""] if side.counter else []
            row += [str(number + n) for n in range(1, len(side.columns) + 1)]
            number += len(side.columns)
        return row

    def labelled(self, label: str, amounts: Iterable[Decimal], side: str, parent: str = "") -> Entry:
        subject = label.split("、", 1)[-1] if "、" in label[:4] else label
        return Entry(label, self.show(amounts), subject=subject, parent=parent, side=side, shown=word(label, self.form))

    def indented(self, label: str, code: str) -> str:
        return self.form.indent * ((len(code) - 1) // 2 - 1) + label

    # --- two-sided tables

    def two_sided(
        self,
        kind: str,
        left: Sequence[Entry | None],
        right: Sequence[Entry | None],
        columns: Sequence[Sequence[Column]],
    ) -> Sheet:
        sides = []
        for name, own in zip(("收入", "支出"), columns, strict=True):
            top = self.form.sided == "top"
            counter = ((name, "行次") if top else ("行次",)) if self.form.counters else ()
            heads = own if top else [replace(column, head=column.head[1:]) for column in own]
            sides.append(Side(((name, "项目") if top else (name,),), tuple(heads), counter=counter))
        return self.sheet(kind, sides, list(zip(left, right, strict=True)))

    def classes(self) -> list[str]:
        if self.form.all_classes:
            return list(CLASSES)
        totals = (self.figures.totals, self.budget.totals) if self.form.stages else (self.figures.totals,)
        filled = {code for total in totals for code, amount in total.classes.items() if amount}
        return [code for code in CLASSES if code in filled or code in set(self.rng.sample(CLASSES, 9))]

    def totals(self) -> Sheet:
        """T1, each amount with its budgets before it where the form has them."""
        now, planned = self.figures.totals, self.budget.totals

        def amounts(final: Decimal, budget: Decimal) -> list[Decimal]:
            return [budget, budget, final] if self.form.stages else [final]

        classes = self.classes()
        left: list[Entry | None] = [
            self.labelled(label, amounts(a, b), "收入")
            for label, a, b in zip(numbered(SOURCE_LABELS), now.sources, planned.sources, strict=True)
        ]
        right: list[Entry | None] = [
            self.labelled(label, amounts(now.classes[code], planned.classes[code]), "支出")
            for label, code in zip(numbered([FUNCTIONS[code] for code in classes]), classes, strict=True)
        ]
        left, right = map(list, zip(*zip_longest(left, right)))
        labels = (
            ("本年收入合计", "本年支出合计"),
            ("使用非财政拨款结余" + ("（含专用结余）" if self.form.codes == 3 else ""), "结余分配"),
            ("年初结转和结余", "年末结转和结余"),
            ("总计", "总计"),
        )
        for (a, b), final, budget in zip(labels, now.foot, planned.foot, strict=True):
            left.append(self.labelled(a, amounts(final[0], budget[0]), "收入"))
            right.append(self.labelled(b, amounts(final[1], budget[1]), "支出"))
        stages = (("年初预算数", "年初预算数"), ("全年预算数", "预算数"), ("决算数", "决算数"))
        columns = [
            [Column((name, head), measure) for head, measure in (stages if self.form.stages else stages[2:])]
            for name in ("收入", "支出")
        ]
        return self.two_sided("T1", left, right, columns)

    def fiscal(self) -> Sheet:
        """T4."""
        f, classes, start = self.figures.fiscal, self.classes(), "年初财政拨款结转和结余"
        left: list[Entry | None] = [
            self.labelled(label, [amount], "收入")
            for label, amount in zip(numbered(FISCAL_LABELS), f.sources, strict=True)
        ]
        right: list[Entry | None] = [
            self.labelled(label, f.classes[code], "支出")
            for label, code in zip(numbered([FUNCTIONS[code] for code in classes]), classes, strict=True)
        ]
        left, right = map(list, zip(*zip_longest(left, right)))
        parts = FISCAL_LABELS if self.form.counters else numbered(FISCAL_LABELS)
        left += [self.labelled("本年收入合计", [f.income], "收入"), self.labelled(start, [f.start[0]], "收入")]
        left += [self.labelled(label, [a], "收入", start) for label, a in zip(parts, f.start[1:], strict=True)]
        left += [self.labelled("总计", [f.total[0]], "收入")]
        right += [self.labelled("本年支出合计", f.spent, "支出")]
        right += [self.labelled("年末财政拨款结转和结余", f.end, "支出"), None, None, None]
        right += [self.labelled("总计", f.total, "支出")]
        income = "金额" if self.form.counters else "决算数"
        spent = [Column(("支出", "合计"), "决算数"), *(Column(("支出", part), part) for part in FISCAL_LABELS)]
        if self.form.turned:  # 合计 after its parts
            spent = [*spent[1:], spent[0]]
            right = [entry and replace(entry, texts=(*entry.texts[1:], entry.texts[0])) for entry in right]
        return self.two_sided("T4", left, right, [[Column(("收入", income), "决算数")], spent])

    # --- tables by function

    def function_names(self, later: bool, carried: bool) -> tuple[tuple[str, ...], ...]:
        """Headings of the code and name columns."""
        depth, codes = self.form.depth, self.form.codes
        if codes == 1:
            return {
                1: (("科目编码",), ("科目名称",)),
                2: (("项目", "功能分类科目编码"), ("项目", "科目名称")),
                3: (("项目", "支出功能分类", "科目编码"), ("项目", "支出功能分类", "科目名称")),
            }[depth]
        levels = ("类", "款", "项")
        if depth == 1:
            return (*((level,) for level in levels), ("科目名称",))
        if depth == 2:
            return (*(("科目编码", level) for level in levels), ("科目名称",))
        top = ("项目", "支出功能分类科目编码") if carried else ("项目", "支出功能分类", "科目编码")
        deepest = [top] * 3 if self.form.total == "head" and not later else [(*top, level) for level in levels]
        return (*deepest, ("项目", "科目名称"))

    def income_columns(self) -> list[Column]:
        columns = [Column((name,), name) for name in INCOME]
        if self.form.fees:
            columns[3:4] = [
                Column(("事业收入", "小计"), "事业收入"),
                Column(("事业收入", "其中：教育收费"), "教育收费"),
            ]
        return self.headed([*columns[1:], columns[0]] if self.form.turned else columns)

    def headed(self, columns: Sequence[Column]) -> list[Column]:
        """The columns with 决算数 below their headings, where the form has it."""
        if not self.form.under:
            return list(columns)
        return [replace(column, head=(*column.head, "决算数")) for column in columns]

    def spending_columns(self) -> list[Column]:
        columns = [Column((name,), name) for name in SPENDING]
        return self.headed([columns[0], columns[2], columns[1], *columns[3:]] if self.form.turned else columns)

    def general_columns(self) -> list[Column]:
        first = "合计" if self.form.general == "total" else "本年支出合计"
        columns = [Column((first,), "本年支出合计"), *(Column((name,), name) for name in SPENDING[1:3])]
        if self.form.general == "grouped":
            columns = _spent_columns()
        over = ("一般公共预算财政拨款支出决算数",) if self.form.over else ()
        return [replace(column, head=(*over, *column.head)) for column in columns]

    def by_function(
        self, kind: str, rows: Sequence[Row], columns: Sequence[Column], later: bool = False, notes: Sequence[str] = ()
    ) -> Sheet:
        """A table by 功能分类; `later` tables have 合计 last where others have it in the head."""
        form = self.form
        total = "last" if later and form.total == "head" else form.total
        first, *others = [self.coded(row, self.amounts(kind, row.amounts)) for row in rows]
        entries = [*others, first] if total == "last" else [first, *others]
        side = Side(self.function_names(later, kind in ("T8", "T9")), tuple(columns), codes=form.codes)
        sheet = self.sheet(kind, [side], [(entry,) for entry in entries], notes)
        return replace(sheet, total_in_head=total == "head")

    def amounts(self, kind: str, amounts: Sequence[Decimal]) -> list[Decimal]:
        """The amounts in the order of the form's columns."""
        ordered = list(amounts)
        if kind == "T2" and self.form.fees:
            ordered.insert(4, ordered[3] if self.all_fees else ZERO)
        if kind == "T2" and self.form.turned:
            ordered = [*ordered[1:], ordered[0]]
        if kind == "T3" and self.form.turned:
            ordered[1:3] = ordered[2], ordered[1]
        return ordered

    def coded(self, row: Row, amounts: Iterable[Decimal], side: str = "") -> Entry:
        shown = self.indented(row.name, row.code) if row.code else word(row.name, self.form)
        return Entry(row.name, self.show(amounts), row.code, row.name, side=side, shown=shown)

    def carried(self, kind: str, rows: Sequence[Row], width: int) -> Sheet:
        """T8 and T9; with a note and blank rows where there is nothing."""
        columns = _spent_columns()
        if width == 6:
            columns = [Column(("年初结转和结余",), CARRIED[0]), Column(("本年收入",), CARRIED[1]), *columns]
            columns.append(Column(("年末结转和结余",), CARRIED[5]))
        cut = [Row(row.code, row.name, row.amounts if width == 6 else row.amounts[2:5]) for row in rows]
        empty = len(rows) == 1
        name = TITLES[kind].split("财政")[0]
        notes = [f"注：{self.owner}本年度没有{name}财政拨款的收入和支出，本表无数据。"] if empty else []
        sheet = self.by_function(kind, cut, columns, later=True, notes=notes)
        blank: tuple[Line, ...] = ((None,),) * 3 if empty and sheet.lines[0][0] and self.form.total != "first" else ()
        return replace(sheet, lines=blank + sheet.lines)

    # --- 基本支出 and 三公

    def basic(self) -> Sheet:
        """T6 in one, two or three groups side by side."""
        form = self.form
        codes = 1 if form.codes == 1 else 2
        chosen = {code for code in ECONOMIC if code in self.figures.basic or self.rng.random() < 0.2}
        chosen |= {"301", "302"} | {code[:3] for code in chosen}
        amount = "金额" if form.basic_top else "决算数"

        def entries(side: str, classes: tuple[str, ...]) -> list[Entry]:
            return [
                self.coded(Row(code, ECONOMIC[code], ()), [self.figures.basic.get(code, ZERO)], side)
                for code in sorted(chosen)
                if code.startswith(classes)
            ]

        def group(name: str) -> Side:
            top = (name,) if form.basic_top and form.basic > 1 else ()
            if codes == 1 and form.depth == 3:
                heads = [(*top, "经济分类", "科目编码"), (*top, "经济分类", "科目名称")]
            elif codes == 1:
                heads = [(*top, "经济分类科目编码"), (*top, "科目名称")]
            elif form.depth == 1:
                heads = [(*top, "类"), (*top, "款"), (*top, "科目名称")]
            else:
                heads = [(*top, "经济分类", "科目编码", level) for level in ("类", "款")]
                heads.append((*top, "科目名称"))
            return Side(tuple(heads), (Column((*top, amount), "决算数"),), codes=codes)

        staff, public = entries("人员经费", STAFF), entries("公用经费", PUBLIC)
        feet = [
            replace(self.labelled(f"{name}合计", [total], name))
            for name, total in zip(("人员经费", "公用经费"), self.figures.basic_foot, strict=True)
        ]
        if form.basic == 1:
            total = self.labelled("合计", [sum(self.figures.basic_foot, ZERO)], "")
            rows = [*staff, feet[0], *public, feet[1]]
            lines: list[Line] = [(row,) for row in ([*rows, total] if form.total == "last" else [total, *rows])]
            return self.sheet("T6", [group("")], lines)
        if form.basic == 2:
            lines = [*zip_longest(staff, public), (feet[0], feet[1])]
            return self.sheet("T6", [group("人员经费"), group("公用经费")], lines)
        half = (len(public) + 1) // 2
        lines = list(zip_longest(staff, public[:half], public[half:]))
        lines.append((feet[0], replace(feet[1], texts=(), lead=True), replace(feet[1], led=True)))
        return self.sheet("T6", [group("人员经费"), group("公用经费"), group("公用经费")], lines)

    def official(self) -> Sheet:
        """T7 in blocks, in pairs, with last year, or with an item a row."""
        form, figures, last = self.form, self.figures, self.budget.final
        stages: dict[str, tuple[Sequence[Decimal], str]] = {
            "预算数": (figures.budgeted, "预算数"),
            "决算数": (figures.final, "决算数"),
        }
        if form.official == "last":
            stages = {"上年决算数": (last, "上年决算数"), "本年决算数": (figures.final, "决算数")}
        if form.official == "rows":
            counter = ("行次",) if form.counters else ()
            columns = tuple(Column((name,), measure) for name, (_, measure) in stages.items())
            entries = [
                Entry(
                    label,
                    self.show(stage[0][number] for stage in stages.values()),
                    subject=label.lstrip("123.（）"),
                    shown=word(label, form),
                    item=OFFICIAL[number][1],
                )
                for number, label in enumerate(OFFICIAL_ROWS)
            ]
            return self.sheet("T7", [Side((("项目",),), columns, counter=counter)], [(entry,) for entry in entries])
        if form.official == "blocks":
            columns = tuple(
                Column((name, *path), measure, item) for name, (_, measure) in stages.items() for path, item in OFFICIAL
            )
            texts = self.show([amount for amounts, _ in stages.values() for amount in amounts])
        else:
            top = "财政拨款“三公”经费"
            columns = tuple(
                Column((top, *path, *["^"] * (2 - len(path)), name), measure, item)
                for path, item in OFFICIAL
                for name, (_, measure) in stages.items()
            )
            texts = self.show(
                [amounts[n] for n in range(len(OFFICIAL)) for amounts in (stage[0] for stage in stages.values())]
            )
        return self.sheet("T7", [Side((), columns)], [(Entry("", texts),)])


def _spent_columns() -> list[Column]:
    return [Column(("本年支出", name), measure) for name, measure in zip(("小计", *SPENDING[1:3]), SPENDING[:3])]
