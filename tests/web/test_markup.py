"""Every page kind: valid outline, labels, languages, nothing inline that the policy forbids."""

import gzip
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from catalog.models import Kind, Tag, TagParent
from tests.factories import (
    make_chapter,
    make_creator,
    make_series,
    make_tag,
    make_user,
    make_work,
    refresh_work,
)
from tests.viewers import user_with_roles
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/works/",
    "/works/?q=lamp&fandom=Dracula&rating__not=Teen",
    "/works/?q=(words:x",
    "/works/?words=many",
    "/works/1/",
    "/works/1/?view_full_work=true",
    "/works/1/navigate/",
    "/works/2/",
    "/works/3/",
    "/works/999/",
    "/fandoms/",
    "/fandoms/?letter=d",
    "/characters/",
    "/relationships/",
    "/tags/",
    "/tags/?q=zzz",
    "/series/",
    "/series/1/",
    "/creators/",
    "/languages/",
    "/stats/",
    "/search/",
    "/search/?q=lamp&fandom=Dracula&words=many",
    "/help/search/",
    "/about/",
    "/account/login/?next=/drafts/",
    "/account/reading/",
)
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.fixture
def archive(indexed):
    """A work in chapters, one in one chapter, an adult one; what stands around them."""
    make_tag(Kind.RATING, "Explicit", is_adult=True)
    novel = make_work(
        "The Lamp",
        pk=1,
        text=None,
        summary_html="<p>A lamp.</p>",
        notes_html="<p>Hm.</p>",
        tags={
            Kind.FANDOM: ["Dracula"],
            Kind.CHARACTER: ["Mina"],
            Kind.RELATIONSHIP: ["Mina/Lucy"],
            Kind.FREEFORM: ["Fluff"],
            Kind.WARNING: ["Major Character Death"],
        },
    )
    for number in range(1, 4):
        make_chapter(novel, f"The lamp, part {number}.", title=f"Part {number}")
    refresh_work(novel)
    short = make_work("قصة", pk=2, language="ar", is_anonymous=True)
    adult = make_work("Night", pk=3, tags={Kind.RATING: ["Explicit"]})
    make_series(novel, short)
    indexed(novel, short, adult)
    return novel


def outline_faults(page: Page) -> list[str]:
    """What is wrong with the frame of a page."""
    faults = []
    root = page.tree.getroottree().getroot()
    if not root.get("lang"):
        faults.append("no lang")
    if len(page.all("//h1")) != 1:
        faults.append(f"{len(page.all('//h1'))} h1")
    if len(page.all("//main")) != 1:
        faults.append("not one main")
    title = page.texts("//head/title")
    if len(title) != 1 or not title[0]:
        faults.append("no title")
    if not page.all("//a[@class='skip'][@href='#main']") or not page.all("//main[@id='main']"):
        faults.append("no skip link")
    ids = Counter(element.get("id") for element in page.all("//*[@id]"))
    faults += [f"id {name} {n} times" for name, n in ids.items() if n > 1]
    headings = page.all("//main//*[self::h1 or self::h2 or self::h3 or self::h4][not(@role)]")
    levels = [int(heading.tag[1]) for heading in headings]
    faults += [f"h{a} before h{b}" for a, b in pairwise(levels) if b > a + 1]
    return faults


def field_faults(page: Page) -> list[str]:
    """Fields without labels, references to nothing, controls without a name."""
    ids = {element.get("id") for element in page.all("//*[@id]")}
    faults = []
    for field in page.all("//input[not(@type='hidden')] | //select | //textarea"):
        labels = page.all(f"//label[@for='{field.get('id')}']") if field.get("id") else []
        if not labels and not field.xpath("ancestor::label") and not field.get("aria-label"):
            faults.append(f"no label: {field.get('name')}")
    faults += [
        f"no name: {element.tag} {element.get('href')}"
        for element in page.all("//button | //a[@href]")
        if not (element.text_content().strip() or element.get("aria-label"))
    ]
    for attribute in ("aria-labelledby", "aria-describedby", "for", "form"):
        for element in page.all(f"//*[@{attribute}]"):
            faults += [
                f"{attribute} to nothing: {name}"
                for name in element.get(attribute).split()
                if name not in ids
            ]
    for use in page.all("//*[local-name()='use']"):
        if use.get("href", "#").lstrip("#") not in ids:
            faults.append(f"no icon {use.get('href')}")
    return faults


def policy_faults(page: Page) -> list[str]:
    """What a strict content security policy would refuse, and requests to other hosts."""
    faults = INLINE.findall(page.source)
    for script in page.all("//script[not(@type='application/ld+json')]"):
        if not script.get("src", "").startswith("/static/") or (script.text or "").strip():
            faults.append("inline script")
    for element in page.all("//*[@src] | //link[@rel='stylesheet']"):
        address = element.get("src") or element.get("href")
        if not address.startswith("/"):
            faults.append(f"another host: {address}")
    return faults


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_well_formed(archive, page, address):
    shown = page(address, follow=True)
    assert outline_faults(shown) + field_faults(shown) + policy_faults(shown) == []


def test_chapters_and_tags_are_well_formed(archive, page):
    chapter = archive.chapters.unscoped("test").get(position=2)
    for address in (
        chapter.get_absolute_url(),
        make_tag(Kind.FANDOM, "Dracula").get_absolute_url(),
        archive.creatorships.get().creator.get_absolute_url(),
    ):
        shown = page(address)
        assert outline_faults(shown) + field_faults(shown) + policy_faults(shown) == []


def test_pages_of_people_who_are_signed_in_are_well_formed(page_as):
    user = user_with_roles("keeper", "archivists")
    draft = make_work("Draft", status="draft", published_at=None, updated_at=None)
    hidden = make_work(
        "Hidden",
        creators=[make_creator("Own Pen", user=user)],
        hidden_at=draft.created_at,
        hidden_reason="Why.",
    )
    for address in ("/drafts/", f"/works/{draft.pk}/", f"/works/{hidden.pk}/"):
        shown = page_as(user, address)
        assert shown.status == 200
        assert outline_faults(shown) + field_faults(shown) + policy_faults(shown) == []


@pytest.mark.parametrize("address", PAGES)
def test_pages_carry_the_policy(archive, client, address):
    answer = client.get(address, follow=True)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"


def test_numbers_in_addresses_and_values_have_no_separators(indexed, page):
    work = make_work(pk=1234567, text=None)
    for _ in range(2):
        make_chapter(work, pk=7_000_000 + work.chapters.unscoped("test").count())
    refresh_work(work)
    indexed(work)
    for address in ("/works/", "/works/1234567/", "/works/1234567/chapters/7000000/"):
        shown = page(address)
        assert shown.status == 200
        for attribute in ("href", "value", "id", "name", "data-work"):
            values = [element.get(attribute) for element in shown.all(f"//*[@{attribute}]")]
            assert not [value for value in values if "1,234,567" in value or "7,000,000" in value]


def test_the_first_page_is_light(archive, client):
    """Everything a first visit loads but images, as it is sent."""
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = Page(Client().get("/"))
    loaded = page.all("//script[@src] | //link[@rel='stylesheet']")
    files = [element.get("src") or element.get("href") for element in loaded]
    paths = [finders.find(name.removeprefix("/static/")) for name in files]
    sent = len(answer.content) + sum(len(gzip.compress(Path(path).read_bytes())) for path in paths)
    assert sent < 30_000


def test_a_full_list_is_light(indexed, client):
    indexed(
        *(make_work(tags={Kind.FREEFORM: [f"Tag {i} {j}" for j in range(20)]}) for i in range(20))
    )
    answer = client.get("/works/", headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) < 30_000
    assert len(client.get("/works/").content) < 60 * 1024


def test_a_full_list_with_passages_and_a_tag_page_are_light(indexed, client):
    text = "The lamp burnt on the stairs of the old house all night long. " * 60
    kinds = (Kind.RELATIONSHIP, Kind.CHARACTER, Kind.FREEFORM)
    works = [
        make_work(
            f"The lamp on the stairs of the old house {i}",
            text=text,
            summary_html=f"<p>{'A lamp burns, and somebody comes home late. ' * 6}</p>",
            tags={
                Kind.FANDOM: ["The Lamplighters of the Old Town", f"Some other fandom {i}"],
                **{kind: [f"Lamp of {kind} {i} {j}" for j in range(6)] for kind in kinds},
            },
        )
        for i in range(20)
    ]
    indexed(*works)
    fandom = Tag.objects.get(name="The Lamplighters of the Old Town")
    for character in Tag.objects.filter(kind__in=kinds):
        TagParent.objects.create(from_tag=character, to_tag=fandom)
    page = fandom.get_absolute_url()
    for address in ("/works/?q=lamp", page, f"{page}?q=lamp&more=relationship"):
        assert len(client.get(address).content) < 60_000, address


def test_a_page_for_somebody_signed_in_has_a_way_out(page_as):
    user = make_user("reader")
    shown = page_as(user, "/")
    (form,) = shown.all("//footer//form")
    assert form.get("action") == "/account/logout/"
    assert form.xpath(".//input[@name='csrfmiddlewaretoken']")
    assert set(get(Client(), "/").links("Sign in")) == {"/account/login/?next=/"}
