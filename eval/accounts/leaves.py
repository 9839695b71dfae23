"""The leaves of a made-up account: random amounts from which every total is added up."""

from __future__ import annotations

import random
from decimal import Decimal

from eval.samples.account import ZERO, Facts, Income, Item, Official, Performance, Spending
from eval.samples.account import Account as Leaves
from eval.samples.figures import ECONOMIC, FUNCTIONS

_TRADES = ("文化馆", "园林", "地方志", "公共资源交易", "水务")
_BODIES = ("管理局", "局", "办公室")


def money(rng: random.Random) -> Decimal:
    """From 0.01 to some millions, small and large ones as likely."""
    return Decimal(rng.randint(1, 10 ** rng.randint(2, 9))).scaleb(-2)


def leaves_of(rng: random.Random) -> Leaves:
    """Spending of one to seven items with the income that covers it."""
    codes = sorted(rng.sample([code for code in FUNCTIONS if len(code) == 7], rng.randint(1, 7)))
    items = [_item(code, rng, first=number == 0) for number, code in enumerate(codes)]
    economic = _economic(sum((item.general.basic for item in items), ZERO), rng)
    return Leaves(
        unit=f"云岫市{rng.choice(_TRADES)}{rng.choice(_BODIES)}",
        short="云岫",
        year=rng.randint(2018, 2026),
        form="guangdong",
        start={"general": money(rng) if rng.random() < 0.5 else ZERO, "own": money(rng)},
        items=items,
        economic=economic,
        official_budget=official_of(rng),
        official_final=_at_least(official_of(rng), economic),
        facts=Facts(performance=Performance(projects=1, amount=ZERO, name="", budget=ZERO, spent=ZERO)),
    )


def _item(code: str, rng: random.Random, first: bool) -> Item:
    """Spending out of one to four purses, with at least as much income."""

    def maybe(chance: float) -> Decimal:
        return money(rng) if rng.random() < chance else ZERO

    general = Spending(basic=money(rng) if first else maybe(0.6), project=maybe(0.5))
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
    if rng.random() < 0.3:
        amounts[codes[-1]] -= (correction := money(rng))
        rest += correction
    return {**amounts, codes[0]: rest}


def official_of(rng: random.Random) -> Official:
    """三公, all nothing in a quarter of the accounts."""
    if rng.random() < 0.25:
        return Official()
    amounts = [money(rng) if rng.random() < 0.5 else ZERO for _ in range(4)]
    return Official(abroad=amounts[0], purchase=amounts[1], running=amounts[2], reception=amounts[3])


def _at_least(official: Official, economic: dict[str, Decimal]) -> Official:
    """三公 holds at least what 基本支出 spends on the same things."""
    return Official(
        abroad=max(official.abroad, economic.get("30212", ZERO)),
        purchase=max(official.purchase, economic.get("31013", ZERO)),
        running=max(official.running, economic.get("30231", ZERO)),
        reception=max(official.reception, economic.get("30217", ZERO)),
    )
