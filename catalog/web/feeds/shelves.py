"""Navigation of the catalogue: where an e-reader starts, and the lists of fandoms, creators, series."""

from django.db.models import Max, QuerySet
from django.utils.translation import gettext, ngettext

from archive.core.errors import SignInRequired
from archive.core.paging import MAX_PAGE_SIZE, check_within, parse_page
from archive.core.viewer import Viewer
from catalog.browsing import languages_in_use
from catalog.filter_params import Params
from catalog.models import Kind, SavedSearch, Tag, Work
from catalog.people import creators_listed, numbers_of, series_listed
from catalog.web.feeds.lists import ask_works, paging
from catalog.web.feeds.model import LONG_AGO, Feed, Publication, Shelf
from catalog.web.feeds.publications import publications_of, works_path

_PER_GROUP = 10


def root_feed(viewer: Viewer, base: str, name: str, *, with_groups: bool) -> Feed:
    """Where an e-reader starts."""
    listed = Work.objects.listed_to(viewer)
    changed = listed.aggregate(last=Max("modified_at"))["last"] or LONG_AGO
    shelves = [
        Shelf(
            works_path("ordering", "-updated"),
            gettext("Recently updated"),
            gettext("Works with new chapters"),
            rel="http://opds-spec.org/sort/new",
        ),
        Shelf(works_path("ordering", "-published"), gettext("New works"), gettext("Newest first")),
        Shelf(
            works_path("ordering", "-kudos"),
            gettext("Popular"),
            gettext("Works with the most kudos"),
            rel="http://opds-spec.org/sort/popular",
        ),
        Shelf(
            works_path("complete", "true", "ordering", "-updated"),
            gettext("Complete"),
            gettext("Works that have come to their end"),
        ),
        Shelf("fandoms/", gettext("Fandoms"), gettext("By what they are about"), holds_works=False),
        Shelf(
            "series/", gettext("Series"), gettext("Works that belong together"), holds_works=False
        ),
        Shelf("creators/", gettext("Creators"), gettext("By name"), holds_works=False),
        Shelf("languages/", gettext("Languages"), gettext("By language"), holds_works=False),
        Shelf(
            "shelf/",
            gettext("Your searches"),
            gettext("What you saved, and works for members; sign in with an API key as password"),
            holds_works=False,
        ),
    ]
    return Feed(
        path="",
        title=name,
        up=None,
        shelves=shelves,
        groups=_groups(viewer, base) if with_groups else (),
        changed=changed,
    )


def _groups(viewer: Viewer, base: str) -> list[tuple[str, str, list[Publication]]]:
    path = works_path("ordering", "-updated")
    page = ask_works({"ordering": "-updated", "page_size": str(_PER_GROUP)}, viewer).page
    return [(gettext("Recently updated"), path, publications_of(page.works, viewer, base))]


def fandoms_feed(data: Params) -> Feed:
    """Canonical fandoms that works stand under, the most used first."""
    rows = Tag.objects.of_kind(Kind.FANDOM).canonical().filter(works_count__gt=0)
    page, feed = _paged("fandoms/", gettext("Fandoms"), rows.in_display_order(), data)
    return _with(
        feed,
        [
            Shelf(works_path("fandom", tag.pk), tag.name, _works(tag.works_count), tag.works_count)
            for tag in page
        ],
    )


def creators_feed(data: Params, viewer: Viewer) -> Feed:
    """Creators by name."""
    page, feed = _paged("creators/", gettext("Creators"), creators_listed(viewer), data)
    return _with(
        feed,
        [
            Shelf(
                works_path("creator_id", row.pk),
                row.name,
                _works(row.works_count),
                row.works_count,
            )
            for row in page
        ],
    )


def series_list_feed(data: Params, viewer: Viewer) -> Feed:
    """Series by title."""
    page, feed = _paged("series/", gettext("Series"), series_listed(viewer), data)
    rows = list(page)
    numbers = numbers_of([row.pk for row in rows], viewer)
    shelves = []
    for row in rows:
        names = ", ".join(numbers[row.pk].names.values())
        said = _works(numbers[row.pk].works)
        summary = gettext("{works} by {names}").format(works=said, names=names) if names else said
        shelves.append(Shelf(f"series/{row.pk}/", row.title, summary, numbers[row.pk].works))
    return _with(feed, shelves)


def languages_feed(viewer: Viewer) -> Feed:
    """Languages of works, the most used first."""
    shelves = [
        Shelf(
            works_path("language", row.code),
            row.native_name,
            _works(row.works_count),  # type: ignore[attr-defined]  # annotated
            row.works_count,  # type: ignore[attr-defined]  # annotated
        )
        for row in languages_in_use(viewer)
    ]
    return Feed(path="languages/", title=gettext("Languages"), shelves=shelves)


def own_feed(viewer: Viewer) -> Feed:
    """The saved searches of whoever is signed in. Raises SignInRequired."""
    if viewer.user_id is None:
        raise SignInRequired(gettext("Sign in with an API key as password."))
    searches = SavedSearch.objects.filter(user_id=viewer.user_id)
    shelves = [
        Shelf(f"works/?{row.query}" if row.query else "works/", row.name) for row in searches
    ]
    shelves.append(
        Shelf(
            works_path("restricted", "true"),
            gettext("For members only"),
            gettext("Works that guests do not see"),
        )
    )
    return Feed(path="shelf/", title=gettext("Your searches"), shelves=shelves)


def _paged(path: str, title: str, rows: QuerySet, data: Params) -> tuple[QuerySet, Feed]:
    """A page of rows, and the feed that they go into."""
    given = dict(data)
    asked = parse_page(given.get("page", ""), given.get("page_size", "") or str(MAX_PAGE_SIZE))
    total = rows.count()
    check_within(asked, total)
    kept = [(name, value) for name, value in data if name == "page_size" and value]
    feed = Feed(path=path, title=title, paging=paging(path, kept, total, asked.size, asked.number))
    return rows[asked.offset : asked.offset + asked.size], feed


def _with(feed: Feed, shelves: list[Shelf]) -> Feed:
    return Feed(path=feed.path, title=feed.title, paging=feed.paging, shelves=shelves)


def _works(count: int) -> str:
    return ngettext("{n} work", "{n} works", count).format(n=f"{count:,}")
