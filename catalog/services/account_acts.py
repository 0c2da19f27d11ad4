"""Acts on accounts: suspend and reinstate them, give and take roles; each with a reason, logged."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from archive.accounts.models import ApiKey, User
from archive.accounts.security_log import record
from archive.core.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from archive.core.said import say
from archive.core.viewer import ROLES, Viewer
from catalog.services.log import log_action
from catalog.services.moderation import require_moderator, require_reason
from catalog.services.notices import notify

ADMIN = "admin"


def end_sessions(user: User) -> None:
    """End every session of an account, the one at hand too when it is one's own."""
    User.objects.filter(pk=user.pk).update(sessions_epoch=F("sessions_epoch") + 1)
    user.refresh_from_db(fields=["sessions_epoch"])


@transaction.atomic
def suspend_account(
    *, actor: Viewer, user_id: int, reason: str, request: HttpRequest | None = None
) -> User:
    """Close an account: it cannot sign in, its sessions and its keys end. Its works stay.

    Moderators suspend people without a role, admins anybody but themselves. Raises NotAllowed,
    NotFound, Conflict.
    """
    user = _lock(actor, user_id, reason)
    if not user.is_active:
        raise Conflict(say("The account is suspended already."), code="account.suspended")
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    now = timezone.now()
    ended = ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    _note(actor, user, "account.suspend", reason, {"active": True}, {"active": False})
    record("account.suspended", request=request, user=user, detail=f"keys ended: {ended}")
    return user


@transaction.atomic
def reinstate_account(
    *, actor: Viewer, user_id: int, reason: str, request: HttpRequest | None = None
) -> User:
    """Open a suspended account again; its old sessions and keys stay ended."""
    user = _lock(actor, user_id, reason)
    if user.is_active:
        raise Conflict(say("The account is not suspended."), code="account.active")
    user.is_active = True
    user.save(update_fields=["is_active"])
    _note(actor, user, "account.reinstate", reason, {"active": False}, {"active": True})
    record("account.reinstated", request=request, user=user)
    return user


@transaction.atomic
def set_roles(
    *,
    actor: Viewer,
    user_id: int,
    roles: frozenset[str],
    reason: str,
    request: HttpRequest | None = None,
) -> User:
    """Give an account exactly these roles, ``admin`` among them for superusers; its sessions end.

    By admins, never for themselves, so that nobody locks the archive or widens a stolen session.
    The face has asked for the actor's password. Raises NotAllowed, NotFound, InvalidInput.
    """
    if not actor.is_admin:
        raise NotAllowed(say("Only admins give and take roles."), code="role.missing")
    reason = require_reason(reason)
    unknown = sorted(roles - {*ROLES, ADMIN})
    if unknown:
        detail = say(
            "There is no role {role!r}; allowed: {allowed}.",
            role=unknown[0][:40],
            allowed=", ".join((*ROLES, ADMIN)),
        )
        raise InvalidInput(
            detail, code="role.unknown", errors=[FieldError("roles", "role.unknown", detail)]
        )
    user = _find(user_id)
    if user.pk == actor.user_id:
        raise NotAllowed(say("Nobody changes their own roles."), code="role.own")
    before = roles_of(user)
    if before == roles:
        return user
    Group.objects.bulk_create([Group(name=name) for name in ROLES], ignore_conflicts=True)
    groups = Group.objects.filter(name__in=ROLES)
    user.groups.remove(*groups.exclude(name__in=roles))
    user.groups.add(*groups.filter(name__in=roles))
    user.is_superuser = ADMIN in roles
    user.is_staff = bool(roles)
    user.save(update_fields=["is_superuser", "is_staff"])
    end_sessions(user)
    log_action(
        actor=actor,
        verb="account.roles",
        object_kind="account",
        object_id=user.pk,
        label=user.username,
        reason=reason,
        before={"roles": sorted(before)},
        after={"roles": sorted(roles)},
    )
    for role in sorted(roles - before):
        record("role.granted", request=request, user=user, detail=role)
    for role in sorted(before - roles):
        record("role.taken", request=request, user=user, detail=role)
    return user


def roles_of(user: User) -> frozenset[str]:
    """The roles of an account, ``admin`` among them for superusers."""
    names = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    return frozenset(names | ({ADMIN} if user.is_superuser else set()))


def _lock(actor: Viewer, user_id: int, reason: str) -> User:
    require_moderator(actor)
    require_reason(reason)
    user = _find(user_id)
    if user.pk == actor.user_id:
        raise NotAllowed(say("Nobody suspends or reinstates themselves."), code="account.own")
    if not actor.is_admin and roles_of(user):
        raise NotAllowed(
            say("Only admins suspend or reinstate accounts that have a role."), code="role.missing"
        )
    return user


def _find(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound(
            say("There is no account {number}.", number=user_id), code="account.not_found"
        )
    return user


def _note(actor: Viewer, user: User, verb: str, reason: str, before: dict, after: dict) -> None:
    log_action(
        actor=actor,
        verb=verb,
        object_kind="account",
        object_id=user.pk,
        label=user.username,
        reason=reason.strip(),
        before=before,
        after=after,
    )
    notify(
        user=user,
        verb=verb,
        kind="account",
        pk=user.pk,
        label=user.username,
        reason=reason.strip(),
    )
