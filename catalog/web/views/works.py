"""Works: their list, a work, a chapter, the whole work on one page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from archive.core.errors import NotFound
from archive.core.viewer import Viewer
from catalog.models import Chapter
from catalog.reading import chapters_of, get_chapter, get_work
from catalog.web.cards import WorkCard, card_of
from catalog.web.listing import make_listing, render_listing

ADULT_COOKIE = "view_adult"
_YEAR = 365 * 24 * 3600


def work_list(request: HttpRequest) -> HttpResponse:
    """Works with the filter panel; the address is the state."""
    listing = make_listing(request)
    return render_listing(request, "catalog/work_list.html", listing, {"section": "works"})


def work(request: HttpRequest, work_id: int) -> HttpResponse:
    """A work: its header and chapters; the text itself when it is short of chapters."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = get_work(work_id, viewer)
    whole = request.GET.get("view_full_work") == "true"
    chapters = chapters_of(found, viewer)
    card = card_of(found, viewer)
    if _asks_first(request, card):
        return _gate(request, card)
    if whole or len(chapters) == 1:
        chapters = chapters_of(found, viewer, with_text=True)
    context = {
        "card": card,
        "chapters": chapters,
        "shown": chapters if whole or len(chapters) == 1 else [],
        "whole": whole,
        "section": "works",
    }
    return _remember(request, render(request, "catalog/work.html", context))


def chapter(request: HttpRequest, work_id: int, chapter_id: int) -> HttpResponse:
    """One chapter of a work."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = get_chapter(chapter_id, viewer)
    if found.work_id != work_id:
        raise NotFound(f"The work {work_id} has no chapter {chapter_id}.")
    work_row = get_work(work_id, viewer)
    card = card_of(work_row, viewer)
    if _asks_first(request, card):
        return _gate(request, card)
    chapters = chapters_of(work_row, viewer)
    before, after = _neighbours(chapters, found)
    context = {
        "card": card,
        "chapter": found,
        "chapters": chapters,
        "before": before,
        "after": after,
        "section": "works",
    }
    return _remember(request, render(request, "catalog/chapter.html", context))


def go_to_chapter(request: HttpRequest, work_id: int) -> HttpResponse:
    """From the chapter menu, which works without script, to the chapter's own address."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    asked = request.GET.get("chapter", "")
    if not asked.isdecimal():
        return redirect("work", work_id)
    found = get_chapter(int(asked), viewer)
    return redirect(found.get_absolute_url())


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
    return request.COOKIES.get(ADULT_COOKIE) != "true"


def _gate(request: HttpRequest, card: WorkCard) -> HttpResponse:
    query = request.GET.copy()
    query["view_adult"] = "true"
    context = {"card": card, "go_on": f"{request.path}?{query.urlencode()}", "section": "works"}
    return render(request, "catalog/adult.html", context)


def _remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.GET.get("view_adult") == "true":
        response.set_cookie(
            ADULT_COOKIE,
            "true",
            max_age=_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    return response
