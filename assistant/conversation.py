"""A conversation: what has been said so far is a plan, explicit, and can be shown."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.library import Library
from assistant.model import Plan, State
from assistant.planning import Planner


class Conversation:
    """Plans one question after the other; what one leaves open or changes, the next may say."""

    def __init__(self, library: Library, planner: Planner) -> None:
        self._library, self._planner = library, planner
        self.plan: Plan | None = None
        """What the next question goes on with; None at the beginning."""

    def follow(self, questions: Iterable[str]) -> Conversation:
        """The conversation after these questions, the oldest first."""
        for question in questions:
            self.next(question)
        return self

    def next(self, question: str) -> Plan:
        """The plan of the next question. A refusal changes nothing of what is talked about; a question back does."""
        plan = self._planner.plan(question, self.plan)
        if plan.form != "refuse":
            self.plan = plan
        return plan

    @property
    def state(self) -> State | None:
        """What is being talked about; None as long as nothing is."""
        plan = self.plan
        if plan is None:
            return None
        accounts = [self._library.account(identifier) for identifier in plan.accounts]
        return State(
            departments=tuple(dict.fromkeys(account.department for account in accounts)),
            years=tuple(sorted({account.year for account in accounts})),
            items=tuple(dict.fromkeys(item.name or item.words for item in plan.items if item.name or item.words)),
            form=plan.form,
            unit=plan.unit,
            waiting=plan.options if plan.form == "clarify" else (),
        )
