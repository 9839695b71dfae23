"""The web page: what it says, what it shows as evidence, and what a person sees in a real browser."""

from __future__ import annotations

import json
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Citation
from assistant.checks import MutingLog, check
from eval.suite import SAMPLES, store_of
from ingest import Store, StoreError, ingest
from ui.evidence import _SCALE, NoEvidence, excerpt, picture, window
from ui.web import (
    chat_text,
    evidence_of,
    figures_table,
    loaded,
    reply,
    row_table,
    serve,
    shown_evidence,
    suggestions,
    working,
)

RANKING = "图书馆局2024年支出最大的三项是什么？"
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)


# --- words ------------------------------------------------------------------------------------------------------------


def test_notes_stand_below_the_answer_and_keep_their_signs() -> None:
    answer = Answer(status="answered", text="共 1*2_3 万元[1](见表)。<b>", notes=("口径：甲", "另见：乙"))
    assert chat_text(answer) == "共 1\\*2\\_3 万元[1]\\(见表)。&lt;b&gt;\n\n> 口径：甲\n> 另见：乙"


def test_several_figures_are_a_table_with_their_citations(samples: Assistant) -> None:
    answer = samples.ask(RANKING)
    table = figures_table(answer)
    assert table.count("<tr>") == len(answer.figures) == 3
    assert all(f"[{figure.citation}]" in table for figure in answer.figures)
    assert figures_table(samples.ask("图书馆局2024年公务接待费是多少？")) == ""


def test_calculation_names_every_operand(samples: Assistant) -> None:
    answer = samples.ask("图书馆局2024年项目支出占本年支出合计的百分之几？")
    shown = working(answer)
    assert answer.calculation and all(f"[{operand.citation}]" in shown for operand in answer.calculation.operands)
    assert answer.calculation.exact in shown and answer.calculation.rounding in shown


def test_suggested_questions_are_answered(samples: Assistant) -> None:
    questions = suggestions(samples)
    assert len(questions) == len(set(questions)) == 4
    assert [samples.ask(question).status for question in questions] == ["answered"] * 4


def test_page_lists_every_loaded_account(samples: Assistant) -> None:
    shown = loaded(samples)
    assert all(account.department in shown and str(account.year) in shown for account in samples.library.accounts)


def test_a_fault_is_told_in_plain_words(samples: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    citation = samples.ask(RANKING).citations[0]
    monkeypatch.setattr(samples, "ask", fail)
    answer = reply(samples, "公务接待费", [])
    assert answer.status == "refused" and not answer.citations and "boom" not in answer.text
    monkeypatch.setattr(samples.library, "account", fail)
    close, whole, text = shown_evidence(samples, citation)
    assert close is None and whole is None and "boom" not in text


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_row_table_marks_the_cited_cell_only(samples: Assistant) -> None:
    citation = samples.ask("图书馆局2024年公务接待费是多少？").citations[0]
    table = row_table(samples, citation)
    assert table.count("class=hit") == 1 and f"class=hit>{citation.text}</td>" in table
    assert "（未填列）" in table, "a blank cell must not look like a zero"


def test_picture_frames_the_box_and_the_whole_page_can_be_had(samples: Assistant) -> None:
    citation = samples.ask(RANKING).citations[0]
    account = samples.library.account(citation.document)
    close, whole = picture(citation, account), picture(citation, account, whole=True)
    assert close.width < whole.width and close.height < whole.height
    assert any(blue > red + 100 for _, (red, _, blue) in close.getcolors(1 << 20)), "the outline is drawn in it"


@pytest.mark.parametrize("box", [(0, 0, 20, 10), (800, 580, 842, 595), (10, 300, 830, 320), (400, 0, 420, 595)])
def test_window_holds_the_box_and_stays_on_the_page(box: tuple[float, float, float, float]) -> None:
    width, height = int(842 * _SCALE), int(595 * _SCALE)
    left, top, right, bottom = window((box,), width, height)
    assert 0 <= left < right <= width and 0 <= top < bottom <= height
    x0, y0, x1, y1 = (edge * _SCALE for edge in box)
    assert left <= x0 + 1 and top <= y0 + 1 and right >= x1 - 2 and bottom >= y1 - 2


def test_no_picture_of_a_file_that_is_gone_changed_or_damaged(samples: Assistant, tmp_path: Path) -> None:
    import hashlib

    citation = samples.ask(RANKING).citations[0]
    account = samples.library.account(citation.document)
    changed, damaged = tmp_path / "changed.pdf", tmp_path / "damaged.pdf"
    changed.write_bytes(Path(account.path).read_bytes() + b"\n")
    damaged.write_bytes(b"no pdf")
    cases = {
        "不在原处": replace(account, path=str(tmp_path / "gone.pdf")),
        "改动过": replace(account, path=str(changed)),
        "显示不出来": replace(account, path=str(damaged), sha256=hashlib.sha256(b"no pdf").hexdigest()),
    }
    for words, other in cases.items():
        with pytest.raises(NoEvidence, match=words):
            picture(citation, other)


def test_text_file_is_shown_around_the_cited_line(samples: Assistant, tmp_path: Path) -> None:
    import hashlib

    file = tmp_path / "account.txt"
    file.write_text("\n".join(f"第{number}行 <{number}>" for number in range(1, 31)), "utf-8")
    account = replace(samples.library.accounts[0], path=str(file), sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    shown = excerpt(Citation(id=1, document=account.id, sha256=account.sha256, text="", line=20), account)
    assert "<mark>第20行 &lt;20&gt;</mark>" in shown and shown.count("<span>") == 16


def test_evidence_of_text_accounts_is_the_marked_line(real: Assistant) -> None:
    citation = real.ask("清远市政务服务数据管理局2021年公务接待费是多少？").citations[0]
    image, text = evidence_of(real, citation)
    assert image is None and "<mark>" in text and "0.37" in text


# --- the running page -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """Address of a running page over the sample accounts."""
    port = _free_port()
    running = serve(store_of("samples", sorted(SAMPLES.glob("*.pdf"))), port=port, block=False)
    yield f"http://127.0.0.1:{port}"
    running.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; skips where it or Playwright is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


def test_serving_without_a_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="juesuan ingest"):
        serve(tmp_path / "none", block=False)


def test_serving_on_a_taken_port_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="--port"):
            serve(store_of("samples", sorted(SAMPLES.glob("*.pdf"))), port=taken.getsockname()[1], block=False)


def test_http_interface_answers_as_the_assistant_does(page: str, samples: Assistant) -> None:
    history = ["图书馆局2024年公务接待费是多少？"]
    body = json.dumps({"data": ["办公费呢？", history]}).encode()
    request = urllib.request.Request(f"{page}/gradio_api/call/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{page}/gradio_api/call/ask/{event}", timeout=60) as response:
        lines = response.read().decode().splitlines()
    answer = json.loads(next(line[6:] for line in lines if line.startswith("data: ")))[0]
    expected = samples.ask("办公费呢？", history).as_json()
    assert {**answer, "seconds": 0} == {**expected, "seconds": 0} and answer["status"] == "answered"


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["wide", "phone"])
def test_a_person_asks_sees_the_cell_and_begins_anew(page: str, browser: Any, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-US")
    tab = context.new_page()
    fetched: list[str] = []
    tab.on("request", lambda request: fetched.append(request.url))
    tab.goto(page)
    tab.wait_for_selector("#chat .examples button")
    tab.evaluate("document.documentElement.lang = 'en'")  # as Gradio does once it has loaded the browser's language
    tab.wait_for_function("document.documentElement.lang == 'zh-CN'")

    tab.locator("#chat .examples button").first.click()
    tab.wait_for_selector("#page img")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing overflows sideways"
    chat, evidence = (tab.locator(part).bounding_box() for part in ("#chat", "#evidence"))
    assert (evidence["y"] >= chat["y"] + chat["height"]) if size[0] < 640 else (evidence["x"] > chat["x"])

    _clear(tab)
    _ask(tab, RANKING)
    tab.wait_for_function("document.querySelectorAll('#citations input').length == 3")
    tab.locator("#citations input").nth(1).focus()
    tab.keyboard.press("Space")
    tab.wait_for_function("document.querySelector('.rowtable caption').innerText.startsWith('行政运行')")

    _clear(tab)
    _ask(tab, "公务接待费花了多少？")  # the cleared conversation must not name the department
    tab.get_by_role("button", name="云岫市图书馆事业管理局", exact=True).click()
    tab.wait_for_selector("#page img")
    assert "0.64 万元" in tab.locator("#chat .bot").last.inner_text()
    assert not [url for url in fetched if not url.startswith((page, "data:", "blob:"))], "nothing from outside"
    context.close()


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of an account as PDF in which one sum is wrong."""
    from conftest import PlainEncoder

    from eval.accounts import SHANGHAI, as_pdf, make
    from eval.accounts.font import FONT_FILE

    if not Path(FONT_FILE).exists():
        pytest.skip("fonts-wqy-microhei is not installed")
    folder = tmp_path_factory.mktemp("doubtful")
    account = make(20, SHANGHAI)
    sheet = next(sheet for sheet in account.sheets if sheet.kind == "T5")
    entry = sheet.lines[-1][0]
    assert entry is not None
    wrong = replace(entry, texts=("7" + entry.texts[0][1:], *entry.texts[1:]))
    sheets = tuple(
        replace(one, lines=(*one.lines[:-1], (wrong, *one.lines[-1][1:]))) if one is sheet else one
        for one in account.sheets
    )
    as_pdf(replace(account, sheets=sheets), folder / "account.pdf")
    with Store(folder / "store", write=True, encoder=PlainEncoder()) as store:
        assert [outcome.status for outcome in ingest([folder / "account.pdf"], store)] == ["added"]
    return folder / "store"


def test_panel_counts_lists_and_names_every_finding(doubtful: Path) -> None:
    from ui.panel import ALL, Panel

    assistant = Assistant.open(doubtful)
    panel, (one,) = Panel(assistant), assistant.library.accounts
    expected = check(assistant.library.view(one.id))
    errors = [finding for finding in expected if finding.severity == "error"]
    assert (
        errors and f"{len(errors)} 条错误" in panel.documents()[0][0] and f"{len(errors)} 条错误" in panel.summary(ALL)
    )
    listed = panel.findings(ALL, muted=False)
    assert sorted(name for _, name in listed) == sorted(finding.id for finding in expected)
    assert all(label.startswith(("【错误】", "【提示】", "【舍入】")) for label, _ in listed), "not by colour alone"
    assert panel.finding("nothing#1") is None and panel.mute(None, "理由") == "请先选一条发现。"
    assert "理由" in panel.mute(errors[0].id, " "), "no reason, no muting"
    assert [Path(file).suffix for file in panel.reports(one.id)] == [".docx", ".xlsx"]
    assistant.close()


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["wide", "phone"])
def test_a_person_sees_what_is_wrong_mutes_it_and_takes_the_report(
    doubtful: Path, browser: Any, size: tuple[int, int]
) -> None:
    port = _free_port()
    running = serve(doubtful, port=port, block=False)
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    tab = context.new_page()
    try:
        tab.goto(f"http://127.0.0.1:{port}")
        tab.get_by_role("tab", name="核对").click()
        tab.wait_for_selector("#findings input")
        before = tab.locator("#findings label").count()
        first = tab.locator("#findings label").first
        message = first.inner_text()
        assert message.startswith("【错误】")
        tab.locator("#findings input").first.focus()
        tab.keyboard.press("Space")
        tab.wait_for_selector("#check-page img")
        assert tab.locator("#check-citations input").count() > 1
        tab.locator("#check-citations input").nth(1).click()
        tab.wait_for_selector("#check-source .rowtable")
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing overflows sideways"

        tab.locator("#mute").click()
        tab.wait_for_selector("#mute-outcome [role=alert]")
        tab.fill("#mute-reason textarea, #mute-reason input", "与原件核对过")
        tab.locator("#mute").click()
        tab.wait_for_selector("#mute-outcome [role=status]")
        tab.wait_for_function("n => document.querySelectorAll('#findings label').length == n - 1", arg=before)
        log = MutingLog(doubtful)
        assert [entry.reason for entry in log.muted().values()] == ["与原件核对过"]

        tab.locator("#make-report").click()
        tab.wait_for_selector("#reports a[download], #reports a[href*='.docx']")
        tab.locator("#check-muted input").check()
        tab.wait_for_function("n => document.querySelectorAll('#findings label').length == n", arg=before)
        tab.locator("#findings label", has_text="已静音").first.click()
        tab.locator("#mute", has_text="取消静音").click()
        tab.wait_for_function("!document.querySelector('#findings').innerText.includes('已静音')")
        assert log.muted() == {}
    finally:
        context.close()
        running.close()


def _ask(tab: Any, question: str) -> None:
    before = tab.locator("#chat .bot").count()
    tab.fill("#question textarea", question)
    tab.keyboard.press("Enter")
    tab.wait_for_function("count => document.querySelectorAll('#chat .bot').length > count", arg=before)


def _clear(tab: Any) -> None:
    tab.locator("#chat button[aria-label*='清空'], #chat button[aria-label*='lear']").first.click()
    tab.wait_for_function("!document.querySelector('#page img')")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
