"""Questions that name an item and want no amount of it: who, where, when, what for. The narrative may tell it."""

from __future__ import annotations

import re

from assistant.model import Form, Plan
from assistant.scope import GONE
from assistant.sought import WHO_AND_WHERE, sought

_AMOUNTS: tuple[Form, ...] = (
    "figure", "prose-figure", "share", "sum", "difference", "growth", "completion", "average", "multiple", "last-year",
)  # fmt: skip
_OF_ROWS: tuple[Form, ...] = ("ranking", "composition", "filter", "count")
_ONE_OF = re.compile("哪一?[台件批条场期辆次趟]")
_ASKS_AMOUNT = re.compile("多少|(?<![哪那这好])几|金额|数额|总额|[大小高低多少]吗|对[吗么]")


def told_in_words(plan: Plan) -> Plan:
    """The plan, or that of looking in the narrative where an amount is not what the question wants to know."""
    bare = plan.words
    for item in plan.items:
        bare = bare.replace(item.words or GONE, GONE)  # 用于 and 问题 are in names of items
    kind = None if plan.across else sought(bare)
    if kind is None or plan.language != "zh" or _ASKS_AMOUNT.search(bare):
        return plan
    no_row = kind.name in WHO_AND_WHERE or _ONE_OF.search(bare)
    rows = plan.form in _OF_ROWS and no_row and len(plan.accounts) == 1
    if plan.form not in _AMOUNTS and not rows:
        return plan
    return Plan(
        form="passage", accounts=plan.accounts, items=plan.items if kind.name == "purpose" else plan.items[:1],
        words=plan.words, reason="item", needed=plan.needed, notes=plan.notes, by_use=plan.by_use,
    )  # fmt: skip
