"""The entrance of the API, and the archive in numbers."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from catalog.models import Kind
from catalog.statistics import archive_numbers

ENTRANCES = {
    "works": "work-list",
    "random_work": "work-random",
    "tags": "tag-list",
    "tag_autocomplete": "tag-autocomplete",
    "tag_resolve": "tag-resolve",
    "fandoms": "fandom-list",
    "characters": "character-list",
    "relationships": "relationship-list",
    "freeforms": "freeform-list",
    "warnings": "warning-list",
    "ratings": "rating-list",
    "categories": "category-list",
    "media": "media-list",
    "creators": "creator-list",
    "series": "series-list",
    "languages": "language-list",
    "stats": "stats",
    "search_suggest": "search-suggest",
    "sync_works": "sync-works",
    "imports": "import-list",
    "reports": "report-list",
    "moderation_log": "moderation-log",
    "me": "me",
    "schema": "schema",
    "docs": "docs",
}


class RootOut(serializers.Serializer):
    """Where everything is."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """One address for each entrance."""
        return {name: serializers.URLField() for name in ENTRANCES}


class Root(ApiView):
    """The entrance."""

    @operation(
        id="root",
        summary="Where everything is",
        description="The addresses of all lists.",
        answer=RootOut,
        example={"works": "https://archive.example/api/v1/works/"},
    )
    def get(self, request: Request) -> Response:
        """The addresses."""
        return Response({name: self.links.api(view) for name, view in ENTRANCES.items()})


class MonthOut(serializers.Serializer):
    """What was first published in a month."""

    month = serializers.CharField(help_text="Such as 2024-03.")
    works = serializers.IntegerField()
    words = serializers.IntegerField()


class LanguageSumsOut(serializers.Serializer):
    """What there is in a language."""

    language = serializers.CharField(help_text="BCP 47.")
    works = serializers.IntegerField()
    words = serializers.IntegerField()


class KindSumsOut(serializers.Serializer):
    """Tags of a kind."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    tags = serializers.IntegerField()
    canonical = serializers.IntegerField()


class RatingSumsOut(serializers.Serializer):
    """Works of a rating."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    works = serializers.IntegerField()


class StatsOut(serializers.Serializer):
    """The archive in numbers: public works alone."""

    works = serializers.IntegerField()
    words = serializers.IntegerField()
    chapters = serializers.IntegerField()
    tags = serializers.IntegerField()
    by_month = MonthOut(many=True)
    by_kind = KindSumsOut(many=True)
    by_rating = RatingSumsOut(many=True)
    by_language = LanguageSumsOut(many=True)


class Stats(ApiView):
    """The archive in numbers."""

    parameters: ClassVar[Any] = {}

    @operation(
        id="stats",
        summary="The archive in numbers",
        description="Counted now, over the works that everybody may see.",
        answer=StatsOut,
        example={
            "works": 24,
            "words": 81234,
            "chapters": 61,
            "tags": 310,
            "by_month": [{"month": "2024-03", "works": 3, "words": 9100}],
            "by_kind": [{"kind": "fandom", "tags": 12, "canonical": 11}],
            "by_rating": [{"id": 2, "name": "General", "works": 20}],
            "by_language": [{"language": "en", "works": 18, "words": 70000}],
        },
    )
    def get(self, request: Request) -> Response:
        """The numbers."""
        numbers = archive_numbers()
        kinds = numbers.tags
        return Response(
            {
                "works": numbers.total.works,
                "words": numbers.total.words,
                "chapters": numbers.total.chapters,
                "tags": sum(sums["total"] for sums in kinds.values()),
                "by_month": [
                    {"month": month, "works": sums.works, "words": sums.words}
                    for month, sums in numbers.by_month.items()
                ],
                "by_kind": [
                    {"kind": kind, "tags": sums["total"], "canonical": sums["canonical"]}
                    for kind, sums in kinds.items()
                ],
                "by_rating": [
                    {"id": pk, "name": name, "works": works} for pk, name, works in numbers.ratings
                ],
                "by_language": [
                    {"language": code, "works": sums.works, "words": sums.words}
                    for code, sums in numbers.by_language.items()
                ],
            }
        )
