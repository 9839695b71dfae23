"""Whose account it is and of which year, read from cover, headers and headings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.model import Table
from ingest.readers import Grid, Line, Page, Unreadable
from ingest.text import squeeze

_COVER = re.compile(r"^(?P<before>[^\d]*?)(?P<year>20\d\d)年(?:度)?(?P<after>[^\d]*?)(?P<kind>部门|单位)?决算")
_BUDGET = re.compile(r"20\d\d年(?:度)?[^\d]{0,30}?(?:部门|单位)?预算(?!执行)")
_PART = re.compile(r"^第一部分[：:]?(?P<name>.{3,40}?)(?:概况|基本情况)")
_OWNER = re.compile(r"^(?:编制)?(?:部门|单位)(?:名称)?：(?P<name>[^：\d]{3,40}?)(?:单位|金额|$)")
_BLANK_NAME = re.compile(r"[XxＸ×＊*]{2,}|○○|〇〇|__")
_CHINESE_YEAR = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_PLACE = re.compile(
    r"^(?:中共)?((?:[^省市区县]{2,8}?(?:省|自治区))?(?:[^省市区县]{2,7}?(?:市|自治州|盟))?(?:[^省市区县]{1,6}?(?:区|县|旗))?)"
)
_COVER_LINES = 12


@dataclass(frozen=True)
class Identity:
    """Department, year and kind of an account."""

    department: str
    year: int
    kind: str


def identify(pages: list[Page], tables: list[Table], name: str) -> Identity:
    """Who and when, from the document; the file's name only where the document does not say.

    :raises Unreadable: for a blank form, a budget, or a text that is no final account.
    """
    lines = [squeeze(item.text) for page in pages for item in page.items if isinstance(item, Line)]
    cover = _cover(lines)
    found = _COVER.search(cover) or _COVER.search(squeeze(name))
    if _is_form(cover, tables):
        raise Unreadable(
            "form", "这是空白的决算公开样表（单位名为 XX，没有数字），不是某个部门的决算；请提供已填报的决算。"
        )
    if not found and _BUDGET.search(cover + squeeze(name)):
        raise Unreadable("budget", "这是部门预算，不是决算；目前只收录部门决算，请提供同一部门的决算。")
    names = _names(lines)
    if not found or not any(table.kind for table in tables):
        missing = "封面上的“××××年度部门决算”" if not found else "九张决算表中的任何一张"
        raise Unreadable("not-an-account", f"没有找到{missing}，不像部门决算；请核对文件。")
    department = found.group("before") or found.group("after") or (names.most_common(1)[0][0] if names else "")
    department = re.sub(r"^(?:附件\d*[：:]?|关于)|的$|(?:部门|单位)$", "", department)
    if not department and not names:
        raise Unreadable("no-department", "没有找到部门名称（封面、“部门：”或“第一部分 …概况”）；请核对文件。")
    return Identity(
        department or names.most_common(1)[0][0], int(found.group("year")), (found.group("kind") or "部门") + "决算"
    )


def _cover(lines: list[str]) -> str:
    """The first lines up to the contents page as one string, Chinese year digits as figures."""
    text = ""
    for line in lines[:_COVER_LINES]:
        if line.startswith("目录") and text:
            break
        text += re.sub(r"目录.*$", "", line)
        if re.search(r"决算(?:公开)?$", text) and re.search(r"20\d\d|二[〇○零]", text):
            break
    return re.sub(
        r"二[〇○零][〇○零一二三四五六七八九]{2}(?=年)",
        lambda match: match.group().translate(_CHINESE_YEAR).replace("二", "2"),
        text,
    )


def _is_form(cover: str, tables: list[Table]) -> bool:
    filled = any(cell.value for table in tables for row in table.rows for cell in row.cells)
    return bool(_BLANK_NAME.search(cover)) and not filled


def _names(lines: list[str]) -> Counter[str]:
    """Department names that the document gives in set places."""
    found: Counter[str] = Counter()
    for line in lines:
        match = _PART.match(line) or _OWNER.match(line)
        if match and not _BLANK_NAME.search(match.group("name")):
            found[match.group("name")] += 1
    return found


def place_of(department: str) -> str:
    """The leading place names of a department's full name (上海市普陀区), empty if it has none."""
    match = _PLACE.match(department)
    return match.group(1) if match else ""


__all__ = ["Grid", "Identity", "identify", "place_of"]
