"""The dashboard: what waits, the index, the jobs, sizes, two numbers a day."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from archive.accounts.security_log import record
from catalog.models import DuplicatePair, JobRun, Report, Work
from search.models import IndexEvent
from tests.factories import make_tag, make_work
from tests.web.pages import get

pytestmark = pytest.mark.django_db
PATH = "/admin/dashboard/"
DESK = "/admin/catalog/report/desk/work/{}/"


@pytest.fixture
def busy():
    now = timezone.now()
    works = [make_work(f"Work {n}") for n in range(3)]
    for age, reason in ((5, "spam"), (2, "spam"), (1, "other")):
        Report.objects.create(
            target_kind="work",
            target_id=works[0].pk,
            target_label="x",
            reason=reason,
            created_at=now - timedelta(days=age),
        )
    make_work("Held", held_at=now)
    DuplicatePair.objects.create(first=works[0], second=works[1], likeness=90)
    IndexEvent.objects.create(kind="work", object_id=1, is_parked=True, last_error="ValueError")
    JobRun.objects.create(name="scan", started_at=now, done=7)
    JobRun.objects.create(name="purge", started_at=now, error="OSError")
    record("sign_in.failed", name="ada")
    make_tag("freeform", "brand new")


def test_it_tells_what_waits(browser, busy):
    page = get(browser("moderator"), PATH)
    figures = page.texts("//p[@class='figure']")
    assert figures[:3] == ["3", "1", "1"]
    assert "the oldest waits for 5 days" in page.text("//section[@aria-labelledby='tile-reports']")
    assert "1 parked" in page.text("//section[@aria-labelledby='tile-index']")
    jobs = page.text("//section[@aria-labelledby='jobs-title']")
    assert "failed: OSError" in jobs
    assert "never" in jobs
    assert "Database" in page.text("//section[@aria-labelledby='sizes-title']")


def test_its_charts_are_drawn_and_told_as_tables(browser, busy):
    page = get(browser("moderator"), PATH)
    assert len(page.all("//*[name()='svg'][starts-with(@class, 'chart')]")) == 3
    rows = page.texts("//section[@aria-labelledby='reports-by-reason']//tbody/tr")
    assert rows == ["Spam or advertising2", "Something else1"]
    today = page.texts("//section[@aria-labelledby='failed-sign-ins']//tbody/tr")
    assert len(today) == 30
    assert today[-1].endswith("1")
    assert not page.all("//*[@style]")
    assert page.links("CSV") == []


def test_a_parked_change_is_tried_again_from_here(browser, busy):
    client = browser("moderator")
    form = get(client, PATH).all("//form[.//button[@value='retry']]")[0]
    events = [box.get("value") for box in form.xpath(".//input[@name='event']")]
    client.post(form.get("action"), {"act": "retry", "event": events})
    assert not IndexEvent.objects.filter(is_parked=True).exists()


@pytest.mark.parametrize("who", ["member", "wrangler", "archivist"])
def test_others_have_none(browser, who):
    client = browser(who)
    assert client.get(PATH).status_code in (302, 403)
    assert "/admin/dashboard/" not in client.get("/admin/", follow=True).content.decode()


def test_the_way_there_is_on_the_index(browser):
    assert get(browser("moderator"), "/admin/").links("Dashboard") == [PATH]


def test_it_takes_few_statements_whatever_waits(browser, busy, django_assert_max_num_queries):
    client = browser("moderator")
    cache.clear()
    with django_assert_max_num_queries(14):
        client.get(PATH)
    with django_assert_max_num_queries(8):
        client.get(PATH)


def test_the_first_page_counts_what_waits_and_tells_what_oneself_did(browser, busy):
    moderator = browser("moderator")
    work = make_work("Bad Work")
    moderator.post(DESK.format(work.pk), {"act": "hide", "reason": "Advertising."})
    page = get(moderator, "/admin/")
    ways = page.texts("//ul[@class='admin-ways'][1]/li")
    assert ways[1:4] == ["Reports that wait 1", "Held imports 1", "Look-alikes 1"]
    Work.everything.filter(title="Work 1").update(deleted_at=timezone.now())
    assert "Look-alikes 0" in get(moderator, "/admin/").texts("//ul[@class='admin-ways'][1]/li")
    assert "work.hide Bad Work" in page.text("//div[@id='content-related']")
    assert "Nothing was done yet." in get(browser("wrangler"), "/admin/").text(
        "//div[@id='content-related']"
    )
