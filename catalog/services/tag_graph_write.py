"""Writes a drafted tag graph in batches, each a transaction of its own."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db import transaction

from catalog.events import announce_tags_changed
from catalog.models import CLOSED_KINDS, MetaTagging, Tag, TagParent
from catalog.rawsql import run
from catalog.services.closure import refresh_closure, with_descendants
from catalog.services.filtering import bump_versions, refresh_works
from catalog.services.graph_lock import lock_graph
from catalog.services.tag_graph_data import Key
from catalog.services.tag_graph_draft import GraphDraft
from catalog.services.tag_works import works_of
from catalog.tagwords import insert_words

BATCH = 5_000
_WORKS_AT_ONCE = 5_000
_NAMES_AT_ONCE = 2_000

Item = TypeVar("Item")

# Each change says again under which state it is right: somebody may have been quicker.
_MAKE_CANONICAL = """
UPDATE catalog_tag SET is_canonical = true, is_unwrangleable = false, version = version + 1
WHERE id IN [[tags]] AND NOT is_canonical AND synonym_of_id IS NULL
RETURNING id
"""
_MAKE_UNWRANGLEABLE = """
UPDATE catalog_tag SET is_unwrangleable = true, version = version + 1
WHERE id IN [[tags]] AND NOT is_canonical AND synonym_of_id IS NULL AND NOT is_unwrangleable
RETURNING id
"""
_MAKE_SYNONYMS = """
UPDATE catalog_tag
SET synonym_of_id = pair.b, is_unwrangleable = false, version = catalog_tag.version + 1
FROM <<pairs>> AS pair JOIN catalog_tag AS target ON target.id = pair.b
WHERE catalog_tag.id = pair.a AND catalog_tag.synonym_of_id IS NULL
    AND NOT catalog_tag.is_canonical AND target.is_canonical AND target.kind = catalog_tag.kind
RETURNING catalog_tag.id
"""
_HAND_DOWN_TO_SYNONYMS = """
INSERT INTO catalog_tagparent (from_tag_id, to_tag_id)
SELECT synonym.id, link.to_tag_id
FROM catalog_tag AS synonym
JOIN catalog_tagparent AS link ON link.from_tag_id = synonym.synonym_of_id
JOIN catalog_tag AS fandom ON fandom.id = link.to_tag_id AND fandom.kind = 'fandom'
WHERE (synonym.id IN [[tags]] OR synonym.synonym_of_id IN [[tags]])
ON CONFLICT DO NOTHING
RETURNING id
"""
_HAND_DOWN_TO_RELATIONSHIPS = """
INSERT INTO catalog_tagparent (from_tag_id, to_tag_id)
SELECT link.from_tag_id, above.to_tag_id
FROM catalog_tagparent AS link
JOIN catalog_tag AS figure ON figure.id = link.to_tag_id AND figure.kind = 'character'
JOIN catalog_tagparent AS above ON above.from_tag_id = figure.id
JOIN catalog_tag AS fandom ON fandom.id = above.to_tag_id AND fandom.kind = 'fandom'
WHERE (link.from_tag_id IN [[tags]] OR figure.id IN [[tags]])
ON CONFLICT DO NOTHING
RETURNING id
"""
_HAND_UP_TO_TARGETS = """
INSERT INTO catalog_tagparent (from_tag_id, to_tag_id)
SELECT DISTINCT pair.b, link.to_tag_id
FROM <<pairs>> AS pair JOIN catalog_tagparent AS link ON link.from_tag_id = pair.a
WHERE link.to_tag_id <> pair.b
ON CONFLICT DO NOTHING
RETURNING id
"""
_IN_USE = """
SELECT tag.id FROM catalog_tag AS tag
WHERE tag.id IN [[tags]] AND (
    EXISTS (SELECT 1 FROM catalog_worktag AS typed WHERE typed.tag_id = tag.id)
    OR EXISTS (SELECT 1 FROM catalog_workfiltertag AS found WHERE found.tag_id = tag.id)
)
"""


class GraphWriter:
    """Writes one draft; ids of its keys are learned on the way."""

    def __init__(self, draft: GraphDraft, tell: Callable[[str, int, int], None]) -> None:
        self.draft = draft
        self.tell = tell
        self.ids: dict[Key, int] = {key: tag.id for key, tag in draft.known.items()}

    def write(self) -> None:
        """All of it: tags, states, synonyms, metatags, parents."""
        self._create()
        draft = self.draft
        self._set_states("canonical", draft.canonical - draft.new.keys(), _MAKE_CANONICAL)
        self._set_states(
            "unwrangleable", draft.unwrangleable - draft.new.keys(), _MAKE_UNWRANGLEABLE
        )
        self._make_synonyms()
        self._link_metatags()
        self._link_parents()
        draft.report.changed = +draft.report.changed

    def _create(self) -> None:
        """New tags in the state they shall have, synonyms after what they point at."""
        draft = self.draft
        plain = [key for key in draft.new if key not in draft.synonyms]
        synonyms = [key for key in draft.new if key in draft.synonyms]
        done, total = 0, len(draft.new)
        for part in (*_batches(plain), *_batches(synonyms)):
            with transaction.atomic():
                lock_graph()
                self._create_batch(part)
            done += len(part)
            self.tell("create tags", done, total)

    def _create_batch(self, keys: Sequence[Key]) -> None:
        """Somebody may make the same name meanwhile; then theirs stands, in the state they gave."""
        draft = self.draft
        Tag.objects.bulk_create([self._new_tag(key) for key in keys], ignore_conflicts=True)
        self._learn(keys)
        insert_words((self.ids[key], key[0], draft.new[key]) for key in keys)
        draft.report.created.update(kind for kind, _ in keys)
        draft.report.changed["created"] += len(keys)
        draft.report.changed["synonyms"] += sum(key in draft.synonyms for key in keys)

    def _new_tag(self, key: Key) -> Tag:
        draft = self.draft
        target = draft.synonyms.get(key)
        return Tag(
            kind=key[0],
            name=draft.new[key],
            folded=key[1],
            is_canonical=key in draft.canonical or key[0] in CLOSED_KINDS,
            is_unwrangleable=key in draft.unwrangleable,
            synonym_of_id=self.ids[target] if target else None,
        )

    def _learn(self, keys: Sequence[Key]) -> None:
        """Read the ids of these keys."""
        names: dict[str, list[str]] = defaultdict(list)
        for kind, folded in keys:
            names[kind].append(folded)
        for kind, of_kind in names.items():
            for start in range(0, len(of_kind), _NAMES_AT_ONCE):
                part = of_kind[start : start + _NAMES_AT_ONCE]
                rows = Tag.objects.filter(kind=kind, folded__in=part)
                for folded, pk in rows.values_list("folded", "pk"):
                    self.ids[kind, folded] = pk

    def _set_states(self, what: str, keys: set[Key], sql: str) -> None:
        done = 0
        for part in _batches(sorted(keys)):
            with transaction.atomic():
                lock_graph()
                changed = [row[0] for row in run(sql, tags=[self.ids[key] for key in part])]
                self.draft.report.changed[what] += len(changed)
                self._catch_up(changed)
            done += len(part)
            self.tell(f"make {what}", done, len(keys))

    def _make_synonyms(self) -> None:
        pairs = [
            (self.ids[key], self.ids[target])
            for key, target in self.draft.synonyms.items()
            if key not in self.draft.new
        ]
        done, report = 0, self.draft.report
        for part in _batches(pairs):
            with transaction.atomic():
                lock_graph()
                changed = [row[0] for row in run(_MAKE_SYNONYMS, pairs=part)]
                report.changed["synonyms"] += len(changed)
                report.changed["parents"] += len(run(_HAND_UP_TO_TARGETS, pairs=part))
                self._catch_up(changed)
            done += len(part)
            self.tell("make synonyms", done, len(pairs))
        self._hand_down(_HAND_DOWN_TO_SYNONYMS, [self.ids[key] for key in self.draft.synonyms])

    def _link_metatags(self) -> None:
        pairs = sorted((self.ids[low], self.ids[high]) for low, high in self.draft.metatags)
        done = 0
        for part in _batches(pairs):
            with transaction.atomic():
                lock_graph()
                MetaTagging.objects.bulk_create(
                    [MetaTagging(subtag_id=low, metatag_id=high) for low, high in part],
                    ignore_conflicts=True,
                )
                lower = {low for low, _ in part}
                refresh_closure(with_descendants(lower))
                self.draft.report.changed["metatags"] += len(part)
                self._catch_up(sorted(lower))
            done += len(part)
            self.tell("link metatags", done, len(pairs))

    def _link_parents(self) -> None:
        pairs = sorted((self.ids[low], self.ids[high]) for low, high in self.draft.parents)
        done = 0
        for part in _batches(pairs):
            with transaction.atomic():
                lock_graph()
                TagParent.objects.bulk_create(
                    [TagParent(from_tag_id=low, to_tag_id=high) for low, high in part],
                    ignore_conflicts=True,
                )
                self.draft.report.changed["parents"] += len(part)
                announce_tags_changed(self._in_use([low for low, _ in part]))
            done += len(part)
            self.tell("link parents", done, len(pairs))
        children = sorted({low for low, _ in pairs})
        self._hand_down(_HAND_DOWN_TO_RELATIONSHIPS, children)
        self._hand_down(_HAND_DOWN_TO_SYNONYMS, children)

    def _hand_down(self, sql: str, ids: Sequence[int]) -> None:
        """Fandoms that come by way of characters and of canonical tags."""
        for part in _batches(ids):
            with transaction.atomic():
                lock_graph()
                self.draft.report.changed["parents"] += len(run(sql, tags=part))

    def _catch_up(self, ids: Sequence[int]) -> None:
        """Works under changed tags: at once where they are few, by the indexer in any case."""
        used = self._in_use(ids)
        if not used:
            return
        announce_tags_changed(used)
        works = works_of(used, limit=_WORKS_AT_ONCE)
        if len(works) < _WORKS_AT_ONCE:
            refresh_works(works)
            bump_versions(works)
            self.draft.report.works += len(works)

    @staticmethod
    def _in_use(ids: Sequence[int]) -> list[int]:
        return [row[0] for row in run(_IN_USE, tags=ids)] if ids else []


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch
