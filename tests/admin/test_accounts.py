"""Accounts in the admin: suspending, roles with one's own password, the security log."""

import pytest
from zeal import zeal_ignore

from archive.accounts.models import Invitation, SecurityEvent, User
from archive.accounts.registration import INVITATION_DAYS, invite, register
from archive.core.errors import InvalidInput
from catalog.models import ActionLog
from catalog.services.account_acts import roles_of
from tests.accounts.conftest import PASSWORD
from tests.factories import make_user
from tests.viewers import user_with_roles
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db


def acts(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/acts/"


def send(client, user: User, **values) -> Page:
    # The page, the session and the service each fetch an account.
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        return Page(client.post(acts(user), values, follow=True))


@pytest.fixture
def admin(browser):
    client = browser("admin")
    me = User.objects.get(username="admin")
    me.set_password(PASSWORD)
    me.save()
    client.force_login(me)
    return client


def test_a_moderator_suspends_a_member_and_opens_the_account_again(browser):
    client, user = browser("moderator"), make_user("spammer")
    assert "suspended" in send(client, user, act="suspend", reason="Spam.").text(
        "//ul[@class='messagelist']"
    )
    user.refresh_from_db()
    assert not user.is_active
    send(client, user, act="reinstate", reason="A mistake.")
    user.refresh_from_db()
    assert user.is_active


def test_a_moderator_neither_suspends_staff_nor_gives_roles(browser):
    client, other = browser("moderator"), user_with_roles("other", "wranglers")
    assert send(client, other, act="suspend", reason="x").status == 403
    answer = send(client, other, act="roles", role="admin", reason="x", your_password=PASSWORD)
    assert answer.status in (400, 403)
    assert roles_of(other) == {"wranglers"}


@pytest.mark.parametrize("who", ["wrangler", "archivist"])
def test_others_do_not_come_here(browser, who):
    user = make_user("somebody")
    client = browser(who)
    assert client.get(acts(user)).status_code == 403
    assert client.post(acts(user), {"act": "suspend", "reason": "x"}).status_code == 403


def test_roles_are_given_with_the_own_password_only(admin):
    user = make_user("helper")
    values = {"act": "roles", "role": ["wranglers", "moderators"], "reason": "New here."}
    for wrong in ("", "nope"):
        assert send(admin, user, **values, your_password=wrong).status == 400
    assert roles_of(user) == frozenset()
    send(admin, user, **values, your_password=PASSWORD)
    assert roles_of(user) == {"wranglers", "moderators"}
    assert ActionLog.objects.get(verb="account.roles").reason == "New here."
    events = set(SecurityEvent.objects.values_list("event", flat=True))
    assert {"reauth.failed", "role.granted"} <= events


def test_nobody_changes_their_own_roles(admin):
    me = User.objects.get(username="admin")
    assert not get(admin, acts(me)).all("//input[@name='role']")
    answer = send(admin, me, act="roles", role=[], reason="x", your_password=PASSWORD)
    assert answer.status == 403
    assert roles_of(me) == {"admin"}


def test_the_form_of_an_account_changes_no_rights(admin):
    user = make_user("helper")
    path = f"/admin/accounts/user/{user.pk}/change/"
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        page = get(admin, path)
        for name in ("is_active", "is_staff", "is_superuser", "groups"):
            assert not page.all(f"//*[@name='{name}']")
        sent = {"username": "helper", "email": "h@example.org", "is_superuser": "on"}
        admin.post(path, {**sent, "is_staff": "on", "is_active": ""})
    user.refresh_from_db()
    assert (user.is_superuser, user.is_staff, user.is_active) == (False, False, True)


def test_the_security_log_is_for_admins_to_look_at(admin, browser):
    send(admin, make_user("helper"), act="roles", reason="x", your_password="nope")
    page = get(admin, "/admin/accounts/securityevent/")
    assert "reauth.failed" in page.texts("//td[contains(@class, 'field-event')]")
    assert browser("moderator").get("/admin/accounts/securityevent/").status_code == 403


def test_an_invitation_tells_its_address_once_and_lets_one_person_in(admin, browser, settings):
    settings.REGISTRATION = "invite"
    path = "/admin/accounts/invitation/"
    form = Page(admin.get(f"{path}add/"))
    assert form.all("//input[@name='days']")[0].get("value") == str(INVITATION_DAYS)
    shown = Page(admin.post(f"{path}add/", {"note": "Reading circle", "days": "7"}, follow=True))
    (address,) = shown.texts("//ul[@class='messagelist']//code")
    assert shown.texts("//td[contains(@class, 'field-state')]") == ["open"]
    code = address.partition("invitation=")[2]
    assert address == f"{settings.BASE_URL}/account/register/?invitation={code}"
    user = register(
        username="grace", email="g@example.org", password="correct horse staple", invitation=code
    )
    later = get(admin, path)
    assert code not in later.source
    assert later.texts("//td[contains(@class, 'field-state')]") == ["used"]
    assert later.texts("//td[contains(@class, 'field-used_by')]") == [str(user)]
    one = get(admin, f"{path}{Invitation.objects.get().pk}/change/")
    assert not one.all("//form//input[@name='note']")


def test_unused_invitations_can_be_withdrawn(admin, settings):
    settings.REGISTRATION = "invite"
    code = invite(note="too many")
    row = Invitation.objects.get()
    answer = admin.post(
        "/admin/accounts/invitation/",
        {"action": "withdraw", "_selected_action": [row.pk]},
        follow=True,
    )
    assert "1 withdrawn" in Page(answer).text("//ul[@class='messagelist']")
    with pytest.raises(InvalidInput):
        register(
            username="grace",
            email="g@example.org",
            password="correct horse staple",
            invitation=code,
        )


def test_only_admins_see_and_make_invitations(browser):
    moderator = browser("moderator")
    assert moderator.get("/admin/accounts/invitation/").status_code == 403
    refused = moderator.post("/admin/accounts/invitation/add/", {"note": "me", "days": "7"})
    assert refused.status_code == 403
    assert not Invitation.objects.exists()
