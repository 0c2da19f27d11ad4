"""What every page template may say about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from archive.core.look import look_of
from archive.core.viewer import ANONYMOUS

API_ROOT = "/api/v1/"


def site(request: HttpRequest) -> dict[str, Any]:
    """Name, accent and address of the archive, who is looking and how they like it."""
    return {
        "site_name": settings.SITE_NAME,
        "site_accent": settings.ACCENT,
        "base_url": settings.BASE_URL,
        "api_root": API_ROOT,
        "site_languages": settings.LANGUAGES,
        "site_language": get_language() or settings.LANGUAGE_CODE,
        "is_rtl": get_language_bidi(),
        "registration": settings.REGISTRATION,
        "viewer": getattr(request, "viewer", ANONYMOUS),
        "look": look_of(request),
    }
