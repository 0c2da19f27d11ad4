"""Addresses of the pages of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from archive.accounts.web import sign_in, views

urlpatterns = [
    path("account/login/", sign_in.SignIn.as_view(), name="login"),
    path("account/second-factor/", sign_in.factor, name="second-factor"),
    path("account/logout/", LogoutView.as_view(), name="logout"),
    path("account/reading/", views.reading_settings, name="reading-settings"),
    path("accent.css", views.accent, name="accent"),
]
