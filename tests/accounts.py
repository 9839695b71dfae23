"""Accounts made up for the tests: nine consistent tables from a seed, as text or PDF, with the truth about each cell.

`make(seed, form)` gives an account; `as_text` and `as_pdf` write it and say what was printed where. The truth is put
together while printing and never read back, so that it owes nothing to the code under test.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from eval.samples.account import Account as Leaves
from eval.samples.account import Facts, Income, Item, Official, Performance, Spending
from eval.samples.figures import CLASSES, ECONOMIC, FUNCTIONS, Figures, figures_of
from eval.samples.figures import Row as FunctionRow
from ingest import read_account
from ingest.model import Reading
from ingest.narrative.sections import glossary_term

FONT_FILE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
ZERO = Decimal("0.00")
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
SOURCES = (
    "一般公共预算财政拨款收入",
    "政府性基金预算财政拨款收入",
    "国有资本经营预算财政拨款收入",
    "上级补助收入",
    "事业收入",
    "经营收入",
    "附属单位上缴收入",
    "其他收入",
)
PARTS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
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
DUTIES = ("负责{name}的日常事务。", "编制年度计划，并组织实施；", "承担上级交办的其他事项。")
TERMS = ("财政拨款收入", "基本支出", "项目支出", "“三公”经费")
NUMERALS = "一二三四五六七八九十"


@cache
def read(path: Path) -> Reading:
    """The reading of a file, made once in a run of the tests."""
    return read_account(path)


@dataclass(frozen=True)
class Form:
    """How an account is printed; each switch has been seen in published accounts."""

    codes: int = 1
    """Columns of the 功能分类 code: 1, or 3 for 类, 款, 项."""
    total: str = "first"
    """Where 合计 stands: first row, last row, or head (the last header row, beside 类 款 项)."""
    zero: str = "0.00"
    """What is printed where there is nothing."""
    counters: bool = True
    """行次 columns and 栏次 rows."""
    official: str = "blocks"
    """三公: two blocks of six, or pairs of 预算数 and 决算数 under each item."""
    repeat: str = "title"
    """What a continuation page shows again: title (with the header and a first 合计), header or nothing."""
    sided: bool = True
    """基本支出 with 人员经费 and 公用经费 above its two sides."""
    spaced: bool = True
    """项 目 for 项目 in headers."""
    all_classes: bool = True
    """All 类 in the two-sided tables, or only those with an amount and a few more."""
    feed: bool = False
    """Text: pages marked by form feeds."""
    dense: bool = False
    """PDF: the next table begins on the same page where there is room."""


GUANGDONG = Form()
SHANGHAI = Form(
    codes=3, total="head", zero="", counters=False, official="pairs", repeat="nothing", sided=False, spaced=False
)


@dataclass(frozen=True)
class Told:
    """One amount cell as printed: the truth that a fact is compared with."""

    kind: str
    side: str
    label: str
    subject: str
    code: str
    parent: str
    column: tuple[str, ...]
    measure: str
    item: str
    text: str
    value: Decimal | None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Column:
    """An amount column: header path, what it measures, and the item that it is about (三公)."""

    path: tuple[str, ...]
    measure: str
    item: str = ""


@dataclass(frozen=True)
class Entry:
    """One printed row, or one side of it."""

    label: str
    texts: tuple[str, ...]
    code: str = ""
    subject: str = ""
    parent: str = ""
    side: str = ""


@dataclass(frozen=True)
class Side:
    """Columns that belong together: where the code, the name and the amounts stand in the grid."""

    code_columns: int
    counter: bool
    columns: tuple[Column, ...]
    named: bool = True

    @property
    def width(self) -> int:
        return self.code_columns + self.named + self.counter + len(self.columns)


@dataclass(frozen=True)
class Sheet:
    """A table before it is printed: `head` joins cells by "<" (to the left one) and "^" (to the one above)."""

    kind: str
    title: str
    head: tuple[tuple[str, ...], ...]
    sides: tuple[Side, ...]
    lines: tuple[tuple[Entry | None, ...], ...]
    total_in_head: bool = False
    notes: tuple[str, ...] = ()


@dataclass
class MadeUp:
    """An account with its tables and what is said about it."""

    department: str
    year: int
    form: Form
    figures: Figures
    sheets: tuple[Sheet, ...]
    rng: random.Random
    truth: list[Told] = field(default_factory=list)


def make(seed: int, form: Form = GUANGDONG) -> MadeUp:
    """An account with random leaves and added-up totals."""
    rng = random.Random(seed)
    leaves = _leaves(rng, form)
    figures = figures_of(leaves)
    sheets = tuple(_sheets(figures, form, leaves.unit, rng))
    return MadeUp(leaves.unit, leaves.year, form, figures, sheets, rng)


def _money(rng: random.Random) -> Decimal:
    """From 0.01 to some millions, small and large ones as likely."""
    return Decimal(rng.randint(1, 10 ** rng.randint(2, 9))).scaleb(-2)


def _leaves(rng: random.Random, form: Form) -> Leaves:
    codes = sorted(rng.sample([code for code in FUNCTIONS if len(code) == 7], rng.randint(1, 7)))
    items = [_item(code, rng, first=number == 0) for number, code in enumerate(codes)]
    basic = sum((item.general.basic for item in items), ZERO)
    return Leaves(
        unit=f"云岫市{rng.choice(['文化馆', '园林', '地方志', '公共资源交易', '水务'])}{rng.choice(['管理局', '局', '办公室'])}",
        short="云岫",
        year=rng.randint(2018, 2026),
        form="guangdong",
        start={"general": _money(rng) if rng.random() < 0.5 else ZERO, "own": _money(rng)},
        items=items,
        economic=_economic(basic, rng),
        official_budget=_official(rng),
        official_final=_official(rng),
        facts=Facts(performance=Performance(projects=1, amount=ZERO, name="", budget=ZERO, spent=ZERO)),
    )


def _item(code: str, rng: random.Random, first: bool) -> Item:
    """Spending out of one to four purses, with at least as much income."""

    def maybe(chance: float) -> Decimal:
        return _money(rng) if rng.random() < chance else ZERO

    general = Spending(basic=_money(rng) if first else maybe(0.6), project=maybe(0.5))
    fund = Spending(project=maybe(0.7)) if code.startswith("212") else Spending()
    capital = Spending(project=maybe(0.1))
    own = Spending(upward=maybe(0.1), trading=maybe(0.2), subsidy=maybe(0.1), project=maybe(0.1))
    income = Income(
        general=general.total + maybe(0.2),
        fund=fund.total + (maybe(0.3) if fund.total else ZERO),
        capital=capital.total,
        superior=maybe(0.1),
        service=maybe(0.2),
        trading=own.total,
        subordinate=maybe(0.1),
        other=maybe(0.3),
    )
    return Item(code=code, income=income, general=general, fund=fund, capital=capital, own=own)


def _economic(total: Decimal, rng: random.Random) -> dict[str, Decimal]:
    """基本支出 split over a few items by nature, sometimes with a negative correction."""
    codes = rng.sample([code for code in ECONOMIC if len(code) == 5], rng.randint(2, 9))
    amounts: dict[str, Decimal] = {}
    rest = total
    for code in codes[1:]:
        amounts[code] = (rest * rng.randint(0, 60) / 100).quantize(ZERO)
        rest -= amounts[code]
    if rng.random() < 0.2:
        amounts[codes[-1]] -= (correction := _money(rng))
        rest += correction
    return {**amounts, codes[0]: rest}


def _official(rng: random.Random) -> Official:
    if rng.random() < 0.25:
        return Official()
    amounts = [_money(rng) if rng.random() < 0.5 else ZERO for _ in range(4)]
    return Official(abroad=amounts[0], purchase=amounts[1], running=amounts[2], reception=amounts[3])


def numbered(labels: Sequence[str]) -> list[str]:
    """一、… 二、… up to 二十六、…"""

    def numeral(number: int) -> str:
        tens, ones = divmod(number, 10)
        head = "" if tens == 0 else ("十" if tens == 1 else NUMERALS[tens - 1] + "十")
        return head + (NUMERALS[ones - 1] if ones else "")

    return [f"{numeral(number)}、{label}" for number, label in enumerate(labels, 1)]


def _sheets(figures: Figures, form: Form, owner: str, rng: random.Random) -> Iterator[Sheet]:
    words = {
        "detail": "明细" if form.sided else "",
        "public": "一般公共预算" if form.official == "blocks" else "",
        "income": "" if form.counters else "收入",
    }
    titles = {kind: title.format(**words) for kind, title in TITLES.items()}
    show = lambda amounts: tuple(f"{amount:,.2f}" if amount else form.zero for amount in amounts)  # noqa: E731
    yield _totals(figures, form, titles["T1"], show, rng)
    yield _by_function("T2", titles["T2"], figures.income, INCOME, INCOME, form, show)
    yield _by_function("T3", titles["T3"], figures.spending, SPENDING, SPENDING, form, show)
    yield _fiscal(figures, form, titles["T4"], show, rng)
    first = "本年支出合计" if form.counters else "合计"
    last = replace(form, total="last") if form.total == "head" else form
    yield _by_function("T5", titles["T5"], figures.general, (first, "基本支出", "项目支出"), SPENDING[:3], last, show)
    yield _basic(figures, form, titles["T6"], show, rng)
    yield _official_sheet(figures, form, titles["T7"], show)
    for kind, rows, width in (("T8", figures.fund, 6), ("T9", figures.capital, 3 if form.counters else 6)):
        note = f"注：{owner}本年度没有{titles[kind].split('财政')[0]}财政拨款的收入和支出，本表无数据。"
        yield _carried(kind, titles[kind], rows, width, last, show, note)


def _classes(figures: Figures, form: Form, rng: random.Random) -> list[str]:
    if form.all_classes:
        return list(CLASSES)
    filled = {code for code, amount in figures.totals.classes.items() if amount}
    return [code for code in CLASSES if code in filled or code in set(rng.sample(CLASSES, 9))]


def _word(text: str, form: Form) -> str:
    """A header word, with a blank between its two characters where the form has it so."""
    return " ".join(text) if form.spaced and text in ("项目", "栏次") else text


def _two_sided_head(form: Form, left: str, right: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    item, counter = _word("项目", form), ["行次"] if form.counters else []
    left_width, right_width = 2 + len(counter), 1 + len(counter) + len(right)
    head = [
        ("收入", *["<"] * (left_width - 1), "支出", *["<"] * (right_width - 1)),
        (item, *counter, left, item, *counter, *right),
    ]
    if form.counters:
        numbers = [str(number) for number in range(1, len(right) + 2)]
        head.append((_word("栏次", form), "", numbers[0], _word("栏次", form), "", *numbers[1:]))
    return tuple(head)


def _sided(
    left: Sequence[Entry | None], right: Sequence[Entry | None]
) -> tuple[tuple[Entry | None, Entry | None], ...]:
    return tuple(
        (a and replace(a, side="收入"), b and replace(b, side="支出")) for a, b in zip(left, right, strict=True)
    )


def _entry(label: str, texts: tuple[str, ...], parent: str = "") -> Entry:
    return Entry(label, texts, subject=label.split("、", 1)[-1] if "、" in label[:4] else label, parent=parent)


def _totals(figures: Figures, form: Form, title: str, show, rng: random.Random) -> Sheet:
    t = figures.totals
    classes = _classes(figures, form, rng)
    left: list[Entry | None] = [
        _entry(label, show([amount])) for label, amount in zip(numbered(SOURCES), t.sources, strict=True)
    ]
    right: list[Entry | None] = [
        _entry(label, show([t.classes[code]]))
        for label, code in zip(numbered([FUNCTIONS[code] for code in classes]), classes, strict=True)
    ]
    left, right = map(list, zip(*zip_longest(left, right)))
    labels = (
        ("本年收入合计", "本年支出合计"),
        ("使用非财政拨款结余" + ("（含专用结余）" if form.codes == 3 else ""), "结余分配"),
        ("年初结转和结余", "年末结转和结余"),
        ("总计", "总计"),
    )
    for (a, b), (came, went) in zip(labels, t.foot, strict=True):
        left.append(_entry(a, show([came])))
        right.append(_entry(b, show([went])))
    sides = tuple(Side(0, form.counters, (Column((name, "决算数"), "决算数"),)) for name in ("收入", "支出"))
    return Sheet("T1", title, _two_sided_head(form, "决算数", ["决算数"]), sides, _sided(left, right))


def _fiscal(figures: Figures, form: Form, title: str, show, rng: random.Random) -> Sheet:
    f = figures.fiscal
    classes = _classes(figures, form, rng)
    left: list[Entry | None] = [
        _entry(label, show([amount])) for label, amount in zip(numbered(PARTS), f.sources, strict=True)
    ]
    right: list[Entry | None] = [
        _entry(label, show(f.classes[code]))
        for label, code in zip(numbered([FUNCTIONS[code] for code in classes]), classes, strict=True)
    ]
    left, right = map(list, zip(*zip_longest(left, right)))
    start = "年初财政拨款结转和结余"
    parts = list(PARTS) if form.counters else numbered(PARTS)
    left += [_entry("本年收入合计", show([f.income])), _entry(start, show([f.start[0]]))]
    left += [_entry(label, show([amount]), start) for label, amount in zip(parts, f.start[1:], strict=True)]
    left += [_entry("总计", show([f.total[0]]))]
    right += [_entry("本年支出合计", show(f.spent)), _entry("年末财政拨款结转和结余", show(f.end))]
    right += [None, None, None, _entry("总计", show(f.total))]
    income = "金额" if form.counters else "决算数"
    spent = [Column(("支出", "合计"), "决算数"), *(Column(("支出", part), part) for part in PARTS)]
    sides = (Side(0, form.counters, (Column(("收入", income), "决算数"),)), Side(0, form.counters, tuple(spent)))
    return Sheet("T4", title, _two_sided_head(form, income, ["合计", *PARTS]), sides, _sided(left, right))


def _by_function(
    kind: str,
    title: str,
    rows: Sequence[FunctionRow],
    headers: Sequence[str],
    measures: Sequence[str],
    form: Form,
    show,
) -> Sheet:
    columns = tuple(Column((header,), measure) for header, measure in zip(headers, measures, strict=True))
    head = _code_head(form, [[header] for header in headers])
    return _coded(kind, title, rows, head, columns, form, show)


def _coded(
    kind: str,
    title: str,
    rows: Sequence[FunctionRow],
    head: tuple[tuple[str, ...], ...],
    columns: tuple[Column, ...],
    form: Form,
    show,
    notes: tuple[str, ...] = (),
) -> Sheet:
    total, *others = [Entry(row.name, show(row.amounts), row.code, row.name) for row in rows]
    lines = [*others, total] if form.total == "last" else [total, *others]
    side = Side(form.codes, False, columns)
    return Sheet(kind, title, head, (side,), tuple((line,) for line in lines), form.total == "head", notes)


def _code_head(form: Form, amounts: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """项目 over code and name; each amount column from the top, its names merged down to the lowest header row."""
    depth = 2 + (form.codes == 3)
    columns = [[*names, *["^"] * (depth - len(names))] for names in amounts]
    item = _word("项目", form)
    if form.codes == 3:
        names = [(item, "<", "<", "<"), ("支出功能分类", "<", "<", "科目名称"), ("科目编码", "<", "<", "^")]
    else:
        names = [(item, "<"), ("功能分类科目编码", "科目名称")]
    head = [(*name, *(column[row] for column in columns)) for row, name in enumerate(names)]
    if form.codes == 3 and form.total != "head":
        head.append(("类", "款", "项", "^", *["^"] * len(columns)))
    if form.counters:
        head.append(("栏次", *["<"] * form.codes, *(str(number) for number in range(1, len(columns) + 1))))
    return tuple(head)


def _carried(kind: str, title: str, rows: Sequence[FunctionRow], width: int, form: Form, show, note: str) -> Sheet:
    spent = [["本年支出", "小计"], ["<", "基本支出"], ["<", "项目支出"]]
    headers = [["年初结转和结余"], ["本年收入"], *spent, ["年末结转和结余"]] if width == 6 else spent
    paths = [("本年支出", name[1]) if len(name) == 2 else (name[0],) for name in headers]
    measures = CARRIED if width == 6 else CARRIED[2:5]
    columns = tuple(Column(path, measure) for path, measure in zip(paths, measures, strict=True))
    cut = [FunctionRow(row.code, row.name, row.amounts[0:6] if width == 6 else row.amounts[2:5]) for row in rows]
    sheet = _coded(kind, title, cut, _code_head(form, headers), columns, form, show, (note,) if len(rows) == 1 else ())
    blank = ((None,),) * 3 if len(rows) == 1 and form.total == "last" else ()
    return replace(sheet, lines=blank + sheet.lines)


def _basic(figures: Figures, form: Form, title: str, show, rng: random.Random) -> Sheet:
    depth = 1 if form.codes == 1 else 2
    chosen = {code for code in ECONOMIC if code in figures.basic or rng.random() < 0.2}
    chosen |= {"301", "302"} | {code[:3] for code in chosen}

    def side(name: str, classes: tuple[str, ...]) -> list[Entry | None]:
        return [
            Entry(ECONOMIC[code], show([figures.basic.get(code, ZERO)]), code, ECONOMIC[code], side=name)
            for code in sorted(chosen)
            if code.startswith(classes)
        ]

    lines = list(zip_longest(side("人员经费", ("301", "303")), side("公用经费", ("302", "307", "310", "399"))))
    foot = [
        replace(_entry(f"{name}合计", (f"{amount:,.2f}",)), side=name)
        for name, amount in zip(("人员经费", "公用经费"), figures.basic_foot, strict=True)
    ]
    amount = "金额" if form.sided else "决算数"
    paths = [(name, amount) if form.sided else (amount,) for name in ("人员经费", "公用经费")]
    if depth == 1:
        names = ("经济分类科目编码", "科目名称", amount)
        head = [names * 2]
    else:
        head = [("经济分类", "<", "科目名称", amount) * 2, ("科目编码", "<", "^", "^") * 2, ("类", "款", "^", "^") * 2]
    if form.sided:
        head.insert(0, ("人员经费", *["<"] * (depth + 1), "公用经费", *["<"] * (depth + 1)))
    sides = tuple(Side(depth, False, (Column(path, "决算数"),)) for path in paths)
    return Sheet("T6", title, tuple(head), sides, (*lines, (foot[0], foot[1])))


def _official_sheet(figures: Figures, form: Form, title: str, show) -> Sheet:
    stages = ("预算数", "决算数")
    budgeted, final = show(figures.budgeted), show(figures.final)
    if form.official == "blocks":
        columns = tuple(Column((stage, *path), stage, item) for stage in stages for path, item in OFFICIAL)
        names = ("合计", "因公出国（境）费", "公务用车购置及运行费", "<", "<", "公务接待费")
        under = ("^", "^", "小计", "公务用车购置费", "公务用车运行费", "^")
        head = [("预算数", *["<"] * 5, "决算数", *["<"] * 5), names * 2, under * 2]
        texts = budgeted + final
    else:
        top = "财政拨款“三公”经费"
        columns = tuple(Column((top, *path, stage), stage, item) for path, item in OFFICIAL for stage in stages)
        head = [
            (top, *["<"] * 11),
            ("合计", "<", "因公出国（境）费", "<", "公务用车购置及运行费", *["<"] * 5, "公务接待费", "<"),
            ("^", "^", "^", "^", "小计", "<", "公务用车购置费", "<", "公务用车运行费", "<", "^", "^"),
            stages * 6,
        ]
        texts = tuple(text for pair in zip(budgeted, final, strict=True) for text in pair)
    if form.counters:
        head.append(tuple(str(number) for number in range(1, 13)))
    return Sheet("T7", title, tuple(head), (Side(0, False, columns, named=False),), ((Entry("", texts),),))


def cells_of(sheet: Sheet, line: Sequence[Entry | None], number: int, merged: bool) -> list[str]:
    """The grid cells of one line: codes, name, counter and amounts of each side."""
    cells: list[str] = []
    for place, (side, entry) in enumerate(zip(sheet.sides, line, strict=True)):
        counter = [str(number + 1 + place * len(sheet.lines))] if side.counter else []
        if entry is None:
            cells += [*[""] * (side.code_columns + 1), *counter, *[""] * len(side.columns)]
            continue
        if entry.code or not side.code_columns:
            cuts = (0, 3, 5, 7) if side.code_columns > 1 else (0, 7)
            codes = [entry.code[a:b] for a, b in zip(cuts, cuts[1:], strict=False)][: side.code_columns]
            cells += codes + ([entry.label] if side.named else [])
        elif sheet.total_in_head:
            cells += ["类", "款", "项", entry.label]
        elif merged:
            cells += [entry.label, *["<"] * side.code_columns]
        else:
            cells += [*[""] * side.code_columns, entry.label]
        cells += [*counter, *entry.texts]
    return cells


def _tell(
    account: MadeUp, sheet: Sheet, line: Sequence[Entry | None], page: int | None, boxes: Sequence | None
) -> None:
    """Note the truth about a line just printed; `boxes` are those of its grid cells."""
    at = 0
    for side, entry in zip(sheet.sides, line, strict=True):
        first = at + side.width - len(side.columns)
        at += side.width
        if entry is None:
            continue
        for index, (column, text) in enumerate(zip(side.columns, entry.texts, strict=True)):
            account.truth.append(
                Told(
                    sheet.kind,
                    entry.side,
                    entry.label,
                    entry.subject,
                    entry.code,
                    entry.parent,
                    column.path,
                    column.measure,
                    column.item or entry.subject,
                    text,
                    Decimal(text.replace(",", "")) if text else None,
                    page,
                    boxes[first + index] if boxes else None,
                )
            )


def _again(sheet: Sheet, form: Form, number: int) -> bool:
    """True where a continuation page that begins with line `number` prints the 合计 line above it once more."""
    first = sheet.lines[0][0]
    total = first is not None and first.label == "合计" and len(sheet.lines) > 1
    return bool(total and number and (form.repeat == "title" or (form.repeat == "header" and sheet.total_in_head)))


def _front(account: MadeUp) -> list[list[str]]:
    """Cover, contents, first part: paragraphs by page."""
    owner, year = account.department, account.year
    contents = ["目录", "第一部分 概况", "第二部分 决算表", "第三部分 情况说明", "第四部分 名词解释"]
    duties = [f"{number}、{duty.format(name=owner)}" for number, duty in enumerate(DUTIES, 1)]
    return [
        [owner, f"{year}年度部门决算"],
        contents,
        [f"第一部分 {owner}概况", "一、主要职责", *duties, "二、机构设置", f"{owner}内设3个科室。"],
    ]


def _back(account: MadeUp) -> list[list[str]]:
    """The third and fourth part."""
    total = account.figures.totals.foot[-1][0]
    said = f"{account.department}{account.year}年度收入支出总计{total}万元，比上年增加1.00万元，增长2.50%。"
    terms = [f"{numeral}、{term}：指按规定取得或者安排的{term}。" for numeral, term in zip(NUMERALS, TERMS)]
    return [
        [f"第三部分 {account.department}{account.year}年度部门决算情况说明", "一、收入支出决算总体情况说明", said],
        ["第四部分 名词解释", *terms],
    ]


def as_text(account: MadeUp, path: Path) -> list[Told]:
    """Write the account as tab-separated text and give the truth about it."""
    form, rng, page = account.form, account.rng, 1
    out = ["\n".join(f"\n{paragraph}\n" for paragraph in paragraphs) for paragraphs in _front(account)]
    out.append(f"\n第二部分 {account.department}{account.year}年度部门决算表\n")
    for sheet in account.sheets:
        number = 0
        while number < len(sheet.lines):
            until = number + rng.randint(1, max(2, len(sheet.lines)))
            if number == 0 or form.repeat == "title":
                out.append(f"\n{sheet.title}\n\n部门：{account.department}\n\n单位：万元\n")
            rows = [list(line) for line in sheet.head] if number == 0 or form.repeat != "nothing" else []
            if _again(sheet, form, number):
                rows.append(cells_of(sheet, sheet.lines[0], 0, merged=not form.counters))
            for line in sheet.lines[number:until]:
                rows.append(cells_of(sheet, line, number, merged=not form.counters))
                _tell(account, sheet, line, page if form.feed else None, None)
                number += 1
            out.append("".join("\t".join("" if cell in ("<", "^") else cell for cell in row) + "\n" for row in rows))
            if number >= len(sheet.lines):
                out += [f"\n{note}\n" for note in sheet.notes]
            if form.feed:
                out.append("\f")
                page += 1
    out += ["\n".join(f"\n{paragraph}\n" for paragraph in paragraphs) for paragraphs in _back(account)]
    path.write_text("\n".join(out), encoding="utf-8")
    return account.truth


class Pen:
    """Draws on landscape pages from the top down and knows the page and where it stands; points, origin top left."""

    WIDTH, HEIGHT, MARGIN, SIZE, LEADING = 842.0, 595.0, 50.0, 8.0, 10.0

    def __init__(self, path: Path) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        if "Tests" not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont("Tests", str(FONT_FILE), subfontIndex=0))
        self.measure = lambda text: pdfmetrics.stringWidth(text, "Tests", self.SIZE)
        self.canvas = Canvas(str(path), pagesize=(self.WIDTH, self.HEIGHT), invariant=1)
        self.page, self.y = 1, self.MARGIN

    def next_page(self) -> None:
        self.canvas.setFont("Tests", 9)
        self.canvas.drawCentredString(self.WIDTH / 2, 26, f"- {self.page} -")
        self.canvas.showPage()
        self.page, self.y = self.page + 1, self.MARGIN

    def room(self) -> float:
        return self.HEIGHT - self.MARGIN - self.y

    def write(self, text: str, align: str = "left", size: float = 11.0) -> None:
        """A paragraph with an indented first line, or a single centred or right-aligned line."""
        per_line = int((self.WIDTH - 2 * self.MARGIN) / size) - 1
        text = ("\u3000\u3000" if align == "left" else "") + text
        for start in range(0, len(text), per_line):
            self.canvas.setFont("Tests", size)
            part, y = text[start : start + per_line], self.HEIGHT - self.y - size
            if align == "left":
                indent = len(part) - len(part.lstrip("\u3000"))
                self.canvas.drawString(self.MARGIN + indent * size, y, part.lstrip("\u3000"))
            elif align == "middle":
                self.canvas.drawCentredString(self.WIDTH / 2, y, part)
            else:
                self.canvas.drawRightString(self.WIDTH - self.MARGIN, y, part)
            self.y += size * 1.7

    def wrapped(self, text: str, width: float) -> list[str]:
        lines = [""]
        for char in text:
            if lines[-1] and self.measure(lines[-1] + char) > width - 5:
                lines.append("")
            lines[-1] += char
        return lines

    def heights(self, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> list[float]:
        """Heights in which every cell's wrapped text fits; a cell merged downwards may need its lowest row higher."""
        spans = {(top, left): (bottom, right) for top, left, bottom, right in merges(rows)}
        heights = [self.LEADING + 5] * len(rows)
        for top in range(len(rows)):
            for (start, left), (bottom, right) in spans.items():
                if bottom == top:
                    need = len(self.wrapped(rows[start][left], sum(widths[left : right + 1]))) * self.LEADING + 5
                    heights[top] = max(heights[top], need - sum(heights[start:top]))
        return heights

    def rows(
        self, rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> list[list[tuple[float, float, float, float]]]:
        """Draw ruled rows; gives the box of each cell (of the first one of merged cells)."""
        heights = self.heights(rows, widths)
        boxes = [[(0.0, 0.0, 0.0, 0.0)] * len(widths) for _ in rows]
        for top, left, bottom, right in merges(rows):
            x0, y0 = self.MARGIN + sum(widths[:left]), self.y + sum(heights[:top])
            x1, y1 = x0 + sum(widths[left : right + 1]), y0 + sum(heights[top : bottom + 1])
            boxes[top][left] = (x0, y0, x1, y1)
            self.canvas.setLineWidth(0.6)
            self.canvas.rect(x0, self.HEIGHT - y1, x1 - x0, y1 - y0)
            self._cell(rows[top][left], x0, y0, x1, y1)
        self.y += sum(heights)
        return boxes

    def _cell(self, text: str, x0: float, y0: float, x1: float, y1: float) -> None:
        lines = self.wrapped(text, x1 - x0)
        self.canvas.setFont("Tests", self.SIZE)
        y = (y0 + y1) / 2 - len(lines) * self.LEADING / 2
        for line in lines:
            y += self.LEADING
            base = self.HEIGHT - y + 2
            if "." in line and line[-1].isdigit():
                self.canvas.drawRightString(x1 - 3, base, line)
            elif len(lines) > 1:
                self.canvas.drawString(x0 + 3, base, line)
            else:
                self.canvas.drawCentredString((x0 + x1) / 2, base, line)

    def close(self) -> None:
        self.next_page()
        self.canvas.save()


def merges(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, int, int]]:
    """Top, left, bottom and right of each cell, with what "<" and "^" join to it."""
    for top, row in enumerate(rows):
        for left, text in enumerate(row):
            if text in ("<", "^"):
                continue
            right, bottom = left, top
            while right + 1 < len(row) and row[right + 1] == "<":
                right += 1
            while bottom + 1 < len(rows) and rows[bottom + 1][left] == "^":
                bottom += 1
            yield top, left, bottom, right


def _widths(sheet: Sheet, rng: random.Random) -> list[float]:
    """Column widths: names are narrow enough to wrap, amounts share the rest of the page."""
    kinds = "".join(
        "c" * side.code_columns + "n" * side.named + "l" * side.counter + "a" * len(side.columns)
        for side in sheet.sides
    )
    names = rng.choice([64.0, 90.0, 130.0]) if len(sheet.sides) == 1 else rng.choice([64.0, 90.0, 120.0])
    fixed = {"c": 44.0, "n": names, "l": 28.0}
    rest = Pen.WIDTH - 2 * Pen.MARGIN - sum(fixed.get(kind, 0.0) for kind in kinds)
    share = min(rest / kinds.count("a"), 140.0)
    return [fixed.get(kind, share) for kind in kinds]


def as_pdf(account: MadeUp, path: Path) -> list[Told]:
    """Write the account as ruled PDF and give the truth about it, with pages and boxes."""
    pen, form, rng = Pen(path), account.form, account.rng
    for number, paragraphs in enumerate(_front(account)):
        for paragraph in paragraphs:
            pen.write(paragraph, "left" if number else "middle")
        pen.next_page()
    pen.write(f"第二部分 {account.department}{account.year}年度部门决算表", "middle", 14)
    for sheet in account.sheets:
        _draw(account, sheet, pen, form, rng)
    for paragraphs in _back(account):
        pen.next_page()
        for paragraph in paragraphs:
            pen.write(paragraph)
    pen.close()
    return account.truth


def _draw(account: MadeUp, sheet: Sheet, pen: Pen, form: Form, rng: random.Random) -> None:
    widths = _widths(sheet, rng)
    number, fits = 0, rng.choice([2, 5, 12, 99])
    if not (form.dense and pen.room() > 260):
        pen.next_page()
    while number < len(sheet.lines):
        if number == 0 or form.repeat == "title":
            pen.write(sheet.title, "middle", 14)
            pen.write(f"部门：{account.department}", "left", 9)
            pen.write("单位：万元", "right", 9)
        head = [list(row) for row in sheet.head] if number == 0 or form.repeat != "nothing" else []
        again = _again(sheet, form, number)
        if again:
            head.append(cells_of(sheet, sheet.lines[0], 0, merged=True))
        body: list[list[str]] = []
        for line in sheet.lines[number : number + fits]:
            more = cells_of(sheet, line, number + len(body), merged=True)
            if body and sum(pen.heights([*head, *body, more], widths)) > pen.room():
                break
            body.append(more)
        page, boxes = pen.page, pen.rows([*head, *body], widths)[len(head) :]
        for line, row in zip(sheet.lines[number : number + len(body)], boxes, strict=True):
            _tell(account, sheet, line, page, row)
        number += len(body)
        if number < len(sheet.lines):
            pen.next_page()
    for note in sheet.notes:
        pen.write(note, "left", 9)


def as_told(reading: Reading, boxes: bool = False) -> list[Told]:
    """The facts of the standard tables in the form of the truth."""
    return [
        Told(
            fact.kind,
            fact.side,
            fact.label,
            fact.subject,
            fact.code,
            fact.parent,
            fact.column,
            fact.measure,
            fact.item,
            fact.text,
            fact.value,
            fact.place.page,
            tuple(fact.place.box) if boxes and fact.place.box else None,
        )
        for fact in reading.facts
        if fact.kind
    ]


FORMS = st.builds(
    Form,
    codes=st.sampled_from([1, 3]),
    total=st.sampled_from(["first", "last", "head"]),
    zero=st.sampled_from(["0.00", ""]),
    counters=st.booleans(),
    official=st.sampled_from(["blocks", "pairs"]),
    repeat=st.sampled_from(["title", "header", "nothing"]),
    sided=st.booleans(),
    spaced=st.booleans(),
    all_classes=st.booleans(),
    feed=st.booleans(),
    dense=st.booleans(),
).filter(lambda form: form.total != "head" or (form.codes == 3 and not form.counters))
SEEDS = st.integers(0, 2**32 - 1)
STEADY = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def first_difference(read: list[Told], truth: list[Told]) -> str:
    """Where two lists of cells part, for the message of a failure."""
    for number, (got, expected) in enumerate(zip(read, truth)):
        if got != expected:
            return f"cell {number}:\n  read    {got}\n  printed {expected}"
    return f"{len(read)} cells read, {len(truth)} printed; first extra: {(read + truth)[min(len(read), len(truth))]}"


def check(reading: Reading, truth: list[Told], department: str, year: int) -> None:
    assert (reading.account.department, reading.account.year) == (department, year)
    read, bare = as_told(reading), [Told(**{**vars(told), "box": None}) for told in truth]
    assert read == bare, first_difference(read, bare)
    assert {table.kind: table.unit for table in reading.tables if table.kind} == {f"T{n}": "万元" for n in range(1, 10)}
    duties = [passage for passage in reading.passages if passage.kind == "duties"]
    assert [[s.text for s in p.sentences] for p in duties] == [
        [f"{n}、{duty.format(name=department)}" for n, duty in enumerate(DUTIES, 1)]
    ]
    assert tuple(glossary_term(p) for p in reading.passages if p.kind == "glossary") == tuple(
        term.strip("“”") for term in TERMS
    )
