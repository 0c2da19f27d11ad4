"""How the rows of an archive are written as JSON objects and read again; docs/archive-format.md."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from archive.core.errors import InvalidInput
from archive.core.html import sanitise

FORMAT = "undercroft-archive"
VERSION = 1
FILES = ("languages", "tags", "creators", "series", "works")
HTML_CHARS = 50_000_000
Row = dict[str, Any]


class ArchiveBroken(InvalidInput):
    """A file of an export is not what the format says; the detail names file and line."""

    default_code = "archive.broken"


@dataclass(frozen=True)
class Key:
    """A key of an object with the attribute of the row and the type of its value."""

    name: str
    attribute: str
    type: str = "text"


def _keys(*pairs: str) -> tuple[Key, ...]:
    """Keys from texts such as ``complete:is_complete:flag``."""
    keys = []
    for pair in pairs:
        name, attribute, kind = (*pair.split(":"), "", "")[:3]
        keys.append(Key(name, attribute or name, kind or "text"))
    return tuple(keys)


LANGUAGE = _keys("code", "name", "native_name", "direction", "stemmer", "aliases::list")
TAG = _keys(
    "kind",
    "name",
    "canonical:is_canonical:flag",
    "unwrangleable:is_unwrangleable:flag",
    "adult:is_adult:flag",
    "position::int",
    "description_html::html",
    "created_at::time",
    "version::int",
)
CREATOR = _keys("id::int", "name", "profile_html::html", "profile_source", "created_at::time")
SERIES = _keys(
    "id::int",
    "title",
    "summary_html::html",
    "summary_source",
    "notes_html::html",
    "notes_source",
    "complete:is_complete:flag",
    "created_at::time",
    "updated_at::time",
    "version::int",
)
WORK = _keys(
    "id::int",
    "uuid::uuid",
    "title",
    "status",
    "language:language_id",
    "restricted:is_restricted:flag",
    "anonymous:is_anonymous:flag",
    "hidden_at::time",
    "hidden_reason",
    "held_at::time",
    "locked_at::time",
    "deleted_at::time",
    "summary_html::html",
    "summary_source",
    "notes_html::html",
    "notes_source",
    "end_notes_html::html",
    "end_notes_source",
    "expected_chapters::int",
    "continues_in",
    "source_url",
    "external_id",
    "import_key",
    "import_digest",
    "published_at::time",
    "updated_at::time",
    "created_at::time",
    "modified_at::time",
    "version::int",
    "kudos_count::int",
    "comments_count::int",
    "bookmarks_count::int",
    "hits_count::int",
)
CHAPTER = _keys(
    "id::int",
    "position::int",
    "title",
    "status",
    "published_on::date",
    "posted_at::time",
    "created_at::time",
    "modified_at::time",
    "version::int",
    "summary_html::html",
    "summary_source",
    "notes_html::html",
    "notes_source",
    "end_notes_html::html",
    "end_notes_source",
)


def to_object(row: Any, keys: tuple[Key, ...]) -> Row:
    """The object of a row; empty values are left out, and sources that equal their HTML."""
    found: Row = {}
    for key in keys:
        value = getattr(row, key.attribute)
        if key.name.endswith("_source") and value == getattr(row, _html_of(key.attribute), None):
            continue
        if value:
            write = _WRITE.get(key.type)
            found[key.name] = write(value) if write else value
    return found


def from_object(given: Row, keys: tuple[Key, ...], where: str) -> Row:
    """The attributes of a row. Raises ArchiveBroken naming the key that has a wrong value."""
    values: Row = {}
    for key in keys:
        value = given.get(key.name)
        if value is None:
            empty = _EMPTY.get(key.type, "")
            values[key.attribute] = [] if key.type == "list" else empty
            continue
        read: Callable[[Any], Any] = _READ.get(key.type, _text)
        try:
            values[key.attribute] = read(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise ArchiveBroken(f"{where}: {key.name} is {str(value)[:60]!r}.") from error
    for key in keys:
        if key.name.endswith("_source") and key.name not in given:
            values[key.attribute] = values[_html_of(key.attribute)]
    return values


def clean_row(given: Row, keys: tuple[Key, ...], where: str) -> Row:
    """The attributes of a row with its HTML sanitised: a file is never trusted."""
    values = from_object(given, keys, where)
    for key in keys:
        if key.type == "html" and values[key.attribute]:
            values[key.attribute] = sanitise(values[key.attribute], max_chars=HTML_CHARS)
    return values


def line(found: Mapping[str, Any]) -> bytes:
    """One line of NDJSON."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def compact(found: Mapping[str, Any]) -> Row:
    """The object without empty values."""
    return {key: value for key, value in found.items() if value not in ("", None, [], {}, 0)}


def _html_of(attribute: str) -> str:
    return f"{attribute.removesuffix('_source')}_html"


def _write_time(value: datetime) -> str:
    moment = value.astimezone(UTC)
    fraction = f".{moment.microsecond:06}" if moment.microsecond else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _read_time(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("without a zone")
    return moment.astimezone(UTC)


def _read_date(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _read_uuid(value: Any) -> UUID:
    return UUID(_text(value))


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("no text")
    return value


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise TypeError("no number")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("no truth value")
    return value


def _list(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return [_text(each) for each in value]


_WRITE: dict[str, Callable[[Any], Any]] = {
    "time": _write_time,
    "date": lambda value: value.isoformat(),
    "uuid": str,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "time": _read_time,
    "date": _read_date,
    "uuid": _read_uuid,
    "int": _int,
    "flag": _flag,
    "list": _list,
}
_EMPTY: dict[str, Any] = {
    "time": None,
    "date": None,
    "uuid": None,
    "int": 0,
    "flag": False,
}
