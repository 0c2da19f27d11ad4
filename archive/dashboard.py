"""The dashboard of the admin: what waits, how the index and the jobs do, what grows."""

import shutil
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext

from archive.core.requests import viewer_in
from catalog.desk_numbers import DeskNumbers, desk_numbers
from catalog.report_reasons import reason_labels
from catalog.services.jobs import JOBS
from catalog.web.charts import Chart, lying, upright
from search.health import index_health, parked_events

_KEEP_FOR = 30
_PARKED_SHOWN = 20


def dashboard(request: HttpRequest) -> HttpResponse:
    """For moderators; the numbers are counted at most twice a minute."""
    if not viewer_in(request).is_moderator:
        raise PermissionDenied
    numbers: DeskNumbers | None = cache.get("desk_numbers")
    if numbers is None:
        numbers = desk_numbers(connection.vendor)
        cache.set("desk_numbers", numbers, _KEEP_FOR)
    disk = shutil.disk_usage(settings.DATA_DIR)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": gettext("Dashboard"),
        "numbers": numbers,
        "charts": _charts(numbers),
        "health": index_health(),
        "parked": list(parked_events()[:_PARKED_SHOWN]),
        "jobs": [(job, numbers.jobs.get(job.name)) for job in JOBS],
        "disk_free": disk.free,
        "disk_total": disk.total,
    }
    return TemplateResponse(request, "admin/dashboard.html", context)


def _charts(numbers: DeskNumbers) -> list[Chart]:
    labels = reason_labels()
    day, count = gettext("Day"), gettext("Number")
    return [
        lying(
            "reports-by-reason",
            gettext("Open reports by reason"),
            gettext("Reason"),
            count,
            [(labels.get(code, code), n) for code, n in numbers.by_reason],
        ),
        upright(
            "new-tags",
            gettext("New tags a day"),
            day,
            count,
            [(date_format(on, "MONTH_DAY_FORMAT"), n) for on, n in numbers.new_tags],
        ),
        upright(
            "failed-sign-ins",
            gettext("Failed sign-ins a day"),
            day,
            count,
            [(date_format(on, "MONTH_DAY_FORMAT"), n) for on, n in numbers.failed_sign_ins],
        ),
    ]


urlpatterns = [path("dashboard/", admin.site.admin_view(dashboard), name="dashboard")]
