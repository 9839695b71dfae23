"""Characters that sound alike: what somebody types who picks the wrong one of them."""

from __future__ import annotations

from functools import lru_cache


def sounds_alike(one: str, other: str, tone: bool = False) -> bool:
    """True where two characters have a reading in common.

    :param tone: their tone must be the same too.
    """
    return bool(_readings(one, tone) & _readings(other, tone))


@lru_cache(maxsize=4096)
def _readings(char: str, tone: bool) -> frozenset[str]:
    from pypinyin import Style, pinyin

    return frozenset(pinyin(char, style=Style.TONE3 if tone else Style.NORMAL, heteronym=True)[0])
