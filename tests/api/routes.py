"""Every operation of the API as the description names it, with ids of objects that are there."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import resolve

from archive.accounts.models import User
from archive.core.api.docs import schema_document
from catalog.models import Kind, SavedSearch
from tests.factories import make_creator, make_series, make_tag, make_work

PREFIX = "/api/v1/"


@dataclass(frozen=True)
class Route:
    """One operation: ``fields`` are those of its JSON body, None where it takes none."""

    method: str
    path: str
    fields: frozenset[str] | None

    @property
    def name(self) -> str:
        """For the report."""
        return f"{self.method} {self.path.removeprefix(PREFIX)}"

    def view(self, ids: dict[str, int]) -> Any:
        """The view class."""
        return resolve(self.address(ids)).func.view_class  # type: ignore[attr-defined]

    def scope(self, ids: dict[str, int]) -> str:
        """The scope that a key needs."""
        return str(self.view(ids).scopes.get(self.method, ""))

    def address(self, ids: dict[str, int]) -> str:
        """The path with ids."""
        segment = self.path.removeprefix(PREFIX).split("/")[0]
        kind = {"moderation": "works"}.get(segment, segment)
        given = {
            "id": str(ids.get(kind, ids["tags"])),
            "position": "1",
            "extension": "txt",
            "name": "works-20240301T030000Z.ndjson.gz",
        }
        if self.path.endswith("saved-searches/{id}/"):
            given["id"] = str(ids["searches"])
        if self.path.endswith("me/keys/{id}/"):
            given["id"] = str(ids["keys"])
        return re.sub(r"\{(\w+)\}", lambda match: given[match[1]], self.path)


def routes() -> Iterator[Route]:
    """All operations."""
    schema = json.loads(schema_document("json"))
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "patch", "put", "delete"):
                yield Route(method.upper(), path, _fields(schema, operation))


def _fields(schema: dict[str, Any], operation: dict[str, Any]) -> frozenset[str] | None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    found = content["schema"]
    if "$ref" in found:
        found = schema["components"]["schemas"][found["$ref"].rpartition("/")[2]]
    return frozenset(found.get("properties", ()))


def make_objects(user: User) -> dict[str, int]:
    """One object of each sort, all of this user; ids by the first part of their address."""
    work = make_work("Mine", creators=[make_creator("My pen", user)])
    series = make_series(work)
    tag = make_tag(Kind.FREEFORM, "Slow Burn")
    search = SavedSearch.objects.create(user=user, name="Mine", query="q=lamp")
    of_kinds = {
        f"{kind}s": make_tag(kind, f"A {kind}").pk
        for kind in ("fandom", "character", "relationship", "freeform", "warning", "rating")
    }
    key = user.api_keys.create(name="other", prefix="0123456789ab", digest="x", scopes=["read"])
    return {
        **of_kinds,
        "categories": make_tag(Kind.CATEGORY, "A category").pk,
        "media": make_tag(Kind.MEDIA, "A medium").pk,
        "works": work.pk,
        "chapters": work.chapters.unscoped("test").get().pk,
        "series": series.pk,
        "tags": tag.pk,
        "creators": work.creatorships.get().creator_id,
        "searches": search.pk,
        "keys": key.pk,
        "reports": 1,
    }
