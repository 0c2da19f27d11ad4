"""Works of the Archive of Our Own come in with every field of their header, in any year's form."""

import json
from datetime import UTC, datetime

import pytest

from archive.core.html import sanitise, text_of
from archive.core.wordcount import count_words
from catalog.importers.base import ImportedSeries, ImportLimits, ImportRefused
from catalog.importers.epub import EpubImporter
from catalog.importers.html import HtmlImporter
from tests.catalog.importers.ao3_samples import (
    PROSE,
    ROWS,
    SITE,
    chapter,
    download,
    header,
    links,
    section,
)
from tests.catalog.importers.epub_samples import document, epub
from tests.corpus import corpus_path

KINDS = {
    "Rating": "rating",
    "Archive Warning": "warning",
    "Category": "category",
    "Categories": "category",
    "Fandom": "fandom",
    "Relationship": "relationship",
    "Relationships": "relationship",
    "Character": "character",
    "Characters": "character",
    "Additional Tags": "freeform",
}


def read(text, name="x.html"):
    (work,) = HtmlImporter().read(text.encode(), name, ImportLimits())
    return work


def noon(year, month, day):
    return datetime(year, month, day, 12, tzinfo=UTC)


def without(label):
    return [row for row in ROWS if row[0] != label]


@pytest.mark.corpus
@pytest.mark.parametrize("number", ["218676", "23009290", "334557"])
@pytest.mark.parametrize("form", ["html", "epub"])
def test_real_download_has_every_field_of_its_preface(number, form):
    folder = corpus_path("fanworks", "ao3-shaped")
    stated = json.loads((folder / "expected-preface.json").read_text("utf-8"))[number]
    data = (folder / f"ao3-download-{number}.{form}").read_bytes()
    reader = EpubImporter() if form == "epub" else HtmlImporter()
    (work,) = reader.read(data, f"x.{form}", ImportLimits())
    assert work.title == stated["title"]
    assert work.source_url == stated["source_url"]
    expected = {KINDS[name]: value for name, value in stated.items() if name in KINDS}
    assert work.tags == expected
    assert work.language == ("en" if form == "epub" else stated["Language"])
    assert [f"Part {part.position} of {part.title}" for part in work.series] == (
        [stated["Series"]] if "Series" in stated else []
    )
    assert work.published_at == noon(*map(int, stated["Published"].split("-")))
    updated = stated.get("Updated", stated["Published"])
    assert work.updated_at == noon(*map(int, updated.split("-")))
    posted, _, expected_count = stated["Chapters"].partition("/")
    assert len(work.chapters) == int(posted)
    assert work.expected_chapters == (None if expected_count == "?" else int(expected_count))
    assert work.complete is (posted == expected_count)
    titles = [heading.partition(": ")[2] for heading in stated["chapter_headings"]] or [""]
    assert [chapter.title for chapter in work.chapters] == titles
    words = sum(count_words(sanitise(chapter.body_html)) for chapter in work.chapters)
    assert f"{words:,}" == stated["Words"]


@pytest.mark.corpus
def test_chapter_notes_and_end_notes_stay_with_their_chapter():
    data = corpus_path("fanworks", "ao3-shaped", "ao3-download-218676.epub").read_bytes()
    (work,) = EpubImporter().read(data, "x.epub", ImportLimits())
    assert [bool(chapter.notes_html) for chapter in work.chapters] == [False, True, False]
    assert [bool(chapter.end_notes_html) for chapter in work.chapters] == [False, True, True]
    assert work.notes_html
    assert work.end_notes_html
    assert work.summary_html


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "words", "chapters", "restricted"),
    [
        ("work-page-one-chapter", 4_559, 1, False),
        ("work-page-with-work-skin-css", 5_688, 1, False),
        ("work-page-restricted-seen-by-member", 5_595, 1, True),
        ("work-page-two-series-three-chapters", 880, 1, False),
    ],
)
def test_real_work_page(name, words, chapters, restricted):
    data = corpus_path("fanworks", "ao3-shaped", f"{name}.html").read_bytes()
    (work,) = HtmlImporter().read(data, "x.html", ImportLimits())
    assert sum(count_words(sanitise(part.body_html)) for part in work.chapters) == words
    assert (len(work.chapters), work.restricted) == (chapters, restricted)
    assert work.source_url.startswith(f"{SITE}/works/")
    assert set(work.tags) >= {"rating", "warning", "fandom"}
    assert "Work Text" not in work.chapters[0].body_html


@pytest.mark.corpus
def test_page_with_one_chapter_of_three_says_so():
    name = "work-page-two-series-three-chapters.html"
    data = corpus_path("fanworks", "ao3-shaped", name).read_bytes()
    (work,) = HtmlImporter().read(data, name, ImportLimits())
    assert work.series == [ImportedSeries("AO3 Skins", 1), ImportedSeries(":has() selector", 1)]
    assert (work.expected_chapters, work.complete) == (3, False)
    assert any("chapter 1 of 3 only" in notice for notice in work.notices)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bookmarks-listing-page", "no text of a work"),
        ("work-page-deleted-404", "404"),
        ("work-page-restricted-seen-by-guest", "members only"),
        ("work-page-unrevealed", "not revealed"),
    ],
)
def test_page_without_a_work_is_refused_with_the_reason(name, said):
    data = corpus_path("fanworks", "ao3-shaped", f"{name}.html").read_bytes()
    with pytest.raises(ImportRefused, match=said) as caught:
        HtmlImporter().read(data, "x.html", ImportLimits())
    assert caught.value.code == "import.no_text"


def test_every_field_of_a_preface():
    work = read(download(front=section("Summary", "What it is about.") + section("Notes", "Hi.")))
    assert work.tags == {
        "rating": ["Teen And Up Audiences"],
        "warning": ["No Archive Warnings Apply", "Underage"],
        "category": ["F/F", "Gen"],
        "fandom": ["Sherlock Holmes & Related Fandoms", "Arsène Lupin - Maurice Leblanc"],
        "relationship": ["Holmes/Lupin", "Holmes & Watson"],
        "character": ["Sherlock Holmes"],
        "freeform": ["Slow Burn", "Bold tag", "A | B"],
    }
    assert work.language == "Français"
    assert work.creators == ["ann"]
    assert work.source_url == f"{SITE}/works/77"
    assert (work.published_at, work.updated_at) == (noon(2019, 5, 1), noon(2020, 6, 2))
    assert (work.complete, work.expected_chapters) == (False, None)
    assert (text_of(work.summary_html), text_of(work.notes_html)) == ("What it is about.", "Hi.")


def test_several_creators_pen_names_and_long_ones():
    names = ["ann (annlogin)", "bob", "a name as long as a pen name may be (and_its_login)"]
    byline = "by " + ", ".join(f'<a rel="author" href="/users/x">{name}</a>' for name in names)
    assert read(download(byline=byline)).creators == [
        "ann (annlogin)",
        "bob",
        "a name as long as a pen name may be",
    ]


def test_anonymous_work():
    work = read(download(byline="by Anonymous"))
    assert (work.creators, work.anonymous) == (["Anonymous"], True)


def test_values_without_links_are_divided_at_commas():
    plain = [(label, value.replace("<a ", "<i ").replace("</a>", "</i>")) for label, value in ROWS]
    assert read(download(plain)).tags["freeform"] == ["Slow Burn", "Bold tag", "A | B"]


@pytest.mark.parametrize(
    ("stats", "complete", "expected", "updated"),
    [
        ("Published: 2012-02-07 Words: 31,623 Chapters: 8/8", True, 8, noon(2012, 2, 7)),
        ("Published: 2012-02-07 Words: 31623", True, 1, noon(2012, 2, 7)),
        (
            "Published: 2012-02-07 Completed: 2013-01-01 Chapters: 3/3 Words: 3",
            True,
            3,
            noon(2013, 1, 1),
        ),
        ("Chapters: 1/1,200 Published: 2012-02-07", False, 1_200, noon(2012, 2, 7)),
        ("Published: 2012-02-31 Chapters: 2/5", False, 5, None),
    ],
)
def test_stats_of_any_year(stats, complete, expected, updated):
    work = read(download([*without("Stats"), ("Stats", stats)]))
    assert (work.complete, work.expected_chapters) == (complete, expected)
    assert work.updated_at == updated


def test_series_with_positions():
    value = (
        f'Part 2 of <a href="{SITE}/series/1">One, Two</a>, Part 11 of '
        f'<a href="{SITE}/series/2">Second</a>'
    )
    work = read(download([*ROWS, ("Series", value)]))
    assert work.series == [ImportedSeries("One, Two", 2), ImportedSeries("Second", 11)]


def test_series_without_links():
    work = read(download([*ROWS, ("Series", "Part 2 of One, Two, Part 11 of Second")]))
    assert work.series == [ImportedSeries("One, Two", 2), ImportedSeries("Second", 11)]


def test_chapter_headings_lose_their_own_number_alone():
    chapters = "".join(
        chapter(at, heading)
        for at, heading in enumerate(
            ["Chapter 1", "Chapter 2: Part 3", "Only a Title", "Chapter 9: Odd", "Chapter 5:"], 1
        )
    )
    work = read(download(chapters=chapters))
    titles = [part.title for part in work.chapters]
    assert titles == ["", "Part 3", "Only a Title", "Chapter 9: Odd", ""]


def test_notes_of_work_and_chapters_do_not_mix():
    chapters = chapter(1, "Chapter 1", before=section("Chapter Summary", "s1")) + chapter(
        2,
        "Chapter 2",
        before=section("Chapter Notes", "n2"),
        after=section("Chapter End Notes", "e2"),
    )
    work = read(
        download(chapters=chapters, front=section("Notes", "n"), back=section("End Notes", "e"))
    )
    first, second = work.chapters
    assert [text_of(part) for part in (work.notes_html, work.end_notes_html)] == ["n", "e"]
    assert (text_of(first.summary_html), first.notes_html) == ("s1", "")
    assert (text_of(second.notes_html), text_of(second.end_notes_html)) == ("n2", "e2")
    assert text_of(first.body_html) == text_of(PROSE)


def test_headings_and_lists_inside_a_chapter_stay_in_it():
    text = f"<h2>Not a chapter</h2><p>Notes</p><blockquote>q</blockquote><ul><li>x</li></ul>{PROSE}"
    work = read(download(chapters=chapter(1, "Chapter 1", text=text)))
    assert len(work.chapters) == 1
    assert "Not a chapter" in work.chapters[0].body_html
    assert "<li>x</li>" in work.chapters[0].body_html


def test_inspired_works_are_said_in_the_notes():
    front = (
        '<ul><li>Inspired by <a href="/works/5">Another</a> by <a href="/users/x">x</a>.</li></ul>'
    )
    assert f'<a href="{SITE}/works/5">' in read(download(front=front)).notes_html


def test_single_chapter_download():
    chapters = f'<h2 class="toc-heading">A Title</h2><div class="userstuff">{PROSE}</div>'
    work = read(download(chapters=chapters))
    assert [(part.title, text_of(part.body_html)) for part in work.chapters] == [
        ("", text_of(PROSE))
    ]


def test_old_epub_without_ids_and_with_renamed_classes():
    front = (
        '<h2 class="toc-heading">Preface</h2><p class="message"><b>Old</b> Posted originally on '
        f'the <a href="{SITE}/">Archive</a> at <a href="{SITE}/works/9">here</a>.</p>'
        + header(("Rating", links("Mature")), ("Fandom", links("Dracula")))
        + '<h1>Old</h1><div class="byline">by <a rel="author" href="x">zoe</a></div>'
    )
    first = f'<h2 class="heading">Chapter 1: A</h2><div class="userstuff2">{PROSE}</div>'
    cut = f'<div class="userstuff2">{PROSE}</div><h2 class="heading">Chapter 2: B</h2>'
    last = f'<div class="userstuff2">{PROSE}</div><h2 class="toc-heading">Afterword</h2>'
    bodies = [front, first, cut, last]
    data = epub({f"s{at}.xhtml": document(body) for at, body in enumerate(bodies)})
    (work,) = EpubImporter().read(data, "x.epub", ImportLimits())
    assert (work.title, work.creators, work.language) == ("Old", ["zoe"], "en")
    assert work.tags == {"rating": ["Mature"], "fandom": ["Dracula"]}
    assert [part.title for part in work.chapters] == ["A", "B"]
    assert work.chapters[0].body_html.count("fog") == 2
    assert work.notices == []


def test_emphasis_of_the_converter_survives():
    style = '<item id="css" href="s.css" media-type="text/css"/>'
    text = f'<p class="calibre3">centred</p>{PROSE}'
    page = download(chapters=chapter(1, "Chapter 1", text=text))
    inner = page.partition("<body>")[2].partition("</body>")[0]
    data = epub(
        {"a.xhtml": document(inner)},
        items=style,
        extra={"OEBPS/s.css": ".calibre3 { text-align: center }"},
    )
    (work,) = EpubImporter().read(data, "x.epub", ImportLimits())
    assert '<p class="u-center">centred</p>' in sanitise(work.chapters[0].body_html)


def test_a_chapter_over_the_limit_is_divided_and_keeps_its_notes_at_its_ends():
    text = "<div>" + PROSE * 8_000 + "</div>"
    chapters = chapter(
        1,
        "Chapter 1: Long",
        text=text,
        before=section("Chapter Notes", "n"),
        after=section("Chapter End Notes", "e"),
    ) + chapter(2, "Chapter 2: Short")
    stats = "Published: 2012-02-07 Chapters: 2/2"
    work = read(download([*without("Stats"), ("Stats", stats)], chapters=chapters))
    assert [part.title for part in work.chapters] == ["Long (1/2)", "Long (2/2)", "Short"]
    assert [bool(part.notes_html) for part in work.chapters] == [True, False, False]
    assert [bool(part.end_notes_html) for part in work.chapters] == [False, True, False]
    assert sum(part.body_html.count("<p>") for part in work.chapters) == 8_001
    assert (work.expected_chapters, work.complete) == (3, True)
    assert any("divided into 2" in notice for notice in work.notices)
