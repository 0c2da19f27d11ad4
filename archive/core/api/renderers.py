"""How answers are written: JSON for programs, browsable pages for people."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request

from archive.core.errors import FieldError, InvalidInput


class BrowsableRenderer(BrowsableAPIRenderer):
    """The pages on which a person looks around in the API: in our frame, without inline style."""

    template = "api/browse.html"

    def get_context(self, *args: Any) -> dict[str, Any]:
        """As usual, but without the style of the highlighter, which our policy blocks."""
        context: dict[str, Any] = super().get_context(*args)
        return {**context, "code_style": "", "login_url": settings.LOGIN_URL}

    def get_breadcrumbs(self, request: Request) -> list[tuple[str, str]]:
        """The way here, without the address that stands for all that are not there."""
        crumbs: list[tuple[str, str]] = super().get_breadcrumbs(request)
        return [crumb for crumb in crumbs if crumb[0] != "No Such Address"]

    def show_form_for_method(self, view: Any, method: str, request: Request, obj: Any) -> bool:
        """Whether the caller could do anything with a form."""
        scope = view.scopes.get(method, "")
        if scope and (view.viewer.is_anonymous or scope not in view.viewer.scopes):
            return False
        return bool(super().show_form_for_method(view, method, request, obj))


class FormatNegotiation(DefaultContentNegotiation):
    """As usual by ``Accept``; ``?format=`` decides where it is given, and is refused if unknown."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """The renderer and the media type it was chosen for. Raises NotAcceptable, InvalidInput."""
        renderers = list(renderers)
        wanted = request.query_params.get("format", "").strip()
        if wanted:
            for renderer in renderers:
                if renderer.format == wanted:
                    return renderer, str(renderer.media_type)
            allowed = ", ".join(dict.fromkeys(str(renderer.format) for renderer in renderers))
            detail = f"format is {wanted[:80]!r}; allowed are {allowed}."
            raise InvalidInput(
                detail,
                code="parameter.invalid",
                errors=[FieldError("format", "parameter.invalid", detail)],
            )
        chosen: tuple[BaseRenderer, str] = super().select_renderer(
            request, renderers, format_suffix
        )
        return chosen
