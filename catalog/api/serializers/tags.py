"""Tags as the API sends them: in lists, whole, as completions, as plans of what an act would do."""

from typing import Any

from rest_framework import serializers

from archive.core.api.fields import In, NameOrIdField, Out, TextField
from catalog.api.serializers.common import IdNameOut
from catalog.api.serializers.works import canonical_of
from catalog.models import Kind, Tag

STATUSES = ("canonical", "synonym", "unwrangled", "unwrangleable")


class TagChoiceOut(Out):
    """A tag that may be meant; works are found under its canonical tag."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The tag in this API.")
    web_url = serializers.URLField(help_text="The page of the tag.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=STATUSES)
    canonical = IdNameOut(allow_null=True, help_text="Itself, the target of a synonym, or null.")

    def get_url(self, tag: Tag) -> str:
        """The tag in this API."""
        return self.links.api("tag-detail", tag.pk)

    def get_web_url(self, tag: Tag) -> str:
        """The page of the tag."""
        return self.links.page(tag)

    def get_canonical(self, tag: Tag) -> dict[str, Any] | None:
        """The tag under which works of this one are found."""
        return canonical_of(tag)


class TagCompletionOut(TagChoiceOut):
    """A tag that completes what was typed."""

    works_count = serializers.IntegerField(help_text="Public works found under its canonical tag.")

    def get_works_count(self, tag: Tag) -> int:
        """Of the canonical tag."""
        return (tag.synonym_of or tag).works_count


class TagOut(Out):
    """A tag in a list."""

    sparse = True

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The tag in this API.")
    web_url = serializers.URLField(help_text="The page of the tag.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    canonical = serializers.BooleanField(
        source="is_canonical", help_text="Whether works are found under it."
    )
    synonym_of = IdNameOut(allow_null=True)
    works_count = serializers.IntegerField(help_text="Public works found under it.")

    def get_url(self, tag: Tag) -> str:
        """The tag in this API."""
        return self.links.api("tag-detail", tag.pk)

    def get_web_url(self, tag: Tag) -> str:
        """The page of the tag."""
        return self.links.page(tag)

    def get_synonym_of(self, tag: Tag) -> dict[str, Any] | None:
        """The canonical tag that it is a synonym of."""
        target = tag.synonym_of
        return {"id": target.pk, "name": target.name} if target is not None else None


class ParentOut(serializers.Serializer):
    """A tag that another belongs to."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)


class TagDetailOut(TagOut):
    """A tag with what stands around it; at most 100 of each, the most used first."""

    synonyms = IdNameOut(many=True)
    parents = ParentOut(many=True)
    children = serializers.DictField(
        child=IdNameOut(many=True), help_text="What belongs to it, by kind."
    )
    metatags = IdNameOut(many=True, help_text="Broader tags, the direct ones.")
    subtags = IdNameOut(many=True, help_text="Narrower tags, the direct ones.")
    redirected_from = serializers.IntegerField(
        allow_null=True, help_text="The id that was asked for, where that tag was merged into this."
    )
    version = serializers.IntegerField(help_text="Rises with every change.")
    log = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="After an act: its row in the log, which can be undone; null: nothing to do.",
    )

    def get_synonyms(self, tag: Tag) -> list[dict[str, Any]]:
        """Other names."""
        return _names(self.context["around"].synonyms)

    def get_parents(self, tag: Tag) -> list[dict[str, Any]]:
        """What it belongs to."""
        rows = self.context["around"].parents
        return [{"id": row.pk, "name": row.name, "kind": row.kind} for row in rows]

    def get_children(self, tag: Tag) -> dict[str, list[dict[str, Any]]]:
        """What belongs to it."""
        return {kind: _names(rows) for kind, rows in self.context["around"].children.items()}

    def get_metatags(self, tag: Tag) -> list[dict[str, Any]]:
        """Broader tags."""
        return _names(self.context["around"].metatags)

    def get_subtags(self, tag: Tag) -> list[dict[str, Any]]:
        """Narrower tags."""
        return _names(self.context["around"].subtags)

    def get_redirected_from(self, tag: Tag) -> int | None:
        """The id that was asked for."""
        asked: int | None = self.context.get("redirected_from")
        return asked


class RelatedTagOut(Out):
    """A tag that stands on the same works more often than by chance."""

    sparse = True

    id = serializers.IntegerField(source="tag.pk")
    name = serializers.CharField(source="tag.name")
    kind = serializers.ChoiceField(choices=Kind.choices, source="tag.kind")
    url = serializers.URLField(help_text="The tag in this API.")
    web_url = serializers.URLField(help_text="The page of the tag.")
    together = serializers.IntegerField(help_text="Works that carry both, of those looked at.")
    strength = serializers.FloatField(help_text="How telling that is; 0 would be chance.")

    def get_url(self, related: Any) -> str:
        """The tag in this API."""
        return self.links.api("tag-detail", related.tag.pk)

    def get_web_url(self, related: Any) -> str:
        """The page of the tag."""
        return self.links.page(related.tag)


class PlanChangeOut(serializers.Serializer):
    """One thing that would change."""

    what = serializers.CharField()
    tag = serializers.IntegerField()
    other = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField()


class PlanConflictOut(serializers.Serializer):
    """Why the act cannot be done as things stand."""

    code = serializers.CharField()
    detail = serializers.CharField()


class PlanOut(serializers.Serializer):
    """What an act would do (`dry_run=true`)."""

    works_affected = serializers.IntegerField()
    changes = PlanChangeOut(many=True)
    conflicts = PlanConflictOut(many=True)


class ReasonIn(In):
    """Why; kept in the log."""

    reason = TextField(required=False, allow_blank=True, max_length=1_000)
    dry_run = serializers.BooleanField(required=False, help_text="As in the address.")


class TagIn(ReasonIn):
    """A new tag."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    name = TextField(trim_whitespace=False, allow_blank=True)
    canonical = serializers.BooleanField(required=False)


class TagChangeIn(ReasonIn):
    """What changes about a tag itself: one of the two."""

    name = TextField(required=False, trim_whitespace=False, allow_blank=True)
    unwrangleable = serializers.BooleanField(required=False)


class SynonymIn(ReasonIn):
    """The canonical tag that it becomes a synonym of; a new name is made canonical."""

    of = NameOrIdField()


class LinksIn(ReasonIn):
    """Links added and removed, by id or name."""

    add = serializers.ListField(child=NameOrIdField(), required=False, max_length=200)
    remove = serializers.ListField(child=NameOrIdField(), required=False, max_length=200)


class UndoIn(ReasonIn):
    """The row of the log to be undone."""

    log = serializers.IntegerField(min_value=1, max_value=10**18 - 1)


def _names(rows: Any) -> list[dict[str, Any]]:
    return [{"id": row.pk, "name": row.name} for row in rows]
