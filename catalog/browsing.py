"""Tags, languages and what is new, as browse pages list them: by heading, letter and use."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber, Substr

from archive.core.errors import NotFound
from archive.core.said import say
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.filter_tags import blocked_refs
from catalog.finder import find_works
from catalog.models import Kind, Language, Tag, Work
from catalog.querysets.work import give_parts
from catalog.visibility import listed_q
from catalog.workquery import BLURB_ALL, WorkQuery

PER_PAGE = 100
DIGITS = "0-9"
_CLOUD = 60
_LETTERS = 60
_KEEP_FOR = 60
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class MediaShelf:
    """A heading with its most used fandoms, and how many it has in all."""

    media: Tag
    fandoms: list[Tag]
    count: int


def get_tag(tag_id: int, viewer: Viewer) -> Tag:
    """A tag with the tag it is a synonym of. Raises NotFound."""
    rows = Tag.objects.known_to(viewer).select_related("synonym_of")
    tag = rows.filter(pk=tag_id).first()
    if tag is None:
        raise NotFound(say("There is no tag {tag_id}.", tag_id=tag_id), code="tag.not_found")
    return tag


def media_shelves(per_shelf: int) -> list[MediaShelf]:
    """Every heading that has fandoms with works, in one statement; the fullest first."""
    heading = [F("parents__id")]
    rows = (
        Tag.objects.filter(
            kind=Kind.FANDOM, is_canonical=True, works_count__gt=0, parents__kind=Kind.MEDIA
        )
        .annotate(
            media_id=F("parents__id"),
            media_name=F("parents__name"),
            of_heading=Window(Count("pk"), partition_by=heading),
            place=Window(
                RowNumber(),
                partition_by=heading,
                order_by=[F("works_count").desc(), F("name").asc(), F("id").asc()],
            ),
        )
        .filter(place__lte=per_shelf)
        .order_by("place")
    )
    shelves: dict[int, MediaShelf] = {}
    for row in rows:
        media = Tag(pk=row.media_id, kind=Kind.MEDIA, name=row.media_name)
        shelf = shelves.setdefault(row.media_id, MediaShelf(media, [], row.of_heading))
        shelf.fandoms.append(row)
    return sorted(shelves.values(), key=lambda shelf: -sum(f.works_count for f in shelf.fandoms))


def tags_by_name(kind: str, *, letter: str, text: str, media_id: int | None) -> QuerySet[Tag]:
    """Canonical tags of a kind that works stand under, by name."""
    rows = Tag.objects.of_kind(kind).canonical().filter(works_count__gt=0)
    if letter == DIGITS:
        rows = rows.filter(folded__gte="0", folded__lt=":")
    elif letter:
        rows = rows.filter(folded__startswith=fold_name(letter) or letter)
    for word in fold_name(text).split():
        rows = rows.filter(folded__contains=word)
    if media_id is not None:
        rows = rows.belonging_to(media_id)
    return rows.order_by("folded", "pk")


def letters_of(kind: str) -> list[str]:
    """The first letters of a kind's tags that works stand under; all digits as one.

    Scripts with thousands of signs show their most frequent ones.
    """
    return list(cache.get_or_set(f"letters-{kind}", lambda: _letters(kind), _KEEP_FOR) or ())


def _letters(kind: str) -> list[str]:
    rows = Tag.objects.of_kind(kind).canonical().filter(works_count__gt=0)
    counted = (
        rows.annotate(letter=Substr("folded", 1, 1))
        .values_list("letter")
        .order_by()
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    signs = [sign for sign, _ in counted if unicodedata.category(sign)[0] == "L"][:_LETTERS]
    has_digits = any("0" <= sign <= "9" for sign, _ in counted)
    return ([DIGITS] if has_digits else []) + sorted(signs)


def popular_tags(kind: str, limit: int = _CLOUD) -> list[Tag]:
    """The most used canonical tags of a kind."""
    rows = Tag.objects.of_kind(kind).canonical().filter(works_count__gt=0)
    return list(rows.in_display_order()[:limit])


def languages_in_use(viewer: Viewer) -> list[Language]:
    """Languages with works that this viewer may see in lists, the most used first."""
    listed = listed_q(viewer, "works__")
    rows = Language.objects.annotate(
        works_count=Count("works", filter=listed),
        words_count=Sum("works__word_count", filter=listed),
    )
    return list(rows.filter(works_count__gt=0).order_by("-works_count", "name"))


@dataclass(frozen=True)
class News:
    """The works with the newest chapters, and the newest works that are not among them.

    Of the latter nothing but the creators is fetched along.
    """

    updated: list[Work]
    published: list[Work]


def news(viewer: Viewer, *, updated: int, published: int) -> News:
    """What is new for this viewer, in one statement, those of a blurb and one for creators."""
    wanted = WorkQuery(tags_blocked=blocked_refs(viewer))
    rows = Work.objects.listed_to(viewer).matching(wanted)
    by_chapter = rows.in_order("-updated").values("pk")[:updated]
    by_work = rows.in_order("-published").values("pk")[: updated + published]
    new = rows.filter(Q(pk__in=by_chapter) | Q(pk__in=by_work)).select_related("language")
    works = list(new)
    works.sort(key=lambda work: (work.updated_at or _LONG_AGO, -work.pk), reverse=True)
    first = works[:updated]
    others = [work for work in works if work not in first]
    others.sort(key=lambda work: (work.published_at or _LONG_AGO, -work.pk), reverse=True)
    del others[published:]
    give_parts(first, BLURB_ALL)
    give_parts(others, ("creators",))
    return News(first, others)


@dataclass(frozen=True)
class Holdings:
    """The size of the archive as a viewer may see it."""

    works: int
    chapters: int
    words: int
    languages: int


def holdings(viewer: Viewer) -> Holdings:
    """The number of works as it is now; sums are counted anew when it changed, or once a minute."""
    works = find_works(WorkQuery(page_size=1, parts=()), viewer).total
    key = f"holdings-{viewer.is_anonymous}-{works}"
    numbers: Holdings | None = cache.get(key)
    if numbers is None:
        numbers = _count_archive(viewer, works)
        cache.set(key, numbers, _KEEP_FOR)
    return numbers


def _count_archive(viewer: Viewer, works: int) -> Holdings:
    sums = Work.objects.listed_to(viewer).aggregate(
        chapters=Sum("chapter_count"),
        words=Sum("word_count"),
        languages=Count("language", distinct=True),
    )
    return Holdings(works, **{name: value or 0 for name, value in sums.items()})


LENGTHS = (1_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""Where one length of works ends and the next begins, in words."""


def works_by_length() -> list[int]:
    """How many works that everybody may see are below each of LENGTHS, and how many are longer."""
    bounds = [0, *LENGTHS]
    counts = {
        f"from_{low}": Count(
            "pk", filter=Q(word_count__gte=low, **({"word_count__lt": high} if high else {}))
        )
        for low, high in zip(bounds, [*LENGTHS, None], strict=True)
    }
    return list(Work.objects.public().aggregate(**counts).values())
