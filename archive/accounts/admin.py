"""Users and API keys in the admin; a key's secret part is nowhere to be shown."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from archive.accounts.models import ApiKey, SecurityEvent, User
from archive.accounts.services import revoke_api_key
from archive.core.errors import DomainError
from archive.core.viewer import Viewer

admin.site.unregister(Group)
# Their own pages show the secrets; accounts/second_factor.py looks after both.
admin.site.unregister([StaticDevice, TOTPDevice])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts: moderators look, admins change."""

    list_display = ("username", "is_active", "roles", "is_superuser", "date_joined", "last_login")
    list_filter = ("is_active", "groups", "is_superuser")
    search_fields = ("username", "email")
    date_hierarchy = "date_joined"
    ordering = ("username",)
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        ("What they may do", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Accounts with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """The roles of an account."""
        return ", ".join(sorted(group.name for group in user.groups.all())) or "–"

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Moderators and admins."""
        return _may_look(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Moderators and admins."""
        return _may_look(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Admins."""
        return _viewer(request).is_admin

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Admins."""
        return _viewer(request).is_admin

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: an account is made inactive, because the log names it."""
        return False


class LookedAtByAdmins(admin.ModelAdmin):
    """Rows that admins look at and nobody writes by hand."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Admins."""
        return _viewer(request).is_admin

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Admins."""
        return _viewer(request).is_admin

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(LookedAtByAdmins):
    """Who has which keys, and ending one."""

    list_display = (
        *("name", "prefix", "user", "scopes", "created_at", "last_used_at"),
        *("expires_at", "revoked_at"),
    )
    list_filter = ("revoked_at", "created_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = list_display
    actions = ["revoke"]

    @admin.action(description="Revoke the selected keys")
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End keys at once; a key that is ended already stays so."""
        for key in queryset.select_related("user"):
            try:
                revoke_api_key(user=key.user, key_id=key.pk)
            except DomainError as error:
                self.message_user(request, error.detail, messages.WARNING)
            else:
                self.message_user(request, f"{key} is revoked.", messages.SUCCESS)


@admin.register(SecurityEvent)
class SecurityEventAdmin(LookedAtByAdmins):
    """The security log, for admins, to look at."""

    list_display = ("created_at", "event", "name", "network", "path", "detail")
    list_filter = ("event", "created_at")
    search_fields = ("name", "=network", "detail")
    search_help_text = "a user name, or what marks a network"
    date_hierarchy = "created_at"
    ordering = ("-id",)
    show_full_result_count = False
    fields = (*list_display, "user")


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by our middleware
    return viewer


def _may_look(request: HttpRequest) -> bool:
    viewer = _viewer(request)
    return viewer.is_moderator or viewer.is_admin
