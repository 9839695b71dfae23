"""The draft of a reply as a Word document: the request, the answers in the office's words, their sources as footnotes,
the calculations as an annex."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant import Answer, Citation
from assistant.citing import mark
from assistant.library import Library
from ui.replies.footnotes import Footnotes
from ui.replies.wording import Wording

_MARK = re.compile(r"\[(\d+)\]")
_DIGITS = "一二三四五六七八九十"
_SUBJECT = 30
"""Characters of the request that stand in the title."""
_MOST = 40
"""Matters in one reply."""
_BODY, _HEAD, _TITLE_FONT = "仿宋", "黑体", "宋体"
_TOLD_IN_NOTES = ("核对", "不一致", "不符", "差错", "注意", "存疑")
"""What a note of an answer has that somebody must look at before signing."""

Outcome = Literal["held", "blank", "not_held", "other"]


class ReplyError(ValueError):
    """No reply can be drafted; the text says why and what to do."""


@dataclass(frozen=True)
class ReplyRequest:
    """What was asked of the office. All but the request may be empty."""

    request: str
    applicant: str = ""
    received: str = ""
    """Date of the request, as it is to be printed."""
    number: str = ""
    """文号."""
    office: str = ""
    date: str = ""


@dataclass(frozen=True)
class Matter:
    """One point of the request: the question that was put to the assistant, and its answer."""

    question: str
    answer: Answer

    @property
    def outcome(self) -> Outcome:
        """What the office can say of it.

        :raises ReplyError: if the question must be put otherwise first.
        """
        answer = self.answer
        if answer.status == "answered":
            return "held"
        if answer.status == "clarify":
            raise ReplyError(f"“{self.question}”还有几种理解（{'、'.join(answer.options)}）；请先选定一种，再拟答复。")
        by_reason: dict[str, Outcome] = {
            "blank": "blank", "item": "not_held", "year": "not_held", "department": "not_held", "stage": "not_held",
            "off-topic": "other", "opinion": "other", "personal": "other",
        }  # fmt: skip
        if answer.reason not in by_reason:
            raise ReplyError(f"“{self.question}”没有得到可以答复的结果；请换一种说法再问。")
        return by_reason[answer.reason]


def draft(request: ReplyRequest, matters: Sequence[Matter], library: Library) -> bytes:
    """The draft as DOCX.

    :param matters: in the order in which they are answered.
    :raises ReplyError: if there is nothing to answer, or a matter cannot be answered yet.
    :raises ui.replies.wording.WordingError: if the office's wording cannot be used.
    """
    if not request.request.strip():
        raise ReplyError("请填写申请的内容。")
    if not matters or len(matters) > _MOST:
        raise ReplyError(f"请选 1 到 {_MOST} 个回答写进答复。")
    return _Draft(request, matters, library).made()


class _Draft:
    def __init__(self, request: ReplyRequest, matters: Sequence[Matter], library: Library) -> None:
        import docx

        self.request, self.matters, self.library = request, matters, library
        self.say = Wording()
        self.document = docx.Document()
        self.notes = Footnotes(self.document)
        self.outcomes = [matter.outcome for matter in matters]

    def made(self) -> bytes:
        _laid_out(self.document, self.say("draft"))
        self._hints()
        self._letter()
        self._annex()
        self.notes.finish()
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # --- parts

    def _letter(self) -> None:
        say, request = self.say, self.request
        subject = _shortened(request.request)
        self._paragraph(say("title", subject=subject), size=22, font=_TITLE_FONT, align="center", bold=True)
        if request.number:
            self._paragraph(say("number", number=request.number), align="center")
        self._paragraph(say("salutation", applicant=request.applicant or say("unnamed_applicant")))
        opening = {"request": request.request.strip().rstrip("。"), **({"received": request.received} if request.received else {})}
        self._body(say("opening" if request.received else "opening_undated", **opening))
        for number, (matter, outcome) in enumerate(zip(self.matters, self.outcomes), 1):
            if len(self.matters) > 1:
                self._body(say("point", order=_order(number), question=matter.question), font=_HEAD)
            self._matter(matter, outcome)
        for basis, of in (
            ("held", ("held", "blank")),
            ("not_held", ("not_held",)),
        ):
            if any(outcome in of for outcome in self.outcomes):
                self._body(say(f"basis_{basis}"))
        self._body(say("remedy"))
        self._body(say("closing"))
        if self._computed:
            self._body(say("annex_mark"))
        office = request.office or self._office() or say("unnamed_office")
        self._paragraph(say("office", office=office), align="right")
        self._paragraph(say("date", date=request.date or "　　年　月　日"), align="right")

    def _matter(self, matter: Matter, outcome: Outcome) -> None:
        answer = matter.answer
        if outcome == "other":
            self._body(self.say("other"))
            return
        documents = self._documents(answer) or self.say("scope_of_search")
        marks = mark(*(citation.id for citation in answer.citations))
        text = self.say(outcome, documents=documents, answer=answer.text, marks=marks)
        self._cited(text, {citation.id: citation for citation in answer.citations})
        if len(answer.figures) > 1 and outcome == "held":
            self._figures(answer)

    def _documents(self, answer: Answer) -> str:
        accounts = dict.fromkeys(self.library.account(citation.document) for citation in answer.citations)
        return "、".join(f"《{account.department}{account.year}年度{account.kind}》" for account in accounts)

    def _office(self) -> str:
        """The department that all answers are about; empty where they are about several."""
        found = {
            self.library.account(citation.document).department
            for matter in self.matters
            for citation in matter.answer.citations
        }
        return found.pop() if len(found) == 1 else ""

    def _cited(self, text: str, citations: dict[int, Citation]) -> None:
        """A paragraph of the body, with each mark as a footnote."""
        paragraph, at = self._body(""), 0
        for found in _MARK.finditer(text):
            if int(found[1]) not in citations:
                continue
            self._run(paragraph, text[at : found.start()])
            self.notes.refer(paragraph, self._note(citations[int(found[1])]))
            at = found.end()
        self._run(paragraph, text[at:])

    def _note(self, citation: Citation) -> str:
        file = Path(self.library.account(citation.document).path).name
        if citation.table is None:
            return self.say(
                "note_sentence",
                file=file,
                place=citation.where,
                text=citation.quote or citation.text,
                sha256=citation.sha256,
            )
        row = f"“{citation.row}”" if citation.row else ""
        return self.say(
            "note_cell", file=file, table=citation.table, row=row, column=citation.column or "", place=citation.where,
            text=citation.text or "（未填列）", unit=citation.unit or "", sha256=citation.sha256,
        )  # fmt: skip

    def _figures(self, answer: Answer) -> None:
        head = self.say.words("figures_head")
        table = self.document.add_table(rows=1, cols=len(head))
        table.style = "Table Grid"
        citations = {citation.id: citation for citation in answer.citations}
        _repeated(table.rows[0])
        for cell, word in zip(table.rows[0].cells, head):
            self._run(cell.paragraphs[0], word, size=12, font=_HEAD)
        for figure in answer.figures:
            cells = table.add_row().cells
            self._run(cells[0].paragraphs[0], figure.label, size=12)
            self._run(cells[1].paragraphs[0], figure.value or "（未填列）", size=12)
            cells[1].paragraphs[0].alignment = 2
            if figure.citation in citations:
                self.notes.refer(cells[1].paragraphs[0], self._note(citations[figure.citation]))
            self._run(cells[2].paragraphs[0], figure.unit or "", size=12)

    @property
    def _computed(self) -> list[Matter]:
        return [matter for matter in self.matters if matter.answer.status == "answered" and _is_computed(matter.answer)]

    def _annex(self) -> None:
        if not self._computed:
            return
        self.document.add_page_break()
        self._paragraph(self.say("annex"), font=_HEAD)
        for matter in self._computed:
            made = matter.answer.calculation
            assert made is not None
            citations = {citation.id: citation for citation in matter.answer.citations}
            self._body(matter.question, font=_HEAD)
            self._body(self.say("annex_formula", formula=made.formula))
            for operand in made.operands:
                paragraph = self._body(
                    self.say("annex_operand", name=operand.name, value=operand.value, unit=operand.unit or "")
                )
                if operand.citation in citations:
                    self.notes.refer(paragraph, self._note(citations[operand.citation]))
            self._body(self.say("annex_result", exact=made.exact, rounding=made.rounding))
            self._body(self.say("annex_program", program=made.program))
            for note in matter.answer.notes:
                self._body(_MARK.sub("", note))

    def _hints(self) -> None:
        """What whoever signs must know, in a box that is deleted before the reply is sent."""
        say = self.say
        hints = [say("hint_scope")] if "not_held" in self.outcomes else []
        hints += [
            say("hint_other", question=matter.question)
            for matter, outcome in zip(self.matters, self.outcomes)
            if outcome == "other"
        ]
        hints += [say("hint_held")] if "held" in self.outcomes else []
        hints += [say("hint_computed")] if self._computed else []
        hints += [
            say("hint_note", note=_MARK.sub("", note))
            for matter in self.matters
            for note in matter.answer.notes
            if any(word in note for word in _TOLD_IN_NOTES)
        ]
        hints += [] if self.request.date and self.request.number and self.request.applicant else [say("hint_date")]
        if not hints:
            return
        table = self.document.add_table(rows=1, cols=1)
        table.style = "Table Grid"
        cell = table.rows[0].cells[0]
        self._run(cell.paragraphs[0], say("hints"), size=12, font=_HEAD)
        for hint in dict.fromkeys(hints):
            self._run(cell.add_paragraph(), hint, size=12)
        self._paragraph("")

    # --- writing

    def _body(self, text: str, font: str = _BODY) -> Any:
        from docx.shared import Pt

        paragraph = self._paragraph(text, font=font)
        paragraph.paragraph_format.first_line_indent = Pt(32)
        return paragraph

    def _paragraph(self, text: str, size: int = 16, font: str = _BODY, align: str = "", bold: bool = False) -> Any:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(29)
        paragraph.paragraph_format.space_after = Pt(0)
        if align:
            paragraph.alignment = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}[align]
        self._run(paragraph, text, size, font, bold)
        return paragraph

    def _run(self, paragraph: Any, text: str, size: int = 16, font: str = _BODY, bold: bool = False) -> None:
        if not text:
            return
        run = paragraph.add_run(text)
        _set(run, size, font, bold)


def _is_computed(answer: Answer) -> bool:
    """True where the answer is more than a figure as printed."""
    made = answer.calculation
    return made is not None and len(made.operands) > 1


def _shortened(request: str) -> str:
    """The request for the title: whole, or up to a stop."""
    request = " ".join(request.split())
    if len(request) <= _SUBJECT:
        return request.rstrip("。，、；？?")
    begun = request[:_SUBJECT]
    stop = max(begun.rfind(one) for one in "。，、；？")
    return f"{begun[:stop] if stop > 0 else begun}等"


def _order(number: int) -> str:
    if number <= 10:
        return _DIGITS[number - 1]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens - 1]) + "十" + (_DIGITS[ones - 1] if ones else "")


def _set(run: Any, size: int, font: str, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.size, run.font.name, run.bold = Pt(size), "Times New Roman", bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _laid_out(document: Any, draft_mark: str) -> None:
    """The page after GB/T 9704: A4, its margins, page numbers, the mark of a draft, the language."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _set(head.add_run(draft_mark), 14, _HEAD, False)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    foot._p.append(field)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _repeated(row: Any) -> None:
    """Have a table's first row printed again on each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
