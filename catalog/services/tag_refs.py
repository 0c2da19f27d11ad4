"""Tags as acts of wrangling are given them: ids or names."""

from collections.abc import Sequence

from archive.core.errors import FieldError, InvalidInput
from archive.core.said import say
from archive.core.text import fold_name
from catalog.kindwords import any_of
from catalog.models import Tag
from catalog.taglookup import resolve_many
from catalog.tagsearch import suggest_names

TagRefs = Sequence[int | str]
"""Ids or names."""


def find_tags(refs: TagRefs, *, field: str, kinds: Sequence[str]) -> list[Tag]:
    """The tags that are meant, each once; names are looked up in ``kinds`` in this order.

    Raises InvalidInput ``tag.unknown`` with an entry for each, with suggestions for names, and
    ``tag.ambiguous`` for a name that stands in several of the kinds.
    """
    ids = [ref for ref in refs if isinstance(ref, int)]
    names = [ref for ref in refs if isinstance(ref, str)]
    by_id = Tag.objects.in_bulk(ids) if ids else {}
    by_name = resolve_many(dict.fromkeys(kinds, names)) if names else {}
    found: dict[int, Tag] = {}
    faults: list[FieldError] = []
    for place, ref in enumerate(refs):
        path = f"{field}[{place}]"
        if isinstance(ref, int):
            tag = by_id.get(ref)
            matches = [tag] if tag else []
        else:
            keys = [(str(kind), fold_name(ref)) for kind in kinds]
            matches = [by_name[key] for key in keys if key in by_name]
        if not matches:
            faults.append(_unknown(ref, path, kinds))
        elif len(matches) > 1:
            said = ", ".join(f"{tag.kind} {tag.pk}" for tag in matches)
            faults.append(
                FieldError(
                    path, "tag.ambiguous", say("{ref!r} may mean {said}.", ref=ref, said=said)
                )
            )
        else:
            found[matches[0].pk] = matches[0]
    if faults:
        raise InvalidInput(faults[0].detail, code=faults[0].code, errors=faults)
    return list(found.values())


def _unknown(ref: int | str, path: str, kinds: Sequence[str]) -> FieldError:
    if isinstance(ref, int):
        return FieldError(path, "tag.unknown", say("There is no tag {ref}.", ref=ref))
    return FieldError(
        path,
        "tag.unknown",
        say("There is no {kinds} tag named {ref!r}.", kinds=any_of(kinds), ref=ref[:150]),
        {"suggestions": suggest_names(ref, kinds)},
    )
