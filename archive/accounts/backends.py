"""How a session's user is fetched: with the roles, so that a page spends no statement on them."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef

from archive.accounts.models import User
from archive.core.viewer import ROLES


class MemberBackend(ModelBackend):
    """Django's own backend; only the fetch of a session's user differs."""

    def get_user(self, user_id: Any) -> User | None:
        """The active user with ``known_roles`` at hand, or None: one statement."""
        roles = Group.user_set.through.objects.filter(user_id=OuterRef("pk"))
        held = {f"in_{role}": Exists(roles.filter(group__name=role)) for role in ROLES}
        user = User.objects.filter(pk=user_id).annotate(**held).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.known_roles = frozenset(role for role in ROLES if getattr(user, f"in_{role}"))
        return user
