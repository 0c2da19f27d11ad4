"""What a request is: whether it only reads, and who sends it."""

from django.http import HttpRequest

from archive.core.viewer import Viewer

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
"""The methods that change nothing."""


def viewer_in(request: HttpRequest) -> Viewer:
    """Who is looking, as the middleware found out or the key of the API says."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # by set_viewer
    return viewer


def set_viewer(request: HttpRequest, viewer: Viewer) -> None:
    """From here on this viewer is looking; the session counts no more."""
    request.viewer = viewer  # type: ignore[attr-defined]  # requests have no place of their own for it
