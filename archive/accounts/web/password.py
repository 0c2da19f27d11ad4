"""Pages of an account's protection: a forgotten password, a new one, e-mail, other sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from archive.accounts import recovery
from archive.accounts.limits import admit
from archive.accounts.models import User
from archive.accounts.reauth import confirm_password
from archive.accounts.security_log import record
from archive.core.errors import DomainError, SignInRequired, TooMany
from archive.core.said import say

_LINK = "password_reset_link"
_IN_SESSION = "set"


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a letter; the answer is the same for every address, known or not."""
    if request.method != "POST":
        return render(request, "accounts/forgotten.html", {})
    email = request.POST.get("email", "").strip()[:254]
    try:
        admit(request, "reset_net")
        admit(request, "reset_address", key=email.casefold())
    except TooMany as error:
        return _answer(request, "accounts/forgotten.html", {"problem": error, "email": email})
    if email:
        recovery.ask_for_reset(email=email)
        record("password.reset_asked", request=request)
    return render(request, "accounts/forgotten.html", {"is_sent": True})


@never_cache
@sensitive_post_parameters("new_password", "again")
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Set a new password by the link of a letter.

    The token goes into the session and out of the address, so that no other site learns it.
    """
    if token != _IN_SESSION:
        if recovery.user_of_link(uid, token) is None:
            return render(request, "accounts/reset.html", {"is_dead": True}, status=400)
        request.session[_LINK] = token
        return redirect("reset-password", uid, _IN_SESSION)
    user = recovery.user_of_link(uid, request.session.get(_LINK, ""))
    if user is None:
        return render(request, "accounts/reset.html", {"is_dead": True}, status=400)
    if request.method == "POST":
        try:
            recovery.set_password(
                user=user,
                password=request.POST.get("new_password", ""),
                again=request.POST.get("again", ""),
            )
        except DomainError as error:
            return _answer(request, "accounts/reset.html", {"problem": error, "owner": user})
        request.session.pop(_LINK, None)
        record("password.changed", request=request, user=user, detail="by a letter")
        messages.success(request, gettext("The new password is set. Sign in with it."))
        return redirect("login")
    return render(request, "accounts/reset.html", {"owner": user})


@never_cache
@sensitive_post_parameters("your_password", "new_password", "again")
def protection(request: HttpRequest) -> HttpResponse:
    """Change the password or the e-mail address, or end all other sessions."""
    user = request.user
    if not isinstance(user, User):
        raise SignInRequired(say("Sign in to change your account."))
    if request.method != "POST":
        return _answer(request, "accounts/protection.html", {"email": user.email})
    act, email = request.POST.get("act", ""), request.POST.get("email", "").strip()[:254]
    try:
        said = _protect(request, user, act, email)
    except DomainError as error:
        # Nothing of a refused change may stay on the user that the page shows.
        user.refresh_from_db()
        context = {"problem": error, "act": act, "email": email or user.email}
        return _answer(request, "accounts/protection.html", context)
    update_session_auth_hash(request, user)
    messages.success(request, said)
    return redirect("protection")


def _protect(request: HttpRequest, user: User, act: str, email: str) -> str:
    """Do what the pressed button means and say so. Raises DomainError."""
    password = request.POST.get("your_password", "")
    confirm_password(request=request, user=user, password=password)
    if act == "password":
        recovery.set_password(
            user=user,
            password=request.POST.get("new_password", ""),
            again=request.POST.get("again", ""),
        )
        record("password.changed", request=request, user=user)
        return gettext("The new password is set; all other sessions have ended.")
    if act == "email":
        recovery.change_email(user=user, email=email)
        record("email.changed", request=request, user=user)
        return gettext("The new e-mail address is kept.")
    recovery.end_sessions(user=user)
    record("sessions.ended", request=request, user=user)
    return gettext("All other sessions have ended.")


def _answer(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    problem = context.get("problem")
    status = problem.status if isinstance(problem, DomainError) else 200
    response = render(request, template, {"section": "account", **context}, status=status)
    if isinstance(problem, TooMany):
        response.headers["Retry-After"] = str(problem.retry_after)
    return response
