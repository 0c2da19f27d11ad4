"""Accounts in the admin with what moderators and admins do to them, each through its service."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from archive.accounts.admin import AccountAdmin
from archive.accounts.models import User
from archive.accounts.reauth import confirm_password
from archive.core.errors import DomainError, InvalidInput, NotFound
from archive.core.requests import viewer_in
from archive.core.said import say
from archive.core.viewer import ROLES
from catalog.models import Creator
from catalog.moderation_queue import log_of
from catalog.report_targets import Target
from catalog.services.account_acts import (
    ADMIN,
    reinstate_account,
    roles_of,
    set_roles,
    suspend_account,
)

admin.site.unregister(User)


@admin.register(User)
class AccountDeskAdmin(AccountAdmin):
    """Suspending and roles are acts with a reason, on a page of their own."""

    change_form_template = "admin/catalog/account_change.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is changed by acts alone."""
        own = ("is_active", "is_staff", "is_superuser", "groups")
        return (*super().get_readonly_fields(request, obj), *(own if obj is not None else ()))

    def get_urls(self) -> list[URLPattern]:
        """The page of acts before Django's own."""
        view = self.admin_site.admin_view(self.acts_view)
        own = [path("<rowid:pk>/acts/", view, name="accounts_user_acts")]
        return [*own, *super().get_urls()]

    def acts_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Suspend or reinstate an account, give and take its roles."""
        viewer = viewer_in(request)
        if not viewer.is_moderator:
            raise PermissionDenied
        user = User.objects.filter(pk=pk).first()
        if user is None:
            raise NotFound(say("There is no account {pk}.", pk=pk), code="account.not_found")
        problem: DomainError | None = None
        if request.method == "POST":
            try:
                told = _act(request, user)
            except DomainError as error:
                problem = error
            else:
                messages.success(request, told)
                return redirect("admin:accounts_user_acts", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Account {}").format(user.username),
            "opts": self.model._meta,
            "account": user,
            "names": Creator.objects.filter(user=user),
            "roles": [(role, role in roles_of(user)) for role in (*ROLES, ADMIN)],
            "may_grant": viewer.is_admin and user.pk != viewer.user_id,
            "log": log_of([Target("account", user.pk)]),
            "problem": problem,
            "sent": request.POST if problem else {},
        }
        status = problem.status if problem else 200
        return TemplateResponse(request, "admin/catalog/account_acts.html", context, status=status)


@sensitive_post_parameters("your_password")
def _act(request: HttpRequest, user: User) -> str:
    """Do what was pressed; a sentence about it. Raises DomainError."""
    viewer, act = viewer_in(request), request.POST.get("act", "")
    reason = request.POST.get("reason", "").replace("\0", "")
    if act == "suspend":
        suspend_account(actor=viewer, user_id=user.pk, reason=reason, request=request)
        return gettext("The account is suspended; its sessions and keys have ended.")
    if act == "reinstate":
        reinstate_account(actor=viewer, user_id=user.pk, reason=reason, request=request)
        return gettext("The account is open again.")
    if act == "roles":
        me = request.user
        password = request.POST.get("your_password", "")
        if isinstance(me, User):
            confirm_password(request=request, user=me, password=password)
        set_roles(
            actor=viewer,
            user_id=user.pk,
            roles=frozenset(str(role) for role in request.POST.getlist("role")),
            reason=reason,
            request=request,
        )
        return gettext("The roles are changed; the sessions of the account have ended.")
    raise InvalidInput(say("There is no act {act!r}.", act=act[:20]), code="act.unknown")
