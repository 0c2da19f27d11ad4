"""Words of tag names, as autocomplete and the search for tags look them up."""

import re
import unicodedata
from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, OuterRef

from archive.core.text import fold_name
from catalog.models import Tag, TagWord

WORD_CHARS = 64
_TOKENS_MAX = 8
_ENDINGS_MAX = 40
_ROWS_AT_ONCE = 5_000

_INSERT = (
    "INSERT INTO catalog_tagword (tag_id, kind, word) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
)
_INSERT_POSTGRESQL = """
INSERT INTO catalog_tagword (tag_id, kind, word)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING
"""
_PARTS = re.compile(r"[^\W_]+")
_JOINERS = frozenset("'-.")
# Scripts that write without spaces between words: Thai, Lao, Khmer, kana and Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def words_of(name: str) -> list[str]:
    """The folded words that a name is found by, each once.

    ``Spider-Man`` gives spider, man and spiderman; ``O'Neill`` oneill too. In scripts without
    spaces every ending of a run counts as a word, so that a name is found by any part of it. A
    name without letters or digits is found by its signs.
    """
    words: dict[str, None] = {}
    chunks = fold_name(name).split()
    for chunk in chunks:
        parts = _parts(chunk)
        if len(parts) > 1 and _is_joined(chunk, _JOINERS):
            words["".join(parts)] = None
        for part in parts:
            words[part] = None
            words.update(dict.fromkeys(_endings(part)))
    return list(dict.fromkeys(word[:WORD_CHARS] for word in words or chunks))


def tokens_of(text: str) -> list[str]:
    """The folded words that somebody typed, at most eight; each must begin a word of a name."""
    tokens: list[str] = []
    chunks = fold_name(text).split()
    for chunk in chunks:
        parts = _parts(chunk)
        if len(parts) > 1 and _is_joined(chunk, frozenset("'")):
            parts = ["".join(parts)]
        tokens += parts
    cut = [token[:WORD_CHARS] for token in dict.fromkeys(tokens or chunks)]
    return [
        token
        for place, token in enumerate(cut)
        if not any(other.startswith(token) for at, other in enumerate(cut) if at != place)
    ][:_TOKENS_MAX]


def index_words(tags: Iterable[Tag]) -> None:
    """Write the words of these tags anew, in the transaction that named them."""
    by_id = {tag.pk: tag for tag in tags}
    wanted = {(tag.pk, word) for tag in by_id.values() for word in words_of(tag.name)}
    rows = TagWord.objects.filter(tag_id__in=list(by_id))
    present = {(tag_id, word): pk for pk, tag_id, word in rows.values_list("pk", "tag_id", "word")}
    stale = [pk for key, pk in present.items() if key not in wanted]
    if stale:
        TagWord.objects.filter(pk__in=stale).delete()
    TagWord.objects.bulk_create(
        [
            TagWord(tag_id=tag_id, kind=by_id[tag_id].kind, word=word)
            for tag_id, word in sorted(wanted - present.keys())
        ],
        batch_size=_ROWS_AT_ONCE,
        ignore_conflicts=True,
    )


def insert_words(tags: Iterable[tuple[int, str, str]]) -> None:
    """Write the words of new tags, given as (id, kind, name); thousands by one statement."""
    rows = [(pk, kind, word) for pk, kind, name in tags for word in words_of(name)]
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(_INSERT_POSTGRESQL, columns)
        else:
            cursor.executemany(_INSERT, rows)


def fill_missing_words() -> int:
    """Write the words of tags that have none, as after a migration. Returns how many there were."""
    written = Exists(TagWord.objects.filter(tag=OuterRef("pk")))
    missing = list(Tag.objects.filter(~written).order_by("pk").values_list("pk", "kind", "name"))
    for start in range(0, len(missing), _ROWS_AT_ONCE):
        insert_words(missing[start : start + _ROWS_AT_ONCE])
    return len(missing)


def _parts(chunk: str) -> list[str]:
    if chunk.isascii():
        return _PARTS.findall(chunk)
    # Vowel signs of many scripts are marks, which no pattern of this library counts as letters.
    text = "".join(char if _is_of_word(char) else " " for char in chunk)
    return [part for part in text.split() if any(char.isalnum() for char in part)]


def _is_of_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _is_joined(chunk: str, joiners: frozenset[str]) -> bool:
    return all(char in joiners for char in chunk if not _is_of_word(char))


def _endings(part: str) -> list[str]:
    if part.isascii():
        return []
    return [part[at:] for at in range(1, min(len(part), _ENDINGS_MAX)) if _UNSPACED.match(part[at])]
