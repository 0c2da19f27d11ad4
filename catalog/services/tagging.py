"""The tags of a work as its creators typed them."""

from collections.abc import Mapping, Sequence

from archive.core.errors import FieldError, InvalidInput
from archive.core.said import say
from archive.core.text import clean_tag_name, fold_name
from catalog.kindwords import kind_word
from catalog.models import CLOSED_KINDS, WORK_KINDS, Tag, Work, WorkTag
from catalog.services import limits
from catalog.services.checking import Faults
from catalog.services.data import TagName
from catalog.services.tagnames import get_or_create_tags

FIELDS = {
    "rating": "rating",
    "warning": "warnings",
    "category": "categories",
    "fandom": "fandoms",
    "relationship": "relationships",
    "character": "characters",
    "freeform": "freeforms",
}


def resolve_tags(
    tags: Mapping[str, Sequence[TagName]], faults: Faults
) -> dict[str, list[tuple[Tag, str]]]:
    """Each kind's tags with the name as typed, in order and without doubles.

    New names become unsorted tags; in closed kinds they are faults with suggestions.
    """
    for kind in set(tags) - {kind.value for kind in WORK_KINDS}:
        faults.add(
            kind,
            "tag.kind_unknown",
            say("{kind!r} is not a kind of tag that works carry.", kind=kind),
        )
    by_id = _by_id(tags, faults)
    names = {
        kind: [name for name in values if isinstance(name, str)]
        for kind, values in tags.items()
        if kind in FIELDS
    }
    found = _by_name(names, faults)
    resolved: dict[str, list[tuple[Tag, str]]] = {}
    for kind, values in tags.items():
        if kind not in FIELDS:
            continue
        rows: dict[int, tuple[Tag, str]] = {}
        for value in values:
            pair = by_id.get(value) if isinstance(value, int) else found.get((kind, value))
            if pair is not None:
                rows.setdefault(pair[0].pk, pair)
        resolved[kind] = list(rows.values())
    if len(resolved.get("rating", [])) > 1:
        faults.add("rating", "rating.too_many", say("A work has exactly one rating."))
    return resolved


def set_work_tags(*, work: Work, tags: Mapping[str, list[tuple[Tag, str]]], faults: Faults) -> None:
    """Replace the work's tags of the kinds given; the caller refreshes the filter tags."""
    present = list(WorkTag.objects.filter(work=work).select_related("tag"))
    kept = [row for row in present if row.tag.kind not in tags]
    total = sum(row.tag.kind in limits.COUNTED_KINDS for row in kept) + sum(
        len(rows) for kind, rows in tags.items() if kind in limits.COUNTED_KINDS
    )
    if total > limits.TAGS_PER_WORK:
        faults.add(
            "freeforms",
            "tag.too_many",
            say(
                "The work would have {total} fandom, relationship, character and freeform "
                "tags; at most {most} are allowed.",
                total=total,
                most=limits.TAGS_PER_WORK,
            ),
        )
        faults.raise_if_any()
    WorkTag.objects.filter(work=work, tag__kind__in=list(tags)).delete()
    WorkTag.objects.bulk_create(
        [
            WorkTag(work=work, tag=tag, name=name, position=place)
            for rows in tags.values()
            for place, (tag, name) in enumerate(rows)
        ]
    )


def _by_id(tags: Mapping[str, Sequence[TagName]], faults: Faults) -> dict[int, tuple[Tag, str]]:
    ids = {value for values in tags.values() for value in values if isinstance(value, int)}
    rows = {tag.pk: tag for tag in Tag.objects.filter(pk__in=ids)} if ids else {}
    found: dict[int, tuple[Tag, str]] = {}
    for kind, values in tags.items():
        for value in values:
            if not isinstance(value, int):
                continue
            tag = rows.get(value)
            if tag is None:
                faults.add(
                    FIELDS.get(kind, kind),
                    "tag.unknown",
                    say("There is no tag {value}.", value=value),
                )
            elif tag.kind != kind:
                faults.add(
                    FIELDS.get(kind, kind),
                    "tag.kind_mismatch",
                    say(
                        "Tag {value} ({name}) is a {kind}, not a {wanted}.",
                        value=value,
                        name=tag.name,
                        kind=kind_word(tag.kind),
                        wanted=kind_word(kind),
                    ),
                )
            else:
                found[value] = (tag, tag.name)
    return found


def _by_name(
    names: Mapping[str, Sequence[str]], faults: Faults
) -> dict[tuple[str, str], tuple[Tag, str]]:
    """Tags by (kind, name as given); the name kept is the one typed, in its clean form."""
    try:
        tags = get_or_create_tags(names)
    except InvalidInput as error:
        faults.errors.extend(
            FieldError(f"{faults.prefix}{FIELDS.get(e.field, e.field)}", e.code, e.detail, e.extra)
            for e in error.errors
        )
        if not error.errors:
            faults.add("tags", error.code, error.detail)
        return {}
    found: dict[tuple[str, str], tuple[Tag, str]] = {}
    for kind, values in names.items():
        for name in values:
            tag = tags.get((kind, fold_name(name)))
            if tag is not None:
                found[kind, name] = (tag, tag.name if kind in CLOSED_KINDS else _typed(name, tag))
    return found


def _typed(name: str, tag: Tag) -> str:
    """The name as typed, composed and without what cannot be seen."""
    try:
        return clean_tag_name(name)
    except InvalidInput:
        # It means a known tag all the same, but holds what no name may hold.
        return tag.name
