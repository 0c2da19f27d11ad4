"""The form of a work in the admin: its metadata, written by the service of works."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import ServiceForm, several_tags
from catalog.models import WORK_KINDS, Tag, Work
from catalog.services.data import WorkData
from catalog.services.tagging import FIELDS
from catalog.services.works import edit_work

_TAG_FIELDS = {kind.value: FIELDS[kind] for kind in WORK_KINDS}
_TEXTS = ("summary", "notes", "end_notes")
_SAME = {
    "title": "title",
    "expected_chapters": "expected_chapters",
    "is_restricted": "restricted",
    "is_anonymous": "anonymous",
    "source_url": "source_url",
    **{name: name for name in _TEXTS},
}
"""Fields of the form, and what they are called in WorkData."""


def _lines(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows, "cols": 80}),
        help_text=_("one a line"),
    )


def _text(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": 4, "cols": 80})
    )


class WorkForm(ServiceForm):
    """Title, texts, language and tags; every change goes through ``edit_work``."""

    summary = _text(_("Summary"))
    notes = _text(_("Notes"))
    end_notes = _text(_("End notes"))
    rating = forms.ModelChoiceField(Tag.objects.none(), label=_("Rating"), required=False)
    warnings = several_tags(_("Content warnings"))
    categories = several_tags(_("Categories"))
    fandoms = _lines(_("Fandoms"))
    relationships = _lines(_("Relationships"), 4)
    characters = _lines(_("Characters"), 4)
    freeforms = _lines(_("Other tags"), 4)
    source_url = forms.URLField(
        label=_("Source"), required=False, max_length=500, assume_scheme="https"
    )

    service_fields: ClassVar[dict[str, str]] = {"creators": "__all__", "chapters": "__all__"}

    class Meta:
        model = Work
        fields: ClassVar[list[str]] = [
            "title",
            "language",
            "expected_chapters",
            "is_restricted",
            "is_anonymous",
            "source_url",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = {"rating": "rating", "warnings": "warning", "categories": "category"}
        tags = Tag.objects.canonical().order_by("position", "name")
        for name, kind in closed.items():
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = tags.of_kind(kind)
        if self.instance.pk is not None:
            self._fill()

    def perform(self, values: dict[str, Any]) -> None:
        """Write what was changed. Raises DomainError."""
        changed = set(self.changed_data)
        language = values.get("language")
        data = WorkData(tags=self._tags(values, changed))
        if "language" in changed:
            data.language = language.pk if language else ""
        for name in changed & _SAME.keys():
            setattr(data, _SAME[name], values[name])
        edit_work(actor=self.viewer, work_id=self.instance.pk, data=data)

    def _tags(self, values: dict[str, Any], changed: set[str]) -> dict[str, list[str | int]]:
        tags: dict[str, list[str | int]] = {}
        for kind, name in _TAG_FIELDS.items():
            if name not in changed:
                continue
            value = values[name]
            if isinstance(value, str):
                tags[kind] = [line.strip() for line in value.splitlines() if line.strip()]
            elif isinstance(value, Tag):
                tags[kind] = [value.pk]
            else:
                tags[kind] = [tag.pk for tag in value or ()]
        return tags

    def _fill(self) -> None:
        """What the work says now."""
        names: dict[str, list[str]] = {}
        ids: dict[str, list[int]] = {}
        for row in self.instance.work_tags.select_related("tag").order_by("position"):
            names.setdefault(row.tag.kind, []).append(row.name)
            ids.setdefault(row.tag.kind, []).append(row.tag_id)
        for name in _TEXTS:
            self.initial.setdefault(name, getattr(self.instance, f"{name}_source"))
        for kind in ("fandom", "relationship", "character", "freeform"):
            self.initial.setdefault(_TAG_FIELDS[kind], "\n".join(names.get(kind, [])))
        self.initial.setdefault("rating", next(iter(ids.get("rating", [])), None))
        self.initial.setdefault("warnings", ids.get("warning", []))
        self.initial.setdefault("categories", ids.get("category", []))
