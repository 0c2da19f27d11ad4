"""The public catalogue line by line, each work as the API sends it to a guest."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings

from archive.core.api.links import SiteLinks
from archive.core.viewer import ANONYMOUS
from catalog.api.serializers.works import WorkDetailOut
from catalog.api.tag_rows import tags_of
from catalog.api.views.works import TEXTS
from catalog.models import Chapter, Work
from catalog.reading import TEXT_FIELDS
from catalog.services.changes import mark_forgotten, settle
from catalog.services.dumps import KEEP, Dump, publish
from catalog.sync import cursor_of_now

BATCH = 200


class DumpedWorkOut(WorkDetailOut):
    """A work with its chapters, of a batch whose tags and chapters were read together."""

    def present_batch(self, works: list[Work], *, with_texts: bool) -> Iterator[dict[str, Any]]:
        """The works of a batch, in a fixed number of statements."""
        ids = [work.pk for work in works]
        self._rows = tags_of(ids)
        chapters: dict[int, list[Chapter]] = {pk: [] for pk in ids}
        rows = Chapter.objects.visible_to(ANONYMOUS).filter(work_id__in=ids)
        rows = rows.order_by("work_id", "position")
        for chapter in rows if with_texts else rows.defer(*TEXT_FIELDS):
            chapters[chapter.work_id].append(chapter)
        context: Any = self.context
        for work in works:
            context["chapters"] = chapters[work.pk]
            yield {name: getter(work) for name, getter in self.getters}


def dump_catalogue(
    *,
    with_texts: bool = False,
    keep: int = KEEP,
    report: Callable[[int], None] | None = None,
) -> Dump:
    """Write and publish a dump of all public works; ``report`` gets the size of each batch.

    The cursor of the dump is of the moment before its first line: what changes while it is written
    comes again through ``/sync/works/``. Changes that nobody announced are found here, too.
    """
    mark_forgotten()
    epoch = settle(rounds=None)
    lines = _lines(with_texts=with_texts, report=report or (lambda _: None))
    return publish(lines, cursor=cursor_of_now(epoch), has_texts=with_texts, keep=keep)


def _lines(*, with_texts: bool, report: Callable[[int], None]) -> Iterator[bytes]:
    after = 0
    include = TEXTS if with_texts else ()
    while True:
        rows = Work.objects.public().filter(pk__gt=after).order_by("pk")
        works = list(rows.for_blurb(("creators", "series"))[:BATCH])
        if not works:
            return
        links = SiteLinks(settings.BASE_URL)
        context = {"viewer": ANONYMOUS, "links": links, "include": include}
        for body in DumpedWorkOut(context=context).present_batch(works, with_texts=with_texts):
            yield json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        report(len(works))
        after = works[-1].pk
