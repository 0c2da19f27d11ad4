"""Books of several works by page and API: addresses, limits, validators, formats."""

import pytest
from lxml import html

from catalog.exporters import pdf
from catalog.models import Work
from catalog.services import export_books
from tests.factories import make_series, make_user, make_work

pytestmark = pytest.mark.django_db
API = "/api/v1"
FORMATS = ("epub", "html", "txt", "md")


def code_of(answer):
    return (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("extension", FORMATS)
def test_a_series_is_a_file_by_page_and_api(client, extension):
    series = make_series(make_work(), make_work(), title="Towers of Oz")
    for address in (
        f"/series/{series.pk}/download/{extension}/",
        f"{API}/series/{series.pk}/download.{extension}",
    ):
        answer = client.get(address, HTTP_ACCEPT_ENCODING="identity")
        assert answer.status_code == 200
        assert f'filename="Towers_of_Oz.{extension}"' in answer["Content-Disposition"]
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        again = client.get(address, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = client.head(address, HTTP_ACCEPT_ENCODING="identity")
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    Work.everything.update(version=2)
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_a_search_is_a_file_by_page_and_api(client, indexed):
    indexed(make_work("Lamp", text="One."), make_work("Lamp two", text="Two."), make_work("Other"))
    for address in ("/works/download/txt/", f"{API}/works/download.txt"):
        answer = client.get(f"{address}?title=lamp&ordering=title&book_title=Light")
        assert 'filename="Light.txt"' in answer["Content-Disposition"]
        body = answer.content.decode()
        assert "One." in body
        assert "Two." in body
        assert "Other" not in body


def test_what_cannot_be_bound_is_refused_with_a_reason(client, indexed, monkeypatch):
    works = [make_work() for _ in range(3)]
    indexed(*works)
    list_of = f"{API}/works/download.epub"
    assert code_of(client.get(f"{list_of}?title=nothing")) == (404, "download.no_works")
    assert code_of(client.get(f"{list_of}?colour=red")) == (400, "parameter.unknown")
    assert code_of(client.get(f"{list_of}?q=%28")) == (400, "query.syntax")
    assert code_of(client.get(f"{list_of}?work=x")) == (400, "id.invalid")
    assert code_of(client.get(f"{API}/works/download.exe")) == (404, "download.format_unknown")
    assert code_of(client.get(f"{API}/series/9999/download.epub")) == (404, "series.not_found")
    monkeypatch.setattr(export_books, "MOST_WORKS", 2)
    assert code_of(client.get(list_of)) == (400, "download.too_many_works")
    assert client.get(f"{list_of}?page_size=2").status_code == 200
    page = client.get("/works/download/epub/")
    assert page.status_code == 400
    assert b"at most 2" in page.content
    assert client.get(f"/series/{make_series(*works).pk}/download/epub/").status_code == 400


def test_a_series_for_members_asks_guests_to_sign_in(client):
    series = make_series(make_work(is_restricted=True))
    assert client.get(f"/series/{series.pk}/download/epub/").status_code == 302
    answer = client.get(f"{API}/series/{series.pk}/download.epub")
    assert code_of(answer) == (401, "auth.required")
    client.force_login(make_user())
    assert client.get(f"/series/{series.pk}/download/epub/").status_code == 200


def test_books_count_as_downloads(client, settings):
    settings.RATES = {**settings.RATES, "download": (1, 60)}
    series = make_series(make_work())
    addresses = [f"/series/{series.pk}/download/txt/", f"{API}/series/{series.pk}/download.txt"]
    statuses = [client.get(address).status_code for address in addresses]
    assert statuses == [200, 429]


def test_pages_offer_what_can_be_had(client, indexed, monkeypatch):
    work = make_work()
    series = make_series(work)
    indexed(work)
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    page = html.fromstring(client.get(f"/series/{series.pk}/").content)
    assert page.xpath("//p[@class='downloads']/a/@href") == [
        f"/series/{series.pk}/download/{extension}/" for extension in FORMATS
    ]
    listing = html.fromstring(client.get(f"/works/?creator_id={work.creators.get().pk}").content)
    (book,) = listing.xpath("//p[@class='as']/a[contains(@href, '/works/download/')]/@href")
    assert client.get(book).status_code == 200
    user = make_user("reader")
    user.saved_searches.create(name="Short & sweet", query="words__lte=5000")
    client.force_login(user)
    account = html.fromstring(client.get("/account/").content)
    (saved,) = account.xpath("//ul[@class='kept']//a[contains(@href, '/works/download/')]/@href")
    assert saved == "/works/download/epub/?words__lte=5000&book_title=Short%20%26%20sweet"


def test_pdf_is_offered_where_its_engine_is(client, indexed, monkeypatch):
    work = make_work()
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    assert code_of(client.get(f"{API}/works/{work.pk}/download.pdf")) == (
        501,
        "download.engine_missing",
    )
    assert code_of(client.get(f"{API}/works/download.pdf")) == (501, "download.engine_missing")
    assert "pdf" not in client.get(f"{API}/works/{work.pk}/").json()["downloads"]
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    page = html.fromstring(client.get(f"/works/{work.pk}/").content)
    assert f"/works/{work.pk}/download/pdf/" in page.xpath("//p[@class='downloads']/a/@href")
    Work.everything.filter(pk=work.pk).update(word_count=10**6)
    answer = client.get(f"{API}/works/{work.pk}/download.pdf")
    assert code_of(answer) == (400, "download.too_long")


def test_a_pdf_is_set_without_asking_anybody(client):
    if not pdf.is_available():
        pytest.skip("WeasyPrint is not installed: pip install -r requirements-pdf.txt")
    work = make_work(text='<p>Text <img src="https://x.example/i.png" alt="map"></p>')
    answer = client.get(f"/works/{work.pk}/download/pdf/", HTTP_ACCEPT_ENCODING="identity")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
