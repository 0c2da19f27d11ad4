"""What an EPUB says is read in both versions' forms; its documents become the right chapters."""

from datetime import UTC, datetime

import pytest

from archive.core.html import sanitise, text_of
from archive.core.wordcount import count_words
from catalog.importers import markup
from catalog.importers.base import ImportedSeries, ImportLimits, ImportRefused
from catalog.importers.epub import EpubImporter
from tests.catalog.importers.epub_samples import METADATA, PROSE, document, epub, nav

LONG = PROSE * 200
TITLE = "<dc:title>T</dc:title>"


def read(documents, **options):
    (work,) = EpubImporter().read(epub(documents, **options), "x.epub", ImportLimits())
    return work


def metadata(text):
    return read({"c.xhtml": document(PROSE)}, metadata=text)


def titles(work):
    return [chapter.title for chapter in work.chapters]


def texts(work):
    return [text_of(sanitise(chapter.body_html)) for chapter in work.chapters]


def ncx(*points):
    inner = "".join(
        f'<navPoint id="n{at}"><navLabel><text>{label}</text></navLabel><content src="{src}"/>'
        "</navPoint>"
        for at, (src, label) in enumerate(points)
    )
    return (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><navMap>'
        f"{inner}</navMap></ncx>"
    )


NCX_ITEM = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'


def test_metadata_in_the_form_of_epub_3():
    work = metadata(
        '<dc:title id="s">A Subtitle</dc:title><meta refines="#s" property="title-type">subtitle'
        '</meta><dc:title id="m">The Main</dc:title><meta refines="#m" property="title-type">main'
        '</meta><dc:creator id="a">Ann</dc:creator><meta refines="#a" property="role">aut</meta>'
        '<dc:creator id="t">Tom</dc:creator><meta refines="#t" property="role">trl</meta>'
        "<dc:creator>Bob</dc:creator><dc:language>pt-BR</dc:language><dc:date>2020-02-03</dc:date>"
        '<meta property="belongs-to-collection" id="x">A Set</meta><meta refines="#x" '
        'property="collection-type">set</meta><meta property="belongs-to-collection" id="c">Saga'
        '</meta><meta refines="#c" property="collection-type">series</meta><meta refines="#c" '
        'property="group-position">3</meta><dc:source>https://example.org/w/1</dc:source>'
    )
    assert (work.title, work.creators, work.language) == ("The Main", ["Ann", "Bob"], "pt-BR")
    assert work.notes_html == "<p>Translated by Tom.</p>"
    assert work.series == [ImportedSeries("Saga", 3)]
    assert work.source_url == "https://example.org/w/1"
    assert work.published_at == datetime(2020, 2, 3, 12, tzinfo=UTC)


def test_metadata_in_the_form_of_epub_2():
    work = metadata(
        '<dc:title>T</dc:title><dc:creator opf:role="aut">Ann</dc:creator><dc:creator '
        'opf:role="edt">Ed</dc:creator><dc:language>en_GB</dc:language><dc:date '
        'opf:event="publication">2001-01-02T03:04:05Z</dc:date><meta name="calibre:series" '
        'content="Saga"/><meta name="calibre:series_index" content="2.0"/>'
        "<dc:description>&lt;p&gt;One &lt;i&gt;two&lt;/i&gt;&lt;/p&gt;</dc:description>"
    )
    assert (work.creators, work.language) == (["Ann"], "en-GB")
    assert work.series == [ImportedSeries("Saga", 2)]
    assert work.summary_html == "<p>One <i>two</i></p>"
    assert work.published_at == datetime(2001, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_both_forms_of_one_series_are_one_series():
    work = metadata(
        f'{TITLE}<meta property="belongs-to-collection">Saga</meta><meta name="calibre:series" '
        'content="Saga"/><meta name="calibre:series_index" content="1.50"/>'
    )
    assert work.series == [ImportedSeries("Saga", None)]


def test_plain_description_becomes_paragraphs_and_a_long_one_a_note():
    short = metadata(f"{TITLE}<dc:description>A &lt; B\n\nC</dc:description>")
    assert short.summary_html == "<p>A &lt; B</p><p>C</p>"
    long = metadata(f"{TITLE}<dc:description>{'word ' * 400}</dc:description>")
    assert (long.summary_html, "word word" in long.notes_html) == ("", True)
    assert any("1,250" in notice for notice in long.notices)


@pytest.mark.parametrize("value", ["und", "not a language!", "", "x"])
def test_a_language_that_says_nothing_is_none(value):
    assert metadata(f"{TITLE}<dc:language>{value}</dc:language>").language == ""


@pytest.mark.parametrize("value", ["2012", "2012-05", "2012-13-40", "yesterday"])
def test_a_date_without_a_day_is_none(value):
    assert metadata(f"{TITLE}<dc:date>{value}</dc:date>").published_at is None


def test_library_subjects_are_shown_and_are_no_tags():
    work = metadata(f"{TITLE}<dc:subject>Detectives -- Fiction</dc:subject>")
    assert work.tags == {}
    assert any("Detectives -- Fiction" in notice for notice in work.notices)


def test_chapter_titles_come_from_the_contents_of_either_version():
    book = {f"c{at}.xhtml": document(PROSE) for at in (1, 2)}
    wanted = ["Rain", "Snow"]
    new = nav(("c1.xhtml", "Rain"), ("c2.xhtml", "Snow"))
    old = ncx(("c1.xhtml", "Rain"), ("c2.xhtml", "Snow"))
    assert titles(read(book, toc=new)) == wanted
    assert titles(read(book, items=NCX_ITEM, extra={"OEBPS/toc.ncx": old})) == wanted


def test_a_broken_table_of_contents_is_none():
    book = {"c1.xhtml": document(f"<h2>Rain</h2>{PROSE}")}
    work = read(book, items=NCX_ITEM, extra={"OEBPS/toc.ncx": "<ncx"})
    assert titles(work) == ["Rain"]
    assert any("cannot be read" in notice for notice in work.notices)


@pytest.mark.parametrize(
    ("top", "label", "title", "begins"),
    [
        ("<h2>Rain</h2>", "", "Rain", "It was"),
        ("<h2>Rain</h2>", "Rain", "Rain", "It was"),
        ("<hgroup><h2>IV</h2><p>Rain</p></hgroup>", "IV: Rain", "IV: Rain", "It was"),
        ("<hgroup><h2>IV</h2><p>Rain</p></hgroup>", "", "IV: Rain", "It was"),
        ("<h1>Chapter 4</h1><h2>Rain</h2>", "Chapter 4: Rain", "Chapter 4: Rain", "It was"),
        ("<h1>Chapter 4</h1><h2>Rain</h2>", "", "Chapter 4: Rain", "It was"),
        ("<h1>A Long Day</h1>", "Rain", "Rain", "A Long Day"),
        ("<h1>Chapter 4: Rain</h1>", "Rain", "Chapter 4: Rain", "It was"),
        ("<p>Before.</p><h2>Rain</h2>", "Rain", "Rain", "Before."),
        ("", "", "", "It was"),
    ],
)
def test_headings_that_the_title_says_are_taken_out(top, label, title, begins):
    book = {"x.xhtml": document(PROSE), "c.xhtml": document(f"<section>{top}{PROSE}</section>")}
    toc = nav(("c.xhtml", label)) if label else None
    work = read(book, toc=toc)
    assert work.chapters[1].title == title
    assert texts(work)[1].startswith(begins)


def test_numbers_that_say_the_position_go():
    labels = ["Chapter 1: Rain", "Chapter 2", "Chapter 3: Snow", "Epilogue"]
    book = {f"c{at}.xhtml": document(PROSE) for at in range(4)}
    toc = nav(*((f"c{at}.xhtml", label) for at, label in enumerate(labels)))
    assert titles(read(book, toc=toc)) == ["Rain", "", "Snow", "Epilogue"]


def test_numbers_that_differ_from_the_position_stay():
    labels = ["Letter I", "Letter II", "Chapter I", "Chapter II"]
    book = {f"c{at}.xhtml": document(PROSE) for at in range(4)}
    toc = nav(*((f"c{at}.xhtml", label) for at, label in enumerate(labels)))
    assert titles(read(book, toc=toc)) == ["", "", "Chapter I", "Chapter II"]


def test_title_pages_and_the_like_are_left_out():
    skipped = {
        "cover.xhtml": document("<p>Cover</p>"),
        "title_page.xhtml": document("<p>The Title</p>"),
        "x1.xhtml": document('<section epub:type="imprint"><p>Imprint</p></section>'),
        "x2.xhtml": document('<section epub:type="se:halftitlepage"><p>Half</p></section>'),
        "p01_copyright.xhtml": document("<p>All rights</p>"),
        "toc.xhtml": document("<p>Contents</p>"),
        "x3.xhtml": document("<p> </p>"),
        "x4.xhtml": document('<p><img src="a.png" alt="Only a picture"/></p>'),
    }
    book = {
        **skipped,
        "copyright-law.xhtml": document(PROSE),
        "colophon.xhtml": document("<p>C</p>"),
    }
    assert texts(read(book)) == [text_of(PROSE)]


def test_a_part_page_opens_the_next_chapter():
    book = {
        "p1.xhtml": document('<section epub:type="part"><h1>Part I</h1><p>A motto.</p></section>'),
        "c1.xhtml": document(f"<h2>Rain</h2>{PROSE}"),
        "p2.xhtml": document("<h1>Part II</h1>"),
        "c2.xhtml": document(f"<h2>Snow</h2>{PROSE}"),
    }
    work = read(book)
    assert titles(work) == ["Rain", "Snow"]
    assert [text[:24] for text in texts(work)] == [
        "Part I\n\nA motto.\n\nIt was",
        "Part II\n\nIt was a dark a",
    ]


def test_a_short_dedication_goes_to_the_notes_and_a_long_one_does_not():
    def book(text):
        return {
            "d.xhtml": document(f'<section epub:type="dedication"><p>{text}</p></section>'),
            "c.xhtml": document(f"<h2>Rain</h2>{PROSE}"),
        }

    short = read(book("For my cat."))
    assert (len(short.chapters), short.notes_html) == (1, "<p>For my cat.</p>")
    assert len(read(book("For my cat. " * 60)).chapters) == 2


def test_one_document_with_several_stories_is_cut_at_the_anchors():
    body = "<h1>All</h1>" + "".join(
        f'<div><h2><a id="s{at}"></a>{name}</h2>{LONG}</div>' for at, name in enumerate("ABC")
    )
    toc = nav(*((f"all.xhtml#s{at}", f"Story {name}") for at, name in enumerate("ABC")))
    work = read({"all.xhtml": document(body)}, toc=toc)
    assert titles(work) == ["Story A", "Story B", "Story C"]
    assert len({count_words(chapter.body_html) for chapter in work.chapters[1:]}) == 1
    assert texts(work)[0].startswith("All\n\n")


def test_sections_of_a_chapter_do_not_cut_it():
    body = "".join(f'<h3 id="s{at}">{at}</h3>{LONG}' for at in range(3))
    toc = nav(("c.xhtml", "Rain"), [(f"c.xhtml#s{at}", str(at)) for at in range(3)])
    assert titles(read({"c.xhtml": document(body)}, toc=toc)) == ["Rain"]


def test_nested_contents_are_followed_where_one_place_holds_nearly_all():
    inner = "".join(
        f'<section id="s{at}"><h3>Tale {at}</h3>{LONG * 4}</section>' for at in range(3)
    )
    body = f'<section id="all"><h2>Tales</h2><section id="in"><h3>Before</h3>{PROSE}</section>{inner}</section>'
    toc = nav(
        ("b.xhtml#all", "Tales"),
        [("b.xhtml#in", "Before"), *((f"b.xhtml#s{at}", f"Tale {at}") for at in range(3))],
    )
    work = read({"b.xhtml": document(body)}, toc=toc)
    assert titles(work) == ["Before", "Tale 0", "Tale 1", "Tale 2"]


def test_without_contents_the_headings_divide():
    body = "".join(f"<h2>{name}</h2>{LONG}" for name in ("Rain", "Snow"))
    assert titles(read({"b.xhtml": document(body)})) == ["Rain", "Snow"]


def test_endnotes_become_the_last_chapter_and_links_lead_there_and_back():
    note = '<p>Rain<a href="n.xhtml#n1" epub:type="noteref" id="r1">1</a> fell all night long.</p>'
    notes = (
        '<section epub:type="endnotes"><h2>Endnotes</h2><ol><li id="n1"><p>Water. '
        '<a href="c.xhtml#r1" epub:type="backlink">↩</a></p></li></ol></section>'
    )
    work = read({"c.xhtml": document(note), "n.xhtml": document(notes)})
    assert 'Rain<sup><a href="#n1" id="r1">1</a></sup> fell' in work.chapters[0].body_html
    assert titles(work) == ["", "Endnotes"]
    assert '<li id="n1">' in work.chapters[1].body_html
    assert '<a href="#r1">↩</a>' in work.chapters[1].body_html


def test_places_of_one_name_in_several_documents_are_told_apart():
    def chapter(number):
        return document(
            f'<p>{number}<a href="notes.xhtml#n{number}" id="r">{number}</a> <a href="#own">o</a></p>'
            f'<p id="own">x</p>{PROSE}'
        )

    notes = (
        '<section epub:type="endnotes"><h2>Notes</h2><p id="n1">A <a href="a.xhtml#r">b</a></p>'
        '<p id="n2">B <a href="b.xhtml#r">b</a> <a href="c.xhtml#r">lost</a></p></section>'
    )
    work = read({"a.xhtml": chapter(1), "b.xhtml": chapter(2), "notes.xhtml": document(notes)})
    first, second, last = (part.body_html for part in work.chapters)
    assert '<a href="#n1" id="r-1">' in first
    assert '<a href="#n2" id="r-2">' in second
    assert '<a href="#own">o</a>' in first
    assert '<a href="#r-1">b</a>' in last
    assert '<a href="#r-2">b</a> lost' in last


def test_what_is_outside_of_the_reading_order_is_named():
    book = {"c.xhtml": document(PROSE), "extra.xhtml": document("<p>Answers</p>")}
    work = read(book, auxiliary={"extra.xhtml"})
    assert texts(work) == [text_of(PROSE)]
    assert any("extra.xhtml" in notice for notice in work.notices)


def test_emphasis_of_the_style_sheet_and_verse_survive():
    body = f'<p class="c1"><span class="c2">soft</span></p><blockquote epub:type="z3998:poem"><p>v</p></blockquote>{PROSE}'
    work = read(
        {"c.xhtml": document(body)},
        items='<item id="css" href="s.css" media-type="text/css"/>',
        extra={"OEBPS/s.css": "/* x */ p.c1, h1 { text-align: center } .c2{font-style:italic}"},
    )
    html = sanitise(work.chapters[0].body_html)
    assert '<p class="u-center"><span class="u-italic">soft</span></p>' in html
    assert '<blockquote class="u-verse">' in html


def test_entities_of_html_and_broken_xml_are_read():
    work = read({"c.xhtml": document("<p>caf&eacute;&nbsp;au lait &amp; more &unknown; words</p>")})
    assert texts(work) == ["café\u00a0au lait & more &unknown; words"]
    broken = "<html><body><p>one <b>two</p><p>three &nbsp; four</body></html>"
    assert "three" in texts(read({"c.xhtml": broken}))[0]


def test_other_encodings_of_documents():
    text = document("<p>“Café” is where they met, in the rain.</p>")
    for name in ("utf-16", "iso-8859-1", "windows-1252"):
        declared = text.replace('encoding="utf-8"', f'encoding="{name}"')
        data = declared.encode("cp1252" if name.startswith("iso") else name)
        assert texts(read({"c.xhtml": data})) == ["“Café” is where they met, in the rain."]


def test_web_links_stay_and_links_in_the_book_become_text():
    body = '<p>See <a href="c2.xhtml">here</a> and <a href="https://e.example/">there</a>. Rain fell.</p>'
    html = read({"c.xhtml": document(body)}).chapters[0].body_html
    assert html == '<p>See here and <a href="https://e.example/">there</a>. Rain fell.</p>'


def test_printed_page_numbers_are_no_text():
    body = '<p>The ra<span epub:type="pagebreak" title="12">12</span>in fell <span class="pagenum">[13]</span>on.</p>'
    assert texts(read({"c.xhtml": document(body)})) == ["The rain fell on."]


def test_a_document_named_twice_is_read_once_and_a_missing_one_is_told():
    work = read(
        {"c.xhtml": document(PROSE)},
        spine_end='<itemref idref="i0"/><itemref idref="nowhere"/>',
    )
    assert len(work.chapters) == 1
    assert any("Missing from the book: 1" in notice for notice in work.notices)


def test_too_many_tags_are_refused(monkeypatch):
    monkeypatch.setattr(markup, "MAX_TAGS", 50)
    with pytest.raises(ImportRefused) as caught:
        read({"c.xhtml": document("<p>x</p>" * 100)})
    assert caught.value.code == "import.hostile"


def test_the_file_name_is_the_last_resort_for_a_title():
    data = epub({"c.xhtml": document(PROSE)}, metadata="<dc:language>en</dc:language>")
    assert EpubImporter().read(data, "my_book-2.epub", ImportLimits())[0].title == "my book 2"


def test_the_same_bytes_give_the_same_work():
    data = epub({"c.xhtml": document(PROSE)}, metadata=METADATA)
    reader = EpubImporter()
    assert reader.read(data, "x", ImportLimits()) == reader.read(data, "x", ImportLimits())
