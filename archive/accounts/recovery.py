"""Changing what protects an account: its password, its e-mail address, its other sessions."""

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext

from archive.accounts.models import User
from archive.accounts.registration import email_faults, password_faults
from archive.core.errors import InvalidInput
from archive.core.mail import send_later


def ask_for_reset(*, email: str) -> int:
    """Send a letter with a link to every active account with this address; how many there were.

    Callers answer alike whatever the number is. Links lead to the address of the archive from the
    settings, never to a host that a request names.
    """
    # No address holds a NUL, and PostgreSQL would refuse to look for one.
    users = list(PasswordResetForm().get_users(email.replace("\0", "").strip()))
    for user in users:
        if isinstance(user, User):
            _write_to(user)
    return len(users)


def user_of_link(uid: str, token: str) -> User | None:
    """Whose link this is; None for one that is wrong, used or older than a day."""
    try:
        pk = int(urlsafe_base64_decode(uid).decode())
    except (ValueError, OverflowError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
    return user if user and default_token_generator.check_token(user, token) else None


@transaction.atomic
def set_password(*, user: User, password: str, again: str) -> User:
    """A new password, given twice; it ends all sessions of the account. Raises InvalidInput."""
    faults = password_faults(password, user, "new_password")
    if not faults and password != again:
        raise InvalidInput(
            gettext("The two new passwords are not the same. Type them once more."),
            code="password.mismatch",
        )
    if faults:
        raise InvalidInput(faults[0].detail, code=faults[0].code, errors=faults)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


@transaction.atomic
def change_email(*, user: User, email: str) -> User:
    """Another e-mail address. Raises InvalidInput."""
    email = email.strip()
    faults = email_faults(email)
    if faults:
        raise InvalidInput(faults[0].detail, code=faults[0].code, errors=faults)
    user.email = User.objects.normalize_email(email)
    user.save(update_fields=["email"])
    return user


@transaction.atomic
def end_sessions(*, user: User) -> User:
    """End every session of the account; the caller renews its own."""
    User.objects.filter(pk=user.pk).update(sessions_epoch=F("sessions_epoch") + 1)
    user.refresh_from_db(fields=["sessions_epoch"])
    return user


def _write_to(user: User) -> None:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    link = settings.BASE_URL + reverse("reset-password", args=[uid, token])
    context = {"user": user, "link": link, "site_name": settings.SITE_NAME}
    text = render_to_string("accounts/reset_letter.txt", context)
    send_later(to=user.email, subject=gettext("A new password"), text=text)
