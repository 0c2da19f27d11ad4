"""What search engines are told: public works and their tags, cards of works."""

import pytest
from lxml import etree

from catalog.models import Kind, Tag
from tests.factories import make_tag, make_work
from tests.web.matrix import STATES
from tests.web.pages import get

pytestmark = pytest.mark.django_db

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    return [found.text or "" for found in etree.fromstring(answer.content).iter(f"{SPACE}loc")]


def test_public_works_and_their_tags_are_listed(client, settings):
    settings.BASE_URL = "https://archive.example"
    works = {state: make_work(f"Work {state}", **values) for state, values in STATES.items()}
    make_tag(Kind.FREEFORM, "Nobody uses it")
    files = addresses(client, "/sitemap.xml")
    assert files == [
        "https://archive.example/sitemap-works-1.xml",
        "https://archive.example/sitemap-tags-1.xml",
    ]
    listed = addresses(client, "/sitemap-works-1.xml")
    assert listed == [
        f"https://archive.example/works/{works[state].pk}/" for state in ("posted", "anonymous")
    ]
    fandom = Tag.objects.get(kind=Kind.FANDOM, name="Sherlock Holmes")
    tags = addresses(client, "/sitemap-tags-1.xml")
    assert f"https://archive.example{fandom.get_absolute_url()}" in tags
    assert not [address for address in tags if "nobody" in address]


def test_long_archives_have_several_files(client, monkeypatch):
    monkeypatch.setattr("catalog.web.views.sitemap.ROWS", 2)
    last = max(make_work().pk for _ in range(5))
    works = [path for path in addresses(client, "/sitemap.xml") if "works" in path]
    assert len(works) == -(-last // 2)
    found = [len(addresses(client, path[path.index("/sitemap") :])) for path in works]
    assert sum(found) == 5


@pytest.mark.parametrize(
    "path", ["sitemap-people-1.xml", "sitemap-works-0.xml", f"sitemap-works-{10**9}.xml"]
)
def test_other_parts_are_not_there(client, path):
    assert client.get(f"/{path}").status_code == 404


def test_robots_lead_to_the_sitemap(client, settings):
    settings.BASE_URL = "https://archive.example"
    assert (
        "Sitemap: https://archive.example/sitemap.xml" in client.get("/robots.txt").content.decode()
    )


def test_works_have_cards_for_other_sites(client):
    work = make_work("The <Lamp>", summary_html=f"<p>A lamp &amp; {'more ' * 100}</p>")
    page = get(client, f"/works/{work.pk}/?view_full_work=true")
    cards = {meta.get("property"): meta.get("content") for meta in page.all("//meta[@property]")}
    assert cards["og:title"] == "The <Lamp>"
    assert cards["og:description"].startswith("A lamp & more")
    assert len(cards["og:description"]) == 200
    (canonical,) = page.all("//link[@rel='canonical']")
    assert canonical.get("href").endswith(f"/works/{work.pk}/")
    assert page.all("//meta[@name='robots'][@content='noindex']")
