"""The wording of answers: templates as data, read and checked once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any


class WordingError(KeyError):
    """A template is missing or lacks a name that it is given."""


@cache
def _templates() -> dict[str, str]:
    import yaml

    templates: dict[str, str] = yaml.safe_load((files(__package__) / "answers.yaml").read_text("utf-8"))
    return templates


def say(key: str, **values: Any) -> str:
    """The template with its values.

    :raises WordingError: if there is no such template, or it names a value that is not given.
    """
    try:
        return _templates()[key].format(**values)
    except KeyError as error:
        raise WordingError(f"answers.yaml: {key}: {error}") from error
