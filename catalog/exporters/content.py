"""What a downloaded work holds: plain values that every exporter writes in its own form."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

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
        """The names, joined."""
        return ", ".join(self.creators) or "Unknown"

    @property
    def is_single(self) -> bool:
        """Whether it is one chapter and meant to be."""
        return len(self.chapters) == 1

    def tag_rows(self) -> list[tuple[str, tuple[str, ...]]]:
        """Label and names of each kind that it has, in display order."""
        return [
            (one if len(self.tags[kind]) == 1 else many, self.tags[kind])
            for kind, one, many in KIND_LABELS
            if self.tags.get(kind)
        ]

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
