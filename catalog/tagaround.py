"""What stands around one tag, in a fixed number of statements whatever its size."""

from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from archive.core.errors import NotFound
from archive.core.viewer import Viewer
from catalog.models import Kind, Tag

MOST = 100


@dataclass(frozen=True)
class Around:
    """The neighbours of a tag, at most 100 of each sort and kind, the most used first."""

    synonyms: list[Tag]
    parents: list[Tag]
    children: dict[str, list[Tag]]
    metatags: list[Tag]
    subtags: list[Tag]


def find_tag(tag_id: int, *, kind: str = "", viewer: Viewer | None = None) -> Tag:
    """A tag, ``synonym_of`` at hand. Raises NotFound, for a tag of another kind too."""
    rows = Tag.objects.known_to(viewer).select_related("synonym_of").filter(pk=tag_id)
    tag = (rows.filter(kind=kind) if kind else rows).first()
    if tag is None:
        raise NotFound(f"There is no {kind or 'tag'} {tag_id}.", code="tag.not_found")
    return tag


def around(tag: Tag) -> Around:
    """The neighbours of a tag: five statements."""
    used = ("-works_count", "folded", "pk")
    place = Window(
        RowNumber(), partition_by=F("kind"), order_by=[F("works_count").desc(), "folded"]
    )
    below = Tag.objects.filter(parent_links__to_tag=tag).annotate(place=place)
    children: dict[str, list[Tag]] = {}
    for child in below.filter(place__lte=MOST).order_by("kind", "place"):
        children.setdefault(child.kind, []).append(child)
    return Around(
        synonyms=list(tag.synonyms.order_by("folded", "pk")[:MOST]),
        parents=list(tag.parents.order_by("kind", *used)[:MOST]),
        children={kind.value: children[kind] for kind in Kind if kind in children},
        metatags=list(tag.metatags.order_by(*used)[:MOST]),
        subtags=list(tag.subtags.order_by(*used)[:MOST]),
    )
