"""Works: created, edited, posted, deleted."""

from django.db import transaction
from django.utils import timezone

from archive.core.errors import FieldError, InvalidInput
from archive.core.html import SANITISER_VERSION
from archive.core.said import say
from archive.core.text import sort_title
from archive.core.viewer import Viewer
from catalog.events import announce_works_changed
from catalog.models import Chapter, Creator, Work
from catalog.services import limits
from catalog.services.access import is_creator, lock_own_work, require_writer
from catalog.services.chapters import fill_chapter
from catalog.services.checking import (
    Faults,
    clean_expected,
    clean_html,
    clean_language,
    clean_past,
    clean_title,
    clean_url,
)
from catalog.services.counting import recount_work, touch
from catalog.services.creators import own_pen_name, resolve_creators, set_creators
from catalog.services.data import Unset, WorkData, given
from catalog.services.filtering import refresh_works
from catalog.services.log import log_action
from catalog.services.posting import (
    missing_of,
    missing_parts,
    post_chapter_row,
    refuse_if_missing,
    set_published_at,
)
from catalog.services.series import place_work
from catalog.services.tagging import resolve_tags, set_work_tags


@transaction.atomic
def create_work(*, actor: Viewer, data: WorkData, post: bool = False, hold: bool = False) -> Work:
    """A new work with its chapters, a draft unless ``post``; ``hold`` keeps it for review.

    Raises SignInRequired, NotAllowed, and InvalidInput with every fault of every field and
    chapter; nothing is kept then.
    """
    require_writer(actor)
    faults = Faults()
    work = Work()
    if isinstance(data.title, Unset):
        data.title = ""
    _fill(work, data, faults)
    creators = _creators(actor, data, faults)
    tags = resolve_tags(data.tags, faults)
    chapters = _chapters(work, data, faults, post=post)
    if post:
        faults.errors += missing_parts(
            title=work.title or "(refused)",
            language=work.language_id or _mentioned(data.language),
            kinds={kind for kind, values in data.tags.items() if values},
            creators=len(creators) or len(given(data.creators, [])),
            chapters=len(data.chapters),
        )
    _raise(faults)
    work.held_at = timezone.now() if hold else None
    work.save()
    set_creators(work=work, creators=creators)
    _save_chapters(work, chapters)
    set_work_tags(work=work, tags=tags, faults=faults)
    place_work(actor=actor, work=work, places=given(data.series, []), faults=faults)
    if post:
        work.status = Work.Status.POSTED
        set_published_at(work)
    _finish(work, is_new=True)
    return work


@transaction.atomic
def edit_work(*, actor: Viewer, work_id: int, data: WorkData, version: int | None = None) -> Work:
    """Change the metadata of a work; chapters have their own services.

    Raises NotFound, NotAllowed, PreconditionFailed, InvalidInput with every fault.
    """
    work = lock_own_work(actor=actor, work_id=work_id, version=version)
    was_seen = (work.is_restricted, work.is_anonymous)
    faults = Faults()
    _fill(work, data, faults)
    creators = None
    if not isinstance(data.creators, Unset):
        creators = resolve_creators(actor=actor, names=data.creators, faults=faults)
    tags = resolve_tags(data.tags, faults)
    _raise(faults)
    if creators is not None:
        set_creators(work=work, creators=creators)
        _refuse_to_lose(actor, work)
    set_work_tags(work=work, tags=tags, faults=faults)
    if not isinstance(data.series, Unset):
        place_work(actor=actor, work=work, places=data.series, faults=faults)
    if work.status == Work.Status.POSTED:
        refuse_if_missing(missing_of(work))
    narrowed = (work.is_restricted and not was_seen[0]) or (work.is_anonymous and not was_seen[1])
    _finish(work, withdrawn=narrowed)
    return work


@transaction.atomic
def post_work(*, actor: Viewer, work_id: int) -> Work:
    """Let readers see a draft and its first chapter; other chapters stay drafts.

    Raises InvalidInput ``work.not_postable`` naming everything that is missing. A posted work
    stays as it is.
    """
    work = lock_own_work(actor=actor, work_id=work_id)
    if work.status == Work.Status.POSTED:
        return work
    refuse_if_missing(missing_of(work))
    chapters = Chapter.everything.filter(work=work).order_by("position")
    if not chapters.filter(status=Chapter.Status.POSTED).exists():
        first = chapters[0]
        post_chapter_row(first)
        first.save()
    work.status = Work.Status.POSTED
    set_published_at(work)
    _finish(work)
    return work


@transaction.atomic
def delete_work(
    *, actor: Viewer, work_id: int, version: int | None = None, reason: str = ""
) -> None:
    """Take a work away from everybody at once; it can be restored for 30 days by a moderator.

    Raises NotFound, NotAllowed, PreconditionFailed.
    """
    work = lock_own_work(actor=actor, work_id=work_id, version=version)
    work.deleted_at = timezone.now()
    log_action(
        actor=actor,
        verb="work.delete",
        object_kind="work",
        object_id=work.pk,
        label=work.title,
        reason=reason,
    )
    _finish(work, withdrawn=True)


def _fill(work: Work, data: WorkData, faults: Faults) -> None:
    if not isinstance(data.title, Unset):
        work.title = clean_title(faults, data.title)
    for name, limit in limits.TEXT_CHARS.items():
        source = getattr(data, name)
        if not isinstance(source, Unset):
            setattr(work, f"{name}_source", source)
            setattr(work, f"{name}_html", clean_html(faults, name, source, limit))
    if not isinstance(data.language, Unset):
        work.language_id = clean_language(faults, data.language)
    if not isinstance(data.expected_chapters, Unset):
        work.expected_chapters = clean_expected(faults, data.expected_chapters)
    if not isinstance(data.source_url, Unset):
        work.source_url = clean_url(faults, "source_url", data.source_url)
    if not isinstance(data.published_at, Unset):
        work.published_at = clean_past(faults, "published_at", data.published_at)
    work.is_restricted = given(data.restricted, work.is_restricted)
    work.is_anonymous = given(data.anonymous, work.is_anonymous)
    work.external_id = given(data.external_id, work.external_id)[:200]
    work.continues_in = given(data.continues_in, work.continues_in)[:255]
    work.sort_title = sort_title(work.title, work.language_id or "en") or work.title.casefold()
    work.sanitiser_version = SANITISER_VERSION


def _creators(actor: Viewer, data: WorkData, faults: Faults) -> list[Creator]:
    names = data.creators
    if isinstance(names, Unset):
        names = [own_pen_name(actor)]
    return resolve_creators(actor=actor, names=names, faults=faults)


def _chapters(work: Work, data: WorkData, faults: Faults, *, post: bool) -> list[Chapter]:
    if len(data.chapters) > limits.CHAPTERS_PER_WORK:
        faults.add(
            "chapters",
            "chapter.too_many",
            say(
                "{given} chapters were given; at most {most} are allowed.",
                given=len(data.chapters),
                most=limits.CHAPTERS_PER_WORK,
            ),
        )
        return []
    rows: list[Chapter] = []
    for number, chapter_data in enumerate(data.chapters):
        chapter = Chapter(work=work, position=number + 1)
        fill_chapter(chapter, chapter_data, faults.within(f"chapters[{number}]."))
        asked = given(chapter_data.status, "posted" if post else "draft")
        if asked == "posted" and post:
            if chapter.published_on is None and work.published_at is not None:
                chapter.published_on = work.published_at.date()
            post_chapter_row(chapter)
        rows.append(chapter)
    if post and rows and not any(row.status == Chapter.Status.POSTED for row in rows):
        post_chapter_row(rows[0])
    return rows


def _save_chapters(work: Work, chapters: list[Chapter]) -> None:
    for chapter in chapters:
        chapter.work = work
    Chapter.everything.bulk_create(chapters, batch_size=100)
    if work.expected_chapters is not None and chapters:
        work.expected_chapters = max(work.expected_chapters, len(chapters))


def _finish(work: Work, *, withdrawn: bool = False, is_new: bool = False) -> None:
    recount_work(work)
    if not is_new:
        touch(work)
    work.save()
    refresh_works([work.pk])
    announce_works_changed([work.pk], withdrawn=withdrawn)


def _refuse_to_lose(actor: Viewer, work: Work) -> None:
    """Nobody gives a work away by leaving its creators: that would be a way to plant works."""
    if not is_creator(actor, work):
        raise InvalidInput(
            say("You cannot remove all of your own pen names from a work."),
            code="creator.last",
            errors=[FieldError("creators", "creator.last", say("Keep one of your own pen names."))],
        )


def _mentioned(language: str | Unset) -> str | None:
    return None if isinstance(language, Unset) else language


def _raise(faults: Faults) -> None:
    missing = [error for error in faults.errors if error.code.endswith(".missing")]
    if missing and len(missing) == len(faults.errors):
        refuse_if_missing(missing)
    faults.raise_if_any()
