"""Pictures of the main pages for a person to look at, kept where the environment says."""

import pytest

from tests.browser.kinds import addresses

MAIN = (
    *("home", "works", "works asked", "work", "chapter", "right to left"),
    *("tag", "fandoms", "tags", "search", "stats", "series"),
)
SCREENS = ((360, "light"), (360, "dark"), (768, "dark"), (1280, "light"))


def test_the_main_pages_are_pictured(visitor, site, screenshots):
    if screenshots is None:
        pytest.skip("UNDERCROFT_SCREENSHOTS names no folder")
    known = addresses(site)
    for width, theme in SCREENS:
        reader = visitor(width, theme)
        for name in MAIN:
            page = reader.go(known[name])
            page.wait_for_load_state("networkidle")
            picture = screenshots / f"{name.replace(' ', '-')}-{width}-{theme}.png"
            page.screenshot(path=picture, full_page=True)
            assert picture.stat().st_size > 0
