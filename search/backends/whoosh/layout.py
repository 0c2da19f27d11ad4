"""What stands where in an index: numbers of fields, packing of places, versions."""

import numpy as np

from search.backends.scoring import FIELDS, TAG_KINDS

SCHEMA_VERSION = 3
"""Rises when the arrays or their meaning change."""

CODE_VERSION = 2
"""Rises when the same documents would give other arrays."""

INDEX_NAME = "MAIN"
SEGMENT_EXT = ".arr"

MAX_DOCS = 60_000
"""Works in one segment; ordinals are 16 bits wide."""

TEXT = FIELDS.index("text")

BUILD_TOKENS = 8_000_000
"""Words after which a build writes a segment, which bounds the memory it needs."""

# Words of the metadata stand in one list; the upper bits of a place tell the field.
META_CODES = {
    "title": 0,
    "creator": 1,
    "series": 2,
    "summary": 3,
    "notes": 4,
    **{kind: 8 + number for number, kind in enumerate(TAG_KINDS)},
}
FIELD_OF_CODE = np.array(
    [FIELDS.index(name) for name in ("title", "creator", "series", "summary", "notes")]
    + [0, 0, 0]
    + [FIELDS.index("tag")] * 8,
    dtype=np.uint8,
)
PLACE_BITS = 24
"""Width of a place: of a word in the text, or of code and word in the metadata."""

PLACE_MASK = (1 << PLACE_BITS) - 1
CODE_SHIFT = 20
DOC_BITS = 16
TERM_SHIFT = PLACE_BITS + DOC_BITS
SPACING = 4096
"""So many places lie between works; no sequence of a query is as long."""

NUMBERS = ("words", "chapters", "kudos", "comments", "bookmarks", "hits")
TIMES = ("updated", "published")
FLAGS = ("complete", "crossover", "single_chapter", "one_pairing", "restricted")
ROW_WIDTH = 16
"""Direct tags of a work in its fixed row; the rest overflows."""
