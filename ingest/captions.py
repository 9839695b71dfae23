"""The words around a table: its unit, whose it is, the number of its form, its notes. Texts are squeezed."""

from __future__ import annotations

import re

UNIT = re.compile(r"(?:金额)?单位[：:]\s*(?:人民币)?(万元|亿元|千元|百元|元)")
OWNER = re.compile(r"^(?:编制)?(?:部门|单位)(?:名称)?：")
NOTE = re.compile(r"^(?:注|说明|备注|附注)[：:]|本表反映|本表无数据|表无数据|(?:没有|无).{0,40}(?:收入|支出|经费)")
FORM_NUMBER = re.compile(
    r"^(?:公开)?(?:表|附表|附件)?\s*\d{1,2}(?:[-—]\d)?(?:\s*表)?$|^公开\d+表$|^(?:公开|附)表[一二三四五六七八九十]{1,3}$"
)
