"""The security log: who signed in, what was refused, which rights changed; never a secret.

Each event is a row (for the dashboard and the admin) and a line of the logger
``archive.security`` (for whatever collects the logs of the machine). The list follows OWASP ASVS 5,
chapter V16.3: authentication, authorisation, attempts to get round controls, unexpected errors.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest

from archive.accounts.models import SecurityEvent, User
from archive.core.client_address import client_network

EVENTS = {
    "sign_in.ok": "Somebody signed in",
    "sign_in.failed": "A name and a password did not belong together",
    "sign_in.limited": "Tries to sign in were refused, because there were too many",
    "sign_out": "Somebody signed out",
    "factor.ok": "A second factor was right",
    "factor.failed": "A second factor was wrong",
    "factor.added": "A second factor was set up",
    "factor.removed": "A second factor was taken away",
    "account.made": "Somebody made an account",
    "password.changed": "A password was changed",
    "password.reset_asked": "A letter to set a new password was asked for",
    "email.changed": "An e-mail address was changed",
    "sessions.ended": "Somebody ended the other sessions of an account",
    "key.created": "An API key was made",
    "key.revoked": "An API key was revoked",
    "role.granted": "A role was given to somebody",
    "role.taken": "A role was taken from somebody",
    "account.suspended": "An account was suspended",
    "account.reinstated": "A suspended account was opened again",
    "reauth.failed": "Somebody failed to say their own password again",
    "permission.denied": "Something was refused for lack of a right",
    "csrf.failed": "A form came without its token, or from another site",
    "throttled": "A client asked too often",
    "error": "An unexpected error",
}
_DETAIL_CHARS = 200
logger = logging.getLogger("archive.security")


def record(
    event: str,
    *,
    request: HttpRequest | None = None,
    user: User | None = None,
    name: str = "",
    detail: str = "",
) -> None:
    """Note an event. A log that cannot be written must not keep anybody from anything.

    ``name`` is what was typed as a user name; it is kept as a hash where no account has it, since
    people type passwords into that field.
    """
    if event not in EVENTS:
        raise ValueError(f"There is no security event {event!r}.")
    if user is None and request is not None:
        user = _who(request)
    shown = user.username if user else f"unknown:{_hash(name)}" if name else ""
    network = _hash(client_network(request)) if request is not None else ""
    values = {
        "event": event,
        "user": user.pk if user else None,
        "name": shown,
        "network": network,
        "path": request.path[:_DETAIL_CHARS] if request is not None else "",
        "detail": " ".join(detail.split())[:_DETAIL_CHARS],
    }
    logger.info("%s", json.dumps(values, ensure_ascii=True))
    try:
        with transaction.atomic():
            SecurityEvent.objects.create(
                event=event,
                user=user,
                name=shown[:60],
                network=network,
                path=str(values["path"]),
                detail=str(values["detail"]),
            )
    except DatabaseError:
        logger.exception("A security event could not be kept")


@contextmanager
def untold() -> Iterator[None]:
    """Events are kept and not written to the log: of commands that say themselves what they did."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _who(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _hash(text: str) -> str:
    """So that events of one client can be told to belong together, and nothing else."""
    data = f"{settings.SECRET_KEY}:{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:12]
