"""The text around the tables: cover, contents, first, third and fourth part, in words of our own."""

from __future__ import annotations

from collections.abc import Sequence

from eval.accounts.form import Form
from eval.accounts.labels import numeral
from eval.accounts.sections import Teller, said
from eval.accounts.sheets import Sheet
from eval.samples.figures import Figures

DUTIES = ("负责{name}的日常事务。", "编制年度计划，并组织实施；", "承担上级交办的其他事项。")
TERMS = ("财政拨款收入", "基本支出", "项目支出", "“三公”经费")


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


def back(owner: str, year: int, form: Form, figures: Figures, budget: Figures, seed: int) -> list[list[str]]:
    """The third part, whose statements agree with the tables, and the fourth."""
    terms = [f"{numeral(n)}、{term}：指按规定取得或者安排的{term}。" for n, term in enumerate(TERMS, 1)]
    told = Teller(owner, year, form, figures, budget, seed).paragraphs()
    return [
        [f"第三部分 {owner}{year}年度{form.kind}决算情况说明", *told],
        ["第四部分 名词解释", *terms],
    ]


__all__ = ["DUTIES", "TERMS", "back", "front", "part_two", "said"]
