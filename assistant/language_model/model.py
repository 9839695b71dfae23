"""The language model as the assistant uses it: help that may come or not, never an error."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from assistant.language_model.endpoint import Endpoint, EndpointSettings, ModelMissing, Unreachable
from assistant.language_model.parsing import Restatement, handed_over, restated
from assistant.language_model.wording import is_worded, reworded
from assistant.library import Library
from assistant.model import Answer
from prompts import say

_LOG = logging.getLogger(__name__)
Came = TypeVar("Came")


@dataclass(frozen=True)
class Help:
    """What came of asking the model."""

    restatement: Restatement | None = None
    text: str = ""
    note: str = ""
    """Why nothing came, where the model is set and does not answer."""


class LanguageModel:
    """Understands questions that the rules do not, and puts answers in other words."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def understanding(self, library: Library, answer: Answer, question: str) -> Help:
        """A refused question put again; nothing where the refusal stands or the model is not sure."""
        account = handed_over(library, answer, question) if "parse" in self.endpoint.settings.tasks else None
        if account is None or answer.plan is None:
            return Help()
        plan = answer.plan
        came, note = self._tried(lambda: restated(self.endpoint, library.view(account.id), plan, question))
        return Help(restatement=came, note=note)

    def wording(self, library: Library, answer: Answer, question: str) -> Help:
        """The answer in other words; nothing where they do not agree with it."""
        if "word" not in self.endpoint.settings.tasks or not is_worded(answer):
            return Help()
        came, note = self._tried(lambda: reworded(self.endpoint, library, answer, question))
        return Help(text=came or "", note=note)

    def _tried(self, ask: Callable[[], Came]) -> tuple[Came | None, str]:
        """What came, and the note that says why nothing did."""
        try:
            return ask(), ""
        except ModelMissing:
            return None, say("note_model_missing")
        except Unreachable as error:
            _LOG.warning("language model not reachable: %s", error)
            return None, say("note_model_unreachable")
        except Exception:  # whatever it is, the answer without the model stands
            _LOG.exception("language model failed")
            return None, say("note_model_unreachable")


def from_environment() -> LanguageModel | None:
    """The model that the environment sets; None where it sets none.

    :raises EndpointError: if a setting has a value that cannot be used.
    """
    settings = EndpointSettings.from_environment()
    return LanguageModel(Endpoint(settings)) if settings.on else None
