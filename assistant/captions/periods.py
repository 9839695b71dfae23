"""Periods in Chinese text: months, quarters, half years, years, and ranges of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_POINT = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:年度?|[-./](?=\d{1,2}(?!\d))|(?=\s*[-~—、至到和与及]+\s*(?:19|20)\d\d年))"
    r"(?:第?(?P<quarter>[一二三四1-4])季度?|(?P<half>[上下]半年)|(?P<month>0?[1-9]|1[0-2])(?!\d)月?(?:份)?)?"
    r"|(?<![\d年])(?P<alone>0?[1-9]|1[0-2])月(?:份)?|第?(?P<later>[一二三四1-4])季度|(?P<other>[上下]半年)"
)
_RANGE = re.compile(r"^(?:期间|底|末|初|起|开始)?(?:-|–|—|~|～|至|到|直到)+$")


@dataclass(frozen=True, order=True)
class Period:
    """Whole months, both ends included, counted from year 0: `2020年` is 24240 to 24251."""

    first: int
    last: int

    @classmethod
    def of(cls, year: int, month: int = 1, months: int = 12) -> Period:
        """The `months` months that begin with that `month` of the `year`."""
        first = year * 12 + month - 1
        return cls(first, first + months - 1)

    @property
    def months(self) -> int:
        """How many months it is long."""
        return self.last - self.first + 1

    def overlaps(self, other: Period) -> bool:
        """Whether they share a month."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Named:
    """A period and where the text names it: characters `start` up to `end`."""

    period: Period
    start: int
    end: int


def periods(text: str) -> tuple[Named, ...]:
    """The periods that the text names, in its order; a range is one period from its first month to its last.

    A month or a quarter without a year is of the year named last before it; before any year it is not read.
    """
    found: list[Named] = []
    year: int | None = None
    for match in _POINT.finditer(text):
        if match["year"]:
            year = int(match["year"])
        if year is None:
            continue
        named = Named(_period(match, year), match.start(), match.end())
        if found and _RANGE.match(text[found[-1].end : named.start].strip()):
            before = found.pop()
            named = Named(
                Period(before.period.first, max(before.period.last, named.period.last)), before.start, named.end
            )
        found.append(named)
    return tuple(found)


def _period(match: re.Match[str], year: int) -> Period:
    quarter, half, month = (
        match["quarter"] or match["later"],
        match["half"] or match["other"],
        match["month"] or match["alone"],
    )
    if quarter:
        return Period.of(year, 3 * _QUARTERS[quarter] - 2, 3)
    if half:
        return Period.of(year, 1 if half[0] == "上" else 7, 6)
    return Period.of(year, int(month), 1) if month else Period.of(year)
