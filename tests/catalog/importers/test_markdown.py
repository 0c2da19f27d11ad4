"""Markdown: metadata above the text, headings as chapters, labels, footnotes."""

import time
from contextlib import suppress

import pytest

from catalog.importers.base import ImportedSeries, ImportRefused
from catalog.importers.registry import read_file

FULL = """---
title: "The Lamp: a story"
author: [Ada Reader, "O'Brien, Flann"]
fandoms:
  - Sherlock Holmes & Related Fandoms
  - Ποίρος
rating: T
warnings: [Major Character Death]
relationships: ["Holmes/Watson"]
characters: Holmes, Watson
tags: [Fluff, "Hurt/Comfort"]
series: {title: Lamps, position: 2}
language: en-GB
date: 2003-04-25
complete: true
source: https://example.org/works/7
summary: |
  It was **dark**.

  Then it was not.
mood: grim
---

# The Lamp: a story

## Chapter 1: Dark

**Summary:** it *was* dark

Notes: written at night

It was dark[^why], and the lamp had gone out.

***

More of it.

End Notes: thank you

## Chapter 2: Bright

Bright it was.

[^why]: Nobody had *lit* it.
"""


def read(text, name="story.md"):
    [work] = read_file(text.encode(), name)
    return work


def test_metadata_above_the_text_is_taken_exactly():
    work = read(FULL)
    assert (work.title, work.creators) == ("The Lamp: a story", ["Ada Reader", "O'Brien, Flann"])
    assert work.tags == {
        "fandom": ["Sherlock Holmes & Related Fandoms", "Ποίρος"],
        "rating": ["T"],
        "warning": ["Major Character Death"],
        "relationship": ["Holmes/Watson"],
        "character": ["Holmes", "Watson"],
        "freeform": ["Fluff", "Hurt/Comfort"],
    }
    assert work.series == [ImportedSeries("Lamps", 2)]
    assert (work.language, work.complete) == ("en-GB", True)
    assert work.published_at is not None
    assert work.published_at.date().isoformat() == "2003-04-25"
    assert work.source_url == "https://example.org/works/7"
    assert "Then it was not." in work.summary_html
    assert work.format == "markdown"
    assert any("mood" in notice for notice in work.notices)


def test_chapters_have_titles_notes_and_their_own_footnotes():
    first, second = read(FULL).chapters
    assert (first.title, second.title) == ("Dark", "Bright")
    assert first.summary_html == "<p>it <em>was</em> dark</p>"
    assert "written at night" in first.notes_html
    assert "thank you" in first.end_notes_html
    assert first.body_html == (
        '<p>It was dark<sup><a href="#note-1" id="mark-1">[1]</a></sup>, and the lamp had gone out.'
        "</p>\n<hr>\n<p>More of it.</p>\n<hr>\n"
        '<p id="note-1"><a href="#mark-1">[1]</a> Nobody had <em>lit</em> it.</p>'
    )
    assert second.body_html == "<p>Bright it was.</p>"


def test_labels_on_top_serve_as_well_as_a_block():
    work = read("Title: A Lamp\nAuthor: Ada\nFandom: Hamlet\n\nIt was dark.\n\nAnd it stayed so.\n")
    assert (work.title, work.creators, work.tags) == ("A Lamp", ["Ada"], {"fandom": ["Hamlet"]})
    assert work.chapters[0].body_html.startswith("<p>It was dark.")


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ('+++\ntitle = "In Toml"\nauthors = ["Ada"]\n+++\n', "In Toml"),
        ("% Of Pandoc\n% Ada\n% 2020-01-02\n", "Of Pandoc"),
        ("---\ntitle: Ends in dots\nauthor: Ada\n...\n", "Ends in dots"),
    ],
)
def test_other_kinds_of_blocks_are_read(block, title):
    work = read(f"{block}\nIt was dark, and it stayed so.\n")
    assert (work.title, work.creators) == (title, ["Ada"])


def test_a_rule_at_the_top_is_no_block():
    work = read("---\n\nIt was dark.\n\n---\n\nIt was bright.\n")
    assert "It was dark." in work.chapters[0].body_html
    assert "It was bright." in work.chapters[0].body_html


def test_a_broken_block_is_left_out_and_said():
    work = read("---\ntitle: [unclosed\n---\nIt was dark.\n", "my_story.md")
    assert work.title == "my story"
    assert any("could not be read" in notice for notice in work.notices)


def test_one_text_with_a_title_is_one_chapter():
    work = read("# A Lamp\n\nby Ada Reader\n\nIt was dark.\n\n* * *\n\nIt was bright.\n")
    assert (work.title, work.creators, len(work.chapters)) == ("A Lamp", ["Ada Reader"], 1)
    assert work.chapters[0].body_html.count("<hr>") == 1


def test_parts_hold_chapters():
    text = "# Book\n\n## Part One\n\n### Dawn\n\nOne.\n\n### Noon\n\nTwo.\n\n## Part Two\n\n### Dusk\n\nThree.\n"
    work = read(text)
    assert [chapter.title for chapter in work.chapters] == ["Dawn", "Noon", "Dusk"]
    assert "Part Two" in work.chapters[2].body_html


def test_chapters_without_marks_of_headings_are_found():
    work = read("# Book\n\n**Chapter 1: Dawn**\n\nOne.\n\n**Chapter 2: Dusk**\n\nTwo.\n")
    assert [chapter.title for chapter in work.chapters] == ["Dawn", "Dusk"]


def test_sections_called_summary_and_notes_are_those_of_the_work():
    text = "# Book\n\n## Summary\n\nAll of it.\n\n## Author's Notes\n\nHello.\n\n## Dawn\n\nOne.\n\n## Dusk\n\nTwo.\n"
    work = read(text)
    assert "All of it." in work.summary_html
    assert "Hello." in work.notes_html
    assert [chapter.title for chapter in work.chapters] == ["Dawn", "Dusk"]


def test_tables_struck_text_and_html_are_kept_and_comments_left_out():
    body = (
        read("# T\n\n|a|b|\n|-|-|\n|c|d|\n\n~~gone~~ <u>under</u> <!-- secret --> end\n")
        .chapters[0]
        .body_html
    )
    assert "<td>c</td>" in body
    assert "<s>gone</s>" in body
    assert "<u>under</u>" in body
    assert "secret" not in body


def test_a_text_file_with_a_block_is_markdown():
    assert read("---\ntitle: A Lamp\n---\n*It* was dark.\n", "a.txt").format == "markdown"
    assert read("A Lamp\nby Ada\n\nIt was dark.\n", "a.txt").format == "text"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("---\ntitle: x\n---\n", "import.no_text"),
        ("<!-- only this -->", "import.no_text"),
        ("---\na: " + "x" * 70_000 + "\n---\ntext\n", "import.hostile"),
        ("*" * 20_000 + "a" + "*" * 20_000, "import.hostile"),
    ],
)
def test_what_holds_no_story_or_is_made_to_harm_is_refused(text, code):
    with pytest.raises(ImportRefused) as caught:
        read(text)
    assert caught.value.code == code


def test_references_in_the_block_are_not_followed():
    lines = ["a0: &a0 lol"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)
    ]
    work = read("---\n" + "\n".join(lines) + "\n---\nIt was dark.\n")
    assert any("references" in notice for notice in work.notices)


@pytest.mark.parametrize(
    "piece",
    ["[", "*a ", "![[", "[a](", "<!--", "<a href='", "_a__b", "> ", "[^a]:\n", "| a ", "`a "],
)
def test_no_pattern_takes_long(piece):
    text = "# T\n\nSome words.\n\n" + piece * (60_000 // len(piece))
    began = time.process_time()
    with suppress(ImportRefused):
        read(text)
    assert time.process_time() - began < 8


def test_a_second_chapter_leads_to_the_note_of_the_first():
    text = (
        "# T\n\n## One\n\nRain[^a] fell.\n\n## Two\n\nMore[^a] and[^b].\n\n[^a]: Wet.\n[^b]: Dry.\n"
    )
    first, second = (chapter.body_html for chapter in read(text).chapters)
    assert '<a href="#note-1" id="mark-1">' in first
    assert '<a href="#note-1">[1]</a>' in second
    assert 'id="note-1"' not in second
    assert '<a href="#note-2" id="mark-2">' in second
