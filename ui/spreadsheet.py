"""What all tables that are saved for spreadsheets keep to."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula; a number stays as it is."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def number_format(printed: str) -> str:
    """The format of a figure that shows as many decimals as are printed."""
    decimals = len(printed.partition(".")[2])
    return "#,##0" + ("." + "0" * decimals if decimals else "")
