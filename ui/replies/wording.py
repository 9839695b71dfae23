"""The wording of replies: `prompts/replies.yaml`, with the entries that an office words otherwise in a file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from ingest.datafile import yaml_of

SETTING = "JUESUAN_REPLIES"
"""Names the office's own file."""


class WordingError(ValueError):
    """The wording cannot be used; the text names file and entry, and what to do."""


class Wording:
    """The sentences of a reply.

    :raises WordingError: if the office's file cannot be read or has an entry that nobody knows.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Any] = yaml_of("prompts", "replies.yaml")
        self._file = "prompts/replies.yaml"
        if named := os.environ.get(SETTING):
            own = _own(Path(named))
            if unknown := set(own) - set(self._entries):
                raise WordingError(
                    f"{named}：不认识的条目 {'、'.join(sorted(map(str, unknown)))}；能用的条目见 prompts/replies.yaml。"
                )
            self._entries = {**self._entries, **own}
            self._file = named

    def __call__(self, key: str, **values: str) -> str:
        """A sentence with its values.

        :raises WordingError: if it names a value that this entry does not have.
        """
        template = str(self._entries[key])
        try:
            return template.format(**values)
        except (KeyError, IndexError, ValueError) as error:
            known = "、".join("{" + name + "}" for name in values) or "没有"
            raise WordingError(f"{self._file}：条目 {key} 里的 {error} 填不了；这一条能用的名称：{known}。") from error

    def words(self, key: str) -> list[str]:
        """An entry that is a list."""
        return [str(word) for word in self._entries[key]]


def _own(path: Path) -> dict[str, Any]:
    try:
        read = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise WordingError(f"打不开 {SETTING} 指的文件 {path}（{error.strerror or error}）。") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WordingError(f"{path} 不是可读的 YAML（{error}）；请照 prompts/replies.yaml 的写法改正。") from error
    if not isinstance(read, dict):
        raise WordingError(f"{path} 应是“条目: 用语”的列表，请照 prompts/replies.yaml 的写法改正。")
    return read
