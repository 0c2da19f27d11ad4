"""Settings of signing in, of the second factor of staff and of mail."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from archive.settings.env import base_url, choice, mail, sender, site_name

_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_BASE = base_url()
_HOST = urlsplit(_BASE).hostname or "127.0.0.1"
_IS_LOCAL = _HOST in _LOCAL_HOSTS

STAFF_TOTP = choice(
    "ARCHIVE_STAFF_TOTP", "waived" if _IS_LOCAL else "required", ("required", "waived")
)
"""Whether roles count only in sessions with a second factor; waived on loopback, as in the demo."""
if STAFF_TOTP == "waived" and not _IS_LOCAL:
    raise ImproperlyConfigured(
        f"ARCHIVE_STAFF_TOTP is waived, but ARCHIVE_BASE_URL is {_BASE}: the second factor of "
        "staff can be waived only for an archive on this machine, such as the demo."
    )
OTP_TOTP_ISSUER = site_name()

SIGN_IN_LIMITS: dict[str, tuple[int, int]] = {
    "sign_in_pair": (5, 30 * 60),
    "sign_in_net": (20, 5 * 60),
    "sign_in_name": (100, 24 * 3600),
    "sign_in_admin": (10, 5 * 60),
}
"""Failed tries and seconds: of a name from an address, of an address, of a name (beyond it tries
are slow, never refused), of an address at the admin."""
ACCOUNT_LIMITS: dict[str, tuple[int, int]] = {
    "register": (5, 3600),
    "register_try": (30, 3600),
    "reset_net": (5, 3600),
    "reset_address": (3, 3600),
}
"""Accounts made from an address, tries to make one, and letters to set a new password: by the
network they are asked from, and by the e-mail address they go to; with seconds."""
SIGN_IN_DELAY_SECONDS = 3.0

PASSWORD_RESET_TIMEOUT = 24 * 3600
MAIL_IN_BACKGROUND = True

CSRF_FAILURE_VIEW = "archive.accounts.web.refusals.csrf_failure"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_SAVE_EVERY_REQUEST = False

_MAIL = mail()
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST = _MAIL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = bool(_MAIL.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_MAIL.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = f"/{_MAIL['EMAIL_FILE_PATH'].lstrip('/')}" if _MAIL["EMAIL_FILE_PATH"] else None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender(f"noreply@{'localhost' if _IS_LOCAL else _HOST}")
