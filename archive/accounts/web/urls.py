"""Addresses of the pages of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from archive.accounts.web import joining, password, sign_in, views

urlpatterns = [
    path("account/login/", sign_in.SignIn.as_view(), name="login"),
    path("account/second-factor/", sign_in.factor, name="second-factor"),
    path("account/logout/", LogoutView.as_view(), name="logout"),
    path("account/register/", joining.join, name="register"),
    path("account/password/", password.forgotten, name="forgotten-password"),
    path("account/password/<str:uid>/<str:token>/", password.reset, name="reset-password"),
    path("account/protection/", password.protection, name="protection"),
    path("account/reading/", views.reading_settings, name="reading-settings"),
    path("account/language/", views.choose_language, name="choose-language"),
    path("accent.css", views.accent, name="accent"),
]
