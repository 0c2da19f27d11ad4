"""The root table of addresses."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("archive.health")),
    path("", include("archive.accounts.web.urls")),
    path("", include("catalog.web.urls")),
    path("admin/", admin.site.urls),
]
