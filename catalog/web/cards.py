"""Works as pages show them: bylines for the viewer, tags by kind, the four symbols."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from archive.core.html import text_of
from archive.core.viewer import Viewer
from catalog.blurbrows import SeriesPlace
from catalog.finder import Snippet
from catalog.models import Kind, Tag, Work
from catalog.reading import Byline, byline_of

NO_WARNINGS = "No Archive Warnings Apply"
CHIPS_SHOWN, CHIPS_BESIDE_SNIPPETS = 5, 4
_SNIPPETS = 1
_DESCRIPTION = 200
META_KINDS = (
    ("rating", _("Rating")),
    ("warning", _("Content warnings")),
    ("category", _("Categories")),
    ("fandom", _("Fandoms")),
    ("relationship", _("Relationships")),
    ("character", _("Characters")),
    ("freeform", _("Other tags")),
)


@lru_cache(maxsize=20_000)
def _tag_address(pk: int, name: str) -> str:
    """The page of a tag; a list shows hundreds of them, and most again and again."""
    return Tag(pk=pk, name=name).get_absolute_url()


class TagLink(NamedTuple):
    """A tag as its creator typed it, linked to the tag it means."""

    name: str
    kind: str
    url: str
    is_adult: bool


@dataclass(frozen=True)
class OtherWork:
    """A work that is only named, with its creators as this viewer may know them."""

    work: Work
    byline: list[Byline]


@dataclass
class WorkCard:
    """A work with what a blurb or a header says of it to one viewer."""

    work: Work
    byline: list[Byline]
    tags: dict[str, list[TagLink]]
    series: list[SeriesPlace]
    snippets: Sequence[Snippet] = field(default_factory=list)

    @property
    def rating(self) -> TagLink | None:
        """Its rating, if it has one."""
        return next(iter(self.tags.get(Kind.RATING, [])), None)

    @property
    def rating_letter(self) -> str:
        """The first letter of the rating, for its seal; a dash when there is none."""
        return self.rating.name[:1] if self.rating else "–"

    @property
    def is_adult(self) -> bool:
        """Whether its rating asks before the text is shown."""
        rating = self.rating
        return rating is not None and rating.is_adult

    @property
    def warnings(self) -> list[TagLink]:
        """Its content warnings."""
        return self.tags.get(Kind.WARNING, [])

    @property
    def warns(self) -> bool:
        """Whether a warning applies or may apply."""
        return any(link.name != NO_WARNINGS for link in self.warnings)

    @property
    def fandoms(self) -> list[TagLink]:
        """Its fandoms."""
        return self.tags.get(Kind.FANDOM, [])

    @property
    def categories(self) -> list[TagLink]:
        """Its categories."""
        return self.tags.get(Kind.CATEGORY, [])

    @property
    def description(self) -> str:
        """The beginning of the summary as plain text, for cards on other sites."""
        text = " ".join(text_of(self.work.summary_html).split())
        return Truncator(text).chars(_DESCRIPTION)

    @property
    def meta_rows(self) -> list[tuple[str, object, list[TagLink]]]:
        """The tags of the header: class, label and links of each kind, in display order."""
        rows = ((kind, label, self.tags.get(kind, [])) for kind, label in META_KINDS)
        return [row for row in rows if row[2]]

    @property
    def chips(self) -> list[TagLink]:
        """Relationships, characters and freeforms, in that order, as many as a blurb shows."""
        return self._chips[: self._most_chips]

    @property
    def more_chips(self) -> int:
        """How many tags the blurb leaves to the page of the work."""
        return max(0, len(self._chips) - self._most_chips)

    @property
    def _most_chips(self) -> int:
        return CHIPS_BESIDE_SNIPPETS if self.snippets else CHIPS_SHOWN

    @property
    def _chips(self) -> list[TagLink]:
        kinds = (Kind.RELATIONSHIP, Kind.CHARACTER, Kind.FREEFORM)
        return [link for kind in kinds for link in self.tags.get(kind, [])]


def card_of(work: Work, viewer: Viewer, snippets: Sequence[Snippet] = ()) -> WorkCard:
    """The card of a work that was fetched with ``for_blurb``; no statement of its own."""
    tags: dict[str, list[TagLink]] = {}
    for tag in work.typed_tags:
        link = TagLink(tag.name, tag.kind, _tag_address(*tag.meant), bool(tag.is_adult))
        tags.setdefault(tag.kind, []).append(link)
    return WorkCard(work, byline_of(work, viewer), tags, work.places, snippets)


def cards_of(
    works: Iterable[Work], viewer: Viewer, snippets: dict[int, list[Snippet]] | None = None
) -> list[WorkCard]:
    """The cards of a page of works, each with the best of its passages."""
    return [card_of(work, viewer, (snippets or {}).get(work.pk, ())[:_SNIPPETS]) for work in works]
