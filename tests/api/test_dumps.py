"""Dumps: whole or not there, public works alone, with checksums, in pieces, and in step with sync."""

import base64
import gzip
import hashlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from archive.core.locks import file_lock
from catalog.api.dumping import dump_catalogue
from catalog.events import announce_works_changed
from catalog.models import Work
from catalog.services import dumps
from tests.factories import make_chapter, make_creator, make_series, make_work

pytestmark = pytest.mark.django_db

SECRET_STATES = (
    {"is_restricted": True},
    {"status": "draft"},
    {"hidden_at": "2024-05-01T00:00Z"},
    {"held_at": "2024-05-01T00:00Z"},
    {"deleted_at": "2024-05-01T00:00Z"},
)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def work(db) -> Work:
    made = make_work("The Borrowed Violin", tags={"freeform": ["Fluff"]})
    make_series(made)
    return made


def lines(body: bytes) -> list[dict]:
    return [json.loads(line) for line in gzip.decompress(body).decode().splitlines()]


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def fetch(api, name: str, **headers: str):
    return api.get(f"dumps/{name}", **headers)


def test_a_dump_is_listed_with_its_checksum_and_can_be_fetched(api, work):
    assert api.get("dumps/").json()["results"] == []
    made = dump_catalogue()
    (entry,) = api.get("dumps/").json()["results"]
    assert entry["name"] == made.name
    assert (entry["works"], entry["texts"]) == (1, False)
    answer = api.client.get(entry["url"])
    body = body_of(answer)
    assert hashlib.sha256(body).hexdigest() == entry["sha256"]
    assert len(body) == entry["size"]
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    line = api.client.get(entry["checksum_url"]).content.decode()
    assert line == f"{entry['sha256']}  {entry['name']}\n"


def test_a_line_is_the_work_as_the_api_sends_it_to_guests(api, work, settings):
    settings.BASE_URL = "http://testserver"
    (line,) = lines(dump_catalogue().path.read_bytes())
    assert line == api.get(f"works/{work.pk}/").json()
    (line,) = lines(dump_catalogue(with_texts=True).path.read_bytes())
    assert line == api.get(f"works/{work.pk}/", {"include": "text"}).json()


def test_only_what_everybody_may_see_is_in_it(work):
    pen = make_creator("Masked Pen")
    make_work("Anonymous", is_anonymous=True, creators=[pen])
    for number, state in enumerate(SECRET_STATES):
        make_work(f"Secret {number}", text="Secret words.", **state)
    make_chapter(work, "Secret words.", status="draft", title="Secret chapter")
    body = gzip.decompress(dump_catalogue(with_texts=True).path.read_bytes()).decode()
    assert {json.loads(line)["title"] for line in body.splitlines()} == {work.title, "Anonymous"}
    assert "Secret" not in body
    assert "Masked Pen" not in body


def test_a_mirror_goes_on_from_the_dump(api, work):
    announce(work)
    made = dump_catalogue()
    assert api.get("sync/works/", {"since": made.cursor}).json()["changes"] == []
    Work.everything.filter(pk=work.pk).update(is_restricted=True)
    announce(work)
    (change,) = api.get("sync/works/", {"since": made.cursor}).json()["changes"]
    assert (change["id"], change["change"]) == (work.pk, "delete")


@transaction.atomic
def announce(*works: Work) -> None:
    announce_works_changed([work.pk for work in works])


def test_what_changed_by_hand_reaches_mirrors_with_the_nightly_dump(api, work):
    announce(work)
    cursor = api.get("sync/works/").json()["cursor"]
    Work.everything.filter(pk=work.pk).update(is_restricted=True)
    dump_catalogue()
    (change,) = api.get("sync/works/", {"since": cursor}).json()["changes"]
    assert (change["id"], change["change"]) == (work.pk, "delete")


def test_a_broken_download_goes_on(api, work):
    made = dump_catalogue()
    whole = made.path.read_bytes()
    first = fetch(api, made.name, HTTP_RANGE="bytes=0-99")
    assert (first.status_code, body_of(first)) == (206, whole[:100])
    assert first.headers["Content-Range"] == f"bytes 0-99/{len(whole)}"
    etag = first.headers["ETag"]
    rest = fetch(api, made.name, HTTP_RANGE="bytes=100-", HTTP_IF_RANGE=etag)
    assert (rest.status_code, body_of(rest)) == (206, whole[100:])
    tail = fetch(api, made.name, HTTP_RANGE="bytes=-5")
    assert body_of(tail) == whole[-5:]
    other = fetch(api, made.name, HTTP_RANGE="bytes=100-", HTTP_IF_RANGE='"another"')
    assert (other.status_code, body_of(other)) == (200, whole)


@pytest.mark.parametrize(
    "given", ["bytes=a-", "lines=1-2", "bytes=-", "bytes=9-3", "bytes=0-1,4-5"]
)
def test_what_is_no_range_is_the_whole_file(api, work, given):
    made = dump_catalogue()
    assert body_of(fetch(api, made.name, HTTP_RANGE=given)) == made.path.read_bytes()


@pytest.mark.parametrize("given", ["bytes=99999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(api, work, given):
    refused = fetch(api, dump_catalogue().name, HTTP_RANGE=given)
    assert (refused.status_code, refused.json()["code"]) == (416, "range.not_there")


def test_files_are_not_packed_twice_and_answer_head_and_conditions(api, work):
    made = dump_catalogue()
    answer = fetch(api, made.name, HTTP_ACCEPT_ENCODING="gzip")
    assert "Content-Encoding" not in answer.headers
    head = api.send("HEAD", f"dumps/{made.name}")
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(made.size))
    assert fetch(api, made.name, HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("name", ["nothing", "../secret_key", "works-20240301T030000Z.ndjson.gz"])
def test_other_names_are_not_found(api, name):
    assert fetch(api, name).status_code == 404


def test_a_dump_that_fails_leaves_nothing_behind(api, work):
    def fail(_: int) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        dump_catalogue(report=fail)
    assert list(dumps.folder().iterdir()) == []


def test_a_file_without_its_manifest_is_none_and_is_swept_away(api, work):
    """The process was killed between the file and its manifest, or while it wrote."""
    made = dump_catalogue()
    (dumps.folder() / f"{made.name}.json").unlink()
    (dumps.folder() / ".works-half.part").touch()
    assert api.get("dumps/").json()["results"] == []
    assert fetch(api, made.name).status_code == 404
    again = dump_catalogue()
    assert {path.name for path in dumps.folder().iterdir()} == {again.name, f"{again.name}.json"}


def test_a_broken_manifest_hides_its_dump_alone(api, work):
    dump_catalogue()
    (dumps.folder() / "broken.json").write_text("{")
    assert api.get("dumps/").json()["count"] == 1


def test_the_oldest_of_a_sort_go(work):
    for day in range(1, 5):
        manifest = dump_catalogue()
        old = f"works-2024030{day}T030000Z.ndjson.gz"
        manifest.path.rename(dumps.folder() / old)
        (dumps.folder() / f"{manifest.name}.json").unlink()
        values = json.loads(manifest.as_json()) | {
            "name": old,
            "created_at": f"2024-03-0{day}T03:00:00+00:00",
        }
        (dumps.folder() / f"{old}.json").write_text(json.dumps(values))
    texts = dump_catalogue(with_texts=True)
    newest = dump_catalogue(keep=2)
    kept = [dump.name for dump in dumps.published()]
    assert set(kept) == {texts.name, newest.name, "works-20240304T030000Z.ndjson.gz"}


def test_the_command_writes_one_dump_or_two(work, settings):
    out = StringIO()
    call_command("write_dumps", stdout=out)
    call_command("write_dumps", "--texts", stdout=out)
    assert [dump.has_texts for dump in dumps.published()].count(True) == 1
    assert dumps.published()[0].sha256 in out.getvalue()
    with pytest.raises(CommandError, match="from 1 to"):
        call_command("write_dumps", "--keep", "0")
    with file_lock(settings.SEARCH_LOCK_DIR / "dumps.lock"), pytest.raises(CommandError):
        call_command("write_dumps")


def test_batches_take_the_same_statements(work, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("catalog.api.dumping.BATCH", 3)
    for _ in range(7):
        make_work()
    assert dump_catalogue().works == 8
    monkeypatch.setattr("catalog.api.dumping.BATCH", 200)
    with django_assert_max_num_queries(24):
        dump_catalogue()
