"""Pages of the admin site that a role opens and in which services write."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from archive.core.requests import viewer_in
from archive.core.viewer import Viewer


class RoleAdmin(admin.ModelAdmin):
    """Rows for whom ``may_come`` lets in: to look at, unless a subclass has a service for more.

    Roles decide, not the permissions of Django, which nobody hands out here.
    """

    show_full_result_count = False

    def may_come(self, viewer: Viewer) -> bool:
        """Whether this part of the admin site is for the viewer; for admins unless said."""
        return viewer.is_admin

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether it is shown at all."""
        return self.may_come(viewer_in(request))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever it is shown to may look."""
        return self.may_come(viewer_in(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False
