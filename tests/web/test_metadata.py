"""What pages tell machines: schema.org as JSON-LD, cards for other sites, canonical addresses."""

import json

import pytest

from catalog.models import Kind
from tests.factories import make_chapter, make_creator, make_series, make_work, refresh_work

pytestmark = pytest.mark.django_db
BAD = "</script><script>alert(1)</script> & \u2028 <!--"


def told(page) -> dict:
    (block,) = page.all("//script[@type='application/ld+json']")
    data = json.loads(block.text)
    assert data["@context"] == "https://schema.org"
    return data


def content(page, name: str) -> list[str]:
    return [
        meta.get("content") for meta in page.all(f"//meta[@property='{name}' or @name='{name}']")
    ]


@pytest.fixture
def work(settings):
    settings.BASE_URL = "https://archive.example"
    work = make_work(
        "The Lamp",
        creators=[make_creator("Marginalia")],
        language="de",
        summary_html="<p>A lamp &amp; a stair.</p>",
        tags={Kind.CHARACTER: ["Mina"], Kind.FREEFORM: ["Slow Burn"], Kind.FANDOM: ["Dracula"]},
        expected_chapters=3,
    )
    make_chapter(work, "<p>Second.</p>", title="Down")
    refresh_work(work)
    return work


def test_a_work_is_a_book_with_chapters_and_files(page, work):
    series = make_series(work, title="Lights")
    data = told(page(work.get_absolute_url()))
    address = f"https://archive.example{work.get_absolute_url()}"
    assert (data["@type"], data["name"], data["url"]) == ("Book", "The Lamp", address)
    assert (data["inLanguage"], data["description"]) == ("de", "A lamp & a stair.")
    (author,) = data["author"]
    assert (author["@type"], author["name"]) == ("Person", "Marginalia")
    assert author["url"].startswith("https://archive.example/creators/")
    assert [thing["name"] for thing in data["about"]] == ["Dracula"]
    assert data["character"] == [{"@type": "Person", "name": "Mina"}]
    assert data["keywords"] == ["Slow Burn"]
    assert data["contentRating"] == "General"
    assert data["creativeWorkStatus"] == "In progress"
    assert data["size"]["value"] == work.word_count
    assert data["datePublished"] == work.published_at.date().isoformat()
    assert [part["position"] for part in data["hasPart"]] == [1, 2]
    assert data["isPartOf"][0]["url"] == f"https://archive.example{series.get_absolute_url()}"
    kinds = [file["encodingFormat"] for file in data["encoding"]]
    assert "application/epub+zip" in kinds
    assert "" not in data.values()


def test_every_address_that_is_told_is_there(page, client, work):
    data = told(page(work.get_absolute_url()))
    addresses = [part["url"] for part in data["hasPart"]]
    addresses += [file["contentUrl"] for file in data["encoding"]]
    addresses += [thing["url"] for thing in (*data["author"], *data["about"])]
    for address in addresses:
        assert client.get(address.removeprefix("https://archive.example")).status_code == 200


def test_a_chapter_is_part_of_its_book(page, work):
    chapter = work.chapters.unscoped("test").get(position=2)
    shown = page(chapter.get_absolute_url())
    data = told(shown)
    assert (data["@type"], data["position"]) == ("Chapter", 2)
    assert data["isPartOf"]["name"] == "The Lamp"
    (canonical,) = shown.all("//link[@rel='canonical']")
    assert canonical.get("href") == f"https://archive.example{chapter.get_absolute_url()}"


def test_the_home_page_tells_how_to_search(page, settings):
    settings.BASE_URL = "https://archive.example"
    data = told(page("/"))
    assert data["@type"] == "WebSite"
    template = data["potentialAction"]["target"]["urlTemplate"]
    assert template == "https://archive.example/works/?q={search_term_string}"


def test_a_series_lists_its_books(page, work):
    series = make_series(work, make_work("Another"), title="Lights")
    data = told(page(series.get_absolute_url()))
    assert data["@type"] == "BookSeries"
    assert [part["name"] for part in data["hasPart"]] == ["The Lamp", "Another"]


def test_cards_of_other_sites_have_their_texts_and_the_cover(page, client, work):
    shown = page(work.get_absolute_url())
    assert content(shown, "og:title") == ["The Lamp"]
    assert content(shown, "og:description") == ["A lamp & a stair."]
    assert content(shown, "og:url") == [f"https://archive.example{work.get_absolute_url()}"]
    assert content(shown, "twitter:card") == ["summary"]
    assert content(shown, "book:author") == ["Marginalia"]
    (picture,) = content(shown, "og:image")
    assert picture == told(shown)["image"]
    answer = client.get(picture.removeprefix("https://archive.example"))
    assert answer["Content-Type"] == "image/png"


def test_anonymous_works_name_nobody(page):
    work = make_work("Masked", creators=[make_creator("Secret Pen")], is_anonymous=True)
    shown = page(work.get_absolute_url())
    assert told(shown)["author"] == [{"@type": "Person", "name": "Anonymous"}]
    assert "Secret Pen" not in shown.source


def test_no_text_ends_the_data_block(page):
    work = make_work(
        f"Lamp {BAD}", tags={Kind.FREEFORM: [BAD[:60]]}, summary_html="<p>&lt;/script&gt;</p>"
    )
    shown = page(work.get_absolute_url())
    data = told(shown)
    assert data["name"] == f"Lamp {BAD}"
    assert data["description"] == "</script>"
    assert "<script>alert" not in shown.source


@pytest.mark.parametrize("query", ["", "?page=1", "?complete=true", "?q=lamp"])
def test_lists_have_one_canonical_address(page, work, query):
    shown = page(f"/works/{query}")
    assert [link.get("href") for link in shown.all("//link[@rel='canonical']")] == [
        "https://archive.example/works/"
    ]
    assert content(shown, "robots") == (["noindex, follow"] if query else [])
