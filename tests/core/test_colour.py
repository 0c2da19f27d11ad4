"""The accent colour of a host: readable whatever is chosen, and nothing but a colour."""

import re

import pytest

from archive.core.colour import (
    DARKEST_PAPER,
    LIGHTEST_NIGHT,
    accent_stylesheet,
    contrast,
    is_colour,
)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", ["#ff0", "#000000", "#ffffff", "#7a2a30", "#1b5fae", "#0f0"])
def test_every_colour_can_be_read_by_day_and_by_night(colour):
    day, night, _ = re.findall(r"--link:(#[0-9a-f]{6})", accent_stylesheet(colour))
    assert contrast(day, DARKEST_PAPER) >= 4.5
    assert contrast(day, "#ffffff") >= 4.5
    assert contrast(night, LIGHTEST_NIGHT) >= 4.5
    assert contrast(night, "#120f0c") >= 4.5


def test_a_readable_colour_stays_as_it_is():
    assert "--link:#7a2a30" in accent_stylesheet("#7a2a30")


@pytest.mark.parametrize("text", ["red", "#12", "#1234567", "#fff;}", "", "#ggg", "#fff\n"])
def test_what_is_no_colour_is_known(text):
    assert not is_colour(text)


def test_the_site_serves_its_accent(client, settings, db):
    settings.ACCENT = ""
    assert client.get("/accent.css").status_code == 404
    settings.ACCENT = "#0a7"
    assert client.get("/accent.css")["Content-Type"].startswith("text/css")
    assert b'href="/accent.css"' in client.get("/about/").content
