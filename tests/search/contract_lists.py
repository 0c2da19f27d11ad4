"""What every engine owes: orders, pages, filters, audience and facets."""

from datetime import UTC, datetime

import pytest

from catalog.workquery import TagRef
from tests.search.asking import MEMBERS, PUBLIC, ask, found
from tests.search.documents import as_mapping, make_document


class OrderContract:
    """Orders and pages."""

    def test_relevance_weighs_fields_and_breaks_ties_by_id(self, backend):
        backend.apply(
            as_mapping(
                make_document(5, text="rose and lamp"),
                make_document(3, summary="rose and lamp"),
                make_document(1, text="rose and lamp"),
                make_document(4, title="rose and lamp"),
                make_document(2, text="lamp"),
            ),
            set(),
        )
        assert ask(backend, "rose").ids == [4, 3, 1, 5]
        assert ask(backend, "rose", ordering="relevance").ids == [4, 3, 1, 5]

    def test_more_occurrences_and_shorter_texts_rank_higher(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="rose " + "and " * 4000),
                make_document(2, text="rose and"),
                make_document(3, text="rose rose rose and"),
            ),
            set(),
        )
        assert ask(backend, "rose").ids == [3, 2, 1]

    def test_rare_words_weigh_more(self, backend):
        backend.apply(
            as_mapping(
                *(make_document(n, text="common") for n in range(1, 20)),
                make_document(30, text="rare"),
            ),
            set(),
        )
        assert ask(backend, "common OR rare").ids[0] == 30

    def test_without_words_the_newest_come_first(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, updated=30),
                make_document(2, updated=50),
                make_document(3, updated=50),
                make_document(4, updated=10),
            ),
            set(),
        )
        assert ask(backend).ids == [2, 3, 1, 4]
        assert ask(backend, "complete:false").ids == [2, 3, 1, 4]
        assert ask(backend, ordering="relevance").ids == [2, 3, 1, 4]
        assert ask(backend, "sort:updated").ids == [2, 3, 1, 4]

    @pytest.mark.parametrize(
        "name", ["words", "kudos", "comments", "bookmarks", "hits", "updated", "published"]
    )
    def test_orders_by_number_both_ways_with_ties_by_rising_id(self, backend, name):
        values = {4: 7, 1: 9, 3: 7, 2: 1}
        documents = []
        for work_id, value in values.items():
            is_time = name in {"updated", "published"}
            extra = {name: value} if is_time else {"numbers": {name: value}}
            documents.append(make_document(work_id, **extra))
        backend.apply(as_mapping(*documents), set())
        assert ask(backend, ordering=name).ids == [2, 3, 4, 1]
        assert ask(backend, ordering=f"-{name}").ids == [1, 3, 4, 2]

    def test_orders_by_title_and_creator(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, sort_title="zebra", sort_creator="anna"),
                make_document(2, sort_title="éclair", sort_creator="bert"),
                make_document(3, sort_title="apple", sort_creator="bert"),
                make_document(4, sort_title="apple", sort_creator=""),
            ),
            set(),
        )
        backend.apply(as_mapping(make_document(5, sort_title="b", sort_creator="anna")), set())
        assert ask(backend, ordering="title").ids == [3, 4, 5, 1, 2]
        assert ask(backend, ordering="-title").ids == [2, 1, 5, 3, 4]
        assert ask(backend, ordering="creator").ids == [4, 1, 5, 2, 3]
        assert ask(backend, ordering="-creator").ids == [2, 3, 1, 5, 4]

    @pytest.mark.parametrize("ordering", ["", "-kudos", "title", "-creator", "relevance"])
    @pytest.mark.parametrize("text", ["", "work"])
    def test_pages_are_cuts_of_one_order(self, backend, ordering, text):
        backend.apply(
            as_mapping(*(make_document(n, numbers={"kudos": n % 4}) for n in range(1, 40))), set()
        )
        whole = ask(backend, text, ordering=ordering).ids
        pages = [
            ask(backend, text, ordering=ordering, page=page, page_size=7) for page in range(1, 8)
        ]
        assert [pk for hits in pages for pk in hits.ids] == whole
        assert {hits.total for hits in pages} == {39}


class FilterContract:
    """Filters, audience, facets."""

    def test_tags(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, tags=(11, 41), direct_tags=(11, 42), filter_tags=(11, 12, 42)),
                make_document(2, direct_tags=(12,)),
                make_document(3, direct_tags=(42,)),
            ),
            set(),
        )
        assert found(backend, tags=(TagRef(12),)) == [1, 2]
        assert found(backend, tags=(TagRef(12), TagRef(42))) == [1]
        assert found(backend, tags=(TagRef(41),)) == []
        assert found(backend, tags=(TagRef(41, exact=True),)) == [1]
        assert found(backend, tags=(TagRef(12, exact=True),)) == [2]
        assert found(backend, tags_any=((TagRef(11), TagRef(12, exact=True)),)) == [1, 2]
        assert found(backend, tags_any=((TagRef(11), TagRef(12)), (TagRef(42),))) == [1]
        assert found(backend, tags_not=(TagRef(12),)) == [3]
        assert found(backend, tags_not=(TagRef(41, exact=True), TagRef(99))) == [2, 3]
        assert found(backend, tags=(TagRef(99),)) == []

    def test_blocked_tags_are_removed_and_counted(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, direct_tags=(41,), text="rose"),
                make_document(2, direct_tags=(41,)),
                make_document(3, text="rose"),
                make_document(4, direct_tags=(41,), text="rose", audience=frozenset({"members"})),
            ),
            set(),
        )
        hits = ask(backend, "rose", tags_blocked=(TagRef(41),))
        assert (hits.ids, hits.total, hits.left_out) == ([3], 1, 1)
        assert ask(backend, "rose").left_out == 0

    def test_languages_flags_ranges_dates_series_creators(self, backend):
        start = datetime(2020, 1, 1, tzinfo=UTC)
        backend.apply(
            as_mapping(
                make_document(1, language="de", creator_ids=(7, 8), numbers={"kudos": 5}),
                make_document(2, language="pt-BR", series_ids=(3,), flags={"complete": True}),
                make_document(3, language="", updated=1_577_836_800, numbers={"kudos": 9}),
            ),
            set(),
        )
        assert found(backend, languages=("de", "pt-BR")) == [1, 2]
        assert found(backend, languages_not=("de", "xx")) == [2, 3]
        assert found(backend, languages=("xx",)) == []
        assert found(backend, flags=(("complete", True),)) == [2]
        assert found(backend, flags=(("complete", False), ("restricted", False))) == [1, 3]
        assert found(backend, ranges=(("kudos", 5, None),)) == [1, 3]
        assert found(backend, ranges=(("kudos", None, 5), ("kudos", 2, None))) == [1]
        assert found(backend, dates=(("updated", None, start),)) == [3]
        assert found(backend, dates=(("updated", start, None),)) == [1, 2, 3]
        assert found(backend, series=(3, 4)) == [2]
        assert found(backend, creators=(8,)) == [1]

    def test_only_the_audience_sees_and_counts_a_work(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="rose", direct_tags=(41,)),
                make_document(
                    2, text="rose secretword", direct_tags=(41,), audience=frozenset({"members"})
                ),
            ),
            set(),
        )
        hits = ask(backend, "rose", facets=("freeform",))
        assert (hits.ids, hits.total, hits.facets) == ([1], 1, {"freeform": [(41, 1)]})
        assert ask(backend, "rose", audience=MEMBERS).total == 2
        assert found(backend, "-nothing") == [1]
        assert backend.complete_words("secret", PUBLIC, 5) == []
        assert backend.corrections(["secretwort"], PUBLIC, ()) == {}
        assert backend.corrections(["secretwort"], MEMBERS, ()) == {"secretwort": "secretword"}
        assert backend.similar(1, PUBLIC, (), 5) == []
        assert backend.similar(1, MEMBERS, (), 5) == [2]

    def test_works_can_be_left_out_of_everything(self, backend):
        backend.apply(
            as_mapping(*(make_document(n, direct_tags=(41,), text="rosebud") for n in (1, 2, 3))),
            set(),
        )
        hits = ask(backend, "rosebud", without=(2, 99), facets=("freeform",))
        assert sorted(hits.ids) == [1, 3]
        assert (hits.total, hits.facets) == (2, {"freeform": [(41, 2)]})
        assert sorted(backend.similar(1, PUBLIC, (2,), 5)) == [3]
        assert backend.corrections(["rosebut"], PUBLIC, (1, 2, 3)) == {}

    def test_facets_count_the_whole_result_over_direct_tags(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, direct_tags=(11, 41), filter_tags=(11, 12, 41), language="de"),
                make_document(2, direct_tags=(11, 42), flags={"complete": True}),
                make_document(3, direct_tags=(12,)),
                make_document(4, direct_tags=(13,), text="other"),
            ),
            set(),
        )
        hits = ask(
            backend,
            "-other",
            facets=("fandom", "freeform", "language", "complete", "rating"),
            facet_size=2,
            page_size=1,
        )
        assert hits.facets == {
            "fandom": [(11, 2), (12, 1)],
            "freeform": [(41, 1), (42, 1)],
            "language": [("en", 2), ("de", 1)],
            "complete": [("false", 2), ("true", 1)],
            "rating": [],
        }

    def test_selected_values_stay_in_facets_even_at_zero(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, direct_tags=(11,), filter_tags=(11, 12)),
                make_document(2, direct_tags=(13,)),
            ),
            set(),
        )
        hits = ask(
            backend,
            tags=(TagRef(12),),
            languages=("en", "fr"),
            facets=("fandom", "language"),
            facet_size=1,
        )
        assert hits.facets["fandom"] == [(11, 1), (12, 0)]
        assert hits.facets["language"] == [("en", 1), ("fr", 0)]

    def test_no_facets_unless_asked_for(self, backend):
        backend.apply(as_mapping(make_document(1, direct_tags=(11,))), set())
        assert ask(backend).facets == {}

    def test_many_tags_on_one_work_all_count(self, backend):
        many = tuple(range(4000, 4060))
        backend.apply(as_mapping(make_document(1, direct_tags=many), make_document(2)), set())
        hits = ask(backend, facets=("freeform",), facet_size=100)
        assert hits.facets["freeform"] == [(tag, 1) for tag in many]
        assert found(backend, tags=(TagRef(4059),)) == [1]
