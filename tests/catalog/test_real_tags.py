"""Real tag sets: filters, facets, counts and feeds agree with the slow reference on them."""

import random
from collections import Counter
from zlib import crc32

import pytest
from django.db import transaction
from django.test import Client

from archive.core.viewer import ANONYMOUS
from catalog.events import announce_works_changed
from catalog.finder import FacetValue, find_works
from catalog.models import Kind, Tag, Work
from catalog.services.bulk_tags import read_tag_files
from catalog.services.tag_graph import load_tag_graph
from catalog.tagsearch import autocomplete
from catalog.workquery import FACET_KINDS, TagRef, WorkQuery
from search.indexing import drain_all
from tests.catalog.tag_reference import assert_catalogue_exact, expected_filters, is_public
from tests.corpus import corpus_path
from tests.corpus_works import load_works, read_tag_sets

pytestmark = [pytest.mark.django_db, pytest.mark.corpus]

TAG_KINDS = [kind for kind in FACET_KINDS if kind in Kind.values]


def load(most: int | None, files: tuple[str, ...] = ()) -> None:
    """The works, then the part of the real tag graph that speaks of their tags."""
    rows = list(read_tag_sets(corpus_path("tags", "work-metadata-sample.jsonl.gz"), most))
    ids = load_works(rows)
    names = set(Tag.objects.values_list("name", flat=True))
    tables = [corpus_path("tags", file) for file in files] or [corpus_path("tags")]
    graph = read_tag_files(tables).rows
    spoken = [
        row
        for row in graph
        if row.name in names or (row.synonym_of in names and crc32(row.name.encode()) % 50 == 0)
    ]
    load_tag_graph(spoken)
    with transaction.atomic():
        announce_works_changed(ids)
    drain_all()


def questions(chosen: random.Random, tags: list[int], count: int) -> list[WorkQuery]:
    """Random filters over used tags, with every facet."""
    found = []
    for _ in range(count):
        pick = [TagRef(pk) for pk in chosen.choices(tags, k=5)]
        found.append(
            WorkQuery(
                tags=tuple(pick[: chosen.choice([0, 1, 1, 2])]),
                tags_any=(tuple(pick[2:4]),) if chosen.random() < 0.3 else (),
                tags_not=(pick[4],) if chosen.random() < 0.4 else (),
                facets=FACET_KINDS,
                facet_size=50,
            )
        )
    return found


def assert_agreement(seed: int, count: int) -> None:
    """What everybody finds is what the reference finds, works and facets alike."""
    filters = expected_filters()
    public = {work.pk for work in Work.everything.all() if is_public(work)}
    kinds = dict(Tag.objects.values_list("pk", "kind"))
    uses = Counter(tag for pk in public for tag in filters[pk])
    popular = [pk for pk, _ in uses.most_common(120)]
    chosen = random.Random(seed)  # noqa: S311  draws questions
    for query in questions(chosen, popular, count):
        wanted = {
            pk
            for pk in public
            if all(tag.id in filters[pk] for tag in query.tags)
            and all(any(tag.id in filters[pk] for tag in group) for group in query.tags_any)
            and not any(tag.id in filters[pk] for tag in query.tags_not)
        }
        page = find_works(query, ANONYMOUS)
        assert page.total == len(wanted), query
        assert {work.pk for work in page.works} <= wanted
        direct = Counter(
            tag for pk in wanted for tag, is_direct in filters[pk].items() if is_direct
        )
        for kind in TAG_KINDS:
            of_kind = {pk: count for pk, count in direct.items() if kinds[pk] == kind}
            assert_facet(page.facets[kind], of_kind)


def assert_facet(values: list[FacetValue], expected: dict[int, int]) -> None:
    """The most frequent values with their counts; those selected are listed beyond them."""
    shown = {value.id: value.count for value in values if value.count}
    assert shown.items() <= expected.items()
    selected = {value.id for value in values if value.selected}
    others = sorted(count for pk, count in shown.items() if pk not in selected)
    wanted = sorted(count for pk, count in expected.items() if pk not in selected)
    assert others == wanted[len(wanted) - len(others) :]
    assert len(others) >= min(len(wanted), 50 - len(selected))


def assert_faces_agree() -> None:
    """A tag's count, its page's list, its feed and its completion say the same."""
    client = Client()
    tag = Tag.objects.of_kind(Kind.FREEFORM).canonical().order_by("-works_count").first()
    listed = client.get(f"/api/v1/tags/{tag.pk}/works/").json()
    assert listed["count"] == tag.works_count
    assert tag.pk in [found.pk for found in autocomplete(tag.name, kind=Kind.FREEFORM)]
    assert f"{tag.works_count:,}" in client.get(tag.get_absolute_url()).content.decode()
    feed = client.get(f"/feeds/tags/{tag.pk}.atom")
    titles = {row["title"] for row in listed["results"]}
    assert sum(title in feed.content.decode() for title in titles) == len(titles)


def test_filters_facets_and_counts_agree_with_the_reference_on_real_tags():
    load(100, ("freeforms.csv.gz", "fandoms.csv.gz", "metatags.csv.gz"))
    assert_catalogue_exact()
    assert_agreement(1, 8)
    assert_faces_agree()


@pytest.mark.slow
def test_they_agree_on_all_real_tag_sets():
    load(None)
    assert_catalogue_exact()
    for seed in range(4):
        assert_agreement(seed, 25)
    assert_faces_agree()
