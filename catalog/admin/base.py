"""What all admin pages of the catalogue share: who may look, which rows, no writes of their own."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from archive.core.errors import DomainError
from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.role_admin import RoleAdmin
from archive.core.said import translated
from archive.core.viewer import Viewer
from catalog.models import Tag


class ServiceForm(forms.ModelForm):
    """A form whose change is made by a service, which is also what checks it.

    ``perform`` calls the service once the form itself is sound; what the service refuses becomes
    an error at its field. The admin runs the whole request in a transaction, so a refusal leaves
    nothing behind.
    """

    viewer: ClassVar[Viewer]
    service_fields: ClassVar[dict[str, str]] = {}

    def perform(self, values: dict[str, Any]) -> None:
        """Call the service. Raises DomainError."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """The values, once the service has taken them."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors or not self.has_changed():
            return values
        try:
            self.perform(values)
        except DomainError as error:
            self._refuse(error)
        return values

    def _refuse(self, error: DomainError) -> None:
        for fault in error.errors:
            name = self.service_fields.get(fault.field, fault.field)
            self.add_error(name if name in self.fields else None, translated(fault.detail))
        if not error.errors:
            self.add_error(NON_FIELD_ERRORS, translated(error.detail))


class ArchiveModelAdmin(RoleAdmin):
    """Rows by role and by what the viewer may see, in lists of one length.

    Guarded models scope their rows by ``visible_to`` in ``rows``; all others are shown whole to
    those who may come here at all.
    """

    list_per_page = 50
    list_select_related: ClassVar[Any] = False
    actions_on_bottom = False
    actions: Any = []

    def rows(self, viewer: Viewer) -> QuerySet:
        """The rows that the viewer may see here."""
        manager = self.model._meta.default_manager
        rows: QuerySet = manager.all() if manager else self.model.objects.none()
        return rows

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The rows of the viewer in the order of the list."""
        rows = self.rows(viewer_in(request))
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def response_action(
        self, request: HttpRequest, queryset: QuerySet, *args: Any, **kwargs: Any
    ) -> Any:
        """Do the act on the selected rows; what is no id selects nothing."""
        sent = request.POST.copy()
        ids = [pk for pk in sent.getlist(ACTION_CHECKBOX_NAME) if is_id(pk)]
        sent.setlist(ACTION_CHECKBOX_NAME, ids)
        request.POST = sent  # type: ignore[assignment]  # Django reads the ids from there
        return super().response_action(request, queryset, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: Any) -> None:
        """Nothing: the form has called the service by now."""

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[forms.ModelForm]:
        """The form; one that acts through a service knows for whom."""
        form: type[forms.ModelForm] = super().get_form(request, *args, **kwargs)
        if issubclass(form, ServiceForm):
            form.viewer = viewer_in(request)
        return form


def several_tags(label: Any) -> forms.ModelMultipleChoiceField:
    """A field with a box for each tag of a closed kind; the form fills in which."""
    return forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


def link(address: str, text: object) -> SafeString:
    """A link with escaped text."""
    return format_html('<a href="{}">{}</a>', address, text)


def links(pairs: Iterable[tuple[str, object]], empty: str = "–") -> SafeString | str:
    """Links separated by commas."""
    return format_html_join(", ", '<a href="{}">{}</a>', pairs) or empty
