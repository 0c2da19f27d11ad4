"""Wranglers at their desk: a likely match is merged by one click and a look, and taken back."""

import pytest

LOG = "ul.log >> nth=-1"


@pytest.mark.parametrize("script", [True, False])
def test_a_match_is_merged_and_undone_on_the_tags_own_page(visitor, script):
    wrangler = visitor(1280, "light", script=script)
    wrangler.sign_in("wrangler")
    page = wrangler.go("/admin/catalog/character/?state=unwrangled&q=bus+94")
    wrangler.click("#result_list th.field-name a")
    name = page.locator("ol.matches bdi").first.inner_text()
    works = found_under(wrangler, name)
    wrangler.click("ol.matches button")
    button = page.locator("button[name=confirmed]")
    assert button.inner_text() == f"Make a synonym of: {name}"
    wrangler.click(button)
    page.wait_for_selector(".messagelist")
    assert f"synonym of {name}" in page.locator(".tag-facts").inner_text()
    assert name not in page.locator("ol.matches bdi").all_inner_texts()
    assert found_under(wrangler, name) == works
    wrangler.click(page.locator(LOG).get_by_role("button", name="Undo"))
    page.wait_for_selector(".messagelist >> text=Undone")
    assert page.locator(".tag-facts").inner_text().startswith("Unsorted")
    assert "Make a synonym of – undone" in page.locator(LOG).inner_text()
    assert wrangler.clicks == 4
    assert not wrangler.faults


def found_under(visit, name: str) -> int:
    """How many works everybody finds under a character: the work at hand carries both already."""
    address = visit.site.address("/api/v1/works/")
    answer = visit.page.request.get(address, params={"character": name})
    return answer.json()["count"]
