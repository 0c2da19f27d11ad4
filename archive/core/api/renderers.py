"""How answers are written: JSON for programs, browsable pages for people."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request

from archive.core.errors import FieldError, InvalidInput


class CompactJSONRenderer(JSONRenderer):
    """JSON without white space; also for whoever asks for problem documents alone."""

    charset = None

    def get_indent(self, accepted_media_type: str, renderer_context: Any) -> int | None:
        """Never indented: clients have their own viewers."""
        return None


class BrowsableRenderer(BrowsableAPIRenderer):
    """The pages on which a person looks around in the API."""


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
            allowed = ", ".join(str(renderer.format) for renderer in renderers)
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
