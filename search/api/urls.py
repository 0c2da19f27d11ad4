"""Addresses of the API of the search, below /api/v1/."""

from django.urls import path

from search.api.views import Suggest

urlpatterns = [
    path("search/suggest/", Suggest.as_view(), name="search-suggest"),
]
