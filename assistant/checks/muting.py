"""Findings that somebody has looked at and set aside, with the reason: a log in the store's folder, only added to.

The log is apart from the databases, so that a finding can be muted while another process reads the store. It holds
names of findings, and those are made of the document's content: a document that is removed and read in again has its
findings muted as before.
"""

from __future__ import annotations

import getpass
import json
import os
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from assistant.model import Finding

LEAST_REASON = 2
"""Characters of a reason."""
_NAME = "muted.jsonl"


class MutingError(ValueError):
    """A finding cannot be muted or unmuted; the text says why and what to do."""


@dataclass(frozen=True)
class Muting:
    """One line of the log."""

    time: str
    """ISO 8601, UTC."""
    action: Literal["mute", "unmute"]
    finding: str
    rule: str
    message: str
    reason: str
    who: str


class MutingLog:
    """The log of a store.

    :param folder: the store's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME
        self._seen: tuple[int, int] | None = None
        self._entries: list[Muting] = []
        self.unread = 0
        """Lines that are no entries; they mute nothing."""

    def entries(self) -> list[Muting]:
        """All entries, the oldest first; read again when the file has changed."""
        try:
            state = self.path.stat()
        except OSError:
            self._seen, self._entries, self.unread = None, [], 0
            return []
        if self._seen != (state.st_mtime_ns, state.st_size):
            lines = [line for line in self.path.read_text("utf-8", "replace").split("\n") if line.strip()]
            read = [entry for line in lines if (entry := _entry(line))]
            self._entries, self.unread = read, len(lines) - len(read)
            self._seen = (state.st_mtime_ns, state.st_size)
        return self._entries

    def muted(self) -> dict[str, Muting]:
        """What is muted now, by the finding's name."""
        found: dict[str, Muting] = {}
        for entry in self.entries():
            found.pop(entry.finding, None)
            if entry.action == "mute":
                found[entry.finding] = entry
        return found

    def mute(self, finding: Finding, reason: str, who: str = "") -> Muting:
        """Set a finding aside.

        :param who: who does so; the system's user if empty.
        :raises MutingError: without a reason, or if it is muted already or the log cannot be written.
        """
        reason = " ".join(reason.split())
        if len(reason) < LEAST_REASON:
            raise MutingError(f"静音要写明理由（至少 {LEAST_REASON} 个字），现在是“{reason}”。")
        if before := self.muted().get(finding.id):
            raise MutingError(f"{finding.id} 已经静音（理由：{before.reason}）；要改理由，请先 juesuan unmute。")
        return self._write("mute", finding.id, finding.rule, finding.message, reason, who)

    def unmute(self, name: str, who: str = "") -> Muting:
        """Take a finding back that was set aside.

        :param name: the finding's name, or its part after #.
        :raises MutingError: if no such finding is muted, several are, or the log cannot be written.
        """
        found = [entry for key, entry in self.muted().items() if is_named(key, name)]
        if len(found) != 1:
            problem = "没有静音" if not found else "指明的不止一条"
            raise MutingError(f"{name} {problem}；juesuan check --muted 列出已静音的发现及其编号。")
        return self._write("unmute", found[0].finding, found[0].rule, found[0].message, "", who)

    def _write(
        self, action: Literal["mute", "unmute"], finding: str, rule: str, message: str, reason: str, who: str
    ) -> Muting:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Muting(now, action, finding, rule, message, reason, who or _user())
        line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        try:
            with self.path.open("ab+") as file:
                if file.tell() and not _ends_a_line(file.fileno(), file.tell()):
                    line = "\n" + line  # what was cut short before is a line of its own and mutes nothing
                file.write(line.encode())  # in one piece: two who mute at once do not mix their lines
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise MutingError(f"不能写静音记录 {self.path}（{error.strerror}）；请检查文件夹是否可写。") from error
        return entry


def is_named(finding: str, name: str) -> bool:
    """True where a name, whole or only its part after #, is this finding's."""
    return bool(name) and (finding == name or finding.rpartition("#")[2] == name.removeprefix("#"))


def _ends_a_line(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n" if hasattr(os, "pread") else True


def _entry(line: str) -> Muting | None:
    try:
        data = json.loads(line)
        entry = Muting(**{field.name: data[field.name] for field in fields(Muting)})
    except (ValueError, KeyError, TypeError):
        return None
    sound = entry.action in ("mute", "unmute") and all(isinstance(value, str) for value in asdict(entry).values())
    return entry if sound else None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this user
        return ""
