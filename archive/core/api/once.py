"""``Idempotency-Key`` on POST: reading what was asked, giving a kept answer again."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api import conditional
from archive.core.client_address import client_network
from archive.core.idempotency import Answer, Claim, answer_once, check_key
from archive.core.viewer import Viewer

META = "HTTP_IDEMPOTENCY_KEY"
REPEATED = "Idempotency-Replayed"
_KEPT_HEADERS = ("Location", "ETag", "Last-Modified", "Cache-Control")
Handler = Callable[..., Response]


def once(
    handler: Handler, viewer: Viewer, *, is_long: bool, keeps_body: bool, validators: Any
) -> Handler:
    """A handler of POST that acts once for each key of a caller.

    ``validators`` gives the ETag and time that the view found, once it has answered.
    """

    def handle(request: Request, *args: Any, **kwargs: Any) -> Response:
        http = request._request
        scope = f"net:{client_network(http)}" if viewer.is_anonymous else f"user:{viewer.user_id}"
        claim = Claim(
            scope=scope,
            key=check_key(http.META[META]),
            fingerprint=fingerprint(request),
            is_long=is_long,
            keeps_body=keeps_body,
        )

        def act() -> Answer:
            response = handler(request, *args, **kwargs)
            found = validators()
            if found is not None:
                conditional.stamp(response, *found)
            headers = {
                name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
            }
            return Answer(response.status_code, response.data, headers)

        answer = answer_once(claim, act)
        response = Response(answer.data, status=answer.status, headers=dict(answer.headers))
        if answer.is_repeated:
            response.headers[REPEATED] = "true"
        return response

    return handle


def fingerprint(request: Request) -> str:
    """The SHA-256 of method, address, media type and body; of forms, of their fields and files."""
    http = request._request
    media_type, _, _ = (http.content_type or "").partition(";")
    head = f"{http.method} {http.get_full_path()} {media_type}\0".encode()
    parts = [hashlib.sha256(part).digest() for part in _parts(request, media_type)]
    return hashlib.sha256(b"".join([head, *parts])).hexdigest()


def _parts(request: Request, media_type: str) -> Iterator[bytes]:
    if media_type != "multipart/form-data":
        yield request._request.body
        return
    # The boundary between the parts of a form is another one each time it is sent.
    form: Any = request.data
    for name, values in sorted(form.lists()):
        for value in values:
            yield name.encode()
            yield _content(value)


def _content(value: object) -> bytes:
    if not isinstance(value, UploadedFile):
        return str(value).encode()
    file: Any = value.file
    digest = hashlib.file_digest(file, "sha256").digest()
    value.seek(0)
    return str(value.name).encode() + digest
