"""A department's account against those of its units, where the department's own text lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from assistant.calculator import YUAN, exact_text
from assistant.checks.acrossrules import Wanted, across_rules
from assistant.checks.neighbours import units_of
from assistant.checks.raised import Raised
from assistant.checks.shown import Shown, shown_fact
from assistant.library import AccountView
from ingest.model import Fact, Sentence
from ingest.text import chinese_number, plain, squeeze
from prompts import say

_COUNT = re.compile(r"(?P<count>\d{1,3}|[一二三四五六七八九十两]{1,3})(?:个|家)(?:[^，。；、]{0,8})?单位")
_SEPARATE = re.compile(
    r"[；;。：:\n]|(?:^|(?<=[^\d]))\d{1,2}[.、．]|（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}、"
)
_ITSELF = re.compile(r"[（(]?(?:本级|本部|机关)[)）]?$")


def units(view: AccountView) -> Iterator[Raised]:
    """What units spend of the treasury's money is within the department's figure; of all units together it is it.

    Only units that the department's text lists count, by their full name; nothing is concluded from names that are
    merely alike. The list is complete where the text says how many units there are and so many are loaded.
    """
    listed, sentences, count = _listed(view)
    own = [unit for unit in units_of(view, listed) if _is_listed(unit, listed, view)]
    if not own:
        return
    whole = count is not None and len(own) == count
    evidence = sentences[:1]
    for cell in across_rules().parts:
        yield from _within(view, own, cell, evidence, whole)
    for cell in across_rules().consolidated if whole else ():
        yield from _total(view, own, cell, evidence)


def _listed(view: AccountView) -> tuple[set[str], tuple[Sentence, ...], int | None]:
    """Comparable names of the units that the text lists, its sentences, and how many it says there are."""
    names: set[str] = set()
    sentences = tuple(s for passage in view.passages if passage.kind == "units" for s in passage.sentences)
    counts = set()
    for sentence in sentences:
        text = squeeze(sentence.text)
        counts |= {chinese_number(match.group("count")) for match in _COUNT.finditer(text)}
        for part in _SEPARATE.split(text):
            bare = re.sub(r"（[^）]*）", "", part)
            itself = _ITSELF.search(part) or "（本级）" in part or "（本部）" in part
            names.add(plain(re.sub(r"(?:本级|本部|机关)$", "", bare)) + ("本级" if itself else ""))
    known = counts - {None}
    return names - {""}, sentences, next(iter(known)) if len(known) == 1 else None


def _is_listed(unit: AccountView, listed: set[str], view: AccountView) -> bool:
    name = plain(unit.account.department)
    if name == plain(view.account.department):  # the department's own office, as a unit
        return f"{name}本级" in listed
    return any(plain(other) in listed for other in (unit.account.department, *unit.account.names))


def _within(
    view: AccountView, own: list[AccountView], cell: Wanted, evidence: tuple[Sentence, ...], whole: bool
) -> Iterator[Raised]:
    total = cell.find([view])
    parts = [fact for unit in own if (fact := cell.find([unit]))]
    if total is None or not parts:
        return
    figure, sum_ = shown_fact(total) or Shown(Fraction(0), Fraction(0)), _sum(parts)
    if figure.agrees(sum_):
        return
    if sum_.value > figure.value:
        yield _raised(view, "unit-exceeds", "error", total, parts, sum_, evidence)
    elif whole and len(parts) == len(own):
        yield _raised(view, "units-sum", "notice", total, parts, sum_, evidence)


def _total(view: AccountView, own: list[AccountView], cell: Wanted, evidence: tuple[Sentence, ...]) -> Iterator[Raised]:
    total = cell.find([view])
    parts = [fact for unit in own if (fact := cell.find([unit]))]
    figure = shown_fact(total) if total else None
    if total and figure and len(parts) == len(own) and not figure.agrees(_sum(parts)):
        yield _raised(view, "units-sum", "notice", total, parts, _sum(parts), evidence)


def _sum(parts: list[Fact]) -> Shown:
    figures = [figure for fact in parts if (figure := shown_fact(fact))]
    return Shown(sum((f.value for f in figures), Fraction(0)), sum((f.half for f in figures), Fraction(0)))


def _raised(
    view: AccountView, rule: str, severity: str, total: Fact, parts: list[Fact], sum_: Shown,
    evidence: tuple[Sentence, ...],
) -> Raised:  # fmt: skip
    unit = total.unit if total.unit in YUAN else "元"
    scale = Fraction(10) ** YUAN[unit or "元"]
    figure = shown_fact(total)
    off = abs(sum_.value - (figure.value if figure else 0)) / scale
    name = total.item if total.item not in ("", "合计") else total.measure
    message = say(
        f"finding_{rule.replace('-', '_')}", table=view.tables[total.table].title, name=name,
        value=total.text or "未填列", unit=unit, count=len(parts), expected=exact_text(sum_.value / scale),
        off=exact_text(off),
    )  # fmt: skip
    return Raised(rule, severity, message, (total, *parts, *evidence))  # type: ignore[arg-type]  # one of two words
