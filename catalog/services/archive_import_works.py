"""The works of an exported archive, in batches, with everything that is computed of them."""

from collections.abc import Iterable
from functools import cached_property

from archive.core.html import SANITISER_VERSION, sanitise
from archive.core.text import sort_title
from archive.core.wordcount import count_words
from catalog.events import announce_works_changed
from catalog.models import Chapter, Creator, Creatorship, SeriesWork, Work, WorkTag
from catalog.services.archive_fields import (
    CHAPTER,
    HTML_CHARS,
    WORK,
    ArchiveBroken,
    Row,
    clean_row,
)
from catalog.services.archive_files import ArchiveFiles
from catalog.services.archive_import_tags import find, tag_ids
from catalog.services.filtering import refresh_works

WORKS_AT_ONCE = 100


class WorkLoader:
    """Writes works of an export whose tags, creators and series are there already."""

    def __init__(self, files: ArchiveFiles) -> None:
        self.files = files

    @cached_property
    def tags(self) -> dict[tuple[str, str], int]:
        """Ids of tags by kind and folded name."""
        return tag_ids()

    @cached_property
    def creators(self) -> dict[str, int]:
        """Ids of creators by name."""
        return dict(Creator.objects.values_list("name", "pk"))

    def load(self, batch: Iterable[tuple[str, Row]]) -> None:
        """Write the works of a batch that are not there yet. Raises ArchiveBroken."""
        given = {row.get("id"): (where, row) for where, row in batch}
        present = Work.objects.unscoped("a repeated import passes over what it has read").filter(
            pk__in=list(given)
        )
        for pk in present.values_list("pk", flat=True):
            given.pop(pk)
        works, chapters = [], []
        related: list[Creatorship | WorkTag | SeriesWork] = []
        for where, row in given.values():
            work = Work(**clean_row(row, WORK, where), sanitiser_version=SANITISER_VERSION)
            work.expected_chapters = work.expected_chapters or None
            work.language_id = work.language_id or None
            work.sort_title = sort_title(work.title, work.language_id or "en")
            work.sort_title = work.sort_title or work.title.casefold()
            own = [self._chapter(work, each, where) for each in row.get("chapters", ())]
            _count(work, own)
            works.append(work)
            chapters += own
            related += self._related(work, row, where)
        Work.everything.bulk_create(works)
        Chapter.everything.bulk_create(chapters, batch_size=200)
        for model in (Creatorship, WorkTag, SeriesWork):
            rows = [row for row in related if isinstance(row, model)]
            model.objects.bulk_create(rows, batch_size=2_000)  # type: ignore[arg-type]
        ids = [work.pk for work in works]
        refresh_works(ids)
        announce_works_changed(ids)

    def _chapter(self, work: Work, given: Row, where: str) -> Chapter:
        chapter = Chapter(work_id=work.pk, **clean_row(given, CHAPTER, where))
        chapter.sanitiser_version = SANITISER_VERSION
        if "text" in given:
            html = self.files.text(given["text"], given.get("sha256"), where)
        else:
            html = str(given.get("body_html", ""))
        chapter.html = sanitise(html, max_chars=HTML_CHARS)
        chapter.source = str(given.get("body_source", "")) or html
        if "source" in given:
            chapter.source = self.files.text(given["source"], given.get("source_sha256"), where)
        chapter.word_count = count_words(chapter.html)
        return chapter

    def _related(
        self, work: Work, row: Row, where: str
    ) -> Iterable[Creatorship | WorkTag | SeriesWork]:
        for place, name in enumerate(row.get("creators", ())):
            if name not in self.creators:
                raise ArchiveBroken(f"{where}: there is no creator {str(name)[:60]!r}.")
            yield Creatorship(work_id=work.pk, creator_id=self.creators[name], position=place)
        under = row.get("tags_under", {})
        for kind, names in row.get("tags", {}).items():
            for place, name in enumerate(names):
                meant = under.get(kind, {}).get(name, name)
                tag_id = find(self.tags, kind, meant, where)
                yield WorkTag(work_id=work.pk, tag_id=tag_id, name=name, position=place)
        for entry in row.get("series", ()):
            yield SeriesWork(
                work_id=work.pk, series_id=entry["id"], position=entry.get("position", 1)
            )


def _count(work: Work, chapters: list[Chapter]) -> None:
    """Set what ``recount_work`` would: a posted work counts its posted chapters, a draft all."""
    counted = chapters
    if work.status == Work.Status.POSTED:
        counted = [each for each in chapters if each.status == Chapter.Status.POSTED]
    work.word_count = sum(each.word_count for each in counted)
    work.chapter_count = len(counted)
    work.is_complete = work.chapter_count > 0 and work.chapter_count == work.expected_chapters
