"""The entrance of the API, and the archive in numbers."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import Out, pick, sparse
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.parameters import ListParameter, ParameterForm
from catalog.models import Kind
from catalog.statistics import ArchiveNumbers, archive_numbers

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
    "dumps": "dump-list",
    "imports": "import-list",
    "reports": "report-list",
    "moderation_log": "moderation-log",
    "me": "me",
    "schema": "schema",
    "docs": "docs",
}


class RootOut(serializers.Serializer):
    """Where everything is."""

    sparse = True

    def get_fields(self) -> dict[str, serializers.Field]:
        """One address for each entrance."""
        return {name: serializers.URLField() for name in ENTRANCES}


class RootParams(ParameterForm):
    """The parameters of the entrance."""

    fields = ListParameter(  # type: ignore[assignment]  # taken out by the metaclass
        "The entrances wanted, joined by commas.", allowed=tuple(ENTRANCES), example="works,tags"
    )


class Root(ApiView):
    """The entrance."""

    parameters: ClassVar[Any] = {"GET": RootParams}

    @operation(
        id="root",
        summary="Where everything is",
        description="The addresses of all lists.",
        answer=RootOut,
        example={"works": "https://archive.example/api/v1/works/"},
    )
    def get(self, request: Request) -> Response:
        """The addresses."""
        wanted = self.params["fields"] or ENTRANCES
        return Response(
            {name: self.links.api(view) for name, view in ENTRANCES.items() if name in wanted}
        )


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


class StatsOut(Out):
    """The archive in numbers: public works alone."""

    sparse = True

    works = serializers.IntegerField(source="total.works")
    words = serializers.IntegerField(source="total.words")
    chapters = serializers.IntegerField(source="total.chapters")
    tags = serializers.IntegerField()
    by_month = MonthOut(many=True)
    by_kind = KindSumsOut(many=True)
    by_rating = RatingSumsOut(many=True)
    by_language = LanguageSumsOut(many=True)

    def get_tags(self, numbers: ArchiveNumbers) -> int:
        """Tags of all kinds."""
        return sum(sums["total"] for sums in numbers.tags.values())

    def get_by_month(self, numbers: ArchiveNumbers) -> list[dict[str, Any]]:
        """What was first published in each month."""
        return [
            {"month": month, "works": sums.works, "words": sums.words}
            for month, sums in numbers.by_month.items()
        ]

    def get_by_kind(self, numbers: ArchiveNumbers) -> list[dict[str, Any]]:
        """Tags by kind."""
        return [
            {"kind": kind, "tags": sums["total"], "canonical": sums["canonical"]}
            for kind, sums in numbers.tags.items()
        ]

    def get_by_rating(self, numbers: ArchiveNumbers) -> list[dict[str, Any]]:
        """Works by rating."""
        return [{"id": pk, "name": name, "works": works} for pk, name, works in numbers.ratings]

    def get_by_language(self, numbers: ArchiveNumbers) -> list[dict[str, Any]]:
        """What there is in each language."""
        return [
            {"language": code, "works": sums.works, "words": sums.words}
            for code, sums in numbers.by_language.items()
        ]


NEEDS = {
    "works": ("works", "words", "chapters", "by_month", "by_language"),
    "tags": ("tags", "by_kind"),
    "ratings": ("by_rating",),
}


@sparse(StatsOut)
class StatsParams(ParameterForm):
    """The parameters of the numbers."""


class Stats(ApiView):
    """The archive in numbers."""

    parameters: ClassVar[Any] = {"GET": StatsParams}

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
        only = self.params["fields"]
        parts = [part for part, fields in NEEDS.items() if pick(fields, only)]
        context = {"viewer": self.viewer, "links": self.links, "only": only}
        return Response(StatsOut(context=context).present(archive_numbers(parts)))
