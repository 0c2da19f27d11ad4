"""The second factor of staff: time-based codes (RFC 6238) and recovery codes, by django-otp.

Without it, where the settings ask for it, a session has no roles: neither the admin nor pages nor
the API give it anything that a member would not get. Recovery codes are kept as hashes.
"""

import hashlib
import io
import math
import secrets
from base64 import b32encode
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django_otp import devices_for_user
from django_otp import login as mark_verified
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.models import User
from archive.accounts.security_log import record
from archive.core.errors import Conflict, FieldError, InvalidInput, NotAllowed, TooMany
from archive.core.said import say

PENDING = "second_factor_pending"
_CODES = 10
_NAME = "app"


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs: the secret as text, the address and its picture."""

    secret: str
    address: str
    picture: str


def has_factor(user: User) -> bool:
    """Whether a second factor is set up."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def is_factor_missing(request: HttpRequest) -> bool:
    """Whether this session of staff has still to show a second factor; no statement is needed.

    It has where the settings say so, and where the account has one set up.
    """
    user = request.user
    if not isinstance(user, User) or getattr(user, "otp_device", None) is not None:
        return False
    return settings.STAFF_TOTP == "required" or PENDING in request.session


def note_sign_in(request: HttpRequest, user: User) -> None:
    """Ask for the second factor in this new session when the account has one."""
    if has_factor(user):
        request.session[PENDING] = True


def is_staff_account(user: User) -> bool:
    """Whether the account has any role: whoever is given one becomes staff."""
    return user.is_superuser or user.is_staff


@transaction.atomic
def begin_enrolment(*, user: User) -> Enrolment:
    """The secret of a factor that is being set up, the same until it is confirmed.

    Raises NotAllowed for accounts without a role, Conflict where there is a factor.
    """
    if not is_staff_account(user):
        raise NotAllowed(
            say("A second factor is for accounts with a role."), code="factor.not_staff"
        )
    if has_factor(user):
        raise Conflict(say("This account has a second factor already."), code="factor.exists")
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    if device is None:
        device = TOTPDevice.objects.create(user=user, name=_NAME, confirmed=False)
    secret = b32encode(device.bin_key).decode().rstrip("=")
    label = quote(f"{settings.SITE_NAME}:{user.username}")
    query = urlencode({"secret": secret, "issuer": settings.SITE_NAME}, quote_via=quote)
    address = f"otpauth://totp/{label}?{query}"
    return Enrolment(secret, address, _picture(address))


def confirm_enrolment(*, request: HttpRequest, user: User, code: str) -> list[str]:
    """Take the factor into use once the app shows the right code; returns the recovery codes.

    Raises InvalidInput for a wrong code, TooMany for any that comes too soon after one.
    """
    # The count of wrong codes must outlive the refusal, so this is no one transaction.
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    if device is not None:
        _refuse_haste(request, device)
    if device is None or not _verifies(user, device, code):
        record("factor.failed", request=request)
        raise _wrong_code()
    with transaction.atomic():
        device.refresh_from_db()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _new_codes(user)
    record("factor.added", request=request)
    _mark(request, device)
    return codes


def show_factor(*, request: HttpRequest, user: User, code: str) -> None:
    """Make this session one with a second factor.

    Raises InvalidInput for a wrong code, TooMany for any that comes too soon after one: the wait
    begins at a second and doubles with each further.
    """
    tidy = "".join(code.split()).replace("-", "").lower()
    for device in devices_for_user(user):
        token = tidy if isinstance(device, TOTPDevice) else _hash(tidy)
        is_fitting = isinstance(device, TOTPDevice) == (tidy.isdecimal() and len(tidy) == 6)
        if not is_fitting:
            continue
        _refuse_haste(request, device)
        if _verifies(user, device, token):
            record("factor.ok", request=request)
            _mark(request, device)
            return
    record("factor.failed", request=request)
    raise _wrong_code()


@transaction.atomic
def renew_codes(*, user: User) -> list[str]:
    """New recovery codes; the old ones end. Raises Conflict without a factor."""
    if not has_factor(user):
        raise Conflict(say("This account has no second factor."), code="factor.missing")
    return _new_codes(user)


@transaction.atomic
def remove_factor(*, user: User, request: HttpRequest | None = None) -> None:
    """Forget the second factor and its recovery codes; sessions elsewhere end."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    record("factor.removed", request=request, user=user)


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return int(StaticToken.objects.filter(device__user=user).count())


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [secrets.token_hex(5) for _ in range(_CODES)]
    StaticToken.objects.bulk_create(
        [StaticToken(device=device, token=_hash(code)) for code in codes]
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hash(code: str) -> str:
    """A recovery code as it is stored; sixteen characters are what the table takes."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{code}".encode()).hexdigest()[:16]


@transaction.atomic
def _verifies(user: User, device: Device, token: str) -> bool:
    """Check under a lock on the device, so that one code opens one session."""
    locked = type(device).objects.select_for_update().filter(pk=device.pk).first()
    return bool(locked is not None and locked.user_id == user.pk and locked.verify_token(token))


def _refuse_haste(request: HttpRequest, device: TOTPDevice | StaticDevice) -> None:
    """Raises TooMany while the device takes no code; a right one is not called wrong then."""
    allowed, why = device.verify_is_allowed()
    if allowed:
        return
    wait = max(1, math.ceil((why["locked_until"] - timezone.now()).total_seconds()))
    record("factor.failed", request=request)
    detail = ngettext(
        "The last code was not right. Wait for {n} second, then enter the newest.",
        "The last codes were not right. Wait for {n} seconds, then enter the newest.",
        wait,
    ).format(n=wait)
    raise TooMany(detail, code="factor.throttled", retry_after=wait)


def _mark(request: HttpRequest, device: Device) -> None:
    request.session.cycle_key()
    request.session.pop(PENDING, None)
    mark_verified(request, device)


def _picture(address: str) -> str:
    """The QR code as SVG without a style, for our strict content policy."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=4, border=4, xmldecl=False, svgclass="qr", lineclass="", nl=False
    )
    return out.getvalue().decode()


def _wrong_code() -> InvalidInput:
    detail = gettext("This code is not right, or it was used before. Wait for the next one.")
    return InvalidInput(
        detail, code="factor.wrong", errors=[FieldError("code", "factor.wrong", detail)]
    )
