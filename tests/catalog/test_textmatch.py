"""Text queries without an index: what the database alone can answer, and never too much."""

import pytest

from archive.core.viewer import ANONYMOUS
from catalog.finder import DatabaseWorkFinder
from catalog.querytext import QuerySyntaxError
from catalog.workquery import WorkQuery
from tests.factories import make_creator, make_series, make_tag, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _works() -> None:
    make_tag("character", "Watson")
    make_tag("character", "Dr. W", synonym_of=make_tag("character", "Watson"))
    basement = make_work(
        "Back to the Basement",
        creators=[make_creator("Ozfan")],
        summary_html="<p>A washcloth.</p>",
        notes_html="<p>For Lucy.</p>",
        tags={"character": ["Dr. W"], "freeform": ["Fluff"]},
        text=" ".join(["word"] * 30),
    )
    make_series(basement, title="Visits")
    make_work("Another Visit", creators=[make_creator("Secret")], is_anonymous=True, language="de")
    make_work("Hidden Basement", is_restricted=True)


def _find(text: str = "", **values) -> list[str]:
    query = WorkQuery(text=text, ordering="title", **values)
    return [work.title for work in DatabaseWorkFinder().find(query, ANONYMOUS).works]


BOTH = ["Another Visit", "Back to the Basement"]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("", BOTH),
        ("*", BOTH),
        ("basement", BOTH[1:]),
        ("washcloth", BOTH[1:]),
        ("ozfan", BOTH[1:]),
        ("fluff", BOTH[1:]),
        ("watson", BOTH[1:]),
        ("secret", []),
        ("creator:secret", []),
        ("basement visit", []),
        ("basement OR visit", BOTH),
        ("-basement", BOTH[:1]),
        ("visit -basement", BOTH[:1]),
        ("title:washcloth", []),
        ("summary:washcloth", BOTH[1:]),
        ("notes:lucy", BOTH[1:]),
        ("series:visits", BOTH[1:]),
        ("tag:fluff", BOTH[1:]),
        ("character:fluff", []),
        ("text:word", []),
        ("words:>10", BOTH[1:]),
        ("words:<10", BOTH[:1]),
        ("language:de", BOTH[:1]),
        ("language:deutsch", BOTH[:1]),
        ("updated:2024", BOTH),
        ("updated:>2024", []),
        ("complete:false", BOTH),
        ("complete:yes", []),
        ("single_chapter:false", BOTH),
        ('"back to the"', BOTH[1:]),
        ("base*", BOTH[1:]),
    ],
)
def test_a_text_finds_what_titles_summaries_creators_and_tags_say(text, titles):
    assert _find(text) == titles


@pytest.mark.parametrize(
    ("values", "titles"),
    [
        ({"title": "back basement"}, BOTH[1:]),
        ({"creator": "ozfan"}, BOTH[1:]),
        ({"creator": "secret"}, []),
        ({"tag_text": "dr fluff"}, BOTH[1:]),
    ],
)
def test_words_asked_of_single_fields_must_all_occur(values, titles):
    assert _find(**values) == titles


def test_chance_keeps_to_the_text():
    query = WorkQuery(text="basement")
    rows = DatabaseWorkFinder().random(query, ANONYMOUS, 5)
    assert [work.title for work in rows] == BOTH[1:]


def test_a_broken_text_is_refused_here_as_well():
    with pytest.raises(QuerySyntaxError):
        _find('"unclosed')
    assert _find('basement "unclosed', lenient=True) == []
