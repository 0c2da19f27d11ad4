"""Addresses of the API of accounts, below /api/v1/."""

from django.urls import path

from archive.accounts.api.views import KeyDetail, Keys
from archive.core import converters

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("me/keys/", Keys.as_view(), name="me-keys"),
    path("me/keys/<rowid:pk>/", KeyDetail.as_view(), name="me-key"),
]
