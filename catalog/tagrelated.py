"""Tags that occur together more than chance would have it."""

from dataclasses import dataclass
from math import log

from catalog.models import Tag
from catalog.rawsql import run

SAMPLE = 2_000
_CANDIDATES = 300
_AT_LEAST = 2

# Of a canonical tag the works found under it, of any other the works that carry it; the newest
# ones, so that the answer takes the same time for every tag.
_TOGETHER = """
WITH sample AS (
    SELECT work_id FROM (
        SELECT link.work_id FROM catalog_workfiltertag AS link
        WHERE link.tag_id = %(tag)s AND link.is_public
        UNION
        SELECT typed.work_id FROM catalog_worktag AS typed
        WHERE typed.tag_id = %(typed)s AND EXISTS (
            SELECT 1 FROM catalog_workfiltertag AS any_link
            WHERE any_link.work_id = typed.work_id AND any_link.is_public
        )
    ) AS works
    ORDER BY work_id DESC LIMIT %(sample)s
)
SELECT other.tag_id, COUNT(*) AS together, (SELECT COUNT(*) FROM sample) AS works,
    (SELECT SUM(works_count) FROM catalog_tag WHERE kind = 'rating') AS total,
    tag.kind, tag.name, tag.folded, tag.works_count
FROM sample
JOIN catalog_workfiltertag AS other ON other.work_id = sample.work_id
JOIN catalog_tag AS tag ON tag.id = other.tag_id
WHERE other.is_direct AND tag.id <> %(tag)s
    AND tag.kind IN ('fandom', 'relationship', 'character', 'freeform')
    AND NOT EXISTS (
        SELECT 1 FROM catalog_tagancestor AS link
        WHERE (link.tag_id = tag.id AND link.ancestor_id = %(tag)s)
            OR (link.tag_id = %(tag)s AND link.ancestor_id = tag.id)
    )
GROUP BY other.tag_id, tag.kind, tag.name, tag.folded, tag.works_count
HAVING COUNT(*) >= %(least)s
ORDER BY together DESC, other.tag_id LIMIT %(candidates)s
"""


@dataclass(frozen=True)
class RelatedTag:
    """A tag, on how many of the works looked at it stands too, and how telling that is.

    ``strength`` compares with chance: it grows with the number of works and with how much more
    often than by chance the two meet; 0 would be chance.
    """

    tag: Tag
    together: int
    strength: float


def related(tag: Tag, *, limit: int = 20) -> list[RelatedTag]:
    """Tags that stand on the same works as this one more often than by chance, most telling first.

    Counts works that everybody may see, at most the 2,000 newest. A synonym is asked for its
    canonical tag; tags above and below it are left out, because they are always there.
    """
    meant = tag.synonym_of or tag
    rows = run(
        _TOGETHER,
        tag=meant.pk,
        typed=0 if meant.is_canonical else meant.pk,
        sample=SAMPLE,
        least=_AT_LEAST,
        candidates=_CANDIDATES,
    )
    found = []
    for pk, together, works, total, kind, name, folded, uses in rows:
        # Every posted work has one rating, so the ratings' works are all works.
        strength = _strength(together, works, uses, max(total or 0, 1))
        if strength > 0:
            # Works are found under canonical tags alone.
            other = Tag(
                pk=pk, kind=kind, name=name, folded=folded, works_count=uses, is_canonical=True
            )
            found.append(RelatedTag(other, together, strength))
    found.sort(key=lambda one: (-one.strength, one.tag.folded))
    return found[:limit]


def _strength(together: int, works: int, uses: int, total: int) -> float:
    """The log-likelihood ratio of meeting so often, 0 where it is no more than by chance."""
    expected = works * uses / total
    if together <= expected:
        return 0.0
    apart = works - together
    unexpected = max(works - expected, 1e-9)
    ratio = together * log(together / max(expected, 1e-9))
    if apart:
        ratio += apart * log(apart / unexpected)
    return round(2 * ratio, 3)
