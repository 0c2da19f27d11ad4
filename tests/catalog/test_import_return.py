"""Downloads of this archive that are imported: recognised, never doubled."""

from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from zeal import zeal_ignore

from catalog.models import Chapter, Work
from tests.api.conftest import APIClient
from tests.factories import make_chapter, make_user, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db
BODY = "<p>It was <em>dark</em> and the lamp had gone out; nobody noticed it but Holmes.</p>"


@pytest.fixture
def archivist() -> APIClient:
    return APIClient(user_with_roles("arch", "archivists"))


def ours(**fields) -> Work:
    return make_work("The Lamp", text=BODY, **fields)


def download(client: APIClient, work: Work, extension: str) -> bytes:
    answer = client.client.get(f"/api/v1/works/{work.pk}/download.{extension}", **client.headers)
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


def upload(client: APIClient, content: bytes, extension: str, **form) -> dict:
    sent = {"file": SimpleUploadedFile(f"other.{extension}", content), "commit": "true", **form}
    answer = client.client.post("/api/v1/imports/", sent, **client.headers)
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


@pytest.mark.parametrize("extension", ["epub", "html", "txt", "md"])
def test_a_download_of_this_archive_is_recognised(archivist, extension):
    work = ours()
    before = Work.everything.values().get(pk=work.pk)
    answer = upload(archivist, download(archivist, work, extension), extension)
    assert (answer["outcome"], answer["work"]) == ("unchanged", work.pk)
    assert answer["already_imported"] is True
    assert Work.everything.values().get() == before


def test_it_is_recognised_by_its_identifier_when_it_names_another_source(archivist, settings):
    work = ours(source_url="https://elsewhere.example/stories/9")
    content = download(archivist, work, "epub")
    settings.BASE_URL = "https://moved.example"
    assert upload(archivist, content, "epub")["work"] == work.pk


def test_what_was_written_in_the_file_since_is_taken_back(archivist):
    work = ours()
    content = rewritten(download(archivist, work, "epub"), "nobody noticed", "nobody at all saw")
    assert upload(archivist, content, "epub")["outcome"] == "updated"
    assert "nobody at all saw" in Chapter.everything.get(work=work).html
    assert upload(archivist, content, "epub")["outcome"] == "unchanged"


def test_a_chapter_edited_here_does_not_go_back_to_the_file(archivist):
    work = ours()
    content = download(archivist, work, "epub")
    Chapter.everything.filter(work=work).update(html="<p>Better words.</p>", version=2)
    assert upload(archivist, content, "epub")["outcome"] == "unchanged"
    assert Chapter.everything.get(work=work).html == "<p>Better words.</p>"


def test_a_draft_chapter_between_is_left_alone(archivist):
    work = ours()
    make_chapter(work, "A secret draft.", status="draft")
    make_chapter(work, "The third chapter of the lamp.")
    content = download(archivist, work, "epub")
    assert upload(archivist, content, "epub")["outcome"] == "unchanged"
    assert Chapter.everything.filter(work=work).count() == 3


def test_a_strangers_upload_changes_nothing(archivist):
    work = ours()
    content = rewritten(download(archivist, work, "epub"), "nobody noticed", "it was stolen")
    answer = upload(APIClient(make_user("stranger")), content, "epub")
    assert (answer["outcome"], answer["work"]) == ("unchanged", work.pk)
    assert "stolen" not in Chapter.everything.get().html


def test_another_archive_takes_it_in_and_knows_it_again(archivist, settings):
    work = ours()
    content = download(archivist, work, "epub")
    address = f"{settings.BASE_URL}{work.get_absolute_url()}"
    Work.everything.all().delete()
    settings.BASE_URL = "https://second.example"
    first = upload(archivist, content, "epub")
    assert first["outcome"] in ("imported", "draft")
    assert Work.everything.get().source_url == address
    again = upload(archivist, content, "epub")
    assert (again["outcome"], again["work"]) == ("unchanged", first["work"])


@pytest.mark.parametrize("extension", ["epub", "html", "txt", "md"])
def test_a_work_of_another_archive_at_the_same_address_is_another_work(archivist, extension):
    work = ours()
    content = download(archivist, work, extension)
    Work.everything.filter(pk=work.pk).update(title="Hamlet", uuid=uuid4())
    Chapter.everything.filter(work=work).update(html="<p>Who's there?</p>", version=1)
    answer = upload(archivist, content, extension)
    assert (answer["outcome"], answer["already_imported"]) == ("imported", False)
    assert answer["work"] != work.pk


def test_an_anthology_comes_back_as_its_works(archivist):
    works = [ours(), make_work("Second", text="<p>Another evening on the moor, in the rain.</p>")]
    query = "&".join(f"work={work.pk}" for work in works)
    answer = archivist.client.get(f"/api/v1/works/download.epub?{query}", **archivist.headers)
    content = b"".join(answer) if answer.streaming else answer.content
    found = upload(archivist, content, "epub")["results"]
    assert [(row["outcome"], row["work"]) for row in found] == [
        ("unchanged", work.pk) for work in works
    ]
    Work.everything.all().delete()
    with zeal_ignore():
        taken = upload(archivist, content, "epub")["results"]
    assert [(row["outcome"], row["title"]) for row in taken] == [
        ("imported", "The Lamp"),
        ("imported", "Second"),
    ]


def rewritten(content: bytes, old: str, new: str) -> bytes:
    """The EPUB with words of its chapters replaced."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(out, "w") as made:
        for info in given.infolist():
            data = given.read(info)
            if info.filename.endswith(".xhtml"):
                data = data.replace(old.encode(), new.encode())
            made.writestr(info, data)
    return out.getvalue()
