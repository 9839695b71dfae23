"""Which publication of an account took the place of which."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.model import Account


def successors(accounts: Iterable[Account]) -> dict[str, str]:
    """Of each publication that another one took the place of: the current one's id.

    That is the one published last, where all say when, else the one stored last. Tables and text published as two
    files are one account; neither takes the other's place.
    """
    same: dict[tuple[str, int, str, bool], list[Account]] = {}
    for account in accounts:
        if account.is_account or account.is_budget:
            key = (account.department, account.year, account.kind, bool(account.tables))
            same.setdefault(key, []).append(account)
    found: dict[str, str] = {}
    for publications in same.values():
        if all(account.published for account in publications):
            publications.sort(key=lambda account: account.published)
        found |= {account.id: publications[-1].id for account in publications[:-1]}
    return found
