"""Reporting from the pages, without script, as a guest too; and the notices of creators."""

import pytest
from django.core import mail
from django.test import Client

from catalog.models import ActionLog, Kind, Notice, Report
from catalog.services.moderation import hide_work
from catalog.services.reports import resolve_report
from tests.factories import make_creator, make_tag, make_user, make_work
from tests.viewers import viewer_with_roles
from tests.web.pages import Page, get

pytestmark = pytest.mark.django_db
SPAM = {"reason": "spam", "text": "Buy now!", "email": ""}


@pytest.fixture
def work():
    return make_work("Bad Work", creators=[make_creator("Bad Pen")], tags={Kind.FREEFORM: ["bad"]})


def address(kind: str, pk: int) -> str:
    return f"/report/{kind}/{pk}/"


def targets(work) -> dict[str, tuple[int, str]]:
    chapter = work.chapters.unscoped("test").get()
    creator = work.creatorships.get().creator
    tag = make_tag(Kind.FREEFORM, "bad")
    return {
        "work": (work.pk, work.get_absolute_url()),
        "chapter": (chapter.pk, chapter.get_absolute_url()),
        "creator": (creator.pk, creator.get_absolute_url()),
        "tag": (tag.pk, tag.get_absolute_url()),
    }


@pytest.mark.parametrize("kind", ["work", "chapter", "creator", "tag"])
def test_every_page_links_to_a_form_that_files_a_report(page, client, work, kind, indexed):
    indexed(work)
    pk, path = targets(work)[kind]
    link = page(path).all(f"//a[contains(@href, '/report/{kind}/')]")[0].get("href")
    assert link == address(kind, pk)
    form = page(link)
    assert form.h1 == "Report to the moderators"
    assert len(form.all("//input[@type='radio'][@name='reason']")) == 8
    assert not form.all("//input[@value='watch_list']")
    done = client.post(link, {**SPAM, "email": "guest@example.org"})
    assert done["Location"] == path
    row = Report.objects.get()
    assert (row.target_kind, row.target_id, row.reason) == (kind, pk, "spam")
    assert (row.text, row.email, row.reporter) == ("Buy now!", "guest@example.org", None)
    assert "Thank you" in Page(client.get(path)).text()


def test_the_reporter_hears_by_mail(work, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("work", work.pk), {**SPAM, "email": "guest@example.org"})
    assert mail.outbox[0].to == ["guest@example.org"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "dull"}, "reason"),
        ({"reason": "watch_list"}, "reason"),
        ({"text": "x" * 5_001}, "text"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_report_that_is_refused_keeps_what_was_typed_and_says_why(work, client, sent, field):
    answer = Page(client.post(address("work", work.pk), {**SPAM, **sent}))
    assert answer.status == 400
    assert answer.all(f"//div[@role='alert']//a[@href='#report-{field}']")
    assert answer.all(f"//*[@id='report-{field}']")
    assert not Report.objects.exists()
    kept = answer.all("//textarea[@name='text']")[0].text_content().strip()
    assert kept == {**SPAM, **sent}["text"]


@pytest.mark.parametrize("who", ["guest", "member"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_ORIGIN": "https://evil.example"}],
    ids=["no token", "foreign origin"],
)
def test_without_the_token_of_the_form_nothing_is_filed(work, who, headers):
    client = Client(enforce_csrf_checks=True)
    if who == "member":
        client.force_login(make_user())
    assert client.post(address("work", work.pk), SPAM, **headers).status_code == 403
    wrong = {**SPAM, "csrfmiddlewaretoken": "x" * 64}
    assert client.post(address("work", work.pk), wrong, **headers).status_code == 403
    assert not Report.objects.exists()


def test_with_the_token_a_guest_files_one(work):
    client = Client(enforce_csrf_checks=True)
    form = get(client, address("work", work.pk))
    token = form.all("//main//input[@name='csrfmiddlewaretoken']")[0].get("value")
    sent = {**SPAM, "csrfmiddlewaretoken": token}
    assert client.post(address("work", work.pk), sent).status_code == 302
    assert Report.objects.count() == 1


def test_the_api_refuses_a_browser_of_another_site(work, client):
    body = {"target": {"kind": "work", "id": work.pk}, "reason": "spam"}
    sent = {"content_type": "application/json"}
    foreign = client.post("/api/v1/reports/", body, HTTP_ORIGIN="https://evil.example", **sent)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "origin.foreign")
    ours = client.post("/api/v1/reports/", body, HTTP_ORIGIN="http://testserver", **sent)
    assert ours.status_code == 201


def test_five_reports_about_one_thing_are_enough(work):
    for _ in range(5):
        client = Client()
        client.force_login(make_user())
        assert client.post(address("work", work.pk), SPAM).status_code == 302
    sixth = client.post(address("work", work.pk), SPAM)
    assert (sixth.status_code, "Retry-After" in sixth) == (429, True)
    assert Report.objects.count() == 5


def test_ten_reports_a_day_are_taken_from_one_person(client):
    works = [make_work() for _ in range(11)]
    codes = [client.post(address("work", one.pk), SPAM).status_code for one in works]
    assert codes == [302] * 10 + [429]


def test_a_nul_does_no_harm(work, client):
    assert client.post(address("work", work.pk), {**SPAM, "text": "a\0b"}).status_code == 302
    assert Report.objects.get().text == "ab"


def test_a_trap_catches_programs(work, client):
    assert client.post(address("work", work.pk), {**SPAM, "website": "x"}).status_code == 302
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "state", [{"status": "draft"}, {"hidden_at": "2024-01-01T00:00Z"}, {"is_restricted": True}]
)
def test_what_one_cannot_see_cannot_be_reported(client, state):
    secret = make_work("Secret", **state)
    for kind, (pk, _) in targets(secret).items():
        if kind == "tag":
            continue
        answer = client.get(address(kind, pk))
        assert answer.status_code == 404, kind
        assert "Secret" not in answer.content.decode()
        assert client.post(address(kind, pk), SPAM).status_code == 404
    assert client.get(address("planet", 1)).status_code == 404


def test_creators_read_what_was_done_and_why(page_as, moderator):
    owner = make_user("owner")
    work = make_work("Borrowed", creators=[make_creator("Pen", user=owner)])
    hide_work(actor=moderator, work_id=work.pk, reason="Copied <b>it</b>.")
    assert "1 new notice" in page_as(owner, "/account/").text()
    shown = page_as(owner, "/account/notices/")
    assert "hidden your work “Borrowed”" in shown.text()
    assert "Copied <b>it</b>." in shown.text("//blockquote")
    assert moderator.username not in shown.text().replace("moderators", "").replace(
        "A moderator", ""
    ).replace("to the moderators", "")
    client = Client()
    client.force_login(owner)
    assert client.post("/account/notices/read/").status_code == 302
    assert Notice.objects.get().read_at
    assert "new notice" not in page_as(owner, "/account/").text()
    assert "There are none" in page_as(make_user("other"), "/account/notices/").text()
    assert ActionLog.objects.count() == 1


def test_guests_have_no_notices(client):
    assert client.get("/account/notices/")["Location"].startswith("/account/login/")
    assert client.post("/account/notices/read/").status_code == 401


def test_the_form_takes_few_statements(work, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(address("work", work.pk))


def test_mails_speak_the_language_of_who_reads_them(work, django_capture_on_commit_callbacks):
    owner = make_user("besitzer", email="besitzer@example.org", language="de")
    work.creators.update(user=owner)
    reporter = make_user("melder", email="melder@example.org", language="de")
    report = Report.objects.create(
        target_kind="work", target_id=work.pk, target_label="A", reason="spam", reporter=reporter
    )
    moderator = viewer_with_roles("moderator", "moderators")
    with django_capture_on_commit_callbacks(execute=True):
        hide_work(actor=moderator, work_id=work.pk, reason="Werbung.")
        resolve_report(actor=moderator, report_id=report.pk, outcome="hidden", note="")
    told = {mail.to[0]: f"{mail.subject}\n{mail.body}" for mail in mail.outbox}
    assert "Grund: Werbung." in told["besitzer@example.org"]
    assert "verborgen" in told["melder@example.org"]
    assert "hidden" not in told["melder@example.org"]
