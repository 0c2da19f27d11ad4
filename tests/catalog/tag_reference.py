"""Slow, obvious counterparts of the statements that keep filter tags, flags and counts."""

from collections import defaultdict

from catalog.models import MetaTagging, Tag, TagAncestor, Work, WorkFilterTag, WorkTag


def expected_ancestors() -> dict[int, set[int]]:
    """All broader tags of each tag, by walking the direct links."""
    up = defaultdict(set)
    for link in MetaTagging.objects.all():
        up[link.subtag_id].add(link.metatag_id)
    closure = {}
    for tag_id in list(up):
        seen, waiting = set(), [tag_id]
        while waiting:
            for above in up.get(waiting.pop(), ()):
                if above not in seen:
                    seen.add(above)
                    waiting.append(above)
        closure[tag_id] = seen
    return {tag_id: above for tag_id, above in closure.items() if above}


def stored_ancestors() -> dict[int, set[int]]:
    """All broader tags of each tag, as the closure table says."""
    closure = defaultdict(set)
    for link in TagAncestor.objects.all():
        closure[link.tag_id].add(link.ancestor_id)
    return dict(closure)


def expected_filters() -> dict[int, dict[int, bool]]:
    """For each work its filter tags, and whether each is direct."""
    ancestors = expected_ancestors()
    tags = Tag.objects.in_bulk()
    filters: dict[int, dict[int, bool]] = {work.pk: {} for work in Work.everything.all()}
    for typed in WorkTag.objects.all():
        tag = tags[typed.tag_id]
        if tag.synonym_of_id is not None:
            tag = tags[tag.synonym_of_id]
        if tag.is_canonical:
            filters[typed.work_id][tag.pk] = True
    for row in filters.values():
        for tag_id in list(row):
            for above in ancestors.get(tag_id, ()):
                row.setdefault(above, False)
    return filters


def stored_filters() -> dict[int, dict[int, bool]]:
    """For each work its filter tags, as the table says."""
    filters: dict[int, dict[int, bool]] = {work.pk: {} for work in Work.everything.all()}
    for row in WorkFilterTag.objects.all():
        filters[row.work_id][row.tag_id] = row.is_direct
    return filters


def is_public(work: Work) -> bool:
    """Whether everybody may see the work."""
    return (
        work.status == "posted"
        and not work.is_restricted
        and work.hidden_at is None
        and work.held_at is None
        and work.deleted_at is None
    )


def expected_counts() -> dict[int, int]:
    """For each tag the number of public works found under it."""
    counts = dict.fromkeys(Tag.objects.values_list("pk", flat=True), 0)
    public = {work.pk for work in Work.everything.all() if is_public(work)}
    for work_id, row in expected_filters().items():
        if work_id in public:
            for tag_id in row:
                counts[tag_id] += 1
    return counts


def expected_flags() -> dict[int, tuple[bool, bool]]:
    """For each work whether it is a crossover and whether it has one pairing."""
    ancestors = expected_ancestors()
    tags = Tag.objects.in_bulk()
    flags = {}
    for work in Work.everything.all():
        resolved = defaultdict(set)
        for typed in WorkTag.objects.filter(work=work):
            tag = tags[typed.tag_id]
            resolved[tag.kind].add(tag.synonym_of_id or tag.pk)
        reach = {pk: {pk} | ancestors.get(pk, set()) for pk in resolved["fandom"]}
        linked = any(all(mine & other for other in reach.values()) for mine in reach.values())
        flags[work.pk] = (len(reach) > 1 and not linked, len(resolved["relationship"]) == 1)
    return flags


def assert_catalogue_exact() -> None:
    """Everything computed equals what the slow way gives."""
    assert stored_ancestors() == expected_ancestors()
    assert stored_filters() == expected_filters()
    assert dict(Tag.objects.values_list("pk", "works_count")) == expected_counts()
    stored = {w.pk: (w.is_crossover, w.is_one_pairing) for w in Work.everything.all()}
    assert stored == expected_flags()
