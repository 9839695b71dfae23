"""The text around the tables: cover, contents, first, third and fourth part, in words of our own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from eval.accounts.form import Form
from eval.accounts.labels import numeral
from eval.accounts.sheets import Sheet
from eval.samples.figures import FUNCTIONS, Figures

DUTIES = ("负责{name}的日常事务。", "编制年度计划，并组织实施；", "承担上级交办的其他事项。")
TERMS = ("财政拨款收入", "基本支出", "项目支出", "“三公”经费")


def said(amount: Decimal) -> str:
    return f"{amount:.2f}"


def share(part: Decimal, whole: Decimal) -> str:
    return f"{(part / whole * 100).quantize(Decimal('0.01'), ROUND_HALF_UP):.2f}%"


def front(owner: str, year: int, form: Form, sheets: Sequence[Sheet]) -> list[list[str]]:
    """Cover, contents, first part: paragraphs by page."""
    tables = [f"{numeral(number)}、{sheet.title}" for number, sheet in enumerate(sheets, 1)]
    duties = [f"{number}、{duty.format(name=owner)}" for number, duty in enumerate(DUTIES, 1)]
    return [
        [owner, f"{year}年度{form.kind}决算"],
        ["目录", "第一部分 概况", "第二部分 决算表", *tables, "第三部分 情况说明", "第四部分 名词解释"],
        [f"第一部分 {owner}概况", "一、主要职责", *duties, "二、机构设置", f"{owner}内设3个科室。"],
    ]


def part_two(owner: str, year: int, form: Form) -> str:
    return f"第二部分 {owner}{year}年度{form.kind}决算表"


def back(owner: str, year: int, form: Form, figures: Figures, budget: Figures) -> list[list[str]]:
    """The third part, whose statements agree with the tables, and the fourth."""
    unit = form.unit
    total, before = figures.totals.foot[-1][0], budget.totals.foot[-1][0]
    spent = figures.spending[0].amounts
    change = total - before
    moved = f"比上年{'增加' if change > 0 else '减少'}{said(abs(change))}{unit}" if change else "与上年持平"
    general = figures.general
    items = [
        f"{number}、{FUNCTIONS[row.code[:3]]}（类）{FUNCTIONS[row.code[:5]]}（款）{row.name}（项）。"
        f"支出决算{said(row.amounts[0])}{unit}。"
        for number, row in enumerate((row for row in general if len(row.code) == 7), 1)
    ]
    terms = [f"{numeral(n)}、{term}：指按规定取得或者安排的{term}。" for n, term in enumerate(TERMS, 1)]
    return [
        [
            f"第三部分 {owner}{year}年度{form.kind}决算情况说明",
            "一、收入支出决算总体情况说明",
            f"{owner}{year}年度收入支出总计{said(total)}{unit}，{moved}。",
            "二、支出决算情况说明",
            f"本年支出合计{said(spent[0])}{unit}，其中：基本支出{said(spent[1])}{unit}，"
            f"占{share(spent[1], spent[0])}；项目支出{said(spent[2])}{unit}，占{share(spent[2], spent[0])}。",
            "三、一般公共预算财政拨款支出决算情况说明",
            f"一般公共预算财政拨款支出{said(general[0].amounts[0])}{unit}。",
            *items,
            "四、“三公”经费支出决算情况说明",
            f"“三公”经费支出决算{said(figures.final[0])}{unit}，预算{said(figures.budgeted[0])}{unit}。",
        ],
        ["第四部分 名词解释", *terms],
    ]
