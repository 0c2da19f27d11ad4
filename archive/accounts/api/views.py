"""The caller's API keys: listed, made, revoked."""

from typing import Any, ClassVar

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.models import ApiKey, User
from archive.accounts.services import (
    active_api_keys,
    create_api_key,
    parse_scopes,
    revoke_api_key,
)
from archive.core.api.fields import In, Out, TextField, envelope, sparse
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.errors import NotAllowed, SignInRequired
from archive.core.parameters import PageForm
from archive.core.viewer import SCOPES

_EXAMPLE = {
    "id": 2,
    "url": "https://archive.example/api/v1/me/keys/2/",
    "web_url": "https://archive.example/account/",
    "name": "reading list script",
    "prefix": "3f9a1c2e7b10",
    "scopes": ["read"],
    "created_at": "2024-05-01T10:00:00Z",
    "expires_at": None,
    "last_used_at": "2024-05-02T08:30:00Z",
}


class KeyOut(Out):
    """A key; its secret part is shown once, when it is made."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="Where it is revoked.")
    web_url = serializers.URLField(help_text="The page of the account.")
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the key begins, after uc_.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, key: ApiKey) -> str:
        """The address under which it is revoked."""
        return self.links.api("me-key", key.pk)

    def get_web_url(self, key: ApiKey) -> str:
        """The page on which it stands."""
        return f"{self.links.base}{reverse('account')}"


class NewKeyOut(KeyOut):
    """A new key with its text, shown this once."""

    sparse = False

    key = serializers.CharField(help_text="Send it as `Authorization: Bearer KEY`.")

    def get_key(self, key: ApiKey) -> str:
        """The whole key."""
        secret: str = self.context["key"]
        return secret


class KeyIn(In):
    """A key to be made."""

    name = TextField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES), required=False, max_length=len(SCOPES)
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


@sparse(KeyOut)
class KeyListParams(PageForm):
    """The parameters of the list of keys."""


class Keys(ApiView):
    """The caller's keys."""

    parameters: ClassVar[Any] = {"GET": KeyListParams}
    scopes: ClassVar[Any] = {"GET": "read", "HEAD": "read", "POST": "write"}
    posts_secret = True

    @operation(
        id="me_keys_list",
        summary="Your API keys",
        description="Those that are neither revoked nor expired.",
        answer=envelope(KeyOut),
        example={"count": 1, "next": None, "previous": None, "results": [_EXAMPLE]},
    )
    def get(self, request: Request) -> Response:
        """A page of keys."""
        page = self.params["page"]
        keys, total = fetch_page(active_api_keys(caller(request)), page)
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        results = KeyOut(context=context).present_all(keys)
        return Response(enveloped(self.http, self.links, page, total, results))

    @operation(
        id="me_keys_create",
        summary="Make an API key",
        description="Its text is in this answer alone. A key makes no key that may do more, or "
        "lives longer, than itself.",
        request=KeyIn,
        request_example={"name": "reading list script", "scopes": ["read"]},
        answer=NewKeyOut,
        status=201,
        example={**_EXAMPLE, "key": "uc_3f9a1c2e7b10_…"},
    )
    def post(self, request: Request) -> Response:
        """The new key."""
        values = KeyIn.values_of(request.data)
        scopes = parse_scopes(values.get("scopes", ()))
        self._refuse_more(request, scopes, values.get("expires_at"))
        row, key = create_api_key(
            user=caller(request),
            name=values["name"],
            scopes=scopes,
            expires_at=values.get("expires_at"),
        )
        context = {"viewer": self.viewer, "links": self.links, "key": key}
        response = Response(NewKeyOut(context=context).present(row), status=201)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _refuse_more(self, request: Request, scopes: list[str], expires_at: Any) -> None:
        """A key cannot give away what it has not: neither a scope nor a longer life."""
        missing = [scope for scope in scopes if scope not in self.viewer.scopes]
        if missing:
            raise NotAllowed(
                f"This key has no scope {', '.join(missing)}, so it cannot give it away.",
                code="scope.missing",
            )
        own = request.auth
        ends = own.expires_at if isinstance(own, ApiKey) else None
        if ends is not None and (expires_at is None or expires_at > ends):
            raise NotAllowed(
                "A key that expires cannot make one that lives longer.", code="key.outlives"
            )


class KeyDetail(ApiView):
    """One key."""

    scopes: ClassVar[Any] = {"DELETE": "write"}

    @operation(
        id="me_keys_delete",
        summary="Revoke a key",
        description="It stops working at once.",
        status=204,
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say."""
        revoke_api_key(user=caller(request), key_id=pk)
        return Response(status=204)


def caller(request: Request) -> User:
    """The account of a request whose scope was checked. Raises SignInRequired."""
    if not isinstance(request.user, User):
        raise SignInRequired("Sign in, or send an API key.")
    return request.user
