"""Atom feeds: of any list of works (all, a search, a tag, a creator, a series), and of one work."""

from datetime import UTC, datetime, time

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from archive.core.requests import viewer_in
from archive.core.viewer import Viewer
from catalog.browsing import get_tag
from catalog.models import Chapter
from catalog.people import find_creator
from catalog.reading import TEXT_FIELDS, get_series, get_work
from catalog.web.feeds import atom
from catalog.web.feeds.lists import Asked, address, ask_works, paging
from catalog.web.feeds.model import LONG_AGO, Feed
from catalog.web.feeds.publications import publications_of
from catalog.web.feeds.serving import feed_response, feed_view, site_of
from catalog.workquery import TagRef, WorkQuery

ROOT = "/feeds/"
_CHAPTERS = 50


@feed_view()
def works(request: HttpRequest) -> HttpResponse:
    """Works by any parameters of the works list."""
    return _feed(request, None, "works.atom", "", reverse("works"))


@feed_view()
def tag(request: HttpRequest, tag_id: int) -> HttpResponse:
    """The works found under a tag."""
    found = get_tag(tag_id, viewer_in(request))
    meant = found.synonym_of or found
    base = WorkQuery(tags=(TagRef(meant.pk, exact=not meant.is_canonical),))
    return _feed(request, base, f"tags/{tag_id}.atom", meant.name, meant.get_absolute_url())


@feed_view()
def creator(request: HttpRequest, creator_id: int) -> HttpResponse:
    """The works of a creator; anonymous ones are not among them."""
    found = find_creator(creator_id, viewer_in(request))
    base = WorkQuery(creators=(found.pk,))
    path = f"creators/{creator_id}.atom"
    return _feed(request, base, path, found.name, found.get_absolute_url())


@feed_view()
def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """The works of a series."""
    found = get_series(series_id, viewer_in(request))
    base = WorkQuery(series=(found.pk,))
    path = f"series/{series_id}.atom"
    return _feed(request, base, path, found.title, found.get_absolute_url())


@feed_view()
def work(request: HttpRequest, work_id: int) -> HttpResponse:
    """The chapters of a work, the newest first."""
    viewer: Viewer = viewer_in(request)
    site = site_of(request, ROOT)
    found = get_work(work_id, viewer)
    (about,) = publications_of([found], viewer, site.base)
    rows = Chapter.objects.visible_to(viewer).posted().filter(work=found).order_by("-position")
    chapters = [
        atom.NewChapter(
            path=row.get_absolute_url(),
            title=_title(row),
            posted=_posted(row),
            words=row.word_count,
            summary_html=row.summary_html,
        )
        for row in rows.defer(*TEXT_FIELDS)[:_CHAPTERS]
    ]
    feed = Feed(
        path=f"works/{work_id}.atom",
        title=f"{found.title} · {site.name}",
        changed=max([chapter.posted for chapter in chapters], default=about.published),
    )
    body = atom.write_chapters(feed, about, chapters, site)
    return feed_response(request, body, atom.MEDIA_TYPE, feed.updated)


def _title(chapter: Chapter) -> str:
    number = gettext("Chapter %(n)s") % {"n": chapter.position}
    return f"{number}: {chapter.title}" if chapter.title else number


def _posted(chapter: Chapter) -> datetime:
    if chapter.posted_at or chapter.published_on is None:
        return chapter.posted_at or LONG_AGO
    return datetime.combine(chapter.published_on, time(), UTC)


def _feed(
    request: HttpRequest, base: WorkQuery | None, path: str, title: str, page: str
) -> HttpResponse:
    """The newest chapters first, unless the address says otherwise."""
    viewer: Viewer = viewer_in(request)
    site = site_of(request, ROOT)
    asked = ask_works(request.GET, viewer, base, newest_first=True)
    kept = _without_base(asked, base or WorkQuery())
    query = asked.query
    feed = Feed(
        path=address(path, kept),
        title=f"{title or asked.words or gettext('Works')} · {site.name}",
        publications=publications_of(asked.page.works, viewer, site.base, with_news=True),
        holds_works=True,
        paging=paging(path, kept, asked.page.total, query.page_size, query.page),
    )
    body = atom.write_feed(
        feed,
        site,
        page=f"{site.base}{page}{address('', kept)}",
        subtitle=asked.words if title else "",
    )
    return feed_response(request, body, atom.MEDIA_TYPE, feed.updated)


def _without_base(asked: Asked, base: WorkQuery) -> list[tuple[str, str]]:
    fixed = {("exact_tag" if tag.exact else "tag", str(tag.id)) for tag in base.tags}
    fixed |= {("series", str(pk)) for pk in base.series}
    fixed |= {("creator_id", str(pk)) for pk in base.creators}
    return [pair for pair in asked.params if pair not in fixed]
