"""The caller's own things: profile, blocked tags, saved searches."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.models import User
from archive.core.api.fields import In, NameOrIdField, Out, TextField, envelope, sparse
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.errors import SignInRequired
from archive.core.parameters import PageForm, ParameterForm
from catalog.api.serializers.common import IdNameOut
from catalog.api.serializers.tags import TagChoiceOut
from catalog.models import BlockedTag, Creator, SavedSearch
from catalog.services.preferences import delete_search, save_search, set_blocked_tags

_EXAMPLE_SEARCH = {
    "id": 4,
    "name": "Long and finished",
    "query": "words=%3E%3D50000&complete=true",
    "url": "https://archive.example/api/v1/works/?words=%3E%3D50000&complete=true",
    "web_url": "https://archive.example/works/?words=%3E%3D50000&complete=true",
    "created_at": "2024-05-01T10:00:00Z",
}
_EXAMPLE_TAG = {
    "id": 45,
    "url": "https://archive.example/api/v1/tags/45/",
    "web_url": "https://archive.example/tags/45-slow-burn/",
    "name": "Slow Burn",
    "kind": "freeform",
    "status": "canonical",
    "canonical": {"id": 45, "name": "Slow Burn"},
}


class MeOut(Out):
    """Who the caller is, and what the key or session may do."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField()
    web_url = serializers.URLField(help_text="The page of the account.")
    username = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    roles = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(child=serializers.CharField())
    is_admin = serializers.BooleanField()
    creators = IdNameOut(many=True, help_text="Own pen names.")
    joined_at = serializers.DateTimeField(source="date_joined")
    keys = serializers.URLField()
    blocked_tags = serializers.URLField()
    saved_searches = serializers.URLField()

    def get_url(self, user: User) -> str:
        """This address."""
        return self.links.api("me")

    def get_web_url(self, user: User) -> str:
        """The page of the account."""
        return f"{self.links.base}{reverse('account')}"

    def get_roles(self, user: User) -> list[str]:
        """What the account may do."""
        return sorted(self.viewer.roles)

    def get_scopes(self, user: User) -> list[str]:
        """What the key in use may do."""
        return sorted(self.viewer.scopes)

    def get_is_admin(self, user: User) -> bool:
        """By the account and by the key."""
        return self.viewer.is_admin

    def get_creators(self, user: User) -> list[dict[str, Any]]:
        """Own pen names."""
        names = Creator.objects.filter(user_id=user.pk).order_by("pk")
        return [{"id": row.pk, "name": row.name} for row in names]

    def get_keys(self, user: User) -> str:
        """Where the keys are."""
        return self.links.api("me-keys")

    def get_blocked_tags(self, user: User) -> str:
        """Where the blocked tags are."""
        return self.links.api("me-blocked-tags")

    def get_saved_searches(self, user: User) -> str:
        """Where the saved searches are."""
        return self.links.api("me-saved-searches")


class BlockedTagsOut(serializers.Serializer):
    """Tags whose works leave all lists of the caller."""

    tags = TagChoiceOut(many=True)


class BlockedTagsIn(In):
    """All tags to be blocked, by id or name."""

    tags = serializers.ListField(child=NameOrIdField(), max_length=1_000)


class SavedSearchOut(Out):
    """A query of the works list under a name."""

    sparse = True

    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField(allow_blank=True, help_text="A query string, in normal form.")
    url = serializers.URLField(help_text="What it finds.")
    web_url = serializers.URLField(help_text="The page of what it finds.")
    created_at = serializers.DateTimeField()

    def get_url(self, search: SavedSearch) -> str:
        """The list that it stands for."""
        return f"{self.links.api('work-list')}?{search.query}"

    def get_web_url(self, search: SavedSearch) -> str:
        """The page of the list."""
        return f"{self.links.base}{reverse('works')}?{search.query}"


class SavedSearchIn(In):
    """A search to be kept."""

    name = TextField(max_length=1_000)
    query = TextField(allow_blank=True, help_text="A query string or address of the works list.")


@sparse(MeOut)
class MeParams(ParameterForm):
    """The parameters of the caller."""


@sparse(SavedSearchOut)
class SavedSearchListParams(PageForm):
    """The parameters of the list of saved searches."""


class Me(ApiView):
    """The caller."""

    parameters: ClassVar[Any] = {"GET": MeParams}
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
            "web_url": "https://archive.example/account/",
            "keys": "https://archive.example/api/v1/me/keys/",
            "blocked_tags": "https://archive.example/api/v1/me/blocked-tags/",
            "saved_searches": "https://archive.example/api/v1/me/saved-searches/",
        },
    )
    def get(self, request: Request) -> Response:
        """The profile."""
        if not isinstance(request.user, User):
            raise SignInRequired("Sign in, or send an API key.")
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        return Response(MeOut(context=context).present(request.user))


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
        values = BlockedTagsIn.values_of(request.data)
        set_blocked_tags(actor=self.viewer, tags=values["tags"])
        return Response(self._tags())

    def _out(self) -> TagChoiceOut:
        return TagChoiceOut(context={"viewer": self.viewer, "links": self.links})

    def _tags(self) -> dict[str, Any]:
        rows = BlockedTag.objects.filter(user_id=self.user_id).order_by("pk")
        tags = [row.tag for row in rows.select_related("tag__synonym_of")]
        return {"tags": self._out().present_all(tags)}


class SavedSearches(ApiView):
    """Searches that the caller keeps."""

    parameters: ClassVar[Any] = {"GET": SavedSearchListParams}
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
        results = self._out(self.params["fields"]).present_all(searches)
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
        values = SavedSearchIn.values_of(request.data)
        search = save_search(actor=self.viewer, name=values["name"], query=values["query"])
        return Response(self._out().present(search), status=201)

    def _out(self, only: Collection[str] = ()) -> SavedSearchOut:
        context = {"viewer": self.viewer, "links": self.links, "only": only}
        return SavedSearchOut(context=context)


class SavedSearchDetail(ApiView):
    """One saved search."""

    scopes: ClassVar[Any] = {"DELETE": "write"}

    @operation(id="me_saved_searches_delete", summary="Forget a saved search", status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say."""
        delete_search(actor=self.viewer, search_id=pk)
        return Response(status=204)
