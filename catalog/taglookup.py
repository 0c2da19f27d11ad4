"""Tags by their names: folded, with the aliases of the closed kinds."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from archive.core.text import fold_name
from catalog.models import CLOSED_KINDS, Kind, Tag, TagAlias

NameKey = tuple[str, str]
"""A kind and a folded name."""
NamesByKind = Mapping[str, Iterable[str]] | Mapping[Kind, Iterable[str]]

_NAMES_AT_ONCE = 1_000


def resolve_tag(kind: str, name: str) -> Tag | None:
    """The tag of this kind with this name, or None.

    A synonym is returned as it is, with ``synonym_of`` at hand. In closed kinds other forms of a
    name ("Underage", "Teen And Up Audiences") resolve to the tag.
    """
    return resolve_many({kind: [name]}).get((kind, fold_name(name)))


def resolve_many(names_by_kind: NamesByKind) -> dict[NameKey, Tag]:
    """Those of the names that are known, by kind and folded name, in at most two statements.

    A name that cannot be a tag's is simply not known.
    """
    wanted = {
        (str(kind), folded)
        for kind, names in names_by_kind.items()
        for folded in {fold_name(name) for name in names}
        if folded
    }
    if not wanted:
        return {}
    tags = Tag.objects.filter(_named(wanted)).select_related("synonym_of")
    found = {(tag.kind, tag.folded): tag for tag in tags}
    missing = {key for key in wanted - found.keys() if key[0] in CLOSED_KINDS}
    if missing:
        for alias in TagAlias.objects.filter(_named(missing)).select_related("tag"):
            found[alias.kind, alias.folded] = alias.tag
    return found


def resolve_any_kind(name: str) -> list[Tag]:
    """The tags of all kinds that have this name, in the display order of kinds."""
    order = {kind.value: place for place, kind in enumerate(Kind)}
    found = resolve_many({kind: [name] for kind in Kind})
    return sorted(found.values(), key=lambda tag: order[tag.kind])


def _named(keys: set[NameKey]) -> Q:
    condition = Q(pk__in=[])
    for kind in sorted({kind for kind, _ in keys}):
        names = sorted(folded for of_kind, folded in keys if of_kind == kind)
        for start in range(0, len(names), _NAMES_AT_ONCE):
            condition |= Q(kind=kind, folded__in=names[start : start + _NAMES_AT_ONCE])
    return condition
