"""Parts that several tabs use: what a screen reader is told, and the way from HTML to a listener."""

from __future__ import annotations

import html


def status(text: str, alert: bool = False, shown: bool = False) -> str:
    """What a screen reader says now, as HTML; seen by all where `shown` or an alert. Empty for no text."""
    seen = "told" if alert or shown else "unseen"
    return f'<p role="{"alert" if alert else "status"}" class="{seen}">{html.escape(text)}</p>' if text else ""


def bridge(*names: str) -> str:
    """JavaScript of a `gr.HTML` that hands on what a person does in parts that are HTML (`page.js` says what)."""
    return ";".join(
        f"document.addEventListener('juesuan:{name}', event => trigger('{name}', event.detail))" for name in names
    )
