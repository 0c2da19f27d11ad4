"""What people come for, in a real browser, with and without script, on phones and wide screens."""

import pytest

from tests.browser.conftest import Visitor, choose_suggestion

WITHOUT = {"script": False}
SHERLOCK = "Sherlock Holmes - Arthur Conan Doyle"
LUPIN = "Arsène Lupin - Maurice Leblanc"


def ask_for(visit: Visitor, kind: str, name: str, *, has_script: bool, out: bool = False) -> None:
    """Tick a value of a facet, and send the form where no script does it."""
    facet = visit.page.locator(f"#facet-{kind}")
    if facet.get_attribute("open") is None:
        facet.locator("summary").click()
    row = facet.locator("li", has_text=name).first
    box = row.locator("> input" if out else "label input")
    if has_script:
        with visit.page.expect_response(
            lambda answer: "/works/" in answer.url or "/tags/" in answer.url
        ):
            visit.click(box)
        visit.page.wait_for_selector("#results:not([aria-busy])")
    else:
        visit.click(box)
        visit.click("#filter-form .panel-foot button")


@pytest.mark.parametrize(
    ("width", "theme", "script"), [(1280, "light", True), (768, "dark", False)]
)
def test_browse_filter_read_download(visitor, width, theme, script):
    reader = visitor(width, theme, script=script)
    page = reader.go("/")
    reader.click(reader.link("Sherlock Holmes & Related Fandoms"))
    assert page.locator("h1").inner_text() == "Sherlock Holmes & Related Fandoms"
    before = page.locator("ol.blurbs > li").count()
    ask_for(reader, "freeform", "Tea", has_script=script)
    after = page.locator("ol.blurbs > li").count()
    assert 0 < after < before
    assert "freeform=" in page.url
    page.go_back()
    page.wait_for_function(
        "n => document.querySelectorAll('ol.blurbs > li').length === n", arg=before
    )
    page.go_forward()
    page.wait_for_function(
        "n => document.querySelectorAll('ol.blurbs > li').length === n", arg=after
    )
    reader.click("ol.blurbs h2 a")
    title = page.locator("h1").inner_text()
    begin = page.locator("[data-begin]")
    if begin.count():
        reader.click(begin)
    assert page.locator(".userstuff p").first.is_visible()
    if not page.locator(".downloads").count():
        reader.click(page.locator("h1 a"))
    with page.expect_download() as kept:
        reader.click(page.locator(".downloads a", has_text="EPUB"))
    assert kept.value.suggested_filename.endswith(".epub")
    assert title
    assert not reader.is_too_wide


def test_filtering_with_script_loads_no_page_and_keeps_the_address_right(visitor):
    reader = visitor(1280, "dark")
    page = reader.go("/works/")
    page.fill("#find-fandom", "odys")
    (match,) = page.locator("#facet-fandom ul > li:visible").all_inner_texts()
    assert match.startswith("The Odyssey")
    page.fill("#find-fandom", "")
    page.evaluate("window.stayed = true")
    total = page.locator(".total").inner_text()
    ask_for(reader, "rating", "General", has_script=True)
    general = page.locator(".total").inner_text()
    assert general != total
    ask_for(reader, "warning", "No Archive Warnings Apply", has_script=True, out=True)
    address = page.url
    assert "rating=" in address
    assert "warning__not=" in address
    assert page.evaluate("window.stayed") is True
    shown = page.locator(".total").inner_text()
    page.go_back()
    page.wait_for_function("t => document.querySelector('.total').innerText === t", arg=general)
    page.go_back()
    page.wait_for_function("t => document.querySelector('.total').innerText === t", arg=total)
    assert page.evaluate("window.stayed") is True
    page.goto(address)
    assert page.locator(".total").inner_text() == shown
    page.locator(".asked a").first.click()
    page.wait_for_function("t => document.querySelector('.total').innerText !== t", arg=shown)


def test_the_keyboard_reaches_the_filters_before_the_works(visitor):
    reader = visitor(1280, "light")
    page = reader.go("/works/")
    page.locator("#main").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.to-filters')")
    assert page.locator(".to-filters").bounding_box()["width"] > 40
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'rating'"):
            break
    page.keyboard.press("Space")
    page.wait_for_url("**/works/?rating=*")
    page.wait_for_selector(".asked")
    assert page.evaluate("document.activeElement.name") == "rating"


@pytest.mark.parametrize(
    ("width", "theme", "script"), [(360, "dark", True), (1280, "light", False)]
)
def test_a_typo_leads_to_a_suggestion(visitor, width, theme, script):
    reader = visitor(width, theme, script=script)
    page = reader.go("/")
    page.fill("#home-q", "vilion")
    page.press("#home-q", "Enter")
    page.wait_for_url("**/works/?q=vilion")
    reader.click(".did-you-mean a")
    page.wait_for_selector("ol.blurbs > li")
    assert "violin" in page.url
    assert not reader.is_too_wide


@pytest.mark.parametrize("script", [True, False])
def test_a_newcomer_finds_a_crossover_in_six_clicks_on_a_phone(visitor, script):
    """All complete crossovers of two fandoms without a warning under 10,000 words, then one read."""
    reader = visitor(360, "light", script=script)
    page = reader.go("/")
    reader.click(reader.link(LUPIN))
    reader.click(".to-filters")
    sheet = page.locator("#filters")
    reader.click(sheet.locator("#facet-fandom li", has_text=SHERLOCK).locator("label"))
    warning = sheet.locator("#facet-warning li", has_text="Major Character Death")
    reader.click(warning.locator("> input"))
    reader.click(sheet.locator("label.in", has_text="Complete"))
    sheet.locator("input[name=words__lte]").fill("10000")
    reader.click(sheet.get_by_role("button", name="Show the works"))
    page.wait_for_selector(".asked")
    assert reader.clicks <= 6
    found = page.locator("ol.blurbs h2").all_inner_texts()
    assert found == ["The Adventure of the Borrowed Violin"]
    assert "words__lte=10000" in page.url
    page.locator("ol.blurbs h2 a").first.click()
    page.wait_for_selector("h1.title")
    if page.locator("[data-begin]").count():
        page.locator("[data-begin]").click()
    page.wait_for_selector(".text .userstuff p")
    assert not reader.is_too_wide
    size = page.locator(".text .userstuff").first.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size >= 17


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_a_text_is_imported_and_found(visitor, width, script):
    archivist = visitor(width, "light", script=script)
    archivist.sign_in("archivist")
    word = "quockerwodger" if script else "snollygoster"
    page = archivist.go("/import/")
    page.locator("details.paste summary").click()
    page.fill(
        "#import-text",
        f"The {word.title()}\nby Browsing Pen\n\nFandom: Sherlock Holmes\nRating: General\n"
        f"Warnings: No Archive Warnings Apply\nLanguage: English\n\n"
        f"It was a {word} that came up the stairs, and nobody had sent for it.\n",
    )
    page.get_by_role("button", name="See what is in them").click()
    page.wait_for_url("**/import/*/**")
    assert f"The {word.title()}" in page.locator("h1").inner_text()
    assert not archivist.is_too_wide
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_selector(".notice, h1 a")
    found = archivist.go(f"/works/?q={word}")
    assert found.locator("ol.blurbs h2").inner_text() == f"The {word.title()}"
    assert not archivist.is_too_wide


@pytest.mark.parametrize(("width", "theme", "script"), [(360, "light", True), (768, "dark", False)])
def test_a_report_is_resolved(visitor, width, theme, script):
    reader = visitor(width, theme, script=script)
    page = reader.go("/works/4/")
    reader.click(reader.link("Report this work"))
    page.locator("input[name=reason]").first.check()
    page.fill("#report-text", f"Please look at this ({width}).")
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector(".notice")
    moderator = visitor(1280, theme, script=script)
    moderator.sign_in("moderator")
    desk = moderator.go("/admin/catalog/report/queue/")
    desk.locator("a.button", has_text="Decide").first.click()
    assert f"({width})" in desk.locator("body").inner_text()
    desk.fill("#reason", "Nothing is wrong with it.")
    desk.locator("button[name=act][value=dismiss]").click()
    desk.wait_for_load_state()
    assert (
        "Nothing waits" in moderator.go("/admin/catalog/report/queue/").locator("body").inner_text()
    )


@pytest.mark.parametrize("script", [True, False])
def test_two_merged_tags_are_one_filter(visitor, script):
    wrangler = visitor(1280, "light", script=script)
    wrangler.sign_in("wrangler")
    loser, winner = ("sensible shoes", "Humor") if script else ("mostly seagulls", "Tea")
    page = wrangler.go(f"/admin/catalog/freeform/?q={loser.replace(' ', '+')}")
    page.locator("#result_list a", has_text=loser).first.click()
    page.locator(".tag-acts button", has_text="Make a synonym of").first.click()
    page.fill("#target", winner)
    if script:
        choose_suggestion(wrangler, "#target", winner)
    page.get_by_role("button", name="Show the plan").click()
    page.wait_for_selector("#reason")
    page.fill("#reason", "The same thing.")
    page.locator("button[name=confirmed]").click()
    page.wait_for_load_state()
    guest = visitor(1280, "dark", script=script)
    listing = guest.go(f"/works/?freeform={winner}&tag_text={loser.split()[1]}")
    assert listing.locator("ol.blurbs > li").count() == 1


def test_a_printed_work_is_its_text_alone(visitor):
    page = visitor(768, "light").go("/works/")
    page.locator("ol.blurbs h2 a").first.click()
    page.wait_for_selector(".report-link", state="attached")
    assert page.locator(".report-link").first.is_visible()
    page.emulate_media(media="print")
    for part in (".report-link", ".downloads", ".site-head", ".site-foot"):
        assert not [one for one in page.locator(part).all() if one.is_visible()], part
