"""Acts on accounts: make and revoke keys, grant roles."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from archive.accounts.models import ApiKey, User
from archive.accounts.security_log import record
from archive.core.errors import FieldError, InvalidInput, NotFound
from archive.core.said import say
from archive.core.viewer import ROLES, SCOPES

KEY_PREFIX = "uc"
_TOUCH_EVERY = timedelta(minutes=1)


def key_digest(key: str) -> str:
    """SHA-256 of a whole key, in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_user(*, username: str, is_superuser: bool = False, password: str = "") -> User:
    """A new account; without a password nobody can sign in with it. Raises InvalidInput."""
    user = User(username=username, is_superuser=is_superuser, is_staff=is_superuser)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    try:
        user.full_clean(exclude=["password", "email"])
    except ValidationError as error:
        details = [message for messages in error.message_dict.values() for message in messages]
        raise InvalidInput(
            say(
                "The user name {username!r} cannot be used. {details}",
                username=username,
                details=" ".join(details),
            ),
            code="username.invalid",
        ) from error
    user.save()
    return user


def find_user(username: str, among: QuerySet[User] | None = None) -> User:
    """The account with this very name. Raises NotFound."""
    users = User.objects.all() if among is None else among
    user = users.filter(username=username).first()
    if user is None:
        raise NotFound(
            say("There is no user {username!r}.", username=username), code="user.unknown"
        )
    return user


def keep_language(*, user: User, language: str) -> None:
    """The language in which this user wants pages; one of the settings' languages."""
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=user.pk).update(language=language)


def parse_scopes(scopes: Iterable[str]) -> list[str]:
    """The scopes in their fixed order, ``read`` always among them. Raises InvalidInput."""
    asked = {scope.strip() for scope in scopes if scope.strip()}
    unknown = sorted(asked - set(SCOPES))
    if unknown:
        detail = say(
            "Unknown scopes: {unknown}; allowed are {known}.",
            unknown=", ".join(unknown),
            known=", ".join(SCOPES),
        )
        raise InvalidInput(
            detail, code="scope.unknown", errors=[FieldError("scopes", "scope.unknown", detail)]
        )
    return [scope for scope in SCOPES if scope in asked or scope == "read"]


def active_api_keys(user: User) -> QuerySet[ApiKey]:
    """The keys of a user that are neither revoked nor expired, the newest first."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return ApiKey.objects.filter(lasting, user=user, revoked_at=None).order_by("-created_at", "-pk")


@transaction.atomic
def create_api_key(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key and its secret text, which is shown this once and kept only as a hash.

    Raises InvalidInput for unknown scopes and a date of expiry that is past.
    """
    if expires_at is not None and expires_at <= timezone.now():
        detail = say("expires_at is {isoformat}, which is past.", isoformat=expires_at.isoformat())
        raise InvalidInput(
            detail, code="date.past", errors=[FieldError("expires_at", "date.past", detail)]
        )
    prefix = secrets.token_hex(6)
    key = f"{KEY_PREFIX}_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        user=user,
        name=name.strip()[:100] or "key",
        prefix=prefix,
        digest=key_digest(key),
        scopes=parse_scopes(scopes),
        expires_at=expires_at,
    )
    record("key.created", user=user, detail=f"{row.prefix}: {', '.join(row.scopes)}")
    return row, key


def find_api_key(key: str) -> ApiKey | None:
    """The active key with this text and an active user, or None; notes its use once a minute."""
    parts = key.split("_", 2)
    if len(parts) != 3 or parts[0] != KEY_PREFIX:
        return None
    row = ApiKey.objects.select_related("user").filter(prefix=parts[1]).first()
    if row is None or not secrets.compare_digest(row.digest, key_digest(key)):
        return None
    if not row.is_active or not row.user.is_active:
        return None
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > _TOUCH_EVERY:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


@transaction.atomic
def revoke_api_key(*, user: User, key_id: int) -> None:
    """End a key of this user. Raises NotFound."""
    rows = ApiKey.objects.filter(user=user, pk=key_id, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        raise NotFound(
            say(
                "There is no active key {key_id} of {username}.",
                key_id=key_id,
                username=user.username,
            )
        )
    record("key.revoked", user=user, detail=f"key {key_id}")


@transaction.atomic
def grant_role(*, username: str, role: str) -> User:
    """Put a user into a role; staff, so that the admin site opens. Raises InvalidInput, NotFound."""
    if role not in ROLES:
        raise InvalidInput(
            say(
                "There is no role {role!r}; allowed are {known}.", role=role, known=", ".join(ROLES)
            ),
            code="role.unknown",
        )
    user = find_user(username, among=User.objects.select_for_update())
    group, _ = Group.objects.get_or_create(name=role)
    user.groups.add(group)
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    record("role.granted", user=user, detail=f"{role}, by command")
    return user
