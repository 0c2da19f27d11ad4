"""Works: their list, a work, a chapter, the whole work on one page."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from archive.core.cookies import ADULT, cookie_of, keep_cookie
from archive.core.errors import DomainError, FieldError, NotFound
from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.blocking import without_blocked
from catalog.blurbrows import SeriesPlace
from catalog.finder import get_finder
from catalog.models import Chapter, ReadingPlace, Work
from catalog.people import neighbours_in_series
from catalog.reading import byline_of, chapters_of, get_chapter, get_work, may_edit
from catalog.services.posting import missing_parts
from catalog.services.reading_places import place_in
from catalog.web import footnotes, metadata
from catalog.web.cards import OtherWork, WorkCard, card_of
from catalog.web.listing import make_listing, render_listing

_SIMILAR = 4


@dataclass(frozen=True)
class SeriesTurn:
    """A place in a series with the works beside it, for the way on from the end of a work."""

    place: SeriesPlace
    before: Work | None
    after: Work | None


@dataclass
class ReadingPage:
    """What the pages of a work draw.

    ``shown`` are the chapters whose text is on the page; ``before`` and ``after`` the neighbours
    of the single one that is.
    """

    card: WorkCard
    chapters: list[Chapter]
    shown: list[Chapter] = field(default_factory=list)
    chapter: Chapter | None = None
    before: Chapter | None = None
    after: Chapter | None = None
    is_whole: bool = False
    may_edit: bool = False
    missing: list[FieldError] = field(default_factory=list)
    similar: list[OtherWork] = field(default_factory=list)
    turns: list[SeriesTurn] = field(default_factory=list)
    place: ReadingPlace | None = None

    @property
    def is_untitled(self) -> bool:
        """Whether the only chapter has no title of its own to show."""
        titles = {"", self.card.work.title}
        return len(self.chapters) == 1 and self.chapters[0].title in titles

    @property
    def resume(self) -> Chapter | None:
        """The chapter to go on with, for an account that was here before."""
        at = self.place.position if self.place else 0
        return next((row for row in self.chapters if row.position == at), None)

    @property
    def is_last(self) -> bool:
        """Whether the text of the work ends on this page."""
        return bool(self.shown) and self.after is None


def work_list(request: HttpRequest) -> HttpResponse:
    """Works with the filter panel; the address is the state."""
    listing = make_listing(request)
    return render_listing(request, "catalog/work_list.html", listing, {"section": "works"})


def work(request: HttpRequest, work_id: int) -> HttpResponse:
    """A work: its header and its chapters; the text itself where there is one chapter only."""
    return show_work(request, work_id)


def show_work(
    request: HttpRequest, work_id: int, problem: DomainError | None = None
) -> HttpResponse:
    """The page of a work; ``problem`` is why what was just asked of it could not be done."""
    viewer = viewer_in(request)
    found = get_work(work_id, viewer)
    card = card_of(found, viewer)
    if _asks_first(request, card):
        return _gate(request, card)
    is_whole = request.GET.get("view_full_work") == "true"
    has_text = is_whole or found.chapter_count == 1
    chapters = chapters_of(found, viewer, with_text=has_text)
    if len(chapters) == 1 and not has_text:
        chapters = chapters_of(found, viewer, with_text=True)
    page = ReadingPage(card, chapters, is_whole=is_whole)
    page.shown = chapters if is_whole or len(chapters) == 1 else []
    footnotes.lead_on(found, page.shown, chapters, viewer, has_head=True)
    page.may_edit = may_edit(found, viewer)
    page.missing = missing_from(card, len(chapters)) if page.may_edit else []
    _add_other_works(page, viewer)
    page.place = None if page.shown else place_in(found, viewer)
    context = {
        "page": page,
        "card": card,
        "problem": problem,
        "metadata": metadata.script(metadata.of_work(card, chapters)),
        "section": "works",
    }
    status = problem.status if problem else 200
    return _remember(request, render(request, "catalog/work.html", context, status=status))


def chapter(request: HttpRequest, work_id: int, chapter_id: int) -> HttpResponse:
    """One chapter of a work."""
    viewer = viewer_in(request)
    found = get_chapter(chapter_id, viewer)
    if found.work_id != work_id:
        raise NotFound(
            say(
                "The work {work_id} has no chapter {chapter_id}.",
                work_id=work_id,
                chapter_id=chapter_id,
            )
        )
    row = get_work(work_id, viewer)
    card = card_of(row, viewer)
    if _asks_first(request, card):
        return _gate(request, card)
    page = ReadingPage(card, chapters_of(row, viewer), [found], chapter=found)
    page.before, page.after = _neighbours(page.chapters, found)
    footnotes.lead_on(row, page.shown, page.chapters, viewer, has_head=False)
    page.may_edit = may_edit(row, viewer)
    if page.is_last:
        _add_other_works(page, viewer)
    context = {
        "page": page,
        "card": card,
        "metadata": metadata.script(metadata.of_chapter(card, found)),
        "section": "works",
    }
    return _remember(request, render(request, "catalog/chapter.html", context))


def go_to_chapter(request: HttpRequest, work_id: int) -> HttpResponse:
    """From the chapter menu, which works without script, to the chapter's own address."""
    viewer = viewer_in(request)
    asked = request.GET.get("chapter", "")
    if not is_id(asked):
        return redirect("work", work_id)
    found = get_chapter(int(asked), viewer)
    return redirect(found.get_absolute_url())


def navigate(request: HttpRequest, work_id: int) -> HttpResponse:
    """The chapter index of a work, where readers' download tools look for it."""
    viewer = viewer_in(request)
    found = get_work(work_id, viewer)
    context = {
        "card": card_of(found, viewer),
        "chapters": chapters_of(found, viewer),
        # Those tools look for addresses without a slash at the end.
        "address": found.get_absolute_url().rstrip("/"),
        "section": "works",
    }
    return render(request, "catalog/navigate.html", context)


def missing_from(card: WorkCard, chapters: int) -> list[FieldError]:
    """What keeps a draft from being posted; nothing for a posted work."""
    if card.work.status == Work.Status.POSTED:
        return []
    return missing_parts(
        title=card.work.title,
        language=card.work.language_id,
        kinds=set(card.tags),
        creators=len(card.byline),
        chapters=chapters,
    )


def _add_other_works(page: ReadingPage, viewer: Viewer) -> None:
    """Works that are like this one and, where its text ends, those beside it in its series.

    None of them is blocked.
    """
    found = page.card.work
    if found.status == Work.Status.DRAFT:
        return
    similar = get_finder().similar(found, viewer, _SIMILAR, ("creators",))
    beside = neighbours_in_series(found, viewer) if page.is_last else {}
    others = [work for pair in beside.values() for work in pair if work is not None]
    shown = {work.pk for work in without_blocked([*similar, *others], viewer)}
    page.similar = [OtherWork(row, byline_of(row, viewer)) for row in similar if row.pk in shown]
    for place in page.card.series:
        before, after = (
            work if work is not None and work.pk in shown else None
            for work in beside.get(place.id, (None, None))
        )
        if before or after:
            page.turns.append(SeriesTurn(place, before, after))


def _neighbours(chapters: list[Chapter], this: Chapter) -> tuple[Chapter | None, Chapter | None]:
    places = [row.pk for row in chapters]
    at = places.index(this.pk)
    before = chapters[at - 1] if at else None
    return before, chapters[at + 1] if at + 1 < len(chapters) else None


def _asks_first(request: HttpRequest, card: WorkCard) -> bool:
    """Whether the reader has still to say that an adult text is wanted."""
    rating = card.rating
    is_adult = card.is_adult or (
        settings.ADULT_NOT_RATED and rating is not None and rating.name == "Not Rated"
    )
    if not is_adult or request.GET.get("view_adult") == "true":
        return False
    return cookie_of(request, ADULT) != "true"


def _gate(request: HttpRequest, card: WorkCard) -> HttpResponse:
    query = request.GET.copy()
    query["view_adult"] = "true"
    context = {"card": card, "go_on": f"{request.path}?{query.urlencode()}", "section": "works"}
    return render(request, "catalog/adult.html", context)


def _remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.GET.get("view_adult") == "true":
        keep_cookie(request, response, ADULT, "true")
    return response
