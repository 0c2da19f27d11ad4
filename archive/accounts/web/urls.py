"""Addresses of the pages of accounts."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from archive.accounts.web import views

urlpatterns = [
    path("account/login/", LoginView.as_view(template_name="accounts/login.html"), name="login"),
    path("account/logout/", LogoutView.as_view(), name="logout"),
    path("account/reading/", views.reading_settings, name="reading-settings"),
    path("accent.css", views.accent, name="accent"),
]
