"""Property tests: an account written from a seed in any form reads back cell by cell as it was written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from accounts import DUTIES, FONT_FILE, GUANGDONG, SHANGHAI, TERMS, Form, Told, as_pdf, as_text, as_told, make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import read_account
from ingest.model import Reading
from ingest.narrative.sections import glossary_term

FORMS = st.builds(
    Form,
    codes=st.sampled_from([1, 3]),
    total=st.sampled_from(["first", "last", "head"]),
    zero=st.sampled_from(["0.00", ""]),
    counters=st.booleans(),
    official=st.sampled_from(["blocks", "pairs"]),
    repeat=st.sampled_from(["title", "header", "nothing"]),
    sided=st.booleans(),
    spaced=st.booleans(),
    all_classes=st.booleans(),
    feed=st.booleans(),
    dense=st.booleans(),
).filter(lambda form: form.total != "head" or (form.codes == 3 and not form.counters))
SEEDS = st.integers(0, 2**32 - 1)
STEADY = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
needs_font = pytest.mark.skipif(not FONT_FILE.exists(), reason="fonts-wqy-microhei is not installed")


def first_difference(read: list[Told], truth: list[Told]) -> str:
    """Where two lists of cells part, for the message of a failure."""
    for number, (got, expected) in enumerate(zip(read, truth)):
        if got != expected:
            return f"cell {number}:\n  read    {got}\n  printed {expected}"
    return f"{len(read)} cells read, {len(truth)} printed; first extra: {(read + truth)[min(len(read), len(truth))]}"


def check(reading: Reading, truth: list[Told], department: str, year: int) -> None:
    assert (reading.account.department, reading.account.year) == (department, year)
    read, bare = as_told(reading), [Told(**{**vars(told), "box": None}) for told in truth]
    assert read == bare, first_difference(read, bare)
    assert {table.kind: table.unit for table in reading.tables if table.kind} == {f"T{n}": "万元" for n in range(1, 10)}
    duties = [passage for passage in reading.passages if passage.kind == "duties"]
    assert [[s.text for s in p.sentences] for p in duties] == [
        [f"{n}、{duty.format(name=department)}" for n, duty in enumerate(DUTIES, 1)]
    ]
    assert tuple(glossary_term(p) for p in reading.passages if p.kind == "glossary") == tuple(
        term.strip("“”") for term in TERMS
    )


@settings(STEADY, max_examples=100)
@given(seed=SEEDS, form=FORMS)
def test_text_reads_back_cell_by_cell(seed: int, form: Form) -> None:
    account = make(seed, form)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "account.txt"
        truth = as_text(account, path)
        check(read_account(path), truth, account.department, account.year)


@needs_font
@settings(STEADY, max_examples=30)
@given(seed=SEEDS, form=FORMS)
def test_pdf_reads_back_cell_by_cell_with_page_and_box(seed: int, form: Form) -> None:
    account = make(seed, form)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "account.pdf"
        truth = as_pdf(account, path)
        reading = read_account(path)
        check(reading, truth, account.department, account.year)
        for got, printed in zip(as_told(reading, boxes=True), truth, strict=True):
            assert got.box and printed.box
            off = max(abs(a - b) for a, b in zip(got.box, printed.box, strict=True))
            assert off <= 3, (got, printed)  # pdfplumber snaps edges within 3 points


@pytest.mark.parametrize("form", [GUANGDONG, SHANGHAI], ids=["guangdong", "shanghai"])
def test_text_and_pdf_of_one_account_say_the_same(form: Form, tmp_path: Path) -> None:
    if not FONT_FILE.exists():
        pytest.skip("fonts-wqy-microhei is not installed")
    as_text(make(7, form), tmp_path / "a.txt")
    as_pdf(make(7, form), tmp_path / "a.pdf")
    strip = lambda told: Told(**{**vars(told), "page": None, "box": None})  # noqa: E731
    assert [strip(told) for told in as_told(read_account(tmp_path / "a.txt"))] == [
        strip(told) for told in as_told(read_account(tmp_path / "a.pdf"))
    ]
