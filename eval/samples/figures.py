"""From the leaves of an account to the nine tables, form-independent: every total is added up here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from eval.samples.account import HERE, ZERO, Account, Compared, Income, Item, Official, Printed, Spending, read_yaml

SUBJECTS = read_yaml(HERE / "subjects.yaml")
FUNCTIONS: dict[str, str] = SUBJECTS["functions"]
ECONOMIC: dict[str, str] = SUBJECTS["economic"]
CLASSES: tuple[str, ...] = tuple(SUBJECTS["classes"])
SOURCES = ("general", "fund", "capital", "superior", "service", "trading", "subordinate", "other")
STAFF = ("301", "303")
PUBLIC = ("302", "307", "310", "399")

Amounts = tuple[Decimal, ...]


@dataclass(frozen=True)
class Row:
    """A line of a table by function; `code` is empty in the 合计 line."""

    code: str
    name: str
    amounts: Amounts


@dataclass(frozen=True)
class Totals:
    """T1: eight sources, twenty-six classes, and the lines below."""

    sources: Amounts
    classes: dict[str, Decimal]
    foot: tuple[tuple[Decimal, Decimal], ...]  # 本年合计, 使用结余/结余分配, 年初/年末, 总计


@dataclass(frozen=True)
class Fiscal:
    """T4: three sources, and for each class and lower line 合计, 一般公共, 政府性基金, 国有资本."""

    sources: Amounts
    classes: dict[str, Amounts]
    income: Decimal
    spent: Amounts
    start: Amounts
    end: Amounts
    total: Amounts  # of the spending side; the income side closes with total[0]


@dataclass(frozen=True)
class Figures:
    totals: Totals  # T1
    income: tuple[Row, ...]  # T2
    spending: tuple[Row, ...]  # T3
    fiscal: Fiscal  # T4
    general: tuple[Row, ...]  # T5
    basic: dict[str, Decimal]  # T6, by code
    basic_foot: tuple[Decimal, Decimal]  # 人员经费, 公用经费
    budgeted: Amounts  # T7, six
    final: Amounts  # T7, six
    fund: tuple[Row, ...]  # T8
    capital: tuple[Row, ...]  # T9


def add(rows: Iterable[Amounts], width: int) -> Amounts:
    """The column sums."""
    columns = [ZERO] * width
    for row in rows:
        columns = [a + b for a, b in zip(columns, row, strict=True)]
    return tuple(columns)


def roll_up(items: Iterable[Item], amounts: Callable[[Item], Amounts], width: int) -> tuple[Row, ...]:
    """合计, then each 类, 款 and 项 in the order of the codes; items without any amount are left out."""
    leaves = {item.code: amounts(item) for item in items if any(amounts(item))}
    codes = sorted({code[:size] for code in leaves for size in (3, 5, 7)})
    rows = [Row("", "合计", add(leaves.values(), width))]
    for code in codes:
        below = (row for leaf, row in leaves.items() if leaf.startswith(code))
        rows.append(Row(code, FUNCTIONS[code], add(below, width)))
    return tuple(rows)


def income_columns(item: Item) -> Amounts:
    i = item.income
    fiscal = i.general + i.fund + i.capital
    rest = (i.superior, i.service, i.trading, i.subordinate, i.other)
    return (fiscal + sum(rest, ZERO), fiscal, *rest)


def spending_columns(item: Item) -> Amounts:
    parts = (item.general, item.fund, item.capital, item.own)
    columns = add(((p.basic, p.project, p.upward, p.trading, p.subsidy) for p in parts), 5)
    return (sum(columns, ZERO), *columns)


def general_columns(item: Item) -> Amounts:
    return (item.general.total, item.general.basic, item.general.project)


def carry_columns(carried: Decimal, income: Decimal, spent: Spending) -> Amounts:
    """年初, 本年收入, 支出小计, 基本, 项目, 年末: the columns of T8 and T9."""
    return (carried, income, spent.total, spent.basic, spent.project, carried + income - spent.total)


def fund_columns(item: Item) -> Amounts:
    return carry_columns(item.carried_fund, item.income.fund, item.fund)


def capital_columns(item: Item) -> Amounts:
    return carry_columns(item.carried_capital, item.income.capital, item.capital)


def by_economy(leaves: dict[str, Decimal]) -> dict[str, Decimal]:
    """The leaves of T6 with the sums of their classes."""
    sums = {code: sum((v for k, v in leaves.items() if k.startswith(code)), ZERO) for code in STAFF + PUBLIC}
    return {**leaves, **sums}


def own_balance(account: Account) -> Decimal:
    """The year-end balance of the money that is not 财政拨款."""
    i = [item.income for item in account.items]
    came = sum((x.superior + x.service + x.trading + x.subordinate + x.other for x in i), ZERO)
    spent = sum((item.own.total for item in account.items), ZERO)
    return account.start.get("own", ZERO) + came + account.drawn - spent - account.allotted


def fiscal_of(account: Account, fund: tuple[Row, ...], capital: tuple[Row, ...]) -> Fiscal:
    """T4, from the leaves and from the sums of T8 and T9."""
    items = account.items
    sources = add(((i.income.general, i.income.fund, i.income.capital) for i in items), 3)
    start = (account.start.get("general", ZERO), fund[0].amounts[0], capital[0].amounts[0])

    def spent_by(prefix: str) -> Amounts:
        chosen = [i for i in items if i.code.startswith(prefix)]
        three = add(((i.general.total, i.fund.total, i.capital.total) for i in chosen), 3)
        return (sum(three, ZERO), *three)

    spent = spent_by("")
    end = tuple(a + b - c for a, b, c in zip(start, sources, spent[1:], strict=True))
    with_total = (sum(end, ZERO), *end)
    total = tuple(a + b for a, b in zip(spent, with_total, strict=True))
    classes = {code: spent_by(code) for code in CLASSES}
    return Fiscal(sources, classes, sum(sources, ZERO), spent, (sum(start, ZERO), *start), with_total, total)


def totals_of(account: Account, fiscal: Fiscal, spending: tuple[Row, ...]) -> Totals:
    """T1."""
    sources = add((tuple(getattr(i.income, name) for name in SOURCES) for i in account.items), 8)
    by_code = {row.code: row.amounts[0] for row in spending}
    came, spent = sum(sources, ZERO), spending[0].amounts[0]
    start = fiscal.start[0] + account.start.get("own", ZERO)
    end = fiscal.end[0] + own_balance(account)
    foot = (
        (came, spent),
        (account.drawn, account.allotted),
        (start, end),
        (came + account.drawn + start, spent + account.allotted + end),
    )
    return Totals(sources, {code: by_code.get(code, ZERO) for code in CLASSES}, foot)


def figures_of(account: Account) -> Figures:
    """The nine tables of an account."""
    if account.printed is not None:
        return printed_figures(account, account.printed)
    spending = roll_up(account.items, spending_columns, 6)
    fund = roll_up(account.items, fund_columns, 6)
    capital = roll_up(account.items, capital_columns, 6)
    fiscal = fiscal_of(account, fund, capital)
    basic = by_economy(account.economic)
    figures = Figures(
        totals=totals_of(account, fiscal, spending),
        income=roll_up(account.items, income_columns, 7),
        spending=spending,
        fiscal=fiscal,
        general=roll_up(account.items, general_columns, 3),
        basic=basic,
        basic_foot=(
            sum((basic[code] for code in STAFF), ZERO),
            sum((basic[code] for code in PUBLIC), ZERO),
        ),
        budgeted=account.official_budget.six(),
        final=account.official_final.six(),
        fund=fund,
        capital=capital,
    )
    close(account, figures)
    return figures


def close(account: Account, figures: Figures) -> None:
    """Refuse leaves that do not add up to a closed account.

    :raises ValueError: naming the account, what should be equal and the two values.
    """
    t6, t5 = sum(figures.basic_foot, ZERO), figures.general[0].amounts[1]
    came, went = figures.totals.foot[-1]
    start = figures.fiscal.start[0] + figures.fiscal.income
    for what, left, right in (
        ("T6 合计 = T5 基本支出", t6, t5),
        ("T1 总计", came, went),
        ("T4 总计", start, figures.fiscal.total[0]),
    ):
        if left != right:
            raise ValueError(f"{account.name}: {what} should close, but {left} is not {right}; mend the data file")
    if min(*figures.fiscal.end, own_balance(account)) < 0:
        raise ValueError(f"{account.name}: a year-end balance is below 0; mend the data file")


def printed_figures(account: Account, printed: Printed) -> Figures:
    """The tables of a real account, as printed."""

    def rows(lines: list[list]) -> tuple[Row, ...]:
        return tuple(Row(code, FUNCTIONS.get(code, "合计"), tuple(amounts)) for code, *amounts in lines)

    nothing = (ZERO,) * 4
    return Figures(
        totals=Totals(
            tuple(printed.t1_left),
            {code: printed.t1_right.get(code, ZERO) for code in CLASSES},
            tuple((a, b) for a, b in printed.t1_foot),
        ),
        income=rows(printed.t2),
        spending=rows(printed.t3),
        fiscal=Fiscal(
            tuple(printed.t4_left),
            {code: tuple(printed.t4_right.get(code, nothing)) for code in CLASSES},
            printed.t2[0][2],
            tuple(printed.t4_spent),
            tuple(printed.t4_start),
            tuple(printed.t4_end),
            tuple(printed.t4_total),
        ),
        general=rows(printed.t5),
        basic=printed.t6,
        basic_foot=(printed.t6_foot[0], printed.t6_foot[1]),
        budgeted=account.official_budget.six(),
        final=account.official_final.six(),
        fund=rows(printed.t8),
        capital=rows(printed.t9),
    )


def compared(figures: Figures, account: Account) -> Compared:
    """What next year's narrative needs of this year."""
    names = ("basic", "project", "upward", "trading", "subsidy")
    return Compared(
        grand_total=figures.totals.foot[-1][0],
        fiscal_total=figures.fiscal.total[0],
        sources=Income(**dict(zip(SOURCES, figures.totals.sources, strict=True))),
        types=Spending(**dict(zip(names, figures.spending[0].amounts[1:], strict=True))),
        general=figures.general[0].amounts[0],
        fund=figures.fiscal.spent[2],
        official=Official(**account.official_final.model_dump()),
        running=figures.basic_foot[1],
    )
