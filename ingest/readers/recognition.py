"""Characters recognised in pictures: rapidocr's Chinese models, run by onnxruntime, loaded when first needed.

The models lie in rapidocr's package: nothing is downloaded. Cells are recognised as they are cut, without looking
for text in them first, so the recogniser is run directly, in batches of equal width.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[Any]
"""Grey levels as bytes, rows from the top; 0 is black."""
Pixels = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels, half open."""

_HEIGHT = 48
"""Rows that the recogniser takes."""
_STEP = 32
"""Crops are filled up to a multiple of this width, so that one batch holds many."""
_BATCH_WIDTH = 4800
"""Columns in one batch: keeps memory and waiting small."""
_MOST_WIDTH = 3200
_ODDS = 0.02
"""How likely a letter that accounts do not print is, against one that they do, where both look alike."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A line of text out of a picture."""

    text: str
    confidence: float
    """Probability that the model gives its least certain character; 1.0 for no text."""
    mean: float = 1.0
    """The same, of all its characters on average."""


def recognise(crops: list[Picture]) -> list[Recognised]:
    """The text of each crop, one line each, dark on light."""
    import cv2

    session, characters, odd = _recogniser()
    ready: list[tuple[int, Any]] = []
    for index, crop in enumerate(crops):
        width = min(max(round(crop.shape[1] * _HEIGHT / crop.shape[0]), 8), _MOST_WIDTH)
        shrinks = crop.shape[0] > _HEIGHT
        resized = cv2.resize(crop, (width, _HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        ready.append((index, resized))
    ready.sort(key=lambda entry: entry[1].shape[1])
    found = [Recognised("", 1.0)] * len(crops)
    while ready:
        batch, width = _next_batch(ready)
        values = np.zeros((len(batch), 3, _HEIGHT, width), np.float32)
        for place, (_, resized) in enumerate(batch):
            values[place, :, :, : resized.shape[1]] = resized.astype(np.float32) / 127.5 - 1.0
        scores = session.run(None, {session.get_inputs()[0].name: values})[0]
        for place, (index, _) in enumerate(batch):
            found[index] = _decoded(scores[place], characters, odd)
    return found


def _next_batch(ready: list[tuple[int, Any]]) -> tuple[list[tuple[int, Any]], int]:
    """Takes from the narrowest on, as long as the filled width stays the same and the batch is not too large."""
    width = -(-ready[0][1].shape[1] // _STEP) * _STEP
    count = 1
    while count < len(ready) and ready[count][1].shape[1] <= width and (count + 1) * width <= _BATCH_WIDTH:
        count += 1
    batch, ready[:] = ready[:count], ready[count:]
    return batch, width


def _decoded(scores: Any, characters: list[str], odd: Any) -> Recognised:
    """Connectionist temporal classification, greedy: repeats of one class are one character, class 0 is none."""
    best = np.where(odd, scores * _ODDS, scores).argmax(axis=1)
    text: list[str] = []
    sure: list[float] = []
    before = 0
    for step, kind in enumerate(best):
        if kind and kind == before:
            sure[-1] = max(sure[-1], float(scores[step, kind]))
        elif kind:
            text.append(characters[kind])
            sure.append(float(scores[step, kind]))
        before = kind
    mean = sum(sure) / len(sure) if sure else 1.0
    return Recognised("".join(text).strip(), min(sure, default=1.0), mean)


def text_boxes(picture: Picture) -> list[Pixels]:
    """Where lines of text, or pieces of them, stand in a picture that is not turned."""
    found = _detector()(np.repeat(picture[:, :, None], 3, axis=2), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return []
    height, width = picture.shape
    boxes = []
    for corners in found.boxes:
        x0, y0 = np.floor(corners.min(axis=0)).astype(int)
        x1, y1 = np.ceil(corners.max(axis=0)).astype(int)
        boxes.append((max(int(x0), 0), max(int(y0), 0), min(int(x1), width), min(int(y1), height)))
    return boxes


def _odd(name: str) -> bool:
    """True for a letter that mainland accounts do not print: traditional forms (決 for 决) and kana (カ for 力)."""
    if "\u3040" <= name <= "\u30ff":
        return True
    if not "\u3400" <= name <= "\u9fff":
        return False
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


@cache
def _recogniser() -> tuple[Any, list[str], Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others read files beside us
    model = next(
        path for path in (files("rapidocr") / "models").iterdir() if "_rec_" in path.name and path.name.endswith(".onnx")
    )
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    characters = ["", *session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
    return session, characters, np.array([_odd(name) for name in characters])


@cache
def _detector() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error", "Global.max_side_len": 1440})
