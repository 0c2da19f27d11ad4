"""The description of the API (OpenAPI 3.1): parameters, answers and problems of every operation."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from archive.core.api.errors import PROBLEM_TYPE, problem
from archive.core.idempotency import HEADER
from archive.core.parameters import ListParameter, PageForm, Parameter, ParameterForm
from archive.core.requests import SAFE_METHODS

Handler = TypeVar("Handler", bound=Callable[..., Any])

_NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_WORD = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
_PATH_PARTS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "id": ("The id of the object.", _NUMBER, 1),
    "position": ("The place of the chapter in the work, from 1.", _NUMBER, 1),
    "name": (
        "The name of the file.",
        {"type": "string", "pattern": r"^[-.a-zA-Z0-9]+$"},
        "works-20240301T030000Z.ndjson.gz",
    ),
    "extension": ("The format of the file: epub, html, txt, md.", _WORD, "epub"),
}
_PROBLEMS: dict[int, tuple[str, str, str]] = {
    400: (
        "What was asked or sent is wrong in itself; `errors` names every fault.",
        "parameter.unknown",
        "langage: There is no parameter 'langage' here. Did you mean language?",
    ),
    401: (
        "Only signed-in people may do or see this, or the API key is not valid.",
        "auth.required",
        "This work is for members; sign in, or send an API key.",
    ),
    403: (
        "The caller may not do this: a missing scope or role, or somebody else's object.",
        "scope.missing",
        "This API key has no `write` scope.",
    ),
    404: (
        "There is no such object or page, or the caller may not know of it.",
        "not_found",
        "There is no work 987654.",
    ),
    406: (
        "None of the media types of `Accept` can be sent.",
        "format.not_acceptable",
        "Could not satisfy the request Accept header.",
    ),
    409: (
        "What was asked conflicts with the state of the object.",
        "chapter.last",
        "The only posted chapter of a posted work cannot be deleted.",
    ),
    412: (
        "The object has changed since the caller read it (`If-Match`).",
        "work.changed",
        "The work is at version 7, not 5; read it again first.",
    ),
    413: (
        "The body of the request is too large.",
        "request.too_large",
        "The body is larger than the 2,097,152 bytes that are allowed.",
    ),
    415: (
        "The body is of a media type that cannot be read here.",
        "format.unsupported",
        'Unsupported media type "text/csv" in request.',
    ),
    416: (
        "The range begins behind the end of the file.",
        "range.not_there",
        "The file has 1,024 bytes; ask for a range within them.",
    ),
    429: (
        "Too many requests; `Retry-After` says how many seconds to wait.",
        "throttled",
        "At most 120 requests in 60 seconds are allowed (anon).",
    ),
    501: (
        "The archive lacks the software that this needs.",
        "download.engine_missing",
        "This archive writes no pdf; it writes epub, html, txt, md.",
    ),
    503: (
        "The archive is busy; `Retry-After` says when to try again.",
        "unavailable",
        "The archive is busy; try again in a few seconds.",
    ),
}
_REQUEST_MEDIA = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")
_STATUSES = {
    200: "As asked.",
    201: "Made.",
    202: "Taken on; it goes on in the background.",
    204: "Done; there is nothing to say.",
}


class FieldErrorOut(serializers.Serializer):
    """One thing wrong with one field of a request; further members depend on the code."""

    field = serializers.CharField(
        allow_blank=True, help_text="Parameter, or a path such as chapters[2].body."
    )
    code = serializers.CharField(help_text="Part of the contract, such as tag.unknown.")
    detail = serializers.CharField(help_text="A sentence for people.")
    suggestions = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="What may have been meant."
    )
    position = serializers.IntegerField(
        required=False, help_text="Where in the text of a query, in characters from 0."
    )


class ProblemOut(serializers.Serializer):
    """A problem document (RFC 9457); `code` is part of the contract, `detail` is for people."""

    type = serializers.CharField(help_text="A URI of the kind of problem.")
    title = serializers.CharField(help_text="The phrase of the HTTP status.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="A sentence for people.")
    code = serializers.CharField(help_text="The kind of problem; part of the contract.")
    errors = FieldErrorOut(  # type: ignore[assignment]  # a field, taken out by the metaclass
        many=True, help_text="What is wrong with which field."
    )


def operation(
    *,
    id: str,  # noqa: A002  the word of the specification
    summary: str,
    answer: Any = None,
    description: str = "",
    request: Any = None,
    status: int = 200,
    example: Any = None,
    others: Mapping[int, Any] | None = None,
    request_example: Any = None,
    problems: Iterable[int] = (),
    conditional: bool = False,
    tag: str = "",
    partial: bool = False,
    files: Mapping[str, str] | None = None,
) -> Callable[[Handler], Handler]:
    """Describe one method of a view.

    ``answer`` is the serializer of a success with ``status``; ``others`` of further successes;
    ``problems`` are statuses besides those that follow from the address and the method. ``files``
    are the media types of an answer that is a file instead, each with the name of the format;
    ``partial``: a range of it can be asked for.
    """
    responses: dict[Any, Any] = {
        (code, media_type): _file(media_type, name)
        for media_type, name in (files or {}).items()
        for code in ((status, 206) if partial else (status,))
    }
    outs = {} if files else {status: answer}
    for code, out in {**outs, **(others or {})}.items():
        examples = [OpenApiExample("Example", value=example)] if example is not None else []
        responses[code] = OpenApiResponse(
            response=out, description=_STATUSES.get(code, "As asked."), examples=examples
        )
    request_examples = []
    if request_example is not None:
        request_examples = [
            OpenApiExample("Request", value=request_example, request_only=True, media_type=media)
            for media in _REQUEST_MEDIA
        ]

    def decorate(handler: Handler) -> Handler:
        handler.api_id = id  # type: ignore[attr-defined]  # our own mark
        handler.api_problems = frozenset(problems)  # type: ignore[attr-defined]  # our own mark
        handler.api_partial = partial  # type: ignore[attr-defined]  # our own mark
        handler.api_conditional = conditional  # type: ignore[attr-defined]  # our own mark
        described: Handler = extend_schema(
            summary=summary,
            description=description or summary,
            request=request,
            responses=responses,
            examples=request_examples or None,
            tags=[tag] if tag else None,
        )(handler)
        return described

    return decorate


def _file(media_type: str, name: str) -> OpenApiResponse:
    example = OpenApiExample("Example", value=f"(a file: {name})", media_type=media_type)
    form = OpenApiTypes.STR if media_type.startswith("text/") else OpenApiTypes.BINARY
    return OpenApiResponse(response=form, description="The file.", examples=[example])


class ArchiveAutoSchema(AutoSchema):
    """Adds to each operation its declared parameters and its problem answers."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        """Parameters in the query, the path and the headers."""
        form = self.view.parameters.get(self.method, ParameterForm)
        names = [name for name in _PATH_PARTS if f"{{{name}}}" in self.path]
        parts = [_path_part(name) for name in names]
        return [*parts, *describe(form), *self._header_parameters()]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with every answer it can give."""
        described: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if described is None:
            return None
        reference = self.resolve_serializer(ProblemOut, "response").ref
        responses = described["responses"]
        if getattr(self._handler(), "api_conditional", False) and self.method in SAFE_METHODS:
            responses["304"] = {"description": "The caller has this representation already."}
        for status in sorted(self._problem_statuses()):
            responses.setdefault(str(status), _problem_response(status, reference))
        described["responses"] = dict(sorted(responses.items()))
        return described

    def _map_serializer(self, serializer: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Where a caller may ask for some of the fields, none of them is sure to come."""
        schema: dict[str, Any] = super()._map_serializer(  # type: ignore[no-untyped-call]
            serializer, *args, **kwargs
        )
        if getattr(serializer, "sparse", False):
            schema.pop("required", None)
        return schema

    def get_auth(self) -> list[Any]:
        """Guests too, but where a scope is needed."""
        found: list[Any] = super().get_auth()
        needs_key = bool(self.view.scopes.get(self.method))
        return [entry for entry in found if entry or not needs_key]

    def get_operation_id(self) -> str:
        """The given one; a view that stands under several names has them in front."""
        own: str = getattr(self._handler(), "api_id", "") or super().get_operation_id()
        prefix = self.view.id_prefix
        return f"{prefix}_{own.partition('_')[2]}" if prefix else own

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        """``WorkBlurbOut`` is WorkBlurb to clients; requests get a word of their own behind."""
        name = type(serializer).__name__
        return name.removesuffix("Out") if name.endswith("Out") else name.removesuffix("In")

    def get_tags(self) -> list[str]:
        """The first part of the address."""
        parts = [part for part in self.path.split("/") if part not in ("", "api", "v1")]
        return [parts[0] if parts and not parts[0].startswith("{") else "root"]

    def _handler(self) -> Any:
        return getattr(self.view, self.method.lower(), None)

    def _problem_statuses(self) -> set[int]:
        handler = self._handler()
        found = {400, 401, 406, 429, *getattr(handler, "api_problems", ())}
        form = self.view.parameters.get(self.method, ParameterForm)
        if "{" in self.path or issubclass(form, PageForm):
            found.add(404)
        if self.view.scopes.get(self.method) or self.method not in SAFE_METHODS:
            found.add(403)
        if self.method not in SAFE_METHODS:
            found |= {409, 413, 415}
        if getattr(handler, "api_conditional", False):
            found.add(412)
        if getattr(handler, "api_partial", False):
            found.add(416)
        return found

    def _header_parameters(self) -> list[OpenApiParameter]:
        found = [_idempotency_key()] if self.method == "POST" else []
        if getattr(self._handler(), "api_partial", False):
            found.append(
                _header("Range", "One range of bytes, to go on where it broke off.", "bytes=1024-")
            )
        if not getattr(self._handler(), "api_conditional", False):
            return found
        name, text = (
            ("If-None-Match", "ETag of the representation the caller has; 304 if it is current.")
            if self.method in SAFE_METHODS
            else ("If-Match", "ETag of the version the caller changes; 412 if it is not current.")
        )
        return [*found, _header(name, text, '"work12.5.9f3c1e02a7b64d18"')]


class BearerKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """API keys in the header."""

    target_class = "archive.accounts.authentication.BearerKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """The scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal API key, made under /account/ or at /me/keys/.",
        }


def describe(form: type[ParameterForm]) -> list[OpenApiParameter]:
    """The parameters of a form."""
    fields: Mapping[str, Any] = form.base_fields
    return [
        _parameter(name, field) for name, field in fields.items() if isinstance(field, Parameter)
    ]


def _parameter(name: str, field: Parameter) -> OpenApiParameter:
    schema: dict[str, Any] = dict(field.schema)
    explode = None
    example = field.example
    if isinstance(field, ListParameter):
        words = [*field.allowed, "all"] if field.all_of else list(field.allowed)
        schema, explode = {"type": "array", "items": {"type": "string", "enum": words}}, False
        example = str(example).split(",")
    elif field.repeated:
        schema, explode = {"type": "array", "items": schema}, True
    examples = [OpenApiExample("Example", value=example)] if example not in ("", None) else []
    return OpenApiParameter(
        name,
        type=schema,
        location=OpenApiParameter.QUERY,
        required=field.required,
        description=str(field.help_text),
        explode=explode,
        style="form" if explode is not None else None,
        examples=examples,
    )


def _header(name: str, text: str, example: str, schema: Any = str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        type=schema,
        location=OpenApiParameter.HEADER,
        description=text,
        examples=[OpenApiExample("Example", value=example)],
    )


def _idempotency_key() -> OpenApiParameter:
    return _header(
        HEADER,
        "A word of the caller's own, such as a UUID. The same request with the same key acts once "
        "and gets the same answer again, for 24 hours.",
        "6c1b1b0e-3f5d-4f6a-9a55-0f4f3f1f7a10",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    )


def _path_part(name: str) -> OpenApiParameter:
    description, schema, example = _PATH_PARTS[name]
    return OpenApiParameter(
        name,
        type=schema,
        location=OpenApiParameter.PATH,
        description=description,
        examples=[OpenApiExample("Example", value=example)],
    )


def _problem_response(status: int, reference: Mapping[str, Any]) -> dict[str, Any]:
    description, code, detail = _PROBLEMS.get(
        status, (HTTPStatus(status).phrase, "request.invalid", HTTPStatus(status).phrase)
    )
    example = problem(status, code, detail)
    return {
        "description": description,
        "content": {
            PROBLEM_TYPE: {
                "schema": dict(reference),
                "examples": {"Example": {"value": example}},
            }
        },
    }
