"""How far the reading of a file has come, told to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Told = Callable[[int, int], None]
"""Is told how many pages have been read, and of how many."""
_told: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def telling(told: Told) -> Iterator[None]:
    """Within it, `told` is called after every page that is read."""
    before = _told.set(told)
    try:
        yield
    finally:
        _told.reset(before)


def page_read(done: int, pages: int) -> None:
    """Say that a page has been read."""
    if told := _told.get():
        told(done, pages)
