"""How a reader wants pages to look: kept in a cookie of this browser, applied by the server."""

from django.http import HttpRequest, HttpResponse

COOKIE = "look"
CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "theme": (("", "As the system"), ("light", "Light"), ("sepia", "Sepia"), ("dark", "Dark")),
    "size": (("", "Normal"), ("small", "Small"), ("large", "Large"), ("huge", "Very large")),
    "font": (("", "Serif"), ("sans", "Sans serif")),
    "spacing": (("", "Normal"), ("open", "Open")),
    "measure": (("", "Narrow"), ("wide", "Wide")),
}
LABELS = {
    "theme": "Colours",
    "size": "Text size",
    "font": "Typeface",
    "spacing": "Line spacing",
    "measure": "Line length",
}
_YEAR = 365 * 24 * 3600


def look_of(request: HttpRequest) -> dict[str, str]:
    """The settings that differ from the defaults; anything unknown in the cookie is left out."""
    look: dict[str, str] = {}
    for part in request.COOKIES.get(COOKIE, "").split("."):
        name, _, value = part.partition("-")
        if value and value in dict(CHOICES.get(name, ())):
            look[name] = value
    return look


def remember_look(response: HttpResponse, chosen: dict[str, str], *, secure: bool) -> None:
    """Keep the choices for a year, where the reading page's script can change them too."""
    value = ".".join(f"{name}-{chosen[name]}" for name in CHOICES if chosen.get(name))
    response.set_cookie(COOKIE, value, max_age=_YEAR, samesite="Lax", secure=secure)
