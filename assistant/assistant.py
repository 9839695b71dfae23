"""The assistant: questions in, cited answers out. Planning, calculation and search as LangChain runnables."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answering import Answering
from assistant.conversation import Conversation
from assistant.guard import unaccounted
from assistant.library import Library
from assistant.model import Answer, Plan
from assistant.planning import Planner
from ingest.store import Store
from prompts import say, speaking

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


class Assistant:
    """Answers questions over the accounts of a store.

    :param store: the opened store; the assistant reads it only.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.library = Library(store)
        self.planner = Planner(self.library)

    @classmethod
    def open(cls, folder: Path | str, encoder: Any = None) -> Assistant:
        """The assistant over the store in a folder.

        :raises ingest.StoreError: if there is no store, or another process writes it.
        """
        return cls(Store(folder, encoder=encoder))

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    def refresh(self) -> None:
        """See what was added to or removed from the store since."""
        self.library.refresh()

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """The answer to a question.

        :param history: the earlier questions of the conversation, oldest first.
        :return: an answer; a refusal is an answer with its reason.
        """
        started = time.perf_counter()
        conversation = self.conversation(history)
        answer = self._answer(conversation.next(question), question)
        seconds = round(time.perf_counter() - started, 4)
        return answer.model_copy(update={"state": conversation.state, "seconds": seconds})

    def conversation(self, history: Sequence[str] = ()) -> Conversation:
        """The conversation after the questions so far, the oldest first."""
        return Conversation(self.library, self.planner).follow(history)

    def _answer(self, plan: Plan, question: str) -> Answer:
        answer = Answering(self.library, plan).answer()
        names = [question, *(a.department + str(a.year) for a in self.library.accounts), *plan.options, plan.words]
        names += [str(account.year - 1) for account in self.library.accounts]
        names += [str(plan.nth or ""), str(plan.top or ""), "0", plan.claim.words if plan.claim else ""]
        if answer.status == "answered" and unaccounted(answer, tuple(names)):
            with speaking(plan.language):
                return Answer(status="refused", text=say("refuse_unsupported"), reason="unsupported", plan=plan)
        return answer

    @cached_property
    def chain(self) -> Runnable[dict[str, Any], Answer]:
        """The same as a LangChain runnable: {"question": …, "history": […]} → Answer."""
        from langchain_core.runnables import RunnableLambda, RunnablePassthrough

        def plan(inputs: dict[str, Any]) -> Plan:
            return self.conversation(inputs.get("history", ())).next(inputs["question"])

        def answer(inputs: dict[str, Any]) -> Answer:
            return self._answer(inputs["plan"], inputs["question"])

        return RunnablePassthrough.assign(plan=RunnableLambda(plan, name="understand")) | RunnableLambda(
            answer, name="answer"
        )
