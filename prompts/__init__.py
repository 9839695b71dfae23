"""The wording of answers and what a language model is told: data, read and checked once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

_FENCE = re.compile(r"[<＜]\s*/?\s*资料\s*[>＞]")
_FILES = {"zh": "answers.yaml", "en": "answers.en.yaml"}
_language: ContextVar[str] = ContextVar("language", default="zh")


class WordingError(KeyError):
    """A template is missing or lacks a name that it is given."""


@cache
def _templates(language: str) -> dict[str, Any]:
    import yaml

    templates: dict[str, Any] = yaml.safe_load((files(__package__) / _FILES[language]).read_text("utf-8"))
    return templates


@cache
def instructions(name: str) -> str:
    """What a language model is told for a task, from the file `name`.md here.

    :raises WordingError: if there is no such file.
    """
    try:
        return (files(__package__) / f"{name}.md").read_text("utf-8").strip()
    except FileNotFoundError as error:
        raise WordingError(f"{name}.md: expected a file of instructions beside answers.yaml") from error


def fenced(text: str) -> str:
    """Text of a document or a question as data for a language model: between marks that it cannot contain itself."""
    return f"<资料>{_FENCE.sub(' ', text)}</资料>"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, `say` speaks this language where it has the template.

    :raises WordingError: for a language that is none of those there are.
    """
    if language not in _FILES:
        raise WordingError(f"languages are {', '.join(_FILES)}, got {language}")
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def say(key: str, **values: Any) -> str:
    """The template with its values, in the language being spoken; in Chinese where that has none.

    :raises WordingError: if there is no such template, or it names a value that is not given.
    """
    own = _templates(_language.get())
    words: dict[str, str] = own.get("words", {})
    said = {name: words.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
    try:
        return str((own if key in own else _templates("zh"))[key]).format(**said)
    except KeyError as error:
        raise WordingError(f"answers.yaml: {key}: {error}") from error
