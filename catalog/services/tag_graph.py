"""Loads a whole tag graph, or parts of one, by set-based statements: for files and for the demo.

What people have decided stays: the load never makes a canonical tag a synonym, a synonym
canonical, or a name another. Every statement is taken over or refused with a reason, and loading
the same again changes nothing. Each batch is a transaction of its own, so that nobody waits long;
a load that was interrupted is simply run again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from archive.core.viewer import SYSTEM
from catalog.models import CLOSED_KINDS, Kind, MetaTagging, Tag, TagAlias, TagParent
from catalog.services.graph_lock import lock_graph
from catalog.services.log import log_action
from catalog.services.tag_graph_data import GraphReport, Key, TagRow
from catalog.services.tag_graph_draft import GraphDraft, Known, keys_of, understand
from catalog.services.tag_graph_write import GraphWriter

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done and how much there is."""

_NAMES_AT_ONCE = 2_000


def load_tag_graph(
    rows: Iterable[TagRow | Mapping[str, Any]],
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> GraphReport:
    """Make the tag graph hold what the rows say; mappings are rows of ``tags.toml``.

    What cannot be taken over stands in the report. Works that carry tags whose state or links
    change are brought up to date, or left to the indexer where there are many. A dry run reports
    without writing, but for fandoms that relationships and synonyms would inherit.
    """
    tell = progress or _tell_nobody
    given = [row if isinstance(row, TagRow) else TagRow.from_mapping(row) for row in rows]
    report = GraphReport()
    draft = _draft(given, report, tell)
    draft.take(given)
    understand.cache_clear()
    if dry_run:
        _foretell(draft)
    else:
        GraphWriter(draft, tell).write()
        if report.has_changed:
            _log(report)
    return report


def _draft(rows: Sequence[TagRow], report: GraphReport, tell: Progress) -> GraphDraft:
    """A draft that knows of the archive what the rows can touch."""
    with transaction.atomic():
        lock_graph()
        keys = keys_of(rows)
        aliases = _aliases() if any(kind in CLOSED_KINDS for kind, _ in keys) else {}
        known = _known(keys | {aliases[key] for key in keys & aliases.keys()}, tell)
        known |= _known({tag.target for tag in known.values() if tag.target} - known.keys(), tell)
        links = any(row.metatags for row in rows)
        parents = any(row.parents for row in rows)
        return GraphDraft(
            known=known,
            aliases={key: target for key, target in aliases.items() if key not in known},
            known_metatags=_metatags() if links else {},
            known_parents=_parents(known) if parents else {},
            report=report,
        )


def _known(keys: set[Key], tell: Progress) -> dict[Key, Known]:
    names: dict[str, list[str]] = defaultdict(list)
    for kind, folded in keys:
        names[kind].append(folded)
    found: dict[Key, Known] = {}
    done = 0
    for kind, of_kind in names.items():
        of_kind.sort()
        for start in range(0, len(of_kind), _NAMES_AT_ONCE):
            part = of_kind[start : start + _NAMES_AT_ONCE]
            rows = Tag.objects.filter(kind=kind, folded__in=part).values_list(
                "folded", "pk", "is_canonical", "is_unwrangleable", "synonym_of__folded"
            )
            for folded, pk, is_canonical, is_unwrangleable, target in rows:
                key = (kind, target) if target is not None else None
                found[kind, folded] = Known(pk, is_canonical, is_unwrangleable, key)
            done += len(part)
            tell("look up names", done, len(keys))
    return found


def _aliases() -> dict[Key, Key]:
    rows = TagAlias.objects.values_list("kind", "folded", "tag__folded")
    return {(kind, folded): (kind, target) for kind, folded, target in rows}


def _metatags() -> dict[Key, set[Key]]:
    links: dict[Key, set[Key]] = defaultdict(set)
    rows = MetaTagging.objects.values_list("subtag__kind", "subtag__folded", "metatag__folded")
    for kind, low, high in rows.iterator(chunk_size=_NAMES_AT_ONCE):
        links[kind, low].add((kind, high))
    return links


def _parents(known: Mapping[Key, Known]) -> dict[Key, set[Key]]:
    keys = {tag.id: key for key, tag in known.items() if key[0] != Kind.MEDIA}
    links: dict[Key, set[Key]] = defaultdict(set)
    rows = TagParent.objects.values_list("from_tag_id", "to_tag__kind", "to_tag__folded")
    for child_id, kind, folded in rows.iterator(chunk_size=_NAMES_AT_ONCE):
        if child_id in keys:
            links[keys[child_id]].add((kind, folded))
    return links


def _foretell(draft: GraphDraft) -> None:
    """What a load would change, but for fandoms that come by way of others."""
    report = draft.report
    for kind, _ in draft.new:
        report.created[kind] += 1
    report.changed.update(
        created=len(draft.new),
        canonical=len(draft.canonical - draft.new.keys()),
        unwrangleable=len(draft.unwrangleable - draft.new.keys()),
        synonyms=len(draft.synonyms),
        metatags=len(draft.metatags),
        parents=len(draft.parents),
    )
    report.changed = +report.changed


def _log(report: GraphReport) -> None:
    with transaction.atomic():
        log_action(
            actor=SYSTEM,
            verb="tag.load",
            object_kind="archive",
            object_id=0,
            label="tag graph",
            after={
                "changed": dict(report.changed),
                "created": dict(report.created),
                "refused": dict(report.refused),
            },
        )


def _tell_nobody(stage: str, done: int, total: int) -> None:
    """Progress for callers that show none."""
