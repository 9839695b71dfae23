"""Unpack the shipped encoder into a folder, and embed texts with it or with any other SentenceTransformer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.encoder.loaded import Kind, LoadedModel, load
from ingest.encoder.packed import (
    SETTINGS,
    SETTINGS_PREFIX,
    SHIPPED,
    EncoderError,
    bert_weights,
    content_hash,
    read_packed,
)

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings as _Embeddings
    from numpy.typing import NDArray
else:
    # LangChain takes a quarter of a second to import; Encoder registers with it when one is made.
    _Embeddings = object

_WEIGHTS = "model.safetensors"
_MARKER = "unpacked.json"
_PART = ".part"
_STALE_SECONDS = 3600.0


def cache_folder(cache: Path | None = None) -> Path:
    """Say where unpacked models are kept.

    :param cache: the caller's choice; else the environment's JUESUAN_CACHE, else XDG_CACHE_HOME/juesuan, else
        ~/.cache/juesuan.
    :return: the folder, which need not exist.
    """
    if cache is not None:
        return cache.expanduser()
    if own := os.environ.get("JUESUAN_CACHE"):
        return Path(own).expanduser()
    shared = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG rules say that a relative path is to be ignored.
    return (shared if shared.is_absolute() else Path.home() / ".cache") / "juesuan"


def unpack(target: Path) -> Path:
    """Write the shipped model as a sentence-transformers folder.

    The folder appears whole or not at all: it is written beside `target` and renamed. Nothing is done when `target`
    already holds the same content; an older or half-written model folder is replaced.

    :param target: the model folder to make.
    :return: `target`.
    :raises EncoderError: if the shipped file is damaged, the place cannot be written, or `target` holds other files.
    """
    digest = content_hash()
    if _is_whole(target, digest):
        return target
    _refuse_foreign(target)
    part = _part_beside(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        _write_folder(part, digest)
        _put_in_place(part, target, digest)
    except OSError as error:
        raise EncoderError(
            f"expected to write the encoder to {target} (about 130 MB, once); it gave: {error}. "
            "To do: free some space, or set JUESUAN_CACHE to a folder that can be written"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _part_beside(target: Path) -> Path:
    """Name a temporary folder on the same disk as `target`, where a rename is one step."""
    return target.with_name(f".{target.name}.{uuid.uuid4().hex}{_PART}")


def _is_whole(folder: Path, digest: str) -> bool:
    """Say whether `folder` was unpacked from the file with this hash and still has every file at its full size."""
    try:
        marker = json.loads((folder / _MARKER).read_text(encoding="utf-8"))
        return bool(marker["sha256"] == digest) and all(
            (folder / name).stat().st_size == size for name, size in marker["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _refuse_foreign(target: Path) -> None:
    """Raise if `target` holds anything that an unpacked model does not: it would be lost."""
    if target.exists() and not target.is_dir():
        raise EncoderError(f"expected a folder, or nothing yet, at {target}; found a file. To do: give another place")
    known = {Path(name) for name in (*SETTINGS, _WEIGHTS, _MARKER)}
    files = (path.relative_to(target) for path in target.rglob("*") if not path.is_dir())
    if foreign := sorted(str(file) for file in files if file not in known):
        raise EncoderError(
            f"expected nothing but an unpacked encoder in {target}; found {', '.join(foreign[:3])}. "
            "To do: give a folder of its own, or remove those files"
        )


def _sweep(target: Path) -> None:
    """Remove what killed runs left beside `target`; young ones may belong to a run that is still writing."""
    for part in target.parent.glob(f".{target.name}.*{_PART}"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(part, ignore_errors=True)


def _write_folder(folder: Path, digest: str) -> None:
    """Write every file of the model into a new folder; all of it is on the disk at return."""
    from safetensors.numpy import save

    arrays = read_packed()
    for module in ("1_Pooling", "2_Normalize"):
        (folder / module).mkdir(parents=True)
    for name in SETTINGS:
        (folder / name).write_bytes(arrays[SETTINGS_PREFIX + name].tobytes())
    (folder / _WEIGHTS).write_bytes(save(bert_weights(arrays), metadata={"format": "pt"}))
    sizes = {name: (folder / name).stat().st_size for name in (*SETTINGS, _WEIGHTS)}
    (folder / _MARKER).write_text(json.dumps({"sha256": digest, "files": sizes}, indent=1), encoding="utf-8")
    for name in (*sizes, _MARKER):
        with (folder / name).open("rb+") as file:
            os.fsync(file.fileno())


def _put_in_place(part: Path, target: Path, digest: str) -> None:
    """Rename `part` to `target`, moving an unfit folder out of the way; yield to another process that was faster."""
    attempts = 3
    for attempt in range(1, attempts + 1):
        try:
            part.rename(target)
            return
        except OSError:
            if _is_whole(target, digest):
                return
            if attempt == attempts or not target.exists():
                raise
        aside = _part_beside(target)
        with contextlib.suppress(FileNotFoundError):
            target.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


class Encoder(_Embeddings):
    """Texts to unit vectors, as LangChain's Embeddings; the bundled Chinese model unless told otherwise.

    Questions and passages get the model's own prompts ("query: ", "passage: "). Text beyond the model's length (512
    pieces, some 700 characters) is not seen. The model is unpacked and loaded at the first text, and shared by all
    encoders of the process, as are the vectors of texts seen before. Threads may share an encoder.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        cache: Path | None = None,
        prompts: Mapping[str, str] | None = None,
        batch_size: int = 4,
        threads: int | None = None,
    ) -> None:
        """Choose the model; nothing is loaded yet.

        :param model: a SentenceTransformer folder or hub name; None for the bundled one.
        :param cache: where the bundled model is unpacked; see `cache_folder`.
        :param prompts: {"query": ..., "document": ...} for a model whose own settings lack them.
        :param batch_size: texts that go through the model together.
        :param threads: torch's threads, for the whole process; None for what torch has, but at most 4.
        :raises EncoderError: if `model` looks like a path and is no folder.
        :raises ValueError: if a number is below 1.
        """
        from langchain_core.embeddings import Embeddings

        Embeddings.register(Encoder)
        if batch_size < 1 or (threads is not None and threads < 1):
            raise ValueError(f"expected numbers of at least 1, got batch_size={batch_size}, threads={threads}")
        self._model = None if model is None else _folder_or_name(model)
        self._cache = cache
        self._prompts = prompts
        self._batch_size = batch_size
        self._threads = threads
        self._loaded: LoadedModel | None = None

    @property
    def name(self) -> str:
        """Which model this is. Keep it beside stored vectors: those of different models must not be compared."""
        return self._model or f"{SHIPPED.stem}@{content_hash()[:12]}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages, row labels and the like.

        :param texts: any number of texts.
        :return: a unit vector for each, in order.
        :raises TypeError: if `texts` is not a list of str.
        :raises EncoderError: if the model cannot be unpacked or loaded.
        """
        return self.document_matrix(texts).tolist() if texts else []

    def embed_query(self, text: str) -> list[float]:
        """Embed a question.

        :return: a unit vector.
        :raises TypeError: if `text` is not a str.
        :raises EncoderError: if the model cannot be unpacked or loaded.
        """
        vector: list[float] = self._embed("query", [text])[0].tolist()
        return vector

    def document_matrix(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages as `embed_documents` does, into one array.

        :param texts: at least one text.
        :return: unit vectors, texts x dimensions, in order.
        :raises TypeError: if `texts` is not a sequence of str.
        :raises ValueError: if there are no texts.
        :raises EncoderError: if the model cannot be unpacked or loaded.
        """
        if isinstance(texts, str):
            raise TypeError(f"expected a list of texts, got the text {texts[:20]!r}; put it in a list")
        if not texts:
            raise ValueError("expected at least one text, got none; use embed_documents if there may be none")
        return self._embed("document", texts)

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """`embed_documents` in a thread."""
        return await asyncio.to_thread(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        """`embed_query` in a thread."""
        return await asyncio.to_thread(self.embed_query, text)

    def _embed(self, kind: Kind, texts: Sequence[str]) -> NDArray[np.float32]:
        for text in texts:
            if not isinstance(text, str):
                raise TypeError(f"expected str, got {type(text).__name__} {text!r}; turn it into text first")
        if self._loaded is None:
            bundled = self._model is None
            source = self._model or str(unpack(cache_folder(self._cache) / SHIPPED.stem))
            self._loaded = load(source, bundled=bundled, prompts=self._prompts, threads=self._threads)
        return self._loaded.embed(kind, texts, self._batch_size)


def _folder_or_name(model: str | Path) -> str:
    """Check a model that is given as a path; a plain name is left to the hub's client."""
    text = str(model)
    if not isinstance(model, Path) and not text.startswith((".", "/", "~")):
        return text
    folder = Path(model).expanduser()
    if not folder.is_dir():
        raise EncoderError(
            f"expected a SentenceTransformer folder at {folder}; found {'a file' if folder.exists() else 'nothing'}. "
            "To do: correct the path, give a hub name, or leave `model` out for the bundled encoder"
        )
    return str(folder)
