"""How far two shares or completion rates are apart: of two years, two departments, two items."""

from __future__ import annotations

from typing import Any

from assistant.model import Form, Plan
from assistant.planning.question import LAST_YEAR, Reading, ids_of, in_budget_table, reread, stage_in
from assistant.planning.understood import Understood
from ingest.model import Account


class Points(Understood):
    """Makes plans that compare shares."""

    def _points(self, reading: Reading, chosen: list[Account], form: Form, options: dict[str, Any]) -> Plan | None:
        """By how many points two shares, or completion rates, differ; None where the question does not name just two.

        They are of two departments, of two years, or of two items of one account.
        """
        accounts = self._two_of(reading, chosen)
        views = [self.library.view(account.id) for account in accounts]
        readings = [reread(reading, view) for view in views]
        items = [self._items(own, view, stage_in(reading.mask)) for own, view in zip(readings, views, strict=True)]
        if any(self._is_doubtful(own, form, named) for own, named in zip(readings, items, strict=True)):
            return None
        if len(accounts) == 1 and len(items[0]) == 2:
            parts, bases = items[0], []
        elif len(accounts) == 2 and all(len(own) == 1 for own in items) and form == "completion":
            planned = [self._planned(own[0], "预算数") for own in items]
            parts = [own[0].model_copy(update={"measure": "决算数"}) if in_budget_table(own[0]) else own[0] for own in items]
            bases = [item for item in planned if item]
        elif len(accounts) == 2 and all(1 <= len(own) <= 2 for own in items):
            shares = [self._share(own, [a], named, {}) for own, a, named in zip(readings, accounts, items, strict=True)]
            if any(share.form != "share" or len(share.items) != 1 for share in shares):
                return None
            parts, bases = [share.items[0] for share in shares], [share.base for share in shares if share.base]
        else:
            return None
        if len(bases) not in (0, 2) or (form == "completion" and not bases):
            return None
        options = {key: value for key, value in options.items() if key != "unit"}
        return Plan(form="points", accounts=ids_of(accounts), items=tuple(parts), bases=tuple(bases), words=reading.text, **options)

    def _two_of(self, reading: Reading, chosen: list[Account]) -> list[Account]:
        """The two accounts that a question compares, the one that it names as compared with last; one, if it names no other."""
        since = reading.scope.base_year or (chosen[0].year - 1 if LAST_YEAR.search(reading.text) else None)
        if since and len(chosen) == 1:
            earlier = self.library.of_year(chosen[0], since)
            return [chosen[0], earlier] if earlier else []
        if len(chosen) > 2 and len({account.department for account in chosen}) == 1:
            return [chosen[0], chosen[-1]]  # from the first year to the last
        return chosen
