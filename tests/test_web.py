"""The web page without a browser: what it says, what it shows as evidence, its addresses, who may do what."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as markup

from assistant import Answer, Assistant, Citation
from eval.suite import SAMPLES, store_of
from ingest import Store, StoreError, ingest
from ui import feedback
from ui.address import Address, AddressError, citation_at, cited_fact, of_answer, of_citation, of_document
from ui.web import serve, tables
from ui.web.access import Access, AccessError, Users, Visitor
from ui.web.app import site
from ui.web.chat import Turn, copy_text, followups, log, streamed, suggestions
from ui.web.documents import listing, reader
from ui.web.evidence import fragment, opened
from ui.web.page import reply
from ui.web.picture import NoOriginal, excerpt, page_picture
from ui.web.uploads import Uploads
from ui.words import LANGUAGES, Words

RANKING = "图书馆局2024年支出最大的三项是什么？"
SHARE = "图书馆局2024年项目支出占本年支出合计的百分之几？"
ZH = Words()


def turn_of(assistant: Assistant, question: str, *after: str) -> Turn:
    return list(streamed(assistant, Turn(question, after)))[-1]


def evidence_of(assistant: Assistant, address: Address) -> str:
    return fragment(assistant, opened(assistant, address, ZH), ZH)


# --- words ------------------------------------------------------------------------------------------------------------


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    used = set()
    ui = Path(__file__).parent.parent / "ui"
    for path in [*(ui / "web").rglob("*.py"), *(ui / "compare").rglob("*.py")]:
        used |= set(re.findall(r'words\("(\w+)"', path.read_text("utf-8")))
    for language in LANGUAGES:
        words = Words(language)
        for key in used:
            assert key in words._own, f"{key} in {language}"
    assert len(used) > 80


def test_an_answer_shows_its_marks_as_links_and_text_as_it_is() -> None:
    citation = Citation(id=1, document="a", sha256="0" * 64, table="表", row="行", column="列", text="1", page=3)
    answer = Answer(
        status="answered", text="共 1*2_3 万元[1](见表)。<b>", notes=("口径：[1]<i>",), citations=(citation,)
    )
    shown = log([Turn("问<题>", (), answer, answer.text)], (), ZH)
    assert "&lt;b&gt;" in shown and "问&lt;题&gt;" in shown and "<b>" not in shown and "1*2_3" in shown
    chips = markup.fromstring(shown).cssselect("a.chip")
    assert {chip.get("href") for chip in chips} == {of_answer("问<题>", (), answer).citing(1).query}
    assert all("《表》 · 行 · 列 · 第 3 页" in chip.get("aria-label") for chip in chips), "a screen reader hears where"


def test_a_growing_answer_never_shows_a_figure_without_its_mark(samples: Assistant) -> None:
    steps = list(streamed(samples, Turn(SHARE, ())))
    assert len(steps) > 2 and steps[-1].answer is not None and steps[-1].text == steps[-1].answer.text
    assert all(re.search(r"822\.30 万元\[1\]", step.text) for step in steps if "822.30" in step.text)


def test_several_figures_are_a_table_with_their_citations(samples: Assistant) -> None:
    turn = turn_of(samples, RANKING)
    assert turn.answer
    rows = markup.fromstring(log([turn], (), ZH)).cssselect("table.figures tbody tr")
    assert len(rows) == len(turn.answer.figures) == 3
    assert [row.cssselect("a.chip")[0].text for row in rows] == [str(one.citation) for one in turn.answer.figures]


def test_suggested_questions_are_answered_in_both_languages(samples: Assistant) -> None:
    for language in LANGUAGES:
        questions = suggestions(samples, Words(language))
        assert len(questions) == len(set(questions)) == 4
        assert [samples.ask(question).status for question in questions] == ["answered"] * 4


@pytest.mark.parametrize(
    "question", ["图书馆局2024年公务接待费是多少？", SHARE, RANKING, "图书馆局2024年公务接待费完成率？"]
)
def test_what_is_offered_to_ask_next_is_answered(samples: Assistant, question: str) -> None:
    turn = turn_of(samples, question)
    offered = followups(samples, turn)
    assert offered and all(samples.ask(one, [question]).status == "answered" for one in offered)
    refused = turn_of(samples, "图书馆局2024年无人机花了多少？")
    assert followups(samples, refused) == []


def test_choices_of_a_question_back_are_buttons(samples: Assistant) -> None:
    turn = turn_of(samples, "公务接待费是多少？")
    assert turn.answer and turn.answer.status == "clarify"
    buttons = markup.fromstring(log([turn], (), ZH)).cssselect("button[data-ask]")
    assert [button.text for button in buttons] == list(turn.answer.options)


def test_copied_text_has_the_sources_with_their_hashes(samples: Assistant) -> None:
    turn = turn_of(samples, SHARE)
    assert turn.answer
    text = copy_text(turn, ZH)
    assert turn.answer.text in text and all(one.sha256 in text for one in turn.answer.citations)
    assert text.endswith("%ADDRESS%")


def test_a_fault_is_told_in_plain_words(samples: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(samples, "ask", fail)
    answer = reply(samples, "公务接待费", [], ZH)
    assert answer.status == "refused" and not answer.citations and "boom" not in answer.text


# --- addresses --------------------------------------------------------------------------------------------------------


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(str.strip),
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=10).filter(str.strip), max_size=3),
    st.none() | st.integers(1, 99),
    st.sampled_from(["", "t3", "t3r5c2", "p12", "p12s3", "p12s3-7"]),
    st.lists(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), max_size=2),
)
def test_an_address_read_back_is_the_same(
    question: str, after: list[str], cite: int | None, at: str, hashes: list[str]
) -> None:
    from urllib.parse import parse_qs

    address = Address(question, tuple(after), tuple(hashes), cite, "ab" * 8 if at else "", at)
    read = {name: values[-1] for name, values in parse_qs(address.query[1:], strict_parsing=False).items()}
    assert Address.read(read) == address


def test_half_a_character_makes_no_address_fail() -> None:
    assert Address("\ud800公务接待费", ("\udfff",)).query.startswith("?q=")


@pytest.mark.parametrize("bad", [{"at": "x"}, {"document": "../etc"}, {"cite": "1;"}, {"q": "长" * 5000}])
def test_an_address_that_was_changed_says_so(bad: dict[str, str]) -> None:
    with pytest.raises(AddressError, match="地址"):
        Address.read(bad)


@pytest.mark.parametrize(
    "question",
    [
        RANKING,
        SHARE,
        "图书馆局2024年公务接待费是多少？",
        "图书馆局2024年的主要职责是什么？",
        "图书馆局2024年三公经费为什么减少？",
    ],
)
def test_the_address_of_a_citation_opens_what_it_cites(samples: Assistant, question: str) -> None:
    for citation in samples.ask(question).citations:
        found = citation_at(samples.library, of_citation(samples.library, citation))
        assert found is not None
        assert (found.document, found.text, found.page, found.bbox, found.quote) == (
            citation.document,
            citation.text,
            citation.page,
            citation.bbox,
            citation.quote,
        )


def test_an_answers_address_gives_the_answer_again_and_tells_when_its_document_is_gone(samples: Assistant) -> None:
    turn = turn_of(samples, "那2023年呢？", "图书馆局2024年公务接待费是多少？")
    shown = opened(samples, turn.address, ZH)
    assert turn.answer and shown.answer and shown.answer.text == turn.answer.text and shown.warnings == ()
    gone = replace(turn.address, hashes=("0" * 16,))
    told = evidence_of(samples, gone)
    assert "0" * 16 in told and 'role="alert"' in told
    other = next(one for one in samples.library.accounts if one.sha256 not in {c.sha256 for c in turn.answer.citations})
    assert Path(other.path).name in evidence_of(samples, replace(turn.address, hashes=(other.sha256[:16],)))


def test_an_address_of_nothing_says_what_is_missing(samples: Assistant) -> None:
    account = of_document(samples.library.accounts[0])
    for address in (
        replace(account, at="t99r1c1"),
        replace(account, at="t2r9999c0"),
        replace(account, at="p9999s0"),
        Address(document="f" * 16),
    ):
        with pytest.raises(AddressError):
            citation_at(samples.library, address)


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_evidence_boxes_the_cell_and_marks_it_in_its_table(samples: Assistant) -> None:
    turn = turn_of(samples, SHARE)
    assert turn.answer
    for citation in turn.answer.citations:
        shown = markup.fromstring(f"<div>{evidence_of(samples, turn.address.citing(citation.id))}</div>")
        assert [cell.text for cell in shown.cssselect("td.hit")] == [citation.text]
        assert len(shown.cssselect(".box")) == 1 and str(citation.page) in shown.cssselect("img")[0].get("alt")
        assert shown.cssselect("tr.line th")[0].text == citation.row
        operands = {chip.get("href") for chip in shown.cssselect(".working a.chip")}
        assert operands == {turn.address.citing(one.id).query for one in turn.answer.citations}, (
            "each operand can be opened"
        )
        assert citation.sha256 in shown.text_content()


def test_the_box_lies_where_the_cell_is(samples: Assistant) -> None:
    citation = samples.ask("图书馆局2024年办公费是多少？").citations[0]
    shown = evidence_of(samples, of_citation(samples.library, citation))
    left, top, wide, high = (float(part) / 100 for part in re.findall(r"(?:left|top|width|height):([\d.]+)%", shown))
    width, height = (float(part) for part in re.findall(r"--(?:wide|high):(\d+)", shown))
    assert citation.bbox
    x0, y0, x1, y1 = citation.bbox
    assert (
        left * width <= x0 <= x1 <= (left + wide) * width + 1 and top * height <= y0 <= y1 <= (top + high) * height + 1
    )


def test_a_cited_sentence_stands_marked_in_its_paragraph(samples: Assistant) -> None:
    turn = turn_of(samples, "图书馆局2024年三公经费为什么减少？")
    assert turn.answer and turn.answer.status == "answered"
    quoted = next(one for one in turn.answer.citations if one.table is None)
    shown = markup.fromstring(f"<div>{evidence_of(samples, turn.address.citing(quoted.id))}</div>")
    assert shown.cssselect("blockquote mark")[0].text == quoted.quote
    assert len(shown.cssselect("blockquote")[0].text_content()) > len(quoted.quote or "")


def test_no_picture_of_a_file_that_is_gone_changed_or_damaged(samples: Assistant, tmp_path: Path) -> None:
    import hashlib

    account = samples.library.accounts[0]
    changed, damaged = tmp_path / "changed.pdf", tmp_path / "damaged.pdf"
    changed.write_bytes(Path(account.path).read_bytes() + b"\n")
    damaged.write_bytes(b"%PDF-1.7 no more")
    cases = {
        "不在原处": replace(account, path=str(tmp_path / "gone.pdf")),
        "改动过": replace(account, path=str(changed)),
        "显示不出来": replace(account, path=str(damaged), sha256=hashlib.sha256(damaged.read_bytes()).hexdigest()),
    }
    for words, other in cases.items():
        with pytest.raises(NoOriginal, match=words):
            page_picture(other, 1)
    with pytest.raises(NoOriginal, match="显示不出来"):
        page_picture(account, 9999)


def test_text_file_is_shown_around_the_cited_line(samples: Assistant, tmp_path: Path) -> None:
    import hashlib

    file = tmp_path / "account.txt"
    file.write_text("\n".join(f"第{number}行 <{number}>" for number in range(1, 31)), "utf-8")
    account = replace(samples.library.accounts[0], path=str(file), sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    shown = excerpt(Citation(id=1, document=account.id, sha256=account.sha256, text="", line=20), account)
    assert "<mark>第20行 &lt;20&gt;</mark>" in shown and shown.count("<span>") == 16


def test_evidence_of_text_accounts_is_the_marked_line(real: Assistant) -> None:
    turn = turn_of(real, "清远市政务服务数据管理局2021年公务接待费是多少？")
    shown = evidence_of(real, turn.address)
    assert "<img" not in shown and "<mark>" in shown and "0.37" in shown


# --- tables -----------------------------------------------------------------------------------------------------------


def test_tables_as_html_csv_and_workbook_have_every_cell_once(samples: Assistant) -> None:
    import csv

    from openpyxl import load_workbook

    view = samples.library.view(samples.library.accounts[0].id)
    for number in view.tables:
        facts = [fact for fact in view.facts if fact.table == number]
        shown = markup.fromstring(f"<div>{tables.as_html(view, number, ZH, linked=True)}</div>")
        printed = [cell.text_content() for cell in shown.cssselect("tbody td[id]")]
        assert sorted(printed) == sorted(fact.text or ZH("blank") for fact in facts)
        rows = list(csv.reader(io.StringIO(tables.as_csv(view, number).decode("utf-8-sig"))))
        assert sorted(filter(None, (text for row in rows for text in row[2:]))) == sorted(
            [fact.text for fact in facts if fact.text]
            + ["/".join(column) for side in tables.sides(view, number) for column in side.columns]
        )
        sheet = load_workbook(io.BytesIO(tables.as_workbook(view, number))).active
        assert sheet is not None
        numbers = sorted(
            str(cell.value)
            for row in sheet.iter_rows(min_row=2, min_col=3)
            for cell in row
            if isinstance(cell.value, int | float)
        )
        assert len(numbers) == sum(fact.value is not None for fact in facts)


def test_headers_of_several_levels_stand_over_all_their_columns(samples: Assistant) -> None:
    view = samples.library.view(samples.library.accounts[0].id)
    for number in view.tables:
        for table in markup.fromstring(f"<div>{tables.as_html(view, number, ZH)}</div>").cssselect("table"):
            rows = table.cssselect("thead tr")
            wide = max(len(row) for row in table.cssselect("tbody tr"))
            taken: dict[tuple[int, int], str] = {}
            for level, row in enumerate(rows):
                at = 0
                for cell in row:
                    while (level, at) in taken:
                        at += 1
                    for down in range(int(cell.get("rowspan", 1))):
                        for side in range(int(cell.get("colspan", 1))):
                            assert (level + down, at + side) not in taken
                            taken[level + down, at + side] = cell.text_content()
            assert len(taken) == wide * len(rows), "no gap and no overlap"


# --- documents --------------------------------------------------------------------------------------------------------


def test_every_document_is_listed_found_and_read(samples: Assistant) -> None:
    listed = listing(samples, ZH)
    for account in samples.library.documents():
        assert html.escape(Path(account.path).name) in listed
        shown = reader(samples, of_document(account), ZH)
        view = samples.library.view(account.id)
        assert all(
            f'id="at-t{number}"' in shown for number in view.tables if any(fact.table == number for fact in view.facts)
        )
    found = markup.fromstring(listing(samples, ZH, "图书馆 2024"))
    assert len(found.cssselect("tbody tr")) == 1
    assert "data-remove" not in listed and "data-remove" in listing(samples, ZH, edits=True)


# --- uploads ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path, encoder: Any) -> Iterator[Assistant]:
    """An assistant over a store of one sample account."""
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        list(ingest([sorted(SAMPLES.glob("*.pdf"))[0]], store))
    assistant = Assistant.open(tmp_path / "store", encoder=encoder)
    yield assistant
    assistant.close()


def finished(uploads: Uploads, numbers: list[int], seconds: int = 120) -> list[Any]:
    import time

    until = time.monotonic() + seconds
    seen: dict[int, set[int]] = {number: set() for number in numbers}
    while not all(one.is_over for one in uploads.states(numbers)):
        for one in uploads.states(numbers):
            seen[one.number].add(one.done)
        assert time.monotonic() < until
        time.sleep(0.02)
    return [(one, seen[one.number]) for one in uploads.states(numbers)]


def test_files_are_taken_with_progress_by_page_and_reasons(fresh: Assistant, tmp_path: Path) -> None:
    first, second = sorted(SAMPLES.glob("*.pdf"))[:2]
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    uploads = Uploads(fresh)
    (new, pages), (known, _), (bad, _) = finished(
        uploads, uploads.take([(second, second.name), (first, first.name), (broken, "坏.pdf")])
    )
    assert (new.state, known.state, bad.state) == ("added", "skipped", "failed") and bad.told and bad.name == "坏.pdf"
    assert len(pages) > 3 and new.done == new.pages > 3, "told page by page"
    assert len(fresh.library.accounts) == 2
    account = fresh.library.account(new.document)
    assert Path(account.path).parent.parent == uploads.folder and Path(account.path).read_bytes() == second.read_bytes()
    assert len(list(uploads.folder.iterdir())) == 1, "nothing is kept of what was not loaded"
    question = f"{account.department}{account.year}年本年支出合计是多少？"
    assert fresh.ask(question).status == "answered"
    uploads.remove(account.id)
    assert fresh.ask(question).citations == () or fresh.ask(question).citations[0].document != account.id
    assert not list(uploads.folder.iterdir()) and first.exists()
    with pytest.raises(StoreError):
        uploads.remove(account.id)


def test_a_document_is_replaced_only_once_the_other_is_in(fresh: Assistant, tmp_path: Path) -> None:
    second = sorted(SAMPLES.glob("*.pdf"))[1]
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    uploads, old = Uploads(fresh), fresh.library.accounts[0].id
    finished(uploads, uploads.take([(broken, "坏.pdf")], instead_of=old))
    assert [one.id for one in fresh.library.accounts] == [old]
    finished(uploads, uploads.take([(second, second.name)], instead_of=old))
    assert len(fresh.library.accounts) == 1 and fresh.library.accounts[0].id != old


# --- who may do what --------------------------------------------------------------------------------------------------


def client_of(assistant: Assistant, access: Access) -> Any:
    from starlette.testclient import TestClient

    return TestClient(site(assistant, access), follow_redirects=False, client=("203.0.113.9", 1))


def test_readers_and_editors_and_who_is_nobody(tmp_path: Path) -> None:
    Users(tmp_path / "users.json").add("李", "long enough", "editor")
    Users(tmp_path / "users.json").add("王", "long enough", "reader")
    by_mode = {mode: Access(mode, tmp_path / "users.json") for mode in ("open", "public", "login")}  # type: ignore[arg-type]
    nobody = {mode: access.visitor({}, "10.0.0.1", {}) for mode, access in by_mode.items()}
    assert nobody == {"open": Visitor("", "editor"), "public": Visitor("", "reader"), "login": Visitor("", None)}
    assert by_mode["public"].visitor({}, "10.0.0.1", {"user": "李"}).edits
    assert by_mode["login"].visitor({}, "10.0.0.1", {"user": "王"}) == Visitor("王", "reader")
    assert by_mode["login"].visitor({}, "10.0.0.1", {"user": "removed"}) == Visitor("", None)


def test_a_proxys_header_is_believed_of_the_proxy_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Users(tmp_path / "users.json").add("li", "long enough", "editor")
    monkeypatch.setenv("JUESUAN_ACCESS", "login")
    monkeypatch.setenv("JUESUAN_PROXY_HEADER", "X-Remote-User")
    with pytest.raises(AccessError, match="JUESUAN_PROXY_ADDRESSES"):
        Access.from_environment(tmp_path, "0.0.0.0")
    monkeypatch.setenv("JUESUAN_PROXY_ADDRESSES", "10.0.0.0/8")
    access = Access.from_environment(tmp_path, "0.0.0.0")
    assert access.visitor({"x-remote-user": "li"}, "10.1.2.3", {}) == Visitor("li", "editor")
    assert access.visitor({"x-remote-user": "zhang"}, "10.1.2.3", {}) == Visitor("zhang", "reader")
    assert access.visitor({"x-remote-user": "li"}, "203.0.113.9", {}).role is None
    assert access.visitor({"x-remote-user": ""}, "10.1.2.3", {"user": "li"}).role is None, (
        "the proxy says who, not a cookie"
    )
    assert access.address({"x-forwarded-for": "1.1.1.1, 2.2.2.2"}, "10.1.2.3") == "2.2.2.2"
    assert access.address({"x-forwarded-for": "1.1.1.1"}, "203.0.113.9") == "203.0.113.9"


def test_settings_of_access_that_are_wrong_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Access.from_environment(tmp_path, "127.0.0.1").mode == "open"
    assert Access.from_environment(tmp_path, "0.0.0.0").mode == "public", (
        "what others reach is read only unless told otherwise"
    )
    for name, value in (("JUESUAN_ACCESS", "all"), ("JUESUAN_RATE", "often"), ("JUESUAN_PROXY_ADDRESSES", "proxy")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(AccessError, match=name):
                Access.from_environment(tmp_path, "127.0.0.1")


def test_passwords_are_kept_as_hashes_and_damage_is_told(tmp_path: Path) -> None:
    users = Users(tmp_path / "users.json")
    users.add("li", "a secret of mine", "editor")
    assert "secret" not in users.path.read_text("utf-8") and users.path.stat().st_mode & 0o077 == 0
    assert (
        users.accepts("li", "a secret of mine") and not users.accepts("li", "another") and not users.accepts("wang", "")
    )
    with pytest.raises(AccessError):
        users.add("li", "short", "editor")
    assert users.remove("li") and not users.remove("li")
    users.path.write_text("{", "utf-8")
    with pytest.raises(AccessError, match="损坏"):
        users.all()


def test_public_readers_are_limited_by_address_and_cannot_upload(samples: Assistant, tmp_path: Path) -> None:
    with client_of(samples, Access("public", tmp_path / "users.json", rate="3/minute")) as client:
        body = {"data": ["图书馆局2024年公务接待费是多少？", []]}
        codes = [client.post("/gradio_api/call/ask", json=body).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        refused = client.post("/gradio_api/call/ask", json=body)
        assert "太快" in refused.json()["detail"] and refused.headers["retry-after"]
        assert client.get("/evidence?document=00000000").status_code == 200, "evidence can still be looked at"
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 403
        assert client.post("/en/gradio_api/upload", files={"files": b"x"}).status_code == 403


def test_without_login_nothing_is_shown_and_with_it_all(samples: Assistant, tmp_path: Path) -> None:
    Users(tmp_path / "users.json").add("li", "long enough", "reader")
    sha256 = samples.library.accounts[0].sha256
    with client_of(samples, Access("login", tmp_path / "users.json")) as client:
        paths = (
            "/evidence",
            "/list",
            "/reader",
            f"/documents/{sha256}/source",
            f"/documents/{sha256}/pages/1.png",
            "/gradio_api/info",
        )
        assert {client.get(path).status_code for path in paths} == {401}
        sent = client.get("/?q=1")
        assert sent.status_code == 303 and sent.headers["location"].startswith("/login?next=%2F%3Fq%3D1")
        assert client.post("/login", data={"name": "li", "password": "wrong"}).status_code == 401
        entered = client.post("/login", data={"name": "li", "password": "long enough", "next": "//evil.example"})
        assert entered.status_code == 303 and entered.headers["location"] == "/"
        assert {client.get(path).status_code for path in paths} == {200}
        client.post("/logout")
        assert client.get("/list").status_code == 401


def test_the_site_serves_files_tables_and_pictures_and_nothing_from_elsewhere(
    samples: Assistant, tmp_path: Path
) -> None:
    account = samples.library.accounts[0]
    with client_of(samples, Access("open", tmp_path / "users.json")) as client:
        source = client.get(f"/documents/{account.sha256}/source")
        assert (
            source.content == Path(account.path).read_bytes() and "attachment" in source.headers["content-disposition"]
        )
        assert client.get(f"/documents/{account.sha256}/pages/1.png").content[:4] == b"\x89PNG"
        assert client.get(f"/documents/{account.sha256}/tables/2.csv").status_code == 200
        assert client.get(f"/documents/{account.sha256}/tables/2.xlsx").content[:2] == b"PK"
        for missing in ("pages/999.png", "tables/99.csv", "tables/2.exe"):
            assert client.get(f"/documents/{account.sha256}/{missing}").status_code == 404
        assert client.get(f"/documents/{'0' * 64}/source").status_code == 404
        policy = client.get("/").headers["content-security-policy"]
        assert "default-src 'self'" in policy and "http" not in policy


# --- what is called wrong ---------------------------------------------------------------------------------------------


def test_what_is_called_wrong_is_kept_with_the_whole_trace(samples: Assistant, tmp_path: Path) -> None:
    turn = turn_of(samples, "那占多少？", "图书馆局2024年项目支出是多少？")
    assert turn.answer
    feedback.report(tmp_path, turn.question, turn.after, turn.answer, "应当占\n一般公共预算", "li")
    (entry,) = feedback.reports(tmp_path)
    assert entry.reason == "应当占 一般公共预算" and entry.who == "li" and entry.history == turn.after
    assert entry.answer["calculation"]["program"] and entry.answer["plan"] and entry.answer["citations"]
    known = entry.as_known(1)
    assert known["chat"] == [*turn.after, turn.question] and known["value"] == "?", (
        "what is right is for a person to say"
    )
    for bad in ("", " ", "长" * 2000):
        with pytest.raises(feedback.FeedbackError):
            feedback.report(tmp_path, turn.question, turn.after, turn.answer, bad, "")
    with (tmp_path / "feedback.jsonl").open("a") as lines:
        lines.write("{not json\n")
    assert len(feedback.reports(tmp_path)) == 1


# --- serving ----------------------------------------------------------------------------------------------------------


def test_serving_without_a_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="juesuan ingest"):
        serve(tmp_path / "none", block=False)


def test_serving_on_a_taken_port_says_so() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="--port"):
            serve(store_of("samples", sorted(SAMPLES.glob("*.pdf"))), port=taken.getsockname()[1], block=False)


def test_cited_cells_are_found_by_their_place(samples: Assistant) -> None:
    for question in (RANKING, SHARE):
        for citation in samples.ask(question).citations:
            fact = cited_fact(samples.library.view(citation.document), citation)
            assert fact is not None and fact.text == citation.text and fact.place.page == citation.page
