"""The tags of an exported archive: names first, then what joins them."""

from collections.abc import Iterable

from archive.core.text import fold_name
from catalog.models import MetaTagging, Tag, TagAlias, TagParent
from catalog.models.tag import CLOSED_KINDS
from catalog.services.archive_fields import TAG, ArchiveBroken, Row, clean_row
from catalog.services.archive_files import ArchiveFiles
from catalog.services.closure import refresh_closure
from catalog.tagwords import index_words

_ROWS_AT_ONCE = 2_000
TagKey = tuple[str, str]


def import_tags(files: ArchiveFiles) -> None:
    """Write the tags; those of closed kinds are known by name and brought up to date."""
    for batch in files.batches("tags", _ROWS_AT_ONCE):
        _write_tags(batch)
    ids = tag_ids()
    for batch in files.batches("tags", _ROWS_AT_ONCE):
        _write_links(batch, ids)
    refresh_closure(MetaTagging.objects.values_list("subtag_id", flat=True).distinct())


def tag_ids() -> dict[TagKey, int]:
    """The ids of all tags by kind and folded name."""
    rows = Tag.objects.values_list("kind", "folded", "pk")
    return {(kind, folded): pk for kind, folded, pk in rows.iterator(chunk_size=10_000)}


def find(ids: dict[TagKey, int], kind: str, name: str, where: str) -> int:
    """The id of a tag. Raises ArchiveBroken."""
    found = ids.get((kind, fold_name(name)))
    if found is None:
        raise ArchiveBroken(f"{where}: there is no {kind} {name[:60]!r} in tags.ndjson.")
    return found


def _write_tags(batch: Iterable[tuple[str, Row]]) -> None:
    rows = []
    for where, row in batch:
        values = clean_row(row, TAG, where)
        values["folded"] = fold_name(values["name"])
        rows.append((row.get("id") if values["kind"] not in CLOSED_KINDS else None, values))
    names = [values["folded"] for _, values in rows]
    known = {(tag.kind, tag.folded): tag for tag in Tag.objects.filter(folded__in=names)}
    taken = set(
        Tag.objects.filter(pk__in=[pk for pk, _ in rows if pk]).values_list("pk", flat=True)
    )
    new, changed = [], []
    for pk, values in rows:
        tag = known.get((values["kind"], values["folded"]))
        if tag is None:
            new.append(Tag(**values, pk=pk if pk not in taken else None))
        else:
            for name, value in values.items():
                setattr(tag, name, value)
            changed.append(tag)
    Tag.objects.bulk_create(new)
    index_words(new)
    if changed:
        Tag.objects.bulk_update(changed, [key.attribute for key in TAG], batch_size=200)


def _write_links(batch: Iterable[tuple[str, Row]], ids: dict[TagKey, int]) -> None:
    synonyms, metatags, parents = [], [], []
    aliases: list[TagAlias] = []
    for where, row in batch:
        kind, name = row["kind"], row["name"]
        tag_id = find(ids, kind, name, where)
        if row.get("synonym_of"):
            target = find(ids, kind, row["synonym_of"], where)
            synonyms.append(Tag(pk=tag_id, synonym_of_id=target))
        for broader in row.get("metatags", ()):
            target = find(ids, kind, broader, where)
            metatags.append(MetaTagging(subtag_id=tag_id, metatag_id=target))
        for above_kind, above in row.get("parents", ()):
            target = find(ids, above_kind, above, where)
            parents.append(TagParent(from_tag_id=tag_id, to_tag_id=target))
        aliases += [
            TagAlias(tag_id=tag_id, kind=kind, name=alias, folded=fold_name(alias))
            for alias in row.get("aliases", ())
        ]
    if synonyms:
        Tag.objects.bulk_update(synonyms, ["synonym_of"], batch_size=500)
    MetaTagging.objects.bulk_create(metatags, ignore_conflicts=True)
    TagParent.objects.bulk_create(parents, ignore_conflicts=True)
    TagAlias.objects.bulk_create(aliases, ignore_conflicts=True)
