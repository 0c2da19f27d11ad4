"""The outbox in the admin."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from search.models import IndexEvent
from tests.search.helpers import post_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db

LIST = "admin:search_indexevent_changelist"


def _sign_in(client, *roles: str, superuser: bool = False) -> None:
    client.force_login(user_with_roles("somebody", *roles, superuser=superuser))


@pytest.mark.parametrize(("roles", "superuser"), [(("moderators",), False), ((), True)])
def test_moderators_and_admins_see_how_far_the_index_is(client, roles, superuser):
    post_work()
    IndexEvent.objects.update(created_at=timezone.now() + timedelta(hours=1))
    _sign_in(client, *roles, superuser=superuser)
    response = client.get(reverse(LIST))
    assert response.status_code == 200
    assert "1 changes wait since 0 s, 0 parked" in response.content.decode()


def test_wranglers_do_not_see_it(client):
    _sign_in(client, "wranglers")
    assert client.get(reverse(LIST)).status_code == 403


def test_parked_events_come_first_and_can_be_tried_again(client):
    post_work()
    parked = post_work()
    IndexEvent.objects.filter(object_id=parked.pk).update(
        is_parked=True, attempts=5, last_error="ValueError: bad"
    )
    event = IndexEvent.objects.get(object_id=parked.pk)
    _sign_in(client, "moderators")
    page = client.get(reverse(LIST)).content.decode()
    assert page.index("ValueError: bad") < page.rindex("field-last_error")
    response = client.post(
        reverse(LIST), {"action": "retry", "_selected_action": [event.pk]}, follow=True
    )
    assert "1 events are tried again." in response.content.decode()
    event.refresh_from_db()
    assert (event.is_parked, event.attempts) == (False, 0)


def test_events_can_neither_be_written_nor_deleted(client):
    post_work()
    event = IndexEvent.objects.get()
    _sign_in(client, superuser=True)
    for name in ("add", "delete", "change"):
        arguments = [] if name == "add" else [event.pk]
        address = reverse(f"admin:search_indexevent_{name}", args=arguments)
        assert client.post(address, {"post": "yes"}).status_code == 403
    client.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [event.pk]})
    assert IndexEvent.objects.count() == 1


def test_the_admin_says_how_to_rebuild(client):
    post_work()
    _sign_in(client, superuser=True)
    event = IndexEvent.objects.get()
    data = {"action": "how_to_rebuild", "_selected_action": [event.pk]}
    page = client.post(reverse(LIST), data, follow=True).content.decode()
    assert "manage.py rebuild_index" in page
