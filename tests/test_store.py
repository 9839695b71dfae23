"""Claims about the store: an account is in both parts or in neither, also after an error and after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.suite import SAMPLES
from ingest import Store, StoreError, ingest, read_account
from ingest.model import Reading
from ingest.workers import Read, read_files

ROOT = Path(__file__).parent.parent
_KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from ingest import Store, read_account
from tests.conftest import PlainEncoder
store = Store(sys.argv[1], write=True, encoder=PlainEncoder())
if sys.argv[3] == "adding":
    store.facts.add = lambda reading: os.kill(os.getpid(), signal.SIGKILL)
    store.add(read_account(Path(sys.argv[2])))
else:
    store.vectors.remove = lambda account: os.kill(os.getpid(), signal.SIGKILL)
    store.remove(store.accounts()[0].id)
"""


@pytest.fixture(scope="module")
def path() -> Path:
    return sorted(SAMPLES.glob("*地方志*2022*.pdf"))[0]


@pytest.fixture(scope="module")
def reading(path: Path) -> Reading:
    return read_account(path)


def test_account_is_in_both_parts_and_comes_back_as_it_was(tmp_path: Path, reading: Reading, encoder: Any) -> None:
    with Store(tmp_path, write=True, encoder=encoder) as store:
        store.add(reading)
        identifier = reading.account.id
        assert store.accounts() == [reading.account]
        assert store.facts.facts(identifier) == list(reading.facts)
        assert store.facts.passages(identifier) == list(reading.passages)
        assert store.facts.statements(identifier) == list(reading.statements)
        assert store.vectors.count(identifier) == len(reading.passages)
        store.remove(identifier)
        assert store.accounts() == [] and store.facts.facts(identifier) == []
        assert store.vectors.count(identifier) == 0


@pytest.mark.parametrize("part", ["vectors", "facts"])
def test_error_in_either_part_leaves_nothing_behind(
    tmp_path: Path, reading: Reading, encoder: Any, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    with Store(tmp_path, write=True, encoder=encoder) as store:
        with monkeypatch.context() as patch:
            patch.setattr(getattr(store, part), "add", fail)
            with pytest.raises(OSError, match="disk full"):
                store.add(reading)
        assert store.accounts() == [] and store.vectors.count(reading.account.id) == 0
        store.add(reading)
        assert store.vectors.count(reading.account.id) == len(reading.passages)


def killed(store: Path, path: Path, moment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(store), str(path), moment],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -signal.SIGKILL


def test_kill_while_adding_leaves_nothing_behind(tmp_path: Path, path: Path, reading: Reading, encoder: Any) -> None:
    killed(tmp_path, path, "adding")
    with Store(tmp_path, write=True, encoder=encoder) as store:
        assert store.accounts() == [] and store.vectors.count(reading.account.id) == 0


def test_kill_while_removing_leaves_nothing_behind(tmp_path: Path, path: Path, reading: Reading, encoder: Any) -> None:
    with Store(tmp_path, write=True, encoder=encoder) as store:
        store.add(reading)
    killed(tmp_path, path, "removing")
    with Store(tmp_path, write=True, encoder=encoder) as store:
        assert store.accounts() == [] and store.vectors.count(reading.account.id) == 0


def test_same_content_is_skipped_and_a_failed_file_harms_nothing(tmp_path: Path, path: Path, encoder: Any) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(path.read_bytes())
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(path.read_bytes()[:2000])
    with Store(tmp_path / "store", write=True, encoder=encoder) as store:
        outcomes = list(ingest([path, broken, copy, tmp_path / "none.pdf"], store))
        assert [outcome.status for outcome in outcomes] == ["added", "failed", "skipped", "failed"]
        assert all(outcome.reason for outcome in outcomes[1:])
        assert len(store.accounts()) == 1


def test_two_workers_store_what_one_does_in_the_order_of_the_files(tmp_path: Path, encoder: Any) -> None:
    files = [*sorted(SAMPLES.glob("*.pdf"))[:3], tmp_path / "none.pdf", sorted(SAMPLES.glob("*.pdf"))[0]]
    told = []
    for workers in (1, 2):
        with Store(tmp_path / str(workers), write=True, encoder=encoder) as store:
            outcomes = list(ingest(files, store, workers))
            facts = [store.facts.facts(account.id) for account in store.accounts()]
        told.append(([replace(outcome, seconds=None) for outcome in outcomes], facts))
    assert told[0] == told[1]
    assert [outcome.status for outcome in told[0][0]] == ["added", "added", "added", "failed", "skipped"]


def dying_at_b(path: Path) -> Read:
    """Stands for a reader that crashes in its own process."""
    if path.name == "b":
        os._exit(1)
    return Read(path, None, "read", 0.0)


def test_a_file_that_crashes_its_reader_takes_no_other_with_it() -> None:
    files = [Path(name) for name in "abcdef"]
    reads = list(read_files(files, 2, dying_at_b))
    assert [read.path for read in reads] == files
    assert [read.path.name for read in reads if read.reason != "read"] == ["b"]
    assert "异常退出" in reads[1].reason


def test_reader_needs_a_store_and_one_process_writes(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="juesuan ingest"):
        Store(tmp_path / "none")
    with pytest.raises(StoreError, match="没有"), Store(tmp_path / "some", write=True) as store:
        store.remove("不存在")
