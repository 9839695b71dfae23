"""Sets sheets and narrative as a PDF: fonts, styles, page frames, and how a grid becomes a ruled table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from eval.accounts.font import FONT, register_font
from eval.accounts.grid import JOINED, spans
from eval.samples.paragraph import ChineseParagraph
from eval.samples.sheets import Line, Sheet

AMOUNT = re.compile(r"-?[\d,]+\.\d\d")
MARGIN = 50.0


def style(name: str, size: float, leading: float, **more: object) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=leading, wordWrap="CJK", **more)


COVER = style("cover", 28, 46, alignment=TA_CENTER)
PART = style("part", 16, 28, alignment=TA_CENTER, spaceBefore=6, spaceAfter=16)
HEADING = style("heading", 14, 24, spaceBefore=12, spaceAfter=4, firstLineIndent=24)
SUBHEADING = style("subheading", 12, 22, spaceBefore=6, firstLineIndent=24)
CONTENTS_PART = style("contents part", 12.5, 26, spaceBefore=8)
CONTENTS = style("contents", 11.5, 22, leftIndent=24)
TITLE = style("title", 16, 24, alignment=TA_CENTER, spaceAfter=6)
UNIT = style("unit", 9.5, 14, alignment=TA_RIGHT, spaceAfter=2)
OWNER = style("owner", 9.5, 14)
NOTE = style("note", 9, 15, spaceBefore=4)
LABEL = style("label", 9, 11.5)
CENTRED = style("centred", 9, 11.5, alignment=TA_CENTER)
AMOUNTS = style("amounts", 9, 11.5, alignment=TA_RIGHT)


def footer(canvas: Canvas, document: BaseDocTemplate) -> None:
    """The page number at the foot; the cover has none."""
    if document.page > 1:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(canvas._pagesize[0] / 2, 28, f"— {document.page} —")


def frames() -> list[PageTemplate]:
    """Portrait and landscape pages."""
    pages = []
    for name, size in (("portrait", A4), ("landscape", landscape(A4))):
        frame = Frame(MARGIN, MARGIN, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN, 0, 0, 0, 0, id=name)
        pages.append(PageTemplate(name, [frame], onPage=footer, pagesize=size))
    return pages


def cell(text: str, head: bool) -> Paragraph | str:
    """A cell's content: head centred, amounts to the right, codes and totals centred, labels to the left."""
    if not text or text in JOINED:
        return ""
    if head or text.isdigit() or text.endswith("合计") or text in ("总计", "类", "款", "项"):
        return Paragraph(text, CENTRED)
    return Paragraph(text, AMOUNTS if AMOUNT.fullmatch(text) else LABEL)


def ruled(sheet: Sheet, owner: str) -> list[Flowable]:
    """The sheet as a ruled table with its title and notes.

    With a running head, title and head are unruled and ruled lines of the table itself, so that they stand on
    every page it covers.
    """
    grid = sheet.head + sheet.body
    depth = len(sheet.head)
    cells: list[list] = [[cell(text, n < depth) for text in line] for n, line in enumerate(grid)]
    joined = [((s.left, s.top), (s.right, s.bottom)) for s in spans(grid) if (s.left, s.top) != (s.right, s.bottom)]
    first, flow = 0, []
    if sheet.running_head:
        width, first = len(sheet.widths), 3
        kept = [""] * (width - 1)
        cells = [
            [Paragraph(f"表 {sheet.kind[1:]}", OWNER), *kept],
            [Paragraph(sheet.title, TITLE), *kept],
            [Paragraph(f"部门：{owner}", OWNER), *kept[:-1], Paragraph("单位：万元", UNIT)],
            *cells,
        ]
        joined = [((a, b + 3), (c, d + 3)) for (a, b), (c, d) in joined]
        joined += [((0, 0), (width - 1, 0)), ((0, 1), (width - 1, 1)), ((0, 2), (width - 2, 2))]
    else:
        flow = [Paragraph(sheet.title, TITLE), Paragraph("单位：万元", UNIT)]
    commands = [
        ("GRID", (0, first), (-1, -1), 0.6, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        *(("SPAN", start, end) for start, end in joined),
    ]
    repeat = first + depth + sheet.repeat if sheet.running_head else 0
    tallest = [20.0 if all(text == "" for text in line) else None for line in grid]
    heights = [None] * first + tallest
    flow.append(Table(cells, sheet.widths, heights, style=commands, repeatRows=repeat))
    flow += [Paragraph(note, NOTE) for note in sheet.notes]
    return flow


def tables(sheets: Iterable[Sheet], owner: str) -> list[Flowable]:
    """Every sheet on pages of its own, turned as it wants; the first continues the page of the part's title."""
    flow: list[Flowable] = []
    for number, sheet in enumerate(sheets):
        turned = "landscape" if sheet.landscape else "portrait"
        if number or sheet.landscape:
            flow += [NextPageTemplate(turned), PageBreak()]
        flow += ruled(sheet, owner)
    return [*flow, NextPageTemplate("portrait")]


def small_table(lines: list[Line]) -> Flowable:
    """The table of units in the first part."""
    cells = [[cell(text, n == 0) for text in line] for n, line in enumerate(lines)]
    commands = [("GRID", (0, 0), (-1, -1), 0.6, colors.black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    return Table(cells, (44, 260, 180), style=[*commands, ("BOTTOMPADDING", (0, 0), (-1, -1), 6)])


def narrative(text: str, sheets: list[Sheet], owner: str) -> list[Flowable]:
    """The rendered template: `#` part, `##` heading, `###` subheading, `|` small table, `@tables`, or a paragraph."""
    flow: list[Flowable] = []
    pending: list[Line] = []
    for line in [*text.splitlines(), ""]:
        line = line.strip()
        if pending and not line.startswith("|"):
            flow += [Spacer(0, 6), small_table(pending), Spacer(0, 6)]
            pending = []
        if line.startswith("# "):
            flow += [PageBreak(), Paragraph(line[2:], PART)]
        elif line.startswith("## "):
            flow += [CondPageBreak(60), Paragraph(line[3:], HEADING)]
        elif line.startswith("### "):
            flow += [CondPageBreak(44), Paragraph(line[4:], SUBHEADING)]
        elif line == "@tables":
            flow += tables(sheets, owner)
        elif line.startswith("|"):
            pending.append(line.strip("|").split("|"))
        elif line:
            flow.append(ChineseParagraph(line, FONT, 12, 23, 24))
    return flow


def contents(text: str, sheets: list[Sheet]) -> list[Flowable]:
    """The page of contents: parts, headings, and the tables as headings of the second part."""
    flow: list[Flowable] = [PageBreak(), Paragraph("目　录", PART)]
    for line in text.splitlines():
        if line.startswith("# "):
            flow.append(Paragraph(line[2:], CONTENTS_PART))
        elif line.startswith("## "):
            flow.append(Paragraph(line[3:], CONTENTS))
        elif line == "@tables":
            flow += [Paragraph(f"{'一二三四五六七八九'[n]}、{sheet.title}", CONTENTS) for n, sheet in enumerate(sheets)]
    return flow


def write(path: Path, title: list[str], text: str, sheets: list[Sheet], owner: str) -> int:
    """Set the account and write it to `path`; the same input gives the same bytes.

    :return: the number of pages.
    """
    register_font()
    document = BaseDocTemplate(
        str(path), pageTemplates=frames(), invariant=1, title="".join(title), author="juesuan samples", lang="zh-CN"
    )
    cover = [Spacer(0, 220), *(Paragraph(line, COVER) for line in title)]
    document.build([*cover, *contents(text, sheets), *narrative(text, sheets, owner)])
    return document.page
