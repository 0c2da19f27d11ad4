"""A work in the metadata names of FanFicFare, which readers' tools know; formats.md, part 4."""

from collections.abc import Sequence

from django.conf import settings

from archive.core.html import text_of
from catalog.models import Kind, Work
from catalog.services.archive_fields import Row, compact

# Our kinds by its names on archives of this kind; several names may tell the same.
_NAMES: dict[str, tuple[str, ...]] = {
    "category": (Kind.FANDOM,),
    "fandoms": (Kind.FANDOM,),
    "genre": (Kind.FREEFORM, Kind.CATEGORY),
    "freeformtags": (Kind.FREEFORM,),
    "ao3categories": (Kind.CATEGORY,),
    "characters": (Kind.CHARACTER,),
    "ships": (Kind.RELATIONSHIP,),
    "warnings": (Kind.WARNING,),
    "rating": (Kind.RATING,),
}


def fanficfare_metadata(
    work: Work, tags: dict[str, list[str]], creators: Sequence[str], series: Sequence[Row]
) -> Row:
    """The work's metadata under those names; lists are joined by commas, dates are days."""
    address = f"{settings.BASE_URL}{work.get_absolute_url()}"
    found: Row = {
        "title": work.title,
        "storyUrl": work.source_url or address,
        "storyId": str(work.pk),
        "site": address.split("/")[2],
        "publisher": settings.SITE_NAME,
        "author": ", ".join(creators),
        "description": " ".join(text_of(work.summary_html).split()),
        "langcode": work.language_id,
        "status": "Completed" if work.is_complete else "In-Progress",
        "numChapters": str(work.chapter_count),
        "numWords": f"{work.word_count:,}",
        "chapterstotal": str(work.expected_chapters or "?"),
        "chapterslashtotal": f"{work.chapter_count}/{work.expected_chapters or '?'}",
        "datePublished": f"{work.published_at:%Y-%m-%d}" if work.published_at else "",
        "dateUpdated": f"{work.updated_at:%Y-%m-%d}" if work.updated_at else "",
        "restricted": "restricted" if work.is_restricted else "",
        "series": f"{series[0]['title']} [{series[0]['position']}]" if series else "",
    }
    for at, place in enumerate(series[:4]):
        found[f"series{at:02}"] = f"{place['title']} [{place['position']}]"
    for name, kinds in _NAMES.items():
        found[name] = ", ".join(each for kind in kinds for each in tags.get(kind, []))
    return compact(found)
