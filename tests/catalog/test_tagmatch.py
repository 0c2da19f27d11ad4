"""What the desk suggests a tag may mean: by wording, by what similar synonyms mean, by works."""

import pytest

from catalog.models import Kind, Tag
from catalog.tagmatch import likely_matches
from catalog.tagwording import forms_of, wording_of
from tests.factories import make_creator, make_tag, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def graph():
    """Canonical tags of several shapes, some with synonyms."""
    for name in (
        *("Fluff", "Hurt/Comfort", "Angst", "Song Fic", "Alternate Universe - Modern Setting"),
        *("Female Harry Potter", "Female Loki", "Hurt Clint Barton", "Kid Fic", "SHIELD"),
        *("Mother Nature | Emily Jane Pitchiner", "Female Sherlock Holmes"),
    ):
        make_tag(Kind.FREEFORM, name)
    for name, target in (
        ("fem!Harry", "Female Harry Potter"),
        ("fem!Loki", "Female Loki"),
        ("Modern AU", "Alternate Universe - Modern Setting"),
    ):
        make_tag(Kind.FREEFORM, name, synonym_of=Tag.objects.get(name=target))


def found(name: str, kind: str = Kind.FREEFORM) -> list[str]:
    tag = make_tag(kind, name, is_canonical=False)
    return [match.tag.name for match in likely_matches(tag)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("so much fluff", "Fluff"),
        ("Flufff", "Fluff"),
        ("angsty angst", "Angst"),
        ("hurt comfort!!", "Hurt/Comfort"),
        ("songfic", "Song Fic"),
        ("kidfic", "Kid Fic"),
        ("modern aus", "Alternate Universe - Modern Setting"),
        ("fem!Sherlock", "Female Sherlock Holmes"),
        ("S.H.I.E.L.D.", "SHIELD"),
        ("Mother Nature (Guardians)", "Mother Nature | Emily Jane Pitchiner"),
    ],
)
def test_the_right_tag_comes_first(graph, typed, meant):
    assert found(typed)[:1] == [meant]


def test_what_has_nothing_in_common_is_not_suggested(graph):
    assert found("xylophone quartet") == []
    assert found("🙂") == []


def test_only_canonical_tags_of_the_kind_are_suggested(graph):
    make_tag(Kind.CHARACTER, "Fluff")
    make_tag(Kind.FREEFORM, "fluff again", is_canonical=False)
    assert found("fluffy fluff") == ["Fluff"]


def test_the_evidence_is_said(graph):
    tag = make_tag(Kind.FREEFORM, "modern-au", is_canonical=False)
    first = likely_matches(tag)[0]
    assert first.evidence == ["words in common: modern", "its synonym “modern au” is alike"]
    same = make_tag(Kind.FREEFORM, "Song-Fic", is_canonical=False)
    assert likely_matches(same)[0].evidence == ["the same letters"]
    near = make_tag(Kind.FREEFORM, "Angts", is_canonical=False)
    assert likely_matches(near)[0].evidence == ["1 letter differs"]


def test_works_and_creators_in_common_are_evidence_of_public_works_alone(graph):
    ann, ben = make_creator("Ann"), make_creator("Ben")
    odd = make_tag(Kind.FREEFORM, "Qwertz", is_canonical=False)
    tags = {Kind.FREEFORM: ["Qwertz", "Angst"]}
    make_work(creators=[ann], tags=tags)
    make_work(creators=[ben], tags=tags, is_anonymous=True)
    make_work(creators=[ann], tags={Kind.FREEFORM: ["Qwertz", "Fluff"]}, status="draft")
    make_work(creators=[ann], tags={Kind.FREEFORM: ["Qwertz", "Kid Fic"]}, is_restricted=True)
    (match,) = likely_matches(odd)
    assert (match.tag.name, match.works_together, match.creators_together) == ("Angst", 2, 1)
    assert match.evidence == ["2 works have both", "1 creator uses both"]


def test_no_more_than_six_statements_for_any_name(graph, django_assert_max_num_queries):
    tag = make_tag(Kind.FREEFORM, "fem!Sherlok holms modren au", is_canonical=False)
    with django_assert_max_num_queries(6):
        assert likely_matches(tag)
    for number in range(40):
        make_tag(Kind.FREEFORM, f"Sherlock number {number}")
    with django_assert_max_num_queries(6):
        assert likely_matches(tag)


def test_wordings():
    assert wording_of("Hawks (My Hero Academia)").asides == {"my", "hero", "academia"}
    assert wording_of("Sam - Fandom").asides == {"fandom"}
    assert wording_of("Clay | Dream").parts == (("clay",), ("dream",))
    assert wording_of("S.H.I.E.L.D.").words == ("shield",)
    assert forms_of("families") == ("family", "familie")
    assert forms_of("cat") == ()
