"""The tags of works as creators typed them: plain rows, all of a page of works in one statement.

A page of twenty works carries some five hundred tags, each with the tag that it means; as model
instances they take most of the time of the whole answer.
"""

from collections.abc import Iterable
from typing import NamedTuple

from catalog.rawsql import run

_ROWS = """
SELECT typed.work_id, typed.name, tag.kind, tag.id, tag.name, tag.is_canonical, tag.is_adult,
  target.id, target.name
FROM catalog_worktag AS typed
JOIN catalog_tag AS tag ON tag.id = typed.tag_id
LEFT JOIN catalog_tag AS target ON target.id = tag.synonym_of_id
WHERE typed.work_id IN [[works]]
ORDER BY typed.work_id, typed.position, typed.id
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


def typed_tags(work_ids: Iterable[int]) -> dict[int, list[TypedTag]]:
    """By work its tags in the creator's order; works without tags have an empty list."""
    found: dict[int, list[TypedTag]] = {pk: [] for pk in work_ids}
    if found:
        for work_id, *row in run(_ROWS, works=found):
            found[work_id].append(TypedTag._make(row))
    return found


def names_by_kind(tags: Iterable[TypedTag]) -> dict[str, list[str]]:
    """The names as typed, by kind."""
    names: dict[str, list[str]] = {}
    for tag in tags:
        names.setdefault(tag.kind, []).append(tag.name)
    return names
