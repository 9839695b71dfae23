"""What others compute from documents and keep beside them."""

from __future__ import annotations

from typing import NamedTuple


class Kept(NamedTuple):
    """Texts kept for a document; the store does not look into them. They go when the document goes."""

    account: str
    state: str
    """What it was computed from; who reads it compares this with what is there now."""
    content: str
