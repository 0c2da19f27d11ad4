"""Users, keys and invitations in the admin; a key's secret part is nowhere to be shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from archive.accounts.models import ApiKey, Invitation, SecurityEvent, User
from archive.accounts.registration import (
    INVITATION_DAYS,
    invitation_address,
    is_open,
    make_invitation,
    withdraw_invitations,
)
from archive.accounts.services import revoke_api_key
from archive.core.errors import DomainError
from archive.core.requests import viewer_in
from archive.core.role_admin import RoleAdmin
from archive.core.said import translated
from archive.core.viewer import Viewer

admin.site.unregister(Group)
# Their own pages show the secrets; accounts/second_factor.py looks after both.
admin.site.unregister([StaticDevice, TOTPDevice])


@admin.register(User)
class AccountAdmin(RoleAdmin, UserAdmin):
    """Accounts: moderators look, admins change, nobody deletes: the log names them."""

    list_display = ("username", "is_active", "roles", "is_superuser", "date_joined", "last_login")
    list_filter = ("is_active", "groups", "is_superuser")
    search_fields = ("username", "email")
    date_hierarchy = "date_joined"
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        (_("What they may do"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("When"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Accounts with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        """The roles of an account."""
        return ", ".join(sorted(group.name for group in user.groups.all())) or "–"

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators; what they change of an account is on its page of acts."""
        return viewer.is_moderator

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Admins."""
        return viewer_in(request).is_admin

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Admins."""
        return viewer_in(request).is_admin


@admin.register(ApiKey)
class ApiKeyAdmin(RoleAdmin):
    """Who has which keys, and ending one."""

    list_display = (
        *("name", "prefix", "user", "scopes", "created_at", "last_used_at"),
        *("expires_at", "revoked_at"),
    )
    list_filter = ("revoked_at", "created_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    date_hierarchy = "created_at"
    fields = list_display
    actions = ["revoke"]

    @admin.action(description=_("Revoke the selected keys"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End keys at once; a key that is ended already stays so."""
        for key in queryset.select_related("user"):
            try:
                revoke_api_key(user=key.user, key_id=key.pk)
            except DomainError as error:
                self.message_user(request, translated(error.detail), messages.WARNING)
            else:
                self.message_user(request, gettext("{} is revoked.").format(key), messages.SUCCESS)


@admin.register(SecurityEvent)
class SecurityEventAdmin(RoleAdmin):
    """The security log, for admins, to look at."""

    list_display = ("created_at", "event", "name", "network", "path", "detail")
    list_filter = ("event", "created_at")
    search_fields = ("name", "=network", "detail")
    search_help_text = _("a user name, or what marks a network")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (*list_display, "user")


class InvitationForm(forms.ModelForm):
    """Whom it is for, and for how long."""

    days = forms.IntegerField(
        min_value=1,
        max_value=3_650,
        initial=INVITATION_DAYS,
        label=_("Days"),
        help_text=_("how long it can be used"),
    )

    class Meta:
        model = Invitation
        fields = ("note",)


@admin.register(Invitation)
class InvitationAdmin(RoleAdmin):
    """Who was invited by whom, and who came."""

    form = InvitationForm
    list_display = ("shown_note", "state", "made_by", "created_at", "expires_at", "used_by")
    list_filter = ("created_at", "used_at")
    list_select_related = ("made_by", "used_by")
    search_fields = ("note", "made_by__username", "used_by__username")
    date_hierarchy = "created_at"
    actions = ("withdraw",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Admins."""
        return viewer_in(request).is_admin

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> tuple[str, ...]:
        """What is asked of a new one; what is known of an old one."""
        if obj is None:
            return ("note", "days")
        return ("note", "state", "made_by", "created_at", "expires_at", "used_by", "used_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Invitation | None = None
    ) -> tuple[str, ...]:
        """All of an old one."""
        return self.get_fields(request, obj) if obj else ()

    @admin.display(description=_("whom it is for"), ordering="note")
    def shown_note(self, row: Invitation) -> str:
        """The note, or which one it is."""
        return str(row)

    @admin.display(description=_("state"))
    def state(self, row: Invitation) -> str:
        """Open, used, or over."""
        if row.used_by_id or row.used_at:
            return pgettext("invitation", "used")
        has_time = row.expires_at > timezone.now()
        return pgettext("invitation", "open") if has_time else pgettext("invitation", "over")

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: Any) -> None:
        """Make it, and tell its address: it is kept nowhere."""
        given = form.cleaned_data
        made, code = make_invitation(
            by=request.user,  # type: ignore[arg-type]  # only admins come here
            days=given["days"],
            note=given["note"],
        )
        obj.pk = made.pk
        address = invitation_address(code)
        self.message_user(
            request,
            format_html(
                "{} <code>{}</code>",
                gettext("Send this address to one person; it is shown this once:"),
                address,
            ),
            messages.SUCCESS,
        )
        if is_open():
            self.message_user(
                request,
                gettext(
                    "Nobody needs it at present: ARCHIVE_REGISTRATION lets everybody make an "
                    "account."
                ),
                messages.WARNING,
            )

    @admin.action(description=_("Withdraw the selected invitations"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """End what nobody has used."""
        ended = withdraw_invitations(queryset)
        told = gettext("{} withdrawn; used ones and old ones stay as they are.")
        self.message_user(request, told.format(ended))
