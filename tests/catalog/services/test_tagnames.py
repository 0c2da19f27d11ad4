"""Names resolve to tags, new names become unsorted tags, bad ones are refused with advice."""

from typing import cast

import pytest

from archive.core.errors import InvalidInput
from catalog.models import Kind, Tag, TagWord
from catalog.services.tagnames import get_or_create_tags, resolve_many, resolve_tag
from tests.factories import make_tag

pytestmark = pytest.mark.django_db


def test_a_name_is_found_whatever_its_case_accents_and_spaces():
    tag = make_tag(Kind.FANDOM, "Les Misérables - Victor Hugo")
    assert resolve_tag(Kind.FANDOM, " les  MISERABLES – victor hugo") == tag
    assert resolve_tag(Kind.CHARACTER, "Les Misérables - Victor Hugo") is None


@pytest.mark.parametrize(
    ("kind", "form", "name"),
    [
        (Kind.WARNING, "Underage", "Underage Sex"),
        (
            Kind.WARNING,
            "choose not to use archive warnings",
            "Creator Chose Not To Use Archive Warnings",
        ),
        (Kind.RATING, "General Audiences", "General"),
        (Kind.RATING, "Teen And Up Audiences", "Teen"),
        (Kind.CATEGORY, "Femslash", "F/F"),
    ],
)
def test_other_forms_of_closed_kinds_resolve(kind, form, name):
    tag = resolve_tag(kind, form)
    assert tag is not None
    assert tag.name == name


def test_a_synonym_resolves_to_itself_with_its_target_at_hand(django_assert_num_queries):
    canonical = make_tag(Kind.FREEFORM, "Alternate Universe")
    make_tag(Kind.FREEFORM, "AU", synonym_of=canonical)
    with django_assert_num_queries(1):
        tag = resolve_tag(Kind.FREEFORM, "au")
        assert tag is not None
        assert (tag.name, tag.synonym_of) == ("AU", canonical)


def test_many_names_take_two_statements(django_assert_num_queries):
    names = {
        Kind.FANDOM: [make_tag(Kind.FANDOM).name for _ in range(20)],
        Kind.FREEFORM: [make_tag(Kind.FREEFORM).name for _ in range(20)],
        Kind.WARNING: ["Underage", "Violence"],
    }
    with django_assert_num_queries(2):
        assert len(resolve_many(names)) == 42


def test_what_cannot_be_a_name_is_not_known():
    assert resolve_many({Kind.FREEFORM: ["", " ", "a,b", "x" * 500]}) == {}


def test_new_names_become_unsorted_tags_with_words():
    known = make_tag(Kind.CHARACTER, "Irene Adler")
    tags = get_or_create_tags({Kind.CHARACTER: ["irene adler", "  Mary   Morstan "]})
    assert tags[Kind.CHARACTER, "irene adler"] == known
    new = tags[Kind.CHARACTER, "mary morstan"]
    assert (new.name, new.status) == ("Mary Morstan", "unwrangled")
    words = TagWord.objects.filter(tag=new).values_list("kind", "word")
    assert sorted(words) == [("character", "mary"), ("character", "morstan")]


def test_names_equal_under_folding_make_one_tag():
    tags = get_or_create_tags({Kind.FREEFORM: ["Café AU", "cafe au", "CAFÉ  AU"]})
    assert len(tags) == 1
    assert Tag.objects.get(kind=Kind.FREEFORM).name == "Café AU"


def test_the_same_names_again_make_nothing(django_assert_max_num_queries):
    get_or_create_tags({Kind.FREEFORM: ["One", "Two"]})
    with django_assert_max_num_queries(4):  # savepoint, lock where there is one, tags, release
        get_or_create_tags({Kind.FREEFORM: ["One", "Two"]})
    assert Tag.objects.filter(kind=Kind.FREEFORM).count() == 2


def test_unknown_names_of_closed_kinds_are_refused_with_what_is_allowed():
    with pytest.raises(InvalidInput) as caught:
        get_or_create_tags({Kind.RATING: ["Tean"], Kind.FREEFORM: ["Fluff"]})
    (fault,) = caught.value.errors
    assert (fault.field, fault.code) == ("rating", "tag.unknown")
    assert "'Tean'" in fault.detail
    assert "Not Rated, General, Teen, Mature, Explicit" in fault.detail
    suggestions = cast("list[str]", fault.extra["suggestions"])
    assert suggestions[0] == "Teen"
    assert len(suggestions) <= 5
    assert not Tag.objects.filter(kind=Kind.FREEFORM).exists()


def test_every_fault_is_told_at_once():
    with pytest.raises(InvalidInput) as caught:
        get_or_create_tags(
            {
                Kind.FREEFORM: ["fine", "a,b", "\u200b"],
                Kind.WARNING: ["Spiders"],
                "colour": ["red"],
            }
        )
    assert sorted((fault.field, fault.code) for fault in caught.value.errors) == [
        ("colour", "tag.kind_unknown"),
        ("freeform", "tag.name_invalid"),
        ("freeform", "tag.name_invalid"),
        ("warning", "tag.unknown"),
    ]
