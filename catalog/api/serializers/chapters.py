"""Chapters as the API sends them: as parts of a work, and by themselves."""

from typing import Any

from rest_framework import serializers

from archive.core.api.fields import Out
from catalog.api.serializers.common import IdTitleOut
from catalog.models import Chapter


class ChapterPartOut(Out):
    """A chapter in the list of a work; texts on request."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The chapter in this API.")
    web_url = serializers.URLField(help_text="The page of the chapter.")
    position = serializers.IntegerField(help_text="Its place in the work, from 1.")
    title = serializers.CharField(allow_blank=True)
    word_count = serializers.IntegerField()
    published_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=Chapter.Status.choices)
    version = serializers.IntegerField(help_text="Rises with every change.")
    summary_html = serializers.CharField(required=False, help_text="include=text")
    notes_html = serializers.CharField(required=False, help_text="include=text")
    end_notes_html = serializers.CharField(required=False, help_text="include=text")
    body_html = serializers.CharField(required=False, source="html", help_text="include=text")
    summary = serializers.CharField(
        required=False, source="summary_source", help_text="include=source"
    )
    notes = serializers.CharField(required=False, source="notes_source", help_text="include=source")
    end_notes = serializers.CharField(
        required=False, source="end_notes_source", help_text="include=source"
    )
    body = serializers.CharField(required=False, source="source", help_text="include=source")

    def get_url(self, chapter: Chapter) -> str:
        """The chapter in this API."""
        return self.links.api("chapter-detail", chapter.pk)

    def get_web_url(self, chapter: Chapter) -> str:
        """The page of the chapter."""
        return self.links.web("chapter", chapter.work_id, chapter.pk)


class ChapterOut(ChapterPartOut):
    """A chapter with its text; `body` and the like are what the creators wrote (include=source)."""

    work = IdTitleOut()
    previous = serializers.IntegerField(allow_null=True, help_text="Id of the chapter before.")
    next = serializers.IntegerField(allow_null=True, help_text="Id of the chapter after.")
    summary_html = serializers.CharField(allow_blank=True)
    notes_html = serializers.CharField(allow_blank=True)
    end_notes_html = serializers.CharField(allow_blank=True)
    body_html = serializers.CharField(source="html")

    def get_work(self, chapter: Chapter) -> dict[str, Any]:
        """The work it belongs to."""
        return {"id": chapter.work_id, "title": chapter.work.title}

    def get_previous(self, chapter: Chapter) -> int | None:
        """The chapter before, as far as the viewer may read it."""
        return self._beside(chapter, -1)

    def get_next(self, chapter: Chapter) -> int | None:
        """The chapter after, as far as the viewer may read it."""
        return self._beside(chapter, 1)

    def _beside(self, chapter: Chapter, step: int) -> int | None:
        order: list[int] = self.context["order"]
        place = order.index(chapter.pk) + step
        return order[place] if 0 <= place < len(order) else None
