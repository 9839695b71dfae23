"""The third part of a made-up account: what its text says, in words of our own, all of it agreeing with the tables.

Every kind of sentence that the checks know occurs, in two wordings or more, drawn by the account's seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from eval.accounts.form import Form
from eval.accounts.labels import numeral
from eval.accounts.tables import INCOME, SPENDING
from eval.samples.account import ZERO
from eval.samples.figures import ECONOMIC, FUNCTIONS, PUBLIC, STAFF, Figures

REASONS = ("人员有所变动", "项目进度与计划不同", "按实际需要安排", "政策标准有所调整")
PURPOSES = ("保障日常工作", "完成年度任务", "按规定列支的各项开支")
OFFICIAL = ("因公出国（境）费", "公务用车购置及运行维护费", "公务接待费")
VEHICLES = ("主要领导干部用车", "机要通信用车", "应急保障用车", "执法执勤用车", "其他用车")


def said(amount: Decimal) -> str:
    """An amount of the text: always two decimals."""
    return f"{amount:.2f}"


def share(part: Decimal, whole: Decimal) -> str:
    """A percentage with two decimals, rounded half up."""
    return f"{(part / whole * 100).quantize(Decimal('0.01'), ROUND_HALF_UP):.2f}%"


class Teller:
    """Tells the third part of one account."""

    def __init__(self, owner: str, year: int, form: Form, figures: Figures, budget: Figures, seed: int):
        self.owner, self.year, self.form, self.figures, self.budget = owner, year, form, figures, budget
        self.rng = random.Random(f"{seed} text")
        self.unit = form.unit
        self.by_source = self.rng.random() < 0.4
        self.thousands = self.rng.random() < 0.4

    # --- pieces

    def money(self, amount: Decimal) -> str:
        """An amount with its unit."""
        return (f"{amount:,.2f}" if self.thousands else said(amount)) + self.unit

    def reason(self) -> str:
        return self.rng.choice(REASONS)

    def near(self, amount: Decimal) -> Decimal:
        """An amount of another year or of a plan: the same, nothing, or up to half less or more."""
        chance = self.rng.random()
        if chance < 0.15 or amount <= 0:
            return amount
        if chance < 0.22:
            return ZERO
        return (amount * self.rng.randint(50, 150) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def changed(self, now: Decimal, last: Decimal, before: str) -> str:
        """How an amount differs from last year's; no rate where there is none."""
        change = now - last
        if not change:
            return f"与{before}持平"
        more = change > 0
        text = f"比{before}{'增加' if more else '减少'}{self.money(abs(change))}"
        if last <= 0:
            return text + "，上年基数为0"
        if now <= 0:
            return text
        return f"{text}，{'增长' if more else '下降'}{share(abs(change), last)}"

    def moved(self, name: str, now: Decimal, last: Decimal | None = None) -> str:
        """The sentence that compares with last year."""
        last = self.near(now) if last is None else last
        if self.by_source:
            return f"{name}{self.changed(now, last, '上年决算数')}。主要变动情况：{self.reason()}。"
        told = self.changed(now, last, f"{self.year - 1}年度")
        if told.startswith("比") and self.rng.random() < 0.5:
            told = f"与{self.year - 1}年度相比，{name}{told.split('年度', 1)[1]}"
        else:
            told = name + told
        return f"{told}。主要原因：{self.reason()}。"

    def compared(self, spent: Decimal, planned: Decimal, stage: str) -> str:
        """The word between budget and actual, with a reason where they differ."""
        if spent == planned:
            return f"决算数与{stage}预算数持平。"
        return f"决算数{'大于' if spent > planned else '小于'}{stage}预算数的主要原因：{self.reason()}。"

    def done(self, spent: Decimal, planned: Decimal, words: str = "完成预算的") -> str:
        """The rate of completion, with its comma; nothing where nothing was planned."""
        return f"，{words}{share(spent, planned)}" if planned else ""

    # --- sections

    def paragraphs(self) -> list[str]:
        """All headings and paragraphs, in order."""
        told = [self.by_sources if self.by_source else self.by_totals, self.general, self.basic, self.official]
        told += [self.funds, self.others]
        number, found = 0, []
        for section in told:
            for heading, *body in section():
                number += 1
                found += [f"{numeral(number)}、{heading}情况说明", *body]
        return found

    def by_totals(self) -> Iterator[list[str]]:
        """Totals, income, expenditure and 财政拨款, a section each."""
        figures, owner, year = self.figures, self.owner, self.year
        total = figures.totals.foot[-1][0]
        words = self.rng.choice(("收入支出总计", "收支总计"))
        plain = f"{owner}{year}年度{words}{said(total)}{self.unit}。"
        yield ["收入支出决算总体", plain + self.moved(words, total)]
        for heading, names, amounts in (
            ("收入决算", INCOME, figures.income[0].amounts),
            ("支出决算", SPENDING, figures.spending[0].amounts),
        ):
            parts = [
                f"{name}{self.money(amount)}，占{share(amount, amounts[0])}"
                for name, amount in zip(names[1:], amounts[1:], strict=True)
                if amount
            ]
            yield [heading, f"{names[0]}{self.money(amounts[0])}，其中：{'；'.join(parts)}。"]
        fiscal = figures.fiscal.total[0]
        plain = f"{owner}{year}年度财政拨款{words}{self.money(fiscal)}。"
        yield ["财政拨款收入支出决算总体", plain + self.moved(f"财政拨款{words}", fiscal)]

    def by_sources(self) -> Iterator[list[str]]:
        """Totals with each source and each kind of expenditure, then 财政拨款 by source."""
        figures, owner, year = self.figures, self.owner, self.year
        (came, spent), total = figures.totals.foot[0], figures.totals.foot[-1][0]
        names = ("一般公共预算财政拨款收入", "政府性基金预算财政拨款收入", "国有资本经营预算财政拨款收入", *INCOME[2:])
        sources = [
            f"{number}.{name}{self.money(amount)}，{self.changed(amount, self.near(amount), '上年决算数')}。"
            for number, (name, amount) in enumerate(zip(names, figures.totals.sources, strict=True), 1)
        ]
        kinds = [
            f"{number}.{name}{self.money(amount)}，{self.changed(amount, self.near(amount), '上年决算数')}。"
            for number, (name, amount) in enumerate(zip(SPENDING[1:], figures.spending[0].amounts[1:], strict=True), 1)
        ]
        plain = f"{owner}{year}年度"
        yield [
            f"{year}年度收入支出决算总体", "（一）年度收入总体情况",
            f"{plain}总收入{said(total)}{self.unit}，其中本年收入{self.money(came)}。具体如下：", *sources,
            "（二）年度支出总体情况",
            f"{plain}总支出{self.money(total)}，其中本年支出{self.money(spent)}。具体如下：", *kinds,
        ]  # fmt: skip
        fiscal = figures.fiscal
        income = [f"{name}{self.money(amount)}" for name, amount in zip(names[:3], fiscal.sources, strict=True)]
        spending = [
            f"{name.removesuffix('收入')}支出{self.money(amount)}"
            for name, amount in zip(names[:3], fiscal.spent[1:], strict=True)
        ]
        yield [
            f"{year}年度财政拨款收入支出", "（一）财政拨款收入情况",
            f"{plain}财政拨款收入合计{self.money(fiscal.income)}。其中：{'；'.join(income)}。",
            "（二）财政拨款支出情况",
            f"{plain}财政拨款支出合计{self.money(fiscal.spent[0])}。其中：{'；'.join(spending)}。",
        ]  # fmt: skip

    def general(self) -> Iterator[list[str]]:
        """一般公共预算: total, structure, items."""
        rows, name = self.figures.general, "一般公共预算财政拨款支出"
        spent, year = rows[0].amounts[0], self.figures.spending[0].amounts[0]
        whole = f"{name}{self.money(spent)}，占本年支出合计的{share(spent, year)}。"
        classes = [
            f"{row.name}（类）{self.money(row.amounts[0])}，占{share(row.amounts[0], spent)}"
            for row in rows
            if len(row.code) == 3
        ]
        items = [row for row in rows if len(row.code) == 7]
        planned = [self.near(row.amounts[0]) for row in items]
        start = sum(planned, ZERO)
        stage = self.rng.choice(("年初", "年初", "全年"))
        done = self.done(spent, start, f"完成{stage}预算的")
        first = f"{name}{stage}预算为{self.money(start)}，支出决算为{self.money(spent)}{done}。"
        uses = self.rng.choice(("主要用于以下方面：", "具体构成为："))
        yield [
            "一般公共预算财政拨款支出决算", "（一）一般公共预算财政拨款支出决算总体情况",
            whole + self.moved(name, spent), "（二）一般公共预算财政拨款支出决算结构情况",
            f"{name}{self.money(spent)}，{uses}{'；'.join(classes)}。",
            "（三）一般公共预算财政拨款支出决算具体情况",
            f"{first}{self.compared(spent, start, self.rng.choice(('', stage)))}其中：",
            *(
                self.item(number, row.code, row.amounts[0], plan, stage)
                for number, (row, plan) in enumerate(zip(items, planned, strict=True), 1)
            ),
        ]  # fmt: skip

    def item(self, number: int, code: str, spent: Decimal, planned: Decimal, stage: str) -> str:
        """An item with its budget, its completion and the word between them."""
        name = f"{FUNCTIONS[code[:3]]}（类）{FUNCTIONS[code[:5]]}（款）{FUNCTIONS[code]}（项）"
        rate = self.done(spent, planned, f"完成{stage}预算的") if self.rng.random() < 0.6 else ""
        actual = f"{stage}预算为{self.money(planned)}，支出决算为{self.money(spent)}{rate}。"
        purpose = FUNCTIONS[code] if self.rng.random() < 0.5 else self.rng.choice(PURPOSES)
        used = self.rng.choice((f"。主要用于：{purpose}。", f"，主要用于{purpose}。"))
        return f"{number}、{name}{used}{actual}{self.compared(spent, planned, self.rng.choice(('', stage)))}"

    def basic(self) -> Iterator[list[str]]:
        """基本支出 with the names of what it was spent on."""
        figures = self.figures
        told = []
        for side, classes, amount in zip(("人员经费", "公用经费"), (STAFF, PUBLIC), figures.basic_foot, strict=True):
            names = [
                ECONOMIC[code]
                for code, value in sorted(figures.basic.items())
                if len(code) == 5 and value and code.startswith(classes)
            ]
            told.append(f"{side}{self.money(amount)}" + (f"，主要包括：{'、'.join(names)}" if names else ""))
        total = self.money(figures.general[0].amounts[1])
        yield [
            "一般公共预算财政拨款基本支出决算", f"一般公共预算财政拨款基本支出{total}。其中：{'；'.join(told)}。"
        ]  # fmt: skip

    def official(self) -> Iterator[list[str]]:
        """三公: against the budget, against last year, shares, and counts."""
        heading, final, planned = "财政拨款“三公”经费支出决算", self.figures.final, self.figures.budgeted
        if not final[0] and not planned[0]:
            yield [heading, f"{self.owner}{self.year}年度没有“三公”经费财政拨款支出。"]
            return
        shown = self.form.official == "last" or self.rng.random() < 0.4  # the table of that form has no budget
        spent, plans = (final[1], final[2], final[5]), (planned[1], planned[2], planned[5])

        def done(amount: Decimal, plan: Decimal) -> str:
            return self.done(amount, plan, f"完成预算{self.money(plan)}的" if shown else "完成预算的")

        parts = [
            f"{name}支出决算为{self.money(amount)}{done(amount, plan)}"
            for name, amount, plan in zip(OFFICIAL, spent, plans, strict=True)
        ]
        total = f"“三公”经费财政拨款支出年初预算为{self.money(planned[0])}，支出决算为{self.money(final[0])}"
        first = f"{total}{self.done(final[0], planned[0])}，其中：{'；'.join(parts)}。"
        word = ""
        if final[0] != planned[0]:
            sign = "大于" if final[0] > planned[0] else "小于"
            word = f"{self.year}年度“三公”经费支出决算数{sign}预算数的主要原因：{self.reason()}。"
        last = self.budget.final if self.form.official == "last" else tuple(map(self.near, final))
        yield [
            heading, "（一）“三公”经费财政拨款支出决算总体情况", first + word,
            f"“三公”经费财政拨款支出决算{self.money(final[0])}，"
            f"{self.changed(final[0], last[0], f'{self.year - 1}年度')}。",
            "（二）“三公”经费财政拨款支出决算具体情况", *self.official_items(spent),
        ]  # fmt: skip

    def official_items(self, spent: Sequence[Decimal]) -> Iterator[str]:
        """Shares of the three, and what was done for each."""
        final = self.figures.final
        if final[0]:
            parts = [
                f"{name}支出决算{self.money(a)}，占{share(a, final[0])}"
                for name, a in zip(OFFICIAL, spent, strict=True)
            ]
            yield f"“三公”经费财政拨款支出决算中，{'；'.join(parts)}。具体情况如下："
        groups, held, visits = (self.rng.randint(1, 20) if amount else 0 for amount in (final[1], final[4], final[5]))
        yield f"1、因公出国（境）费支出{self.money(final[1])}。全年安排因公出国（境）团组{groups}个、累计{groups * 3}人次。"
        yield (
            f"2、公务用车购置及运行维护费支出{self.money(final[2])}。其中：公务用车购置支出为{self.money(final[3])}，"
            f"公务用车运行维护支出{self.money(final[4])}。年末公务用车保有量为{held}辆。"
        )
        counts = f"国内公务接待{visits}批次、{visits * 8}人次，其中外宾接待0批次、0人次"
        yield f"3、公务接待费支出{self.money(final[5])}。全年{counts}。"

    def funds(self) -> Iterator[list[str]]:
        """政府性基金 and 国有资本经营."""
        fiscal = self.figures.fiscal
        for number, name in ((1, "政府性基金预算财政拨款"), (2, "国有资本经营预算财政拨款")):
            came, spent = fiscal.sources[number], fiscal.spent[number + 1]
            told = f"{name}收入{self.money(came)}，{name}支出{self.money(spent)}。"
            if not came and not spent:
                told = f"{self.owner}{self.year}年度没有{name}收入和支出。"
            yield [f"{name}收入支出决算", told]

    def others(self) -> Iterator[list[str]]:
        """机关运行经费, 政府采购 and 国有资产."""
        running = max(self.figures.basic_foot[1], ZERO)
        goods, works, services = (Decimal(self.rng.randint(0, 10**6)).scaleb(-2) for _ in range(3))
        total = goods + works + services
        reserved = (total * self.rng.randint(0, 60) / 100).quantize(Decimal("0.01"))
        other = (total * self.rng.randint(0, 39) / 100).quantize(Decimal("0.01"))
        held = [self.rng.randint(0, 5) for _ in VEHICLES]
        listed = "、".join(f"{name}{count}辆" for name, count in zip(VEHICLES, held, strict=True))
        running_told = f"机关运行经费支出{self.money(running)}，{self.changed(running, self.near(running), f'{self.year - 1}年度')}。"
        bought = self.rng.choice(("政府采购金额（以合同签订为准）为", "政府采购支出总额"))
        yield [
            "其他重要事项", "（一）机关运行经费支出情况", running_told, "（二）政府采购支出情况",
            f"{self.year}年度{bought}{self.money(total)}，其中：货物采购金额{self.money(goods)}、"
            f"工程采购金额{self.money(works)}、服务采购金额{self.money(services)}。"
            f"在面向中小企业预留的政府采购项目中，由中小企业供应商中标或成交的，采购金额{self.money(reserved)}；"
            f"在其他政府采购项目中，由中小企业供应商中标或成交的，采购金额{self.money(other)}。",
            "（三）国有资产占有使用情况",
            f"截至{self.year}年12月31日，{self.owner}共有车辆{sum(held)}辆，其中：{listed}。",
        ]  # fmt: skip
