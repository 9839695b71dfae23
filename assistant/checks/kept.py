"""Errors kept beside the figures, so that the first question to an account reads them and does not check it.

What is kept for a document says what it was computed from: the code, rules and words of the checks, the document as it
was read in, and what the checks looked for among the other documents, with what they found. All of that is compared
before anything kept is used. So nothing needs to be taken back when a document comes or goes, or when another version
of this program reads the store: what no longer holds is not trusted, and the account is checked as if nothing were kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import assistant
import ingest
import prompts
from assistant.checks.told import Told
from assistant.library import AccountView, Library
from ingest.store import Kept

_SOURCES = (".py", ".yaml", ".csv")


@cache
def made_by() -> str:
    """A hash of all code and data that the checks can depend on; takes some milliseconds."""
    digest = hashlib.sha256()
    for folder in (Path(str(package.__file__)).parent for package in (assistant, ingest, prompts)):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _SOURCES):
            digest.update(f"{path.relative_to(folder.parent)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def packed(view: AccountView, looked_for: dict[str, list[str]], told: list[Told]) -> Kept:
    """What to keep for a document.

    :param looked_for: what the checks asked the library, with what it answered (`Library.noting`).
    """
    assert view.library is not None
    state = json.dumps([*_own(view.library, view.account.id), looked_for], ensure_ascii=False)
    return Kept(view.account.id, state, json.dumps([one.as_data() for one in told], ensure_ascii=False))


def holds(kept: Kept, library: Library) -> bool:
    """True where all that it was computed from is as it was."""
    *own, looked_for = json.loads(kept.state)
    return own == _own(library, kept.account) and all(library.found(key) == was for key, was in looked_for.items())


def told(view: AccountView) -> list[Told] | None:
    """The errors kept for a document that still hold; None if there are none to be had, and it must be checked."""
    library = view.library
    if library is None or library.view(view.account.id) is not view:  # a view that stands alone, or a changed one
        return None
    kept = library.kept.get(view.account.id)
    if kept is None or not holds(kept, library):
        return None
    return [Told.of_data(one) for one in json.loads(kept.content)]


def missing(library: Library) -> Iterator[AccountView]:
    """The documents for which nothing that holds is kept."""
    for account in library.documents():
        kept = library.kept.get(account.id)
        if kept is None or not holds(kept, library):
            yield library.view(account.id)


def _own(library: Library, identifier: str) -> list[str]:
    account = library.account(identifier)
    return [made_by(), library.revision(account), account.superseded_by]
