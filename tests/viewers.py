"""The named viewers of the tests."""

from django.contrib.auth.models import Group

from archive.accounts.models import User
from archive.accounts.services import create_api_key
from archive.accounts.viewers import viewer_of
from archive.core.viewer import SCOPES, Viewer
from tests.factories import make_user


def user_with_roles(username: str, *roles: str, superuser: bool = False) -> User:
    """An account in these roles."""
    user = make_user(username, is_superuser=superuser, is_staff=bool(roles) or superuser)
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def viewer_with_roles(username: str, *roles: str, superuser: bool = False) -> Viewer:
    """The viewer of such an account."""
    return viewer_of(user_with_roles(username, *roles, superuser=superuser))


def bearer(user: User, *scopes: str) -> dict[str, str]:
    """Client arguments that send a fresh key of the user; all scopes unless named."""
    _, key = create_api_key(user=user, name="test", scopes=scopes or SCOPES)
    return {"HTTP_AUTHORIZATION": f"Bearer {key}"}
