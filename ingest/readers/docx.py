"""DOCX: paragraphs and tables in the order of the body, with automatic numbers and the pages that Word noted.

The XML is read directly: python-docx has no numbering, no page breaks, no text boxes, and takes a square of the time
for a table's cells. A file that Word or WPS never laid out has no pages; its paragraphs and rows are counted instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.model import Place
from ingest.readers.blocks import blocks
from ingest.readers.limits import check_cells
from ingest.readers.numbering import Numbering, Style, W
from ingest.readers.package import Package, open_package
from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable

_P, _TBL, _TR, _TC, _R = (W + name for name in ("p", "tbl", "tr", "tc", "r"))
_WRAPPERS = {
    W + name
    for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "bdo", "dir")
}
_BREAKS = {"nextPage", "oddPage", "evenPage"}
_OFF = ("0", "false", "off")


def read_docx(path: Path) -> list[Page]:
    """The pages that the file notes, else one page without a number.

    :raises Unreadable: if the file is damaged, encrypted or empty, or breaks a limit.
    """
    with open_package(path, "DOCX") as package:
        root = package.parse("word/document.xml")
        if root.tag != W + "document":
            raise Unreadable("format", "是“Strict Open XML”格式的文档；请另存为普通的 DOCX（Word 文档）后再试。")
        styles = _styles(package)
        numbers = package.parse("word/numbering.xml") if "word/numbering.xml" in package.names else None
        walk = _Walk(Numbering(numbers, styles), styles, _is_paged(root, package), _section_breaks(root))
        body = root.find(W + "body")
        if body is not None:
            walk.body(body)
    if not walk.items:
        raise Unreadable("empty", "文档里没有文字；如果内容是图片，请换用原始电子版。")
    if not walk.paged:
        return [Page(None, tuple(walk.items))]
    found: dict[int, list[Line | Grid]] = {number: [] for number in range(1, walk.page + 1)}
    for item in walk.items:
        found[item.place.page or 1].append(item)
    return [Page(number, tuple(items)) for number, items in found.items()]


def _styles(package: Package) -> dict[str, Style]:
    found: dict[str, Style] = {}
    if "word/styles.xml" not in package.names:
        return found
    for element in package.parse("word/styles.xml").iterfind(W + "style"):

        def value(path: str, of: Any = element) -> str | None:
            at = of.find("/".join(W + tag for tag in path.split("/")))
            return at.get(W + "val") if at is not None else None

        level = value("pPr/numPr/ilvl")
        found[element.get(W + "styleId", "")] = Style(
            value("basedOn") or "",
            (value("name") or "").lower(),
            value("pPr/numPr/numId"),
            int(level) if level else None,
        )
    return found


def _section_breaks(root: Any) -> list[bool]:
    """For each section but the last whether the next one begins a page."""
    kinds = []
    for section in root.iter(W + "sectPr"):
        kind = section.find(W + "type")
        kinds.append((kind.get(W + "val") if kind is not None else "nextPage") in _BREAKS)
    return kinds[1:]


def _is_paged(root: Any, package: Package) -> bool:
    """True where the pages are known: Word noted them, or the breaks set by hand make as many as the file says it has.

    Breaks set by hand alone are a lower bound: text that runs over a page leaves no mark.
    """
    if next(root.iter(W + "lastRenderedPageBreak"), None) is not None:
        return True
    by_hand = sum(element.get(W + "type") == "page" for element in root.iter(W + "br")) + sum(_section_breaks(root))
    by_hand += sum(element.get(W + "val", "1") not in _OFF for element in root.iter(W + "pageBreakBefore"))
    if not by_hand or "docProps/app.xml" not in package.names:
        return False
    pages = package.parse("docProps/app.xml").find("{*}Pages")
    return pages is not None and (pages.text or "").strip() == str(by_hand + 1)


@dataclass
class _Text:
    """A paragraph's text in parts, each with the page that it begins on, and the text boxes anchored in it."""

    parts: list[tuple[int, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


class _Walk:
    """The body from its beginning to its end, counting pages and paragraphs."""

    def __init__(self, numbering: Numbering, styles: dict[str, Style], paged: bool, sections: list[bool]) -> None:
        self.items: list[Line | Grid] = []
        self.page = 1
        self.paged = paged
        self._numbering = numbering
        self._styles = styles
        self._sections = iter(sections)
        self._broken = False
        self._number = 0

    def body(self, element: Any) -> None:
        """Everything that stands in a body, a text box or the cell of a layout table."""
        for child in _blocks(element):
            if child.tag == _P:
                self._paragraph(child)
            elif _is_layout(child):
                for cell in child.iterfind(f"{_TR}/{_TC}"):
                    self.body(cell)
            else:
                self.items += self._table(child)

    def _paragraph(self, element: Any) -> None:
        text = self._text(element)
        self._number += 1
        contents = self._styles.get(_style_of(element), Style("", "")).name.startswith("toc ")
        for page, part in text.parts if not contents else ():
            for line in part.split("\n"):
                if line.strip():
                    self.items.append(Line(line.strip(), self._place(page), wrapped=False))
        for box in text.boxes:
            self.body(box)

    def _place(self, page: int) -> Place:
        return Place(page if self.paged else None, None, self._number)

    def _text(self, element: Any) -> _Text:
        """The text of a paragraph with its number; breaks of pages and sections in it are counted."""
        properties = element.find(W + "pPr")
        if properties is not None:
            before = properties.find(W + "pageBreakBefore")
            if before is not None and before.get(W + "val", "1") not in _OFF:
                self._break()
        text = _Text()
        self._runs(element, text)
        if any(part.strip() for _, part in text.parts):
            label = self._numbering.label(properties, _style_of(element))
            first = next(number for number, (_, part) in enumerate(text.parts) if part.strip())
            page, part = text.parts[first]
            text.parts[first] = (page, label + part.lstrip() if label else part)
        if properties is not None and properties.find(W + "sectPr") is not None and next(self._sections, False):
            self._break()
        return text

    def _runs(self, element: Any, text: _Text) -> None:
        for child in element:
            if child.tag == _R:
                hidden = child.find(f"{W}rPr/{W}vanish")
                if hidden is None or hidden.get(W + "val", "1") in _OFF:
                    self._run(child, text)
            elif child.tag in _WRAPPERS:
                self._runs(child, text)

    def _run(self, run: Any, text: _Text) -> None:
        for child in run:
            tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if tag == "t":
                self._add(child.text or "", text)
            elif tag == "br" and child.get(W + "type") == "page":
                self._break()
            elif tag in ("br", "cr"):
                self._add("\n", text)
            elif tag in ("tab", "ptab"):
                self._add("\t", text)
            elif tag == "noBreakHyphen":
                self._add("-", text)
            elif tag == "lastRenderedPageBreak":
                self.page += 0 if self._broken else 1
                self._broken = False
            elif tag == "ruby":
                for base in child.iterfind(W + "rubyBase"):
                    self._runs(base, text)
            elif tag in ("drawing", "pict", "object", "AlternateContent"):
                text.boxes += _boxes(child)

    def _add(self, part: str, text: _Text) -> None:
        if part.strip():
            self._broken = False
        if text.parts and text.parts[-1][0] == self.page:
            text.parts[-1] = (self.page, text.parts[-1][1] + part)
        else:
            text.parts.append((self.page, part))

    def _break(self) -> None:
        """A break set by hand; Word may note it once more where the next page begins."""
        self.page += 1
        self._broken = True

    def _table(self, table: Any) -> list[Line | Grid]:
        cells: list[GridCell] = []
        open_cells: dict[int, int] = {}
        width = number = 0
        for row in _rows(table):
            column = _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
            self._number += 1
            for cell in _cells(row):
                properties = cell.find(W + "tcPr")
                span = max(_number(properties.find(W + "gridSpan"), 1), 1) if properties is not None else 1
                merge = properties.find(W + "vMerge") if properties is not None else None
                above = open_cells.get(column)
                if merge is not None and merge.get(W + "val", "continue") == "continue" and above is not None:
                    over = cells[above]
                    cells[above] = GridCell(over.text, over.top, number + 1, over.left, over.right, over.place)
                else:
                    page, text = self._cell(cell)
                    cells.append(GridCell(text, number, number + 1, column, column + span, self._place(page)))
                    open_cells.pop(column, None)
                    if merge is not None:
                        open_cells[column] = len(cells) - 1
                column += span
            width = max(width, column)
            number += 1
            check_cells(number * width)
        if not any(cell.text.strip() for cell in cells):
            return []
        return blocks(Grid(number, width, tuple(cells), cells[0].place))

    def _cell(self, cell: Any) -> tuple[int, str]:
        """The text of a cell and the page that it begins on; a table in it becomes lines of text."""
        parts: list[tuple[int, str]] = []
        for child in _blocks(cell):
            if child.tag == _P:
                text = self._text(child)
                for page, part in text.parts:
                    parts.append((page, part))
                for box in text.boxes:
                    parts.append((self.page, self._cell(box)[1]))
            else:
                for row in _rows(child):
                    parts.append((self.page, " ".join(self._cell(inner)[1] for inner in _cells(row))))
        filled = [(page, part) for page, part in parts if part.strip()]
        return (filled[0][0] if filled else self.page), "\n".join(part.strip() for _, part in filled)


def _blocks(element: Any) -> Iterator[Any]:
    """The paragraphs and tables directly in an element, through its wrappers."""
    for child in element:
        if child.tag in (_P, _TBL):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == _TR:
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag in _WRAPPERS:
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == _TC:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _cells(child)


def _boxes(element: Any) -> Iterator[Any]:
    """The contents of text boxes; of two forms of the same one (for new and old programs) the first."""
    if element.tag == W + "txbxContent":
        yield element
        return
    is_choice = isinstance(element.tag, str) and element.tag.endswith("}AlternateContent")
    for child in element[:1] if is_choice else element:
        yield from _boxes(child)


def _is_layout(table: Any) -> bool:
    """True for a table whose cells hold more table than text of their own."""
    if table.find(f".//{_TC}//{_TBL}") is None:
        return False
    own = sum(
        any(True for p in cell.iterfind(_P) for t in p.iter(W + "t") if t.text)
        for cell in table.iterfind(f"{_TR}/{_TC}")
    )
    inner = sum(1 for nested in table.iterfind(f".//{_TC}//{_TC}") for t in nested.iter(W + "t") if t.text)
    return own < inner


def _style_of(paragraph: Any) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style.get(W + "val", "") if style is not None else ""


def _number(element: Any | None, default: int) -> int:
    value = element.get(W + "val", "") if element is not None else ""
    return int(value) if value.isdigit() else default
