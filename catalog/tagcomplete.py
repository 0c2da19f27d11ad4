"""Completes what somebody types to tags: quick whatever the size of the graph, exact at any moment.

Words are looked up in ``TagWord``. A rare beginning is looked up first and its tags are ordered; a
common one would bring too many, so the most used tags are looked through instead, which finds
enough of them soon, or else a part of its words. All ways read the tables, so there is nothing to
fall behind.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Length

from archive.core.text import fold_name
from catalog.models import Tag, TagParent, TagWord
from catalog.rawsql import IdList

FEW = 2_500
_DEPTH = 2_000
_ENOUGH = 3_000
_TARGETS = 100
_SYNONYMS = 1_500
_SYNONYMS_OF_ONE = 3
_SPARE = 3


@dataclass(frozen=True)
class Alternatives:
    """What one typed word may be: the ``words`` themselves, or with ``begins`` their beginnings."""

    words: tuple[str, ...]
    begins: bool

    def condition(self) -> Q:
        """As a condition on ``TagWord``."""
        if not self.begins:
            return Q(word__in=self.words)
        condition = Q()
        for word in self.words:
            condition |= Q(word__begins=word)
        return condition


@dataclass(frozen=True)
class Scope:
    """Where to look: kinds, and fandoms of which a tag has to belong to one."""

    kinds: tuple[str, ...]
    fandoms: tuple[int, ...] = ()

    def words(self, wanted: Alternatives) -> QuerySet[TagWord]:
        """The words that may be meant."""
        return TagWord.objects.of_kinds(self.kinds).filter(wanted.condition())

    def tags(self) -> QuerySet[Tag]:
        """What is offered: canonical tags and synonyms."""
        rows = Tag.objects.offered()
        if not self.fandoms:
            return rows
        own = self.children().filter(from_tag=OuterRef("pk"))
        of_target = self.children().filter(from_tag=OuterRef("synonym_of"))
        return rows.filter(Q(Exists(own)) | Q(Exists(of_target)))

    def children(self) -> QuerySet[TagParent]:
        """The links to the fandoms."""
        return TagParent.objects.filter(to_tag__in=self.fandoms)


def exact_names(text: str, scope: Scope, limit: int) -> list[tuple[int, int]]:
    """Tags with this very name."""
    rows = scope.tags().filter(kind__in=scope.kinds, folded=fold_name(text))
    return [(pk, pk) for pk, _ in _by_popularity(rows, limit)]


def complete(wanted: Sequence[Alternatives], scope: Scope, limit: int) -> list[tuple[int, int]]:
    """The ids of the most used tags that have all the words, each with its canonical tag's id."""
    rarest, count = rarest_of(wanted, scope)
    if count == 0:
        return []
    others = [word for word in wanted if word is not rarest]
    words = scope.words(rarest).filter(*[_stands_beside(other) for other in others])
    if count <= FEW:
        return _ordered(scope, words, limit)
    if scope.fandoms:
        found = _in_fandoms(wanted, scope, limit)
        return _ordered(scope, words, limit) if found is None else found
    popular, is_enough = _among_popular(wanted, scope, limit)
    if is_enough:
        return popular
    # Too few of the used tags have the words. What is hardly used comes in no order that anybody
    # could miss, so the first of the words in the order of the index will do.
    some = words.order_by("word", "tag_id").values_list("tag_id", flat=True)[:_ENOUGH]
    ids = [pk for pk, _ in popular] + list(some)
    return _ordered(scope, ids, limit)


def rarest_of(wanted: Sequence[Alternatives], scope: Scope) -> tuple[Alternatives, int]:
    """The typed word that the fewest names have, and how many have it (counted up to a bound)."""
    counts = [(scope.words(word)[: FEW + 1].count(), word) for word in wanted]
    count, rarest = min(counts, key=lambda pair: pair[0])
    return rarest, count


def few_synonyms_each(pairs: Iterable[tuple[int, int]], limit: int) -> list[int]:
    """The first tags, with at most three synonyms of the same canonical tag."""
    kept: list[int] = []
    synonyms: Counter[int] = Counter()
    for pk, target in dict.fromkeys(pairs):
        if pk != target:
            synonyms[target] += 1
        if synonyms[target] <= _SYNONYMS_OF_ONE or pk == target:
            kept.append(pk)
    return kept[:limit]


def _in_fandoms(
    wanted: Sequence[Alternatives], scope: Scope, limit: int
) -> list[tuple[int, int]] | None:
    """The answer for common words by way of what belongs to the fandoms; None if that is much."""
    children = list(scope.children().values_list("from_tag_id", flat=True)[: FEW + 1])
    if len(children) > FEW:
        return None
    rows = Tag.objects.filter(synonym_of_id__in=IdList(children)).order_by()
    synonyms = rows.values_list("pk", flat=True)
    words = _words_among([*children, *synonyms], wanted).filter(kind__in=scope.kinds)
    return _ordered(scope, words, limit)


def _among_popular(
    wanted: Sequence[Alternatives], scope: Scope, limit: int
) -> tuple[list[tuple[int, int]], bool]:
    """What is among the most used canonical tags and their synonyms, and whether that is all that
    is asked for: then whatever else has the words is less used.

    Ids travel between the steps as lists: planners that see one statement read the whole table.
    """
    popular = Tag.objects.canonical().order_by("-works_count", "pk")
    if len(scope.kinds) == 1:
        popular = popular.filter(kind=scope.kinds[0])
    ids = list(popular.values_list("pk", flat=True)[:_DEPTH])
    having = set(_words_among(ids, wanted).values_list("tag_id", flat=True))
    canonical = [pk for pk in ids if pk in having][:limit]
    if len(canonical) < limit:
        return [(pk, pk) for pk in canonical], False
    # Whatever is less used than the last of these comes after it, synonyms as well.
    above = ids[: ids.index(canonical[-1]) + 1]
    synonyms = _synonyms_having(wanted, above, limit * _SPARE)
    return _ordered(scope, [*canonical, *synonyms], limit), True


def _synonyms_having(wanted: Sequence[Alternatives], targets: list[int], enough: int) -> list[int]:
    """Synonyms of the targets that have the words; of the first targets alone, once ``enough``.

    The targets are in the order of their use, which is that of their synonyms too. A popular tag
    has hundreds of synonyms, so they are looked through in parts, and no more than some thousands.
    """
    found: list[int] = []
    looked_at = 0
    for start in range(0, len(targets), _TARGETS):
        part = IdList(targets[start : start + _TARGETS])
        rows = Tag.objects.filter(synonym_of_id__in=part).order_by()
        synonyms = list(rows.values_list("pk", flat=True))
        found += _words_among(synonyms, wanted).values_list("tag_id", flat=True)
        looked_at += len(synonyms)
        if len(found) >= enough or looked_at > _SYNONYMS:
            break
    return found


def _words_among(ids: Sequence[int], wanted: Sequence[Alternatives]) -> QuerySet[TagWord]:
    """Words of those of the tags that have all the words."""
    first, *others = wanted
    rows = TagWord.objects.filter(first.condition(), tag_id__in=IdList(ids))
    return rows.filter(*[_stands_beside(other) for other in others])


def _ordered(
    scope: Scope, found: QuerySet[TagWord] | Sequence[int], limit: int
) -> list[tuple[int, int]]:
    """The tags of words, or with these ids, that are offered: the most used first."""
    ids = found.values_list("tag_id", flat=True) if isinstance(found, QuerySet) else found
    return _by_popularity(scope.tags().filter(pk__in=IdList(set(ids))), limit)


def _by_popularity(rows: QuerySet[Tag], limit: int) -> list[tuple[int, int]]:
    """Ids with the ids of their canonical tags: used most, then canonical, then short."""
    return list(
        rows.annotate(
            used=Coalesce("synonym_of__works_count", F("works_count")),
            is_other=Q(synonym_of__isnull=False),
            target=Coalesce("synonym_of_id", F("pk")),
        )
        .order_by("-used", "is_other", Length("folded"), "pk")
        .values_list("pk", "target")[: limit * _SPARE]
    )


def _stands_beside(word: Alternatives) -> Q:
    """For words: the same tag has this word too. Answered from indexes alone."""
    return Q(Exists(TagWord.objects.filter(word.condition(), tag=OuterRef("tag"))))
