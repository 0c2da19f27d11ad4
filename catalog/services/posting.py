"""What a work needs before readers may see it, and the moment when they may."""

from datetime import UTC, datetime

from django.utils import timezone

from archive.core.errors import FieldError, InvalidInput
from archive.core.said import listed, say
from catalog.models import Chapter, Work, WorkTag
from catalog.services.counting import noon_of

_NEEDED_KINDS = {
    "fandom": ("fandoms", say("at least one fandom")),
    "rating": ("rating", say("a rating")),
    "warning": (
        "warnings",
        say(
            "at least one content warning, even if it says that none applies or that none was chosen"
        ),
    ),
}


def missing_parts(
    *, title: str, language: str | None, kinds: set[str], creators: int, chapters: int
) -> list[FieldError]:
    """What keeps a work from being posted, each with the field that it is missing from."""
    wanted: list[tuple[str, str]] = []
    if not title:
        wanted.append(("title", say("a title")))
    if not language:
        wanted.append(("language", say("a language")))
    wanted += [need for kind, need in _NEEDED_KINDS.items() if kind not in kinds]
    if not creators:
        wanted.append(("creators", say("at least one creator")))
    if not chapters:
        wanted.append(("chapters", say("a chapter with text")))
    return [
        FieldError(field, f"{field}.missing", say("To be posted a work needs {what}.", what=what))
        for field, what in wanted
    ]


def missing_of(work: Work) -> list[FieldError]:
    """What keeps this saved work from being posted; empty when nothing does."""
    return missing_parts(
        title=work.title,
        language=work.language_id,
        kinds=set(WorkTag.objects.filter(work=work).values_list("tag__kind", flat=True)),
        creators=work.creatorships.count(),
        chapters=Chapter.everything.filter(work=work).count(),
    )


_WORDS = {
    "title": say("title"),
    "language": say("language"),
    "fandoms": say("fandoms"),
    "rating": say("rating"),
    "warnings": say("warnings"),
    "creators": say("creators"),
    "chapters": say("chapters"),
}


def refuse_if_missing(errors: list[FieldError]) -> None:
    """Raise InvalidInput ``work.not_postable`` when something is missing."""
    if errors:
        what = listed(_WORDS.get(error.field, error.field) for error in errors)
        raise InvalidInput(
            say("The work cannot be posted yet; missing: {what}.", what=what),
            code="work.not_postable",
            errors=errors,
        )


def post_chapter_row(chapter: Chapter) -> None:
    """Make an unsaved or saved chapter a posted one; without a date it appears now."""
    chapter.status = Chapter.Status.POSTED
    if chapter.published_on is None:
        chapter.posted_at = timezone.now()
        chapter.published_on = datetime.now(UTC).date()


def set_published_at(work: Work) -> None:
    """Give a work that is being posted its date: the given one, or its first chapter's."""
    if work.published_at is not None:
        return
    first = (
        Chapter.everything.filter(work=work, status=Chapter.Status.POSTED)
        .order_by("published_on", "posted_at")
        .first()
    )
    if first is None or first.published_on is None or first.posted_at is not None:
        work.published_at = timezone.now()
    else:
        work.published_at = noon_of(first.published_on)
