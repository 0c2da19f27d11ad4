"""What stands around one tag, in a fixed number of statements whatever its size."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from archive.core.errors import NotFound
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.kindwords import kind_word
from catalog.models import Kind, Tag

MOST = 100
_USED = ("-works_count", "folded", "pk")


@dataclass
class Around:
    """The neighbours of a tag, at most 100 of each sort and kind, the most used first.

    Each sort takes one statement, when it is first looked at.
    """

    tag: Tag

    @cached_property
    def synonyms(self) -> list[Tag]:
        """Its other names."""
        return list(self.tag.synonyms.order_by("folded", "pk")[:MOST])

    @cached_property
    def parents(self) -> list[Tag]:
        """What it belongs to."""
        return list(self.tag.parents.order_by("kind", *_USED)[:MOST])

    @cached_property
    def children(self) -> dict[str, list[Tag]]:
        """What belongs to it, by kind."""
        place = Window(
            RowNumber(), partition_by=F("kind"), order_by=[F("works_count").desc(), "folded"]
        )
        below = Tag.objects.filter(parent_links__to_tag=self.tag).annotate(place=place)
        found: dict[str, list[Tag]] = {}
        for child in below.filter(place__lte=MOST).order_by("kind", "place"):
            found.setdefault(child.kind, []).append(child)
        return {kind.value: found[kind] for kind in Kind if kind in found}

    @cached_property
    def metatags(self) -> list[Tag]:
        """The directly broader tags."""
        return list(self.tag.metatags.order_by(*_USED)[:MOST])

    @cached_property
    def subtags(self) -> list[Tag]:
        """The directly narrower tags."""
        return list(self.tag.subtags.order_by(*_USED)[:MOST])


def find_tag(tag_id: int, *, kind: str = "", viewer: Viewer | None = None) -> Tag:
    """A tag, ``synonym_of`` at hand. Raises NotFound, for a tag of another kind too."""
    rows = Tag.objects.known_to(viewer).select_related("synonym_of").filter(pk=tag_id)
    tag = (rows.filter(kind=kind) if kind else rows).first()
    if tag is None:
        raise NotFound(
            say("There is no {kind} {tag_id}.", kind=kind_word(kind or "tag"), tag_id=tag_id),
            code="tag.not_found",
        )
    return tag


def around(tag: Tag) -> Around:
    """The neighbours of a tag: five statements at most."""
    return Around(tag)
