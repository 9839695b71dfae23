"""The whole assistant as a Runnable: a question in, the answer out; streamed, first the plan, then the text, then all.

What a stream gives has three types, in this order: the `Plan` (twice where the language model understood what the
rules did not), the answer's text as pieces of `str`, the `Answer`. They do not add up to one value, so a chain behind
this one goes on with the last, which is what `invoke` gives.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from assistant.model import Answer, Plan

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_PIECES = re.compile(r".*?(?:\[\d+\])+[。；，]?|.+?[。；，]|.+", re.DOTALL)
"""Pieces of a text: up to a mark or a stop, so that no figure is ever seen without its citation."""
_END = object()


class _Question(TypedDict):
    question: str


class Asked(_Question, total=False):
    """A question with the earlier ones of its conversation, the oldest first."""

    history: Sequence[str]


class AnswerChain(Runnable[Any, Any]):
    """Answers by an assistant. `invoke`, `batch`, `stream` and their asynchronous forms all work, in threads too.

    :param assistant: the assistant that answers.
    """

    name = "juesuan"

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def InputType(self) -> Any:
        """A question alone, or with its conversation."""
        return str | Asked

    @property
    def OutputType(self) -> Any:
        """What `invoke` gives."""
        return Answer

    def invoke(self, input: str | Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer.

        :raises TypeError: if the input is neither a question nor holds one.
        """
        return self._call_with_config(self._answered, input, config)

    def stream(
        self, input: str | Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Plan | str | Answer]:
        """The plan, the text in pieces, the answer."""
        yield from self._transform_stream_with_config(iter([input]), self._pieces, config)

    async def astream(
        self, input: str | Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Plan | str | Answer]:
        """The same, the work done in a thread."""

        async def one() -> AsyncIterator[str | Asked]:
            yield input

        async for piece in self._atransform_stream_with_config(one(), self._apieces, config):
            yield piece

    def _answered(self, input: str | Asked) -> Answer:
        question, history = _parts(input)
        return self._assistant.ask(question, history)

    def _pieces(self, inputs: Iterator[str | Asked]) -> Iterator[Plan | str | Answer]:
        for input in inputs:
            question, history = _parts(input)
            plan = self._assistant.plan(question, history)
            yield plan
            answer = self._assistant.ask(question, history)
            if answer.plan is not None and answer.plan != plan:
                yield answer.plan
            yield from _PIECES.findall(answer.text)
            yield answer

    async def _apieces(self, inputs: AsyncIterator[str | Asked]) -> AsyncIterator[Plan | str | Answer]:
        async for input in inputs:
            pieces = self._pieces(iter([input]))
            while (piece := await run_in_executor(None, next, pieces, _END)) is not _END:
                yield piece  # type: ignore[misc]


def _parts(input: str | Asked) -> tuple[str, Sequence[str]]:
    if isinstance(input, str):
        return input, ()
    if isinstance(input, dict) and isinstance(input.get("question"), str):
        return input["question"], input.get("history", ())
    raise TypeError(f"expected a question, or {{'question': …, 'history': […]}}, got {type(input).__name__}: {input!r:.80}")
