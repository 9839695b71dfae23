"""Fills the narrative template of a form with the figures of an account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.accounts.labels import SOURCE_LABELS, numeral
from eval.samples.account import HERE, ZERO, Account, Compared, Unit, read_yaml
from eval.samples.figures import ECONOMIC, FUNCTIONS, PUBLIC, SOURCES, STAFF, Figures

TYPE_LABELS = {
    "basic": "基本支出",
    "project": "项目支出",
    "upward": "上缴上级支出",
    "trading": "经营支出",
    "subsidy": "对附属单位补助支出",
}


@dataclass(frozen=True)
class ItemLine:
    """What the narrative says of one 项 of 一般公共预算."""

    path: str
    use: str
    budget: Decimal | None
    final: Decimal
    reason: str


def percent(part: Decimal, whole: Decimal, digits: int = 2) -> str:
    """A share with two decimals, half up, first rounded to `digits`; of nothing it is 0."""
    exact = part / whole * 100 if whole else ZERO
    step = Decimal(1).scaleb(-digits)
    return f"{exact.quantize(step, ROUND_HALF_UP):.2f}%"


class Prose:
    """The words that depend on figures, named as the templates use them."""

    def __init__(self, account: Account, unit: Unit, figures: Figures, previous: Compared) -> None:
        self.account, self.unit, self.figures, self.previous = account, unit, figures, previous

    def money(self, amount: Decimal) -> str:
        return f"{amount:,.2f}" if self.account.form == "guangdong" else f"{amount:.2f}"

    def change(self, now: Decimal, before: Decimal, base: str = "上年决算数") -> str:
        """增加 or 减少 against the base, with the rate; without a base the words stand after 同…比较."""
        than = f"比{base}" if base else ""
        difference = now - before
        if not difference:
            return f"与{base}持平" if base else "持平"
        if not before:
            return f"{than}增加{self.money(difference)}万元（{base or '上年'}为0，不计算增长率）"
        rate = percent(abs(difference), before, self.account.rate_digits)
        word, rises = ("增加", "增长") if difference > 0 else ("减少", "下降")
        return f"{than}{word}{self.money(abs(difference))}万元，{rises}{rate}"

    def because(self, key: str) -> str:
        reason = self.account.reasons.get(key)
        return f"，主要原因：{reason}" if reason else ""

    def against(self, final: Decimal, budget: Decimal) -> str:
        """Final against budget in the words of the Guangdong form."""
        return f"决算数{self.change(final, budget, '年初预算数')}"

    def complete(self, final: Decimal, budget: Decimal) -> str:
        if not budget:
            return "属于年中追加，年初没有预算"
        word = {1: "决算数大于预算数", -1: "决算数小于预算数", 0: "决算数与预算数持平"}[
            int((final - budget).compare(ZERO))
        ]
        return f"完成年初预算的{percent(final, budget)}，{word}"

    def stands(self, final: Decimal, budget: Decimal) -> str:
        """Final against budget in the words of the Shanghai form."""
        if not budget:
            return "年初未安排预算"
        return {1: "决算数大于预算数", -1: "决算数小于预算数", 0: "决算数等于预算数"}[
            int((final - budget).compare(ZERO))
        ]

    def done(self, final: Decimal, budget: Decimal) -> str:
        if not budget:
            return "没有安排预算" if not final else "年初没有安排预算"
        return f"完成预算的{percent(final, budget)}"

    def lines(self) -> list[ItemLine]:
        items = {item.code: item for item in self.account.items}
        result = []
        for row in self.figures.general:
            if len(row.code) != 7:
                continue
            item = items.get(row.code)
            path = f"{FUNCTIONS[row.code[:3]]}（类）{FUNCTIONS[row.code[:5]]}（款）{row.name}（项）"
            budget, reason = (item.budget, item.reason) if item else (None, "")
            result.append(ItemLine(path, self.unit.uses.get(row.code, ""), budget, row.amounts[0], reason))
        return result

    def economic(self, classes: tuple[str, ...]) -> list[str]:
        """The names of T6 that hold an amount."""
        basic = self.figures.basic
        return [ECONOMIC[code] for code in sorted(basic) if len(code) == 5 and code[:3] in classes and basic[code]]

    def income_parts(self) -> list[tuple[str, Decimal]]:
        """The sources that hold an amount, the three kinds of 财政拨款 as one."""
        amounts = self.figures.totals.sources
        parts = [("财政拨款收入", sum(amounts[:3], ZERO)), *zip(SOURCE_LABELS[3:], amounts[3:], strict=True)]
        return [(name, amount) for name, amount in parts if amount]

    def text(self) -> str:
        """The narrative, in the markup of `page.narrative`."""
        account, figures, before = self.account, self.figures, self.previous
        budget = account.general_budget or sum((item.budget or ZERO for item in account.items), ZERO)
        facts = account.facts
        environment = Environment(loader=FileSystemLoader(HERE / "narrative"), undefined=StrictUndefined)
        template = environment.get_template(f"{account.form}.md.j2")
        return template.render(
            a=account,
            u=self.unit,
            f=figures,
            p=before,
            m=self.money,
            change=self.change,
            because=self.because,
            against=self.against,
            complete=self.complete,
            stands=self.stands,
            done=self.done,
            numeral=numeral,
            share=percent,
            general=figures.general[0].amounts[0],
            budget=budget,
            classes=[row for row in figures.general if len(row.code) == 3],
            lines=self.lines(),
            staff=self.economic(STAFF),
            public=self.economic(PUBLIC),
            income_parts=self.income_parts(),
            sources=[
                (label, now, getattr(before.sources, key), key)
                for label, now, key in zip(SOURCE_LABELS, figures.totals.sources, SOURCES, strict=True)
            ],
            types=[
                (label, now, getattr(before.types, key), key)
                for (key, label), now in zip(TYPE_LABELS.items(), figures.spending[0].amounts[1:], strict=True)
            ],
            bought=facts.goods + facts.works + facts.services,
            glossary=read_yaml(HERE / "narrative" / "glossary.yaml")[account.form],
        )
