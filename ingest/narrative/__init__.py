"""The narrative: passages under their headings, and the numbers asserted in them."""

from ingest.narrative.sections import glossary_term, passages
from ingest.narrative.statements import statements

__all__ = ["glossary_term", "passages", "statements"]
