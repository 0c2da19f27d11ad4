"""Reports: filed by anybody, worked on by moderators."""

import pytest

from archive.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from archive.core.viewer import ANONYMOUS
from catalog.models import ActionLog, Report
from catalog.report_targets import Target, target_of_url
from catalog.services import reports
from tests.factories import make_creator, make_tag, make_work

pytestmark = pytest.mark.django_db


def filed(actor=ANONYMOUS, **values):
    """A report with defaults."""
    values.setdefault("reason", "spam")
    if "target" not in values:
        values["target"] = Target("work", make_work().pk)
    return reports.file_report(actor=actor, **values)


def test_anybody_reports_what_they_can_see(member):
    creator, tag = make_creator(), make_tag("freeform")
    work = make_work("Bad one", creators=[creator])
    report = filed(target=Target("work", work.pk), text=" It is. ", email="a@example.org")
    assert (report.state, report.target_label, report.text) == ("open", "Bad one", "It is.")
    for kind, pk in (("creator", creator.pk), ("tag", tag.pk)):
        assert filed(member, target=Target(kind, pk)).reporter_id == member.user_id


def test_what_cannot_be_seen_cannot_be_reported(member):
    restricted, draft = make_work(is_restricted=True), make_work(status="draft")
    with pytest.raises(NotFound):
        filed(target=Target("work", restricted.pk))
    assert filed(member, target=Target("work", restricted.pk)).pk
    for target in (Target("work", draft.pk), Target("chapter", 99), Target("tag", 99)):
        with pytest.raises(NotFound):
            filed(member, target=target)


def test_all_faults_are_told_at_once():
    with pytest.raises(InvalidInput) as error:
        filed(target=Target("planet", 1), reason="dull", text="x" * 6_000, email="nobody")
    assert {e.field for e in error.value.errors} == {"target", "reason", "text", "email"}
    assert not Report.objects.exists()


def test_addresses_of_this_site_are_understood():
    work = make_work()
    assert target_of_url(f"http://127.0.0.1:8000/works/{work.pk}/") == Target("work", work.pk)
    assert target_of_url("/tags/7-some-tag/") == Target("tag", 7)
    assert target_of_url("/api/v1/fandoms/7/") == Target("tag", 7)
    assert target_of_url("/api/v1/chapters/7/") == Target("chapter", 7)
    foreign = ("https://elsewhere.example/works/1/", "http://[/works/1/", "http://[x]/works/1/")
    for url in (*foreign, "/nowhere/", "/works/", "x:\\", ""):
        with pytest.raises(InvalidInput):
            target_of_url(url)


def test_floods_are_refused(member):
    work = make_work()
    for _ in range(5):
        filed(target=Target("work", work.pk))
    with pytest.raises(TooMany) as error:
        filed(member, target=Target("work", work.pk))
    assert error.value.code == "report.enough"
    for _ in range(10):
        filed(address="192.0.2.1")
    with pytest.raises(TooMany):
        filed(address="192.0.2.1")
    assert filed(address="192.0.2.2").address != "192.0.2.2"


def test_a_report_is_assigned_closed_and_opened_again(moderator, member):
    report = filed()
    assigned = reports.assign_report(actor=moderator, report_id=report.pk, to="moderator")
    assert (assigned.state, assigned.assignee_id) == ("in_progress", moderator.user_id)
    closed = reports.resolve_report(
        actor=moderator, report_id=report.pk, outcome="hidden", note="It was spam."
    )
    assert (closed.state, closed.outcome, closed.closed_at is not None) == (
        "resolved",
        "hidden",
        True,
    )
    with pytest.raises(Conflict):
        reports.dismiss_report(actor=moderator, report_id=report.pk)
    assert reports.reopen_report(actor=moderator, report_id=report.pk).closed_at is None
    assert reports.dismiss_report(actor=moderator, report_id=report.pk).state == "dismissed"
    assert ActionLog.objects.filter(object_kind="report").count() == 4
    for act in (reports.dismiss_report, reports.reopen_report):
        with pytest.raises(NotAllowed):
            act(actor=member, report_id=report.pk)
    reports.reopen_report(actor=moderator, report_id=report.pk)
    with pytest.raises(InvalidInput):
        reports.assign_report(actor=moderator, report_id=report.pk, to="member")
