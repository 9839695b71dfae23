"""Files that are no account are refused with a reason that helps, and the store stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.accounts import as_text, make
from eval.samples.account import HERE
from ingest import Store, Unreadable, ingest, read_account


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        read_account(path)
    assert re.search(r"[\u4e00-\u9fff]{4}", str(refused.value))
    assert "请" in str(refused.value) or "不是" in str(refused.value), "says what to do or what came"
    return refused.value.reason


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def picture_pdf(folder: Path) -> Path:
    """Two pages with a drawing and no text, like a scan."""
    from reportlab.pdfgen.canvas import Canvas

    path = folder / "scan.pdf"
    canvas = Canvas(str(path), invariant=1)
    for _ in range(2):
        for step in range(40):
            canvas.rect(72 + 4 * step, 72 + 9 * step, 60, 12)
        canvas.showPage()
    canvas.save()
    return path


def locked_pdf(folder: Path) -> Path:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    path = folder / "locked.pdf"
    canvas = Canvas(str(path), encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(72, 72, "2024")
    canvas.save()
    return path


def cut_pdf(folder: Path) -> Path:
    whole = next((HERE / "accounts").glob("*.pdf")).read_bytes()
    return written(folder, "cut.pdf", whole[: len(whole) // 3])


def text(name: str, content: bytes | str) -> Callable[[Path], Path]:
    return lambda folder: written(folder, name, content)


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty text": (text("empty.txt", ""), "empty"),
    "blank text": (text("blank.txt", " \n\n\t\n"), "empty"),
    "empty PDF": (text("empty.pdf", b""), "empty"),
    "garbage PDF": (text("garbage.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20), "damaged"),
    "text called PDF": (text("account.pdf", "云岫市水务局2024年度部门决算"), "damaged"),
    "locked PDF": (locked_pdf, "encrypted"),
    "scanned PDF": (picture_pdf, "no-text"),
    "unknown format": (text("account.pages", "云岫市水务局2024年度部门决算"), "format"),
    "no extension": (text("account", "云岫市水务局2024年度部门决算"), "format"),
    "binary text": (text("binary.txt", bytes(range(256)) * 8), "encoding"),
    "another text": (text("letter.txt", "今天下午三点开会，请各科室派一人参加。\n" * 5), "not-an-account"),
    "no table": (text("cover.txt", "云岫市水务局2024年度部门决算\n\n第一部分 云岫市水务局概况\n"), "not-an-account"),
    "budget without a table": (text("budget.txt", "云岫市水务局2024年部门预算\n\n一、收支预算总表\n"), "not-an-account"),
}


@pytest.mark.parametrize("case", BAD)
def test_reason_is_given(case: str, tmp_path: Path) -> None:
    make_file, reason = BAD[case]
    assert refusal(make_file(tmp_path)) == reason


def test_missing_file_is_named_as_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.pdf") == "missing"


def test_pdf_that_breaks_off_is_refused_or_read_but_never_breaks_the_run(tmp_path: Path, encoder: Any) -> None:
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        (outcome,) = ingest([cut_pdf(tmp_path)], store)
        assert outcome.status == "failed" and outcome.reason
        assert store.accounts() == []


def test_bad_files_change_nothing_and_the_others_go_on(
    tmp_path: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUESUAN_OTHERS", "refuse")
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    as_text(make(1), good / "a.txt")
    as_text(make(2), good / "z.txt")
    files = [make_file(bad) for make_file, _ in BAD.values()]
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        (first,) = ingest([good / "a.txt"], store)
        before = store.accounts(), store.facts.counts()
        outcomes = list(ingest(files, store))
        assert [outcome.status for outcome in outcomes] == ["failed"] * len(files)
        assert all(outcome.reason and outcome.document is None for outcome in outcomes)
        assert (store.accounts(), store.facts.counts()) == before
        mixed = list(ingest([files[0], good / "z.txt", files[3]], store))
        assert [outcome.status for outcome in mixed] == ["failed", "added", "failed"]
        assert first.document and store.vectors.count(first.document) == first.passages


def test_blank_form_is_told_from_an_account(real_files: list[Path]) -> None:
    (form,) = real_files[0].parent.glob("附件2*.pdf")
    budgets = sorted((real_files[0].parent / "spreadsheets").glob("*.xls*"))
    assert len(budgets) == 2
    assert [refusal(path) for path in (form, *budgets)] == ["form"] * 3




def test_an_account_is_known_in_each_usual_encoding(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    as_text(make(3), plain)
    told = plain.read_text("utf-8")
    readings = [read_account(plain)]
    for name, encoding in [("bom", "utf-8-sig"), ("gb", "gb18030"), ("wide", "utf-16")]:
        readings.append(read_account(written(tmp_path, f"{name}.txt", told.encode(encoding))))
    readings.append(read_account(written(tmp_path, "windows.txt", told.replace("\n", "\r\n"))))
    cells = [[(fact.kind, fact.code, fact.subject, fact.column, fact.text) for fact in r.facts] for r in readings]
    assert all(other == cells[0] for other in cells) and cells[0]
