"""The words around a table: its unit, whose it is, the number of its form, its notes. Texts are squeezed."""

from __future__ import annotations

import re

from ingest import catalogue

UNIT = re.compile(r"(?:金额)?单位[：:]\s*(?:人民币)?(万元|亿元|千元|百元|元)")
OWNER = re.compile(r"^(?:编制)?(?:部门|单位)(?:名称)?：")
NOTE = re.compile(r"^(?:注|说明|备注|附注)[：:]|本表反映|本表无数据|表无数据|(?:没有|无).{0,40}(?:收入|支出|经费)")
FORM_NUMBER = re.compile(
    r"^(?:公开)?(?:表|附表|附件)?\s*\d{1,2}(?:[-—]\d)?(?:\s*表)?$|^公开\d+表$|^(?:公开|附)表[一二三四五六七八九十]{1,3}$"
)
_NUMBER_ALONE = re.compile(r"^[\d—-]+$")
_LEDGER = re.compile(r"^[\u4e00-\u9fff]{1,6}\d{1,2}表$")


def is_caption(text: str) -> bool:
    """True for a title, a unit, an owner or the number of a form inside a table; a number alone may be a figure."""
    form = (FORM_NUMBER.match(text) and not _NUMBER_ALONE.match(text)) or _LEDGER.match(text)
    return bool(UNIT.search(text) or OWNER.match(text) or form or catalogue.kind_of_title(text))
