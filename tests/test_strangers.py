"""The strangers' questions are read and judged; what is not told stays refused."""

from __future__ import annotations

from eval import strangers
from eval.suite import lines_of, real_accounts


def test_what_is_not_told_stays_refused_and_no_other_figure_is_given() -> None:
    found = list(strangers.run())
    asked = 1662 if len(real_accounts()) == 4 else sum(one["set"] == "samples" for one in lines_of(strangers.QUESTIONS, dict))
    assert len(found) == asked
    untold = [one for one in found if not one.told]
    assert sum(one.verdict == "false" for one in untold) * 100 <= strangers.MOST_FALSE * len(untold)
    told = [one for one in found if one.told]
    assert sum(one.verdict == "other" for one in told) * 100 <= 2 * len(told)
    assert strangers.table(found).count("\n") == 16
