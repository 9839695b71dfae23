"""Whether a page's own text can be used, or its picture must be recognised: no text, or characters that are wrong.

A font whose map to Unicode is missing or shifted prints well and reads as rubbish: the page has text, but not the one
that is seen.
"""

from __future__ import annotations

import os
import unicodedata
from functools import cache
from typing import Any

RECOGNITION = "JUESUAN_OCR"
"""Name of the setting: with `off` no page is recognised."""
_TRIFLE, _LITTLE = 20, 80
"""Characters: a page number or a stamp; a running title with it."""
_PICTURED = 0.4
"""Share of the page that a scan's picture covers at least."""
_DRAWN, _OUTLINE = 20, 8
"""Paths of so many segments that are text drawn as outlines; rules have fewer."""
_ENOUGH = 30
"""Characters from which on a text is judged."""
_FUNCTION_WORDS = "的一是在了和与为及等以上下年月日部分第个其中按各项本年度万元比增减少主要原因情况说明总体经"
_UNASSIGNED = {"Co", "Cn", "Cs", "Cc"}


def needs_recognition(page: Any, text: str) -> bool:
    """True where a page (of pypdfium2) must be read from its picture; never with `JUESUAN_OCR=off`.

    :param text: the page's own text without blanks.
    """
    if os.environ.get(RECOGNITION) == "off":
        return False
    if garbled(text):
        return True
    if len(text) < _LITTLE and _pictured(page) >= _PICTURED:
        return True
    if len(text) < _TRIFLE:
        return not text and _draws(page)
    return _invisible(page) and _pictured(page) >= 2 * _PICTURED  # the first text that is seen ends the search


def no_text() -> str:
    """What to say of a PDF in which no text was found."""
    if os.environ.get(RECOGNITION) == "off":
        return f"PDF 没有文字层（可能是扫描件），而识别已关闭（{RECOGNITION}=off）；请去掉这个环境变量后再读，或换用原始电子版。"
    return "PDF 没有文字层，页面图像上也识别不出文字；请换用原始电子版，或更清楚的扫描件。"


def garbled(text: str) -> bool:
    """True where the characters are improbable for an account, as those of a font with a wrong map are."""
    text = "".join(text.split())
    if len(text) < _ENOUGH:
        return False
    unassigned = sum(unicodedata.category(char) in _UNASSIGNED or char == "\ufffd" for char in text)
    if unassigned > max(5, 0.1 * len(text)):
        return True
    han = [char for char in text if "\u3400" <= char <= "\u9fff"]
    if len(han) >= _ENOUGH and sum(char in _usual() for char in han) < 0.3 * len(han):
        return True
    digits = sum(char.isdigit() for char in text)
    strange = len(text) - len(han) - digits - sum(char in "，。、；：（）《》“”‘’,.;:()%-—－/·… 　" for char in text)
    return strange > 0.5 * len(text) or (strange > 0.15 * len(text) and digits < 0.02 * len(text))


@cache
def _usual() -> frozenset[str]:
    """Characters of the names of subjects and tables, and those that every Chinese text is full of."""
    from ingest import catalogue

    names = [subject.name for which in ("functional", "economic") for subject in catalogue.subjects(which)]
    names += [table.name for table in catalogue.standard_tables()]
    return frozenset("".join(names) + _FUNCTION_WORDS)


def _pictured(page: Any) -> float:
    """Share of the page covered by its largest picture."""
    import pypdfium2.raw as raw

    whole = page.get_width() * page.get_height()
    shares = [0.0]
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        shares.append((right - left) * (top - bottom) / whole)
    return max(shares)


def _draws(page: Any) -> bool:
    """True where a page without text shows something: a picture, or outlines of characters."""
    import pypdfium2.raw as raw

    if _pictured(page) > 0.02:
        return True
    paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)
    return sum(raw.FPDFPath_CountSegments(path.raw) >= _OUTLINE for path in paths) >= _DRAWN


def _invisible(page: Any) -> bool:
    """True where all text is laid invisibly over a picture (somebody else's recognition)."""
    import pypdfium2.raw as raw

    texts = page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=3)
    return all(raw.FPDFTextObj_GetTextRenderMode(text.raw) == raw.FPDF_TEXTRENDERMODE_INVISIBLE for text in texts)
