"""The closed kinds and the languages that every archive starts with, from ``fixtures/``."""

import tomllib
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction

from archive.core.text import fold_name
from catalog.models import Kind, Language, Tag, TagAlias
from catalog.tagwords import fill_missing_words

_CLOSED = {
    "rating": Kind.RATING,
    "warning": Kind.WARNING,
    "category": Kind.CATEGORY,
    "media": Kind.MEDIA,
}


def load_vocabulary(**kwargs: Any) -> None:
    """Add what is missing; what a host changed stays. Receiver of ``post_migrate``."""
    with transaction.atomic():
        _load_languages()
        _load_closed_kinds()
        fill_missing_words()
    language_index.cache_clear()
    language_names.cache_clear()


def _read(name: str) -> dict[str, list[dict[str, Any]]]:
    path = settings.BASE_DIR / "fixtures" / "vocabulary" / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _load_languages() -> None:
    rows = _read("languages.toml")["language"]
    Language.objects.bulk_create(
        [
            Language(
                code=row["code"],
                name=row["name"],
                native_name=row["native_name"],
                direction=row["direction"],
                stemmer=row["stemmer"],
                aliases=row["aliases"],
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


def _load_closed_kinds() -> None:
    data = _read("closed.toml")
    rows = [(_CLOSED[kind], place, row) for kind in _CLOSED for place, row in enumerate(data[kind])]
    Tag.objects.bulk_create(
        [
            Tag(
                kind=kind,
                name=row["name"],
                folded=fold_name(row["name"]),
                is_canonical=True,
                position=row.get("sort_order", place),
                is_adult=row.get("adult", False),
            )
            for kind, place, row in rows
        ],
        ignore_conflicts=True,
    )
    ids = {
        (kind, folded): pk
        for pk, kind, folded in Tag.objects.filter(kind__in=list(_CLOSED.values())).values_list(
            "pk", "kind", "folded"
        )
    }
    TagAlias.objects.bulk_create(
        [
            TagAlias(
                tag_id=ids[kind, fold_name(row["name"])],
                kind=kind,
                name=alias,
                folded=fold_name(alias),
            )
            for kind, _, row in rows
            for alias in row.get("aliases", [])
        ],
        ignore_conflicts=True,
    )


@lru_cache(maxsize=1)
def language_index() -> dict[str, str]:
    """Every folded code, name and alias of a language, and the code it means."""
    index: dict[str, str] = {}
    for language in Language.objects.all():
        for name in (language.code, language.name, language.native_name, *language.aliases):
            index.setdefault(fold_name(name), language.code)
    return index


@lru_cache(maxsize=1)
def language_names() -> dict[str, str]:
    """What each language calls itself, by its code; known to a process from its first use on."""
    return dict(Language.objects.values_list("code", "native_name"))


def find_language(name: str) -> str | None:
    """The code of a language given by code, name or alias; ``en-GB`` finds ``en``; else None."""
    index = language_index()
    key = fold_name(name.replace("_", "-"))
    while key:
        if key in index:
            return index[key]
        key = key.rpartition("-")[0]
    return None
