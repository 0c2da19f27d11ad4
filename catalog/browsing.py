"""Tags, creators and series as browse pages list them: by heading, by letter, by use."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Substr, Upper

from archive.core.errors import NotFound
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.models import Creator, Kind, Series, Tag, Work
from catalog.reading import visible_creators
from catalog.visibility import listed_q

PER_PAGE = 100
_CLOUD = 60


@dataclass(frozen=True)
class MediaShelf:
    """A heading with its most used fandoms."""

    media: Tag
    fandoms: list[Tag]
    count: int


@dataclass(frozen=True)
class TagRelations:
    """What a tag page shows around a tag."""

    synonyms: list[Tag]
    ancestors: list[Tag]
    subtags: list[Tag]
    parents: list[Tag]
    children: dict[str, list[Tag]]


def get_tag(tag_id: int) -> Tag:
    """A tag with the tag it is a synonym of. Raises NotFound."""
    tag = Tag.objects.select_related("synonym_of").filter(pk=tag_id).first()
    if tag is None:
        raise NotFound(f"There is no tag {tag_id}.", code="tag.not_found")
    return tag


def media_shelves(per_shelf: int) -> list[MediaShelf]:
    """Every heading that has fandoms with works, in two statements."""
    rows = (
        Tag.objects.filter(
            kind=Kind.FANDOM, is_canonical=True, works_count__gt=0, parents__kind=Kind.MEDIA
        )
        .annotate(media_id=F("parents__id"))
        .order_by("-works_count", "name")
    )
    by_media: dict[int, list[Tag]] = {}
    for fandom in rows:
        by_media.setdefault(fandom.media_id, []).append(fandom)
    shelves = [
        MediaShelf(media, by_media[media.pk][:per_shelf], len(by_media[media.pk]))
        for media in Tag.objects.filter(pk__in=by_media).order_by("position", "name")
    ]
    return sorted(shelves, key=lambda shelf: -sum(f.works_count for f in shelf.fandoms))


def tags_by_name(
    kind: str, *, letter: str, text: str, media_id: int | None, page: int
) -> Page[Tag]:
    """Canonical tags of a kind that works stand under, by name."""
    rows = Tag.objects.of_kind(kind).canonical().filter(works_count__gt=0)
    if letter:
        rows = rows.filter(folded__startswith=fold_name(letter))
    for word in fold_name(text).split():
        rows = rows.filter(folded__contains=word)
    if media_id is not None:
        rows = rows.belonging_to(media_id)
    return Paginator(rows.order_by("folded", "pk"), PER_PAGE).get_page(page)


def letters_of(kind: str) -> list[str]:
    """The first letters of a kind's tags that works stand under."""
    rows = Tag.objects.of_kind(kind).canonical().filter(works_count__gt=0)
    letters = rows.annotate(letter=Upper(Substr("folded", 1, 1))).values_list("letter", flat=True)
    return sorted(set(letters.distinct().order_by()))


def popular_tags(kind: str, limit: int = _CLOUD) -> list[Tag]:
    """The most used canonical tags of a kind."""
    rows = Tag.objects.of_kind(kind).canonical().filter(works_count__gt=0)
    return list(rows.in_display_order()[:limit])


def relations_of(tag: Tag, children: int = 40) -> TagRelations:
    """What stands around a tag, in a fixed number of statements."""
    below = Tag.objects.filter(
        parent_links__to_tag=tag, is_canonical=True, works_count__gt=0
    ).in_display_order()
    by_kind: dict[str, list[Tag]] = {}
    for child in below[: children * 4]:
        row = by_kind.setdefault(Kind(child.kind).label, [])
        if len(row) < children:
            row.append(child)
    return TagRelations(
        synonyms=list(tag.synonyms.order_by("name")[:200]),
        ancestors=list(tag.ancestors.order_by("name")),
        subtags=list(tag.subtags.in_display_order()[:200]),
        parents=list(tag.parents.order_by("kind", "name")),
        children=by_kind,
    )


def creators_by_name(viewer: Viewer, *, text: str, page: int) -> Page[Creator]:
    """Creators with works that this viewer may see in lists."""
    rows: QuerySet[Creator] = visible_creators(viewer).filter(works_count__gt=0)
    for word in fold_name(text).split():
        rows = rows.filter(folded__contains=word)
    return Paginator(rows.order_by("folded", "pk"), PER_PAGE).get_page(page)


def series_by_title(viewer: Viewer, *, text: str, page: int) -> Page[Series]:
    """Series with works that this viewer may see in lists."""
    rows = Series.objects.filter(listed_q(viewer, "works__"))
    rows = rows.annotate(works_count=Count("works", distinct=True))
    for word in text.split():
        rows = rows.filter(title__icontains=word)
    return Paginator(rows.order_by("sort_title", "pk"), PER_PAGE).get_page(page)


def newest_works(viewer: Viewer, limit: int) -> list[Work]:
    """The works with the newest chapters."""
    return list(Work.objects.listed_to(viewer).in_order("-updated").for_blurb()[:limit])
