"""Search in the narrative: numbers asserted in prose, reasons, definitions, passages. Quoted, never reworded.

`words` and `index` are what the others rest on; `numbers`, `reasons`, `sections` and `uses` each find one kind of thing.
"""

from assistant.prose.index import ProseIndex, index
from assistant.prose.numbers import (
    AVERAGED,
    FOREIGN,
    about_item,
    find_parts,
    find_statement,
    has_rates,
    is_said,
    is_since,
    names_subject,
    part_inside,
)
from assistant.prose.reasons import find_reason, is_about, of_another, of_other_comparison
from assistant.prose.sections import find_definition, find_section
from assistant.prose.terms import answering, is_given, stated
from assistant.prose.uses import find_by_use, find_use
from assistant.prose.words import bigrams, content_words, has_words, of_each, query_of, with_synonyms

__all__ = [
    "AVERAGED",
    "FOREIGN",
    "ProseIndex",
    "about_item",
    "answering",
    "bigrams",
    "content_words",
    "find_by_use",
    "find_definition",
    "find_parts",
    "find_reason",
    "find_section",
    "find_statement",
    "find_use",
    "has_rates",
    "has_words",
    "index",
    "is_about",
    "is_given",
    "is_said",
    "is_since",
    "names_subject",
    "of_another",
    "of_each",
    "of_other_comparison",
    "part_inside",
    "query_of",
    "stated",
    "with_synonyms",
]  # fmt: skip
