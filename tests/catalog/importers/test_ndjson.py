"""Works as JSON: our own export, what the API takes, and FanFicFare's metadata."""

import json

import pytest

from catalog.importers.base import ImportedSeries, ImportLimits, ImportRefused
from catalog.importers.batch import read_entries

OWN = {
    "id": 7,
    "uuid": "5c1f7c5e-0000-4000-8000-000000000007",
    "title": "The Lamp",
    "status": "posted",
    "language": "en",
    "creators": ["Ada Reader", "Flann"],
    "anonymous": True,
    "tags": {"fandom": ["Dracula, Abridged"], "rating": ["Teen"], "freeform": ["Fluff"]},
    "series": [{"id": 3, "title": "Lamps", "position": 2}],
    "summary_html": "<p>Dark.</p>",
    "expected_chapters": 3,
    "source_url": "https://example.org/works/7",
    "published_at": "2024-05-01T10:00:00Z",
    "updated_at": "2024-06-01T10:00:00Z",
    "chapters": [
        {"position": 1, "title": "Dawn", "published_on": "2024-05-01", "body_html": "<p>One.</p>"},
        {"position": 2, "body_html": "<p>Two.</p>", "body_source": "<p>Two. </p>"},
    ],
}


def entries(data, name="works.ndjson", **limits):
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_entries(raw, name, limits=ImportLimits(**limits)))


def only(given):
    [entry] = entries(json.dumps(given) + "\n")
    if entry.refusal:
        raise entry.refusal
    [work] = entry.works
    return work


def test_our_own_export_comes_back_whole():
    work = only(OWN)
    assert (work.title, work.creators, work.anonymous) == (
        "The Lamp",
        ["Ada Reader", "Flann"],
        True,
    )
    assert work.tags == {"fandom": ["Dracula, Abridged"], "rating": ["Teen"], "freeform": ["Fluff"]}
    assert work.series == [ImportedSeries("Lamps", 2)]
    assert (work.expected_chapters, work.complete) == (3, False)
    assert work.source_url == "https://example.org/works/7"
    assert work.published_at.isoformat() == "2024-05-01T10:00:00+00:00"
    assert [chapter.body_html for chapter in work.chapters] == ["<p>One.</p>", "<p>Two. </p>"]
    assert work.chapters[0].published_on.isoformat() == "2024-05-01"


def test_the_shape_that_the_api_takes_is_read_too():
    work = only(
        {
            "title": "T",
            "fandoms": ["A", {"id": 1, "name": "B"}],
            "warnings": ["No Archive Warnings Apply"],
            "rating": "General",
            "language": {"code": "fr", "name": "French"},
            "chapters": [{"body": "One.", "summary": "S", "status": "posted"}],
        }
    )
    assert work.tags["fandom"] == ["A", "B"]
    assert (work.tags["rating"], work.language) == (["General"], "fr")
    assert work.chapters[0].summary_html == "S"


def test_metadata_of_fanficfare_are_understood():
    work = only(
        {
            "title": "T",
            "author": "Ada, Flann",
            "storyUrl": "https://example.org/works/9",
            "category": "Hamlet, Macbeth",
            "genre": "Angst, Gen",
            "ao3categories": "Gen",
            "ships": "A/B",
            "status": "Completed",
            "series": "Lamps [3.00]",
            "datePublished": "2012-02-07",
            "description": "<p>D</p>",
            "text": "<p>One.</p>",
        }
    )
    assert work.tags == {
        "category": ["Gen"],
        "fandom": ["Hamlet", "Macbeth"],
        "relationship": ["A/B"],
        "freeform": ["Angst"],
    }
    assert (work.complete, work.series) == (True, [ImportedSeries("Lamps", 3)])
    assert work.source_url == "https://example.org/works/9"
    assert work.creators == ["Ada", "Flann"]


def test_each_line_stands_or_falls_alone():
    lines = [
        json.dumps(OWN),
        "",
        "{broken",
        json.dumps([1]),
        json.dumps({**OWN, "status": "draft"}),
        json.dumps({**OWN, "title": ""}),
        json.dumps({**OWN, "chapters": {"a": 1}}),
        json.dumps({**OWN, "chapters": [{"text": "texts/1", "sha256": "00"}]}),
        "[" * 5_000,
    ]
    found = entries("\n".join(lines))
    assert [entry.refusal.code if entry.refusal else "" for entry in found] == [
        *("", "import.broken", "import.broken", "import.withheld", "import.broken"),
        *("import.broken", "import.no_text", "import.broken"),
    ]
    assert [entry.name for entry in found][:3] == ["line 1", "line 3", "line 4"]
    assert found[1].shown_in("works.ndjson") == "works.ndjson, line 3"


@pytest.mark.parametrize("shape", [lambda one: one, lambda one: [one, one]])
def test_one_object_or_a_list_over_many_lines_is_read(shape):
    given = shape(OWN)
    found = entries(json.dumps(given, indent=2), "works.json")
    assert len(found) == (2 if isinstance(given, list) else 1)
    assert all(entry.works for entry in found)


def test_json_that_holds_no_works_is_not_for_this_reader():
    [entry] = entries('{"name": "settings"}', "settings.json")
    assert entry.refusal.code == "import.unknown_format"


def test_a_work_with_too_many_chapters_is_refused():
    [entry] = entries(json.dumps(OWN), chapters=1)
    assert entry.refusal.code == "import.too_large"
    with pytest.raises(ImportRefused):
        entries(json.dumps(OWN), file_bytes=10)
