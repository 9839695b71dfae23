"""What the tools are called with. The descriptions are what a language model sees of them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Unit = Literal["元", "千元", "万元", "亿元"]
Fund = Literal["一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款", "财政拨款"]


class Arguments(BaseModel):
    """Base of the arguments: nothing that is not asked for."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Whose(Arguments):
    """Documents of a department and a year."""

    department: str = Field(default="", description="部门名称或简称，例如“财政局”；不填表示全部", max_length=60)
    year: int | None = Field(default=None, description="年度，例如 2024；不填时查数取最近的年度，其余不限年度", ge=1990, le=2100)


class FigureName(Whose):
    """One figure of an account."""

    item: str = Field(
        description="科目或项目的名称或编码，例如“公务接待费”“本年支出合计”“2010301”", min_length=1, max_length=60
    )
    column: str = Field(default="", description="列的名称，例如“预算数”“基本支出”；不填取决算数", max_length=20)
    fund: Fund | None = Field(default=None, description="资金口径；不填取部门全口径")


class Lookup(FigureName):
    """Arguments of `lookup_figure`."""

    unit: Unit | None = Field(default=None, description="金额的单位；不填用原表的单位")


class Calculate(Arguments):
    """Arguments of `calculate`."""

    program: str = Field(
        description="用 f1、f2……指 figures 中第几个数字的算式，例如 share(f1, f2)、subtract(f1, f2)、add(f1, f2, f3)、"
        "divide(subtract(f1, f2), f2)",
        min_length=2,
        max_length=400,
    )
    figures: list[FigureName] = Field(description="算式用到的数字，都从决算中查出，不能自己填数", min_length=1, max_length=12)
    unit: Unit | None = Field(default=None, description="结果是金额时的单位")
    decimals: int = Field(default=2, description="保留的小数位数", ge=0, le=6)


class Search(Whose):
    """Arguments of `search_passages`."""

    query: str = Field(description="要找的内容", min_length=1, max_length=400)
    count: int = Field(default=5, description="最多返回几段", ge=1, le=20)


class Check(Whose):
    """Arguments of `check_figures`."""

    severity: Literal["error", "rounding", "notice"] | None = Field(default=None, description="只要这一类；不填为全部")
