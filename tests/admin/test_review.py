"""Held imports, the watch list and look-alikes in the admin."""

import pytest
from django.utils import timezone
from zeal import zeal_ignore

from catalog.models import ActionLog, DuplicatePair, ScanMark, WatchTerm, Work
from tests.factories import make_work
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db
WORKS = "/admin/catalog/work/"
TERMS = "/admin/catalog/watchterm/"
PAIRS = "/admin/catalog/duplicatepair/"


@pytest.fixture
def held() -> list[Work]:
    return [make_work(f"Held {n}", held_at=timezone.now()) for n in range(2)]


def choose(client, action: str, works: list[Work], **values) -> Page:
    sent = {"action": action, "_selected_action": [work.pk for work in works], **values}
    with zeal_ignore([{"model": "catalog.Work", "field": "first()"}]):
        return Page(client.post(WORKS, sent, follow=True))


def test_held_imports_are_taken_in_and_refused_with_a_reason(browser, held):
    client = browser("moderator")
    make_work("Open")
    listed = get(client, f"{WORKS}?state=held")
    assert sorted(listed.texts("//th[@class='field-title']")) == ["Held 0", "Held 1"]
    asked = choose(client, "approve_selected", held[:1])
    assert asked.h1 == "Why?" or "Why?" in asked.source
    assert not ActionLog.objects.exists()
    again = choose(client, "approve_selected", held[:1], reason="  ")
    assert "Say why" in again.text("//p[@role='alert']")
    choose(client, "approve_selected", held[:1], reason="Fine.")
    choose(client, "refuse_selected", held[1:], reason="Copied.")
    for work in held:
        work.refresh_from_db()
    assert (held[0].held_at, bool(held[1].deleted_at)) == (None, True)
    assert list(ActionLog.objects.order_by("id").values_list("verb", "reason")) == [
        ("work.approve", "Fine."),
        ("work.refuse", "Copied."),
    ]


def test_a_work_that_is_not_held_is_neither(browser):
    work = make_work("Open")
    told = choose(browser("moderator"), "refuse_selected", [work], reason="x")
    assert "not held" in told.text("//ul[@class='messagelist']")
    work.refresh_from_db()
    assert work.deleted_at is None


def test_archivists_review_nothing(browser, held):
    client = browser("archivist")
    offered = get(client, WORKS).all("//select[@name='action']/option/@value")
    assert "approve_selected" not in offered
    choose(client, "approve_selected", held, reason="x")
    assert not ActionLog.objects.exists()


def test_a_term_is_added_changed_and_refused(browser):
    client = browser("moderator")
    sent = {"kind": "words", "text": "cheap lamps", "note": "spam", "is_active": "on"}
    make_work()
    assert client.post(f"{TERMS}add/", sent).status_code == 302
    term = WatchTerm.objects.get()
    assert (term.folded, term.created_by.username) == ("cheap lamps", "moderator")
    assert ScanMark.objects.exists()
    again = Page(client.post(f"{TERMS}add/", {**sent, "text": "Cheap LAMPS"}))
    assert "on the list already" in again.text("//ul[contains(@class, 'errorlist')]")
    client.post(f"{TERMS}{term.pk}/change/", {**sent, "is_active": ""})
    term.refresh_from_db()
    assert not term.is_active
    assert ActionLog.objects.filter(verb="archive.watch").count() == 2
    assert client.get(f"{TERMS}{term.pk}/delete/").status_code == 403


def test_pairs_are_shown_and_decided(browser):
    client = browser("moderator")
    first, second, hidden = make_work("One"), make_work("Two"), make_work(status="draft")
    pair = DuplicatePair.objects.create(first=first, second=second, likeness=93)
    DuplicatePair.objects.create(first=first, second=hidden, likeness=90)
    page = get(client, PAIRS)
    assert page.texts("//td[contains(@class, 'field-first_work')]") == ["One"]
    assert "93 %" in page.source
    desk = get(client, f"/admin/catalog/report/desk/work/{first.pk}/")
    assert desk.text("//p[@class='warning-note']") == "Looks like: Two (93 %)"
    client.post(PAIRS, {"action": "dismiss", "_selected_action": [pair.pk]})
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by.username) == ("dismissed", "moderator")
    assert ActionLog.objects.get().verb == "duplicate.dismissed"


@pytest.mark.parametrize("who", ["wrangler", "archivist"])
def test_others_see_neither(browser, who):
    client = browser(who)
    for path in (TERMS, PAIRS, f"{TERMS}add/"):
        assert client.get(path).status_code == 403
