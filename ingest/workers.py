"""Reading several files at a time in processes of their own, so that one that crashes takes no other with it."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from ingest.model import Reading
from ingest.readers import Unreadable
from ingest.readers.progress import Told, telling
from ingest.reading import read_account

_CRASHED = "读取这个文件的进程异常退出；文件可能已损坏，请重新下载或另存后再试。"
_AHEAD = 2
"""Readings kept waiting for each worker: more would fill the memory when storing is slower than reading."""


@dataclass(frozen=True)
class Read:
    """What became of reading one file: the reading, or the reason why there is none."""

    path: Path
    reading: Reading | None
    reason: str
    seconds: float


def others_are_loaded() -> bool:
    """The setting `JUESUAN_OTHERS`: whether a document that is neither account nor budget is loaded for its text.

    :raises ValueError: if it is neither load nor refuse.
    """
    named = os.environ.get("JUESUAN_OTHERS", "") or "load"
    if named not in ("load", "refuse"):
        raise ValueError(f"JUESUAN_OTHERS 应是 load 或 refuse，现在是“{named}”；请改正或去掉这个环境变量。")
    return named == "load"


def read_file(path: Path) -> Read:
    """Read a file; whatever goes wrong is the result's reason and harms nothing."""
    started = time.perf_counter()
    reading, reason = None, ""
    try:
        reading = read_account(path, others_are_loaded())
    except Unreadable as error:
        reason = str(error)
    except OSError as error:
        reason = f"打不开文件（{error.strerror or error}）；请检查路径和权限。"
    except MemoryError:
        reason = "文件太大，内存不够；请把它拆成几个文件再试。"
    except Exception as error:  # a reader must never take the others down
        reason = f"读取时出错（{type(error).__name__}: {error}）；文件可能已损坏，其余文件不受影响。"
    return Read(path, reading, reason, time.perf_counter() - started)


def read_apart(path: Path, told: Told) -> Read:
    """Read a file in a process of its own, and say after each page how far it has come.

    :param told: called with the number of pages read and of all.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    started = time.perf_counter()
    process = context.Process(target=_read_telling, args=(path, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        while not isinstance(message := ours.recv(), Read):
            told(*message)
        return message
    except EOFError:
        return Read(path, None, _CRASHED, time.perf_counter() - started)
    finally:
        process.join()
        ours.close()


def _read_telling(path: Path, out: Connection) -> None:
    with telling(lambda done, pages: out.send((done, pages))):
        out.send(read_file(path))


def read_files(paths: Iterable[Path], workers: int, read: Callable[[Path], Read] = read_file) -> Iterator[Read]:
    """Read the files in order.

    :param workers: processes that read at a time; with 1 this process reads.
    :param read: what reads one file; a function of a module, since other processes must find it.
    """
    files = iter(paths)
    if workers < 2:
        yield from map(read, files)
        return
    pool = _pool(workers)
    waiting: deque[tuple[Path, Future[Read]]] = deque()
    try:
        while True:
            while len(waiting) < _AHEAD * workers and (path := next(files, None)) is not None:
                waiting.append((path, pool.submit(read, path)))
            if not waiting:
                return
            path, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:  # one of those being read did it: this one is tried alone, the others anew
                pool.shutdown(wait=False)
                yield _read_alone(path, read)
                pool = _pool(workers)
                waiting = deque((later, pool.submit(read, later)) for later, _ in waiting)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _read_alone(path: Path, read: Callable[[Path], Read]) -> Read:
    with _pool(1) as alone:
        try:
            return alone.submit(read, path).result()
        except BrokenProcessPool:
            return Read(path, None, _CRASHED, 0.0)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Fresh processes: a fork of one with threads (torch, Chroma) can hang.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
