"""A paragraph of Chinese text: lines filled to the margin, numbers never broken, no mark at a wrong end of a line."""

from __future__ import annotations

import re

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

# A unit that is never broken: opening marks, then a number or Latin word or one character, then closing marks.
UNIT = re.compile(r"[（《“‘]*(?:[!-~]+|[^!-~])[，。；：、！？）》”’%]*")


def break_lines(text: str, font: str, size: float, first: float, width: float) -> list[str]:
    """Lines no wider than `first` (the first one) and `width` points."""
    lines, line, room = [], "", first
    for unit in UNIT.findall(text):
        if line and stringWidth(line + unit, font, size) > room:
            lines.append(line)
            line, room = "", width
        line += unit
    return [*lines, line]


class ChineseParagraph(Flowable):
    """Text with an indent, justified by spreading its characters; may be split between pages."""

    def __init__(self, text: str, font: str, size: float, leading: float, indent: float) -> None:
        super().__init__()
        self.text, self.font, self.size, self.leading, self.indent = text, font, size, leading, indent
        self.lines: list[str] = []

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self.lines = break_lines(self.text, self.font, self.size, width - self.indent, width)
        self.height = len(self.lines) * self.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        fits = int(height // self.leading)
        if not 0 < fits < len(self.lines):
            return []
        rest = ChineseParagraph("".join(self.lines[fits:]), self.font, self.size, self.leading, 0)
        upper = OpenParagraph("".join(self.lines[:fits]), self.font, self.size, self.leading, self.indent)
        return [upper, rest]

    def draw(self) -> None:
        last = len(self.lines) - 1
        for number, line in enumerate(self.lines):
            left = self.indent if number == 0 else 0
            spare = self.width - left - stringWidth(line, self.font, self.size)
            spread = spare / max(len(line) - 1, 1) if number < last or self.runs_on else 0
            top = self.height - self.leading * number - self.leading * 0.75
            self.canv.setFont(self.font, self.size)
            self.canv.drawString(left, top, line, charSpace=min(spread, 2))

    runs_on = False


class OpenParagraph(ChineseParagraph):
    """The upper part of a split paragraph: its last line is justified too."""

    runs_on = True
