"""Dumps of the public catalogue: what there is, and the files."""

import base64
from datetime import UTC
from typing import Any, ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import Out, envelope, sparse
from archive.core.api.lists import enveloped
from archive.core.api.ranges import send_file
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.paging import check_within
from archive.core.parameters import PageForm
from catalog.services.dumps import MEDIA_TYPE, Dump, find_dump, published

_CHECKSUM = ".sha256"
_EXAMPLE = {
    "id": 202_403_010_300_000,
    "url": "https://archive.example/api/v1/dumps/works-20240301T030000Z.ndjson.gz",
    "web_url": "https://archive.example/api/v1/dumps/works-20240301T030000Z.ndjson.gz",
    "checksum_url": "https://archive.example/api/v1/dumps/works-20240301T030000Z.ndjson.gz.sha256",
    "name": "works-20240301T030000Z.ndjson.gz",
    "created_at": "2024-03-01T03:00:00Z",
    "size": 48_210_113,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "works": 100_000,
    "texts": False,
    "cursor": "9f3c1e02.1042",
}


class DumpOut(Out):
    """A dump: NDJSON, compressed; one work a line, as `/works/{id}/` sends it to a guest."""

    sparse = True

    id = serializers.IntegerField(help_text="Made from its time.")
    url = serializers.URLField(help_text="The file; it can be taken in ranges.")
    web_url = serializers.URLField(help_text="The file.")
    checksum_url = serializers.URLField(help_text="For `sha256sum -c`.")
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField(help_text="Of the file, in hexadecimal.")
    works = serializers.IntegerField(help_text="How many lines there are.")
    texts = serializers.BooleanField(source="has_texts", help_text="As with `include=text`.")
    cursor = serializers.CharField(help_text="Where `/sync/works/` goes on from this dump.")

    def get_id(self, dump: Dump) -> int:
        """Its second, and whether it has texts: two dumps differ in one of them."""
        return int(f"{dump.created_at.astimezone(UTC):%Y%m%d%H%M%S}{dump.has_texts:d}")

    def get_url(self, dump: Dump) -> str:
        """The file."""
        return f"{self.links.api('dump-list')}{dump.name}"

    def get_web_url(self, dump: Dump) -> str:
        """The file."""
        return self.get_url(dump)

    def get_checksum_url(self, dump: Dump) -> str:
        """The line for ``sha256sum``."""
        return f"{self.get_url(dump)}{_CHECKSUM}"


@sparse(DumpOut)
class DumpListParams(PageForm):
    """The parameters of the list of dumps."""


class Dumps(ApiView):
    """Dumps."""

    parameters: ClassVar[Any] = {"GET": DumpListParams}

    @operation(
        id="dumps_list",
        summary="Dumps of the catalogue",
        description="All public works in one file, made each night; the newest first. To mirror "
        "the catalogue, take the newest and go on with its `cursor` at `/sync/works/`: works that "
        "were withdrawn since are `delete` there.",
        answer=envelope(DumpOut),
        example={"count": 1, "next": None, "previous": None, "results": [_EXAMPLE]},
        tag="sync",
    )
    def get(self, request: Request) -> Response:
        """A page of dumps."""
        page, dumps = self.params["page"], published()
        check_within(page, len(dumps))
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        results = DumpOut(context=context).present_all(dumps[page.offset : page.offset + page.size])
        return Response(enveloped(self.http, self.links, page, len(dumps), results))


class DumpFile(ApiView):
    """One dump, or the line with its checksum."""

    rates: ClassVar[Any] = {"GET": ("download",), "HEAD": ("download",)}

    @operation(
        id="dumps_download",
        summary="Download a dump",
        description="The file. A download that broke off goes on with `Range`. With `.sha256` "
        "behind the name: the checksum, for `sha256sum -c`.",
        files={MEDIA_TYPE: "NDJSON, compressed", "text/plain": "checksum"},
        partial=True,
        conditional=True,
        tag="sync",
    )
    def get(self, request: Request, name: str) -> HttpResponseBase:
        """The file, a range of it, or 304."""
        dump = find_dump(name.removesuffix(_CHECKSUM))
        if name.endswith(_CHECKSUM):
            line = f"{dump.sha256}  {dump.name}\n"
            return HttpResponse(line, content_type="text/plain; charset=utf-8")
        etag = f'"{dump.sha256}"'
        unchanged = self.conditional(etag, dump.created_at)
        if unchanged is not None:
            return unchanged
        response = send_file(self.http, dump.path, media_type=MEDIA_TYPE, etag=etag)
        response.headers["Content-Disposition"] = f'attachment; filename="{dump.name}"'
        digest = base64.b64encode(bytes.fromhex(dump.sha256)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
        return response
