"""Chapters: added, edited, moved, posted, deleted."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from archive.core.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound
from archive.core.html import SANITISER_VERSION
from archive.core.said import say
from archive.core.viewer import Viewer
from archive.core.wordcount import count_words
from catalog.events import announce_works_changed
from catalog.models import Chapter, Work
from catalog.services import limits
from catalog.services.access import PreconditionFailed, lock_own_work
from catalog.services.checking import (
    Faults,
    clean_body,
    clean_html,
    clean_past_date,
    clean_title,
)
from catalog.services.counting import recount_work, touch
from catalog.services.data import ChapterData, Unset
from catalog.services.posting import post_chapter_row


def fill_chapter(chapter: Chapter, data: ChapterData, faults: Faults) -> None:
    """Put what was submitted into a chapter row, cleaned; notes every fault."""
    if not isinstance(data.title, Unset):
        chapter.title = clean_title(faults, data.title, required=False)
    for name, limit in limits.TEXT_CHARS.items():
        source = getattr(data, name)
        if not isinstance(source, Unset):
            setattr(chapter, f"{name}_source", source)
            setattr(chapter, f"{name}_html", clean_html(faults, name, source, limit))
    if not isinstance(data.body, Unset):
        chapter.source = data.body
        chapter.html = clean_body(faults, data.body)
        chapter.word_count = count_words(chapter.html)
    elif chapter._state.adding:
        faults.add("body", "chapter.empty", say("A chapter needs text; none was given."))
    if not isinstance(data.published_on, Unset):
        chapter.published_on = clean_past_date(faults, "published_on", data.published_on)
        chapter.posted_at = None
    if not isinstance(data.status, Unset) and data.status not in ("draft", "posted"):
        faults.add(
            "status",
            "status.invalid",
            say("status is {status!r}; draft or posted is allowed.", status=data.status),
        )
    chapter.sanitiser_version = SANITISER_VERSION
    chapter.modified_at = timezone.now()


@transaction.atomic
def add_chapter(*, actor: Viewer, work_id: int, data: ChapterData) -> Chapter:
    """A new chapter, at the end or at ``data.position``; a draft unless it says posted.

    Raises NotFound, NotAllowed, InvalidInput.
    """
    work = lock_own_work(actor=actor, work_id=work_id)
    count = Chapter.everything.filter(work=work).count()
    faults = Faults()
    if count >= limits.CHAPTERS_PER_WORK:
        faults.add(
            "",
            "chapter.too_many",
            say(
                "The work has {count} chapters; at most {most} are allowed.",
                count=count,
                most=limits.CHAPTERS_PER_WORK,
            ),
        )
    chapter = Chapter(work=work, position=count + 1)
    fill_chapter(chapter, data, faults)
    faults.raise_if_any()
    if data.status == "posted":
        _refuse_in_draft(work)
        post_chapter_row(chapter)
    chapter.save()
    if not isinstance(data.position, Unset):
        _move(work, chapter, data.position)
    _finish(work)
    return chapter


@transaction.atomic
def edit_chapter(
    *, actor: Viewer, chapter_id: int, data: ChapterData, version: int | None = None
) -> Chapter:
    """Change a chapter; the work's ``updated_at`` stays, its version rises.

    Raises NotFound, NotAllowed, InvalidInput, PreconditionFailed.
    """
    work, chapter = _lock(actor, chapter_id)
    if version is not None and version != chapter.version:
        raise PreconditionFailed(
            say(
                "The chapter is at version {version}, not {given}.",
                version=chapter.version,
                given=version,
            )
        )
    faults = Faults()
    fill_chapter(chapter, data, faults)
    if data.status == "draft" and chapter.status == Chapter.Status.POSTED:
        faults.add("status", "chapter.posted", say("A posted chapter cannot become a draft again."))
    faults.raise_if_any()
    if data.status == "posted" and chapter.status == Chapter.Status.DRAFT:
        _refuse_in_draft(work)
        post_chapter_row(chapter)
    if chapter.status == Chapter.Status.POSTED and chapter.published_on is None:
        post_chapter_row(chapter)
    chapter.version += 1
    chapter.save()
    if not isinstance(data.position, Unset):
        _move(work, chapter, data.position)
    _finish(work)
    return chapter


@transaction.atomic
def post_chapter(*, actor: Viewer, chapter_id: int) -> Chapter:
    """Let readers see a draft chapter of a posted work; a posted one stays as it is."""
    work, chapter = _lock(actor, chapter_id)
    if chapter.status == Chapter.Status.POSTED:
        return chapter
    _refuse_in_draft(work)
    post_chapter_row(chapter)
    chapter.version += 1
    chapter.save()
    _finish(work)
    return chapter


@transaction.atomic
def reorder_chapters(*, actor: Viewer, work_id: int, order: Sequence[int]) -> Work:
    """Put all chapters of a work, posted and draft, into this order of ids.

    Raises InvalidInput ``chapters.order`` when it is not a permutation of them.
    """
    work = lock_own_work(actor=actor, work_id=work_id)
    present = list(
        Chapter.everything.filter(work=work).order_by("position").values_list("pk", flat=True)
    )
    if sorted(order) != sorted(present):
        detail = say(
            "order is {order}; it must name each chapter of the work once: {present}.",
            order=list(order)[:50],
            present=present,
        )
        raise InvalidInput(
            detail, code="chapters.order", errors=[FieldError("order", "chapters.order", detail)]
        )
    if list(order) != present:
        _renumber(work, order)
        _finish(work)
    return work


@transaction.atomic
def delete_chapter(*, actor: Viewer, chapter_id: int, version: int | None = None) -> Work:
    """Remove a chapter and close the gap.

    Raises Conflict for the only posted chapter of a posted work.
    """
    work, chapter = _lock(actor, chapter_id)
    if version is not None and version != chapter.version:
        raise PreconditionFailed(
            say(
                "The chapter is at version {version}, not {given}.",
                version=chapter.version,
                given=version,
            )
        )
    others = Chapter.everything.filter(work=work, status=Chapter.Status.POSTED).exclude(
        pk=chapter.pk
    )
    if work.status == Work.Status.POSTED and not others.exists():
        raise Conflict(
            say(
                "The only posted chapter of a posted work cannot be deleted; delete the work instead."
            ),
            code="chapter.last",
        )
    chapter.delete()
    rest = Chapter.everything.filter(work=work).order_by("position").values_list("pk", flat=True)
    _renumber(work, list(rest))
    _finish(work, withdrawn=chapter.status == Chapter.Status.POSTED)
    return work


def _lock(actor: Viewer, chapter_id: int) -> tuple[Work, Chapter]:
    """The work and the chapter, locked. What the actor may not read looks like what is not there."""
    missing = NotFound(
        say("There is no chapter {chapter_id}.", chapter_id=chapter_id), code="chapter.not_found"
    )
    unlocked = Chapter.everything.filter(pk=chapter_id).first()
    if unlocked is None:
        raise missing
    try:
        work = lock_own_work(actor=actor, work_id=unlocked.work_id)
    except NotFound as error:
        raise missing from error
    except NotAllowed as error:
        if not Chapter.objects.visible_to(actor).filter(pk=chapter_id).exists():
            raise missing from error
        raise
    chapter = Chapter.everything.filter(pk=chapter_id, work=work).first()
    if chapter is None:
        raise missing
    return work, chapter


def _refuse_in_draft(work: Work) -> None:
    if work.status != Work.Status.POSTED:
        raise Conflict(
            say("The work is a draft; post the work, which posts its first chapter."),
            code="work.draft",
        )


def _move(work: Work, chapter: Chapter, position: int) -> None:
    """Move a chapter; a position out of range is clamped to the first or the last."""
    order = list(
        Chapter.everything.filter(work=work)
        .exclude(pk=chapter.pk)
        .order_by("position")
        .values_list("pk", flat=True)
    )
    order.insert(min(max(position, 1), len(order) + 1) - 1, chapter.pk)
    _renumber(work, order)
    chapter.position = order.index(chapter.pk) + 1


def _renumber(work: Work, order: Sequence[int]) -> None:
    """Give the chapters the positions 1..n in this order.

    They are parked on negative positions first: SQLite checks uniqueness row by row.
    """
    rows = Chapter.everything.filter(work=work)
    present = dict(rows.values_list("pk", "position"))
    moved = {pk: place for place, pk in enumerate(order, start=1) if present[pk] != place}
    if not moved:
        return
    rows.filter(pk__in=moved).update(position=-F("position"))
    for pk, place in moved.items():
        rows.filter(pk=pk).update(position=place)


def _finish(work: Work, *, withdrawn: bool = False) -> None:
    recount_work(work)
    touch(work)
    work.save()
    announce_works_changed([work.pk], withdrawn=withdrawn)
