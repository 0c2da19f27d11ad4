"""Works, chapters and series as the API takes them; shapes alone, the services say the rest."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from archive.core.api.fields import In, NameOrIdField, TextField
from catalog.models import Work

MAX_LIST = 5_000


def text(help_text: str) -> TextField:
    """A text that may be empty; its white space is kept."""
    return TextField(required=False, allow_blank=True, trim_whitespace=False, help_text=help_text)


def names(help_text: str) -> serializers.ListField:
    """Names or ids in an order."""
    return serializers.ListField(
        child=NameOrIdField(), required=False, max_length=MAX_LIST, help_text=help_text
    )


@extend_schema_field({"type": "integer"})
class PositionField(serializers.Field):
    """A place among chapters. What is no number means the first place."""

    def to_internal_value(self, data: Any) -> int:
        """The number, within what a database can hold."""
        if isinstance(data, str) and data.strip().isdecimal():
            data = int(data.strip()[:12])
        if isinstance(data, bool) or not isinstance(data, int):
            return 1
        return max(min(data, 10**9), -(10**9))


class SeriesPlaceIn(In):
    """A place in a series, named by id or by title."""

    id = serializers.IntegerField(required=False, min_value=1, max_value=10**18 - 1)
    title = text("Of one of your series; a new title makes a series.")
    position = serializers.IntegerField(
        required=False, allow_null=True, max_value=10**9, help_text="From 1; null: the next."
    )


class ChapterIn(In):
    """A chapter; texts are HTML, or plain text with blank lines between paragraphs."""

    title = text("At most 255 characters.")
    summary = text("At most 1,250 characters of text.")
    notes = text("At most 5,000 characters of text.")
    end_notes = text("At most 5,000 characters of text.")
    body = text("10 to 500,000 characters.")
    status = serializers.ChoiceField(choices=Work.Status.choices, required=False)
    published_on = serializers.DateField(
        required=False, allow_null=True, help_text="Not after today; null: the day of posting."
    )
    position = PositionField(
        required=False,
        help_text="Its place from 1; out of range it is the nearest place, nonsense is the first.",
    )


class InlineChapterIn(ChapterIn):
    """A chapter of a new work; chapters stand in the order of the list."""

    position = None  # type: ignore[assignment]  # the framework's way to leave a field out


class WorkIn(In):
    """A work: metadata, tags by kind (names or ids) and, for a new work, its chapters."""

    title = text("1 to 255 characters.")
    summary = text("At most 1,250 characters of text; HTML or plain text.")
    notes = text("At most 5,000 characters of text.")
    end_notes = text("At most 5,000 characters of text.")
    language = text("BCP 47, such as en, or a name.")
    status = serializers.ChoiceField(choices=Work.Status.choices, required=False)
    restricted = serializers.BooleanField(required=False, help_text="For members only.")
    anonymous = serializers.BooleanField(required=False, help_text="Names are kept secret.")
    expected_chapters = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=-(10**9),
        max_value=10**9,
        help_text="Null: unknown.",
    )
    creators = names("Pen names or ids; left out: the caller's own.")
    rating = NameOrIdField(required=False, allow_null=True)
    warnings = names("At least one is needed to be posted.")
    categories = names("Gen, F/F ...")
    fandoms = names("At least one is needed to be posted.")
    relationships = names("")
    characters = names("")
    freeforms = names("")
    series = SeriesPlaceIn(many=True, required=False)
    source_url = text("Where the work is from.")
    published_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Not in the future."
    )
    external_id = text("The caller's own id, at most 200 characters; echoed.")
    chapters = InlineChapterIn(many=True, required=False)


class ReorderIn(In):
    """All chapters of a work in their new order."""

    order = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**18 - 1), max_length=MAX_LIST
    )


class SeriesIn(In):
    """A series; `works` are the ids of all its works in order."""

    title = text("1 to 255 characters.")
    summary = text("At most 1,250 characters of text.")
    notes = text("At most 5,000 characters of text.")
    complete = serializers.BooleanField(required=False)
    works: Any = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**18 - 1),
        required=False,
        max_length=MAX_LIST,
    )
