"""Works as neutral search documents: plain values, no engine types."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from archive.core.html import text_of
from archive.core.text import fold_name
from catalog.models import (
    Chapter,
    Creatorship,
    SeriesWork,
    Tag,
    Work,
    WorkFilterTag,
    WorkTag,
)
from catalog.visibility import audience_of, live_q

ANONYMOUS_NAME = "Anonymous"


@dataclass(slots=True)
class Document:
    """What the index knows of one work; ``chapters`` are (title, plain text) in reading order.

    Tag names hold what was typed and the names of all filter tags, per kind. Tag ids: ``tags`` as
    typed, ``filter_tags`` with all broader ones, ``direct_tags`` the filter tags on the work
    itself or by a synonym, ``tag_kinds`` the kind of each filter tag. Times are whole seconds
    since 1970 (UTC).
    """

    id: int
    version: int
    language: str
    title: str
    summary: str
    notes: str
    chapters: tuple[tuple[str, str], ...]
    creators: tuple[str, ...]
    creator_ids: tuple[int, ...]
    series: tuple[str, ...]
    series_ids: tuple[int, ...]
    tag_names: dict[str, tuple[str, ...]]
    tags: tuple[int, ...]
    filter_tags: tuple[int, ...]
    direct_tags: tuple[int, ...]
    numbers: dict[str, int]
    flags: dict[str, bool]
    published: int
    updated: int
    sort_title: str
    sort_creator: str
    audience: frozenset[str] = field(default_factory=frozenset)
    tag_kinds: dict[int, str] = field(default_factory=dict)


def build_documents(ids: Iterable[int]) -> dict[int, Document]:
    """Documents of those of the works that can be listed, in a fixed number of statements."""
    rows = Work.objects.filter(live_q(), pk__in=list(ids)).unscoped("the index stores all works")
    works = {work.pk: work for work in rows}
    parts = _Parts(list(works))
    return {work_id: parts.document(work) for work_id, work in works.items()}


class _Parts:
    """The rows around a batch of works, each table read once."""

    def __init__(self, ids: list[int]) -> None:
        self.chapters = _grouped(
            Chapter.objects.filter(work_id__in=ids, status="posted")
            .unscoped("the index stores all posted chapters")
            .order_by("work_id", "position")
            .values_list("work_id", "title", "html", "summary_html", "notes_html", "end_notes_html")
        )
        self.creators = _grouped(
            Creatorship.objects.filter(work_id__in=ids)
            .order_by("work_id", "position")
            .values_list("work_id", "creator_id", "creator__name")
        )
        self.series = _grouped(
            SeriesWork.objects.filter(work_id__in=ids)
            .order_by("work_id", "id")
            .values_list("work_id", "series_id", "series__title")
        )
        self.typed = _grouped(
            WorkTag.objects.filter(work_id__in=ids)
            .order_by("work_id", "position")
            .values_list("work_id", "tag_id", "name", "tag__kind")
        )
        self.filters = _grouped(
            WorkFilterTag.objects.filter(work_id__in=ids)
            .order_by("work_id", "tag_id")
            .values_list("work_id", "tag_id", "is_direct")
        )
        tag_ids = {row[1] for rows in self.filters.values() for row in rows}
        self.tags = {
            pk: (kind, name)
            for pk, kind, name in Tag.objects.filter(pk__in=tag_ids).values_list(
                "pk", "kind", "name"
            )
        }

    def document(self, work: Work) -> Document:
        """The document of one work of the batch."""
        chapters = self.chapters[work.pk]
        creators = [] if work.is_anonymous else self.creators[work.pk]
        names = tuple(row[2] for row in creators) or (ANONYMOUS_NAME,)
        filters = self.filters[work.pk]
        return Document(
            id=work.pk,
            version=work.version,
            language=work.language_id or "",
            title=work.title,
            summary=text_of(work.summary_html),
            notes=_notes(work, chapters),
            chapters=tuple((row[1], text_of(row[2])) for row in chapters),
            creators=names,
            creator_ids=tuple(row[1] for row in creators),
            series=tuple(row[2] for row in self.series[work.pk]),
            series_ids=tuple(row[1] for row in self.series[work.pk]),
            tag_names=self._tag_names(work.pk),
            tags=tuple(row[1] for row in self.typed[work.pk]),
            filter_tags=tuple(row[1] for row in filters),
            direct_tags=tuple(row[1] for row in filters if row[2]),
            numbers={
                "words": work.word_count,
                "chapters": work.chapter_count,
                "kudos": work.kudos_count,
                "comments": work.comments_count,
                "bookmarks": work.bookmarks_count,
                "hits": work.hits_count,
            },
            flags={
                "complete": work.is_complete,
                "crossover": work.is_crossover,
                "single_chapter": work.expected_chapters == 1,
                "one_pairing": work.is_one_pairing,
                "restricted": work.is_restricted,
            },
            published=_seconds(work.published_at),
            updated=_seconds(work.updated_at),
            sort_title=work.sort_title,
            sort_creator=fold_name(names[0]),
            audience=audience_of(is_live=True, is_restricted=work.is_restricted),
            tag_kinds={row[1]: self.tags[row[1]][0] for row in filters},
        )

    def _tag_names(self, work_id: int) -> dict[str, tuple[str, ...]]:
        names: dict[str, dict[str, None]] = defaultdict(dict)
        for _, _, name, kind in self.typed[work_id]:
            names[kind][name] = None
        for _, tag_id, _ in self.filters[work_id]:
            kind, name = self.tags[tag_id]
            names[kind][name] = None
        return {kind: tuple(values) for kind, values in names.items()}


def _notes(work: Work, chapters: list[tuple]) -> str:
    parts = [work.notes_html, work.end_notes_html]
    parts += [html for row in chapters for html in row[3:]]
    texts = [text_of(html) for html in parts if html]
    texts += [work.announcement] if work.announcement else []
    return "\n\n".join(texts)


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _grouped(rows: Iterable[tuple]) -> dict[int, list[tuple]]:
    groups: dict[int, list[tuple]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups
