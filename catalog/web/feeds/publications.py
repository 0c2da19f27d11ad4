"""From works to publications: what one viewer may know of each, with the paths of its relatives."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext

from archive.core.html import text_of
from archive.core.viewer import Viewer
from catalog.models import Chapter, Work
from catalog.reading import byline_of
from catalog.web.feeds.model import LONG_AGO, Name, Place, Publication, Subject

_KINDS = ("fandom", "rating", "warning", "category", "relationship", "character", "freeform")


def publications_of(
    works: Iterable[Work], viewer: Viewer, base: str, *, with_news: bool = False
) -> list[Publication]:
    """The works, fetched for blurbs, in their order; ``with_news`` tells of the newest chapters."""
    rows = list(works)
    news = _newest_chapters(rows, viewer) if with_news else {}
    return [_publication(work, viewer, base, news.get(work.pk)) for work in rows]


def _publication(work: Work, viewer: Viewer, base: str, newest: Chapter | None) -> Publication:
    language = work.language
    published = work.published_at or work.created_at or LONG_AGO
    return Publication(
        id=work.pk,
        identifier=f"urn:uuid:{work.uuid}",
        title=work.title,
        page=f"{base}{work.get_absolute_url()}",
        creators=tuple(
            Name(line.name, works_path("creator_id", line.id) if line.id else "")
            for line in byline_of(work, viewer)
        ),
        language=language.code if language else "und",
        direction=language.direction if language else "ltr",
        subjects=_subjects(work),
        series=tuple(
            Place(place.title, place.position, f"series/{place.id}/") for place in work.places
        ),
        summary_html=work.summary_html,
        summary=" ".join(text_of(work.summary_html).split()),
        words=work.word_count,
        chapters=work.chapters_shown,
        is_complete=work.is_complete,
        published=published,
        updated=work.updated_at or published,
        modified=max(work.modified_at, work.updated_at or published),
        publisher=settings.SITE_NAME,
        news=_news(work, newest),
        news_page=f"{base}{newest.get_absolute_url()}" if newest is not None else "",
    )


def _subjects(work: Work) -> tuple[Subject, ...]:
    by_kind: dict[str, list[Subject]] = {}
    for tag in work.typed_tags:
        meant, _ = tag.meant
        name = tag.kind if tag.canonical else "exact_tag"
        subject = Subject(tag.kind, tag.name, str(meant), works_path(name, meant))
        by_kind.setdefault(tag.kind, []).append(subject)
    return tuple(subject for kind in _KINDS for subject in by_kind.get(kind, ()))


def _newest_chapters(works: list[Work], viewer: Viewer) -> dict[int, Chapter]:
    """The last posted chapter of each work, without its text, in one statement."""
    rows = (
        Chapter.objects.visible_to(viewer)
        .posted()
        .filter(work__in=[work.pk for work in works])
        .annotate(
            from_end=Window(RowNumber(), partition_by=[F("work_id")], order_by=F("position").desc())
        )
        .filter(from_end=1)
        .only("pk", "work_id", "position", "title", "published_on")
    )
    return {chapter.work_id: chapter for chapter in rows}


def _news(work: Work, newest: Chapter | None) -> str:
    if newest is None or work.chapter_count < 2:
        return ""
    title = f": {newest.title}" if newest.title else ""
    return gettext("Newest chapter: {number} of {expected}{title}").format(
        number=newest.position, expected=work.expected_chapters or "?", title=title
    )


def works_path(*pairs: str | int) -> str:
    """The list of works with these parameters, given as names and values in turn."""
    given = [str(each) for each in pairs]
    query = urlencode(list(zip(given[::2], given[1::2], strict=True)))
    return f"works/?{query}" if query else "works/"
