"""Acts of moderators as they are asked for, and the log of all acts."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from archive.core.api.fields import In, NameOrIdField, Out, TextField
from catalog.api.serializers.common import BylineOut
from catalog.api.serializers.works import WorkDetailOut
from catalog.api.serializers.writing import names, text
from catalog.models import ActionLog

REASON_CHARS = 5_000
ACTIONS = (
    "work.hide",
    "work.restore",
    "work.lock",
    "work.unlock",
    "work.approve",
    "work.refuse",
    "work.correct",
    "work.delete",
    "work.purge",
    "work.undelete",
    "work.open_private",
    "account.suspend",
    "account.reinstate",
    "account.roles",
    "report.assign",
    "report.resolved",
    "report.dismissed",
    "report.reopen",
    "archive.reason",
    "archive.watch",
    "duplicate.dismissed",
    "duplicate.resolved",
    "tag.create",
    "tag.rename",
    "tag.delete",
    "tag.make_canonical",
    "tag.decanonise",
    "tag.make_synonym",
    "tag.split",
    "tag.metatags",
    "tag.parents",
    "tag.unwrangleable",
    "tag.wrangleable",
    "tag.undo",
    "tag.assign",
    "tag.release",
    "tag.load",
    "demo.load",
)
_PAGES = {"work": "work-detail", "tag": "tag-detail", "report": "report-detail"}
OBJECT_KINDS = (*_PAGES, "account", "archive")


class ReasonedIn(In):
    """Why a moderator acts."""

    reason = TextField(
        allow_blank=True,
        max_length=REASON_CHARS,
        help_text="Why; goes into the log. Empty is 400 `reason.missing`.",
    )


class CorrectIn(ReasonedIn):
    """What is right instead: all tags of some kinds, or the language."""

    rating = NameOrIdField(required=False, allow_null=True)
    warnings = names("Names or ids; they replace those of the work.")
    categories = names("Likewise.")
    fandoms = names("Likewise.")
    relationships = names("Likewise.")
    characters = names("Likewise.")
    freeforms = names("Likewise.")
    language = text("BCP 47, such as en, or a name.")


class ModeratedWorkOut(WorkDetailOut):
    """A work with how it stands with the moderators."""

    hidden_at = serializers.DateTimeField(allow_null=True, help_text="Since when it is hidden.")
    locked_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when its creators cannot change it."
    )
    held_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when it waits for review."
    )


class LogObjectOut(serializers.Serializer):
    """What somebody acted on; it may be gone by now."""

    kind = serializers.CharField()
    id = serializers.IntegerField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field, taken out by the metaclass
        allow_blank=True, help_text="Its name then; empty for what is private to its creators."
    )
    url = serializers.URLField(allow_null=True)


class LogEntryOut(Out):
    """Who did what to which object, and why."""

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The row in this API.")
    web_url = serializers.URLField(help_text="The row in the moderators' desk.")
    action = serializers.CharField(source="verb", help_text="Such as work.hide.")
    actor = BylineOut(help_text="The id is null where the archive itself acted.")
    object = LogObjectOut()
    reason = serializers.CharField(allow_blank=True)
    before = serializers.DictField(help_text="What it replaced.")
    after = serializers.DictField(help_text="What it was replaced by.")
    created_at = serializers.DateTimeField()

    def get_url(self, row: ActionLog) -> str:
        """The row in this API."""
        return self.links.api("moderation-log-entry", row.pk)

    def get_web_url(self, row: ActionLog) -> str:
        """The row in the desk."""
        return f"{self.links.base}{reverse('admin:catalog_actionlog_change', args=[row.pk])}"

    def get_actor(self, row: ActionLog) -> dict[str, Any]:
        """The account under the name it had then."""
        return {"id": row.actor_id, "name": row.actor_name}

    def get_object(self, row: ActionLog) -> dict[str, Any]:
        """Kind, id, name and address."""
        name = _PAGES.get(row.object_kind)
        private = row.object_kind == "work" and row.object_id in self.context["private_ids"]
        return {
            "kind": row.object_kind,
            "id": row.object_id,
            "label": "" if private else row.object_label,
            "url": self.links.api(name, row.object_id) if name else None,
        }
