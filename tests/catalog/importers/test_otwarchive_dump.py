"""Dumps of archives: tables as YAML become works with tags, series, dates and pen names."""

from collections import Counter

import pytest

from archive.core.html import sanitise
from archive.core.wordcount import count_words
from catalog.importers.base import ImportedSeries, ImportRefused
from catalog.importers.batch import read_entries
from catalog.importers.otwarchive_dump import is_dump_folder, pack_dump
from tests.catalog.importers.epub_samples import zipped
from tests.corpus import corpus_path

TABLES = {
    "works": """---
a: {id: 7, title: The Lamp, posted: true, restricted: true, language_id: 2, revised_at: 2009-07-18 00:16:47 Z,
  expected_number_of_chapters: 3, summary: "It <em>goes</em> out.", imported_from_url: "http://example.org/7"}
b: {id: 8, title: Draft, posted: false}
c: {id: 9, title: Hidden, posted: true, hidden_by_admin: true}
d: {id: 10, title: Secret, posted: true}
e: {id: 11, title: Empty, posted: true}
""",
    "chapters": """
one: {id: 1, work_id: 7, position: 2, title: Day, posted: true, content: "<p>Bright.</p>", published_at: 2009-03-11}
two:
  id: 2
  work_id: 7
  position: 1
  posted: true
  notes: ~
  published_at: 2009-03-01
  content: |-
    It was dark,\t<b>very</b>
    dark.

    And it stayed so.
three: {id: 3, work_id: 7, position: 3, posted: false, content: Not yet.}
""",
    "tags": """
t1: {id: 1, name: Hamlet, type: Fandom}
t2: {id: 2, name: Teen And Up Audiences, type: Rating}
t3: {id: 3, name: Horatio/Hamlet, type: Relationship}
t4: {id: 4, name: Theatre, type: Media}
""",
    "taggings": """
g1: {id: 1, tagger_id: 1, taggable_id: 7, taggable_type: Work}
g2: {id: 2, tagger_id: 2, taggable_id: 7, taggable_type: Work}
g3: {id: 3, tagger_id: 3, taggable_id: 7, taggable_type: Work}
g4: {id: 4, tagger_id: 4, taggable_id: 7, taggable_type: Work}
g5: {id: 5, tagger_id: 3, taggable_id: 7, taggable_type: Bookmark}
""",
    "creatorships": """
c1: {id: 1, pseud_id: 5, creation_id: 7, creation_type: Work, approved: true}
c2: {id: 2, pseud_id: 6, creation_id: 7, creation_type: Work, approved: false}
c3: {id: 3, pseud_id: 6, creation_id: 7, creation_type: Chapter}
""",
    "pseuds": "p1: {id: 5, name: Ada}\np2: {id: 6, name: Flann}\n",
    "series": "s1: {id: 1, title: Lamps}\n",
    "serial_works": "w1: {id: 1, series_id: 1, work_id: 7, position: 2}\n",
    "languages": "l: {id: 2, short: fr}\n",
    "collection_items": "i: {id: 1, collection_id: 4, item_id: 10, item_type: Work}\n",
    "collection_preferences": "r: {id: 1, collection_id: 4, unrevealed: true}\n",
    "comments": "m: {id: 1, comment_content: Nice}\n",
}


def entries(tables=TABLES):
    data = zipped({f"dump/{name}.yml": text for name, text in tables.items()})
    return list(read_entries(data, "dump.zip"))


def test_a_work_is_put_together_from_all_tables():
    [work] = entries()[0].works
    assert (work.title, work.creators, work.language) == ("The Lamp", ["Ada"], "fr")
    assert work.tags == {
        "fandom": ["Hamlet"],
        "rating": ["Teen And Up Audiences"],
        "relationship": ["Horatio/Hamlet"],
    }
    assert work.series == [ImportedSeries("Lamps", 2)]
    assert (work.restricted, work.complete, work.expected_chapters) == (True, False, 3)
    assert work.source_url == "http://example.org/7"
    assert work.published_at.date().isoformat() == "2009-03-01"
    assert work.updated_at.date().isoformat() == "2009-07-18"
    assert [chapter.title for chapter in work.chapters] == ["", "Day"]
    assert work.chapters[0].body_html == (
        "<p>It was dark, <b>very</b><br>dark.</p><p>And it stayed so.</p>"
    )
    assert work.chapters[0].notes_html == ""


def test_what_readers_could_not_see_is_refused():
    found = [(entry.name, entry.refusal.code if entry.refusal else "") for entry in entries()]
    assert found == [
        ("work 7", ""),
        ("work 8", "import.withheld"),
        ("work 9", "import.withheld"),
        ("work 10", "import.withheld"),
        ("work 11", "import.no_text"),
    ]


@pytest.mark.parametrize("text", ["a: [", "[[[[[[[[[[", "a: b: c: d", "\tx: {"])
def test_broken_tables_are_refused(text):
    with pytest.raises(ImportRefused) as caught:
        entries({**TABLES, "chapters": text})
    assert caught.value.code == "import.broken"


def test_a_folder_of_tables_is_one_dump(tmp_path):
    for name, text in TABLES.items():
        (tmp_path / f"{name}.yml").write_text(text)
    assert is_dump_folder(tmp_path)
    assert len(list(read_entries(pack_dump(tmp_path), "dump.zip"))) == 5
    assert not is_dump_folder(tmp_path.parent)


@pytest.mark.corpus
def test_the_dump_of_the_corpus_is_read_whole():
    folder = corpus_path("fanworks", "otwarchive-fixtures")
    found = list(read_entries(pack_dump(folder), "dump.zip"))
    codes = Counter(entry.refusal.code if entry.refusal else "read" for entry in found)
    assert codes == {"read": 75, "import.withheld": 20}
    works = [work for entry in found for work in entry.works]
    assert sum(len(work.chapters) for work in works) == 139
    assert all(work.creators and work.chapters for work in works)
    words = sum(
        count_words(sanitise(chapter.body_html)) for work in works for chapter in work.chapters
    )
    assert words > 300_000
