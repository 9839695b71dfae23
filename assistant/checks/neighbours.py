"""Which loaded documents stand beside one: other years, the budget, units of a department, earlier publications."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.library import AccountView
from ingest.model import Account
from ingest.text import plain


def of_year(view: AccountView, year: int, document: str = "") -> list[AccountView]:
    """Current documents of the same department and level for a year; tables and text may be two of them.

    :param document: 决算 or 预算; that of the view itself if empty.
    """
    account = view.account
    kind = account.kind[:-2] + (document or account.kind[-2:])
    return [
        _other(view, other)
        for other in _named(view, account.department, *account.names)
        if other.year == year and other.kind == kind and is_same_department(other, account)
    ]


def is_same_department(one: Account, other: Account) -> bool:
    """True for one name, or where one document gives the other's as a former or short one of its own."""
    name, second = plain(one.department), plain(other.department)
    return name == second or name in map(plain, other.names) or second in map(plain, one.names)


def earlier_publication(view: AccountView) -> AccountView | None:
    """The publication whose place this one took, the last of several."""
    if view.library is None:
        return None
    replaced = view.library.replaced_by(view.account)
    if replaced and all(other.published for other in replaced):
        replaced.sort(key=lambda other: other.published)
    return _other(view, replaced[-1]) if replaced else None


def units_of(view: AccountView, names: Iterable[str]) -> list[AccountView]:
    """Accounts of the same year that are a unit's (单位), of these names or the department's own."""
    account = view.account
    return [
        _other(view, other)
        for other in _named(view, account.department, *names)
        if other.year == account.year and other.kind == "单位" + account.kind[-2:] and account.kind.startswith("部门")
    ]


def _named(view: AccountView, *names: str) -> list[Account]:
    return view.library.named(*names) if view.library and not view.account.superseded_by else []


def _other(view: AccountView, account: Account) -> AccountView:
    assert view.library is not None
    return view.library.view(account.id)
