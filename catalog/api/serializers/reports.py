"""Reports as they are filed and as moderators read them."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from archive.core.api.fields import In, NameOrIdField, Out, TextField
from archive.core.errors import FieldError
from catalog.api.serializers.common import IdNameOut
from catalog.models import Report

URL_CHARS = 2_000
_PAGES = {kind: f"{kind}-detail" for kind in Report.Target.values}


class TargetIn(In):
    """An object by kind and id."""

    kind = TextField()
    id = serializers.IntegerField(min_value=1, max_value=10**18 - 1)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": URL_CHARS},
            {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": list(Report.Target.values)},
                    "id": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
                },
                "required": ["kind", "id"],
                "additionalProperties": False,
            },
        ]
    }
)
class TargetField(serializers.Field):
    """What is reported: an address of this site, or kind and id."""

    default_error_messages = {
        "invalid": 'An address of this site, or {{"kind": ..., "id": ...}}, is needed here.'
    }

    def to_internal_value(self, data: Any) -> str | dict[str, Any]:
        """The address, or the kind and id. Raises ValidationError."""
        if isinstance(data, str):
            return str(TextField(max_length=URL_CHARS).run_validation(data))
        if not isinstance(data, dict):
            self.fail("invalid")
        faults: list[FieldError] = []
        values = TargetIn().read(data, faults)
        if faults:
            raise serializers.ValidationError(
                {fault.field: [ErrorDetail(fault.detail, code=fault.code)] for fault in faults}
            )
        return values

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


class ReportIn(In):
    """What somebody tells the moderators."""

    target = TargetField(
        help_text="An address of this site (page or API) of a work, chapter, creator or tag, or "
        "its kind and id."
    )
    reason = TextField(
        max_length=20,
        help_text="One of the host's list: spam, plagiarism, missing_warning, wrong_rating, "
        "wrong_tags, harassment, illegal, other, and what the host adds. Another one is 400 "
        "`field.invalid_choice`, which names those allowed.",
    )
    text = TextField(
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="What is the matter; at most 5,000 characters.",
    )
    email = TextField(
        required=False, allow_blank=True, max_length=254, help_text="Where to answer, if wanted."
    )


class ReportIdOut(serializers.Serializer):
    """A report that was taken."""

    id = serializers.IntegerField()


class ReportTargetOut(serializers.Serializer):
    """What a report is about; it may be gone by now."""

    kind = serializers.ChoiceField(choices=Report.Target.choices)
    id = serializers.IntegerField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field, taken out by the metaclass
        help_text="Its title or name when it was reported."
    )
    url = serializers.URLField()


class ReportOut(Out):
    """A report as moderators read it."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    web_url = serializers.URLField(help_text="The report in the moderators' desk.")
    state = serializers.ChoiceField(choices=Report.State.choices)
    reason = serializers.CharField(help_text="A code of the list of reasons.")
    target = ReportTargetOut()
    text = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    reporter = IdNameOut(allow_null=True, help_text="Null for guests.")
    assignee = IdNameOut(allow_null=True, help_text="The moderator who looks at it.")
    outcome = serializers.CharField(allow_blank=True, help_text="What was done.")
    note = serializers.CharField(allow_blank=True, help_text="For other moderators.")
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, report: Report) -> str:
        """The report in this API."""
        return self.links.api("report-detail", report.pk)

    def get_web_url(self, report: Report) -> str:
        """The report in the desk."""
        return f"{self.links.base}{reverse('admin:catalog_report_change', args=[report.pk])}"

    def get_target(self, report: Report) -> dict[str, Any]:
        """Kind, id, name and address."""
        return {
            "kind": report.target_kind,
            "id": report.target_id,
            "label": report.target_label,
            "url": self.links.api(_PAGES[report.target_kind], report.target_id),
        }

    def get_reporter(self, report: Report) -> dict[str, Any] | None:
        """The account."""
        return _account(report.reporter)

    def get_assignee(self, report: Report) -> dict[str, Any] | None:
        """The account."""
        return _account(report.assignee)


class AssignIn(In):
    """Who looks at a report."""

    to = NameOrIdField(help_text="A moderator's user name or id; empty: nobody.")


class NoteIn(In):
    """A note for other moderators."""

    note = TextField(required=False, allow_blank=True, max_length=5_000)


class ResolveIn(NoteIn):
    """What was done about a report."""

    outcome = TextField(max_length=100, help_text="In a few words, such as: hidden.")


def _account(user: Any) -> dict[str, Any] | None:
    return {"id": user.pk, "name": user.username} if user is not None else None
