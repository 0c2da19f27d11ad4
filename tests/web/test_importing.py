"""The page for importing: files dropped, looked at, corrected, imported; each person's own."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from zeal import zeal_ignore

from archive.accounts.models import User
from archive.accounts.viewers import viewer_of
from catalog.models import Kind, Work
from catalog.services import import_jobs, suggesting
from tests.catalog.importers.epub_samples import zipped
from tests.factories import make_tag, make_user
from tests.viewers import user_with_roles
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db

STORY = (
    "The Lamp\nBy Ada Reader\n\nFandom: Hamlet\nSummary: It goes out.\n\n"
    "Chapter 1\n\nSherlock Holmes lit the lamp.\n\nChapter 2\n\nHe went down the stairs.\n"
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.RATES = {}
    return tmp_path / "imports"


@pytest.fixture(autouse=True)
def work_by_work():
    """Works are written one after the other, each in its own transaction."""
    with zeal_ignore():
        yield


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(user_with_roles("arch", "archivists"))
    return client


def send(client: Client, *files: tuple[str, bytes | str], **values) -> Page:
    uploads = [
        SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
        for name, data in files
    ]
    return Page(client.post("/import/", {"file": uploads, **values}, follow=True))


def here(page: Page) -> str:
    return page.response.request["PATH_INFO"]


def form_of(page: Page) -> dict[str, list[str]]:
    """What a browser would send for the form of one work."""
    sent: dict[str, list[str]] = {}
    for field in page.all("//main//form//*[self::input or self::textarea or self::select]"):
        name = field.get("name")
        if field.tag == "select":
            values = [option.text for option in field.xpath(".//option[@selected]")]
        elif field.get("type") in {"checkbox"}:
            values = [field.get("value")] if field.get("checked") is not None else []
        elif field.tag == "textarea":
            values = [field.text_content()]
        else:
            values = [field.get("value") or ""]
        if name and name != "csrfmiddlewaretoken":
            sent.setdefault(name, []).extend(values)
    return sent


def test_guests_are_asked_to_sign_in(client):
    assert get(client, "/import/").response["Location"] == "/account/login/?next=/import/"
    assert client.post("/import/", {"text": STORY}).status_code == 401
    assert not Work.everything.exists()


def test_one_file_is_shown_corrected_and_imported(browser):
    page = send(browser, ("lamp.txt", STORY))
    assert page.h1 == "The Lamp"
    assert not Work.everything.exists()
    sent = form_of(page)
    assert (sent["title"], sent["creators"], sent["fandoms"]) == (
        ["The Lamp"],
        ["Ada Reader"],
        ["Hamlet"],
    )
    assert "Missing before it can be posted: rating, warnings" in page.text()
    assert page.texts("//ol[@class='contents']/li") == ["– 5", "– 5"]
    sent |= {
        "title": ["The Oil Lamp"],
        "fandoms": ["Sherlock Holmes\r\nHamlet"],
        "freeforms": ["Fluff"],
        "rating": ["General"],
        "warning": ["No Archive Warnings Apply"],
        "language": ["en"],
    }
    done = Page(browser.post(here(page), sent, follow=True))
    work = Work.everything.get()
    assert here(done) == work.get_absolute_url()
    assert "“The Oil Lamp” is imported." in done.text()
    assert (work.title, work.status, work.chapter_count) == ("The Oil Lamp", "posted", 2)
    assert set(work.tags.filter(kind=Kind.FANDOM).values_list("name", flat=True)) == {
        *("Hamlet", "Sherlock Holmes")
    }
    assert "It goes out." in work.summary_html
    again = send(browser, ("lamp.txt", STORY))
    assert "here already" in again.text()
    assert Work.everything.count() == 1


def test_suggestions_are_taken_when_they_are_ticked(browser):
    suggesting._vocabulary.cache_clear()  # rolled back tests reuse the ids of tags
    make_tag("fandom", "Sherlock Holmes")
    make_tag("character", "Sherlock Holmes")
    text = "The Lamp\nBy Ada\n\n" + "Sherlock Holmes lit a lamp in Baker Street. " * 9
    page = send(browser, ("lamp.txt", text))
    boxes = [box.get("value") for box in page.all("//input[@name='suggestion']")]
    assert boxes
    sent = form_of(page) | {"suggestion": boxes}
    browser.post(here(page), sent)
    names = Work.everything.get().tags.values_list("kind", "name")
    assert {f"{kind}:{name}" for kind, name in names} == set(boxes)


def test_what_is_wrong_is_told_and_what_was_typed_stays(browser):
    page = send(browser, ("lamp.txt", STORY))
    sent = form_of(page) | {"rating": ["Naughty"], "title": ["Kept"], "fandoms": ["a, b"]}
    refused = Page(browser.post(here(page), sent))
    assert refused.status == 400
    assert refused.texts("//div[@class='problem']//li")
    assert form_of(refused)["title"] == ["Kept"]
    assert not Work.everything.exists()


def test_a_batch_reports_each_file_and_imports_all_at_once(browser):
    other = STORY.replace("The Lamp", "The Oil").replace("lit", "sold")
    bundle = zipped({"oil.txt": other, "cover.jpg": b"\xff\xd8\xff"})
    page = send(browser, ("lamp.txt", STORY), ("more.zip", bundle), ("bad.txt", ""))
    assert page.h1 == "What was recognised"
    assert page.texts("//ol[contains(@class, 'entries')]//h2") == [
        *("The Lamp", "The Oil", "more.zip/cover.jpg", "bad.txt")
    ]
    assert "2 wait · 1 refused · 1 passed over" in page.text()
    given = {"rating": "General", "warning": ["No Archive Warnings Apply"], "fandoms": "Macbeth"}
    done = Page(browser.post(here(page), {"act": "import", "language": "en", **given}, follow=True))
    assert "2 imported · 1 refused · 1 passed over" in done.text()
    assert Work.everything.filter(status="posted", tags__name="Macbeth").count() == 2
    listed = get(browser, "/import/")
    assert "lamp.txt and 2 others" in listed.text()
    assert "done" in listed.text()


def test_long_uploads_are_read_and_imported_in_steps(browser, monkeypatch):
    monkeypatch.setattr("catalog.web.views.importing._SECONDS", -1)
    page = send(browser, ("lamp.txt", STORY), ("oil.txt", STORY.replace("Lamp", "Oil")))
    assert "2 files not read yet" in page.text()
    monkeypatch.setattr("catalog.web.views.importing._SECONDS", 60)
    page = Page(browser.post(here(page), {"act": "read"}, follow=True))
    assert "2 wait" in page.text()
    monkeypatch.setattr("catalog.web.views.importing._SECONDS", -1)
    page = Page(browser.post(here(page), {"act": "import"}, follow=True))
    assert "2 wait" in page.text()
    monkeypatch.setattr("catalog.web.views.importing._SECONDS", 60)
    page = Page(browser.post(here(page), {"act": "import"}, follow=True))
    assert "2 drafts" in page.text()


def test_uploads_are_private_and_can_be_forgotten(browser, folder):
    page = send(browser, ("lamp.txt", STORY))
    address = here(page)
    token = address.split("/")[2]
    stranger = Client()
    stranger.force_login(make_user("stranger"))
    for path in (address, f"/import/{token}/"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"act": "import"}).status_code == 404
    assert browser.get(f"/import/{token}/2/1/").status_code == 404
    assert browser.get("/import/no-such-thing/").status_code == 404
    browser.post(f"/import/{token}/", {"act": "forget"})
    assert browser.get(address).status_code == 404
    assert not list(folder.glob("*/*"))


def test_names_of_files_lead_nowhere(browser, folder):
    before = {path for path in folder.parent.rglob("*") if path != folder}
    send(browser, ("../../../evil.txt", STORY), ("/etc/passwd", STORY), ("a\0b.txt", STORY))
    made = set(folder.parent.rglob("*")) - before
    assert all(path == folder or folder in path.parents for path in made)
    assert {path.name for path in made if path.is_file()} <= {
        *("job.json", "lock", "000.bin", "001.bin", "002.bin")
    }


def test_too_many_and_too_large_files_are_refused_in_words(browser, settings):
    settings.MAX_UPLOAD_MB = 0
    page = send(browser, ("lamp.txt", STORY))
    assert "at most 0 MB are allowed" in page.text()
    assert send(browser).status == 400
    assert django_settings.DATA_UPLOAD_MAX_NUMBER_FILES == import_jobs.FILES


def test_old_uploads_are_removed(browser, folder, monkeypatch):
    send(browser, ("lamp.txt", STORY))
    [old] = folder.glob("*/*/job.json")
    monkeypatch.setattr(import_jobs, "KEPT_SECONDS", -1)
    send(browser, ("oil.txt", STORY))
    assert not old.exists()


def test_members_import_under_their_own_name(db):
    client = Client()
    client.force_login(make_user("flann"))
    page = send(client, ("lamp.txt", STORY))
    assert form_of(page)["creators"] == ["flann"]
    client.post(here(page), form_of(page) | {"creators": ["Somebody Else"]})
    assert Work.everything.get().creators.get().name == "flann"


def test_pasted_text_is_a_file(browser):
    assert send(browser, text=STORY).h1 == "The Lamp"


def test_one_upload_is_worked_on_by_one_at_a_time(browser, folder):
    page = send(browser, ("lamp.txt", STORY))
    actor = viewer_of(User.objects.get(username="arch"))
    with import_jobs._working(actor, here(page).split("/")[2], write=False):
        answer = browser.post(here(page), form_of(page))
    assert answer.status_code == 409


def test_more_files_than_are_taken_at_once_are_refused_kindly(browser):
    page = send(browser, *[(f"{number}.txt", STORY) for number in range(11)])
    assert page.response.status_code == 400
    text = page.response.content.decode()
    assert "send at most 10, or a zip" in text
    assert "This did not work" in text
