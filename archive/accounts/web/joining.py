"""The page on which somebody makes an account."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from archive.accounts.limits import admit, dismiss
from archive.accounts.registration import is_closed, is_open, register
from archive.accounts.security_log import record
from archive.core.errors import DomainError, InvalidInput, TooMany

_FIELDS = {"username": 150, "email": 400, "invitation": 100}


@never_cache
@sensitive_post_parameters("password")
def join(request: HttpRequest) -> HttpResponse:
    """The form, and the new account, signed in at once."""
    if request.user.is_authenticated:
        return redirect("account")
    given = {name: request.POST.get(name, "")[:most] for name, most in _FIELDS.items()}
    if request.method != "POST":
        given["invitation"] = request.GET.get("invitation", "")[: _FIELDS["invitation"]]
        return _form(request, given)
    try:
        admit(request, "register", "register_try")
        user = register(**given, password=request.POST.get("password", ""))
    except InvalidInput as error:
        dismiss(request, "register")
        return _form(request, given, error)
    except DomainError as error:
        return _form(request, given, error)
    login(request, user)
    record("account.made", request=request, user=user)
    messages.success(request, gettext("Welcome, {}. This is your account.").format(user.username))
    return redirect(_target(request) or "account")


def _form(
    request: HttpRequest, given: dict[str, str], problem: DomainError | None = None
) -> HttpResponse:
    context = {
        "given": given,
        "problem": problem,
        "faults": {error.field: error.detail for error in problem.errors} if problem else {},
        "is_closed": is_closed(),
        "by_invitation": not is_open(),
        "next": _target(request),
    }
    response = render(
        request, "accounts/register.html", context, status=problem.status if problem else 200
    )
    if isinstance(problem, TooMany):
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _target(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if is_ours else ""
