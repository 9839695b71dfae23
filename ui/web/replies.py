"""The page's tab 答复稿: from the answers of the conversation to a draft reply and a workbook of its figures."""

from __future__ import annotations

import html
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant import Assistant, Citation
from ui.address import of_citation
from ui.replies import Matter, ReplyError, ReplyRequest, draft, figures_workbook
from ui.replies.wording import WordingError
from ui.web.chat import Turn
from ui.web.parts import status
from ui.words import Words

_LOG = logging.getLogger(__name__)


def choices(turns: Sequence[Turn]) -> list[tuple[str, int]]:
    """The answers of the conversation that can be replied with, by their numbers."""
    return [
        (f"{turn.question} — {turn.answer.text[:60]}", at)
        for at, turn in enumerate(turns)
        if turn.answer and turn.answer.status != "clarify"
    ]


def written(assistant: Assistant, request: ReplyRequest, turns: Sequence[Turn], root: str) -> list[str]:
    """The files of a reply: the draft, and its figures.

    :param root: address of the page, before the addresses of citations.
    :raises ReplyError, WordingError: if it cannot be drafted.
    """
    answered = [(turn.question, turn.answer) for turn in turns if turn.answer is not None]
    matters = [Matter(question, answer) for question, answer in answered]

    def address(citation: Citation) -> str:
        return f"{root}/{of_citation(assistant.library, citation).query}"

    with assistant.working:
        files = {
            "答复稿.docx": draft(request, matters, assistant.library),
            "所用数字.xlsx": figures_workbook(answered, assistant.library, address),
        }
    folder = Path(tempfile.mkdtemp(prefix="juesuan-reply-"))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in files]


def build(gr: Any, assistant: Assistant, tab: Any, turns: Any, words: Words) -> None:
    """Put the drafting into the tab that is being made.

    :param turns: the state that holds the conversation.
    """
    gr.HTML(f'<p class="why">{words("reply_what")}</p>')
    chosen = gr.CheckboxGroup(label=words("reply_answers"), choices=[], elem_id="reply-answers")
    request = gr.Textbox(label=words("reply_request"), lines=3, max_length=2000, elem_id="reply-request")
    with gr.Row():
        applicant = gr.Textbox(label=words("reply_applicant"), max_length=60, elem_id="reply-applicant")
        received = gr.Textbox(
            label=words("reply_received"), max_length=30, placeholder="2026年11月2日", elem_id="reply-received"
        )
        number = gr.Textbox(label=words("reply_number"), max_length=60, elem_id="reply-number")
    with gr.Row():
        office = gr.Textbox(label=words("reply_office"), max_length=60, elem_id="reply-office")
        date = gr.Textbox(label=words("reply_date"), max_length=30, placeholder="2026年11月20日", elem_id="reply-date")
    make = gr.Button(words("reply_make"), variant="primary", elem_id="reply-make")
    told = gr.HTML("", elem_id="reply-told")
    files = gr.Files(label=words("reply_files"), visible=False, interactive=False, elem_id="reply-files")

    def opened(asked: list[Turn]) -> tuple[Any, str]:
        offered = choices(asked)
        nothing = "" if offered else f'<p class="why">{html.escape(words("reply_nothing"))}</p>'
        return gr.update(choices=offered, value=[at for _, at in offered]), nothing

    def made(
        asked: list[Turn],
        numbers: list[int],
        request: str,
        applicant: str,
        received: str,
        number: str,
        office: str,
        date: str,
        visitor: Any,
    ) -> tuple[Any, str]:
        fields = (request, applicant, received, number, office, date)
        try:
            said = ReplyRequest(*((field or "").strip() for field in fields))
            root = str(visitor.request.base_url).rstrip("/")
            paths = written(assistant, said, [asked[at] for at in numbers or () if at < len(asked)], root)
        except (ReplyError, WordingError) as reason:
            return gr.update(visible=False), status(str(reason), alert=True)
        except Exception:
            _LOG.exception("reply failed")
            return gr.update(visible=False), status(words("failed_page"), alert=True)
        return gr.update(value=paths, visible=True), status(words("reply_done"), shown=True)

    made.__annotations__["visitor"] = gr.Request
    options = {"api_visibility": "private", "show_progress": "minimal"}
    tab.select(opened, [turns], [chosen, told], **options)

    make.click(made, [turns, chosen, request, applicant, received, number, office, date], [files, told], **options)
