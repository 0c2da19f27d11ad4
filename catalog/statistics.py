"""The archive in numbers, as everybody may know them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from archive.core.viewer import ANONYMOUS
from catalog.models import Kind, Tag, Work
from catalog.visibility import public_q

PARTS = ("works", "tags", "ratings")


@dataclass
class Sums:
    """Works, their words and their posted chapters."""

    works: int = 0
    words: int = 0
    chapters: int = 0

    def add(self, works: int, words: int, chapters: int) -> None:
        """Count more."""
        self.works += works
        self.words += words
        self.chapters += chapters


@dataclass
class ArchiveNumbers:
    """What the archive holds; works and words are those everybody may read."""

    total: Sums = field(default_factory=Sums)
    by_month: dict[str, Sums] = field(default_factory=dict)
    by_language: dict[str, Sums] = field(default_factory=dict)
    tags: dict[str, dict[str, int]] = field(default_factory=dict)
    ratings: list[tuple[int, str, int]] = field(default_factory=list)


def archive_numbers(parts: Collection[str] = PARTS) -> ArchiveNumbers:
    """The numbers as they are now: a statement for each part, each table read once."""
    numbers = ArchiveNumbers()
    if "works" in parts:
        _add_works(numbers)
    if "tags" in parts:
        numbers.tags = _tags()
    if "ratings" in parts:
        ratings = Tag.objects.of_kind(Kind.RATING).order_by("position", "pk")
        numbers.ratings = list(ratings.values_list("pk", "name", "works_count"))
    return numbers


def works_by_tag(kind: Kind) -> list[tuple[str, int]]:
    """The canonical tags of a kind of fixed names, in their order, each with its works."""
    rows = Tag.objects.of_kind(kind).filter(is_canonical=True).order_by("position", "pk")
    return list(rows.values_list("name", "works_count"))


def _add_works(numbers: ArchiveNumbers) -> None:
    months: dict[str, Sums] = defaultdict(Sums)
    languages: dict[str, Sums] = defaultdict(Sums)
    rows = (
        Work.objects.filter(public_q())
        .unscoped("sums of works that everybody may see")
        .order_by()
        .annotate(month=TruncMonth("published_at"))
        .values("month", "language_id")
        .annotate(works=Count("pk"), words=Sum("word_count"), chapter_sum=Sum("chapter_count"))
    )
    for row in rows:
        sums = (row["works"], row["words"] or 0, row["chapter_sum"] or 0)
        numbers.total.add(*sums)
        languages[row["language_id"]].add(*sums)
        if row["month"] is not None:
            months[f"{row['month']:%Y-%m}"].add(*sums)
    numbers.by_month = dict(sorted(months.items()))
    numbers.by_language = dict(sorted(languages.items(), key=lambda item: -item[1].works))


def _tags() -> dict[str, dict[str, int]]:
    """For each kind how many tags everybody may know of, and how many of them are canonical."""
    found = {kind.value: {"total": 0, "canonical": 0} for kind in Kind}
    known = Tag.objects.known_to(ANONYMOUS).order_by()
    rows = known.values_list("kind", "is_canonical").annotate(n=Count("pk"))
    for kind, is_canonical, count in rows:
        found[kind]["total"] += count
        if is_canonical:
            found[kind]["canonical"] += count
    return found
