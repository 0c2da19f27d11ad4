"""Suggestions of tags for a text from the tags of this archive."""

from collections import defaultdict
from functools import lru_cache

from django.db.models import Count, Max, Sum

from catalog.models import Kind, Tag, TagAlias, TagParent
from catalog.suggestions import Suggestion, TagRow, Vocabulary, suggest_tags

_KINDS = (Kind.FANDOM, Kind.CHARACTER, Kind.WARNING)


def suggestions_for(text: str) -> list[Suggestion]:
    """Tags that the text speaks for, with the evidence; nothing is applied."""
    rows = Tag.objects.offered().filter(kind__in=_KINDS)
    state = rows.aggregate(tags=Count("pk"), newest=Max("pk"), versions=Sum("version"))
    return suggest_tags(text, _vocabulary(state["tags"], state["newest"], state["versions"]))


@lru_cache(maxsize=1)
def _vocabulary(tags: int, newest: int, versions: int) -> Vocabulary:
    """The vocabulary of the tags in this state; the arguments tell states apart."""
    synonyms: dict[int, list[str]] = defaultdict(list)
    for target, name in (
        Tag.objects.filter(kind__in=_KINDS, synonym_of__isnull=False)
        .order_by("pk")
        .values_list("synonym_of_id", "name")
    ):
        synonyms[target or 0].append(name)
    for target, name in TagAlias.objects.filter(kind=Kind.WARNING).values_list("tag_id", "name"):
        synonyms[target].append(name)
    fandoms: dict[int, list[int]] = defaultdict(list)
    # Asked for the kinds of both ends, SQLite would try every character with every fandom.
    links = TagParent.objects.filter(to_tag__kind=Kind.FANDOM).order_by("pk")
    for child, parent in links.values_list("from_tag_id", "to_tag_id"):
        fandoms[child].append(parent)
    canonical = Tag.objects.filter(kind__in=_KINDS, is_canonical=True).order_by("pk")
    return Vocabulary(
        TagRow(pk, kind, name, synonyms[pk], fandoms[pk])
        for pk, kind, name in canonical.values_list("pk", "kind", "name")
    )
