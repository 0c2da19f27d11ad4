"""What creators and reporters are told, and who is told nothing."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from archive.accounts.viewers import viewer_of
from archive.core.errors import SignInRequired
from archive.core.viewer import ANONYMOUS
from catalog.models import ActionLog, Notice
from catalog.report_targets import Target
from catalog.services import moderation
from catalog.services.notices import mark_notices_read, notice_text
from catalog.services.reports import dismiss_report, file_report, resolve_report
from tests.factories import make_creator, make_user, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned():
    users = [make_user("ada", email="ada@example.org"), make_user("bob")]
    pens = [make_creator("Ada", user=users[0]), make_creator("Ada too", user=users[0])]
    pens += [make_creator("Bob", user=users[1]), make_creator("Nobody's pen")]
    return make_work("Borrowed Violin", creators=pens)


@pytest.mark.parametrize(
    ("act", "before", "verb"),
    [
        (moderation.hide_work, {}, "work.hide"),
        (moderation.restore_work, {"hidden_at": "now"}, "work.restore"),
        (moderation.lock_work, {}, "work.lock"),
        (moderation.unlock_work, {"locked_at": "now"}, "work.unlock"),
        (moderation.approve_work, {"held_at": "now"}, "work.approve"),
        (moderation.refuse_work, {"held_at": "now"}, "work.refuse"),
        (moderation.delete_work, {}, "work.delete"),
        (moderation.undelete_work, {"deleted_at": "now"}, "work.undelete"),
    ],
)
def test_each_act_tells_each_account_once_and_mails_where_it_can(
    owned, act, before, verb, django_capture_on_commit_callbacks
):
    moderator = viewer_with_roles("sally", "moderators")
    for name in before:
        setattr(owned, name, timezone.now())
    owned.save()
    with django_capture_on_commit_callbacks(execute=True):
        act(actor=moderator, work_id=owned.pk, reason=" Copied. ")
    notices = list(Notice.objects.order_by("user__username"))
    assert [(row.user.username, row.verb, row.reason) for row in notices] == [
        ("ada", verb, "Copied."),
        ("bob", verb, "Copied."),
    ]
    assert "Borrowed Violin" in notice_text(notices[0])
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert "Reason: Copied." in mail.outbox[0].body
    assert "sally" not in mail.outbox[0].body
    row = ActionLog.objects.get(verb=verb)
    assert row.before["state"] != row.after["state"]


def test_a_correction_is_told_and_logged_with_both_sides(owned, moderator):
    moderation.correct_work(
        actor=moderator,
        work_id=owned.pk,
        reason="Chapter 1 shows it.",
        tags={"warning": ["Major Character Death"]},
    )
    row = ActionLog.objects.get(verb="work.correct")
    assert row.before["warning"] == ["No Archive Warnings Apply"]
    assert row.after["warning"] == ["Major Character Death"]
    assert Notice.objects.filter(verb="work.correct").count() == 2


def test_a_mail_server_that_is_away_keeps_nobody_from_anything(
    owned, moderator, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def refuse(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        moderation.hide_work(actor=moderator, work_id=owned.pk, reason="Copied.")
    owned.refresh_from_db()
    assert owned.hidden_at
    assert "could not be sent" in caplog.text


def test_a_title_cannot_write_headers_of_a_mail(moderator, django_capture_on_commit_callbacks):
    pen = make_creator("Ada", user=make_user("ada", email="ada@example.org"))
    work = make_work("Title\nBcc: all@example.org", creators=[pen])
    with django_capture_on_commit_callbacks(execute=True):
        moderation.hide_work(actor=moderator, work_id=work.pk, reason="x")
    assert mail.outbox[0].recipients() == ["ada@example.org"]
    assert "\n" not in mail.outbox[0].subject


def test_notices_are_read_by_their_owner(owned, moderator, member):
    moderation.hide_work(actor=moderator, work_id=owned.pk, reason="x")
    assert mark_notices_read(actor=member) == 0
    assert Notice.objects.filter(read_at=None).count() == 2
    with pytest.raises(SignInRequired):
        mark_notices_read(actor=ANONYMOUS)


def test_a_guest_is_told_that_a_report_came_in_and_what_became_of_it(
    owned, moderator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        report = file_report(
            actor=ANONYMOUS,
            target=Target("work", owned.pk),
            reason="spam",
            text="Buy now",
            email="guest@example.org",
        )
    with django_capture_on_commit_callbacks(execute=True):
        resolve_report(actor=moderator, report_id=report.pk, outcome="hidden", note="our secret")
    first, second = mail.outbox
    assert first.to == second.to == ["guest@example.org"]
    assert "came in" in first.body
    assert "What was done: hidden" in second.body
    assert "our secret" not in second.body
    assert "Buy now" not in first.body + second.body


def test_a_member_is_told_under_the_address_of_the_account(
    owned, moderator, django_capture_on_commit_callbacks
):
    reporter = viewer_of(make_user("eve", email="eve@example.org"))
    with django_capture_on_commit_callbacks(execute=True):
        report = file_report(actor=reporter, target=Target("work", owned.pk), reason="spam")
        dismiss_report(actor=moderator, report_id=report.pk)
    assert [message.to[0] for message in mail.outbox] == ["eve@example.org"] * 2
    assert "nothing has to be done" in mail.outbox[1].body


def test_without_an_address_nothing_is_sent(owned, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file_report(actor=ANONYMOUS, target=Target("work", owned.pk), reason="spam")
    assert mail.outbox == []
