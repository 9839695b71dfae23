"""How far two shares or completion rates are apart: of two years, two departments, two items."""

from __future__ import annotations

from typing import Any

from assistant.model import Form, Item, Plan
from assistant.planning.question import LAST_YEAR, Reading, ids_of, in_budget_table, reread, stage_in
from assistant.planning.understood import Understood
from assistant.selection import printed_budget
from ingest.model import Account


class Points(Understood):
    """Makes plans that compare shares."""

    def _points(self, reading: Reading, chosen: list[Account], form: Form, options: dict[str, Any]) -> Plan | None:
        """By how many points two shares, or completion rates, differ; None where the question does not name just two.

        They are of two departments, of two years, or of two items of one account.
        """
        accounts = self._two_of(reading, chosen)
        stage = stage_in(reading.mask)
        items: list[list[Item]] = [self._account_items(reading, account, stage) for account in accounts]
        if any(self._is_doubtful(reread(reading, self.library.view(account.id)), form, own) for account, own in zip(accounts, items, strict=True)):
            return None
        if len(accounts) == 1 and len(items[0]) == 2:
            parts, bases = items[0], []
        elif len(accounts) == 2 and all(len(own) == 1 for own in items) and form == "completion":
            planned = [self._planned(own[0]) for own in items]
            parts = [own[0].model_copy(update={"measure": "决算数"}) if in_budget_table(own[0]) else own[0] for own in items]
            bases = [item for item in planned if item]
        elif len(accounts) == 2 and all(1 <= len(own) <= 2 for own in items):
            shares = [self._share(reread(reading, self.library.view(a.id)), [a], own, {}) for a, own in zip(accounts, items, strict=True)]
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

    def _planned(self, item: Item) -> Item | None:
        """The budget of an item, where a table prints it."""
        if in_budget_table(item):
            return item.model_copy(update={"measure": "预算数"})
        return printed_budget(self.library.view(item.account), item, "预算数")
