"""Claims about scanned pages: what is printed in a picture is read, and what may be misread is said to be doubtful."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from eval.accounts import FORMS, GUANGDONG, SHANGHAI, Form, as_pdf, as_text, make
from eval.accounts.font import FONT_FILE
from eval.rasterised import OFFICE, Scanner, rasterise
from eval.scans import score
from ingest import Store, Unreadable, read_account
from ingest import ingest as ingest_files
from ingest.doubts import NO_FIGURE, OTHER_DECIMALS, READ_TWICE, checked, suspects
from ingest.model import Cell, Place, Reading, Table
from ingest.readers import Grid, Line
from ingest.readers.legible import garbled, needs_recognition
from ingest.readers.pdf import read_page
from ingest.readers.scan import UNSURE_READING, figure, read_scanned_page, reread
from ingest.reading import facts_of
from ingest.sums import Spot, cell_at, holds, relations
from ingest.text import amount, squeeze

needs_font = pytest.mark.skipif(not Path(FONT_FILE).exists(), reason="fonts-wqy-microhei is not installed")


def only(source: Path, pages: list[int], target: Path) -> Path:
    """Some pages of a PDF, counted from 0."""
    whole, part = pypdfium2.PdfDocument(source), pypdfium2.PdfDocument.new()
    part.import_pages(whole, pages)
    part.save(target)
    part.close()
    whole.close()
    return target


def page_of(path: Path, title: str) -> int:
    """Index of the first page whose first line is this title."""
    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(len(document)):
            if document[index].get_textpage().get_text_range().startswith(title):
                return index
    finally:
        document.close()
    raise AssertionError(f"no page begins with {title}")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cover and 一般公共预算财政拨款支出决算表 of an account, with text."""
    if not Path(FONT_FILE).exists():
        pytest.skip("fonts-wqy-microhei is not installed")
    folder = tmp_path_factory.mktemp("scans")
    as_pdf(make(20, SHANGHAI), folder / "whole.pdf")
    first = page_of(folder / "whole.pdf", "一般公共预算财政拨款支出决算表")
    return only(folder / "whole.pdf", [0, first], folder / "printed.pdf")


@pytest.fixture(scope="module")
def scanned(printed: Path) -> Path:
    """The same, from a scanner that is askew, with grey paper and noise."""
    rasterise(printed, target := printed.with_name("scanned.pdf"), OFFICE)
    return target


@pytest.fixture(scope="module")
def reading(scanned: Path) -> Reading:
    return read_account(scanned)


def test_scan_reads_like_the_text_that_was_scanned(printed: Path, reading: Reading) -> None:
    truth = read_account(printed)
    result = score(truth, reading)
    assert result.figures > 20 and not result.faults, result.faults
    assert (reading.account.department, reading.account.year) == (truth.account.department, truth.account.year)
    assert all(fact.place.scanned and not fact.doubt for fact in reading.facts)
    assert not any(fact.place.scanned for fact in truth.facts)
    for fact, other in zip(truth.facts, reading.facts, strict=True):
        assert fact.place.box and other.place.box
        off = max(abs(a - b) for a, b in zip(fact.place.box, other.place.box, strict=True))
        assert off <= 14, (fact.label, fact.place.box, other.place.box)  # 1° moves the page's corners by 7 points


def test_second_look_finds_the_same_cells_in_a_finer_picture(scanned: Path, reading: Reading) -> None:
    facts = [fact for fact in reading.facts if fact.text]
    assert len(facts) > 20
    assert reread(scanned, [fact.place for fact in facts]) == [fact.text for fact in facts]


@pytest.mark.parametrize("turns", [1, 2])
def test_page_laid_on_the_glass_sideways_reads_the_same(printed: Path, tmp_path: Path, turns: int) -> None:
    rasterise(printed, tmp_path / "turned.pdf", Scanner(quarter_turns=turns), range(1, 2))
    document, truth = pypdfium2.PdfDocument(tmp_path / "turned.pdf"), pypdfium2.PdfDocument(printed)
    page, upright = read_scanned_page(document[0], 1), read_page(truth, 1)
    width, height = document[0].get_size()
    (grid,) = (item for item in page.items if isinstance(item, Grid))
    (other,) = (item for item in upright.items if isinstance(item, Grid))
    assert [[cell and squeeze(cell.text) for cell in line] for line in grid.lines()] == [
        [cell and squeeze(cell.text) for cell in line] for line in other.lines()
    ]
    assert grid.place.box and other.place.box
    x0, top, x1, bottom = other.place.box
    expected = (top, height - x1, bottom, height - x0) if turns == 1 else (width - x1, height - bottom, width - x0, height - top)
    assert max(abs(a - b) for a, b in zip(grid.place.box, expected, strict=True)) < 3
    document.close()
    truth.close()


@needs_font
def test_only_pages_without_their_text_are_recognised(printed: Path, scanned: Path, tmp_path: Path) -> None:
    mixed = pypdfium2.PdfDocument.new()
    for source, index in ((printed, 0), (scanned, 1)):
        mixed.import_pages(pypdfium2.PdfDocument(source), [index])
    mixed.new_page(595, 842)
    assert [needs_recognition(mixed[i], text_of(mixed[i])) for i in range(3)] == [False, True, False]
    mixed.close()


@pytest.mark.parametrize(("mode", "recognised"), [(0, False), (3, True)], ids=["seen", "invisible"])
def test_text_laid_invisibly_over_a_picture_is_not_trusted(mode: int, recognised: bool, tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "layer.pdf"), pagesize=(400, 300))
    canvas.drawImage(ImageReader(Image.new("L", (400, 300), 240)), 0, 0, 400, 300)
    text = canvas.beginText(20, 250)
    text.setTextRenderMode(mode)
    for number in range(12):
        text.textLine(f"{number}.50 {number}12,345.67")
    canvas.drawText(text)
    canvas.save()
    document = pypdfium2.PdfDocument(tmp_path / "layer.pdf")
    assert needs_recognition(document[0], text_of(document[0])) is recognised
    document.close()


def text_of(page: Any) -> str:
    return "".join(page.get_textpage().get_text_range().split())


@needs_font
@pytest.mark.parametrize("wrong", [lambda code: code + 0x3A7, lambda code: 0xE000 + code % 6000], ids=["shifted", "private"])
def test_font_with_a_wrong_map_is_read_from_the_picture(
    wrong: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from reportlab.pdfbase import pdfmetrics, ttfonts
    from reportlab.pdfgen.canvas import Canvas

    right = ttfonts.makeToUnicodeCMap
    monkeypatch.setattr(
        ttfonts, "makeToUnicodeCMap", lambda name, subset: right(name, [wrong(c) if c > 47 else c for c in subset])
    )
    pdfmetrics.registerFont(ttfonts.TTFont("Wrong", str(FONT_FILE), subfontIndex=0))
    canvas = Canvas(str(tmp_path / "wrong.pdf"), pagesize=(420, 200))
    said = ("本年支出合计2940.05万元，其中：基本支出2336.91万元，", "项目支出603.14万元，占本年支出的20.51%。")
    for row, line in enumerate(said):
        canvas.setFont("Wrong", 12)
        canvas.drawString(40, 150 - 24 * row, line)
    canvas.save()
    document = pypdfium2.PdfDocument(tmp_path / "wrong.pdf")
    assert garbled(text_of(document[0]))
    page = read_page(document, 0)
    document.close()
    assert [item.text for item in page.items if isinstance(item, Line)] == list(said)
    assert all(item.place.scanned for item in page.items)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_page_of_an_account_with_text_is_taken_for_garbled(form: Form, tmp_path: Path) -> None:
    as_text(make(3, form), tmp_path / "a.txt")
    text = (tmp_path / "a.txt").read_text("utf-8")
    size = 300
    assert not [start for start in range(0, len(text), size) if garbled(text[start : start + size])]


def test_scans_are_refused_where_recognition_is_off(scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUESUAN_OCR", "off")
    with pytest.raises(Unreadable, match="JUESUAN_OCR") as refused:
        read_account(scanned)
    assert refused.value.reason == "no-text"


def test_recognised_figures_are_mended_only_where_one_reading_is_possible() -> None:
    assert [figure(text) for text in ("1，234。56", "1 234.5O", "-O.5", "０．００", "二、O")] == [
        "1,234.56", "1234.50", "-0.5", "0.00", "二、O"
    ]  # fmt: skip
    assert figure("123456") == "123456", "a decimal point is not guessed"
    assert amount(figure("1,234,56")) is None


def as_scanned(table: Table, doubt: str = "") -> Table:
    """The table as if recognised, each cell with a place of its own."""

    def cell(row: int, old: Cell) -> Cell:
        return replace(old, place=Place(1, cell=f"{row}/{old.column}", scanned=True), doubt=doubt)

    rows = [
        replace(row, cells=tuple(cell(number, old) for old in row.cells)) for number, row in enumerate(table.rows)
    ]
    return replace(table, rows=tuple(rows))


def readings_of(table: Table) -> Callable[[Sequence[Place]], list[str]]:
    """A second look that reads what the table has."""
    texts = {cell.place: cell.text for row in table.rows for cell in row.cells}
    return lambda places: [texts[place] for place in places]


def no_reading(places: Sequence[Place]) -> list[str]:
    return [""] * len(places)


def changed(table: Table, spot: Spot, text: str) -> Table:
    row = table.rows[spot.row]
    cells = tuple(
        replace(cell, text=text, value=amount(text)) if cell.column == spot.column else cell for cell in row.cells
    )
    return replace(table, rows=(*table.rows[: spot.row], replace(row, cells=cells), *table.rows[spot.row + 1 :]))


def written(seed: int, form: Form, folder: Path) -> Reading:
    as_text(make(seed, form), folder / "account.txt")
    return read_account(folder / "account.txt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accounts")


@settings(deadline=None, derandomize=True, database=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(sorted(FORMS)))
def test_every_sum_of_a_consistent_account_holds(seed: int, name: str, folder: Path) -> None:
    tables = [table for table in written(seed, FORMS[name], folder).tables if table.kind]
    for table in tables:
        assert [relation for relation in relations(table) if holds(table, relation) is False] == [], table.title
        assert suspects(table) == {}
    assert {table.kind for table in tables if any(holds(table, r) for r in relations(table))} >= {"T1", "T3", "T4", "T5"}


@settings(deadline=None, derandomize=True, database=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(sorted(FORMS)))
def test_wrong_digit_is_among_the_few_suspects_and_alone_where_it_stands_in_two_sums(
    seed: int, name: str, folder: Path
) -> None:
    rng = random.Random(seed)
    for table in written(seed, FORMS[name], folder).tables:
        spots = [
            Spot(number, cell.column) for number, row in enumerate(table.rows) for cell in row.cells if cell.value
        ]
        for spot in rng.sample(spots, min(4, len(spots))) if table.kind else ():
            text = cell_at(table, spot).text
            digit = text.rindex(".") - 1  # a unit is more than rounding can explain
            wrong = changed(table, spot, text[:digit] + str((int(text[digit]) + 3) % 10) + text[digit + 1 :])
            failing = [r for r in relations(wrong) if holds(wrong, r) is False]
            if failing:
                assert spot in suspects(wrong), (table.kind, spot, text)
                shared = set.intersection(*(set(relation.spots) for relation in failing))
                assert set(suspects(wrong)) <= shared | {spot}
            if len(failing) > 1:
                assert len(suspects(wrong)) <= 3, (table.kind, spot, text, suspects(wrong))


@pytest.fixture(scope="module")
def spending(folder: Path) -> Table:
    """支出决算表 of an account, as if recognised."""
    return as_scanned(next(table for table in written(5, GUANGDONG, folder).tables if table.kind == "T3"))


def a_leaf(table: Table) -> Spot:
    """项目支出 of the first 项 that has any beside 基本支出."""
    return next(
        Spot(number, 1)
        for number, row in enumerate(table.rows)
        if len(row.code) == 7 and all(cell_at(table, Spot(number, column)).value for column in (0, 1))
    )


def doubts(table: Table) -> dict[Spot, str]:
    return {
        Spot(number, cell.column): cell.doubt
        for number, row in enumerate(table.rows)
        for cell in row.cells
        if cell.doubt
    }


def misread(table: Table, spot: Spot) -> tuple[Table, str]:
    right = cell_at(table, spot).text
    return changed(table, spot, ("7" if right[0] != "7" else "1") + right[1:]), right


def test_second_reading_that_makes_the_sums_hold_is_taken(spending: Table) -> None:
    wrong, _ = misread(spending, a_leaf(spending))
    assert checked([wrong], readings_of(spending)) == [spending]


def test_figure_that_stays_wrong_is_doubted_and_no_other(spending: Table) -> None:
    spot = a_leaf(spending)
    wrong, right = misread(spending, spot)
    third = "9" + right[1:]  # neither what was read first nor what would fit
    again = {cell_at(wrong, spot).place: third}
    for look in (no_reading, lambda places: [again.get(p, readings_of(wrong)([p])[0]) for p in places]):
        (marked,) = checked([wrong], look)
        assert set(doubts(marked)) == {spot} and "合计关系不符" in doubts(marked)[spot]
        assert cell_at(marked, spot).text == cell_at(wrong, spot).text


def test_sum_whose_figures_all_read_the_same_twice_is_the_documents_own_fault(spending: Table) -> None:
    wrong, _ = misread(spending, a_leaf(spending))
    (marked,) = checked([wrong], readings_of(wrong))
    assert doubts(marked) == {} and suspects(marked), "nothing is doubted, and the sum still fails"


def test_reading_that_was_unsure_at_first_is_not_confirmed_by_a_second(spending: Table) -> None:
    spot = a_leaf(spending)
    wrong, _ = misread(spending, spot)
    row = wrong.rows[spot.row]
    cells = tuple(replace(cell, doubt=UNSURE_READING) if cell.column == spot.column else cell for cell in row.cells)
    unsure = replace(wrong, rows=(*wrong.rows[: spot.row], replace(row, cells=cells), *wrong.rows[spot.row + 1 :]))
    (marked,) = checked([unsure], readings_of(wrong))
    assert spot in doubts(marked)


def test_figure_that_was_missed_is_found_at_the_second_look(spending: Table) -> None:
    spot = a_leaf(spending)
    missed = changed(spending, spot, "")
    assert checked([missed], readings_of(spending)) == [spending]


@needs_font
def test_wrong_sum_of_a_scanned_account_is_an_error_only_once_it_was_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: Any
) -> None:
    from assistant.checks import check
    from assistant.library import Library

    account = make(20, SHANGHAI)
    sheet = next(sheet for sheet in account.sheets if sheet.kind == "T5")
    entry = sheet.lines[-1][0]
    assert entry is not None
    texts = ("7" + entry.texts[0][1:], *entry.texts[1:])
    lines = (*sheet.lines[:-1], (replace(entry, texts=texts), *sheet.lines[-1][1:]))
    sheets = tuple(replace(one, lines=lines) if one is sheet else one for one in account.sheets)
    as_pdf(replace(account, sheets=sheets), tmp_path / "whole.pdf")
    page = page_of(tmp_path / "whole.pdf", "一般公共预算财政拨款支出决算表")
    only(tmp_path / "whole.pdf", [0, page], tmp_path / "printed.pdf")
    rasterise(tmp_path / "printed.pdf", tmp_path / "scanned.pdf", OFFICE)

    def sums(store: str) -> list[tuple[str, str]]:
        with Store(tmp_path / store, write=True, encoder=encoder) as opened:
            assert [outcome.status for outcome in ingest_files([tmp_path / "scanned.pdf"], opened)] == ["added"]
            library = Library(opened)
            found = [finding for one in opened.accounts() for finding in check(library.view(one.id))]
        return [(finding.severity, finding.message) for finding in found if finding.rule == "sum"]

    again = sums("again")
    assert again and all(severity == "error" and "重读" in message for severity, message in again)
    monkeypatch.setattr("ingest.readers.scan.reread", no_reading_of)
    once = sums("once")
    assert once and all(severity == "notice" and "存疑" in message for severity, message in once)


def no_reading_of(path: Path, places: Sequence[Place]) -> list[str]:
    return [""] * len(places)


def test_figures_of_the_files_own_text_are_left_alone_whatever_they_add_up_to(spending: Table) -> None:
    wrong, _ = misread(spending, a_leaf(spending))
    rows = [replace(r, cells=tuple(replace(cell, place=Place(1)) for cell in r.cells)) for r in wrong.rows]
    plain = replace(wrong, rows=tuple(rows))
    assert checked([plain], lambda places: pytest.fail("nothing is read again")) == [plain]


def test_missing_decimal_point_and_text_that_is_no_figure_are_doubted(spending: Table) -> None:
    spot = a_leaf(spending)
    pointless = changed(replace(spending, kind=None), spot, cell_at(spending, spot).text.replace(".", ""))
    assert doubts(checked([pointless], no_reading)[0]) == {spot: OTHER_DECIMALS}
    assert doubts(checked([changed(spending, spot, "12.3.4")], no_reading)[0]) == {spot: NO_FIGURE}


def test_unsure_reading_is_trusted_only_where_a_sum_confirms_it(spending: Table) -> None:
    (confirmed,) = checked([as_scanned(spending, UNSURE_READING)], no_reading)
    assert not doubts(confirmed)
    (alone,) = checked([as_scanned(replace(spending, kind=None), UNSURE_READING)], no_reading)
    assert set(doubts(alone).values()) == {UNSURE_READING}


def test_last_digit_that_rounding_may_hide_is_read_twice_and_doubted_where_the_readings_differ(spending: Table) -> None:
    spot = a_leaf(spending)
    right = cell_at(spending, spot).text
    near = right[:-1] + (chr(ord(right[-1]) + 1) if right[-1] != "9" else "8")
    wrong = changed(spending, spot, near)
    assert not suspects(wrong), "within rounding"
    (marked,) = checked([wrong], readings_of(spending))
    assert doubts(marked) == {spot: READ_TWICE}
    assert checked([wrong], readings_of(wrong)) == [wrong]


@pytest.fixture
def recognised(tmp_path: Path, encoder: Any) -> Iterator[tuple[Assistant, Reading]]:
    """An account all of whose figures are recognised, one of them doubtful."""
    reading = written(5, GUANGDONG, tmp_path)
    tables = tuple(as_scanned(table) for table in reading.tables)
    facts = [fact for table in tables for fact in facts_of(reading.account.id, table)]
    doubted = [
        replace(fact, doubt="识别的把握不足") if fact.kind == "T7" and fact.item == "公务接待费" else fact
        for fact in facts
    ]
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        store.add(replace(reading, tables=tables, facts=tuple(doubted)))
    assistant = Assistant.open(tmp_path / "store", encoder=encoder)
    yield assistant, reading
    assistant.close()


def test_answer_from_a_scan_says_so_and_gives_the_reason_of_a_doubt(
    recognised: tuple[Assistant, Reading], samples: Assistant
) -> None:
    assistant, reading = recognised
    who = f"{reading.account.department}{reading.account.year}年"
    sure, unsure = assistant.ask(f"{who}支出总计是多少？"), assistant.ask(f"{who}公务接待费决算数是多少？")
    assert sure.status == unsure.status == "answered", (sure.text, unsure.text)
    assert Decimal(sure.value or "0") and all(citation.scanned for citation in sure.citations)
    assert any("扫描页" in note for note in sure.notes) and not any("存疑" in note for note in sure.notes)
    assert any("存疑" in note and "把握不足" in note for note in unsure.notes)
    born = samples.ask("城市管理和园林局2024年公务接待费是多少？")
    assert not any("扫描" in note for note in born.notes)
