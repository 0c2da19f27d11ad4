"""Word documents: styles as headings, properties, notes, and what is refused."""

import pytest

from catalog.importers.base import ImportRefused
from catalog.importers.registry import read_file
from tests.catalog.importers.docx_samples import (
    RELS,
    TYPES,
    core,
    docx,
    note_mark,
    paragraph,
    run,
    xml,
)
from tests.catalog.importers.epub_samples import zipped

CENTRE = '<w:jc w:val="center"/>'


def read(data, name="story.docx"):
    [work] = read_file(data, name)
    return work


def refusal(data):
    with pytest.raises(ImportRefused) as caught:
        read(data)
    return caught.value


def test_headings_of_any_language_and_style_are_chapters():
    work = read(
        docx(
            paragraph("The Lamp", "Titre"),
            paragraph("by Ada Reader"),
            paragraph("Fandom: Sherlock Holmes"),
            paragraph("Chapter 1: Dark", "berschrift1"),
            paragraph(run("It was ") + run("very dark", "i") + run(" and stormy.")),
            paragraph("A Second Lamp", "ChapterOpening"),
            paragraph("It was bright."),
            paragraph("The End of It", "Outlined"),
            paragraph("It was over."),
        )
    )
    assert (work.title, work.creators, work.format) == ("The Lamp", ["Ada Reader"], "docx")
    assert work.tags == {"fandom": ["Sherlock Holmes"]}
    assert [chapter.title for chapter in work.chapters] == [
        "Dark",
        "A Second Lamp",
        "The End of It",
    ]
    assert work.chapters[0].body_html == "<p>It was <em>very dark</em> and stormy.</p>"


def test_properties_name_title_and_people_where_a_person_wrote_them():
    properties = core(
        title="The Lamp",
        creator="Ada Reader; Flann",
        keywords="Fluff, Angst",
        description="It goes out.",
        language="en-GB",
    )
    work = read(docx(paragraph("It was dark."), properties=properties))
    assert (work.title, work.creators) == ("The Lamp", ["Ada Reader", "Flann"])
    assert work.tags == {"freeform": ["Fluff", "Angst"]}
    assert (work.summary_html, work.language) == ("<p>It goes out.</p>", "en-GB")
    junk = core(title="Microsoft Word - Document1", creator="Microsoft Office User")
    work = read(docx(paragraph("It was dark."), properties=junk), "my_lamp.docx")
    assert (work.title, work.creators) == ("my lamp", [])


def test_documents_without_styles_are_divided_at_their_chapter_lines():
    work = read(
        docx(
            paragraph(run("Chapter One", "b"), about=CENTRE),
            paragraph("It was dark."),
            paragraph(run("Chapter Two: Day", "b"), about=CENTRE),
            paragraph("It was bright."),
            properties=core(title="The Lamp"),
        )
    )
    assert [chapter.title for chapter in work.chapters] == ["", "Day"]
    assert work.chapters[1].body_html == "<p>It was bright.</p>"


def test_a_title_style_used_for_every_chapter_is_a_heading():
    parts = [
        paragraph(text, style)
        for text, style in (("Dawn", "Titre"), ("One.", ""), ("Dusk", "Titre"), ("Two.", ""))
    ]
    work = read(docx(*parts, properties=core(title="The Day")))
    assert [chapter.title for chapter in work.chapters] == ["Dawn", "Dusk"]


def test_notes_links_and_centred_lines_are_kept():
    link = f'<w:hyperlink r:id="link0">{run("here")}</w:hyperlink>'
    work = read(
        docx(
            paragraph("Dawn", "berschrift1"),
            paragraph(run("It was dark.") + note_mark(1)),
            paragraph("* * *", about=CENTRE),
            paragraph(link),
            paragraph("Dusk", "berschrift1"),
            paragraph(run("It was bright.") + note_mark(2)),
            notes=["The lamp was out.", "It was lit."],
            links=["https://example.org/"],
        )
    )
    first, second = (chapter.body_html for chapter in work.chapters)
    assert '<p>It was dark.<sup><a href="#note-1" id="mark-1">[1]</a></sup></p>' in first
    assert first.endswith('<hr>\n<p id="note-1"><a href="#mark-1">[1]</a> The lamp was out.</p>')
    assert '<p class="u-center">* * *</p>' in first
    assert '<a href="https://example.org/">here</a>' in first
    assert second.endswith("[2]</a> It was lit.</p>")


def test_deleted_text_and_comments_do_not_come_in():
    deleted = "<w:del><w:r><w:delText>secret</w:delText></w:r></w:del>"
    inserted = f"<w:ins>{run(' and cold')}</w:ins>"
    work = read(docx(paragraph(run("It was dark") + deleted + inserted + run("."))))
    assert work.chapters[0].body_html == "<p>It was dark and cold.</p>"


def test_pictures_are_left_out_and_counted():
    picture = "<w:r><w:drawing/></w:r>"
    work = read(docx(paragraph(run("It was dark.") + picture)))
    assert work.notices[-1] == "Pictures left out: 1."


def test_documents_that_are_broken_or_made_to_harm_are_refused():
    nothing = docx(paragraph(" "))
    assert refusal(nothing).code == "import.no_text"
    missing = zipped({"[Content_Types].xml": TYPES, "_rels/.rels": RELS})
    assert refusal(missing).code == "import.broken"
    entity = '<!DOCTYPE x [<!ENTITY a "b">]>'
    bomb = xml("<w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body>").replace("?>", "?>" + entity)
    assert refusal(docx(extra={"word/document.xml": bomb})).code == "import.hostile"
    deep = xml("<w:body>" + "<w:p>" * 400 + "</w:p>" * 400 + "</w:body>")
    assert refusal(docx(extra={"word/document.xml": deep})).code == "import.hostile"
    garbled = docx(paragraph("It was dark."), extra={"word/_rels/document.xml.rels": "<nothing/>"})
    assert read(garbled).chapters
    torn = docx(extra={"word/document.xml": xml("<w:body><w:p>")})
    assert refusal(torn).code == "import.broken"


def test_a_document_with_a_password_is_told_apart():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(data).code == "import.protected"
