"""Reading in a browser: going on where a page was left, notes in other chapters, small desks."""

from tests.browser.kinds import STAFF, addresses

_KEPT = "is => Object.keys(localStorage).some(name => name.startsWith('spot:')) === is"


def test_a_page_left_in_its_middle_offers_to_go_on_there(visitor, site):
    reader = visitor(360, "light")
    path = addresses(site)["chapter"]
    page = reader.go(path)
    go_on = page.locator("[data-go-on]")
    assert not go_on.is_visible()
    middle = page.evaluate("document.body.scrollHeight / 2")
    page.evaluate("y => scrollTo(0, y)", middle)
    page.wait_for_function(_KEPT, arg=True)
    page = reader.go("/")
    page = reader.go(path)
    go_on.wait_for(state="visible")
    reader.click(go_on)
    page.wait_for_function("y => Math.abs(scrollY - y) < 400", arg=middle)
    assert not go_on.is_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function(_KEPT, arg=False)
    reader.go("/")
    reader.go(path)
    page.wait_for_load_state("networkidle")
    assert not go_on.is_visible()


def test_a_chapter_leads_to_the_whole_work_and_its_downloads(visitor, site):
    reader = visitor(360, "dark", script=False)
    page = reader.go(addresses(site)["chapter"])
    assert page.locator(".downloads a", has_text="EPUB").is_visible()
    reader.click(reader.link("The whole work on one page"))
    assert "view_full_work=true" in page.url
    assert page.locator("article.chapter").count() > 1


def test_the_desk_of_wranglers_needs_no_scrolling_sideways_on_a_telephone(visitor):
    admin = visitor(360, "light")
    admin.sign_in("admin")
    page = admin.go(STAFF["wrangling desk"])
    tables = page.locator(".table-wrap")
    assert tables.count() == 2
    for table in tables.all():
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
    first = page.locator("table.fandoms tbody tr").first
    assert "Character, Canonical" in first.inner_text()
    assert first.get_by_role("button", name="Take").is_visible()


def test_a_table_wider_than_the_screen_is_reached_by_the_keyboard(visitor, site):
    reader = visitor(320, "light")
    path = addresses(site)["chapter"]
    cells = "".join(f"<td>{'cell' * 6}</td>" for _ in range(8))
    tables = f"<table id=wide><tr>{cells}</tr></table><table id=slim><tr><td>1</td></tr></table>"

    def with_tables(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<p>", f"{tables}<p>"))

    reader.page.route(f"**{path}", with_tables)
    page = reader.go(path)
    assert page.locator("#wide").first.get_attribute("tabindex") == "0"
    assert page.locator("#slim").first.get_attribute("tabindex") is None
    assert not reader.is_too_wide
