"""Works as pages show them: bylines for the viewer, tags by kind, the four symbols."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive.core.viewer import Viewer
from catalog.finder import Snippet
from catalog.models import Kind, Tag, Work, WorkTag
from catalog.reading import Byline, byline_of

NO_WARNINGS = "No Archive Warnings Apply"
META_KINDS = (
    ("rating", "Rating"),
    ("warning", "Content warnings"),
    ("category", "Categories"),
    ("fandom", "Fandoms"),
    ("relationship", "Relationships"),
    ("character", "Characters"),
    ("freeform", "Other tags"),
)


@dataclass(frozen=True)
class TagLink:
    """A tag as its creator typed it, linked to the tag it means."""

    name: str
    kind: str
    tag: Tag

    @property
    def url(self) -> str:
        """The page of the canonical tag, or of the tag itself."""
        return (self.tag.synonym_of or self.tag).get_absolute_url()


@dataclass
class WorkCard:
    """A work with what a blurb or a header says of it to one viewer."""

    work: Work
    byline: list[Byline]
    tags: dict[str, list[TagLink]]
    series: list[tuple[int, str, int]]
    snippets: Sequence[Snippet] = field(default_factory=list)

    @property
    def rating(self) -> TagLink | None:
        """Its rating, if it has one."""
        return next(iter(self.tags.get(Kind.RATING, [])), None)

    @property
    def is_adult(self) -> bool:
        """Whether its rating asks before the text is shown."""
        rating = self.rating
        return rating is not None and rating.tag.is_adult

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
    def meta_rows(self) -> list[tuple[str, str, list[TagLink]]]:
        """The tags of the header: class, label and links of each kind, in display order."""
        return [(kind, label, self.tags.get(kind, [])) for kind, label in META_KINDS]

    @property
    def chips(self) -> list[TagLink]:
        """Relationships, characters and freeforms, in that order."""
        kinds = (Kind.RELATIONSHIP, Kind.CHARACTER, Kind.FREEFORM)
        return [link for kind in kinds for link in self.tags.get(kind, [])]


def card_of(work: Work, viewer: Viewer, snippets: Sequence[Snippet] = ()) -> WorkCard:
    """The card of a work that was fetched with ``for_blurb``; no statement of its own."""
    tags: dict[str, list[TagLink]] = {}
    rows: Iterable[WorkTag] = work.work_tags.all()
    for row in rows:
        tags.setdefault(row.tag.kind, []).append(TagLink(row.name, row.tag.kind, row.tag))
    series = [(e.series_id, e.series.title, e.position) for e in work.series_entries.all()]
    return WorkCard(work, byline_of(work, viewer), tags, series, snippets)


def cards_of(
    works: Iterable[Work], viewer: Viewer, snippets: dict[int, list[Snippet]] | None = None
) -> list[WorkCard]:
    """The cards of a page of works."""
    return [card_of(work, viewer, (snippets or {}).get(work.pk, ())) for work in works]
