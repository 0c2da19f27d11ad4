"""Files and texts: recognised, shown, and with ``commit`` taken into the archive."""

from typing import Any, ClassVar

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import In, TextField
from archive.core.api.parsers import BoundedJSONParser
from archive.core.api.schema import FieldErrorOut, operation
from archive.core.api.views import ApiView
from archive.core.errors import InvalidInput
from catalog.api.imports import as_item, raise_if_refused, read_upload, run_import
from catalog.api.serializers.works import WorkDetailOut
from catalog.api.views.works import present_work
from catalog.services.importing import ImportOutcome

_OUTCOMES = (
    *("imported", "updated", "unchanged", "draft", "held", "refused", "previewed", "skipped"),
)
_NEW = ("imported", "draft", "held")
_ABOUT = (
    "file",
    "outcome",
    "already_imported",
    "missing",
    "suggestions",
    "notices",
    "external_id",
)


class SuggestionOut(serializers.Serializer):
    """A tag that the text speaks for; never applied unasked."""

    kind = serializers.CharField()
    tag_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="How often it occurs.")
    first_offset = serializers.IntegerField(help_text="Where first, in characters of the text.")
    excerpt = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(help_text="A sentence for people.")
    score = serializers.FloatField(help_text="From 0 to 1.")


class ImportItemOut(serializers.Serializer):
    """What became of one work of a file, or would."""

    file = serializers.CharField()
    outcome = serializers.ChoiceField(choices=_OUTCOMES)
    already_imported = serializers.BooleanField(help_text="It came before; nothing is doubled.")
    id = serializers.IntegerField(allow_null=True, help_text="The id of the work, if there is one.")
    url = serializers.CharField(allow_blank=True, help_text="The work in this API.")
    web_url = serializers.CharField(allow_blank=True, help_text="The page of the work.")
    work = serializers.IntegerField(allow_null=True, help_text="The id again.")
    title = serializers.CharField(allow_blank=True)
    creators = serializers.ListField(child=serializers.CharField())
    chapters = serializers.IntegerField()
    words = serializers.IntegerField()
    language = serializers.CharField(allow_blank=True)
    tags = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    complete = serializers.BooleanField(allow_null=True)
    continues_in = serializers.CharField(allow_null=True, allow_blank=True)
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="What keeps it from being posted."
    )
    suggestions = SuggestionOut(many=True)
    notices = serializers.ListField(child=serializers.CharField())
    external_id = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True, help_text="Why it was refused.")
    detail = serializers.CharField(allow_blank=True)
    errors = FieldErrorOut(many=True)  # type: ignore[assignment]  # taken out by the metaclass


class ImportBatchOut(serializers.Serializer):
    """What became of several works."""

    count = serializers.IntegerField()
    results = ImportItemOut(many=True)


class ImportedWorkOut(WorkDetailOut):
    """The work that was imported, and how."""

    sparse = False

    work = serializers.IntegerField(help_text="Its id.")
    file = serializers.CharField()
    outcome = serializers.ChoiceField(choices=_OUTCOMES)
    already_imported = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())
    suggestions = SuggestionOut(many=True)
    notices = serializers.ListField(child=serializers.CharField())


class ImportIn(In):
    """A file, several files or a text, with what goes for all of them."""

    file = serializers.FileField(
        required=False,
        help_text="txt, html, md, docx, epub, ndjson, or a zip of these; repeatable.",
    )
    text = TextField(required=False, help_text="Instead of a file.")
    commit = serializers.BooleanField(
        required=False, help_text="true takes the work in; otherwise the answer is a preview."
    )
    creator = TextField(required=False, help_text="Replaces the byline; repeatable.")
    fandom = TextField(required=False, help_text="Repeatable.")
    rating = TextField(required=False)
    warning = TextField(required=False, help_text="Repeatable.")
    language = TextField(required=False, help_text="BCP 47 or a name.")
    source_url = TextField(required=False)
    external_id = TextField(required=False, help_text="The caller's own id, one for each file.")


_ANSWER = PolymorphicProxySerializer(
    component_name="ImportAnswer",
    serializers=[ImportedWorkOut, ImportItemOut, ImportBatchOut],
    resource_type_field_name=None,
)
_EXAMPLE_ITEM = {
    "file": "basement.txt",
    "outcome": "previewed",
    "already_imported": False,
    "id": None,
    "url": "",
    "web_url": "",
    "work": None,
    "title": "Back to the Basement",
    "creators": ["Ozfan"],
    "chapters": 1,
    "words": 1204,
    "language": "en",
    "tags": {"fandom": ["Buffy the Vampire Slayer"]},
    "complete": False,
    "continues_in": "Another Visit",
    "missing": ["warnings", "rating"],
    "suggestions": [
        {
            "kind": "character",
            "tag_id": 31,
            "name": "Willow Rosenberg",
            "count": 12,
            "first_offset": 210,
            "excerpt": "… and Willow laughed …",
            "reason": "“Willow” occurs twelve times.",
            "score": 0.8,
        }
    ],
    "notices": [],
    "external_id": "",
    "code": "",
    "detail": "",
    "errors": [],
}


class Imports(ApiView):
    """Import of files and texts."""

    scopes: ClassVar[Any] = {"POST": "write"}
    rates: ClassVar[Any] = {"POST": ("import",)}
    posts_long = True
    parser_classes = [MultiPartParser, FormParser, BoundedJSONParser]

    @operation(
        id="imports_create",
        summary="Import files or a text",
        description="Without `commit` a preview of what was recognised. With it the work: 201 "
        "when it is new, 200 and `already_imported` when it came before. Several works answer "
        "item by item in `results`. What lacks a rating or a warning becomes a draft that says so.",
        request=ImportIn,
        request_example={"text": "Back to the Basement\nBy Ozfan\n\nIt was dark.", "commit": True},
        answer=_ANSWER,
        status=201,
        example=_EXAMPLE_ITEM,
        others={200: _ANSWER},
        tag="imports",
    )
    def post(self, request: Request) -> Response:
        """The preview, the work, or an item for each work."""
        if not isinstance(request.data, dict):
            raise InvalidInput(
                "A form, or a JSON object, is needed here.", code="request.malformed"
            )
        upload = read_upload(request.data, request.FILES)
        outcomes = list(run_import(self.viewer, upload))
        is_new = any(outcome.outcome in _NEW for outcome in outcomes)
        if len(outcomes) != 1:
            body = {
                "count": len(outcomes),
                "results": [as_item(entry, self.links) for entry in outcomes],
            }
            return Response(body, status=201 if is_new else 200)
        return self._one(outcomes[0], is_new=is_new)

    def _one(self, outcome: ImportOutcome, *, is_new: bool) -> Response:
        raise_if_refused(outcome)
        item = as_item(outcome, self.links)
        if outcome.outcome == "previewed" or outcome.work is None:
            return Response(item)
        about = {name: item[name] for name in _ABOUT}
        body = {**present_work(self, outcome.work), "work": outcome.work, **about}
        response = Response(body, status=201 if is_new else 200)
        if is_new:
            response.headers["Location"] = self.links.api("work-detail", outcome.work)
        return response
