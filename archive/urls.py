"""The root table of addresses."""

from django.contrib import admin
from django.urls import include, path, re_path

from archive.accounts.api import urls as accounts_api
from archive.core.api.docs import DocsView, SchemaView
from archive.core.api.views import NoSuchAddress
from catalog.api import urls as catalog_api
from search.api import urls as search_api

_api = [
    *catalog_api.urlpatterns,
    *accounts_api.urlpatterns,
    *search_api.urlpatterns,
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path("", NoSuchAddress.as_view()),
]

handler400 = "archive.core.api.errors.bad_request"
handler500 = "archive.core.api.errors.server_error"

urlpatterns = [
    path("", include("archive.health")),
    # Before the pages: programs ask more often, and each pattern that does not fit costs time.
    path("api/v1/", include((_api, "api"))),
    re_path("^api/", NoSuchAddress.as_view()),
    path("", include("archive.accounts.web.urls")),
    path("", include("catalog.web.urls")),
    path("", include("catalog.web.feeds.urls")),
    path("admin/", include("archive.dashboard")),
    path("admin/", admin.site.urls),
]
