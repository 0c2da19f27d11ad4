"""Requests that come twice with one key act once: same answer, clear refusals, crash-proof."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from archive.accounts.models import ApiKey
from archive.core.api.once import REPEATED
from archive.core.models import KeptAnswer
from catalog.api.views import works
from catalog.models import Report, Work
from tests.api.conftest import codes
from tests.factories import make_user, make_work

pytestmark = pytest.mark.django_db

KEY = {"HTTP_IDEMPOTENCY_KEY": "6c1b1b0e-3f5d-4f6a"}
BODY = {"title": "Written once", "language": "en"}


@pytest.fixture
def writer(api_as):
    return api_as(make_user("writer"))


def count_works() -> int:
    return Work.everything.count()


def test_a_repeated_post_makes_one_work_and_answers_the_same(writer):
    first = writer.post("works/", BODY, **KEY)
    second = writer.post("works/", BODY, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    for name in ("Location", "ETag", "Last-Modified", "Content-Type"):
        assert first.headers[name] == second.headers[name]
    assert (first.headers.get(REPEATED), second.headers[REPEATED]) == (None, "true")
    assert count_works() == 1


def test_the_answer_stays_what_it_was_when_the_object_changed(writer):
    first = writer.post("works/", BODY, **KEY)
    writer.patch(f"works/{first.json()['id']}/", {"title": "Changed"})
    assert writer.post("works/", BODY, **KEY).json()["title"] == "Written once"


def test_without_a_key_every_post_acts(writer):
    writer.post("works/", BODY)
    writer.post("works/", BODY)
    assert count_works() == 2


def test_another_request_under_the_same_key_is_refused(writer):
    writer.post("works/", BODY, **KEY)
    for path, body in (
        ("works/", {"title": "Another"}),
        ("series/", BODY),
    ):
        refused = writer.post(path, body, **KEY)
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency.reused")
    assert count_works() == 1


@pytest.mark.parametrize("key", ["", " ", "with space", "x" * 256, "ü"])
def test_what_is_no_key_is_refused(writer, key):
    refused = writer.post("works/", BODY, HTTP_IDEMPOTENCY_KEY=key)
    assert refused.status_code == 400
    assert codes(refused) == [("Idempotency-Key", "idempotency.key_invalid")]
    assert count_works() == 0


def test_keys_belong_to_an_account_whatever_api_key_it_uses(writer, api_as):
    user = make_user("somebody")
    api_as(user).post("works/", BODY, **KEY)
    repeated = api_as(user).post("works/", BODY, **KEY)
    assert repeated.headers[REPEATED] == "true"
    assert REPEATED not in writer.post("works/", BODY, **KEY).headers
    assert count_works() == 2


def test_a_key_is_forgotten_after_a_day(writer):
    now = timezone.now()
    with time_machine.travel(now - timedelta(hours=24, seconds=1), tick=False):
        writer.post("works/", BODY, **KEY)
    again = writer.post("works/", {"title": "Another"}, **KEY)
    assert (again.status_code, REPEATED in again.headers) == (201, False)
    assert KeptAnswer.objects.count() == 1


def test_a_refused_request_is_tried_anew(writer):
    assert writer.post("works/", {"title": ""}, **KEY).status_code == 400
    assert KeptAnswer.objects.count() == 0
    assert writer.post("works/", BODY, **KEY).status_code == 201


def test_a_crash_before_the_commit_leaves_neither_work_nor_key(writer, monkeypatch):
    """The process dies between the change and the answer: the transaction is gone with both."""

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(works, "present_work", die)
        writer.client.raise_request_exception = False
        assert writer.post("works/", BODY, **KEY).status_code == 500
    assert (count_works(), KeptAnswer.objects.count()) == (0, 0)
    assert writer.post("works/", BODY, **KEY).status_code == 201
    assert count_works() == 1


def test_a_crash_after_the_commit_loses_no_answer(writer, monkeypatch):
    """The process dies while it sends the answer: the repeated request gets it."""

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    writer.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(works.WorkList, "finalize_response", die)
        assert writer.post("works/", BODY, **KEY).status_code == 500
    again = writer.post("works/", BODY, **KEY)
    assert (again.status_code, again.headers[REPEATED]) == (201, "true")
    assert (count_works(), again.json()["title"]) == (1, "Written once")


def test_rights_are_checked_before_a_kept_answer_is_given(api, api_as):
    user = make_user("writer")
    api_as(user).post("works/", BODY, **KEY)
    assert api_as(user, "read").post("works/", BODY, **KEY).status_code == 403
    assert api.post("works/", BODY, **KEY).status_code == 401


def test_a_key_of_the_api_is_made_once_and_its_text_not_kept(writer):
    made = writer.post("me/keys/", {"name": "script", "scopes": ["read"]}, **KEY)
    text = made.json()["key"]
    again = writer.post("me/keys/", {"name": "script", "scopes": ["read"]}, **KEY)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency.not_kept")
    assert ApiKey.objects.filter(name="script").count() == 1
    assert not [row for row in KeptAnswer.objects.all() if text in row.body]


def test_guests_repeat_their_reports(api):
    work = make_work()
    body = {"target": {"kind": "work", "id": work.pk}, "reason": "spam", "text": "Look."}
    first, second = api.post("reports/", body, **KEY), api.post("reports/", body, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Report.objects.count() == 1
    other = api.post("reports/", body, REMOTE_ADDR="192.0.2.7", **KEY)
    assert REPEATED not in other.headers


def send_file(client, text: str, **headers: str):
    file = SimpleUploadedFile("story.txt", text.encode())
    form = {"file": file, "rating": "General", "warning": "No Archive Warnings Apply"}
    return client.client.post(
        "/api/v1/imports/", {**form, "commit": "true"}, **client.headers, **headers
    )


def test_a_repeated_upload_is_known_by_its_content(writer):
    text = "A Title\nby Writer\n\n" + "It was a quiet night. " * 20
    first = send_file(writer, text, **KEY)
    second = send_file(writer, text, **KEY)
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert (first.json(), second.headers[REPEATED]) == (second.json(), "true")
    other = send_file(writer, text + "Another end.", **KEY)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.reused")
    assert count_works() == 1


def test_long_work_says_that_it_is_not_done_and_lapses_after_a_crash(writer):
    text = "A Title\nby Writer\n\n" + "It was a quiet night. " * 20
    send_file(writer, text, **KEY)
    KeptAnswer.objects.update(status=0)
    waiting = send_file(writer, text, **KEY)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency.at_work")
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    again = send_file(writer, text, **KEY)
    assert (again.status_code, again.json()["already_imported"]) == (200, True)
    assert count_works() == 1


def test_long_work_that_fails_frees_its_key(writer):
    assert send_file(writer, "", **KEY).status_code == 400
    assert KeptAnswer.objects.count() == 0
