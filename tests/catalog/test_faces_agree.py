"""After any act of wrangling every face finds, counts and offers the same works under a tag."""

import html
import re

import pytest

from archive.core.viewer import SYSTEM
from catalog.models import Kind, Tag
from catalog.services.metatags import change_metatags
from catalog.services.wrangling import decanonise, make_canonical, make_synonym, split_synonym
from catalog.services.wrangling_undo import undo_wrangling
from tests.factories import PUBLISHED, make_tag, make_work
from tests.web.conftest import indexed

__all__ = ["indexed"]

pytestmark = pytest.mark.django_db

ENTRY = re.compile(r"<entry\b.*?<title[^>]*>(.*?)</title>", re.S)
NAMES = ("Upper", "Middle", "Low", "Other", "Loose")
# A work is called like the tag it carries; "same" means Low.
AT_FIRST = {
    "Upper": {"Upper", "Middle", "Low", "same"},
    "Middle": {"Middle", "Low", "same"},
    "Low": {"Low", "same"},
    "Other": {"Other"},
}
CASES = {
    "a canonical tag is merged": (
        lambda: make_synonym(actor=SYSTEM, tag_id=pk("Middle"), of="Other"),
        {
            "Upper": {"Upper", "Middle", "Low", "same", "Other"},
            "Other": {"Other", "Middle", "Low", "same"},
            "Low": {"Low", "same"},
        },
    ),
    "an unsorted tag is merged": (
        lambda: make_synonym(actor=SYSTEM, tag_id=pk("Loose"), of="Middle"),
        {
            **AT_FIRST,
            "Upper": AT_FIRST["Upper"] | {"Loose"},
            "Middle": AT_FIRST["Middle"] | {"Loose"},
        },
    ),
    "a synonym is split": (
        lambda: split_synonym(actor=SYSTEM, tag_id=pk("same")),
        {name: works - {"same"} for name, works in AT_FIRST.items()},
    ),
    "a tag becomes canonical": (
        lambda: make_canonical(actor=SYSTEM, tag_id=pk("Loose")),
        {**AT_FIRST, "Loose": {"Loose"}},
    ),
    "a tag is decanonised": (
        lambda: decanonise(actor=SYSTEM, tag_id=pk("Middle")),
        {"Upper": {"Upper"}, "Low": {"Low", "same"}, "Other": {"Other"}},
    ),
    "a second way up": (
        lambda: change_metatags(actor=SYSTEM, tag_id=pk("Low"), add=["Other"]),
        {**AT_FIRST, "Other": {"Other", "Low", "same"}},
    ),
    "a way up goes": (
        lambda: change_metatags(actor=SYSTEM, tag_id=pk("Low"), remove=["Middle"]),
        {**AT_FIRST, "Upper": {"Upper", "Middle"}, "Middle": {"Middle"}},
    ),
}


def pk(name: str) -> int:
    return Tag.objects.get(kind=Kind.FREEFORM, name=name).pk


@pytest.fixture
def works(indexed):
    """One work of each tag that everybody sees, and hidden, restricted and draft ones of them."""
    for name in NAMES:
        make_tag(Kind.FREEFORM, name, is_canonical=name != "Loose")
    make_tag(Kind.FREEFORM, "same", synonym_of=Tag.objects.get(name="Low"))
    change_metatags(actor=SYSTEM, tag_id=pk("Low"), add=["Middle"])
    change_metatags(actor=SYSTEM, tag_id=pk("Middle"), add=["Upper"])
    made = [make_work(name, tags={Kind.FREEFORM: [name]}) for name in (*NAMES, "same")]
    every = {Kind.FREEFORM: [*NAMES, "same"]}
    states = ({"status": "draft"}, {"is_restricted": True}, {"hidden_at": PUBLISHED})
    indexed(*made, *[make_work("Unseen", tags=every, **state) for state in states])


def assert_faces_agree(client, found: dict[str, set[str]]) -> None:
    """Lists, counts, feeds, catalogues and pages of each canonical tag; facets; completion."""
    canonical = set(Tag.objects.of_kind(Kind.FREEFORM).canonical().values_list("name", flat=True))
    assert canonical == set(found)
    for name, titles in found.items():
        told = told_by_every_face(client, pk(name))
        assert told == dict.fromkeys(told, sorted(titles)), name
        assert Tag.objects.get(pk=pk(name)).works_count == len(titles)
        offered = client.get(f"/api/v1/tags/autocomplete/?kind=freeform&q={name}").json()
        counts = {row["name"]: row["works_count"] for row in offered["results"]}
        assert counts[name] == len(titles)
    facets = client.get("/api/v1/works/?facets=freeform&facet_size=50").json()["facets"]
    shown = {row["name"]: row["count"] for row in facets["freeform"]}
    assert shown == direct_uses(found)


def told_by_every_face(client, tag_id: int) -> dict[str, list[str]]:
    """The titles under a tag, sorted, by face."""

    def entries(path: str) -> list[str]:
        return ENTRY.findall(html.unescape(client.get(path).content.decode()))

    def results(path: str) -> list[str]:
        body = client.get(path).json()
        assert body["count"] == len(body["results"])
        return [row["title"] for row in body["results"]]

    page = client.get(f"/tags/{tag_id}/", follow=True).content.decode()
    told = {
        "filter": results(f"/api/v1/works/?freeform={tag_id}"),
        "works of the tag": results(f"/api/v1/tags/{tag_id}/works/"),
        "feed of the tag": entries(f"/feeds/tags/{tag_id}.atom"),
        "feed of the search": entries(f"/feeds/works.atom?freeform={tag_id}"),
        "OPDS 1": entries(f"/opds/works/?freeform={tag_id}"),
        "OPDS 2": [
            row["metadata"]["title"]
            for row in client.get(f"/opds/v2/works/?freeform={tag_id}").json()["publications"]
        ],
        "page": re.findall(r'<a href="/works/\d+/"[^>]*>([^<]+)</a>', page),
    }
    return {face: sorted(titles) for face, titles in told.items()}


def direct_uses(found: dict[str, set[str]]) -> dict[str, int]:
    """How many works carry each canonical tag itself or a synonym of it."""
    names = {tag.name: tag for tag in Tag.objects.select_related("synonym_of")}
    uses = dict.fromkeys(found, 0)
    for title in (*NAMES, "same"):
        tag = names[title].synonym_of or names[title]
        if tag.is_canonical:
            uses[tag.name] += 1
    return uses


@pytest.mark.parametrize("case", CASES)
def test_all_faces_agree_after_an_act_and_after_its_undo(case, client, works, drained):
    act, found = CASES[case]
    plan = act()
    drained()
    assert_faces_agree(client, found)
    undo_wrangling(actor=SYSTEM, log_id=plan.log_id)
    drained()
    assert_faces_agree(client, AT_FIRST)
