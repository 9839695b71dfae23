"""The web page: a chat, and beside it the evidence of each answer. The same over HTTP (`/ask`) and MCP."""

from __future__ import annotations

import contextlib
import html
import io
import logging
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import Answer, Assistant, Citation
from assistant.scope import short_name
from ingest.model import Account, Fact
from ui.evidence import NoEvidence, excerpt, picture

if TYPE_CHECKING:
    import gradio as gr

_HERE = Path(__file__).parent
_LOG = logging.getLogger(__name__)
_WHAT = "问部门决算里的数字和说明：每个数字都指到原表的那一格；没有依据的不作答。"
_NOTHING = "提问之后，这里显示答案的出处：原页面上的单元格或句子，以及计算过程。"
_NO_SOURCE = "这个回答没有引用原文，所以没有出处可看。"
_SUGGESTED = (
    "{who}公务接待费花了多少？",
    "{who}项目支出占本年支出的百分之几？",
    "{who}支出最大的三项是什么？",
    "{who}“三公”经费预算完成率是多少？",
    "{who}的主要职责是什么？",
    "{who}本年支出合计是多少？",
)
"""Forms of suggested questions, the best first; those that no loaded account answers are left out."""
_LANGUAGE = """<script>{
    const page = document.documentElement, chinese = () => { if (page.lang !== "zh-CN") page.lang = "zh-CN" }
    new MutationObserver(chinese).observe(page, { attributeFilter: ["lang"] })
    chinese()
}</script>"""
"""Keeps the page's language Chinese: Gradio sets it to the browser's, at a time of its own."""


def _gradio() -> Any:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import gradio

    return gradio


def chat_text(answer: Answer) -> str:
    """The answer as the chat shows it (Markdown): the sentence with its marks, then the notes as a quotation."""
    notes = "\n".join(f"> {_literal(note)}" for note in answer.notes)
    return _literal(answer.text) + (f"\n\n{notes}" if notes else "")


def _literal(text: str) -> str:
    """Text of a document in Markdown: shown as it is, and copied with as few added signs as possible."""
    return re.sub(r"([*_`~$])|(?<=\])(?=\()", r"\\\1", html.escape(text, quote=False))


def citation_label(citation: Citation) -> str:
    """What a citation is called in the list."""
    if citation.table is None:
        return f"[{citation.id}] 文字说明 · {citation.where}"
    row = f"{citation.row} · " if citation.row else ""
    return f"[{citation.id}] {citation.table} · {row}{citation.column} · {citation.where}"


def _grouped(value: str | None) -> str:
    """A figure with its thousands set apart, as the answer's sentence has it; HTML."""
    whole, point, rest = (value or "").partition(".")
    if whole.removeprefix("-").isdecimal():
        return f"{int(whole):,}{point}{rest}" if int(whole) else f"{whole}{point}{rest}"
    return html.escape(value or "（未填列）")


def working(answer: Answer) -> str:
    """The calculation as HTML: formula, operands, unrounded result, rounding."""
    calculation = answer.calculation
    if calculation is None or answer.status != "answered":
        return ""
    operands = "".join(
        f"<dd>[{o.citation}] {html.escape(o.name)} = {_grouped(o.value)} {html.escape(o.unit or '')}</dd>"
        for o in calculation.operands
    )
    result = f"{html.escape(calculation.exact)}（{html.escape(calculation.rounding)}）"
    return (
        f'<dl class="working"><dt>计算</dt><dd>{html.escape(calculation.formula)}</dd>'
        f"<dt>取数</dt>{operands}<dt>未舍入的结果</dt><dd>{result}</dd></dl>"
    )


def figures_table(answer: Answer) -> str:
    """The figures of an answer that has several (lists, rankings), as HTML."""
    if answer.status != "answered" or len(answer.figures) < 2:
        return ""
    body = "".join(
        f'<tr><th scope="row">{html.escape(figure.label)}</th><td>{_grouped(figure.value)}'
        f" {html.escape(figure.unit or '')}</td><td>[{figure.citation}]</td></tr>"
        for figure in answer.figures
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="答案中的数字">'
        f'<table class="rowtable"><caption>答案中的数字</caption>{body}</table></div>'
    )


def row_table(assistant: Assistant, citation: Citation) -> str:
    """The cited row as a table with the cell marked, as HTML."""
    if citation.kind is None and citation.table is None:
        return ""
    view = assistant.library.view(citation.document)
    titled = {table.number for table in view.tables.values() if table.title == citation.table}
    cited = next((fact for fact in view.facts if fact.table in titled and _is_cited(fact, citation)), None)
    if cited is None:
        return ""
    cells = [fact for fact in view.facts if (fact.table, fact.row) == (cited.table, cited.row)]
    shared = _shared([fact.column for fact in cells])
    body = "".join(
        f'<tr><th scope="row">{html.escape(" / ".join(fact.column[shared:]))}</th>'
        f"<td{' class=hit' if fact is cited else ''}>{html.escape(fact.text) or '（未填列）'}</td></tr>"
        for fact in cells
    )
    name = citation.row or "".join(cited.column[:shared]) or "这一行"
    caption = html.escape(f"{name}（单位：{citation.unit or '–'}）")
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="所引的一行">'
        f'<table class="rowtable"><caption>{caption}</caption>{body}</table></div>'
    )


def _is_cited(fact: Fact, citation: Citation) -> bool:
    """True for the cell that a citation names; its place tells apart rows of the same name."""
    return (
        fact.label == (citation.row or "")
        and "/".join(fact.column) == citation.column
        and fact.text == citation.text
        and (fact.place.page, fact.place.line, fact.place.cell) == (citation.page, citation.line, citation.cell)
        and (fact.place.box is None or citation.bbox is None or tuple(fact.place.box) == citation.bbox)
    )


def _shared(columns: list[tuple[str, ...]]) -> int:
    """How many outer headers all columns have in common, leaving each at least one of its own."""
    most = min(len(column) for column in columns) - 1 if len(columns) > 1 else 0
    return next((depth for depth in range(most) if len({column[depth] for column in columns}) > 1), most)


def evidence_of(assistant: Assistant, citation: Citation, whole: bool = False) -> tuple[Any, str]:
    """Picture (or None) and HTML for a citation; a reason in plain words where it cannot be shown.

    :param whole: the picture shows the whole page instead of the part around the cell.
    """
    account = assistant.library.account(citation.document)
    source = f'<p class="why">出处文件：{html.escape(Path(account.path).name)}</p>'
    others = sorted({page for page, _ in citation.boxes if page != citation.page})
    if others:
        source += f'<p class="why">这句话延续到第 {"、".join(map(str, others))} 页。</p>'
    if citation.table is None and citation.quote:
        source += f'<blockquote tabindex="0" aria-label="所引的原文">{html.escape(citation.quote)}</blockquote>'
    table = row_table(assistant, citation)
    try:
        if citation.bbox is None and citation.line is not None:
            return None, source + excerpt(citation, account) + table
        return picture(citation, account, whole), source + table
    except NoEvidence as reason:
        return None, source + f'<p class="why">{html.escape(str(reason))}</p>' + table


def suggestions(assistant: Assistant, most: int = 4) -> list[str]:
    """Questions of different kinds that the loaded accounts do answer, the newest accounts first."""
    newest: dict[str, Account] = {}
    for account in assistant.library.accounts:
        if account.department not in newest or newest[account.department].year < account.year:
            newest[account.department] = account
    accounts = sorted(newest.values(), key=lambda account: -account.year)[:most]
    found: list[str] = []
    for number, form in enumerate(_SUGGESTED):
        for turn in range(len(accounts)):
            account = accounts[(number + turn) % len(accounts)]
            question = form.format(who=f"{short_name(account)}{account.year}年")
            if assistant.ask(question).status == "answered":
                found.append(question)
                break
    return found[:most]


def loaded(assistant: Assistant) -> str:
    """Which accounts are loaded, as HTML: a line, and the list to be opened."""
    years: dict[str, list[int]] = {}
    for account in assistant.library.accounts:
        years.setdefault(account.department, []).append(account.year)
    if not years:
        return "<p>资料库里还没有决算。请先关闭网页，用 <code>juesuan ingest</code> 读入文件，再重新启动。</p>"
    listed = "".join(
        f"<li>{html.escape(name)}：{'、'.join(map(str, sorted(of)))} 年度</li>" for name, of in years.items()
    )
    count = len(assistant.library.accounts)
    return f"<details><summary>已收录 {len(years)} 个部门的 {count} 份决算</summary><ul>{listed}</ul></details>"


def reply(assistant: Assistant, question: str, history: list[str]) -> Answer:
    """The answer; if something goes wrong, a refusal in plain words (the cause is logged, nobody sees a traceback)."""
    try:
        return assistant.ask(question, history)
    except Exception:
        _LOG.exception("question failed")
        text = "回答时出了意外，没有给出任何数字。请换一种说法再问。"
        return Answer(status="refused", text=text, reason="unsupported")


def shown_evidence(assistant: Assistant, citation: Citation) -> tuple[Any, Any, str]:
    """Close picture, whole page (None where there are none) and HTML for a citation; never raises."""
    try:
        close, text = evidence_of(assistant, citation)
        return close, evidence_of(assistant, citation, whole=True)[0] if close else None, text
    except Exception:
        _LOG.exception("evidence failed")
        return None, None, '<p class="why">出处没能显示；请按上面的页码查看原文件。</p>'


def build(assistant: Assistant) -> gr.Blocks:
    """The page over an assistant."""
    gr = _gradio()

    def evidence(citation: Citation | None, otherwise: str) -> tuple[Any, ...]:
        close, whole, text = (
            shown_evidence(assistant, citation) if citation else (None, None, f'<p class="why">{otherwise}</p>')
        )
        seen = close is not None
        return gr.update(value=close, visible=seen), text, gr.update(visible=seen), whole

    def respond(question: str, chat: list[dict[str, Any]], asked: list[str]) -> tuple[Any, ...]:
        question = (question or "").strip()
        if not question:
            return (gr.skip(),) * 9
        answer = reply(assistant, question, asked)
        said: dict[str, Any] = {"role": "assistant", "content": chat_text(answer)}
        if answer.options and answer.status == "clarify":
            said["options"] = [{"value": option, "label": option} for option in answer.options]
        chat = [*chat, {"role": "user", "content": question}, said]
        first = answer.citations[0] if answer.citations else None
        labels = [(citation_label(citation), citation.id) for citation in answer.citations]
        choice = gr.update(choices=labels, value=first.id if first else None, visible=bool(labels))
        steps = figures_table(answer) + working(answer)
        return chat, [*asked, question], answer, "", choice, steps, *evidence(first, _NO_SOURCE)

    def chosen(number: int, answer: Answer | None) -> tuple[Any, ...]:
        cited = next((one for one in (answer.citations if answer else ()) if one.id == number), None)
        return evidence(cited, _NO_SOURCE)

    def cleared() -> tuple[Any, ...]:
        return [], None, gr.update(choices=[], value=None, visible=False), "", *evidence(None, _NOTHING)

    def pick_option(chat: list[dict[str, Any]], asked: list[str], event: Any) -> tuple[Any, ...]:
        return respond(str(event.value), chat, asked)

    def pick_example(chat: list[dict[str, Any]], asked: list[str], event: Any) -> tuple[Any, ...]:
        value = event.value
        return respond(value["text"] if isinstance(value, dict) else str(value), chat, asked)

    def ask(question: str, history: list[str] | None = None) -> dict[str, Any]:
        """Answer a question over the loaded final accounts, with citations and calculation."""
        return reply(assistant, question, history or []).as_json()

    # annotations are text here; gradio looks for the class to pass the event
    pick_option.__annotations__["event"] = gr.SelectData
    pick_example.__annotations__["event"] = gr.SelectData
    ask.__annotations__.update(question=str, history=list[str], **{"return": dict[str, Any]})

    with gr.Blocks(title="决算问答", analytics_enabled=False) as page:
        asked = gr.State([])
        last = gr.State(None)
        gr.HTML(f'<div id="head"><h1>决算问答</h1><p>{_WHAT}</p>{loaded(assistant)}</div>')
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("问答"), gr.Row(elem_id="panes"):
                with gr.Column(scale=6, min_width=320):
                    chat = gr.Chatbot(
                        label="问答", height="min(520px, 62vh)", buttons=["copy"], elem_id="chat",
                        placeholder="可以直接点下面的例子，或在下方输入问题。", allow_tags=False, latex_delimiters=[],
                        examples=[{"text": question} for question in suggestions(assistant)],
                    )  # fmt: skip
                    box = gr.Textbox(
                        label="问题",
                        placeholder="例如：公务接待费花了多少？",
                        lines=1,
                        submit_btn="提问",
                        elem_id="question",
                    )
                with gr.Column(scale=5, min_width=320, elem_id="evidence"):
                    choice = gr.Radio(label="出处（点选查看）", choices=[], visible=False, elem_id="citations")
                    close = gr.Image(
                        label="原页面（已框出所引之处）", type="pil", visible=False, interactive=False,
                        buttons=["fullscreen"], elem_id="page", alt_text="原页面上所引的单元格或句子，已用蓝框标出",
                    )  # fmt: skip
                    with gr.Accordion("看整页", open=False, visible=False) as fold:
                        whole = gr.Image(
                            label="整页", show_label=False, type="pil", interactive=False, buttons=["fullscreen", "download"],
                            elem_id="whole", alt_text="所引的整页，引用之处已用蓝框标出",
                        )  # fmt: skip
                    text = gr.HTML(f'<p class="why">{_NOTHING}</p>', elem_id="source")
                    steps = gr.HTML("", elem_id="steps")
            with gr.Tab("核对") as checking:
                from ui.panel import build as checks_panel  # it shows evidence as this page does

                checks_panel(gr, assistant, checking)
        seen = [close, text, fold, whole]
        shown = [chat, asked, last, box, choice, steps, *seen]
        box.submit(respond, [box, chat, asked], shown, api_visibility="private")
        chat.option_select(pick_option, [chat, asked], shown, api_visibility="private")
        chat.example_select(pick_example, [chat, asked], shown, api_visibility="private")
        chat.clear(cleared, None, [asked, last, choice, steps, *seen], api_visibility="private")
        choice.input(chosen, [choice, last], seen, api_visibility="private")
        gr.api(ask, api_name="ask")
    return page


def serve(
    store: Path, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False, block: bool = True
) -> Any:
    """Serve the page over a store.

    :param open_browser: show the page in the user's browser.
    :param block: wait until interrupted; otherwise return the running page.
    :raises ingest.StoreError: if there is no store.
    :raises SystemExit: if the address cannot be listened on; its text says what to do.
    """
    assistant = Assistant.open(store)
    gr = _gradio()
    page = build(assistant)
    fonts = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"]
    theme = gr.themes.Default(primary_hue="blue", font=fonts, font_mono=["ui-monospace", "monospace"])
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # gradio's own lines; ours follow
            page.launch(
                server_name=host, server_port=port, theme=theme, css=(_HERE / "style.css").read_text("utf-8"),
                head=_LANGUAGE, footer_links=[], inbrowser=open_browser,
                prevent_thread_lock=True, quiet=True, show_error=False, mcp_server=_has_mcp(), ssr_mode=False,
                pwa=False, enable_monitoring=False,
            )  # fmt: skip
    except OSError as error:
        assistant.close()
        raise SystemExit(f"不能在 {host}:{port} 打开网页（端口可能已被占用）；请用 --port 换一个端口。") from error
    root = f"http://{host}:{port}"
    print(f"网页地址：{root}", flush=True)
    print(f"接口：{root}/gradio_api/call/ask" + (f"；MCP：{root}/gradio_api/mcp/" if _has_mcp() else ""), flush=True)
    if block:
        page.block_thread()
    return page


def _has_mcp() -> bool:
    from importlib.util import find_spec

    return find_spec("mcp") is not None
