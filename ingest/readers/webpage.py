"""Web pages as government sites publish them: paragraphs and data tables; navigation and page layout are left out.

A web page has no pages and often a single line of source, so its paragraphs and table rows are counted instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.model import Place
from ingest.readers.blocks import blocks
from ingest.readers.limits import MAX_TREE, check_cells
from ingest.readers.page import Grid, GridCell, Line, Page, Unreadable
from ingest.readers.textfile import decode

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_NEWER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "utf8": "utf-8"}
"""Pages that declare the old character set use characters of the newer one."""
_LOST = 0.001
"""Share of characters that may be damaged in a page in the Chinese character set."""
_UNSEEN = {
    "script", "style", "noscript", "template", "nav", "aside", "select", "button", "textarea", "iframe", "object",
    "svg", "canvas", "head", "audio", "video", "map",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "blockquote", "body", "center", "caption", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p",
    "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navbar|menu|topbar|breadcrumbs?|crumbs?|foot|footer|copyright|sidebar|share|bshare|toolbar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CRUMBS = re.compile(r"^(?:您?(?:当前|现在|所在)?的?(?:所在)?位置|当前位置)[：:]|^首页\s*[>›»＞]")
_FURNITURE_LENGTH = 600
_MENU = 3000
"""Elements that a menu has at most."""
_LINKS, _LINK_SHARE = 4, 0.7
_ARTICLE, _ARTICLE_PARTS = 300, 3
"""A cell with more characters in more paragraphs than this holds an article: its table only places it on the page."""
_MOST_COLUMNS = 1000
"""The largest colspan that browsers honour."""


def read_html(path: Path) -> list[Page]:
    """One page without a number.

    :raises Unreadable: if there is no text in it, or it breaks a limit.
    """
    return read_markup(path.read_bytes())


def read_mht(path: Path) -> list[Page]:
    """A web page saved with its pictures in one file (MHT).

    :raises Unreadable: if there is no page in it.
    """
    from email import message_from_bytes

    for part in message_from_bytes(path.read_bytes()).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(content, bytes):
            return read_markup(content)
    raise Unreadable("empty", "MHT 文件里没有网页；请在浏览器里重新保存为 HTML 后再试。")


def read_markup(data: bytes) -> list[Page]:
    """The lines and grids of a page's bytes.

    :raises Unreadable: if there is no text in it, or it breaks a limit.
    """
    from lxml import etree

    if len(data) > MAX_TREE:
        raise Unreadable("too-large", f"网页有 {len(data) >> 20} MB，超过上限 {MAX_TREE >> 20} MB；请核对文件来源。")
    text = re.sub(r"^\s*<\?xml[^>]*>", "", _decoded(data)).replace("\x00", "")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser) if text.strip() else None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise RecursionError  # the parser left out what lies deeper than it goes
    walk = _Walk()
    if root is not None:
        walk.title(root)
        walk.element(root)
        walk.flush()
    if not walk.items:
        raise Unreadable("empty", "网页里没有文字（内容可能在附件里或由脚本载入）；请下载其中的决算文件再试。")
    return [Page(None, tuple(walk.items))]


def _decoded(data: bytes) -> str:
    """The text: UTF-8 wherever that fits (nothing else looks like it), else the declared character set, else what fits."""
    try:
        text = data.decode("utf-8-sig")
        if "\x00" not in text:
            return text
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(data[:4096])
    name = declared.group(1).decode("ascii").lower() if declared else ""
    known = _NEWER.get(name, name)
    try:
        return data.decode(known) if known and not data.startswith((b"\xff\xfe", b"\xfe\xff")) else decode(data)
    except (UnicodeDecodeError, LookupError):
        pass
    text = data.decode("gb18030", "replace")
    return text if text.count("\ufffd") <= _LOST * len(text) else decode(data)


class _Walk:
    """The page from its beginning to its end: inline text gathers until a block begins or ends."""

    def __init__(self) -> None:
        self.items: list[Line | Grid] = []
        self._text: list[str] = []
        self._number = 0

    def title(self, root: Any) -> None:
        """The page's title without the site's name: the first line, where it speaks of a final account."""
        title = root.findtext(".//title") or ""
        named = next((part for part in re.split(r"[_|]|\s[-—–]+\s|[-—–]+(?=\D)", title) if "决算" in part), "")
        self._line(named)

    def element(self, element: Any) -> None:
        """What stands in an element, with the text behind its children."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element) or _is_furniture(element):
            return
        if tag == "table" and not _is_layout(element):
            self.flush()
            self._table(element)
            return
        if tag == "br":
            self.flush()
            return
        if tag in _BLOCKS:
            self.flush()
        if element.text:
            self._add(element.text, tag)
        for child in element:
            self.element(child)
            if child.tail:
                self._add(child.tail, tag)
        if tag in _BLOCKS:
            self.flush()

    def flush(self) -> None:
        """The gathered text as a line."""
        self._line("".join(self._text))
        self._text.clear()

    def _add(self, text: str, tag: str) -> None:
        if tag != "pre":
            self._text.append(text)
            return
        for line in text.split("\n"):
            self._text.append(line)
            self.flush()

    def _line(self, text: str) -> None:
        text = re.sub(r"\s+", " ", text).strip()
        if text and not _CRUMBS.match(text):
            self._number += 1
            self.items.append(Line(text, Place(line=self._number), wrapped=False))

    def _table(self, table: Any) -> None:
        caption = table.find("caption")
        if caption is not None:
            self.element(caption)
        rows = [row for row in _rows(table) if not _is_hidden(row)]
        cells: list[GridCell] = []
        reach: dict[int, int] = {}
        width = area = 0
        for number, row in enumerate(rows):
            self._number += 1
            column = 0
            for cell in row:
                if cell.tag not in ("td", "th") or _is_hidden(cell):
                    continue
                while reach.get(column, 0) > number:
                    column += 1
                across = min(max(_span(cell, "colspan"), 1), _MOST_COLUMNS)
                down = _span(cell, "rowspan")
                bottom = len(rows) if down == 0 else min(number + max(down, 1), len(rows))
                area += across * (bottom - number)
                check_cells(area)
                place = Place(line=self._number)
                cells.append(GridCell(_cell_text(cell), number, bottom, column, column + across, place))
                for taken in range(column, column + across):
                    reach[taken] = bottom
                column += across
                width = max(width, column)
        if any(cell.text for cell in cells):
            self.items += blocks(Grid(len(rows), width, tuple(cells), cells[0].place))


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _span(cell: Any, name: str) -> int:
    match = re.match(r"\s*(\d{1,5})", cell.get(name, "1"))
    return int(match.group(1)) if match else 1


def _cell_text(cell: Any) -> str:
    """The text of a cell with its paragraphs and breaks as lines."""
    inner = _Walk()
    inner.element(cell)
    return "\n".join(_texts(inner.items))


def _texts(items: list[Line | Grid]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Line):
            yield item.text
        else:
            yield from (" ".join(cell.text for cell in line if cell) for line in item.lines())


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _is_furniture(element: Any) -> bool:
    """True for menus, breadcrumbs and the site's foot: named so and short, or lists that are nearly all links."""
    tag = element.tag
    if tag not in ("div", "ul", "ol", "dl", "header", "footer", "section"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}"
    named = tag in ("footer", "header") or element.get("role") == "navigation" or bool(_FURNITURE.search(names))
    if not named and tag not in ("ul", "ol", "dl"):
        return False
    if next(islice(element.iter(), _MENU, None), None) is not None:  # an article's frame, and costly to look through
        return False
    if element.find(".//table") is not None or element.find(".//h1") is not None:
        return False
    length = len(re.sub(r"\s", "", "".join(element.itertext())))
    links = list(element.iter("a"))
    linked = len(re.sub(r"\s", "", "".join(text for link in links for text in link.itertext())))
    dense = linked >= _LINK_SHARE * length
    return (named and (dense or length <= _FURNITURE_LENGTH)) or (dense and len(links) >= _LINKS)


def _is_layout(table: Any) -> bool:
    """True for a table that only places other things on the page: tables, or an article."""
    own = inner = 0
    nested = table.find(".//table") is not None
    for row in _rows(table):
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            if nested and cell.find(".//table") is not None:
                inner += sum(any(text.strip() for text in part.itertext()) for part in cell.iter("td", "th")) - 1
                continue
            own += any(text.strip() for text in cell.itertext())
            paragraphs = sum(1 for _ in cell.iter("p", "br", "div"))
            if paragraphs >= _ARTICLE_PARTS and len("".join(cell.itertext())) > _ARTICLE:
                return True
    return nested and inner > own
