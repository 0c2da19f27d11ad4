"""Tells accounts what moderators did to their works, on their notices page and by mail."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from archive.accounts.models import User
from archive.core.errors import SignInRequired
from archive.core.mail import send_later
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Creator, Notice, Work

SENTENCES = {
    "work.hide": gettext_noop("A moderator has hidden your work “{label}”. You can still read it."),
    "work.restore": gettext_noop("Your work “{label}” is visible to its readers again."),
    "work.lock": gettext_noop("A moderator has locked your work “{label}” against changes."),
    "work.unlock": gettext_noop("You can change your work “{label}” again."),
    "work.approve": gettext_noop("Your work “{label}” was reviewed, and readers see it now."),
    "work.refuse": gettext_noop("Your work “{label}” was reviewed and not taken in."),
    "work.correct": gettext_noop(
        "A moderator has corrected the tags or the language of your work “{label}”."
    ),
    "work.delete": gettext_noop(
        "A moderator has deleted your work “{label}”. Within 30 days it can be restored."
    ),
    "work.undelete": gettext_noop("Your work “{label}” was deleted, and is restored."),
    "account.suspend": gettext_noop("Your account {label} is suspended."),
    "account.reinstate": gettext_noop("Your account {label} is open again."),
}


def notice_text(notice: Notice) -> str:
    """What happened, in a sentence of the reader's language."""
    sentence = SENTENCES.get(notice.verb)
    if sentence is None:
        return f"{notice.verb}: {notice.object_label}"
    return gettext(sentence).format(label=notice.object_label)


@transaction.atomic
def notify_creators(*, work: Work, verb: str, reason: str) -> list[Notice]:
    """Tell each account behind the byline of a work; other people are told nothing."""
    owners = Creator.objects.filter(creatorships__work=work, user__isnull=False)
    users = User.objects.filter(pk__in=owners.values("user_id")).order_by("pk")
    return [
        notify(user=user, verb=verb, kind="work", pk=work.pk, label=work.title, reason=reason)
        for user in users
    ]


@transaction.atomic
def notify(*, user: User, verb: str, kind: str, pk: int, label: str, reason: str) -> Notice:
    """Keep a notice for one account, and mail it in its language where an address is known."""
    notice = Notice.objects.create(
        user=user,
        verb=verb,
        object_kind=kind,
        object_id=pk,
        object_label=label[:255],
        reason=reason,
    )
    with override(user.language or settings.LANGUAGE_CODE):
        text = notice_text(notice)
        lines = [text, ""]
        if reason:
            lines += [gettext("Reason: {}").format(reason), ""]
        if kind == "work" and verb not in ("work.delete", "work.refuse"):
            lines += [f"{settings.BASE_URL}/works/{pk}/", ""]
        lines.append(gettext("All notices: {}").format(f"{settings.BASE_URL}/account/notices/"))
    send_later(to=user.email, subject=text, text="\n".join(lines))
    return notice


@transaction.atomic
def mark_notices_read(*, actor: Viewer) -> int:
    """Note that somebody has seen their notices; how many were new. Raises SignInRequired."""
    if actor.user_id is None:
        raise SignInRequired(say("Sign in to see your notices."))
    rows = Notice.objects.filter(user_id=actor.user_id, read_at=None)
    return rows.update(read_at=timezone.now())
