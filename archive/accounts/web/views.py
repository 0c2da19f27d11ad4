"""Pages of accounts: reading settings of this browser."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from archive.accounts.models import User
from archive.accounts.services import keep_language
from archive.core.colour import accent_stylesheet, is_colour
from archive.core.cookies import LANGUAGE, LOOK, cookie_name, keep_cookie
from archive.core.look import CHOICES, LABELS, look_of, remember_look


def reading_settings(request: HttpRequest) -> HttpResponse:
    """Choose how pages look; kept in this browser."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    if request.method == "POST":
        chosen = {
            name: request.POST.get(name, "")
            for name, values in CHOICES.items()
            if request.POST.get(name, "") in dict(values)
        }
        response = redirect(target)
        remember_look(request, response, chosen)
        return response
    look = look_of(request)
    groups = [(name, LABELS[name], values, look.get(name, "")) for name, values in CHOICES.items()]
    context = {"groups": groups, "next": target, "cookie": cookie_name(LOOK)}
    return render(request, "accounts/reading.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show pages in another language from now on: in this browser, and wherever one signs in."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    chosen = request.POST.get("language", "")
    if request.method != "POST" or chosen not in dict(settings.LANGUAGES):
        return render(request, "accounts/language.html", {"next": target})
    response = redirect(target)
    keep_cookie(request, response, LANGUAGE, chosen)
    if isinstance(request.user, User):
        keep_language(user=request.user, language=chosen)
    return response


def accent(request: HttpRequest) -> HttpResponse:
    """The accent colour of this site as a stylesheet."""
    if not is_colour(settings.ACCENT):
        raise Http404("This site has no accent colour of its own.")
    css = accent_stylesheet(settings.ACCENT)
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
