"""Makes works of tag sets: lines that tell the tags and numbers of works, but no title and no text.

Studies of real archives publish their data like this, without anything that would tell whose works
they are. A title is invented and a line stands where the text would, so that an archive can be
tried out with tags as people really write them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from catalog.importers.base import ImportedChapter, ImportedWork

FORMAT = "tags"
_KINDS = {
    "rating": "rating",
    "warnings": "warning",
    "categories": "category",
    "fandoms": "fandom",
    "relationships": "relationship",
    "characters": "character",
    "freeforms": "freeform",
}
_LISTS = ("fandoms", "relationships", "characters", "freeforms")
_TEXTS = ("title", "body", "body_html", "body_source", "text", "tags", "storyUrl")
_BODY = "<p>This work stands here for its tags; it came without a text.</p>"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"([A-Za-z]{3})[A-Za-z]* ([12][0-9]{3})")


def is_tag_set(given: Any) -> bool:
    """Whether the object holds lists of tags, and neither a title nor a text nor chapters."""
    return (
        isinstance(given, Mapping)
        and all(isinstance(given.get(name), list) for name in _LISTS)
        and not any(given.get(name) for name in _TEXTS)
        and not isinstance(given.get("chapters"), list)
    )


def work_of_tags(given: Mapping[str, Any], number: int) -> ImportedWork:
    """A work with these tags; ``number`` (its line) makes its title, the same each time."""
    moment = _moment(given.get("month"))
    complete = given.get("complete")
    return ImportedWork(
        format=FORMAT,
        title=f"Untitled {number:,}",
        creators=["Unknown"],
        chapters=[ImportedChapter(body_html=_BODY)],
        tags={kind: names for key, kind in _KINDS.items() if (names := _names(given.get(key)))},
        language=language if isinstance(language := given.get("language"), str) else "",
        complete=complete if isinstance(complete, bool) else None,
        published_at=moment,
        updated_at=moment,
    )


def _names(value: Any) -> list[str]:
    """The names in a list, or the one that stands alone."""
    listed = value if isinstance(value, list) else [value]
    names = (" ".join(name.split()) for name in listed if isinstance(name, str))
    return list(dict.fromkeys(name for name in names if name))


def _moment(value: Any) -> datetime | None:
    """Noon of the first day of a month that is written as ``Apr 2020``."""
    found = _MONTH.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or found[1].lower() not in _MONTHS:
        return None
    return datetime(int(found[2]), _MONTHS.index(found[1].lower()) + 1, 1, 12, tzinfo=UTC)
