"""HTML files of any origin: encodings, heads, chapters, Project Gutenberg, bad input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.core.html import sanitise, text_of
from archive.core.wordcount import count_words
from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.html import HtmlImporter
from tests.catalog.importers.ao3_samples import download
from tests.corpus import corpus_path

PROSE = "<p>" + "The rain came down upon the roof, and nobody said a word about it. " * 30 + "</p>"


def read(text, name="my_story.html", encoding="utf-8"):
    data = text.encode(encoding) if isinstance(text, str) else text
    (work,) = HtmlImporter().read(data, name, ImportLimits())
    return work


def page(body, head=""):
    return f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{body}</body></html>"


def bodies(work):
    return [text_of(sanitise(chapter.body_html)) for chapter in work.chapters]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("parts", "title", "creator", "language", "chapters", "words", "first", "last"),
    [
        (
            ("gutenberg_1661", "1661-h", "1661-h.htm"),
            "The Adventures of Sherlock Holmes",
            "Arthur Conan Doyle",
            "English",
            12,
            104_500,
            "A Scandal in Bohemia",
            "The Adventure of the Copper Beeches",
        ),
        (
            ("gutenberg_32854", "32854-h", "32854-h.htm"),
            "Arsène Lupin gentleman-cambrioleur",
            "Maurice Leblanc",
            "French",
            10,
            54_300,
            "PRÉFACE",
            "Herlock Sholmès arrive trop tard",
        ),
    ],
)
def test_gutenberg_book(parts, title, creator, language, chapters, words, first, last):
    work = read(corpus_path("books", *parts).read_bytes(), parts[-1])
    assert (work.title, work.creators, work.language) == (title, [creator], language)
    assert len(work.chapters) == chapters
    assert (work.chapters[0].title, work.chapters[-1].title) == (first, last)
    counted = sum(count_words(sanitise(chapter.body_html)) for chapter in work.chapters)
    assert abs(counted - words) < 0.002 * words
    text = " ".join(bodies(work))
    assert "Project Gutenberg" not in text
    assert "License" not in text
    assert work.encoding == "cp1252"
    assert work.source_url.startswith("https://www.gutenberg.org/ebooks/")


def test_recent_gutenberg_markup_is_cut():
    body = (
        '<section class="pg-boilerplate pgheader" id="pg-header"><h2>The Project Gutenberg eBook '
        "of A Tale</h2><div>This eBook is for the use of anyone.</div><p>Title: A Tale</p>"
        "<p>Author: Ann Other</p><p>Language: English</p><div>*** START OF THE PROJECT GUTENBERG "
        f"EBOOK A TALE ***</div></section><h1>A TALE</h1><p>by Ann Other</p><h2>I</h2>{PROSE}"
        f'<h2>II</h2>{PROSE}<section class="pg-boilerplate" id="pg-footer">*** END OF THE PROJECT '
        "GUTENBERG EBOOK A TALE *** full license</section>"
    )
    work = read(page(body))
    assert (work.title, work.creators) == ("A Tale", ["Ann Other"])
    assert len(work.chapters) == 2
    assert "icense" not in " ".join(bodies(work))


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [
        ("utf-8", '<meta charset="utf-8">'),
        ("utf-8", ""),
        ("utf-8-sig", '<meta charset="iso-8859-1">'),
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
        ("cp1252", '<meta charset="windows-1252">'),
        ("cp1252", ""),
        ("cp1252", '<meta charset="utf-8">'),
        ("utf-16", '<meta charset="utf-8">'),
    ],
)
def test_encoding_by_mark_declaration_or_guess(encoding, meta):
    quoted = "“Café,” she said – “naïve, isn’t it?” "
    body = PROSE.replace("The rain", f"{quoted}The rain")
    work = read(page(body, f"{meta}<title>T</title>"), encoding=encoding)
    assert quoted.strip() in bodies(work)[0]


def test_declared_cyrillic_is_believed():
    text = page("<p>" + "Дождь шёл всю ночь, и никто не спал. " * 20 + "</p>")
    text = text.replace("<head>", '<head><meta charset="windows-1251">')
    assert "Дождь шёл" in bodies(read(text, encoding="cp1251"))[0]


def test_head_of_an_old_page_gives_title_names_and_labels():
    body = (
        "<center><h2>A Quiet Night</h2></center>by Ann Other<br><br>Fandom: Sherlock Holmes<br>"
        "Rating: PG-13<br>Pairing: Holmes/Watson<br>Summary: It is quiet.<br><br>"
        "<hr>First line of it.<br><br>Second paragraph of it,<br>with a break.<br><br>Third."
    )
    work = read(page(body, "<title>A Quiet Night</title>"))
    assert (work.title, work.creators) == ("A Quiet Night", ["Ann Other"])
    assert work.tags["fandom"] == ["Sherlock Holmes"]
    assert work.tags["relationship"] == ["Holmes/Watson"]
    assert text_of(work.summary_html) == "It is quiet."
    assert bodies(work) == ["First line of it.\n\nSecond paragraph of it,\nwith a break.\n\nThird."]


def test_metadata_of_the_head():
    head = (
        '<title>A Night - Some Site</title><meta property="og:title" content="A Night">'
        '<meta name="author" content="Ann Other"><meta name="description" content="Quiet &amp; dark">'
        '<link rel="canonical" href="https://example.org/a-night">'
    )
    work = read(page(PROSE, head))
    assert (work.title, work.creators, work.language) == ("A Night", ["Ann Other"], "en")
    assert work.summary_html == "<p>Quiet &amp; dark</p>"
    assert work.source_url == "https://example.org/a-night"


def test_title_and_name_in_one_line():
    work = read(page(PROSE, "<title>A Night by Ann Other</title>"))
    assert (work.title, work.creators) == ("A Night", ["Ann Other"])


def test_file_name_is_the_last_resort_for_a_title():
    assert read(page(PROSE)).title == "my story"


@pytest.mark.parametrize("level", ["h1", "h2", "h3"])
def test_chapters_at_the_headings(level):
    body = "".join(f"<{level}>Chapter {at}: Part of it {at}</{level}>{PROSE}" for at in (1, 2, 3))
    work = read(page(body, "<title>T</title>"))
    assert [chapter.title for chapter in work.chapters] == [f"Part of it {at}" for at in (1, 2, 3)]
    assert all(body.startswith("The rain") for body in bodies(work))


def test_headings_in_nested_boxes_and_sections_below_chapters():
    chapter = f"<h2>%s</h2><div>{PROSE}<h3>One</h3>{PROSE}<h3>Two</h3>{PROSE}</div>"
    body = f"<div><div id=a>{chapter % 'Arrival'}</div><div><center>{chapter % 'Departure'}</center></div></div>"
    work = read(page(f"<h1>T</h1>{body}"))
    assert [item.title for item in work.chapters] == ["Arrival", "Departure"]
    assert all("<h3>Two</h3>" in item.body_html for item in work.chapters)


def test_a_table_of_contents_is_no_text_and_names_the_chapters():
    links = "".join(
        f'<li><a href="#c{at}">The {name} Day</a></li>' for at, name in enumerate("ABC")
    )
    chapters = "".join(
        f'<h2 id="c{at}">THE {name} DAY</h2>{PROSE}' for at, name in enumerate("ABC")
    )
    work = read(page(f"<h1>T</h1><h2>Contents</h2><ul>{links}</ul>{chapters}"))
    assert [chapter.title for chapter in work.chapters] == ["The A Day", "The B Day", "The C Day"]


def test_a_dedication_before_the_first_chapter_goes_to_the_notes():
    body = f"<h1>T</h1><p>For my cat.</p><h2>Rain</h2>{PROSE}<h2>Snow</h2>{PROSE}"
    work = read(page(body))
    assert "For my cat." in work.notes_html
    assert [chapter.title for chapter in work.chapters] == ["Rain", "Snow"]


def test_scripts_styles_and_forms_are_left_out():
    body = f"<script>evil()</script><nav>Menu</nav>{PROSE}<form>Send</form><style>p</style>"
    work = read(page(body, "<title>T</title>"))
    assert "evil" not in work.chapters[0].body_html
    assert bodies(work)[0].startswith("The rain")
    assert "Menu" not in bodies(work)[0]


def test_emphasis_of_word_processors_survives():
    style = (
        "<style>.c1{font-style:italic} span.c2{font-weight:700;color:red}</style><title>T</title>"
    )
    body = f'<p class="c9"><span class="c1">soft</span> <span class="c2">hard</span></p>{PROSE}'
    html = sanitise(read(page(body, style)).chapters[0].body_html)
    assert '<span class="u-italic">soft</span> <span class="u-bold">hard</span>' in html


def test_pictures_from_the_web_stay_and_others_leave_their_description():
    body = (
        f'{PROSE}<p><img src="https://i.example/a.png" alt="a"></p><p>A <img src="b.png" alt="bee">'
        ' flew.</p><p><img src="c.png" alt="a map"></p>'
    )
    work = read(page(body, "<title>T</title>"))
    html = work.chapters[0].body_html
    assert '<img src="https://i.example/a.png" alt="a">' in html
    assert "A bee flew." in html
    assert "a map" not in html
    assert "a map" in work.chapters[0].end_notes_html


def test_links_within_the_page_become_text_and_web_links_stay():
    body = f'{PROSE}<p><a href="#n1">note</a> <a href="https://e.example/">web</a> <a href="x.html">x</a></p>'
    html = read(page(body, "<title>T</title>")).chapters[0].body_html
    assert 'note <a href="https://e.example/">web</a> x' in html


def test_a_text_longer_than_a_chapter_may_be_is_divided_and_said_so():
    work = read(page(PROSE * 300, "<title>T</title>"))
    assert len(work.chapters) == 2
    assert [chapter.title for chapter in work.chapters] == ["(1/2)", "(2/2)"]
    assert sum(count_words(chapter.body_html) for chapter in work.chapters) == 30 * 14 * 300
    assert any("divided into 2" in notice for notice in work.notices)


def test_broken_markup_loses_no_words():
    body = "<p>one <b>two <i>three</b> four</i> <p>five <table><tr><td>six</table> 3 < 4 & seven</3"
    text = " ".join(bodies(read(page(body + PROSE, "<title>T</title>"))))
    assert all(word in text for word in ("one", "two", "three", "four", "five", "six", "seven"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.empty"),
        (b"<html><body></body></html>", "import.no_text"),
        (
            b"<html><head><title>T</title></head><body><script>x</script></body></html>",
            "import.no_text",
        ),
        (b"<html><body>" + b"<div>" * 5_000 + b"x", "import.hostile"),
        (b"<html><body>\0\0\0\0\x01\x02\x03 text</body></html>", "import.binary"),
        (b"<html><body><p>" + b"x" * 3_000_000 + b"</p>", "import.line_too_long"),
    ],
)
def test_files_without_a_story_are_refused(data, code):
    with pytest.raises(ImportRefused) as caught:
        HtmlImporter().read(data, "x.html", ImportLimits())
    assert caught.value.code == code


def test_external_entities_are_not_read():
    text = (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><head><title>T</title></head>'
        f"<body><p>&x;</p>{PROSE}</body></html>"
    )
    assert "root:" not in " ".join(bodies(read(text)))


@pytest.mark.parametrize(
    ("data", "name", "seen"),
    [
        (b"<!DOCTYPE html><p>x", "x", True),
        (b"  <HTML>", "x.txt", True),
        ("<html>".encode("utf-16"), "x", True),
        (b"<p>Just a fragment</p>", "x.html", True),
        (b"<p>Just a fragment</p>", "x.txt", False),
        (b"No tags at all", "x.html", False),
        (b"PK\x03\x04<html>", "x.html", False),
    ],
)
def test_what_is_recognised_as_html(data, name, seen):
    assert HtmlImporter().sniff(data, name) is seen


SEEDS = [
    download().encode(),
    page("<h1>T</h1>" + f"<h2>One day</h2>{PROSE}" * 2, '<meta charset="utf-8">').encode(),
    b"Title: X<br>by Y<br><br>" + b"words " * 100,
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 5_000), st.binary(max_size=12))
def test_damaged_files_are_read_or_refused(seed, place, noise):
    place %= len(seed)
    data = seed[:place] + noise + seed[place + len(noise) :]
    try:
        works = HtmlImporter().read(data, "x.html", ImportLimits())
    except ImportRefused as refusal:
        code = refusal.code
        works = []
    else:
        code = ""
    assert works or code.startswith("import.")


def test_tags_with_impossible_names_are_read_as_text_around_them():
    work = read("<html><body><p>It was <a:<>dark</p> <o:p>here.</p></body></html>")
    assert "dark" in work.chapters[0].body_html
