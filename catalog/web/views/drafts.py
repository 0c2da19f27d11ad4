"""Drafts: the list of those that a creator or archivist may act on, and posting one."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from archive.core.errors import FieldError, InvalidInput, SignInRequired
from archive.core.requests import viewer_in
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Work
from catalog.services.works import post_work
from catalog.web.cards import WorkCard, card_of
from catalog.web.pages import page_links, page_of
from catalog.web.views.works import missing_from, show_work

_PER_PAGE = 20


@dataclass(frozen=True)
class Draft:
    """A draft in the list, with what keeps it from being posted."""

    card: WorkCard
    chapters: int
    missing: list[FieldError]


def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts that the viewer acts for: own ones, for archivists those without an owner."""
    viewer = viewer_in(request)
    if viewer.is_anonymous:
        raise SignInRequired(say("Sign in to see your drafts."))
    rows = Work.objects.owned_by(viewer).filter(status=Work.Status.DRAFT)
    rows = rows.order_by("-modified_at", "-pk")
    page = page_of(request, rows.values_list("pk", flat=True), _PER_PAGE)
    ids = list(page.object_list)
    chosen = (
        Work.objects.owned_by(viewer).filter(pk__in=ids).annotate(written=Count("chapters"))
    ).for_blurb()
    found = {work.pk: work for work in chosen}
    context = {
        "drafts": [_draft(found[pk], viewer) for pk in ids if pk in found],
        "total": page.paginator.count,
        "pages": page_links(page.number, page.paginator.count, _PER_PAGE, []),
        "section": "drafts",
    }
    return render(request, "catalog/drafts.html", context)


@require_POST
def post(request: HttpRequest, work_id: int) -> HttpResponse:
    """Post a draft; what it lacks is told on its page."""
    viewer = viewer_in(request)
    try:
        work = post_work(actor=viewer, work_id=work_id)
    except InvalidInput as error:
        return show_work(request, work_id, problem=error)
    messages.success(request, gettext("“{}” is posted.").format(work.title))
    return redirect(work)


def _draft(work: Work, viewer: Viewer) -> Draft:
    card = card_of(work, viewer)
    written: int = work.written  # type: ignore[attr-defined]  # annotated above
    return Draft(card, written, missing_from(card, written))
