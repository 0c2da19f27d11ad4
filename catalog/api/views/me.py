"""The caller's own things: profile, blocked tags, saved searches."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.models import User
from archive.core.api.fields import In, NameOrIdField, Out, TextField, envelope, iso_time
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.errors import FieldError, SignInRequired
from archive.core.parameters import PageForm, raise_faults
from catalog.api.serializers.common import IdNameOut
from catalog.api.serializers.tags import TagChoiceOut
from catalog.models import BlockedTag, Creator, SavedSearch
from catalog.services.preferences import delete_search, save_search, set_blocked_tags

_EXAMPLE_SEARCH = {
    "id": 4,
    "name": "Long and finished",
    "query": "words=%3E%3D50000&complete=true",
    "url": "https://archive.example/api/v1/works/?words=%3E%3D50000&complete=true",
    "created_at": "2024-05-01T10:00:00Z",
}
_EXAMPLE_TAG = {
    "id": 45,
    "name": "Slow Burn",
    "kind": "freeform",
    "status": "canonical",
    "canonical": {"id": 45, "name": "Slow Burn"},
}


class MeOut(serializers.Serializer):
    """Who the caller is, and what the key or session may do."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    roles = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(child=serializers.CharField())
    is_admin = serializers.BooleanField()
    creators = IdNameOut(many=True, help_text="Own pen names.")
    joined_at = serializers.DateTimeField()
    url = serializers.URLField()
    keys = serializers.URLField()
    blocked_tags = serializers.URLField()
    saved_searches = serializers.URLField()


class BlockedTagsOut(serializers.Serializer):
    """Tags whose works leave all lists of the caller."""

    tags = TagChoiceOut(many=True)


class BlockedTagsIn(In):
    """All tags to be blocked, by id or name."""

    tags = serializers.ListField(child=NameOrIdField(), max_length=1_000)


class SavedSearchOut(Out):
    """A query of the works list under a name."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField(allow_blank=True, help_text="A query string, in normal form.")
    url = serializers.URLField(help_text="What it finds.")
    created_at = serializers.DateTimeField()

    def get_url(self, search: SavedSearch) -> str:
        """The list that it stands for."""
        return f"{self.links.api('work-list')}?{search.query}"


class SavedSearchIn(In):
    """A search to be kept."""

    name = TextField(max_length=1_000)
    query = TextField(allow_blank=True, help_text="A query string or address of the works list.")


class Me(ApiView):
    """The caller."""

    scopes: ClassVar[Any] = {"GET": "read", "HEAD": "read"}

    @operation(
        id="me_retrieve",
        summary="Who you are",
        answer=MeOut,
        example={
            "id": 5,
            "username": "ozfan",
            "email": "",
            "roles": ["wranglers"],
            "scopes": ["read", "write"],
            "is_admin": False,
            "creators": [{"id": 3, "name": "Ozfan"}],
            "joined_at": "2024-01-05T09:00:00Z",
            "url": "https://archive.example/api/v1/me/",
            "keys": "https://archive.example/api/v1/me/keys/",
            "blocked_tags": "https://archive.example/api/v1/me/blocked-tags/",
            "saved_searches": "https://archive.example/api/v1/me/saved-searches/",
        },
    )
    def get(self, request: Request) -> Response:
        """The profile."""
        viewer, user = self.viewer, request.user
        if not isinstance(user, User):
            raise SignInRequired("Sign in, or send an API key.")
        names = Creator.objects.filter(user_id=self.user_id).order_by("pk")
        return Response(
            {
                "id": viewer.user_id,
                "username": viewer.username,
                "email": user.email,
                "roles": sorted(viewer.roles),
                "scopes": sorted(viewer.scopes),
                "is_admin": viewer.is_admin,
                "creators": [{"id": row.pk, "name": row.name} for row in names],
                "joined_at": iso_time(user.date_joined),
                "url": self.links.api("me"),
                "keys": self.links.api("me-keys"),
                "blocked_tags": self.links.api("me-blocked-tags"),
                "saved_searches": self.links.api("me-saved-searches"),
            }
        )


class BlockedTags(ApiView):
    """Tags that the caller never wants to see in lists."""

    scopes: ClassVar[Any] = {"GET": "read", "HEAD": "read", "PUT": "write"}

    @operation(
        id="me_blocked_tags_list",
        summary="Tags you block",
        description="Works found under them leave all your lists, counts and feeds.",
        answer=BlockedTagsOut,
        example={"tags": [_EXAMPLE_TAG]},
    )
    def get(self, request: Request) -> Response:
        """The tags."""
        return Response(self._tags())

    @operation(
        id="me_blocked_tags_update",
        summary="Block exactly these tags",
        description="By id or name; a blocked tag covers its synonyms and narrower tags.",
        request=BlockedTagsIn,
        request_example={"tags": ["Major Character Death", 45]},
        answer=BlockedTagsOut,
        example={"tags": [_EXAMPLE_TAG]},
    )
    def put(self, request: Request) -> Response:
        """The tags that are blocked from now on."""
        values = read_all(BlockedTagsIn, request.data)
        set_blocked_tags(actor=self.viewer, tags=values["tags"])
        return Response(self._tags())

    def _tags(self) -> dict[str, Any]:
        rows = BlockedTag.objects.filter(user_id=self.user_id).order_by("pk")
        tags = [row.tag for row in rows.select_related("tag__synonym_of")]
        return {"tags": TagChoiceOut(context={}).present_all(tags)}


class SavedSearches(ApiView):
    """Searches that the caller keeps."""

    parameters: ClassVar[Any] = {"GET": PageForm}
    scopes: ClassVar[Any] = {"GET": "read", "HEAD": "read", "POST": "write"}

    @operation(
        id="me_saved_searches_list",
        summary="Your saved searches",
        answer=envelope(SavedSearchOut),
        example={"count": 1, "next": None, "previous": None, "results": [_EXAMPLE_SEARCH]},
    )
    def get(self, request: Request) -> Response:
        """A page of searches."""
        page = self.params["page"]
        rows = SavedSearch.objects.filter(user_id=self.user_id).order_by("name", "pk")
        searches, total = fetch_page(rows, page)
        results = self._out().present_all(searches)
        return Response(enveloped(self.http, self.links, page, total, results))

    @operation(
        id="me_saved_searches_create",
        summary="Save a search",
        description="Ages such as updated=<7days are kept as written, so they move on.",
        request=SavedSearchIn,
        request_example={"name": "Long and finished", "query": "words=>50000&complete=true"},
        answer=SavedSearchOut,
        status=201,
        example=_EXAMPLE_SEARCH,
    )
    def post(self, request: Request) -> Response:
        """The saved search."""
        values = read_all(SavedSearchIn, request.data)
        search = save_search(actor=self.viewer, name=values["name"], query=values["query"])
        return Response(self._out().present(search), status=201)

    def _out(self) -> SavedSearchOut:
        return SavedSearchOut(context={"viewer": self.viewer, "links": self.links})


class SavedSearchDetail(ApiView):
    """One saved search."""

    scopes: ClassVar[Any] = {"DELETE": "write"}

    @operation(id="me_saved_searches_delete", summary="Forget a saved search", status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say."""
        delete_search(actor=self.viewer, search_id=pk)
        return Response(status=204)


def read_all(body: type[In], data: Any) -> dict[str, Any]:
    """The values of a body. Raises InvalidInput with every fault."""
    faults: list[FieldError] = []
    values = body().read(data, faults)
    raise_faults(faults)
    return values
