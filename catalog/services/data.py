"""What a caller may say about a work: plain data, every part optional."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final, TypeVar


class Unset(Enum):
    """The type of UNSET."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""Not mentioned: keep what is there, or take the default for a new object."""

Value = TypeVar("Value")
TagName = str | int
"""A tag by its name as typed, or by its id."""


def given(value: Value | Unset, default: Value) -> Value:
    """The value, or ``default`` when it was not mentioned."""
    return default if isinstance(value, Unset) else value


@dataclass
class ChapterData:
    """A chapter as submitted; texts are HTML or plain text, lengths are checked by the service.

    ``status`` is "draft" or "posted"; ``published_on`` the date it first appeared anywhere.
    """

    title: str | Unset = UNSET
    summary: str | Unset = UNSET
    notes: str | Unset = UNSET
    end_notes: str | Unset = UNSET
    body: str | Unset = UNSET
    status: str | Unset = UNSET
    published_on: date | Unset | None = UNSET
    position: int | Unset = UNSET


@dataclass
class SeriesPlace:
    """A place in a series, named by id or by title; ``position`` None means the next one."""

    id: int | None = None
    title: str = ""
    position: int | None = None


@dataclass
class WorkData:
    """A work as submitted.

    ``tags`` maps a kind to names or ids in their order and replaces that kind only. ``creators``
    are pen names or ids. ``expected_chapters`` None means unknown. Times are aware.
    """

    title: str | Unset = UNSET
    summary: str | Unset = UNSET
    notes: str | Unset = UNSET
    end_notes: str | Unset = UNSET
    language: str | Unset = UNSET
    restricted: bool | Unset = UNSET
    anonymous: bool | Unset = UNSET
    expected_chapters: int | Unset | None = UNSET
    creators: list[str | int] | Unset = UNSET
    tags: dict[str, list[TagName]] = field(default_factory=dict)
    series: list[SeriesPlace] | Unset = UNSET
    source_url: str | Unset = UNSET
    published_at: datetime | Unset | None = UNSET
    external_id: str | Unset = UNSET
    continues_in: str | Unset = UNSET
    chapters: list[ChapterData] = field(default_factory=list)
