"""The changes of works: in order, once each, with tombstones, and nothing that leaks."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from archive.core.viewer import Viewer
from catalog.events import announce_works_changed
from catalog.models import ChangeMark, Kind, Work, WorkChange
from catalog.services import moderation, wrangling_plan
from catalog.services.changes import mark_forgotten, settle, start_epoch
from catalog.services.data import WorkData
from catalog.services.metatags import change_metatags
from catalog.services.series import SeriesData, create_series
from catalog.services.works import create_work, delete_work, edit_work
from catalog.services.wrangling import make_synonym
from search.rebuild import rebuild_index
from tests.api.conftest import codes
from tests.factories import make_creator, make_tag, make_user, make_work

pytestmark = pytest.mark.django_db


@transaction.atomic
def announce(*works: Work) -> None:
    announce_works_changed([work.pk for work in works])


def change(work: Work, **values: object) -> None:
    Work.everything.filter(pk=work.pk).update(**values)
    announce(work)


def told(client, since: str = "", **params) -> tuple[list[tuple[int, str]], str]:
    """(id, change) of everything after a cursor, and the new cursor."""
    given = {**params, **({"since": since} if since else {})}
    body = client.get("sync/works/", given).json()
    return [(entry["id"], entry["change"]) for entry in body["changes"]], body["cursor"]


def test_changes_come_in_order_and_once(api):
    first, second = make_work("First"), make_work("Second")
    announce(first, second)
    announce(first)
    body = api.get("sync/works/").json()
    assert body["changes"][1] == {
        "id": first.pk,
        "change": "upsert",
        "version": first.version,
        "updated_at": "2024-03-01T12:00:00Z",
        "url": f"http://testserver/api/v1/works/{first.pk}/",
    }
    assert [entry["id"] for entry in body["changes"]] == [second.pk, first.pk]
    assert (body["more"], body["reset"]) == (False, False)
    again, cursor = told(api, body["cursor"])
    assert (again, cursor) == ([], body["cursor"])
    announce(second)
    assert told(api, cursor)[0] == [(second.pk, "upsert")]


def test_pages_follow_each_other_without_gap_or_overlap(api):
    works = [make_work() for _ in range(5)]
    announce(*works)
    seen, cursor = [], ""
    while True:
        given = {"page_size": 2, **({"since": cursor} if cursor else {})}
        body = api.get("sync/works/", given).json()
        seen += [entry["id"] for entry in body["changes"]]
        cursor = body["cursor"]
        if not body["more"]:
            break
    assert seen == [work.pk for work in works]


@pytest.mark.parametrize(
    ("values", "back"),
    [
        ({"is_restricted": True}, {"is_restricted": False}),
        ({"hidden_at": "2024-05-01T00:00Z"}, {"hidden_at": None}),
        ({"held_at": "2024-05-01T00:00Z"}, {"held_at": None}),
        ({"deleted_at": "2024-05-01T00:00Z"}, {"deleted_at": None}),
        ({"status": "draft"}, {"status": "posted"}),
    ],
)
def test_what_guests_no_longer_see_is_a_tombstone_and_returns(api, values, back):
    work = make_work()
    announce(work)
    _, cursor = told(api)
    change(work, **values)
    gone, cursor = told(api, cursor)
    assert gone == [(work.pk, "delete")]
    change(work, **back)
    assert told(api, cursor)[0] == [(work.pk, "upsert")]


def test_a_tombstone_says_nothing_of_the_work(api):
    work = make_work()
    announce(work)
    told(api)
    change(work, hidden_at="2024-05-01T00:00Z")
    (entry,) = api.get("sync/works/").json()["changes"]
    assert (entry["version"], entry["updated_at"]) == (None, None)


@pytest.mark.parametrize("state", [{"status": "draft"}, {"is_restricted": True}])
def test_what_was_never_seen_is_never_told(api, state):
    work = make_work(**state)
    announce(work)
    change(work, title="Secretly changed")
    change(work, deleted_at="2024-05-01T00:00Z")
    assert told(api)[0] == []


def test_changes_behind_the_curtain_do_not_move_the_tombstone(api):
    work = make_work()
    announce(work)
    told(api)
    change(work, hidden_at="2024-05-01T00:00Z")
    _, cursor = told(api)
    change(work, title="Changed while hidden")
    assert told(api, cursor) == ([], cursor)


def test_members_follow_what_is_restricted(api, api_as):
    member = api_as(make_user("reader"))
    work = make_work()
    announce(work)
    _, cursor = told(member)
    change(work, is_restricted=True)
    assert told(member, cursor)[0] == [(work.pk, "upsert")]
    assert told(api, cursor)[0] == [(work.pk, "delete")]


def test_a_change_after_the_numbering_is_not_shown_early(api):
    work = make_work()
    announce(work)
    settle()
    Work.everything.filter(pk=work.pk).update(is_restricted=True)
    assert told(api)[0] == [(work.pk, "delete")]


def test_every_kind_of_act_is_told(api, archivist: Viewer, moderator: Viewer):
    def act(step) -> list[tuple[int, str]]:
        nonlocal cursor
        step()
        found, cursor = told(api, cursor)
        return found

    _, cursor = told(api)
    work = make_work(creators=[make_creator("Unclaimed")])
    announce(work)
    assert act(lambda: None) == [(work.pk, "upsert")]
    retitled = WorkData(title="Another title")
    assert act(lambda: edit_work(actor=archivist, work_id=work.pk, data=retitled)) == [
        (work.pk, "upsert")
    ]
    row = {"work_id": work.pk, "reason": "Test."}
    assert act(lambda: moderation.hide_work(actor=moderator, **row)) == [(work.pk, "delete")]
    assert act(lambda: moderation.restore_work(actor=moderator, **row)) == [(work.pk, "upsert")]
    data = SeriesData(title="A series", works=[work.pk])
    assert act(lambda: create_series(actor=archivist, data=data)) == [(work.pk, "upsert")]
    assert act(lambda: delete_work(actor=archivist, work_id=work.pk)) == [(work.pk, "delete")]
    assert act(lambda: moderation.undelete_work(actor=moderator, **row)) == [(work.pk, "upsert")]
    draft = WorkData(title="Unseen", creators=["Unclaimed"])
    assert act(lambda: create_work(actor=archivist, data=draft)) == []


def test_works_of_a_merged_tag_are_told(api, wrangler: Viewer):
    tag = make_tag(Kind.FREEFORM, "Slowburn", is_canonical=False)
    target = make_tag(Kind.FREEFORM, "Slow Burn")
    work, other = make_work(tags={Kind.FREEFORM: ["Slowburn"]}), make_work()
    announce(work, other)
    _, cursor = told(api)
    make_synonym(actor=wrangler, tag_id=tag.pk, of=target.pk)
    assert told(api, cursor)[0] == [(work.pk, "upsert")]


@pytest.mark.parametrize("is_deferred", [False, True])
def test_a_work_far_below_a_changed_link_is_told_with_its_version(
    is_deferred, api, wrangler: Viewer, drained, monkeypatch
):
    if is_deferred:
        monkeypatch.setattr(wrangling_plan, "WORKS_IN_REQUEST", 0)
    make_tag(Kind.FREEFORM, "Top")
    middle, low = make_tag(Kind.FREEFORM, "Middle"), make_tag(Kind.FREEFORM, "Low")
    change_metatags(actor=wrangler, tag_id=low.pk, add=["Middle"])
    work = make_work(tags={Kind.FREEFORM: ["Low"]})
    announce(work)
    drained()
    cursor = told(api)[1]
    change_metatags(actor=wrangler, tag_id=middle.pk, add=["Top"])
    _, cursor = told(api, cursor) if is_deferred else ([], cursor)
    drained()
    entries = api.get("sync/works/", {"since": cursor}).json()["changes"]
    now = Work.everything.get(pk=work.pk).version
    assert now > work.version
    assert [(entry["id"], entry["version"]) for entry in entries] == [(work.pk, now)]


def test_reindexing_moves_no_cursor(api, drained):
    announce(make_work(), make_work())
    before = told(api)
    drained()
    rebuild_index()
    assert told(api) == before
    assert told(api, before[1]) == ([], before[1])


def test_a_cursor_from_before_a_restored_backup_begins_anew_and_says_so(api):
    work = make_work()
    announce(work)
    _, cursor = told(api)
    start_epoch()
    body = api.get("sync/works/", {"since": cursor}).json()
    assert (body["reset"], [entry["id"] for entry in body["changes"]]) == (True, [work.pk])
    assert not api.get("sync/works/", {"since": body["cursor"]}).json()["reset"]


def test_a_cursor_from_the_future_begins_anew(api):
    announce(make_work())
    epoch = told(api)[1].partition(".")[0]
    assert api.get("sync/works/", {"since": f"{epoch}.999999"}).json()["reset"]


@pytest.mark.parametrize("since", ["x", "12", "9f3c1e02", "9f3c1e02.-1", "9F3C1E02.1", "\0"])
def test_what_is_no_cursor_is_refused(api, since):
    response = api.get("sync/works/", {"since": since})
    assert response.status_code == 400
    assert codes(response)[0][0] == "since"


def test_who_cares_for_the_future_alone_begins_now(api):
    announce(make_work(), make_work())
    body = api.get("sync/works/", {"since": "now"}).json()
    assert (body["changes"], body["more"], body["reset"]) == ([], False, False)
    later = make_work()
    announce(later)
    assert told(api, body["cursor"])[0] == [(later.pk, "upsert")]


def test_fields_are_chosen(api):
    work = make_work()
    announce(work)
    body = api.get("sync/works/", {"fields": "id,change"}).json()
    assert body["changes"] == [{"id": work.pk, "change": "upsert"}]


def test_the_number_of_statements_does_not_depend_on_the_changes(api):
    def statements() -> int:
        settle(rounds=None)
        with CaptureQueriesContext(
            connection,
        ) as found:
            api.get("sync/works/")
        return len(found)

    announce(make_work())
    few = statements()
    announce(*[make_work() for _ in range(30)])
    assert statements() == few <= 6


def test_changes_by_hand_are_found_by_the_nightly_look(api):
    hidden, kept, gone = make_work(), make_work(), make_work()
    announce(hidden, kept, gone)
    _, cursor = told(api)
    Work.everything.filter(pk=hidden.pk).update(is_restricted=True)
    Work.everything.filter(pk=gone.pk).delete()
    assert mark_forgotten() == 2
    assert set(told(api, cursor)[0]) == {(hidden.pk, "delete"), (gone.pk, "delete")}
    assert mark_forgotten() == 0


def test_marks_are_numbered_in_rounds(api, monkeypatch):
    monkeypatch.setattr("catalog.services.changes.MARKS_AT_ONCE", 2)
    works = [make_work() for _ in range(5)]
    announce(*works)
    settle(rounds=1)
    assert (ChangeMark.objects.count(), WorkChange.objects.count()) == (3, 4)
    assert [pk for pk, _ in told(api)[0]] == [work.pk for work in works]
