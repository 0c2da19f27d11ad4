"""Completion, lists and look-ups of tags find what is meant, in the order that helps."""

import pytest

from archive.core.errors import InvalidInput, NotFound
from catalog import tagcomplete, tagcompletesql
from catalog.models import Kind, Tag, TagParent
from catalog.tagrelated import related
from catalog.tagsearch import autocomplete, browse, resolve, suggest_names
from catalog.tagwords import fill_missing_words, index_words, tokens_of, words_of
from tests.factories import make_tag, make_work

pytestmark = pytest.mark.django_db


def names(tags) -> list[str]:
    return [tag.name for tag in tags]


def used(tag: Tag, count: int) -> Tag:
    """Pretend that so many works are found under the tag."""
    Tag.objects.filter(pk=tag.pk).update(works_count=count)
    return tag


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Les Misérables - Victor Hugo", ["les", "miserables", "victor", "hugo"]),
        ("Spider-Man", ["spiderman", "spider", "man"]),
        ("Jack O'Neill", ["jack", "oneill", "o", "neill"]),
        ("M.A.S.H.", ["mash", "m", "a", "s", "h"]),
        ("Castiel/Dean", ["castiel", "dean"]),
        ("進撃の巨人", ["進撃の巨人", "撃の巨人", "の巨人", "巨人", "人"]),
        ("한국 드라마", ["한국", "드라마"]),
        ("हिन्दी", ["हिन्दी"]),
        ("!!! ♥", ["!!!", "♥"]),
    ],
)
def test_names_are_found_by_their_words(name, words):
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("O'Neill", ["oneill"]),
        ("spider-man", ["spider", "man"]),
        ("har harry", ["harry"]),
        ("  ", []),
        ("ÉCLAIR", ["eclair"]),
        ("luke (", ["luke"]),
        ("( !", ["(", "!"]),
    ],
)
def test_typed_words_are_folded_like_names(text, tokens):
    assert tokens_of(text) == tokens


def test_any_word_completes_whatever_its_accents_and_case():
    tag = make_tag(Kind.FANDOM, "Les Misérables - Victor Hugo")
    for text in ("MISER", "misér", "hugo les", "victor h", "les misérables"):
        assert autocomplete(text) == [tag]
    assert autocomplete("serables") == []


def test_every_typed_word_has_to_fit():
    make_tag(Kind.CHARACTER, "John Watson")
    other = make_tag(Kind.CHARACTER, "John Smith")
    assert autocomplete("john sm") == [other]


def test_synonyms_come_with_their_canonical_tag(django_assert_max_num_queries):
    canonical = make_tag(Kind.FREEFORM, "Alternate Universe - Coffee Shops & Cafés")
    make_tag(Kind.FREEFORM, "Coffeeshop AU", synonym_of=canonical)
    with django_assert_max_num_queries(12):
        (found,) = autocomplete("coffeeshop")
        assert (found.name, found.synonym_of) == ("Coffeeshop AU", canonical)


def test_unsorted_and_unwrangleable_tags_are_left_out():
    make_tag(Kind.FREEFORM, "fluffy thing", is_canonical=False)
    make_tag(Kind.FREEFORM, "fluffy mess", is_canonical=False, is_unwrangleable=True)
    assert autocomplete("fluffy") == []


def test_the_very_name_comes_first_then_whole_words_then_the_most_used():
    begins = used(make_tag(Kind.FANDOM, "Starsky & Hutch"), 500)
    whole = used(make_tag(Kind.FANDOM, "Star Wars"), 90)
    more = used(make_tag(Kind.FANDOM, "Star Trek"), 100)
    exact = make_tag(Kind.FANDOM, "Star")
    assert autocomplete("star") == [exact, more, whole, begins]


def test_a_synonym_is_as_popular_as_its_target():
    popular = used(make_tag(Kind.CHARACTER, "Sherlock Holmes"), 100)
    rare = used(make_tag(Kind.CHARACTER, "Detective Dee"), 5)
    synonym = make_tag(Kind.CHARACTER, "Detective Holmes", synonym_of=popular)
    assert autocomplete("detective") == [synonym, rare]


def test_synonyms_of_one_tag_do_not_fill_the_list():
    canonical = make_tag(Kind.FREEFORM, "Coffee")
    for number in range(9):
        make_tag(Kind.FREEFORM, f"coffee variant {number}", synonym_of=canonical)
    other = make_tag(Kind.FREEFORM, "Coffee Tables")
    found = autocomplete("coffee")
    assert found[0] == canonical
    assert other in found
    assert len(found) == 5


def test_completion_keeps_to_a_kind():
    make_tag(Kind.FANDOM, "Sherlock")
    character = make_tag(Kind.CHARACTER, "Sherlock Holmes")
    assert autocomplete("sherl", kind=Kind.CHARACTER) == [character]


def test_completion_keeps_to_fandoms_also_for_synonyms():
    here, there = make_tag(Kind.FANDOM, "Here"), make_tag(Kind.FANDOM, "There")
    mine = make_tag(Kind.CHARACTER, "Mary Morstan")
    synonym = make_tag(Kind.CHARACTER, "Mary Watson", synonym_of=mine)
    TagParent.objects.create(from_tag=mine, to_tag=here)
    other = make_tag(Kind.CHARACTER, "Mary Bennet")
    TagParent.objects.create(from_tag=other, to_tag=there)
    assert autocomplete("mary", fandoms=[here.pk]) == [mine, synonym]
    assert autocomplete("mary", fandoms=[there.pk]) == [other]
    assert set(autocomplete("mary", fandoms=[here.pk, there.pk])) == {mine, synonym, other}


@pytest.mark.parametrize("few", [1, 3, 2_500])
def test_fandoms_narrow_common_beginnings_too(monkeypatch, few):
    fandom = make_tag(Kind.FANDOM, "Here")
    mine = [make_tag(Kind.CHARACTER, f"Mary {number}") for number in range(3)]
    for tag in mine:
        TagParent.objects.create(from_tag=tag, to_tag=fandom)
    synonym = make_tag(Kind.CHARACTER, "Marie", synonym_of=mine[0])
    for number in range(9):
        used(make_tag(Kind.CHARACTER, f"Marius {number}"), 5)
    monkeypatch.setattr(tagcomplete, "FEW", few)
    assert set(autocomplete("mar", fandoms=[fandom.pk])) == {*mine, synonym}


def test_common_beginnings_give_the_same_answer_as_rare_ones(monkeypatch):
    for number in range(40):
        tag = used(make_tag(Kind.FREEFORM, f"Angst number {number}"), number)
        make_tag(Kind.FREEFORM, f"Angst spelling {number}", synonym_of=tag)
    slow = autocomplete("angst nu"), autocomplete("an"), autocomplete("angst", kind=Kind.FREEFORM)
    monkeypatch.setattr(tagcomplete, "FEW", 3)
    quick = autocomplete("angst nu"), autocomplete("an"), autocomplete("angst", kind=Kind.FREEFORM)
    assert quick == slow
    assert len(quick[1]) == 15


def test_rare_tags_with_a_common_word_are_found_all_the_same(monkeypatch):
    monkeypatch.setattr(tagcomplete, "FEW", 3)
    monkeypatch.setattr(tagcompletesql, "_DEPTH", 5)
    for number in range(10):
        used(make_tag(Kind.FREEFORM, f"Popular {number}"), 100)
    tags = [make_tag(Kind.FREEFORM, f"Rare {number}") for number in range(6)]
    assert set(autocomplete("ra", kind=Kind.FREEFORM)) == set(tags)


@pytest.mark.parametrize(
    "text",
    ["hermoine", "hemrione", "jermione", "ermione", "hermionee", "hermine gran", "hermoi granger"],
)
def test_mistyped_words_are_forgiven_when_nothing_matches(text):
    tag = make_tag(Kind.CHARACTER, "Hermione Granger")
    make_tag(Kind.CHARACTER, "Harry Potter")
    assert autocomplete(text) == [tag]


def test_slips_are_not_looked_for_when_something_matches():
    make_tag(Kind.CHARACTER, "Marta")
    maria = make_tag(Kind.CHARACTER, "Maria")
    assert autocomplete("mari") == [maria]


@pytest.mark.parametrize("text", ["marc morstan", "mary morstarr", "may morst"])
def test_known_words_that_no_name_has_together_are_doubted(text):
    tag = make_tag(Kind.CHARACTER, "Mary Morstan")
    for name in ("Marc Bloch", "Bob Morstarr", "May Parker"):
        make_tag(Kind.CHARACTER, name)
    assert autocomplete(text) == [tag]


@pytest.mark.parametrize("few", [1, 1_000])
@pytest.mark.parametrize(
    ("text", "count"), [("ca", 15), ("mary", 3), ("cat 7", 2), ("cta", 15), ("kat 7", 2)]
)
def test_completion_takes_few_statements_however_much_there_is(
    django_assert_max_num_queries, monkeypatch, few, text, count
):
    fandom = make_tag(Kind.FANDOM, "Here")
    for number in range(30):
        tag = make_tag(Kind.CHARACTER, f"Cat {number}")
        make_tag(Kind.CHARACTER, f"Cat called {number} too", synonym_of=tag)
        TagParent.objects.create(from_tag=tag, to_tag=fandom)
    for number in range(3):
        make_tag(Kind.CHARACTER, f"Mary {number}")
    monkeypatch.setattr(tagcomplete, "FEW", few)
    for scope in ({}, {"kind": Kind.CHARACTER}, {"fandoms": [fandom.pk]}):
        with django_assert_max_num_queries(10):
            found = autocomplete(text, **scope)
        expected = 0 if scope.get("fandoms") and text == "mary" else count
        assert len(found) == expected, (scope, found)


def test_what_nothing_looks_like_gives_nothing():
    make_tag(Kind.CHARACTER, "Hermione Granger")
    assert autocomplete("zzzzzz") == []
    assert autocomplete("q") == []
    assert autocomplete("%_*[") == []
    assert autocomplete("") == []


def test_suggestions_fall_back_to_single_words():
    make_tag(Kind.FANDOM, "Pride and Prejudice - Jane Austen")
    assert suggest_names("Prejudice Zombies Special", [Kind.FANDOM]) == [
        "Pride and Prejudice - Jane Austen"
    ]
    assert suggest_names("Teenn", [Kind.RATING]) == ["Teen"]


def test_a_new_name_is_found_by_its_new_words_alone():
    tag = make_tag(Kind.FANDOM, "Old Title")
    Tag.objects.filter(pk=tag.pk).update(name="New Title", folded="new title")
    tag.refresh_from_db()
    index_words([tag])
    assert autocomplete("new") == [tag]
    assert autocomplete("old") == []


def test_words_that_are_missing_are_filled_in():
    tag = Tag.objects.create(
        kind=Kind.FANDOM, name="Bare Row", folded="bare row", is_canonical=True
    )
    assert autocomplete("bare") == []
    assert fill_missing_words() == 1
    assert autocomplete("bare") == [tag]
    assert fill_missing_words() == 0


def test_lists_put_the_very_name_first_then_the_most_used_then_the_name():
    unsorted = make_tag(Kind.FREEFORM, "Fluff", is_canonical=False)
    second = used(make_tag(Kind.FREEFORM, "Tooth-Rotting Fluff"), 9)
    third = make_tag(Kind.FREEFORM, "Domestic Fluff")
    fourth = make_tag(Kind.FREEFORM, "Extra Fluffy")
    assert list(browse(text="fluff")) == [unsorted, second, third, fourth]
    assert list(browse(text="fluff", status="unwrangled")) == [unsorted]
    assert names(browse(text="fluff", ordering="-name"))[0] == "Tooth-Rotting Fluff"
    assert list(browse(text="tooth fluff", kind=Kind.FREEFORM)) == [second]
    assert not browse(text="fluff", kind=Kind.FANDOM).exists()


@pytest.mark.parametrize("ordering", ["name", "-name", "works", "-works", "created", "-created"])
def test_lists_have_an_order_without_ties(ordering):
    tags = [make_tag(Kind.FREEFORM, f"T{number}") for number in range(5)]
    assert set(browse(kind=Kind.FREEFORM, ordering=ordering)) == set(tags)
    assert browse(kind=Kind.FREEFORM, ordering=ordering).query.order_by[-1] == "pk"


def test_lists_keep_to_what_belongs_to_a_fandom():
    fandom, tag = make_tag(Kind.FANDOM), make_tag(Kind.CHARACTER)
    make_tag(Kind.CHARACTER)
    TagParent.objects.create(from_tag=tag, to_tag=fandom)
    assert list(browse(fandom=fandom.pk)) == [tag]


def test_names_resolve_within_a_kind_and_across_kinds():
    tag = make_tag(Kind.FANDOM, "Sherlock Holmes")
    assert resolve("sherlock holmes") == tag
    character = make_tag(Kind.CHARACTER, "Sherlock Holmes")
    assert resolve("SHERLOCK HOLMES", kind=Kind.CHARACTER) == character
    with pytest.raises(InvalidInput) as caught:
        resolve("Sherlock Holmes")
    assert caught.value.code == "tag.ambiguous"
    assert resolve("underage").name == "Underage Sex"


def test_unknown_names_come_with_suggestions():
    make_tag(Kind.FANDOM, "Sherlock Holmes - Arthur Conan Doyle")
    with pytest.raises(NotFound) as caught:
        resolve("Sherlok Holmes")
    assert caught.value.code == "tag.unknown"
    assert caught.value.extra["suggestions"] == ["Sherlock Holmes - Arthur Conan Doyle"]


def test_related_tags_occur_together_more_than_by_chance():
    for number in range(12):
        close = ["Tea"] if number < 6 else []
        make_work(tags={Kind.FREEFORM: [*(["Fog", *close] if number < 6 else ["Sun"]), "Common"]})
    make_work(is_restricted=True, tags={Kind.FREEFORM: ["Fog", "Secret"]})
    make_work(is_restricted=True, tags={Kind.FREEFORM: ["Fog", "Secret"]})
    found = related(Tag.objects.get(name="Fog"))
    assert [one.tag.name for one in found] == ["Tea"]
    assert found[0].together == 6
    assert found[0].strength > 0


def test_related_tags_of_an_unsorted_tag_are_those_of_its_works():
    make_tag(Kind.FREEFORM, "odd words", is_canonical=False)
    for _ in range(3):
        make_work(tags={Kind.FREEFORM: ["odd words", "Tea"]})
    for _ in range(5):
        make_work()
    assert [one.tag.name for one in related(Tag.objects.get(name="odd words"))] == ["Tea"]


def test_a_tag_on_no_work_has_no_relations():
    assert related(make_tag(Kind.FREEFORM)) == []
