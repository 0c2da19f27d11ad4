"""What choosing a suggestion does: a tag fills the field, a thing found in the search is gone to."""

from playwright.sync_api import expect

from tests.browser.conftest import choose_suggestion


def test_a_tag_chosen_in_the_search_form_fills_its_field(visitor):
    reader = visitor()
    page = reader.go("/search/")
    page.fill("#freeform", "attempt at hum")
    choose_suggestion(reader, "#freeform", "attempt at humor")
    assert page.url.endswith("/search/")
    assert page.locator("#freeform").input_value() == "Humor"


def test_a_tag_chosen_in_a_facet_filters_the_list(visitor):
    reader = visitor()
    page = reader.go("/works/")
    total = page.locator(".total").inner_text()
    page.locator("#facet-freeform summary").first.click()
    page.fill("#find-freeform", "dry hum")
    choose_suggestion(reader, "#find-freeform", "Dry Humor")
    page.wait_for_function("t => document.querySelector('.total').innerText !== t", arg=total)
    assert "/works/?" in page.url
    assert "freeform=" in page.url


def test_what_the_search_box_suggests_is_gone_to(visitor):
    reader = visitor()
    page = reader.go("/about/")
    page.fill("#site-q", "dry humor")
    choose_suggestion(reader, "#site-q", "Dry Humor")
    page.wait_for_url("**/tags/*/")
    assert page.locator("h1").inner_text() == "Dry Humor"


def test_a_tag_found_while_typing_among_its_kind_is_gone_to(visitor):
    reader = visitor(360, "light")
    page = reader.go("/fandoms/")
    page.locator("#find-q").press_sequentially("arthur co")
    expect(page.locator("#find-q-list [role=option]").first).to_contain_text("Arthur Conan Doyle")
    page.press("#find-q", "ArrowDown")
    page.press("#find-q", "Enter")
    page.wait_for_url("**/tags/**")
    assert "Arthur Conan Doyle" in page.locator("h1").inner_text()


def test_what_is_typed_before_the_script_is_there_has_suggestions_too(visitor):
    reader = visitor()
    waiting = []
    reader.page.route("**/suggest*.js", lambda route: waiting.append(route))  # noqa: PLW0108  playwright marks the function
    reader.page.goto(reader.site.address("/search/"), wait_until="commit")
    reader.page.fill("#freeform", "attempt at hum")
    assert len(waiting) == 1
    waiting[0].continue_()
    choose_suggestion(reader, "#freeform", "attempt at humor")
    assert not reader.faults
