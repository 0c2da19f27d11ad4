"""Saying one's own password again before something that a stolen session must not do."""

from django.http import HttpRequest

from archive.accounts.models import User
from archive.accounts.security_log import record
from archive.accounts.sign_in import sign_in_try
from archive.core.errors import FieldError, InvalidInput
from archive.core.said import say


def confirm_password(
    *, request: HttpRequest, user: User, password: str, field: str = "your_password"
) -> None:
    """Check the password of whoever is signed in.

    Counted like signing in. Raises InvalidInput for a wrong one, TooMany after too many tries.
    """
    attempt = sign_in_try(request, user.username)
    attempt.admit()
    if not password or not user.check_password(password):
        record("reauth.failed", request=request, user=user)
        detail = say("This is not your password.")
        raise InvalidInput(
            detail, code="password.wrong", errors=[FieldError(field, "password.wrong", detail)]
        )
    attempt.succeed()
