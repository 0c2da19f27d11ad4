"""What a moderator can put right about a work: its tags by kind, and its language."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import several_tags
from catalog.models import Kind, Language, Tag, Work
from catalog.services.data import TagName
from catalog.services.desk import Correction
from catalog.services.tagging import FIELDS

_KINDS = {field: kind for kind, field in FIELDS.items()}
_OPEN = ("fandoms", "relationships", "characters", "freeforms")


def _lines(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 40}),
        help_text=_("one a line"),
    )


class CorrectionForm(forms.Form):
    """Filled with what the work says now; only what was changed is corrected."""

    rating = forms.ModelChoiceField(Tag.objects.none(), label=_("Rating"), required=False)
    warnings = several_tags(_("Content warnings"))
    categories = several_tags(_("Categories"))
    language = forms.ModelChoiceField(Language.objects.none(), label=_("Language"), required=False)
    fandoms = _lines(_("Fandoms"))
    relationships = _lines(_("Relationships"))
    characters = _lines(_("Characters"))
    freeforms = _lines(_("Other tags"))

    def __init__(self, work: Work, data: Any = None) -> None:
        names: dict[str, list[str]] = {}
        ids: dict[str, list[int]] = {}
        for row in work.work_tags.select_related("tag").order_by("position"):
            names.setdefault(row.tag.kind, []).append(row.name)
            ids.setdefault(row.tag.kind, []).append(row.tag_id)
        initial: dict[str, Any] = {
            "rating": next(iter(ids.get(Kind.RATING, [])), None),
            "warnings": ids.get(Kind.WARNING, []),
            "categories": ids.get(Kind.CATEGORY, []),
            "language": work.language_id,
            **{name: "\n".join(names.get(_KINDS[name], [])) for name in _OPEN},
        }
        super().__init__(data, initial=initial, auto_id="correct_%s")
        closed = Tag.objects.canonical().order_by("position", "name")
        for name in ("rating", "warnings", "categories"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = closed.of_kind(_KINDS[name])
        languages = self.fields["language"]
        if isinstance(languages, forms.ModelChoiceField):
            languages.queryset = Language.objects.order_by("name")

    def correction(self) -> Correction:
        """What differs from what the work says. Call ``is_valid`` first."""
        found = Correction()
        for name in self.changed_data:
            value = self.cleaned_data[name]
            if name == "language":
                found.language = value.pk if value else ""
            else:
                found.tags[_KINDS[name]] = _as_names(value)
        return found


def _as_names(value: Any) -> list[TagName]:
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    if isinstance(value, Tag):
        return [value.pk]
    return [tag.pk for tag in value or ()]
