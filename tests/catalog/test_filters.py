"""The reader of the works list: every parameter, every refusal, one normal form."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import QueryDict

from archive.core.errors import InvalidInput
from catalog.filters import WorkFilterSet
from catalog.models import BlockedTag
from catalog.tagwords import index_words
from catalog.workquery import FACET_KINDS, TagRef, WorkQuery
from tests.factories import make_tag

pytestmark = pytest.mark.django_db


def query(text: str, **options) -> WorkQuery:
    return WorkFilterSet(QueryDict(text), **options).to_query()


def faults(text: str, **options) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        query(text, **options)
    return [(error.field, error.code) for error in caught.value.errors]


def test_nothing_asked_is_the_default_query():
    assert query("") == WorkQuery()


def test_empty_values_count_as_absent():
    assert query("q=&words=&complete=&fandom=&ordering=&page=&page_size=&facets=") == WorkQuery()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("words=1000", ("words", 1000, 1000)),
        ("words=<1000", ("words", None, 999)),
        ("words=%3E1000", ("words", 1001, None)),
        ("words=1000-5000", ("words", 1000, 5000)),
        ("words=1,000-5,000", ("words", 1000, 5000)),
        ("words__gte=1000", ("words", 1000, None)),
        ("words__gt=1000", ("words", 1001, None)),
        ("words__lte=1,000", ("words", None, 1000)),
        ("words__lt=1000", ("words", None, 999)),
        ("words__gte=1000&words__lte=5000", ("words", 1000, 5000)),
        ("words=%3E1000&words__lte=5000", ("words", 1001, 5000)),
        ("kudos=10", ("kudos", 10, 10)),
        ("chapters=2-3", ("chapters", 2, 3)),
        ("hits=0", ("hits", 0, 0)),
    ],
)
def test_counts_are_inclusive_bounds(text, expected):
    assert query(text).ranges == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "words=many",
        "words=5000-1000",
        "words=%3E%3E5",
        "words__gte=%3E5",
        "words__gte=1-5",
        "words__gte=-5",
        "words__lt=0",
        "words__gte=9&words__lte=3",
        "words=12.5",
    ],
)
def test_a_malformed_range_is_refused(text):
    assert [code for _, code in faults(text)] == ["range.invalid"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("updated=2020-01-01..2020-12-31", (2020, 1, 1), (2020, 12, 31, 23, 59, 59, 999999)),
        ("updated=2020-05", (2020, 5, 1), (2020, 5, 31, 23, 59, 59, 999999)),
        ("updated=2020-05-17", (2020, 5, 17), (2020, 5, 17, 23, 59, 59, 999999)),
        ("updated__gte=2020-05-17", (2020, 5, 17), None),
        ("updated__gt=2020-05-17", (2020, 5, 18), None),
        ("updated__lte=2020-05-17", None, (2020, 5, 17, 23, 59, 59, 999999)),
        ("updated__lt=2020-05-17", None, (2020, 5, 16, 23, 59, 59, 999999)),
        ("updated=<+7+days", (2024, 3, 8, 12), None),
        ("updated=>+2+years+ago", None, (2022, 3, 15, 11, 59, 59, 999999)),
    ],
)
def test_dates_are_inclusive_bounds_in_utc(text, low, high):
    with time_machine.travel(datetime(2024, 3, 15, 12, tzinfo=UTC), tick=False):
        ((name, start, end),) = query(text.replace(">", "%3E")).dates
    assert name == "updated"
    assert start == (datetime(*low, tzinfo=UTC) if low else None)
    assert end == (datetime(*high, tzinfo=UTC) if high else None)


@pytest.mark.parametrize(
    "text",
    [
        "updated=soon",
        "updated=2020-13-01",
        "published=2021-01-01..2020-01-01",
        "updated__gte=<7+days",
        "updated__lte=2020..2021",
        "updated__gte=2021&updated__lte=2020",
    ],
)
def test_a_malformed_date_is_refused(text):
    assert [code for _, code in faults(text)] == ["date.invalid"]


def test_flags_take_true_and_false_in_any_case():
    assert query("complete=true&crossover=False").flags == (
        ("complete", True),
        ("crossover", False),
    )
    assert faults("complete=maybe&one_pairing=1") == [
        ("complete", "parameter.invalid"),
        ("one_pairing", "parameter.invalid"),
    ]


def test_languages_go_by_code_and_name_and_are_alternatives():
    assert query("language=en&language=German").languages == ("de", "en")
    assert query("language__not=fr").languages_not == ("fr",)
    assert faults("language=klingonese-x") == [("language", "language.unknown")]


def test_facets_are_all_or_a_list():
    assert query("facets=all").facets == FACET_KINDS
    assert query("facets=fandom,language&facets=complete").facets == (
        "fandom",
        "language",
        "complete",
    )
    assert faults("facets=media") == [("facets", "parameter.invalid")]
    assert query("facets=all&facet_size=50").facet_size == 50
    assert faults("facet_size=51") == [("facet_size", "parameter.invalid")]


def test_every_ordering_is_known_and_no_other():
    assert query("ordering=-words").ordering == "-words"
    assert query("ordering=relevance").ordering == "relevance"
    assert faults("ordering=-relevance") == [("ordering", "ordering.invalid")]
    assert faults("ordering=id") == [("ordering", "ordering.invalid")]


def test_pages_have_bounds():
    page = query("page=3&page_size=50")
    assert (page.page, page.page_size) == (3, 50)
    assert faults("page=0") == [("page", "page.invalid")]
    assert faults("page_size=101") == [("page_size", "page_size.invalid")]
    assert faults("page=2000&page_size=100") == [("page", "page.too_deep")]


def test_all_faults_are_told_at_once_in_the_order_of_the_request():
    assert faults("langage=en&page=0&words=x&complete=si&collection=4&q=%22open") == [
        ("langage", "parameter.unknown"),
        ("page", "page.invalid"),
        ("words", "range.invalid"),
        ("complete", "parameter.invalid"),
        ("collection", "collection.unknown"),
        ("q", "query.syntax"),
    ]


def test_an_unknown_parameter_names_its_likely_meaning():
    with pytest.raises(InvalidInput) as caught:
        query("langauge=en")
    assert caught.value.code == "parameter.unknown"
    assert "language" in caught.value.errors[0].extra["suggestions"]


def test_a_parameter_with_one_meaning_is_given_once():
    assert faults("words=1&words=2") == [("words", "parameter.repeated")]


def test_a_broken_text_is_refused_with_its_place_and_kept_where_leniency_is_asked():
    with pytest.raises(InvalidInput) as caught:
        query('q=abc+"def')
    assert caught.value.extra["position"] == 4
    assert query('q="abc', strict=False).lenient


def test_nul_is_refused_in_names_and_texts():
    assert faults("title=a%00b") == [("title", "parameter.invalid")]
    assert faults("q=a%00b") == [("q", "parameter.invalid")]


def test_tags_go_by_id_and_folded_name():
    tag = make_tag("fandom", "Les Misérables")
    numbers = make_tag("fandom", "1602")
    assert query(f"fandom={tag.pk}").tags == (TagRef(tag.pk),)
    assert query("fandom=les+miserables").tags == (TagRef(tag.pk),)
    assert query("fandom=name:1602").tags == (TagRef(numbers.pk),)
    assert query("tag=LES+MISERABLES").tags == (TagRef(tag.pk),)


def test_synonyms_and_other_names_resolve_and_unsorted_tags_are_exact():
    target = make_tag("freeform", "Slow Burn")
    synonym = make_tag("freeform", "slowburn", synonym_of=target)
    unsorted = make_tag("freeform", "so slow", is_canonical=False)
    rating = make_tag("rating", "Teen")
    assert query("freeform=slowburn").tags == (TagRef(target.pk),)
    assert query(f"freeform={synonym.pk}").tags == (TagRef(target.pk),)
    assert query("freeform=so+slow").tags == (TagRef(unsorted.pk, exact=True),)
    assert query(f"exact_tag={synonym.pk}").tags == (TagRef(synonym.pk, exact=True),)
    assert query("rating=Teen+And+Up+Audiences").tags == (TagRef(rating.pk),)


def test_all_any_and_none_of_the_tags():
    first, second, third = (make_tag("fandom", name) for name in ("A One", "B Two", "C Three"))
    other = make_tag("character", "D Four")
    asked = query(
        f"fandom={first.pk}&fandom=b+two&fandom__any={first.pk}&fandom__any=C+Three"
        f"&tag__any={other.pk}&fandom__not={third.pk}"
    )
    assert asked.tags == (TagRef(first.pk), TagRef(second.pk), TagRef(other.pk))
    assert asked.tags_any == ((TagRef(first.pk), TagRef(third.pk)),)
    assert asked.tags_not == (TagRef(third.pk),)


def test_a_name_of_several_kinds_is_ambiguous_without_a_kind():
    fandom, character = make_tag("fandom", "Hamlet"), make_tag("character", "Hamlet")
    with pytest.raises(InvalidInput) as caught:
        query("tag=hamlet")
    assert caught.value.code == "tag.ambiguous"
    candidates = caught.value.errors[0].extra["candidates"]
    assert {candidate["id"] for candidate in candidates} == {fandom.pk, character.pk}
    assert query("character=hamlet").tags == (TagRef(character.pk),)


def test_an_unknown_tag_is_refused_with_suggestions():
    tag = make_tag("fandom", "Sherlock Holmes")
    index_words([tag])
    with pytest.raises(InvalidInput) as caught:
        query("fandom=sherlok+holmes")
    assert caught.value.code == "tag.unknown"
    assert "Sherlock Holmes" in caught.value.errors[0].extra["suggestions"]
    assert "Sherlock Holmes" in caught.value.extra["suggestions"]


def test_an_id_of_another_kind_is_not_a_tag_of_this_kind():
    tag = make_tag("character", "John Watson")
    assert faults(f"fandom={tag.pk}&freeform=99999999999") == [
        ("fandom", "tag.unknown"),
        ("freeform", "tag.unknown"),
    ]


def test_the_number_of_statements_does_not_grow_with_the_tags(django_assert_max_num_queries):
    names = [make_tag("freeform", f"Tag {number}").name for number in range(30)]
    text = "&".join(f"freeform={name.replace(' ', '+')}" for name in names)
    with django_assert_max_num_queries(3):
        query(f"{text}&rating=Teen+And+Up+Audiences&warning=8")


def test_blocked_tags_are_part_of_the_query_of_their_owner(member):
    target = make_tag("freeform", "Spiders")
    synonym = make_tag("freeform", "spider stuff", synonym_of=target)
    BlockedTag.objects.create(user_id=member.user_id, tag=synonym)
    assert query("", viewer=member).tags_blocked == (TagRef(target.pk),)
    assert query("include_blocked=true", viewer=member).tags_blocked == ()
    assert query("").tags_blocked == ()


def test_a_base_narrows_and_hides_what_would_widen_it():
    tag = make_tag("fandom", "Hamlet")
    base = WorkQuery(tags=(TagRef(tag.pk),), creators=(7,))
    asked = query("complete=true", base=base)
    assert asked.tags == base.tags
    assert asked.creators == (7,)
    assert faults("creator_id=8", base=base) == [("creator_id", "parameter.unknown")]
