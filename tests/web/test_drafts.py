"""Drafts: who sees them, what they lack, posting them."""

import pytest
from django.test import Client

from catalog.models import Kind, Work, WorkTag
from tests.factories import make_creator, make_user, make_work
from tests.viewers import user_with_roles
from tests.web.pages import get

pytestmark = pytest.mark.django_db


def make_draft(title: str, user=None, **values) -> Work:
    pen = make_creator(f"Pen of {title}", user=user)
    return make_work(
        title, creators=[pen], status="draft", published_at=None, updated_at=None, **values
    )


@pytest.fixture
def archivist():
    return user_with_roles("keeper", "archivists")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_guests_are_asked_to_sign_in(page):
    asked = page("/drafts/")
    assert asked.status == 302
    assert asked.response["Location"] == "/account/login/?next=/drafts/"


def test_creators_see_their_own_and_archivists_what_nobody_owns(page_as, archivist):
    owner = make_user("owner")
    make_draft("Mine", owner)
    make_draft("Nobody's")
    make_work("Posted", creators=[make_creator("Third", user=owner)])
    assert page_as(owner, "/drafts/").texts("//ol[@class='entries']//h2") == ["Mine"]
    assert page_as(archivist, "/drafts/").texts("//ol[@class='entries']//h2") == ["Nobody's"]
    assert "There is no draft" in page_as(make_user(), "/drafts/").text()


def test_the_list_says_what_is_missing_or_offers_to_post(page_as, archivist):
    lacking = make_draft("Lacking")
    WorkTag.objects.filter(work=lacking, tag__kind__in=[Kind.RATING, Kind.WARNING]).delete()
    whole = make_draft("Whole")
    listed = page_as(archivist, "/drafts/")
    assert listed.text("//p[@class='lacks']") == "Missing: rating, warnings"
    (form,) = listed.all("//main//form")
    assert form.get("action") == f"/works/{whole.pk}/post/"
    in_german = page_as(archivist, "/drafts/", headers={"Accept-Language": "de"})
    assert in_german.text("//p[@class='lacks']") == "Es fehlt: Altersfreigabe, Warnungen"


def test_the_page_of_a_draft_says_what_it_lacks(page_as, archivist):
    draft = make_draft("Lacking")
    WorkTag.objects.filter(work=draft, tag__kind=Kind.WARNING).delete()
    shown = page_as(archivist, f"/works/{draft.pk}/")
    assert "This is a draft" in shown.text()
    assert "at least one content warning" in shown.text("//section[contains(@class, 'draft')]")


def test_a_whole_draft_is_posted_and_found_by_readers(archivist, page, drained):
    draft = make_draft("The Washcloth", text="Nothing but a washcloth.")
    drained()
    assert page("/works/", {"q": "washcloth"}).titles == []
    assert page(f"/works/{draft.pk}/").status == 404
    client = client_of(archivist)
    posted = get(client, f"/works/{draft.pk}/")
    (form,) = posted.all("//section[contains(@class, 'draft')]//form")
    answer = client.post(form.get("action"), follow=True)
    assert answer.redirect_chain == [(f"/works/{draft.pk}/", 302)]
    assert "“The Washcloth” is posted." in answer.content.decode()
    drained()
    assert page("/works/", {"q": "washcloth"}).titles == ["The Washcloth"]
    assert page(f"/works/{draft.pk}/").status == 200


def test_a_draft_that_lacks_something_stays_one_and_says_why(archivist):
    draft = make_draft("Lacking")
    WorkTag.objects.filter(work=draft, tag__kind=Kind.RATING).delete()
    answer = client_of(archivist).post(f"/works/{draft.pk}/post/")
    assert answer.status_code == 400
    assert "To be posted a work needs a rating." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_posting_needs_the_right_and_the_method(archivist):
    owned = make_draft("Mine", make_user("owner"))
    assert client_of(archivist).post(f"/works/{owned.pk}/post/").status_code == 404
    assert client_of(make_user()).post(f"/works/{owned.pk}/post/").status_code == 404
    assert Client().post(f"/works/{owned.pk}/post/").status_code == 401
    assert client_of(archivist).get(f"/works/{owned.pk}/post/").status_code == 405
    posted = make_work("Of others", creators=[make_creator("Fourth", user=make_user())])
    assert client_of(archivist).post(f"/works/{posted.pk}/post/").status_code == 403


def test_posting_needs_the_token_of_the_form(archivist):
    draft = make_draft("Guarded")
    client = Client(enforce_csrf_checks=True)
    client.force_login(archivist)
    answer = client.post(f"/works/{draft.pk}/post/")
    assert answer.status_code == 403
    assert "This is not allowed" in answer.content.decode()


def test_drafts_are_listed_on_pages(page_as):
    owner = make_user("owner")
    for number in range(23):
        make_draft(f"Draft {number}", owner)
    first = page_as(owner, "/drafts/")
    assert len(first.all("//ol[@class='entries']/li")) == 20
    second = page_as(owner, "/drafts/", {"page": "2"})
    assert len(second.all("//ol[@class='entries']/li")) == 3
