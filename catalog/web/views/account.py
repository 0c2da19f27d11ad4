"""The account: saved searches, API keys, and the way to the rest, of whoever is signed in."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from archive.accounts.models import User
from archive.accounts.services import active_api_keys, create_api_key, revoke_api_key
from archive.core.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    NotAllowed,
    SignInRequired,
)
from archive.core.requests import viewer_in
from archive.core.said import say
from archive.core.viewer import SCOPES, Viewer
from catalog.models import BlockedTag, Creator, Notice, SavedSearch
from catalog.services.preferences import delete_search, save_search
from catalog.services.reading_places import places_of

_PLACES = 12
_REFUSALS = (InvalidInput, Conflict)


@dataclass
class Filled:
    """What the forms of the page hold when they are shown: what was typed, what was refused."""

    search_name: str = ""
    search_query: str = ""
    key_name: str = ""
    problem: DomainError | None = None
    section: str = ""
    secret: str = ""
    scopes: list[str] = field(default_factory=lambda: ["read"])


def account(request: HttpRequest) -> HttpResponse:
    """Everything that is kept for the account; ``save`` fills a form in."""
    return _page(request, Filled(search_query=request.GET.get("save", "")[:8_000]))


@require_POST
def add_search(request: HttpRequest) -> HttpResponse:
    """Keep a search under a name."""
    viewer = _signed_in(request)
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    try:
        saved = save_search(actor=viewer, name=name, query=query)
    except _REFUSALS as error:
        return _page(request, Filled(name, query, problem=error, section="searches"))
    messages.success(request, gettext("“{}” is saved.").format(saved.name))
    return redirect("account")


@require_POST
def remove_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """Forget a search."""
    delete_search(actor=_signed_in(request), search_id=search_id)
    return redirect("account")


@require_POST
def add_key(request: HttpRequest) -> HttpResponse:
    """Make an API key; its text is on the answer and nowhere else."""
    viewer = _signed_in(request)
    name, scopes = request.POST.get("name", ""), request.POST.getlist("scope")
    if not viewer.scopes.issuperset(set(scopes) & set(SCOPES)):
        raise NotAllowed(say("Show your second factor first."), code="scope.missing")
    filled = Filled(key_name=name, section="keys", scopes=[str(scope) for scope in scopes])
    try:
        called = name.strip() or gettext("key")
        _, secret = create_api_key(user=_user(request), name=called, scopes=filled.scopes)
    except InvalidInput as error:
        filled.problem = error
    else:
        filled = Filled(secret=secret)
    return _page(request, filled)


@require_POST
def remove_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End an API key at once."""
    _signed_in(request)
    revoke_api_key(user=_user(request), key_id=key_id)
    return redirect("account")


def _page(request: HttpRequest, filled: Filled) -> HttpResponse:
    viewer, user = _signed_in(request), _user(request)
    context = {
        "filled": filled,
        "places": places_of(viewer, _PLACES),
        "searches": SavedSearch.objects.filter(user=user),
        "blocked": BlockedTag.objects.filter(user=user).select_related("tag"),
        "keys": active_api_keys(user),
        "new_notices": Notice.objects.filter(user=user, read_at=None).count(),
        "names": Creator.objects.filter(user=user),
        "scopes": _scopes_of(viewer),
        "section": "account",
    }
    status = filled.problem.status if filled.problem else 200
    response = render(request, "catalog/account.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _scopes_of(viewer: Viewer) -> list[str]:
    """The scopes that mean something for the roles of the viewer."""
    useful = {
        "read": True,
        "write": True,
        "wrangle": viewer.is_wrangler,
        "moderate": viewer.is_moderator,
        "admin": viewer.is_admin,
    }
    return [scope for scope in SCOPES if useful[scope]]


def _signed_in(request: HttpRequest) -> Viewer:
    viewer = viewer_in(request)
    if viewer.is_anonymous:
        raise SignInRequired(say("Sign in to see your account."))
    return viewer


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise SignInRequired(say("Sign in to see your account."))
    return user
