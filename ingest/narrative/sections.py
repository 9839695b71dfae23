"""The narrative as passages under their headings: sections, duties, units, glossary entries, tables."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ingest.model import Passage, Place, Sentence, Table
from ingest.narrative.paragraphs import ITEM, Margins, Paragraph, is_full, is_heading, join, margins
from ingest.readers import Line
from ingest.text import squeeze, unwrap

_CONTENTS = re.compile(r"^目录$")
_LEADERS = re.compile(r"(?:\.{3,}|…+|·{3,}|．{3,})[-\d]*$")
"""Dots up to a page number in a contents page (squeezing makes three dots of one sign of ellipsis)."""
_ENTRY = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]+）|\d{1,2}[、.．])?(?P<term>[^：:，。]{2,40})[：:]"
)
_DUTIES = re.compile(r"职责|职能")
_UNITS = re.compile(r"机构设置|单位构成|内设机构|决算单位")
_PART = re.compile(r"^.{2,30}20\d\d年度?(?:部门|单位)?决算表$")
"""The heading of the tables' part where 第二部分 is not printed."""
_UNNUMBERED = re.compile(
    r"^[^，。；：]{0,40}(?:主要职能|主要职责|机构设置(?:情况)?|单位构成|名词解释|编制的?(?:总体)?说明|情况说明)$"
)
"""Headings of documents (budgets mostly) that do not number their parts."""
_GLOSSARY = re.compile(r"名词解释|专业名词|名词说明")
_CHUNK = 320
"""Short paragraphs of a section are put together up to this many characters."""


@dataclass
class Section:
    """A heading path with the lines below it."""

    heading: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)


def sections(lines: list[Line]) -> list[Section]:
    """The sections of the narrative; contents page and cover are left out."""
    body = _without_contents(lines)
    unnumbered = not any(re.match(r"^第[一二三四]部分", squeeze(line.text)) for line in body)
    edges = margins(body)
    found = [Section(())]
    path: dict[int, str] = {}
    continued = False
    for line in body:
        text = unwrap(line.text)
        bare = unnumbered and bool(_UNNUMBERED.search(squeeze(text)))
        if bare or _PART.search(squeeze(text)) or is_heading(line, edges):
            level = 0 if bare else _level(squeeze(text))
            glossary = any(_GLOSSARY.search(title) for depth, title in path.items() if depth < level)
            if not (glossary and level > 0):
                path = {depth: title for depth, title in path.items() if depth < level} | {level: text}
                found.append(Section(tuple(path[depth] for depth in sorted(path))))
                continued = is_full(line, edges) and line.wrapped
                continue
        if continued and len(text) <= 6 and not ITEM.match(text):  # a heading that was wrapped
            last = found.pop()
            deepest = max(path)
            path[deepest] += text
            found.append(Section((*last.heading[:-1], path[deepest])))
            continued = False
            continue
        continued = False
        found[-1].lines.append(line)
    return [section for section in found if section.lines]


def _level(text: str) -> int:
    if text.startswith("第") or _PART.search(text):
        return 0
    return 1 if re.match(r"^[一二三四五六七八九十]+、", text) else 2


def _without_contents(lines: list[Line]) -> list[Line]:
    """Lines from the first part on: a contents page names the parts once before."""
    parts = [i for i, line in enumerate(lines) if re.match(r"^第一部分", squeeze(line.text))]
    if parts:
        return lines[parts[-1] :]
    contents = next((i for i, line in enumerate(lines) if _CONTENTS.match(squeeze(line.text))), None)
    if contents is None:
        return lines
    body = lines[contents + 1 :]
    bare = [_LEADERS.sub("", squeeze(line.text)) for line in body]
    often = Counter(bare)
    start = 0
    while start < len(body) and (often[bare[start]] > 1 or _LEADERS.search(squeeze(body[start].text))):
        start += 1
    return body[start:]


def passages(account: str, lines: list[Line], tables: list[Table]) -> list[Passage]:
    """All passages of an account: its narrative and one entry per table."""
    edges = margins(lines)
    found: list[Passage] = []

    def add(kind: str, heading: tuple[str, ...], sentences: list[Sentence], table: int | None = None) -> None:
        if sentences:
            found.append(Passage(f"{account}#{len(found) + 1}", account, kind, heading, tuple(sentences), table))

    for section in sections(lines):
        kind = section_kind(section.heading)
        paragraphs = join(section.lines, edges)
        if kind == "glossary":
            for entry in _entries(paragraphs):
                add(kind, section.heading, entry)
        elif kind in ("duties", "units"):
            extra = _list_rows(tables, section) if kind == "units" else []
            add(kind, section.heading, [s for paragraph in paragraphs for s in paragraph.sentences()] + extra)
        else:
            for chunk in _chunks(paragraphs):
                add(kind, section.heading, chunk)
    for table in tables:
        add("table", (), [_table_entry(table)], table.number)
    return found


def section_kind(heading: tuple[str, ...]) -> str:
    """duties, units, glossary or section, by the headings."""
    joined = " ".join(heading[-2:])
    if any(_GLOSSARY.search(title) for title in heading):
        return "glossary"
    if _UNITS.search(joined):
        return "units"
    return "duties" if _DUTIES.search(joined) else "section"


def _entries(paragraphs: list[Paragraph]) -> list[list[Sentence]]:
    entries: list[list[Sentence]] = []
    for paragraph in paragraphs:
        sentences = list(paragraph.sentences())
        if _ENTRY.match(paragraph.text) or not entries:
            entries.append(sentences)
        else:
            entries[-1] += sentences
    return entries


def glossary_term(passage: Passage) -> str:
    """The term that a glossary entry explains; empty if it is not one."""
    match = _ENTRY.match(passage.text)
    return match.group("term").strip('“”"') if match and passage.kind == "glossary" else ""


def _chunks(paragraphs: list[Paragraph]) -> list[list[Sentence]]:
    chunks: list[list[Sentence]] = []
    size = 0
    for paragraph in paragraphs:
        sentences = list(paragraph.sentences())
        if chunks and not ITEM.match(paragraph.text) and size + len(paragraph.text) <= _CHUNK:
            chunks[-1] += sentences
            size += len(paragraph.text)
        else:
            chunks.append(sentences)
            size = len(paragraph.text)
    return chunks


def _list_rows(tables: list[Table], section: Section) -> list[Sentence]:
    """Rows of an unnamed list (序号, 单位名称, 备注) printed on the section's pages."""
    pages = {line.place.page for line in section.lines}
    return [
        Sentence(row.label + "".join(f"（{cell.text}）" for cell in row.cells if cell.text) + "；", (row.place,))
        for table in tables
        if table.kind is None and not any(cell.value is not None for row in table.rows for cell in row.cells)
        for row in table.rows
        if row.label and row.place.page in pages and row.place.page is not None
    ]


def _table_entry(table: Table) -> Sentence:
    """Title, columns and notes of a table, and the items of one that is none of the standard tables."""
    names = "、".join(dict.fromkeys(row.subject for row in table.rows if row.subject and len(row.code) != 7))
    columns = "、".join(dict.fromkeys("".join(path) for path in table.columns))
    place = table.place if table.place != Place() else (table.rows[0].place if table.rows else Place())
    items = "" if table.kind or not names else f"项目：{names[:200]}。"
    text = f"{table.title or '表'}。栏目：{columns}。{items}" + "".join(table.notes)
    return Sentence(text, (place,))


__all__ = ["Margins", "Section", "glossary_term", "passages", "section_kind", "sections"]
