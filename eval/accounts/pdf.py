"""The account as ruled PDF, with the page and box of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.accounts.account import MadeUp, parts, told_of
from eval.accounts.font import FONT, register_font
from eval.accounts.grid import spans
from eval.accounts.sheets import Sheet, is_amount
from eval.accounts.told import Told, Where

Box = tuple[float, float, float, float]

SHORT, LONG, MARGIN = 595.0, 842.0, 50.0
LARGEST, SMALLEST = 8.0, 4.5
"""Sizes of the tables' type in points: the largest in which every amount stays on one line."""


class Pen:
    """Draws from the top down and knows the page and where it stands; points of the page as seen, origin top left."""

    def __init__(self, path: Path, rotated: bool, head: str = "") -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfgen.canvas import Canvas

        register_font()
        self.font = FONT
        self.measure = lambda text, size: pdfmetrics.stringWidth(text, FONT, size)
        self.canvas = Canvas(str(path), invariant=1)
        self.rotated, self.head = rotated, head
        self.page = 0
        self.width, self.height, self.y = SHORT, LONG, MARGIN

    def next_page(self, landscape: bool = False) -> None:
        """Begin a page; a rotated landscape one is upright paper that the viewer turns."""
        self.finish()
        self.page, self.y = self.page + 1, MARGIN
        self.width, self.height = (LONG, SHORT) if landscape else (SHORT, LONG)
        if landscape and self.rotated:
            self.canvas.setPageSize((SHORT, LONG))
            self.canvas.setPageRotation(90)
            self.canvas.transform(0, 1, -1, 0, SHORT, 0)
        else:
            self.canvas.setPageSize((self.width, self.height))
            self.canvas.setPageRotation(0)
        if self.head:
            self.canvas.setFont(self.font, 9)
            self.canvas.drawCentredString(self.width / 2, self.height - 32, self.head)

    def finish(self) -> None:
        """Put the number on the page at hand and end it."""
        if self.page:
            self.canvas.setFont(self.font, 9)
            self.canvas.drawCentredString(self.width / 2, 26, f"- {self.page} -")
            self.canvas.showPage()

    @property
    def room(self) -> float:
        return self.height - MARGIN - self.y

    def write(self, text: str, align: str = "left", size: float = 11.0, indent: int = 0) -> None:
        """A paragraph in lines, or a single centred or right-aligned line; the first one is indented."""
        per_line = int((self.width - 2 * MARGIN) / size) - 1
        text = "\u3000" * indent + text
        for start in range(0, len(text), per_line):
            self.canvas.setFont(self.font, size)
            part, y = text[start : start + per_line], self.height - self.y - size
            if align == "left":
                blank = len(part) - len(part.lstrip("\u3000"))
                self.canvas.drawString(MARGIN + blank * size, y, part.lstrip("\u3000"))
            elif align == "middle":
                self.canvas.drawCentredString(self.width / 2, y, part)
            else:
                self.canvas.drawRightString(self.width - MARGIN, y, part)
            self.y += size * 1.7

    def lines(self, text: str, width: float, size: float) -> list[str]:
        """The text broken to the width; amounts stay whole."""
        if is_amount(text):
            return [text]
        lines = [""]
        for char in text:
            if lines[-1].strip() and self.measure(lines[-1] + char, size) > width - 5:
                lines.append("")
            lines[-1] += char
        return lines

    def heights(self, rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> list[float]:
        """Heights in which every cell's text fits; a cell merged downwards may need its lowest row higher."""
        heights = [size * 1.25 + 5] * len(rows)
        for span in sorted(spans(rows), key=lambda span: span.bottom):
            text, width = rows[span.top][span.left], sum(widths[span.left : span.right + 1])
            need = len(self.lines(text, width, size)) * size * 1.25 + 5
            heights[span.bottom] = max(heights[span.bottom], need - sum(heights[span.top : span.bottom]))
        return heights

    def rule(self, rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> list[list[Box]]:
        """Draw ruled rows; gives the box of each cell, for joined cells that of the whole."""
        heights = self.heights(rows, widths, size)
        boxes: list[list[Box]] = [[(0.0, 0.0, 0.0, 0.0)] * len(widths) for _ in rows]
        for span in spans(rows):
            x0, y0 = MARGIN + sum(widths[: span.left]), self.y + sum(heights[: span.top])
            x1, y1 = x0 + sum(widths[span.left : span.right + 1]), y0 + sum(heights[span.top : span.bottom + 1])
            boxes[span.top][span.left] = (x0, y0, x1, y1)
            self.canvas.setLineWidth(0.6)
            self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0)
            self._cell(rows[span.top][span.left], boxes[span.top][span.left], size)
        self.y += sum(heights)
        return boxes

    def _cell(self, text: str, box: Box, size: float) -> None:
        x0, y0, x1, y1 = box
        lines = self.lines(text, x1 - x0, size)
        self.canvas.setFont(self.font, size)
        y = (y0 + y1) / 2 - len(lines) * size * 1.25 / 2
        for line in lines:
            y += size * 1.25
            base = self.height - y + size / 4
            if is_amount(line):
                self.canvas.drawRightString(x1 - 2, base, line)
            elif len(lines) > 1 or line[:1].isspace():
                self.canvas.drawString(x0 + 3, base, line)
            else:
                self.canvas.drawCentredString((x0 + x1) / 2, base, line)

    def close(self) -> None:
        self.finish()
        self.canvas.save()


def widths_of(sheet: Sheet, wrapped: bool, width: float) -> list[float]:
    """Column widths: names are wide enough or narrow enough to wrap, amounts share the rest."""
    kinds = sheet.kinds
    names = 64.0 if wrapped else 150.0 if kinds.count("n") == 1 else 120.0
    fixed = {"c": 44.0 if kinds.count("c") < 3 else 30.0, "n": names, "l": 26.0}
    while (rest := width - sum(fixed.get(kind, 0.0) for kind in kinds)) / kinds.count("a") < 38.0:
        fixed["n"] -= 4.0
    share = min(rest / kinds.count("a"), 140.0)
    return [fixed.get(kind, share) for kind in kinds]


def as_pdf(account: MadeUp, path: Path) -> list[Told]:
    """Write the account and give the truth about it."""
    form = account.form
    pen = Pen(path, form.rotated, account.front[0][1] if form.running else "")
    for number, paragraphs in enumerate(account.front):
        pen.next_page()
        for paragraph in paragraphs:
            pen.write(paragraph, "left" if number else "middle", indent=2 if number else 0)
    pen.next_page(form.landscape)
    pen.write(account.part_two, "middle", 14)
    rng, truth = account.rng(), []
    for sheet in account.sheets:
        if not (form.dense and pen.room > 260):
            pen.next_page(form.landscape)
        truth += _draw(account, sheet, pen, rng.choice([2, 5, 12, 99]))
    for paragraphs in account.back:
        pen.next_page()
        for paragraph in paragraphs:
            pen.write(paragraph, indent=2)
    pen.close()
    return truth


def _draw(account: MadeUp, sheet: Sheet, pen: Pen, fits: int) -> list[Told]:
    widths = widths_of(sheet, account.form.wrapped, pen.width - 2 * MARGIN)
    size = _size(sheet, widths, pen)
    lines = 0 if account.form.title == "inside" else 60
    truth: list[Told] = []

    def room(rows: list[list[str]], count: int) -> bool:
        return count <= fits and sum(pen.heights(rows, widths, size)) < pen.room - lines

    for number, part in enumerate(parts(account, sheet, room)):
        if number:
            pen.next_page(account.form.landscape)
        for text, align in part.above:
            pen.write(text, align, 14 if align == "middle" else 9)
        page, boxes = pen.page, pen.rule(part.rows, widths, size)
        truth += told_of(part, account.form.unit, [[Where(page, box) for box in row] for row in boxes])
        for note in part.notes:
            pen.write(note, "left", 9)
    return truth


def _size(sheet: Sheet, widths: Sequence[float], pen: Pen) -> float:
    """The largest size in which the longest amount fits its column."""
    narrow = min(width for width, kind in zip(widths, sheet.kinds) if kind == "a") - 4
    longest = max(
        (text for line in sheet.lines for entry in line if entry for text in entry.texts if is_amount(text)),
        key=lambda text: pen.measure(text, 10),
        default="0.00",
    )
    return max(SMALLEST, min(LARGEST, 10 * narrow / pen.measure(longest, 10)))
