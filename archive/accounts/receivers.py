"""What Django tells about signing in, as events of the security log."""

from typing import Any

from django.contrib.auth import signals
from django.core.signals import got_request_exception
from django.http import HttpRequest

from archive.accounts.models import User
from archive.accounts.second_factor import note_sign_in
from archive.accounts.security_log import record


def connect() -> None:
    """Listen."""
    signals.user_logged_in.connect(on_signed_in, dispatch_uid="accounts.signed_in")
    signals.user_logged_out.connect(on_signed_out, dispatch_uid="accounts.signed_out")
    signals.user_login_failed.connect(on_failed, dispatch_uid="accounts.failed")
    got_request_exception.connect(on_error, dispatch_uid="accounts.error")


def on_signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    """The new session has still to show the second factor of an account that has one."""
    if request is None or not hasattr(request, "session"):
        return
    note_sign_in(request, user)
    record("sign_in.ok", request=request, user=user)


def on_signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    """A session has ended."""
    if user is not None:
        record("sign_out", request=request, user=user)


def on_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    """The name is kept where an account has it."""
    name = str(credentials.get("username", ""))
    user = User.objects.filter(username=name).first()
    record("sign_in.failed", request=request, user=user, name=name)


def on_error(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """An error that nobody expected; its text stays in the log of the server."""
    record("error", request=request)
