"""The wrangling desk: bins, acts with their plan shown first, undoing in the log."""

import pytest

from catalog.models import ActionLog, Kind, Tag, TagParent
from tests.factories import make_tag, make_work
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/freeform/"


@pytest.fixture
def bins(indexed):
    """A canonical tag, two unsorted ones on works."""
    canonical = make_tag(Kind.FREEFORM, "Tea")
    work = make_work("Kettle", tags={Kind.FREEFORM: ["so much tea", "TEA!!"]})
    Tag.objects.filter(name__in=["so much tea", "TEA!!"]).update(is_canonical=False)
    indexed(work)
    return canonical


def tag(name: str) -> Tag:
    return Tag.objects.get(kind=Kind.FREEFORM, name=name)


def act(client, name: str, *tags: Tag, **values: str) -> Page:
    sent = {"action": name, "_selected_action": [each.pk for each in tags], **values}
    return Page(client.post(LIST, sent, follow=True))


def names(client, **params: str) -> list[str]:
    return sorted(get(client, LIST, params).texts("//th[contains(@class, 'field-name')]"))


def test_bins_and_parts_of_names(browser, bins):
    client = browser("wrangler")
    assert names(client, state="unwrangled") == ["TEA!!", "so much tea"]
    assert names(client, state="canonical") == ["Tea"]
    assert names(client, q="múch TEA") == ["so much tea"]
    assert names(client, q=str(bins.pk)) == ["Tea"]
    assert names(client, parent="none", state="canonical") == ["Tea"]


def test_a_merge_shows_its_plan_and_runs_when_confirmed(browser, bins):
    client = browser("wrangler")
    loser = tag("so much tea")
    asked = act(client, "synonym", loser, tag("TEA!!"))
    assert asked.all("//input[@name='target'][@data-suggest]")
    plan = act(client, "synonym", loser, tag("TEA!!"), target="Tea")
    assert "2 tags would be changed" in plan.text("//form[@class='tag-act']")
    assert not tag("so much tea").synonym_of_id
    done = act(
        client, "synonym", loser, tag("TEA!!"), target="Tea", confirmed="1", reason="same thing"
    )
    assert "2 done" in done.text("//ul[@class='messagelist']")
    assert tag("so much tea").synonym_of == bins
    row = ActionLog.objects.filter(verb="tag.make_synonym").first()
    assert (row.actor_name, row.reason) == ("wrangler", "same thing")


def test_what_stands_against_an_act_is_shown_with_the_plan(browser, bins):
    client = browser("wrangler")
    plan = act(client, "synonym", tag("so much tea"), target="TEA!!")
    assert "TEA!! is not canonical" in plan.text("//form[@class='tag-act']")
    assert not plan.all("//button[@name='confirmed']")
    refused = act(client, "synonym", tag("so much tea"), target="TEA!!", confirmed="1")
    assert "is not canonical" in refused.text("//ul[@class='messagelist']")
    assert not tag("so much tea").synonym_of_id


def test_one_refusal_leaves_the_others_alone(browser, bins):
    client = browser("wrangler")
    done = act(client, "unwrangleable", bins, tag("so much tea"), confirmed="1")
    told = done.text("//ul[@class='messagelist']")
    assert "1 done" in told
    assert "Tea is canonical" in told
    assert tag("so much tea").is_unwrangleable
    assert not tag("Tea").is_unwrangleable


def test_tags_are_made_canonical_and_put_under_a_fandom(browser, bins):
    client = browser("wrangler")
    fandom = make_tag(Kind.FANDOM, "Sherlock Holmes")
    act(client, "canonical", tag("so much tea"), confirmed="1")
    act(client, "parent", tag("so much tea"), target="Sherlock Holmes", confirmed="1")
    assert tag("so much tea").is_canonical
    assert TagParent.objects.filter(from_tag=tag("so much tea"), to_tag=fandom).exists()


def test_a_tag_shows_what_stands_around_it_and_the_acts_that_apply(browser, bins):
    client = browser("wrangler")
    act(client, "synonym", tag("so much tea"), target="Tea", confirmed="1")
    shown = get(client, f"{LIST}{bins.pk}/change/")
    assert shown.links("so much tea")
    offered = shown.texts("//div[@class='tag-acts']//button")
    assert "Decanonise" in offered
    assert "Make canonical" not in offered
    renamed = act(client, "rename", bins, single="1", target="TEA", confirmed="1")
    assert "1 done" in renamed.text("//ul[@class='messagelist']")
    assert Tag.objects.get(pk=bins.pk).name == "TEA"


def test_acts_are_undone_in_the_log(browser, bins):
    client = browser("wrangler")
    act(client, "synonym", tag("so much tea"), target="Tea", confirmed="1")
    row = ActionLog.objects.get(verb="tag.make_synonym")
    sent = {"action": "undo", "_selected_action": [row.pk]}
    answer = Page(client.post("/admin/catalog/actionlog/", sent, follow=True))
    assert "Undone" in answer.text("//ul[@class='messagelist']")
    assert not tag("so much tea").synonym_of_id


def test_closed_kinds_need_a_moderator_too(browser, bins):
    warning = Tag.objects.get(kind=Kind.WARNING, name="Major Character Death")
    sent = {
        "action": "rename",
        "single": "1",
        "target": "MAJOR CHARACTER DEATH",
        "confirmed": "1",
        "_selected_action": [warning.pk],
    }
    path = "/admin/catalog/contentwarning/"
    refused = Page(browser("wrangler").post(path, sent, follow=True))
    assert "Only wranglers who are moderators too" in refused.text("//ul[@class='messagelist']")
    done = Page(browser("both").post(path, sent, follow=True))
    assert "1 done" in done.text("//ul[@class='messagelist']")


def test_moderators_without_the_role_act_on_no_tags(browser, bins):
    client = browser("moderator")
    sent = {"action": "canonical", "confirmed": "1", "_selected_action": [tag("TEA!!").pk]}
    assert client.post(LIST, sent).status_code == 403
    assert not tag("TEA!!").is_canonical


def test_too_many_tags_at_once_are_refused(browser, bins, monkeypatch):
    monkeypatch.setattr("catalog.admin.tags.MOST_TAGS", 1)
    refused = act(browser("wrangler"), "canonical", tag("so much tea"), tag("TEA!!"))
    assert "At most 1 tags at once" in refused.text("//ul[@class='messagelist']")


@pytest.mark.parametrize("wrong", ["abc", "9" * 30, "-1", "999999"])
def test_what_is_no_tag_selects_nothing(browser, bins, wrong):
    sent = {"action": "canonical", "_selected_action": [wrong], "confirmed": "1"}
    answer = browser("wrangler").post(LIST, sent, follow=True)
    assert answer.status_code == 200
    assert Page(answer).all("//ul[@class='messagelist']/li[@class='warning']")
    assert not tag("TEA!!").is_canonical
