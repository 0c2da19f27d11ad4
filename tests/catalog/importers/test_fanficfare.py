"""Stories fetched with FanFicFare keep what its title page says, typed."""

from catalog.importers.base import ImportedSeries, ImportLimits
from catalog.importers.epub import EpubImporter
from tests.catalog.importers.epub_samples import PROSE, document, epub

METADATA = (
    '<dc:identifier id="uid">fanficfare-uid:www.example.org-u12-s345</dc:identifier>'
    "<dc:title>The Long Way</dc:title><dc:creator opf:role='aut'>Wren</dc:creator>"
    "<dc:contributor opf:role='bkp'>FanFicFare [https://example.org]</dc:contributor>"
    "<dc:language>en</dc:language><dc:description>Somebody walks home.</dc:description>"
    "<dc:date opf:event='publication'>2015-03-04</dc:date>"
    "<dc:date opf:event='creation'>2020-01-01</dc:date>"
    "<dc:date opf:event='modification'>2016-05-06</dc:date>"
    "<dc:identifier opf:scheme='URL'>https://www.example.org/s/345</dc:identifier>"
    "<dc:source>https://www.example.org/s/345</dc:source>"
    "<meta name='calibre:series' content='Ways Home'/>"
    "<meta name='calibre:series_index' content='2.00'/>"
    + "".join(
        f"<dc:subject>{name}</dc:subject>"
        for name in (
            *("In-Progress", "Last Update: 2016/05/06", "Last Update Year/Month: 2016/05"),
            *("FanFiction", "Sherlock Holmes", "Angst", "Found Family"),
        )
    )
)
TITLE_PAGE = (
    '<h3><a href="https://www.example.org/s/345">The Long Way</a> by <a href="x">Wren</a></h3><div>'
    "<b>Category:</b> Sherlock Holmes<br/>\n<b>Genre:</b> Angst<br/>\n<b>Language:</b> English<br/>\n"
    "<b>Characters:</b> Sherlock H., John W.<br/>\n<b>Status:</b> In-Progress<br/>\n"
    "<b>Published:</b> 2015-03-04<br/>\n<b>Updated:</b> 2016-05-06<br/>\n"
    "<b>Packaged:</b> 2020-01-01 10:10:10<br/>\n<b>Rating:</b> T<br/>\n<b>Chapters:</b> 2<br/>\n"
    "<b>Words:</b> 60<br/>\n<b>Publisher:</b> www.example.org<br/>\n"
    "<b>Summary:</b> Somebody walks home.<br/></div>"
)


def test_title_page_gives_typed_tags_and_subjects_the_rest():
    data = epub(
        {
            "title_page.xhtml": document(TITLE_PAGE),
            "log_page.xhtml": document("<p>Update log of the download program.</p>"),
            "file0001.xhtml": document(f'<h3 class="fff_chapter_title">1. Out</h3>{PROSE}'),
            "file0002.xhtml": document(f'<h3 class="fff_chapter_title">2. Home</h3>{PROSE}'),
        },
        metadata=METADATA,
    )
    (work,) = EpubImporter().read(data, "x.epub", ImportLimits())
    assert (work.title, work.creators) == ("The Long Way", ["Wren"])
    assert work.tags["fandom"] == ["Sherlock Holmes"]
    assert work.tags["rating"]
    assert set(work.tags["freeform"]) == {"Angst", "Found Family"}
    assert work.tags["character"][0].startswith("Sherlock H")
    assert work.complete is False
    assert [chapter.title for chapter in work.chapters] == ["Out", "Home"]
    assert work.source_url == "https://www.example.org/s/345"
    assert work.series == [ImportedSeries("Ways Home", 2)]
    assert work.summary_html.count("Somebody walks home.") == 1
    assert work.published_at is not None
    assert work.published_at.date().isoformat() == "2015-03-04"
