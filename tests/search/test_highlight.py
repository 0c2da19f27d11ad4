"""Snippets: the right passages, marked and escaped, from what the viewer may read."""

import re
from itertools import count

import pytest

from archive.core.viewer import ANONYMOUS, Viewer
from catalog.models import Chapter, Work
from catalog.querytext import parse
from catalog.workquery import WorkQuery
from search.backends.deadline import Deadline
from search.highlight import highlights
from tests.factories import make_chapter, make_creator, make_series, make_tag, make_work
from tests.timing import least_seconds

pytestmark = pytest.mark.django_db

FILLER = "Nothing of note happened in the long grey afternoon that followed. " * 12


def _snippets(work: Work, text: str = "", viewer: Viewer = ANONYMOUS, **values):
    query = WorkQuery(text=text, highlight=True, **values)
    row = Work.objects.unscoped("a test").for_blurb().get(pk=work.pk)
    return highlights([row], query, parse(text), viewer).get(work.pk, [])


def _marks(snippet) -> list[str]:
    return re.findall("<mark>(.*?)</mark>", snippet.html)


def test_the_word_is_marked_with_chapter_and_place():
    work = make_work(text=None)
    make_chapter(work, "<p>Rain.</p>")
    chapter = make_chapter(
        work, f"<p>{FILLER}</p><p>She wrung out the washcloth.</p><p>{FILLER}</p>"
    )
    (snippet,) = _snippets(work, "washcloth")
    assert "She wrung out the <mark>washcloth</mark>." in snippet.html
    assert (snippet.chapter_id, snippet.chapter_position, snippet.field) == (chapter.pk, 2, "text")


def test_a_snippet_has_about_two_hundred_characters_and_whole_words():
    work = make_work(text=f"{FILLER} a washcloth {FILLER}")
    (snippet,) = _snippets(work, "washcloth")
    plain = re.sub("<.*?>", "", snippet.html)
    assert plain.startswith("… ")
    assert plain.endswith(" …")
    assert 150 <= len(plain) <= 210
    source = f"{FILLER} a washcloth {FILLER}".split()
    assert set(plain.strip("… ").split()) <= set(source)


@pytest.mark.parametrize(
    ("text", "passage", "expected", "language"),
    [
        ("running", "He runs away.", ["runs"], "en"),
        ("ponies", "A pony there.", ["pony"], "en"),
        ("pony", "Two Ponies there.", ["Ponies"], "en"),
        ("cafe", "The Café was shut.", ["Café"], "en"),
        ("élan", "With elan and ÉLAN.", ["elan", "ÉLAN"], "en"),
        ("WASHCLOTH", "a WashCloth", ["WashCloth"], "en"),
        ("dont", "They don’t know, don't they", ["don’t", "don't"], "en"),
        ("don't", "They dont know", ["dont"], "en"),
        ("Mary's", "It was Mary’s hat", ["Mary’s"], "en"),
        ("häuser", "Das Haus und die Häuser", ["Haus", "Häuser"], "de"),
        ('"red house"', "A red house, a house red, red houses", ["red house"], "en"),
        ("wash*", "A washcloth and a Washing", ["washcloth", "Washing"], "en"),
        ("washclot~", "A washcloth there", ["washcloth"], "en"),
        ("whasing~", "A washing day", [], "en"),
        ("wahsing~", "A washing day", ["washing"], "en"),
        ("arm-rest", "The arm rest, the armrest", ["arm rest", "armrest"], "en"),
        ("東京", "私は東京に住んでいます", ["東京"], "ja"),
        ("кошка", "Большая Кошка спит", ["Кошка"], "ru"),
        ("red blue", "red and blue", ["red", "blue"], "en"),
        ("red OR nothing", "red and blue", ["red"], "en"),
        ("red -blue", "red and green", ["red"], "en"),
        ("o'brien", "said O’Brien", ["O’Brien"], "en"),
    ],
)
def test_every_form_that_is_found_is_marked(text, passage, expected, language):
    work = make_work("Untitled", text=passage, language=language)
    snippets = _snippets(work, text)
    assert [mark for snippet in snippets for mark in _marks(snippet)] == expected


def test_passages_with_the_most_words_come_first_and_three_at_most():
    parts = [
        *("one red thing", FILLER, "a blue thing", FILLER, "red and blue", FILLER),
        *("red again", FILLER, "blue again"),
    ]
    work = make_work(text="".join(f"<p>{part}</p>" for part in parts))
    snippets = _snippets(work, "red blue")
    assert len(snippets) == 3
    assert _marks(snippets[0]) == ["red", "blue"]


def test_words_that_stand_apart_are_both_shown():
    work = make_work(text=f"<p>red {FILLER * 3}</p><p>red</p><p>{FILLER * 3} blue</p>")
    shown = [mark for snippet in _snippets(work, "red blue") for mark in _marks(snippet)]
    assert set(shown) == {"red", "blue"}


def test_text_is_escaped_and_markup_is_no_text():
    work = make_work(
        text='<p>&lt;script&gt; <a href="https://washcloth.example">the</a> '
        "<em>wash</em>cloth &amp; co</p>"
    )
    (snippet,) = _snippets(work, "washcloth script")
    assert snippet.html == ("&lt;<mark>script</mark>&gt; the <mark>washcloth</mark> &amp; co")


def test_an_address_in_the_markup_is_not_a_hit():
    work = make_work(text='<p><a href="https://washcloth.example">here</a></p>')
    assert _snippets(work, "washcloth") == []


def test_a_hostile_title_is_escaped():
    work = make_work("<b>Washcloth</b> & co")
    (snippet,) = _snippets(work, "washcloth")
    assert snippet.html == "&lt;b&gt;<mark>Washcloth</mark>&lt;/b&gt; &amp; co"
    assert (snippet.field, snippet.chapter_id) == ("title", None)


def test_fields_of_the_work_show_where_only_they_match():
    work = make_work(
        "The Basement",
        text="A quiet night.",
        summary_html="<p>With a <em>washcloth</em>.</p>",
        notes_html="<p>For Lucy.</p>",
        tags={"freeform": ["Slow Burn"]},
    )
    make_series(work, title="Visits")
    assert [s.field for s in _snippets(work, "washcloth")] == ["summary"]
    assert [s.field for s in _snippets(work, "lucy")] == ["notes"]
    assert [s.field for s in _snippets(work, "burn")] == ["freeform"]
    assert [s.field for s in _snippets(work, "visits")] == ["series"]
    assert [s.field for s in _snippets(work, "quiet basement")] == ["text", "title"]


def test_a_field_that_adds_nothing_is_not_shown():
    work = make_work("Washcloth", text="A washcloth.")
    assert [s.field for s in _snippets(work, "washcloth")] == ["text"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("title:washcloth", ["title"]),
        ("text:washcloth", ["text"]),
        ("tag:washcloth", ["freeform"]),
        ("freeform:washcloth", ["freeform"]),
        ("character:washcloth", []),
        ("summary:washcloth", []),
    ],
)
def test_a_word_asked_of_one_field_is_marked_in_that_field(text, fields):
    work = make_work("Washcloth", text="A washcloth.", tags={"freeform": ["washcloth"]})
    assert [s.field for s in _snippets(work, text)] == fields


@pytest.mark.parametrize(("scope", "fields"), [("metadata", ["title"]), ("text", ["text"])])
def test_the_scope_of_the_query_holds(scope, fields):
    work = make_work("Washcloth", text="A washcloth.")
    assert [s.field for s in _snippets(work, "washcloth", text_scope=scope)] == fields


def test_words_of_title_creator_and_tag_parameters_are_marked():
    canonical = make_tag("character", "Dawn Summers")
    make_tag("character", "Dawnie", synonym_of=canonical)
    work = make_work(
        "Back to the Basement",
        creators=[make_creator("Ozfan")],
        tags={"character": ["Dawnie"]},
    )
    found = _snippets(work, title="basement", creator="ozfan", tag_text="summers")
    assert [(s.field, _marks(s)) for s in found] == [
        ("title", ["Basement"]),
        ("character", ["Summers"]),
        ("creator", ["Ozfan"]),
    ]


def test_names_behind_an_anonymous_work_are_never_shown():
    work = make_work(creators=[make_creator("Ozfan")], is_anonymous=True)
    assert _snippets(work, "ozfan") == []


def test_drafts_of_chapters_are_never_shown_not_even_to_their_creator(user):
    creator = make_creator("Ozfan", user=user)
    work = make_work(creators=[creator])
    make_chapter(work, "A secret washcloth.", status="draft")
    assert _snippets(work, "washcloth", Viewer(user_id=user.pk)) == []


def test_a_chapter_title_counts_as_text():
    work = make_work(text=None)
    chapter = make_chapter(work, "Rain.", title="The Washcloth")
    (snippet,) = _snippets(work, "washcloth")
    assert (snippet.html, snippet.chapter_id) == ("The <mark>Washcloth</mark>", chapter.pk)


def test_a_query_without_words_asks_for_no_chapters(django_assert_num_queries):
    work = Work.objects.unscoped("a test").for_blurb().get(pk=make_work().pk)
    with django_assert_num_queries(0):
        assert highlights([work], WorkQuery(), parse("words:>10"), ANONYMOUS) == {}


def test_a_page_of_works_asks_once(django_assert_num_queries):
    for number in range(5):
        make_work(text=f"<p>washcloth {number}</p>")
    works = list(Work.objects.unscoped("a test").for_blurb())
    with django_assert_num_queries(1):
        found = highlights(works, WorkQuery(text="washcloth"), parse("washcloth"), ANONYMOUS)
    assert len(found) == 5


@pytest.mark.parametrize("text", ["washcloth", "nothere", "the", "afternoon zebra", "grey*"])
def test_a_novel_of_230000_words_takes_no_time(text):
    work = make_work(text=None)
    body = f"<p>{FILLER * 40}</p>" * 3
    chapters = [
        Chapter(
            work=work, position=n, html=body, source="", status="posted", published_on="2024-01-01"
        )
        for n in range(1, 16)
    ]
    chapters[-1].html += "<p>A washcloth.</p>"
    Chapter.everything.bulk_create(chapters)
    row = Work.objects.unscoped("a test").for_blurb().get(pk=work.pk)
    least = least_seconds(
        lambda: highlights([row], WorkQuery(text=text), parse(text), ANONYMOUS), enough=2
    )
    assert least < 2


def test_a_phrase_is_shown_though_its_words_stand_everywhere_apart():
    apart = "<p>She took a hand of cards, his hand the cold one, by hand. The end.</p>" * 60
    work = make_work(text=f"{apart}<p>He kissed the <em>hand</em> she gave.</p>{apart}")
    (snippet,) = _snippets(work, '"kissed the hand she"')
    assert _marks(snippet) == ["kissed the hand she"]
    assert len(_snippets(work, '"hand the cold"')) == 3


@pytest.mark.parametrize(
    ("text", "passage", "expected"),
    [
        ('"the hand"', "by <b>the</b> <i>hand</i>", ["the hand"]),
        ('"l\'amour fou"', "Un l’amour fou.", ["l’amour fou"]),
        ('"Mary\'s hat"', "It was Mary’s hat", ["Mary’s hat"]),
        ('"cafe noir"', "Ein Café noir", ["Café noir"]),
        ('"arm-rest there"', "an arm-rest there", ["arm-rest there"]),
        ('"chapter 12 begins"', "chapter 12 begins", ["chapter 12 begins"]),
        ('"o clock"', "an o clock", ["o clock"]),
    ],
)
def test_phrases_with_signs_around_their_words_are_marked(text, passage, expected):
    work = make_work("Untitled", text=f"<p>{FILLER}</p><p>{passage}</p><p>{FILLER}</p>")
    assert [mark for snippet in _snippets(work, text) for mark in _marks(snippet)] == expected


def test_a_passage_with_all_the_words_is_found_behind_many_with_one_of_them():
    red, blue = "<p>A red lamp. </p>" + FILLER, "<p>A blue lamp. </p>" + FILLER
    work = make_work(text=red * 12 + blue * 12 + "<p>red and blue</p>" + red * 3)
    best, *_ = _snippets(work, "red blue")
    assert set(_marks(best)) == {"red", "blue"}


def test_a_phrase_with_signs_between_its_words_is_shown_where_it_stands_nowhere_as_typed():
    work = make_work(text=f"<p>{FILLER}</p><p>The red, <em>old</em> lamp.</p><p>{FILLER}</p>")
    (snippet,) = _snippets(work, '"red old lamp"')
    assert _marks(snippet) == ["red, old lamp"]


def test_a_phrase_inside_of_longer_words_is_no_place():
    work = make_work(text=f"<p>She ared lamps.</p><p>{FILLER}</p><p>A Red Lamp. RED LAMP!</p>")
    found = _snippets(work, '"red lamp"')
    assert [mark for snippet in found for mark in _marks(snippet)] == ["Red Lamp", "RED LAMP"]


def test_works_that_are_not_read_in_time_have_no_snippets():
    for number in range(4):
        make_work(text=f"<p>washcloth {number}</p>")
    works = list(Work.objects.unscoped("a test").for_blurb())
    counts = []
    for steps in range(12):
        clock = count()
        deadline = Deadline(steps, clock.__next__)
        counts.append(len(highlights(works, WorkQuery(), parse("washcloth"), ANONYMOUS, deadline)))
    assert counts[0] == 0
    assert counts[-1] == 4
    assert counts == sorted(counts)


def test_words_that_say_little_are_no_reason_for_a_snippet():
    """Marked beside others they are, and shown where nothing else was asked for."""
    text = (
        "<p>The bus and the yard, the dog and the gate.</p>" * 9 + "<p>At night the bus came.</p>"
    )
    work = make_work("A Scarf", text=text, tags={"fandom": ["The Odyssey"]})
    (tag,) = _snippets(work, "the odyssey")
    assert (tag.field, tag.html) == ("fandom", "<mark>The</mark> <mark>Odyssey</mark>")
    assert {"night", "the", "bus"} <= set(_marks(_snippets(work, "the night bus")[0]))
    assert _snippets(work, "the and")[0].field == "text"
    assert _snippets(work, "title:scarf the odyssey")[0].field in {"title", "fandom"}


def test_a_name_comes_before_places_that_show_less():
    apart = f"<p>Her teapot.</p><p>{FILLER}</p><p>Mrs. Hudson.</p>"
    work = make_work("Rooms", text=apart, tags={"relationship": ["Mrs. Hudson & Her Teapot"]})
    first, *others = _snippets(work, "hudson teapot")
    assert (first.field, _marks(first)) == ("relationship", ["Hudson", "Teapot"])
    assert {snippet.field for snippet in others} == {"text"}
    together = make_work("Tea", text="<p>Mrs. Hudson's teapot.</p>", tags={"freeform": ["Teapot"]})
    assert [snippet.field for snippet in _snippets(together, "hudson teapot")] == ["text"]
