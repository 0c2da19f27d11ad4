"""Works in the admin: found, completed by archivists through the service, posted."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ActionLog, Kind, Tag, Work, WorkTag
from catalog.vocabulary import language_index, language_names
from tests.factories import make_chapter, make_creator, make_user, make_work
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/work/"


def address(work: Work) -> str:
    return f"{LIST}{work.pk}/change/"


def titles(client, **params) -> list[str]:
    return get(client, LIST, params).texts("//th[contains(@class, 'field-title')]")


def form_of(client, work: Work) -> dict[str, list[str]]:
    """What the form of a work would send as it is."""
    page = get(client, address(work))
    values: dict[str, list[str]] = {}
    for name, value in page.fields("work_form"):
        values.setdefault(name, []).append(value)
    for area in page.all("//form[@id='work_form']//textarea"):
        values[area.get("name")] = [area.text_content().lstrip("\n")]
    return {name: value for name, value in values.items() if not name.startswith("_")}


def test_moderators_see_what_they_may_open_and_no_drafts_of_others(browser):
    owner = make_user()
    pen = make_creator("Pen", user=owner)
    make_work("Open", creators=[pen])
    make_work("Hidden", creators=[pen], hidden_at="2026-01-01T00:00Z")
    draft = make_work("Draft", creators=[pen], status="draft", published_at=None, updated_at=None)
    client = browser("moderator")
    assert sorted(titles(client)) == ["Hidden", "Open"]
    assert titles(client, state="hidden") == ["Hidden"]
    assert client.get(address(draft)).status_code == 302
    assert get(client, address(Work.everything.get(title="Open"))).all("//form[@id='work_form']")


def test_an_admin_opens_the_draft_of_somebody_else_and_the_log_says_so(browser):
    pen = make_creator("Pen", user=make_user())
    draft = make_work("Draft", creators=[pen], status="draft", published_at=None, updated_at=None)
    client = browser("admin")
    assert titles(client) == []
    assert get(client, address(draft)).status == 200
    row = ActionLog.objects.get(verb="work.open_private")
    assert (row.actor_name, row.object_id) == ("admin", draft.pk)


def test_who_only_looks_at_a_work_sees_its_texts_and_tags(browser):
    pen = make_creator("Pen", user=make_user())
    work = make_work("Open", creators=[pen], summary_html="<p>Two lamps.</p>")
    page = get(browser("moderator"), address(work))
    assert page.text("//div[contains(@class, 'field-summary_shown')]").endswith("Two lamps.")
    tags = page.text("//div[contains(@class, 'field-tags_shown')]")
    assert "Rating: General" in tags
    assert "None" not in page.text("//form[@id='work_form']")


def test_the_way_to_the_desk_is_one_of_the_tools_of_a_work(browser):
    work = make_work("Open", creators=[make_creator("Pen", user=make_user())])
    page = get(browser("moderator"), address(work))
    # Two lists of tools would lie over each other, and the first could not be pressed.
    assert len(page.all("//ul[@class='object-tools']")) == 1
    tools = page.texts("//ul[@class='object-tools']//a")
    assert tools[0] == "Moderate"


def test_the_list_is_searched_in_the_language_of_the_site(browser, indexed):
    short = make_work("Short lamp", text="One two.", tags={Kind.FANDOM: ["Dracula"]})
    long = make_work("Long lamp", tags={Kind.FANDOM: ["Dracula"]})
    draft = make_work("Draft lamp", status="draft", published_at=None, updated_at=None)
    indexed(short, long, draft)
    client = browser("archivist")
    assert titles(client, q="fandom:dracula words:<5") == ["Short lamp"]
    assert sorted(titles(client, q="lamp")) == ["Draft lamp", "Long lamp", "Short lamp"]
    assert titles(client, q=str(draft.pk)) == ["Draft lamp"]
    assert "is no range" in get(client, LIST, {"q": "words:many"}).text(
        "//ul[@class='messagelist']"
    )


def test_names_behind_anonymous_works_are_for_moderators(browser):
    make_work("Masked", creators=[make_creator("Secret", user=make_user())], is_anonymous=True)
    assert "Secret" not in get(browser("archivist"), LIST).source
    assert "Secret" in get(browser("moderator"), LIST).source


def test_archivists_complete_works_of_creators_without_account(browser, drained):
    work = make_work("Old title", status="draft", published_at=None, updated_at=None)
    WorkTag.objects.filter(work=work, tag__kind=Kind.RATING).delete()
    client = browser("archivist")
    sent = form_of(client, work)
    sent["title"] = ["New title"]
    sent["rating"] = [str(Tag.objects.get(kind=Kind.RATING, name="Teen").pk)]
    sent["freeforms"] = ["Fluff\nSlow Burn"]
    sent["summary"] = ["A <script>bad</script> summary"]
    answer = client.post(address(work), sent)
    assert answer.status_code == 302, get(client, address(work)).source
    work.refresh_from_db()
    assert work.title == "New title"
    assert work.summary_html.startswith("A ")
    assert "script" not in work.summary_html
    names = list(work.work_tags.filter(tag__kind=Kind.FREEFORM).values_list("name", flat=True))
    assert names == ["Fluff", "Slow Burn"]
    assert work.version == 2


def test_what_the_service_refuses_stands_at_the_field(browser):
    work = make_work("Title")
    client = browser("archivist")
    sent = form_of(client, work)
    sent["title"] = ["Other"]
    sent["fandoms"] = ["Bad, comma"]
    sent["warnings"] = []
    page = Page(client.post(address(work), sent))
    assert "," in " ".join(
        page.texts("//div[contains(@class, 'field-fandoms')]//ul[@class='errorlist']/li")
    )
    work.refresh_from_db()
    assert work.title == "Title"
    assert work.version == 1


def test_works_of_accounts_are_read_only(browser):
    work = make_work("Theirs", creators=[make_creator("Pen", user=make_user())])
    client = browser("archivist")
    assert not get(client, address(work)).all("//input[@name='title']")
    assert client.post(address(work), {"title": "Mine"}).status_code == 403
    work.refresh_from_db()
    assert work.title == "Theirs"


def test_moderators_change_no_works(browser):
    work = make_work("Imported")
    assert browser("moderator").post(address(work), {"title": "Mine"}).status_code == 403


def test_drafts_are_posted_in_the_list_and_what_lacks_something_is_said(browser):
    whole = make_work("Whole", status="draft", published_at=None, updated_at=None)
    lacking = make_work("Lacking", status="draft", published_at=None, updated_at=None)
    WorkTag.objects.filter(work=lacking, tag__kind=Kind.WARNING).delete()
    choice = {"action": "post_selected", "_selected_action": [whole.pk, lacking.pk]}
    answer = browser("archivist").post(LIST, choice, follow=True)
    told = answer.content.decode()
    assert "Whole is posted." in told
    assert "Lacking: The work cannot be posted yet; missing: warnings." in told
    assert Work.everything.get(pk=whole.pk).status == "posted"
    assert Work.everything.get(pk=lacking.pk).status == "draft"


@pytest.mark.parametrize(
    "path",
    [
        LIST,
        f"{LIST}?q=lamp",
        "/admin/catalog/chapter/",
        "/admin/catalog/creator/",
        "/admin/catalog/series/",
        "/admin/catalog/freeform/",
        "/admin/catalog/actionlog/",
        "/admin/accounts/user/",
    ],
)
def test_lists_take_the_same_statements_for_few_and_many_rows(browser, indexed, path):
    client = browser("admin")
    taken = []
    for more in (2, 20):
        for number in range(more):
            work = make_work("Lamp", tags={Kind.FREEFORM: [f"Tag {more} {number}"]})
            make_chapter(work)
            indexed(work)
            make_user()
        cache.clear()
        language_index()
        language_names()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        taken.append(len(captured))
    assert taken[0] == taken[1] <= 20
