"""The Gradio page in one language: the tabs, and beside them the one place where evidence is shown."""

from __future__ import annotations

import html
import logging
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import Answer, Assistant
from ingest import StoreError
from ui import feedback
from ui.address import Address, AddressError
from ui.web import checks, compare, documents, replies
from ui.web.access import visitor_of
from ui.web.chat import Turn, followups, log, streamed, suggestions, welcome
from ui.web.parts import bridge, status
from ui.web.uploads import Uploads
from ui.words import Words

if TYPE_CHECKING:
    import gradio as gr

_LOG = logging.getLogger(__name__)
_FONTS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"]
_ACCENT, _QUIET = "#0b5cad", "#52606d"
"""Both readable on white; Gradio's own are not."""
_MOST_TURNS = 40
"""Turns of a conversation that the page shows."""
_AT_ONCE = 16
"""Visitors that are served at a time by one listener."""
_TICK = 0.4
"""Seconds between two looks at how far files have come."""


def _gradio() -> Any:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import gradio

    return gradio


def theme() -> Any:
    """Colours that can be told apart and read, and fonts that are on the machine."""
    made = _gradio().themes.Default(primary_hue="blue", font=_FONTS, font_mono=["ui-monospace", "monospace"])
    return made.set(
        color_accent=_ACCENT, button_primary_background_fill=_ACCENT, button_primary_background_fill_hover=_ACCENT,
        body_text_color_subdued=_QUIET, block_info_text_color=_QUIET, input_placeholder_color=_QUIET,
    )  # fmt: skip


def reply(assistant: Assistant, question: str, history: Sequence[str], words: Words) -> Answer:
    """The answer; if something goes wrong, a refusal in plain words (the cause is logged, nobody sees a traceback)."""
    try:
        return assistant.ask(question, history)
    except Exception:
        _LOG.exception("question failed")
        return Answer(status="refused", text=words("failed"), reason="unsupported")


def build(assistant: Assistant, uploads: Uploads, words: Words) -> gr.Blocks:
    """The page over an assistant, in one language.

    :param uploads: takes the files that are sent.
    """
    gr = _gradio()
    with gr.Blocks(title=words("title"), analytics_enabled=False) as page:
        head = gr.HTML(_head(assistant, words, "", False), elem_id="head")
        with gr.Row(elem_id="panes"):
            with gr.Column(scale=6, min_width=320, elem_id="work"), gr.Tabs(elem_id="tabs") as tabs:
                with gr.Tab(words("tab_ask"), id="ask"):
                    ask = _Conversation(gr, assistant, words)
                with gr.Tab(words("tab_documents"), id="documents"):
                    editing = _documents_tab(gr, assistant, uploads, head, words)
                with gr.Tab(words("tab_compare"), id="compare") as comparing:
                    compare.build(gr, assistant, comparing, words)
                with gr.Tab(words("tab_checks"), id="checks") as checking:
                    checks.build(gr, assistant, checking, words)
                with gr.Tab(words("tab_reply"), id="reply") as replying:
                    replies.build(gr, assistant, replying, ask.shown[0], words)
            with gr.Column(scale=5, min_width=320, elem_id="beside"):
                gr.HTML(
                    f'<aside id="evidence" aria-label="{words("evidence")}" aria-live="polite"><p class="why">{words("evidence_waits")}</p></aside>'
                )

        def load(request: Any) -> tuple[Any, ...]:
            visitor = visitor_of(request)
            shown = (
                _head(assistant, words, visitor.name, visitor.edits), gr.update(visible=visitor.edits), ask.greeted(),
            )  # fmt: skip
            as_it_is = (gr.skip(),) * 3  # somebody may have asked already
            try:
                address = Address.read(request.query_params)
            except AddressError as reason:
                return *shown, gr.skip(), gr.skip(), status(str(reason), alert=True), gr.skip()
            if not address.question:
                return *shown, gr.update(selected="documents") if address.document else gr.skip(), *as_it_is
            turns = _turns(assistant, [*address.after, address.question], words)
            return *shown, gr.skip(), turns, *ask.said(turns)

        load.__annotations__["request"] = gr.Request
        page.load(
            load, None, [head, editing, ask.greeting, tabs, *ask.shown], api_visibility="private", show_progress="hidden"
        )  # fmt: skip
        gr.api(_api(gr, assistant, words), api_name="ask")
    return page


def _head(assistant: Assistant, words: Words, name: str, edits: bool) -> str:
    other = "/" if words.language == "en" else "/en/"
    who = (
        f'<form method="post" action="/logout"><button>{words("log_out", name=html.escape(name))}</button></form>'
        if name
        else ""
    )
    who = who or ("" if edits else f'<a href="/login">{words("log_in")}</a>')
    accounts = assistant.library.accounts
    count = words(
        "loaded",
        departments=len({account.department for account in accounts}),
        documents=len(assistant.library.documents()),
    )
    told = count if accounts else words("nothing_loaded_edit" if edits else "nothing_loaded")
    return (
        f'<header><div><h1>{words("title")}</h1><p>{words("subtitle")}</p><p class="why">{told}</p></div>'
        f'<nav aria-label="{words("title")}"><a href="{other}" data-language lang="{"zh-CN" if words.language == "en" else "en"}">{words("other_language")}</a>'
        f'<button type="button" data-dark aria-pressed="false">{words("dark")}</button>{who}</nav></header>'
    )


def _turns(assistant: Assistant, asked: Sequence[str], words: Words) -> list[Turn]:
    """The conversation that questions make."""
    return [
        Turn(question, tuple(asked[:number]), answer, answer.text)
        for number, question in enumerate(asked)
        if (answer := reply(assistant, question, asked[:number], words))
    ]


class _Conversation:
    """The conversation.

    `shown` are the components that `said` gives the values of: the turns, their HTML, what is said to a screen reader;
    `greeting` is the one that `greeted` gives the value of.
    """

    def __init__(self, gr: Any, assistant: Assistant, words: Words) -> None:
        self._gr, self._assistant, self._words = gr, assistant, words
        turns = gr.State([])
        with gr.Column(elem_id="chat"):
            self.greeting = gr.HTML(self.greeted(), elem_id="welcome", container=False)
            shown = gr.HTML("", elem_id="log", js_on_load=bridge("ask", "wrong"), container=False)
            heard = gr.HTML("", elem_id="said")
        box = gr.Textbox(
            label=words("question"),
            placeholder=words("question_example"),
            lines=1,
            max_length=1000,
            submit_btn=words("ask"),
            elem_id="question",
        )
        again = gr.Button(words("new"), elem_id="new", size="sm")
        self.shown = [turns, shown, heard]

        def submitted(question: str, before: list[Turn]) -> Iterator[tuple[Any, ...]]:
            yield from self._asked(question, before)

        def chosen(before: list[Turn], event: Any) -> Iterator[tuple[Any, ...]]:
            yield from self._asked(str(event._data.get("question", "")), before)

        def wrong(before: list[Turn], event: Any, request: Any) -> str:
            return self._reported(before, event._data, visitor_of(request).name)

        chosen.__annotations__["event"] = gr.EventData
        wrong.__annotations__.update(event=gr.EventData, request=gr.Request)
        private = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": _AT_ONCE}
        box.submit(submitted, [box, turns], [*self.shown, box], **private)
        shown.ask(chosen, [turns], [*self.shown, box], **private)
        shown.wrong(wrong, [turns], [heard], **private)
        again.click(lambda: ([], "", "", ""), None, [*self.shown, box], **private)

    def said(self, turns: list[Turn]) -> tuple[str, str]:
        """HTML of a conversation, and what is said of its last answer."""
        if not turns:
            return "", ""
        last = turns[-1]
        following = followups(self._assistant, last)
        return log(turns, following, self._words), status(last.answer.text if last.answer else "")

    def greeted(self) -> str:
        """What stands where nothing has been asked, from the documents that are loaded now."""
        return welcome(suggestions(self._assistant, self._words), self._words)

    def _asked(self, question: str, before: list[Turn]) -> Iterator[tuple[Any, ...]]:
        """The conversation as it grows: the question at once, the answer piece by piece, at last what may follow."""
        gr, words = self._gr, self._words
        question = " ".join((question or "").split())
        if not question:
            yield (gr.skip(),) * 4
            return
        before = before[-_MOST_TURNS:]
        turn = begun = Turn(question, tuple(one.question for one in before))
        yield before, log([*before, turn], (), words), "", ""  # the box is emptied once: the next is typed meanwhile
        try:
            for turn in streamed(self._assistant, begun):
                if turn.answer is None:  # it is done when what may follow is there: until then no other is taken
                    yield before, log([*before, turn], (), words), "", gr.skip()
        except Exception:
            _LOG.exception("question failed")
            text = words("failed")
            turn = Turn(question, turn.after, Answer(status="refused", text=text, reason="unsupported"), text)
        turns = [*before, turn]
        yield turns, *self.said(turns), gr.skip()

    def _reported(self, before: list[Turn], data: dict[str, Any], who: str) -> str:
        number = str(data.get("turn"))
        turn = before[int(number)] if number.isdecimal() and int(number) < len(before) else None
        if turn is None or turn.answer is None:
            return status(self._words("failed_page"), alert=True)
        try:
            feedback.report(
                self._assistant.store.folder, turn.question, turn.after, turn.answer, str(data.get("reason", "")), who
            )
        except feedback.FeedbackError as reason:
            return status(str(reason), alert=True)
        return status(self._words("wrong_kept"), shown=True)


def _documents_tab(gr: Any, assistant: Assistant, uploads: Uploads, head: Any, words: Words) -> Any:
    """The documents; returns what only editors see.

    :param head: the page's head, which counts them.
    """
    with gr.Column(visible=False) as editing:
        chosen = gr.File(label=words("upload"), file_count="multiple", elem_id="upload", height=170)
        progress = gr.HTML("", elem_id="uploads")
    replaced = gr.State("")
    told = gr.HTML("", elem_id="documents-told")
    gr.HTML(
        f'<label class="find">{words("find_documents")}<input id="find" type="search"></label><div id="list"></div>'
        f'<div id="reader"><p class="why">{words("choose_document")}</p></div>',
        elem_id="documents",
    )
    doing = gr.HTML("", elem_id="managing", js_on_load=bridge("remove", "replace"))

    def uploaded(files: list[str] | None, instead_of: str, request: Any) -> Iterator[tuple[Any, ...]]:
        if not files:
            yield gr.skip(), gr.skip(), "", gr.skip()
            return
        visitor = visitor_of(request)
        if not visitor.edits:
            yield None, status(words("only_editors"), alert=True), "", gr.skip()
            return
        numbers = uploads.take([(Path(file), Path(file).name) for file in files], instead_of)
        states = uploads.states(numbers)
        while not all(one.is_over for one in states):
            yield gr.skip(), documents.progress(states, words), "", gr.skip()
            time.sleep(_TICK)
            states = uploads.states(numbers)
        told = documents.progress(states, words) + "<span data-changed></span>"
        yield None, told, "", _head(assistant, words, visitor.name, True)

    def removed(event: Any, request: Any) -> tuple[str, Any]:
        visitor = visitor_of(request)
        if not visitor.edits:
            return status(words("only_editors"), alert=True), gr.skip()
        try:
            uploads.remove(str(event._data.get("document", "")))
        except StoreError as reason:
            return status(str(reason), alert=True), gr.skip()
        told = status(words("removed", name=str(event._data.get("name", ""))), shown=True)
        return told + "<span data-changed></span>", _head(assistant, words, visitor.name, True)

    def replace(event: Any) -> tuple[str, str]:
        return str(event._data.get("document", "")), status(
            words("replacing", name=str(event._data.get("name", ""))), shown=True
        )

    uploaded.__annotations__["request"] = gr.Request
    removed.__annotations__.update(event=gr.EventData, request=gr.Request)
    replace.__annotations__["event"] = gr.EventData
    private = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": _AT_ONCE}
    chosen.upload(uploaded, [chosen, replaced], [chosen, progress, replaced, head], **private)
    doing.remove(removed, None, [told, head], **private)
    doing.replace(replace, None, [replaced, told], **private)
    return editing


def _api(gr: Any, assistant: Assistant, words: Words) -> Any:
    def ask(question: str, history: list[str] | None = None) -> dict[str, Any]:
        """Answer a question over the loaded final accounts, with citations and calculation."""
        return reply(assistant, question, history or [], words).as_json()

    # annotations are text here; gradio looks for the types
    ask.__annotations__.update(question=str, history=list[str], **{"return": dict[str, Any]})
    return ask
