"""The workplace of archivists, moderators and wranglers."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin import accounts, chapters, log, people, reports, review, tags, works

admin.site.site_header = settings.SITE_NAME
admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Workplace")
admin.site.disable_action("delete_selected")

__all__ = ["accounts", "chapters", "log", "people", "reports", "review", "tags", "works"]
