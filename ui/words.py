"""The page's words, Chinese and English, from `words.yaml`."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from ingest.datafile import yaml_of

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Words:
    """What the page says in one language.

    :param language: zh or en.
    """

    def __init__(self, language: Language = "zh") -> None:
        self.language = language
        self._own = _read()[language]

    def __call__(self, key: str, **values: Any) -> str:
        """The words of this name with its values.

        :raises KeyError: if there are none, or they name a value that is not given.
        """
        return self._own[key].format(**values)


@cache
def _read() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for key, said in yaml_of(__package__, "words.yaml").items():
        if set(said) != set(LANGUAGES):
            raise KeyError(f"words.yaml: {key}: expected {', '.join(LANGUAGES)}, got {', '.join(said)}")
        for language, text in said.items():
            found[language][key] = text
    return found
