"""How many statements each page takes: few, and the same for a short and a long archive."""

from collections.abc import Callable
from itertools import count

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import BlockedTag, Kind, Series, Tag, TagAncestor, TagParent, Work
from catalog.vocabulary import language_index, language_names
from tests.factories import (
    make_chapter,
    make_creator,
    make_series,
    make_tag,
    make_user,
    make_work,
    refresh_work,
)

pytestmark = pytest.mark.django_db

GUEST, MEMBER = 12, 12
_numbers = count(1)


def fill(works: int) -> list[Work]:
    """Works with everything a blurb can show, of one fandom, freeform and series."""
    made = []
    for number in range(works):
        work = make_work(
            f"Lamp {next(_numbers)}",
            text="The lamp on the stairs.",
            creators=[make_creator(f"Pen {next(_numbers)}"), make_creator("Common Pen")],
            tags={
                Kind.FANDOM: ["Common Fandom", f"Fandom {next(_numbers)}"],
                Kind.CHARACTER: [f"Character {number}"],
                Kind.RELATIONSHIP: [f"Character {number}/Other"],
                Kind.FREEFORM: ["Common Tag", f"Tag {next(_numbers)}"],
            },
            expected_chapters=2,
        )
        make_chapter(work, "A second lamp.")
        refresh_work(work)
        made.append(work)
    return made


def surround(fandom: Tag) -> None:
    """A medium, a broader tag, synonyms and characters around the fandom."""
    media = make_tag(Kind.MEDIA, "Books & Literature")
    TagParent.objects.get_or_create(from_tag=fandom, to_tag=media)
    broader = make_tag(Kind.FANDOM, f"Broader {next(_numbers)}")
    fandom.metatag_links.create(metatag=broader)
    TagAncestor.objects.create(tag=fandom, ancestor=broader)
    for _ in range(3):
        make_tag(Kind.FANDOM, f"Synonym {next(_numbers)}", synonym_of=fandom)
    for character in Tag.objects.filter(kind=Kind.CHARACTER):
        TagParent.objects.get_or_create(from_tag=character, to_tag=fandom)


def addresses() -> dict[str, str]:
    fandom = Tag.objects.get(kind=Kind.FANDOM, name="Common Fandom")
    freeform = Tag.objects.get(kind=Kind.FREEFORM, name="Common Tag")
    warning = Tag.objects.get(kind=Kind.WARNING, name="Major Character Death")
    work = Work.everything.filter(chapter_count=2).order_by("pk")[0]
    chapter = work.chapters.unscoped("test").first()
    pen = work.creatorships.get(creator__name="Common Pen").creator
    series = Series.objects.get()
    asked = f"q=lamp&freeform={freeform.pk}&language__not=de&warning__not={warning.pk}"
    return {
        "home": "/",
        "works": "/works/",
        "works asked": f"/works/?{asked}",
        "tag": fandom.get_absolute_url(),
        "tag asked": f"{fandom.get_absolute_url()}?{asked}",
        "creator": f"{pen.get_absolute_url()}?q=lamp",
        "creators": "/creators/",
        "series list": "/series/",
        "series": series.get_absolute_url(),
        "work": work.get_absolute_url(),
        "whole work": f"{work.get_absolute_url()}?view_full_work=true",
        "chapter": chapter.get_absolute_url(),
        "navigate": f"{work.get_absolute_url()}navigate/",
        "fandoms": "/fandoms/",
        "fandoms by letter": "/fandoms/?letter=f",
        "tags": "/tags/",
        "languages": "/languages/",
        "stats": "/stats/",
        "sitemap": "/sitemap-works-1.xml",
        "search": f"/search/?{asked}",
        "help": "/help/search/",
        "about": "/about/",
        "sign in": "/account/login/",
        "reading settings": "/account/reading/",
        "nothing there": "/works/999999/",
    }


def statements(client: Client, address: str) -> int:
    """Statements of a visit where nothing is remembered but what a process learns once."""
    cache.clear()
    language_index()
    language_names()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code in (200, 404), address
    return len(captured)


@pytest.fixture
def archive(indexed) -> Callable[[int], dict[str, str]]:
    """Call it to add works and to get the addresses of the pages."""

    def grow(works: int) -> dict[str, str]:
        made = fill(works)
        indexed(*made)
        if not Series.objects.exists():
            make_series(*made)
            surround(Tag.objects.get(kind=Kind.FANDOM, name="Common Fandom"))
        return addresses()

    return grow


def test_guests_and_members_take_few_statements_on_every_page(archive):
    pages = archive(3)
    guest, member = Client(), Client()
    user = make_user()
    user.groups.add(Group.objects.get_or_create(name="archivists")[0])
    BlockedTag.objects.create(user=user, tag=make_tag(Kind.FREEFORM, "Never"))
    member.force_login(user)
    over = {}
    for name, address in pages.items():
        taken = statements(guest, address), statements(member, address)
        if taken[0] > GUEST or taken[1] > MEMBER:
            over[name] = taken
    assert over == {}


def test_a_longer_archive_takes_no_more(archive):
    pages = archive(6)  # the first page tells of five, and of others by their names
    few = {name: statements(Client(), address) for name, address in pages.items()}
    archive(24)
    many = {name: statements(Client(), address) for name, address in pages.items()}
    assert many == few


def test_drafts_take_few_statements_for_one_and_for_many():
    user = make_user()
    client = Client()
    client.force_login(user)
    pen = make_creator("Drafting Pen", user=user)
    taken = []
    for works in (1, 15):
        for _ in range(works):
            make_work(creators=[pen], status="draft", published_at=None, updated_at=None)
        taken.append(statements(client, "/drafts/"))
    assert taken[0] == taken[1] <= MEMBER
