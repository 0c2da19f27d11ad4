"""Covers: from the metadata alone, the same each time, in every script, whatever the title."""

import struct
from dataclasses import replace

import pytest
from lxml import etree

from catalog.exporters import cover_text
from catalog.exporters.cover import PNG_WIDTH, CoverText, cover_png, cover_svg
from catalog.exporters.cover_patterns import PALETTES, PATTERNS
from catalog.exporters.cover_text import cut, drawable, fonts_for, width_of, wrapped

TEXT = CoverText(
    title="The Lamp in the Tower",
    byline="Ada & Öz",
    above="Oz",
    below="Part 2 of Towers",
    publisher="Undercroft",
    group="Oz",
    identifier="0b0f5a1e",
)
SVG = "{http://www.w3.org/2000/svg}"


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def test_the_picture_is_a_png_of_two_to_three_and_the_same_each_time():
    png = cover_png(TEXT)
    assert size_of(png) == (PNG_WIDTH, PNG_WIDTH * 3 // 2)
    assert size_of(cover_png(TEXT, 200)) == (200, 300)
    assert png == cover_png(replace(TEXT))
    assert len(png) < 300_000


@pytest.mark.parametrize(
    "title",
    [
        "<script>&amp;\x00\x0b]]>",
        "夜の図書館と猫",
        "الليلة الأولى بعد الألف",
        "הלילה",
        "🌙✨",
        "A" * 250,
        "word " * 50,
        "",
        "e\u0301\u0301\u0301 \u200b\u202e",
    ],
)
def test_every_title_gives_a_well_formed_drawing_within_the_label(title):
    root = etree.fromstring(cover_svg(replace(TEXT, title=title, byline=title)))
    texts = root.findall(f"{SVG}text")
    assert 3 <= len(texts) <= 14
    for text in texts:
        assert 0 < float(text.get("y")) < 1800
        assert width_of(text.text) * float(text.get("font-size")) <= 800


def test_fandoms_share_colours_and_works_differ():
    one, two = cover_svg(TEXT), cover_svg(replace(TEXT, identifier="another one"))
    other = cover_svg(replace(TEXT, group="Sherlock Holmes"))
    ground = lambda svg: next(p.ground for p in PALETTES if p.ground in svg)  # noqa: E731
    assert ground(one) == ground(two)
    assert ground(one) != ground(other)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_a_drawing(pattern):
    etree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{pattern(PALETTES[0])}</svg>')


def test_without_a_font_there_is_no_picture_of_boxes(monkeypatch):
    monkeypatch.setattr(cover_text, "_SYSTEM", ())
    cover_text._system_font.cache_clear()
    try:
        assert cover_png(replace(TEXT, title="夜の図書館")) is None
        assert cover_png(replace(TEXT, title="Ночь, Ελλάδα, الليلة, הלילה")) is not None
    finally:
        cover_text._system_font.cache_clear()
    assert fonts_for(["\U00010380"]) is None


def test_lines_break_at_spaces_and_between_ideographs():
    assert wrapped("one two three", 4) == ["one two", "three"]
    assert wrapped("夜の図書館と猫。", 4) == ["夜の図書", "館と猫。"]
    assert wrapped("", 4) == []
    assert cut("a very long line indeed", 5).endswith("…")
    assert drawable("a\x00b 🌙 c") == "a b c"
