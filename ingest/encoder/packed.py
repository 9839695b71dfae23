"""The packed model file: where it is, what is in it, and how it becomes a model's weights.

The file is a numpy archive. Matrices are 4-bit blocks (uint8), vectors float16, named as in its source (`emb.word`,
`l0.q.w` ...); the text files of the model folder are there too, as arrays of bytes named `file:` and their path.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHIPPED = Path(__file__).with_name("e5zh_q4.npz")
DIMENSION = 384
"""Length of a vector of the bundled model."""

BLOCK_VALUES = 32
BLOCK_BYTES = 18
"""A block is 32 values: a float16 step (2 bytes), then 16 bytes of two 4-bit values each."""

SETTINGS_PREFIX = "file:"
SETTINGS = (
    "tokenizer.json",
    "config.json",
    "tokenizer_config.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "1_Pooling/config.json",
)
"""The text files of the model folder, in the order of the archive."""

LAYER_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
"""Short name in the archive -> Hugging Face's name, for the matrices (with a bias) of a layer."""
LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}

_REMEDY = "reinstall juesuan, or make it again with `python -m ingest.encoder.build --out FILE`"


class EncoderError(RuntimeError):
    """The encoder cannot be unpacked, loaded or made; the message says what to do about it."""


def content_hash(path: Path = SHIPPED) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    :param path: the file; the shipped model if not given.
    :raises EncoderError: if the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(
            f"expected the packed model {path.name}; reading it gave: {error}. To do: {_REMEDY}"
        ) from error


def read_packed(path: Path = SHIPPED) -> dict[str, NDArray[Any]]:
    """Read every array of a packed model.

    :param path: the file; the shipped model if not given.
    :return: arrays by name, in the order of the archive.
    :raises EncoderError: if it is missing, damaged or another kind of file.
    """
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise EncoderError(
            f"expected a packed model in {path.name}; reading it gave: {error}. To do: {_REMEDY}"
        ) from error
    if missing := [name for name in SETTINGS if SETTINGS_PREFIX + name not in arrays]:
        raise EncoderError(f"expected {', '.join(missing)} in {path.name}, not there. To do: {_REMEDY}")
    return arrays


def bert_weights(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """Turn the arrays of a packed model into the weights of a BertModel, by their Hugging Face names."""
    import numpy as np

    config = json.loads(arrays[SETTINGS_PREFIX + "config.json"].tobytes())
    width, inner = config["hidden_size"], config["intermediate_size"]

    def plain(name: str) -> NDArray[np.float32]:
        return arrays[name].astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": dequantise(arrays["emb.word"], width),
        "embeddings.position_embeddings.weight": plain("emb.pos").reshape(-1, width),
        "embeddings.token_type_embeddings.weight": plain("emb.type").reshape(-1, width),
        "embeddings.LayerNorm.weight": plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": plain("emb.ln.b"),
    }
    for layer in range(config["num_hidden_layers"]):
        for short, full in LAYER_MATRICES.items():
            name = f"encoder.layer.{layer}.{full}"
            weights[f"{name}.weight"] = dequantise(arrays[f"l{layer}.{short}.w"], inner if short == "fo" else width)
            weights[f"{name}.bias"] = plain(f"l{layer}.{short}.b")
        for short, full in LAYER_NORMS.items():
            name = f"encoder.layer.{layer}.{full}"
            weights[f"{name}.weight"] = plain(f"l{layer}.{short}.w")
            weights[f"{name}.bias"] = plain(f"l{layer}.{short}.b")
    return weights


def dequantise(blocks: NDArray[np.uint8], columns: int) -> NDArray[np.float32]:
    """Turn 4-bit blocks into numbers.

    :param blocks: whole blocks of 18 bytes, in any shape. The low halves of a block's 16 value bytes are its values
        0 to 15, the high halves its values 16 to 31; a half h stands for (h - 8) steps.
    :param columns: the matrix's number of columns.
    :return: rows x columns.
    """
    import numpy as np

    rows = blocks.reshape(-1, BLOCK_BYTES)
    step = rows[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1)
    return ((halves.astype(np.float32) - np.float32(8)) * step).reshape(-1, columns)
