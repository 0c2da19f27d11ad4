"""What every page template may say about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Name, accent and address of the archive, and who is looking."""
    return {
        "site_name": settings.SITE_NAME,
        "site_accent": settings.ACCENT,
        "base_url": settings.BASE_URL,
        "viewer": getattr(request, "viewer", None),
    }
