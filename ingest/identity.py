"""Whose document it is, of which year and kind, read from cover, headers and headings, with the evidence kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest import catalogue
from ingest.model import Evidence, Finding, Sentence, Table
from ingest.readers import Grid, Line, Page, Unreadable
from ingest.text import squeeze

OTHER = "其他文件"
"""Kind of a document that is neither a final account nor a budget."""
_WHAT = r"(?P<what>部门|单位|财政|政府|本级)?"
_DOC = r"(?P<doc>决算|预算)(?!执行|收支|收入|支出|资金|财政|草案)"
_COVERS = (
    re.compile(rf"^(?P<before>[^\d]*?)(?P<year>20\d\d)年(?:度)?(?P<after>[^\d]*?){_WHAT}{_DOC}"),
    re.compile(rf"^(?P<before>[^\d]*?)(?P<after>){_WHAT}{_DOC}[^\d]{{0,12}}?(?P<year>20\d\d)年"),
)
_PART = re.compile(r"^第[一二三四]部分[：:]?(?P<name>.{3,40}?)(?:概况|基本情况|(?=20\d\d年))")
_OWNER = re.compile(
    r"^(?:编制|填报|公开|预算|预算主管|主管|编报)?(?:部门|单位)(?:名称)?：(?P<name>[^：\d]{3,40}?)(?:金额单位|单位：|金额：|$)"
)
_PART_HEADING = re.compile(r"^第[一二三四]部分")
_HEADING = re.compile(r"^第[一二三四五]部分|(?:表|情况说明)$")
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?:度)?(?!\d*月)")
_CUT_YEAR = re.compile(r"(?<!\d)(?:20|19)\d?(?=年度)")
_BLANK_NAME = re.compile(r"[XxＸ×＊*]{2,}|○○|〇〇|__")
_UNFILLED = re.compile(r"[\u4e00-\u9fff]*(?:[XxＸ×]{2,}|○○|〇〇)[\u4e00-\u9fff]?(?=(?:19|20)\d\d年)")
"""A name that was never filled in, before the year of a title."""
_SHORT = re.compile(r"(?P<full>[\u4e00-\u9fff]{4,30})（以下(?:简称|称)[：“\"']*(?P<name>[^”\"'（）]{2,20})[”\"']*）")
_FORMER = re.compile(
    r"(?:由(?:原)?|原名(?:为)?|原称)(?P<name>[\u4e00-\u9fff]{4,30}?)(?:更名|改名|改组|组建|更改|，|。|）)"
)
_ENDS_LIKE_A_DEPARTMENT = re.compile(r"(?:局|委|委员会|办|办公室|办公厅|部|厅|院|中心|馆|会|处|所|站|队|校|政府|街道)$")
_PUBLISHED = re.compile(
    r"(?:发布|公开|公布|发文)(?:日期|时间)[：\s]*(?P<y>20\d\d)[-—/.年](?P<m>\d{1,2})(?:[-—/.月](?P<d>\d{1,2}))?"
)
_DATE_LINE = re.compile(r"^(?P<y>20\d\d)年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?$")
_SOURCE = re.compile(r"(?:来源|网址|链接|原文)\S{0,4}[：:]?\s*(?P<url>https?://[^\s，。）)]+)")
_CHINESE_YEAR = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_PLACE = re.compile(
    r"^(?:中共)?((?:[^省市区县]{2,8}?(?:省|自治区))?(?:[^省市区县]{2,7}?(?:市|自治州|盟))?(?:[^省市区县]{1,6}?(?:区|县|旗))?)"
)
_COVER_LINES = 12
_LEAST_TEXT = 30
"""Characters of a document of another kind that is worth loading."""
_AMOUNT = re.compile(r"\d[\d,.]*[万亿]?元")
_LEAST_AMOUNTS = 5
"""Lines with an amount that the text of an account has at least."""


class _Said(NamedTuple):
    """A line of the document: without blanks, and as printed with its place."""

    text: str
    line: Line

    @property
    def sentence(self) -> Sentence:
        return Sentence(self.line.text, (self.line.place,))


@dataclass(frozen=True)
class Identity:
    """Who, when and what a document is."""

    department: str
    year: int
    """0 where a document of another kind names none."""
    kind: str
    """部门决算, 单位决算, 政府决算, 部门预算, 单位预算, 政府预算 or 其他文件."""
    names: tuple[str, ...] = ()
    """Other names of the department that the document gives: 简称, former names."""
    published: str = ""
    """Date of publication (2025-08-20 or 2025-08), empty if the document does not say."""
    source: str = ""
    """Address that the document says it was published at."""
    evidence: tuple[Evidence, ...] = ()
    disagreements: tuple[Finding, ...] = field(default=())


def identify(pages: list[Page], tables: list[Table], name: str, others: bool = False) -> Identity:
    """Who and when, from the document; the file's name only where the document does not say.

    :param name: the file's name without its suffix.
    :param others: accept a document that is neither a final account nor a budget, as `OTHER`.
    :raises Unreadable: for a blank form, or a text that is no final account or budget where `others` is not set.
    """
    said = list(_lines(pages))
    cover, cover_lines = _cover(said)
    found = _match(cover) or _match(squeeze(name)) or _from_headings(said, tables)
    owners = _owners(said)
    department = _department(found, owners) if found else ""
    if _is_form(cover, department, tables):
        raise Unreadable(
            "form", "这是空白的公开样表（没有单位名称，没有数字），不是某个部门的决算或预算；请提供已填报的文件。"
        )
    if not found or not (any(row.cells for table in tables for row in table.rows) or _is_narrative(cover, said)):
        if others and sum(len(s.text) for s in said) >= _LEAST_TEXT:
            return _other(said, name)
        missing = "封面上的“××××年度部门决算（预算）”" if not found else "任何一张表或“第一部分”"
        raise Unreadable("not-an-account", f"没有找到{missing}，不像部门决算或预算；请核对文件。")
    if not department:
        raise Unreadable("no-department", "没有找到部门名称（封面、“部门：”或“第一部分 …概况”）；请核对文件。")
    year = int(found.group("year"))
    what = found.group("what") or ""
    level = what if what in ("部门", "单位") else "政府" if place_of(department) == department else "部门"
    kind = level + found.group("doc")
    first = next((s for s in cover_lines if s.text), None)
    at_cover = Sentence(cover, (first.line.place,)) if first and _match(cover) else Sentence(name, ())
    owner = next((s for s in said if _name_in(s.text) == department), None)
    published, published_at = _published(said)
    source, source_at = _source(said)
    evidence = [
        Evidence("department", department, at_cover if department in cover or not owner else owner.sentence),
        Evidence("year", str(year), at_cover),
        Evidence("kind", kind, at_cover),
        *([Evidence("published", published, published_at)] if published_at else []),
        *([Evidence("source", source, source_at)] if source_at else []),
    ]
    names = tuple(dict.fromkeys(_other_names(said, department)))
    return Identity(
        department, year, kind, names, published, source, tuple(evidence), tuple(_disagreements(said, department, year))
    )


def _is_narrative(cover: str, said: list[_Said]) -> bool:
    """True for the text of an account whose tables are published as a file apart."""
    amounts = sum(bool(_AMOUNT.search(s.text)) for s in said)
    return bool(_match(cover)) and amounts >= _LEAST_AMOUNTS and any(_PART_HEADING.match(s.text) for s in said)


def _lines(pages: list[Page]) -> Iterator[_Said]:
    for page in pages:
        for item in page.items:
            if isinstance(item, Line):
                yield _Said(squeeze(item.text), item)


def _cover(said: list[_Said]) -> tuple[str, list[_Said]]:
    """The first lines up to the contents page as one string, Chinese year digits as figures; and those lines."""
    text = ""
    used = []
    for line in said[:_COVER_LINES]:
        if line.text.startswith("目录") and text:
            break
        used.append(line)
        text += re.sub(r"目录.*$", "", line.text)
        if re.search(r"[决预]算(?:公开|报告|情况说明)?$", text) and re.search(r"20\d\d|二[〇○零]", text):
            break
    return _with_digits(text), used


def _with_digits(text: str) -> str:
    return re.sub(
        r"二[〇○零][〇○零一二三四五六七八九]{2}(?=年)",
        lambda match: match.group().translate(_CHINESE_YEAR).replace("二", "2"),
        text,
    )


def _match(text: str) -> re.Match[str] | None:
    return next((match for pattern in _COVERS if (match := pattern.search(text))), None)


def _from_headings(said: list[_Said], tables: list[Table]) -> re.Match[str] | None:
    """The year and kind that the headings of the parts or the titles of the tables give most often."""
    titles = [s.text for s in said if len(s.text) <= 60 and _HEADING.search(s.text)]
    titles += [squeeze(table.title) for table in tables]
    found = [match for title in titles if (match := _match(title))]
    if not found:
        years = Counter(match.group("year") for title in titles if (match := _YEAR.search(title)))
        doc = "决算" if any(table.kind for table in tables) else ""
        return _match(f"{years.most_common(1)[0][0]}年部门{doc}") if years and doc else None
    most = Counter((match.group("year"), match.group("doc")) for match in found).most_common(1)[0][0]
    return next(match for match in found if (match.group("year"), match.group("doc")) == most)


def _department(found: re.Match[str], owners: Counter[str]) -> str:
    named = found.group("before") or found.group("after") or ""
    named = re.sub(r"^(?:附件[\d一二三四五]*[：:]?|关于)|^第[一二三四]部分[：:]?|(?:的|[省市区县州]?本?级|部门|单位)$", "", named)
    named = re.sub(r"(?:[省市区县]级|本级)$", "", named)
    owner = owners.most_common(1)[0][0] if owners else ""
    if owner and (not named or place_of(named) == named):
        return owner
    return named


def _is_form(cover: str, department: str, tables: list[Table]) -> bool:
    """True for a form to be filled in: no figure, and XX or nothing (but a place) where the department's name goes."""
    filled = any(cell.value for table in tables for row in table.rows for cell in row.cells)
    nameless = bool(tables) and bool(department) and place_of(department) == department
    return not filled and (bool(_BLANK_NAME.search(cover)) or nameless)


def _name_in(text: str) -> str:
    """The department's name that a line gives in a set place; empty if it gives none."""
    match = _PART.match(text) or _OWNER.match(text)
    return match.group("name") if match else ""


def _owners(said: Iterable[_Said]) -> Counter[str]:
    names = (_name_in(s.text) for s in said)
    return Counter(name for name in names if name and not _BLANK_NAME.search(name) and name not in ("部门", "单位"))


def _other_names(said: list[_Said], department: str) -> Iterator[str]:
    for s in said[:200]:
        for match in _SHORT.finditer(s.text):
            if match.group("full").endswith(department[-4:]) and _ENDS_LIKE_A_DEPARTMENT.search(match.group("name")):
                yield match.group("name")
        for match in _FORMER.finditer(s.text):
            if _ENDS_LIKE_A_DEPARTMENT.search(match.group("name")) and match.group("name") != department:
                yield match.group("name")


def _published(said: list[_Said]) -> tuple[str, Sentence | None]:
    for s in [*said[:30], *said[-10:]]:
        match = _PUBLISHED.search(s.text) or _DATE_LINE.match(_with_digits(s.text))
        if match:
            day = f"-{int(match.group('d')):02}" if match.group("d") else ""
            return f"{match.group('y')}-{int(match.group('m')):02}{day}", s.sentence
    return "", None


def _source(said: list[_Said]) -> tuple[str, Sentence | None]:
    for s in [*said[:30], *said[-10:]]:
        match = _SOURCE.search(s.line.text)
        if match:
            return match.group("url"), s.sentence
    return "", None


def _disagreements(said: list[_Said], department: str, year: int) -> Iterator[Finding]:
    """Headings, titles and headers that name another year or department than the cover."""
    seen: set[tuple[str, str]] = set()
    for s in said:
        if len(s.text) > 60 or not (_HEADING.search(s.text) or _OWNER.match(s.text)):
            continue
        years = {int(match.group("year")) for match in _YEAR.finditer(s.text)}
        cut = _CUT_YEAR.search(s.text)
        other = next(iter(sorted(years)), 0) if years and year not in years else 0
        unfilled = _UNFILLED.search(s.text)
        name = _name_in(s.text) or (unfilled.group() if unfilled else "")
        for rule, came, message in (
            ("year", str(other) if other else "", f"标题写作{other}年，与封面的{year}年不一致。"),
            ("year", cut.group() if cut else "", f"标题中的年度“{cut.group() if cut else ''}”不完整，应为{year}。"),
            ("name", name if _is_other(name, department) else "", f"标题写作“{name}”，与封面的“{department}”不一致。"),
        ):
            if came and (rule, came) not in seen:
                seen.add((rule, came))
                yield Finding(rule, "error", message, (s.sentence,))


def _is_other(name: str, department: str) -> bool:
    """True for a name that is neither the department's nor a shortened form of it."""
    if not name or name in ("部门", "单位", "本部门", "本单位"):
        return False
    return not _is_within(name, department) and not _is_within(department, name)


def _is_within(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


def _other(said: list[_Said], name: str) -> Identity:
    """A document that is neither: by its first line, or the file's name."""
    title = next((s for s in said if 4 <= len(s.text) <= 40), None)
    year = next((match.group("year") for s in said[:20] if (match := _YEAR.search(s.text))), "0")
    shown = title.text if title else squeeze(name)
    at = title.sentence if title else Sentence(name, ())
    return Identity(shown, int(year), OTHER, evidence=(Evidence("department", shown, at),))


def place_of(department: str) -> str:
    """The leading place names of a department's full name (上海市普陀区), empty if it has none."""
    match = _PLACE.match(department)
    return match.group(1) if match else ""


def region_of(department: str) -> str:
    """The division that a name begins with, from the province down (广东省/清远市); empty if it is not clear which."""
    place = place_of(department)
    return "/".join(division.name for division in catalogue.division_path(place)) if place else ""


__all__ = ["OTHER", "Grid", "Identity", "identify", "place_of", "region_of"]
