"""Keeping the place in a work for whoever is signed in; pages of works say when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from archive.core.errors import InvalidInput
from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.said import say
from catalog.services.reading_places import forget_place, keep_place


@require_POST
def keep(request: HttpRequest, work_id: int) -> HttpResponse:
    """Remember the chapter that is being read; the page's script asks for it."""
    given = request.POST.get("chapter", "")
    if not is_id(given):
        raise InvalidInput(
            say("chapter is {given!r}; a whole number is allowed.", given=given[:20])
        )
    keep_place(actor=viewer_in(request), work_id=work_id, position=int(given))
    return HttpResponse(status=204)


@require_POST
def forget(request: HttpRequest, work_id: int) -> HttpResponse:
    """Forget the place."""
    forget_place(actor=viewer_in(request), work_id=work_id)
    return redirect("account")
