"""Creators, series and languages as the API sends them."""

import hashlib
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from archive.core.api.fields import Out
from catalog.api.serializers.common import BylineOut
from catalog.models import Creator, Language, Series
from catalog.people import SeriesNumbers
from catalog.reading import ANONYMOUS_BYLINE


class CreatorOut(Out):
    """A pen name."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The creator in this API.")
    web_url = serializers.URLField(help_text="The page of the creator.")
    name = serializers.CharField()
    works_count = serializers.IntegerField(help_text="Works under this name that you may see.")

    def get_url(self, creator: Creator) -> str:
        """The creator in this API."""
        return self.links.api("creator-detail", creator.pk)

    def get_web_url(self, creator: Creator) -> str:
        """The page of the creator."""
        return self.links.web("creator", creator.pk)


class CreatorDetailOut(CreatorOut):
    """A pen name with what its owner says."""

    profile_html = serializers.CharField(allow_blank=True)
    claimed = serializers.BooleanField(help_text="Whether an account owns the name.")

    def get_claimed(self, creator: Creator) -> bool:
        """Whether an account owns it."""
        return creator.user_id is not None


class SeriesEntryOut(serializers.Serializer):
    """A work of a series and its place."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    position = serializers.IntegerField()


class SeriesOut(Out):
    """A series; its numbers follow what the caller may see."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The series in this API.")
    web_url = serializers.URLField(help_text="The page of the series.")
    title = serializers.CharField()
    creators = BylineOut(many=True)
    summary_html = serializers.CharField(allow_blank=True)
    notes_html = serializers.CharField(allow_blank=True)
    complete = serializers.BooleanField(source="is_complete")
    works_count = serializers.IntegerField(help_text="Works that you may see.")
    word_count = serializers.IntegerField(help_text="Their words.")
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with every change.")

    def get_url(self, series: Series) -> str:
        """The series in this API."""
        return self.links.api("series-detail", series.pk)

    def get_web_url(self, series: Series) -> str:
        """The page of the series."""
        return self.links.web("series", series.pk)

    def get_creators(self, series: Series) -> list[dict[str, Any]]:
        """The names under which its works are shown."""
        numbers = self._numbers(series)
        if numbers.works and not numbers.names:
            return [{"id": ANONYMOUS_BYLINE.id, "name": ANONYMOUS_BYLINE.name}]
        return [{"id": pk, "name": name} for pk, name in numbers.names.items()]

    def get_works_count(self, series: Series) -> int:
        """Works that the viewer may see."""
        return self._numbers(series).works

    def get_word_count(self, series: Series) -> int:
        """Their words."""
        return self._numbers(series).words

    def _numbers(self, series: Series) -> SeriesNumbers:
        numbers: SeriesNumbers = self.context["numbers"][series.pk]
        return numbers


class SeriesDetailOut(SeriesOut):
    """A series with its works in order."""

    works = SeriesEntryOut(many=True)

    def get_works(self, series: Series) -> list[dict[str, Any]]:
        """The works that the viewer may see, in order."""
        rows = self.context["works"]
        return [{"id": pk, "title": title, "position": place} for pk, title, place in rows]


class LanguageOut(Out):
    """A language that works may be in."""

    sparse = True

    id = serializers.IntegerField(
        help_text="Made from the code, and so the same in every archive; parameters take the code."
    )
    code = serializers.CharField(help_text="BCP 47.")
    name = serializers.CharField(help_text="In English.")
    native_name = serializers.CharField()
    direction = serializers.ChoiceField(choices=Language.Direction.choices)
    works_count = serializers.IntegerField(help_text="Works that you may see.")
    url = serializers.URLField(help_text="Its works.")
    web_url = serializers.URLField(help_text="The page of its works.")

    def get_id(self, language: Language) -> int:
        """A number below 2^48, which every language of programming holds exactly."""
        return int.from_bytes(hashlib.sha256(language.code.encode()).digest()[:6], "big")

    def get_url(self, language: Language) -> str:
        """The works in this language."""
        return f"{self.links.api('work-list')}?language={language.code}"

    def get_web_url(self, language: Language) -> str:
        """The page of the works in this language."""
        return f"{self.links.base}{reverse('works')}?language={language.code}"
