"""From a user to the Viewer that reads and writes are given."""

from collections.abc import Iterable
from dataclasses import replace

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from archive.accounts.models import User
from archive.core.blocked import blocked_of
from archive.core.viewer import ANONYMOUS, ROLES, SCOPES, Viewer


def viewer_of(
    user: AbstractBaseUser | AnonymousUser | None, scopes: Iterable[str] = SCOPES
) -> Viewer:
    """The viewer for a user; one statement for the roles where the user came without them."""
    if not isinstance(user, User) or not user.is_active:
        return ANONYMOUS
    roles = user.known_roles
    if roles is None:
        roles = frozenset(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    return Viewer(
        user_id=user.pk,
        username=user.username,
        roles=roles,
        is_superuser=user.is_superuser,
        scopes=frozenset(scopes),
    )


def guest_of(request: HttpRequest) -> Viewer:
    """An anonymous viewer, with the tags that this browser keeps out of its lists."""
    blocked = blocked_of(request)
    return replace(ANONYMOUS, blocked=blocked) if blocked else ANONYMOUS
