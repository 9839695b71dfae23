"""The store: an account is in both stores or in neither, whatever happens in between."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from accounts import SHANGHAI, as_text, make

from ingest import Store, StoreError, ingest, read_account
from ingest.model import Reading

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reading, Reading]:
    folder = tmp_path_factory.mktemp("accounts")
    as_text(make(11), folder / "a.txt")
    as_text(make(12, SHANGHAI), folder / "b.txt")
    return read_account(folder / "a.txt"), read_account(folder / "b.txt")


def counts(store: Store, reading: Reading) -> tuple[int, int, int, int, int]:
    """What both stores have of an account: tables, facts, passages, statements; vectors."""
    kept = store.facts.counts().get(reading.account.id, {})
    names = ("tables", "facts", "passages", "statements")
    return (*(kept.get(name, 0) for name in names), store.vectors.count(reading.account.id))  # type: ignore[return-value]


def whole(reading: Reading) -> tuple[int, int, int, int, int]:
    passages = len(reading.passages)
    return len(reading.tables), len(reading.facts), passages, len(reading.statements), passages


NOTHING = (0, 0, 0, 0, 0)


def test_account_comes_back_as_it_was_read(tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading]) -> None:
    for reading in readings:
        with Store(tmp_path, write=True, encoder=encoder) as store:
            store.add(reading)
    with Store(tmp_path, encoder=encoder) as store:
        assert sorted(account.id for account in store.accounts()) == sorted(r.account.id for r in readings)
        for reading in readings:
            key = reading.account.id
            assert counts(store, reading) == whole(reading)
            assert reading.account in store.accounts() and store.has(reading.account.sha256)
            assert store.facts.facts(key) == list(reading.facts)
            assert store.facts.passages(key) == list(reading.passages)
            assert store.facts.statements(key) == list(reading.statements)
            assert store.facts.tables(key) == [replace(table, rows=()) for table in reading.tables]


def test_blank_is_kept_apart_from_zero(tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading]) -> None:
    with Store(tmp_path, write=True, encoder=encoder) as store:
        for reading in readings:
            store.add(reading)
        zeros, blanks = (store.facts.facts(reading.account.id) for reading in readings)
    assert any(fact.value == 0 for fact in zeros)
    assert any(fact.value is None for fact in blanks)
    for fact in zeros + blanks:
        assert (fact.value is None) == (fact.text == "")


@pytest.mark.parametrize("where", ["vectors", "facts"])
def test_failure_in_one_store_leaves_nothing_in_the_other(
    tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = readings
    with Store(tmp_path, write=True, encoder=encoder) as store:
        store.add(first)
        part = store.vectors if where == "vectors" else store.facts
        done = part.add

        def fail_late(data: Any) -> None:
            if where == "vectors":  # half of them are written before it fails
                done(data[: len(data) // 2])
            raise OSError("no space left on device")

        monkeypatch.setattr(part, "add", fail_late)
        with pytest.raises(OSError, match="no space"):
            store.add(second)
        monkeypatch.undo()
        assert counts(store, second) == NOTHING and counts(store, first) == whole(first)
        store.add(second)
        assert counts(store, second) == whole(second)


def test_failure_inside_the_facts_transaction_leaves_nothing(
    tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading]
) -> None:
    first, second = readings
    broken = replace(second, facts=(*second.facts, replace(second.facts[0], value="no number")))  # type: ignore[arg-type]
    with Store(tmp_path, write=True, encoder=encoder) as store:
        store.add(first)
        with pytest.raises(Exception):  # noqa: B017 - whatever the database says
            store.add(broken)
        assert counts(store, second) == NOTHING and counts(store, first) == whole(first)
        with pytest.raises(Exception):  # noqa: B017 - the same account again
            store.add(first)
        assert counts(store, first) == whole(first)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [{root!r}, {tests!r}]
from conftest import PlainEncoder
from ingest import Store, read_account

reading = read_account(Path(sys.argv[2]))
store = Store(sys.argv[1], write=True, encoder=PlainEncoder())
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
{patch}
{act}
print("survived")
"""
PATCHES = {
    "before the vectors": "store.vectors.add = kill",
    "between vectors and facts": "store.facts.add = kill",
    "half the vectors": "add = store.vectors.add\nstore.vectors.add = lambda p: (add(p[: len(p) // 2]), kill())",
    "after the facts": "add = store.facts.add\nstore.facts.add = lambda r: (add(r), kill())",
}


def killed(tmp_path: Path, reading: Reading, patch: str, act: str) -> None:
    script = KILLED.format(root=str(ROOT), tests=str(ROOT / "tests"), patch=patch, act=act)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "store"), reading.account.path],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "survived" not in done.stdout


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@pytest.mark.parametrize("moment", PATCHES)
def test_kill_while_adding_leaves_an_account_whole_or_not_at_all(
    tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading], moment: str
) -> None:
    first, second = readings
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        store.add(first)
    killed(tmp_path, second, PATCHES[moment], "store.add(reading)")
    with Store(tmp_path / "store", encoder=encoder) as store:  # a reader sees no half account before the recovery
        stored = second.account in store.accounts()
        assert stored == (moment == "after the facts")
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        assert counts(store, second) == (whole(second) if stored else NOTHING)
        assert counts(store, first) == whole(first)
        if not stored:
            store.add(second)
        assert counts(store, second) == whole(second)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@pytest.mark.parametrize("patch", ["store.vectors.remove = kill", "store.facts.remove = kill"])
def test_kill_while_removing_leaves_an_account_whole_or_not_at_all(
    tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading], patch: str
) -> None:
    first, second = readings
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        store.add(first)
        store.add(second)
    killed(tmp_path, second, patch, "store.remove(reading.account.id)")
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        assert counts(store, second) == (NOTHING if "vectors" in patch else whole(second))
        assert counts(store, first) == whole(first)


def test_same_content_is_skipped_under_any_name(tmp_path: Path, encoder: Any) -> None:
    as_text(make(13), tmp_path / "one.txt")
    (tmp_path / "two.txt").write_bytes((tmp_path / "one.txt").read_bytes())
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        added, skipped = ingest([tmp_path / "one.txt", tmp_path / "two.txt"], store)
        assert (added.status, skipped.status) == ("added", "skipped")
        assert skipped.reason and skipped.document == added.document
        assert len(store.accounts()) == 1
        kept = store.facts.counts()[added.document or ""]
        assert (added.tables, added.facts, added.passages) == (kept["tables"], kept["facts"], kept["passages"])


def test_remove_takes_an_account_out_of_both(tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading]) -> None:
    first, second = readings
    with Store(tmp_path, write=True, encoder=encoder) as store:
        store.add(first)
        store.add(second)
        store.remove(first.account.id)
        assert counts(store, first) == NOTHING and counts(store, second) == whole(second)
        assert [account.id for account in store.accounts()] == [second.account.id]
        with pytest.raises(StoreError, match="没有"):
            store.remove(first.account.id)
        nearest = store.vectors.nearest("基本支出", [first.account.id, second.account.id], 50)
        assert nearest and {key.split("#")[0] for key, _ in nearest} == {second.account.id}
        store.add(first)
        assert counts(store, first) == whole(first)


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_export_has_a_row_for_every_fact_with_where_it_stands(
    tmp_path: Path, encoder: Any, readings: tuple[Reading, Reading], form: str
) -> None:
    target = tmp_path / f"facts.{form}"
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        for reading in readings:
            store.add(reading)
        every = [reading.account.id for reading in readings]
        assert store.facts.export(every[:1], target, form) == len(readings[0].facts)
        assert store.facts.export(every, target, form) == sum(len(reading.facts) for reading in readings)
    if form == "parquet":
        import pyarrow.parquet as parquet

        rows = parquet.read_table(target).to_pylist()
    elif form == "json":
        rows = json.loads(target.read_text("utf-8"))
    else:
        rows = list(csv.DictReader(target.open(encoding="utf-8", newline="")))
    facts = [fact for reading in readings for fact in reading.facts]
    assert len(rows) == len(facts)
    assert sorted((row["text"] or "", int(row["line"])) for row in rows) == sorted(
        (fact.text, fact.place.line or 0) for fact in facts
    )
    assert {(row["department"], int(row["year"]), row["sha256"]) for row in rows} == {
        (r.account.department, r.account.year, r.account.sha256) for r in readings
    }


def test_reading_a_store_that_is_not_there_says_what_to_do(tmp_path: Path, encoder: Any) -> None:
    with pytest.raises(StoreError, match="juesuan ingest"):
        Store(tmp_path / "nowhere", encoder=encoder)
    assert not (tmp_path / "nowhere").exists()
