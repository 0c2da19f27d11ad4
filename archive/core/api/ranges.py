"""Large files that can be taken in pieces: one range of bytes at a time (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from archive.core.errors import DomainError

_RANGE = re.compile(r"\Abytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})\Z")
_CHUNK = 1 << 16


class RangeNotThere(DomainError):
    """The range begins behind the end of the file (416)."""

    status = 416
    default_code = "range.not_there"


def send_file(request: HttpRequest, path: Path, *, media_type: str, etag: str) -> HttpResponseBase:
    """The file, or the range of it that was asked for. Raises RangeNotThere.

    Several ranges, and what is no range, are answered with the whole file, as the standard allows;
    so is a range with an ``If-Range`` that does not hold.
    """
    size = path.stat().st_size
    asked = _asked(request, size, etag)
    first, last = asked or (0, size - 1)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=media_type)
    else:
        response = StreamingHttpResponse(_read(path, first, last), content_type=media_type)
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    if asked:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _asked(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    match = _RANGE.match(request.headers.get("Range", "").replace(" ", ""))
    if match is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match["first"], match["last"]
    if not first:
        if not last:
            return None
        # The last so many bytes.
        start, end = max(0, size - int(last)), size - 1
        is_there = int(last) > 0 and size > 0
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
        is_there = start < size
    if not is_there:
        raise RangeNotThere(f"The file has {size:,} bytes; ask for a range within them.")
    return start, end


def _read(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as file:
        file.seek(first)
        while left > 0:
            chunk = file.read(min(_CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
