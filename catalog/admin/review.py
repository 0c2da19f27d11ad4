"""What is put before moderators unasked: held imports, the watch list, works that look alike."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from archive.core.errors import DomainError
from archive.core.requests import viewer_in
from archive.core.said import translated
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, ServiceForm, link
from catalog.models import DuplicatePair, WatchTerm, Work
from catalog.services.watching import decide_pair, save_term


class ModeratorsAdmin(ArchiveModelAdmin):
    """For moderators and admins."""

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators and admins."""
        return viewer.is_moderator


class WatchForm(ServiceForm):
    """One term of the watch list."""

    class Meta:
        model = WatchTerm
        fields = ("kind", "text", "note", "is_active")

    def perform(self, values: dict[str, Any]) -> None:
        """Keep it. Raises DomainError."""
        for name in self.Meta.fields:
            setattr(self.instance, name, values[name])
        save_term(actor=self.viewer, term=self.instance)


@admin.register(WatchTerm)
class WatchTermAdmin(ModeratorsAdmin):
    """Words and links that put a work before the moderators."""

    form = WatchForm
    list_display = ("text", "kind", "note", "is_active", "found", "created_by", "created_at")
    list_filter = ("kind", "is_active")
    list_select_related = ("created_by",)
    search_fields = ("text", "folded", "note")
    ordering = ("folded",)

    def rows(self, viewer: Viewer) -> QuerySet:
        """With the number of works in which a term was found."""
        return WatchTerm.objects.annotate(hit_count=Count("hits"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who comes here adds terms."""
        return self.may_come(viewer_in(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who comes here changes terms; one that is no longer wanted is made inactive."""
        return self.may_come(viewer_in(request))

    @admin.display(description=_("found in"), ordering="hit_count")
    def found(self, term: WatchTerm) -> int:
        """In how many works it was found."""
        count: int = term.hit_count  # type: ignore[attr-defined]  # annotated in rows
        return count


@admin.register(DuplicatePair)
class DuplicatePairAdmin(ModeratorsAdmin):
    """Works with the same or nearly the same text."""

    list_display = ("id", "likeness_shown", "first_work", "second_work", "state", "found_at")
    list_filter = ("state", "found_at")
    ordering = ("-id",)
    fields = (*list_display, "decided_by", "decided_at")
    readonly_fields = fields
    actions = ["dismiss", "resolve"]

    def rows(self, viewer: Viewer) -> QuerySet:
        """Pairs of works that the moderator may see, with their titles."""
        seen = Work.objects.visible_to(viewer)
        rows = DuplicatePair.objects.filter(first__in=seen, second__in=seen)
        return rows.select_related("first", "second", "decided_by")

    @admin.action(description=_("Nothing has to be done about the selected pairs"))
    def dismiss(self, request: HttpRequest, queryset: QuerySet) -> None:
        """They do not come back."""
        self._decide(request, queryset, DuplicatePair.State.DISMISSED)

    @admin.action(description=_("The selected pairs are dealt with"))
    def resolve(self, request: HttpRequest, queryset: QuerySet) -> None:
        """They are out of the way."""
        self._decide(request, queryset, DuplicatePair.State.RESOLVED)

    def _decide(self, request: HttpRequest, queryset: QuerySet, state: str) -> None:
        done = 0
        for pk in list(queryset.values_list("pk", flat=True)[:200]):
            try:
                decide_pair(actor=viewer_in(request), pair_id=pk, state=state)
            except DomainError as error:
                self.message_user(request, translated(error.detail), messages.ERROR)
            else:
                done += 1
        label = dict(DuplicatePair._meta.get_field("state").flatchoices)[state]
        told = ngettext("{n} pair: {label}.", "{n} pairs: {label}.", done)
        self.message_user(request, told.format(n=done, label=label), messages.SUCCESS)

    @admin.display(description=_("alike"), ordering="likeness")
    def likeness_shown(self, pair: DuplicatePair) -> str:
        """In per cent."""
        return f"{pair.likeness} %"

    @admin.display(description=_("one work"))
    def first_work(self, pair: DuplicatePair) -> SafeString:
        """At its desk."""
        return _at_desk(pair.first)

    @admin.display(description=_("the other"))
    def second_work(self, pair: DuplicatePair) -> SafeString:
        """At its desk."""
        return _at_desk(pair.second)


def _at_desk(work: Work) -> SafeString:
    return link(reverse("admin:catalog_report_desk", args=["work", work.pk]), work.title)
