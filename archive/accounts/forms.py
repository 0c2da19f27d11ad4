"""The forms by which people sign in: the one of the site, and the one of the admin."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from archive.accounts.security_log import record
from archive.accounts.sign_in import sign_in_try
from archive.core.errors import TooMany


class SignInForm(AuthenticationForm):
    """Name and password, compared only while there were not too many tries."""

    is_admin = False
    refusal: TooMany | None = None

    def clean(self) -> dict[str, Any]:
        """The values once they belong together."""
        username = self.cleaned_data.get("username")
        if self.request is None or not username or not self.cleaned_data.get("password"):
            return super().clean()
        attempt = sign_in_try(self.request, username, is_admin=self.is_admin)
        try:
            attempt.admit()
        except TooMany as error:
            self.refusal = error
            record("sign_in.limited", request=self.request, name=username)
            raise ValidationError(error.detail, code="throttled") from error
        values = super().clean()
        attempt.succeed()
        return values


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """The same for the admin, where fewer tries are allowed."""

    is_admin = True


def refusal_answer(response: HttpResponse, form: object) -> HttpResponse:
    """The page of a form with the status and the header that a refusal for haste has."""
    refusal = getattr(form, "refusal", None)
    if isinstance(refusal, TooMany):
        response.status_code = refusal.status
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
