"""The kinds of tags as words within a sentence, which pages say in the reader's language."""

from collections.abc import Sequence
from functools import reduce

from archive.core.said import Said, say

_WORDS = {
    "tag": say("tag"),
    "rating": say("rating"),
    "warning": say("warning"),
    "category": say("category"),
    "fandom": say("fandom"),
    "relationship": say("relationship"),
    "character": say("character"),
    "freeform": say("freeform"),
    "media": say("media"),
}
_LABELS = {**_WORDS, "warning": say("content warning")}


def any_of(kinds: Sequence[str]) -> Said:
    """The words for these kinds, of which one is meant; "nothing" for none."""
    words = [kind_word(kind) for kind in kinds] or [say("nothing")]
    return reduce(lambda one, other: say("{one} or {other}", one=one, other=other), words)


def kind_label(kind: str) -> Said:
    """What people call a kind of tag; an unknown kind stands for itself."""
    return _LABELS.get(kind) or Said(kind)


def kind_word(kind: str) -> Said:
    """What programs call a kind of tag; an unknown kind stands for itself."""
    return _WORDS.get(kind) or Said(kind)
