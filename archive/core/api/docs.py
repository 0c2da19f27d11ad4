"""The description of the API as a document, and the page on which a person tries it."""

import hashlib
import json
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.parameters import ChoiceParameter, ParameterForm


class YAMLRenderer(BaseRenderer):
    """Only for the choice of the media type; the document is made elsewhere."""

    media_type = "application/vnd.oai.openapi"
    format = "yaml"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Problems, which are JSON and so YAML too."""
        return json.dumps(data).encode()


class PlainYAMLRenderer(YAMLRenderer):
    """The same under its newer name."""

    media_type = "application/yaml"


class OpenAPIJSONRenderer(YAMLRenderer):
    """JSON under the media type of the specification."""

    media_type = "application/vnd.oai.openapi+json"
    format = "json"


class SchemaParams(ParameterForm):
    """The parameters of the description."""

    format = ChoiceParameter("How it is written.", allowed=("json", "yaml"), example="yaml")


class SchemaView(ApiView):
    """The description of the API."""

    parameters: ClassVar[Any] = {"GET": SchemaParams}
    renderer_classes = [
        JSONRenderer,
        OpenAPIJSONRenderer,
        YAMLRenderer,
        PlainYAMLRenderer,
    ]

    @operation(
        id="schema",
        summary="This description",
        description="OpenAPI 3.1, as JSON, or as YAML by `Accept` or `format=yaml`.",
        answer={"type": "object", "additionalProperties": True},
        example={"openapi": "3.1.1", "info": {"title": "Archive API", "version": "1"}},
        conditional=True,
    )
    def get(self, request: Request) -> HttpResponse:
        """The document."""
        renderer = request.accepted_renderer
        body = schema_document(str(renderer.format))
        digest = hashlib.sha256(body).hexdigest()[:16]
        unchanged = self.conditional(f'"schema0.1.{digest}"', None)
        if unchanged is not None:
            return unchanged
        return HttpResponse(body, content_type=str(renderer.media_type))


class DocsView(View):
    """Swagger UI from our own static files, without a line of script or style in the page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        response = render(request, "api/docs.html", {"title": f"{settings.SITE_NAME} API"})
        # The pictures of Swagger UI are written into its style sheet.
        policy = {**settings.SECURE_CSP, "img-src": ["'self'", "data:"]}
        response.headers["Content-Security-Policy"] = "; ".join(
            " ".join([name, *values]) for name, values in policy.items()
        )
        return response


@lru_cache(maxsize=2)
def schema_document(form: str) -> bytes:
    """The description as ``json`` or ``yaml``; it does not change while a process lives."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]  # untyped upstream
    schema = generator.get_schema(request=None, public=True)
    renderer = OpenApiJsonRenderer() if form == "json" else OpenApiYamlRenderer()
    return bytes(renderer.render(schema, renderer_context={}))
