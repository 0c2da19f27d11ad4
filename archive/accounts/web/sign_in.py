"""Pages of signing in: name and password, then the second factor of staff."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from archive.accounts import second_factor
from archive.accounts.forms import SignInForm, refusal_answer
from archive.accounts.models import User
from archive.accounts.reauth import confirm_password
from archive.core.errors import DomainError, SignInRequired
from archive.core.said import say


class SignIn(LoginView):
    """The form of the site."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm

    def get_success_url(self) -> str:
        """Where somebody wanted to go; staff by way of the second factor."""
        target = super().get_success_url()
        user = self.request.user
        if not isinstance(user, User) or not second_factor.is_factor_missing(self.request):
            return target
        if second_factor.is_staff_account(user):
            return f"{reverse('second-factor')}?{urlencode({'next': target})}"
        return target

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again; after too many tries with 429."""
        return refusal_answer(super().form_invalid(form), form)


@never_cache
@sensitive_post_parameters("code", "your_password")
def factor(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, show it, renew its codes or take it away."""
    user = request.user
    if not isinstance(user, User):
        raise SignInRequired(say("Sign in first."))
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = ""
    problem: DomainError | None = None
    codes: list[str] = []
    if request.method == "POST":
        try:
            codes = _act(request, user)
        except DomainError as error:
            problem = error
        else:
            if not codes:
                return redirect(target or reverse("second-factor"))
    return _factor_page(request, user, target, codes, problem)


def _act(request: HttpRequest, user: User) -> list[str]:
    """What the pressed button means; recovery codes to be shown once. Raises DomainError."""
    act, code = request.POST.get("act", ""), request.POST.get("code", "")
    if act == "confirm":
        return second_factor.confirm_enrolment(request=request, user=user, code=code)
    if act in ("renew", "remove"):
        if second_factor.is_factor_missing(request):
            raise SignInRequired(say("Show the second factor first."))
        password = request.POST.get("your_password", "")
        confirm_password(request=request, user=user, password=password)
        if act == "renew":
            return second_factor.renew_codes(user=user)
        second_factor.remove_factor(user=user, request=request)
        messages.success(request, gettext("The second factor is taken away."))
        return []
    second_factor.show_factor(request=request, user=user, code=code)
    return []


def _factor_page(
    request: HttpRequest,
    user: User,
    target: str,
    codes: list[str],
    problem: DomainError | None,
) -> HttpResponse:
    has_factor = second_factor.has_factor(user)
    context: dict[str, Any] = {
        "problem": problem,
        "codes": codes,
        "next": target,
        "section": "account",
        "is_shown": has_factor and getattr(user, "otp_device", None) is not None,
        "has_factor": has_factor,
        "codes_left": second_factor.codes_left(user) if has_factor else 0,
    }
    if not has_factor:
        enrolment = second_factor.begin_enrolment(user=user)
        context["enrolment"] = enrolment
        context["picture"] = mark_safe(enrolment.picture)  # noqa: S308  drawn by segno from an address of ours
    status = problem.status if problem else 200
    response = render(request, "accounts/second_factor.html", context, status=status)
    retry = getattr(problem, "retry_after", None)
    if retry:
        response.headers["Retry-After"] = str(retry)
    response.headers["Cache-Control"] = "private, no-store"
    return response
