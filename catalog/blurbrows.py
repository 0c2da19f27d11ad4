"""What stands beside works in lists: tags as typed, creators, series, as plain rows.

Each in one statement for a whole page. A page of twenty works carries some five hundred tags, each
with the tag that it means; as model instances they take most of the time of the whole answer.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from catalog.rawsql import run

_TAGS = """
SELECT typed.work_id, typed.name, tag.kind, tag.id, tag.name, tag.is_canonical, tag.is_adult,
  target.id, target.name
FROM catalog_worktag AS typed
JOIN catalog_tag AS tag ON tag.id = typed.tag_id
LEFT JOIN catalog_tag AS target ON target.id = tag.synonym_of_id
WHERE typed.work_id IN [[works]]
ORDER BY typed.work_id, typed.position, typed.id
"""
_MAKERS = """
SELECT made.work_id, creator.id, creator.name, creator.user_id
FROM catalog_creatorship AS made
JOIN catalog_creator AS creator ON creator.id = made.creator_id
WHERE made.work_id IN [[works]]
ORDER BY made.work_id, made.position, made.id
"""
_PLACES = """
SELECT entry.work_id, series.id, series.title, entry.position
FROM catalog_serieswork AS entry
JOIN catalog_series AS series ON series.id = entry.series_id
WHERE entry.work_id IN [[works]]
ORDER BY entry.work_id, entry.position, entry.id
"""


class TypedTag(NamedTuple):
    """A tag of a work: ``name`` as typed, and the tag that it is an occurrence of.

    ``target_id`` and ``target_name`` are those of the canonical tag of a synonym, else None.
    """

    name: str
    kind: str
    tag_id: int
    tag_name: str
    is_canonical: bool
    is_adult: bool
    target_id: int | None
    target_name: str | None

    @property
    def meant(self) -> tuple[int, str]:
        """Id and name of the tag whose page says more: the target of a synonym, or the tag."""
        if self.target_id is None or self.target_name is None:
            return self.tag_id, self.tag_name
        return self.target_id, self.target_name

    @property
    def canonical(self) -> tuple[int, str] | None:
        """Id and name of the tag under which works are found by it, if there is one."""
        return self.meant if self.is_canonical or self.target_id is not None else None


class Maker(NamedTuple):
    """A creator of a work, with the account that owns the name, if one does."""

    id: int
    name: str
    user_id: int | None


class SeriesPlace(NamedTuple):
    """Which part of which series a work is."""

    id: int
    title: str
    position: int


Row = TypeVar("Row", TypedTag, Maker, SeriesPlace)


def typed_tags(work_ids: Iterable[int]) -> dict[int, list[TypedTag]]:
    """By work its tags in the creator's order; a work without tags has an empty list."""
    return _by_work(_TAGS, TypedTag._make, work_ids)


def names_by_kind(tags: Iterable[TypedTag]) -> dict[str, list[str]]:
    """The names as typed, by kind."""
    names: dict[str, list[str]] = {}
    for tag in tags:
        names.setdefault(tag.kind, []).append(tag.name)
    return names


def makers_of(work_ids: Iterable[int]) -> dict[int, list[Maker]]:
    """By work its creators in their order, those of anonymous works too."""
    return _by_work(_MAKERS, Maker._make, work_ids)


def places_of(work_ids: Iterable[int]) -> dict[int, list[SeriesPlace]]:
    """By work the series that it is a part of."""
    return _by_work(_PLACES, SeriesPlace._make, work_ids)


def _by_work(
    sql: str, make: Callable[[Iterable[Any]], Row], work_ids: Iterable[int]
) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {pk: [] for pk in work_ids}
    if found:
        for work_id, *row in run(sql, works=found):
            found[work_id].append(make(row))
    return found
