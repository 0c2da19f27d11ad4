"""Who sends a request: the middleware and the keys of the API put it there, everything reads it here."""

from django.http import HttpRequest

from archive.core.viewer import Viewer


def viewer_in(request: HttpRequest) -> Viewer:
    """Who is looking."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # by set_viewer
    return viewer


def set_viewer(request: HttpRequest, viewer: Viewer) -> None:
    """From here on this viewer is looking; the session counts no more."""
    request.viewer = viewer  # type: ignore[attr-defined]  # requests have no place of their own for it
