"""Suspension and roles: who may, what ends at once, what is kept."""

import pytest
from django.test import Client
from zeal import zeal_ignore

from archive.accounts.models import ApiKey, SecurityEvent
from archive.accounts.services import create_api_key, find_api_key
from archive.accounts.viewers import viewer_of
from archive.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from catalog.models import ActionLog, Notice
from catalog.services.account_acts import (
    end_sessions,
    reinstate_account,
    roles_of,
    set_roles,
    suspend_account,
)
from tests.factories import make_user
from tests.viewers import user_with_roles, viewer_with_roles

pytestmark = pytest.mark.django_db
WHY = "Spam in forty works."


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    assert client.get("/account/").status_code == 200
    return client


def is_out(client: Client) -> bool:
    # Ending a session fetches the row that opening it has fetched.
    with zeal_ignore([{"model": "sessions.Session", "field": "get()"}]):
        return client.get("/account/").status_code == 302


def test_sessions_and_keys_end_with_a_suspension_and_stay_ended(moderator):
    user = make_user("spammer")
    client = signed_in(user)
    _, key = create_api_key(user=user, name="x", scopes=["read"])
    suspend_account(actor=moderator, user_id=user.pk, reason=WHY)
    assert is_out(client)
    assert find_api_key(key) is None
    reinstate_account(actor=moderator, user_id=user.pk, reason="A mistake.")
    assert is_out(client)
    assert find_api_key(key) is None
    assert not ApiKey.objects.filter(revoked_at=None).exists()
    assert is_out(client)
    user.refresh_from_db()
    assert not is_out(signed_in(user))
    verbs = list(ActionLog.objects.order_by("id").values_list("verb", "reason"))
    assert verbs == [("account.suspend", WHY), ("account.reinstate", "A mistake.")]
    assert Notice.objects.filter(user=user).count() == 2
    events = set(SecurityEvent.objects.values_list("event", flat=True))
    assert {"account.suspended", "account.reinstated"} <= events


def test_who_may_suspend_whom(moderator, admin, member, wrangler):
    user, other = make_user("somebody"), user_with_roles("other", "wranglers")
    for actor in (member, wrangler):
        with pytest.raises(NotAllowed):
            suspend_account(actor=actor, user_id=user.pk, reason=WHY)
    with pytest.raises(NotAllowed):
        suspend_account(actor=moderator, user_id=other.pk, reason=WHY)
    with pytest.raises(NotAllowed):
        suspend_account(actor=moderator, user_id=moderator.user_id, reason=WHY)
    with pytest.raises(NotFound):
        suspend_account(actor=moderator, user_id=10**9, reason=WHY)
    with pytest.raises(InvalidInput):
        suspend_account(actor=moderator, user_id=user.pk, reason=" ")
    suspend_account(actor=admin, user_id=other.pk, reason=WHY)
    with pytest.raises(Conflict):
        suspend_account(actor=admin, user_id=other.pk, reason=WHY)
    with pytest.raises(Conflict):
        reinstate_account(actor=admin, user_id=user.pk, reason=WHY)


def test_roles_are_given_and_taken_and_sessions_end(admin):
    user = make_user("helper")
    client = signed_in(user)
    set_roles(actor=admin, user_id=user.pk, roles=frozenset({"wranglers", "admin"}), reason="New.")
    user.refresh_from_db()
    assert (roles_of(user), user.is_staff) == ({"wranglers", "admin"}, True)
    assert is_out(client)
    client = signed_in(user)
    set_roles(actor=admin, user_id=user.pk, roles=frozenset(), reason="Gone.")
    user.refresh_from_db()
    assert (roles_of(user), user.is_staff, user.is_superuser) == (frozenset(), False, False)
    assert is_out(client)
    row = ActionLog.objects.filter(verb="account.roles").first()
    assert (row.before, row.after) == ({"roles": ["admin", "wranglers"]}, {"roles": []})
    events = list(SecurityEvent.objects.order_by("id").values_list("event", "detail"))
    assert ("role.granted", "admin") in events
    assert ("role.taken", "wranglers") in events


def test_who_may_change_roles(admin, moderator):
    user = make_user("helper")
    for actor in (moderator, viewer_with_roles("both", "moderators", "wranglers")):
        with pytest.raises(NotAllowed):
            set_roles(actor=actor, user_id=user.pk, roles=frozenset({"admin"}), reason=WHY)
    with pytest.raises(NotAllowed):
        set_roles(actor=admin, user_id=admin.user_id, roles=frozenset(), reason=WHY)
    with pytest.raises(InvalidInput):
        set_roles(actor=admin, user_id=user.pk, roles=frozenset({"king"}), reason=WHY)
    assert roles_of(user) == frozenset()


def test_a_role_that_is_taken_ends_at_once_for_a_session_and_a_key(admin):
    user = user_with_roles("mod", "moderators")
    _, key = create_api_key(user=user, name="x", scopes=["read", "moderate"])
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    assert Client().get("/api/v1/reports/", **bearer).status_code == 200
    set_roles(actor=admin, user_id=user.pk, roles=frozenset(), reason="Gone.")
    assert Client().get("/api/v1/reports/", **bearer).status_code == 403


def test_a_new_password_ends_the_other_sessions(db):
    user = make_user("ada")
    client = signed_in(user)
    user.set_password("another-plum-7")
    user.save()
    assert is_out(client)


def test_ended_sessions_do_not_come_back(db):
    user = make_user("ada")
    first = signed_in(user)
    end_sessions(user)
    assert is_out(first)
    second = signed_in(user)
    assert not is_out(second)
    end_sessions(user)
    assert is_out(second)


def test_an_account_without_activity_is_nobody(db):
    user = user_with_roles("mod", "moderators")
    user.is_active = False
    assert viewer_of(user).is_anonymous
