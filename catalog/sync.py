"""Reading the ledger of changes: what somebody who mirrors the catalogue has missed."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from archive.core.errors import FieldError, InvalidInput
from archive.core.viewer import Viewer
from catalog.models import SyncEpoch, Work, WorkChange

_CURSOR = re.compile(r"\A(?P<epoch>[0-9a-f]{8})\.(?P<number>\d{1,18})\Z")
BEGINNING = "0"
NOW = "now"


@dataclass(frozen=True)
class Change:
    """A work to fetch again, or to forget; what is gone has neither version nor time."""

    work_id: int
    version: int | None = None
    updated_at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the viewer no longer finds the work in lists."""
        return self.version is None


@dataclass(frozen=True)
class Changes:
    """Changes in their order. ``reset``: the cursor was of another epoch, so begin with nothing."""

    changes: list[Change]
    cursor: str
    more: bool
    reset: bool


def parse_cursor(text: str) -> tuple[str, int]:
    """Epoch and number of a cursor; ("", 0) for the beginning. Raises InvalidInput."""
    if text in ("", BEGINNING):
        return "", 0
    match = _CURSOR.match(text)
    if match is None:
        detail = f"since is {text[:40]!r}; send the `cursor` of an earlier answer, as it was."
        raise InvalidInput(
            detail,
            code="cursor.invalid",
            errors=[FieldError("since", "cursor.invalid", detail)],
        )
    return match["epoch"], int(match["number"])


def changes_since(text: str, viewer: Viewer, *, epoch: SyncEpoch, size: int) -> Changes:
    """At most ``size`` changes after a cursor, as this viewer may know of them; none after now.

    What is told is what lists show: a work that became a draft, hidden or restricted is gone for
    those who no longer see it there. Raises InvalidInput for what is no cursor.
    """
    if text == NOW:
        return Changes([], cursor_of_now(epoch), more=False, reset=False)
    asked_epoch, number = parse_cursor(text)
    is_other = bool(asked_epoch) and (asked_epoch != epoch.token or number > _last_number())
    if is_other:
        number = 0
    audience = WorkChange.Audience.PUBLIC if viewer.is_anonymous else WorkChange.Audience.MEMBERS
    rows = WorkChange.objects.filter(audience=audience, number__gt=number).order_by("number")
    found = list(rows[: size + 1])
    told = found[:size]
    works = Work.objects.listed_to(viewer).filter(pk__in=[row.work_id for row in told])
    listed = {
        pk: Change(pk, version, updated_at)
        for pk, version, updated_at in works.values_list("pk", "version", "updated_at")
    }
    changes = [
        listed[row.work_id] if row.is_listed and row.work_id in listed else Change(row.work_id)
        for row in told
    ]
    last = told[-1].number if told else number
    return Changes(changes, f"{epoch.token}.{last}", more=len(found) > size, reset=is_other)


def cursor_of_now(epoch: SyncEpoch) -> str:
    """The cursor behind every change that is numbered by now."""
    return f"{epoch.token}.{_last_number()}"


def _last_number() -> int:
    return WorkChange.objects.aggregate(last=Max("number"))["last"] or 0
