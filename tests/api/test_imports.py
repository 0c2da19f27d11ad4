"""Imports through the API: previews, works, batches, never a double."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Work
from tests.api.conftest import APIClient, codes
from tests.catalog.importers.docx_samples import docx, paragraph
from tests.catalog.importers.epub_samples import zipped
from tests.factories import make_tag, make_user
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db

STORY = """The Lamp in the Window
By Ozfan

Fandom: Sherlock Holmes

It was dark, and the lamp in the window had gone out. Nobody in Baker Street noticed it.

Holmes noticed. He lit a match and walked up the seventeen steps without a word.
"""
OTHER = STORY.replace("The Lamp in the Window", "The Second Lamp").replace("dark", "bright")


@pytest.fixture
def archivist() -> APIClient:
    return APIClient(user_with_roles("arch", "archivists"))


def send(client: APIClient, **form):
    return client.client.post("/api/v1/imports/", form, **client.headers)


def story(name: str = "lamp.txt", text: str = STORY) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


GIVEN = {"rating": "General", "warning": "No Archive Warnings Apply", "language": "en"}


def test_a_preview_tells_what_was_recognised_and_writes_nothing(archivist):
    make_tag("fandom", "Sherlock Holmes")
    response = send(archivist, file=story())
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["outcome"] == "previewed"
    assert (body["title"], body["creators"]) == ("The Lamp in the Window", ["Ozfan"])
    assert body["tags"]["fandom"] == ["Sherlock Holmes"]
    assert set(body["missing"]) == {"rating", "warnings"}
    assert not Work.everything.exists()


def test_a_committed_file_is_the_work(api, archivist):
    response = send(archivist, file=story(), commit="true", external_id="row-1", **GIVEN)
    assert response.status_code == 201, response.content
    body = response.json()
    assert response.headers["Location"] == body["url"]
    assert (body["outcome"], body["already_imported"]) == ("imported", False)
    assert body["external_id"] == "row-1"
    assert body["title"] == "The Lamp in the Window"
    assert body["creators"][0]["name"] == "Ozfan"
    assert body["work"] == body["id"]
    text = api.get(f"works/{body['id']}/", {"include": "text"}).json()["chapters"][0]["body_html"]
    assert "seventeen steps" in text


def test_the_same_source_gives_the_first_work_back(archivist):
    first = send(archivist, file=story(), commit="true", **GIVEN).json()
    again = send(archivist, file=story(), commit="true", **GIVEN)
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["already_imported"]) == (first["id"], True)
    preview = send(archivist, file=story(), **GIVEN).json()
    assert (preview["work"], preview["already_imported"]) == (first["id"], True)
    assert Work.everything.count() == 1


def test_a_text_is_imported_like_a_file(archivist):
    form = send(archivist, text=STORY, commit="true", **GIVEN)
    assert (form.status_code, form.json()["title"]) == (201, "The Lamp in the Window")
    body = {"text": OTHER, "commit": True, "fandom": ["Hamlet"], **GIVEN}
    as_json = archivist.post("imports/", body)
    assert as_json.status_code == 201
    assert {tag["name"] for tag in as_json.json()["fandoms"]} == {"Sherlock Holmes", "Hamlet"}


def test_what_lacks_something_becomes_a_draft_that_says_so(api, archivist):
    body = send(archivist, file=story(), commit="true").json()
    assert (body["outcome"], body["status"]) == ("draft", "draft")
    assert set(body["missing"]) == {"rating", "warnings"}
    assert api.get(f"works/{body['id']}/").status_code == 404


def test_a_batch_answers_item_by_item(archivist):
    files = [story(), story("second.txt", OTHER), SimpleUploadedFile("bad.txt", b"")]
    response = send(archivist, file=files, external_id=["a", "b", "c"], commit="true", **GIVEN)
    assert response.status_code == 201
    results = response.json()["results"]
    assert [(item["external_id"], item["outcome"]) for item in results] == [
        ("a", "imported"),
        ("b", "imported"),
        ("c", "refused"),
    ]
    assert results[2]["code"] == "import.empty"
    for item in results[:2]:
        assert item["id"] == item["work"]
        assert item["url"] == f"http://testserver/api/v1/works/{item['id']}/"
        assert item["web_url"] == f"http://testserver/works/{item['id']}/"
    assert (results[2]["id"], results[2]["url"], results[2]["web_url"]) == (None, "", "")
    assert send(archivist, file=files, commit="true", **GIVEN).status_code == 200


def test_one_refused_file_is_a_problem(archivist):
    response = send(archivist, file=SimpleUploadedFile("x.txt", b"\x00\x01\x02" * 500))
    assert (response.status_code, response.json()["code"]) == (400, "import.binary")
    wrong = send(archivist, file=story(), commit="true", **{**GIVEN, "rating": "Naughty"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "tag.unknown")
    assert not Work.everything.exists()


def test_a_member_imports_under_an_own_name(db):
    client = APIClient(make_user("ozfan"))
    body = send(client, file=story(), commit="true", **GIVEN).json()
    assert body["creators"][0]["name"] == "ozfan"


def test_every_fault_of_the_form_is_told(archivist):
    response = send(archivist, commit="maybe", colour="red", rating=["General", "Teen"])
    assert set(codes(response)) == {
        ("colour", "field.unknown"),
        ("commit", "field.invalid"),
        ("rating", "field.repeated"),
        ("file", "import.nothing"),
    }
    uneven = send(archivist, file=[story(), story()], external_id="one")
    assert codes(uneven) == [("external_id", "external_id.count")]


def test_only_writers_import_and_not_too_often(api, api_as, settings, tmp_path):
    assert send(api, file=story()).status_code == 401
    assert send(api_as(make_user("reader"), "read"), file=story()).status_code == 403
    settings.DATA_DIR = tmp_path
    settings.RATES = {"import": (1, 3600)}
    client = api_as(make_user("writer"))
    assert send(client, file=story()).status_code == 200
    assert send(client, file=story()).status_code == 429


def test_a_zip_answers_item_by_item(archivist):
    data = zipped({"a/lamp.txt": STORY, "a/second.txt": OTHER, "a/cover.jpg": b"\xff\xd8\xff"})
    upload = SimpleUploadedFile("lamps.zip", data)
    response = send(archivist, file=upload, commit="true", external_id="z", **GIVEN)
    assert response.status_code == 201, response.content
    assert [
        (item["file"], item["outcome"], item["external_id"]) for item in response.json()["results"]
    ] == [
        ("lamps.zip/a/lamp.txt", "imported", "z"),
        ("lamps.zip/a/second.txt", "imported", "z"),
        ("lamps.zip/a/cover.jpg", "skipped", "z"),
    ]
    assert Work.everything.count() == 2
    again = SimpleUploadedFile("lamps.zip", data)
    assert send(archivist, file=again, commit="true", **GIVEN).status_code == 200
    assert Work.everything.count() == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lamp.md", b"# The Lamp\n\nby Ozfan\n\nIt was dark in the street.\n"),
        ("lamp.docx", docx(paragraph("The Lamp", "Titre"), paragraph("It was dark outside."))),
    ],
)
def test_markdown_and_word_are_imported(archivist, name, content):
    body = send(archivist, file=SimpleUploadedFile(name, content), commit="true", **GIVEN).json()
    assert body["title"] == "The Lamp", body


def test_more_files_than_are_taken_at_once_are_refused_with_the_number(archivist):
    response = send(archivist, file=[story(f"{n}.txt") for n in range(11)])
    assert (response.status_code, response.json()["code"]) == (400, "import.too_many_files")
    assert "at most 10" in response.json()["detail"]
