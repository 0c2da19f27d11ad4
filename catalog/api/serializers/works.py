"""Works as the API sends them: in a list, and whole."""

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from archive.core.api.fields import Out
from catalog.api.serializers.chapters import ChapterPartOut
from catalog.api.serializers.common import BylineOut, IdNameOut, download_links
from catalog.api.tag_rows import TagRows, tags_of
from catalog.finder import Snippet
from catalog.models import Kind, Tag, Work
from catalog.reading import byline_of

TAG_FIELDS = (
    "rating",
    "warnings",
    "categories",
    "fandoms",
    "relationships",
    "characters",
    "freeforms",
)
PARTS = ("creators", "series")
"""What is fetched along with works, each the name of its field too; tags are read by themselves."""


class WorkTagOut(serializers.Serializer):
    """A tag of a work as typed; works are found under its canonical tag, if it has one."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="As the creator typed it.")
    canonical = IdNameOut(allow_null=True)


class WorkSeriesOut(serializers.Serializer):
    """A series of a work and the work's place in it."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    position = serializers.IntegerField()


class SnippetChapterOut(serializers.Serializer):
    """The chapter that a snippet is from."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    url = serializers.URLField()


class SnippetOut(serializers.Serializer):
    """A passage with what was found in it; safe HTML with `<mark>` and nothing else."""

    html = serializers.CharField()
    field = serializers.CharField(help_text="text, title, summary, notes, tags ...")
    chapter = SnippetChapterOut(allow_null=True)


class WorkBlurbOut(Out):
    """A work in a list."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The work in this API.")
    web_url = serializers.URLField(help_text="The page of the work.")
    title = serializers.CharField()
    creators = BylineOut(many=True)
    rating = WorkTagOut(allow_null=True)
    warnings = WorkTagOut(many=True)
    categories = WorkTagOut(many=True)
    fandoms = WorkTagOut(many=True)
    relationships = WorkTagOut(many=True)
    characters = WorkTagOut(many=True)
    freeforms = WorkTagOut(many=True)
    language = serializers.CharField(allow_null=True, help_text="BCP 47.")
    summary_html = serializers.CharField(allow_blank=True)
    word_count = serializers.IntegerField()
    chapter_count = serializers.IntegerField(help_text="Posted chapters.")
    expected_chapters = serializers.IntegerField(allow_null=True, help_text="Null: unknown.")
    complete = serializers.BooleanField(source="is_complete")
    restricted = serializers.BooleanField(source="is_restricted", help_text="For members only.")
    anonymous = serializers.BooleanField(source="is_anonymous")
    series = WorkSeriesOut(many=True)
    kudos_count = serializers.IntegerField()
    comments_count = serializers.IntegerField()
    bookmarks_count = serializers.IntegerField()
    hits = serializers.IntegerField(source="hits_count")
    published_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(
        allow_null=True, help_text="When the newest posted chapter appeared."
    )
    version = serializers.IntegerField(help_text="Rises with every change.")
    downloads = serializers.DictField(
        child=serializers.URLField(), help_text="Address by format: epub, html, txt, md."
    )
    highlights = SnippetOut(many=True, help_text="With highlight=true, up to three.")

    _rows: TagRows

    def present_all(self, instances: Iterable[Any]) -> list[dict[str, Any]]:
        """Several works; their tags are read in one statement."""
        works = list(instances)
        wanted = any(name in TAG_FIELDS for name, _ in self.getters)
        self._rows = tags_of(work.pk for work in works) if works and wanted else {}
        return [{name: getter(work) for name, getter in self.getters} for work in works]

    def present(self, instance: Any) -> dict[str, Any]:
        """One work."""
        return self.present_all([instance])[0]

    def get_url(self, work: Work) -> str:
        """The work in this API."""
        return self.links.api("work-detail", work.pk)

    def get_web_url(self, work: Work) -> str:
        """The page of the work."""
        return self.links.web("work", work.pk)

    def get_creators(self, work: Work) -> list[dict[str, Any]]:
        """The names this viewer may see."""
        return [{"id": line.id, "name": line.name} for line in byline_of(work, self.viewer)]

    def get_rating(self, work: Work) -> dict[str, Any] | None:
        """The one rating."""
        ratings = self._tags(work, Kind.RATING)
        return ratings[0] if ratings else None

    def get_warnings(self, work: Work) -> list[dict[str, Any]]:
        """Content warnings."""
        return self._tags(work, Kind.WARNING)

    def get_categories(self, work: Work) -> list[dict[str, Any]]:
        """Categories."""
        return self._tags(work, Kind.CATEGORY)

    def get_fandoms(self, work: Work) -> list[dict[str, Any]]:
        """Fandoms."""
        return self._tags(work, Kind.FANDOM)

    def get_relationships(self, work: Work) -> list[dict[str, Any]]:
        """Relationships."""
        return self._tags(work, Kind.RELATIONSHIP)

    def get_characters(self, work: Work) -> list[dict[str, Any]]:
        """Characters."""
        return self._tags(work, Kind.CHARACTER)

    def get_freeforms(self, work: Work) -> list[dict[str, Any]]:
        """Everything else."""
        return self._tags(work, Kind.FREEFORM)

    def get_language(self, work: Work) -> str | None:
        """The code."""
        return work.language_id

    def get_series(self, work: Work) -> list[dict[str, Any]]:
        """The series with the work's place in each."""
        return [
            {"id": place.id, "title": place.title, "position": place.position}
            for place in work.places
        ]

    def get_downloads(self, work: Work) -> dict[str, str]:
        """Address by format."""
        return download_links(self.links, work.pk)

    def get_highlights(self, work: Work) -> list[dict[str, Any]]:
        """Passages with what was found."""
        snippets: Mapping[int, list[Snippet]] = self.context.get("snippets", {})
        return [self._snippet(snippet) for snippet in snippets.get(work.pk, [])]

    def _snippet(self, snippet: Snippet) -> dict[str, Any]:
        chapter = None
        if snippet.chapter_id is not None:
            chapter = {
                "id": snippet.chapter_id,
                "position": snippet.chapter_position,
                "url": self.links.api("chapter-detail", snippet.chapter_id),
            }
        return {"html": snippet.html, "field": snippet.field, "chapter": chapter}

    def _tags(self, work: Work, kind: str) -> list[dict[str, Any]]:
        return self._rows.get(work.pk, {}).get(kind, [])


class WorkDetailOut(WorkBlurbOut):
    """A whole work; with `include=text` every chapter has its text, so one request brings it all.

    `summary`, `notes` and `end_notes` are what the creators wrote, for themselves alone
    (`include=source`).
    """

    highlights = None  # type: ignore[assignment]  # the framework's way to leave a field out
    status = serializers.ChoiceField(choices=Work.Status.choices)
    notes_html = serializers.CharField(allow_blank=True)
    end_notes_html = serializers.CharField(allow_blank=True)
    source_url = serializers.CharField(allow_blank=True, help_text="Where it was imported from.")
    continues_in = serializers.CharField(
        allow_blank=True, help_text="The next part that an imported text announced."
    )
    chapters = ChapterPartOut(many=True)
    hidden_reason = serializers.CharField(
        required=False, help_text="Why a moderator has hidden it; for its creators."
    )
    external_id = serializers.CharField(
        required=False, help_text="The caller's own id; for its creators."
    )
    summary = serializers.CharField(required=False, help_text="include=source")
    notes = serializers.CharField(required=False, help_text="include=source")
    end_notes = serializers.CharField(required=False, help_text="include=source")

    @extend_schema_field(ChapterPartOut(many=True))
    def get_chapters(self, work: Work) -> list[dict[str, Any]]:
        """The chapters this viewer may read."""
        part = ChapterPartOut(context={**self.context, "only": None})
        return part.present_all(self.context["chapters"])

    def get_summary(self, work: Work) -> str:
        """As written."""
        return work.summary_source

    def get_notes(self, work: Work) -> str:
        """As written."""
        return work.notes_source

    def get_end_notes(self, work: Work) -> str:
        """As written."""
        return work.end_notes_source


def canonical_of(tag: Tag) -> dict[str, Any] | None:
    """The tag under which works of this one are found: itself, its target, or none."""
    target = tag if tag.is_canonical else tag.synonym_of
    return {"id": target.pk, "name": target.name} if target is not None else None
