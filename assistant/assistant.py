"""The assistant: questions in, cited answers out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answering import Answering
from assistant.conversation import Conversation
from assistant.guard import unaccounted
from assistant.language_model import LanguageModel, from_environment
from assistant.library import Library
from assistant.model import Answer, Plan
from assistant.planning import Planner
from ingest.store import Store
from prompts import say, speaking

if TYPE_CHECKING:
    from assistant.langchain import AnswerChain

class Assistant:
    """Answers questions over the accounts of a store. Several threads may ask it.

    :param store: the opened store; the assistant reads it only.
    :param model: a language model for questions that the rules do not understand and for wording; that of the
        environment if None, which by default is none.
    """

    def __init__(self, store: Store, model: LanguageModel | None = None) -> None:
        self.store = store
        self.library = Library(store)
        self.planner = Planner(self.library)
        self.model = model or from_environment()
        self.working = threading.RLock()
        """Held while the library is worked on: its indexes are made when they are first asked for."""

    @classmethod
    def open(cls, folder: Path | str, encoder: Any = None, model: LanguageModel | None = None) -> Assistant:
        """The assistant over the store in a folder.

        :raises ingest.StoreError: if there is no store, or another process writes it.
        """
        return cls(Store(folder, encoder=encoder), model)

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    def refresh(self) -> None:
        """See what was added to or removed from the store since."""
        with self.working:
            self.library.refresh()

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """Within it, the store is open for writing, and questions wait; afterwards what changed is seen.

        :raises ingest.StoreError: if another process holds the store; then it is as before.
        """
        with self.working:
            folder, encoder = self.store.folder, self.store.vectors.encoder
            self.store.close()
            try:
                with Store(folder, write=True, encoder=encoder) as store:
                    yield store
            finally:
                self.store = Store(folder, encoder=encoder)
                self.library = Library(self.store)
                self.planner = Planner(self.library)

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """The answer to a question.

        :param history: the earlier questions of the conversation, oldest first.
        :return: an answer; a refusal is an answer with its reason.
        """
        started = time.perf_counter()
        with self.working:
            conversation = self.conversation(history)
            answer = self._answer(conversation.next(question), question)
            state = conversation.state
        if self.model:
            answer = self._helped(self.model, answer, question, history)
        seconds = round(time.perf_counter() - started, 4)
        return answer.model_copy(update={"state": state, "seconds": seconds})

    def plan(self, question: str, history: Sequence[str] = ()) -> Plan:
        """The plan that the rules make of a question."""
        with self.working:
            return self.conversation(history).next(question)

    def conversation(self, history: Sequence[str] = ()) -> Conversation:
        """The conversation after the questions so far, the oldest first."""
        return Conversation(self.library, self.planner).follow(history)

    def _answer(self, plan: Plan, question: str) -> Answer:
        answer = Answering(self.library, plan).answer()
        departments, coverage = self.library.departments, answer.coverage
        names = [question, *departments.numbered, *plan.options, plan.words]
        names += [str(year) for loaded in departments.years for year in (loaded, loaded - 1)]
        names += [str(count) for count in (coverage.counts if coverage else ())]
        names += [plan.claim.words] if plan.claim else []
        names += [str(plan.nth or ""), str(plan.top or ""), "0"]
        if answer.status == "answered" and unaccounted(answer, tuple(names)):
            with speaking(plan.language):
                return Answer(status="refused", text=say("refuse_unsupported"), reason="unsupported", plan=plan)
        return answer

    def _helped(self, model: LanguageModel, answer: Answer, question: str, history: Sequence[str]) -> Answer:
        """The answer with what the model can do: what a refused question may mean, to be confirmed; other words."""
        notes: list[str] = []
        help = model.understanding(self.library, answer, question)
        if help.restatement:
            with self.working:
                second = self._answer(self.conversation(history).next(help.restatement.question), help.restatement.question)
            if help.restatement.fits(second):
                meant = help.restatement.question
                answer = Answer(status="clarify", text=say("clarify_model", reading=meant), options=(meant,), plan=answer.plan)
        notes.append(help.note)
        if not help.note:
            help = model.wording(self.library, answer, question)
            answer = answer.model_copy(update={"reworded": help.text})
            notes.append(help.note)
        told = tuple(dict.fromkeys((*answer.notes, *filter(None, notes))))
        return answer.model_copy(update={"notes": told})

    @cached_property
    def chain(self) -> AnswerChain:
        """The same as a LangChain runnable: a question, or {"question": …, "history": […]}, to an Answer.

        Streamed, it gives the plan, the text in pieces, at last the answer.
        """
        from assistant.langchain import AnswerChain

        return AnswerChain(self)
