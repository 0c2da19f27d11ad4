"""The outbox in the admin."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from archive.core.locks import file_lock
from search.health import Rebuild, index_health
from search.models import IndexEvent
from search.parts import plan
from search.rebuild import rebuild_index
from tests.search.helpers import post_work, post_works
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
    assert "1 change is tried again." in response.content.decode()
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


HEALTH = "admin:search_indexevent_health"


def _health(client) -> str:
    return client.get(reverse(HEALTH)).content.decode()


def test_the_health_of_the_index_is_linked_from_the_front_of_the_admin(client):
    _sign_in(client, "moderators")
    assert reverse(HEALTH) in client.get(reverse("admin:index")).content.decode()
    assert "All is well." in _health(client)


@pytest.mark.parametrize("role", ["wranglers", "archivists"])
def test_others_see_no_health_and_no_link(client, role):
    _sign_in(client, role)
    assert client.get(reverse(HEALTH)).status_code in {302, 403}
    assert reverse(HEALTH) not in client.get(reverse("admin:index"), follow=True).content.decode()


def test_parked_changes_are_tried_again_from_the_health_page(client):
    kept, tried = post_work(), post_work()
    IndexEvent.objects.update(is_parked=True, attempts=5, last_error="ValueError: <bad>")
    _sign_in(client, "moderators")
    page = _health(client)
    assert "Something needs a look." in page
    assert page.count("ValueError: &lt;bad&gt;") == 2
    event = IndexEvent.objects.get(object_id=tried.pk)
    response = client.post(reverse(HEALTH), {"act": "retry", "event": [event.pk]}, follow=True)
    assert "1 change is tried again." in response.content.decode()
    assert IndexEvent.objects.get(is_parked=True).object_id == kept.pk
    assert client.post(reverse(HEALTH), {"event": ["x"]}, follow=True).status_code == 200


def test_trying_again_needs_a_right(client):
    post_work()
    IndexEvent.objects.update(is_parked=True)
    _sign_in(client, "wranglers")
    assert client.post(reverse(HEALTH), {"event": IndexEvent.objects.get().pk}).status_code == 403
    assert IndexEvent.objects.filter(is_parked=True).exists()


def test_health_tells_files_last_comparison_and_an_interrupted_rebuild(
    client, settings, monkeypatch
):
    settings.SEARCH_BACKEND = "whoosh"
    monkeypatch.setattr(plan, "PART_WORKS", 1)
    post_works(3)
    rebuild_index()
    call_command("verify_index", "--full")

    def die(done: int, total: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_index(progress=die)
    health = index_health()
    assert (health.status.generation, health.status.documents, health.segments) == (1, 4, 1)
    assert health.size > 1_000
    assert health.verified is not None
    assert (health.verified.mode, health.verified.ok) == ("full", True)
    assert health.rebuild == Rebuild(running=False, parts=4, whole=1)
    _sign_in(client, "moderators")
    page = _health(client)
    assert "interrupted after 1 of 4 parts" in page
    assert "they agreed" in page
    with file_lock(settings.SEARCH_LOCK_DIR / "rebuild.lock"):
        assert "running, 25 %" in _health(client)


def test_the_health_page_asks_little_however_much_is_parked(client, django_assert_max_num_queries):
    post_works(150)
    IndexEvent.objects.update(is_parked=True)
    _sign_in(client, "moderators")
    _health(client)
    with django_assert_max_num_queries(8):
        page = _health(client)
    assert "51 more are in the list" in page or "50 more are in the list" in page
