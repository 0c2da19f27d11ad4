"""No page shows a text that is not in the German catalogue: all translations are masked here."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from archive.accounts.models import User
from archive.core.viewer import ANONYMOUS
from catalog.models import Kind, Language, Notice, Tag
from tests.factories import make_creator, make_series, make_tag, make_user, make_work
from tests.masked import left_over
from tests.viewers import user_with_roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("german_masked")]
GERMAN = {"headers": {"accept-language": "de"}}
OWN_NAMES = (
    "Undercroft English Deutsch EPUB CSV HTML PDF API OPDS RSS Atom Markdown NDJSON OpenAPI JSON",
    "YAML Word Zip Aa",
)
"""Names of things that are the same in every language."""
NO_PAGES = ("feed", "opds", "sitemap", "robots", "opensearch", "accent", "health")
ASKED = (
    "/works/?complete=true&words__lte=5000&q=%CE%BD%CF%8D%CF%87%CF%84%CE%B1&ordering=-words",
    "/works/?q=zzzz",
    "/works/?q=tag:(",
    "/works/?words=xx",
    "/works/?language=zz",
    "/works/?page=99999",
    "/works/999999999/",
    "/nowhere/",
    "/tags/?letter=a",
    "/fandoms/?q=zz",
    "/search/?q=zz",
    "/report/zz/1/",
    "/stats/?language=el",
)


@pytest.fixture
def shelf(indexed) -> dict[str, object]:
    """A work of every kind, all named in Greek letters; somebody who made and reads them."""
    user = make_user("xx1")
    pen = make_creator("Άδα", user=user)
    tags = {
        Kind.FANDOM: ["Λάμπα", "Σκάλα"],
        Kind.CHARACTER: ["Ίρις"],
        Kind.RELATIONSHIP: ["Ίρις/Άννα"],
        Kind.FREEFORM: ["νύχτα"],
    }
    work = make_work("Φως", creators=[pen], tags=tags, text="Ήταν νύχτα.", language="el")
    other = make_work(
        "Σκιά", creators=[pen], tags={**tags, Kind.RATING: ["Explicit"]}, text="Μέρα."
    )
    secret = make_work(
        "Κρυφό", creators=[pen], text="Νύχτα.", tags=tags, is_restricted=True, is_anonymous=True
    )
    draft = make_work(
        "Σχέδιο", text="Νύχτα.", creators=[pen], status="draft", published_at=None, updated_at=None
    )
    make_tag(Kind.FREEFORM, "βράδυ", is_canonical=False)
    series = make_series(work, other, title="Σειρά")
    indexed(work, other, secret)
    chapter = work.chapters.unscoped("test").get()
    fandom = Tag.objects.get(name="Λάμπα")
    return {
        "user": user,
        "work": work,
        "draft": draft,
        "args": {
            "work_id": work.pk,
            "chapter_id": chapter.pk,
            "creator_id": pen.pk,
            "series_id": series.pk,
            "tag_id": fandom.pk,
            "slug": "x",
            "name": "x",
            "kind": "work",
            "pk": work.pk,
        },
    }


TYPED = "testserver zzzz xx zz tag words page language"
"""What the addresses below say, which pages repeat."""


def known() -> list[str]:
    """The words of the data: names that stand in the vocabulary of every archive."""
    return [
        *OWN_NAMES,
        TYPED,
        settings.SITE_NAME,
        *Tag.objects.values_list("name", flat=True),
        *Language.objects.values_list("name", flat=True),
        *Language.objects.values_list("native_name", flat=True),
        *User.objects.values_list("username", flat=True),
    ]


def fault_of(client: Client, address: str) -> set[str]:
    """What on the page was never translated."""
    answer = client.get(address, follow=True, **GERMAN)
    assert answer.status_code < 500, address
    if "html" not in answer.get("Content-Type", ""):
        return set()
    return left_over(answer.content.decode(), known())


def pages(args: dict[str, object]) -> dict[str, str]:
    """The address of each page that is named by these values; of programs' addresses none."""
    found = {}
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and not str(pattern.pattern):
            for one in pattern.url_patterns:
                names = set(one.pattern.regex.groupindex)
                if names <= args.keys() and one.name and not one.name.startswith(NO_PAGES):
                    found[one.name] = reverse(one.name, kwargs={name: args[name] for name in names})
    return found


def test_no_page_for_readers_shows_a_text_without_translation(shelf):
    client = Client()
    client.force_login(shelf["user"])
    Notice.objects.create(
        user=shelf["user"], verb="work.hide", object_kind="work", object_id=1, object_label="Φως"
    )
    addresses = {
        **pages(shelf["args"]),
        "draft": shelf["draft"].get_absolute_url(),
        **{address: address for address in ASKED},
    }
    assert len(addresses) > 40
    found = {
        (who, name): fault
        for who, browser in (("guest", Client()), ("member", client))
        for name, address in addresses.items()
        if (fault := fault_of(browser, address))
    }
    assert found == {}


def test_staff_see_no_text_without_translation_among_the_pages(shelf):
    client = Client()
    client.force_login(user_with_roles("yy1", "moderators", "wranglers", superuser=True))
    addresses = pages(shelf["args"])
    for name in ("second-factor", "account", "work", "chapter", "tag", "creator", "import"):
        assert fault_of(client, addresses[name]) == set(), name


@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "500", "503"])
def test_pages_of_errors_are_in_german(rf, name):
    request = rf.get("/")
    request.viewer = ANONYMOUS
    source = render_to_string(f"{name}.html", {}, request)
    assert left_over(source, known()) == set()
    assert "··" in source


@pytest.mark.parametrize("name", ["feed-works", "opensearch"])
def test_what_feeds_say_of_works_is_in_the_language_of_their_titles(shelf, name):
    source = Client().get(reverse(name), **GERMAN).content.decode()
    said = "".join(re.findall(r"<(?:li|Description)>[^<]*</(?:li|Description)>", source))
    assert left_over(f"<ul>{said}</ul>", known()) == set()
    assert "·" in said
