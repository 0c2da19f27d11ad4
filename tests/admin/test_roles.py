"""Who may look at which part of the admin, and that nobody adds or deletes rows there."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from archive.accounts.models import ApiKey, Invitation
from archive.accounts.security_log import record
from archive.accounts.services import create_api_key
from archive.core.viewer import SYSTEM
from catalog.models import PROXIES, DuplicatePair, Kind, Report, WatchTerm
from catalog.services.log import log_action
from tests.factories import make_series, make_tag, make_user, make_work
from tests.web.pages import get

pytestmark = pytest.mark.django_db

TAGS = {model._meta.model_name for model in PROXIES.values()}
CONTENT = {"work", "chapter", "creator", "series", "language"}
ACCOUNTS = {"user", "apikey", "invitation", "securityevent"}
MODERATION = {"report", "watchterm", "duplicatepair"}
MAY_ADD = {
    *(("admin", name) for name in TAGS),
    *(("wrangler", name) for name in ("fandom", "character", "relationship", "freeform")),
    ("admin", "user"),
    ("admin", "invitation"),
    ("admin", "reportreason"),
    ("admin", "watchterm"),
    ("moderator", "watchterm"),
}
PARTS = {
    "member": set(),
    "wrangler": TAGS | {"actionlog"},
    "moderator": CONTENT | MODERATION | {"actionlog", "user", "indexevent"},
    "archivist": CONTENT,
    "admin": CONTENT | TAGS | ACCOUNTS | MODERATION | {"actionlog", "indexevent", "reportreason"},
}


def registered() -> dict[str, str]:
    """The models of the admin with the addresses of their lists."""
    found = {}
    for model in admin.site._registry:
        meta = model._meta
        found[meta.model_name] = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return found


@pytest.fixture
def rows():
    """One row of every model that is empty otherwise."""
    work = make_work("A Work")
    make_series(work)
    for kind in (Kind.RELATIONSHIP, Kind.CHARACTER, Kind.FREEFORM, Kind.MEDIA):
        make_tag(kind)
    create_api_key(user=make_user("keyed"), name="laptop", scopes=["read"])
    Report.objects.create(target_kind="work", target_id=work.pk, target_label="A", reason="spam")
    Invitation.objects.create(digest="a" * 64, expires_at=timezone.now() + timedelta(days=1))
    record("key.created", name="laptop")
    WatchTerm.objects.create(text="lamp", folded="lamp")
    DuplicatePair.objects.create(first=work, second=make_work("B Work"), likeness=90)
    log_action(actor=SYSTEM, verb="work.delete", object_kind="work", object_id=work.pk)
    log_action(actor=SYSTEM, verb="tag.rename", object_kind="tag", object_id=1, label="x")


@pytest.mark.parametrize("who", PARTS)
def test_each_role_sees_its_parts_alone(browser, rows, who):
    client = browser(who)
    opened = {name for name, path in registered().items() if client.get(path).status_code == 200}
    assert opened == PARTS[who]


@pytest.mark.parametrize("who", ["wrangler", "moderator", "archivist", "admin"])
def test_rows_open_and_offer_no_deletion(browser, rows, who):
    client = browser(who)
    # The page of an account and the session of whoever looks both fetch a user.
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        open_rows(client, who)


def open_rows(client, who: str) -> None:
    for name, path in registered().items():
        if name not in PARTS[who] or name == "indexevent":
            continue
        listed = get(client, path)
        assert not listed.all("//option[@value='delete_selected']")
        first = listed.all("//table[@id='result_list']//tbody/tr//a[contains(@href, '/change/')]")
        assert first, name
        answer = client.get(first[0].get("href"))
        assert answer.status_code == 200, name
        assert client.get(first[0].get("href").replace("/change/", "/delete/")).status_code == 403
        may_add = (who, name) in MAY_ADD
        assert client.get(f"{path}add/").status_code == (200 if may_add else 403)


def test_the_index_names_the_parts_of_the_role(browser):
    shown = get(browser("wrangler"), "/admin/")
    models = {
        element.get("class").split()[0] for element in shown.all("//tr[contains(@class, 'model-')]")
    }
    assert models == {f"model-{name}" for name in PARTS["wrangler"]}


def test_wranglers_see_acts_on_tags_in_the_log_and_nothing_else(browser, rows):
    shown = get(browser("wrangler"), "/admin/catalog/actionlog/")
    assert shown.texts("//td[@class='field-verb']") == ["tag.rename"]
    everything = get(browser("moderator"), "/admin/catalog/actionlog/")
    assert sorted(everything.texts("//td[@class='field-verb']")) == ["tag.rename", "work.delete"]


def test_guests_are_asked_to_sign_in(client):
    assert client.get("/admin/catalog/work/").status_code == 302


def test_no_page_shows_the_secret_of_a_key(browser):
    row, key = create_api_key(user=make_user("keyed"), name="laptop", scopes=["read"])
    client = browser("admin")
    for path in ("/admin/accounts/apikey/", f"/admin/accounts/apikey/{row.pk}/change/"):
        source = get(client, path).source
        assert row.prefix in source
        assert row.digest not in source
        assert key not in source


def test_keys_are_revoked_in_the_list(browser):
    row, _ = create_api_key(user=make_user("keyed"), name="laptop", scopes=["read"])
    client = browser("admin")
    choice = {"action": "revoke", "_selected_action": [row.pk]}
    for told in ("is revoked", "There is no active key"):
        answer = client.post("/admin/accounts/apikey/", choice, follow=True)
        assert told in answer.content.decode()
    assert not ApiKey.objects.get(pk=row.pk).is_active
