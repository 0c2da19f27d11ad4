"""The permission matrix on pages and in the admin, a test for each row; deviations with reasons."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from zeal import zeal_ignore

from catalog.models import PROXIES, ActionLog
from tests.house.test_urls import EXEMPT, EXEMPT_FAMILIES
from tests.permissions.cast import Cast, make_cast
from tests.permissions.checks import Deviations, check_deviations, check_rows, wanted
from tests.permissions.table import BY_NAME, PEOPLE, Row
from tests.permissions.web_acts import ACTS, ELSEWHERE
from tests.web.matrix import CHANCE, COUNTING, LISTING, OPENING

pytestmark = pytest.mark.django_db

_NOT_LISTED = "no list shows what readers may not see; creators open it by its address"
_READS = "moderators read what they look after; what they do to it is logged"
_BY_API = "creators change their works through the API; the desk is for moderators"
DIFFERS: Deviations = {
    "hidden work: list": dict.fromkeys(
        ("author", "coauthor", "moderator", "admin"), ("0", _NOT_LISTED)
    ),
    "draft work: list": dict.fromkeys(("author", "coauthor", "admin"), ("0", _NOT_LISTED)),
    **{
        name: dict.fromkeys(("moderator", "admin"), ("+", _READS))
        for name in (
            "hidden work: read",
            "names behind an anonymous work",
            "list reports",
            "open a report",
        )
    },
    "draft work: read": {"admin": ("0", "admins open drafts in the admin site, logged")},
    "read a draft chapter": {"admin": ("0", "admins open drafts in the admin site, logged")},
    "deleted work: read": {
        "author": ("0", "moderators bring a work back"),
        "admin": ("0", "admins read it at its desk in the admin"),
    },
    "edit tags of a work": dict.fromkeys(("author", "coauthor"), ("-", _BY_API)),
    "delete work": {
        "author": ("-", _BY_API),
        "moderator": ("!", "the desk deletes for moderators, as the API does"),
    },
    "restore work within 30 days": {
        **dict.fromkeys(("reader", "author", "coauthor", "wrangler"), ("-", _BY_API)),
        "moderator": ("!", "the desk restores for moderators, as the API does"),
    },
    "make a tag canonical": {
        "moderator": ("-", "a moderator without the wrangler role cannot edit the tag graph")
    },
    "admin site": dict.fromkeys(
        ("wrangler", "moderator", "admin"), ("+", "looking at the index is no act to be logged")
    ),
}
ROW_FETCHED_TWICE = [
    {"model": "accounts.User", "field": "get()"},
    {"model": "sessions.Session", "field": "get()"},
    {"model": "catalog.Work", "field": "get()"},
]


@pytest.fixture
def cast(db, settings) -> Cast:
    settings.WORK_FINDER = "catalog.finder.DatabaseWorkFinder"
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    return make_cast()


def cell_of(result: Any) -> str:
    """What came of it, in the signs of the table."""
    if isinstance(result, bool):
        return "+" if result else "0"
    to = result.get("Location", "")
    if result.status_code in (301, 302):
        return "L" if "/login/" in to else "+"
    signs = {200: "+", 401: "L", 403: "-", 404: "0"}
    return signs.get(result.status_code, f"{result.status_code}: {result.content.decode()[:200]}")


def browser_of(cast: Cast, person: str) -> Client:
    client = cast.browser(person)
    client.person = person
    return client


def tried(cast: Cast, row: Row, person: str) -> str:
    """The cell as it is, undone afterwards; ``!`` where the act is in the log with the actor."""
    with transaction.atomic(), zeal_ignore(ROW_FETCHED_TWICE):
        client = browser_of(cast, person)
        acts = ActionLog.objects.filter(actor=cast.people.get(person))
        logged = acts.count()
        cell = cell_of(ACTS[row.name](cast, client))
        if cell == "+" and acts.all().count() > logged:
            cell = "!"
        transaction.set_rollback(True)
    return cell


@pytest.mark.parametrize("name", ACTS)
def test_everybody_may_what_the_matrix_says(cast, name):
    row = BY_NAME[name]
    found = {person: tried(cast, row, person) for person in PEOPLE}
    assert found == {person: wanted(DIFFERS, row, person) for person in PEOPLE}


def test_every_row_is_tried_or_has_a_reason_not_to_be():
    check_rows(ACTS, ELSEWHERE, DIFFERS)


def test_every_deviation_deviates_and_says_why():
    check_deviations(DIFFERS)


MODEL_PAGES = {"changelist", "add", "history", "delete", "change"}
ADMIN_PAGES = {
    "index": "the row “admin site”",
    "login": "a form",
    "logout": "ends a session",
    "password_change": "one's own password",
    "password_change_done": "one's own password",
    "autocomplete": "rows that the list of the model shows its viewer",
    "jsi18n": "texts of the interface",
    "view_on_site": "sends to a page of the site",
    "app_list": "the index of one application",
    "auth_user_password_change": "admins; tests/admin/test_roles.py",
    "catalog_report_queue": "the row “list reports”",
    "catalog_report_desk": "the rows of acts on works and reports",
    "catalog_report_reopen": "tests/admin/test_reports.py",
    "catalog_actionlog_export": "tests/admin/test_log.py",
    "accounts_user_acts": "the rows “suspend a user” and “grant or take roles”",
    "search_indexevent_health": "tests/search/test_admin.py",
}
"""Pages of the admin beside those that every model has; the tag desk's are in its own tests."""


def admin_names() -> set[str]:
    (resolver,) = [
        pattern
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin"
    ]
    names: set[str] = set()

    def walk(patterns: Any) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns)
            elif isinstance(pattern, URLPattern) and pattern.name:
                names.add(pattern.name)

    walk(resolver.url_patterns)
    return names


def test_every_page_of_the_admin_is_a_models_own_or_known_here():
    models = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in MODEL_PAGES
    }
    rest = admin_names() - models - set(ADMIN_PAGES)
    tags = {model._meta.model_name for model in PROXIES.values()}
    assert {name for name in rest if not set(name.split("_")) & (tags | {"tag", "desk"})} == set()


def test_every_page_of_the_site_is_in_a_matrix_or_has_a_reason():
    """The rest of this promise is kept by tests/house/test_urls.py."""
    assert {*OPENING, *LISTING, *CHANCE, *COUNTING}
    assert all(len(reason) > 3 for reason in {**EXEMPT, **EXEMPT_FAMILIES, **ADMIN_PAGES}.values())


def test_no_page_of_the_admin_opens_for_guests_and_members(cast):
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert cell_of(Client().get(path)) == "L", path
        assert cell_of(browser_of(cast, "reader").get(path)) == "-", path
