"""No rule of axe-core is broken on any kind of page, in any theme, at any width."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.browser.kinds import MEMBERS, STAFF, addresses

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"], runOnly: [
  "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})).violations
  .map(rule => rule.id + ": " + rule.nodes.slice(0, 3).map(node => node.html.slice(0, 160)))"""
SCREENS = ((360, "light"), (1280, "dark"))


def broken(page: Page) -> list[str]:
    page.evaluate(AXE)
    return list(page.evaluate(_RUN))


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_no_kind_of_page_breaks_a_rule_or_is_too_wide(visitor, site, width, theme):
    reader = visitor(width, theme)
    found = {}
    for name, path in addresses(site).items():
        page = reader.go(path)
        faults = broken(page) + (["too wide"] if reader.is_too_wide else [])
        if faults:
            found[name] = faults
    assert found == {}


def test_pages_of_members_break_no_rule(visitor):
    member = visitor(768, "light")
    member.sign_in("archivist")
    found = {name: faults for name, path in MEMBERS.items() if (faults := broken(member.go(path)))}
    assert found == {}


BUSY = ("dashboard", "queue", "desk of a work", "wrangling desk", "unsorted tag")


@pytest.mark.parametrize(
    ("width", "theme", "names"), [(360, "dark", tuple(STAFF)), (1280, "light", BUSY)]
)
def test_pages_of_staff_break_no_rule_and_fit_a_telephone(visitor, width, theme, names):
    admin = visitor(width, theme)
    admin.sign_in("admin")
    found = {}
    for name in names:
        page = admin.go(STAFF[name])
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        faults = broken(page) + (["too wide"] if admin.is_too_wide else [])
        if faults:
            found[name] = faults
    assert found == {}


def test_open_parts_and_the_sepia_theme_break_no_rule(visitor, site):
    reader = visitor(360, "light")
    reader.page.context.add_cookies(
        [{"name": "look", "value": "theme-sepia.size-huge", "url": site.base}]
    )
    page = reader.go("/works/#filters")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert broken(page) == []
    page = reader.go(addresses(site)["chapter"])
    page.click("[data-look]")
    page.wait_for_selector("dialog[open]")
    assert broken(page) == []
    assert not reader.is_too_wide
