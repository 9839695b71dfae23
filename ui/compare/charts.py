"""Charts as plain Plotly figures. Each has the rows that it is drawn from, and every mark knows the address of its cell.

Values are given to Plotly as decimal texts, so that a figure is drawn from just what is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assistant.library import AccountView, Library
from assistant.selection import leaves
from ingest.model import Account, Fact
from ingest.text import plain
from ui.address import of_fact
from ui.compare.grid import SHOWN_IN, STAGES, Cell, amount_of, read
from ui.words import Words

_COLOURS = ("#2a78c2", "#d98200", "#1f9e77", "#b85cad", "#7a8794", "#c4483a", "#8a7a00", "#5b6fd6")
"""Told apart by every kind of colour vision and on light and dark ground; labels say the same."""
_WRAP = 9
"""Characters of a label in a line."""
_TOTALS = {"本年收入合计", "本年支出合计", "总计", "收入总计", "支出总计"}
_THREE = ("因公出国（境）费", "公务用车购置费", "公务用车运行维护费", "公务接待费")


@dataclass(frozen=True)
class Mark:
    """A figure of a chart: what it is called, its cell, and the view that has it."""

    label: str
    fact: Fact
    view: AccountView

    @property
    def amount(self) -> Decimal:
        """In 万元."""
        return amount_of(self.fact) or Decimal(0)

    @property
    def address(self) -> str:
        """Where its evidence is."""
        return of_fact(self.view, self.fact).query


@dataclass(frozen=True)
class Chart:
    """A picture with the figures that it is drawn from.

    `figure` is Plotly's data and layout; each mark's `customdata` is the address of its cell.
    """

    title: str
    marks: tuple[Mark, ...]
    figure: dict[str, Any]
    notes: tuple[str, ...] = ()


def chart(library: Library, kind: str, accounts: Sequence[Account], item: str, words: Words) -> Chart | None:
    """A chart; None where the documents have nothing to draw.

    :param kind: one of `KINDS`.
    :param accounts: the documents; charts of one document take the first.
    :param item: what is compared, in charts of several documents.
    """
    views = [library.view(account.id) for account in accounts]
    return KINDS[kind](views, item, words) if views else None


def _income(views: Sequence[AccountView], _item: str, words: Words) -> Chart | None:
    """Income by source: the columns of the total row of 收入决算表."""
    view = views[0]
    row = [fact for fact in view.by_kind.get("T2", []) if fact.subject == "合计" and not fact.parent]
    marks = [Mark(fact.column[-1], fact, view) for fact in row if fact.value and fact.measure != "本年收入合计"]
    whole = next((fact for fact in row if fact.measure == "本年收入合计"), None)
    return _bars(words("chart_income", who=_who(view)), sorted(marks, key=lambda mark: mark.amount), words, whole)


def _nature(views: Sequence[AccountView], _item: str, words: Words) -> Chart | None:
    """Expenditure by nature: the columns of the total row of 支出决算表."""
    view = views[0]
    row = [fact for fact in view.by_kind.get("T3", []) if fact.subject == "合计" and not fact.parent]
    marks = [Mark(fact.column[-1], fact, view) for fact in row if fact.value and fact.measure != "本年支出合计"]
    whole = next((fact for fact in row if fact.measure == "本年支出合计"), None)
    return _bars(words("chart_nature", who=_who(view)), sorted(marks, key=lambda mark: mark.amount), words, whole)


def _function(views: Sequence[AccountView], _item: str, words: Words) -> Chart | None:
    """Expenditure by function as a tree: 类, 款 and 项 by their codes."""
    view = views[0]
    of_codes = {fact.code: fact for fact in view.by_kind.get("T3", []) if fact.measure == "本年支出合计" and fact.code}
    ends = [
        Mark(fact.subject, fact, view) for fact in leaves(view, "T3", "本年支出合计") if fact.value and fact.value > 0
    ]
    if not ends:
        return None
    inner = {
        code: of_codes[code]
        for mark in ends
        for length in (3, 5)
        if (code := mark.fact.code[:length]) in of_codes and code != mark.fact.code
    }

    def parent(code: str) -> str:
        return next((code[:length] for length in (5, 3) if length < len(code) and code[:length] in inner), "")

    nodes = [*((code, fact.subject, "0", of_fact(view, fact).query, _told(fact)) for code, fact in inner.items()),
             *((mark.fact.code, mark.label, f"{mark.amount:f}", mark.address, _told(mark.fact)) for mark in ends)]  # fmt: skip
    tree = {
        "type": "treemap", "ids": [node[0] for node in nodes], "labels": [_wrapped(node[1]) for node in nodes],
        "parents": [parent(node[0]) for node in nodes], "values": [node[2] for node in nodes],
        "customdata": [node[3] for node in nodes], "branchvalues": "remainder", "text": [node[4] for node in nodes], "textinfo": "label+text+percent root",
        "marker": {"colors": _shades([node[0] for node in nodes]), "line": {"width": 2}}, "hovertemplate": "%{label}<br>%{text}<extra></extra>",
        "textfont": {"size": 14, "color": "#fff"}, "pathbar": {"visible": True},
    }  # fmt: skip
    whole = next(
        (fact for fact in view.by_kind.get("T3", []) if fact.subject == "合计" and fact.measure == "本年支出合计"), None
    )
    marks = tuple(sorted(ends, key=lambda mark: -mark.amount))
    return Chart(words("chart_function", who=_who(view)), marks, _figure([tree], 480), _difference(marks, whole, words))


def _planned(views: Sequence[AccountView], _item: str, words: Words) -> Chart | None:
    """Budget against actual of the three kinds of 三公 expenses."""
    view = views[0]
    series, marks = [], []
    for at, stage in enumerate(reversed(STAGES)):
        cells = [(name, read(view, name, stage).fact) for name in _THREE]
        drawn = [
            Mark(f"{name} · {stage}", fact, view) for name, fact in cells if fact is not None and fact.value is not None
        ]
        marks += drawn
        series.append(
            {
                "type": "bar", "orientation": "h", "name": stage, "y": [_wrapped(mark.label.partition(" · ")[0]) for mark in drawn],
                "x": [f"{mark.amount:f}" for mark in drawn], "customdata": [mark.address for mark in drawn],
                "text": [_told(mark.fact) for mark in drawn], "textposition": "outside", "cliponaxis": False,
                "marker": {"color": _COLOURS[at], "pattern": {"shape": "/" if stage == "预算数" else ""}},
            }
        )  # fmt: skip
    if not marks:
        return None
    return Chart(
        words("chart_planned", who=_who(view)),
        tuple(marks),
        _figure(
            series,
            420,
            barmode="group",
            xaxis={"rangemode": "tozero", "showticklabels": False},
            legend={"orientation": "h", "y": 1.12},
        ),
    )


def _years(views: Sequence[AccountView], item: str, words: Words) -> Chart | None:
    """One item over the years of each department."""
    series, marks = [], []
    by_department: dict[str, list[AccountView]] = {}
    for view in views:
        by_department.setdefault(view.account.department, []).append(view)
    for at, (department, of) in enumerate(by_department.items()):
        cells = [(view, _actual(view, item).fact) for view in sorted(of, key=lambda view: view.account.year)]
        drawn = [
            Mark(f"{department} {view.account.year}", fact, view)
            for view, fact in cells
            if fact is not None and fact.value is not None
        ]
        marks += drawn
        series.append(
            {
                "type": "scatter", "mode": "lines+markers+text", "name": department, "x": [str(mark.view.account.year) for mark in drawn],
                "y": [f"{mark.amount:f}" for mark in drawn], "customdata": [mark.address for mark in drawn],
                "text": [_told(mark.fact) for mark in drawn], "textposition": "top center", "cliponaxis": False,
                "line": {"color": _COLOURS[at % len(_COLOURS)], "dash": ("solid", "dash", "dot", "dashdot")[at % 4]},
                "marker": {"size": 11, "symbol": at % 8},
            }
        )  # fmt: skip
    if not marks:
        return None
    figure = _figure(
        series,
        420,
        xaxis={"type": "category", "range": ["-0.6", f"{len({mark.view.account.year for mark in marks}) - 1}.6"]},
        yaxis={"rangemode": "tozero"},
        legend={"orientation": "h", "y": -0.2},
    )
    return Chart(words("chart_years", item=item), tuple(marks), figure, _absent(views, item, words))


def _departments(views: Sequence[AccountView], item: str, words: Words) -> Chart | None:
    """One item of several documents, the largest first."""
    cells = [(view, _actual(view, item).fact) for view in views]
    marks = [
        Mark(f"{view.account.department} {view.account.year}", fact, view)
        for view, fact in cells
        if fact is not None and fact.value is not None
    ]
    made = _bars(words("chart_departments", item=item), sorted(marks, key=lambda mark: mark.amount), words, None)
    return made and Chart(made.title, made.marks, made.figure, _absent(views, item, words))


def _flow(views: Sequence[AccountView], _item: str, words: Words) -> Chart | None:
    """From income to expenditure by function: the rows of 收入支出决算总表."""
    view = views[0]
    column = [
        fact for fact in view.by_kind.get("T1", []) if fact.measure == "决算数" and not fact.parent and fact.value
    ]
    parts = [Mark(fact.subject, fact, view) for fact in column if plain(fact.subject) not in _TOTALS]
    incoming = [mark for mark in parts if mark.fact.side == "收入" and mark.amount > 0]
    outgoing = [mark for mark in parts if mark.fact.side == "支出" and mark.amount > 0]
    if not incoming or not outgoing:
        return None
    marks, middle = (*incoming, *outgoing), len(incoming)
    names = [*(mark.label for mark in incoming), words("all_money"), *(mark.label for mark in outgoing)]
    links = [(at, middle, mark) for at, mark in enumerate(incoming)] + [
        (middle, middle + 1 + at, mark) for at, mark in enumerate(outgoing)
    ]
    flow = {
        "type": "sankey", "orientation": "h", "textfont": {"size": 12},
        "node": {"label": [_wrapped(name) for name in names], "pad": 14, "thickness": 16, "color": [_COLOURS[0]] * middle + [_COLOURS[4]] + [_COLOURS[1]] * len(outgoing)},
        "link": {
            "source": [link[0] for link in links], "target": [link[1] for link in links], "value": [f"{link[2].amount:f}" for link in links],
            "customdata": [link[2].address for link in links], "color": "rgba(120,135,150,0.35)",
            "hovertemplate": "%{source.label} → %{target.label}<br>%{value} " + SHOWN_IN + "<extra></extra>",
        },
    }  # fmt: skip
    into, out = (sum((mark.amount for mark in side), Decimal(0)) for side in (incoming, outgoing))
    left_out = [mark for mark in parts if mark.amount < 0]
    notes = [
        words("flow_balances", amount=f"{into:,f}")
        if into == out
        else words("flow_differs", into=f"{into:,f}", out=f"{out:,f}", by=f"{into - out:,f}")
    ]
    notes += (
        [words("flow_negative", items="、".join(f"{mark.label} {mark.fact.text}" for mark in left_out))]
        if left_out
        else []
    )
    return Chart(words("chart_flow", who=_who(view)), marks, _figure([flow], 560), tuple(notes))


KINDS: dict[str, Callable[[Sequence[AccountView], str, Words], Chart | None]] = {
    "income": _income, "nature": _nature, "function": _function, "planned": _planned, "flow": _flow,
    "years": _years, "departments": _departments,
}  # fmt: skip
"""By name; the last two compare documents."""


def _actual(view: AccountView, item: str) -> Cell:
    return read(view, item, "预算数" if view.account.is_budget else "决算数")


def _bars(title: str, marks: Sequence[Mark], words: Words, whole: Fact | None) -> Chart | None:
    if not marks:
        return None
    bars = {
        "type": "bar", "orientation": "h", "y": [_wrapped(mark.label) for mark in marks], "x": [f"{mark.amount:f}" for mark in marks],
        "customdata": [mark.address for mark in marks], "text": [_told(mark.fact) for mark in marks], "textposition": "auto",
        "marker": {"color": _COLOURS[0]}, "hovertemplate": "%{y}<br>%{text}<extra></extra>",
    }  # fmt: skip
    return Chart(
        title,
        tuple(reversed(marks)),
        _figure([bars], max(220, 56 * len(marks) + 60), hovermode="y"),  # a short bar can be met beside it
        _difference(marks, whole, words),
    )


def _difference(marks: Sequence[Mark], whole: Fact | None, words: Words) -> tuple[str, ...]:
    """What to say where the parts drawn do not add up to the whole that is printed."""
    if whole is None or (printed := amount_of(whole)) is None:
        return ()
    added = sum((mark.amount for mark in marks), Decimal(0))
    if added == printed:
        return (words("parts_add_up", amount=f"{printed:,f}"),)
    return (words("parts_differ", added=f"{added:,f}", whole=f"{printed:,f}", by=f"{added - printed:,f}"),)


def _absent(views: Sequence[AccountView], item: str, words: Words) -> tuple[str, ...]:
    """Which documents do not have the item or leave it blank."""
    cells = [(view.account, _actual(view, item).fact) for view in views]
    missing = [f"{account.department} {account.year}" for account, fact in cells if fact is None]
    blank = [
        f"{account.department} {account.year}" for account, fact in cells if fact is not None and fact.value is None
    ]
    told = [words("not_printed", names="、".join(missing))] if missing else []
    return (*told, *([words("left_blank", names="、".join(blank))] if blank else []))


def _figure(data: list[dict[str, Any]], height: int, **layout: Any) -> dict[str, Any]:
    axis = {
        "automargin": True,
        "gridcolor": "rgba(128,128,128,.3)",
        "zerolinecolor": "rgba(128,128,128,.6)",
        "fixedrange": True,
    }
    common = {
        "height": height, "margin": {"l": 8, "r": 8, "t": 8, "b": 30}, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13}, "separators": ".,", "showlegend": len(data) > 1, "uniformtext": {"minsize": 10, "mode": "hide"},
        "xaxis": {**axis, **layout.pop("xaxis", {})}, "yaxis": {**axis, **layout.pop("yaxis", {})},
    }  # fmt: skip
    return {"data": data, "layout": {**common, **layout}}


def _shades(codes: Sequence[str]) -> list[str]:
    """One colour for each 类."""
    classes = list(dict.fromkeys(code[:3] for code in codes))
    return [
        ("#1f5f9e", "#94590a", "#146b50", "#7d3f76", "#4d5966", "#8c3329", "#5e5300", "#3d4c99")[
            classes.index(code[:3]) % 8
        ]
        for code in codes
    ]


def _told(fact: Fact) -> str:
    return f"{fact.text} {fact.unit or ''}".strip()


def _wrapped(label: str) -> str:
    return "<br>".join(label[at : at + _WRAP] for at in range(0, len(label), _WRAP))


def _who(view: AccountView) -> str:
    return f"{view.account.department} {view.account.year}"
