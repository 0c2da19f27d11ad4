"""The normal form of a query: reading it again gives the same query."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.filter_params import to_params, to_url
from catalog.filters import WorkFilterSet
from catalog.workquery import DATES, FACET_KINDS, FLAGS, RANGES, TEXT_SCOPES, TagRef, WorkQuery
from tests.factories import make_tag

pytestmark = pytest.mark.django_db

_words = st.lists(st.sampled_from(["violin", "Übung", "猫", "m/m", "C++"]), max_size=3).map(
    " ".join
)
_counts = st.integers(0, 2_000_000_000)
_moments = st.integers(0, 4_000_000_000_000_000).map(
    lambda micros: datetime.fromtimestamp(micros // 1_000_000, UTC).replace(
        microsecond=micros % 1_000_000
    )
)


@st.composite
def _bounds(draw, values):
    low, high = draw(st.none() | values), draw(st.none() | values)
    if low is None and high is None:
        return draw(values), None
    if low is not None and high is not None and low > high:
        low, high = high, low
    return low, high


@st.composite
def _spans(draw, names, values):
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=3))
    return tuple((name, *draw(_bounds(values))) for name in names if name in chosen)


_queries = st.builds(
    WorkQuery,
    text=_words,
    text_scope=st.sampled_from(TEXT_SCOPES),
    title=_words,
    creator=_words,
    tag_text=_words,
    languages=st.sets(st.sampled_from(["de", "en", "fr"])).map(sorted).map(tuple),
    languages_not=st.sets(st.sampled_from(["ja", "zh"])).map(sorted).map(tuple),
    ranges=_spans(RANGES, _counts),
    dates=_spans(DATES, _moments),
    flags=st.dictionaries(st.sampled_from(FLAGS), st.booleans()).map(
        lambda flags: tuple((name, flags[name]) for name in FLAGS if name in flags)
    ),
    series=st.sets(st.integers(1, 10**17), max_size=3).map(sorted).map(tuple),
    creators=st.sets(st.integers(1, 10**17), max_size=3).map(sorted).map(tuple),
    ordering=st.sampled_from(["", "relevance", "-words", "title"]),
    page=st.integers(1, 100),
    page_size=st.integers(1, 100),
    facets=st.lists(st.sampled_from(FACET_KINDS), unique=True).map(tuple),
    facet_size=st.integers(1, 50),
    highlight=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(_queries)
def test_any_query_survives_the_way_through_an_address(query):
    assert WorkFilterSet(QueryDict(to_url(query))).to_query() == query


def test_tags_survive_the_way_through_an_address():
    tags = [make_tag("fandom", f"Fandom {number}") for number in range(4)]
    others = [make_tag("character", f"Character {number}") for number in range(2)]
    given_text = urlencode(
        [
            ("fandom", tags[0].pk),
            ("exact_tag", tags[1].pk),
            ("fandom__any", tags[1].pk),
            ("fandom__any", tags[2].pk),
            ("tag__any", others[0].pk),
            ("tag__any", others[1].pk),
            ("tag__any", tags[0].pk),
            ("tag__not", tags[3].pk),
        ]
    )
    filters = WorkFilterSet(QueryDict(given_text))
    again = WorkFilterSet(QueryDict(filters.to_url()))
    assert again.to_query() == filters.to_query()
    assert again.to_url() == filters.to_url()


def test_two_groups_of_one_kind_stay_two_groups():
    first, second, third, fourth = (make_tag("fandom", f"F {number}") for number in range(4))
    query = WorkQuery(
        tags_any=(
            (TagRef(first.pk), TagRef(second.pk)),
            (TagRef(third.pk), TagRef(fourth.pk)),
        )
    )
    kinds = {tag.pk: "fandom" for tag in (first, second, third, fourth)}
    params = to_params(query, kinds=kinds)
    assert {name for name, _ in params} == {"fandom__any", "tag__any"}
    assert WorkFilterSet(QueryDict(urlencode(params))).to_query() == query


def test_ages_stay_ages_in_the_normal_form():
    with time_machine.travel(datetime(2024, 3, 15, tzinfo=UTC), tick=False):
        filters = WorkFilterSet(QueryDict("updated=<+7+days&published__gte=2020"))
        filters.to_query()
    assert filters.to_params() == [("updated", "<7days"), ("published__gte", "2020")]
