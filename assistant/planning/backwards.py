"""Questions for a year that is not loaded, where the asker says to take it from the next year's account (倒推)."""

from __future__ import annotations

import re

from assistant.departments import Departments
from assistant.scope import Scope

_BACKWARDS = re.compile(
    "(?:反|倒|往回|倒着)(?:推|算)(?:出来?|回去|一下|出)?|推算(?:一下|出来?)?|推出来?|(?:有|列了?|印了?|印着|写着?)?上年(?:决算)?(?:数|列)"
    "|(?:从|按|照|根据)?20\\d\\d年?度?的?(?:公开|披露|决算|材料|内容|文件|数字|说明)+(?:来|里|中|上)?(?:看|算|说|推断)"
)
_BOTH_SAID = re.compile("比(?:上|去|前)一?年")
"""A change since last year, of a year that is named beside the one asked for."""
_BY_CHANGE = re.compile("[，,]?(?:根?据|按照?|用|由)?(?:20\\d\\d年度?的?)?(?:决算|公开|说明)(?:里|中)?(?:所述|写的|给的|所列)?的?(?:变动|增减|同比)(?:额|数字?|金额)?(?:额)?")
"""据2024年决算所述变动额: what it is to be taken from."""
_AMOUNT_ASKED = re.compile("(?:应该?|的?总数|的?金额|大概|又|则|那么?)*(?:是|为|有|花|用)?了?(?:多少|几)")
_OF_CHANGE = re.compile("比(?:上|去|前)一?年[^，]{0,8}$")
_ASKS = re.compile("多少|几|呢$")


def turned_back(question: str, scope: Scope, loaded: Departments) -> tuple[str, int] | None:
    """The question for last year's figure of the account that is loaded, and the year asked for.

    None where the question does not say so, or the next year's account is not loaded either.

    :param question: without blanks, quotes and brackets; other punctuation still separates.
    """
    said = bool(_BACKWARDS.search(question))
    both = not said and len(scope.years) > 1 and bool(_BOTH_SAID.search(question))
    if len(scope.departments) != 1 or not (both or said):
        return None
    years = {account.year for account in loaded.of(scope.departments[0])}
    absent = [year for year in scope.years if year not in years]
    if len(absent) != 1 or absent[0] + 1 not in years or set(scope.years) - {absent[0], absent[0] + 1}:
        return None
    pieces = [piece for piece in re.split("[，,。；;？?]", question) if piece]
    if any(map(_ASKS.search, pieces)):  # else what is asked for stands beside 推算
        pieces = [_OF_CHANGE.sub("", p) for p in pieces if both or _ASKS.search(p) or not _BACKWARDS.search(p)] or pieces
    text = re.sub("[从用按照根据]*$", "", _BACKWARDS.sub("", _BY_CHANGE.sub("", "，".join(pieces))))
    text = re.sub(f"(?:{absent[0]}|{absent[0] + 1})年?度?的?", "", text)
    asked = _AMOUNT_ASKED.search(text)
    text = f"{text[: asked.start()]}上年{text[asked.start() :]}" if asked else f"{text}，上年是多少"
    return f"{absent[0] + 1}年" + text, absent[0]
