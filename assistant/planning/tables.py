"""Tables that a question is about as tables: by title, by what people call them, by number (附表8, 公开07表)."""

from __future__ import annotations

import re

from assistant.library import AccountView
from assistant.mentions import Mention
from ingest import catalogue
from ingest.text import chinese_number

_CALLED = (
    ("T9", "国有资本经营(?:预算)?(?:财政拨款)?(?:收入|支出|收支|决算)*(?:那张|这张)?表"),
    ("T8", "政府性基金(?:预算)?(?:财政拨款)?(?:收入|支出|收支|决算)*(?:那张|这张)?表"),
    ("T7", "三公(?:经费)?(?:财政拨款)?(?:支出|决算)*(?:那张|这张)?表"),
    ("T6", "(?:基本支出|经济分类)(?:明细|决算)*(?:那张|这张)?表"),
    ("T5", "一般公共预算(?:财政拨款)?(?:支出|决算)*(?:那张|这张)?表"),
    ("T4", "财政拨款(?:收入|支出|收支|决算)*总表"),
    ("T1", "(?<!拨款)(?:收入支出|收支)?(?:决算)?总表"),
    ("T2", "(?<!拨款)收入(?:决算)?(?:明细)?表"),
    ("T3", "(?<!拨款)(?<!预算)(?<!基本)(?<!收入)支出(?:决算)?(?:明细)?表"),
)
_NUMBER = re.compile("(?:附|决算|公开)?表0?(?P<n>[1-9])(?![\\d.])|公开0?(?P<m>[1-9])表|第(?P<k>[一二三四五六七八九1-9])张表")
ABOUT = re.compile(
    "注|表下|说明|反映|说了(?:什么|啥)|写(?:了|的)|怎么写|空(?:的|表|白)|没有?(?:数字|数据|填|数)|什么表|哪一?张表$|列的?是?什么|什么内容|按什么分类"
)
"""Words that ask what a table says of itself."""


def tables_asked(text: str, mentions: list[Mention], view: AccountView) -> list[str]:
    """Kinds of the tables that a question is about, best first.

    A number is that of the account's own standard tables in printed order.
    """
    kinds = [mention.name for mention in mentions if mention.kind == "table"]
    numbered = _NUMBER.search(text)
    if numbered:
        number = chinese_number(next(value for value in numbered.groupdict().values() if value)) or 0
        titled = re.compile(rf"表\s*0?{number}(?!\d)|公开\s*0?{number}\s*表")
        kinds += [table.kind for table in view.tables.values() if table.kind and titled.search(table.title)]
        printed = [table.kind for _, table in sorted(view.tables.items()) if catalogue.standard_table(table.kind)]
        ordered = [kind for kind in dict.fromkeys(printed) if kind]
        if 0 < number <= len(ordered):
            kinds.append(ordered[number - 1])
    kinds += [kind for kind, called in _CALLED if re.search(called, text)]
    return list(dict.fromkeys(kinds))
