"""``Authorization: Bearer KEY`` for the API."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from archive.accounts.models import ApiKey, User
from archive.accounts.services import find_api_key
from archive.accounts.viewers import viewer_of
from archive.core.requests import set_viewer


class BearerKeyAuthentication(BaseAuthentication):
    """Signs in by an API key; the key's scopes narrow what the user's roles allow."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The user and the key, None without such a header. Raises AuthenticationFailed."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Use `Authorization: Bearer KEY` with one key.")
        row = find_api_key(parts[1].decode("latin-1"))
        if row is None:
            raise AuthenticationFailed("This API key is unknown, expired or revoked.")
        set_viewer(request._request, viewer_of(row.user, row.scopes))
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return 'Bearer realm="api"'
