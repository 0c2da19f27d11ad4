"""The finder: hits made into what this viewer may see, whatever state the index is in."""

import pytest
from django.utils import timezone

from archive.core.errors import Unavailable
from archive.core.viewer import ANONYMOUS, Viewer
from catalog.finder import find_works, get_finder
from catalog.models import Tag, Work
from catalog.querytext import QuerySyntaxError
from catalog.workquery import FACET_KINDS, TagRef, WorkQuery
from search import finder as finder_module
from search.backends import IndexUnavailable, get_backend
from search.indexing import drain_all
from search.models import IndexEvent
from search.nudge import take_trouble
from tests.factories import make_creator, make_tag
from tests.search.helpers import change_work, post_work

pytestmark = pytest.mark.django_db


def _titles(page) -> list[str]:
    return [work.title for work in page.works]


def _find(text: str = "", viewer: Viewer = ANONYMOUS, **values):
    return find_works(WorkQuery(text=text, **values), viewer)


def test_a_word_of_the_text_finds_the_work():
    post_work("Back to the Basement", text="She wrung out the washcloth.")
    post_work("Another Visit")
    drain_all()
    page = _find("washcloth")
    assert (_titles(page), page.total, page.degraded) == (["Back to the Basement"], 1, False)


def test_works_come_in_the_order_of_the_hits():
    for title in ("Beta", "Alpha", "Gamma"):
        post_work(title)
    drain_all()
    assert _titles(_find(ordering="title")) == ["Alpha", "Beta", "Gamma"]
    assert _titles(_find("sort:-title")) == ["Gamma", "Beta", "Alpha"]
    page = _find(ordering="title", page=2, page_size=2)
    assert (_titles(page), page.total) == (["Gamma"], 3)


def test_members_see_restricted_works_and_strangers_do_not(member):
    post_work("Open")
    post_work("Members only", is_restricted=True)
    drain_all()
    assert _titles(_find(ordering="title")) == ["Open"]
    assert _titles(_find(ordering="title", viewer=member)) == ["Members only", "Open"]


@pytest.mark.parametrize(
    "values",
    [
        {"status": "draft"},
        {"hidden_at": timezone.now()},
        {"held_at": timezone.now()},
        {"deleted_at": timezone.now()},
        {"is_restricted": True},
    ],
)
def test_what_was_taken_away_is_gone_at_once_with_the_indexer_stopped(values):
    """From hits, total and facets, although the index still has it."""
    post_work("Stays", tags={"freeform": ["Fluff"]})
    gone = post_work("Goes", tags={"freeform": ["Fluff"]})
    drain_all()
    change_work(gone, withdrawn=True, **values)
    page = _find(facets=("freeform",))
    assert (_titles(page), page.total) == (["Stays"], 1)
    assert [(value.name, value.count) for value in page.facets["freeform"]] == [("Fluff", 1)]
    assert _titles(_find("goes")) == []
    stays = Work.everything.get(title="Stays")
    assert get_finder().similar(stays, ANONYMOUS, 5) == []
    assert get_finder().random(WorkQuery(), ANONYMOUS, 5) == [stays]


def test_a_parked_withdrawal_still_counts():
    gone = post_work("Goes")
    drain_all()
    change_work(gone, withdrawn=True, hidden_at=timezone.now())
    IndexEvent.objects.update(is_parked=True, attempts=5)
    assert _find().total == 0


def test_a_work_that_vanished_without_a_word_is_left_out_and_the_total_follows():
    post_work("Stays")
    gone = post_work("Goes")
    drain_all()
    Work.everything.filter(pk=gone.pk).update(deleted_at=timezone.now())
    page = _find()
    assert (_titles(page), page.total) == (["Stays"], 1)


def test_very_many_withdrawals_are_answered_by_the_database(monkeypatch):
    monkeypatch.setattr(finder_module, "MAX_WITHDRAWN", 1)
    stays, first, second = post_work("Stays"), post_work("First"), post_work("Second")
    drain_all()
    change_work(first, withdrawn=True, deleted_at=timezone.now())
    assert not _find().degraded
    change_work(second, withdrawn=True, deleted_at=timezone.now())
    page = _find()
    assert (_titles(page), page.degraded) == (["Stays"], True)
    assert get_finder().random(WorkQuery(), ANONYMOUS, 5) == [stays]


def test_without_an_index_titles_and_summaries_are_searched_and_it_says_so(monkeypatch):
    post_work("The Washcloth")
    post_work("Other", text="A washcloth.")

    def fail(*args, **kwargs):
        raise IndexUnavailable("There is no index.")

    for name in ("search", "similar", "random"):
        monkeypatch.setattr(get_backend(), name, fail)
    page = _find("washcloth")
    assert (_titles(page), page.degraded) == (["The Washcloth"], True)
    assert "not available" in page.notices[0]
    assert take_trouble(), "the indexer is asked to look into it"
    work = Work.everything.get(title="Other")
    assert [w.title for w in get_finder().similar(work, ANONYMOUS, 5)] == ["The Washcloth"]
    assert len(get_finder().random(WorkQuery(), ANONYMOUS, 5)) == 2


def test_a_text_that_cannot_be_parsed_is_refused_with_the_place():
    with pytest.raises(QuerySyntaxError) as refused:
        _find('fluff "unclosed')
    assert refused.value.code == "query.syntax"
    assert refused.value.extra["position"] == 6


def test_a_broken_text_is_no_reason_for_a_degraded_answer(monkeypatch):
    def fail(*args, **kwargs):
        raise IndexUnavailable("There is no index.")

    monkeypatch.setattr(get_backend(), "search", fail)
    with pytest.raises(QuerySyntaxError):
        _find('fluff "unclosed')


def test_a_lenient_query_finds_what_it_can_and_tells_the_place():
    post_work("Fluff")
    drain_all()
    page = _find('fluff "unclosed', lenient=True)
    assert page.error is not None
    assert page.error.position == 6
    assert page.error.detail in page.notices
    assert page.normal.startswith("fluff")
    assert _find("fluff", lenient=True).error is None


def test_facets_have_names_and_say_what_is_selected():
    fandom = make_tag("fandom", "Sherlock Holmes")
    post_work("English", tags={"freeform": ["Fluff"]}, is_complete=True)
    post_work("Deutsch", language="de", tags={"freeform": ["Angst"]})
    drain_all()
    page = _find(
        tags=(TagRef(fandom.pk),), languages=("de",), facets=("fandom", "language", "complete")
    )
    holmes = page.facets["fandom"][0]
    assert (holmes.id, holmes.name, holmes.count, holmes.selected) == (
        *(fandom.pk, "Sherlock Holmes", 1, True),
    )
    german = page.facets["language"][0]
    assert (german.id, german.name, german.value, german.selected) == (None, "Deutsch", "de", True)
    state = page.facets["complete"][0]
    assert (state.name, state.value, state.selected) == ("In progress", "false", False)


def test_a_selected_tag_stays_listed_at_nothing():
    tag = make_tag("freeform", "Fluff")
    post_work("A", tags={"freeform": ["Fluff"]})
    drain_all()
    page = _find("nothingness", tags=(TagRef(tag.pk),), facets=("freeform",))
    assert [(v.name, v.count, v.selected) for v in page.facets["freeform"]] == [("Fluff", 0, True)]


def test_blocked_tags_are_counted_apart():
    tag = make_tag("freeform", "Spiders")
    post_work("A", tags={"freeform": ["Spiders"]})
    post_work("B")
    drain_all()
    page = _find(tags_blocked=(TagRef(tag.pk),))
    assert (_titles(page), page.total, page.left_out) == (["B"], 1, 1)


def test_a_mistyped_word_gets_a_suggestion_of_the_whole_query():
    for number in range(4):
        post_work(f"Basement {number}", text="She wrung out the washcloth in the basement.")
    drain_all()
    page = _find('Basement  title:wshcloth -cellar "in the"')
    assert page.did_you_mean == []
    page = _find('Basement  wahscloth -cellar "in the"')
    assert page.did_you_mean == ['Basement  washcloth -cellar "in the"']
    assert _find("BASEMNET").did_you_mean == ["BASEMENT"]
    assert _find("title:Basemnet").did_you_mean == ["title:Basement"]


def test_no_suggestion_where_enough_is_found_or_nothing_better_is_known():
    for number in range(4):
        post_work(f"Basement {number}")
    drain_all()
    assert _find("basement").did_you_mean == []
    assert _find("xyzzyqwert").did_you_mean == []
    assert _find("basemnet -basement").did_you_mean == []


def test_a_busy_engine_costs_the_suggestion_not_the_page(monkeypatch):
    post_work("Basement")
    drain_all()

    def fail(*args):
        raise Unavailable("Too many searches.")

    monkeypatch.setattr(get_backend(), "corrections", fail)
    page = _find("basemnet")
    assert (page.total, page.did_you_mean, page.degraded) == (0, [], False)


def test_suggestions_come_only_from_works_the_viewer_may_see(member):
    post_work("Secret", text="The xylophone.", is_restricted=True)
    drain_all()
    assert _find("xylophne").did_you_mean == []
    assert _find("xylophne", viewer=member).did_you_mean == ["xylophone"]


def test_similar_works_are_those_the_viewer_may_see(member):
    work = post_work("One", tags={"freeform": ["Fluff"]})
    post_work("Two", tags={"freeform": ["Fluff"]})
    post_work("Three", tags={"freeform": ["Fluff"]}, is_restricted=True)
    drain_all()
    assert [w.title for w in get_finder().similar(work, ANONYMOUS, 5)] == ["Two"]
    assert {w.title for w in get_finder().similar(work, member, 5)} == {"Two", "Three"}


def test_statements_of_a_search_page_do_not_depend_on_its_length(django_assert_max_num_queries):
    for number in range(25):
        post_work(
            f"Work {number}",
            text="A washcloth here.",
            creators=[make_creator(), make_creator()],
            tags={"freeform": ["Fluff", "Angst"], "character": [f"Person {number}"]},
            language="de" if number % 2 else "en",
        )
    drain_all()
    query = WorkQuery(text="washcloth", facets=FACET_KINDS, highlight=True)
    for size in (1, 20):
        with django_assert_max_num_queries(8):
            page = find_works(WorkQuery(**{**vars(query), "page_size": size}), ANONYMOUS)
            for work in page.works:
                [maker.name for maker in work.makers]
                [tag.meant for tag in work.typed_tags]
                assert str(work.language)
        assert len(page.works) == size
        assert len(page.snippets) == size
    assert Tag.objects.count() > 20
