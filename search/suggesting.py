"""Completions over titles, creators and tags in one list."""

from dataclasses import dataclass

from archive.core.errors import Unavailable
from archive.core.text import sort_title
from archive.core.viewer import Viewer
from catalog.finder import find_works
from catalog.models import Creator, Tag, Work
from catalog.people import creators_listed
from catalog.tagsearch import autocomplete
from catalog.tagwords import tokens_of
from catalog.workquery import WorkQuery

EACH = 5
_PREFIX_LETTERS = 3
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Completion:
    """One thing that may be meant: a work, a creator or a tag, with the row itself."""

    type: str
    text: str
    row: Work | Creator | Tag
    kind: str | None = None
    works_count: int | None = None


def completions(text: str, viewer: Viewer, *, limit: int) -> list[Completion]:
    """What begins with the words typed, as far as the viewer may see it; tags first."""
    if not tokens_of(text):
        return []
    found = [
        Completion("tag", tag.name, tag, tag.kind, (tag.synonym_of or tag).works_count)
        for tag in autocomplete(text, limit=EACH)
    ]
    found += [
        Completion("creator", row.name, row, works_count=row.works_count)  # type: ignore[attr-defined]
        for row in creators_listed(viewer, text=text)[:EACH]
    ]
    found += [Completion("work", work.title, work) for work in _works(text, viewer)]
    return found[:limit]


def _works(text: str, viewer: Viewer) -> list[Work]:
    """Works whose title begins so; where there are few, those with such a word in it."""
    start = sort_title(text, "")
    rows = Work.objects.listed_to(viewer).filter(
        sort_title__gte=start, sort_title__lt=f"{start}{_LAST}"
    )
    works = list(rows.order_by("sort_title", "pk")[:EACH])
    if len(works) < EACH:
        known = {work.pk for work in works}
        works += [work for work in _by_words(text, viewer) if work.pk not in known]
    return works[:EACH]


def _by_words(text: str, viewer: Viewer) -> list[Work]:
    *whole, last = tokens_of(text)
    words = [f"title:{word}" for word in whole]
    words.append(f"title:{last}*" if len(last) >= _PREFIX_LETTERS else f"title:{last}")
    query = WorkQuery(text=" ".join(words), page_size=EACH, parts=(), lenient=True)
    try:
        return find_works(query, viewer).works
    except Unavailable:
        return []
