"""Did you mean: names of fields, words run together or parted, names joined by signs."""

import pytest

from archive.core.viewer import ANONYMOUS
from catalog.finder import find_works
from catalog.workquery import WorkQuery
from search.indexing import drain_all
from tests.search.helpers import post_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive():
    """Four works about a night bus, and one with a ship."""
    for number in range(4):
        post_work(f"Night Bus {number}", text="A crossover of slow words; the bus was late.")
    tags = {"relationship": ["Javert & Jean Valjean"], "freeform": ["Slow Burn"]}
    post_work("The Report", text="The inspector writes it down.", tags=tags)
    drain_all()


def meant(text: str) -> list[str]:
    return find_works(WorkQuery(text=text), ANONYMOUS).did_you_mean


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("titel:report", ["title:report"]),
        ("Titel:reprot", ["title:report"]),
        ("charcter:nobody", []),
        ("auther:nobody relationshp:javert", ["relationship:javert"]),
        ("relationshp:javert -auther:nobody", ["relationship:javert -author:nobody"]),
        ("langauge:en bus", ["language:en bus"]),
        ("wrods:>1 bus", ["words:>1 bus"]),
        ("langauge:English bus", ["language:English bus"]),
        ("http://titel.example", []),
        ("report:ers", ["report"]),
    ],
)
def test_names_of_fields_are_mended(archive, typed, expected):
    assert meant(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("javert/valjean", ["javert valjean"]),
        ("Valjean x Javert", ["Valjean Javert"]),
        ("javert&valjean", ["javert valjean"]),
        ("slowburn", ['"slow burn"']),
        ("tag:slowburn report", ['tag:"slow burn" report']),
        ("cross over late", ["crossover late"]),
        ("busnight", []),
        ("lateburn", []),
        ('"nightbus"', []),
    ],
)
def test_words_are_parted_and_joined(archive, typed, expected):
    assert meant(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("javert handcuffs", ["javert"]),
        ("late javert bus", ["late bus"]),
        ("bus javert", ["javert"]),
        ('"slow words" fandom:nowhere late', ['"slow words" late']),
        ("handcuffs lantern", []),
        ("javert -report", []),
        ("(javert OR bus) handcuffs", []),
    ],
)
def test_of_words_that_never_meet_one_is_left_out(archive, typed, expected):
    assert meant(typed) == expected


def test_a_correction_comes_before_words_parted(archive):
    post_work("Nights", text="Nights and nights.")
    drain_all()
    assert meant("nightbus") == ["nights", '"night bus"']


def test_nothing_is_tried_where_time_is_up(archive, monkeypatch):
    monkeypatch.setattr("search.finder.PAGE_SECONDS", 0.1)
    for typed in ("titel:report", "slowburn", "javert/valjean", "reprot"):
        assert meant(typed) == []


def test_the_number_of_trials_is_bounded(archive, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "search.spelling._Trials._finds_more", lambda trials, text: asked.append(text)
    )
    meant(" ".join(f"unheardof{letter}{letter}" for letter in "abcdefghijklmnop"))
    assert 0 < len(asked) < 48


def test_a_text_beyond_the_caps_has_no_suggestion(archive):
    query = WorkQuery(text="titel:report " * 100, lenient=True)
    assert find_works(query, ANONYMOUS).did_you_mean == []


def test_languages_are_read_once(archive, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        meant("langauge:English handcuffs lantern unheardof")
