"""The web page: a chat, and beside it the evidence of each answer. The same over HTTP (`/ask`) and MCP."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import Answer, Assistant, Citation
from assistant.scope import short_name
from ui.evidence import NoEvidence, excerpt, picture

if TYPE_CHECKING:
    import gradio as gr

_HERE = Path(__file__).parent
_NOTHING = "提问之后，这里显示答案的出处：原页面上的单元格或句子，以及计算过程。"


def _gradio() -> Any:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import gradio

    return gradio


def chat_text(answer: Answer) -> str:
    """The answer as the chat shows it: the sentence with its marks, then the notes."""
    notes = "".join(f"\n\n<small>{html.escape(note)}</small>" for note in answer.notes)
    return html.escape(answer.text, quote=False) + notes


def citation_label(citation: Citation) -> str:
    """What a citation is called in the list."""
    where = f"第 {citation.page} 页" if citation.page else f"第 {citation.line} 行"
    if citation.table is None:
        return f"[{citation.id}] 文字说明 · {where}"
    row = f"{citation.row} · " if citation.row else ""
    return f"[{citation.id}] {citation.table} · {row}{citation.column} · {where}"


def working(answer: Answer) -> str:
    """The calculation as HTML: formula, operands, unrounded result, rounding."""
    calculation = answer.calculation
    if calculation is None or answer.status != "answered":
        return ""
    operands = "".join(
        f"<dd>[{o.citation}] {html.escape(o.name)} = {html.escape(o.value)} {html.escape(o.unit or '')}</dd>"
        for o in calculation.operands
    )
    result = f"{html.escape(calculation.exact)}（{html.escape(calculation.rounding)}）"
    return (
        f'<dl class="working"><dt>计算</dt><dd>{html.escape(calculation.formula)}</dd>'
        f"<dt>取数</dt>{operands}<dt>未舍入的结果</dt><dd>{result}</dd></dl>"
    )


def row_table(assistant: Assistant, citation: Citation) -> str:
    """The cited row as a table with the cell marked, as HTML."""
    if citation.kind is None and citation.table is None:
        return ""
    view = assistant.library.view(citation.document)
    cited = next(
        (
            f
            for f in view.facts
            if f.kind == citation.kind
            and f.label == (citation.row or "")
            and "/".join(f.column) == citation.column
            and f.text == citation.text
            and f.place.page == citation.page
        ),
        None,
    )
    if cited is None:
        return ""
    cells = [fact for fact in view.facts if (fact.table, fact.row) == (cited.table, cited.row)]
    body = "".join(
        f'<tr><th scope="row">{html.escape(" / ".join(fact.column))}</th><td{" class=hit" if fact is cited else ""}>{html.escape(fact.text) or "（未填列）"}</td></tr>'
        for fact in cells
    )
    caption = html.escape(f"{citation.row or '三公经费'}（单位：{citation.unit or '–'}）")
    return f'<div class="scroll"><table class="rowtable"><caption>{caption}</caption>{body}</table></div>'


def evidence_of(assistant: Assistant, citation: Citation) -> tuple[Any, str]:
    """Picture (or None) and HTML for a citation; a reason in plain words where it cannot be shown."""
    account = assistant.library.account(citation.document)
    source = f'<p class="why">出处文件：{html.escape(Path(account.path).name)}</p>'
    table = row_table(assistant, citation)
    try:
        if citation.bbox is None and citation.line is not None:
            return None, source + excerpt(citation, account) + table
        return picture(citation, account), source + table
    except NoEvidence as reason:
        return None, source + f'<p class="why">{html.escape(str(reason))}</p>' + table


def suggestions(assistant: Assistant) -> list[str]:
    """Questions that the loaded accounts can answer."""
    accounts = sorted(assistant.library.accounts, key=lambda account: -account.year)
    if not accounts:
        return []
    names = [
        f"{short_name(account)}{account.year}年"
        for account in list({a.department: a for a in reversed(accounts)}.values())
    ]
    pick = lambda number: names[number % len(names)]  # noqa: E731
    return [
        f"{pick(0)}公务接待费花了多少？",
        f"{pick(1)}项目支出占本年支出的百分之几？",
        f"{pick(2)}支出最大的三项是什么？",
        f"{pick(0)}“三公”经费预算完成率是多少？",
    ]


def build(assistant: Assistant) -> gr.Blocks:
    """The page over an assistant."""
    gr = _gradio()

    def loaded() -> str:
        accounts = assistant.library.accounts
        if not accounts:
            return "资料库里还没有决算。请先用 <code>juesuan ingest</code> 读入文件，再刷新本页。"
        years: dict[str, list[str]] = {}
        for account in accounts:
            years.setdefault(account.department, []).append(str(account.year))
        listed = "；".join(html.escape(f"{name}（{'、'.join(of)}）") for name, of in list(years.items())[:8])
        return f"已收录 {len(accounts)} 份决算：{listed}{' 等' if len(years) > 8 else ''}。"

    def respond(question: str, chat: list[dict[str, Any]], asked: list[str]) -> tuple[Any, ...]:
        question = (question or "").strip()
        if not question:
            return chat, asked, None, "", gr.update(), gr.update(), gr.update(), gr.update()
        try:
            answer = assistant.ask(question, asked)
        except Exception:  # nobody is shown a traceback; the reason is logged
            import logging

            logging.getLogger(__name__).exception("question failed")
            answer = Answer(
                status="refused", text="回答时出了意外，没有给出任何数字。请换一种说法再问。", reason="unsupported"
            )
        reply: dict[str, Any] = {"role": "assistant", "content": chat_text(answer)}
        if answer.options and answer.status == "clarify":
            reply["options"] = [{"value": option, "label": option} for option in answer.options]
        chat = [*chat, {"role": "user", "content": question}, reply]
        labels = [citation_label(citation) for citation in answer.citations]
        choice = gr.update(choices=labels, value=labels[0] if labels else None, visible=bool(labels))
        image, text = (
            evidence_of(assistant, answer.citations[0])
            if answer.citations
            else (None, f'<p class="why">{_NOTHING}</p>')
        )
        return (
            chat,
            [*asked, question],
            answer,
            "",
            choice,
            gr.update(value=image, visible=image is not None),
            text,
            working(answer),
        )

    def chosen(label: str, answer: Answer | None) -> tuple[Any, str]:
        for citation in answer.citations if answer else ():
            if citation_label(citation) == label:
                image, text = evidence_of(assistant, citation)
                return gr.update(value=image, visible=image is not None), text
        return gr.update(visible=False), ""

    def pick_option(chat: list[dict[str, Any]], asked: list[str], event: Any) -> tuple[Any, ...]:
        return respond(str(event.value), chat, asked)

    def pick_example(chat: list[dict[str, Any]], asked: list[str], event: Any) -> tuple[Any, ...]:
        value = event.value
        return respond(value["text"] if isinstance(value, dict) else str(value), chat, asked)

    def ask_api(question: str, history: list[str] | None = None) -> dict[str, Any]:
        """Answer a question over the loaded final accounts, with citations and calculation."""
        return assistant.ask(question, history or []).as_json()

    # annotations are text here; gradio looks for the class to pass the event
    pick_option.__annotations__["event"] = gr.SelectData
    pick_example.__annotations__["event"] = gr.SelectData
    ask_api.__annotations__.update(question=str, history=list[str], **{"return": dict[str, Any]})

    with gr.Blocks(title="决算问答", analytics_enabled=False) as page:
        asked = gr.State([])
        last = gr.State(None)
        gr.HTML(
            f'<div id="head"><h1>决算问答</h1><p>问部门决算里的数字和说明：每个数字都指到原表的那一格；没有依据的不作答。</p><p>{loaded()}</p></div>'
        )
        with gr.Row(elem_id="panes"):
            with gr.Column(scale=6, min_width=320):
                chat = gr.Chatbot(
                    label="问答", height=520, buttons=["copy"], placeholder="可以直接点下面的例子，或在下方输入问题。",
                    examples=[{"text": question} for question in suggestions(assistant)], elem_id="chat",
                )  # fmt: skip
                box = gr.Textbox(
                    label="问题",
                    placeholder="例如：公务接待费花了多少？",
                    lines=1,
                    submit_btn="提问",
                    elem_id="question",
                )
            with gr.Column(scale=5, min_width=320, elem_id="evidence"):
                choice = gr.Radio(label="出处", choices=[], visible=False, elem_id="citations")
                image = gr.Image(
                    label="原页面（已框出所引之处）",
                    type="pil",
                    visible=False,
                    interactive=False,
                    buttons=["fullscreen"],
                    elem_id="page",
                )
                text = gr.HTML(f'<p class="why">{_NOTHING}</p>')
                steps = gr.HTML("")
        shown = [chat, asked, last, box, choice, image, text, steps]
        box.submit(respond, [box, chat, asked], shown, api_visibility="private")
        chat.option_select(pick_option, [chat, asked], shown, api_visibility="private")
        chat.example_select(pick_example, [chat, asked], shown, api_visibility="private")
        choice.input(chosen, [choice, last], [image, text], api_visibility="private")
        gr.api(ask_api, api_name="ask")
    return page


def serve(store: Path, host: str = "127.0.0.1", port: int = 7860, block: bool = True) -> Any:
    """Serve the page over a store.

    :param block: wait until interrupted; otherwise return the running page.
    :raises ingest.StoreError: if there is no store.
    """
    assistant = Assistant.open(store)
    gr = _gradio()
    page = build(assistant)
    fonts = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"]
    theme = gr.themes.Default(primary_hue="blue", font=fonts, font_mono=["ui-monospace", "monospace"])
    print(f"网页地址：http://{host}:{port}", flush=True)
    page.launch(
        server_name=host, server_port=port, theme=theme, css=(_HERE / "style.css").read_text("utf-8"), footer_links=[],
        prevent_thread_lock=True, quiet=True, show_error=False, mcp_server=_has_mcp(), ssr_mode=False, pwa=False, enable_monitoring=False,
    )  # fmt: skip
    if block:
        page.block_thread()
    return page


def _has_mcp() -> bool:
    from importlib.util import find_spec

    return find_spec("mcp") is not None
