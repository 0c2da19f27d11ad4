"""From what the API is sent to what the services take, with every fault told at once."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from django.db import transaction

from archive.core.api.conditional import expected_version
from archive.core.api.views import ApiView
from archive.core.errors import Conflict, FieldError, InvalidInput
from archive.core.parameters import raise_faults
from archive.core.viewer import Viewer
from catalog.api.serializers.writing import ChapterIn, SeriesIn, WorkIn
from catalog.models import Chapter, Series, Work
from catalog.services.data import UNSET, ChapterData, SeriesPlace, WorkData
from catalog.services.series import SeriesData
from catalog.services.works import create_work, edit_work, post_work

_KINDS = {
    "warnings": "warning",
    "categories": "category",
    "fandoms": "fandom",
    "relationships": "relationship",
    "characters": "character",
    "freeforms": "freeform",
}
Result = TypeVar("Result")
_PLAIN = {item.name for item in fields(WorkData)} - {"tags", "series", "chapters"}


@dataclass
class Sent:
    """What was sent: the ``data`` for a service, the ``status`` asked for, faults of shape."""

    data: Any
    status: str = ""
    faults: list[FieldError] = field(default_factory=list)


class _OnlyLooking(Exception):
    """Takes back what a service did that was run for its faults alone."""


def read_work(body: Any, *, is_new: bool = True) -> Sent:
    """A work as sent. Chapters come with a new work only."""
    faults: list[FieldError] = []
    values = WorkIn().read(body, faults)
    data = WorkData(**{name: value for name, value in values.items() if name in _PLAIN})
    data.tags = {kind: values[name] for name, kind in _KINDS.items() if name in values}
    if "rating" in values:
        data.tags["rating"] = [] if values["rating"] is None else [values["rating"]]
    if "series" in values:
        data.series = [
            SeriesPlace(place.get("id"), place.get("title", ""), place.get("position"))
            for place in values["series"]
        ]
    data.chapters = [ChapterData(**chapter) for chapter in values.get("chapters", [])]
    if not is_new and "chapters" in values:
        faults.append(
            FieldError(
                "chapters",
                "field.unknown",
                "Chapters of a work are changed at /api/v1/chapters/{id}/ and added at "
                "/api/v1/works/{id}/chapters/.",
            )
        )
    return Sent(data, values.get("status", ""), faults)


def read_chapter(body: Any) -> Sent:
    """A chapter as sent."""
    faults: list[FieldError] = []
    values = ChapterIn().read(body, faults)
    return Sent(ChapterData(**values), values.get("status", ""), faults)


def read_series(body: Any) -> Sent:
    """A series as sent."""
    faults: list[FieldError] = []
    return Sent(SeriesData(**SeriesIn().read(body, faults)), "", faults)


def save_new_work(actor: Viewer, sent: Sent) -> Work:
    """A new work. Raises InvalidInput with the faults of shape and of meaning together."""

    def act() -> Work:
        return create_work(actor=actor, data=sent.data, post=sent.status == "posted")

    return save(sent, act)


@transaction.atomic
def save_work(actor: Viewer, pk: int, sent: Sent, version: int | None) -> Work:
    """A changed work, posted where ``status`` says so."""

    def act() -> Work:
        work = edit_work(actor=actor, work_id=pk, data=sent.data, version=version)
        if sent.status == "posted":
            return post_work(actor=actor, work_id=pk)
        if sent.status == "draft" and work.status == Work.Status.POSTED:
            raise Conflict("A posted work cannot become a draft again.", code="work.posted")
        return work

    return save(sent, act)


def save(sent: Sent, act: Callable[[], Result]) -> Result:
    """The result of ``act``; where the shape is wrong, all faults and no change.

    With faults of shape ``act`` still runs, to find the faults of meaning in the rest, and is
    taken back.
    """
    if not sent.faults:
        return act()
    faults = list(sent.faults)
    named = {fault.field for fault in faults}
    try:
        with transaction.atomic():
            act()
            raise _OnlyLooking
    except _OnlyLooking:
        pass
    except InvalidInput as error:
        faults += [fault for fault in error.errors if not _is_told(fault.field, named)]
    raise_faults(faults)
    raise AssertionError("There were faults.")


def expect(view: ApiView, pk: int) -> int | None:
    """The version of a work that ``If-Match`` insists on, None for any."""
    rows = Work.objects.visible_to(view.viewer).filter(pk=pk).values_list("version", flat=True)
    return expected_version(view.http, "work", pk, rows.first)


def expect_chapter(view: ApiView, pk: int) -> int | None:
    """The version of a chapter that ``If-Match`` insists on, None for any."""
    rows = Chapter.objects.visible_to(view.viewer).filter(pk=pk).values_list("version", flat=True)
    return expected_version(view.http, "chapter", pk, rows.first)


def expect_series(view: ApiView, pk: int) -> int | None:
    """The version of a series that ``If-Match`` insists on, None for any."""
    rows = Series.objects.filter(pk=pk).values_list("version", flat=True)
    return expected_version(view.http, "series", pk, rows.first)


def _is_told(path: str, named: set[str]) -> bool:
    """Whether a fault of shape lies at or inside this field already."""
    return any(name == path or name.startswith((f"{path}[", f"{path}.")) for name in named)


__all__ = [
    "UNSET",
    "Sent",
    "expect",
    "expect_chapter",
    "expect_series",
    "read_chapter",
    "read_series",
    "read_work",
    "save",
    "save_new_work",
    "save_work",
]
