"""The admin site of the archive: signing in with limits, and the second factor of staff."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode


class WorkplaceConfig(AdminConfig):
    """Django's admin with the site below."""

    default_site = "archive.accounts.workplace.Workplace"


class Workplace(AdminSite):
    """Opens to staff whose session has what the settings ask for."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff, with the second factor where it is asked for."""
        from archive.accounts.second_factor import is_factor_missing  # needs loaded models

        return super().has_permission(request) and not is_factor_missing(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002  as in Django
        """A page of the admin; to sign in again would help no member, so they are refused."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if user.is_authenticated and not (user.is_active and user.is_staff):
                raise PermissionDenied
            answer: HttpResponse = inner(request, *args, **kwargs)
            return answer

        return guarded

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; who is known and lacks only the second factor is sent there."""
        from archive.accounts.forms import AdminSignInForm, refusal_answer  # needs loaded models
        from archive.accounts.second_factor import is_factor_missing  # needs loaded models

        self.login_form = AdminSignInForm
        target = request.GET.get("next", "")
        if super().has_permission(request) and is_factor_missing(request):
            address = reverse("second-factor")
            return redirect(f"{address}?{urlencode({'next': target})}" if target else address)
        response = super().login(request, extra_context)
        if isinstance(response, TemplateResponse):
            form = (response.context_data or {}).get("form")
            return refusal_answer(response, form)
        return response
