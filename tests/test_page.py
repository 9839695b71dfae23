"""The running page in a real browser, wide and on a phone: what a person does, sees and can send to somebody."""

from __future__ import annotations

import json
import os
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.checks import MutingLog, check
from eval.suite import SAMPLES, store_of
from ingest import Store, ingest
from ui import feedback
from ui.web import serve
from ui.web.access import USERS_FILE, Users

RANKING = "图书馆局2024年支出最大的三项是什么？"
SHARE = "图书馆局2024年项目支出占本年支出合计的百分之几？"
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
SIZES = {"wide": (1280, 900), "phone": (390, 844)}
SHOTS = Path(os.environ.get("JUESUAN_SHOTS", "build/screenshots"))
"""Where pictures of the pages that the tests walk through are kept."""

CUT = """() => {
  const row = document.querySelector("#evidence .sheet tbody tr"), edge = row.querySelector("th").getBoundingClientRect().right
  return [...row.querySelectorAll("td")].filter(cell => {
    const { left, right } = cell.getBoundingClientRect()
    return left < edge - 3 && right > edge + 3
  }).length
}"""
"""How many cells are half under the names of the rows."""

INSIDE = """([mark, view]) => {
  const inner = document.querySelector(mark).getBoundingClientRect(), outer = document.querySelector(view).getBoundingClientRect()
  return outer.left - 1 <= inner.left && inner.right <= outer.right + 1 && outer.top - 1 <= inner.top && inner.bottom <= outer.bottom + 1
}"""
"""Whether what is marked is to be seen inside what scrolls."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(store: Path) -> Iterator[str]:
    """Address of a page that runs over a store."""
    port = free_port()
    running = serve(store, port=port, block=False)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.close()


def store_with(path: Path, *files: Path) -> Path:
    """A store of documents, with the vectors of the encoder that the page brings."""
    with Store(path, write=True) as store:
        list(ingest(files, store))
    return path


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """Address of a running page over the sample accounts."""
    with served(store_of("samples", sorted(SAMPLES.glob("*.pdf")))) as address:
        yield address


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


class Visit:
    """A tab of the browser with what it fetched and what went wrong in it."""

    def __init__(self, browser: Any, address: str, size: str = "wide", **options: Any) -> None:
        width, height = SIZES[size]
        self.size, self.address = size, address
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.tab = self.context.new_page()
        self.fetched: list[str] = []
        self.wrong: list[str] = []
        self.tab.on("request", lambda request: self.fetched.append(request.url))
        self.tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.tab.goto(address)
        self.tab.wait_for_selector("#evidence")

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        root = "/".join(self.address.split("/")[:3])
        if kind is None:
            assert not self.wrong
            assert not [url for url in self.fetched if not url.startswith((root, "data:", "blob:"))], (
                "nothing from outside"
            )
            assert self.tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                "nothing overflows sideways"
            )
        self.context.close()

    def ask(self, question: str) -> Any:
        """Ask, and wait for the answer; the turn."""
        before = self.tab.locator(".turn").count()
        self.tab.fill("#question textarea", question)
        self.tab.keyboard.press("Enter")
        self.tab.wait_for_function("n => document.querySelectorAll('.turn:not([aria-busy])').length > n", arg=before)
        return self.tab.locator(".turn").last

    def open(self, tab: str) -> None:
        """Open one of the page's tabs, which on a phone may be in its menu."""
        shown = self.tab.get_by_role("tab", name=tab, exact=True)
        if not shown.is_visible():
            self.tab.locator(".overflow-menu > button").click()
            shown = self.tab.locator(".overflow-dropdown button", has_text=tab)
        shown.click()

    def shot(self, name: str) -> None:
        """Keep a picture of the page as it is."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.tab.screenshot(path=SHOTS / f"{name}-{self.size}.png", full_page=True)


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


@pytest.mark.parametrize("size", SIZES)
def test_a_person_asks_sees_the_cell_and_goes_on(page: str, browser: Any, size: str) -> None:
    with Visit(browser, page, size, locale="en-US") as visit:
        tab = visit.tab
        tab.wait_for_function("document.documentElement.lang == 'zh-CN'")  # whatever the browser's language is
        tab.wait_for_selector("#welcome [data-ask]")
        tab.locator("#welcome [data-ask]").first.click()
        tab.wait_for_selector("#evidence .box")
        visit.shot("asked")
        work, evidence = (tab.locator(part).bounding_box() for part in ("#work", "#beside"))
        assert (evidence["y"] >= work["y"] + work["height"]) if size == "phone" else (evidence["x"] > work["x"])

        tab.locator("#new").click()
        tab.wait_for_function("!document.querySelector('.turn')")
        turn = visit.ask(SHARE)
        second = turn.locator(".said p a.chip").nth(1)
        second.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_function("document.querySelector('#evidence h2').innerText.startsWith('[2]')")
        assert tab.evaluate("document.activeElement.matches('#evidence h2')"), (
            "a screen reader goes on with the evidence"
        )
        for mark, view in ((".box", ".sight"), ("td.hit", "#evidence .scroll")):
            assert tab.evaluate(INSIDE, [mark, view]), f"{mark} is in view"
        for far in (0, 70, 160, 9999):
            tab.locator("#evidence .scroll").evaluate("(view, far) => { view.scrollLeft = far }", far)
            tab.wait_for_timeout(500)
            assert not tab.evaluate(CUT), "no figure is seen without its first digits"
        tab.locator("#evidence .working a.chip").first.click()
        tab.wait_for_function("document.querySelector('#evidence h2').innerText.startsWith('[1]')")
        visit.shot("evidence")

        turn.locator(".next [data-ask]").first.click()
        tab.wait_for_function("document.querySelectorAll('.turn:not([aria-busy])').length == 2")

        tab.locator("#new").click()
        tab.wait_for_function("!document.querySelector('.turn')")
        visit.ask("公务接待费花了多少？")  # the cleared conversation must not name the department
        tab.get_by_role("button", name="云岫市图书馆事业管理局", exact=True).click()
        tab.wait_for_function("document.querySelectorAll('.turn:not([aria-busy])').length == 2")
        assert "0.64 万元" in tab.locator(".turn").last.inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_answers_are_copied_with_sources_and_their_address_opens_them_again(
    page: str, browser: Any, size: str
) -> None:
    with Visit(browser, page, size, permissions=["clipboard-read", "clipboard-write"]) as visit:
        visit.ask("图书馆局2024年公务接待费是多少？")
        turn = visit.ask("那2023年呢？")
        turn.get_by_role("button", name="复制答案和出处").click()
        visit.tab.wait_for_function("navigator.clipboard.readText().then(text => text.includes('SHA-256'))")
        copied = visit.tab.evaluate("navigator.clipboard.readText()")
        assert "0.81 万元[1]" in copied and "第 15 页" in copied
        address = copied.splitlines()[-1]
    with Visit(browser, address, size) as visit:
        visit.tab.wait_for_selector("#evidence .box")
        assert visit.tab.locator(".turn").count() == 2 and "0.81 万元" in visit.tab.locator(".turn").last.inner_text()
        assert "0.81" in visit.tab.locator("#evidence td.hit").inner_text()
    with Visit(browser, address.replace("with=", "with=0000000000000000."), size) as visit:
        visit.tab.wait_for_selector("#evidence .warning")
        assert "0000000000000000" in visit.tab.locator("#evidence .warning").inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_an_answer_called_wrong_is_kept(browser: Any, tmp_path: Path, size: str) -> None:
    store = store_with(tmp_path / "store", sorted(SAMPLES.glob("*.pdf"))[0])
    with served(store) as address, Visit(browser, address, size) as visit:
        turn = visit.ask("公务接待费是多少？")
        turn.get_by_role("button", name="这不对").click()
        turn.locator("textarea").fill("与原件第 15 页不符")
        turn.get_by_role("button", name="提交").click()
        visit.tab.wait_for_selector("#said [role=status]:has-text('已记录')")
        (entry,) = feedback.reports(store)
        assert entry.reason == "与原件第 15 页不符" and entry.answer["citations"] and entry.answer["plan"]


@pytest.mark.parametrize("size", SIZES)
def test_documents_are_sent_listed_read_replaced_and_removed(browser: Any, tmp_path: Path, size: str) -> None:
    first, second = sorted(SAMPLES.glob("*.pdf"))[:2]
    store = store_with(tmp_path / "store", first)
    broken = tmp_path / "坏文件.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    with served(store) as address, Visit(browser, address, size) as visit:
        tab = visit.tab
        visit.open("文件")
        tab.wait_for_selector("#list tbody tr")
        tab.set_input_files("#upload input[type=file]", [str(second), str(broken), str(first)])
        tab.wait_for_selector("#uploads li.reading", timeout=60_000)
        tab.wait_for_selector("#uploads li.added", timeout=120_000)
        tab.wait_for_selector("#uploads li.failed", timeout=60_000)
        tab.wait_for_selector("#uploads li.skipped", timeout=60_000)
        assert "坏文件.pdf" in tab.locator("#uploads li.failed").inner_text()
        tab.wait_for_function("document.querySelectorAll('#list tbody tr').length == 2")
        tab.wait_for_selector("#head .why:has-text('2 份文件')")
        visit.shot("documents")

        tab.locator("#list a[data-reader]").first.click()
        tab.wait_for_selector("#reader h2")
        tab.locator("#reader details", has_text="支出决算表").first.locator("summary").click()
        sheet = tab.locator("#reader details[open] table").first
        names = sheet.locator("tbody th").all_inner_texts()
        sheet.get_by_role("button", name="本年支出合计").click()
        sheet.get_by_role("button", name="本年支出合计").click()
        values = [
            text
            for text in sheet.locator("tbody td[data-value]:nth-child(3)").all_inner_texts()
            if text[0].isdigit()
        ]
        figures = [Decimal(text.replace(",", "")) for text in values]
        assert figures == sorted(figures, reverse=True) and len(set(figures)) > 3
        assert sorted(names) == sorted(sheet.locator("tbody th").all_inner_texts())
        sheet.locator("td a[data-evidence]").first.click()
        tab.wait_for_selector("#evidence .box")
        visit.shot("reader")
        with tab.expect_download() as loaded:
            tab.locator("#reader details[open] a", has_text="XLSX").first.click()
        assert Path(loaded.value.path()).read_bytes()[:2] == b"PK"

        tab.fill("#find", "没有这样的部门")
        tab.wait_for_selector("#list .why")
        tab.fill("#find", "")
        tab.wait_for_function("document.querySelectorAll('#list tbody tr').length == 2")
        tab.on("dialog", lambda dialog: dialog.accept())
        tab.locator(f"[data-remove][data-name='{second.name}']").click()
        tab.wait_for_function("document.querySelectorAll('#list tbody tr').length == 1", timeout=60_000)
        assert not list((store / "files").iterdir())

        with tab.expect_file_chooser() as choosing:
            tab.locator("[data-replace]").click()
        choosing.value.set_files(str(second))
        tab.wait_for_selector("#uploads li.added", timeout=120_000)
        tab.wait_for_function("name => document.querySelector('#list tbody')?.innerText.includes(name)", arg=second.name)
        assert tab.locator("#list tbody tr").count() == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_cells_address_opens_document_and_evidence(
    page: str, browser: Any, samples: Assistant, size: str
) -> None:
    from ui.address import of_citation

    citation = samples.ask("图书馆局2024年办公费是多少？").citations[0]
    with Visit(browser, f"{page}/{of_citation(samples.library, citation).query}", size) as visit:
        visit.tab.wait_for_selector("#evidence .box")
        visit.tab.wait_for_selector("#reader td.hit")
        assert visit.tab.locator("#reader td.hit").inner_text() == citation.text
        assert visit.tab.locator("#tabs [role=tab].selected").first.inner_text() == "文件"


@pytest.mark.parametrize("size", SIZES)
def test_a_bar_of_a_chart_leads_to_its_cell(page: str, browser: Any, size: str) -> None:
    with Visit(browser, page, size) as visit:
        tab = visit.tab
        visit.open("比较")
        tab.wait_for_selector("#charts .plot-container", timeout=30_000)
        assert tab.locator("#compared tbody tr").count() > 3
        tab.locator("#charts .bars .point").first.scroll_into_view_if_needed()
        bar = tab.locator("#charts .bars .point path").first.bounding_box()
        tab.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        tab.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        tab.wait_for_selector("#evidence .box")
        cited = tab.locator("#evidence td.hit").inner_text()
        assert cited in tab.locator("#charts table.figures").inner_text()
        for kind in ("历年", "收入来源", "支出按性质", "支出按功能", "“三公”经费预决算", "收支流向"):
            tab.locator("#chart-kind label", has_text=kind).click()
            tab.wait_for_function(
                "name => document.querySelector('#charts figcaption')?.innerText.match(name) && document.querySelector('#charts .plot-container')",
                arg={
                    "历年": "历年",
                    "收入来源": "收入来源",
                    "支出按性质": "按性质",
                    "支出按功能": "按功能",
                    "“三公”经费预决算": "预算与决算",
                    "收支流向": "从收入到支出",
                }[kind],
            )
            visit.shot(f"chart-{kind}")
        tab.locator("#charts table.figures a").first.click()
        tab.wait_for_selector("#evidence td.hit")


@pytest.mark.parametrize("size", SIZES)
def test_a_reply_is_drafted_from_the_conversation(page: str, browser: Any, size: str) -> None:
    with Visit(browser, page, size) as visit:
        tab = visit.tab
        visit.ask(SHARE)
        visit.open("答复稿")
        tab.wait_for_selector("#reply-answers input")
        tab.locator("#reply-make").click()
        tab.wait_for_selector("#reply-told [role=alert]")
        tab.fill("#reply-request textarea", "图书馆局2024年的项目支出比重")
        tab.locator("#reply-make").click()
        tab.wait_for_selector("#reply-files a[download], #reply-files a[href*='.docx']")
        visit.shot("reply")


@pytest.mark.parametrize("size", SIZES)
def test_english_and_dark_by_a_switch(page: str, browser: Any, size: str) -> None:
    with Visit(browser, page, size) as visit:
        tab = visit.tab
        tab.wait_for_selector("[data-language]")
        tab.locator("[data-language]").click()
        tab.wait_for_selector("h1:has-text('Final accounts')")
        tab.wait_for_function("document.documentElement.lang == 'en'")
        tab.wait_for_selector("#welcome [data-ask]")
        tab.locator("#welcome [data-ask]").first.click()
        tab.wait_for_selector("#evidence .box")
        assert "page" in tab.locator("#evidence h2").inner_text()
        tab.locator("[data-dark]").click()
        tab.wait_for_selector("body.dark")
        visit.shot("english-dark")
        tab.reload()
        tab.wait_for_selector("body.dark")
        assert tab.locator("[data-dark]").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("size", SIZES)
def test_public_readers_see_no_upload_and_editors_log_in(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    store = store_with(tmp_path / "store", sorted(SAMPLES.glob("*.pdf"))[0])
    Users(store / USERS_FILE).add("li", "long enough", "editor")
    monkeypatch.setenv("JUESUAN_ACCESS", "public")
    with served(store) as address, Visit(browser, address, size) as visit:
        tab = visit.tab
        visit.open("文件")
        tab.wait_for_selector("#list tbody tr")
        assert tab.locator("#upload").count() == 0 or not tab.locator("#upload").is_visible()
        assert tab.locator("[data-remove]").count() == 0
        tab.get_by_role("link", name="登录").click()
        tab.fill("[name=name]", "li")
        tab.fill("[name=password]", "long enough")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#question textarea")
        visit.open("文件")
        tab.wait_for_selector("#upload input[type=file]", state="attached")
        tab.wait_for_selector("[data-remove]")


@pytest.mark.parametrize("size", SIZES)
def test_no_serious_barrier_for_anybody(page: str, browser: Any, size: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    for dark in (False, True):
        with Visit(browser, page, size, color_scheme="dark" if dark else "light") as visit:
            tab = visit.tab
            visit.ask(RANKING)
            tab.wait_for_selector("#evidence .box")
            found = {"问答": _barriers(axe, tab)}
            for name, ready in (
                ("文件", "#list tbody tr"),
                ("比较", "#charts .plot-container"),
                ("核对", "#check-summary .why"),
                ("答复稿", "#reply-answers input"),
            ):
                visit.open(name)
                tab.wait_for_selector(ready, timeout=30_000)
                tab.wait_for_timeout(300)
                found[name] = _barriers(axe, tab)
            assert not any(found.values()), json.dumps(found, ensure_ascii=False, indent=1)


def _barriers(axe: Any, tab: Any) -> list[str]:
    results = axe.Axe().run(tab).response
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:160]}"
        for one in results["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def test_the_first_page_is_usable_within_three_seconds(browser: Any) -> None:
    import time

    with served(store_of("samples", sorted(SAMPLES.glob("*.pdf")))) as address:
        started = time.monotonic()
        with Visit(browser, address) as visit:
            visit.tab.wait_for_selector("#welcome [data-ask]")
            assert time.monotonic() - started < 3


# --- checks -----------------------------------------------------------------------------------------------------------


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
    from ui.web.checks import ALL, Panel

    assistant = Assistant.open(doubtful)
    panel, (one,) = Panel(assistant), assistant.library.accounts
    expected = check(assistant.library.view(one.id))
    errors = [finding for finding in expected if finding.severity == "error"]
    assert (
        errors and f"{len(errors)} 条错误" in panel.documents()[0][0] and f"{len(errors)} 条错误" in panel.summary(ALL)
    )
    listed = panel.listed(ALL, muted=False)
    assert all(finding.id in listed for finding in expected) and listed.count("<li>") == len(expected)
    assert all(word in listed for word in ("错误",)), "not by colour alone"
    assert panel.mute("nothing#1", "理由") == (panel.words("no_finding"), False)
    assert not panel.mute(errors[0].id, " ")[1], "no reason, no muting"
    assert [Path(file).suffix for file in panel.reports(one.id)] == [".docx", ".xlsx"]
    assistant.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_person_sees_what_is_wrong_mutes_it_and_takes_the_report(doubtful: Path, browser: Any, size: str) -> None:
    with served(doubtful) as address, Visit(browser, address, size) as visit:
        tab = visit.tab
        visit.open("核对")
        tab.wait_for_selector("#findings li")
        before = tab.locator("#findings li").count()
        first = tab.locator("#findings li").first
        assert "错误" in first.inner_text()
        chips = first.locator("a.chip")
        assert chips.count() > 1
        chips.nth(1).focus()
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#evidence .box")
        visit.shot("checks")

        first.locator("summary").click()
        first.locator("[name=reason]").fill("与原件核对过")
        first.locator("form button").click()
        tab.wait_for_selector("#mute-outcome [role=status]")
        tab.wait_for_function("n => document.querySelectorAll('#findings li').length == n - 1", arg=before)
        log = MutingLog(doubtful)
        assert [entry.reason for entry in log.muted().values()] == ["与原件核对过"]

        tab.locator("#make-report").click()
        tab.wait_for_selector("#reports a[download], #reports a[href*='.docx']")
        tab.locator("#check-muted input").check()
        tab.wait_for_function("n => document.querySelectorAll('#findings li').length == n", arg=before)
        tab.locator("#findings [data-unmute]").first.click()
        tab.wait_for_function("!document.querySelector('#findings').innerText.includes('已静音')")
        assert log.muted() == {}
