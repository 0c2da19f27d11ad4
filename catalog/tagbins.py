"""The bins of wrangling: how many tags of each kind and state, by fandom, and since when.

A tag is in the bins of the fandoms it belongs to. A tag that belongs to nothing yet is in those of
the fandoms on whose works it stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.cache import cache
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop

from catalog.models import Kind
from catalog.rawsql import run

STATE_LABELS = {
    "unwrangled": gettext_noop("Unsorted"),
    "canonical": gettext_noop("Canonical"),
    "synonym": gettext_noop("Synonyms"),
    "unwrangleable": gettext_noop("Unwrangleable"),
}
STATES = tuple(STATE_LABELS)
KINDS = (Kind.FANDOM, Kind.CHARACTER, Kind.RELATIONSHIP, Kind.FREEFORM)
IN_FANDOMS = (Kind.CHARACTER, Kind.RELATIONSHIP, Kind.FREEFORM)
_KEPT = "tag-bins"
_KEPT_SECONDS = 60

_STATE = """
CASE WHEN tag.is_canonical THEN 'canonical' WHEN tag.synonym_of_id IS NOT NULL THEN 'synonym'
    WHEN tag.is_unwrangleable THEN 'unwrangleable' ELSE 'unwrangled' END
"""
_TOTALS = (
    "SELECT 0, tag.kind,",
    _STATE,
    """
    AS state, COUNT(*), MIN(tag.created_at) FROM catalog_tag AS tag
    WHERE tag.kind IN ('fandom', 'character', 'relationship', 'freeform')
    GROUP BY tag.kind, state
    """,
)
_BELONGING = (
    "SELECT link.to_tag_id, tag.kind,",
    _STATE,
    """
    AS state, COUNT(*), MIN(tag.created_at)
    FROM catalog_tagparent AS link
    JOIN catalog_tag AS tag ON tag.id = link.from_tag_id
    JOIN catalog_tag AS parent ON parent.id = link.to_tag_id AND parent.kind = 'fandom'
    GROUP BY link.to_tag_id, tag.kind, state
    """,
)
_STANDING = """
SELECT link.tag_id, tag.kind, 'unwrangled', COUNT(DISTINCT tag.id), MIN(tag.created_at)
FROM catalog_tag AS tag
JOIN catalog_worktag AS typed ON typed.tag_id = tag.id
JOIN catalog_workfiltertag AS link ON link.work_id = typed.work_id AND link.is_direct
JOIN catalog_tag AS fandom ON fandom.id = link.tag_id AND fandom.kind = 'fandom'
WHERE NOT tag.is_canonical AND tag.synonym_of_id IS NULL AND NOT tag.is_unwrangleable
    AND tag.kind IN ('character', 'relationship', 'freeform')
    AND NOT EXISTS (SELECT 1 FROM catalog_tagparent AS known WHERE known.from_tag_id = tag.id)
GROUP BY link.tag_id, tag.kind
"""


@dataclass(frozen=True)
class Bin:
    """How many tags of a kind are in a state, and when the oldest of them came."""

    kind: str
    state: str
    count: int = 0
    oldest: datetime | None = None

    def plus(self, other: "Bin") -> "Bin":
        """Both together."""
        times = [time for time in (self.oldest, other.oldest) if time is not None]
        return Bin(self.kind, self.state, self.count + other.count, min(times, default=None))


@dataclass
class Bins:
    """All bins: of the whole archive and by fandom, as they were at ``counted_at``."""

    counted_at: datetime
    totals: dict[tuple[str, str], Bin] = field(default_factory=dict)
    fandoms: dict[int, dict[tuple[str, str], Bin]] = field(default_factory=dict)

    def waiting(self, fandom_id: int) -> int:
        """How many unsorted tags a fandom has."""
        rows = self.fandoms.get(fandom_id, {})
        return sum(row.count for (_, state), row in rows.items() if state == "unwrangled")

    def row(self, bins: Mapping[tuple[str, str], Bin], kinds: Iterable[str]) -> list[Bin]:
        """One bin for each kind and state, in the order of the desk; empty ones too."""
        return [bins.get((kind, state)) or Bin(kind, state) for kind in kinds for state in STATES]


def count_bins() -> Bins:
    """The bins, counted at most once a minute: three statements, or none."""
    kept: Bins | None = cache.get(_KEPT)
    if kept is None:
        kept = _count()
        cache.set(_KEPT, kept, _KEPT_SECONDS)
    return kept


def forget_bins() -> None:
    """Count anew when the bins are next asked for: after an act at the desk."""
    cache.delete(_KEPT)


def _count() -> Bins:
    bins = Bins(datetime.now(tz=UTC))
    fandoms: dict[int, dict[tuple[str, str], Bin]] = defaultdict(dict)
    for statement in (_TOTALS, _BELONGING, (_STANDING,)):
        for fandom_id, kind, state, count, oldest in run(*statement):
            target = fandoms[fandom_id] if fandom_id else bins.totals
            found = Bin(kind, state, count, _time(oldest))
            known = target.get((kind, state))
            target[kind, state] = known.plus(found) if known else found
    bins.fandoms = dict(fandoms)
    return bins


def _time(value: datetime | str) -> datetime | None:
    """SQLite gives times as text without a zone; they are UTC."""
    time = parse_datetime(value) if isinstance(value, str) else value
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time
