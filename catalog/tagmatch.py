"""Canonical tags that an unsorted tag probably means, each with the evidence for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from django.utils.translation import gettext, ngettext
from rapidfuzz.distance import OSA

from catalog.models import Tag
from catalog.rawsql import run
from catalog.tagneighbours import neighbours_of
from catalog.tagscoring import Ranked, rank
from catalog.tagwording import wording_of

MATCHES = 8
_CONSIDERED = 24
_TOGETHER = 8
_WORKS = 500
_EDITS_TOLD = 3
_RARE = 10
_LEAST_LIFT = 0.05
_MOST_LIFT = 0.2

# Counts what everybody may see: works that have public filter rows. Creators of anonymous works
# are nobody's, so these works do not count as one creator's.
_MEETING = """
WITH mine AS (
    SELECT typed.work_id FROM catalog_worktag AS typed
    WHERE typed.tag_id = %(tag)s AND EXISTS (
        SELECT 1 FROM catalog_workfiltertag AS any_link
        WHERE any_link.work_id = typed.work_id AND any_link.is_public
    )
    ORDER BY typed.work_id DESC LIMIT %(works)s
), together AS (
    SELECT link.tag_id AS id, COUNT(*) AS works
    FROM mine JOIN catalog_workfiltertag AS link ON link.work_id = mine.work_id
    JOIN catalog_tag AS tag ON tag.id = link.tag_id
    WHERE link.is_direct AND tag.kind = %(kind)s AND tag.id <> %(tag)s
    GROUP BY link.tag_id
), asked AS (
    SELECT id FROM catalog_tag WHERE id IN [[tags]]
    UNION
    SELECT id FROM (
        SELECT together.id FROM together JOIN catalog_tag AS tag ON tag.id = together.id
        ORDER BY together.works * 1.0 / (tag.works_count + %(rare)s) DESC, tag.id LIMIT %(most)s
    ) AS telling
), people AS (
    SELECT DISTINCT made.creator_id FROM mine
    JOIN catalog_work AS work ON work.id = mine.work_id AND NOT work.is_anonymous
    JOIN catalog_creatorship AS made ON made.work_id = mine.work_id
    LIMIT %(works)s
), by_same AS (
    SELECT link.tag_id AS id, COUNT(DISTINCT made.creator_id) AS creators
    FROM people
    JOIN catalog_creatorship AS made ON made.creator_id = people.creator_id
    JOIN catalog_work AS work ON work.id = made.work_id AND NOT work.is_anonymous
    JOIN catalog_workfiltertag AS link ON link.work_id = made.work_id AND link.is_public
    WHERE link.is_direct AND link.tag_id IN (SELECT id FROM asked)
    GROUP BY link.tag_id
)
SELECT tag.id, tag.name, tag.works_count,
    COALESCE(together.works, 0) AS works, COALESCE(by_same.creators, 0) AS creators
FROM asked JOIN catalog_tag AS tag ON tag.id = asked.id
LEFT JOIN together ON together.id = tag.id
LEFT JOIN by_same ON by_same.id = tag.id
WHERE tag.is_canonical
"""


@dataclass
class Match:
    """A canonical tag that may be meant; ``evidence`` says why, a phrase each.

    ``belief`` is the share of belief among all that may be meant, 0 to 1.
    """

    tag: Tag
    belief: float
    evidence: list[str] = field(default_factory=list)
    works_together: int = 0
    creators_together: int = 0

    @property
    def lift(self) -> float:
        """The share of the works of the canonical tag that have both; rare tags count less."""
        return self.works_together / (self.tag.works_count + _RARE)


def likely_matches(tag: Tag, *, limit: int = MATCHES) -> list[Match]:
    """Up to ``limit`` canonical tags of its kind that a tag may mean, likeliest first.

    Weighs how the names are worded, what similar synonyms mean, and on which public works and by
    which creators both are used. Takes six statements at most whatever the size of the graph.
    """
    near = neighbours_of(tag.name, tag.kind, but=tag.pk)
    ranked = rank(tag.kind, near.name, near.neighbours, near.weights, near.replaced)
    by_target = {one.target: one for one in ranked[:_CONSIDERED]}
    matches = []
    for pk, name, count, works, creators in _meeting(tag, by_target):
        target = Tag(pk=pk, kind=tag.kind, name=name, works_count=count, is_canonical=True)
        one = by_target.get(pk)
        match = Match(target, one.belief if one else 0.0, [], works, creators)
        match.evidence = _evidence(tag, match, one)
        if match.evidence and pk != tag.pk and (one or match.lift >= _LEAST_LIFT):
            matches.append(match)
    matches.sort(key=_order)
    return matches[:limit]


def _meeting(tag: Tag, targets: Iterable[int]) -> Sequence[tuple[int, str, int, int, int]]:
    rows: Sequence[tuple[int, str, int, int, int]] = run(
        _MEETING,
        tag=tag.pk,
        kind=tag.kind,
        tags=list(targets),
        works=_WORKS,
        most=_TOGETHER,
        rare=_RARE,
    )
    return rows


def _order(match: Match) -> tuple[float, int, str]:
    """Wording first; creators and works in common raise what is near, if they are telling."""
    near = match.belief * (1 + log(1 + match.creators_together) / 10)
    return (-(near + min(match.lift, _MOST_LIFT)), -match.tag.works_count, match.tag.name)


def _evidence(tag: Tag, match: Match, one: Ranked | None) -> list[str]:
    found = [*_wording(tag, match.tag, one)] if one is not None else []
    if match.works_together:
        found.append(
            ngettext("%(n)s work has both", "%(n)s works have both", match.works_together)
            % {"n": match.works_together}
        )
    if match.creators_together:
        found.append(
            ngettext("%(n)s creator uses both", "%(n)s creators use both", match.creators_together)
            % {"n": match.creators_together}
        )
    return found


def _wording(tag: Tag, target: Tag, one: Ranked) -> Iterable[str]:
    """What the names have in common: letters, nearly all letters, words, a synonym alike."""
    name, other = wording_of(tag.name), wording_of(target.name)
    edits = OSA.distance(name.folded, other.folded, score_cutoff=_EDITS_TOLD)
    common = [word for word in name.words if word in other.words]
    if name.letters and name.letters == other.letters:
        yield gettext("the same letters")
    elif edits <= _EDITS_TOLD and edits < len(name.folded) / 2:
        yield ngettext("%(n)s letter differs", "%(n)s letters differ", edits) % {"n": edits}
    elif common:
        yield gettext("words in common: %(words)s") % {"words": ", ".join(common)}
    nearest = one.traits.nearest
    if nearest and nearest != other.folded:
        yield gettext("its synonym “%(name)s” is alike") % {"name": nearest}
