"""Making an account of one's own: open to all, to the invited, or to nobody, as the host says."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from archive.accounts.models import Invitation, User
from archive.accounts.usernames import username_faults
from archive.core.errors import FieldError, InvalidInput, NotAllowed

INVITATION_DAYS = 30
_EMAIL_CHARS = 254


def is_open() -> bool:
    """Whether anybody may make an account."""
    return str(settings.REGISTRATION) == "open"


def is_closed() -> bool:
    """Whether nobody may."""
    return str(settings.REGISTRATION) == "closed"


@transaction.atomic
def register(*, username: str, email: str, password: str, invitation: str = "") -> User:
    """A new account.

    Raises NotAllowed ``registration.closed``; InvalidInput with every fault of every field. An
    e-mail address that another account has is no fault: nobody learns who is here.
    """
    if is_closed():
        raise NotAllowed(
            gettext("This archive takes no new accounts at present."), code="registration.closed"
        )
    email = email.strip()
    user = User(username=username, email=User.objects.normalize_email(email))
    faults = [
        *_invitation_faults(invitation),
        *username_faults(username),
        *email_faults(email),
        *password_faults(password, user),
    ]
    if faults:
        raise InvalidInput(faults[0].detail, code=faults[0].code, errors=faults)
    user.set_password(password)
    user.save()
    if not is_open() and not _unused(invitation).update(used_by=user, used_at=timezone.now()):
        # Somebody else was quicker with the same invitation; nothing of this is kept.
        raise _refused(_spent())
    return user


def invite(*, by: User | None = None, days: int = INVITATION_DAYS, note: str = "") -> str:
    """The code of a new invitation, for one account; kept only as a hash."""
    return make_invitation(by=by, days=days, note=note)[1]


@transaction.atomic
def make_invitation(*, by: User | None, days: int, note: str) -> tuple[Invitation, str]:
    """A new invitation, and its code, which nobody can read from it."""
    code = secrets.token_urlsafe(12)
    made = Invitation.objects.create(
        digest=_digest(code),
        made_by=by,
        note=note[:100],
        expires_at=timezone.now() + timedelta(days=days),
    )
    return made, code


def invitation_address(code: str) -> str:
    """Where whoever is given the code makes an account."""
    return f"{settings.BASE_URL}{reverse('register')}?invitation={code}"


def withdraw_invitations(rows: QuerySet[Invitation]) -> int:
    """Let those of them end now that nobody has used; how many ended."""
    now = timezone.now()
    return rows.filter(used_by=None, used_at=None, expires_at__gt=now).update(expires_at=now)


def email_faults(email: str) -> list[FieldError]:
    """What is wrong with an e-mail address as it is written."""
    try:
        if len(email) > _EMAIL_CHARS:
            raise ValidationError("")
        validate_email(email)
    except ValidationError:
        detail = gettext("This is not an e-mail address. One looks like name@example.org.")
        return [FieldError("email", "email.invalid", detail)]
    return []


def password_faults(password: str, user: User, field: str = "password") -> list[FieldError]:
    """Why a password is too easy to guess, for this user."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [
            FieldError(field, f"password.{fault.code}".removesuffix("_password"), fault.messages[0])
            for fault in error.error_list
        ]
    return []


def _invitation_faults(code: str) -> list[FieldError]:
    if is_open() or _unused(code).exists():
        return []
    return [_spent()]


def _unused(code: str) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(digest=_digest(code), used_by=None)
    return rows.filter(expires_at__gt=timezone.now())


def _spent() -> FieldError:
    detail = gettext("This invitation is unknown, used or too old. Ask for another one.")
    return FieldError("invitation", "invitation.invalid", detail)


def _refused(fault: FieldError) -> InvalidInput:
    return InvalidInput(fault.detail, code=fault.code, errors=[fault])


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().encode("utf-8", "surrogatepass")).hexdigest()
