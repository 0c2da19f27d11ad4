"""How a reader wants pages to look: kept in a cookie of this browser, applied by the server."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from archive.core.cookies import LOOK, cookie_of, keep_cookie

CHOICES: dict[str, tuple[tuple[str, object], ...]] = {
    "theme": (
        ("", _("As the system")),
        ("light", _("Light")),
        ("sepia", _("Sepia")),
        ("dark", _("Dark")),
    ),
    "size": (
        ("", _("Normal")),
        ("small", _("Small")),
        ("large", _("Large")),
        ("huge", _("Very large")),
    ),
    "font": (("", _("Serif")), ("sans", _("Sans serif"))),
    "spacing": (("", _("Normal")), ("open", _("Open"))),
    "measure": (("", _("Narrow")), ("wide", _("Wide"))),
}
LABELS = {
    "theme": _("Colours"),
    "size": _("Text size"),
    "font": _("Typeface"),
    "spacing": _("Line spacing"),
    "measure": _("Line length"),
}


def look_of(request: HttpRequest) -> dict[str, str]:
    """The settings that differ from the defaults; anything unknown in the cookie is left out."""
    look: dict[str, str] = {}
    for part in cookie_of(request, LOOK).split("."):
        name, _, value = part.partition("-")
        if value and value in dict(CHOICES.get(name, ())):
            look[name] = value
    return look


def remember_look(request: HttpRequest, response: HttpResponse, chosen: dict[str, str]) -> None:
    """Keep the choices for a year, where the reading page's script can change them too."""
    value = ".".join(f"{name}-{chosen[name]}" for name in CHOICES if chosen.get(name))
    keep_cookie(request, response, LOOK, value)
