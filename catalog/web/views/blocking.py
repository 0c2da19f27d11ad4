"""Blocked tags: of an account, or of a guest's browser in a cookie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from archive.core.blocked import remember_blocked
from archive.core.errors import Conflict, DomainError, InvalidInput
from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from catalog.blocking import also_blocked
from catalog.filter_tags import blocked_tags
from catalog.models import Tag
from catalog.services.preferences import set_blocked_tags

_NAME = 150


@require_http_methods(["GET", "HEAD", "POST"])
def blocked(request: HttpRequest) -> HttpResponse:
    """The blocked tags, and one more by its name or id; ``tag`` in the address fills it in."""
    if request.method != "POST":
        return _page(request, _name_of(request))
    viewer = viewer_in(request)
    name = request.POST.get("tag", "").strip()[:_NAME]
    try:
        if viewer.is_anonymous:
            return _kept(request, also_blocked(viewer, name))
        mine: list[int | str] = [tag.pk for tag in blocked_tags(viewer)]
        set_blocked_tags(actor=viewer, tags=[*mine, int(name) if is_id(name) else name])
    except (InvalidInput, Conflict) as error:
        return _page(request, name, error)
    return redirect("block-tag")


@require_POST
def unblock(request: HttpRequest, tag_id: int) -> HttpResponse:
    """Block a tag no longer."""
    viewer = viewer_in(request)
    if viewer.is_anonymous:
        return _kept(request, [pk for pk in viewer.blocked if pk != tag_id])
    mine = [tag.pk for tag in blocked_tags(viewer) if tag.pk != tag_id]
    set_blocked_tags(actor=viewer, tags=mine)
    return redirect("block-tag")


def _kept(request: HttpRequest, ids: list[int]) -> HttpResponse:
    response = redirect("block-tag")
    remember_blocked(request, response, ids)
    return response


def _name_of(request: HttpRequest) -> str:
    viewer = viewer_in(request)
    asked = request.GET.get("tag", "")
    if not is_id(asked):
        return ""
    tag = Tag.objects.known_to(viewer).filter(pk=int(asked)).first()
    return tag.name if tag else ""


def _page(request: HttpRequest, name: str, problem: DomainError | None = None) -> HttpResponse:
    viewer = viewer_in(request)
    tags = blocked_tags(viewer)
    if viewer.is_anonymous:
        told = Tag.objects.known_to(viewer).filter(pk__in=[tag.pk for tag in tags])
        known = set(told.values_list("pk", flat=True))
        tags = [tag for tag in tags if tag.pk in known]
    context = {
        "tags": tags,
        "name": name,
        "problem": problem,
        "section": "account",
        "login": f"{reverse('login')}?next={reverse('block-tag')}",
    }
    status = problem.status if problem else 200
    response = render(request, "catalog/blocked.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
