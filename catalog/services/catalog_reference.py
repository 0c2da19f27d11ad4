"""What is computed and stored, computed again the slow and obvious way, for comparison."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from archive.core.wordcount import count_words
from catalog.models import (
    Chapter,
    Kind,
    MetaTagging,
    Tag,
    TagAncestor,
    Work,
    WorkFilterTag,
    WorkTag,
)

FilterRows = dict[int, tuple[bool, bool]]
"""Of one work: is_direct and is_public by filter tag."""


@dataclass(frozen=True)
class Difference:
    """Something stored that is not what it should be; ``what`` names it, such as ``work.words``."""

    what: str
    object_id: int
    stored: object
    expected: object

    def __str__(self) -> str:
        return f"{self.what} of {self.object_id}: stored {self.stored}, should be {self.expected}"


@dataclass
class TagFacts:
    """What the filter tags of works depend on: where tags point, and the tags above each."""

    resolved: dict[int, tuple[int, bool]] = field(default_factory=dict)
    ancestors: Mapping[int, frozenset[int]] = field(default_factory=dict)


def expected_closure() -> dict[int, frozenset[int]]:
    """All tags above each tag, by walking the direct links."""
    above: dict[int, set[int]] = defaultdict(set)
    for low, high in MetaTagging.objects.values_list("subtag_id", "metatag_id"):
        above[low].add(high)
    closure: dict[int, frozenset[int]] = {}
    for low in above:
        seen: set[int] = set()
        waiting = [low]
        while waiting:
            for high in above.get(waiting.pop(), ()):
                if high not in seen:
                    seen.add(high)
                    waiting.append(high)
        closure[low] = frozenset(seen)
    return closure


def closure_differences(expected: Mapping[int, frozenset[int]]) -> Iterator[Difference]:
    """Tags whose stored ancestors are not those expected."""
    stored: dict[int, set[int]] = defaultdict(set)
    for tag_id, ancestor_id in TagAncestor.objects.values_list("tag_id", "ancestor_id"):
        stored[tag_id].add(ancestor_id)
    for tag_id in sorted(stored.keys() | expected.keys()):
        wanted, found = expected.get(tag_id, frozenset()), stored.get(tag_id, set())
        if found != wanted:
            yield Difference("tag.ancestors", tag_id, sorted(found), sorted(wanted))


def chapter_differences(work_ids: Iterable[int]) -> Iterator[Difference]:
    """Chapters whose words were counted wrong, works whose positions are not 1, 2, 3 and so on."""
    positions: dict[int, list[int]] = defaultdict(list)
    rows = Chapter.everything.filter(work_id__in=list(work_ids)).order_by("work_id", "position")
    fields = rows.values_list("pk", "work_id", "position", "html", "word_count")
    for pk, work_id, position, html, stored in fields.iterator(chunk_size=50):
        positions[work_id].append(position)
        words = count_words(html)
        if words != stored:
            yield Difference("chapter.words", pk, stored, words)
    for work_id, found in positions.items():
        wanted = list(range(1, len(found) + 1))
        if found != wanted:
            yield Difference("work.positions", work_id, found, wanted)


def work_differences(work_ids: Iterable[int]) -> Iterator[Difference]:
    """Works whose words, chapters or completeness are not the sums of their chapters."""
    works = Work.everything.filter(pk__in=list(work_ids))
    chapters: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = Chapter.everything.filter(work_id__in=list(work_ids))
    for work_id, status, words in rows.values_list("work_id", "status", "word_count"):
        chapters[work_id].append((status, words))
    for work in works:
        mine = chapters[work.pk]
        counted = [words for status, words in mine if work.status == "draft" or status == "posted"]
        expected = {
            "word_count": sum(counted),
            "chapter_count": len(counted),
            "is_complete": 0 < len(counted) == work.expected_chapters,
        }
        for name, value in expected.items():
            stored = getattr(work, name)
            if stored != value:
                yield Difference(f"work.{name}", work.pk, stored, value)


def expected_filters(work_ids: Iterable[int], facts: TagFacts) -> dict[int, FilterRows]:
    """The filter rows of works, tag by tag."""
    ids = list(work_ids)
    public = set(Work.objects.public().filter(pk__in=ids).values_list("pk", flat=True))
    expected: dict[int, FilterRows] = {pk: {} for pk in ids}
    for work_id, tag_id in _typed(ids, facts):
        target, is_canonical = facts.resolved[tag_id]
        if is_canonical:
            expected[work_id][target] = (True, work_id in public)
    for work_id, rows in expected.items():
        for target in list(rows):
            for ancestor in facts.ancestors.get(target, ()):
                rows.setdefault(ancestor, (False, work_id in public))
    return expected


def filter_differences(expected: Mapping[int, FilterRows]) -> Iterator[Difference]:
    """Works whose stored filter rows are not those expected."""
    stored: dict[int, FilterRows] = defaultdict(dict)
    rows = WorkFilterTag.objects.filter(work_id__in=list(expected))
    fields = rows.values_list("work_id", "tag_id", "is_direct", "is_public")
    for work_id, tag_id, is_direct, is_public in fields:
        stored[work_id][tag_id] = (is_direct, is_public)
    for work_id, wanted in expected.items():
        if stored[work_id] != wanted:
            yield Difference("work.filter_tags", work_id, stored[work_id], wanted)


def flag_differences(work_ids: Iterable[int], facts: TagFacts) -> Iterator[Difference]:
    """Works whose flags crossover and one pairing do not follow from their tags."""
    ids = list(work_ids)
    fandoms: dict[int, set[int]] = defaultdict(set)
    pairings: dict[int, set[int]] = defaultdict(set)
    kinds = dict(
        WorkTag.objects.filter(work_id__in=ids).values_list("tag_id", "tag__kind").distinct()
    )
    for work_id, tag_id in _typed(ids, facts):
        target = facts.resolved[tag_id][0]
        if kinds[tag_id] == Kind.FANDOM:
            fandoms[work_id].add(target)
        elif kinds[tag_id] == Kind.RELATIONSHIP:
            pairings[work_id].add(target)
    works = Work.everything.filter(pk__in=ids)
    for work in works:
        reach = [{pk} | facts.ancestors.get(pk, frozenset()) for pk in fandoms[work.pk]]
        is_linked = any(all(mine & other for other in reach) for mine in reach)
        expected = {
            "is_crossover": len(reach) > 1 and not is_linked,
            "is_one_pairing": len(pairings[work.pk]) == 1,
        }
        for name, value in expected.items():
            if getattr(work, name) != value:
                yield Difference(f"work.{name}", work.pk, not value, value)


def count_differences(expected: Counter[int]) -> Iterator[Difference]:
    """Tags whose count of works is not the one expected."""
    for pk, stored in Tag.objects.order_by("pk").values_list("pk", "works_count").iterator():
        if stored != expected[pk]:
            yield Difference("tag.works_count", pk, stored, expected[pk])


def _typed(ids: list[int], facts: TagFacts) -> list[tuple[int, int]]:
    """Work and tag of everything typed; where the tags point is noted in ``facts``."""
    pairs = list(WorkTag.objects.filter(work_id__in=ids).values_list("work_id", "tag_id"))
    missing = {tag_id for _, tag_id in pairs} - facts.resolved.keys()
    for tag in Tag.objects.filter(pk__in=missing).select_related("synonym_of"):
        target = tag.synonym_of or tag
        facts.resolved[tag.pk] = (target.pk, target.is_canonical)
    return pairs
