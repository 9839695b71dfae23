"""A page as a picture that stands upright and straight on white ground, and the way back to the page's points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.model import Box
from ingest.readers.recognition import Picture, Pixels

_MOST_SKEW = 4.0
"""Degrees: a page put askew on the glass, not one turned on purpose."""
_LARGEST = 1700.0
"""Points: the longer side of A2."""
_INK = 160
"""Grey levels below this are ink, once the ground is white."""


@dataclass(frozen=True)
class Upright:
    """A page's picture, upright and straight."""

    grey: Picture
    dots: float
    """Pixels a point."""
    back: NDArray[np.float64]
    """2 × 3: from pixels here to points of the page as it is shown."""

    def box(self, pixels: Pixels) -> Box:
        """The box in the page's points around a rectangle of this picture."""
        x0, y0, x1, y1 = pixels
        corners = np.array([(x, y, 1.0) for x in (x0, x1) for y in (y0, y1)]) @ self.back.T
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        return Box(*(round(float(value), 1) for value in (left, top, right, bottom)))

    def pixels(self, box: Box) -> Pixels:
        """The rectangle of this picture around a box of the page."""
        square = np.vstack([self.back, (0.0, 0.0, 1.0)])
        forth = np.linalg.inv(square)[:2]
        corners = np.array([(x, y, 1.0) for x in (box.x0, box.x1) for y in (box.top, box.bottom)]) @ forth.T
        (x0, y0), (x1, y1) = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
        height, width = self.grey.shape
        return max(int(x0), 0), max(int(y0), 0), min(int(x1), width), min(int(y1), height)


def rendered(page: Any, dpi: int) -> tuple[Picture, float]:
    """The page as pypdfium2 shows it, in grey, and pixels a point; a poster is shown smaller, to spare the memory."""
    scale = dpi / 72 * min(1.0, _LARGEST / max(page.get_size()))
    shown = page.render(scale=scale, grayscale=True).to_numpy()
    return np.ascontiguousarray(shown.reshape(shown.shape[:2])), scale


def upright(shown: Picture, dots: float, legibility: Callable[[Picture], float]) -> Upright:
    """The picture with white ground, turned so that its text stands upright, and without skew.

    :param legibility: how well the text of a picture reads, from 0 to 1.
    """
    import cv2

    grey = _on_white(shown)
    turns = _quarter_turns(grey, legibility)
    height, width = grey.shape
    # pixels after the turn → pixels as shown
    back = {
        0: np.array([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]),
        1: np.array([(0.0, -1.0, float(width)), (1.0, 0.0, 0.0)]),
        2: np.array([(-1.0, 0.0, float(width)), (0.0, -1.0, float(height))]),
        3: np.array([(0.0, 1.0, 0.0), (-1.0, 0.0, float(height))]),
    }[turns]
    grey = np.ascontiguousarray(np.rot90(grey, turns))
    angle = skew(grey)
    if abs(angle) > 0.04:
        height, width = grey.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        grey = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
        undone = cv2.invertAffineTransform(turn)
        back = back @ np.vstack([undone, (0.0, 0.0, 1.0)])
    return Upright(grey, dots, back / dots)


def _on_white(shown: Picture) -> Picture:
    """Divides by the ground (what is left when everything thin and dark is closed), where it is not white already."""
    import cv2

    if np.percentile(shown, 20) >= 250:
        return shown
    small = cv2.resize(shown, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    ground = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    ground = cv2.GaussianBlur(ground, (0, 0), 6)
    ground = cv2.resize(ground, (shown.shape[1], shown.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(shown, np.maximum(ground, 40), scale=250)


def _quarter_turns(grey: Picture, legibility: Callable[[Picture], float]) -> int:
    """Counterclockwise quarter turns after which the text reads best; 0 at once where it reads well as it is."""
    if legibility(grey) >= 0.8:
        return 0
    return max(range(4), key=lambda turns: legibility(np.ascontiguousarray(np.rot90(grey, turns))) + (turns == 0) * 0.1)


def skew(grey: Picture) -> float:
    """Degrees to turn counterclockwise until lines lie level: where the rows' darkness differs most."""
    import cv2

    factor = 1000 / max(grey.shape)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = (255 - small).astype(np.float32)
    height, width = ink.shape

    def sharpness(angle: float) -> float:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        rows = cv2.warpAffine(ink, turn, (width, height)).sum(axis=1)
        return float(np.square(np.diff(rows)).sum())

    best = max((step * 0.25 for step in range(round(-_MOST_SKEW * 4), round(_MOST_SKEW * 4) + 1)), key=sharpness)
    best = max((best + step * 0.05 for step in range(-5, 6)), key=sharpness)
    return max((best + step * 0.01 for step in range(-4, 5)), key=sharpness)


def ink(grey: Picture) -> Picture:
    """255 where the picture is dark, without specks."""
    import cv2

    dark = np.where(grey < _INK, 255, 0).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < 4)
    if len(small):
        keep = np.ones(count, bool)
        keep[small] = False
        dark[~keep[labels]] = 0
    return dark
