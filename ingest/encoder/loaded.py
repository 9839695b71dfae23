"""A model in memory: loaded once in the process, with the vectors of the texts it has seen."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ingest.encoder.packed import EncoderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

Kind: TypeAlias = Literal["document", "query"]

TURN = 256
"""Texts embedded before other threads get a turn, so that a question does not wait for a whole account."""
MOST_VECTORS = 50_000
"""Vectors remembered at most: about 80 MB at 384 dimensions."""
MOST_THREADS = 4
"""More gain little with a small model, and others need cores too."""


class LoadedModel:
    """A SentenceTransformer with a memory, safe to share between threads."""

    def __init__(self, model: SentenceTransformer) -> None:
        self.model = model
        self._vectors: dict[tuple[Kind, str], NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def embed(self, kind: Kind, texts: Sequence[str], batch_size: int) -> NDArray[np.float32]:
        """Embed texts with the prompt of their kind; each distinct text goes through the model once.

        :param texts: at least one.
        :return: unit vectors, texts x dimensions, in order.
        """
        import numpy as np

        found: dict[str, NDArray[np.float32]] = {}
        for text in texts:
            vector = self._vectors.get((kind, text))
            if vector is not None:
                found[text] = vector
        new = [text for text in dict.fromkeys(texts) if text not in found]
        for start in range(0, len(new), TURN):
            turn = new[start : start + TURN]
            found.update(zip(turn, self._run(kind, turn, batch_size), strict=True))
        return np.stack([found[text] for text in texts])

    def _run(self, kind: Kind, texts: list[str], batch_size: int) -> NDArray[np.float32]:
        """Put texts through the model and remember their vectors, forgetting the oldest."""
        import numpy as np

        encode = self.model.encode_query if kind == "query" else self.model.encode_document
        # The fast tokenizers refuse to be used by two threads at once.
        with self._lock:
            raw = encode(texts, batch_size=batch_size, normalize_embeddings=True, show_progress_bar=False)
            vectors = np.asarray(raw, dtype=np.float32)
            # Copies: a row that is a view would keep its whole turn alive.
            self._vectors.update({(kind, text): row.copy() for text, row in zip(texts, vectors, strict=True)})
            while len(self._vectors) > MOST_VECTORS:
                del self._vectors[next(iter(self._vectors))]
        return vectors


_models: dict[tuple[str, str], LoadedModel] = {}
_loading = threading.Lock()


def load(
    source: str, *, bundled: bool = False, prompts: Mapping[str, str] | None = None, threads: int | None = None
) -> LoadedModel:
    """Load a model, or return it if the process has it already.

    :param source: a SentenceTransformer folder or hub name.
    :param bundled: it is the folder of the bundled model: loaded without the network and without a word.
    :param prompts: by kind, for a model whose own settings lack them.
    :param threads: torch's threads, for the whole process; None for what torch has, but at most 4.
    :raises EncoderError: if SentenceTransformer cannot load it.
    """
    key = (source, json.dumps(dict(prompts or {}), sort_keys=True))
    with _loading:
        if key not in _models:
            import torch

            torch.set_num_threads(threads or min(MOST_THREADS, torch.get_num_threads()))
            given = None if prompts is None else dict(prompts)
            try:
                _models[key] = LoadedModel(_load_bundled(source, given) if bundled else _load_any(source, given))
            except Exception as error:
                raise EncoderError(_load_failure(source, bundled, error)) from error
        return _models[key]


def _load_failure(source: str, bundled: bool, error: Exception) -> str:
    came = f"{source!r} gave {type(error).__name__}: {error}"
    if bundled:
        return f"expected the unpacked encoder; {came}. To do: remove that folder; the next run makes it again"
    return (
        f"expected a SentenceTransformer folder or hub name; {came}. To do: give a folder that holds modules.json, or "
        "a name that the hub or its cache has, or leave `model` out for the bundled encoder"
    )


def _load_any(source: str, prompts: dict[str, str] | None) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(source, device="cpu", prompts=prompts)


def _load_bundled(folder: str, prompts: dict[str, str] | None) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    with _hub_offline(), _no_progress_bar():
        return SentenceTransformer(
            folder,
            device="cpu",
            prompts=prompts,
            local_files_only=True,
            # BERT's pooler is neither shipped nor used: vectors are the mean over the pieces.
            model_kwargs={"add_pooling_layer": False},
        )


@contextlib.contextmanager
def _hub_offline() -> Iterator[None]:
    """Keep the hub's client off the network meanwhile, and leave it as it was for other models of the process.

    The client reads HF_HUB_OFFLINE once, when it is imported, so its constant is switched as well.
    """
    from huggingface_hub import constants

    variable, constant = os.environ.get("HF_HUB_OFFLINE"), constants.HF_HUB_OFFLINE
    os.environ["HF_HUB_OFFLINE"], constants.HF_HUB_OFFLINE = "1", True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = constant
        if variable is None:
            del os.environ["HF_HUB_OFFLINE"]
        else:
            os.environ["HF_HUB_OFFLINE"] = variable


@contextlib.contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Keep transformers from drawing a bar for a second's work."""
    logging: Any = importlib.import_module("transformers.utils.logging")
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
