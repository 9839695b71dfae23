"""Claims about errors kept beside the figures: an answer tells the same with them as without, whatever came or went."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

import assistant.checks as checks
from assistant import Assistant
from assistant.checks import check, keep_errors, kept, touching
from assistant.checks.muting import MutingLog
from assistant.checks.raised import Raised
from assistant.library import Library
from ingest import Store, ingest, read_account
from ingest.model import Fact
from ingest.store import FactStore
from prompts import speaking
from tests.test_checks_across import LISTED, account, second, unit
from ui.cli import app

DEPARTMENT, UNIT = second(units=LISTED), unit("云岫市档案馆", "291.00")
"""The unit spends more than its department: an error at the department's figure."""
TEXTS = {
    "department": DEPARTMENT,
    "corrected": second(units=LISTED, head="公开日期：2025年9月1日"),
    "before": account(2023, start="5.00", end="9.00", total="305.00", spent="295.00", reception="1.30"),
    "unit": UNIT,
    "smaller-unit": unit("云岫市档案馆", "100.00"),
    "itself": unit("云岫市档案局", "180.00"),
    "wrong-sum": account(2024, owner="云岫市司法局", spent="280.00").replace("行政运行\t280.00", "行政运行\t281.00"),
    "another": account(2024, owner="云岫市司法局站"),
}
Told = dict[tuple[object, ...], Raised]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    return {name: tmp_path / f"{name}.txt" for name in TEXTS}


@pytest.fixture
def store(folder: Path, encoder: object) -> Iterator[Store]:
    with Store(folder, write=True, encoder=encoder) as opened:
        yield opened


def add(store: Store, *files: Path) -> None:
    assert [one.reason for one in ingest(files, store) if one.status != "added"] == []


def identifier(store: Store, file: Path) -> str:
    return next(one.id for one in store.accounts() if one.path == str(file))


def told(library: Library, name: str) -> Told:
    """What answers tell at each cell of a document."""
    view = library.view(name)
    return {(fact.account, *fact.key): raised for fact in view.facts if (raised := touching(view, fact))}


def computed(store: Store) -> dict[str, Told]:
    """The same of all documents, as if nothing were kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FactStore, "kept", lambda _: [])
        library = Library(store)
        return {one.id: told(library, one.id) for one in library.documents()}


def read(store: Store) -> dict[str, Told]:
    """The same from what is kept alone; a document that would have to be checked is an error."""

    def fail(*_: object) -> None:
        raise AssertionError("an account was checked for an answer")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_raised", fail)
        library = Library(store)
        return {one.id: told(library, one.id) for one in library.documents()}


def holding(store: Store) -> set[str]:
    """The documents whose kept errors hold."""
    library = Library(store)
    return {one.id for one in library.documents() if kept.told(library.view(one.id)) is not None}


def test_kept_errors_are_those_that_checking_finds(store: Store, files: dict[str, Path]) -> None:
    add(store, files["department"], files["unit"], files["wrong-sum"])
    assert keep_errors(store) == 3
    found = read(store)
    assert found == computed(store)
    assert {raised.rule for there in found.values() for raised in there.values()} >= {"unit-exceeds", "sum"}
    assert keep_errors(store) == 0


def test_sample_accounts_tell_the_same_with_and_without_kept_errors(samples: Assistant, folder: Path) -> None:
    folder.mkdir()
    shutil.copy(samples.store.folder / "facts.duckdb", folder)
    with Store(folder, write=True) as opened:
        names = [one.id for one in opened.accounts()]
        assert keep_errors(opened) == len(names)
        assert read(opened) == computed(opened)
        opened.facts.remove(names[0])
        keep_errors(opened)
        assert read(opened) == computed(opened)


@pytest.mark.parametrize("seed", range(3))
def test_kept_errors_hold_through_documents_that_come_and_go(store: Store, files: dict[str, Path], seed: int) -> None:
    rng, there = random.Random(seed), set[str]()
    for _ in range(10):
        name = rng.choice(sorted(files))
        if name in there:
            store.remove(identifier(store, files[name]))
        else:
            add(store, files[name])
        there ^= {name}
        library = Library(store)  # before anything is kept anew
        assert {one.id: told(library, one.id) for one in library.documents()} == computed(store)
        if rng.random() < 0.7:
            keep_errors(store)
            assert read(store) == computed(store)


def test_a_document_that_comes_or_goes_makes_only_its_neighbours_worthless(
    store: Store, files: dict[str, Path]
) -> None:
    add(store, files["department"], files["wrong-sum"])
    keep_errors(store)
    department, other = (identifier(store, files[name]) for name in ("department", "wrong-sum"))
    assert holding(store) == {department, other}
    add(store, files["unit"])
    assert holding(store) == {other}
    assert keep_errors(store) == 2
    assert any(raised.rule == "unit-exceeds" for raised in read(store)[department].values())
    store.remove(identifier(store, files["unit"]))
    assert holding(store) == {other}
    assert keep_errors(store) == 1 and read(store)[department] == {}


def test_errors_kept_by_other_code_or_rules_are_not_trusted(
    store: Store, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, files["wrong-sum"])
    keep_errors(store)
    monkeypatch.setattr(kept, "made_by", lambda: "another version")
    assert holding(store) == set()
    library = Library(store)
    assert told(library, library.documents()[0].id) == next(iter(computed(store).values())) != {}


def test_errors_kept_of_an_earlier_reading_are_not_trusted(store: Store, files: dict[str, Path]) -> None:
    add(store, files["wrong-sum"])
    keep_errors(store)
    (before,) = store.facts.kept()
    store.remove(before.account)
    assert store.facts.kept() == []
    add(store, files["wrong-sum"])
    store.facts.keep([before])  # as if removing had left it behind
    assert holding(store) == set()


def test_muted_error_is_not_told_from_what_is_kept(store: Store, files: dict[str, Path]) -> None:
    add(store, files["wrong-sum"])
    keep_errors(store)
    name = identifier(store, files["wrong-sum"])
    assert read(store)[name]
    log = MutingLog(store.folder)
    errors = [one for one in check(Library(store).view(name)) if one.rule == "sum"]
    for finding in errors:
        log.mute(finding, "已核对")
    assert read(store)[name] == {}
    log.unmute(errors[0].id)
    assert {raised.message for raised in read(store)[name].values()} == {errors[0].message}
    assert keep_errors(store) == 0  # what is muted stands in its own log


def test_command_keeps_the_errors_when_it_reads_and_when_it_removes(
    folder: Path, files: dict[str, Path], encoder: object
) -> None:
    def juesuan(*arguments: str) -> None:
        done = CliRunner().invoke(app, [*arguments, "--store", str(folder)])
        assert done.exit_code == 0, done.output

    juesuan("ingest", str(files["department"]), str(files["unit"]))
    with Store(folder, encoder=encoder) as opened:
        assert any(raised.rule == "unit-exceeds" for there in read(opened).values() for raised in there.values())
    juesuan("remove", files["unit"].name)
    with Store(folder, encoder=encoder) as opened:
        assert list(read(opened).values()) == [{}]


def test_check_that_fails_on_a_document_does_not_keep_the_others_from_being_kept(
    store: Store, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, files["department"], files["wrong-sum"])
    name, raised = identifier(store, files["department"]), checks._raised

    def fail(view: object) -> list[Raised]:
        if view.account.id == name:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return raised(view)  # type: ignore[arg-type]

    monkeypatch.setattr(checks, "_raised", fail)
    assert keep_errors(store) == 1
    assert holding(store) == {identifier(store, files["wrong-sum"])}


def test_store_of_the_version_before_is_read_as_it_is_and_brought_up_for_writing(
    folder: Path, files: dict[str, Path], encoder: object
) -> None:
    with Store(folder, write=True, encoder=encoder) as opened:
        add(opened, files["wrong-sum"])
        keep_errors(opened)
        now, name = computed(opened), opened.accounts()[0].id
        tables, cells = opened.facts.tables_and_cells(name)
    with duckdb.connect(str(folder / "facts.duckdb")) as database:
        database.execute("DROP TABLE packed; DROP TABLE kept; UPDATE schema_version SET version = 2")
    with Store(folder, encoder=encoder) as opened:
        assert computed(opened) == now and holding(opened) == set() and opened.facts.kept() == []
        assert opened.facts.tables_and_cells(name)[0] == tables
        assert list(opened.facts.tables_and_cells(name)[1]) == list(cells)
    with Store(folder, write=True, encoder=encoder) as opened:
        assert keep_errors(opened) == 1
        assert read(opened) == now


def test_cells_read_in_one_piece_are_those_of_the_rows(store: Store, samples: Assistant) -> None:
    for file in sorted(Path(one.path) for one in samples.library.accounts)[:2]:
        reading = read_account(file)
        store.facts.add(reading)
        tables, cells = store.facts.tables_and_cells(reading.account.id)
        assert tables == store.facts.tables(reading.account.id)
        assert list(cells) == store.facts.facts(reading.account.id) == list(reading.facts)
        assert cells[3] is cells[3] and cells[-2:] == list(reading.facts)[-2:]
        assert list(cells.column("item")) == [fact.item for fact in reading.facts]


def test_cells_are_made_only_where_they_are_asked_for(samples: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[Fact]()
    module = sys.modules["ingest.store.packed"]
    monkeypatch.setattr(module, "fact_of", lambda row, of=module.fact_of: made.append(of(row)) or made[-1])
    view = Library(samples.store).view(samples.library.accounts[0].id)
    assert len(view.by_item) > 20 and len(view.item_names) == len(view.by_item) and made == []
    assert view.by_item["公务接待费"] == made
    assert 0 < len(made) < len(view.facts) / 10


def test_finding_is_the_same_in_whatever_language_it_was_first_asked_for(store: Store, files: dict[str, Path]) -> None:
    add(store, *(file for name, file in files.items() if name != "corrected"))
    names = [one.id for one in store.accounts()]
    library = Library(store)
    with speaking("en"):
        first = [check(library.view(name)) for name in names]
    library = Library(store)
    assert first == [check(library.view(name)) for name in names]
