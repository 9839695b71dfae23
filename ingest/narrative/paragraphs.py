"""Lines joined to paragraphs and cut into sentences that still know their lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.model import Place, Sentence
from ingest.readers import Line
from ingest.text import squeeze, unwrap

ITEM = re.compile(
    r"^(?:（[一二三四五六七八九十]{1,3}）|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[、.．](?!\d)|[（(]\d{1,2}[)）]|[①-⑳]|第[一二三四五六七八九十]+条)"
)
HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]部分|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|[(][一二三四五六七八九十]{1,3}[)])"
)
_ENDS = re.compile(r"[。；：！？;:]$")
_SENTENCE = re.compile(r"[^。！？]+(?:[。！？]+[”’）]?|$)")
_SHARE = 0.15
"""The body's left edge is the leftmost one at which this share of the lines begins; more may begin at the indent."""
_INDENT = 1.3
"""A first line is indented by at least this many character widths."""


@dataclass
class Paragraph:
    """Text with the place of the line that each character came from."""

    text: str = ""
    places: list[Place] = field(default_factory=list)

    def add(self, text: str, place: Place) -> None:
        """Append a line's text."""
        self.text += text
        self.places += [place] * len(text)

    def sentences(self) -> Iterator[Sentence]:
        """Sentences up to 。！？, each with the places of its lines in order."""
        for match in _SENTENCE.finditer(self.text):
            text = match.group().strip()
            if text:
                yield Sentence(text, tuple(dict.fromkeys(self.places[match.start() : match.end()])))


@dataclass(frozen=True)
class Margins:
    """Where the body text of a document stands: left edge, right edge and character width (points or characters)."""

    left: float
    right: float
    width: float


def margins(lines: list[Line]) -> Margins:
    """The usual edges of the lines; a text file has none on the left and counts characters."""
    boxes = [line.place.box for line in lines if line.place.box and len(line.text) > 15]
    if not boxes:
        lengths = [len(line.text) for line in lines if len(line.text) > 10]
        return Margins(0, sorted(lengths)[int(len(lengths) * 0.8)] if lengths else 40, 1)
    starts = Counter(round(box.x0) for box in boxes)
    often = [edge for edge in starts if starts[edge] + starts[edge + 1] >= _SHARE * len(boxes)]
    left = min(often, default=min(starts))
    right = sorted(box.x1 for box in boxes)[int(len(boxes) * 0.7)]
    width = sorted(box.bottom - box.top for box in boxes)[len(boxes) // 2]
    return Margins(left, right, max(width, 6))


def is_full(line: Line, edges: Margins) -> bool:
    """True where the line reaches the right margin, so that its sentence may go on below."""
    if line.place.box:
        return line.place.box.x1 > edges.right - 2.2 * edges.width
    return line.wrapped and len(line.text) >= edges.right - 3


def is_heading(line: Line, edges: Margins) -> bool:
    """True for a numbered line that names what follows and is no sentence of its own."""
    text = squeeze(line.text)
    if not HEADING.match(text) or len(text) > 48:
        return False
    if text.startswith("第"):
        return True
    if re.match(r"^[一二三四五六七八九十]+、", text) and re.search(r"情况|说明|构成|职能|职责|设置|概况|事项", text):
        return not re.search(r"[。；]", text)
    if re.search(r"[。；]$", text):
        return bool(re.search(r"(?:说明|情况)。$", text)) and text.count("，") == 0
    return not re.search(r"[，、；：]$", text) and "。" not in text and (not is_full(line, edges) or not line.wrapped)


def begins_paragraph(line: Line, previous: Line | None, edges: Margins) -> bool:
    """True where the line starts a new paragraph after `previous`."""
    text = squeeze(line.text)
    if previous is None:
        return True
    ended = bool(_ENDS.search(squeeze(previous.text)))
    if ITEM.match(text) and (ended or not is_full(previous, edges)):
        return True
    if HEADING.match(text) and ended:
        return True
    if line.place.box and previous.place.box:
        indented = line.place.box.x0 > edges.left + _INDENT * edges.width
        return (ended and (indented or not is_full(previous, edges))) or (indented and not is_full(previous, edges))
    if not line.wrapped or not previous.wrapped:
        return ended
    return ended and not is_full(previous, edges)


def join(lines: list[Line], edges: Margins) -> list[Paragraph]:
    """Paragraphs of a section's lines."""
    paragraphs: list[Paragraph] = []
    previous: Line | None = None
    for line in lines:
        if begins_paragraph(line, previous, edges):
            paragraphs.append(Paragraph())
        text = unwrap(line.text)
        glue = " " if re.search(r"[A-Za-z]$", paragraphs[-1].text) and re.match(r"[A-Za-z]", text) else ""
        paragraphs[-1].add(glue + text, line.place)
        previous = line
    return paragraphs
