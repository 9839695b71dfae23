"""A language model behind an OpenAI-compatible address: its settings, and questions to it that may fail.

Nothing here decides anything: a reply is a value of the schema asked for, or an error that says which of two things
happened. `Unreachable` means that nobody answers (refused, too slow, an error of the server): it is not asked again
for a while. `NoReply` means that what came is nothing: None, a blank, no JSON, not of the schema.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError

from prompts import instructions

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Method = Literal["json_schema", "json_mode", "text"]
"""How a model is told to answer in a schema, in the order in which it is tried."""
METHODS: tuple[Method, ...] = get_args(Method)
TASKS = ("parse", "word")
REST = 30.0
"""Seconds for which a model that was not reachable is not asked again."""
_LONGEST_REPLY = 600
"""Tokens."""
_JSON = re.compile(r"\{.*\}", re.DOTALL)
Reply = TypeVar("Reply", bound=BaseModel)
Came = TypeVar("Came")


class EndpointError(ValueError):
    """A setting of the language model cannot be used; the text says which and what to do."""


class Unreachable(Exception):
    """The model does not answer: refused, too slow, an error of the server. The text says which, for a person."""


class NoReply(Exception):
    """The model answered nothing that can be used."""


@dataclass(frozen=True)
class EndpointSettings:
    """Where the model is and how it is asked. Off unless both `base_url` and `name` are set."""

    base_url: str = ""
    name: str = ""
    api_key: str = field(default="", repr=False)
    method: Method = "json_schema"
    """Tried first; then those after it."""
    timeout: float = 20.0
    """Seconds for a whole reply."""
    tasks: tuple[str, ...] = TASKS
    """parse: understand questions that the rules do not; word: say answers in other words."""

    @property
    def on(self) -> bool:
        """True where a model is set."""
        return bool(self.base_url and self.name)

    @classmethod
    def from_environment(cls) -> EndpointSettings:
        """As the environment sets it (the language model's lines of `juesuan config`).

        :raises EndpointError: if a setting has a value that cannot be used.
        """
        get = os.environ.get
        base_url = get("JUESUAN_MODEL_BASE_URL", "")
        if base_url and not re.match(r"https?://[^/\s]+", base_url):
            raise EndpointError(
                f"JUESUAN_MODEL_BASE_URL 应是 http:// 或 https:// 开头的地址，现在是“{base_url}”；请改正或去掉这个环境变量。"
            )
        method = get("JUESUAN_MODEL_STRUCTURED_METHOD", "json_schema")
        if method not in METHODS:
            raise EndpointError(
                f"JUESUAN_MODEL_STRUCTURED_METHOD 应是 {'、'.join(METHODS)} 之一，现在是“{method}”；请改正或去掉这个环境变量。"
            )
        said = get("JUESUAN_MODEL_TIMEOUT", "20")
        if not re.fullmatch(r"\d{1,3}(?:\.\d+)?", said) or not 0 < float(said) <= 600:
            raise EndpointError(
                f"JUESUAN_MODEL_TIMEOUT 应是 0 到 600 之间的秒数，现在是“{said}”；请改正或去掉这个环境变量。"
            )
        tasks = tuple(task for task in get("JUESUAN_MODEL_TASKS", ",".join(TASKS)).replace(" ", "").split(",") if task)
        if unknown := set(tasks) - set(TASKS):
            raise EndpointError(
                f"JUESUAN_MODEL_TASKS 应是 {'、'.join(TASKS)}（用逗号分开），现在有“{'、'.join(sorted(unknown))}”；请改正或去掉这个环境变量。"
            )
        name, key = get("JUESUAN_MODEL_NAME", ""), get("JUESUAN_MODEL_API_KEY", "")
        return cls(base_url, name, key, cast(Method, method), float(said), tasks)


class Endpoint:
    """Asks the model. Several threads may.

    :param chat: a LangChain chat model to ask instead of the one that the settings name.
    """

    def __init__(self, settings: EndpointSettings, chat: BaseChatModel | None = None) -> None:
        self.settings = settings
        self._chat = chat
        self._methods = METHODS[METHODS.index(settings.method) :]
        self._rest_until = 0.0

    @property
    def resting(self) -> bool:
        """True for a while after the model was not reachable."""
        return time.monotonic() < self._rest_until

    def structured(self, schema: type[Reply], system: str, user: str) -> Reply:
        """The model's reply as a value of the schema.

        The first method that gives one is kept for the questions after it.

        :raises Unreachable: if the model does not answer, or did not a short while ago.
        :raises NoReply: if no method gives a value of the schema.
        """
        for method in self._methods:
            reply = self._asked(lambda method=method: self._by(method, schema, system, user))  # type: ignore[misc]
            if reply is not None:
                self._methods = METHODS[METHODS.index(method) :]
                return reply
        raise NoReply(f"no value of {schema.__name__} by {', '.join(self._methods)}")

    def text(self, system: str, user: str) -> str:
        """The model's reply as text.

        :raises Unreachable: if the model does not answer, or did not a short while ago.
        :raises NoReply: if it is blank.
        """
        said = self._asked(lambda: _text_of(self._model().invoke([("system", system), ("human", user)])))
        if not said:
            raise NoReply("blank")
        return said

    def _by(self, method: Method, schema: type[Reply], system: str, user: str) -> Reply | None:
        """The reply by one method; None where it is none."""
        model = self._model()
        if method == "text":
            told = f"{system}\n{instructions('json').format(schema=schema.model_json_schema())}"
            found = _JSON.search(_text_of(model.invoke([("system", told), ("human", user)])))
            return schema.model_validate_json(found.group()) if found else None
        structured = model.with_structured_output(schema, method=method, include_raw=True)
        parsed = cast(dict[str, Any], structured.invoke([("system", system), ("human", user)]))["parsed"]
        return parsed if isinstance(parsed, schema) else None

    def _asked(self, ask: Callable[[], Came]) -> Came | None:
        """What comes of asking; None for a reply that cannot be used.

        :raises Unreachable: if nothing comes.
        """
        if self.resting:
            raise Unreachable("resting")
        try:
            return _within(self.settings.timeout, ask)
        except (ValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None  # what came is no reply of the protocol, or not of the schema
        except Exception as error:
            if _is_refusal(error):
                return None
            self._rest_until = time.monotonic() + REST
            raise Unreachable(type(error).__name__) from error

    def _model(self) -> BaseChatModel:
        """The chat model, made at the first use.

        :raises EndpointError: if its package is not installed.
        """
        if self._chat is None:
            try:
                from langchain_openai import ChatOpenAI
            except ImportError as error:
                raise ModelMissing from error
            self._chat = ChatOpenAI(
                base_url=self.settings.base_url,
                api_key=self.settings.api_key or "none",  # type: ignore[arg-type]
                model=self.settings.name,
                temperature=0,
                timeout=self.settings.timeout,
                max_retries=0,
                max_tokens=_LONGEST_REPLY,  # type: ignore[call-arg]
            )
        return self._chat


class ModelMissing(Exception):
    """The package that speaks to a model is not installed."""


def _within(seconds: float, ask: Callable[[], Came]) -> Came:
    """What comes within this time, however slowly the server sends it.

    :raises TimeoutError: if nothing does.
    """
    came: list[Came] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            came.append(ask())
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="language-model", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not came:
        raise TimeoutError(f"no reply within {seconds} s")
    return came[0]


def _is_refusal(error: Exception) -> bool:
    """True where the server answers and does not do this: it knows no such method, or the reply is cut."""
    status = getattr(error, "status_code", None)
    return (status is not None and 400 <= status < 500 and status not in (401, 403, 404, 408, 429)) or type(
        error
    ).__name__ in ("LengthFinishReasonError", "ContentFilterFinishReasonError", "OutputParserException")


def _text_of(message: Any) -> str:
    content = message.content
    if isinstance(content, str):
        return content.strip()
    parts: Sequence[Any] = content or ()
    return "".join(part.get("text", "") if isinstance(part, dict) else str(part) for part in parts).strip()
