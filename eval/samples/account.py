"""What the data file of one sample account holds: its leaves, never its totals.

Amounts are in 万元 and become `Decimal` straight from the text of the file.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

HERE = Path(__file__).parent
ZERO = Decimal("0.00")


class ExactLoader(yaml.SafeLoader):
    """Reads 12.30 as Decimal("12.30"): a binary float would not be the printed figure."""


def _exact(loader: yaml.SafeLoader, node: Any) -> Decimal:
    return Decimal(loader.construct_scalar(node))


ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, with exact decimals."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=ExactLoader)


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Income(Model):
    """Income of one item by source, in the order of the columns of T2."""

    general: Decimal = ZERO
    fund: Decimal = ZERO
    capital: Decimal = ZERO
    superior: Decimal = ZERO
    service: Decimal = ZERO
    trading: Decimal = ZERO
    subordinate: Decimal = ZERO
    other: Decimal = ZERO


class Spending(Model):
    """Spending of one item out of one source."""

    basic: Decimal = ZERO
    project: Decimal = ZERO
    upward: Decimal = ZERO
    trading: Decimal = ZERO
    subsidy: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.basic + self.project + self.upward + self.trading + self.subsidy


class Item(Model):
    """One 项 of the functional classification: the leaf of T2, T3, T5, T8 and T9."""

    code: str = Field(pattern=r"^\d{7}$")
    income: Income = Income()
    general: Spending = Spending()
    fund: Spending = Spending()
    capital: Spending = Spending()
    own: Spending = Spending()
    carried_fund: Decimal = ZERO
    carried_capital: Decimal = ZERO
    budget: Decimal | None = None
    reason: str = ""


class Official(Model):
    """三公: the four leaves, budget or final."""

    abroad: Decimal = ZERO
    purchase: Decimal = ZERO
    running: Decimal = ZERO
    reception: Decimal = ZERO

    def six(self) -> tuple[Decimal, ...]:
        """合计, 因公出国, 公车小计, 购置, 运行, 接待."""
        cars = self.purchase + self.running
        return (self.abroad + cars + self.reception, self.abroad, cars, self.purchase, self.running, self.reception)


class Indicator(Model):
    name: str
    target: str
    done: str
    remark: str = ""


class Performance(Model):
    """绩效: the self-evaluation as a whole and one project of it."""

    projects: int
    amount: Decimal
    score: Decimal | None = None
    share_of: str = ""
    name: str
    budget: Decimal
    spent: Decimal
    project_score: Decimal | None = None
    output: list[Indicator] = []
    effect: list[Indicator] = []
    trouble: str = ""


class Facts(Model):
    """Figures of the narrative that stand in no table."""

    groups: int = 0
    people: int = 0
    foreign_groups: int = 0
    foreign_people: int = 0
    abroad_groups: int = 0
    abroad_people: int = 0
    cars_bought: int = 0
    cars: dict[str, int] = {}
    cars_kept: int = 0
    cars_use: str = ""
    reception_use: str = ""
    goods: Decimal = ZERO
    works: Decimal = ZERO
    services: Decimal = ZERO
    to_medium: Decimal = ZERO
    to_small: Decimal = ZERO
    large_equipment: int = 0
    running_budget: Decimal | None = None
    performance: Performance


class Compared(Model):
    """The figures of a year that the next year's narrative compares with; None where unknown."""

    grand_total: Decimal | None = None
    fiscal_total: Decimal | None = None
    sources: Income
    types: Spending
    general: Decimal | None = None
    fund: Decimal | None = None
    official: Official | None = None
    running: Decimal | None = None


class Printed(Model):
    """The tables of a real account as they are printed, rounding differences included."""

    t1_left: list[Decimal]
    t1_right: dict[str, Decimal]
    t1_foot: list[list[Decimal]]
    t2: list[list[Any]]
    t3: list[list[Any]]
    t4_left: list[Decimal]
    t4_right: dict[str, list[Decimal]]
    t4_spent: list[Decimal]
    t4_start: list[Decimal]
    t4_end: list[Decimal]
    t4_total: list[Decimal]
    t5: list[list[Any]]
    t6: dict[str, Decimal]
    t6_foot: list[Decimal]
    t8: list[list[Any]]
    t9: list[list[Any]]


class Account(Model):
    """One sample account as its data file states it."""

    unit: str
    short: str
    year: int
    form: Literal["guangdong", "shanghai"]
    codes: Literal["one", "three"] = "one"
    zero_in_t6: str = ""
    rate_digits: int = 2
    start: dict[Literal["general", "own"], Decimal] = {}
    drawn: Decimal = ZERO
    allotted: Decimal = ZERO
    general_budget: Decimal | None = None
    items: list[Item] = []
    economic: dict[str, Decimal] = {}
    official_budget: Official = Official()
    official_final: Official = Official()
    printed: Printed | None = None
    previous: Compared | None = None
    reasons: dict[str, str] = {}
    facts: Facts

    @property
    def name(self) -> str:
        return f"{self.unit}{self.year}年度部门决算"


class Unit(Model):
    """What stays the same about a unit from year to year: the first part of the account."""

    unit: str
    about: str
    duties: list[str]
    offices: list[str]
    members: list[tuple[str, str]]
    uses: dict[str, str]


def load_accounts(folder: Path = HERE / "data") -> list[Account]:
    """Every data file of the folder, in the order of its name."""
    return [Account.model_validate(read_yaml(path)) for path in sorted(folder.glob("*.yaml"))]


def load_units(folder: Path = HERE / "units") -> dict[str, Unit]:
    """The units by their full name."""
    units = [Unit.model_validate(read_yaml(path)) for path in sorted(folder.glob("*.yaml"))]
    return {unit.unit: unit for unit in units}
