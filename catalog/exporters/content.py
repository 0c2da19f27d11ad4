"""What a downloaded work holds: plain values that every exporter writes in its own form."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

_NAMES_SHOWN = 4
KIND_LABELS = (
    ("rating", "Rating", "Ratings"),
    ("warning", "Archive Warning", "Archive Warnings"),
    ("category", "Category", "Categories"),
    ("fandom", "Fandom", "Fandoms"),
    ("relationship", "Relationship", "Relationships"),
    ("character", "Character", "Characters"),
    ("freeform", "Additional Tags", "Additional Tags"),
)


@dataclass(frozen=True)
class ExportChapter:
    """A chapter; every ``*_html`` is sanitised."""

    position: int
    title: str
    html: str
    summary_html: str = ""
    notes_html: str = ""
    end_notes_html: str = ""
    published_on: date | None = None

    @property
    def heading(self) -> str:
        """ "Chapter 3: The Stairs", or the number alone."""
        return f"Chapter {self.position}" + (f": {self.title}" if self.title else "")


@dataclass(frozen=True)
class ExportSeries:
    """A place in a series."""

    title: str
    position: int
    url: str = ""


@dataclass(frozen=True)
class ExportWork:
    """A work as one viewer may download it.

    ``identifier`` stays the same over re-downloads; ``tags`` maps kinds to names as typed;
    ``url`` and ``base_url`` are addresses of this archive. ``changed_at`` dates the file.
    """

    id: int
    identifier: str
    url: str
    base_url: str
    publisher: str
    title: str
    creators: tuple[str, ...]
    language: str
    language_name: str
    direction: str
    tags: dict[str, tuple[str, ...]]
    chapters: tuple[ExportChapter, ...]
    series: tuple[ExportSeries, ...] = ()
    summary_html: str = ""
    notes_html: str = ""
    end_notes_html: str = ""
    source_url: str = ""
    continues_in: str = ""
    word_count: int = 0
    chapters_shown: str = "1/1"
    is_complete: bool = False
    published_at: datetime | None = None
    updated_at: datetime | None = None
    changed_at: datetime = field(default=datetime(2000, 1, 1, tzinfo=UTC))

    @property
    def byline(self) -> str:
        """The names, joined; "" where nobody is named."""
        return ", ".join(self.creators)

    @property
    def is_single(self) -> bool:
        """Whether it is one chapter and meant to be."""
        return len(self.chapters) == 1

    def heading_of(self, chapter: ExportChapter) -> tuple[str, str]:
        """What stands above a chapter, and its class.

        A whole work in one chapter without a title stands under its own; the class says that this
        is no title of the chapter.
        """
        if self.is_single and not chapter.title:
            return self.title, "toc-heading"
        return chapter.heading, "heading"

    def kind_labels(self) -> list[tuple[str, str]]:
        """Each kind of tag that it has with its label, in display order."""
        return [
            (kind, one if len(self.tags[kind]) == 1 else many)
            for kind, one, many in KIND_LABELS
            if self.tags.get(kind)
        ]

    def tag_rows(self) -> list[tuple[str, tuple[str, ...]]]:
        """Label and names of each kind that it has, in display order."""
        return [(label, self.tags[kind]) for kind, label in self.kind_labels()]

    def stats(self) -> str:
        """Published, updated or completed, words and chapters, on one line."""
        parts = []
        if self.published_at:
            parts.append(f"Published: {self.published_at:%Y-%m-%d}")
        if self.updated_at:
            word = "Completed" if self.is_complete else "Updated"
            parts.append(f"{word}: {self.updated_at:%Y-%m-%d}")
        parts += [f"Words: {self.word_count:,}", f"Chapters: {self.chapters_shown}"]
        return " ".join(parts)


@dataclass(frozen=True)
class ExportBook:
    """Several works as one book with parts: a series, a saved search, any list.

    ``url`` is the list it was made from; ``changed_at`` dates the file.
    """

    identifier: str
    title: str
    url: str
    base_url: str
    publisher: str
    works: tuple[ExportWork, ...]
    summary_html: str = ""
    is_series: bool = False

    @property
    def creators(self) -> tuple[str, ...]:
        """Everybody who made one of the works, once each, in the order of the works."""
        return tuple(dict.fromkeys(name for work in self.works for name in work.creators))

    @property
    def byline(self) -> str:
        """The names, or how many there are."""
        names = self.creators
        if len(names) > _NAMES_SHOWN:
            return f"{', '.join(names[:_NAMES_SHOWN])} and {len(names) - _NAMES_SHOWN} more"
        return ", ".join(names)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the works, the most frequent first."""
        codes = [work.language for work in self.works if work.language]
        return tuple(sorted(dict.fromkeys(codes), key=lambda code: -codes.count(code)))

    @property
    def direction(self) -> str:
        """That of most works."""
        turned = sum(work.direction == "rtl" for work in self.works)
        return "rtl" if turned * 2 > len(self.works) else "ltr"

    @property
    def word_count(self) -> int:
        """The words of all works."""
        return sum(work.word_count for work in self.works)

    @property
    def changed_at(self) -> datetime:
        """When the newest of the works changed."""
        return max(work.changed_at for work in self.works)

    @property
    def published_at(self) -> datetime | None:
        """When the first of the works was published."""
        return min((work.published_at for work in self.works if work.published_at), default=None)

    def tags(self) -> dict[str, tuple[str, ...]]:
        """The tags of all works by kind, once each."""
        found: dict[str, dict[str, None]] = {}
        for work in self.works:
            for kind, names in work.tags.items():
                found.setdefault(kind, {}).update(dict.fromkeys(names))
        return {kind: tuple(names) for kind, names in found.items()}
