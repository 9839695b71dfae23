"""How an account is printed: the switches, and which of them go together."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Form:
    """One way of printing; each switch has been seen in published accounts."""

    kind: str = "部门"
    """部门 or 单位: whose account the cover says it is."""
    codes: int = 1
    """Columns of the 功能分类 code: 1, or 3 for 类, 款, 项."""
    depth: int = 2
    """Header rows over code and name: 1 to 3."""
    total: str = "first"
    """Where 合计 stands: first row, last row, or head (the last header row, beside 类 款 项)."""
    zero: str = "0.00"
    """What is printed where there is nothing."""
    thousands: bool = True
    """1,234.00 or 1234.00."""
    negative: str = "minus"
    """-12.00 (minus) or (12.00) (brackets)."""
    unit: str = "万元"
    counters: bool = True
    """行次 columns and 栏次 rows."""
    sided: str = "top"
    """The two-sided tables: 收入 and 支出 in a header row of their own (top), or as headings of the names (flat)."""
    stages: bool = False
    """收入支出决算总表 with 年初预算数 and 全年预算数 before 决算数."""
    fees: bool = False
    """事业收入 split into 小计 and 其中：教育收费."""
    turned: bool = False
    """Amount columns of 收入决算表 and 支出决算表 in another order."""
    general: str = "named"
    """First column of 一般公共预算支出: 本年支出合计 (named), 合计 (total), or 本年支出 over 小计 … (grouped)."""
    basic: int = 2
    """基本支出 in one, two or three groups side by side."""
    basic_top: bool = True
    """基本支出 with 人员经费 and 公用经费 above its sides."""
    official: str = "blocks"
    """三公: blocks of six, pairs under each item, last (pairs with last year), or rows (an item a row)."""
    carried: int = 6
    """基金 columns: 6 with 年初结转 and 本年收入, or 3 (本年支出 alone)."""
    repeat: str = "title"
    """What a continuation page shows again: title (with the header and a first 合计), header or nothing."""
    spaced: str = "heads"
    """项 目 for 项目 in headers, and 栏 次 in two-sided ones (heads); 收 入, 合 计 and 总 计 as well (all); or none."""
    indent: str = ""
    """What a name is indented by at each level of its code."""
    wrapped: bool = False
    """Narrow columns, so that names and headers are broken into lines."""
    all_classes: bool = True
    """All 类 in the two-sided tables, or only those with an amount and a few more."""
    notes: bool = False
    """A note under every table."""
    title: str = "above"
    """Title and unit above the grid, or inside it as merged first rows."""
    numbered: bool = False
    """公开01表 above each table."""
    titled: str = "plain"
    """Before the title: nothing, the year (dated), owner and year (owned), 附表1： (annexed); or （公开01表） after it (coded)."""
    continued: bool = False
    """（续） after a title that is printed again."""
    one_line: bool = False
    """Owner and unit on one line."""
    padded: bool = False
    """Blank rows at the end of every table."""
    under: bool = False
    """决算数 below the heading of every amount column of the income and expenditure tables."""
    over: bool = False
    """One heading over all amount columns of 一般公共预算支出."""
    running: bool = False
    """PDF and page text: whose account it is at the head of every page."""
    shuffled: bool = False
    """Tables in another order."""
    landscape: bool = True
    rotated: bool = False
    """PDF: landscape pages are upright ones with /Rotate 90."""
    feed: bool = False
    """Text: pages marked by form feeds."""
    dense: bool = False
    """The next table begins on the same page (PDF, where there is room) or the same sheet (XLSX, XLS)."""
    numeric: bool = True
    """XLSX and XLS: amounts stored as numbers with a format, or as text."""

    def normal(self) -> Form:
        """The nearest form that can be printed: 合计 in the head needs 类 款 项 there and no 栏次 below."""
        form = self
        if form.total == "head" and not (form.codes == 3 and form.depth == 3 and not form.counters):
            form = replace(form, total="first")
        if form.rotated and not form.landscape:
            form = replace(form, rotated=False)
        return form


SWITCHES: dict[str, tuple[Any, ...]] = {
    "kind": ("部门", "单位"),
    "codes": (1, 3),
    "depth": (1, 2, 3),
    "total": ("first", "last", "head"),
    "zero": ("0.00", "", "-", "0", "—"),
    "thousands": (True, False),
    "negative": ("minus", "brackets"),
    "unit": ("万元", "元"),
    "counters": (True, False),
    "sided": ("top", "flat"),
    "stages": (False, True),
    "fees": (False, True),
    "turned": (False, True),
    "general": ("named", "total", "grouped"),
    "basic": (1, 2, 3),
    "basic_top": (True, False),
    "official": ("blocks", "pairs", "last", "rows"),
    "carried": (6, 3),
    "repeat": ("title", "header", "nothing"),
    "spaced": ("heads", "all", "none"),
    "indent": ("", " ", "\u3000"),
    "wrapped": (False, True),
    "all_classes": (True, False),
    "notes": (False, True),
    "title": ("above", "inside"),
    "numbered": (False, True),
    "titled": ("plain", "dated", "owned", "annexed", "coded"),
    "continued": (False, True),
    "one_line": (False, True),
    "padded": (False, True),
    "under": (False, True),
    "over": (False, True),
    "running": (False, True),
    "shuffled": (False, True),
    "landscape": (True, False),
    "rotated": (False, True),
    "feed": (False, True),
    "dense": (False, True),
    "numeric": (True, False),
}
"""The values of each switch, the plainest first."""

GUANGDONG = Form()
SHANGHAI = Form(
    codes=3,
    depth=3,
    total="head",
    zero="",
    counters=False,
    general="total",
    basic_top=False,
    official="pairs",
    repeat="nothing",
    spaced="none",
)
CENTRAL = Form(general="grouped", basic=3, fees=True, stages=True, carried=6, numbered=True, zero="", notes=True)
JIANGSU = Form(
    depth=1,
    total="last",
    counters=False,
    sided="flat",
    general="total",
    basic=1,
    official="rows",
    carried=3,
    repeat="header",
    spaced="none",
    numbered=True,
    titled="dated",
    landscape=False,
)
ZHEJIANG = Form(
    counters=False, zero="0", thousands=False, unit="元", basic=1, official="last", title="inside", indent="\u3000"
)
BEIJING = Form(
    depth=1, total="last", zero="-", negative="brackets", general="grouped", basic=3, official="pairs", indent=" "
)
FORMS = {
    "guangdong": GUANGDONG,
    "shanghai": SHANGHAI,
    "central": CENTRAL,
    "jiangsu": JIANGSU,
    "zhejiang": ZHEJIANG,
    "beijing": BEIJING,
}
"""Forms as whole provinces use them; `form_of` mixes their switches."""


def form_of(rng: random.Random) -> Form:
    """A form with every switch drawn by itself."""
    return Form(**{name: rng.choice(values) for name, values in SWITCHES.items()}).normal()


def switched(form: Form) -> dict[str, Any]:
    """The switches that are not at their plainest value, for the message of a failure."""
    return {f.name: value for f in fields(form) if (value := getattr(form, f.name)) != SWITCHES[f.name][0]}
