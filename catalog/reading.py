"""One work, chapter or series for a viewer: found, or refused in the same way for everybody."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from archive.core.errors import NotFound, SignInRequired
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Chapter, Creator, Series, Work
from catalog.visibility import acts_as_creator, live_q


@dataclass(frozen=True)
class Byline:
    """A name to show; ``id`` is None for Anonymous."""

    id: int | None
    name: str


ANONYMOUS_BYLINE = Byline(None, "Anonymous")


def get_work(work_id: int, viewer: Viewer, *, for_blurb: bool = True) -> Work:
    """The work with everything a page of it shows.

    Raises SignInRequired for a work that members alone may see, NotFound for any other that the
    viewer may not know of, whether it exists or not.
    """
    rows = Work.objects.visible_to(viewer).filter(pk=work_id)
    work = (rows.for_blurb() if for_blurb else rows).first()
    if work is None:
        _refuse(work_id, viewer)
        raise NotFound(say("There is no work {work_id}.", work_id=work_id), code="work.not_found")
    return work


def chapters_of(work: Work, viewer: Viewer, *, with_text: bool = False) -> list[Chapter]:
    """The chapters that this viewer may read, in order; texts are left out unless asked for."""
    rows = Chapter.objects.visible_to(viewer).filter(work=work).order_by("position")
    return list(rows if with_text else rows.defer(*TEXT_FIELDS))


TEXT_FIELDS = (
    "source",
    "html",
    "notes_source",
    "notes_html",
    "end_notes_source",
    "end_notes_html",
    "summary_source",
)


def get_chapter(chapter_id: int, viewer: Viewer) -> Chapter:
    """A chapter by its id, with its work. Raises SignInRequired, NotFound."""
    rows = Chapter.objects.visible_to(viewer).select_related("work__language")
    chapter = rows.filter(pk=chapter_id).first()
    if chapter is None:
        posted = Chapter.everything.filter(pk=chapter_id, status="posted")
        _refuse_chapter(posted.values_list("work_id", flat=True).first(), viewer)
        raise NotFound(
            say("There is no chapter {chapter_id}.", chapter_id=chapter_id),
            code="chapter.not_found",
        )
    return chapter


def get_chapter_at(work: Work, position: int, viewer: Viewer) -> Chapter:
    """The chapter at a position of a work that the viewer may see. Raises NotFound."""
    rows = Chapter.objects.visible_to(viewer).filter(work=work, position=position)
    chapter = rows.first()
    if chapter is None:
        raise NotFound(
            say(
                "The work {pk} has no chapter at position {position}.",
                pk=work.pk,
                position=position,
            ),
            code="chapter.not_found",
        )
    return chapter


def get_series(series_id: int, viewer: Viewer) -> Series:
    """A series with ``works_count`` and ``words_count`` as this viewer may see them.

    A series that shows guests nothing, because its works are for members, raises SignInRequired.
    """
    series = Series.objects.filter(pk=series_id).first()
    if series is None:
        raise NotFound(
            say("There is no series {series_id}.", series_id=series_id), code="series.not_found"
        )
    works = Work.objects.filter(series_entries__series=series)
    seen = works.visible_to(viewer)
    if not seen.exists():
        if viewer.is_anonymous and works.filter(live_q(), is_restricted=True).exists():
            raise SignInRequired(say("The works of this series are for members; sign in."))
        if works.exists():
            raise NotFound(
                say("There is no series {series_id}.", series_id=series_id), code="series.not_found"
            )
    return series


def series_numbers(series: Series, viewer: Viewer) -> tuple[int, int]:
    """How many works and words of a series this viewer may see in lists."""
    rows = Work.objects.listed_to(viewer).filter(series_entries__series=series)
    sums = rows.aggregate(works=Count("pk"), words=Sum("word_count"))
    return sums["works"], sums["words"] or 0


def series_works(series: Series, viewer: Viewer) -> list[Work]:
    """The works of a series in their order, as far as the viewer may see them in lists."""
    rows = Work.objects.listed_to(viewer).filter(series_entries__series=series)
    return list(
        rows.annotate(place=F("series_entries__position")).order_by("place", "pk").for_blurb()
    )


def get_creator(creator_id: int) -> Creator:
    """A creator. Raises NotFound."""
    creator = Creator.objects.filter(pk=creator_id).first()
    if creator is None:
        raise NotFound(
            say("There is no creator {creator_id}.", creator_id=creator_id),
            code="creator.not_found",
        )
    return creator


def visible_creators(viewer: Viewer):  # type: ignore[no-untyped-def]  # an annotated queryset
    """Creators with ``works_count``: works under their name that lists show this viewer."""
    listed = live_q("works__") & Q(works__is_anonymous=False)
    if viewer.is_anonymous:
        listed &= Q(works__is_restricted=False)
    return Creator.objects.annotate(works_count=Count("works", filter=listed, distinct=True))


def byline_of(work: Work, viewer: Viewer) -> list[Byline]:
    """The names shown to this viewer, of a work that was fetched with its ``makers``.

    An anonymous work keeps its names from everybody but its creators and moderators.
    """
    if work.is_anonymous and not viewer.is_moderator:
        owners = [maker.user_id for maker in work.makers]
        if viewer.is_anonymous or not acts_as_creator(viewer, owners):
            return [ANONYMOUS_BYLINE]
    return [Byline(maker.id, maker.name) for maker in work.makers]


def may_edit(work: Work, viewer: Viewer) -> bool:
    """Whether the viewer acts as a creator for this work, which was fetched with its ``makers``."""
    return acts_as_creator(viewer, [maker.user_id for maker in work.makers])


def _refuse(work_id: int, viewer: Viewer) -> None:
    restricted = Work.everything.filter(live_q(), pk=work_id, is_restricted=True)
    if viewer.is_anonymous and restricted.exists():
        raise SignInRequired(say("This work is for members; sign in, or send an API key."))


def _refuse_chapter(work_id: int | None, viewer: Viewer) -> None:
    if work_id is not None:
        _refuse(work_id, viewer)


__all__ = [
    "Byline",
    "byline_of",
    "chapters_of",
    "get_chapter",
    "get_chapter_at",
    "get_creator",
    "get_series",
    "get_work",
    "may_edit",
    "series_numbers",
    "series_works",
    "visible_creators",
]
