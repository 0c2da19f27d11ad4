"""From names as typed to tags: known ones are found, new ones of open kinds are made."""

from collections.abc import Mapping

from django.db import transaction
from rapidfuzz import fuzz, process

from archive.core.errors import FieldError, InvalidInput
from archive.core.said import say
from archive.core.text import clean_tag_name, fold_name
from catalog.kindwords import kind_label
from catalog.models import CLOSED_KINDS, Kind, Tag, TagAlias
from catalog.services.graph_lock import share_graph
from catalog.taglookup import NameKey, NamesByKind, resolve_many, resolve_tag
from catalog.tagwords import index_words

__all__ = ["NameKey", "get_or_create_tags", "resolve_many", "resolve_tag"]

SUGGESTIONS = 5
_LIKENESS = 50


@transaction.atomic
def get_or_create_tags(names_by_kind: NamesByKind) -> dict[NameKey, Tag]:
    """The tags of these names by kind and folded name; new names become unsorted tags.

    Raises InvalidInput with an entry for each fault, whose field is the kind: ``tag.name_invalid``
    for what cannot be a name, ``tag.unknown`` for unknown names of closed kinds with up to five
    suggestions and what is allowed, ``tag.kind_unknown`` for a kind that does not exist. Nothing
    is made then. Two transactions may make the same names at once.
    """
    share_graph()
    named = {str(kind): list(names) for kind, names in names_by_kind.items()}
    faults: list[FieldError] = []
    clean = _clean(named, faults)
    found = resolve_many({kind: [name for name, _ in rows] for kind, rows in clean.items()})
    for kind in [kind for kind in clean if kind in CLOSED_KINDS]:
        unknown = [name for name, folded in clean[kind] if (kind, folded) not in found]
        faults += _unknown(kind, unknown)
    if faults:
        more = len(faults) - 1
        raise InvalidInput(
            say("{detail} (and {more} more)", detail=faults[0].detail, more=more)
            if more
            else faults[0].detail,
            code=faults[0].code,
            errors=faults,
            extra=faults[0].extra,
        )
    new: dict[NameKey, Tag] = {}
    for kind, rows in clean.items():
        for name, folded in rows:
            if (kind, folded) not in found:
                new.setdefault((kind, folded), Tag(kind=kind, name=name, folded=folded))
    return found | _make(new)


def _clean(named: Mapping[str, list[str]], faults: list[FieldError]) -> dict[str, list[NameKey]]:
    """Pairs of the clean and the folded name, by kind."""
    clean: dict[str, list[NameKey]] = {}
    for kind, names in named.items():
        if kind not in Kind.values:
            detail = say(
                "{kind!r} is not a kind of tag; allowed are {values}.",
                kind=kind,
                values=", ".join(Kind.values),
            )
            faults.append(FieldError(kind, "tag.kind_unknown", detail))
            continue
        clean[kind] = []
        for name in names:
            try:
                tidy = clean_tag_name(name)
            except InvalidInput as error:
                faults.append(FieldError(kind, error.code, error.detail, error.extra))
            else:
                clean[kind].append((tidy, fold_name(tidy)))
    return clean


def _make(new: Mapping[NameKey, Tag]) -> dict[NameKey, Tag]:
    """Insert what is still missing and read all of it back: somebody else may have been quicker."""
    if not new:
        return {}
    # In one order for everybody: two transactions that insert the same names cannot block each
    # other in a circle.
    Tag.objects.bulk_create([new[key] for key in sorted(new)], ignore_conflicts=True)
    names: dict[str, list[str]] = {}
    for kind, folded in new:
        names.setdefault(kind, []).append(folded)
    made = resolve_many(names)
    index_words(made.values())
    return made


def _unknown(kind: str, names: list[str]) -> list[FieldError]:
    if not names:
        return []
    allowed = list(Tag.objects.of_kind(kind).canonical().order_by("position", "name"))
    forms = {tag.name: tag.name for tag in allowed}
    aliases = TagAlias.objects.filter(kind=kind).select_related("tag")
    forms.update({alias.name: alias.tag.name for alias in aliases})
    allowed_names = [tag.name for tag in allowed]
    return [
        FieldError(
            kind,
            "tag.unknown",
            say(
                "The {lower} {name!r} is not known; allowed are {allowed_names}.",
                lower=kind_label(kind),
                name=name[:150],
                allowed_names=", ".join(allowed_names),
            ),
            {"suggestions": _nearest(name, forms) or allowed_names[:SUGGESTIONS]},
        )
        for name in names
    ]


def _nearest(name: str, forms: Mapping[str, str]) -> list[str]:
    """Up to five allowed names, those first one of whose forms looks most like this one."""
    likely = process.extract(
        name, forms.keys(), scorer=fuzz.ratio, processor=fold_name, limit=20, score_cutoff=_LIKENESS
    )
    return list(dict.fromkeys(forms[form] for form, _, _ in likely))[:SUGGESTIONS]
