"""The font of every PDF that is set here."""

from __future__ import annotations

from pathlib import Path

FONT = "MicroHei"
FONT_FILE = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"


def register_font() -> None:
    """Make the font known; only the characters used are embedded.

    :raises FileNotFoundError: if Debian's package fonts-wqy-microhei is not installed.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if not Path(FONT_FILE).exists():
        raise FileNotFoundError(f"expected the font {FONT_FILE}; install the Debian package fonts-wqy-microhei")
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, FONT_FILE, subfontIndex=0))
