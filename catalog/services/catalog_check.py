"""Compares everything computed with a slow reference, and puts right what differs.

Runs beside readers and writers. What looks wrong is looked at again in a transaction before it is
called a difference, because somebody may have been changing it at that moment.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q

from catalog.events import announce_works_changed
from catalog.models import CLOSED_KINDS, Chapter, MetaTagging, Tag, TagParent, TagWord, Work
from catalog.services.catalog_reference import (
    Difference,
    FilterRows,
    TagFacts,
    chapter_differences,
    closure_differences,
    count_differences,
    expected_closure,
    expected_filters,
    filter_differences,
    flag_differences,
    work_differences,
)
from catalog.services.closure import refresh_closure
from catalog.services.counting import recount_work, touch
from catalog.services.filtering import refresh_counts, refresh_works
from catalog.services.graph_lock import lock_graph
from catalog.services.wrangling_rules import PARENT_KINDS
from catalog.tagwords import index_words, words_of

WORKS_AT_ONCE = 200
TAGS_AT_ONCE = 5_000

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done and how much there is."""


@dataclass
class CheckReport:
    """What was compared and what differed; ``fixed`` counts differences that were put right."""

    works: int = 0
    tags: int = 0
    differences: list[Difference] = field(default_factory=list)
    fixed: int = 0

    @property
    def by_kind(self) -> Counter[str]:
        """How many differences there are of each kind."""
        return Counter(difference.what for difference in self.differences)

    @property
    def is_clean(self) -> bool:
        """Whether everything is right now."""
        return self.fixed == len(self.differences)


def check_catalogue(*, fix: bool = False, progress: Progress | None = None) -> CheckReport:
    """Check closure, works, chapters, filter tags, flags, counts, words and the rules of the graph.

    With ``fix`` differences are put right from the reference and the works announced; breaks of the
    rules of the tag graph are reported alone, because only a wrangler can decide about them.
    """
    return _Check(fix=fix, tell=progress or _tell_nobody).run()


class _Check:
    def __init__(self, *, fix: bool, tell: Progress) -> None:
        self.fix = fix
        self.tell = tell
        self.report = CheckReport()
        self.facts = TagFacts()
        self.counts: Counter[int] = Counter()

    def run(self) -> CheckReport:
        """All checks, those first on whose result others build."""
        self._check_graph()
        self._check_closure()
        self.facts = TagFacts(ancestors=expected_closure())
        self._check_works()
        self._check_counts()
        self._check_words()
        return self.report

    def _found(self, differences: Sequence[Difference], *, fixed: bool) -> None:
        self.report.differences += differences
        self.report.fixed += len(differences) if fixed else 0

    def _check_graph(self) -> None:
        self._found(list(_broken_rules()), fixed=False)

    def _check_closure(self) -> None:
        if not list(closure_differences(expected_closure())):
            return
        with transaction.atomic():
            lock_graph()
            found = list(closure_differences(expected_closure()))
            if self.fix:
                refresh_closure(difference.object_id for difference in found)
            self._found(found, fixed=self.fix)

    def _check_works(self) -> None:
        rows = Work.everything.order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        for start in range(0, len(ids), WORKS_AT_ONCE):
            part = ids[start : start + WORKS_AT_ONCE]
            found = self._differences(part, self.facts)
            if found:
                self._settle(part)
            self._count(expected_filters(part, self.facts))
            self.report.works += len(part)
            self.tell("works", self.report.works, len(ids))

    def _differences(self, ids: list[int], facts: TagFacts) -> list[Difference]:
        expected = expected_filters(ids, facts)
        return [
            *chapter_differences(ids),
            *work_differences(ids),
            *filter_differences(expected),
            *flag_differences(ids, facts),
        ]

    def _settle(self, ids: list[int]) -> None:
        """Look again while nobody can write, and put right what is still wrong."""
        with transaction.atomic():
            lock_graph()
            list(Work.everything.select_for_update().filter(pk__in=ids).order_by("pk"))
            self.facts = TagFacts(ancestors=expected_closure())
            found = self._differences(ids, self.facts)
            if self.fix:
                _fix_works(ids, found)
            self._found(found, fixed=self.fix)

    def _count(self, expected: dict[int, FilterRows]) -> None:
        for rows in expected.values():
            self.counts.update(tag_id for tag_id, (_, is_public) in rows.items() if is_public)

    def _check_counts(self) -> None:
        suspect = [difference.object_id for difference in count_differences(self.counts)]
        for start in range(0, len(suspect), TAGS_AT_ONCE):
            part = suspect[start : start + TAGS_AT_ONCE]
            with transaction.atomic():
                lock_graph()
                stored = dict(Tag.objects.filter(pk__in=part).values_list("pk", "works_count"))
                wrong = refresh_counts(part)
                right = dict(Tag.objects.filter(pk__in=wrong).values_list("pk", "works_count"))
                if not self.fix:
                    transaction.set_rollback(True)
            found = [
                Difference("tag.works_count", pk, stored[pk], right[pk]) for pk in sorted(wrong)
            ]
            self._found(found, fixed=self.fix)

    def _check_words(self) -> None:
        total, last = Tag.objects.count(), 0
        while tags := list(Tag.objects.filter(pk__gt=last).order_by("pk")[:TAGS_AT_ONCE]):
            found = list(_word_differences(tags))
            if found and self.fix:
                wrong = {difference.object_id for difference in found}
                with transaction.atomic():
                    index_words(Tag.objects.filter(pk__in=wrong))
            self._found(found, fixed=self.fix)
            last = tags[-1].pk
            self.report.tags += len(tags)
            self.tell("tags", self.report.tags, total)


def _fix_works(ids: list[int], found: Sequence[Difference]) -> None:
    """From the chapters up: their words, the places, the sums of the works, filter tags, flags."""
    chapters = {one.object_id: one.expected for one in found if one.what == "chapter.words"}
    for pk, words in chapters.items():
        Chapter.everything.filter(pk=pk).update(word_count=words, version=F("version") + 1)
    for difference in found:
        if difference.what == "work.positions":
            _close_gaps(difference.object_id)
    refresh_works(ids)
    wrong = {one.object_id for one in found if one.what.startswith("work.")}
    wrong |= set(Chapter.everything.filter(pk__in=chapters).values_list("work_id", flat=True))
    for work in Work.everything.filter(pk__in=wrong):
        updated_at = work.updated_at
        recount_work(work)
        work.updated_at = updated_at
        touch(work)
        work.save()
    announce_works_changed(wrong)


def _close_gaps(work_id: int) -> None:
    """Positions 1, 2, 3 in the order they have; over negative ones, which the database lets pass."""
    order = list(
        Chapter.everything.filter(work_id=work_id)
        .order_by("position", "pk")
        .values_list("pk", flat=True)
    )
    lowest = min(Chapter.everything.filter(work_id=work_id).values_list("position", flat=True))
    free = min(lowest, 0) - 1
    for place, pk in enumerate(order):
        Chapter.everything.filter(pk=pk).update(position=free - place)
    for place, pk in enumerate(order, start=1):
        Chapter.everything.filter(pk=pk).update(position=place)


def _word_differences(tags: Sequence[Tag]) -> Iterator[Difference]:
    stored: dict[int, set[str]] = {tag.pk: set() for tag in tags}
    rows = TagWord.objects.filter(tag_id__gte=tags[0].pk, tag_id__lte=tags[-1].pk)
    for tag_id, word in rows.values_list("tag_id", "word"):
        stored.setdefault(tag_id, set()).add(word)
    for tag in tags:
        wanted = set(words_of(tag.name))
        if stored[tag.pk] != wanted:
            yield Difference("tag.words", tag.pk, sorted(stored[tag.pk]), sorted(wanted))


def _broken_rules() -> Iterator[Difference]:
    """What no service would have written."""
    synonyms = Tag.objects.filter(synonym_of__isnull=False)
    bad = Q(synonym_of__is_canonical=False) | ~Q(synonym_of__kind=F("kind"))
    for pk, target in synonyms.filter(bad).values_list("pk", "synonym_of_id"):
        yield Difference("graph.synonym", pk, f"synonym of {target}", "of a canonical tag")
    closed = Tag.objects.filter(kind__in=CLOSED_KINDS, is_canonical=False)
    for pk in closed.values_list("pk", flat=True):
        yield Difference("graph.closed_kind", pk, "not canonical", "canonical")
    ends = Q(subtag__is_canonical=False) | Q(metatag__is_canonical=False)
    links = MetaTagging.objects.filter(ends | ~Q(subtag__kind=F("metatag__kind")))
    for low, high in links.values_list("subtag_id", "metatag_id"):
        yield Difference("graph.metatag", low, f"below {high}", "two canonical tags of one kind")
    parents = TagParent.objects.values_list(
        "from_tag_id", "from_tag__kind", "to_tag_id", "to_tag__kind", "to_tag__is_canonical"
    )
    for low, kind, high, above, is_canonical in parents.iterator():
        if not is_canonical or above not in PARENT_KINDS.get(kind, ()):
            yield Difference("graph.parent", low, f"belongs to {high}", "to a canonical tag above")
    for tag_id, ancestors in expected_closure().items():
        if tag_id in ancestors:
            yield Difference("graph.cycle", tag_id, "above itself", "not above itself")


def _tell_nobody(stage: str, done: int, total: int) -> None:
    """Progress for callers that show none."""
