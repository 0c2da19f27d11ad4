"""Acts of moderators on works."""

import pytest
import time_machine

from archive.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, SignInRequired
from archive.core.viewer import ANONYMOUS
from catalog.models import ActionLog, Tag, Work, WorkTag
from catalog.services import moderation
from search.models import IndexEvent
from tests.factories import make_work

pytestmark = pytest.mark.django_db


def test_hidden_work_leaves_every_list_and_count_and_comes_back(moderator):
    work = make_work()
    fandom = Tag.objects.get(kind="fandom")
    assert fandom.works_count == 1
    moderation.hide_work(actor=moderator, work_id=work.pk, reason="Plagiarised.")
    fandom.refresh_from_db()
    assert fandom.works_count == 0
    assert not Work.objects.listed_to(moderator).exists()
    assert IndexEvent.objects.filter(object_id=work.pk, is_withdrawal=True).exists()
    moderation.restore_work(actor=moderator, work_id=work.pk, reason="A mistake.")
    fandom.refresh_from_db()
    assert fandom.works_count == 1
    assert Work.objects.listed_to(ANONYMOUS).count() == 1
    verbs = ActionLog.objects.order_by("pk").values_list("verb", "reason", "actor_name")
    assert list(verbs) == [
        ("work.hide", "Plagiarised.", "moderator"),
        ("work.restore", "A mistake.", "moderator"),
    ]


def test_correction_replaces_and_logs_the_creators_words(moderator):
    work = make_work(tags={"freeform": ["wrong"]})
    moderation.correct_work(
        actor=moderator,
        work_id=work.pk,
        reason="The warning was missing.",
        tags={"warning": ["Major Character Death"], "rating": ["Mature"]},
        language="de",
    )
    work.refresh_from_db()
    names = set(WorkTag.objects.filter(work=work).values_list("name", flat=True))
    assert {"Major Character Death", "Mature", "wrong"} <= names
    assert work.language_id == "de"
    row = ActionLog.objects.get()
    assert row.before["warning"] == ["No Archive Warnings Apply"]
    assert row.before["language"] == "en"
    assert row.after["rating"] == ["Mature"]


def test_correction_cannot_leave_a_work_without_what_it_needs(moderator):
    work = make_work()
    for tags in ({"warning": []}, {"rating": ["Nonsense"]}, {}):
        with pytest.raises(InvalidInput):
            moderation.correct_work(actor=moderator, work_id=work.pk, reason="x", tags=tags)
    assert not ActionLog.objects.exists()


def test_reason_role_and_state_are_required(moderator, member, wrangler):
    work = make_work()
    with pytest.raises(InvalidInput):
        moderation.hide_work(actor=moderator, work_id=work.pk, reason="  ")
    for actor in (member, wrangler):
        with pytest.raises(NotAllowed):
            moderation.hide_work(actor=actor, work_id=work.pk, reason="x")
    with pytest.raises(SignInRequired):
        moderation.hide_work(actor=ANONYMOUS, work_id=work.pk, reason="x")
    draft = make_work(status="draft")
    with pytest.raises(NotFound):
        moderation.hide_work(actor=moderator, work_id=draft.pk, reason="x")
    with pytest.raises(Conflict):
        moderation.restore_work(actor=moderator, work_id=work.pk, reason="x")


def test_deleted_work_can_be_brought_back_for_thirty_days(moderator):
    with time_machine.travel("2026-01-01T12:00:00Z", tick=False):
        work = make_work()
        other = make_work()
        moderation.delete_work(actor=moderator, work_id=work.pk, reason="Spam.")
        moderation.delete_work(actor=moderator, work_id=other.pk, reason="Spam.")
    with time_machine.travel("2026-01-30T12:00:00Z", tick=False):
        moderation.undelete_work(actor=moderator, work_id=work.pk, reason="It was not.")
    with (
        time_machine.travel("2026-02-01T12:00:00Z", tick=False),
        pytest.raises(Conflict),
    ):
        moderation.undelete_work(actor=moderator, work_id=other.pk, reason="It was not.")
    assert list(Work.objects.listed_to(ANONYMOUS)) == [work]


def test_lock_and_approval(moderator):
    work = make_work()
    Work.everything.filter(pk=work.pk).update(held_at=work.updated_at)
    assert not Work.objects.listed_to(moderator).exists()
    moderation.approve_work(actor=moderator, work_id=work.pk, reason="Fine.")
    assert Work.objects.listed_to(ANONYMOUS).exists()
    assert moderation.lock_work(actor=moderator, work_id=work.pk, reason="Dispute.").locked_at
    unlocked = moderation.unlock_work(actor=moderator, work_id=work.pk, reason="Settled.")
    assert unlocked.locked_at is None
