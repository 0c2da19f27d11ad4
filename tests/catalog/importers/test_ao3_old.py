"""Downloads of the first years of the Archive of Our Own, and what editors leave of a download."""

from catalog.importers.base import ImportedSeries
from catalog.importers.registry import read_file
from tests.catalog.importers.ao3_samples import PROSE, SITE, header, links, section

MESSAGE = (
    f'Posted originally on the <a href="{SITE}">Archive</a> at <a href="{SITE}/works/99">x</a>.'
)
ROWS = (
    ("Rating", links("Mature")),
    ("Archive Warning", links("Choose Not To Use Archive Warnings")),
    ("Pairing", links("Inara Serra/Kaylee Frye")),
    ("Fandom", links("Firefly")),
    ("Stats", "Published: 2010-12-25 Completed: 2011-01-02 Chapters: 2/2 Words: 12345"),
)


def read(body, name="x.html"):
    (work,) = read_file(f"<html><body>{body}</body></html>".encode(), name)
    return work


def test_download_of_2011_without_ids():
    work = read(
        f'<p class="message">{MESSAGE}</p><div class="meta">{header(*ROWS)}<h1>Out</h1>'
        f'<div class="byline">by <a href="{SITE}/users/a">a</a></div></div>'
        f'<div class="meta"><h2>Chapter 1: One</h2></div><div class="userstuff">{PROSE}</div>'
        f'<div class="meta"><h2>Chapter 2</h2></div><div class="userstuff">{PROSE}<h2>Inner</h2></div>'
        f'<div class="meta"><div id="endnotes">{section("End Notes", "Thanks.")}</div>'
        f'<dl><dt>Works inspired by this one</dt><dd><a href="{SITE}/works/5">Other</a></dd></dl></div>'
        f'<p class="message">Please <a href="{SITE}/works/99/comments/new">comment</a>!</p>'
    )
    assert (work.title, work.creators) == ("Out", ["a"])
    assert [chapter.title for chapter in work.chapters] == ["One", ""]
    assert "Thanks" in work.end_notes_html
    assert "Other" in work.end_notes_html
    assert not work.chapters[1].end_notes_html
    assert (work.complete, work.expected_chapters) == (True, 2)


def test_inspired_works_without_end_notes_are_told_at_the_end():
    work = read(
        f'<p class="message">{MESSAGE}</p><div class="meta">{header(*ROWS)}<h1>Out</h1></div>'
        f'<div class="userstuff">{PROSE}</div>'
        f'<div class="meta"><dl><dt>Works inspired by this one</dt><dd>Other by z</dd></dl></div>'
    )
    assert "Other by z" in work.end_notes_html


def test_download_of_2010_in_the_markup_of_the_page():
    work = read(
        f'<p class="message">{MESSAGE}</p><div class="wrapper">{header(*ROWS)}</div>'
        '<div class="preface group"><h2 class="title heading">Old</h2>'
        f'<h3 class="byline heading"><a href="{SITE}/users/carl">carl</a></h3>'
        f'<div class="notes module"><h3 class="heading">Notes:</h3>'
        '<blockquote class="userstuff"><p>Before.</p></blockquote></div></div>'
        '<div id="chapters"><h3 class="landmark">Work Text:</h3><div class="chapter" id="chapter-1">'
        '<div class="chapter preface group"><h3 class="title"><a href="/works/99/chapters/1">Chapter 1</a>'
        ': Morning</h3></div><div class="userstuff module"><h3 class="landmark">Chapter Text</h3>'
        f'{PROSE}</div></div><div class="chapter" id="chapter-2"><h3 class="title">Chapter 2</h3>'
        f'<div class="userstuff module">{PROSE}</div></div></div>'
        '<div class="preface group"><div id="work_endnotes"><h3>Notes:</h3>'
        '<blockquote class="userstuff"><p>After.</p></blockquote></div></div>'
    )
    assert (work.title, work.creators) == ("Old", ["carl"])
    assert [chapter.title for chapter in work.chapters] == ["Morning", ""]
    assert all("Chapter Text" not in chapter.body_html for chapter in work.chapters)
    assert "Before." in work.notes_html
    assert work.end_notes_html == "<p>After.</p>"


def test_download_whose_links_an_editor_took_out():
    rows = (
        ("Rating", "General Audiences"),
        ("Fandoms", "Sherlock (TV), Doctor Who"),
        ("Series", "Part 2 of Long Name, Part 1 of B"),
        ("Stats", "Published: 2015-01-01 Chapters: 1/1 Words: 1000"),
    )
    work = read(
        '<p class="message"><b>Bare</b><br>Posted originally on the Archive of Our Own at '
        f'http://archiveofourown.org/works/1234.</p><div class="meta">{header(*rows)}<h1>Bare</h1>'
        f'<div class="byline">by ann, bob (robert)</div></div><div class="userstuff">{PROSE}</div>'
    )
    assert work.source_url == f"{SITE}/works/1234"
    assert work.tags["fandom"] == ["Sherlock (TV)", "Doctor Who"]
    assert work.series == [ImportedSeries("Long Name", 2), ImportedSeries("B", 1)]
    assert work.creators == ["ann", "bob (robert)"]


def test_series_with_a_title_that_reads_like_a_place():
    value = f'Part 3 of <a href="{SITE}/series/1">Ways</a>, Part 1 of <a>Odd, Part 2 of Ends</a>'
    work = read(
        f'<p class="message">{MESSAGE}</p>{header(*ROWS, ("Series", value))}<h1>T</h1>'
        f'<div class="userstuff">{PROSE}</div>'
    )
    assert work.series == [ImportedSeries("Ways", 3), ImportedSeries("Odd, Part 2 of Ends", 1)]
