"""Which of many tables: near-duplicates told apart by who and when, then by what.

`periods` reads months and years, `places` names with their hierarchy, `bm25` ranks by characters; `tables` puts the
three together. Nothing here knows what a table's cells say.
"""

from assistant.captions.tables import Captions, Described, describe

__all__ = ["Captions", "Described", "describe"]
