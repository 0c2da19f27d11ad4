"""The moderators' queue and desk: by object, with the text beside, every act with a reason."""

import pytest
from django.test import Client
from zeal import zeal_ignore

from archive.core.viewer import ANONYMOUS
from catalog.models import ActionLog, Chapter, Notice, Report, Tag, Work
from catalog.report_targets import Target
from catalog.services.reports import file_report
from tests.factories import make_creator, make_tag, make_user, make_work
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db
QUEUE = "/admin/catalog/report/queue/"
SAME_ROW = [
    {"model": "accounts.User", "field": "get()"},
    {"model": "catalog.Work", "field": "get()"},
]


def desk(kind: str, pk: int) -> str:
    return f"/admin/catalog/report/desk/{kind}/{pk}/"


def reported(work: Work, *reasons: str) -> list[Report]:
    return [
        file_report(
            actor=ANONYMOUS, target=Target("work", work.pk), reason=reason, text=f"It is {reason}."
        )
        for reason in reasons
    ]


@pytest.fixture
def client(browser):
    return browser("moderator")


@pytest.fixture
def work():
    owner = make_user("owner")
    return make_work(
        "Bad Work", text="Buy cheap lamps here.", creators=[make_creator("Pen", user=owner)]
    )


def test_the_queue_shows_each_object_once_with_its_text_and_reports(client, work):
    reported(work, "spam", "plagiarism")
    other = make_work("Other Work", text="A quiet evening.")
    reported(other, "wrong_rating")
    page = get(client, QUEUE)
    assert page.texts("//section/h2") == ["Bad Work", "Other Work"]
    assert "Buy cheap lamps here." in page.texts("//div[contains(@class, 'excerpt')]")[0]
    assert len(page.all("//section[1]//ul[@class='reports']/li")) == 2
    assert "It is plagiarism." in page.text("//section[1]")


def test_what_somebody_looks_at_comes_last(client, work):
    reported(work, "spam")
    later = make_work("Later Work")
    reported(later, "spam")
    client.post(desk("work", work.pk), {"act": "take"})
    page = get(client, QUEUE)
    assert page.texts("//section/h2") == ["Later Work", "Bad Work"]
    assert "moderator looks at it" in page.text("//section[2]")
    assert get(client, f"{QUEUE}?mine=1").texts("//section/h2") == ["Bad Work"]
    client.post(desk("work", work.pk), {"act": "leave"})
    assert get(client, QUEUE).texts("//section/h2") == ["Bad Work", "Later Work"]


@pytest.mark.parametrize("who", ["member", "wrangler", "archivist"])
def test_others_have_no_queue(browser, work, who):
    other = browser(who)
    for path in (QUEUE, desk("work", work.pk)):
        assert other.get(path).status_code in (302, 403)
        assert other.post(path, {"act": "hide", "reason": "x"}).status_code in (302, 403)
    assert not Work.everything.filter(hidden_at__isnull=False).exists()


def test_guests_are_sent_to_sign_in(work):
    assert Client().get(QUEUE)["Location"].startswith("/admin/login/")


def test_the_desk_shows_text_tags_reports_and_log(client, work):
    reported(work, "spam")
    page = get(client, desk("work", work.pk))
    assert "Buy cheap lamps here." in page.text("//div[@class='reading']")
    assert "Sherlock Holmes" in page.text("//dl[@class='tags']")
    assert "It is spam." in page.text("//div[@class='decision']")
    acts = [button.get("value") for button in page.all("//button[@name='act']")]
    assert {"take", "hide", "lock", "delete", "dismiss", "resolve", "correct"} <= set(acts)
    assert not {"restore", "unlock", "approve", "undelete"} & set(acts)


def test_hiding_settles_the_reports_and_tells_the_creator(client, work):
    reported(work, "spam", "illegal")
    answer = client.post(
        desk("work", work.pk), {"act": "hide", "reason": "Advertising.", "closes": "1"}
    )
    assert answer["Location"] == QUEUE
    work.refresh_from_db()
    assert (bool(work.hidden_at), work.hidden_reason) == (True, "Advertising.")
    assert set(Report.objects.values_list("state", "outcome")) == {("resolved", "hidden")}
    assert Notice.objects.get().verb == "work.hide"
    verbs = set(ActionLog.objects.values_list("verb", flat=True))
    assert verbs == {"work.hide", "report.resolved"}
    page = get(client, desk("work", work.pk))
    assert "hidden" in page.texts("//b[@class='state']")
    assert "work.hide" in page.text("//ul[@class='log']")


def test_without_a_reason_nothing_happens_and_the_desk_says_so(client, work):
    reported(work, "spam")
    with zeal_ignore(SAME_ROW):
        answer = Page(client.post(desk("work", work.pk), {"act": "hide", "closes": "1"}))
    assert answer.status == 400
    assert "Say why" in answer.text("//div[@role='alert']")
    assert Report.objects.get().state == "open"
    assert not ActionLog.objects.exists()


def test_a_refused_act_leaves_the_tick_as_it_was_sent(client, work):
    reported(work, "spam")
    tick = "//input[@name='closes'][@checked]"
    with zeal_ignore(SAME_ROW):
        assert get(client, desk("work", work.pk)).all(tick)
        refused = Page(client.post(desk("work", work.pk), {"act": "lock"}))
    assert refused.all("//textarea[@aria-invalid='true']")
    assert not refused.all(tick)


def test_after_settling_the_queue_says_what_was_done_and_leads_back(client, work):
    reported(work, "spam")
    sent = {"act": "hide", "reason": "Advertising.", "closes": "1"}
    page = Page(client.post(desk("work", work.pk), sent, follow=True))
    assert "Bad Work: hidden." in page.text("//ul[@class='messagelist']")
    assert page.all(f"//ul[@class='messagelist']//a[@href='{desk('work', work.pk)}']")


def test_what_is_told_to_a_reporter_is_not_cut_short(client, work):
    reported(work, "other")
    with zeal_ignore(SAME_ROW):
        answer = Page(client.post(desk("work", work.pk), {"act": "resolve", "reason": "x" * 101}))
    assert answer.status == 400
    assert "at most 100 characters, not 101" in answer.text("//div[@role='alert']")
    assert Report.objects.get().state == "open"


def test_a_chapter_is_named_with_its_work_in_queue_and_desk(client):
    chapter = Chapter.everything.get(work=make_work("The Long Road"))
    chapter.title = "The Inn"
    chapter.save()
    target = Target("chapter", chapter.pk)
    file_report(actor=ANONYMOUS, target=target, reason="wrong_rating", text="Look.")
    assert "The Long Road" in get(client, QUEUE).text("//section/p[@class='quiet']")
    page = get(client, desk("chapter", chapter.pk))
    assert page.texts("//h1")[-1] == "Chapter: The Inn – The Long Road"
    assert page.all(f"//a[@href='{chapter.get_absolute_url()}']")
    assert page.all("//details[@class='correct'][@open]")


def test_only_what_somebody_looks_at_can_be_left_to_others(client, work):
    reported(work, "spam")
    address = desk("work", work.pk)
    assert get(client, address).texts("//button[@name='act']")[0] == "I look at it"
    assert "Leave it to others" not in get(client, address).texts("//button")
    client.post(address, {"act": "take"})
    assert get(client, address).texts("//button[@name='act']")[0] == "Leave it to others"


def test_a_warning_is_corrected_and_only_that(client, work):
    reported(work, "missing_warning")
    warning = make_tag("warning", "Major Character Death")
    rating = Tag.objects.get(kind="rating", name="General")
    values = {
        "act": "correct",
        "reason": "Chapter 1 shows it.",
        "closes": "1",
        "rating": rating.pk,
        "warnings": [warning.pk],
        "language": "en",
        "fandoms": "Sherlock Holmes",
    }
    with zeal_ignore(SAME_ROW):
        assert client.post(desk("work", work.pk), values).status_code == 302
    row = ActionLog.objects.get(verb="work.correct")
    assert set(row.before) == {"state", "warning"}
    assert row.after["warning"] == ["Major Character Death"]
    assert Report.objects.get().outcome == "corrected"


def test_every_act_fits_the_state_and_can_be_taken_back(client, work):
    steps = [
        ("hide", "restore"),
        ("lock", "unlock"),
        ("delete", "undelete"),
    ]
    for there, back in steps:
        for act in (there, back):
            offered = get(client, desk("work", work.pk)).all(f"//button[@value='{act}']")
            assert offered, act
            answer = client.post(desk("work", work.pk), {"act": act, "reason": "Because."})
            assert answer.status_code == 302, act
    work.refresh_from_db()
    assert (work.hidden_at, work.locked_at, work.deleted_at) == (None, None, None)


def test_reports_are_dismissed_and_reopened(client, work):
    (report,) = reported(work, "spam")
    client.post(desk("work", work.pk), {"act": "dismiss", "reason": "It is a joke."})
    report.refresh_from_db()
    assert (report.state, report.note) == ("dismissed", "It is a joke.")
    assert get(client, QUEUE).texts("//section/h2") == []
    client.post(f"/admin/catalog/report/{report.pk}/reopen/")
    report.refresh_from_db()
    assert report.state == "open"
    assert client.get(f"/admin/catalog/report/{report.pk}/reopen/").status_code == 405


def test_a_chapter_is_decided_on_with_its_work(client, work):
    chapter = work.chapters.unscoped("test").get()
    file_report(actor=ANONYMOUS, target=Target("chapter", chapter.pk), reason="spam")
    assert "Buy cheap" in get(client, desk("chapter", chapter.pk)).text("//div[@class='reading']")
    client.post(desk("chapter", chapter.pk), {"act": "lock", "reason": "x", "closes": "1"})
    work.refresh_from_db()
    assert work.locked_at
    assert Report.objects.get().state == "resolved"


def test_the_account_behind_a_pen_name_is_suspended(client, work):
    creator = work.creatorships.get().creator
    file_report(actor=ANONYMOUS, target=Target("creator", creator.pk), reason="harassment")
    values = {"act": "suspend", "reason": "Threats.", "closes": "1"}
    assert client.post(desk("creator", creator.pk), values).status_code == 302
    creator.user.refresh_from_db()
    assert not creator.user.is_active
    assert get(client, desk("creator", creator.pk)).all("//button[@value='reinstate']")


def test_a_tag_is_for_wranglers(client, browser, work):
    tag = make_tag("freeform", "rude")
    file_report(actor=ANONYMOUS, target=Target("tag", tag.pk), reason="other")
    assert "wranglers" in get(client, desk("tag", tag.pk)).text("//div[@class='question']")
    both = get(browser("both"), desk("tag", tag.pk))
    assert both.links("Wrangle this tag") == [f"/admin/catalog/freeform/{tag.pk}/change/"]
    assert client.post(desk("tag", tag.pk), {"act": "hide", "reason": "x"}).status_code == 400


@pytest.mark.parametrize("kind", ["work", "chapter", "creator", "tag"])
def test_what_is_gone_can_still_be_settled(client, kind):
    Report.objects.create(target_kind=kind, target_id=987, target_label="Gone", reason="spam")
    page = get(client, desk(kind, 987))
    assert "gone" in page.text("//div[@class='question']")
    client.post(desk(kind, 987), {"act": "resolve", "reason": "gone"})
    assert Report.objects.get().state == "resolved"
    assert client.get(desk("planet", 1)).status_code == 404


def test_the_queue_takes_as_many_statements_for_many_reports(client, django_assert_max_num_queries):
    works = [make_work(f"Work {n}") for n in range(12)]
    for work in works:
        reported(work, "spam", "other")
    file_report(actor=ANONYMOUS, target=Target("tag", make_tag("freeform").pk), reason="other")
    with django_assert_max_num_queries(12):
        assert len(get(client, QUEUE).all("//section")) == 13


def test_a_nul_in_a_reason_does_no_harm(client, work):
    reported(work, "spam")
    answer = client.post(desk("work", work.pk), {"act": "lock", "reason": "a\0b", "closes": "1"})
    assert answer.status_code == 302
    assert ActionLog.objects.get(verb="work.lock").reason == "ab"


def test_the_pages_hold_no_inline_script_or_style(client, work):
    reported(work, "spam")
    for path in (QUEUE, desk("work", work.pk), "/admin/catalog/report/"):
        page = get(client, path)
        assert page.status == 200
        assert not page.all("//*[@style] | //style | //script[not(@src) and not(@type)]")


@pytest.mark.parametrize("act", ["take", "leave", "dismiss", "resolve"])
def test_who_comes_too_late_is_told_that_the_reports_are_settled(client, work, act):
    reported(work, "spam")
    client.post(desk("work", work.pk), {"act": "dismiss", "reason": "It is fine."})
    before = ActionLog.objects.count()
    answer = client.post(desk("work", work.pk), {"act": act, "reason": "Late."})
    assert answer.status_code == 409
    assert "somebody else may have settled it" in Page(answer).text("//*[@role='alert']")
    assert ActionLog.objects.count() == before
