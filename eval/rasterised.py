"""Born-digital PDFs as a scanner would give them: pictures of the pages, packed into a PDF without text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Scanner:
    """How the pages come out."""

    dpi: int = 200
    quality: int = 85
    skew: float = 0.0
    """Degrees counterclockwise."""
    paper: int = 255
    """Grey level of blank paper."""
    noise: float = 0.0
    """Standard deviation of the grey levels."""
    quarter_turns: int = 0
    """Counterclockwise, of the paper on the glass."""


CLEAN = Scanner()
OFFICE = Scanner(skew=1.0, paper=225, noise=6.0, quality=75)


def rasterise(source: Path, target: Path, scanner: Scanner = CLEAN, pages: range | None = None) -> None:
    """Write the pages of a PDF (all, or those of the range, from 0) as JPEG pictures of the same size into a PDF."""
    import pypdfium2
    from PIL import Image

    rng = np.random.default_rng(7)
    document = pypdfium2.PdfDocument(source)
    pictures = []
    for number in pages if pages is not None else range(len(document)):
        shown = document[number].render(scale=scanner.dpi / 72, grayscale=True).to_pil().convert("L")
        if scanner.skew:
            shown = shown.rotate(scanner.skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
        levels = np.asarray(shown, np.float32) * (scanner.paper / 255)
        if scanner.noise:
            levels = levels + rng.normal(0, scanner.noise, levels.shape)
        levels = np.rot90(np.clip(levels, 0, 255).astype(np.uint8), scanner.quarter_turns)
        stream = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(levels)).save(stream, "JPEG", quality=scanner.quality)
        pictures.append(Image.open(stream))
    document.close()
    pictures[0].save(target, "PDF", save_all=True, append_images=pictures[1:], resolution=scanner.dpi, quality=95)
